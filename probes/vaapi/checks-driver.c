/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether libva found, loaded and started a driver for a node; judge.c tells the cases apart. */
#include <string.h>

#include "vaapi/check-help.h"
#include "vaapi/checks.h"

/* A host whose own programs nobody is known to want VA-API for. */
static bool is_unasked(const struct gp_va_case *v)
{
	return v->session->is_ours && v->c->roles == GP_ROLE_HOST &&
	       !gp_is_wanted(v->c, v->gpu, GP_MODE_NATIVE);
}

/* "iHD or i965" */
static const char *names_tried(const struct gp_va_case *v, struct gp_arena *arena)
{
	struct gp_strings names = {0};

	gp_each (open, &v->session->opens)
		gp_strings_add_once(arena, &names, open->driver);
	return names.n ? gp_join(arena, &names, " or ") : "any";
}

static const char *driver_wanted(const struct gp_va_case *v, const struct gp_va_open *open)
{
	const char *const *drivers = gp_va_drivers_of(v->kmd);

	if (v->media)
		return gp_va_right_driver(v);
	if (open)
		return open->driver;
	return drivers ? drivers[0] : NULL;
}

static void tell_missing(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	const char *wanted = driver_wanted(v, verdict->open);
	struct gp_finding *finding = gp_va_say(v, out, is_unasked(v) ? GP_NOTE : GP_FAIL,
		verdict->said, "no driver of VA-API for %s: libva found no file of %s",
		gp_va_node_name(v->session), names_tried(v, out->arena));

	gp_va_mend_package(out, finding, gp_va_package_of(wanted));
}

static void no_file(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_MISSING), tell_missing);
}

static void tell_xe(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	gp_va_mend_by_hand(out,
		gp_va_say(v, out, GP_FAIL, verdict->said,
			"this libva (API %s) does not know the kernel driver xe: it looks for a "
			"file named after it",
			v->session->libva ? v->session->libva : "unknown"),
		v,
		"Install libva 2.21 or newer with an iHD of the same time, for example from a newer "
		"release or image; LIBVA_DRIVER_NAME=iHD helps where iHD alone is new enough.");
}

static void xe_old_libva(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_XE_UNKNOWN), tell_xe);
}

static void tell_abi(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	gp_va_mend_by_hand(out,
		gp_va_say(v, out, GP_FAIL, verdict->said, "%s is made for another libva than %s",
			verdict->open->file, v->session->libva ? v->session->libva : "this one"),
		v,
		"Take libva and the driver from one source, the distribution or the vendor, and let "
		"LIBVA_DRIVERS_PATH name no other directory.");
}

static void abi_mismatch(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_OTHER_ABI), tell_abi);
}

static void tell_unloadable(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	gp_va_mend_by_hand(out,
		gp_va_say(v, out, GP_FAIL, verdict->said, "%s is there and cannot be loaded",
			verdict->open->file),
		v,
		gp_printf(out->arena,
			"See what it lacks: ldd -r %s. Then install that library in the version the "
			"driver was built with, or the driver and its libraries (for iHD libigdgmm) "
			"again from one source.",
			verdict->open->file));
}

static void dlopen_failed(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_UNLOADABLE), tell_unloadable);
}

static void tell_other_chips(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	const char *right = gp_va_right_driver(v), *tried = verdict->open->driver;
	struct gp_finding *finding = gp_va_say(v, out, GP_FAIL, verdict->said,
		"%s does not know %s: that is %s's", tried, v->model->platform, right);

	if (v->session->requested && gp_vaapi_has_file(&v->c->facts->vaapi, right))
		gp_va_mend_by_hand(out, finding, v,
			gp_printf(out->arena,
				"Do not set LIBVA_DRIVER_NAME=%s for this GPU; %s is installed.",
				v->session->requested, right));
	else
		gp_va_mend_package(out, finding, gp_va_package_of(right));
}

static void wrong_gen(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_OTHER_CHIPS), tell_other_chips);
}

/* The render nodes of real GPUs: "renderD129 is of 0000:00:02.0". */
static const char *other_nodes(const struct gp_va_case *v, struct gp_arena *arena)
{
	struct gp_strings nodes = {0};

	for (size_t i = 0; i < v->c->n_gpus; i++) {
		const struct gp_function *gpu = v->c->gpus[i];
		const struct gp_node *node = gp_nodes_render(&v->c->facts->nodes, gpu->address);

		if (node && !gp_equal(node->name, v->session->node))
			gp_strings_add(arena, &nodes,
				gp_printf(arena, "%s is of %s", node->name, gpu->address));
	}
	return nodes.n ? gp_join(arena, &nodes, ", ") : NULL;
}

static void tell_no_gpu(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	const char *others = other_nodes(v, out->arena), *name = gp_va_node_name(v->session);
	bool matters = !others && v->c->modes;
	struct gp_finding *finding;

	if (others)
		finding = gp_va_say(v, out, GP_NOTE, verdict->said,
			"%s is of %s, which has no video engine; %s", name, v->kmd, others);
	else
		finding = gp_va_say(v, out, matters ? GP_FAIL : GP_NOTE, verdict->said,
			"%s is of %s, which has no video engine, and no GPU has another node%s%s%s",
			name, v->kmd, v->session->requested ? "; " : "",
			v->session->requested ? v->session->requested : "",
			v->session->requested ? " was asked for and needs a GPU" : "");
	finding->waits_for = others ? NULL : "dri-node-missing";
	gp_va_mend_by_hand(out, finding, v,
		others ? "Name the GPU's own node: vainfo --display drm --device /dev/dri/renderDN."
		       : "Give this machine a GPU; a display of a virtual machine has no VA-API.");
}

