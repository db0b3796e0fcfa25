/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices: that there are others than the CPU, and that they compute. */
#include <string.h>

#include "opencl/check-help.h"
#include "opencl/checks.h"

/* ---- pocl-only-cpu */

static bool is_cpu_alone(const struct gp_opencl *opencl)
{
	return gp_opencl_has_type(opencl, "cpu") && !gp_opencl_has_type(opencl, "gpu") &&
	       !gp_opencl_has_type(opencl, "accelerator");
}

static void say_cpu_alone(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const struct gp_icd *icd = gp_opencl_icd_for(opencl, gpu->vendor_id);
	const char *names = gp_opencl_platform_names(out->arena, opencl);
	struct gp_finding *finding = gp_find_gpu(out, GP_FAIL, gpu,
		opencl->platforms.items[0].source,
		icd ? "OpenCL computes on the CPU alone (%s): %s is installed and offers no device"
		    : "OpenCL computes on the CPU alone (%s): no implementation for this GPU is "
		      "installed",
		names, icd ? icd->path : "");

	if (icd)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, icd->path,
				"See that the user may open the render node (ls -l /dev/dri, id), "
				"then that its version knows this GPU.",
				0});
	else
		gp_mend_opencl(c, out, finding, gpu);
}

static void only_cpu_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const char *source =
		opencl->platforms.n ? opencl->platforms.items[0].source : GP_OPENCL_VENDORS;

	if (gp_opencl_serves(c, gpu) == 1)
		gp_find_gpu(out, GP_PASS, gpu, source, "OpenCL has it: %s",
			gp_opencl_device(c, gpu)->name);
	else if (!gp_pci_is_native(gpu))
		gp_find_gpu(out, GP_SKIP, gpu, gpu->driver_from.path,
			"no driver of this machine's own has it");
	else if (is_cpu_alone(opencl))
		say_cpu_alone(c, out, gpu);
	else
		gp_find_gpu(out, GP_SKIP, gpu, source,
			opencl->platforms.n ? "the CPU is not all that OpenCL has"
					    : "no platform of OpenCL is known");
}

static void only_cpu(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;

	/* Who asks for help has a GPU, though nothing tells which. */
	if (c->facts->is_partial && !c->n_gpus && is_cpu_alone(opencl)) {
		gp_find(out, GP_FAIL, opencl->platforms.items[0].source,
			"OpenCL computes on the CPU alone (%s): no implementation for a GPU is "
			"installed, or it offers no device",
			gp_opencl_platform_names(out->arena, opencl));
		return;
	}
	gp_each_compute(c, out, only_cpu_of);
}

/* ---- ocl-kernel-wrong */

/* "-11 clBuildProgram": the call that failed, and with what. */
static const char *failed_call(struct gp_arena *arena, const char *outcome)
{
	const char *blank = strchr(outcome, ' ');

	return gp_printf(arena, "%s says %.*s", blank ? blank + 1 : "OpenCL",
		(int)strcspn(outcome, " "), outcome);
}

static void say_kernel(const struct gp_case *c, struct gp_findings *out,
	const struct gp_cl_platform *platform, const struct gp_cl_device *device)
{
	bool wrong = gp_starts_with(device->kernel, "wrong");
	bool is_gpu = strcmp(device->type, "gpu") == 0;
	const struct gp_function *gpu =
		device->pci ? gp_pci_find(&c->facts->pci, device->pci) : NULL;
	const char *words = wrong ? "a small kernel computes wrongly on %s: %s"
				  : "a small kernel does not run on %s: %s";
	const char *detail = wrong ? device->kernel : failed_call(out->arena, device->kernel);
	enum gp_verdict verdict = is_gpu ? GP_FAIL : GP_WARN;
	struct gp_finding *finding =
		gpu ? gp_find_gpu(out, verdict, gpu, platform->source, words, device->name, detail)
		    : gp_find(out, verdict, platform->source, words, device->name, detail);

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, platform->icd ? platform->icd : platform->name,
			"Look into dmesg for a hang of the GPU; then update the implementation and "
			"its compiler together (Intel: intel-opencl-icd with the libigc of the same "
			"release).",
			0});
}

static void kernel_wrong(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const char *ran = NULL;
	size_t before = out->n;

	if (!gp_opencl_is_known(c, out))
		return;
	gp_each (platform, &opencl->platforms)
		gp_each (device, &platform->devices) {
			if (!device->kernel)
				continue;
			ran = platform->source;
			if (strcmp(device->kernel, "ok") != 0)
				say_kernel(c, out, platform, device);
		}
	if (out->n == before)
		gp_find(out, ran ? GP_PASS : GP_SKIP, ran ? ran : GP_OPENCL_VENDORS,
			ran ? "a small kernel computes rightly on every device"
			    : "no kernel was run");
	gp_opencl_narrow(c, out, before);
}

static const struct gp_check checks[] = {
	{
		.id = "pocl-only-cpu",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "OpenCL has the CPU alone",
		.why = "PoCL computes on the CPU: clinfo lists a platform and programs start, and "
		       "nothing runs on the GPU.",
		.mend = "Install the implementation for this GPU.",
		.reference = "https://portablecl.org/docs/html/",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS, "ocl-no-platform", "beignet-obsolete", "neo-bypath-perm",
			"neo-legacy-gen", "neo-too-old", "fw-rebar-off-arc", "rusticl-disabled"},
		.run = only_cpu,
	},
	{
		.id = "ocl-kernel-wrong",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "a kernel of OpenCL fails, or computes wrongly",
		.why = "A device that is listed and does not compute is worse than none: programs "
		       "take it, and stop or show garbage.",
		.mend = "Update the implementation and its compiler together.",
		.reference = "OpenCL specification: clBuildProgram, clEnqueueNDRangeKernel",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS, "gpu-wedged"},
		.run = kernel_wrong,
	},
};

const struct gp_check_table gp_opencl_device_checks = {checks, GP_ARRAY_SIZE(checks)};
