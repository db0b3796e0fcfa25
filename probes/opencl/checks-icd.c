/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader and the implementations that it is told of. */
#include <string.h>

#include "opencl/check-help.h"
#include "opencl/checks.h"

/* ---- ocl-icd-crashed, ocl-icd-hangs */

static const char *platforms_of(const struct gp_tried *tried)
{
	const char *n = gp_tried_get(tried, "platforms");

	return n ? n : gp_tried_get(tried, "platforms-error");
}

/* One that answers, and whose CPU kernels alone fail, does not take others with it. */
static enum gp_verdict gravity(const struct gp_icd *icd)
{
	return icd->kind == GP_CL_POCL && platforms_of(&icd->tried) ? GP_WARN : GP_FAIL;
}

static void say_end(const struct gp_case *c, struct gp_findings *out, const struct gp_icd *icd)
{
	const struct gp_tried *tried = icd ? &icd->tried : &c->facts->opencl.all;
	struct gp_finding *finding = gp_find(out, icd ? gravity(icd) : GP_FAIL, tried->from.path,
		"%s %s%s", icd ? icd->library : "OpenCL", gp_tried_ended(out->arena, tried),
		platforms_of(tried) ? " while it was used" : " when it was asked what it has");

	finding->subject = icd ? icd->path : "";
	if (icd)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, icd->path,
				gp_printf(out->arena,
					"Update or remove the package of %s (dpkg -S %s); until "
					"then, keep the loader from it: mv %s %s.off",
					icd->path, icd->path, icd->path, icd->path),
				0});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, GP_OPENCL_VENDORS,
				"Move the .icd files away, then back one by one, until clinfo "
				"fails again.",
				0});
}

static void look_at_ends(
	const struct gp_case *c, struct gp_findings *out, enum gp_tried_end end, const char *fine)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	size_t before = out->n;

	gp_each (icd, &opencl->icds)
		if (gp_is_present(&icd->tried.from) && icd->tried.end == end)
			say_end(c, out, icd);
	if (out->n == before && gp_is_present(&opencl->all.from) && opencl->all.end == end)
		say_end(c, out, NULL);
	if (out->n == before && gp_is_present(&opencl->all.from))
		gp_find(out, GP_PASS, opencl->all.from.path, "%s", fine);
	else if (out->n == before)
		gp_find(out, GP_SKIP, GP_OPENCL_VENDORS, "OpenCL was not tried");
	gp_opencl_narrow(c, out, before);
}

static void crashed(const struct gp_case *c, struct gp_findings *out)
{
	look_at_ends(c, out, GP_TRIED_CRASHED, "no implementation of OpenCL crashed");
}

static void hangs(const struct gp_case *c, struct gp_findings *out)
{
	look_at_ends(c, out, GP_TRIED_HUNG, "every implementation of OpenCL answered");
}

/* ---- ocl-no-platform */

/* Whether some GPU that this machine drives is of the vendor that the ICD is for. */
static bool is_for_a_gpu(const struct gp_case *c, const struct gp_icd *icd)
{
	uint16_t vendor = gp_cl_kind_vendor(icd->kind);

	if (icd->kind == GP_CL_POCL || icd->kind == GP_CL_INTEL_CPU)
		return false;
	if (gp_may_have_gpu(c))
		return true;
	for (size_t i = 0; i < c->n_gpus; i++)
		if ((!vendor || c->gpus[i]->vendor_id == vendor) && gp_pci_is_native(c->gpus[i]) &&
			gp_opencl_serves(c, c->gpus[i]) != 1)
			return true;
	return false;
}

static bool has_another_of_vendor(const struct gp_opencl *opencl, const struct gp_icd *icd)
{
	uint16_t vendor = gp_cl_kind_vendor(icd->kind);

	return gp_opencl_icd_for(opencl, vendor);
}

/* It is told of and cannot be had; without it nothing serves its GPU. */
static enum gp_verdict loss_of(const struct gp_case *c, const struct gp_icd *icd)
{
	const struct gp_opencl *opencl = &c->facts->opencl;

	if (gp_opencl_has_type(opencl, "gpu") && !c->n_gpus)
		return GP_NOTE;
	return is_for_a_gpu(c, icd) && !has_another_of_vendor(opencl, icd) ? GP_FAIL : GP_NOTE;
}

static void mend_icd(struct gp_findings *out, struct gp_finding *finding, const struct gp_icd *icd,
	const char *words)
{
	gp_mend(out, finding,
		(struct gp_step){
			GP_STEP_MANUAL, icd->path, gp_printf(out->arena, words, icd->path), 0});
}

