/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Intel's compute-runtime (NEO): whether this one knows this GPU, and can open it. */
#include <string.h>
#include <sys/stat.h>

#include "gpu/support.h"
#include "opencl/check-help.h"
#include "opencl/checks.h"
#include "opencl/neo.h"

#define LEGACY_FROM "24.35.30872.22"
#define NO_LEGACY   "24.39" /* the first that cannot even be built for older GPUs */
#define MIB256      ((uint64_t)256 << 20)

/* What the NEO checks look at. */
struct subject {
	const struct gp_function *gpu;
	const struct gp_gpu_model *model;
	int served; /* 1, 0, -1 */
	struct gp_neo neo;
};

static bool is_at_least(const struct gp_neo *neo, const char *text)
{
	struct gp_neo_version least;

	return gp_neo_parse(text, &least) && gp_neo_compare(&neo->version, &least) >= 0;
}

static bool has_current_neo(const struct gp_case *c, const struct gp_neo *neo)
{
	return neo->is_known || gp_opencl_icd(&c->facts->opencl, GP_CL_NEO);
}

/* Says why there is nothing to look at; false where there is. */
static bool is_settled(const struct gp_case *c, struct gp_findings *out, const struct subject *s)
{
	const struct gp_function *gpu = s->gpu;

	if (gpu->vendor_id != GP_INTEL)
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id, "it is no GPU of Intel's");
	else if (s->served == 1)
		gp_find_gpu(out, GP_PASS, gpu, gpu->id, "OpenCL has it: %s",
			gp_opencl_device(c, gpu)->name);
	else if (!s->model)
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id, "it is not in the table of known GPUs");
	else if (!has_current_neo(c, &s->neo))
		gp_find_gpu(out, GP_SKIP, gpu, GP_OPENCL_VENDORS,
			"Intel's compute-runtime is not installed");
	else
		return false;
	return true;
}

static struct subject subject_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	return (struct subject){
		.gpu = gpu,
		.model = gp_gpu_model(gpu->vendor_id, gpu->device_id),
		.served = gp_opencl_serves(c, gpu),
		.neo = gp_neo_installed(c, out->arena),
	};
}

static const char *neo_evidence(struct gp_findings *out, const struct gp_neo *neo)
{
	return gp_evidence(out, neo->source, neo->text);
}

/* Its version is what would tell: not known is only missing where it found no GPU. */
static void say_no_version(struct gp_findings *out, const struct subject *s)
{
	if (s->served == 0)
		gp_find_gpu(out, GP_UNKNOWN, s->gpu, GP_OPENCL_VENDORS,
			"Intel's compute-runtime is installed and does not find it; its version is "
			"not known");
	else
		gp_find_gpu(out, GP_SKIP, s->gpu, GP_OPENCL_VENDORS,
			"the version of Intel's compute-runtime is not known");
}

/* ---- neo-legacy-gen */

static const char *legacy_package(const struct gp_case *c, struct gp_arena *arena)
{
	static const char *const names[] = {"intel-opencl-icd-legacy1", "intel-opencl-icd-legacy"};
	const struct gp_icd *icd = gp_opencl_icd(&c->facts->opencl, GP_CL_NEO_LEGACY);

	if (icd)
		return icd->path;
	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
		if (gp_package_version(arena, &c->facts->platform, names[i]))
			return names[i];
	return NULL;
}

static void say_legacy(const struct gp_case *c, struct gp_findings *out, const struct subject *s)
{
	bool sure = s->served == 0 || is_at_least(&s->neo, NO_LEGACY);
	struct gp_finding *finding =
		gp_find_gpu(out, sure ? GP_FAIL : GP_WARN, s->gpu, neo_evidence(out, &s->neo),
			"Intel's compute-runtime %s has no %s: since " LEGACY_FROM
			" Gen8 to Gen11 are in a package of their own",
			s->neo.text, gp_gpu_title(out->arena, s->gpu));

	gp_mend_opencl(c, out, finding, s->gpu);
}

static void legacy_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct subject s = subject_of(c, out, gpu);
	const char *legacy = legacy_package(c, out->arena);

	if (is_settled(c, out, &s))
		return;
	if (!gp_neo_is_legacy(s.model))
		gp_find_gpu(out, GP_PASS, gpu, gpu->id, "%s is not of Gen8 to Gen11",
			gp_gpu_title(out->arena, gpu));
	else if (legacy)
		gp_find_gpu(out, GP_PASS, gpu, legacy, "the runtime for older GPUs is installed");
	else if (!s.neo.is_known)
		say_no_version(out, &s);
	else if (is_at_least(&s.neo, LEGACY_FROM))
		say_legacy(c, out, &s);
	else
		gp_find_gpu(out, GP_PASS, gpu, neo_evidence(out, &s.neo),
			"Intel's compute-runtime %s still has it", s.neo.text);
}

