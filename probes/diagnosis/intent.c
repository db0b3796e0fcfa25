/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "diagnosis/diagnosis.h"

/* What says that this GPU as a whole is meant for a VM, or NULL. */
static const char *full_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const struct gp_vfio_id *claim = gp_vfio_claims(&facts->vfio, gpu);
	const struct gp_vm_device *vm = gp_vfio_vm(&facts->vfio, gpu);

	if (gp_is_present(&gpu->physfn))
		return NULL;
	if (claim)
		return claim->source;
	if (vm)
		return vm->source;
	if (gp_starts_with(gpu->override.value, "vfio"))
		return gpu->override.from.path;
	return gpu->driver && gp_pci_is_vfio_driver(gpu->driver) ? gpu->driver_from.path : NULL;
}

static const char *split_wish(const struct gp_facts *facts)
{
	const struct gp_param *gvt = gp_cmdline_last(&facts->kernel.cmdline, "i915.enable_gvt");

	return gvt && gvt->value && strchr("1yY", *gvt->value) ? "/proc/cmdline" : NULL;
}

static const char *vf_wish(const struct gp_function *gpu)
{
	return gpu->numvfs || gp_is_present(&gpu->physfn) ? "sriov_numvfs" : NULL;
}

static void add_wish(struct gp_case *c, const char *because, enum gp_mode mode)
{
	if (!because)
		return;
	c->modes |= mode;
	if (!*c->intent)
		c->intent = because;
}

/* Whatever asks for a mode without naming a GPU of this machine. */
static void find_wishes_of_machine(struct gp_case *c)
{
	add_wish(c, split_wish(c->facts), GP_MODE_SPLIT);
	if (c->facts->vfio.n)
		add_wish(c, c->facts->vfio.items[0].source, GP_MODE_FULL);
}

static void find_wishes(struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		add_wish(c, full_wish(c->facts, c->gpus[i]), GP_MODE_FULL);
		add_wish(c, vf_wish(c->gpus[i]), GP_MODE_VF);
	}
	find_wishes_of_machine(c);
}

static void choose_gpus(struct gp_arena *arena, struct gp_case *c)
{
	const struct gp_pci *pci = &c->facts->pci;

	c->gpus = gp_alloc(arena, pci->n + 1, sizeof(*c->gpus));
	gp_each (function, pci)
		if (c->device ? function == c->device : function->kind == GP_GPU_REAL)
			c->gpus[c->n_gpus++] = function;
}

/*
 * The wish is about the GPUs that a setting names. Where none is named it is about all of them.
 */
static void find_wanted(struct gp_arena *arena, struct gp_case *c)
{
	bool *wanted = gp_alloc(arena, c->n_gpus + 1, sizeof(*wanted)), named = false;

	for (size_t i = 0; i < c->n_gpus; i++) {
		wanted[i] = full_wish(c->facts, c->gpus[i]) || vf_wish(c->gpus[i]);
		named |= wanted[i];
	}
	for (size_t i = 0; i < c->n_gpus; i++)
		wanted[i] = c->modes && (wanted[i] || !named || c->device);
	c->wanted = wanted;
}

int gp_case_open(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_question *question, struct gp_case *ret)
{
	*ret = (struct gp_case){
		.facts = facts,
		.roles = question->roles ? question->roles : facts->platform.roles,
		.modes = question->modes,
		.intent = question->modes ? "--mode" : "",
	};
	if (question->device) {
		ret->device = gp_pci_find(&facts->pci, question->device);
		if (!ret->device)
			return -ENODEV;
		if (ret->device->kind == GP_GPU_NONE)
			return -ENOTSUP;
	}
	choose_gpus(arena, ret);
	if (!question->modes)
		find_wishes(ret);
	find_wanted(arena, ret);
	return 0;
}
