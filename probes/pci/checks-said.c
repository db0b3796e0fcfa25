/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel says of a GPU that does not come back, or whose ROM cannot be read. */
#include <string.h>

#include "gpu/models.h"
#include "pci/checks.h"
#include "vfio/check-help.h"
#include "vfio/check-said.h"
#include "vm/check-help.h"

static const char *title_of(const struct gp_said *said)
{
	return *said->address ? said->address : "the GPU";
}

/* "flr bus" without the one that was tried; NULL: there is no other. */
static const char *other_method(
	struct gp_arena *arena, const struct gp_function *gpu, const char *tried)
{
	struct gp_strings methods = gp_split(arena, gpu->reset_methods.value, " ");

	gp_each (method, &methods)
		if (strcmp(*method, tried) != 0)
			return *method;
	return NULL;
}

static const char *tried_method(const char *text)
{
	static const struct {
		const char *said, *method;
	} methods[] = {{"after FLR", "flr"}, {"after AF_FLR", "af_flr"}, {"after bus reset", "bus"},
		{"after PM D3", "pm"}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(methods); i++)
		if (strstr(text, methods[i].said))
			return methods[i].method;
	return NULL;
}

static void mend_power(struct gp_findings *out, struct gp_finding *finding, const char *title)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, title,
			gp_printf(out->arena,
				"Shut the host down and take its power away for some seconds: a reboot "
				"alone often does not bring %s back.",
				title),
			0});
}

static void mend_idle(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend(out, finding,
		(struct gp_step){
			GP_STEP_LINE, GP_MODPROBE_CONF, "options vfio-pci disable_idle_d3=1", 0});
}

static void mend_reset(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_said *said, const char *tried)
{
	const char *method = said->gpu && tried ? other_method(out->arena, said->gpu, tried) : NULL;

	if (method)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_LINE, GP_TMPFILES_CONF,
				gp_printf(out->arena,
					"w /sys/bus/pci/devices/%s/reset_method - - - - %s",
					said->gpu->address, method),
				0});
	if (!tried)
		mend_idle(out, finding);
	mend_power(out, finding, title_of(said));
}

/* The kernel's pci_dev_wait(): "not ready ...; waiting", then "ready ..." or "...; giving up". */
static void reset_wait_of(struct gp_findings *out, const struct gp_said *said)
{
	const char *text = said->hit->text, *tried = tried_method(text);
	const struct gp_gpu_model *model =
		said->gpu ? gp_gpu_model(said->gpu->vendor_id, said->gpu->device_id) : NULL;
	struct gp_finding *finding;

	if (!strstr(text, "not ready ")) {
		gp_find_said(
			out, GP_NOTE, said, "%s was slow to come back, and did", title_of(said));
		return;
	}
	finding = gp_find_said(out, GP_FAIL, said, "%s did not come back %s", title_of(said),
		tried ? "from a reset" : "when it was woken up");
	if (model && model->flr_hangs && gp_equal(tried, "flr"))
		finding->waits_for = "blackwell-flr";
	mend_reset(out, finding, said, tried);
}

static void not_ready(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_RESET_WAIT);

	gp_each (said, &list)
		reset_wait_of(out, said);
	if (!list.n)
		gp_find_silence(c, out, true);
}

static void inaccessible_of(struct gp_findings *out, const struct gp_said *said)
{
	bool is_back = said->gpu && gp_equal(said->gpu->power_state.value, "D0");
	struct gp_finding *finding = gp_find_said(out, is_back ? GP_NOTE : GP_FAIL, said,
		is_back ? "%s could not be woken up once; it is awake now"
			: "%s could not be woken up: it does not answer any more",
		title_of(said));

	if (is_back)
		return;
	finding->waits_for = "flr-not-ready";
	if (said->gpu)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_LINE, GP_TMPFILES_CONF,
				gp_printf(out->arena,
					"w /sys/bus/pci/devices/%s/d3cold_allowed - - - - 0",
					said->gpu->address),
				0});
	mend_idle(out, finding);
	mend_power(out, finding, title_of(said));
}

static void inaccessible(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_INACCESSIBLE);

	gp_each (said, &list)
		inaccessible_of(out, said);
	if (!list.n)
		gp_find_silence(c, out, true);
}

