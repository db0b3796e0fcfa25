/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_KLOG_H
#define GP_KLOG_H

#include "machine/source.h"

/*
 * /dev/kmsg, opened O_NONBLOCK (Documentation/ABI/testing/dev-kmsg): one record a read; the
 * kernel's own messages are handed out. has_start: what it may have lost before its first record
 * is known. 0 or -errno.
 */
int gp_klog_read_kmsg(int fd, bool has_start, gp_klog_each *each, void *context, bool *ret_whole);

/*
 * Where /dev/kmsg has lost its start: the time, in microseconds since boot, of the first of the
 * kernel's messages that is left; 0: it begins at boot. Leaves fd at its first record.
 */
int64_t gp_klog_lost_before(int fd);

/*
 * A log file: dmesg's output, or syslog's or the journal's with other programs' lines among it.
 * Where it holds several boots, the last. 1 where anything was handed out, 0 where not, -errno.
 */
int gp_klog_read_text(int fd, gp_klog_each *each, void *context, bool *ret_whole);

/* One record of /dev/kmsg, unescaped in place. False: none of the kernel's own, or no record. */
bool gp_klog_parse_record(
	char *record, size_t size, uint64_t *ret_sequence, struct gp_klog_line *ret);

/* The first that a kernel says of itself. */
bool gp_klog_is_version(const struct gp_klog_line *line);
/* Hands on each line of a message. */
void gp_klog_each_line(const struct gp_klog_line *message, gp_klog_each *each, void *context);

/* One line of a log file, without its newline. False: not a message of the kernel. */
bool gp_klog_parse_line(const char *line, size_t size, struct gp_klog_line *ret);

#endif
