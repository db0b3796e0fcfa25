/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diagnosis/diagnosis.h"

static const struct gp_check *root_blocker(
	const struct gp_findings *findings, const struct gp_finding *finding);

/* It is about a mode that nobody wants here. */
static bool is_set_aside(const struct gp_finding *finding)
{
	return finding->verdict == GP_SKIP && !finding->blocked_by;
}

/* Whether what `need` is about is part of what `finding` is about: its GPU, or the machine. */
static bool concerns(const struct gp_finding *need, const struct gp_finding *finding)
{
	return !need->gpu || need->gpu == finding->gpu;
}

/* The fault to mend first where the check `id` failed on this subject; NULL where it holds. */
static const struct gp_check *blocker_by_id(
	const struct gp_findings *findings, const struct gp_finding *finding, const char *id)
{
	gp_each (need, findings) {
		const struct gp_check *root;

		if (strcmp(need->check->id, id) != 0 || need->said != GP_FAIL ||
			!concerns(need, finding) || is_set_aside(need))
			continue;
		root = root_blocker(findings, need);
		return root ? root : need->check;
	}
	return NULL;
}

static const struct gp_check *root_blocker(
	const struct gp_findings *findings, const struct gp_finding *finding)
{
	const struct gp_check *blocker = NULL;

	if (finding->waits_for)
		blocker = blocker_by_id(findings, finding, finding->waits_for);
	for (const char *const *id = finding->check->needs; *id && !blocker; id++)
		blocker = blocker_by_id(findings, finding, *id);
	return blocker;
}

void gp_apply_needs(struct gp_findings *findings)
{
	gp_each (finding, findings) {
		if (finding->said == GP_SKIP)
			continue;
		finding->blocked_by = root_blocker(findings, finding);
		if (!finding->blocked_by)
			continue;
		finding->verdict = GP_SKIP;
		finding->text =
			gp_printf(findings->arena, "blocked by %s", finding->blocked_by->id);
		finding->evidence = finding->blocked_by->id;
	}
}
