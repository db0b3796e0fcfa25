/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a guest got a GPU. A VF has the ids of its PF, a vGPU of GVT-g those of the GPU that it is a
 * part of, and QEMU hides the SR-IOV capability of either: what is left is what a driver found out,
 * and regions that only the one or the other has.
 */
#include <string.h>

#include "facts.h"
#include "gpu/models.h"
#include "guest/guest.h"

#define IS_IO 0x100u /* IORESOURCE_IO of linux/ioport.h */
#define MIB   ((uint64_t)1 << 20)

struct question {
	struct gp_arena *arena;
	const struct gp_facts *facts;
	const struct gp_function *gpu;
	const struct gp_gpu_model *model; /* NULL: not in the table */
	const struct gp_text_value *name; /* that NVIDIA's driver gives it */
};

static struct gp_guest_gpu answer(
	const struct question *q, enum gp_passed_as as, const char *because)
{
	return (struct gp_guest_gpu){q->gpu, as, because};
}

static struct gp_guest_gpu not_known(const struct question *q)
{
	return answer(q, GP_PASSED_UNKNOWN, "");
}

/* Of this GPU, a line of the kernel's log as evidence; NULL: there is none. */
static const char *logged(const struct question *q, enum gp_log_id id)
{
	const struct gp_log_hit *hit =
		gp_log_next_of(&q->facts->kernel.klog, id, q->gpu->address, NULL);

	return hit ? gp_printf(q->arena, "%s: \"%s\"", hit->source, hit->text) : NULL;
}

static uint64_t size_of(const struct gp_bar *bar)
{
	return bar->end ? bar->end - bar->start + 1 : 0;
}

static bool has_io(const struct gp_function *gpu)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(gpu->bars); i++)
		if (gpu->bars[i].flags & IS_IO && gpu->bars[i].end)
			return true;
	return false;
}

/* Xe-LP, of Tiger Lake to Raptor Lake: the last integrated GPUs with I/O ports. */
static bool is_xe_lp(const struct gp_gpu_model *model)
{
	return model && !model->discrete && model->graphics >= 120 && model->graphics < 125;
}

/*
 * A VF has no I/O ports (PCI Express Base Specification, SR-IOV: VF BARs). Those of Xe-LP have 16
 * MiB of registers and 512 MiB of aperture; the whole GPU, whose aperture is 256 MiB unless its
 * firmware says otherwise, has ports too.
 */
static struct gp_guest_gpu by_regions(const struct question *q)
{
	const struct gp_function *gpu = q->gpu;

	if (!is_xe_lp(q->model) || q->model->sriov_hardware != GP_SRIOV_YES ||
		!gp_is_present(&gpu->bars_from))
		return not_known(q);
	if (has_io(gpu))
		return answer(q, GP_PASSED_FULL,
			gp_printf(q->arena, "%s: it has I/O ports, as no VF has",
				gpu->bars_from.path));
	if (size_of(&gpu->bars[0]) == 16 * MIB && size_of(&gpu->bars[2]) == 512 * MIB)
		return answer(q, GP_PASSED_VF,
			gp_printf(q->arena, "%s: the regions of a VF: 16 and 512 MiB, no I/O ports",
				gpu->bars_from.path));
	return not_known(q);
}

/* What a driver that knows VFs and vGPUs, and told of none, has started is a whole GPU. */
static bool driver_would_say(const struct question *q)
{
	const struct gp_function *gpu = q->gpu;

	return q->facts->kernel.klog.whole && gp_pci_is_native(gpu) &&
	       gp_nodes_render(&q->facts->nodes, gpu->address);
}

static struct gp_guest_gpu passed_of_intel(const struct question *q)
{
	const char *vf = logged(q, GP_LOG_SRIOV_VF_MODE);
	const char *vgpu = logged(q, GP_LOG_GVT_DETECTED);
	struct gp_guest_gpu by_shape;

	if (vf || vgpu)
		return answer(q, vf ? GP_PASSED_VF : GP_PASSED_SPLIT, vf ? vf : vgpu);
	by_shape = by_regions(q);
	if (by_shape.as != GP_PASSED_UNKNOWN)
		return by_shape;
	if (q->model && !q->model->gvt && q->model->sriov_hardware == GP_SRIOV_NEVER)
		return answer(q, GP_PASSED_FULL,
			gp_printf(q->arena, "%s: it has neither GVT-g nor SR-IOV", q->gpu->id));
	if (driver_would_say(q))
		return answer(q, GP_PASSED_FULL,
			gp_printf(q->arena, "%s: %s started it, and says of no VF and no vGPU",
				GP_KERNEL_LOG, q->gpu->driver));
	return not_known(q);
}

/*
 * A vGPU is called after its type, which ends in the size of its memory and a letter: "NVIDIA
 * A16-4Q", "GRID T4-2B4", "NVIDIA A100-1-5CME" (NVIDIA vGPU software user guide: virtual GPU
 * types).
 */
static bool is_vgpu_type(const char *name)
{
	const char *dash = strrchr(name, '-');
	size_t digits = dash ? strspn(dash + 1, "0123456789") : 0;
	const char *series = dash ? dash + 1 + digits : "";

	if (!digits || !*series || !strchr("QBCA", *series))
		return false;
	series++;
	return !*series || strcmp(series, "4") == 0 || strcmp(series, "ME") == 0;
}

static struct gp_guest_gpu passed_of_nvidia(const struct question *q)
{
	const char *name = q->name->value + strcspn(q->name->value, ":");

	name = gp_strip(q->arena, *name ? name + 1 : name);
	if (*name && !strstr(name, "Unknown"))
		return answer(q, is_vgpu_type(name) ? GP_PASSED_SPLIT : GP_PASSED_FULL,
			gp_printf(q->arena, "%s: \"%s\"", q->name->from.path, name));
	if (q->model && !q->model->vgpu)
		return answer(q, GP_PASSED_FULL,
			gp_printf(q->arena, "%s: NVIDIA has no vGPU of it", q->gpu->id));
	return not_known(q);
}

static struct gp_guest_gpu passed_of_others(const struct question *q)
{
	if (q->model && q->model->sriov_hardware == GP_SRIOV_NEVER)
		return answer(
			q, GP_PASSED_FULL, gp_printf(q->arena, "%s: it has no SR-IOV", q->gpu->id));
	return not_known(q);
}

struct gp_guest_gpu gp_guest_find_passed(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, const struct gp_text_value *model)
{
	struct question q = {
		arena, facts, gpu, gp_gpu_model(gpu->vendor_id, gpu->device_id), model};

	if (gpu->kind == GP_GPU_EMULATED)
		return answer(&q, GP_PASSED_EMULATED, gpu->id);
	if (gpu->kind != GP_GPU_REAL)
		return not_known(&q);
	if (gp_pci_is_vf(gpu))
		return answer(&q, GP_PASSED_VF, gpu->physfn.path);
	if (gpu->vendor_id == GP_INTEL)
		return passed_of_intel(&q);
	if (gpu->vendor_id == GP_NVIDIA)
		return passed_of_nvidia(&q);
	return passed_of_others(&q);
}
