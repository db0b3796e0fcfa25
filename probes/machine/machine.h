/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MACHINE_H
#define GP_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * One Linux system to look at: the live one, a plain tree, or a .machine capture. The checks
 * cannot tell which: every byte comes through here, and nothing else in gpupass opens a file of
 * the machine.
 *
 * Paths are absolute paths of that machine ("/sys/class/iommu"). Symbolic links are followed
 * inside it and never out of it. Nothing but a regular file is ever opened for reading.
 *
 * Functions return 0 or a negative errno:
 *   -ENOENT    the machine does not have it (also ENOTDIR, and a link that leads nowhere)
 *   -ENODATA   not known: a tree without that sysfs class directory, a capture that was cut off
 *              before it or holds only its name
 *   -EFBIG     larger than the caller's cap
 *   others     as the kernel said it, live or when the capture was made (-EACCES, -EIO, ...)
 *
 * What they hand out lives in the machine's arena, until gp_machine_close().
 */
struct gp_machine;

enum gp_machine_kind { GP_MACHINE_LIVE, GP_MACHINE_TREE, GP_MACHINE_CAPTURE };

/*
 * root: NULL for the live system, else a directory (a plain tree) or a file (a capture). On
 * failure *ret_error is one line for a person; the caller frees it with free().
 */
int gp_machine_open(const char *root, struct gp_machine **ret, char **ret_error);
void gp_machine_close(struct gp_machine *machine); /* NULL is fine */

struct gp_arena *gp_machine_arena(struct gp_machine *machine);
enum gp_machine_kind gp_machine_kind(const struct gp_machine *machine);
/* What was opened: "live", or the path given. */
const char *gp_machine_name(const struct gp_machine *machine);
/* Why this is not the whole machine ("capture ends early, at line 812"), or NULL. */
const char *gp_machine_cut(const struct gp_machine *machine);

/*
 * Whether only parts of it were seen, as in a ticket: a list of a directory may then lack names,
 * and what was not seen is not known.
 */
bool gp_machine_is_partial(const struct gp_machine *machine);

struct gp_stat {
	mode_t mode;       /* type and permissions, of what links lead to */
	const char *owner; /* user name, or number where it has none; NULL in a plain tree */
	const char *group; /* likewise */
	uint32_t dev_major, dev_minor; /* of a character or block device */
	int64_t mtime;                 /* seconds since the epoch; 0 in a plain tree */
};

/* Bytes with a NUL behind them that size does not count. */
struct gp_bytes {
	const uint8_t *data;
	size_t size;
};

int gp_machine_stat(struct gp_machine *machine, const char *path, struct gp_stat *ret);
/* The whole file, one read as sysfs wants it; cap in bytes. */
int gp_machine_read(struct gp_machine *machine, const char *path, size_t cap, struct gp_bytes *ret);
/* The names in a directory, sorted, without "." and "..". */
int gp_machine_list(struct gp_machine *machine, const char *path, struct gp_strings *ret);
/* A link's text as it stands, the links before its last component followed. -EINVAL: no link. */
int gp_machine_readlink(struct gp_machine *machine, const char *path, const char **ret);
/* The path with every link followed, as this machine would say it ("/sys/devices/..."). */
int gp_machine_realpath(struct gp_machine *machine, const char *path, const char **ret);

/* One message of the kernel log, prefix and time stamp taken off. */
struct gp_klog_line {
	int64_t usec;     /* since boot; -1 where the source does not say */
	const char *text; /* not terminated; may hold any byte */
	size_t size;
	bool is_boot; /* the machine booted here: forget all that came before */
};

/*
 * Hands every message, oldest first, to each(); reads the log once. *ret_source names where it
 * came from ("/dev/kmsg", "/var/log/dmesg", "kernel log"). *ret_whole: it starts at boot.
 * Live: /dev/kmsg. Tree: /var/log/dmesg, else /var/log/kern.log. Capture: its log section.
 */
int gp_machine_klog(struct gp_machine *machine,
	void (*each)(void *context, const struct gp_klog_line *line), void *context,
	const char **ret_source, bool *ret_whole);

/*
 * Hands over a file that is none of the machine's file system: at /.given/NAME/N, N counted from 0.
 * A capture keeps it as it does any other file. The data is copied.
 */
void gp_machine_give(struct gp_machine *machine, const char *name, const void *data, size_t size);

struct gp_watch;
/* Has the watch told about every read; before gp_machine_record(), and in its child. */
void gp_machine_watch(struct gp_machine *machine, struct gp_watch *watch);

struct gp_attempts;
/*
 * Tries drivers, all at once: see machine/attempt.h. Only on the live machine; a capture says what
 * came of it there, and nothing is tried (-ENODATA) under a tree.
 */
void gp_machine_attempt(struct gp_machine *machine, struct gp_attempts *attempts);

/*
 * Captures. From gp_machine_record() on, everything that the functions above find, absences and
 * errors included, is remembered; gp_machine_write_capture() writes it. So a capture holds just
 * what was looked at, and replays to the same answers.
 */
void gp_machine_record(struct gp_machine *machine);
int gp_machine_write_capture(struct gp_machine *machine, bool redact, FILE *out);

#endif
