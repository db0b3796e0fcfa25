/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a driver offers, against what the GPU can do, and what takes it away. */
#include <string.h>

#include "driver/check-help.h"
#include "driver/options.h"
#include "vaapi/check-help.h"
#include "vaapi/checks.h"

/* Pairs of profile and entrypoint: a shorter list that was pasted is a part of one. */
#define WHOLE_LIST 6

static const char *const huc_word = "enable_guc=2";

/* A line of a program that was pasted, or of a driver; NULL: none. */
static const struct gp_log_hit *said(const struct gp_case *c, enum gp_log_id id)
{
	return gp_log_next(&c->facts->said, id, NULL);
}

/* The only GPU of that vendor, or NULL. */
static const struct gp_function *only_gpu(const struct gp_case *c, uint16_t vendor)
{
	const struct gp_function *found = NULL;

	for (size_t i = 0; i < c->n_gpus; i++) {
		if (c->gpus[i]->vendor_id != vendor)
			continue;
		if (found)
			return NULL;
		found = c->gpus[i];
	}
	return found;
}

/* ---- va-free-vs-nonfree */

static void mend_free(struct gp_findings *out, struct gp_finding *finding, bool old)
{
	gp_va_mend_source(
		out, finding, old ? "intel-vaapi-driver" : "intel-media-driver with its shaders");
}

static bool has_worked(const struct gp_va_session *session, const char *kind)
{
	gp_each (work, &session->works)
		if (strcmp(work->kind, kind) == 0 && work->result != GP_VA_WORKED)
			return false;
	return true;
}

static void free_of(const struct gp_va_case *v, struct gp_findings *out)
{
	const struct gp_va_session *s = v->session;
	bool by_i965 = gp_va_is_by(s, "i965"), encodes = gp_va_h264(s, "VAEntrypointEncSliceLP");
	bool scales = gp_va_offers(s, "VAProfileNone", "VAEntrypointVideoProc") &&
		      has_worked(s, "process");

	if (!by_i965 && !gp_va_is_by(s, "iHD"))
		gp_va_say(v, out, GP_SKIP, s->vendor, "it is not a driver of Intel's");
	else if (by_i965 && s->is_ours && s->profiles.n && !scales)
		mend_free(out,
			gp_va_say(v, out, GP_FAIL, s->vendor,
				"i965 without its shaders: it cannot scale or convert pictures"),
			true);
	else if (gp_va_is_free_build(v))
		mend_free(out,
			gp_va_say(v, out, encodes && scales ? GP_WARN : GP_FAIL, s->vendor,
				encodes && scales ? "the free build of iHD: %s encodes by "
						    "EncSliceLP alone"
				: scales          ? "the free build of iHD: %s does not encode"
					 : "the free build of iHD: %s cannot scale pictures",
				v->model->platform),
			false);
	else
		gp_va_say(v, out, GP_PASS, s->vendor, "nothing shows the free build of the driver");
}

static void free_vs_nonfree(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = said(c, GP_LOG_VA_PIPELINE);
	const struct gp_function *gpu = only_gpu(c, GP_INTEL);

	if (hit)
		mend_free(out,
			gp_va_say_of(c, out, GP_FAIL, gpu, gp_log_evidence(out, hit),
				"the driver cannot scale or convert pictures: it is the free "
				"build, without its shaders"),
			false);
	else
		gp_va_each_open(c, out, free_of);
}

/* ---- huc-not-loaded */

static bool is_cqp_only(const struct gp_va_profile *pair)
{
	return pair && (strcmp(pair->attributes, "rc=CQP") == 0 ||
			       gp_starts_with(pair->attributes, "rc=CQP "));
}

static bool controls_rate(const struct gp_va_profile *pair)
{
	return pair && (strstr(pair->attributes, "CBR") || strstr(pair->attributes, "VBR"));
}

