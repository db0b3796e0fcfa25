/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two VMs that want the same function: only one of them can have it. */
#include <string.h>

#include "vm/check-help.h"
#include "vm/checks.h"

static bool is_whole(const struct gp_passed *passed)
{
	return !passed->mdev && !passed->has_choice && !passed->vm->is_template;
}

/* Which of two the other keeps from starting. */
static const struct gp_passed *loser(const struct gp_passed *a, const struct gp_passed *b)
{
	return a->vm->pid && !b->vm->pid ? b : b->vm->pid && !a->vm->pid ? a : b;
}

static const char *not_at_boot(struct gp_arena *arena, const struct gp_vm *vm)
{
	if (vm->manager == GP_VM_PROXMOX)
		return gp_printf(
			arena, " (qm set %s --onboot 0)", gp_shell_word(arena, gp_vm_id(vm)));
	if (vm->manager == GP_VM_LIBVIRT)
		return gp_printf(arena, " (virsh autostart --disable %s)",
			gp_shell_word(arena, gp_vm_id(vm)));
	return "";
}

static void say_both(struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_passed *a, const struct gp_passed *b)
{
	const struct gp_passed *late = loser(a, b), *first = late == a ? b : a;
	bool at_boot = a->vm->at_boot && b->vm->at_boot;
	bool clash = at_boot || (first->vm->pid && (late->vm->at_boot || late->vm->pid));
	struct gp_finding *finding = gp_find_passed(out,
		at_boot ? GP_FAIL
		: clash ? GP_WARN
			: GP_NOTE,
		gpu, late,
		at_boot ? "%s and %s both start with the host and want %s: only one of them gets it"
			: "%s and %s want %s: only one of them can run at a time",
		first->vm->name, late->vm->name, gpu->address);

	finding->evidence = gp_printf(
		out->arena, "%s; %s", gp_passed_place(out->arena, first), finding->evidence);
	if (clash)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, late->vm->name,
				gp_printf(out->arena,
					"Let only one of them start with the host%s, or give one another "
					"GPU or VF.",
					not_at_boot(out->arena, late->vm)),
				0});
}

static void look_at_gpu(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_passed *a = NULL;

	while ((a = gp_vms_next_passed(&c->facts->vms, gpu, a))) {
		const struct gp_passed *b = a;

		while (is_whole(a) && (b = gp_vms_next_passed(&c->facts->vms, gpu, b)))
			if (is_whole(b) && b->vm != a->vm) {
				say_both(out, gpu, a, b);
				return;
			}
	}
}

static void shared(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++)
		look_at_gpu(c, out, c->gpus[i]);
	if (out->n == before && gp_vms_unread(&c->facts->vms))
		gp_find_unknown(out, gp_vms_unread(&c->facts->vms));
	else if (out->n == before)
		gp_find(out, c->facts->vms.n ? GP_PASS : GP_SKIP, c->facts->vms.from.path,
			c->facts->vms.n ? "no GPU is wanted by two VMs" : "there is no VM here");
}

static const struct gp_check checks[] = {
	{
		.id = "vm-same-device",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "two VMs want the same GPU",
		.why = "A function belongs to one VM at a time. Where two start with the host, one of "
		       "them does not.",
		.mend = "Let only one of them start with the host, or give one another GPU or VF.",
		.reference = "Proxmox VE, PVE::QemuServer::PCI: reserve_pci_usage(); libvirt, "
			     "virHostdevPreparePCIDevices()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = shared,
	},
};

const struct gp_check_table gp_vm_shared_checks = {checks, GP_ARRAY_SIZE(checks)};
