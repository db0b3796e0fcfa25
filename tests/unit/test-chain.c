/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chain.h"
#include "html-chain.h"
#include "markup.h"
#include "record-rows.h"

#define HOSTILE "\x1b]0;x\a</svg><script>alert(1)</script>\"'&\xff\xe2\x80\xae\n]]>"

static void says(struct gp_record *record, const char *layer, const char *id, const char *verdict,
	const char *mode, const char *subject, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "finding",
				      .layer = layer,
				      .id = id,
				      .verdict = verdict,
				      .mode = mode,
				      .subject = subject,
				      .text = text});
}

static void pass(struct gp_record *record, const char *layer)
{
	says(record, layer, "some-check", "pass", "", "", "fine");
}

static void wanted(struct gp_record *record, const char *gpu, const char *modes)
{
	gp_record_add(record,
		&(struct gp_row){.kind = "meta", .id = "wanted", .subject = gpu, .value = modes});
}

static void causes(struct gp_record *record, const char *layer, const char *id, const char *mode,
	const char *rank)
{
	gp_record_add(record, &(struct gp_row){.kind = "cause",
				      .layer = layer,
				      .id = id,
				      .verdict = "fail",
				      .mode = mode,
				      .subject = GPU,
				      .value = rank,
				      .text = "It is broken."});
}

static struct gp_chains chains_of(const struct gp_record *record)
{
	struct gp_digest digest = gp_digest(record->arena, record);

	return gp_chains(record->arena, record, &digest);
}

/* "Firmware ok, IOMMU fails some-check" */
static const char *in_words(const struct gp_record *record, const struct gp_chain *chain)
{
	struct gp_strings words = {0};

	gp_each (link, &chain->links)
		gp_strings_add(record->arena, &words,
			gp_printf(record->arena, "%s %s%s%s", link->name, gp_link_word(link->state),
				link->state == GP_LINK_OK ? "" : " ",
				link->state == GP_LINK_OK ? "" : link->id));
	return gp_join(record->arena, &words, ", ");
}

static void only_chain_is(const struct gp_record *record, const char *words)
{
	struct gp_chains chains = chains_of(record);

	assert_int_equal(chains.list.n, 1);
	assert_string_equal(in_words(record, chains.list.items), words);
}

static char *drawn(const struct gp_record *record)
{
	struct gp_chains chains = chains_of(record);
	struct gp_html html = {0};
	char *bytes, *copy;
	size_t size;

	html.out = open_memstream(&bytes, &size);
	gp_html_chains(&html, record->arena, &chains, 2);
	assert_int_equal(fclose(html.out), 0);
	assert_int_equal(size, html.written);
	copy = gp_strdup(record->arena, bytes);
	free(bytes);
	return copy;
}

static void add_all_layers(struct gp_record *record)
{
	static const char *const layers[] = {"firmware", "kernel", "iommu", "pci", "vfio", "mdev",
		"sriov", "driver", "vm", "drm", "vaapi", "opencl", "container"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(layers); i++)
		pass(record, layers[i]);
}

static void test_host_ready(void **state)
{
	struct gp_record *record = *state;

	meta(record, "role", "host");
	wanted(record, GPU, "full");
	add_all_layers(record);
	says(record, "iommu", "other", "fail", "native", "", "another mode's");
	says(record, "pci", "other", "fail", "full", OTHER, "another GPU's");
	fact(record, "gpu.name", OTHER, "Alder Lake-S");
	only_chain_is(record, "Firmware ok, Kernel ok, IOMMU ok, PCI device ok, vfio ok, VM ok");
	assert_null(chains_of(record).list.items[0].first);
	assert_null(strstr(drawn(record), "class=\"gap\""));
}

