/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_BENCH_ROWS_H
#define GP_BENCH_ROWS_H

/* Records of benchmarks made by hand, for tests. */

#include "digest.h"
#include "record-rows.h"

static inline struct gp_arena *arena_of(void **state)
{
	return ((struct gp_record *)*state)->arena;
}

static inline void row(struct gp_record *record, const char *kind, const char *id,
	const char *verdict, const char *value, const char *unit, const char *text,
	const char *source)
{
	gp_record_add(record, &(struct gp_row){.kind = kind,
				      .layer = "bench",
				      .id = id,
				      .subject = OTHER,
				      .mode = "vf",
				      .verdict = verdict,
				      .value = value,
				      .unit = unit,
				      .text = text,
				      .source = source});
}

static inline void run(struct gp_record *record, const char *id, const char *value,
	const char *unit, const char *source)
{
	row(record, "run", id, "valid", value, unit, "", source);
}

static inline void add_transcode(struct gp_record *record)
{
	run(record, "transcode.h264-1080p.fps", "58.1", "frames/s", "run 1");
	run(record, "transcode.h264-1080p.fps", "58.9", "frames/s", "run 2");
	run(record, "transcode.h264-1080p.fps", "59.6", "frames/s", "run 3");
	row(record, "stat", "transcode.h264-1080p.fps", "", "58.8734", "frames/s",
		"95 % interval 58.11 to 59.62, n = 12, signed-rank", "");
}

static inline const struct gp_bench_digest *digested(void **state)
{
	return gp_bench_digest(arena_of(state), *state);
}

#endif
