/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two textures that move across each other, one soft and one with hard edges, and noise on top:
 * motion to be searched, detail to be coded, and no two pictures alike. Integers alone.
 */
#include <stdlib.h>
#include <string.h>

#include "clip.h"

#define TILE        1024 /* a power of two */
#define NOISE       65536
#define LEAST       16 /* of what video calls black, and white */
#define MOST_LUMA   235
#define MOST_CHROMA 240

struct tile {
	uint8_t *lines; /* TILE of them, continued for the width of a picture */
	size_t stride;
};

struct gp_film {
	unsigned int width, height, bits;
	struct tile soft, hard;
	int8_t *noise;
	uint8_t *line;
};

static uint32_t mixed(uint32_t value)
{
	value ^= value >> 16;
	value *= 0x7feb352d;
	value ^= value >> 15;
	value *= 0x846ca68b;
	return value ^ value >> 16;
}

/* A number from 0 to 255 at each crossing of a lattice that repeats with the tile. */
static uint32_t crossing(uint32_t seed, unsigned int x, unsigned int y)
{
	return mixed(seed + (y % TILE) * TILE + x % TILE) & 255;
}

/* Between four crossings, `step` apart. */
static uint32_t wave(uint32_t seed, unsigned int x, unsigned int y, unsigned int step)
{
	unsigned int left = x & ~(step - 1), top = y & ~(step - 1);
	uint32_t right_part = x - left, low_part = y - top;
	uint32_t upper = crossing(seed, left, top) * (step - right_part) +
			 crossing(seed, left + step, top) * right_part;
	uint32_t lower = crossing(seed, left, top + step) * (step - right_part) +
			 crossing(seed, left + step, top + step) * right_part;

	return (upper * (step - low_part) + lower * low_part) / (step * step);
}

static uint8_t soft(unsigned int x, unsigned int y)
{
	return (uint8_t)((wave(1, x, y, 128) * 4 + wave(2, x, y, 32) * 3 + wave(3, x, y, 8)) / 8);
}

/* Plains of one brightness each, with edges between them. */
static uint8_t hard(unsigned int x, unsigned int y)
{
	return (uint8_t)(((wave(4, x, y, 64) * 3 + wave(5, x, y, 16)) / 4 * 7 / 256) * 40);
}

static bool fill(struct tile *tile, unsigned int width, uint8_t (*at)(unsigned, unsigned))
{
	tile->stride = TILE + (size_t)width;
	tile->lines = malloc(TILE * tile->stride);
	if (!tile->lines)
		return false;
	for (unsigned int y = 0; y < TILE; y++) {
		uint8_t *line = tile->lines + y * tile->stride;

		for (unsigned int x = 0; x < TILE; x++)
			line[x] = at(x, y);
		for (size_t x = TILE; x < tile->stride; x++)
			line[x] = line[x - TILE];
	}
	return true;
}

/* The sum of four dice less its middle: from -8 to 8, mostly near 0. */
static bool fill_noise(struct gp_film *film)
{
	size_t n = NOISE + (size_t)film->width;

	film->noise = malloc(n);
	for (size_t i = 0; film->noise && i < n; i++) {
		uint32_t dice = mixed((uint32_t)i + 77);
		int sum = (int)((dice & 3) + (dice >> 8 & 3) + (dice >> 16 & 3) + (dice >> 24 & 3));

		film->noise[i] = (int8_t)(sum - 6);
	}
	return film->noise;
}

struct gp_film *gp_film_new(unsigned int width, unsigned int height, unsigned int bits)
{
	struct gp_film *film = calloc(1, sizeof(*film));

	if (!film)
		return NULL;
	film->width = width;
	film->height = height;
	film->bits = bits;
	film->line = malloc(width);
	if (!film->line || !fill(&film->soft, width, soft) || !fill(&film->hard, width, hard) ||
		!fill_noise(film)) {
		gp_film_free(film);
		return NULL;
	}
	return film;
}

void gp_film_free(struct gp_film *film)
{
	if (!film)
		return;
	free(film->soft.lines);
	free(film->hard.lines);
	free(film->noise);
	free(film->line);
	free(film);
}

static const uint8_t *line_of(const struct tile *tile, unsigned int x, unsigned int y)
{
	return tile->lines + (y % TILE) * tile->stride + x % TILE;
}

/* What one plane shows: where the tiles are, how far its values go. */
struct look {
	unsigned int plane, number, most;
};

static void draw_line(struct gp_film *film, const struct look *look, unsigned int y, unsigned int n)
{
	unsigned int shift = look->plane * 331, t = look->number;
	const uint8_t *a = line_of(&film->soft, 3 * t + shift, y + 2 * t);
	const uint8_t *b = line_of(&film->hard, TILE * 64 - 5 * t + shift, y + t + shift);
	const int8_t *noise = film->noise + mixed(t * 16384 + y * 3 + look->plane) % NOISE;
	int most = (int)look->most;

	for (unsigned int x = 0; x < n; x++) {
		int value = (a[x] + b[x]) / 2 + noise[x];

		value = value < LEAST ? LEAST : value;
		film->line[x] = (uint8_t)(value > most ? most : value);
	}
}

/* The two bits more come from the noise as well. */
static void widen(const struct gp_film *film, unsigned int n, uint16_t *to)
{
	for (unsigned int x = 0; x < n; x++)
		to[x] = (uint16_t)(film->line[x] * 4 + ((film->line[x] * 5 + x) & 3));
}

void gp_film_picture(
	struct gp_film *film, unsigned int number, uint8_t *const planes[3], const int strides[3])
{
	for (unsigned int plane = 0; plane < 3; plane++) {
		const struct look look = {plane, number, plane ? MOST_CHROMA : MOST_LUMA};
		unsigned int n = plane ? (film->width + 1) / 2 : film->width;
		unsigned int lines = plane ? (film->height + 1) / 2 : film->height;

		for (unsigned int y = 0; y < lines; y++) {
			uint8_t *to = planes[plane] + (ptrdiff_t)y * strides[plane];

			draw_line(film, &look, y, n);
			if (film->bits > 8)
				widen(film, n, (uint16_t *)(void *)to);
			else
				memcpy(to, film->line, n);
		}
	}
}
