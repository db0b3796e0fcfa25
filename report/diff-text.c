/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff.h"
#include "page.h"

#include <errno.h>

/* Of a group; --verbose shows the rest. */
#define SHOWN 20

static size_t most_of(const struct gp_page *page, size_t n)
{
	return page->style->verbose || n <= SHOWN ? n : SHOWN;
}

static void put_more(const struct gp_page *page, size_t n)
{
	if (n)
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_printf(page->arena, "%zu more: --verbose", n));
}

static const char *sgr_of(enum gp_diff_group group)
{
	if (group == GP_DIFF_NEW || group == GP_DIFF_BROKEN)
		return GP_SGR_RED;
	if (group == GP_DIFF_LOST)
		return GP_SGR_YELLOW;
	return GP_SGR_PLAIN;
}

static void put_difference(const struct gp_page *page, enum gp_diff_group group,
	const struct gp_difference *difference)
{
	struct gp_page alone = *page; /* there may be many */
	const char *line;

	alone.arena = gp_arena_new();
	line = gp_printf(alone.arena, "%s: %s", gp_difference_title(alone.arena, group, difference),
		gp_difference_text(alone.arena, group, difference));
	gp_page_wrap(&alone, 4, "- ", sgr_of(group), gp_page_safe(&alone, line));
	gp_arena_free(alone.arena);
}

static void put_group(
	const struct gp_page *page, enum gp_diff_group group, const struct gp_differences *list)
{
	bool folded = group == GP_DIFF_FINDING && !page->style->verbose;
	size_t most = most_of(page, list->n);

	if (list->n)
		gp_page_section(page, gp_diff_heading(group));
	if (list->n && folded) {
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_printf(page->arena, "%zu more, neither better nor worse: --verbose",
				list->n));
		return;
	}
	for (size_t i = 0; i < most; i++)
		put_difference(page, group, &list->items[i]);
	put_more(page, list->n - most);
}

static void put_centers(const struct gp_page *page, const struct gp_diff_part *part)
{
	size_t most = most_of(page, part->centers.n);

	if (!part->centers.n)
		return;
	gp_page_section(page, "Measured (gpupass-bench compare says whether it is better)");
	for (size_t i = 0; i < most; i++) {
		const struct gp_diff_center *center = &part->centers.items[i];

		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_page_safe(
				page, gp_printf(page->arena, "%s: %s -> %s", center->title,
					      center->before ? center->before : "not measured",
					      center->after ? center->after : "not measured")));
	}
	put_more(page, part->centers.n - most);
}

static void put_part(
	const struct gp_page *page, const struct gp_diff *diff, const struct gp_diff_part *part)
{
	if (!part->n && !part->centers.n && !part->machines)
		return;
	if (diff->parts.n > 1 || part->only)
		gp_page_section(page,
			gp_page_safe(page, gp_printf(page->arena,
						   "%s:", gp_diff_part_title(page->arena, part))));
	if (part->only)
		gp_page_wrap(page, 0, "", GP_SGR_PLAIN,
			gp_equal(part->only, "before") ? "It is only in the first record."
						       : "It is only in the second record.");
	if (part->machines)
		gp_page_section(page,
			gp_page_safe(page, gp_printf(page->arena, "These are two machines: %s.",
						   part->machines)));
	for (size_t i = 0; i < GP_N_DIFF_GROUPS; i++)
		put_group(page, (enum gp_diff_group)i, &part->groups[i]);
	put_centers(page, part);
}

int gp_diff_text(const struct gp_diff *diff, const struct gp_style *style, FILE *out)
{
	struct gp_page page = {.arena = gp_arena_new(), .style = style, .out = out};

	errno = 0;
	if (!style->quiet || diff->n)
		gp_page_wrap(&page, 0, "", GP_SGR_BOLD, gp_page_safe(&page, diff->headline));
	if (!style->quiet)
		gp_each (part, &diff->parts)
			put_part(&page, diff, part);
	gp_arena_free(page.arena);
	return gp_stream_error(out);
}
