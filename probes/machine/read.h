/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_READ_H
#define GP_READ_H

#include "machine/machine.h"

/*
 * Typed getters. A value knows where it was looked for and what came of it; absent, unreadable
 * and malformed stay apart. A value that was never read is unreadable: zeroed memory claims
 * nothing.
 */
enum gp_presence {
	GP_UNREADABLE, /* error says why; 0: was not looked for */
	GP_ABSENT,
	GP_MALFORMED, /* it is there and is not what it should be; problem says how */
	GP_PRESENT,
};

struct gp_origin {
	enum gp_presence presence;
	int error;           /* errno, positive, where unreadable */
	const char *problem; /* where malformed: one phrase, as "is not a number" */
	const char *path;
};

struct gp_text_value {
	struct gp_origin from;
	const char *value; /* "" unless present */
};

struct gp_number_value {
	struct gp_origin from;
	uint64_t value;
};

struct gp_bytes_value {
	struct gp_origin from;
	struct gp_bytes value;
};

struct gp_names_value {
	struct gp_origin from;
	struct gp_strings value;
};

/* Text of at most 1 MiB, free of NUL bytes; trailing newlines taken off in gp_read_line(). */
struct gp_text_value gp_read_text(struct gp_machine *machine, const char *path);
/* One line of at most 64 KiB. */
struct gp_text_value gp_read_line(struct gp_machine *machine, const char *path);
/* A number; base as in gp_parse_u64(). */
struct gp_number_value gp_read_number(struct gp_machine *machine, const char *path, int base);
/*
 * Of a large text file only what is asked for, and a capture keeps no more than that: the lines
 * that hold one of the phrases (NULL behind the last), each distinct line once, at most `most`;
 * the bytes from the first `start` up to the next `end` (or the file's end), of files up to
 * 64 MiB; the last lines. A path is read by one of these only, and always with the same arguments.
 */
struct gp_text_value gp_read_matching(
	struct gp_machine *machine, const char *path, const char *const *phrases, size_t most);
struct gp_text_value gp_read_section(
	struct gp_machine *machine, const char *path, const char *start, const char *end);
/* Of each of several starts (NULL behind the last) the first such section, with its end. */
struct gp_text_value gp_read_sections(
	struct gp_machine *machine, const char *path, const char *const *starts, const char *end);
/* The last lines, of at most so many bytes together; the file may be of any size. */
struct gp_text_value gp_read_tail(struct gp_machine *machine, const char *path, size_t bytes);
struct gp_bytes_value gp_read_bytes(struct gp_machine *machine, const char *path, size_t cap);
struct gp_names_value gp_read_names(struct gp_machine *machine, const char *dir);
/* Whether a directory may hold more than its list says: gp_machine_is_partial(). */
bool gp_is_partial_list(struct gp_machine *machine, const char *dir);
/* The last component of where a link points ("vfio-pci" for .../driver). */
struct gp_text_value gp_read_link_name(struct gp_machine *machine, const char *path);
/* Whether something is at path: GP_PRESENT, GP_ABSENT or GP_UNREADABLE. */
struct gp_origin gp_read_presence(struct gp_machine *machine, const char *path);

bool gp_is_there(struct gp_machine *machine, const char *path);

static inline bool gp_is_present(const struct gp_origin *from)
{
	return from->presence == GP_PRESENT;
}

static inline bool gp_is_absent(const struct gp_origin *from)
{
	return from->presence == GP_ABSENT;
}

/* "/proc/cmdline: Permission denied", "... is not there", "... is not a number". */
const char *gp_origin_says(struct gp_arena *arena, const struct gp_origin *from);

#endif
