/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "diagnosis/plan.h"

/* A case with one cause, whose steps a test chooses, on a machine with one boot loader. */
struct world {
	struct gp_arena *arena;
	struct gp_facts facts;
	struct gp_diagnosis diagnosis;
	struct gp_finding finding;
	struct gp_plan plan;
};

static const struct gp_check a_check = {.id = "a-check"};

static int set_up(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct world *w = gp_new(arena, struct world);

	w->arena = arena;
	w->finding = (struct gp_finding){.check = &a_check, .verdict = GP_FAIL};
	w->diagnosis.c.facts = &w->facts;
	w->diagnosis.c.modes = GP_MODE_FULL;
	w->diagnosis.findings.arena = arena;
	*gp_push(arena, &w->diagnosis.causes) = (struct gp_cause){.finding = &w->finding};
	w->facts.kernel.cmdline_text.value = w->facts.kernel.configured_text.value = "";
	w->facts.kernel.grub.text.value = "";
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	gp_arena_free(((struct world *)*state)->arena);
	return 0;
}

static void step(struct world *w, enum gp_step_kind kind, const char *subject, const char *argument)
{
	*gp_push(w->arena, &w->finding.steps) =
		(struct gp_step){.kind = kind, .subject = subject, .argument = argument};
}

static struct gp_text_value present(const char *path, const char *text)
{
	return (struct gp_text_value){
		.from = {.presence = GP_PRESENT, .path = path}, .value = text};
}

static void grub_says(struct world *w, const char *text)
{
	struct gp_grub *grub = &w->facts.kernel.grub;

	w->facts.platform.loader = GP_LOADER_GRUB;
	grub->text = present(GP_GRUB_FILE, text);
	gp_grub_parse(w->arena, GP_GRUB_FILE, text, grub);
}

static void make(struct world *w)
{
	static const struct gp_strings nothing;

	gp_plan_make(w->arena, &w->diagnosis, &nothing, &w->plan);
}

static const char *content_of(const struct world *w, const char *path)
{
	gp_each (edit, &w->plan.edits)
		if (strcmp(edit->path, path) == 0)
			return edit->content;
	return NULL;
}

static void keeps_what_is_there(void **state)
{
	struct world *w = *state;

	grub_says(w, "# mine\nGRUB_TIMEOUT=5\n\n"
		     "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=off splash\"  # why\n"
		     "GRUB_CMDLINE_LINUX=\"\"\n");
	step(w, GP_STEP_CMDLINE_REMOVE, "intel_iommu=off", "");
	step(w, GP_STEP_CMDLINE_ADD, "intel_iommu=on", "");
	make(w);
	assert_string_equal(content_of(w, GP_GRUB_FILE),
		"# mine\nGRUB_TIMEOUT=5\n\n"
		"GRUB_CMDLINE_LINUX_DEFAULT=\"quiet splash intel_iommu=on\"  # why\n"
		"GRUB_CMDLINE_LINUX=\"\"\n");
	assert_int_equal(w->plan.edits.n, 1);
	assert_int_equal(w->plan.reboot_ids.n, 1);
	assert_int_equal(w->plan.initrd_ids.n, 0);
}

static void leaves_other_words_to_the_letter(void **state)
{
	struct world *w = *state;

	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT=\"a=\\\"b c\\\" $extra `x`\"\n");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	make(w);
	assert_string_equal(content_of(w, GP_GRUB_FILE),
		"GRUB_CMDLINE_LINUX_DEFAULT=\"a=\\\"b c\\\" $extra `x` iommu=pt\"\n");
}

static void takes_off_both_grub_lines(void **state)
{
	struct world *w = *state;

	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT='quiet nomodeset'\n"
		     "GRUB_CMDLINE_LINUX='root=ZFS=rpool nomodeset iommu=pt'\n");
	step(w, GP_STEP_CMDLINE_REMOVE, "nomodeset", "");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	make(w);
	assert_string_equal(content_of(w, GP_GRUB_FILE),
		"GRUB_CMDLINE_LINUX_DEFAULT='quiet'\n"
		"GRUB_CMDLINE_LINUX='root=ZFS=rpool iommu=pt'\n");
}

static void makes_the_line_that_is_not_there(void **state)
{
	struct world *w = *state;

	grub_says(w, "GRUB_TIMEOUT=5");
	step(w, GP_STEP_CMDLINE_ADD, "intel_iommu=on", "");
	make(w);
	assert_string_equal(content_of(w, GP_GRUB_FILE),
		"GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT=\"intel_iommu=on\"\n");
}

