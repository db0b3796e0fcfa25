/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PEER_H
#define GP_PEER_H

#include "bench-options.h"
#include "record.h"
#include "remote/remote.h"

/* One side of a comparison that runs now: a `gpupass-bench serve` (run/serve.h), here or there. */

struct gp_peer_experiment {
	const char *id; /* "transcode.h264-1080p" */
	double seconds; /* that one run takes */
	bool has_failed;
};

struct gp_peer {
	struct gp_arena *arena;
	const char *label;
	const char *environment; /* "NAME=VALUE NAME=VALUE"; "": none */
	struct gp_remote *remote;
	struct gp_record record; /* its side: meta, facts, then the samples */
	GP_LIST(struct gp_peer_experiment) experiments;
	GP_LIST(struct gp_peer_experiment) cannot; /* id alone */
	double patience;
	bool is_ready; /* it has said what there is to measure */
};

/*
 * side: "[NAME=VALUE]... DEVICE". host: NULL for this machine. 0, or -errno and one line in
 * *ret_error. It must be ended before its arena is freed.
 */
int gp_peer_start(struct gp_arena *arena, const char *side, const char *host,
	const struct gp_bench_options *options, struct gp_peer *ret, const char **ret_error);
/* Waits until it is ready, as long as it takes to make clips. */
int gp_peer_ready(struct gp_peer *peer, const char **ret_error);
/*
 * Asks for one sample and adds its rows. 0; -EINTR: the user has had enough; others: this side is
 * gone, and one line in *ret_error. *ret_why: why the sample does not count; NULL: it does.
 */
int gp_peer_take(struct gp_peer *peer, struct gp_peer_experiment *experiment, unsigned int pair,
	const char **ret_why, const char **ret_error);
/* Says something about this side, as a meta row. */
void gp_peer_stamp(struct gp_peer *peer, const char *id, const char *value);
void gp_peer_end(struct gp_peer *peer);

struct gp_peer_experiment *gp_peer_find(struct gp_peer *peer, const char *id);

#endif
