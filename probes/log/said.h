/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_LOG_SAID_H
#define GP_LOG_SAID_H

#include "log/log.h"
#include "machine/attempt.h"

/* What programs that use a GPU said: drivers while they were tried, and what a user pasted. */
void gp_said_collect(
	struct gp_machine *machine, const struct gp_attempts *attempts, struct gp_log *ret);

#endif
