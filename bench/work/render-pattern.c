/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define SIDE GP_PATTERN_SIDE

/* Slow waves that repeat, so that blocks differ, and noise, so that nothing of it compresses. */
static void fill(uint8_t *texels)
{
	static const unsigned int waves[3][4] = {
		{5, 3, 11, 2041}, {2, 7, 2043, 9}, {6, 2045, 4, 13}};
	float wave[SIDE];
	uint32_t noise = 1;

	for (unsigned int i = 0; i < SIDE; i++)
		wave[i] = (float)sin(2 * M_PI * i / SIDE);
	for (unsigned int y = 0; y < SIDE; y++)
		for (unsigned int x = 0; x < SIDE; x++, texels += 4) {
			noise = noise * 1664525 + 1013904223;
			for (unsigned int c = 0; c < 3; c++) {
				float value =
					128 +
					60 * wave[(x * waves[c][0] + y * waves[c][1]) % SIDE] +
					40 * wave[(x * waves[c][2] + y * waves[c][3]) % SIDE];

				texels[c] =
					(uint8_t)(value + (float)(noise >> (8 * c + 3) & 31) - 16);
			}
			texels[3] = (uint8_t)(noise >> 24);
		}
}

static void halve(const uint8_t *from, unsigned int side, uint8_t *to)
{
	unsigned int half = side / 2;

	for (unsigned int y = 0; y < half; y++)
		for (unsigned int x = 0; x < half; x++)
			for (unsigned int c = 0; c < 4; c++, to++) {
				const uint8_t *at = from + 4 * ((size_t)2 * y * side + 2 * x) + c;

				*to = (uint8_t)((at[0] + at[4] + at[4 * side] + at[4 * side + 4] +
							2) /
						4);
			}
}

int gp_pattern_make(struct gp_pattern *pattern)
{
	unsigned int side = SIDE;

	for (unsigned int i = 0; i < GP_PATTERN_LEVELS; i++, side /= 2) {
		pattern->levels[i] = malloc((size_t)4 * side * side);
		if (!pattern->levels[i])
			return -ENOMEM;
		if (i)
			halve(pattern->levels[i - 1], side * 2, pattern->levels[i]);
		else
			fill(pattern->levels[i]);
	}
	return 0;
}

void gp_pattern_free(struct gp_pattern *pattern)
{
	for (unsigned int i = 0; i < GP_PATTERN_LEVELS; i++)
		free(pattern->levels[i]);
	*pattern = (struct gp_pattern){0};
}

static double wrap(double value, double side)
{
	return value - floor(value / side) * side;
}

static void sample_level(
	const struct gp_pattern *pattern, double s, double t, unsigned int level, double ret[3])
{
	unsigned int side = (unsigned int)SIDE >> level;
	double x = wrap(s * side - 0.5, side), y = wrap(t * side - 0.5, side);
	unsigned int left = (unsigned int)x % side, low = (unsigned int)y % side;
	unsigned int right = (left + 1) % side, high = (low + 1) % side;
	double across = x - floor(x), up = y - floor(y);
	const uint8_t *texels = pattern->levels[level];

	for (unsigned int c = 0; c < 3; c++) {
		double below = texels[4 * (low * side + left) + c] * (1 - across) +
			       texels[4 * (low * side + right) + c] * across;
		double above = texels[4 * (high * side + left) + c] * (1 - across) +
			       texels[4 * (high * side + right) + c] * across;

		ret[c] = below * (1 - up) + above * up;
	}
}

void gp_pattern_sample(
	const struct gp_pattern *pattern, double s, double t, double level, double ret[3])
{
	unsigned int fine = (unsigned int)level;
	double fine_color[3], coarse_color[3], share = level - fine;

	sample_level(pattern, s, t, fine, fine_color);
	sample_level(pattern, s, t, fine + 1, coarse_color);
	for (unsigned int c = 0; c < 3; c++)
		ret[c] = fine_color[c] * (1 - share) + coarse_color[c] * share;
}
