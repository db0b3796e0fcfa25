/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats.h"

#include <math.h>

struct gp_random gp_random_seeded(uint64_t seed)
{
	struct gp_random random;

	for (size_t i = 0; i < 4; i++) {
		uint64_t mixed = seed += 0x9e3779b97f4a7c15;

		mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
		mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
		random.state[i] = mixed ^ mixed >> 31;
	}
	return random;
}

static uint64_t rotated(uint64_t x, unsigned int bits)
{
	return x << bits | x >> (64 - bits);
}

uint64_t gp_random_next(struct gp_random *random)
{
	uint64_t *s = random->state, result = rotated(s[1] * 5, 7) * 9, shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotated(s[3], 45);
	return result;
}

/* What lies beyond the last full turn is drawn again. */
uint64_t gp_random_below(struct gp_random *random, uint64_t below)
{
	uint64_t beyond = (UINT64_MAX - below + 1) % below, drawn;

	do
		drawn = gp_random_next(random);
	while (drawn < beyond);
	return drawn % below;
}

double gp_random_unit(struct gp_random *random)
{
	return (double)(gp_random_next(random) >> 11) * 0x1p-53;
}

/* Box and Muller; the second of the two is not kept. */
double gp_random_normal(struct gp_random *random)
{
	double distance = sqrt(-2 * log(1 - gp_random_unit(random)));

	return distance * cos(2 * M_PI * gp_random_unit(random));
}
