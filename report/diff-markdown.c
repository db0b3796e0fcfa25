/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff.h"
#include "markdown-write.h"

#include <errno.h>

/* GitHub takes no comment of more than 65,536 characters. */
#define BYTES_MOST 65000
#define PARTS_MOST 8
#define PROSE_MOST 1000

/* More cannot fit, and need not be escaped. */
#define ROWS_MOST 2000

const struct gp_diff_face gp_diff_faces[] = {
	{.name = "text", .render = gp_diff_text},
	{.name = "markdown", .render = gp_diff_markdown},
};

const size_t gp_n_diff_faces = GP_ARRAY_SIZE(gp_diff_faces);

const struct gp_diff_face *gp_diff_face_find(const char *name)
{
	for (size_t i = 0; i < gp_n_diff_faces; i++)
		if (gp_equal(gp_diff_faces[i].name, name))
			return &gp_diff_faces[i];
	return NULL;
}

char *gp_diff_face_names(struct gp_arena *arena)
{
	struct gp_strings names = {0};

	for (size_t i = 0; i < gp_n_diff_faces; i++)
		gp_strings_add(arena, &names, gp_diff_faces[i].name);
	return gp_join(arena, &names, ", ");
}

static const char *text(const struct gp_markdown *markdown, const char *raw)
{
	return gp_markdown_text(markdown->arena, raw, PROSE_MOST);
}

static void put_group(
	struct gp_markdown *markdown, enum gp_diff_group group, const struct gp_differences *list)
{
	struct gp_strings lines = {0};
	bool folded = group == GP_DIFF_FINDING || (group == GP_DIFF_FACT && list->n > 20);
	const char *heading = gp_diff_heading(group);

	for (size_t i = 0; i < list->n && i < ROWS_MOST; i++)
		gp_strings_add(markdown->arena, &lines,
			gp_printf(markdown->arena, "- **%s**: %s\n",
				text(markdown, gp_difference_title(
						       markdown->arena, group, &list->items[i])),
				text(markdown, gp_difference_text(
						       markdown->arena, group, &list->items[i]))));
	gp_markdown_section(markdown,
		folded ? gp_printf(markdown->arena, "\n<details><summary>%s (%zu)</summary>\n\n",
				 heading, list->n)
		       : gp_printf(markdown->arena, "\n### %s\n\n", heading),
		&lines, folded ? "\n</details>\n" : "", "changes", list->n - lines.n);
}

static void put_centers(struct gp_markdown *markdown, const struct gp_diff_part *part)
{
	struct gp_strings lines = {0};

	gp_each (center, &part->centers)
		gp_strings_add(markdown->arena, &lines,
			gp_printf(markdown->arena, "- **%s**: %s -&gt; %s\n",
				text(markdown, center->title),
				center->before ? text(markdown, center->before) : "not measured",
				center->after ? text(markdown, center->after) : "not measured"));
	gp_markdown_section(markdown,
		"\n### Measured\n\n`gpupass-bench compare` says whether it is better.\n\n", &lines,
		"", "measurements", 0);
}

static void put_part(
	struct gp_markdown *markdown, const struct gp_diff *diff, const struct gp_diff_part *part)
{
	if (diff->parts.n > 1 || part->only)
		gp_markdown_put(markdown,
			gp_printf(markdown->arena, "\n## %s\n",
				text(markdown, gp_diff_part_title(markdown->arena, part))));
	if (part->only)
		gp_markdown_put(markdown, gp_equal(part->only, "before")
						  ? "\nIt is only in the first record.\n"
						  : "\nIt is only in the second record.\n");
	if (part->machines)
		gp_markdown_put(
			markdown, gp_printf(markdown->arena, "\nThese are two machines: %s.\n",
					  text(markdown, part->machines)));
	for (size_t i = 0; i < GP_N_DIFF_GROUPS; i++)
		put_group(markdown, (enum gp_diff_group)i, &part->groups[i]);
	put_centers(markdown, part);
}

static bool says_something(const struct gp_diff_part *part)
{
	return part->n || part->centers.n || part->machines;
}

int gp_diff_markdown(const struct gp_diff *diff, const struct gp_style *style, FILE *out)
{
	struct gp_markdown markdown = {.arena = gp_arena_new(), .out = out, .most = BYTES_MOST};
	size_t n = 0, shown = 0;

	(void)style;
	errno = 0;
	gp_markdown_put(
		&markdown, gp_printf(markdown.arena, "## %s\n", text(&markdown, diff->headline)));
	gp_each (part, &diff->parts)
		n += says_something(part);
	gp_each (part, &diff->parts) {
		if (!says_something(part) || shown == PARTS_MOST)
			continue;
		/* What one does not need is there for the next. */
		markdown.most =
			markdown.written + (BYTES_MOST - markdown.written) /
						   ((n < PARTS_MOST ? n : PARTS_MOST) - shown);
		put_part(&markdown, diff, part);
		shown++;
	}
	if (shown < n)
		fprintf(out, "\n%zu more runs left out.\n", n - shown);
	gp_arena_free(markdown.arena);
	return gp_stream_error(out);
}
