/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "diagnosis/readiness.h"

const char *gp_ready_name(enum gp_ready state)
{
	static const char *const names[] = {[GP_READY] = "ready",
		[GP_BLOCKED] = "blocked",
		[GP_UNSUPPORTED] = "unsupported",
		[GP_READY_UNKNOWN] = "unknown"};

	return names[state];
}

/* Findings that may decide: hard ones that failed or could not be measured, by GPU. */
struct telling {
	const struct gp_finding **items;
	size_t n;
};

static int by_gpu(const void *a, const void *b)
{
	const struct gp_finding *left = *(const struct gp_finding *const *)a;
	const struct gp_finding *right = *(const struct gp_finding *const *)b;
	uintptr_t about = (uintptr_t)left->gpu, other = (uintptr_t)right->gpu;

	if (about != other)
		return about < other ? -1 : 1;
	return left < right ? -1 : left > right;
}

static struct telling collect_telling(const struct gp_findings *findings)
{
	struct telling telling = {0};

	gp_each (finding, findings)
		if ((finding->said == GP_FAIL || finding->said == GP_UNKNOWN) &&
			!finding->blocked_by && finding->check->ceiling == GP_FAIL)
			*gp_push(findings->arena, &telling) = finding;
	if (telling.n)
		qsort(telling.items, telling.n, sizeof(*telling.items), by_gpu);
	return telling;
}

/* Where what is about this GPU (NULL: the machine) begins. */
static size_t first_of(const struct telling *telling, const struct gp_function *gpu)
{
	size_t low = 0, high = telling->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)telling->items[middle]->gpu < (uintptr_t)gpu)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_ids(struct gp_arena *arena, const struct telling *telling,
	const struct gp_function *about, unsigned modes, enum gp_verdict said,
	struct gp_strings *ids)
{
	for (size_t i = first_of(telling, about); i < telling->n && telling->items[i]->gpu == about;
		i++)
		if (telling->items[i]->said == said && telling->items[i]->modes & modes)
			gp_strings_add_once(arena, ids, telling->items[i]->check->id);
}

/* The ids of what says so about this GPU and modes, and about the machine, each once. */
static struct gp_strings ids_that_say(struct gp_arena *arena, const struct telling *telling,
	const struct gp_function *gpu, unsigned modes, enum gp_verdict said)
{
	struct gp_strings ids = {0};

	add_ids(arena, telling, NULL, modes, said, &ids);
	add_ids(arena, telling, gpu, modes, said, &ids);
	return ids;
}

static const char *when_full(struct gp_arena *arena, const struct gp_function *gpu)
{
	if (gp_pci_is_native(gpu))
		return gp_printf(arena,
			"%s holds it now; it has to be handed to vfio-pci when the VM starts",
			gpu->driver);
	if (gpu->driver)
		return gp_printf(arena, "%s has it", gpu->driver);
	return "no driver holds it; vfio-pci can take it";
}

static const char *when_vf(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_function *gpu)
{
	if (gp_pci_is_vf(gpu) && gp_gpu_offers_vgpus(facts, gpu))
		return gp_printf(arena, "a VF of %s, which its driver makes a vGPU of", gpu->pf);
	if (gp_pci_is_vf(gpu))
		return gp_printf(arena, "a VF of %s; %s", gpu->pf, when_full(arena, gpu));
	if (gpu->numvfs)
		return gp_printf(arena, "%llu of at most %llu VFs are there",
			(unsigned long long)gpu->numvfs, (unsigned long long)gpu->totalvfs);
	return gp_printf(arena, "%llu VFs can be made", (unsigned long long)gpu->totalvfs);
}

/* Types share what there is: what is left of the one that has most is what may be said. */
static const char *when_split(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_function *gpu)
{
	const struct gp_mdev_type *type = NULL;
	size_t types = 0;
	uint64_t left = 0;

	while ((type = gp_mdev_next_type(&facts->mdev, gpu->address, type))) {
		types++;
		left = type->left.value > left ? type->left.value : left;
	}
	if (!types)
		return "its VFs offer types of vGPUs";
	return gp_printf(arena, "%zu type%s of vGPUs, at most %llu more can be made", types,
		types == 1 ? "" : "s", (unsigned long long)left);
}

static const char *when_ready(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, enum gp_mode mode)
{
	if (mode == GP_MODE_FULL)
		return when_full(arena, gpu);
	if (mode == GP_MODE_VF)
		return when_vf(arena, facts, gpu);
	if (mode == GP_MODE_SPLIT)
		return when_split(arena, facts, gpu);
	if (mode == GP_MODE_NATIVE)
		return gp_printf(arena, "%s drives it", gpu->driver);
	return gp_printf(arena, "%s drives it for the host and its containers", gpu->driver);
}

static const char *no_host_driver(struct gp_arena *arena, const struct gp_function *gpu)
{
	return gpu->driver ? gp_printf(arena, "%s has it, so the host's driver cannot", gpu->driver)
			   : "no driver of the host's drives it";
}

