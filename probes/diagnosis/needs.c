/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis/diagnosis.h"

#define DEEPEST 32 /* needs of needs: two that wait for each other have no end */

/* What has failed, sorted: there may be many GPUs, and every finding asks for each of its needs. */
struct fails {
	const struct gp_finding **items;
	size_t n;
};

/* Of a mode that is not wanted here: it may only keep others of its kind waiting. */
static bool is_aside(const struct gp_finding *finding)
{
	return finding->verdict == GP_SKIP && !finding->blocked_by;
}

static int compare(const struct gp_finding *fail, const char *id, const struct gp_function *gpu)
{
	uintptr_t about = (uintptr_t)fail->gpu, wanted = (uintptr_t)gpu;
	int order = strcmp(fail->check->id, id);

	return order ? order : (about > wanted) - (about < wanted);
}

static int by_id_and_gpu(const void *a, const void *b)
{
	const struct gp_finding *const *left = a, *const *right = b;
	int order = compare(*left, (*right)->check->id, (*right)->gpu);

	return order ? order : (*left > *right) - (*left < *right);
}

static struct fails collect_fails(const struct gp_findings *findings)
{
	struct fails fails = {0};

	gp_each (finding, findings)
		if (finding->said == GP_FAIL)
			*gp_push(findings->arena, &fails) = finding;
	if (fails.n)
		qsort(fails.items, fails.n, sizeof(*fails.items), by_id_and_gpu);
	return fails;
}

/* The first fail of the check `id` about this GPU (NULL: the machine) that may block, or NULL. */
static const struct gp_finding *first_fail(const struct fails *fails,
	const struct gp_finding *finding, const char *id, const struct gp_function *gpu)
{
	size_t low = 0, high = fails->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(fails->items[middle], id, gpu) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < fails->n && compare(fails->items[low], id, gpu) == 0; low++)
		if (is_aside(finding) || !is_aside(fails->items[low]))
			return fails->items[low];
	return NULL;
}

static const struct gp_check *root_blocker(
	const struct fails *fails, const struct gp_finding *finding, int depth);

/*
 * The fault to mend first where the check `id` failed on what the finding is about, its GPU or the
 * machine; NULL where it holds.
 */
static const struct gp_check *blocker_by_id(
	const struct fails *fails, const struct gp_finding *finding, const char *id, int depth)
{
	const struct gp_finding *need = first_fail(fails, finding, id, NULL), *of_gpu = NULL;
	const struct gp_check *root;

	if (finding->gpu)
		of_gpu = first_fail(fails, finding, id, finding->gpu);
	if (!need || (of_gpu && of_gpu < need))
		need = of_gpu;
	if (!need)
		return NULL;
	root = depth ? root_blocker(fails, need, depth - 1) : NULL;
	return root ? root : need->check;
}

static const struct gp_check *root_blocker(
	const struct fails *fails, const struct gp_finding *finding, int depth)
{
	const struct gp_check *blocker = NULL;

	if (finding->waits_for)
		blocker = blocker_by_id(fails, finding, finding->waits_for, depth);
	for (const char *const *id = finding->check->needs; *id && !blocker; id++)
		blocker = blocker_by_id(fails, finding, *id, depth);
	return blocker;
}

void gp_apply_needs(struct gp_findings *findings)
{
	struct fails fails = collect_fails(findings);

	gp_each (finding, findings) {
		if (finding->said == GP_SKIP)
			continue;
		finding->blocked_by = root_blocker(&fails, finding, DEEPEST);
		if (!finding->blocked_by || finding->verdict == GP_SKIP)
			continue;
		if (finding->stands_alone) {
			finding->verdict = finding->verdict == GP_FAIL ? GP_WARN : finding->verdict;
			continue;
		}
		finding->verdict = GP_SKIP;
		finding->is_waiting = true;
		finding->text =
			gp_printf(findings->arena, "blocked by %s", finding->blocked_by->id);
		finding->evidence = finding->blocked_by->id;
	}
}
