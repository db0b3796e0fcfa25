/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scratch-tree.h"
#include "facts.h"

struct world {
	struct scratch scratch;
	struct gp_machine *machine;
	struct gp_vms vms;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	scratch_make(&world->scratch);
	scratch_file(&world->scratch, "/etc/pve/qemu-server/100.conf",
		"#hostpci0: 0000:09:00.0\n"
		"bios: ovmf\n"
		"hostpci0: 0000:01:00,pcie=1,x-vga=on,rombar=0,romfile=card.rom\n"
		"hostpci1: host=00:02.0;00:02.1,mdev=i915-GVTg_V5_4\n"
		"hostpcix: 0000:08:00.0\n"
		"machine: pc-i440fx-8.1\n"
		"machine: q35,viommu=intel\n"
		"\n"
		"[PENDING]\n"
		"machine: q35\n"
		"\n"
		"[before-update]\n"
		"hostpci2: 0000:07:00.0\n");
	scratch_file(&world->scratch, "/etc/pve/qemu-server/101.conf",
		"hostpci0: mapping=card,legacy-igd=1\n");
	scratch_file(&world->scratch, "/etc/pve/mapping/pci.cfg",
		"# made by hand\n"
		"other\n"
		"\tmap id=10de:1b02,node=pve,path=0000:06:00.0\n"
		"card\n"
		"\tdescription path=0000:05:00.0\n"
		"\tmap id=8086:4680,iommugroup=0,node=pve,path=0000:00:02.0\n"
		"\tmap id=8086:4682,iommugroup=0,node=west,path=0000:00:02.0\n"
		"\tmap id=8086:4680,iommugroup=9,node=pve,path=0000:04:00.0;0000:04:00.1\n");
	scratch_link(&world->scratch, "/etc/pve/local", "nodes/pve");
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	gp_machine_close(world->machine);
	scratch_remove(&world->scratch);
	free(world);
	return 0;
}

static struct gp_vms *collect(struct world *world)
{
	char *error = NULL;

	assert_int_equal(gp_machine_open(world->scratch.root, &world->machine, &error), 0);
	gp_vms_collect(world->machine, &world->vms);
	return &world->vms;
}

static void reads_settings(void **state)
{
	struct gp_vms *vms = collect(*state);
	const struct gp_vm *vm = vms->items;

	assert_int_equal(vms->n, 2);
	assert_string_equal(vm->name, "vm/100");
	assert_string_equal(gp_vm_get(&vm->settings, "bios"), "ovmf");
	assert_string_equal(gp_vm_get(&vm->settings, "machine"), "q35,viommu=intel");
	assert_int_equal(gp_vm_setting(&vm->settings, "machine")->line, 7);
	assert_null(gp_vm_get(&vm->settings, "hostpci2"));
	assert_string_equal(gp_vm_get(&vm->pending, "machine"), "q35");
	assert_int_equal(vm->pid, 0);
}

static void reads_devices(void **state)
{
	struct gp_vms *vms = collect(*state);
	const struct gp_passed *passed = vms->items->passed.items;
	struct gp_function audio = {.address = "0000:01:00.1"}, igpu = {.address = "0000:00:02.0"};

	assert_int_equal(vms->items->passed.n, 2);
	assert_ptr_equal(passed->vm, vms->items);
	assert_string_equal(passed->addresses.items[0], "0000:01:00");
	assert_true(passed->pcie && passed->x_vga && passed->no_rombar && !passed->mdev);
	assert_string_equal(passed->romfile, "card.rom");
	assert_int_equal(passed->line, 3);
	assert_true(gp_passed_takes(passed, &audio));
	assert_false(gp_passed_takes(passed, &igpu));
	assert_int_equal(passed[1].addresses.n, 2);
	assert_string_equal(passed[1].addresses.items[1], "0000:00:02.1");
	assert_string_equal(passed[1].mdev, "i915-GVTg_V5_4");
	assert_ptr_equal(gp_vms_next_passed(vms, &igpu, NULL), passed + 1);
	assert_string_equal(gp_vms_taking(vms, &igpu)->vm->name, "vm/101");
}

