/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FAILURE_H
#define GP_FAILURE_H

#include <stdbool.h>

/* What FFmpeg says goes to standard error; the first of its errors is kept, to explain a failure:
   what comes after it follows from it. */
void gp_keep_errors(void);
void gp_forget_errors(void); /* what was before had no consequence */

bool gp_has_errors(void);

/* Says "failed TEXT", and the first error of FFmpeg's in brackets. Always false. */
bool gp_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with what an error code of FFmpeg's means. */
bool gp_failed_with(int error, const char *what);

#endif
