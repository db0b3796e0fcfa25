/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of VMs that get a GPU, against what the GPU needs and what their QEMU was told. */
#include <string.h>

#include "vfio/check-help.h"
#include "vm/check-help.h"
#include "vm/checks.h"

/* No picture but the GPU's own: a serial line, or nothing. */
static bool has_no_screen(const struct gp_vm *vm)
{
	return vm->traits.knows_displays && !vm->traits.displays.n &&
	       vm->traits.where[GP_VM_DISPLAY];
}

static void rombar_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_vm *vm = passed->vm;
	struct gp_finding *finding;

	(void)c;
	if (gpu->vendor_id != GP_NVIDIA || passed->mdev || passed->no_rombar || passed->x_vga ||
		gp_vm_is_ovmf(vm) || !has_no_screen(vm)) {
		gp_find_passed(out, GP_PASS, gpu, passed, "the VM's firmware can do with the ROM");
		return;
	}
	finding = gp_find_passed(out, GP_WARN, gpu, passed,
		"SeaBIOS runs the ROM of the NVIDIA GPU in a VM that has no screen: it may hang there");
	gp_mend_vm(out, finding, vm,
		&(struct gp_vm_remedy){gp_hostpci_with(out->arena, passed, "rombar=0"),
			gp_printf(out->arena, "<rom bar='off'/> in %s",
				gp_hostdev_place(out->arena, passed)),
			gp_device_with(out->arena, passed, "rombar=0")});
}

static void rombar(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, rombar_of);
}

static void say_msrs(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed, const struct gp_log_hit *hit)
{
	struct gp_finding *finding = gp_find_passed(out, GP_WARN, gpu, passed,
		"kvm refuses registers that this Windows asks for, and its NVIDIA driver may crash "
		"over it");

	(void)c;
	finding->evidence = gp_printf(out->arena,
		"%s: \"%s\"; /sys/module/kvm/parameters/ignore_msrs: N", hit->source, hit->text);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF,
			"options kvm ignore_msrs=1 report_ignored_msrs=0", 0});
}

static void msrs_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_passed *passed)
{
	const char *ignored = gp_module_param(&c->facts->modules, "kvm", "ignore_msrs");
	const struct gp_log_hit *hit = gp_log_next(&c->facts->kernel.klog, GP_LOG_MSR, NULL);

	if (gpu->vendor_id != GP_NVIDIA || !gp_vm_is_windows(passed->vm))
		gp_find_passed(out, GP_PASS, gpu, passed, "not an NVIDIA GPU in a Windows VM");
	else if (ignored && *ignored == 'Y')
		gp_find_passed(out, GP_PASS, gpu, passed, "kvm ignores unknown registers");
	else if (hit && ignored && *ignored == 'N')
		say_msrs(c, out, gpu, passed, hit);
	else if (!hit && !c->facts->kernel.klog.whole)
		gp_find_passed(
			out, GP_UNKNOWN, gpu, passed, "the whole kernel log could not be read");
	else if (!hit)
		gp_find_passed(out, GP_PASS, gpu, passed, "no guest asked for an unknown register");
	else
		gp_find_passed(out, GP_UNKNOWN, gpu, passed,
			"/sys/module/kvm/parameters/ignore_msrs could not be read");
}

static void msrs(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, msrs_of);
}