static void legacy_gen(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_compute(c, out, legacy_of);
}

/* ---- neo-too-old */

static void too_old_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct subject s = subject_of(c, out, gpu);
	struct gp_neo_version first;
	const char *since;
	struct gp_finding *finding;

	if (is_settled(c, out, &s))
		return;
	since = gp_neo_since(s.model, &first);
	if (!since) {
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id,
			"it is not known to need a recent compute-runtime");
	} else if (!s.neo.is_known) {
		say_no_version(out, &s);
	} else if (gp_neo_compare(&s.neo.version, &first) >= 0) {
		gp_find_gpu(out, GP_PASS, gpu, neo_evidence(out, &s.neo),
			"Intel's compute-runtime %s knows it", s.neo.text);
	} else {
		finding = gp_find_gpu(out, GP_FAIL, gpu, neo_evidence(out, &s.neo),
			"Intel's compute-runtime %s is too old for %s, which needs %s", s.neo.text,
			gp_gpu_title(out->arena, gpu), since);
		gp_mend_newer_neo(out, finding, since);
	}
}

static void too_old(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_compute(c, out, too_old_of);
}

/* ---- neo-25.18-arc */

/* From 25.18 on a small BAR was an error; from 25.27 on it is one on xe alone. */
static bool gives_small_bars_up(const struct subject *s)
{
	if (!s->neo.is_known || !is_at_least(&s->neo, "25.18"))
		return false;
	return gp_equal(s->gpu->driver, "xe") || !is_at_least(&s->neo, "25.27");
}

/* 1, 0, -1 not known */
static int has_small_bar(const struct gp_function *gpu)
{
	const struct gp_bar *bar = &gpu->bars[2];

	if (!gp_is_present(&gpu->bars_from) || !bar->end)
		return -1;
	return bar->end - bar->start + 1 <= MIB256;
}

static void say_small_bar(struct gp_findings *out, const struct subject *s, int small)
{
	struct gp_finding *finding = gp_find_gpu(out, GP_WARN, s->gpu, neo_evidence(out, &s->neo),
		small == 1
			? "Intel's compute-runtime %s gives up a card whose BAR is small, as here"
			: "Intel's compute-runtime %s gives up a card whose BAR is small; the size "
			  "here is not known",
		s->neo.text);

	gp_mend_neo(out, finding,
		gp_equal(s->gpu->driver, "xe")
			? "Turn on Resizable BAR in the firmware setup; else install "
			  "intel-opencl-icd 25.13.33276.16."
			: "Install intel-opencl-icd 25.27 or newer (or 25.13.33276.16), or turn on "
			  "Resizable BAR in the firmware setup.");
}

static void arc_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct subject s = subject_of(c, out, gpu);
	int small = has_small_bar(gpu);

	if (is_settled(c, out, &s))
		return;
	if (!s.model->discrete)
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id, "it is no card");
	else if (!s.neo.is_known)
		say_no_version(out, &s);
	else if (gives_small_bars_up(&s) && small != 0)
		say_small_bar(out, &s, small);
	else
		gp_find_gpu(out, GP_PASS, gpu, neo_evidence(out, &s.neo),
			small == 0 ? "its BAR shows all of its memory"
				   : "this compute-runtime takes a card with a small BAR");
}

static void arc_small_bar(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_compute(c, out, arc_of);
}

/* ---- neo-bypath-perm */

static const struct gp_cl_by_path *by_path_of(
	const struct gp_opencl *opencl, const struct gp_function *gpu)
{
	gp_each (entry, &opencl->by_path)
		if (strcmp(entry->address, gpu->address) == 0)
			return entry;
	return NULL;
}

/* A node of its own that others may open than the one that programs use; NULL: it is as good. */
static const char *worse_than_node(struct gp_arena *arena, const struct gp_cl_by_path *entry)
{
	const mode_t anybody = S_IROTH | S_IWOTH;
	const char *group = entry->st.group, *usual = entry->node_st.group;

	if (entry->is_link || !entry->node || !group || !usual || strcmp(group, usual) == 0 ||
		(entry->st.mode & anybody) == anybody)
		return NULL;
	return gp_printf(arena, "%s is of group %s, and %s of group %s", entry->path, group,
		entry->node, usual);
}