static void systemd_boot_has_one_line(void **state)
{
	struct world *w = *state;
	struct gp_kernel *kernel = &w->facts.kernel;
	const char *text = "root=ZFS=rpool/ROOT/pve-1 boot=zfs\nquiet\n";

	w->facts.platform.loader = GP_LOADER_PVE_SYSTEMD;
	kernel->configured_text = present("/etc/kernel/cmdline", text);
	kernel->configured = gp_cmdline_parse(w->arena, text);
	step(w, GP_STEP_CMDLINE_ADD, "intel_iommu=on", "");
	make(w);
	assert_string_equal(content_of(w, "/etc/kernel/cmdline"),
		"root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet intel_iommu=on\n");
	assert_string_equal(
		gp_say_loader(w->arena, &w->facts, &w->plan), "proxmox-boot-tool refresh");
}

static void never_writes_a_line_without_root(void **state)
{
	struct world *w = *state;
	struct gp_kernel *kernel = &w->facts.kernel;

	w->facts.platform.loader = GP_LOADER_PVE_SYSTEMD;
	kernel->cmdline = gp_cmdline_parse(
		w->arena, "initrd=\\EFI\\x root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet");
	kernel->configured_text = present("/etc/kernel/cmdline", "intel_iommu=on\n");
	kernel->configured = gp_cmdline_parse(w->arena, "intel_iommu=on\n");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	make(w);
	assert_string_equal(content_of(w, "/etc/kernel/cmdline"),
		"root=ZFS=rpool/ROOT/pve-1 boot=zfs intel_iommu=on iommu=pt\n");
}

static void a_stranger_writes_nothing_into_scripts(void **state)
{
	static const char *const bad[] = {
		"vfio_pci.ids=$(reboot)", "a=`x`", "a=\"b", "a=b;c", "a=b\nc", "a=b'c", ""};
	struct world *w = *state;

	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
	for (size_t i = 0; i < GP_ARRAY_SIZE(bad); i++)
		step(w, GP_STEP_CMDLINE_ADD, bad[i], "");
	step(w, GP_STEP_MODULE_LOAD, "vfio\nevil", "");
	step(w, GP_STEP_LINE, "/etc/modprobe.d/gpupass.conf", "softdep a pre: b\ninstall c d");
	step(w, GP_STEP_LINE, "/etc/modprobe.d/../../x'y", "softdep a pre: b");
	make(w);
	assert_int_equal(w->plan.edits.n, 0);
	assert_int_equal(w->plan.params.n, 0);
	assert_int_equal(w->plan.chores.n, GP_ARRAY_SIZE(bad) + 3);
}

static void edits_only_plain_lines(void **state)
{
	static const char *const odd[] = {
		"GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"; GRUB_TIMEOUT=3\n",
		"GRUB_CMDLINE_LINUX_DEFAULT=\"quiet \\\nroot=ZFS=rpool\"\n",
		"GRUB_CMDLINE_LINUX_DEFAULT=quiet$more\n",
		"GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"splash\n",
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(odd); i++) {
		struct world *w;

		assert_int_equal(set_up((void **)&w), 0);
		grub_says(w, odd[i]);
		step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
		make(w);
		assert_int_equal(w->plan.edits.n, 0);
		assert_int_equal(w->plan.chores.n, 1);
		assert_null(gp_say_loader(w->arena, &w->facts, &w->plan));
		gp_arena_free(w->arena);
	}
	(void)state;
}

static void leaves_conditions_to_a_person(void **state)
{
	struct world *w = *state;

	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT='root=ZFS=rpool'\nif true; then\n"
		     "  GRUB_CMDLINE_LINUX_DEFAULT='root=ZFS=rpool quiet'\nfi\n");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	make(w);
	assert_int_equal(w->plan.edits.n, 0);
	assert_int_equal(w->plan.chores.n, 1);
	assert_null(gp_say_loader(w->arena, &w->facts, &w->plan));
}

static void adds_to_the_line_that_appends(void **state)
{
	struct world *w = *state;

	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT='quiet'\n"
		     "GRUB_CMDLINE_LINUX_DEFAULT+=\" cryptdevice=/dev/sda2:c\"\n");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	make(w);
	assert_string_equal(content_of(w, GP_GRUB_FILE),
		"GRUB_CMDLINE_LINUX_DEFAULT='quiet'\n"
		"GRUB_CMDLINE_LINUX_DEFAULT+=\" cryptdevice=/dev/sda2:c iommu=pt\"\n");
}

static void takes_nothing_off_pieces(void **state)
{
	struct world *w = *state;

	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT='quiet nomodeset'\n"
		     "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT acpi=1\"\n");
	step(w, GP_STEP_CMDLINE_REMOVE, "nomodeset", "");
	make(w);
	assert_int_equal(w->plan.edits.n, 0);
	assert_int_equal(w->plan.chores.n, 1);
}

