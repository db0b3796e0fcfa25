/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a driver does that was started: whether it stays alive and does its work right. */
#include <string.h>

#include "vaapi/check-help.h"
#include "vaapi/checks.h"

/* "decode H264", for a person. */
static const char *doing(const struct gp_va_case *v)
{
	return v->session->doing ? v->session->doing : "start";
}

static void mend_driver(
	const struct gp_va_case *v, struct gp_findings *out, struct gp_finding *finding)
{
	gp_va_mend_by_hand(out, finding, v,
		"Look for what the kernel says at that time (dmesg), then try another release of the "
		"driver and, for the GPU's sake, of the kernel and its firmware.");
}

static void tell_crashed(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	bool all_done = strcmp(doing(v), "terminate") == 0;

	mend_driver(v, out,
		gp_va_say(v, out, all_done ? GP_WARN : GP_FAIL, verdict->said,
			"the VA-API driver %s at: %s",
			gp_tried_ended(out->arena, &v->session->tried), doing(v)));
}

static void crashed(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_CRASHED), tell_crashed);
}

static void tell_hung(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	mend_driver(v, out,
		gp_va_say(v, out, GP_FAIL, verdict->said,
			"no answer of the VA-API driver in %llu s at: %s",
			(unsigned long long)v->session->tried.number, doing(v)));
}

static void hangs(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_fault(c, out, GP_VA_IS(GP_VA_HUNG), tell_hung);
}

/* Scaling by the build that lacks its shaders, which has a check of its own. */
static bool is_of_free_build(const struct gp_va_case *v, const struct gp_va_work *work)
{
	return strcmp(work->kind, "process") == 0 && work->result == GP_VA_REFUSED &&
	       gp_va_is_free_build(v);
}

static bool encodes_otherwise(const struct gp_va_session *session)
{
	gp_each (work, &session->works)
		if (strcmp(work->kind, "encode") == 0 && work->result == GP_VA_WORKED)
			return true;
	return false;
}

static void work_of(const struct gp_va_case *v, struct gp_findings *out)
{
	const struct gp_va_work *worst = NULL;
	struct gp_strings bad = {0};

	gp_each (work, &v->session->works) {
		if (work->result == GP_VA_WORKED || is_of_free_build(v, work))
			continue;
		gp_strings_add(
			out->arena, &bad, gp_printf(out->arena, "%s %s", work->kind, work->codec));
		worst = !worst || strcmp(worst->kind, "encode") == 0 ? work : worst;
	}
	if (!v->session->works.n) {
		gp_va_say(v, out, GP_SKIP, NULL, "no work was tried on it");
	} else if (!worst) {
		gp_va_say(v, out, GP_PASS, v->session->vendor,
			"what it was given to do on %s came out right",
			gp_va_node_name(v->session));
	} else {
		bool bearable = strcmp(worst->kind, "encode") == 0 && encodes_otherwise(v->session);

		mend_driver(v, out,
			gp_va_say(v, out, bearable ? GP_WARN : GP_FAIL,
				gp_printf(out->arena, "%s %s %s", worst->kind, worst->codec,
					worst->text),
				"the driver starts and fails at its work: %s",
				gp_join(out->arena, &bad, ", ")));
	}
}

static void wrong_output(const struct gp_case *c, struct gp_findings *out)
{
	gp_va_each_open(c, out, work_of);
}

#define ROLES GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER
#define NEEDS                                                   \
	{                                                       \
		"dri-node-missing", "gpu-wedged", "huc-gsc-mei" \
	}

static const struct gp_check checks[] = {
	{
		.id = "va-driver-crashed",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the VA-API driver crashes",
		.why = "Every program that decodes or encodes with it goes down, too.",
		.mend = "Use another release of the driver.",
		.reference = "signal(7)",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = crashed,
	},
	{
		.id = "va-driver-hangs",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the VA-API driver does not come back",
		.why = "It waits for the GPU, which has stopped or is not reached from here.",
		.mend = "See what the kernel says of the GPU; use other releases of kernel, firmware "
			"and driver.",
		.reference = "Linux, Documentation/gpu/drm-usage-stats.rst",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = hangs,
	},
	{
		.id = "va-wrong-output",
		.layer = GP_LAYER_VAAPI,
		.ceiling = GP_FAIL,
		.title = "the VA-API driver starts and does not work",
		.why = "Programs take the GPU for usable and show broken pictures, or errors.",
		.mend = "Use another release of the driver, and of kernel and firmware.",
		.reference = "ITU-T H.264: decoding is exact",
		.roles = ROLES,
		.modes = GP_MODE_NATIVE,
		.needs = NEEDS,
		.run = wrong_output,
	},
};

const struct gp_check_table gp_va_work_checks = {checks, GP_ARRAY_SIZE(checks)};
