/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of Intel GPUs, which intel_gpu_top shows. */
#include <string.h>

#include "drm/access.h"
#include "drm/checks.h"

#define CAP_BIT_SYS_ADMIN 21 /* linux/capability.h */
#define CAP_BIT_PERFMON   38

/* ---- vf-pmu */

static bool is_vf_here(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_pci_is_vf(gpu) ||
	       gp_log_next_of(&c->facts->kernel.klog, GP_LOG_SRIOV_VF_MODE, gpu->address, NULL);
}

static void pmu_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit =
		gp_log_next_of(&c->facts->kernel.klog, GP_LOG_NO_PMU, gpu->address, NULL);
	const struct gp_log_hit *said = gp_log_next(&c->facts->said, GP_LOG_NO_ENGINES, NULL);
	bool is_vf = is_vf_here(c, gpu);

	if (!hit && is_vf)
		hit = said;
	if (hit)
		gp_find_gpu(out, GP_NOTE, gpu, gp_log_evidence(out, hit),
			is_vf ? "a VF has no counters: that is so by design, and video works; "
				"intel_gpu_top on the host shows them"
			      : "its driver has no counters for it: intel_gpu_top cannot show it");
	else
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"nothing says that its counters are missing");
}

static void vf_pmu(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;
	const struct gp_log_hit *said = gp_any_log(c, GP_LOG_NO_PMU);

	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i]->vendor_id == GP_INTEL &&
			(gp_equal(c->gpus[i]->driver, "i915") ||
				gp_equal(c->gpus[i]->driver, "xe")))
			pmu_of(c, out, c->gpus[i]);
	if (out->n != before)
		return;
	if (said)
		gp_find(out, GP_NOTE, gp_log_evidence(out, said),
			"a VF has no counters: that is so by design, and video works");
	else
		gp_find(out, GP_SKIP, "", "no Intel GPU has its driver here");
}

/* ---- pmu-permission */

static void say_refused(
	const struct gp_case *c, struct gp_findings *out, const struct gp_log_hit *hit)
{
	bool is_container = c->roles & GP_ROLE_CONTAINER;
	struct gp_finding *finding = gp_find(out, GP_WARN, gp_log_evidence(out, hit),
		"intel_gpu_top may not read the GPU's counters; video works all the same");

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "intel_gpu_top",
			is_container
				? "Run intel_gpu_top on the host. In a container: docker run "
				  "--cap-add PERFMON, or on the host sysctl "
				  "kernel.perf_event_paranoid=0, which lets every user measure."
				: "Run it as root, or let it measure: setcap cap_perfmon=+ep "
				  "$(command -v intel_gpu_top).",
			0});
}

static bool has_capability(const struct gp_process *self, unsigned bit)
{
	return self->capabilities >> bit & 1;
}

/* Whose counters it is about cannot read them: nobody asked, so it is good to know at most. */
static const char *who_may_not(const struct gp_case *c, struct gp_arena *arena)
{
	const struct gp_process *self = &c->facts->accounts.self;
	const struct gp_origin *unknown;
	struct gp_persons persons;

	if (c->user) {
		persons = gp_persons_of(c, arena, &unknown);
		return persons.n && persons.items[0].uid ? gp_person_says(arena, &persons.items[0])
							 : NULL;
	}
	if (!(c->roles & GP_ROLE_CONTAINER) || !gp_is_present(&self->from) ||
		has_capability(self, CAP_BIT_PERFMON) || has_capability(self, CAP_BIT_SYS_ADMIN))
		return NULL;
	return "this container";
}

static bool is_closed(const struct gp_text_value *paranoid)
{
	uint64_t level;

	return gp_parse_u64(paranoid->value, 10, &level) == 0 && level > 0;
}

static bool has_counters(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_equal(c->gpus[i]->driver, "i915"))
			return true;
	return false;
}

static void pmu_permission(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_text_value *paranoid = &c->facts->drm.perf_paranoid;
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_PMU_REFUSED);
	const char *who = who_may_not(c, out->arena);

	if (hit && (strstr(hit->text, "ermission denied") || strstr(hit->text, "not permitted")))
		say_refused(c, out, hit);
	else if (!has_counters(c))
		gp_find(out, GP_SKIP, "", "no GPU has counters that i915 shows");
	else if (who && is_closed(paranoid))
		gp_find(out, GP_NOTE, gp_evidence(out, paranoid->from.path, paranoid->value),
			"%s may not read the GPU's counters: intel_gpu_top needs root or "
			"CAP_PERFMON",
			who);
	else
		gp_find(out, GP_PASS, paranoid->from.path, "nobody was refused the GPU's counters");
}

static const struct gp_check checks[] = {
	{
		.id = "vf-pmu",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_NOTE,
		.title = "a VF has no counters",
		.why = "The engines are the PF's: a guest cannot see how busy they are, and "
		       "intel_gpu_top finds none. Nothing is broken.",
		.mend = "On the host: intel_gpu_top -d sriov, or with the PF's sysfs path.",
		.reference = "Linux, drivers/gpu/drm/i915/i915_pmu.c: i915_pmu_register()",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER | GP_MODE_VF,
		.run = vf_pmu,
	},
	{
		.id = "pmu-permission",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_WARN,
		.title = "the GPU's counters may not be read",
		.why = "Counters are of the whole machine: the kernel gives them to root, to "
		       "CAP_PERFMON, or to all where kernel.perf_event_paranoid is 0 or less.",
		.mend = "Give the tool CAP_PERFMON.",
		.reference = "Linux, Documentation/admin-guide/perf-security.rst",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.run = pmu_permission,
	},
};

const struct gp_check_table gp_drm_pmu_checks = {checks, GP_ARRAY_SIZE(checks)};