/* What only a new QEMU process takes up, of what matters to a GPU. */
static bool needs_new_process(const char *key)
{
	static const char *const keys[] = {"machine", "cpu", "vga", "bios", "efidisk0", "args"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return gp_starts_with(key, "hostpci");
}

/* "delete: hostpci0,vga"; a key may be marked "!". */
static bool is_pending(struct gp_arena *arena, const struct gp_vm_setting *setting)
{
	struct gp_strings keys;

	if (strcmp(setting->key, "delete") != 0)
		return needs_new_process(setting->key);
	keys = gp_split(arena, setting->value, ", !");
	gp_each (key, &keys)
		if (needs_new_process(*key))
			return true;
	return false;
}

static bool has_argument(const struct gp_vm *vm, const char *device, const char *address)
{
	gp_each (argument, &vm->arguments)
		if (strstr(*argument, device) && strstr(*argument, address))
			return true;
	return false;
}

/* Whether its QEMU was started with this device. */
static bool is_given(const struct gp_vm *vm, const struct gp_passed *passed)
{
	if (passed->mdev || !passed->addresses.n)
		return true;
	gp_each (address, &passed->addresses)
		if (has_argument(vm, "vfio-pci", *address))
			return true;
	return false;
}

/* Whether both are known and not the same. */
static bool differ(int a, int b)
{
	return a >= 0 && b >= 0 && a != b;
}

/* What of the running VM is not as its settings have it; GP_N_VM_TRAITS: nothing. */
static enum gp_vm_trait changed_trait(const struct gp_vm *vm)
{
	const struct gp_vm_traits *now = &vm->traits, *then = &vm->configured;

	if (now->where[GP_VM_MACHINE] && differ(now->q35, then->q35))
		return GP_VM_MACHINE;
	/* A manager always says the CPU: without it we do not see the whole command line. */
	if (!now->where[GP_VM_CPU])
		return GP_N_VM_TRAITS;
	if (now->firmware && then->firmware && now->firmware != then->firmware)
		return GP_VM_FIRMWARE;
	if (differ(gp_vm_has_host_cpu(now), gp_vm_has_host_cpu(then)))
		return GP_VM_CPU;
	if (now->knows_displays && then->knows_displays && !now->displays.n != !then->displays.n)
		return GP_VM_DISPLAY;
	return GP_N_VM_TRAITS;
}

/* What the settings say and the running VM has not got; NULL: nothing is known. */
static const char *untold(struct gp_findings *out, const struct gp_vm *vm)
{
	enum gp_vm_trait trait = changed_trait(vm);

	gp_each (passed, &vm->passed)
		if (vm->manager == GP_VM_PROXMOX ? !is_given(vm, passed) : passed->is_later)
			return gp_evidence(out, gp_passed_place(out->arena, passed),
				gp_printf(out->arena, "%s: %s", passed->key, passed->text));
	if (trait == GP_N_VM_TRAITS)
		return NULL;
	return gp_printf(out->arena, "%s; %s", gp_vm_trait_where(&vm->traits, trait),
		gp_vm_trait_where(&vm->configured, trait));
}

/* Whether it has a device, or is about to get one. */
static bool is_about_devices(const struct gp_vm *vm)
{
	if (vm->passed.n || has_argument(vm, "vfio-pci", ""))
		return true;
	gp_each (setting, &vm->pending)
		if (gp_starts_with(setting->key, "hostpci"))
			return true;
	return false;
}

static const char *pending_of(struct gp_findings *out, const struct gp_vm *vm)
{
	if (!vm->pid || !gp_is_present(&vm->from) || !is_about_devices(vm))
		return NULL;
	gp_each (setting, &vm->pending)
		if (is_pending(out->arena, setting))
			return gp_vm_evidence(out, vm, setting);
	if (vm->manager == GP_VM_PROXMOX && !vm->arguments.n)
		return NULL;
	return untold(out, vm);
}

/* The first running VM whose settings could not be read, or NULL. */
static const struct gp_origin *unread_config(const struct gp_vms *vms)
{
	gp_each (vm, vms)
		if (vm->pid && !gp_is_present(&vm->from))
			return &vm->from;
	return NULL;
}

static const char *tool_of(const struct gp_vm *vm)
{
	return vm->manager == GP_VM_PROXMOX ? "qm" : "virsh";
}

static void config_pending(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_vms *vms = &c->facts->vms;
	size_t before = out->n;

	if (vms->from.presence == GP_UNREADABLE || vms->from.presence == GP_MALFORMED) {
		gp_find_unknown(out, &vms->from);
		return;
	}
	gp_each (vm, vms) {
		const char *evidence = pending_of(out, vm);
		struct gp_finding *finding;

		if (!evidence)
			continue;
		finding = gp_find(out, GP_WARN, evidence,
			"the VM runs with older settings: what was changed counts from its next start");
		finding->subject = vm->name;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, vm->name,
				gp_printf(out->arena,
					"Stop and start the VM (%s shutdown %s, then %s start %s); a "
					"reboot inside the guest is not enough.",
					tool_of(vm), gp_vm_id(vm), tool_of(vm), gp_vm_id(vm)),
				0});
	}
	if (out->n == before && unread_config(vms))
		gp_find_unknown(out, unread_config(vms));
	else if (out->n == before)
		gp_find(out, vms->n ? GP_PASS : GP_SKIP, vms->from.path,
			vms->n ? "no running VM waits for changed settings"
			       : "there is no VM here");
}

static const struct gp_check checks[] = {
	{
		.id = "vm-rombar-seabios",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "SeaBIOS runs the GPU's ROM in a VM without a screen",
		.why = "SeaBIOS starts every ROM it finds. That of an NVIDIA card can hang the VM's "
		       "start where there is no other display.",
		.mend = "Set rombar=0 for the device, or use OVMF.",
		.reference = "Proxmox VE, qm(1): hostpci, rombar",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = rombar,
	},
	{
		.id = "nvidia-msrs",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "kvm refuses registers that a Windows guest reads",
		.why = "Windows with an NVIDIA driver reads registers of the CPU that kvm does not "
		       "know; the fault it gets for it can crash the guest.",
		.mend = "options kvm ignore_msrs=1",
		.reference =
			"Linux, Documentation/admin-guide/kernel-parameters.txt: kvm.ignore_msrs",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = msrs,
	},
	{
		.id = "pve-config-pending",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "a running VM does not have its new settings yet",
		.why = "Devices, machine, CPU, display and firmware of a VM count when its QEMU is "
		       "started anew.",
		.mend = "Stop the VM and start it.",
		.reference = "Proxmox VE Administration Guide, Qemu/KVM Virtual Machines: Pending "
			     "changes",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = config_pending,
	},
};

const struct gp_check_table gp_vm_settings_checks = {checks, GP_ARRAY_SIZE(checks)};
