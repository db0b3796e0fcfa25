/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis/diagnosis.h"

int gp_diagnose(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_question *question, struct gp_diagnosis *ret)
{
	int error;

	*ret = (struct gp_diagnosis){.findings.arena = arena};
	error = gp_case_open(arena, facts, question, &ret->c);
	if (error)
		return error;
	gp_run_checks(&ret->c, &ret->findings);
	gp_weigh(&ret->c, &ret->findings);
	gp_apply_needs(&ret->findings);
	gp_find_causes(ret);
	gp_find_readiness(ret);
	gp_find_asks(ret);
	return 0;
}
