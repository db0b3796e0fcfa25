/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Windows guests, as their host's settings show them. */
#include <string.h>
#include <strings.h>

#include "driver/modules.h"
#include "gpu/models.h"
#include "vm/check-help.h"
#include "vm/checks.h"

static bool is_dg2(const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	return gpu->vendor_id == GP_INTEL && !gp_pci_is_vf(gpu) && model && model->discrete &&
	       model->graphics == 125;
}

/* Windows, or nobody says what it is. */
static bool may_be_windows(const struct gp_vm *vm)
{
	return vm->traits.guest == GP_VM_WINDOWS || vm->traits.guest == GP_VM_GUEST_UNKNOWN;
}

/* ---- win-ostype-l26 */

/* A drive with Windows, or with its drivers. */
static const struct gp_vm_setting *windows_disc(const struct gp_vm *vm)
{
	static const char *const names[] = {"virtio-win", "win10", "win11", "windows", "win_"};

	gp_each (setting, &vm->settings)
		for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
			if (strstr(setting->value, ".iso") && strcasestr(setting->value, names[i]))
				return setting;
	return NULL;
}

static void say_no_hyperv(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	struct gp_finding *finding = gp_find_trait(out, gp_code_43(c) ? GP_FAIL : GP_WARN, gpu,
		passed, GP_VM_CPU,
		"this Windows gets none of the things that a Hyper-V guest expects, and the VF's "
		"driver may stop over it");

	gp_show_code_43(c, out, finding);
	if (passed->vm->manager == GP_VM_PROXMOX && passed->vm->traits.args &&
		strstr(passed->vm->traits.args, "-cpu"))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
				gp_printf(out->arena,
					"Take -cpu out of args of %s: it replaces what Proxmox says of "
					"the CPU, and with it what its ostype brings (hv_...).",
					passed->vm->name),
				0});
	else
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){"--ostype win11",
				"<hyperv mode='passthrough'/> in <features>",
				"-cpu host,hv-passthrough=on"});
}

/* What people call their Windows, where the VM's name says so; else NULL. */
static const struct gp_vm_setting *windows_name(const struct gp_vm *vm)
{
	static const char *const starts[] = {"win", "w10", "w11"};
	const struct gp_vm_setting *name = gp_vm_setting(&vm->settings, "name");

	for (size_t i = 0; name && i < GP_ARRAY_SIZE(starts); i++)
		if (strncasecmp(name->value, starts[i], strlen(starts[i])) == 0)
			return name;
	return NULL;
}

/* The disc of a Windows leaves no doubt, nor does a name with a TPM or with code 43; a name may. */
static void say_not_windows(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed,
	const struct gp_vm_setting *sign)
{
	const struct gp_vm *vm = passed->vm;
	bool is_sure = sign == windows_disc(vm) || gp_code_43(c) ||
		       gp_vm_setting(&vm->settings, "tpmstate0");
	struct gp_finding *finding = gp_find_trait(out, is_sure ? GP_FAIL : GP_WARN, gpu, passed,
		GP_VM_GUEST, "%s and is not set up for Windows: the VF's driver stops with code 43",
		sign == windows_disc(vm) ? "the VM has a disc for Windows"
					 : "the VM's name says that it is Windows");

	finding->evidence =
		gp_printf(out->arena, "%s; %s", finding->evidence, gp_vm_evidence(out, vm, sign));
	gp_mend_vm(out, finding, vm, &(struct gp_vm_remedy){.proxmox = "--ostype win11"});
}