static void say_unreadable(
	const struct gp_case *c, struct gp_findings *out, const struct gp_icd *icd)
{
	struct gp_finding *finding = gp_find(
		out, loss_of(c, icd), icd->path, "%s", gp_origin_says(out->arena, &icd->from));

	finding->subject = icd->path;
	mend_icd(out, finding, icd,
		gp_is_present(&icd->from) || icd->from.presence == GP_MALFORMED
			? "Remove %s, or write the path of its library into it."
			: "Let everybody read it: chmod 644 %s");
}

static void say_dangling(const struct gp_case *c, struct gp_findings *out, const struct gp_icd *icd)
{
	bool gone = gp_is_absent(&icd->target) || !gp_is_present(&icd->target);
	struct gp_finding *finding =
		gp_find(out, loss_of(c, icd), gp_evidence(out, icd->path, icd->library),
			icd->load_error && !gone ? "%s cannot be loaded: %s"
			: icd->load_error        ? "%s is not there: %s"
						 : "%s is not there",
			icd->library, icd->load_error);

	finding->subject = icd->path;
	mend_icd(out, finding, icd,
		gone ? "Install the package again that %s is of, or delete that file where the "
		       "package is gone."
		     : "Install what its library needs, as the message says; then the package that "
		       "%s is of.");
}

static void look_at_icds(const struct gp_case *c, struct gp_findings *out)
{
	gp_each (icd, &c->facts->opencl.icds) {
		if (!gp_is_present(&icd->from))
			say_unreadable(c, out, icd);
		else if (gp_is_absent(&icd->target) || icd->load_error)
			say_dangling(c, out, icd);
	}
}

/* The loader looks nowhere else than where such a variable says. */
static void look_at_variables(const struct gp_case *c, struct gp_findings *out)
{
	static const char *const names[] = {"OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH"};
	const struct gp_opencl *opencl = &c->facts->opencl;

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		const struct gp_cl_variable *variable = gp_opencl_variable(opencl, names[i]);
		struct gp_finding *finding;

		if (!variable || !gp_is_absent(&variable->target))
			continue;
		finding = gp_find(out, gp_opencl_has_type(opencl, "gpu") ? GP_WARN : GP_FAIL,
			variable->source,
			"%s names %s, which is not there, and the loader looks "
			"nowhere else",
			variable->name, variable->value);
		finding->subject = variable->name;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, variable->name,
				gp_printf(out->arena, "Take %s out of %s.", variable->name,
					gp_ends_with(variable->source, "environment")
						? variable->source
						: "the environment of the program"),
				0});
	}
}

static void say_no_loader(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	bool used = opencl->icds.n;
	struct gp_finding *finding = gp_find(out, used ? GP_FAIL : GP_NOTE, opencl->all.from.path,
		used ? "the OpenCL loader libOpenCL.so.1 is not installed, so the implementations "
		       "that are cannot be found"
		     : "OpenCL is not set up: neither its loader nor an implementation is "
		       "installed");

	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "opencl-loader", "", 0});
}

/* Nothing was ever installed: a fault only where somebody looks for it. */
static void say_none_installed(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const char *asked = gp_opencl_is_asked_for(c, out);
	const struct gp_function *gpu = c->n_gpus == 1 ? c->gpus[0] : NULL;
	bool files = gp_is_present(&opencl->from) || gp_is_absent(&opencl->from);
	struct gp_finding *finding = gp_find(out, asked ? GP_FAIL : GP_NOTE,
		asked ? asked : GP_OPENCL_VENDORS,
		!asked  ? "OpenCL is not set up: no implementation is installed"
		: files ? "no implementation of OpenCL is installed"
			: "the OpenCL loader finds no platform: no implementation is installed, or "
			  "none knows this GPU");

	gp_mend_opencl(c, out, finding, gpu);
}

static const char *icd_names(struct gp_arena *arena, const struct gp_opencl *opencl)
{
	struct gp_strings names = {0};

	gp_each (icd, &opencl->icds)
		if (gp_icd_is_whole(icd))
			gp_strings_add(arena, &names, icd->path);
	return gp_join(arena, &names, ", ");
}

/* Implementations are there, and the loader lists none. */
static void say_all_silent(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const struct gp_icd *icd = gp_opencl_icd_for(opencl, gpu->vendor_id);
	bool asked = gp_opencl_is_asked_for(c, out);
	struct gp_finding *finding =
		gp_find_gpu(out, icd || asked ? GP_FAIL : GP_NOTE, gpu, opencl->all.from.path,
			icd ? "the loader finds no platform: %s is installed and finds no GPU"
			    : "the loader finds no platform: %s is not for this GPU",
			icd ? icd->path : icd_names(out->arena, opencl));

	if (icd)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, icd->path,
				"See that the user may open the render node (ls -l /dev/dri, id), "
				"then that the version knows this GPU; strace -f -e openat clinfo "
				"shows what it opens.",
				0});
	else
		gp_mend_opencl(c, out, finding, gpu);
}

