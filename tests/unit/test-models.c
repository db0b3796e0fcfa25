/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check.h"
#include "gpu/media.h"
#include "gpu/support.h"
#include "gpu/tables.h"

static const struct {
	uint16_t vendor, device;
	const char *platform, *family;
	uint16_t graphics;
	bool discrete, gvt, vgpu;
	enum gp_sriov_hardware sriov;
	uint8_t media_engines;
} known[] = {
	{0x8086, 0x3e92, "Coffee Lake", "Gen9.5", 95, false, true, false, GP_SRIOV_NEVER, 1},
	{0x8086, 0x1912, "Skylake", "Gen9", 90, false, true, false, GP_SRIOV_NEVER, 1},
	{0x8086, 0x193b, "Skylake", "Gen9", 90, false, true, false, GP_SRIOV_NEVER, 2},
	{0x8086, 0x5912, "Kaby Lake", "Gen9.5", 95, false, true, false, GP_SRIOV_NEVER, 1},
	{0x8086, 0x9bc5, "Comet Lake", "Gen9.5", 95, false, true, false, GP_SRIOV_NEVER, 1},
	{0x8086, 0x3185, "Gemini Lake", "Gen9.5", 95, false, false, false, GP_SRIOV_NEVER, 1},
	{0x8086, 0x4e61, "Jasper Lake", "Gen11", 110, false, false, false, GP_SRIOV_NEVER, 1},
	{0x8086, 0x8a52, "Ice Lake", "Gen11", 110, false, false, false, GP_SRIOV_NEVER, 2},
	{0x8086, 0x4c8a, "Rocket Lake", "Gen12", 120, false, false, false, GP_SRIOV_NEVER, 1},
	{0x8086, 0x9a49, "Tiger Lake", "Gen12", 120, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0x4680, "Alder Lake-S", "Gen12", 120, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0x4690, "Alder Lake-S", "Gen12", 120, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0x4692, "Alder Lake-S", "Gen12", 120, false, false, false, GP_SRIOV_YES, 1},
	{0x8086, 0x4693, "Alder Lake-S", "Gen12", 120, false, false, false, GP_SRIOV_YES, 1},
	{0x8086, 0x46a6, "Alder Lake-P", "Gen12", 120, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0x46d1, "Alder Lake-N", "Gen12", 120, false, false, false, GP_SRIOV_YES, 0},
	{0x8086, 0x46d4, "Twin Lake", "Gen12", 120, false, false, false, GP_SRIOV_YES, 0},
	{0x8086, 0xa780, "Raptor Lake-S", "Gen12", 120, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0xa782, "Raptor Lake-S", "Gen12", 120, false, false, false, GP_SRIOV_YES, 1},
	{0x8086, 0xa7a0, "Raptor Lake-P", "Gen12", 120, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0x4905, "DG1 (Iris Xe MAX)", "Gen12", 120, true, false, false, GP_SRIOV_NEVER, 2},
	{0x8086, 0x56a5, "DG2 (Arc Alchemist)", "Xe-HPG", 125, true, false, false, GP_SRIOV_NEVER,
		2},
	{0x8086, 0x56c0, "ATS-M150 (Data Center GPU Flex 170)", "Xe-HPG", 125, true, false, false,
		GP_SRIOV_YES, 2},
	{0x8086, 0x7d55, "Meteor Lake", "Xe-LPG", 127, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0x7d67, "Arrow Lake-S", "Xe-LPG", 127, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0x7d51, "Arrow Lake", "Xe-LPG+", 127, false, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0x64a0, "Lunar Lake", "Xe2", 200, false, false, false, GP_SRIOV_NEVER, 0},
	{0x8086, 0xe212, "Battlemage (Arc Pro)", "Xe2", 200, true, false, false, GP_SRIOV_YES, 2},
	{0x8086, 0xe20b, "Battlemage (Arc)", "Xe2", 200, true, false, false, GP_SRIOV_NEVER, 2},
	{0x8086, 0xe223, "Battlemage", "Xe2", 200, true, false, false, GP_SRIOV_BY_BOARD, 2},
	{0x8086, 0xb080, "Panther Lake", "Xe3", 300, false, false, false, GP_SRIOV_YES, 0},
	{0x8086, 0x0412, "Haswell", "Gen7.5", 75, false, false, false, GP_SRIOV_NEVER, 1},
	{0x8086, 0x2a42, "GM45", "Gen4", 45, false, false, false, GP_SRIOV_NEVER, 0},
	{0x1002, 0x67df, "Polaris 10", "GCN 4", 0, true, false, false, GP_SRIOV_NEVER, 0},
	{0x1002, 0x73bf, "Navi 21", "RDNA 2", 0, true, false, false, GP_SRIOV_NEVER, 0},
	{0x1002, 0x73a1, "Navi 21", "RDNA 2", 0, true, false, false, GP_SRIOV_YES, 0},
	{0x1002, 0x1638, "Cezanne", "GCN 5", 0, false, false, false, GP_SRIOV_NEVER, 0},
	{0x1002, 0x744c, "Navi 31", "RDNA 3", 0, true, false, false, GP_SRIOV_NEVER, 0},
	{0x10de, 0x2204, "GA102", "Ampere", 0, true, false, false, GP_SRIOV_NEVER, 0},
	{0x10de, 0x2235, "GA102", "Ampere", 0, true, false, true, GP_SRIOV_YES, 0},
	{0x10de, 0x2b85, "GB202", "Blackwell", 0, true, false, false, GP_SRIOV_NEVER, 0},
	{0x10de, 0x20b0, "GA100", "Ampere", 0, true, false, true, GP_SRIOV_YES, 0},
	{0x10de, 0x1eb8, "TU104", "Turing", 0, true, false, true, GP_SRIOV_NEVER, 0},
	{0x10de, 0x1b06, "GP102", "Pascal", 0, true, false, false, GP_SRIOV_NEVER, 0},
};

