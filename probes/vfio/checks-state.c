/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vfio-pci and its kin hold and how they are set, against what is wanted. */
#include <string.h>

#include "driver/options.h"
#include "mdev/gvt.h"
#include "vfio/check-help.h"
#include "vfio/checks.h"

/* Something asks vfio-pci to have it: then it is there on purpose. */
static bool is_asked_for(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_vfio_claims(&c->facts->vfio, gpu) || gp_vms_taking(&c->facts->vms, gpu) ||
	       gp_starts_with(gpu->override.value, "vfio");
}

/*
 * Proxmox hands "vendor device" to vfio-pci's new_id when a VM starts; a PF has the id of its VFs,
 * so one without a driver falls to vfio-pci too.
 */
static void newid_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_pf *pf = gp_sriov_pf(&c->facts->sriov, gpu);
	const struct gp_passed *taker;
	struct gp_finding *finding;

	if (gp_pci_is_vf(gpu))
		return;
	taker = pf && !is_asked_for(c, gpu) && gp_equal(gpu->driver, "vfio-pci")
			? gp_sriov_vm_wanting(c->facts, pf)
			: NULL;
	if (!taker) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"vfio-pci has not taken it unasked");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu,
		gp_printf(out->arena, "%s: vfio-pci; %s: \"%s\"", gpu->driver_from.path,
			gp_passed_place(out->arena, taker), taker->text),
		"vfio-pci has the PF, though no setting asks for it: it was handed the id of the VFs, "
		"which the PF shares");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			gp_printf(out->arena,
				"Stop the VMs that have VFs, then: echo \"%04x %04x\" > "
				"/sys/bus/pci/drivers/vfio-pci/remove_id; echo %s > "
				"/sys/bus/pci/drivers/vfio-pci/unbind; echo %s > "
				"/sys/bus/pci/drivers_probe; or reboot.",
				gpu->vendor_id, gpu->device_id, gpu->address, gpu->address),
			0});
}

static void newid_capture(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, newid_of);
	if (!out->n || out->items[out->n - 1].check != out->check)
		gp_find(out, GP_PASS, "/sys/bus/pci/devices", "there is no PF among the GPUs");
}

static void variant_ok(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];

		if (gp_pci_is_vf(gpu) && gpu->driver && strcmp(gpu->driver, "vfio-pci") != 0 &&
			strstr(gpu->driver, "vfio"))
			gp_find_gpu(out, GP_NOTE, gpu, gpu->driver_from.path,
				"%s is a vfio driver made for this GPU: the VF is ready for a VM",
				gpu->driver);
	}
	if (out->n == before)
		gp_find(out, GP_PASS, "/sys/bus/pci/devices",
			"no VF is on a vfio driver of its own kind");
}

/* Who set disable_vga, which vfio-pci heeds or will at the next boot; NULL: nobody. */
static const struct gp_option *vga_off_by(const struct gp_case *c, struct gp_arena *arena)
{
	struct gp_options options = gp_options_of(c, arena, "vfio_pci");
	const struct gp_option *option = gp_option_last(&options, "disable_vga");

	return option && (!*option->value || gp_is_yes(option->value)) ? option : NULL;
}

/* A VM that shows its picture through the VGA registers of this Intel GPU; or NULL. */
static const struct gp_passed *vga_user(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_passed *passed = NULL;

	if (gpu->vendor_id != 0x8086 || gpu->bus != 0 || gp_pci_is_vf(gpu))
		return NULL;
	while ((passed = gp_vms_next_passed(&c->facts->vms, gpu, passed))) {
		bool is_ovmf = passed->vm->traits.firmware == GP_VM_OVMF;

		if (!passed->mdev && (passed->legacy_igd || (passed->x_vga && !is_ovmf)))
			return passed;
	}
	return NULL;
}

static void disable_vga_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	static const char param[] = "/sys/module/vfio_pci/parameters/disable_vga";
	const struct gp_option *by = vga_off_by(c, out->arena);
	bool is_on =
		by || gp_equal(gp_module_param(&c->facts->modules, "vfio_pci", "disable_vga"), "Y");
	const struct gp_passed *user = vga_user(c, gpu);
	struct gp_finding *finding;

	if (!is_on || !user) {
		gp_find_gpu(out, GP_PASS, gpu,
			by      ? by->where
			: is_on ? param
				: "/etc/modprobe.d",
			is_on ? "disable_vga does no harm to this GPU" : "disable_vga is not set");
		return;
	}
	finding = gp_find_gpu(out, GP_WARN, gpu, by ? by->where : param,
		"disable_vga=1 takes the VGA registers away that %s needs for this GPU's picture",
		user->vm->name);
	if (by)
		gp_mend_option(out, finding, by, NULL);
}

static void disable_vga(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, disable_vga_of);
}

static const struct gp_check checks[] = {
	{
		.id = "vfio-newid-capture",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "vfio-pci took the PF unasked",
		.why = "A PF and its VFs share an id. Once vfio-pci was handed that id for a VM, it "
		       "also takes the PF when that is without a driver, and with it go the VFs.",
		.mend = "Take the id back through remove_id and bind the PF to its own driver, or "
			"reboot.",
		.reference = "Linux, Documentation/ABI/testing/sysfs-bus-pci: new_id; Proxmox VE, "
			     "PVE::SysFSTools: pci_dev_bind_to_vfio()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = newid_capture,
	},
	{
		.id = "xe-vfio-variant-ok",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_NOTE,
		.title = "the VF is on a vfio driver of its own kind",
		.why = "Some GPUs have a vfio driver of their own, as xe-vfio-pci. It does what "
		       "vfio-pci does, and more.",
		.mend = "Nothing is to be mended.",
		.reference = "Linux, drivers/vfio/pci/xe/main.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = variant_ok,
	},
	{
		.id = "disable-vga-igd",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "disable_vga=1 and an Intel GPU in legacy mode",
		.why = "An integrated GPU that is a VM's first display under SeaBIOS shows its picture "
		       "through the VGA registers, which the option leaves out.",
		.mend = "Remove disable_vga=1 from the options of vfio-pci.",
		.reference = "Linux, drivers/vfio/pci/vfio_pci.c: disable_vga; QEMU, "
			     "docs/igd-assign.txt",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = disable_vga,
	},
};

const struct gp_check_table gp_vfio_state_checks = {checks, GP_ARRAY_SIZE(checks)};
