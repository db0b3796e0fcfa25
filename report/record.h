/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_RECORD_H
#define GP_RECORD_H

#include <stdio.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * The record: what doctor, probes and bench write and what every face (text, CSV, HTML) is drawn
 * from. A list of rows with eleven cells each. Cells are never NULL; an empty cell is "".
 *
 * kind       id                verdict                      value   text                 source
 * meta       tool, kernel, .., end                          value
 * fact       name of the fact                               value   (unit in unit)       file
 * finding    catalogue id      pass..unknown                        one line             evidence
 * cause      catalogue id      fail, warn                   rank    what and why first   evidence
 * readiness  mode              ready, blocked, unsupported, unknown     by what
 * step       step kind                                      order   edit or command      ids served
 * run, stat  workload.metric   (bench)
 *
 * subject: PCI address, group/N, vm/N, a file, a parameter, or "" for the machine.
 */
enum gp_column {
	GP_COL_KIND,
	GP_COL_HOST,
	GP_COL_LAYER,
	GP_COL_ID,
	GP_COL_SUBJECT,
	GP_COL_MODE,
	GP_COL_VERDICT,
	GP_COL_VALUE,
	GP_COL_UNIT,
	GP_COL_TEXT,
	GP_COL_SOURCE,
	GP_N_COLUMNS
};

/* "kind", "host", ... in the order of enum gp_column. */
extern const char *const gp_column_names[GP_N_COLUMNS];

struct gp_row {
	union {
		struct {
			const char *kind, *host, *layer, *id, *subject, *mode, *verdict, *value,
				*unit, *text, *source;
		};
		const char *cells[GP_N_COLUMNS];
	};
};

struct gp_record {
	struct gp_arena *arena; /* borrowed; rows and cells live in it */
	struct gp_row *items;
	size_t n;
};

/*
 * Appends a copy of row. NULL cells become "". Cells made of whatever bytes are kept as they are:
 * each face escapes for itself.
 */
void gp_record_add(struct gp_record *record, const struct gp_row *row);

/* The value of meta row id, or NULL. */
const char *gp_record_meta(const struct gp_record *record, const char *id);

/* The next row of that kind after `after` (NULL: the first), or NULL. */
const struct gp_row *gp_record_next(
	const struct gp_record *record, const char *kind, const struct gp_row *after);

/* The schema version this program reads and writes. */
#define GP_RECORD_SCHEMA "1"

/*
 * CSV, RFC 4180 by libcsv: every cell quoted, LF. A cell that a spreadsheet could run gets one
 * leading ' (taken off on reading), save a value that is a number. 0 or -errno.
 */
int gp_record_write_csv(const struct gp_record *record, FILE *out);

/* A record's rows from its header on, for what is written piece by piece. 0 or -errno. */
int gp_record_write_csv_header(FILE *out);
int gp_record_write_csv_rows(const struct gp_record *record, FILE *out);

/*
 * One record may hold several machines or runs, one behind the other: each part begins with its
 * meta rows. *part is the first at first (zeroed), then the next; false after the last. An empty
 * record has one empty part.
 */
bool gp_record_part(const struct gp_record *record, struct gp_record *part);

/*
 * Reads what gp_record_write_csv() wrote, bounded. 0, -errno of the stream, -EBADMSG where it is
 * no record, -EPROTONOSUPPORT for another schema. *ret_error (when not 0) is one line in the
 * record's arena saying what is wrong and in which row.
 */
int gp_record_read_csv(struct gp_record *record, FILE *in, const char **ret_error);

/*
 * Reads any number of machines, however long the file, and hands them over part by part. part and
 * its rows live until take returns; 0, or -errno of its own to end the reading with. At least one
 * part is handed over. Errors are those of gp_record_read_csv(), *ret_error then lies in the arena
 * ("" where take gave up).
 */
struct gp_record_taker {
	int (*take)(const struct gp_record_taker *taker, const struct gp_record *part);
	void *data;
};

int gp_record_each_csv(struct gp_arena *arena, FILE *in, const struct gp_record_taker *taker,
	const char **ret_error);

/* Where a part ends: told of each row of a record in turn (zeroed at first). */
struct gp_part_edge {
	bool tool, schema;
};

/* Whether this row is the first of another part. */
bool gp_part_begins(struct gp_part_edge *edge, const struct gp_row *row);

#endif
