/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernels that do not know a GPU yet, or know it badly. */
#include <stdio.h>
#include <string.h>

#include "gpu/checks.h"
#include "gpu/support.h"
#include "vfio/check-help.h"

#define OSRELEASE "/proc/sys/kernel/osrelease"

static bool is_meant_for_vm(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_is_on_vfio(gpu) || gp_vfio_claims(&c->facts->vfio, gpu) ||
	       gp_starts_with(gpu->override.value, "vfio");
}

/* No driver of any GPU is at work: the kernel has made no node. */
static bool has_no_nodes(const struct gp_case *c)
{
	return gp_is_present(&c->facts->nodes.from) && !c->facts->nodes.n;
}

/* True, with a finding, where the GPU's driver is one, or its lack is no fault. */
static bool is_driven(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	if (is_meant_for_vm(c, gpu)) {
		gp_find_gpu(out, GP_SKIP, gpu, gpu->driver_from.path, "is meant for a VM");
		return true;
	}
	if (gpu->driver) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "%s has it", gpu->driver);
		return true;
	}
	if (gp_is_absent(&gpu->driver_from) || has_no_nodes(c))
		return false;
	gp_find_gpu_unknown(out, gpu, &gpu->driver_from);
	return true;
}

/* ---- force_probe */

/* The line in which a driver leaves a GPU of this id alone; *ret_driver: which driver. */
static const struct gp_log_hit *refusal(const struct gp_case *c, struct gp_arena *arena,
	const struct gp_function *gpu, const char **ret_driver)
{
	const char *device = gp_printf(arena, "graphics device %04x is not ", gpu->device_id);
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(&c->facts->kernel.klog, GP_LOG_FORCE_PROBE, hit))) {
		if (gpu->vendor_id != 0x8086 || !strstr(hit->text, device))
			continue;
		*ret_driver = strstr(hit->text, "officially") ? "xe" : "i915";
		return hit;
	}
	return NULL;
}

/* The first kernel in which a driver takes the GPU unasked; NULL: none known. */
static const struct gp_driver_since *unasked(const struct gp_gpu_model *model)
{
	if (!model)
		return NULL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(model->native) && model->native[i].driver; i++)
		if (!model->native[i].force_probe && !model->native[i].out_of_tree)
			return &model->native[i];
	return NULL;
}

static void mend_kernel(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu, const struct gp_driver_since *since)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			since ? gp_printf(out->arena,
					"Boot kernel %u.%u or newer, whose %s has this GPU, with the "
					"firmware files that go with it.",
					since->major, since->minor, since->driver)
			      : "Boot the newest kernel there is, with the firmware files that go with "
				"it.",
			0});
}

/* xe steps back from what is i915's, so that i915 has it: if it is there. */
static void say_left_to(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_log_hit *hit, const char *from,
	const char *to)
{
	const char *evidence = gp_evidence(out, hit->source, hit->text);
	struct gp_finding *finding;

	if (gp_kernel_has_module(&c->facts->kernel, to)) {
		gp_find_gpu(
			out, GP_PASS, gpu, evidence, "%s leaves it to %s, as it should", from, to);
		return;
	}
	if (!gp_kernel_knows_modules(&c->facts->kernel)) {
		gp_find_gpu(out, GP_UNKNOWN, gpu, evidence,
			"%s leaves it to %s; whether that is loaded is not known", from, to);
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu, evidence,
		"%s leaves this GPU to %s, which is not loaded: nothing drives it", from, to);
	finding->waits_for = "native-driver-blacklisted";
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			gp_printf(out->arena,
				"Let %s load: take it off the blacklists under /etc/modprobe.d and on "
				"the kernel command line.",
				to),
			0});
}

static void force_probe_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const struct gp_driver_since *since = unasked(model);
	const char *release = c->facts->platform.kernel, *driver = NULL, *param;
	const struct gp_log_hit *hit = refusal(c, out->arena, gpu, &driver);
	struct gp_finding *finding;

	if (!hit) {
		gp_find_gpu(out, GP_PASS, gpu, "kernel log", "no driver left it alone");
		return;
	}
	if (is_driven(c, out, gpu))
		return;
	if (since && strcmp(since->driver, driver) != 0 &&
		(!release || gp_kernel_at_least(release, since->major, since->minor))) {
		say_left_to(c, out, gpu, hit, driver, since->driver);
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu, gp_evidence(out, hit->source, hit->text),
		"%s of this kernel does not take %s unasked, so nothing drives it", driver,
		gp_gpu_title(out->arena, gpu));
	mend_kernel(out, finding, gpu, since);
	param = gp_printf(out->arena, "%s.force_probe=%04x", driver, gpu->device_id);
	if (!gp_cmdline_has(&c->facts->kernel.cmdline, param))
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, param, "", 0});
}

