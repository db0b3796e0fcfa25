/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the firmware leaves a GPU the address space that it asks for. */
#include <inttypes.h>
#include <string.h>

#include "firmware/bars.h"
#include "firmware/checks.h"
#include "gpu/models.h"
#include "kernel/check-help.h"
#include "vfio/check-help.h"

#define MIB256 (UINT64_C(256) << 20)

static const char *resource(struct gp_findings *out, const struct gp_function *gpu)
{
	return gp_printf(out->arena, "/sys/bus/pci/devices/%s/resource", gpu->address);
}

static void above4g_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_log_hit *hit;
	struct gp_finding *finding;
	int bar = gp_bar_without_place(klog, gpu, &hit);

	if (bar < 0 && !gp_is_present(&gpu->bars_from) && !klog->whole) {
		gp_find_gpu_unknown(out, gpu, &gpu->bars_from);
		return;
	}
	if (bar < 0) {
		gp_find_gpu(out, GP_PASS, gpu, resource(out, gpu),
			"each part of its memory that it asks an address for has one");
		return;
	}
	finding =
		gp_find_gpu(out, GP_FAIL, gpu, hit ? gp_log_evidence(out, hit) : resource(out, gpu),
			"there is no address space left for BAR %d of the GPU", bar);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_FIRMWARE, "Above 4G Decoding", "enabled", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_FIRMWARE, "CSM (legacy boot)", "disabled", 0});
}

static void above4g(const struct gp_case *c, struct gp_findings *out)
{
	if (c->roles & GP_ROLE_GUEST)
		gp_find(out, GP_SKIP, "", "in a VM the address space is QEMU's matter");
	else
		gp_each_gpu(c, out, above4g_of);
}

static void mend_resizable_bar(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	if (!(c->roles & GP_ROLE_HOST))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "host",
				"On the host of this machine: turn on Above 4G Decoding and Resizable "
				"BAR in the firmware setup.",
				0});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_FIRMWARE, "Above 4G Decoding and Resizable BAR",
				"enabled", 0});
}

/* Mandatory from Battlemage on, whose driver is xe; recommended for Alchemist. */
static bool needs_resizable_bar(const struct gp_function *gpu, const struct gp_gpu_model *model)
{
	return (model && model->graphics >= 200) || gp_equal(gpu->driver, "xe");
}

/* Intel's compute-runtime saw a small BAR, and OpenCL has no platform. */
static bool opencl_gave_up(const struct gp_case *c)
{
	return gp_log_next(&c->facts->said, GP_LOG_OCL_SMALL_BAR, NULL) &&
	       c->facts->opencl.is_counted && !c->facts->opencl.platforms.n;
}

/* The driver's word, else that of Intel's compute-runtime. */
static const struct gp_log_hit *small_bar_of(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit =
		gp_log_next_of(&c->facts->kernel.klog, GP_LOG_SMALL_BAR, gpu->address, NULL);

	return hit ? hit
		   : gp_log_next_of(&c->facts->said, GP_LOG_OCL_SMALL_BAR, gpu->address, NULL);
}

static void rebar_arc_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const struct gp_log_hit *hit = small_bar_of(c, gpu);
	bool knows = gp_is_present(&gpu->bars_from),
	     needs = needs_resizable_bar(gpu, model) || opencl_gave_up(c);
	uint64_t size = gp_bar_size(&gpu->bars[2]);
	struct gp_finding *finding;

	if (gpu->vendor_id != 0x8086 || (model ? !model->discrete : !hit)) {
		gp_find_gpu(out, GP_SKIP, gpu, "", "it is no card of Intel's");
		return;
	}
	if (!knows && !hit) {
		gp_find_gpu_unknown(out, gpu, &gpu->bars_from);
		return;
	}
	if (knows && !size) {
		gp_find_gpu(out, GP_SKIP, gpu, resource(out, gpu), "BAR 2 has no address");
		return;
	}
	if (knows && size != MIB256) {
		gp_find_gpu(out, GP_PASS, gpu, resource(out, gpu),
			"BAR 2 has been resized to %" PRIu64 " MiB", size >> 20);
		return;
	}
	finding = gp_find_gpu(out, needs ? GP_FAIL : GP_WARN, gpu,
		hit ? gp_log_evidence(out, hit) : resource(out, gpu),
		"Resizable BAR is off: only 256 MiB of the card's memory can be reached%s",
		needs ? ", and its drivers need all of it" : ", which makes it slow");
	mend_resizable_bar(c, out, finding);
}

/* What was pasted names a card that nothing else tells of. */
static void say_unseen_card(
	const struct gp_case *c, struct gp_findings *out, const struct gp_log_hit *hit)
{
	struct gp_finding *finding = gp_find(out, opencl_gave_up(c) ? GP_FAIL : GP_WARN,
		gp_log_evidence(out, hit),
		"Resizable BAR is off: Intel's compute-runtime reaches a part of the card's memory "
		"alone%s",
		opencl_gave_up(c) ? ", and gives the card up" : "");

	mend_resizable_bar(c, out, finding);
}