static bool offers_vgpus(const struct gp_facts *facts, const struct gp_function *gpu)
{
	gp_each (vgpu, &facts->mdev.vgpus)
		if (gp_equal(vgpu->pf, gpu->address))
			return true;
	return gp_mdev_next_type(&facts->mdev, gpu->address, NULL);
}

bool gp_lacks_node(const struct gp_facts *facts, const struct gp_function *gpu)
{
	return gp_is_present(&facts->nodes.from) && !gp_equal(gpu->driver, "nvidia") &&
	       !gp_nodes_render(&facts->nodes, gpu->address);
}

/* What the mode needs and no check has to explain: without it nothing is ready. */
static const char *what_is_missing(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, enum gp_mode mode)
{
	if (mode == GP_MODE_FULL && gpu->numvfs)
		return gp_printf(arena, "its %llu VFs have to be taken down first",
			(unsigned long long)gpu->numvfs);
	if (mode == GP_MODE_VF && !gp_pci_is_vf(gpu) && !gpu->totalvfs)
		return "the kernel offers no VFs of it";
	if (mode & (GP_MODE_NATIVE | GP_MODE_SPLIT | GP_MODE_CONTAINER) && !gp_pci_is_native(gpu))
		return no_host_driver(arena, gpu);
	if (mode == GP_MODE_SPLIT && !offers_vgpus(facts, gpu))
		return "the kernel offers no types of vGPUs of it";
	if (mode & (GP_MODE_NATIVE | GP_MODE_CONTAINER) && gp_lacks_node(facts, gpu))
		return "it has no render node";
	return NULL;
}

static bool is_host(const struct gp_case *c)
{
	return c->roles & GP_ROLE_HOST;
}

/* Whether a finding says so, or what is needed is not there. */
static void judge(struct gp_diagnosis *diagnosis, const struct telling *telling,
	struct gp_readiness *readiness)
{
	struct gp_arena *arena = diagnosis->findings.arena;
	const struct gp_case *c = &diagnosis->c;
	const struct gp_function *gpu = readiness->gpu;
	enum gp_mode mode = readiness->mode;
	/* Inside a guest or a container all modes end in the driver there. */
	unsigned about = is_host(c) ? (unsigned)mode : GP_MODES_ALL;
	struct gp_strings fails = ids_that_say(arena, telling, gpu, about, GP_FAIL);
	struct gp_strings unknowns = ids_that_say(arena, telling, gpu, about, GP_UNKNOWN);
	const char *why = "";
	const char *missing = is_host(c) ? what_is_missing(arena, c->facts, gpu, mode)
					 : gp_missing_inside(arena, c, gpu);
	enum gp_support support = is_host(c) ? gp_gpu_supports(arena, c->facts, gpu, mode, &why)
					     : gp_supports_inside(arena, c, gpu, mode, &why);

	if (support == GP_NOT_SUPPORTED) {
		readiness->state = GP_UNSUPPORTED;
		readiness->text = why;
	} else if (fails.n) {
		readiness->state = GP_BLOCKED;
		readiness->text = gp_join(arena, &fails, ", ");
	} else if (unknowns.n) {
		readiness->state = GP_READY_UNKNOWN;
		readiness->text = gp_join(arena, &unknowns, ", ");
	} else if (!missing && support == GP_SUPPORT_UNKNOWN) {
		readiness->state = GP_READY_UNKNOWN;
		readiness->text = why;
	} else if (missing) {
		readiness->state = support == GP_SUPPORTED ? GP_BLOCKED : GP_READY_UNKNOWN;
		readiness->text = missing;
	} else {
		readiness->state = GP_READY;
		readiness->text = is_host(c) ? when_ready(arena, c->facts, gpu, mode)
					     : gp_ready_inside(arena, c, gpu, mode);
	}
}

/* A VF is all that it is: the other modes are its PF's. */
static unsigned modes_of(const struct gp_case *c, const struct gp_function *gpu)
{
	if (!is_host(c))
		return gp_modes_inside(c, gpu);
	if (gp_pci_is_vf(gpu))
		return GP_MODE_VF;
	return GP_MODES_PASSTHROUGH | GP_MODE_CONTAINER |
	       (c->roles & GP_ROLE_GUEST ? GP_MODE_NATIVE : c->modes & GP_MODE_NATIVE);
}

void gp_find_readiness(struct gp_diagnosis *diagnosis)
{
	const struct gp_case *c = &diagnosis->c;
	struct telling telling = collect_telling(&diagnosis->findings);

	for (size_t i = 0; i < c->n_gpus; i++)
		for (unsigned mode = 1; mode & GP_MODES_ALL; mode <<= 1) {
			struct gp_readiness *readiness;

			if (!(modes_of(c, c->gpus[i]) & mode))
				continue;
			readiness = gp_push(diagnosis->findings.arena, &diagnosis->readiness);
			readiness->gpu = c->gpus[i];
			readiness->mode = (enum gp_mode)mode;
			judge(diagnosis, &telling, readiness);
		}
}
