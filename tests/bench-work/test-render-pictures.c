/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the pictures of scenes have to be told from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "work/render.h"

#define WIDTH  160
#define HEIGHT 90
#define FRAME  7

static const struct gp_scene *const scenes[] = {&gp_scene_fill, &gp_scene_texture,
	&gp_scene_geometry, &gp_scene_shader, &gp_scene_readback};

/* A scene as it has to come out. */
struct picture {
	struct gp_gl gl;
	struct gp_drawing drawing;
	const struct gp_scene *scene;
	uint8_t rgba[HEIGHT][WIDTH][4];
};

static void paint(struct picture *picture, uint32_t frame)
{
	for (unsigned int y = 0; y < HEIGHT; y++)
		for (unsigned int x = 0; x < WIDTH; x++) {
			double color[3];

			picture->scene->expect(&picture->drawing, frame, x, y, color);
			for (unsigned int c = 0; c < 3; c++)
				picture->rgba[y][x][c] = (uint8_t)lrint(color[c]);
		}
}

static void begin(struct picture *picture, const struct gp_scene *scene)
{
	*picture = (struct picture){.scene = scene};
	picture->drawing =
		(struct gp_drawing){.gl = &picture->gl, .width = WIDTH, .height = HEIGHT};
	if (scene == &gp_scene_texture)
		assert_int_equal(gp_pattern_make(&picture->drawing.pattern), 0);
	paint(picture, FRAME);
}

static void end(struct picture *picture)
{
	gp_pattern_free(&picture->drawing.pattern);
}

static bool is_right(const struct picture *picture, const char *says)
{
	struct gp_difference difference = gp_compare_picture(
		picture->scene, &picture->drawing, FRAME, (const uint8_t *)picture->rgba);
	char text[GP_WHY_SIZE];
	bool right = gp_difference_say(&difference, text);

	if (!strstr(text, says))
		fail_msg("%s: \"%s\" is not in \"%s\"", picture->scene->name, says, text);
	return right;
}

static void test_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		struct picture picture;

		begin(&picture, scenes[i]);
		assert_true(is_right(&picture, ""));
		end(&picture);
	}
}

static void test_blank(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		struct picture picture;

		begin(&picture, scenes[i]);
		memset(picture.rgba, 0, sizeof(picture.rgba));
		assert_false(is_right(&picture, "is all black"));
		memset(picture.rgba, 0x80, sizeof(picture.rgba));
		assert_false(is_right(&picture, "is of one colour"));
		end(&picture);
	}
}

/* Frames shortly before and after are not this one. */
static void test_another_frame(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		struct picture picture;

		begin(&picture, scenes[i]);
		for (uint32_t frame = 0; frame < 5 * GP_IN_FLIGHT; frame++) {
			if (frame == FRAME)
				continue;
			paint(&picture, frame);
			assert_false(is_right(&picture, "not as computed"));
		}
		end(&picture);
	}
}

static void damage_rows(struct picture *picture, unsigned int from, unsigned int to)
{
	memset(picture->rgba[from], 0, sizeof(picture->rgba[0]) * (to - from));
}

static void swap_channels(struct picture *picture)
{
	for (unsigned int i = 0; i < WIDTH * HEIGHT; i++) {
		uint8_t *pixel = picture->rgba[i / WIDTH][i % WIDTH], red = pixel[0];

		pixel[0] = pixel[2];
		pixel[2] = red;
	}
}

static void turn_over(struct picture *picture)
{
	for (unsigned int y = 0; y < HEIGHT / 2; y++)
		for (unsigned int x = 0; x < WIDTH * 4; x++) {
			uint8_t *low = (uint8_t *)picture->rgba[y] + x;
			uint8_t *high = (uint8_t *)picture->rgba[HEIGHT - 1 - y] + x;
			uint8_t kept = *low;

			*low = *high;
			*high = kept;
		}
}

static void test_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		struct picture picture;

		begin(&picture, scenes[i]);
		damage_rows(&picture, HEIGHT - 4, HEIGHT);
		assert_false(is_right(&picture, "24 of 384 blocks are not as computed"));
		paint(&picture, FRAME);
		swap_channels(&picture);
		assert_false(is_right(&picture, "not as computed"));
		paint(&picture, FRAME);
		turn_over(&picture);
		assert_false(is_right(&picture, "not as computed"));
		end(&picture);
	}
}

/* What devices may do differently is forgiven. */
static void test_rounding(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		struct picture picture;
		uint8_t *bytes = (uint8_t *)picture.rgba;

		begin(&picture, scenes[i]);
		for (size_t at = 0; at < sizeof(picture.rgba); at++)
			bytes[at] = (uint8_t)(bytes[at] + (bytes[at] < 255));
		assert_true(is_right(&picture, ""));
		end(&picture);
	}
}

/* One pixel is one block, too. */
static void test_small(void **state)
{
	struct gp_drawing drawing = {.width = 1, .height = 1};
	uint8_t pixel[4] = {0};
	struct gp_difference difference;
	double color[3];

	(void)state;
	gp_scene_fill.expect(&drawing, FRAME, 0, 0, color);
	for (unsigned int c = 0; c < 3; c++)
		pixel[c] = (uint8_t)lrint(color[c]);
	difference = gp_compare_picture(&gp_scene_fill, &drawing, FRAME, pixel);
	assert_int_equal(difference.wrong, 0);
}

/* A level is the mean of the one below. */
static void test_pattern(void **state)
{
	struct gp_pattern pattern;
	double last[3], first[3];

	(void)state;
	assert_int_equal(gp_pattern_make(&pattern), 0);
	gp_pattern_sample(&pattern, 0.5, 0.5, 10, last);
	gp_pattern_sample(&pattern, 1.5, -0.5, 10, first);
	for (unsigned int c = 0; c < 3; c++) {
		assert_true(last[c] > 100 && last[c] < 156);
		assert_true(fabs(last[c] - first[c]) < 1e-9);
	}
	gp_pattern_sample(&pattern, 0.5 / 2048, 0.5 / 2048, 0, first);
	assert_true(fabs(first[0] - pattern.levels[0][0]) < 1e-9);
	gp_pattern_free(&pattern);
}

static void test_scenes(void **state)
{
	(void)state;
	assert_ptr_equal(gp_scene_find("shader"), &gp_scene_shader);
	assert_null(gp_scene_find("shaders"));
	for (uint32_t frame = 0; frame < 500; frame++) {
		double step = fabs(gp_scene_phase(frame) - gp_scene_phase(frame + 1));

		assert_true(step > 0.3 && step < 0.7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_another_frame),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_scenes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
