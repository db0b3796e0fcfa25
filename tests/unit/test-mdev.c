/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ask-machine.h"
#include "facts.h"

#define PVE_UUID "00000001-0000-0000-0000-000000000100"
#define UUID     "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001"

struct world {
	struct gp_machine *machine;
	struct gp_facts facts;
};

static void look(struct world *world, const char *capture)
{
	world->machine = open_string(capture);
	gp_facts_collect(world->machine, &(struct gp_reading){0}, &world->facts);
}

static void leave(struct world *world)
{
	gp_machine_close(world->machine);
}

/* samples/vfio-mdev/mdpy.c of the kernel: its parent is no PCI device. */
static void parents_off_the_pci_bus(void **state)
{
	struct world world;
	const struct gp_mdev *mdev = &world.facts.mdev;
	const struct gp_mdev_type *type;

	(void)state;
	look(&world,
		"gpupass-machine 1\n"
		"L /sys/bus/mdev/devices/" UUID " -> ../../../devices/virtual/mdpy/mdpy/" UUID "\n"
		"L /sys/class/mdev_bus/mdpy -> ../../devices/virtual/mdpy/mdpy\n"
		"L /sys/devices/virtual/mdpy/mdpy/" UUID
		"/mdev_type -> ../mdev_supported_types/mdpy-vga\n"
		"F /sys/devices/virtual/mdpy/mdpy/mdev_supported_types/mdpy-vga/available_instances\n"
		"|3\n"
		"F /sys/devices/virtual/mdpy/mdpy/mdev_supported_types/mdpy-vga/description\n"
		"|virtual display, 640x480 framebuffer\n"
		"F /sys/devices/virtual/mdpy/mdpy/mdev_supported_types/mdpy-vga/device_api\n"
		"|vfio-pci\n"
		"F /sys/devices/virtual/mdpy/mdpy/mdev_supported_types/mdpy-vga/name\n"
		"|vga\n"
		"X /sys/devices/virtual/mdpy/mdpy/mdev_supported_types/mdpy-xga/available_instances "
		"EIO\n"
		"end\n");
	assert_int_equal(mdev->parents.n, 1);
	assert_string_equal(mdev->parents.items[0].name, "mdpy");
	type = gp_mdev_next_type(mdev, "mdpy", NULL);
	assert_string_equal(type->type, "mdpy-vga");
	assert_string_equal(type->name.value, "vga");
	assert_string_equal(type->description.value, "virtual display, 640x480 framebuffer\n");
	assert_int_equal(type->left.value, 3);
	type = gp_mdev_next_type(mdev, "mdpy", type);
	assert_ptr_equal(type, gp_mdev_type(mdev, "mdpy", "mdpy-xga"));
	assert_int_equal(type->left.from.presence, GP_UNREADABLE);
	assert_true(gp_is_absent(&type->name.from));
	assert_null(gp_mdev_next_type(mdev, "mdpy", type));
	assert_null(gp_mdev_next_type(mdev, "mdtty", NULL));
	assert_int_equal(mdev->devices.n, 1);
	assert_string_equal(mdev->devices.items[0].parent, "mdpy");
	assert_string_equal(mdev->devices.items[0].type, "mdpy-vga");
	assert_string_equal(mdev->devices.items[0].driver, "");
	leave(&world);
}

static void owners(void **state)
{
	struct world world;
	const struct gp_mdev *mdev = &world.facts.mdev;
	struct gp_arena *arena;

	(void)state;
	look(&world,
		"gpupass-machine 1\n"
		"F /etc/pve/qemu-server/100.conf\n"
		"|hostpci1: 0000:00:02.0,mdev=i915-GVTg_V5_4\n"
		"F /etc/pve/qemu-server/200.conf\n"
		"|args: -device vfio-pci,sysfsdev=/sys/bus/mdev/devices/" UUID "\n"
		"F /proc/4711/cmdline\n"
		"~/usr/bin/kvm\\x00-id\\x00200\\x00-device\\x00vfio-pci,sysfsdev=/sys/bus/mdev/"
		"devices/" UUID "\\x00\n"
		"F /run/qemu-server/200.pid\n"
		"|4711\n"
		"D /sys/bus/mdev/devices/00000000-0000-0000-0000-000000000999\n"
		"D /sys/bus/mdev/devices/" PVE_UUID "\n"
		"D /sys/bus/mdev/devices/" UUID "\n"
		"D /sys/bus/mdev/devices/ffffffff-509f-382f-3c1e-e6bfe0fa1001\n"
		"end\n");
	arena = gp_machine_arena(world.machine);
	assert_int_equal(mdev->devices.n, 4);
	assert_string_equal(gp_mdev_owner_says(arena, &world.facts, &mdev->devices.items[0]),
		"vm/999, going by its UUID");
	assert_string_equal(gp_mdev_owner_says(arena, &world.facts, &mdev->devices.items[1]),
		"vm/100, which is stopped");
	assert_string_equal(gp_mdev_owner_says(arena, &world.facts, &mdev->devices.items[2]),
		"vm/200, which is running");
	assert_string_equal(gp_mdev_owner_says(arena, &world.facts, &mdev->devices.items[3]),
		"a program that does not leave its name");
	leave(&world);
}

