/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "try/clip.h"

#define MOST 4096

/* The headers that encoders are given, and a slice that is cut at its data. */
static size_t make_stream(uint8_t *ret)
{
	const struct gp_h264_headers *headers = &gp_h264_headers;
	size_t slice = (headers->slice_head_bits + 7) / 8;

	memcpy(ret, headers->parameter_sets, headers->parameter_sets_size);
	memcpy(ret + headers->parameter_sets_size, headers->slice_head, slice);
	memset(ret + headers->parameter_sets_size + slice, 0x5a, 40);
	return headers->parameter_sets_size + slice + 40;
}

static void what_is_written_is_read(void **state)
{
	uint8_t stream[MOST];
	size_t size = make_stream(stream);
	struct gp_clip clip;

	(void)state;
	assert_int_equal(gp_clip_read(stream, size, &clip), 0);
	assert_int_equal(clip.size, gp_h264_headers.size);
	assert_int_equal(clip.n_frames, 1);
	assert_int_equal(clip.level, 30);
	assert_int_equal(clip.num_ref_frames, 1);
	assert_int_equal(clip.pic_order_cnt_type, 0);
	assert_int_equal(clip.log2_max_pic_order_cnt_lsb_minus4, 4);
	assert_int_equal(clip.deblocking_filter_control, 1);
	assert_int_equal(clip.transform_8x8_mode, 0);
	assert_int_equal(clip.frames[0].slice_type, 2);
	assert_int_equal(clip.frames[0].is_reference, 1);
	/* slice_head has a start code of four bytes in front. */
	assert_int_equal(clip.frames[0].data_bit_offset, gp_h264_headers.slice_head_bits - 32);
}

static void the_clip_has_what_its_frames_say(void **state)
{
	static const uint8_t start[] = {0, 0, 1};
	const struct gp_clip_frame *frame = &gp_clip_h264.frames[0];
	uint8_t *stream = malloc(frame->data_size + 64);
	size_t before = gp_h264_headers.parameter_sets_size;
	struct gp_clip clip;

	(void)state;
	assert_non_null(stream);
	memcpy(stream, gp_h264_headers.parameter_sets, before);
	memcpy(stream + before, start, sizeof(start));
	memcpy(stream + before + sizeof(start), frame->data, frame->data_size);
	assert_int_equal(gp_clip_read(stream, before + sizeof(start) + frame->data_size, &clip), 0);
	assert_int_equal(clip.frames[0].data_size, frame->data_size);
	free(stream);
}

static void a_stream_that_is_cut_has_no_frame(void **state)
{
	uint8_t stream[MOST];
	struct gp_clip clip;

	(void)state;
	make_stream(stream);
	for (size_t size = 0; size < gp_h264_headers.parameter_sets_size + 6; size++)
		assert_true(gp_clip_read(stream, size, &clip) < 0);
	assert_int_equal(gp_clip_read(stream, 0, &clip), -EBADMSG);
}

/* Whatever a driver writes, reading it ends, within it. */
static void noise_is_read_within_bounds(void **state)
{
	uint8_t stream[MOST];
	struct gp_clip clip;

	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		size_t size = make_stream(stream);
		uint8_t *copy;

		for (int i = 0; i < 4; i++)
			stream[(size_t)rand() % size] = (uint8_t)rand();
		copy = malloc(size);
		assert_non_null(copy);
		memcpy(copy, stream, size);
		if (gp_clip_read(copy, size, &clip) == 0) {
			assert_int_equal(clip.n_frames, 1);
			assert_true(clip.frames[0].data >= copy);
			assert_true(clip.frames[0].data + clip.frames[0].data_size <= copy + size);
		}
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_clip_has_what_its_frames_say),
		cmocka_unit_test(a_stream_that_is_cut_has_no_frame),
		cmocka_unit_test(noise_is_read_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
