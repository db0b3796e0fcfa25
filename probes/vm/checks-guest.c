/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest or a container meets: Secure Boot, a hidden DMAR table, Xen's way to a VF. */
#include <string.h>

#include "kernel/check-help.h"
#include "vfio/check-help.h"
#include "vfio/check-said.h"
#include "vm/check-help.h"
#include "vm/checks.h"

/* VFs of an Intel GPU that i915 makes need i915 from DKMS in a Linux guest too. */
static bool is_vf_of_dkms(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_function *pf = gpu->pf ? gp_pci_find(&c->facts->pci, gpu->pf) : NULL;

	return gpu->vendor_id == GP_INTEL && gp_pci_is_vf(gpu) && pf &&
	       gp_equal(pf->driver, "i915");
}

static void vm_secure_boot_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_vm *vm = passed->vm;
	const struct gp_vm_setting *efidisk = gp_vm_setting(&vm->settings, "efidisk0");
	struct gp_finding *finding;

	if (!is_vf_of_dkms(c, gpu) || gp_vm_is_windows(vm) || !gp_vm_is_ovmf(vm) ||
		!vm->traits.enrolled_keys) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"the guest's driver is a signed one, or it starts without Secure Boot");
		return;
	}
	finding = gp_find_passed(out, GP_WARN, gpu, passed,
		"the VM starts with Secure Boot: a Linux guest loads the i915 that its VF needs only "
		"if that is signed with a key it trusts");
	finding->evidence = efidisk ? gp_vm_evidence(out, vm, efidisk)
				    : gp_vm_trait_where(&vm->traits, GP_VM_FIRMWARE);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, vm->name,
			"In the guest either enroll the key that signs DKMS modules (mokutil --import), "
			"or turn Secure Boot off in the VM's firmware menu (Esc at its start, Device "
			"Manager, Secure Boot Configuration).",
			0});
}

static const struct gp_function *driverless(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_is_absent(&c->gpus[i]->driver_from))
			return c->gpus[i];
	return NULL;
}

/* In the guest itself: a GPU without a driver, where only signed ones are let in. */
static void guest_secure_boot_here(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_modules *modules = &c->facts->modules;
	const struct gp_log_hit *refused =
		gp_log_next(&c->facts->kernel.klog, GP_LOG_REFUSED_UNSIGNED, NULL);
	const struct gp_function *gpu = driverless(c);
	struct gp_finding *finding;

	if (!gpu) {
		gp_find(out, GP_PASS, "/sys/bus/pci/devices", "no GPU here is without a driver");
		return;
	}
	if (modules->secure_boot < 0) {
		gp_find_unknown(out, &modules->secure_boot_from);
		return;
	}
	if (!modules->secure_boot) {
		gp_find(out, GP_PASS, modules->secure_boot_from.path, "Secure Boot is off");
		return;
	}
	finding = gp_find_gpu(out, refused ? GP_FAIL : GP_NOTE, gpu,
		refused ? gp_log_evidence(out, refused) : modules->secure_boot_from.path,
		refused ? "Secure Boot keeps the driver out that this GPU needs: it is not signed"
			: "Secure Boot is on: only a signed driver can serve this GPU");
	if (!refused)
		return;
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "Secure Boot",
			"Enroll the key that signs the module: mokutil --import "
			"/var/lib/dkms/mok.pub, reboot, Enroll MOK; or turn Secure Boot off in the "
			"VM's firmware menu, or give the VM a new EFI disk without enrolled keys.",
			0});
}

static void guest_secure_boot(const struct gp_case *c, struct gp_findings *out)
{
	if (c->roles & GP_ROLE_HOST)
		gp_each_passed(c, out, vm_secure_boot_of);
	else
		guest_secure_boot_here(c, out);
}

static const struct gp_log_hit *xen_refusal(const struct gp_case *c)
{
	const struct gp_log *logs[] = {&c->facts->vms.log, &c->facts->kernel.klog, &c->facts->said};

	for (size_t i = 0; i < GP_ARRAY_SIZE(logs); i++) {
		const struct gp_log_hit *hit = NULL;

		while ((hit = gp_log_next(logs[i], GP_LOG_XEN_HOST_BRIDGE, hit)))
			if (strstr(hit->text, "Failed to open"))
				return hit;
	}
	return NULL;
}

static void xen_igd(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = xen_refusal(c);

	if (!hit) {
		gp_find_silence(c, out, false);
		return;
	}
	gp_mend(out,
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"Xen takes the VF for a whole integrated GPU and asks for the host bridge"),
		(struct gp_step){GP_STEP_MANUAL, "xen",
			"Update Xen's libxl: newer ones tell a VF from the GPU itself.", 0});
}

static void dmar_hidden(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_origin *dmar = &c->facts->firmware.dmar_bytes.from;

	if (gp_is_present(dmar))
		gp_find(out, GP_PASS, dmar->path, "the firmware's tables can be seen here");
	else
		gp_find(out, GP_NOTE, dmar->path,
			"a container does not see the firmware's tables: that DMAR is missing here "
			"says nothing about VT-d; look on the host");
}

static const struct gp_check checks[] = {
	{
		.id = "guest-secure-boot",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "Secure Boot keeps the guest's driver out",
		.why = "Under Secure Boot a kernel loads signed modules only. i915 from DKMS, which "
		       "a VF of an Intel GPU needs, is signed with a key of the machine's own.",
		.mend = "Enroll that key, or give the VM an EFI disk without pre-enrolled keys.",
		.reference =
			"Linux, Documentation/admin-guide/module-signing.rst; Proxmox VE, qm(1): "
			"efidisk0, pre-enrolled-keys",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_VF | GP_MODE_FULL | GP_MODE_NATIVE,
		.run = guest_secure_boot,
	},
	{
		.id = "xen-igd-vf-treated-as-vga-passthru",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "Xen takes a VF for the whole integrated GPU",
		.why = "For an integrated GPU as a VM's display QEMU reads the host bridge, which a "
		       "stub domain has not; a VF needs none of that.",
		.mend = "Update Xen's libxl.",
		.reference = "Xen, tools/libs/light/libxl_dm.c: gfx_passthru",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = xen_igd,
	},
	{
		.id = "dmar-table-hidden-in-container",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_NOTE,
		.title = "the firmware's tables are hidden from a container",
		.why = "Container runtimes mask /sys/firmware. A tool inside that finds no DMAR table "
		       "must not conclude that VT-d is off.",
		.mend = "Look on the host.",
		.reference = "OCI runtime specification, config-linux: maskedPaths",
		.roles = GP_ROLE_CONTAINER,
		.modes = GP_MODES_PASSTHROUGH,
		.run = dmar_hidden,
	},
};

const struct gp_check_table gp_vm_guest_checks = {checks, GP_ARRAY_SIZE(checks)};
