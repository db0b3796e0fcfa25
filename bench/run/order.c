/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run/order.h"

#include "stats/stats.h"

static void shuffle(struct gp_turn *turns, size_t n, struct gp_random *random)
{
	for (size_t i = n; i > 1; i--) {
		size_t other = (size_t)gp_random_below(random, i);
		struct gp_turn kept = turns[i - 1];

		turns[i - 1] = turns[other];
		turns[other] = kept;
	}
}

struct gp_turns gp_order_rounds(
	struct gp_arena *arena, size_t experiments, unsigned int runs, uint64_t seed)
{
	struct gp_turns turns = {
		gp_alloc(arena, experiments * runs, sizeof(struct gp_turn)), experiments * runs};
	struct gp_random random = gp_random_seeded(seed);

	for (unsigned int run = 0; run < runs; run++) {
		struct gp_turn *round = turns.items + run * experiments;

		for (size_t i = 0; i < experiments; i++)
			round[i] = (struct gp_turn){i, run + 1};
		shuffle(round, experiments, &random);
	}
	return turns;
}
