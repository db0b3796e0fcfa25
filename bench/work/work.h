/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_WORK_H
#define GP_WORK_H

#include <stdbool.h>
#include <stdint.h>

/* What all programs that do work have in common: worker/worker.h says what they say. */

/* What follows "KEY=" in the arguments of main(), or NULL. */
const char *gp_work_word(char **arguments, const char *key);
/* The same as a number from 0 to most; *ret stays where there is none. False: it is no such. */
bool gp_work_number(char **arguments, const char *key, double most, double *ret);
/* "1920x1080": each from 1 to most. */
bool gp_work_size(char **arguments, const char *key, unsigned int most, unsigned int *width,
	unsigned int *height);

int64_t gp_work_now(void); /* CLOCK_MONOTONIC, nanoseconds */
double gp_work_cpu(void);  /* what this process has used of processors: seconds */

/* Says that it is ready, and waits to be told to go. False: nobody is there any more. */
bool gp_work_ready(int64_t nanoseconds);

#endif
