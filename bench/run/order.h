/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ORDER_H
#define GP_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Which experiment when: pure. */
struct gp_turn {
	size_t experiment;
	unsigned int run; /* from 1 */
};

struct gp_turns {
	struct gp_turn *items;
	size_t n;
};

/*
 * Rounds: run 1 of each experiment, then run 2, ..., in an order that the seed draws anew in each
 * round, so that what drifts (heat, other work) meets all of them alike.
 */
struct gp_turns gp_order_rounds(
	struct gp_arena *arena, size_t experiments, unsigned int runs, uint64_t seed);

#endif