static void known_gpus(void **state)
{
	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++) {
		const struct gp_gpu_model *model = gp_gpu_model(known[i].vendor, known[i].device);

		if (!model)
			fail_msg("%04x:%04x is in no table", known[i].vendor, known[i].device);
		assert_string_equal(model->platform, known[i].platform);
		assert_string_equal(model->family, known[i].family);
		assert_int_equal(model->graphics, known[i].graphics);
		assert_int_equal(model->discrete, known[i].discrete);
		assert_int_equal(model->gvt, known[i].gvt);
		assert_int_equal(model->vgpu, known[i].vgpu);
		assert_int_equal(model->sriov_hardware, known[i].sriov);
		assert_int_equal(model->media_engines, known[i].media_engines);
	}
}

static void strangers(void **state)
{
	(void)state;
	assert_null(gp_gpu_model(0x8086, 0xffff));
	assert_null(gp_gpu_model(0x8086, 0x0000));
	assert_null(gp_gpu_model(0x8086, 0x1533)); /* a network card */
	assert_null(gp_gpu_model(0x10de, 0x3fff));
	assert_null(gp_gpu_model(0x1002, 0xffff));
	assert_null(gp_gpu_model(0x1a03, 0x2000));
}

static void resets(void **state)
{
	(void)state;
	assert_true(gp_gpu_model(0x1002, 0x67df)->bad_reset);
	assert_true(gp_gpu_model(0x1002, 0x731f)->vendor_reset);
	assert_false(gp_gpu_model(0x1002, 0x73bf)->bad_reset);
	assert_true(gp_gpu_model(0x10de, 0x2b85)->flr_hangs);
	assert_false(gp_gpu_model(0x10de, 0x2204)->flr_hangs);
}

static void sorted_and_once(const struct gp_intel_id *ids, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (ids[i - 1].device >= ids[i].device)
			fail_msg(
				"%04x does not come before %04x", ids[i - 1].device, ids[i].device);
}

