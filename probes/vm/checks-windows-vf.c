/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a Windows guest may make of a VF of Intel's, beyond its settings. */
#include <string.h>

#include "driver/modules.h"
#include "vm/check-help.h"
#include "vm/checks.h"

/* ---- win-vbs-hyperv */

/* Whether the guest could run a hypervisor of its own, as memory integrity does. */
static bool may_nest(const struct gp_case *c, const struct gp_vm *vm)
{
	const char *nested = gp_module_param(&c->facts->modules, "kvm_intel", "nested");
	bool is_off = nested && (*nested == 'N' || *nested == '0');

	return gp_vm_has_host_cpu(&vm->traits) == 1 && !is_off &&
	       !gp_vm_takes_away(&vm->traits, "vmx");
}

static const struct gp_step leave_hypervisor = {GP_STEP_MANUAL, "Windows",
	"In Windows turn off memory integrity, Hyper-V and the Virtual Machine "
	"Platform; or take vmx away: qm set ID --cpu 'host,flags=-vmx' (libvirt: "
	"<feature policy='disable' name='vmx'/> in <cpu>).",
	0};

static void vbs_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_passed *passed)
{
	struct gp_finding *finding;

	if (!gp_is_intel_vf(gpu) || !gp_vm_is_windows(passed->vm) || !may_nest(c, passed->vm)) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"it is no VF of Intel's in a Windows that could run a hypervisor itself");
		return;
	}
	finding = gp_find_trait(out, gp_code_43(c) ? GP_WARN : GP_NOTE, gpu, passed, GP_VM_CPU,
		"the CPU lets Windows run a hypervisor of its own (memory integrity, WSL, Hyper-V); "
		"with that Intel's driver stops a VF");
	if (!gp_code_43(c))
		return;
	gp_show_code_43(c, out, finding);
	gp_mend(out, finding, leave_hypervisor);
}

/* What was pasted out of a Windows VM, where nothing else tells of it. */
static bool vbs_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit =
		gp_log_next(&c->facts->said, GP_LOG_WINDOWS_HYPERVISOR, NULL);

	if (!hit || !gp_code_43(c) || !(c->modes & GP_MODE_VF) || c->facts->vms.n)
		return false;
	gp_mend(out,
		gp_find(out, GP_WARN, gp_log_evidence(out, hit),
			"Windows runs a hypervisor of its own: with that Intel's driver stops a VF"),
		leave_hypervisor);
	return true;
}

static void vbs(const struct gp_case *c, struct gp_findings *out)
{
	if (!vbs_by_log(c, out))
		gp_each_passed(c, out, vbs_of);
}

/* ---- win-vf-no-oprom */

static void vf_oprom_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	struct gp_finding *finding;

	if (!gp_is_intel_vf(gpu) || !gp_vm_is_windows(passed->vm) || passed->romfile) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"it is no VF of Intel's in Windows without a ROM file");
		return;
	}
	finding = gp_find_passed(out, gp_code_43(c) ? GP_WARN : GP_NOTE, gpu, passed,
		gp_code_43(c) ? "Windows stopped a device (code 43), and the VF has no ROM file: "
				"some of Intel's drivers want one"
			      : "should Windows stop the VF with code 43, try it with a ROM file");
	if (!gp_code_43(c))
		return;
	gp_show_code_43(c, out, finding);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
			"Put a ROM with Intel's graphics output driver into /usr/share/kvm and name it "
			"as romfile= of the VF, with pcie=1, machine q35 and OVMF.",
			0});
}

static void vf_oprom(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, vf_oprom_of);
}

/* ---- win-rdp-black-24h2 */

static bool is_windows_11(const struct gp_vm *vm)
{
	const char *name = vm->traits.guest_name;

	return name && (strcmp(name, "win11") == 0 || gp_ends_with(name, "/win/11"));
}

static void rdp_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_passed *passed)
{
	const struct gp_vm_traits *traits = &passed->vm->traits;
	struct gp_finding *finding;

	(void)c;
	if (!gp_is_intel_vf(gpu) || !is_windows_11(passed->vm) || !traits->knows_displays ||
		traits->displays.n) {
		gp_find_passed(
			out, GP_PASS, gpu, passed, "it is no Windows 11 whose only screen is a VF");
		return;
	}
	finding = gp_find_trait(out, passed->pcie ? GP_NOTE : GP_WARN, gpu, passed, GP_VM_DISPLAY,
		"%s Remote Desktop stay black from Windows 11 24H2 on, turn on the group policy \"Use "
		"hardware graphics adapters for all Remote Desktop Services sessions\"",
		passed->pcie ? "should" : "the VF is no PCI Express device in the guest; should");
	if (!passed->pcie)
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){gp_hostpci_with(out->arena, passed, "pcie=1"),
				"<type arch='x86_64' machine='q35'>hvm</type> in <os>", NULL});
}

static void rdp(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, rdp_of);
}

static const struct gp_check checks[] = {
	{
		.id = "win-vbs-hyperv",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "Windows may run a hypervisor of its own",
		.why = "Memory integrity, WSL 2 and Hyper-V make Windows a hypervisor, and then Intel's "
		       "driver stops a VF with code 43.",
		.mend = "Turn them off in Windows, or take vmx away from the VM's CPU.",
		.reference = "https://github.com/strongtz/i915-sriov-dkms/issues/263",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"win-ostype-l26", "win-vf-hypervisor-off"},
		.run = vbs,
	},
	{
		.id = "win-vf-no-oprom",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "a VF without a ROM file in Windows",
		.why = "A VF has no ROM of its own; some of Intel's drivers for Windows want one.",
		.mend = "Give the VF a romfile with Intel's graphics output driver.",
		.reference = "https://github.com/strongtz/i915-sriov-dkms#windows-guest",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"win-ostype-l26", "win-vf-hypervisor-off"},
		.run = vf_oprom,
	},
	{
		.id = "win-rdp-black-24h2",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "Remote Desktop of Windows 11 on a VF may stay black",
		.why = "From 24H2 on sessions of Remote Desktop use another display adapter unless a "
		       "group policy says otherwise.",
		.mend = "Turn on \"Use hardware graphics adapters for all Remote Desktop Services "
			"sessions\".",
		.reference = "https://github.com/Upinel/PVE-Intel-vGPU/issues/10",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = rdp,
	},
};

const struct gp_check_table gp_vm_windows_vf_checks = {checks, GP_ARRAY_SIZE(checks)};
