/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "check.h"
#include "facts.h"
#include "machine/source.h"

#define GPU       "/sys/bus/pci/devices/0000:01:00.0/"
#define NONE      "|0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
#define REGISTERS "|0x00000000c0000000 0x00000000c0ffffff 0x0000000000140204\n"
#define MIB_256   "|0x0000380000000000 0x000038000fffffff 0x000000000014220c\n"
#define MIB_512   "|0x0000380000000000 0x000038001fffffff 0x000000000014220c\n"
#define PORTS     "|0x0000000000006000 0x000000000000603f 0x0000000000040101\n"
#define LOG       "K /dev/kmsg whole\n[    0.000000] Linux version 6.8.0\n"
#define DRIVEN                                                                                  \
	"L " GPU "driver -> ../../../../bus/pci/drivers/i915\n"                                 \
	"C /dev/dri/renderD128 0660 root render 0 226:128\n"                                    \
	"L /sys/class/drm/renderD128 -> ../../devices/pci0000:00/0000:01:00.0/drm/renderD128\n" \
	"L /sys/devices/pci0000:00/0000:01:00.0/drm/renderD128/device -> ../../../0000:01:00.0\n"

/* How a machine with that one GPU got it; more: entries of a capture. */
static enum gp_passed_as passed_as(const char *vendor, const char *device, const char *more)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_machine *machine = NULL;
	struct gp_facts facts;
	enum gp_passed_as as;
	char *why = NULL;
	const char *text = gp_printf(arena,
		"gpupass-machine 1\nF " GPU "class\n|0x030000\nF " GPU "vendor\n|0x%s\nF " GPU
		"device\n|0x%s\n%send\n",
		vendor, device, more);

	assert_int_equal(gp_machine_open_memory(text, strlen(text), &machine, &why), 0);
	gp_facts_collect(machine, &(struct gp_reading){0}, &facts);
	assert_int_equal(facts.pci.n, 1);
	as = gp_guest_passed_as(&facts.guest, &facts.pci.items[0]);
	gp_machine_close(machine);
	gp_arena_free(arena);
	return as;
}

static void by_regions(void **state)
{
	static const struct {
		const char *device, *rows;
		enum gp_passed_as as;
	} cases[] = {
		/* Alder Lake-S */
		{"4680", REGISTERS NONE MIB_512 NONE NONE NONE, GP_PASSED_VF},
		{"4680", REGISTERS NONE MIB_256 NONE PORTS NONE, GP_PASSED_FULL},
		{"4680", REGISTERS NONE MIB_512 NONE PORTS NONE, GP_PASSED_FULL},
		{"4680", REGISTERS NONE MIB_256 NONE NONE NONE, GP_PASSED_UNKNOWN},
		{"4680", NONE NONE NONE NONE NONE NONE, GP_PASSED_UNKNOWN},
		{"4680", "|nonsense\n", GP_PASSED_UNKNOWN},
		/* Rocket Lake, which has no VFs */
		{"4c8a", REGISTERS NONE MIB_512 NONE NONE NONE, GP_PASSED_FULL},
		/* Meteor Lake, whose whole GPU has no ports either */
		{"7d55", REGISTERS NONE MIB_512 NONE NONE NONE, GP_PASSED_UNKNOWN},
		/* Coffee Lake: a vGPU looks like the GPU */
		{"3e92", REGISTERS NONE MIB_256 NONE PORTS NONE, GP_PASSED_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct gp_arena *arena = gp_arena_new();

		assert_int_equal(passed_as("8086", cases[i].device,
					 gp_printf(arena, "F " GPU "resource\n%s", cases[i].rows)),
			cases[i].as);
		gp_arena_free(arena);
	}
}

static void by_what_drivers_say(void **state)
{
	(void)state;
	assert_int_equal(passed_as("8086", "7d55",
				 LOG "[ 2.0] xe 0000:01:00.0: [drm] Running in SR-IOV VF mode\n"),
		GP_PASSED_VF);
	assert_int_equal(passed_as("8086", "7d55",
				 LOG "[ 2.0] xe 0000:03:00.0: [drm] Running in SR-IOV VF mode\n"),
		GP_PASSED_UNKNOWN);
	assert_int_equal(passed_as("8086", "7d55", DRIVEN LOG), GP_PASSED_FULL);
	assert_int_equal(passed_as("8086", "7d55", DRIVEN), GP_PASSED_UNKNOWN);
	assert_int_equal(passed_as("8086", "3e92",
				 LOG "[ 2.0] i915 0000:01:00.0: [drm] Virtual "
				     "GPU for Intel GVT-g detected.\n"),
		GP_PASSED_SPLIT);
	assert_int_equal(passed_as("8086", "3e92", DRIVEN LOG), GP_PASSED_FULL);
}

static void by_the_name_of_nvidias(void **state)
{
	static const struct {
		const char *name;
		enum gp_passed_as as;
	} cases[] = {
		{"NVIDIA A16-4Q", GP_PASSED_SPLIT},
		{"GRID T4-2B4", GP_PASSED_SPLIT},
		{"NVIDIA A100-1-5CME", GP_PASSED_SPLIT},
		{"GRID V100D-8Q", GP_PASSED_SPLIT},
		{"NVIDIA A40-48A", GP_PASSED_SPLIT},
		{"Tesla V100-PCIE-16GB", GP_PASSED_FULL},
		{"NVIDIA A100-SXM4-40GB", GP_PASSED_FULL},
		{"NVIDIA L40S", GP_PASSED_FULL},
		{"Tesla T4", GP_PASSED_FULL},
		{"Unknown", GP_PASSED_UNKNOWN},
		{"", GP_PASSED_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct gp_arena *arena = gp_arena_new();

		/* An A16, of which there are vGPUs. */
		assert_int_equal(passed_as("10de", "25b6",
					 gp_printf(arena,
						 "F /proc/driver/nvidia/gpus/0000:01:00.0/"
						 "information\n|Model: \t\t %s\n|IRQ:   \t\t 45\n",
						 cases[i].name)),
			cases[i].as);
		gp_arena_free(arena);
	}
}

static void others(void **state)
{
	(void)state;
	assert_int_equal(passed_as("1234", "1111", ""), GP_PASSED_EMULATED);
	assert_int_equal(passed_as("1af4", "1050", ""), GP_PASSED_EMULATED);
	assert_int_equal(passed_as("10de", "2204", ""), GP_PASSED_FULL);
	assert_int_equal(passed_as("8086", "ffff", ""), GP_PASSED_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_regions),
		cmocka_unit_test(by_what_drivers_say),
		cmocka_unit_test(by_the_name_of_nvidias),
		cmocka_unit_test(others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
