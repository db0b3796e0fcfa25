/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_REDACT_FIND_H
#define GP_REDACT_FIND_H

#include <stdbool.h>
#include <stddef.h>

/* What may have to be redacted at one place of a text. */
enum gp_redact_kind {
	GP_REDACT_HOST,
	GP_REDACT_USER,
	GP_REDACT_SERIAL,
	GP_REDACT_MAC,
	GP_REDACT_IP,
	GP_REDACT_UUID,
	GP_REDACT_WWN,
	GP_REDACT_DISK,
	GP_REDACT_CREDENTIAL,
	GP_N_REDACT_KINDS
};

struct gp_found {
	enum gp_redact_kind kind;
	size_t skip;   /* bytes in front of it that stay ("password=") */
	size_t length; /* of what has to go */
};

/*
 * Whether something that can be told by its form begins at text[at], where a word begins.
 * Addresses of PCI devices, versions, and addresses that name nobody (127.0.0.1, ::, 0.0.0.0,
 * 00:00:00:00:00:00) are none.
 */
bool gp_redact_find(const char *text, size_t size, size_t at, struct gp_found *ret);

/* The same within settings and arguments of VMs, where more is somebody's: names, -object secret.
 */
bool gp_redact_find_of_vm(const char *text, size_t size, size_t at, struct gp_found *ret);

/*
 * What arguments of QEMU have as JSON, as options with dots or as URLs: hosts and users of other
 * machines, and secrets. Part of the above: redact-remote.c.
 */
bool gp_redact_find_remote(const char *text, size_t size, size_t at, struct gp_found *ret);

/* The length of the name at text: letters, digits, "_" and "-". */
size_t gp_redact_name_length(const char *text, size_t size);

#endif