static void tell_cannot_start(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	const char *said = v->session->complaint ? v->session->complaint : verdict->said;
	const char *driver = verdict->open ? verdict->open->driver : "the driver";
	struct gp_finding *finding;

	if (v->kmd)
		finding = gp_va_say(v, out, GP_FAIL, said,
			"%s could not start on %s, which %s has: its kernel is too old for it, or "
			"the GPU is not at work",
			driver, gp_va_node_name(v->session), v->kmd);
	else
		finding = gp_va_say(v, out, GP_FAIL, said,
			"%s could not start: the node is another device's, or the kernel is too old",
			driver);
	gp_va_mend_by_hand(out, finding, v,
		"See whose the node is: readlink /sys/class/drm/renderD*/device/driver; name the "
		"GPU's own (vainfo --display drm --device /dev/dri/renderDN), and use a kernel that "
		"knows the GPU.");
}

static void tell_wrong_node(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	if (verdict->fault == GP_VA_NOT_A_GPU)
		tell_no_gpu(v, out, verdict);
	else
		tell_cannot_start(v, out, verdict);
}

static void wrong_node(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(
		c, out, GP_VA_IS(GP_VA_NOT_A_GPU) | GP_VA_IS(GP_VA_CANNOT_START), tell_wrong_node);
}

static void tell_too_old(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	bool in_container = v->c->roles & GP_ROLE_CONTAINER;
	struct gp_finding *finding = gp_va_say(v, out, GP_FAIL, verdict->said,
		"%s is the right driver and does not know %s: it is older than the GPU",
		verdict->open->driver, v->model ? v->model->platform : "this GPU");

	gp_va_mend_by_hand(out, finding, v,
		in_container ? "Use a newer image, or install a newer iHD and libva in this one."
			     : "Install a newer iHD and libva, from a newer release of this "
			       "distribution or its backports.");
}

static void too_old(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_TOO_OLD), tell_too_old);
}

static void tell_no_name(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	gp_va_mend_by_hand(out,
		gp_va_say(v, out, GP_FAIL, verdict->said,
			"libva knows no driver for the kernel driver%s%s", v->kmd ? " " : "",
			v->kmd ? v->kmd : " behind this display"),
		v,
		"Install the VA-API driver for the kernel driver of this GPU (for NVIDIA "
		"nvidia-vaapi-driver), or a newer libva; LIBVA_DRIVER_NAME=... names one by hand.");
}

static void no_driver_name(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_NO_NAME), tell_no_name);
}

#define ROLES GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER
#define NEEDS                                    \
	{                                        \
		"dri-node-missing", "gpu-wedged" \
	}

static const struct gp_check checks[] = {
	{
		.id = "libva-no-driver-name-for-kmd",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "libva knows no driver for the kernel's driver",
		.why = "libva goes from the name of the kernel driver to that of its own driver.",
		.mend = "Install the VA-API driver of that kernel driver, or set LIBVA_DRIVER_NAME.",
		.reference = "libva, va/drm/va_drm_utils.c: VA_DRM_GetDriverNames()",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = no_driver_name,
	},
	{
		.id = "va-no-driver-file",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "no driver of VA-API is installed for the GPU",
		.why = "Without it programs decode and encode on the CPU. libva itself says only that "
		       "it tries to open the file.",
		.mend = "Install it: intel-media-va-driver (Broadwell and newer), i965-va-driver "
			"(older), mesa-va-drivers (AMD), nvidia-vaapi-driver.",
		.reference = "libva, va/va.c: va_openDriver()",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = no_file,
	},
	{
		.id = "va-xe-old-libva",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "libva is older than the kernel driver xe",
		.why = "Before 2.21 it has no driver for xe in its table and finds none.",
		.mend = "Use a newer libva and iHD, or LIBVA_DRIVER_NAME=iHD.",
		.reference = "libva 2.21, va/drm/va_drm_utils.c",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = xe_old_libva,
	},
	{
		.id = "va-dlopen-failed",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the VA-API driver cannot be loaded",
		.why = "A library that it was built with is missing or of another version.",
		.mend = "Install driver and libraries from one source.",
		.reference = "libva, va/va.c: va_openDriver()",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = dlopen_failed,
	},
	{
		.id = "va-abi-mismatch",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "VA-API driver and libva are not of one make",
		.why = "A driver starts only under a libva that is at least as new as its own.",
		.mend = "Take both from the same source; clear LIBVA_DRIVERS_PATH.",
		.reference = "libva, va/va.c: va_getDriverInitName()",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = abi_mismatch,
	},
	{
		.id = "va-wrong-gen-driver",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the VA-API driver is for other generations of Intel GPUs",
		.why = "i965 ends with Coffee Lake, iHD starts with Broadwell.",
		.mend = "Install the other driver, or clear LIBVA_DRIVER_NAME.",
		.reference = "intel-media-driver, README: Supported Platforms",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = wrong_gen,
	},
	{
		.id = "media-driver-too-old-for-gpu",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the VA-API driver is older than the GPU",
		.why = "iHD knows each platform from a release on; images of containers age.",
		.mend = "Install a newer intel-media-driver, or use a newer image.",
		.reference = "intel-media-driver, README: Supported Platforms",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = too_old,
	},
	{
		.id = "va-kmd-too-old-or-wrong-node",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the VA-API driver cannot start on this node",
		.why = "The node is of another device than the driver is for, or the kernel does not "
		       "tell the driver what it needs.",
		.mend = "Name the GPU's own render node; use a kernel that knows the GPU.",
		.reference = "intel-media-driver, README: Known Issues and Limitations",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = wrong_node,
	},
};

const struct gp_check_table gp_va_driver_checks = {checks, GP_ARRAY_SIZE(checks)};