static void resolves_mappings(void **state)
{
	struct gp_vms *vms = collect(*state);
	const struct gp_passed *passed = vms->items[1].passed.items;

	assert_string_equal(passed->mapping, "card");
	assert_true(passed->has_choice && passed->legacy_igd);
	assert_int_equal(passed->addresses.n, 3);
	assert_string_equal(passed->addresses.items[0], "0000:00:02.0");
	assert_string_equal(passed->addresses.items[2], "0000:04:00.1");
	assert_string_equal(passed->expected.items[0], "8086:4680");
}

static void properties(void **state)
{
	struct gp_arena *arena = gp_arena_new();

	(void)state;
	assert_string_equal(gp_vm_property(arena, "q35,viommu=intel", "type", true), "q35");
	assert_string_equal(gp_vm_property(arena, "type=q35", "type", true), "q35");
	assert_string_equal(gp_vm_property(arena, "q35,viommu=intel", "viommu", false), "intel");
	assert_null(gp_vm_property(arena, "q35,viommux=intel", "viommu", false));
	assert_null(gp_vm_property(arena, "viommu=intel,q35", "type", true));
	assert_null(gp_vm_property(arena, "", "type", true));
	gp_arena_free(arena);
}

static void a_container_wants_the_node(void **state)
{
	struct world *world = *state;
	struct gp_function gpus[] = {
		{.address = "0000:00:02.0", .kind = GP_GPU_REAL, .driver = "i915"},
		{.address = "0000:05:00.0", .kind = GP_GPU_REAL, .driver = "amdgpu"},
		{.address = "0000:06:00.0", .kind = GP_GPU_REAL, .driver = "vfio-pci"}};
	struct gp_node nodes[] = {{.name = "renderD128", .address = "0000:00:02.0", .render = true},
		{.name = "renderD129", .address = "0000:05:00.0", .render = true}};
	struct gp_facts facts = {0};

	scratch_file(&world->scratch, "/etc/pve/lxc/200.conf",
		"lxc.cgroup2.devices.allow: c 10:200 rwm\nmemory: 512\n");
	scratch_file(&world->scratch, "/etc/pve/lxc/201.conf",
		"lxc.cgroup2.devices.allow: c 10:200 rwm\n"
		"lxc.cgroup2.devices.allow = c 226:129 rwm\n");
	facts.vms = *collect(world);
	facts.pci.items = gpus;
	facts.pci.n = 3;
	assert_int_equal(facts.vms.cts.n, 2);
	assert_int_equal(facts.vms.cts.items[1].settings.n, 2);
	/* Nothing is known of the nodes: any that stays with the host. */
	assert_string_equal(gp_vms_container_wish(&facts, &gpus[1]), "/etc/pve/lxc/201.conf");
	assert_null(gp_vms_container_wish(&facts, &gpus[2]));
	facts.nodes.items = nodes;
	facts.nodes.n = 2;
	assert_null(gp_vms_container_wish(&facts, &gpus[0]));
	assert_string_equal(gp_vms_container_wish(&facts, &gpus[1]), "/etc/pve/lxc/201.conf");
	assert_null(gp_vms_container_wish(&facts, &gpus[2]));
	/* Its only GPU was given away. */
	facts.pci.items = &gpus[2];
	facts.pci.n = 1;
	assert_string_equal(gp_vms_container_wish(&facts, &gpus[2]), "/etc/pve/lxc/201.conf");
}

#define TASK(start, id, status) \
	"UPID:pve:0000A3F1:001B2C3D:" start ":qmstart:" id ":root@pam: " start " " status "\n"

