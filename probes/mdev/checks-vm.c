/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How VMs and vfio-pci stand to a GPU that is to be split. */
#include <string.h>

#include "mdev/check-help.h"
#include "mdev/checks.h"
#include "vfio/check-help.h"
#include "vm/check-help.h"

/* The next device of a VM that is a vGPU of this GPU; NULL behind the last. */
static const struct gp_passed *next_vgpu(
	const struct gp_case *c, const struct gp_function *gpu, const struct gp_passed *after)
{
	while ((after = gp_vms_next_passed(&c->facts->vms, gpu, after)))
		if (after->mdev)
			return after;
	return NULL;
}

/* 0000:00:02 and not 0000:00:02.0. */
static bool names_whole_slot(const struct gp_passed *passed)
{
	gp_each (address, &passed->addresses)
		if (!strchr(*address, '.'))
			return true;
	return false;
}

static const struct gp_function *first_of(const struct gp_case *c, const struct gp_passed *passed)
{
	const struct gp_function *first = NULL;

	gp_each (function, &c->facts->pci) {
		if (!gp_passed_takes(passed, function))
			continue;
		if (gp_mdev_next_type(&c->facts->mdev, function->address, NULL))
			return function;
		first = first ? first : function;
	}
	return first;
}

static size_t count_functions(const struct gp_case *c, const struct gp_passed *passed)
{
	size_t n = 0;

	gp_each (function, &c->facts->pci)
		n += gp_passed_takes(passed, function);
	return n;
}

static void say_all_functions(const struct gp_case *c, struct gp_findings *out,
	const struct gp_passed *passed, const struct gp_log_hit *hit)
{
	const struct gp_function *gpu = first_of(c, passed);
	size_t n = count_functions(c, passed);
	struct gp_finding *finding;

	if (passed->vm->pid && !hit) {
		gp_find(out, GP_NOTE, gp_passed_evidence(out, passed),
			"%s runs; name the function too, lest a second one appears",
			passed->vm->name);
		return;
	}
	finding = gp_find(out, hit || n != 1 ? GP_FAIL : GP_WARN, gp_passed_evidence(out, passed),
		n == 1 && !hit ? "%s names no function with mdev=: Proxmox refuses that as soon as "
				 "the slot has a second one"
			       : "%s takes all functions of a slot, and a vGPU is made of one",
		passed->vm->name);
	finding->subject = passed->vm->name;
	finding->gpu = gpu && gpu->kind == GP_GPU_REAL ? gpu : NULL;
	if (passed->mapping)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, passed->mapping,
				gp_printf(out->arena,
					"Under Datacenter, Resource Mappings, let %s stand for one "
					"function, as 0000:00:02.0.",
					passed->mapping),
				0});
	else if (gpu)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_VM, passed->vm->name,
				gp_hostpci(out->arena, passed, gpu, NULL), 0});
}

static void all_functions(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_MDEV_ALL_FUNCTIONS);
	size_t before = out->n, vgpus = 0;

	gp_each (vm, &c->facts->vms)
		gp_each (passed, &vm->passed) {
			vgpus += passed->mdev != NULL;
			if (passed->mdev && names_whole_slot(passed))
				say_all_functions(c, out, passed, hit);
		}
	if (out->n > before)
		return;
	if (hit && !vgpus)
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"a VM takes all functions of a slot, and a vGPU is made of one: give the "
			"address with its function, as 0000:00:02.0");
	else
		gp_find(out, vgpus ? GP_PASS : GP_SKIP, c->facts->vms.from.path,
			vgpus ? "every vGPU is made of one function" : "no VM takes a vGPU");
}

/* Who has put it on vfio-pci, and how to have it back. */
static void mend_parent(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_function *gpu)
{
	const struct gp_vfio_id *claim = gp_vfio_claims(&c->facts->vfio, gpu);
	const char *how = "Stop the VM that has it, then start the host anew.";

	if (claim) {
		gp_mend_claim(c, out, finding, claim);
		return;
	}
	if (gp_starts_with(gpu->override.value, "vfio"))
		how = gp_printf(out->arena, "driverctl unset-override %s", gpu->address);
	gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, gpu->address, how, 0});
}

static void parent_on_vfio_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_passed *vgpu = next_vgpu(c, gpu, NULL);
	bool wanted = vgpu || (c->modes && gp_is_wanted(c, gpu, GP_MODE_SPLIT));
	struct gp_finding *finding;

	if (gpu->driver_from.presence == GP_UNREADABLE && wanted) {
		gp_find_gpu(out, GP_UNKNOWN, gpu, gpu->driver_from.path, "%s",
			gp_origin_says(out->arena, &gpu->driver_from));
		return;
	}
	if (!gp_is_on_vfio(gpu)) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "the GPU is not on vfio-pci");
		return;
	}
	if (!wanted) {
		gp_find_gpu(out, GP_SKIP, gpu, gpu->driver_from.path,
			"the GPU is on vfio-pci, and nothing asks for a vGPU of it");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu,
		gp_printf(out->arena, "%s: %s", gpu->driver_from.path, gpu->driver),
		"%s has the GPU that %s is to get a vGPU of", gpu->driver,
		vgpu ? vgpu->vm->name : "a VM");
	if (gp_vms_taking(&c->facts->vms, gpu) && !gp_vfio_claims(&c->facts->vfio, gpu))
		finding->waits_for = "mdev-not-in-vm";
	mend_parent(c, out, finding, gpu);
}

static void parent_on_vfio(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, parent_on_vfio_of);
}