static void test_host_vf_blocked(void **state)
{
	struct gp_record *record = *state;

	meta(record, "role", "host");
	wanted(record, GPU, "vf");
	add_all_layers(record);
	says(record, "kernel", "k", "skip", "vf", "", "blocked by stock");
	says(record, "driver", "stock", "fail", "vf", GPU, "it makes no VFs");
	causes(record, "driver", "stock", "vf", "1");
	says(record, "sriov", "s", "skip", "vf", GPU, "blocked by stock");
	says(record, "vfio", "v", "skip", "vf", GPU, "does not apply");
	says(record, "vm", "w", "warn", "vf", "vm/100", "it may bite");
	only_chain_is(record,
		"Firmware ok, Kernel ok, IOMMU ok, PCI device ok, Driver fails stock, "
		"SR-IOV VF waits stock, vfio ok, VM warns w");
	assert_string_equal(chains_of(record).list.items[0].first->id, "stock");
	assert_non_null(strstr(drawn(record), "class=\"gap\""));
	assert_non_null(strstr(drawn(record), ">stock</text>"));
	is_well_formed(drawn(record));
}

static void test_first_is_of_the_lowest_rank(void **state)
{
	struct gp_record *record = *state;

	meta(record, "role", "host");
	wanted(record, GPU, "full");
	causes(record, "iommu", "second", "full", "2");
	causes(record, "vm", "tenth", "full", "10");
	causes(record, "vm", "first", "full", "1");
	/* What no chain of this mode comes through is shown where it is broken. */
	causes(record, "drm", "third", "", "3");
	only_chain_is(record, "IOMMU fails second, VM fails first, DRM node fails third");
	assert_string_equal(chains_of(record).list.items[0].first->id, "first");
}

static void test_guest(void **state)
{
	struct gp_record *record = *state;

	meta(record, "role", "guest");
	wanted(record, GPU, "vf");
	fact(record, "gpu.name", GPU, "Alder Lake-S");
	says(record, "firmware", "f", "skip", "", "", "is about a host; this is a guest");
	add_all_layers(record);
	says(record, "driver", "no-dkms", "fail", "native;vf", GPU, "does not know VFs");
	says(record, "opencl", "o", "unknown", "native", GPU, "not tried");
	/* It has no node: what uses one waits, though none of its checks says so. */
	only_chain_is(record, "VM ok, PCI device ok, Guest kernel ok, Guest driver fails no-dkms, "
			      "DRM node waits no-dkms, VA-API waits no-dkms, OpenCL unknown o");
}

static void test_container(void **state)
{
	struct gp_record *record = *state;

	meta(record, "role", "container");
	wanted(record, GPU, "container");
	add_all_layers(record);
	says(record, "drm", "d", "skip", "container", GPU, "blocked by not-given");
	causes(record, "container", "not-given", "container", "1");
	only_chain_is(record,
		"Container fails not-given, DRM node waits not-given, VA-API waits not-given, OpenCL ok");
	assert_true(strlen(drawn(record)) < 12 << 10);
}

/* A VM that gets another GPU does not break this one's chain. */
static void test_other_vm(void **state)
{
	struct gp_record *record = *state;

	meta(record, "mode", "full");
	fact(record, "gpu.kind", GPU, "gpu");
	wanted(record, GPU, "full");
	fact(record, "vm.device", "vm/100", "0000:01:00.0;0000:01:00.1");
	fact(record, "vm.device", "vm/101", "0000:02:00.0");
	says(record, "vm", "v", "pass", "full", "vm/100", "");
	says(record, "vm", "w", "fail", "full", "vm/101", "");
	only_chain_is(record, "VM ok");
	says(record, "vm", "x", "warn", "full", "vm/102", "of which nothing is known");
	only_chain_is(record, "VM warns x");
	says(record, "vm", "y", "fail", "full", "vm/100", "");
	only_chain_is(record, "VM fails y");
}

