/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings that name a PCI address where no GPU is. */
#include <string.h>
#include <strings.h>

#include "vm/check-help.h"
#include "vm/checks.h"

/* The function at an address, or the first of its slot. */
static const struct gp_function *function_at(const struct gp_pci *pci, const char *address)
{
	size_t length = strlen(address);

	gp_each (function, pci)
		if (strncmp(function->address, address, length) == 0 &&
			(!function->address[length] || function->address[length] == '.'))
			return function;
	return NULL;
}

/* A VF that is not there yet is another fault. */
static bool may_be_vf(const struct gp_case *c, const char *address)
{
	gp_each (pf, &c->facts->sriov)
		if (gp_sriov_would_have(pf, &c->facts->pci, address))
			return true;
	return false;
}

static bool has_display(const struct gp_case *c, const struct gp_passed *passed)
{
	gp_each (function, &c->facts->pci)
		if (function->kind != GP_GPU_NONE && gp_passed_takes(passed, function))
			return true;
	return false;
}

static const char *gpus_here(const struct gp_case *c, struct gp_arena *arena)
{
	struct gp_strings names = {0};

	for (size_t i = 0; i < c->n_gpus; i++)
		if (!gp_pci_is_vf(c->gpus[i]))
			gp_strings_add(arena, &names, c->gpus[i]->address);
	return names.n ? gp_printf(arena, "the GPU%s here: %s", names.n > 1 ? "s" : "",
				 gp_join(arena, &names, ", "))
		       : "no GPU is here";
}

static const char *name_address(struct gp_arena *arena, const struct gp_passed *passed)
{
	if (passed->vm->manager == GP_VM_PROXMOX)
		return gp_printf(arena,
			"Name the address that the GPU has: qm set %s --%s ADDRESS and what stands "
			"behind it.",
			gp_shell_word(arena, gp_vm_id(passed->vm)), passed->key);
	return gp_printf(arena,
		"Name the address that the GPU has: virsh edit %s, <address> in the <source> of its "
		"<hostdev>.",
		gp_shell_word(arena, gp_vm_id(passed->vm)));
}

static void say_mismatch(const struct gp_case *c, struct gp_findings *out,
	const struct gp_passed *passed, const char *what)
{
	struct gp_finding *finding = gp_find(out, GP_WARN,
		gp_evidence(out, gp_passed_place(out->arena, passed),
			gp_printf(out->arena, "%s: %s", passed->key, passed->text)),
		"%s; %s", what, gpus_here(c, out->arena));

	finding->subject = passed->vm->name;
	/* Proxmox has said so itself. */
	if (gp_log_of_vm(c, GP_LOG_PVE_NO_DEVICE, passed->vm))
		finding->waits_for = "pve-device-gone";
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
			passed->mapping
				? gp_printf(out->arena,
					  "Correct the mapping %s (Datacenter, Resource Mappings; "
					  "/etc/pve/mapping/pci.cfg).",
					  passed->mapping)
				: name_address(out->arena, passed),
			0});
}

/* What is wrong with one address of a device; NULL: nothing. */
static const char *wrong_address(
	const struct gp_case *c, struct gp_arena *arena, const char *address, const char *expected)
{
	const struct gp_function *function = function_at(&c->facts->pci, address);

	if (!function)
		return may_be_vf(c, address)
			       ? NULL
			       : gp_printf(arena, "there is no device %s in this machine", address);
	if (*expected && strcasecmp(expected, function->id) != 0)
		return gp_printf(arena, "the mapping expects %s at %s, and %s is there", expected,
			address, function->id);
	return NULL;
}

/* The device that is to be split for it, where it is none that anything splits; or NULL. */
static const struct gp_function *not_to_be_split(
	const struct gp_case *c, const struct gp_passed *passed)
{
	const struct gp_function *function;

	if (!passed->mdev || passed->addresses.n != 1)
		return NULL;
	function = function_at(&c->facts->pci, passed->addresses.items[0]);
	if (!function || function->kind != GP_GPU_NONE ||
		gp_mdev_next_type(&c->facts->mdev, function->address, NULL))
		return NULL;
	return function;
}