/* GVT-g and VFs have their own words on enable_guc. */
static bool is_for_others(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_is_wanted(c, gpu, GP_MODE_SPLIT | GP_MODE_VF) || (gpu && gpu->numvfs);
}

static void mend_huc(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu, bool by_hand)
{
	struct gp_options options = gp_options_of(c, out->arena, "i915");
	const struct gp_option *set = gp_option_last(&options, "enable_guc");

	if (is_for_others(c, gpu))
		return;
	if (!by_hand) {
		gp_va_mend_package(out, finding, "intel-gpu-firmware");
	} else if (set) {
		gp_mend_option(out, finding, set, huc_word);
		return;
	} else {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_LINE, "/etc/modprobe.d/gpupass.conf",
				gp_printf(out->arena, "options i915 %s", huc_word), 0});
	}
	gp_mend_reboot(out, finding, true);
}

static void huc_of(const struct gp_va_case *v, struct gp_findings *out)
{
	const struct gp_va_session *s = v->session;
	const struct gp_va_profile *low = gp_va_h264(s, "VAEntrypointEncSliceLP");
	bool by_shaders = controls_rate(gp_va_h264(s, "VAEntrypointEncSlice"));
	const char *line;

	if (!v->media || !gp_va_is_by(s, "iHD") || !low) {
		gp_va_say(v, out, GP_SKIP, s->vendor, "no low-power encoder is offered here");
		return;
	}
	line = gp_printf(out->arena, "%s %s %s", low->profile, low->entrypoint, low->attributes);
	if (!is_cqp_only(low))
		gp_va_say(v, out, GP_PASS, line, "the low-power encoder keeps to bit rates");
	else
		mend_huc(v->c, out,
			gp_va_say(v, out, by_shaders ? GP_NOTE : GP_WARN, line,
				v->media->huc_by_hand
					? "HuC is off by default on %s: the low-power encoder "
					  "takes no bit rate"
					: "HuC does not run on %s: the low-power encoder takes no "
					  "bit rate",
				v->model->platform),
			v->gpu, v->media->huc_by_hand);
}

static void huc_not_loaded(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = said(c, GP_LOG_VA_RC);
	const struct gp_function *gpu = only_gpu(c, GP_INTEL);
	const struct gp_media *media =
		gpu ? gp_media_of(gp_gpu_model(gpu->vendor_id, gpu->device_id)) : NULL;

	if (!hit)
		hit = said(c, GP_LOG_VA_OUTPUT);
	if (hit)
		mend_huc(c, out,
			gp_va_say_of(c, out, GP_WARN, gpu, gp_log_evidence(out, hit),
				"the encoder takes no bit rate: the GPU's HuC is not loaded"),
			gpu, media && media->huc_by_hand);
	else
		gp_va_each_open(c, out, huc_of);
}

/* ---- huc-gsc-mei */

static bool low_power_works(const struct gp_case *c, const struct gp_function *gpu)
{
	gp_each (session, &c->facts->vaapi.sessions) {
		const struct gp_va_case v = gp_va_case_of(c, session);

		if (v.gpu == gpu &&
			(controls_rate(gp_va_h264(session, "VAEntrypointEncSliceLP")) ||
				controls_rate(gp_va_h264(session, "VAEntrypointEncSlice"))))
			return true;
	}
	return false;
}

