/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "check.h"
#include "machine/source.h"
#include "target.h"

struct scene {
	struct gp_arena *arena;
	struct gp_machine *machine;
	struct gp_facts facts;
	struct gp_target target;
	const char *error;
};

static void scene_open(struct scene *s, const char *name, const char *text)
{
	char *why = NULL;

	*s = (struct scene){.arena = gp_arena_new()};
	if (text)
		assert_int_equal(gp_machine_open_memory(text, strlen(text), &s->machine, &why), 0);
	else
		assert_int_equal(
			gp_machine_open(gp_printf(s->arena, "fixtures/machines/%s.machine", name),
				&s->machine, &why),
			0);
	gp_facts_collect(s->machine, &(struct gp_reading){0}, &s->facts);
}

static void scene_close(struct scene *s)
{
	gp_machine_close(s->machine);
	gp_arena_free(s->arena);
}

static int find(struct scene *s, const char *device, unsigned int mode)
{
	return gp_target_find(s->arena, &s->facts, device, mode, &s->target, &s->error);
}

/* Machines that were captured or composed, and how each uses its first GPU. */
static void modes(void **state)
{
	static const struct {
		const char *machine, *subject;
		unsigned int mode;
		bool is_vf;
	} cases[] = {
		{"guest-vf-ok", "0000:01:00.0", GP_MODE_VF, true},
		{"guest-nvidia-full-ok", "0000:01:00.0", GP_MODE_FULL, false},
		{"adl-sriov-ok", "0000:00:02.0", GP_MODE_NATIVE, false},
		{"lxc-node-ok", "0000:00:02.0", GP_MODE_CONTAINER, false},
		{"amd-two-cards-ok", "0000:0a:00.0", GP_MODE_NATIVE, false},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct scene s;

		scene_open(&s, cases[i].machine, NULL);
		assert_int_equal(find(&s, NULL, 0), 0);
		assert_string_equal(s.target.subject, cases[i].subject);
		assert_int_equal(s.target.mode, cases[i].mode);
		assert_int_equal(s.target.is_vf, cases[i].is_vf);
		assert_true(*s.target.mode_because);
		assert_int_not_equal(s.target.vendor, 0);
		assert_non_null(s.target.node);
		scene_close(&s);
	}
}

static void mode_is_overridden(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s, "adl-sriov-ok", NULL);
	assert_int_equal(find(&s, NULL, GP_MODE_SPLIT), 0);
	assert_int_equal(s.target.mode, GP_MODE_SPLIT);
	assert_non_null(strstr(s.target.mode_because, "--mode"));
	scene_close(&s);
}

#define DRI     "/sys/devices/platform/vgem/drm/"
#define MACHINE "gpupass-machine 1\n"

/* A device that software makes up, and no GPU: it must be named. */
static const char vgem[] =
	MACHINE "C /dev/dri/card0 0660 root video 0 226:0\n"
		"C /dev/dri/renderD128 0660 root render 0 226:128\n"
		"L /sys/class/drm/card0 -> ../../devices/platform/vgem/drm/card0\n"
		"L /sys/class/drm/renderD128 -> ../../devices/platform/vgem/drm/renderD128\n"
		"L " DRI "card0/device -> ../../../vgem\n"
		"L " DRI "renderD128/device -> ../../../vgem\n"
		"end\n";

static void nodes_without_pci(void **state)
{
	static const char *const names[] = {
		"renderD128", "/dev/dri/renderD128", "card0", "/dev/dri/card0"};
	struct scene s;

	(void)state;
	scene_open(&s, NULL, vgem);
	assert_int_equal(find(&s, NULL, 0), 0);
	assert_true(gp_target_is_cpu(&s.target));
	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		assert_int_equal(find(&s, names[i], 0), 0);
		assert_string_equal(s.target.subject, "node/renderD128");
		assert_string_equal(s.target.node, "/dev/dri/renderD128");
		assert_null(s.target.address);
		assert_string_equal(s.target.driver, "vgem");
		assert_false(gp_target_is_cpu(&s.target));
	}
	scene_close(&s);
}

static void names_of_one_gpu(void **state)
{
	static const char *const names[] = {"0000:00:02.0", "00:02.0", "renderD128", "card0",
		"/dev/dri/by-path/pci-0000:00:02.0-render"};
	struct scene s;

	(void)state;
	scene_open(&s, "adl-sriov-ok", NULL);
	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		assert_int_equal(find(&s, names[i], 0), 0);
		assert_string_equal(s.target.subject, "0000:00:02.0");
	}
	scene_close(&s);
}

static void what_is_not_there(void **state)
{
	static const struct {
		const char *machine, *device, *says;
	} cases[] = {
		{"adl-sriov-ok", "renderD200", "no such node; there is renderD128"},
		{"adl-sriov-ok", "0000:00:1f.7", "no such PCI function"},
		{"adl-sriov-ok", "/dev/dri/by-path/x", "no such link"},
		{"adl-sriov-ok", "GPU", "a PCI address, a node"},
		{"adl-sriov-ok", "", "a PCI address, a node"},
		{"adl-sriov-pf-on-vfio", "0000:00:02.0", "vfio-pci, for a VM"},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct scene s;

		scene_open(&s, cases[i].machine, NULL);
		assert_int_equal(find(&s, cases[i].device, 0), -ENODEV);
		assert_non_null(strstr(s.error, cases[i].says));
		assert_null(strchr(s.error, '\n'));
		scene_close(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes),
		cmocka_unit_test(mode_is_overridden),
		cmocka_unit_test(nodes_without_pci),
		cmocka_unit_test(names_of_one_gpu),
		cmocka_unit_test(what_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