static bool look_at_addresses(
	const struct gp_case *c, struct gp_findings *out, const struct gp_passed *passed)
{
	const struct gp_function *wrong_kind = not_to_be_split(c, passed);

	if (wrong_kind) {
		say_mismatch(c, out, passed,
			gp_printf(out->arena, "%s (%s) is no GPU, and no vGPU can be made of it",
				wrong_kind->address, wrong_kind->name));
		return true;
	}
	for (size_t i = 0; i < passed->addresses.n; i++) {
		const char *wrong = wrong_address(
			c, out->arena, passed->addresses.items[i], passed->expected.items[i]);

		if (wrong) {
			say_mismatch(c, out, passed, wrong);
			return true;
		}
	}
	if (passed->addresses.n && (passed->x_vga || passed->legacy_igd) &&
		!has_display(c, passed) && !may_be_vf(c, passed->addresses.items[0])) {
		say_mismatch(c, out, passed,
			gp_printf(out->arena, "%s is meant to be the VM's display and is none",
				passed->addresses.items[0]));
		return true;
	}
	return false;
}

/* A GPU may once its driver is there; what else has no number of VFs never will. */
static bool may_have_vfs(const struct gp_case *c, const struct gp_function *function)
{
	const struct gp_pf *pf = gp_sriov_pf(&c->facts->sriov, function);

	return function->kind != GP_GPU_NONE || (pf && !gp_is_absent(&pf->totalvfs.from));
}

/* What is to make VFs of a function that is not there, or has none. */
static void look_at_makers(const struct gp_case *c, struct gp_findings *out)
{
	gp_each (maker, &c->facts->sriov.makers) {
		const struct gp_function *function =
			maker->address ? function_at(&c->facts->pci, maker->address) : NULL;
		struct gp_finding *finding;

		if (!maker->address || (function && may_have_vfs(c, function)))
			continue;
		finding = gp_find(out, GP_WARN,
			gp_evidence(out, gp_maker_place(out->arena, maker), maker->text),
			function ? "%s makes no VFs; %s"
				 : "there is no device %s in this machine to make VFs of; %s",
			maker->address, gpus_here(c, out->arena));
		finding->subject = maker->file;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, maker->file,
				gp_printf(out->arena, "Name the address that the GPU has in %s.",
					maker->file),
				0});
	}
}

/* A VF that is not there yet is no wrong address; what keeps it away is said elsewhere. */
static void note_awaited(
	const struct gp_case *c, struct gp_findings *out, const struct gp_passed *passed)
{
	gp_each (address, &passed->addresses) {
		struct gp_finding *finding;

		if (function_at(&c->facts->pci, *address) || !may_be_vf(c, *address))
			continue;
		finding = gp_find(out, GP_NOTE,
			gp_evidence(out, gp_passed_place(out->arena, passed),
				gp_printf(out->arena, "%s: %s", passed->key, passed->text)),
			"%s waits for %s, a VF that is not there", passed->vm->name, *address);
		finding->subject = passed->vm->name;
	}
}

static void id_mismatch(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_facts *facts = c->facts;
	size_t before = out->n;

	if (!gp_is_present(&facts->pci.from) || facts->pci.unread.path) {
		gp_find_unknown(
			out, facts->pci.unread.path ? &facts->pci.unread : &facts->pci.from);
		return;
	}
	look_at_makers(c, out);
	gp_each (vm, &facts->vms)
		gp_each (passed, &vm->passed)
			if (!look_at_addresses(c, out, passed))
				note_awaited(c, out, passed);
	if (out->n == before)
		gp_find(out, GP_PASS, facts->vms.from.path,
			"no setting names a device that is not there");
}

static const struct gp_check checks[] = {
	{
		.id = "gpu-id-mismatch",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "a setting names a PCI address where no GPU is",
		.why = "Addresses change with the slot, the firmware and other cards, and guides show "
		       "those of another machine. A VM with a wrong one does not start, or takes "
		       "another device.",
		.mend = "Name the address that lspci shows here.",
		.reference =
			"Proxmox VE Administration Guide, PCI(e) Passthrough: VM Configuration",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = id_mismatch,
	},
};

const struct gp_check_table gp_vm_address_checks = {checks, GP_ARRAY_SIZE(checks)};
