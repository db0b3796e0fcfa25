/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What says that somebody wants VFs of a GPU. */
#include <string.h>

#include "facts.h"

static bool is_above_zero(const char *text)
{
	uint64_t number;

	return text && gp_parse_u64(text, 0, &number) == 0 && number;
}

/* max_vfs= of the module in what modprobe is told: the file. */
static const char *in_modprobe(const struct gp_kernel *kernel, const char *module)
{
	const struct gp_directive *line = NULL;
	const char *value = gp_modprobe_value(&kernel->modprobe, module, "max_vfs", &line);

	return value && *value >= '1' && *value <= '9' ? line->file : NULL;
}

static const char *max_vfs_set(const struct gp_kernel *kernel)
{
	static const char *const names[][2] = {{"i915", "i915.max_vfs"}, {"xe", "xe.max_vfs"}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		const struct gp_param *param = gp_cmdline_last(&kernel->cmdline, names[i][1]);
		const char *file = in_modprobe(kernel, names[i][0]);

		if (param ? is_above_zero(param->value) : file != NULL)
			return param ? "/proc/cmdline" : file;
	}
	return NULL;
}

static bool offers_vfs(const struct gp_sriov *sriov, const struct gp_function *gpu)
{
	const struct gp_pf *pf = gp_sriov_pf(sriov, gpu);

	return pf && gp_is_present(&pf->totalvfs.from);
}

/*
 * A parameter is about every GPU of its driver, and is meant for the one that can heed it. Where
 * the GPU itself is for vfio-pci, it is a leftover.
 */
static bool is_meant(const struct gp_facts *facts, const struct gp_function *gpu)
{
	if (gpu->vendor_id != 0x8086 || gpu->kind != GP_GPU_REAL ||
		gp_vfio_claims(&facts->vfio, gpu))
		return false;
	if (offers_vfs(&facts->sriov, gpu))
		return true;
	gp_each (other, &facts->pci)
		if (other->vendor_id == 0x8086 && other->kind == GP_GPU_REAL &&
			offers_vfs(&facts->sriov, other))
			return false;
	return true;
}

const struct gp_passed *gp_sriov_vm_wanting(const struct gp_facts *facts, const struct gp_pf *pf)
{
	gp_each (vm, &facts->vms)
		gp_each (passed, &vm->passed)
			gp_each (address, &passed->addresses)
				if (gp_sriov_would_have(pf, &facts->pci, *address))
					return passed;
	return NULL;
}

static const char *maker_of(const struct gp_sriov *sriov, const struct gp_function *gpu)
{
	const struct gp_vf_maker *maker = NULL;

	while ((maker = gp_sriov_next_maker(sriov, gpu, maker)))
		if (maker->address)
			return maker->file;
	return NULL;
}

const char *gp_sriov_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const struct gp_pf *pf = gp_sriov_pf(&facts->sriov, gpu);
	const struct gp_passed *passed;
	const char *because;

	if (gp_pci_is_vf(gpu))
		return gpu->physfn.path;
	if (!pf)
		return NULL;
	if (pf->numvfs.value)
		return pf->numvfs.from.path;
	because = maker_of(&facts->sriov, gpu);
	if (!because && is_meant(facts, gpu))
		because = max_vfs_set(&facts->kernel);
	passed = because ? NULL : gp_sriov_vm_wanting(facts, pf);
	return passed ? passed->vm->source : because;
}
