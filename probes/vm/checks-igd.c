/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Intel's integrated GPU in a VM: QEMU's legacy mode, its ROM and its reserved memory. */
#include <stdlib.h>
#include <string.h>

#include "gpu/models.h"
#include "iommu/faults.h"
#include "vfio/check-help.h"
#include "vfio/check-said.h"
#include "vm/check-help.h"
#include "vm/checks.h"

/* ---- pve-legacy-igd-rules */

static bool is_several(const struct gp_case *c, const struct gp_passed *passed)
{
	size_t n = 0;

	gp_each (function, &c->facts->pci)
		n += gp_passed_takes(passed, function);
	return n > 1;
}

/* Of the function, not of what the file says: "0000:00:02" means the one function that it has. */
static bool is_at_2(const struct gp_function *gpu)
{
	return gp_ends_with(gpu->address, "02.0");
}

struct rule {
	bool is_broken;
	const char *text;
	const char *setting;  /* what to set, or NULL */
	const char *property; /* of the device, that is to go, or NULL */
};

static void mend_rules(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_passed *passed, const struct rule *rules, size_t n)
{
	struct gp_strings properties = {0};

	for (size_t i = 0; i < n; i++) {
		if (rules[i].is_broken && rules[i].setting)
			gp_mend_vm(out, finding, passed->vm,
				&(struct gp_vm_remedy){.proxmox = rules[i].setting});
		if (rules[i].is_broken && rules[i].property)
			gp_strings_add(out->arena, &properties, rules[i].property);
	}
	if (properties.n)
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){.proxmox = gp_hostpci_without(out->arena, passed,
						       gp_join(out->arena, &properties, ","))});
}

static void look_at_rules(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_vm_traits *wanted = &passed->vm->configured;
	const char *vga = gp_vm_get(&passed->vm->settings, "vga");
	const struct rule rules[] = {
		{!gp_equal(vga, "none"), "vga is none", "--vga none", NULL},
		{passed->no_rombar, "rombar is on", NULL, "rombar"},
		{passed->x_vga, "x-vga is off", NULL, "x-vga"},
		{passed->mdev, "it is no vGPU", NULL, "legacy-igd"},
		{wanted->q35 == 1, "the machine type is pc", "--machine pc", NULL},
		{is_several(c, passed), "one function is named", NULL, NULL},
		{passed->has_choice, "the mapping has one device", NULL, NULL},
		{!is_at_2(gpu) && !is_several(c, passed), "the GPU is 00:02.0", NULL, NULL},
	};
	struct gp_strings broken = {0};
	struct gp_finding *finding;

	for (size_t i = 0; i < GP_ARRAY_SIZE(rules); i++)
		if (rules[i].is_broken)
			gp_strings_add(out->arena, &broken, rules[i].text);
	if (!broken.n) {
		gp_find_passed(out, GP_PASS, gpu, passed, "its settings suit legacy-igd=1");
		return;
	}
	finding = gp_find_passed(out, passed->vm->pid ? GP_WARN : GP_FAIL, gpu, passed,
		"Proxmox refuses legacy-igd=1 unless %s", gp_join(out->arena, &broken, " and "));
	mend_rules(out, finding, passed, rules, GP_ARRAY_SIZE(rules));
	if (is_several(c, passed) || !is_at_2(gpu))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
				gp_printf(out->arena,
					"Name the integrated GPU alone in %s: 0000:00:02.0.",
					passed->key),
				0});
}

static void rules_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	if (passed->legacy_igd && passed->vm->manager == GP_VM_PROXMOX)
		look_at_rules(c, out, gpu, passed);
	else
		gp_find_passed(out, GP_PASS, gpu, passed, "it does not ask for legacy-igd=1");
}

static void legacy_rules(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_unexplained(c, GP_LOG_PVE_LEGACY_IGD);

	if (hit)
		gp_find_logged(out, GP_FAIL, hit,
			"Proxmox refused legacy-igd=1 with the other settings of the VM",
			"qm set ID --machine pc --vga none --hostpci0 0000:00:02.0,legacy-igd=1");
	else
		gp_each_passed(c, out, rules_of);
}