static void test_nothing_known(void **state)
{
	struct gp_record *record = *state;

	assert_int_equal(chains_of(record).list.n, 0);
	assert_string_equal(drawn(record), "");
	says(record, "iommu", "i", "unknown", "full", "", "not pasted");
	says(record, "kernel", "k", "unknown", "", "", "not pasted");
	only_chain_is(record, "Kernel unknown k");
	assert_string_equal(chains_of(record).list.items[0].subject, "");
	is_well_formed(drawn(record));
}

static void test_vfs_are_a_part_of_their_pf(void **state)
{
	struct gp_record *record = *state;

	meta(record, "role", "host");
	fact(record, "gpu.name", "0000:00:02.0", "PF");
	fact(record, "gpu.pf", "0000:00:02.1", "0000:00:02.0");
	wanted(record, "0000:00:02.1", "vf");
	says(record, "vfio", "on-host", "warn", "vf", "0000:00:02.1", "i915 has it");
	only_chain_is(record, "vfio warns on-host");
	assert_string_equal(chains_of(record).list.items[0].subject, "0000:00:02.0");
}

static void test_two_ways(void **state)
{
	struct gp_record *record = *state;
	struct gp_chains chains;

	meta(record, "role", "host");
	wanted(record, GPU, "vf;container");
	add_all_layers(record);
	causes(record, "sriov", "lxc", "container", "1");
	chains = chains_of(record);
	assert_int_equal(chains.list.n, 2);
	assert_string_equal(chains.list.items[0].modes, "vf");
	assert_string_equal(in_words(record, &chains.list.items[0]),
		"Firmware ok, Kernel ok, IOMMU ok, PCI device ok, Driver ok, SR-IOV VF ok, "
		"vfio ok, VM ok");
	assert_string_equal(chains.list.items[1].modes, "container");
	assert_string_equal(in_words(record, &chains.list.items[1]),
		"Firmware ok, Kernel ok, PCI device ok, Driver ok, SR-IOV VF fails lxc, "
		"DRM node waits lxc, VA-API waits lxc, OpenCL ok, Container ok");
}

static void test_many_gpus(void **state)
{
	struct gp_record *record = *state;

	meta(record, "mode", "full");
	for (size_t i = 0; i < 9; i++)
		fact(record, "gpu.kind",
			gp_printf(record->arena, "0000:%02x:00.0", (unsigned)i + 1), "gpu");
	fact(record, "gpu.kind", "0000:20:00.0", "bmc");
	add_all_layers(record);
	assert_int_equal(chains_of(record).list.n, GP_CHAIN_GPUS_MOST);
	assert_int_equal(chains_of(record).left_out, 9 - GP_CHAIN_GPUS_MOST);
	is_well_formed(drawn(record));
}

static void test_hostile(void **state)
{
	struct gp_record *record = *state;
	const char *svg;

	meta(record, "role", HOSTILE);
	wanted(record, HOSTILE, "full;" HOSTILE);
	wanted(record, "0000:00:02.0", ";;;full;averyveryveryverylongmode;");
	for (size_t i = 0; i < 40; i++)
		causes(record, i % 2 ? "vm" : HOSTILE, HOSTILE, HOSTILE ";full", HOSTILE);
	gp_record_add(record,
		&(struct gp_row){
			.kind = "cause", .layer = "vm", .id = HOSTILE HOSTILE, .verdict = "fail"});
	svg = drawn(record);
	is_well_formed(svg);
	assert_non_null(strstr(svg, "VM"));
	assert_null(strstr(svg, "<script"));
	assert_null(strstr(svg, "\x1b"));
	assert_null(strstr(svg, " id=\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_host_ready),
		TEST(test_host_vf_blocked),
		TEST(test_first_is_of_the_lowest_rank),
		TEST(test_guest),
		TEST(test_container),
		TEST(test_other_vm),
		TEST(test_nothing_known),
		TEST(test_vfs_are_a_part_of_their_pf),
		TEST(test_two_ways),
		TEST(test_many_gpus),
		TEST(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