static void intel_ids(void **state)
{
	(void)state;
	sorted_and_once(gp_intel_ids, gp_intel_id_count);
	sorted_and_once(gp_intel_more, gp_intel_more_count);
	for (size_t i = 0; i < gp_intel_id_count; i++)
		if (!gp_gpu_model(0x8086, gp_intel_ids[i].device))
			fail_msg("%s has no platform", gp_intel_ids[i].group);
	for (size_t i = 0; i < gp_intel_more_count; i++)
		if (!gp_gpu_model(0x8086, gp_intel_more[i].device))
			fail_msg("%s has no platform", gp_intel_more[i].group);
}

static void whole(const struct gp_gpu_model *model)
{
	size_t n = 0;

	assert_non_null(model->platform);
	assert_non_null(model->family);
	while (n < GP_ARRAY_SIZE(model->sriov) && model->sriov[n].driver)
		n++;
	assert_true(n < GP_ARRAY_SIZE(model->sriov));
	if (n && model->sriov_hardware == GP_SRIOV_NEVER)
		fail_msg("%s makes VFs and does not", model->platform);
	if (!n && model->sriov_hardware == GP_SRIOV_YES)
		fail_msg("%s makes VFs with no driver", model->platform);
	assert_null(model->native[GP_ARRAY_SIZE(model->native) - 1].driver);
	assert_true(!model->vendor_reset || model->bad_reset);
}

static void whole_ranges(const struct gp_model_range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(ranges[i].first <= ranges[i].last);
		whole(&ranges[i].model);
		/* One that an earlier one hides says nothing. */
		for (size_t j = 0; j < i; j++)
			if (ranges[j].first <= ranges[i].first && ranges[i].last <= ranges[j].last)
				fail_msg("%04x is hidden", ranges[i].first);
	}
}

static void every_model_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < gp_intel_platform_count; i++)
		whole(&gp_intel_platforms[i].model);
	whole_ranges(gp_amd_models, gp_amd_model_count);
	whole_ranges(gp_nvidia_models, gp_nvidia_model_count);
}

/* A platform that no id leads to is a slip of the pen. */
/* What is said to decode needs a driver of VA-API for it. */
static void every_decoder_has_a_driver(void **state)
{
	(void)state;
	for (size_t i = 0; i < gp_intel_platform_count; i++) {
		const struct gp_gpu_model *model = &gp_intel_platforms[i].model;
		const struct gp_media *media = gp_media_of(model);

		if (model->decodes && !(media && (media->by_ihd || media->by_i965)))
			fail_msg("%s has no row in media-intel.c", model->platform);
		if (media && model->graphics >= 110)
			assert_false(media->by_i965);
	}
}

static void every_platform_is_reached(void **state)
{
	(void)state;
	for (size_t i = 0; i < gp_intel_platform_count; i++) {
		bool reached = false;

		for (unsigned device = 0; device <= 0xffff; device++)
			reached |= gp_gpu_model(0x8086, (uint16_t)device) ==
				   &gp_intel_platforms[i].model;
		if (!reached)
			fail_msg("no id is of %s", gp_intel_platforms[i].group);
	}
}

static void expect_support(
	struct gp_function gpu, unsigned mode, enum gp_support support, const char *says)
{
	struct gp_arena *arena = gp_arena_new();
	static const struct gp_facts facts;
	const char *why = NULL;

	gpu.address = "0000:00:02.0";
	gpu.kind = gpu.kind ? gpu.kind : GP_GPU_REAL;
	gpu.id = gp_printf(arena, "%04x:%04x", gpu.vendor_id, gpu.device_id);
	assert_int_equal(gp_gpu_supports(arena, &facts, &gpu, mode, &why), support);
	if (!strstr(why, says))
		fail_msg("\"%s\" does not say \"%s\"", why, says);
	gp_arena_free(arena);
}

#define GPU(vendor, device, ...)                                      \
	(struct gp_function)                                          \
	{                                                             \
		.vendor_id = vendor, .device_id = device, __VA_ARGS__ \
	}