static void ostype_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_vm *vm = passed->vm;
	const struct gp_vm_setting *sign = windows_disc(vm);

	if (!sign)
		sign = windows_name(vm);
	if (!gp_is_intel_vf(gpu)) {
		gp_find_passed(out, GP_PASS, gpu, passed, "it is no VF of an Intel GPU");
	} else if (gp_vm_has_hyperv(&vm->traits)) {
		gp_find_trait(out, GP_PASS, gpu, passed, GP_VM_CPU,
			"the guest gets what a Windows under Hyper-V expects");
	} else if (gp_vm_is_windows(vm) && gp_vm_hides_hypervisor(&vm->traits)) {
		gp_find_trait(out, GP_PASS, gpu, passed, GP_VM_GUEST,
			"it is set up for Windows; that the hypervisor is hidden is another matter");
	} else if (gp_vm_is_windows(vm)) {
		say_no_hyperv(c, out, gpu, passed);
	} else if (!sign) {
		gp_find_trait(out, GP_PASS, gpu, passed, GP_VM_GUEST,
			"nothing says that the guest is Windows");
	} else {
		say_not_windows(c, out, gpu, passed, sign);
	}
}

static void ostype(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, ostype_of);
}

/* ---- win-vf-hypervisor-off, win-arc-hypervisor-visible */

static void vf_hypervisor_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	struct gp_finding *finding;

	(void)c;
	if (!gp_is_intel_vf(gpu) || !may_be_windows(passed->vm) ||
		!gp_vm_hides_hypervisor(&passed->vm->traits)) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"no Windows with a VF is kept from seeing that it is in a VM");
		return;
	}
	finding = gp_find_trait(out, gp_vm_is_windows(passed->vm) ? GP_FAIL : GP_WARN, gpu, passed,
		GP_VM_CPU,
		"the guest does not see that it is in a VM, and Intel's driver for Windows starts a "
		"VF only where it does");
	if (passed->vm->traits.args)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
				gp_printf(out->arena,
					"In the further arguments of %s leave -hypervisor (or "
					"hypervisor=off) out of -cpu.",
					passed->vm->name),
				0});
	else
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){"--cpu host",
				"<feature policy='require' name='hypervisor'/> in <cpu>",
				"-cpu host"});
}

/*
 * Of a ticket about VFs: a VM that hides it, and a Windows that stopped its device, though which
 * device the VM has was not seen.
 */
static bool vf_hypervisor_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_code_43(c);

	if (!c->facts->is_partial || c->n_gpus || !(c->modes & GP_MODE_VF) || !hit)
		return false;
	gp_each (vm, &c->facts->vms) {
		struct gp_finding *finding;

		if (!may_be_windows(vm) || !gp_vm_hides_hypervisor(&vm->traits))
			continue;
		finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"the guest does not see that it is in a VM, and Intel's driver for Windows "
			"starts a VF only where it does");
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, vm->name,
				"In the arguments of the VM leave -hypervisor (or hypervisor=off) out "
				"of -cpu.",
				0});
		return true;
	}
	return false;
}

static void vf_hypervisor(const struct gp_case *c, struct gp_findings *out)
{
	if (vf_hypervisor_by_log(c, out))
		return;
	gp_each_passed(c, out, vf_hypervisor_of);
}

static void arc_hypervisor_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	struct gp_finding *finding;

	if (!is_dg2(gpu) || !gp_vm_is_windows(passed->vm) ||
		gp_vm_hides_hypervisor(&passed->vm->traits)) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"it is no Arc A card in a Windows that sees the hypervisor");
		return;
	}
	finding = gp_find_trait(out, gp_code_43(c) ? GP_WARN : GP_NOTE, gpu, passed, GP_VM_CPU,
		gp_code_43(c)
			? "Windows stopped the card (code 43): some of its drivers do so where "
			  "they see a hypervisor"
			: "should Windows stop the card with code 43, hide the hypervisor from "
			  "it");
	if (!gp_code_43(c))
		return;
	gp_show_code_43(c, out, finding);
	gp_mend_vm(out, finding, passed->vm,
		&(struct gp_vm_remedy){NULL,
			"<feature policy='disable' name='hypervisor'/> in <cpu>",
			"-cpu host,kvm=off,-hypervisor"});
	if (passed->vm->manager == GP_VM_PROXMOX)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
				gp_printf(out->arena,
					"qm set %s --args '-cpu "
					"host,kvm=off,hv_vendor_id=GenuineIntel,-hypervisor'",
					gp_shell_word(out->arena, gp_vm_id(passed->vm))),
				0});
}

