/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A soft texture, things with hard edges that move across it, and noise on top: motion to be
 * searched, detail to be coded, and no two pictures alike. Integers alone.
 */
#include "work/film.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define TILE   1024 /* a power of two */
#define NOISE  65536
#define COVERS 160 /* where the hard texture is in front */
/* What video calls black, white, and the most of a colour. */
#define LEAST       16
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

/* Two dice less what they have on average: from -3 to 3, mostly near 0. */
static bool fill_noise(struct gp_film *film)
{
	size_t n = NOISE + (size_t)film->width;

	film->noise = malloc(n);
	for (size_t i = 0; film->noise && i < n; i++) {
		uint32_t dice = mixed((uint32_t)i + 77);

		film->noise[i] = (int8_t)((int)((dice & 3) + (dice >> 8 & 3)) - 3);
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

/* How far the layers have gone: even, so that the planes of colours go along. */
struct shot {
	unsigned int number;
	unsigned int soft_x, hard_x, down;
};

static int within(int value, int most)
{
	return value < LEAST ? LEAST : value > most ? most : value;
}

static const int8_t *noise_of(
	const struct gp_film *film, unsigned int number, unsigned int plane, unsigned int y)
{
	return film->noise + mixed(number * 16384 + y * 3 + plane) % NOISE;
}

static void draw_luma(struct gp_film *film, const struct shot *shot, unsigned int y)
{
	const uint8_t *back = line_of(&film->soft, shot->soft_x, y + shot->down);
	const uint8_t *front = line_of(&film->hard, shot->hard_x, y + shot->down);
	const int8_t *noise = noise_of(film, shot->number, 0, y);

	for (unsigned int x = 0; x < film->width; x++) {
		int value = front[x] >= COVERS ? front[x] : back[x];

		film->line[x] = (uint8_t)within(value + noise[x], MOST_LUMA);
	}
}

static void draw_chroma(
	struct gp_film *film, const struct shot *shot, unsigned int plane, unsigned int y)
{
	unsigned int aside = plane * 331;
	const uint8_t *back =
		line_of(&film->soft, shot->soft_x / 2 + aside, y + shot->down / 2 + aside);
	const uint8_t *front = line_of(&film->hard, shot->hard_x, 2 * y + shot->down);
	const int8_t *noise = noise_of(film, shot->number, plane, y);

	for (unsigned int x = 0; x < film->width / 2; x++) {
		int colour = (front[2 * x] * 37 + (int)aside) % 64 + 96;
		int value = front[2 * x] >= COVERS ? colour : 85 + back[x] / 3;

		film->line[x] = (uint8_t)within(value + noise[x] / 2, MOST_CHROMA);
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
	const struct shot shot = {number, 4 * number, 0u - 6 * number, 2 * number};

	for (unsigned int plane = 0; plane < 3; plane++) {
		unsigned int n = plane ? film->width / 2 : film->width;
		unsigned int lines = plane ? film->height / 2 : film->height;

		for (unsigned int y = 0; y < lines; y++) {
			uint8_t *to = planes[plane] + (ptrdiff_t)y * strides[plane];

			if (plane)
				draw_chroma(film, &shot, plane, y);
			else
				draw_luma(film, &shot, y);
			if (film->bits > 8)
				widen(film, n, (uint16_t *)(void *)to);
			else
				memcpy(to, film->line, n);
		}
	}
}
