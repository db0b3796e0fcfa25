/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FAILURE_H
#define GP_FAILURE_H

#include <stdbool.h>

/* What FFmpeg says goes to standard error; the last of its errors is kept, to explain a failure. */
void gp_keep_errors(void);
void gp_forget_errors(void);

/* Says "failed TEXT", and the last error of FFmpeg's in brackets. Always false. */
bool gp_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with what an error code of FFmpeg's means. */
bool gp_failed_with(int error, const char *what);

#endif