/* ---- igd-legacy-unsupported-gen, igd-legacy-soft-disabled */

/* The device that a line of QEMU's is about, of the VM that wrote it; or NULL. */
static const struct gp_passed *passed_in(const struct gp_case *c, const struct gp_said *said)
{
	const struct gp_vm *vm = gp_vms_said_by(&c->facts->vms, said->hit);
	const struct gp_passed *passed = NULL;

	while (said->gpu && (passed = gp_vms_next_passed(&c->facts->vms, said->gpu, passed)))
		if (!vm || passed->vm == vm)
			return passed;
	return NULL;
}

static struct gp_finding *say_of_legacy(const struct gp_case *c, struct gp_findings *out,
	const struct gp_said *said, const char *what)
{
	const struct gp_passed *passed = passed_in(c, said);
	bool is_needed = passed && gp_vm_is_only_screen(passed);
	struct gp_finding *finding = gp_find_said(out, is_needed ? GP_FAIL : GP_WARN, said,
		"%s: %s", what,
		is_needed
			? "the VM has no picture before the guest's driver starts, and maybe none "
			  "then"
			: "this GPU shows nothing before the guest's driver starts");

	if (passed)
		finding->subject = passed->vm->name;
	return finding;
}

static void unsupported_gen(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_IGD_UNSUPPORTED);

	gp_each (said, &list)
		gp_mend(out,
			say_of_legacy(c, out, said,
				"this QEMU does not know the GPU's generation in legacy mode"),
			(struct gp_step){GP_STEP_MANUAL, "QEMU",
				"Use QEMU 10.1 or newer (Proxmox: pve-qemu-kvm), with a ROM made for this "
				"GPU; or do without legacy mode: machine q35, OVMF, a display beside it "
				"until the guest's driver is installed.",
				0});
	if (!list.n)
		gp_find_silence(c, out, false);
}

static const char *how_to_enable(const char *text)
{
	if (strstr(text, "has no ROM"))
		return "Give the device a ROM file made for this GPU (romfile=; libvirt: <rom file=>).";
	if (strstr(text, "hotplugged"))
		return "Start the VM with the GPU; it cannot be added to a running one.";
	if (strstr(text, "existing devices"))
		return "Use the machine type pc (i440fx), where nothing is at 00:1f.0: qm set ID "
		       "--machine pc; libvirt: <type machine='pc'>.";
	return "Use the machine type pc (i440fx), the guest address 00:02.0 and a ROM file.";
}

static void soft_disabled(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_IGD_LEGACY_OFF);

	gp_each (said, &list)
		gp_mend(out, say_of_legacy(c, out, said, "QEMU left legacy mode off"),
			(struct gp_step){GP_STEP_MANUAL, "VM", how_to_enable(said->hit->text), 0});
	if (!list.n)
		gp_find_silence(c, out, false);
}

/* ---- vf-opregion-regress */

/* A VF by what is known of it, else by its address: an integrated GPU has no second function. */
static bool is_vf(const struct gp_said *said)
{
	if (said->gpu)
		return gp_pci_is_vf(said->gpu);
	return gp_starts_with(said->address, "0000:00:02.") && !gp_ends_with(said->address, ".0");
}

static void opregion(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list list = gp_said_of(c, out->arena, GP_LOG_IGD_OPREGION);
	size_t before = out->n;

	gp_each (said, &list) {
		if (!is_vf(said))
			continue;
		gp_mend(out,
			gp_find_said(out, GP_FAIL, said,
				"this QEMU asks a VF for the OpRegion, which only the whole GPU has, and "
				"does not start the VM"),
			(struct gp_step){GP_STEP_MANUAL, "QEMU",
				"Update QEMU to 10.0.1 or newer; until then give QEMU: -set "
				"device.hostpci0.x-igd-opregion=off (Proxmox: qm set ID --args; "
				"libvirt: qemu:commandline with device.hostdev0).",
				0});
	}
	if (out->n == before)
		gp_find_silence(c, out, false);
}

/* ---- igd-no-oprom-ovmf */