static void only_what_still_counts(void **state)
{
	struct world *world = *state;
	const struct gp_log_hit *hit = NULL;

	scratch_file(&world->scratch, "/proc/stat", "cpu  1\nbtime 1700000000\n");
	scratch_file(&world->scratch, "/var/log/pve/tasks/index",
		TASK("60000000", "101", "command failed: can't reserve [mem 1]") TASK("6553F103",
			"100", "vfio: can't reserve [mem 2] : can't reserve [mem") TASK("6553F104",
			"100", "OK") TASK("6553F105", "100", "BAR 0: can't reserve [mem 3]")
			TASK("6553F106", "999", "BAR 0: can't reserve [mem 4]")
				TASK("6553F107", "101", "see the log"));
	scratch_file(&world->scratch,
		"/var/log/pve/tasks/7/UPID:pve:0000A3F1:001B2C3D:6553F107:qmstart:101:root@pam:",
		"first\nBAR 0: can't reserve [mem 5]\n");
	collect(world);
	assert_int_equal(world->vms.log.n, 2);
	hit = gp_log_next(&world->vms.log, GP_LOG_BAR_BUSY, NULL);
	assert_string_equal(hit->text, "BAR 0: can't reserve [mem 3]");
	assert_string_equal(hit->source, "/var/log/pve/tasks/index");
	hit = gp_log_next(&world->vms.log, GP_LOG_BAR_BUSY, hit);
	assert_string_equal(hit->text, "BAR 0: can't reserve [mem 5]");
	assert_string_equal(gp_vms_said_by(&world->vms, hit)->name, "vm/101");
	assert_int_equal(hit->usec, (0x6553F107 - 1700000000ll) * 1000000);
}

static void the_last_start_of_libvirt(void **state)
{
	struct world *world = *state;

	scratch_file(&world->scratch, "/var/log/libvirt/qemu/win.log",
		"2026-11-20 18:03:11.337+0000: starting up libvirt version: 9.0.0\n"
		"BAR 0: can't reserve [mem 1]\n"
		"2026-11-20 19:03:11.337+0000: starting up libvirt version: 9.0.0\n"
		"BAR 0: can't reserve [mem 2]\n"
		"2026-11-20 19:03:12.337+0000: shutting down, reason=failed\n");
	collect(world);
	assert_int_equal(world->vms.log.n, 1);
	assert_string_equal(world->vms.log.items->text, "BAR 0: can't reserve [mem 2]");
}

static void what_runs(void **state)
{
	struct world *world = *state;
	static const char arguments[] = "/usr/bin/kvm\0-id\000100\0-machine\0type=q35";
	static const char other[] = "/usr/bin/kvm\0-id\0007";

	scratch_file(&world->scratch, "/run/qemu-server/100.pid", "4711\n");
	scratch_bytes(&world->scratch, "/proc/4711/cmdline", arguments, sizeof(arguments));
	scratch_file(&world->scratch, "/run/qemu-server/101.pid", "4712\n");
	scratch_bytes(&world->scratch, "/proc/4712/cmdline", other, sizeof(other));
	collect(world);
	assert_int_equal(world->vms.items[0].pid, 4711);
	assert_string_equal(gp_vm_argument(&world->vms.items[0], "-machine"), "type=q35");
	assert_null(gp_vm_argument(&world->vms.items[0], "type=q35"));
	assert_int_equal(world->vms.items[1].pid, 0);
	assert_int_equal(world->vms.items[1].arguments.n, 0);
}

/* Proxmox knows hostpci0 to 15; a stranger's file may have any number of them. */
static void test_a_vm_has_so_many_devices(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_vm_mappings mappings = {0};
	struct gp_vm vm = {.name = "vm/100"};

	(void)state;
	for (int i = 0; i < 40; i++)
		*gp_push(arena, &vm.settings) = (struct gp_vm_setting){
			.key = gp_printf(arena, "hostpci%d", i), .value = "0000:01:00.0"};
	gp_vm_find_passed(arena, &mappings, &vm);
	assert_int_equal(vm.passed.n, 16);
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_vm_has_so_many_devices),
		cmocka_unit_test_setup_teardown(reads_settings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_devices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(resolves_mappings, set_up, tear_down),
		cmocka_unit_test(properties),
		cmocka_unit_test_setup_teardown(a_container_wants_the_node, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_what_still_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_last_start_of_libvirt, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_runs, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
