/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PLAN_TRANSCODE_H
#define GP_PLAN_TRANSCODE_H

#include "workloads/workload.h"

/* What the worker says when it is asked, before anything is measured. */

/* What a device can do with each codec. */
struct gp_offers {
	const char *why; /* it could not be asked: one line; NULL: it was */
	struct gp_strings decode, encode;
};

struct gp_offers gp_ask_offers(struct gp_bench *bench, const char *device);

/* A clip to be transcoded. */
struct gp_source {
	const char *path;
	const char *why; /* there is none: one line; NULL: there is */
	const char *codec;
	struct gp_size size;
	double rate; /* frames/s */
};

/* The one that was made here before, or a new one. */
struct gp_source gp_make_source(struct gp_bench *bench, const char *codec, struct gp_size size);
/* The user's. */
struct gp_source gp_ask_source(struct gp_bench *bench, const char *path);

#endif