static void say_silence(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	if (gpu->vendor_id == GP_NVIDIA && c->facts->opencl.leaves_nvidia)
		gp_find_gpu(out, GP_UNKNOWN, gpu, c->facts->opencl.all.from.path,
			"NVIDIA's implementation was not asked, for it would load nvidia_uvm: after "
			"nvidia-modprobe -u -c 0 it can be");
	else
		say_all_silent(c, out, gpu);
}

static bool is_any_whole(const struct gp_opencl *opencl)
{
	gp_each (icd, &opencl->icds)
		if (gp_icd_is_whole(icd))
			return true;
	return false;
}

static void look_at_silence(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	size_t before = out->n;

	for (size_t i = 0; is_any_whole(opencl) && i < c->n_gpus; i++)
		if (gp_pci_is_native(c->gpus[i]))
			say_silence(c, out, c->gpus[i]);
	if (out->n == before && is_any_whole(opencl))
		gp_find(out, GP_NOTE, opencl->all.from.path,
			"the loader finds no platform, and there is no GPU of this machine's own");
}

static void look_at_whole(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	bool nothing = !opencl->icds.n && !opencl->platforms.n;

	if (opencl->platforms.n)
		gp_find(out, GP_PASS, opencl->platforms.items[0].source,
			"the loader finds %zu platform%s: %s", opencl->platforms.n,
			opencl->platforms.n == 1 ? "" : "s",
			gp_opencl_platform_names(out->arena, opencl));
	else if (opencl->no_loader)
		say_no_loader(c, out);
	else if (nothing && (gp_opencl_is_asked_for(c, out) || gp_is_absent(&opencl->from) ||
				    gp_is_present(&opencl->from)))
		say_none_installed(c, out);
	else if (opencl->is_counted)
		look_at_silence(c, out);
	else
		gp_find(out, GP_SKIP, GP_OPENCL_VENDORS, "OpenCL was not tried");
}

static bool has_failed(const struct gp_findings *out, size_t before)
{
	for (size_t i = before; i < out->n; i++)
		if (out->items[i].said == GP_FAIL)
			return true;
	return false;
}

static void no_platform(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	if (!gp_opencl_is_known(c, out))
		return;
	if (!c->n_gpus && gp_is_present(&c->facts->pci.from)) {
		gp_find(out, GP_SKIP, c->facts->pci.from.path, "there is no GPU");
		return;
	}
	look_at_icds(c, out);
	look_at_variables(c, out);
	if (!has_failed(out, before))
		look_at_whole(c, out);
	gp_opencl_narrow(c, out, before);
	/* What keeps the only GPU from working keeps OpenCL empty too. */
	for (size_t i = before; i < out->n && c->n_gpus == 1; i++)
		out->items[i].gpu = c->gpus[0];
}

static const struct gp_check checks[] = {
	{
		.id = "ocl-icd-crashed",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "an implementation of OpenCL crashes",
		.why = "The loader loads every implementation into every program that asks for "
		       "OpenCL: one that crashes takes the program with it, whichever it wanted.",
		.mend = "Update or remove it.",
		.reference = "libOpenCL(7): ICD loader",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.run = crashed,
	},
	{
		.id = "ocl-icd-hangs",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "an implementation of OpenCL hangs",
		.why = "The loader asks every implementation before a program gets its answer: one "
		       "that never returns stops them all.",
		.mend = "Update or remove it; see in dmesg whether the GPU hangs.",
		.reference = "libOpenCL(7): ICD loader",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {"gpu-wedged"},
		.run = hangs,
	},
	{
		.id = "ocl-no-platform",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "OpenCL finds no platform",
		.why = "Programs find OpenCL through .icd files in /etc/OpenCL/vendors, each of which "
		       "names the library of one implementation.",
		.mend = "Install the implementation for this GPU; delete .icd files whose library is "
			"gone.",
		.reference = "libOpenCL(7); OpenCL specification, cl_khr_icd",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS, "fw-rebar-off-arc", "neo-bypath-perm", "neo-legacy-gen",
			"neo-too-old", "beignet-obsolete"},
		.run = no_platform,
	},
};

const struct gp_check_table gp_opencl_icd_checks = {checks, GP_ARRAY_SIZE(checks)};
