/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "failure.h"
#include "transcode.h"

#define N_LOOPS (sizeof(((struct gp_kept *)NULL)->loops) / sizeof(struct gp_kept_loop))

bool gp_kept_init(struct gp_kept *kept, unsigned int size)
{
	*kept = (struct gp_kept){
		.size = size, .most = size < GP_KEPT_MOST ? size : GP_KEPT_MOST, .last = -1};
	for (size_t i = 0; i < N_LOOPS; i++) {
		kept->loops[i].loop = -1;
		kept->loops[i].packets = calloc(kept->most, sizeof(AVPacket *));
		for (unsigned int at = 0; kept->loops[i].packets && at < kept->most; at++)
			if (!(kept->loops[i].packets[at] = av_packet_alloc()))
				return gp_failed("out of memory");
		if (!kept->loops[i].packets)
			return gp_failed("out of memory");
	}
	return true;
}

void gp_kept_free(struct gp_kept *kept)
{
	for (size_t i = 0; i < N_LOOPS; i++) {
		for (unsigned int at = 0; kept->loops[i].packets && at < kept->most; at++)
			av_packet_free(&kept->loops[i].packets[at]);
		free(kept->loops[i].packets);
	}
}

void gp_keep(struct gp_kept *kept, AVPacket *packet)
{
	int64_t loop = packet->pts / kept->size;
	struct gp_kept_loop *to = &kept->loops[loop ? 1 + loop % 2 : 0];

	if (to->loop != loop) {
		to->loop = loop;
		to->n = to->n_kept = 0;
	}
	to->n++;
	if (to->n_kept == kept->most)
		return;
	av_packet_unref(to->packets[to->n_kept]);
	av_packet_move_ref(to->packets[to->n_kept++], packet);
}

const struct gp_kept_loop *gp_kept_loop(const struct gp_kept *kept, int64_t loop)
{
	for (size_t i = 0; i < N_LOOPS; i++)
		if (kept->loops[i].loop == loop)
			return &kept->loops[i];
	return NULL;
}
