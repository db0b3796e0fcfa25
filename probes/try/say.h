/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SAY_H
#define GP_SAY_H

/*
 * How a program that tries a driver says what it found out: lines "KEY VALUE", each written at
 * once, so that none is lost where the driver crashes next (machine/attempt.h).
 */

/*
 * Keeps standard output for gp_say alone: what drivers print there comes out as standard error.
 * Before all else. Negative errno.
 */
int gp_say_begin(void);

/* One line; what is not printable comes out as a blank. */
void gp_say(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "ENOENT" */
const char *gp_say_errno(int number);

#endif
