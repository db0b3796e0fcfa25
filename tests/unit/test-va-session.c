/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vaapi/session.h"

#define DRI "/usr/lib/x86_64-linux-gnu/dri/"

static int make_arena(void **state)
{
	*state = gp_arena_new();
	return 0;
}

static int free_arena(void **state)
{
	gp_arena_free(*state);
	return 0;
}

/* vainfo twice, the second time of another image, as people paste it. */
static void test_each_start_is_a_session(void **state)
{
	struct gp_va_sessions sessions = {0};
	const struct gp_va_session *first, *second;

	gp_va_take_text(*state,
		"$ vainfo\n"
		"error: can't connect to X server!\n"
		"libva info: VA-API version 1.14.0\n"
		"libva info: Trying to open " DRI "iHD_drv_video.so\n"
		"libva info: Found init function __vaDriverInit_1_14\n"
		"libva error: " DRI "iHD_drv_video.so init failed\n"
		"libva info: va_openDriver() returns 1\n"
		"libva info: Trying to open " DRI "i965_drv_video.so\n"
		"libva info: va_openDriver() returns -1\n"
		"vaInitialize failed with error code -1 (unknown libva error),exit\n"
		"$ vainfo --display drm --device /dev/dri/renderD129\n"
		"libva info: VA-API version 1.22.0\n"
		"libva info: Trying to open /usr/lib/dri/iHD_drv_video.so\n"
		"libva info: Found init function __vaDriverInit_1_22\n"
		"libva info: va_openDriver() returns 0\n"
		"vainfo: VA-API version: 1.22 (libva 2.22.0)\n"
		"vainfo: Driver version: Intel iHD driver - 25.1.0\n"
		"      VAProfileH264Main               :\tVAEntrypointVLD\n"
		"      VAProfileH264Main               :\tVAEntrypointEncSliceLP\n",
		&sessions);
	assert_int_equal(sessions.n, 2);
	first = &sessions.items[0];
	assert_null(first->node);
	assert_string_equal(first->libva, "1.14.0");
	assert_int_equal(first->opens.n, 2);
	assert_string_equal(first->opens.items[0].driver, "iHD");
	assert_int_equal(first->opens.items[0].outcome, GP_VA_INIT_FAILED);
	assert_int_equal(first->opens.items[0].status, 1);
	assert_int_equal(first->opens.items[1].outcome, GP_VA_NO_FILE);
	assert_int_equal(first->status, -1);
	assert_false(gp_va_is_open(first));
	second = &sessions.items[1];
	assert_string_equal(second->node, "renderD129");
	assert_true(gp_va_is_open(second));
	assert_string_equal(second->vendor, "Intel iHD driver - 25.1.0");
	assert_true(gp_va_offers(second, "VAProfileH264Main", "VAEntrypointEncSliceLP"));
	assert_false(gp_va_offers(second, "VAProfileH264Main", "VAEntrypointEncSlice"));
}

/* FFmpeg shows libva's own words only where it is asked to. */
static void test_the_end_alone_is_a_session(void **state)
{
	struct gp_va_sessions sessions = {0};

	gp_va_take_text(*state,
		"[AVHWDeviceContext @ 0x1] Failed to initialise VAAPI connection: 18 (invalid "
		"parameter).\nDevice creation failed: -5.\n",
		&sessions);
	assert_int_equal(sessions.n, 1);
	assert_int_equal(sessions.items[0].status, 18);
	assert_string_equal(sessions.items[0].status_text, "invalid parameter");
}

