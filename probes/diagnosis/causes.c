/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "diagnosis/diagnosis.h"

static struct gp_cause count_waiting(
	const struct gp_findings *findings, const struct gp_finding *cause)
{
	struct gp_cause counted = {.finding = cause};

	gp_each (finding, findings) {
		if (finding->blocked_by != cause->check)
			continue;
		counted.blocks++;
		counted.waiting += finding->is_waiting;
	}
	return counted;
}

/* Fails before warns, what others wait for first, then from the firmware upwards. */
static int by_urgency(const void *a, const void *b)
{
	const struct gp_cause *left = a, *right = b;
	const struct gp_finding *l = left->finding, *r = right->finding;

	if (l->verdict != r->verdict)
		return l->verdict > r->verdict ? -1 : 1;
	if (l->said != r->said)
		return l->said > r->said ? -1 : 1;
	if (left->blocks != right->blocks)
		return left->blocks > right->blocks ? -1 : 1;
	if (l->check->layer != r->check->layer)
		return l->check->layer < r->check->layer ? -1 : 1;
	return l < r ? -1 : l > r;
}

void gp_find_causes(struct gp_diagnosis *diagnosis)
{
	const struct gp_findings *findings = &diagnosis->findings;
	struct gp_cause counted = {0};

	gp_each (finding, findings) {
		if (finding->verdict != GP_FAIL && finding->verdict != GP_WARN)
			continue;
		/* A check's findings are next to each other. */
		if (!counted.finding || counted.finding->check != finding->check)
			counted = count_waiting(findings, finding);
		counted.finding = finding;
		*gp_push(findings->arena, &diagnosis->causes) = counted;
	}
	if (diagnosis->causes.n)
		qsort(diagnosis->causes.items, diagnosis->causes.n,
			sizeof(*diagnosis->causes.items), by_urgency);
}
