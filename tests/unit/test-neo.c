/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gpu/tables.h"
#include "opencl/neo.h"

static int compare(const char *a, const char *b)
{
	struct gp_neo_version left, right;

	assert_true(gp_neo_parse(a, &left));
	assert_true(gp_neo_parse(b, &right));
	return gp_neo_compare(&left, &right);
}

static void versions_are_numbers(void **state)
{
	(void)state;
	assert_true(compare("22.43.24595.41", "23.05") < 0);
	assert_true(compare("24.9.28717", "24.13") < 0);
	assert_true(compare("25.18.33578.6-1~24.04", "25.18.33578.6") == 0);
	assert_true(compare("25.18.33578.15", "25.18.33578.6") > 0);
	assert_true(compare("24.35.30872", "24.35.30872.22") == 0);
	assert_true(compare("24.35.30872.21", "24.35.30872.22") < 0);
	assert_true(compare("26.01.1.2.3", "26.01.1.2") == 0);
}

static void what_is_no_version(void **state)
{
	static const char *const texts[] = {"", "x", "3.1+debian", "24", "24.", "1.0", "-22.43",
		"2024.1.2", "999999999999999999999.1"};
	struct gp_neo_version version;

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(texts); i++)
		if (gp_neo_parse(texts[i], &version))
			fail_msg("%s is taken for a version", texts[i]);
}

static const struct gp_gpu_model *model_of(const char *platform)
{
	for (size_t i = 0; i < gp_intel_platform_count; i++)
		if (gp_equal(gp_intel_platforms[i].model.platform, platform))
			return &gp_intel_platforms[i].model;
	fail_msg("there is no platform %s", platform);
	return NULL;
}

static void older_gpus_have_their_own(void **state)
{
	(void)state;
	assert_true(gp_neo_is_legacy(model_of("Broadwell")));
	assert_true(gp_neo_is_legacy(model_of("Coffee Lake")));
	assert_true(gp_neo_is_legacy(model_of("Ice Lake")));
	assert_false(gp_neo_is_legacy(model_of("Tiger Lake")));
	assert_false(gp_neo_is_legacy(model_of("Haswell")));
	assert_true(gp_neo_is_never(model_of("Haswell")));
	assert_true(gp_neo_is_never(model_of("Braswell")));
	assert_false(gp_neo_is_legacy(model_of("Cannon Lake")));
	assert_false(gp_neo_is_never(model_of("Tiger Lake")));
}

/* Every name in the table of releases is one of gpu/models-intel.c: else it is never found. */
static void every_platform_is_one(void **state)
{
	size_t found = 0;
	struct gp_neo_version version;

	(void)state;
	for (size_t i = 0; i < gp_intel_platform_count; i++) {
		const struct gp_gpu_model *model = &gp_intel_platforms[i].model;
		bool first = model_of(model->platform) == model;

		found += first && gp_neo_since(model, &version);
	}
	assert_int_equal(found, gp_neo_platform_count);
	assert_string_equal(gp_neo_since(model_of("Alder Lake-N"), &version), "23.05");
	assert_null(gp_neo_since(model_of("Rocket Lake"), &version));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_numbers),
		cmocka_unit_test(what_is_no_version),
		cmocka_unit_test(older_gpus_have_their_own),
		cmocka_unit_test(every_platform_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
