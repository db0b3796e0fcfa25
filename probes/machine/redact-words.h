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

/* What stands for a text of that kind, the text itself where that is a stand-in. */
const char *gp_redact_stand_in(
	struct gp_redactor *redactor, enum gp_redact_kind kind, const char *text, size_t size);
/* A text on its own, as settings and arguments of VMs are read or not. */
const char *gp_redact_text(
	struct gp_redactor *redactor, const char *text, size_t size, bool is_about_vms);

/* ---- machine/redact-domain.c */

/* Whether libvirt keeps a domain there, or its state. */
bool gp_is_domain_path(const char *path);
/*
 * The path with another name for the domain, NULL where it names none: files of libvirt and of
 * its logs are called after their domain.
 */
const char *gp_redact_domain_path(struct gp_redactor *redactor, const char *path);
/*
 * The XML of a domain with nothing but what is looked at: of the rest only the names of elements
 * and attributes stay, each in its line. False: it cannot be told what is what.
 */
bool gp_redact_domain(struct gp_redactor *redactor, struct gp_bytes *content);

#endif
