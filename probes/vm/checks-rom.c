/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ROM files that VMs give to their devices. */
#include <string.h>

#include "vm/check-help.h"
#include "vm/checks.h"

/* ---- pve-romfile-missing */

static const char *where_it_belongs(const struct gp_passed *passed)
{
	if (passed->vm->manager == GP_VM_PROXMOX)
		return "Put the file into /usr/share/kvm, and name it without a path: romfile=card.rom.";
	return "Put the file where the VM's settings say, readable for QEMU (libvirt: "
	       "/usr/share/kvm or /var/lib/libvirt, which AppArmor lets it read).";
}

static const char *what_is_wrong(struct gp_arena *arena, const struct gp_passed *passed)
{
	const char *path = gp_vm_rom_path(arena, passed);

	if (gp_is_absent(&passed->rom.from))
		return gp_printf(arena, "there is no ROM file %s", path);
	if (passed->rom.from.presence == GP_MALFORMED)
		return gp_printf(arena, "%s %s", path, passed->rom.from.problem);
	return NULL;
}

/* QEMU's word about this very file, of the VM's last start. */
static const struct gp_log_hit *said_missing(
	const struct gp_case *c, const struct gp_passed *passed)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(&c->facts->vms.log, GP_LOG_ROMFILE, hit)))
		if (strstr(hit->text, passed->romfile))
			return hit;
	return NULL;
}

static void rom_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_passed *passed)
{
	const struct gp_log_hit *hit = passed->romfile ? said_missing(c, passed) : NULL;
	const char *wrong = passed->romfile ? what_is_wrong(out->arena, passed) : NULL;
	bool is_missing = passed->romfile && gp_is_absent(&passed->rom.from);
	struct gp_finding *finding;

	if (!passed->romfile || (!wrong && gp_is_present(&passed->rom.from))) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			passed->romfile ? "its ROM file is there" : "it has no ROM file");
		return;
	}
	if (!wrong && !hit) {
		finding = passed->rom.from.path ? gp_find_gpu_unknown(out, gpu, &passed->rom.from)
						: gp_find_passed(out, GP_UNKNOWN, gpu, passed,
							  "where QEMU looks for %s is not known",
							  passed->romfile);
		finding->subject = passed->vm->name;
		return;
	}
	finding = gp_find_passed(out, (is_missing || hit) && !passed->vm->pid ? GP_FAIL : GP_WARN,
		gpu, passed, "%s%s", wrong ? wrong : "QEMU did not find the ROM file",
		is_missing || hit ? ", and QEMU does not start without it" : "");
	if (hit)
		finding->evidence = gp_log_evidence(out, hit);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, passed->vm->name, where_it_belongs(passed), 0});
}

static void romfile(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_unexplained(c, GP_LOG_ROMFILE);

	if (hit && strstr(hit->text, "vfio-pci"))
		gp_find_logged(out, GP_FAIL, hit,
			"QEMU did not find the ROM file of a passed device, and did not start",
			"Proxmox: put the file into /usr/share/kvm and name it without a path; "
			"libvirt: a path that QEMU may read.");
	else
		gp_each_passed(c, out, rom_of);
}

/* ---- win-firmware-vbios-mismatch */

static const char *mismatch(
	struct gp_arena *arena, const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_rom *rom = &passed->rom;

	if (rom->vendor != gpu->vendor_id)
		return gp_printf(arena, "the ROM file is of a device of another maker (%04x:%04x)",
			rom->vendor, rom->device);
	if (gp_vm_is_ovmf(passed->vm) && !rom->efi)
		return "the VM starts with OVMF, and the ROM file has no image for UEFI";
	if (passed->vm->traits.firmware == GP_VM_SEABIOS && !rom->legacy)
		return "the VM starts with SeaBIOS, and the ROM file has an image for UEFI only";
	return NULL;
}

static void say_mismatch(struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_passed *passed, const char *what)
{
	bool ovmf = gp_vm_is_ovmf(passed->vm), other = passed->rom.vendor != gpu->vendor_id;
	struct gp_finding *finding = gp_find_trait(out,
		gp_vm_is_only_screen(passed) ? GP_FAIL : GP_WARN, gpu, passed, GP_VM_FIRMWARE,
		"%s%s", what,
		gp_vm_is_only_screen(passed) ? ": it stays dark, and the driver may stop it" : "");

	finding->evidence =
		gp_printf(out->arena, "%s; %s", passed->rom.from.path, finding->evidence);
	if (ovmf || other)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
				"Get the ROM of this very card, with its image for UEFI (type 3: "
				"rom-parser shows it): read it on the host, or update the card's ROM.",
				0});
	else
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){"--bios ovmf --machine q35",
				"<os firmware='efi'> in <domain>",
				"-drive if=pflash,file=OVMF_CODE.fd"});
}

static void vbios_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const char *what;

	(void)c;
	if (!passed->romfile || passed->mdev) {
		gp_find_passed(out, GP_PASS, gpu, passed, "the device brings its own ROM, or none");
		return;
	}
	if (!gp_is_present(&passed->rom.from)) {
		gp_find_passed(
			out, GP_UNKNOWN, gpu, passed, "the ROM file could not be looked into")
			->waits_for = "pve-romfile-missing";
		return;
	}
	what = mismatch(out->arena, gpu, passed);
	if (what)
		say_mismatch(out, gpu, passed, what);
	else
		gp_find_passed(out, GP_PASS, gpu, passed,
			"the ROM file has an image for the VM's firmware");
}

static void vbios(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, vbios_of);
}

static const struct gp_check checks[] = {
	{
		.id = "pve-romfile-missing",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "a ROM file that a VM names is not there",
		.why = "QEMU does not start when a ROM file is missing. Proxmox takes the name as one "
		       "below /usr/share/kvm, a whole path too.",
		.mend = "Put the file into /usr/share/kvm, and name it without a path.",
		.reference = "Proxmox VE, qm(1): hostpci, romfile; QEMU, hw/pci/pci.c: "
			     "pci_add_option_rom()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = romfile,
	},
	{
		.id = "win-firmware-vbios-mismatch",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "the VM's firmware cannot use the GPU's ROM",
		.why = "OVMF starts images for UEFI only (code type 3), SeaBIOS those for a BIOS (type "
		       "0). A card whose ROM has none for the VM's firmware shows nothing before its "
		       "driver, and Windows may stop it.",
		.mend = "Use OVMF with a ROM that has an image for UEFI.",
		.reference =
			"PCI Firmware Specification 3.2, 5.1.2; Proxmox VE Administration Guide, "
			"PCI(e) Passthrough: OVMF",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {"pve-romfile-missing"},
		.run = vbios,
	},
};

const struct gp_check_table gp_vm_rom_checks = {checks, GP_ARRAY_SIZE(checks)};