static void rebar_arc(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_next(&c->facts->said, GP_LOG_OCL_SMALL_BAR, NULL);
	const struct gp_log_hit *small = gp_log_without_gpu(c, GP_LOG_SMALL_BAR, GP_INTEL);

	if (hit && !c->n_gpus)
		say_unseen_card(c, out, hit);
	else if (small)
		mend_resizable_bar(c, out,
			gp_find(out, GP_FAIL, gp_log_evidence(out, small),
				"Resizable BAR is off: only a part of the card's memory can be "
				"reached"));
	else
		gp_each_gpu(c, out, rebar_arc_of);
}

static bool is_for_a_vm(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_is_on_vfio(gpu) || gp_vms_taking(&c->facts->vms, gpu);
}

/* What a guest said of its GPU, where it can only have meant this one. */
static const struct gp_log_hit *code_43(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_log_next(&c->facts->vms.log, GP_LOG_CODE_43, NULL);

	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i] != gpu && is_for_a_vm(c, c->gpus[i]))
			return NULL;
	return hit ? hit : gp_log_next(&c->facts->kernel.klog, GP_LOG_CODE_43, NULL);
}

static void rebar_amd_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = code_43(c, gpu);
	uint64_t size = gp_bar_size(&gpu->bars[0]);
	struct gp_finding *finding;

	if (gpu->vendor_id != 0x1002 || gpu->class_code >> 8 != 0x0300 || !is_for_a_vm(c, gpu)) {
		gp_find_gpu(out, GP_SKIP, gpu, "", "it is no AMD graphics card that a VM takes");
		return;
	}
	if (!gp_is_present(&gpu->bars_from)) {
		gp_find_gpu_unknown(out, gpu, &gpu->bars_from);
		return;
	}
	if (size <= MIB256) {
		gp_find_gpu(out, GP_PASS, gpu, resource(out, gpu),
			"BAR 0 has the size that any guest can do with");
		return;
	}
	finding = gp_find_gpu(out, hit ? GP_FAIL : GP_NOTE, gpu,
		hit ? gp_evidence(out, hit->source, hit->text) : resource(out, gpu),
		hit ? "the guest stopped the card (code 43), and Resizable BAR has made its BAR 0 "
		      "%" PRIu64 " MiB large"
		    : "BAR 0 is %" PRIu64 " MiB large; should a Windows or macOS guest stay black, "
		      "try it at 256 MiB",
		size >> 20);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			gp_printf(out->arena,
				"Before vfio-pci takes it: echo 8 > "
				"/sys/bus/pci/devices/%s/resource0_resize (256 MiB), or turn "
				"Resizable BAR off in the firmware setup.",
				gpu->address),
			0});
}

static void rebar_amd(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, rebar_amd_of);
}

static const struct gp_check checks[] = {
	{
		.id = "fw-above4g-off",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "no address space for the GPU's memory",
		.why = "The firmware hands out addresses below 4 GiB only, and a large GPU does not fit "
		       "there: no driver and no VM can use what has no address.",
		.mend = "Turn on Above 4G Decoding and turn off CSM in the firmware setup; where that is "
			"not to be had, try pci=realloc on the kernel command line.",
		.reference = "Linux, drivers/pci/setup-res.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HOST_DRIVER | GP_MODE_FULL,
		.run = above4g,
	},
	{
		.id = "fw-rebar-off-arc",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "Resizable BAR is off for an Intel card",
		.why = "Intel's drivers for cards expect to reach all of the card's memory at once. Arc "
		       "A loses much of its speed without, Arc B does not compute at all.",
		.mend = "Turn on Above 4G Decoding and Resizable BAR in the firmware setup.",
		.reference = "Intel compute-runtime, FAQ.md; Linux, drivers/gpu/drm/xe/xe_vram.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER | GP_MODE_FULL,
		.needs = {"fw-above4g-off"},
		.run = rebar_arc,
	},
	{
		.id = "fw-rebar-breaks-amd-guest",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "Resizable BAR keeps a guest from using an AMD card",
		.why = "The guest sees the BAR as large as the host has made it, and AMD's drivers for "
		       "Windows and macOS may not start with that.",
		.mend = "Resize BAR 0 to 256 MiB before vfio-pci takes the card, or turn Resizable BAR "
			"off.",
		.reference = "Linux, Documentation/ABI/testing/sysfs-bus-pci: resourceN_resize",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.not_in_plan = true,
		.run = rebar_amd,
	},
};

const struct gp_check_table gp_firmware_bar_checks = {checks, GP_ARRAY_SIZE(checks)};
