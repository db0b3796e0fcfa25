/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "markdown-family.h"

#define NAME_MOST  100
#define TEXT_MOST  1000
#define BYTES_MOST 12000 /* of all that is said here */
#define DEPTH_MOST 4

static const char *text(const struct gp_markdown *markdown, const char *raw)
{
	return gp_markdown_text(markdown->arena, raw, NAME_MOST);
}

static const char *row_of(const struct gp_markdown *markdown, const struct gp_kin *kin)
{
	const struct gp_digest *digest = &kin->digest;
	const char *first = digest->fails.n ? digest->fails.items[0].row->id : "";
	const char *cells[] = {text(markdown, kin->name), text(markdown, kin->what),
		gp_digest_outlook(digest),
		gp_printf(markdown->arena, "%s%s",
			gp_markdown_code(markdown->arena, first, NAME_MOST, true),
			*first ? text(markdown, gp_kin_after(markdown->arena, kin)) : "")};
	struct gp_strings row = {.items = cells, .n = GP_ARRAY_SIZE(cells)};

	return gp_markdown_row(markdown->arena, &row);
}

static void put_machines(struct gp_markdown *markdown, const struct gp_kindred *kindred)
{
	struct gp_strings heads =
		gp_split(markdown->arena, "Machine;What it is;Verdict;To mend first", ";");
	struct gp_strings rows = {0};

	gp_each (kin, &kindred->kin)
		gp_strings_add(markdown->arena, &rows, row_of(markdown, kin));
	gp_markdown_section(markdown,
		gp_printf(markdown->arena, "\n%s", gp_markdown_head(markdown->arena, &heads, 0)),
		&rows, "", "machines", 0);
}

static void put_joint(struct gp_markdown *markdown, const struct gp_joint *joint, size_t left_out)
{
	const char *title = gp_joint_title(markdown->arena, joint);
	struct gp_strings lines = {0};

	gp_each (lane, &joint->lanes)
		gp_strings_add(markdown->arena, &lines,
			gp_printf(markdown->arena, "%*s- %s\n",
				2 * (int)(lane->depth < DEPTH_MOST ? lane->depth : DEPTH_MOST), "",
				gp_markdown_text(markdown->arena,
					gp_lane_words(markdown->arena, lane), TEXT_MOST)));
	gp_markdown_section(markdown,
		gp_printf(markdown->arena, "\n## The chain%s%s\n\n", *title ? " of " : "",
			text(markdown, title)),
		&lines, "", "machines", left_out);
}

void gp_markdown_family(struct gp_markdown *markdown, const struct gp_kindred *kindred)
{
	size_t most = markdown->most;

	if (most > markdown->written + BYTES_MOST)
		markdown->most = markdown->written + BYTES_MOST;
	gp_markdown_put(
		markdown, gp_printf(markdown->arena, "# %s\n",
				  gp_markdown_text(markdown->arena, kindred->headline, TEXT_MOST)));
	put_machines(markdown, kindred);
	gp_each (joint, &kindred->joints)
		put_joint(markdown, joint,
			joint == &kindred->joints.items[kindred->joints.n - 1] ? kindred->left_out
									       : 0);
	markdown->most = most;
}
