/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GIVEN_FILES_H
#define GP_GIVEN_FILES_H

#include "machine/machine.h"

/*
 * Hands the files that --kubernetes names over to the machine, "-" being standard input. 0, or a
 * negative errno and in *ret_error one line about the file.
 */
int gp_give_kubernetes(
	struct gp_machine *machine, const struct gp_strings *files, const char **ret_error);

#endif
