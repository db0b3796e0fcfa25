/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_RECORDER_H
#define GP_RECORDER_H

#include "machine/source.h"
#include "machine/table.h"

/* What is known of one path without links. Errors are negative. */
struct gp_seen {
	const char *path;
	bool is_stated, is_read, is_listed, is_linked; /* asked, whatever came of it */
	bool is_named;                                 /* in the listing of its directory */
	int stat_error, read_error, list_error, link_error;
	struct gp_stat stat;
	struct gp_bytes content;
	size_t refused; /* the largest cap that it did not fit */
	bool is_part;   /* the content is no more than this of it */
	struct gp_part part;
	struct gp_strings names;
	const char *target;
};

struct gp_seen_log {
	bool is_asked, whole;
	int error;
	const char *source;
	GP_LIST(struct gp_klog_line) lines;
};

struct gp_recorder {
	struct gp_source source;
	struct gp_source *inner;
	struct gp_table seen; /* struct gp_seen, by path */
	struct gp_seen_log log;
};

#endif