/* What is wrong with the entry that NEO opens, or NULL. */
static const char *by_path_fault(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_function *gpu)
{
	const struct gp_cl_by_path *entry = by_path_of(&c->facts->opencl, gpu);

	if (!entry)
		return gp_printf(
			arena, "/dev/dri/by-path has entries, and none for %s", gpu->address);
	if (gp_is_absent(&entry->target))
		return gp_printf(arena, "%s leads nowhere", entry->path);
	return worse_than_node(arena, entry);
}

static void say_by_path(struct gp_findings *out, const struct subject *s, const char *fault)
{
	struct gp_finding *finding = gp_find_gpu(out, s->served == 0 ? GP_FAIL : GP_WARN, s->gpu,
		"/dev/dri/by-path", "%s: Intel's compute-runtime opens nothing else", fault);

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, s->gpu->address,
			gp_printf(out->arena,
				"Give the container /dev/dri/by-path/pci-%s-render as the host has "
				"it and with the group of the render node (Docker: group_add; "
				"Kubernetes: supplementalGroups), or none of by-path (Intel's GPU "
				"plugin: -bypath=none).",
				s->gpu->address),
			0});
}

static void by_path_perm_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	struct subject s = subject_of(c, out, gpu);
	const char *fault;

	if (is_settled(c, out, &s))
		return;
	if (!gp_is_present(&opencl->by_path_from) || !opencl->by_path.n) {
		gp_find_gpu(out, gp_is_absent(&opencl->by_path_from) ? GP_PASS : GP_SKIP, gpu,
			"/dev/dri/by-path",
			"there is nothing in /dev/dri/by-path, so /dev/dri/renderD* are opened");
		return;
	}
	fault = by_path_fault(c, out->arena, gpu);
	if (fault)
		say_by_path(out, &s, fault);
	else
		gp_find_gpu(out, GP_PASS, gpu, "/dev/dri/by-path",
			"its entry leads to its render node");
}

static void by_path_perm(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_compute(c, out, by_path_perm_of);
}

static const struct gp_check checks[] = {
	{
		.id = "neo-bypath-perm",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "Intel's compute-runtime cannot open /dev/dri/by-path",
		.why = "Where /dev/dri/by-path has entries, it opens those and no /dev/dri/renderD*: "
		       "VA-API works then, and OpenCL finds no device.",
		.mend = "Give the container the same entry with the same group, or no by-path.",
		.reference = "Intel compute-runtime, "
			     "shared/source/os_interface/linux/drm_neo.cpp: discoverDevices()",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS},
		.run = by_path_perm,
	},
	{
		.id = "neo-legacy-gen",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "Intel's compute-runtime no longer has this GPU",
		.why = "From 24.35.30872.22 on its packages are for Gen12 and newer; Gen8, Gen9 and "
		       "Gen11 have packages of their own, which may be installed beside.",
		.mend = "Install intel-opencl-icd-legacy1 (Arch: intel-compute-runtime-legacy).",
		.reference = "Intel compute-runtime, LEGACY_PLATFORMS.md",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS},
		.run = legacy_gen,
	},
	{
		.id = "neo-too-old",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "Intel's compute-runtime is too old for this GPU",
		.why = "It serves only GPUs that its table has. Debian 12 and Ubuntu 22.04 have 22.x, "
		       "which is older than Alder Lake-N (N95, N100), Arc and Meteor Lake need.",
		.mend = "Install a newer intel-opencl-icd.",
		.reference = "Intel compute-runtime, README.md: Supported Platforms",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS},
		.run = too_old,
	},
	{
		.id = "neo-25.18-arc",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_WARN,
		.title = "this compute-runtime gives up an Arc with a small BAR",
		.why = "From 25.18 to before 25.27 it gives up every card of which only a part of the "
		       "memory can be reached (on xe later ones do so too): OpenCL has no platform "
		       "then.",
		.mend = "Install 25.27 or newer, or turn on Resizable BAR.",
		.reference = "Intel compute-runtime, issue 831",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS, "neo-bypath-perm"},
		.run = arc_small_bar,
	},
};

const struct gp_check_table gp_opencl_neo_checks = {checks, GP_ARRAY_SIZE(checks)};