static void mei_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_HUC_MEI, gpu);
	const struct gp_log_hit *proxy = gp_log_last_of(c, GP_LOG_GSC_PROXY, gpu);
	bool built_without = hit && strstr(hit->text, "due to missing");
	struct gp_finding *finding;

	if (hit && !low_power_works(c, gpu)) {
		finding = gp_va_say_of(c, out, GP_FAIL, gpu, gp_log_evidence(out, hit),
			built_without
				? "this kernel was built without the mei modules that load HuC"
				: "HuC waits for the mei driver, which did not come: video "
				  "is not encoded");
		if (built_without) {
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_MANUAL, gpu->address,
					"Use a kernel with CONFIG_INTEL_MEI_GSC and "
					"CONFIG_INTEL_MEI_PXP (on Talos an extension has them).",
					0});
			return;
		}
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "mei_gsc", "", 0});
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "mei_pxp", "", 0});
	} else if (proxy) {
		gp_va_say_of(c, out, GP_NOTE, gpu, gp_log_evidence(out, proxy),
			"the GPU's GSC has no proxy: protected content is not played; all else works");
	} else if (c->facts->kernel.klog.whole) {
		gp_va_say_of(c, out, GP_PASS, gpu, GP_KERNEL_LOG, "HuC does not wait for mei");
	} else {
		gp_va_say_of(c, out, GP_SKIP, gpu, GP_KERNEL_LOG,
			"the kernel log does not reach back to the start");
	}
}

static void gsc_mei(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_INTEL, mei_of);
}

/* ---- mesa-no-h264 */

static void mesa_of(const struct gp_va_case *v, struct gp_findings *out)
{
	const struct gp_va_session *s = v->session;
	bool decodes = false;
	struct gp_finding *finding;

	gp_each (pair, &s->profiles)
		decodes |= strcmp(pair->entrypoint, "VAEntrypointVLD") == 0;
	if (!s->vendor || !strstr(s->vendor, "Mesa Gallium") || !decodes) {
		gp_va_say(v, out, GP_SKIP, s->vendor, "it is no driver of Mesa's that decodes");
		return;
	}
	if (gp_va_h264(s, "VAEntrypointVLD")) {
		gp_va_say(v, out, GP_PASS, s->vendor, "Mesa decodes H.264");
		return;
	}
	finding = gp_va_say(v, out, GP_FAIL, s->vendor,
		"this Mesa was built without H.264 and HEVC, which are patented");
	gp_va_mend_source(out, finding, "Mesa's VA-API driver");
}

static void mesa_no_h264(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_open(c, out, mesa_of);
}

/* ---- va-profile-missing */

static bool offers_codec(const struct gp_va_session *s, const struct gp_codec_name *codec,
	const char *const *entrypoints)
{
	for (const char *const *profile = codec->profiles; *profile; profile++)
		for (const char *const *entrypoint = entrypoints; *entrypoint; entrypoint++)
			if (gp_va_offers(s, *profile, *entrypoint))
				return true;
	return false;
}

static const char *missing_of(const struct gp_va_case *v, struct gp_arena *arena, uint32_t codecs,
	const char *const *entrypoints)
{
	struct gp_strings names = {0};

	for (size_t i = 0; i < gp_codec_name_count; i++)
		if (codecs & (uint32_t)gp_codec_names[i].codec &&
			!offers_codec(v->session, &gp_codec_names[i], entrypoints))
			gp_strings_add(arena, &names, gp_codec_names[i].name);
	return names.n ? gp_join(arena, &names, ", ") : NULL;
}