static const char *why_no_rom_is_missed(
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	if (!gp_is_igd(gpu) || passed->mdev)
		return "it is not the processor's GPU as a whole";
	if (passed->vm->traits.firmware == GP_VM_FIRMWARE_UNKNOWN)
		return "the VM's firmware is not known";
	if (!gp_vm_is_ovmf(passed->vm))
		return "the VM's firmware is no OVMF";
	return passed->romfile ? "a ROM file is given" : NULL;
}

static void no_oprom_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const char *why = why_no_rom_is_missed(gpu, passed);
	const struct gp_vm_traits *traits = &passed->vm->traits;
	const struct gp_log_hit *code_43 = gp_code_43(c);
	bool dark = traits->knows_displays && !traits->displays.n;
	bool stopped = code_43 && gp_vm_is_windows(passed->vm);
	struct gp_finding *finding;

	if (why) {
		gp_find_passed(out, GP_PASS, gpu, passed, "%s", why);
		return;
	}
	finding = gp_find_passed(out,
		stopped                                           ? GP_FAIL
		: dark && passed->vm->traits.guest != GP_VM_LINUX ? GP_WARN
								  : GP_NOTE,
		gpu, passed,
		stopped ? "Windows stopped the GPU: OVMF does nothing for it without a ROM file"
		: dark  ? "OVMF shows nothing on this GPU without a ROM file: the VM is dark until "
			  "the guest's driver starts"
			: "OVMF shows nothing on this GPU without a ROM file; the VM has another "
			  "display");
	if (stopped)
		finding->evidence = gp_log_evidence(out, code_43);
	if (stopped || dark)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
				"Get a ROM file for this GPU (VfioIgdPkg makes them), put it into "
				"/usr/share/kvm and name it as romfile= of the device (libvirt: <rom "
				"file=>); have the GPU at 00:02.0 in the guest, with "
				"x-igd-opregion=on.",
				0});
}

static void no_oprom(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, no_oprom_of);
}

/* ---- igd-stolen-mismatch-gen12 */

static bool is_gen12_igd(const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	return gp_is_igd(gpu) && model && model->graphics == 120;
}

/* A fault at memory that the firmware has reserved for devices: the stolen memory is there. */
static const struct gp_log_hit *fault_at_reserved(
	const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next_of(
			&c->facts->kernel.klog, GP_LOG_DMA_FAULT, gpu->address, hit))) {
		const char *at = strstr(hit->text, "fault addr 0x");
		uint64_t address = at ? strtoull(at + strlen("fault addr "), NULL, 16) : 0;

		gp_each (rmrr, &c->facts->firmware.dmar.rmrr)
			if (at && address >= rmrr->base && address <= rmrr->limit)
				return hit;
	}
	return NULL;
}

static void stolen_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	struct gp_faults faults = gp_faults_of(&c->facts->kernel.klog, gpu->address);
	const struct gp_log_hit *hit = fault_at_reserved(c, gpu);
	struct gp_finding *finding;

	if (!is_gen12_igd(gpu) || passed->mdev) {
		gp_find_passed(out, GP_PASS, gpu, passed, "it is no such GPU as a whole");
		return;
	}
	if (!faults.storm || !hit) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"the IOMMU does not keep it from memory that the firmware has reserved");
		return;
	}
	finding = gp_find_passed(out, GP_FAIL, gpu, passed,
		"the GPU keeps using the host's reserved graphics memory instead of the VM's");
	finding->evidence = gp_log_evidence(out, hit);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
			"Use QEMU 10.1 or newer with a ROM file for this GPU that sets up its reserved "
			"memory (VfioIgdPkg makes them); or give the VM a VF of it.",
			0});
}

static bool is_vf_here(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_log_next_of(&c->facts->kernel.klog, GP_LOG_SRIOV_VF_MODE, gpu->address, NULL);
}

