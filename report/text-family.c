/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text-family.h"
#include "text-grid.h"

/* What goes on from another one stands further to the right. */
#define DEPTH_MOST 4

static const char *first_of(const struct gp_page *page, const struct gp_kin *kin)
{
	return gp_page_safe(page, gp_printf(page->arena, "%s%s", kin->digest.fails.items[0].row->id,
					  gp_kin_after(page->arena, kin)));
}

static int put_machines(const struct gp_page *page, const struct gp_kindred *kindred)
{
	struct gp_grid grid = {
		.n_columns = 4, .heads = {"MACHINE", "WHAT IT IS", "VERDICT", "TO MEND FIRST"}};

	gp_each (kin, &kindred->kin) {
		const struct gp_digest *digest = &kin->digest;

		*gp_push(page->arena, &grid.rows) = (struct gp_grid_row){
			.cells = {gp_page_safe(page, kin->name), gp_page_safe(page, kin->what),
				gp_digest_outlook(digest),
				digest->fails.n ? first_of(page, kin) : ""},
		};
	}
	return gp_grid_show(page, &grid);
}

static unsigned indent_of(const struct gp_lane *lane)
{
	return 4 + 2 * (unsigned)(lane->depth < DEPTH_MOST ? lane->depth : DEPTH_MOST);
}

static void put_joint(const struct gp_page *page, const struct gp_joint *joint)
{
	const char *title = gp_joint_title(page->arena, joint);

	gp_page_section(page, gp_printf(page->arena, "The chain%s%s", *title ? " of " : "",
				      gp_page_safe(page, title)));
	gp_each (lane, &joint->lanes)
		gp_page_wrap(page, indent_of(lane), "- ", GP_SGR_PLAIN,
			gp_page_safe(page, gp_lane_words(page->arena, lane)));
}

int gp_text_family(const struct gp_page *page, const struct gp_kindred *kindred)
{
	const struct gp_digest *digest = &kindred->speaker->digest;
	int r;

	gp_page_wrap(page, 0, "", digest->outlook == GP_OUTLOOK_BAD ? GP_SGR_RED : GP_SGR_BOLD,
		gp_page_safe(page, kindred->headline));
	r = put_machines(page, kindred);
	gp_each (joint, &kindred->joints)
		put_joint(page, joint);
	if (kindred->left_out)
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_printf(page->arena, "%zu more chains are not shown", kindred->left_out));
	return r;
}