static void edits_the_piece_that_has_the_last_word(void **state)
{
	static const char piece[] = "GRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0\"\n";
	struct world *w = *state;

	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
	*gp_push(w->arena, &w->facts.kernel.grub.pieces) =
		present("/etc/default/grub.d/50-cloud.cfg", piece);
	gp_grub_parse(w->arena, "/etc/default/grub.d/50-cloud.cfg", piece, &w->facts.kernel.grub);
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	make(w);
	assert_null(content_of(w, GP_GRUB_FILE));
	assert_string_equal(content_of(w, "/etc/default/grub.d/50-cloud.cfg"),
		"GRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0 iommu=pt\"\n");
}

static void keeps_comments_and_inits_part(void **state)
{
	struct world *w = *state;
	struct gp_kernel *kernel = &w->facts.kernel;
	const char *text = "# Arch UKI\nroot=UUID=1 rw -- --verbose\n";

	w->facts.platform.loader = GP_LOADER_UKI;
	kernel->configured_text = present("/etc/kernel/cmdline", text);
	kernel->configured = gp_cmdline_parse(w->arena, "root=UUID=1 rw -- --verbose");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	make(w);
	assert_string_equal(content_of(w, "/etc/kernel/cmdline"),
		"# Arch UKI\nroot=UUID=1 rw iommu=pt -- --verbose\n");
}

static void a_backslash_goes_on_with_nothing(void **state)
{
	struct world *w = *state;
	struct gp_kernel *kernel = &w->facts.kernel;
	const char *text = "root=UUID=1 rw \\\nquiet\n";

	w->facts.platform.loader = GP_LOADER_PVE_SYSTEMD;
	kernel->configured_text = present("/etc/kernel/cmdline", text);
	kernel->configured = gp_cmdline_parse(w->arena, "root=UUID=1 rw quiet");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	make(w);
	assert_string_equal(
		content_of(w, "/etc/kernel/cmdline"), "root=UUID=1 rw \\ quiet iommu=pt\n");
}

static void writes_nothing_where_nobody_wants_a_mode(void **state)
{
	struct world *w = *state;

	w->diagnosis.c.modes = 0;
	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	step(w, GP_STEP_FIRMWARE, "VT-d", "enabled");
	make(w);
	assert_int_equal(w->plan.edits.n, 0);
	assert_int_equal(w->plan.chores.n, 1);
}

static void leaves_files_of_packages_alone(void **state)
{
	struct world *w = *state;
	struct gp_config_file *file = gp_push(w->arena, &w->facts.kernel.files);

	file->text = present("/lib/modprobe.d/x.conf", "blacklist i915\n");
	step(w, GP_STEP_REPLACE, "/lib/modprobe.d/x.conf", "");
	w->finding.steps.items[0].line = 1;
	make(w);
	assert_int_equal(w->plan.edits.n, 0);
	assert_int_equal(w->plan.chores.n, 1);
	assert_non_null(strstr(w->plan.chores.items[0].text, "copy it to /etc/modprobe.d under"));
}

static void merges_what_is_asked_for_twice(void **state)
{
	struct world *w = *state;

	w->facts.platform.initrd = GP_INITRD_INITRAMFS_TOOLS;
	step(w, GP_STEP_MODULE_LOAD, "vfio_pci", "");
	step(w, GP_STEP_MODULE_LOAD, "vfio_pci", "");
	step(w, GP_STEP_CMDLINE_ADD, "iommu=pt", "");
	step(w, GP_STEP_CMDLINE_REMOVE, "iommu=pt", "");
	make(w);
	assert_string_equal(content_of(w, "/etc/modules-load.d/gpupass.conf"), "vfio_pci\n");
	assert_int_equal(w->plan.params.n, 1);
	assert_false(w->plan.params.items[0].add);
	assert_int_equal(w->plan.initrd_ids.n, 1);
}

static void names_the_directory_that_goes_first(void **state)
{
	struct world *w = *state;

	step(w, GP_STEP_REPLACE, "/usr/lib/modules-load.d/x.conf", "");
	make(w);
	assert_non_null(
		strstr(w->plan.chores.items[0].text, "copy it to /etc/modules-load.d under"));
}

static void nothing_wakes_up_in_a_shell(void **state)
{
	struct world *w = *state;

	grub_says(w, "GRUB_CMDLINE_LINUX_DEFAULT=\xe2\x80\x9c'$(reboot)'\xe2\x80\x9d\n");
	step(w, GP_STEP_REPLACE, GP_GRUB_FILE, "GRUB_CMDLINE_LINUX_DEFAULT=\"$(reboot)\"");
	w->finding.steps.items[0].line = 1;
	make(w);
	assert_int_equal(w->plan.edits.n, 0);
	assert_int_equal(w->plan.chores.n, 1);
}