static void test_what_keeps_a_file_out(void **state)
{
	struct gp_va_sessions sessions = {0};
	const struct gp_va_session *session;

	gp_va_take_text(*state,
		"libva info: VA-API version 1.17.0\n"
		"libva info: Trying to open /opt/dri/iHD_drv_video.so\n"
		"libva error: dlopen of /opt/dri/iHD_drv_video.so failed: libigdgmm.so.12: cannot "
		"open shared object file\n"
		"libva info: Trying to open " DRI "iHD_drv_video.so\n"
		"libva error: " DRI "iHD_drv_video.so has no function __vaDriverInit_1_0\n"
		"libva info: va_openDriver() returns -1\n",
		&sessions);
	session = &sessions.items[0];
	assert_int_equal(session->opens.n, 2);
	assert_int_equal(session->opens.items[0].outcome, GP_VA_NOT_LOADED);
	assert_int_equal(session->opens.items[1].outcome, GP_VA_NO_INIT);
	assert_ptr_equal(gp_va_last_open(session, "iHD"), &session->opens.items[1]);
}

static void test_text_without_libva_is_none(void **state)
{
	struct gp_va_sessions sessions = {0};

	gp_va_take_text(*state, "", &sessions);
	gp_va_take_text(*state, "VAProfileH264Main : VAEntrypointVLD\nva_openDriver() returns 0\n",
		&sessions);
	assert_int_equal(sessions.n, 0);
}

/* Sessions, files and pairs are capped, whatever is pasted. */
static void test_a_flood_is_capped(void **state)
{
	struct gp_va_sessions sessions = {0};
	char text[200000] = "";
	size_t n = 0;

	for (int i = 0; i < 2000; i++) {
		memcpy(text + n, "libva info: VA-API version 1.1.0\n", 33);
		n += 33;
	}
	for (int i = 0; i < 2000; i++) {
		memcpy(text + n, "libva info: Trying to open /x_drv_video.so\n", 43);
		n += 43;
	}
	text[n] = '\0';
	gp_va_take_text(*state, text, &sessions);
	assert_in_range(sessions.n, 1, 64);
	assert_in_range(sessions.items[sessions.n - 1].opens.n, 1, 512);
}

static void test_our_own_try(void **state)
{
	static const char said[] =
		"environment LIBVA_DRIVERS_PATH /opt/dri\n"
		"open ok\n"
		"kmd i915\n"
		"doing initialize\n"
		"said libva info: VA-API version 1.17.0\n"
		"said libva info: Trying to open /opt/dri/iHD_drv_video.so\n"
		"said libva info: Found init function __vaDriverInit_1_17\n"
		"said libva info: va_openDriver() returns 0\n"
		"initialize 0 success (no error)\n"
		"libva 1.17\n"
		"profile VAProfileH264Main VAEntrypointEncSlice rc=CQP max=4096x4096\n"
		"decode H264 ok\n"
		"process scale 12 vaCreateConfig: the requested VAProfile\n"
		"encode H264 wrong-stream it is empty\n"
		"doing terminate\n"
		"end signal 11\n";
	struct gp_attempt attempt = {.probe = "vaapi",
		.subject = "/dev/dri/renderD128",
		.said = {.data = (const uint8_t *)said, .size = sizeof(said) - 1}};
	struct gp_va_sessions sessions = {0};
	const struct gp_va_session *session;

	gp_va_take_try(*state, &attempt, &sessions);
	session = &sessions.items[0];
	assert_string_equal(session->node, "renderD128");
	assert_string_equal(session->kmd, "i915");
	assert_string_equal(session->path, "/opt/dri");
	assert_string_equal(session->profiles.items[0].attributes, "rc=CQP max=4096x4096");
	assert_int_equal(session->works.n, 3);
	assert_int_equal(session->works.items[0].result, GP_VA_WORKED);
	assert_int_equal(session->works.items[1].result, GP_VA_REFUSED);
	assert_int_equal(session->works.items[2].result, GP_VA_WRONG);
	assert_string_equal(session->doing, "terminate");
	assert_int_equal(session->tried.end, GP_TRIED_CRASHED);
	attempt.error = -2;
	gp_va_take_try(*state, &attempt, &sessions);
	assert_int_equal(sessions.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_each_start_is_a_session, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			test_the_end_alone_is_a_session, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(test_what_keeps_a_file_out, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
			test_text_without_libva_is_none, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(test_a_flood_is_capped, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(test_our_own_try, make_arena, free_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