/* "Your graphics device 7d55 is not properly supported by i915": of a GPU that is not listed. */
static bool force_probe_by_log(const struct gp_case *c, struct gp_findings *out)
{
	static const char words[] = "graphics device ";
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_FORCE_PROBE, 0);
	const char *id = hit ? strstr(hit->text, words) : NULL, *driver;
	struct gp_finding *finding;

	/* xe says the other of what is i915's, and there it is as it should be. */
	if (!id || strstr(hit->text, "officially"))
		return false;
	id += strlen(words);
	driver = strstr(hit->text, " xe") ? "xe" : "i915";
	finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
		"%s of this kernel does not take the GPU unasked, so nothing drives it", driver);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "kernel",
			"Boot a newer kernel, whose driver has this GPU, with the firmware files that "
			"go with it.",
			0});
	if (strspn(id, "0123456789abcdefABCDEF") == 4)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD,
				gp_printf(out->arena, "%s.force_probe=%.4s", driver, id), "", 0});
	return true;
}

static void force_probe(const struct gp_case *c, struct gp_findings *out)
{
	if (!force_probe_by_log(c, out))
		gp_each_gpu(c, out, force_probe_of);
}

/* ---- too old */

static bool has_tried(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_log_next_of(&c->facts->kernel.klog, GP_LOG_PROBE_FAILED, gpu->address, NULL);
}

static bool is_driver_loaded(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_kernel *kernel = &c->facts->kernel;

	if (gpu->vendor_id == 0x8086)
		return gp_kernel_has_module(kernel, "i915") || gp_kernel_has_module(kernel, "xe");
	return gpu->vendor_id == 0x1002 && gp_kernel_has_module(kernel, "amdgpu");
}

static bool is_modeset_off(const struct gp_kernel *kernel)
{
	return gp_cmdline_last(&kernel->cmdline, "nomodeset") ||
	       gp_log_next(&kernel->klog, GP_LOG_NOMODESET, NULL);
}

/* The driver is there and took nothing, for no reason that is known: it does not know the id. */
static void say_ignored(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_driver_since *since)
{
	const char *release = c->facts->platform.kernel;
	struct gp_finding *finding;

	if (since && (!release || gp_kernel_at_least(release, since->major, since->minor))) {
		gp_find_gpu(out, GP_PASS, gpu, OSRELEASE, "this kernel knows %s",
			gp_gpu_title(out->arena, gpu));
		return;
	}
	if (!since && !c->facts->kernel.klog.whole) {
		gp_find_gpu(out, GP_UNKNOWN, gpu, "kernel log",
			"no driver has it, and the kernel log does not reach back to why");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu,
		gp_printf(out->arena, "%s: %s; %s is not there", OSRELEASE,
			release ? release : "not known", gpu->driver_from.path),
		"the driver is loaded and does not know %s: the kernel is older than the GPU",
		gp_gpu_title(out->arena, gpu));
	mend_kernel(out, finding, gpu, since);
}

static void too_old_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const char *driver;

	if (is_driven(c, out, gpu))
		return;
	if (!is_driver_loaded(c, gpu))
		gp_find_gpu(out, GP_SKIP, gpu, "/proc/modules", "its driver is not loaded");
	else if (is_modeset_off(&c->facts->kernel))
		gp_find_gpu(out, GP_SKIP, gpu, "/proc/cmdline", "drivers were told to stay away");
	else if (refusal(c, out->arena, gpu, &driver))
		gp_find_gpu(out, GP_SKIP, gpu, "kernel log",
			"its driver knows it and wants force_probe");
	else if (has_tried(c, gpu))
		gp_find_gpu(out, GP_PASS, gpu, "kernel log",
			"its driver knows it, and failed to start");
	else
		say_ignored(c, out, gpu, unasked(model));
}

static void too_old(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, too_old_of);
}

/* ---- releases with known faults */

/* Who numbers a release, and whether by the stable release that it is. */
enum maker {
	MAKER_STABLE, /* 6.8.5-arch1-1: as it says */
	MAKER_PVE,    /* 6.8.12-5-pve: that of Ubuntu's, which takes later fixes too */
	MAKER_UBUNTU, /* 6.8.0-38-generic: by the build */
	MAKER_OTHER,  /* 6.1.0-25-amd64: some 6.1 */
	MAKER_ANY,
};

struct version {
	enum maker maker;
	unsigned major, minor, patch; /* of Ubuntu: the build */
};

static bool parse_version(const char *release, struct version *ret)
{
	unsigned build = 0;
	int n;

	*ret = (struct version){0};
	n = release ? sscanf(release, "%u.%u.%u-%u", &ret->major, &ret->minor, &ret->patch, &build)
		    : 0;
	if (n < 2)
		return false;
	if (gp_ends_with(release, "-pve"))
		ret->maker = MAKER_PVE;
	else if (gp_ends_with(release, "-generic") || gp_ends_with(release, "-lowlatency"))
		ret->maker = MAKER_UBUNTU;
	else
		ret->maker = ret->patch || n < 4 ? MAKER_STABLE : MAKER_OTHER;
	if (ret->maker == MAKER_UBUNTU)
		ret->patch = build;
	return true;
}