static void support_by_table(void **state)
{
	(void)state;
	expect_support(GPU(0x8086, 0x3e92), GP_MODE_SPLIT, GP_SUPPORTED, "GVT-g");
	expect_support(GPU(0x8086, 0x3e92), GP_MODE_VF, GP_NOT_SUPPORTED, "use split");
	expect_support(GPU(0x8086, 0x4c8a), GP_MODE_SPLIT, GP_NOT_SUPPORTED,
		"Rocket Lake has neither GVT-g nor SR-IOV; use full or container");
	expect_support(GPU(0x8086, 0x4c8a), GP_MODE_VF, GP_NOT_SUPPORTED,
		"Rocket Lake has neither GVT-g nor SR-IOV; use full or container");
	expect_support(GPU(0x8086, 0x4680), GP_MODE_SPLIT, GP_NOT_SUPPORTED, "use vf");
	expect_support(GPU(0x8086, 0x4680), GP_MODE_VF, GP_SUPPORTED, "i915 (out of tree");
	expect_support(GPU(0x8086, 0xe20b), GP_MODE_VF, GP_NOT_SUPPORTED,
		"Battlemage (Arc) has no SR-IOV; use full or container");
	expect_support(GPU(0x8086, 0xe223), GP_MODE_VF, GP_SUPPORT_UNKNOWN, "some boards");
	expect_support(GPU(0x10de, 0x2204), GP_MODE_SPLIT, GP_NOT_SUPPORTED, "NVIDIA offers");
	expect_support(GPU(0x10de, 0x1eb8), GP_MODE_SPLIT, GP_SUPPORTED, "vGPU");
	expect_support(GPU(0x1002, 0x73bf), GP_MODE_SPLIT, GP_NOT_SUPPORTED, "mediated");
	expect_support(GPU(0x10de, 0x2204), GP_MODE_FULL, GP_SUPPORTED, "");
	expect_support(GPU(0x10de, 0x2204), GP_MODE_CONTAINER, GP_SUPPORTED, "");
}

static void the_machine_counts_more(void **state)
{
	const struct gp_origin present = {.presence = GP_PRESENT};

	(void)state;
	expect_support(GPU(0x8086, 0x4c8a, .totalvfs = 7), GP_MODE_VF, GP_SUPPORTED, "7 VFs");
	expect_support(GPU(0x8086, 0xffff, .totalvfs = 24), GP_MODE_VF, GP_SUPPORTED, "24 VFs");
	expect_support(GPU(0x8086, 0x4680, .physfn = present), GP_MODE_VF, GP_SUPPORTED, "VF");
	expect_support(
		GPU(0x8086, 0x4680, .physfn = present), GP_MODE_FULL, GP_NOT_SUPPORTED, "vf");
	expect_support(GPU(0x8086, 0xffff), GP_MODE_VF, GP_SUPPORT_UNKNOWN, "8086:ffff");
	expect_support(GPU(0x8086, 0xffff), GP_MODE_SPLIT, GP_SUPPORT_UNKNOWN, "table");
	expect_support(GPU(0x8086, 0xffff), GP_MODE_FULL, GP_SUPPORTED, "");
}

static void what_is_no_gpu(void **state)
{
	(void)state;
	expect_support(GPU(0x1a03, 0x2000, .kind = GP_GPU_BMC), GP_MODE_FULL, GP_NOT_SUPPORTED,
		"stays with the host");
	expect_support(
		GPU(0x1234, 0x1111, .kind = GP_GPU_EMULATED), GP_MODE_FULL, GP_SUPPORTED, "");
	expect_support(GPU(0x1234, 0x1111, .kind = GP_GPU_EMULATED), GP_MODE_VF, GP_NOT_SUPPORTED,
		"emulated");
	expect_support(
		GPU(0x8086, 0x7d1d, .kind = GP_GPU_NPU), GP_MODE_VF, GP_SUPPORT_UNKNOWN, "NPU");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_gpus),
		cmocka_unit_test(strangers),
		cmocka_unit_test(resets),
		cmocka_unit_test(intel_ids),
		cmocka_unit_test(every_model_is_whole),
		cmocka_unit_test(every_platform_is_reached),
		cmocka_unit_test(every_decoder_has_a_driver),
		cmocka_unit_test(support_by_table),
		cmocka_unit_test(the_machine_counts_more),
		cmocka_unit_test(what_is_no_gpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