static void stolen_here(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];
		const struct gp_log_hit *hit = gp_log_next_of(
			&c->facts->kernel.klog, GP_LOG_UC_FAILED, gpu->address, NULL);

		if (!hit || !is_gen12_igd(gpu) || is_vf_here(c, gpu))
			continue;
		gp_mend(out,
			gp_find_gpu(out, GP_WARN, gpu, gp_log_evidence(out, hit),
				"GuC does not start in this VM: QEMU may not give the GPU the reserved "
				"memory that it was set up for"),
			(struct gp_step){GP_STEP_MANUAL, "host",
				"On the host of this VM: use QEMU 10.1 or newer and a ROM file for the "
				"GPU (VfioIgdPkg makes them); its log shows DMAR faults of 00:02.0.",
				0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, GP_KERNEL_LOG, "no GuC failed to start for that");
}

static void stolen(const struct gp_case *c, struct gp_findings *out)
{
	if (c->roles & GP_ROLE_HOST)
		gp_each_passed(c, out, stolen_of);
	else
		stolen_here(c, out);
}

static const struct gp_check checks[] = {
	{
		.id = "pve-legacy-igd-rules",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "legacy-igd=1 and settings that it does not go with",
		.why = "Proxmox gives an integrated GPU in legacy mode to a VM only with a certain set "
		       "of other settings, and does not start the VM otherwise.",
		.mend = "qm set ID --machine pc --vga none --hostpci0 0000:00:02.0,legacy-igd=1",
		.reference = "Proxmox VE, PVE::QemuServer::PCI: parse_hostpci_devices()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = legacy_rules,
	},
	{
		.id = "igd-legacy-unsupported-gen",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "QEMU has no legacy mode for this GPU",
		.why = "In legacy mode an integrated GPU shows the VM's picture from the start. QEMU "
		       "has to know the generation for it, and leaves legacy mode off otherwise.",
		.mend = "Use QEMU 10.1 or newer, or another display until the guest's driver starts.",
		.reference = "QEMU, hw/vfio/igd.c; docs/igd-assign.txt",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {"pve-legacy-igd-rules"},
		.run = unsupported_gen,
	},
	{
		.id = "igd-legacy-soft-disabled",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "QEMU left legacy mode off",
		.why = "Legacy mode needs the machine type pc, the guest address 00:02.0 and a ROM. "
		       "Without one of them QEMU goes on and the screen stays dark.",
		.mend = "Give the VM what the message names.",
		.reference = "QEMU, hw/vfio/igd.c; docs/igd-assign.txt",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {"pve-legacy-igd-rules", "igd-legacy-unsupported-gen"},
		.run = soft_disabled,
	},
	{
		.id = "vf-opregion-regress",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "QEMU asks a VF for the OpRegion",
		.why = "QEMU 10.0.0 takes a VF of an integrated GPU for the whole GPU and does not "
		       "start without an OpRegion, which a VF has not.",
		.mend = "Update QEMU to 10.0.1 or newer.",
		.reference =
			"QEMU, hw/vfio/igd.c; https://gitlab.com/qemu-project/qemu/-/issues/2968",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = opregion,
	},
	{
		.id = "igd-no-oprom-ovmf",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "an integrated GPU under OVMF without a ROM file",
		.why = "OVMF itself does not know Intel's integrated GPUs. A ROM file brings the "
		       "picture before the guest's driver, and what Windows' driver looks for.",
		.mend = "Give the device a ROM file made for this GPU.",
		.reference = "QEMU, docs/igd-assign.txt: guest firmware",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {"pve-legacy-igd-rules", "mdev-not-in-vm", "pf-passed-with-vfs",
			"vm-all-functions-pf"},
		.run = no_oprom,
	},
	{
		.id = "igd-stolen-mismatch-gen12",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "the GPU's reserved memory is the host's, not the VM's",
		.why = "From generation 11 on the address of the reserved memory is in registers that "
		       "older QEMUs do not emulate: the GPU reads and writes where the VM has "
		       "nothing, and its firmware does not start.",
		.mend = "Use QEMU 10.1 or newer and a ROM file for this GPU.",
		.reference = "QEMU, docs/igd-assign.txt: stolen memory",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_FULL | GP_MODE_NATIVE,
		.run = stolen,
	},
};

const struct gp_check_table gp_vm_igd_checks = {checks, GP_ARRAY_SIZE(checks)};
