/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures that are made, and pictures that are compared. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "work/film.h"
#include "work/pixels.h"

#define WIDTH  70
#define HEIGHT 38

struct picture {
	uint16_t room[3][WIDTH * HEIGHT];
	uint8_t *planes[3];
	int strides[3];
};

static void draw(struct picture *ret, unsigned int number, unsigned int bits)
{
	struct gp_film *film = gp_film_new(WIDTH, HEIGHT, bits);

	assert_non_null(film);
	memset(ret->room, 0xee, sizeof(ret->room));
	for (int i = 0; i < 3; i++) {
		ret->planes[i] = (uint8_t *)ret->room[i];
		ret->strides[i] = (int)((i ? WIDTH / 2 : WIDTH) * (bits > 8 ? 2 : 1));
	}
	gp_film_picture(film, number, ret->planes, ret->strides);
	gp_film_free(film);
}

static struct gp_plane plane_of(const struct picture *picture, int plane, unsigned int bits)
{
	return (struct gp_plane){picture->planes[plane], picture->strides[plane],
		plane ? WIDTH / 2 : WIDTH, plane ? HEIGHT / 2 : HEIGHT, bits};
}

/* FNV-1a of all planes. */
static uint32_t hash_of(const struct picture *picture)
{
	uint32_t hash = 2166136261u;

	for (int plane = 0; plane < 3; plane++)
		for (int i = 0; i < picture->strides[plane] * (plane ? HEIGHT / 2 : HEIGHT); i++)
			hash = (hash ^ picture->planes[plane][i]) * 16777619u;
	return hash;
}

/* Records are compared by what was transcoded: it must not change from one version to another. */
static void test_film_is_the_same(void **state)
{
	struct picture picture;

	(void)state;
	draw(&picture, 0, 8);
	assert_int_equal(hash_of(&picture), 0xac4d80e6);
	draw(&picture, 77, 8);
	assert_int_equal(hash_of(&picture), 0xb2ef5a29);
	draw(&picture, 77, 10);
	assert_int_equal(hash_of(&picture), 0x7788c1f2);
}

static void test_film_moves(void **state)
{
	struct picture one, other;

	(void)state;
	draw(&one, 5, 8);
	for (unsigned int number = 0; number < 8; number++) {
		draw(&other, number, 8);
		for (int i = 0; i < 3; i++) {
			struct gp_plane a = plane_of(&one, i, 8), b = plane_of(&other, i, 8);

			assert_true(gp_plane_error(&a, &b) > (number == 5 ? -1 : 1));
		}
	}
}

/* 10 bits show what 8 do. */
static void test_film_of_ten_bits(void **state)
{
	struct picture eight, ten;

	(void)state;
	draw(&eight, 9, 8);
	draw(&ten, 9, 10);
	for (int plane = 0; plane < 3; plane++)
		for (int i = 0; i < eight.strides[plane] * (plane ? HEIGHT / 2 : HEIGHT); i++)
			assert_int_equal(eight.planes[plane][i], ten.room[plane][i] >> 2);
}

static void test_film_keeps_to_its_planes(void **state)
{
	struct picture picture;

	(void)state;
	draw(&picture, 3, 10);
	assert_int_equal(picture.room[0][WIDTH * HEIGHT - 1] >> 10, 0);
	assert_int_equal(picture.room[1][WIDTH / 2 * (HEIGHT / 2)], 0xeeee);
	draw(&picture, 3, 8);
	assert_int_equal(picture.planes[0][WIDTH * HEIGHT], 0xee);
	assert_int_equal(picture.planes[2][WIDTH / 2 * (HEIGHT / 2)], 0xee);
}

static void test_errors(void **state)
{
	uint8_t a[20 * 20], b[20 * 20];
	struct gp_plane one = {a, 20, 20, 20, 8}, other = {b, 20, 20, 20, 8};

	(void)state;
	memset(a, 100, sizeof(a));
	memset(b, 100, sizeof(b));
	assert_true(gp_plane_error(&one, &other) == 0);
	b[399] = 120;
	assert_true(fabs(gp_plane_error(&one, &other) - 1) < 1e-9);
	/* The last square is one of 4x4, of nine: 20 / 16 is its mean's error. */
	assert_true(fabs(gp_plane_error_of_means(&one, &other) - 1.25 * 1.25 / 9) < 1e-9);
	/* Only detail differs. */
	for (int i = 0; i < 400; i++) {
		a[i] = (uint8_t)(i % 2 ? 90 : 110);
		b[i] = (uint8_t)(i % 2 ? 110 : 90);
	}
	assert_true(fabs(gp_plane_error(&one, &other) - 400) < 1e-9);
	assert_true(gp_plane_error_of_means(&one, &other) < 1e-9);
	/* Nothing beyond the width is looked at. */
	one.width = other.width = 1;
	b[1] = 0;
	assert_true(fabs(gp_plane_error(&one, &other) - 400) < 1e-9);
}

static void test_errors_of_words(void **state)
{
	uint16_t a[64], b[64];
	struct gp_plane one = {(const uint8_t *)a, 16, 8, 8, 10};
	struct gp_plane other = {(const uint8_t *)b, 16, 8, 8, 10};

	(void)state;
	for (int i = 0; i < 64; i++) {
		a[i] = 1023;
		b[i] = 0;
	}
	assert_true(fabs(gp_plane_error(&one, &other) - 1023.0 * 1023) < 1e-6);
	assert_true(fabs(gp_plane_error_of_means(&one, &other) - 1023.0 * 1023) < 1e-6);
	assert_true(fabs(gp_psnr(gp_plane_error(&one, &other), 10)) < 1e-9);
}

static void test_psnr(void **state)
{
	(void)state;
	assert_true(gp_psnr(0, 8) == GP_PSNR_MOST);
	assert_true(gp_psnr(1e-20, 8) == GP_PSNR_MOST);
	assert_true(fabs(gp_psnr(255.0 * 255, 8)) < 1e-9);
	assert_true(fabs(gp_psnr(65.025, 8) - 30) < 1e-9);
	assert_true(fabs(gp_psnr(16 * 65.025, 10) - gp_psnr(65.025, 8)) < 0.1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_film_is_the_same),
		cmocka_unit_test(test_film_moves),
		cmocka_unit_test(test_film_of_ten_bits),
		cmocka_unit_test(test_film_keeps_to_its_planes),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_errors_of_words),
		cmocka_unit_test(test_psnr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
