/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CAPTURE_H
#define GP_CAPTURE_H

#include "machine/machine.h"

/*
 * A .machine file, format 1: lines, ended by LF.
 *
 *   gpupass-machine 1                         the first line
 *   # ...                                     comment, anywhere; so is an empty line
 *   redacted KIND COUNT                       what was replaced before writing
 *   partial                                   the second line: what is not in it is not known,
 *                                             but for what a directory with no ? might have
 *                                             besides
 *   D PATH MODE OWNER GROUP MTIME [CHILDREN]  directory; CHILDREN: how many it had, or ? where
 *                                             it was not listed; left out: the entries here
 *   L PATH -> TARGET                          symbolic link
 *   F PATH MODE OWNER GROUP MTIME             regular file, its content in the lines behind it
 *   C PATH MODE OWNER GROUP MTIME MAJOR:MINOR character device; B: block device
 *   N PATH MODE OWNER GROUP MTIME             it is there, its content was not collected
 *   U PATH ERROR MODE OWNER GROUP MTIME       it is there; reading or listing it gave ERROR
 *   X PATH ERROR                              nothing but ERROR could be learnt about it
 *   K SOURCE whole|part|ERROR                 the kernel log, its lines behind it
 *   end [ENTRIES]                             the last line; how many of DLFCBNUX there are
 *
 * Entries are sorted by path, "/" before any other byte. Directories that only lead to others
 * may be left out. MODE is octal, with a leading 0; without type bits the letter says the type
 * (N, U: regular file). OWNER and GROUP are "-" where not known. Trailing fields may be left
 * out. ERROR is a name as EACCES, or a number.
 *
 * Files below /.try are no files of the machine: they hold what came of trying its drivers (see
 * machine/attempt.h), and those below /.given what the user handed in beside it.
 *
 * Content: "|TEXT" a line; "~TEXT" the same without a newline at its end; ":HEX" bytes. Log:
 * "[    1.234567] TEXT", or "[?] TEXT" where the time is not known. In names and TEXT a
 * backslash is \\ and any byte may be \xNN; in names the space is \x20.
 */
enum gp_entry_kind {
	GP_ENTRY_DIRECTORY = 'D',
	GP_ENTRY_LINK = 'L',
	GP_ENTRY_FILE = 'F',
	GP_ENTRY_CHARACTER = 'C',
	GP_ENTRY_BLOCK = 'B',
	GP_ENTRY_NAME = 'N',
	GP_ENTRY_UNREADABLE = 'U',
	GP_ENTRY_ERROR = 'X',
};

#define GP_CHILDREN_AS_HERE    (-1)
#define GP_CHILDREN_NOT_LISTED (-2)

struct gp_entry {
	const char *path;
	const char *owner, *group; /* may be NULL */
	const char *body;          /* a link's target; a file's content lines, as they stand */
	size_t body_size;
	int64_t mtime;
	int64_t children;
	mode_t mode;
	uint32_t dev_major, dev_minor;
	int error; /* positive */
	enum gp_entry_kind kind;
	bool is_partial; /* the capture ends in its content */
};

struct gp_capture_log {
	const char *source; /* NULL: there is none */
	int error;
	bool whole;
	const char *body;
	size_t size;
};

struct gp_capture {
	char *data;
	GP_LIST(struct gp_entry) entries; /* sorted, each path once */
	struct gp_capture_log log;
	const char *cut; /* NULL: it is all there */
	bool is_partial; /* what is not in it is not known, unless its directory is */
	bool is_ordered; /* as it stood in the file */
	bool has_buried; /* entries that no path leads to, below a file or a link */
};

/*
 * Takes data (malloc()ed, one byte to spare behind size). -EBADMSG: no capture,
 * -EPROTONOSUPPORT: of another format; *ret_problem is one phrase. data is freed on failure.
 */
int gp_capture_load(struct gp_arena *arena, char *data, size_t size, struct gp_capture **ret,
	const char **ret_problem);
void gp_capture_free(struct gp_capture *capture); /* NULL is fine */

#define GP_CAPTURE_MOST (256u << 20)

/* All of a stream, malloc()ed with a byte to spare; -EFBIG above most bytes. */
int gp_capture_slurp(int fd, size_t most, char **ret, size_t *ret_size);

/* Order of entries: as strcmp(), "/" before any other byte. */
int gp_path_compare(const char *a, const char *b);

/* Fields of an entry line, cut up in place. False: it is none. */
bool gp_entry_parse(char *line, struct gp_entry *ret);

/* "EACCES" for a positive errno, or its number in buffer. */
const char *gp_error_name(int error, char buffer[static 16]);
int gp_error_number(const char *name); /* 0: no such */

#endif