/* Whether every VM that takes it brings a ROM of its own, or wants none. */
static bool has_rom_settled(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_passed *passed = NULL;
	bool is_taken = false;

	while ((passed = gp_vms_next_passed(&c->facts->vms, gpu, passed))) {
		if (!passed->romfile && !passed->no_rombar)
			return false;
		is_taken = true;
	}
	return is_taken;
}

/* Why the missing ROM is no matter, or NULL. */
static const char *why_no_rom_is_needed(const struct gp_case *c, const struct gp_function *gpu)
{
	if (!gpu)
		return NULL;
	if (gp_pci_is_vf(gpu))
		return "a VF has no ROM";
	if (gpu->vendor_id == 0x8086 && gpu->bus == 0)
		return "an integrated GPU has its ROM in the firmware";
	if (has_rom_settled(c, gpu))
		return "its VM brings a ROM file, or wants none";
	if (!gp_is_wanted(c, gpu, GP_MODE_FULL))
		return "nobody wants to pass it on";
	return gpu->boot_vga ? NULL : "it is not the GPU that the host starts on";
}

static void rom_invalid_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_said *said)
{
	const char *why = why_no_rom_is_needed(c, said->gpu);
	const struct gp_passed *passed =
		said->gpu ? gp_vms_taking(&c->facts->vms, said->gpu) : NULL;
	struct gp_finding *finding;

	if (why) {
		gp_find_said(out, GP_NOTE, said, "the ROM of %s cannot be read: %s", title_of(said),
			why);
		return;
	}
	finding = gp_find_said(out, GP_WARN, said,
		"the ROM of %s cannot be read, and it is the one the host starts on: its VM may "
		"stay dark",
		title_of(said));
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, said->address,
			"Get the card's ROM: read it in another slot or another machine (echo 1 > rom; "
			"cat rom > card.rom in its directory under /sys/bus/pci/devices), and put it "
			"into /usr/share/kvm.",
			0});
	if (passed)
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){
				gp_hostpci_with(out->arena, passed, "romfile=card.rom"),
				gp_printf(out->arena, "<rom file='/usr/share/kvm/card.rom'/> in %s",
					gp_hostdev_place(out->arena, passed)),
				gp_device_with(
					out->arena, passed, "romfile=/usr/share/kvm/card.rom")});
}

static void rom_invalid(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_ROM_INVALID);

	gp_each (said, &list)
		rom_invalid_of(c, out, said);
	if (!list.n)
		gp_find_silence(c, out, true);
}

static const struct gp_check checks[] = {
	{
		.id = "flr-not-ready",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_FAIL,
		.title = "the GPU did not come back from a reset",
		.why = "The kernel resets a GPU before and after each use by a VM. One that does not "
		       "answer afterwards is lost until the machine loses power.",
		.mend = "Power the host off fully; use another reset method that the GPU lists.",
		.reference = "Linux, drivers/pci/pci.c: pci_dev_wait(); "
			     "Documentation/ABI/testing/sysfs-bus-pci: reset_method",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = not_ready,
	},
	{
		.id = "d3cold-inaccessible",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_FAIL,
		.title = "the GPU does not wake up from D3cold",
		.why = "D3cold is the sleep in which a device has no power. A GPU that stays there "
		       "reads as all ones, and no driver and no VM can use it.",
		.mend = "Power the host off fully; keep the GPU from sleeping: d3cold_allowed=0, "
			"vfio-pci's disable_idle_d3=1.",
		.reference = "Linux, drivers/pci/pci.c: pci_power_up()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = inaccessible,
	},
	{
		.id = "rom-invalid-signature",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_WARN,
		.title = "the GPU's ROM cannot be read",
		.why = "The firmware of a VM starts a GPU by its ROM. That of the GPU the host started "
		       "on is often a changed copy, or gone.",
		.mend = "Give the VM the card's ROM as a file (romfile=), or turn the ROM off "
			"(rombar=0) where the guest's driver does without.",
		.reference = "Linux, drivers/pci/rom.c: pci_get_rom_size(); QEMU, hw/vfio/pci.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = rom_invalid,
	},
};

const struct gp_check_table gp_pci_said_checks = {checks, GP_ARRAY_SIZE(checks)};