/* Releases from..to. */
struct span {
	const char *text;
	bool (*is_hit)(const struct gp_gpu_model *model);
	enum maker maker;
	unsigned from[3], to[3];
};

static bool is_dg2(const struct gp_gpu_model *model)
{
	return model->graphics == 125;
}

static bool has_opencl(const struct gp_gpu_model *model)
{
	return model->graphics >= 80;
}

static bool is_gen11(const struct gp_gpu_model *model)
{
	return model->graphics == 110;
}

#define ALL_OF_IT 9999
#define TONE      "HDR tone mapping is broken on Arc GPUs under "
#define HANG      "OpenCL tone mapping hangs Intel GPUs under "

static const struct span spans[] = {
	{TONE "6.6.26 to 6.6.32", is_dg2, MAKER_STABLE, {6, 6, 26}, {6, 6, 32}},
	{TONE "6.8.5 to 6.9.3", is_dg2, MAKER_STABLE, {6, 8, 5}, {6, 9, 3}},
	{TONE "Ubuntu's 6.8.0-38 to -41", is_dg2, MAKER_UBUNTU, {6, 8, 38}, {6, 8, 41}},
	{TONE "Proxmox's 6.8.8", is_dg2, MAKER_PVE, {6, 8, 8}, {6, 8, 8}},
	{HANG "5.18 to 6.0.17", has_opencl, MAKER_ANY, {5, 18, 0}, {6, 0, 17}},
	{HANG "6.1 to 6.1.3", has_opencl, MAKER_ANY, {6, 1, 0}, {6, 1, 3}},
	{"low-power encoding fails on graphics of generation 11 under 5.15", is_gen11, MAKER_ANY,
		{5, 15, 0}, {5, 15, ALL_OF_IT}},
};

static unsigned long rank(unsigned major, unsigned minor, unsigned patch)
{
	return (major * 1000ul + minor) * 10000ul + (patch < ALL_OF_IT ? patch : ALL_OF_IT);
}

/* Where the stable release is not known, only where all of them are in the span. */
static bool is_within(const struct span *span, const struct version *version)
{
	bool by_number = version->maker == span->maker || version->maker == MAKER_STABLE ||
			 version->maker == MAKER_PVE;
	unsigned least = by_number ? version->patch : 0;
	unsigned most = by_number ? version->patch : ALL_OF_IT;

	if (span->maker != MAKER_ANY && span->maker != version->maker)
		return false;
	return rank(version->major, version->minor, least) >=
		       rank(span->from[0], span->from[1], span->from[2]) &&
	       rank(version->major, version->minor, most) <=
		       rank(span->to[0], span->to[1], span->to[2]);
}

static const struct span *span_of(const struct gp_function *gpu, const struct version *version)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	if (!model || gpu->vendor_id != 0x8086)
		return NULL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(spans); i++)
		if (spans[i].is_hit(model) && is_within(&spans[i], version))
			return &spans[i];
	return NULL;
}

static void range_bugs(const struct gp_case *c, struct gp_findings *out)
{
	const char *release = c->facts->platform.kernel;
	const char *evidence = gp_evidence(out, OSRELEASE, release ? release : "");
	struct version version;
	size_t before = out->n;

	if (!parse_version(release, &version)) {
		gp_find(out, GP_UNKNOWN, OSRELEASE, "the version of the kernel is not known");
		return;
	}
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];
		const struct span *span = span_of(gpu, &version);
		struct gp_finding *finding;

		if (!span || !gp_pci_is_native(gpu))
			continue;
		finding = gp_find_gpu(out, GP_WARN, gpu, evidence, "%s", span->text);
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, release, "Boot a newer kernel.", 0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, evidence, "no kernel with a known fault of these GPUs");
}

static const struct gp_check checks[] = {
	{
		.id = "force-probe-required",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the driver does not take the GPU unasked",
		.why = "This kernel's support of the GPU was not finished, so its driver leaves the "
		       "GPU alone: there is no render node and nothing to share.",
		.mend = "Boot a newer kernel, or name the GPU's id in force_probe=.",
		.reference = "Linux, drivers/gpu/drm/i915/i915_pci.c: require_force_probe",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.run = force_probe,
	},
	{
		.id = "kernel-too-old-for-gpu",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the kernel is older than the GPU",
		.why = "The driver is loaded and does not have the GPU's id in its list: there is no "
		       "render node and nothing to share.",
		.mend = "Boot a newer kernel, with newer firmware files.",
		.reference = "Linux, include/drm/intel/pciids.h",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.run = too_old,
	},
	{
		.id = "kernel-range-bugs",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_WARN,
		.title = "a kernel with a known fault of this GPU",
		.why = "Some releases hang in media work on some Intel GPUs, or cannot do it.",
		.mend = "Boot a newer kernel.",
		.reference =
			"Jellyfin documentation, Intel GPU: known issues and limitations on Linux",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.not_in_plan = true,
		.run = range_bugs,
	},
};

const struct gp_check_table gp_gpu_kernel_checks = {checks, GP_ARRAY_SIZE(checks)};