/* Whether the host is set up to split this GPU. */
static bool is_to_be_split(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const char *ignored;

	return gp_has_mdev_types(c, gpu) ||
	       (gp_gvt_splits(gpu) && gp_gvt_state(c, out, &ignored) == GP_GVT_ON);
}

static const char *type_to_take(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_mdev_type *type = NULL;

	while ((type = gp_mdev_next_type(&c->facts->mdev, gpu->address, type)))
		if (type->left.value)
			return type->type;
	return "i915-GVTg_V5_4";
}

static void not_in_vm_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_passed *passed = NULL;
	bool others = next_vgpu(c, gpu, NULL) != NULL;
	size_t before = out->n;

	while ((passed = gp_vms_next_passed(&c->facts->vms, gpu, passed))) {
		struct gp_finding *finding;

		if (passed->mdev || !is_to_be_split(c, out, gpu))
			continue;
		finding = gp_find_gpu(out, others ? GP_WARN : GP_FAIL, gpu,
			gp_passed_evidence(out, passed),
			"%s takes the whole GPU, which the host is set up to split%s",
			passed->vm->name, others ? " for other VMs" : "");
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){
				gp_hostpci(out->arena, passed, gpu, type_to_take(c, gpu)),
				gp_printf(out->arena,
					"<hostdev mode='subsystem' type='mdev' model='vfio-pci'> with "
					"the uuid of a vGPU instead of %s",
					gp_hostdev_place(out->arena, passed)),
				"-device vfio-pci,sysfsdev=/sys/bus/mdev/devices/UUID"});
	}
	if (out->n == before)
		gp_find_gpu(out, others ? GP_PASS : GP_SKIP, gpu, c->facts->vms.from.path,
			others ? "VMs take vGPUs of it" : "no VM takes a GPU that is to be split");
}

static void not_in_vm(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, not_in_vm_of);
}

/* The machine setting without viommu=, as "--machine q35". */
static const char *without_viommu(struct gp_arena *arena, const char *machine)
{
	struct gp_strings pieces = gp_split(arena, machine, ","), kept = {0};

	gp_each (piece, &pieces)
		if (!gp_starts_with(*piece, "viommu="))
			gp_strings_add(arena, &kept, *piece);
	return gp_printf(arena, "--machine %s", gp_join(arena, &kept, ","));
}

static const struct gp_passed *any_vgpu(const struct gp_vm *vm)
{
	gp_each (passed, &vm->passed)
		if (passed->mdev)
			return passed;
	return NULL;
}

static void viommu_of(struct gp_findings *out, const struct gp_vm *vm)
{
	const char *machine = gp_vm_get(&vm->settings, "machine");
	const struct gp_passed *vgpu = any_vgpu(vm);
	struct gp_finding *finding;

	if (!vgpu)
		return;
	if (!vm->traits.viommu) {
		finding =
			gp_find(out, GP_PASS, vm->source, "%s has a vGPU and no vIOMMU", vm->name);
		finding->subject = vm->name;
		return;
	}
	finding = gp_find(out, GP_FAIL, gp_vm_trait_where(&vm->traits, GP_VM_VIOMMU),
		"%s has a vIOMMU and a vGPU (%s), which do not go together", vm->name, vgpu->key);
	finding->subject = vm->name;
	gp_mend_vm(out, finding, vm,
		&(struct gp_vm_remedy){without_viommu(out->arena, machine ? machine : "q35"),
			"<devices> without an <iommu>", "-machine q35, and no iommu device"});
}

static void viommu(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	gp_each (vm, &c->facts->vms)
		viommu_of(out, vm);
	if (out->n == before)
		gp_find(out, GP_SKIP, c->facts->vms.from.path, "no VM takes a vGPU");
}

static const struct gp_check checks[] = {
	{
		.id = "mdev-parent-on-vfio",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "the GPU to be split is on vfio-pci",
		.why = "vGPUs are made by the GPU's own driver on the host. A GPU on vfio-pci can only "
		       "go to one VM as a whole.",
		.mend = "Take its id off the list for vfio-pci, rebuild the initrd, reboot.",
		.reference = "Proxmox VE administration guide, Mediated Devices",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.needs = {"gvt-unsupported-gen"},
		.run = parent_on_vfio,
	},
	{
		.id = "mdev-not-in-vm",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "a VM takes the whole GPU instead of a vGPU",
		.why = "Without mdev= the VM pulls the GPU from the host when it starts, and every "
		       "vGPU goes with it.",
		.mend = "Add mdev=TYPE to the VM's hostpci setting.",
		.reference = "Proxmox VE administration guide, Mediated Devices; qm(1): hostpci",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.run = not_in_vm,
	},
	{
		.id = "gvt-pve-all-functions",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "a vGPU is asked of all functions of a slot",
		.why = "Proxmox makes a vGPU of one function, and does not start a VM whose hostpci "
		       "with mdev= means several.",
		.mend = "Give the address with its function: 0000:00:02.0,mdev=TYPE.",
		.reference = "Proxmox VE, PVE::QemuServer::PCI: parse_hostpci()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.run = all_functions,
	},
	{
		.id = "vm-viommu-with-mdev",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "a VM has a vIOMMU and a vGPU",
		.why = "The host pins the memory that a vGPU uses page by page as the guest knows it; "
		       "behind a virtual IOMMU it looks in the wrong places.",
		.mend = "Set the VM's vIOMMU to none, then stop and start it.",
		.reference = "qm(1): machine, viommu",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.run = viommu,
	},
};

const struct gp_check_table gp_mdev_vm_checks = {checks, GP_ARRAY_SIZE(checks)};
