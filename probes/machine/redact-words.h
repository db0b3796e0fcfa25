/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_REDACT_WORDS_H
#define GP_REDACT_WORDS_H

#include "machine/redact-find.h"
#include "machine/redact.h"

/* What a redactor knows: for redact-learn.c, which learns it, and redact.c, which uses it. */

#define GP_REDACT_MAX_FILE (1u << 20)

/* A name of the host or of a person. */
struct gp_redact_word {
	enum gp_redact_kind kind;
	bool is_common; /* the system uses it too: only where nothing else can be meant */
};

struct gp_redactor {
	struct gp_arena *arena;
	struct gp_table words;                    /* struct gp_redact_word */
	struct gp_table known[GP_N_REDACT_KINDS]; /* stand-ins, by what they stand for */
	bool is_about_names;                      /* within a file of host or user names */
	bool is_about_vms;                        /* within settings or arguments of VMs */
};

#endif