static void drops_a_continued_line_whole(void **state)
{
	struct world *w = *state;
	struct gp_config_file *file = gp_push(w->arena, &w->facts.kernel.files);

	file->text = present("/etc/modprobe.d/vfio.conf", "a\noptions vfio-pci \\\n ids=1\nb\n");
	step(w, GP_STEP_REPLACE, "/etc/modprobe.d/vfio.conf", "options vfio-pci ids=2");
	w->finding.steps.items[0].line = 2;
	make(w);
	assert_string_equal(
		content_of(w, "/etc/modprobe.d/vfio.conf"), "a\noptions vfio-pci ids=2\nb\n");
}

#define PLAN_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void a_setting_of_a_vm_is_one_command(void **state)
{
	struct world *w = *state;

	w->facts.platform.proxmox = "8.2.4";
	step(w, GP_STEP_VM, "vm/100", "--machine q35");
	make(w);
	assert_int_equal(w->plan.chores.n, 1);
	assert_string_equal(w->plan.chores.items[0].text, "qm set 100 --machine q35");
	assert_int_equal(w->plan.reboot_ids.n, 0);
}

static void a_setting_that_is_more_than_words_is_no_command(void **state)
{
	struct world *w = *state;

	w->facts.platform.proxmox = "8.2.4";
	step(w, GP_STEP_VM, "vm/100", "--hostpci0 00:02.0; reboot");
	make(w);
	assert_int_equal(w->plan.chores.n, 1);
	assert_int_not_equal(w->plan.chores.items[0].kind, GP_STEP_VM);
}

static void what_the_initrd_does_not_hold_needs_none(void **state)
{
	struct world *w = *state;

	w->facts.platform.initrd = GP_INITRD_INITRAMFS_TOOLS;
	step(w, GP_STEP_LINE, "/etc/tmpfiles.d/gpupass.conf", "w /sys/a - - - - 7");
	make(w);
	assert_int_equal(w->plan.initrd_ids.n, 0);
	assert_int_equal(w->plan.reboot_ids.n, 1);
}

static void each_package_once(void **state)
{
	struct world *w = *state;

	w->facts.platform.distribution_id = "debian";
	w->facts.platform.version_id = "12";
	step(w, GP_STEP_PACKAGE, "intel-gpu-firmware", "");
	step(w, GP_STEP_PACKAGE, "intel-gpu-firmware", "");
	step(w, GP_STEP_PACKAGE, "dkms", "");
	make(w);
	assert_int_equal(w->plan.packages.n, 2);
	assert_string_equal(gp_say_packages(w->arena, &w->facts.platform, &w->plan, true),
		"apt-get install -y firmware-misc-nonfree dkms");
}

static void a_package_nobody_knows_is_for_a_person(void **state)
{
	struct world *w = *state;

	w->facts.platform.distribution_id = "void";
	step(w, GP_STEP_PACKAGE, "dkms", "");
	make(w);
	assert_int_equal(w->plan.packages.n, 0);
	assert_int_equal(w->plan.chores.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAN_TEST(keeps_what_is_there),
		PLAN_TEST(leaves_other_words_to_the_letter),
		PLAN_TEST(takes_off_both_grub_lines),
		PLAN_TEST(makes_the_line_that_is_not_there),
		PLAN_TEST(systemd_boot_has_one_line),
		PLAN_TEST(never_writes_a_line_without_root),
		PLAN_TEST(a_stranger_writes_nothing_into_scripts),
		PLAN_TEST(edits_only_plain_lines),
		PLAN_TEST(leaves_conditions_to_a_person),
		PLAN_TEST(adds_to_the_line_that_appends),
		PLAN_TEST(takes_nothing_off_pieces),
		PLAN_TEST(edits_the_piece_that_has_the_last_word),
		PLAN_TEST(keeps_comments_and_inits_part),
		PLAN_TEST(a_backslash_goes_on_with_nothing),
		PLAN_TEST(writes_nothing_where_nobody_wants_a_mode),
		PLAN_TEST(leaves_files_of_packages_alone),
		PLAN_TEST(merges_what_is_asked_for_twice),
		PLAN_TEST(names_the_directory_that_goes_first),
		PLAN_TEST(nothing_wakes_up_in_a_shell),
		PLAN_TEST(drops_a_continued_line_whole),
		PLAN_TEST(a_setting_of_a_vm_is_one_command),
		PLAN_TEST(a_setting_that_is_more_than_words_is_no_command),
		PLAN_TEST(what_the_initrd_does_not_hold_needs_none),
		PLAN_TEST(each_package_once),
		PLAN_TEST(a_package_nobody_knows_is_for_a_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