static void definitions(void **state)
{
	static const struct {
		const char *content, *type;
		bool at_boot;
	} texts[] = {
		{"|{\n|  \"mdev_type\": \"i915-GVTg_V5_4\",\n|  \"start\": \"auto\",\n|  \"attrs\": "
		 "[]\n|}\n",
			"i915-GVTg_V5_4", true},
		{"|{\"start\":\"manual\",\"mdev_type\":\"nvidia-63\"}\n", "nvidia-63", false},
		{"|{\"mdev_type\": 4}\n", "", false},
		{"|{\"mdev_type\": \"cut\n", "", false},
		{"|\"mdev_type\"\n", "", false},
		{"", "", false},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(texts); i++) {
		struct world world;
		char capture[1024];

		snprintf(capture, sizeof(capture),
			"gpupass-machine 1\nF /etc/mdevctl.d/0000:00:02.0/" UUID "\n%s"
			"F /etc/mdevctl.d/scripts.d/callouts\n|#!/bin/sh\nend\n",
			texts[i].content);
		look(&world, capture);
		assert_int_equal(world.facts.mdev.definitions.n, 1);
		assert_string_equal(world.facts.mdev.definitions.items[0].type, texts[i].type);
		assert_string_equal(world.facts.mdev.definitions.items[0].parent, "0000:00:02.0");
		assert_int_equal(world.facts.mdev.definitions.items[0].at_boot, texts[i].at_boot);
		leave(&world);
	}
}

static void vgpus_without_mdev(void **state)
{
	struct world world;
	const struct gp_mdev *mdev = &world.facts.mdev;

	(void)state;
	look(&world, "gpupass-machine 1\n"
		     "F /sys/bus/pci/devices/0000:41:00.0/class\n|0x030200\n"
		     "F /sys/bus/pci/devices/0000:41:00.0/vendor\n|0x10de\n"
		     "F /sys/bus/pci/devices/0000:41:00.4/class\n|0x030200\n"
		     "F /sys/bus/pci/devices/0000:41:00.4/nvidia/creatable_vgpu_types\n"
		     "|ID    : vGPU Name\n|1428  : NVIDIA H200X-141C\n"
		     "F /sys/bus/pci/devices/0000:41:00.4/nvidia/current_vgpu_type\n|1428\n"
		     "L /sys/bus/pci/devices/0000:41:00.4/physfn -> ../0000:41:00.0\n"
		     "F /sys/bus/pci/devices/0000:41:00.4/vendor\n|0x10de\n"
		     "end\n");
	assert_int_equal(mdev->vgpus.n, 1);
	assert_string_equal(mdev->vgpus.items[0].address, "0000:41:00.4");
	assert_string_equal(mdev->vgpus.items[0].pf, "0000:41:00.0");
	assert_int_equal(mdev->vgpus.items[0].current.value, 1428);
	assert_non_null(gp_mdev_wish(&world.facts, gp_pci_find(&world.facts.pci, "0000:41:00.0")));
	leave(&world);
}

struct wish {
	const char *what, *file;
	bool for_intel, for_nvidia;
};

/* A Coffee Lake with an NVIDIA card beside it: who is meant. */
static void who_is_meant(void **state)
{
	static const struct wish wishes[] = {
		{"nothing", "", false, false},
		{"the command line", "F /proc/cmdline\n|ro i915.enable_gvt=1\n", true, false},
		{"off again", "F /proc/cmdline\n|ro i915.enable_gvt=1 i915.enable_gvt=0\n", false,
			false},
		{"modprobe.d",
			"F /etc/modprobe.d/i915.conf\n|options i915 enable_guc=0 enable_gvt=Y\n",
			true, false},
		{"another option", "F /etc/modprobe.d/i915.conf\n|options i915 not_enable_gvt=1\n",
			false, false},
		{"a list", "F /etc/modules\n|kvmgt\n", true, false},
		{"a VM",
			"F /etc/pve/qemu-server/100.conf\n|hostpci0: 0000:01:00.0,mdev=nvidia-63\n",
			false, true},
		{"a VM with the whole",
			"F /etc/pve/qemu-server/100.conf\n|hostpci0: 0000:01:00.0\n", false, false},
		{"mdevctl", "F /etc/mdevctl.d/0000:01:00.0/" UUID "\n|{}\n", false, true},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(wishes); i++) {
		struct world world;
		const struct gp_pci *pci = &world.facts.pci;
		char capture[2048];

		snprintf(capture, sizeof(capture),
			"gpupass-machine 1\n%s"
			"F /sys/bus/pci/devices/0000:00:02.0/class\n|0x030000\n"
			"F /sys/bus/pci/devices/0000:00:02.0/device\n|0x3e92\n"
			"F /sys/bus/pci/devices/0000:00:02.0/vendor\n|0x8086\n"
			"F /sys/bus/pci/devices/0000:01:00.0/class\n|0x030000\n"
			"F /sys/bus/pci/devices/0000:01:00.0/device\n|0x1b02\n"
			"F /sys/bus/pci/devices/0000:01:00.0/vendor\n|0x10de\nend\n",
			wishes[i].file);
		look(&world, capture);
		if (!gp_mdev_wish(&world.facts, gp_pci_find(pci, "0000:00:02.0")) !=
				!wishes[i].for_intel ||
			!gp_mdev_wish(&world.facts, gp_pci_find(pci, "0000:01:00.0")) !=
				!wishes[i].for_nvidia)
			fail_msg("%s means another GPU", wishes[i].what);
		leave(&world);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parents_off_the_pci_bus),
		cmocka_unit_test(owners),
		cmocka_unit_test(definitions),
		cmocka_unit_test(vgpus_without_mdev),
		cmocka_unit_test(who_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
