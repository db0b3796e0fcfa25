/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/render.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ACROSS 24
#define UP     16
#define SIDE   4 /* pixels of a block */

static const uint8_t *pixel_at(
	const struct gp_drawing *drawing, const uint8_t *rgba, unsigned int x, unsigned int y)
{
	return rgba + 4 * ((size_t)y * drawing->width + x);
}

/* Means of a block, or of as much of it as the picture has. */
static void means(const struct gp_scene *scene, const struct gp_drawing *drawing, uint32_t frame,
	const uint8_t *rgba, const unsigned int at[2], double seen[3], double right[3])
{
	unsigned int n = 0;

	memset(seen, 0, 3 * sizeof(*seen));
	memset(right, 0, 3 * sizeof(*right));
	for (unsigned int y = at[1]; y < at[1] + SIDE && y < drawing->height; y++)
		for (unsigned int x = at[0]; x < at[0] + SIDE && x < drawing->width; x++, n++) {
			double color[3];

			scene->expect(drawing, frame, x, y, color);
			for (unsigned int c = 0; c < 3; c++) {
				seen[c] += pixel_at(drawing, rgba, x, y)[c];
				right[c] += color[c];
			}
		}
	for (unsigned int c = 0; c < 3; c++) {
		seen[c] /= n;
		right[c] /= n;
	}
}

static void add_block(struct gp_difference *difference, double tolerance, const unsigned int at[2],
	const double seen[3], const double right[3])
{
	double off = 0;

	for (unsigned int c = 0; c < 3; c++)
		off = fmax(off, fabs(seen[c] - right[c]));
	difference->blocks++;
	difference->mean += off;
	difference->wrong += off > tolerance;
	if (off <= difference->worst && difference->blocks > 1)
		return;
	difference->worst = off;
	difference->x = at[0];
	difference->y = at[1];
	memcpy(difference->seen, seen, sizeof(difference->seen));
	memcpy(difference->right, right, sizeof(difference->right));
}

/* Where one of so many blocks lies, the last ones at the far edge. */
static unsigned int place(unsigned int i, unsigned int n, unsigned int side)
{
	return side > SIDE ? (unsigned int)((uint64_t)i * (side - SIDE) / (n - 1)) : 0;
}

struct gp_difference gp_compare_picture(const struct gp_scene *scene,
	const struct gp_drawing *drawing, uint32_t frame, const uint8_t *rgba)
{
	struct gp_difference difference = {.is_flat = true, .is_black = true};
	double first[3], seen[3], right[3];

	for (unsigned int i = 0; i < ACROSS * UP; i++) {
		const unsigned int at[2] = {place(i % ACROSS, ACROSS, drawing->width),
			place(i / ACROSS, UP, drawing->height)};

		means(scene, drawing, frame, rgba, at, seen, right);
		add_block(&difference, scene->tolerance, at, seen, right);
		if (i == 0)
			memcpy(first, seen, sizeof(first));
		for (unsigned int c = 0; c < 3; c++) {
			difference.is_flat &= fabs(seen[c] - first[c]) < 0.5;
			difference.is_black &= seen[c] < 0.5;
		}
	}
	difference.mean /= difference.blocks;
	return difference;
}

bool gp_difference_say(const struct gp_difference *difference, char ret_text[GP_WHY_SIZE])
{
	const double *seen = difference->seen, *right = difference->right;

	*ret_text = '\0';
	if (!difference->wrong)
		return true;
	if (difference->is_black || difference->is_flat)
		snprintf(ret_text, GP_WHY_SIZE, "is %s",
			difference->is_black ? "all black" : "of one colour");
	else
		snprintf(ret_text, GP_WHY_SIZE,
			"%u of %u blocks are not as computed; at %u,%u red, green, blue are %.0f, "
			"%.0f, %.0f, and should be %.0f, %.0f, %.0f",
			difference->wrong, difference->blocks, difference->x, difference->y,
			seen[0], seen[1], seen[2], right[0], right[1], right[2]);
	return false;
}
