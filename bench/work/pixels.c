/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/pixels.h"

#include <math.h>

#define SQUARE 8

static int value_at(const struct gp_plane *plane, const uint8_t *line, unsigned int x)
{
	return plane->bits > 8 ? ((const uint16_t *)(const void *)line)[x] : line[x];
}

static const uint8_t *line_of(const struct gp_plane *plane, unsigned int y)
{
	return plane->data + (ptrdiff_t)y * plane->stride;
}

static uint64_t error_of_line(const struct gp_plane *a, const struct gp_plane *b, unsigned int y)
{
	const uint8_t *one = line_of(a, y), *other = line_of(b, y);
	uint64_t sum = 0;

	for (unsigned int x = 0; x < a->width; x++) {
		int difference = value_at(a, one, x) - value_at(b, other, x);

		sum += (uint64_t)((int64_t)difference * difference);
	}
	return sum;
}

double gp_plane_error(const struct gp_plane *a, const struct gp_plane *b)
{
	double sum = 0;

	for (unsigned int y = 0; y < a->height; y++)
		sum += (double)error_of_line(a, b, y);
	return sum / ((double)a->width * a->height);
}

static double mean(const struct gp_plane *plane, unsigned int left, unsigned int top,
	unsigned int width, unsigned int height)
{
	uint64_t sum = 0;

	for (unsigned int y = top; y < top + height; y++)
		for (unsigned int x = left; x < left + width; x++)
			sum += (uint64_t)value_at(plane, line_of(plane, y), x);
	return (double)sum / ((double)width * height);
}

double gp_plane_error_of_means(const struct gp_plane *a, const struct gp_plane *b)
{
	double sum = 0, n = 0;

	for (unsigned int y = 0; y < a->height; y += SQUARE)
		for (unsigned int x = 0; x < a->width; x += SQUARE, n++) {
			unsigned int width = a->width - x < SQUARE ? a->width - x : SQUARE;
			unsigned int height = a->height - y < SQUARE ? a->height - y : SQUARE;
			double difference =
				mean(a, x, y, width, height) - mean(b, x, y, width, height);

			sum += difference * difference;
		}
	return sum / n;
}

double gp_psnr(double error, unsigned int bits)
{
	double peak = (double)((1u << bits) - 1), psnr;

	if (!(error > 0))
		return GP_PSNR_MOST;
	psnr = 10 * log10(peak * peak / error);
	return psnr < GP_PSNR_MOST ? psnr : GP_PSNR_MOST;
}
