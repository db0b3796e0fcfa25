/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_REDACT_H
#define GP_REDACT_H

#include "machine/recorder.h"

/*
 * Takes out of a capture what names its owner: host and user names, serial numbers, MAC, IP and
 * WWN addresses, UUIDs, disk ids, credentials. The same thing gets the same stand-in everywhere
 * in a capture; a UUID gets a short hash of itself, so that captures of a host and its guests
 * still join. What it hands out lives in the recorder's arena.
 */
struct gp_redactor;

/* Learns the names of the host and its users from the machine itself. */
struct gp_redactor *gp_redactor_new(struct gp_recorder *recorder);
/* One that knows just these names; hosts and users may be NULL. */
struct gp_redactor *gp_redactor_for(
	struct gp_arena *arena, const char *host, const struct gp_strings *users);

const char *gp_redact_path(struct gp_redactor *redactor, const char *path);
const char *gp_redact_owner(struct gp_redactor *redactor, const char *name);
void gp_redact_line(struct gp_redactor *redactor, struct gp_klog_line *line);
/* The content of the file at path. False: it must not be handed on at all. */
bool gp_redact_content(struct gp_redactor *redactor, const char *path, struct gp_bytes *content);

/* "redacted KIND COUNT" for each kind that was found. */
void gp_redact_declare(const struct gp_redactor *redactor, FILE *out);

#endif