static void arc_hypervisor(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, arc_hypervisor_of);
}

/* ---- nvidia-code43-hidden */

/* Somebody hid kvm on purpose; Proxmox does so itself with x-vga. */
static bool hides_on_purpose(const struct gp_vm *vm)
{
	const char *said = vm->configured.where[GP_VM_CPU], *args = vm->configured.args;

	if (vm->manager != GP_VM_PROXMOX)
		return gp_vm_hides_kvm(&vm->traits) || gp_vm_hv_vendor(&vm->traits);
	return (said && (strstr(said, "hidden=1") || strstr(said, "hv-vendor-id="))) ||
	       (args && (strstr(args, "kvm=off") || strstr(args, "hv_vendor_id=")));
}

static void hidden_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	struct gp_finding *finding;

	if (gpu->vendor_id != GP_NVIDIA || passed->mdev || !may_be_windows(passed->vm) ||
		!hides_on_purpose(passed->vm)) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"kvm is not hidden from a driver of NVIDIA's for Windows");
		return;
	}
	finding = gp_find_trait(out, gp_code_43(c) ? GP_WARN : GP_NOTE, gpu, passed, GP_VM_CPU,
		gp_code_43(c)
			? "Windows stopped the card (code 43) though kvm is hidden: since driver "
			  "465.89 it does not look for kvm, so the cause is another one"
			: "kvm is hidden from the guest: NVIDIA's drivers since 465.89 do not "
			  "need that");
	if (!gp_code_43(c))
		return;
	gp_show_code_43(c, out, finding);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
			"Update the driver in Windows; then look at the card's ROM (romfile=), its "
			"reset, and the size of its BARs.",
			0});
}

static void hidden(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, hidden_of);
}

static const struct gp_check checks[] = {
	{
		.id = "win-ostype-l26",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "a Windows guest that is not set up as one",
		.why = "Proxmox gives a VM what Windows expects of a hypervisor by its ostype, libvirt "
		       "by <hyperv>. Without it Intel's driver for VFs stops with code 43.",
		.mend = "qm set ID --ostype win11; libvirt: <hyperv mode='passthrough'/>",
		.reference = "Proxmox VE, PVE::QemuServer::CPUConfig: get_hyperv_enlightenments()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = ostype,
	},
	{
		.id = "win-vf-hypervisor-off",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "the hypervisor is hidden from a Windows with a VF",
		.why = "Older guides hide it. Intel's driver takes a VF only where it sees that it is "
		       "in a VM; else code 43.",
		.mend = "Take -hypervisor out of the CPU's flags.",
		.reference = "https://github.com/strongtz/i915-sriov-dkms/issues/120",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"win-ostype-l26"},
		.run = vf_hypervisor,
	},
	{
		.id = "win-arc-hypervisor-visible",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "an Arc A card in a Windows that sees the hypervisor",
		.why = "Unlike with VFs, some drivers for whole Arc A cards stop with code 43 where "
		       "they see a hypervisor.",
		.mend = "Hide it: -cpu host,kvm=off,-hypervisor.",
		.reference = "https://github.com/fidpa/proxmox-gpu-passthrough: intel-arc-dg2.md",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = arc_hypervisor,
	},
	{
		.id = "nvidia-code43-hidden",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "kvm is hidden for a reason that is gone",
		.why = "NVIDIA's drivers for GeForce refused to work in a VM until 465.89 (2021). Hiding "
		       "kvm costs speed and helps nothing since.",
		.mend = "Leave hidden=1 and the vendor id away; look for other causes of code 43.",
		.reference = "https://nvidia.custhelp.com/app/answers/detail/a_id/5173",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = hidden,
	},
};

const struct gp_check_table gp_vm_windows_checks = {checks, GP_ARRAY_SIZE(checks)};
