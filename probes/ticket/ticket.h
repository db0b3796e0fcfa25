/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TICKET_H
#define GP_TICKET_H

#include "machine/machine.h"

/*
 * Text that people paste where they ask for help: shell transcripts, logs, settings, with Markdown
 * and prompts around. It becomes a capture (machine/capture.h) in memory, of kind `partial`: what
 * was pasted is known, all else is not. From there on it is a machine as any other.
 *
 * Every line also stands in the file /.given/said and, where it may be a message, in the log.
 */

#define GP_TICKET_MOST (16u << 20) /* bytes of a ticket */

/*
 * The capture's text, malloc()ed. roles: set of enum gp_role that the machine is said to have, 0
 * where nobody said: a ticket may tell of a host and of its container.
 */
char *gp_ticket_capture(const char *text, size_t size, unsigned roles, size_t *ret_size);

/*
 * path: a file, or "-" for standard input. Errors as gp_machine_open(): *ret_error is one line for
 * a person; the caller frees it with free().
 */
int gp_ticket_open(const char *path, unsigned roles, struct gp_machine **ret, char **ret_error);

#endif