static void profiles_of(const struct gp_va_case *v, struct gp_findings *out)
{
	static const char *const decodes[] = {"VAEntrypointVLD", NULL};
	static const char *const encodes[] = {
		"VAEntrypointEncSlice", "VAEntrypointEncSliceLP", "VAEntrypointEncPicture", NULL};
	const uint32_t basic = GP_CODEC_H264 | GP_CODEC_HEVC;
	bool is_free = gp_va_is_free_build(v);
	const char *gone, *decoded, *encoded;
	struct gp_finding *finding;

	if (!v->session->is_ours && v->session->profiles.n < WHOLE_LIST) {
		gp_va_say(v, out, GP_SKIP, v->session->vendor,
			"what was pasted may be a part of what the driver offers");
		return;
	}
	if (!v->session->profiles.n && v->gpu) {
		gp_va_say(v, out, GP_FAIL, v->session->vendor,
			"the driver starts and offers nothing at all");
		return;
	}
	if (!v->model || !v->model->decodes) {
		gp_va_say(v, out, GP_SKIP, v->session->vendor,
			"what this GPU can decode is not in the table");
		return;
	}
	gone = missing_of(v, out->arena, v->model->decodes & basic, decodes);
	decoded = missing_of(v, out->arena,
		v->model->decodes & ~(is_free ? (uint32_t)GP_CODEC_AV1 : 0), decodes);
	encoded = is_free ? NULL : missing_of(v, out->arena, v->model->encodes, encodes);
	if (!decoded && !encoded) {
		gp_va_say(v, out, GP_PASS, v->session->vendor,
			"it offers what %s can decode and encode", v->model->platform);
		return;
	}
	finding = gp_va_say(v, out,
		gone      ? GP_FAIL
		: decoded ? GP_WARN
			  : GP_NOTE,
		v->session->vendor, "%s can more than this driver offers: %s%s%s%s",
		v->model->platform, decoded ? "decode " : "", decoded ? decoded : "",
		encoded ? (decoded ? "; encode " : "encode ") : "", encoded ? encoded : "");
	gp_va_mend_by_hand(out, finding, v,
		"Install a newer driver, in the build with all codecs: intel-media-va-driver-non-free, "
		"intel-media-driver of RPM Fusion, or Mesa with its freeworld or Packman codecs.");
}

static void profile_missing(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_open(c, out, profiles_of);
}

#define ROLES GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER

static const struct gp_check checks[] = {
	{
		.id = "huc-gsc-mei",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "HuC is not loaded: the mei driver is missing",
		.why = "On DG2 the GPU's firmware for video comes through its management engine, "
		       "which mei_gsc and mei_pxp reach.",
		.mend = "Load mei_gsc and mei_pxp, or use a kernel that has them.",
		.reference = "Linux, drivers/gpu/drm/i915/gt/uc/intel_huc.c",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {"dri-node-missing", "drm-fw-missing", "gpu-wedged"},
		.run = gsc_mei,
	},
	{
		.id = "huc-not-loaded",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_WARN,
		.title = "HuC is not loaded: the encoder takes no bit rate",
		.why = "The low-power encoder needs HuC for bit rates (CBR, VBR); without it only "
		       "constant quality (CQP) works.",
		.mend = "options i915 enable_guc=2 up to Rocket Lake, and the firmware; later kernels "
			"and GPUs load it by themselves.",
		.reference = "intel-media-driver, README: Known Issues and Limitations, 2",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {"drm-fw-missing", "huc-gsc-mei", "gpu-wedged"},
		.run = huc_not_loaded,
	},
	{
		.id = "va-free-vs-nonfree",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the free build of Intel's driver does less",
		.why = "Shaders that encode, and on older GPUs scale, are not free software and are "
		       "left out of it.",
		.mend = "Install intel-media-va-driver-non-free, or i965-va-driver-shaders.",
		.reference = "intel-media-driver, README: Decoding/Encoding Features",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = {"dri-node-missing", "gpu-wedged"},
		.run = free_vs_nonfree,
	},
	{
		.id = "mesa-no-h264",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "Mesa was built without H.264 and HEVC",
		.why = "Some distributions leave patented codecs out; programs then decode on the "
		       "CPU.",
		.mend = "Fedora: mesa-va-drivers-freeworld of RPM Fusion; openSUSE: Mesa of Packman.",
		.reference = "Mesa, meson_options.txt: video-codecs",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = {"dri-node-missing", "gpu-wedged"},
		.run = mesa_no_h264,
	},
	{
		.id = "va-profile-missing",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the driver offers less than the GPU can do",
		.why = "What is not offered is done by the CPU.",
		.mend = "Install a newer driver, in the build that has all codecs.",
		.reference = "intel-media-driver, README: Decoding/Encoding Features",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = {"va-free-vs-nonfree", "mesa-no-h264", "dri-node-missing", "gpu-wedged"},
		.run = profile_missing,
	},
};

const struct gp_check_table gp_va_offer_checks = {checks, GP_ARRAY_SIZE(checks)};
