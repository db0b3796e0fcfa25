/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a chip lacks by its make or by the firmware's choice. */
#include "gpu/checks.h"
#include "gpu/support.h"
#include "vfio/check-help.h"

static bool is_integrated_intel(const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	return gpu->vendor_id == 0x8086 && gpu->bus == 0 && !(model && model->discrete);
}

/* The VM's setting that wants a picture of the GPU from the start, or NULL. */
static const struct gp_passed *wants_picture(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_passed *passed = NULL;

	while ((passed = gp_vms_next_passed(&c->facts->vms, gpu, passed)))
		if (passed->legacy_igd || passed->x_vga)
			return passed;
	return NULL;
}

static void igd_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const char *path = gp_printf(out->arena, "/sys/bus/pci/devices/%s/class", gpu->address);
	const struct gp_passed *passed = wants_picture(c, gpu);
	struct gp_finding *finding;

	if (!is_integrated_intel(gpu) || gp_pci_is_vf(gpu)) {
		gp_find_gpu(out, GP_SKIP, gpu, path, "is not Intel's integrated GPU");
		return;
	}
	if (gpu->class_code >> 8 != 0x0380) {
		gp_find_gpu(
			out, GP_PASS, gpu, path, "is a VGA controller, as legacy IGD mode wants");
		return;
	}
	finding = gp_find_gpu(out, passed ? GP_WARN : GP_NOTE, gpu,
		passed ? gp_printf(out->arena, "%s: \"%s: %s\"; %s: 0x%06x", passed->vm->source,
				 passed->key, passed->text, path, gpu->class_code)
		       : gp_printf(out->arena, "%s: 0x%06x", path, gpu->class_code),
		passed ? "%s wants this GPU as its first display, and the firmware did not make it the "
			 "host's: it is no VGA controller"
		       : "the firmware did not make it the first display: a VM gets no picture of it "
			 "before the guest's driver starts",
		passed ? passed->vm->name : "");
	if (passed)
		gp_mend(out, finding,
			(struct gp_step){
				GP_STEP_FIRMWARE, "the primary display", "the integrated GPU", 0});
}

static void igd_not_primary(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, igd_of);
}

static void engines_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	(void)c;
	if (!model || !model->media_engines)
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id, "its number of media engines is not known");
	else if (model->media_engines == 1 && model->graphics >= 120)
		gp_find_gpu(out, GP_NOTE, gpu, gpu->id,
			"%s with one media engine: half the transcodes of those that have two (UHD "
			"Graphics 770)",
			model->platform);
	else
		gp_find_gpu(out, GP_PASS, gpu, gpu->id, "%u media engine%s, as its platform has",
			model->media_engines, model->media_engines == 1 ? "" : "s");
}

static void single_engine(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, engines_of);
}

static const struct gp_check checks[] = {
	{
		.id = "fw-igd-not-primary",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_WARN,
		.title = "the integrated GPU is not the first display",
		.why = "QEMU's legacy mode for integrated GPUs, with a picture from the start of the "
		       "VM, works only where the firmware set the GPU up as a VGA controller.",
		.mend = "In the firmware setup make the integrated GPU the primary display.",
		.reference = "QEMU, docs/igd-assign.txt: legacy mode",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = igd_not_primary,
	},
	{
		.id = "single-media-engine",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_NOTE,
		.title = "the GPU has one media engine",
		.why = "UHD Graphics 710 and 730 decode and encode half as many streams as UHD 770. "
		       "This is how they are made.",
		.mend = "Nothing to mend: expect half the streams.",
		.reference = "Intel, product specifications: number of multi-format codec engines",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.run = single_engine,
	},
};

const struct gp_check_table gp_gpu_chip_checks = {checks, GP_ARRAY_SIZE(checks)};
