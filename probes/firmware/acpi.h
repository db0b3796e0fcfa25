/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ACPI_H
#define GP_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * What the decoders of ACPI tables share. Input is bytes of unknown origin: nothing here reads
 * past what it was given, and everything handed out is a copy in the arena.
 */

/*
 * Bytes not read yet. The take functions read little-endian and move on; where too few bytes are
 * left they return false and change nothing.
 */
struct gp_cursor {
	const uint8_t *p;
	size_t left;
};

#define GP_MUST_CHECK __attribute__((warn_unused_result))

GP_MUST_CHECK bool gp_cursor_take(struct gp_cursor *from, size_t size, struct gp_cursor *ret);
GP_MUST_CHECK bool gp_cursor_skip(struct gp_cursor *from, size_t size);
GP_MUST_CHECK bool gp_cursor_u8(struct gp_cursor *from, uint8_t *ret);
GP_MUST_CHECK bool gp_cursor_u16(struct gp_cursor *from, uint16_t *ret);
GP_MUST_CHECK bool gp_cursor_u32(struct gp_cursor *from, uint32_t *ret);
GP_MUST_CHECK bool gp_cursor_u64(struct gp_cursor *from, uint64_t *ret);
/* size bytes as text up to the first NUL, into a buffer of size + 1 bytes. */
GP_MUST_CHECK bool gp_cursor_chars(struct gp_cursor *from, size_t size, char *ret);

/* What is malformed in a table. */
struct gp_acpi_problem {
	size_t offset;    /* in the table, in bytes */
	const char *text; /* one short line for a person */
};

struct gp_acpi_problems {
	struct gp_acpi_problem *items;
	size_t n;
};

/*
 * The header that every table begins with (ACPI specification, 5.2.6). Its texts come from
 * firmware: any byte but NUL may be in them.
 */
struct gp_acpi_header {
	char signature[5];
	uint32_t length;
	uint8_t revision;
	uint8_t checksum;
	char oem_id[7];
	char oem_table_id[9];
	uint32_t oem_revision;
	char creator_id[5];
	uint32_t creator_revision;
};

#define GP_ACPI_HEADER_SIZE 36

/* A table on its way through a decoder. */
struct gp_acpi_table {
	struct gp_arena *arena;
	const uint8_t *start;
	struct gp_cursor left;
	struct gp_acpi_problems *problems; /* borrowed */
};

void gp_acpi_problem(struct gp_acpi_table *table, const uint8_t *where, const char *text);
size_t gp_acpi_offset(const struct gp_acpi_table *table, const struct gp_cursor *at);

/*
 * Reads the header and checks signature, length and checksum. False: these bytes are no such
 * table, and nothing behind the header can be trusted. A table that was cut off, or has a wrong
 * checksum, is a problem and true. Afterwards table->left ends where the table does.
 */
GP_MUST_CHECK bool gp_acpi_begin(
	struct gp_acpi_table *table, const char *signature, struct gp_acpi_header *ret);

enum gp_acpi_next {
	GP_ACPI_STRUCTURE,
	GP_ACPI_END,
	GP_ACPI_STOP, /* malformed, so that what follows cannot be found; the problem is noted */
};

/*
 * The next structure, its own header included. In both DMAR and IVRS the length is the 16-bit
 * number at byte 2.
 */
enum gp_acpi_next gp_acpi_next(struct gp_acpi_table *table, struct gp_cursor *ret);

/*
 * A device scope (VT-d specification, 8.3.1): which device a structure is about. The path starts
 * at start_bus; each step but the last is a bridge.
 */
enum gp_scope_type {
	GP_SCOPE_ENDPOINT = 1,
	GP_SCOPE_BRIDGE = 2, /* and all behind it */
	GP_SCOPE_IOAPIC = 3,
	GP_SCOPE_HPET = 4,
	GP_SCOPE_NAMESPACE = 5, /* enumeration_id is that of an ANDD */
};

struct gp_scope_step {
	uint8_t device, function;
};

struct gp_scope {
	size_t offset;
	uint8_t type; /* enum gp_scope_type, or one not known yet */
	uint8_t flags;
	uint8_t enumeration_id;
	uint8_t start_bus;
	struct gp_scope_step *path;
	size_t n_path; /* 0 only in a malformed table */
};

struct gp_scopes {
	struct gp_scope *items;
	size_t n;
};

#endif
