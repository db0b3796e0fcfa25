/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis/diagnosis.h"

#include <string.h>

/*
 * Of a machine of which only parts are known, what a message says is true wherever it was pasted
 * from: a container's user sees the host's.
 */
static bool is_told(const struct gp_case *c, const struct gp_check *check, struct gp_findings *out)
{
	size_t before = out->n, kept = before;

	if (!c->facts->is_partial)
		return false;
	check->run(c, out);
	for (size_t i = before; i < out->n; i++)
		if (out->items[i].verdict >= GP_WARN &&
			gp_starts_with(out->items[i].evidence, GP_PASTED))
			out->items[kept++] = out->items[i];
	out->n = kept;
	return kept > before;
}

/* Of a machine of which only parts are known, nothing passes for what a file says that was not
 * seen.
 */
static void doubt(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const char *evidence = finding->evidence;
	/* "PATH: what it says", "PATH:7: ..."; names of PCI functions have colons, too. */
	const char *end = gp_starts_with(evidence, "/sys/") ? " " : ": ";
	size_t length = strcspn(evidence, end);
	const char *path =
		gp_strndup(out->arena, evidence, length - (length && evidence[length - 1] == ':'));

	if (finding->verdict != GP_PASS || *path != '/' || gp_facts_saw(c->facts, path))
		return;
	finding->verdict = GP_UNKNOWN;
	finding->text = gp_printf(out->arena, "%s was not pasted", path);
}

static void run_one(const struct gp_case *c, const struct gp_check *check, struct gp_findings *out)
{
	size_t before = out->n;

	out->check = check;
	if (!(check->roles & c->roles) && !is_told(c, check, out))
		gp_find(out, GP_SKIP, "", "is about a %s; this is a %s",
			gp_roles_name(out->arena, check->roles),
			gp_roles_name(out->arena, c->roles));
	else if (check->roles & c->roles)
		check->run(c, out);
	if (out->n == before)
		gp_find(out, GP_UNKNOWN, "", "the check said nothing: please report this");
	for (size_t i = before; c->facts->is_partial && i < out->n; i++)
		doubt(c, out, &out->items[i]);
}

void gp_run_checks(const struct gp_case *c, struct gp_findings *out)
{
	for (const struct gp_check_table *const *table = gp_check_tables; *table; table++)
		gp_each (check, *table)
			run_one(c, check, out);
}

int gp_exit_status(const struct gp_diagnosis *diagnosis, unsigned layers)
{
	int status = 0;

	gp_each (readiness, &diagnosis->readiness)
		if (readiness->state == GP_READY_UNKNOWN &&
			gp_is_wanted(&diagnosis->c, readiness->gpu, readiness->mode))
			status = 3;
	gp_each (finding, &diagnosis->findings) {
		if (!(layers & 1u << finding->check->layer))
			continue;
		if (finding->verdict == GP_FAIL)
			return 1;
		if (finding->verdict == GP_UNKNOWN && finding->check->ceiling == GP_FAIL)
			status = 3;
	}
	return status;
}
