/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-family.h"
#include "html-chain.h"

#include <string.h>

/* In bytes. */
#define NAME_MOST  100
#define TITLE_MOST 400

/* No picture begins further down than this, in bytes. */
#define PICTURES_UNTIL (120u << 10)

const char *const gp_html_family_style =
	".chain .whose{font-weight:650}\n"
	".mend{margin:.4rem 0;font-weight:600}\n"
	".kin .v{max-width:none}\n"
	"section+article{margin-top:3.5rem}\n"
	".head h3{font-size:1.3rem;font-weight:650}\n"
	"section>h4{font-size:1.15rem;margin-bottom:.6rem;"
	"padding-bottom:.3rem;border-bottom:1px solid var(--line)}\n"
	".cause h5,li h4,section h5{font-size:1rem;margin:0}\n"
	"ol.plan h5{display:inline}\n";

const char *gp_html_outlook(enum gp_outlook outlook)
{
	return outlook == GP_OUTLOOK_BAD ? "bad" : outlook == GP_OUTLOOK_GOOD ? "good" : "unsure";
}

const char *gp_html_outlook_badge(enum gp_outlook outlook)
{
	return outlook == GP_OUTLOOK_UNSURE ? "warn" : gp_html_outlook(outlook);
}

static const char *cut(struct gp_arena *arena, const char *text, size_t most)
{
	return gp_printable(arena, text, strlen(text), most);
}

static void put_head(struct gp_html *html, struct gp_arena *arena, const struct gp_kindred *kindred,
	size_t level)
{
	const struct gp_digest *digest = &kindred->speaker->digest;

	gp_html_put(html,
		"<header class=\"head %s\">\n<p class=\"outlook\">%s</p>\n"
		"<h%zu>%s</h%zu>\n</header>\n",
		gp_html_outlook(digest->outlook), gp_digest_outlook(digest), level,
		cut(arena, kindred->headline, TITLE_MOST), level);
}

static void put_kin(struct gp_html *html, struct gp_arena *arena, const struct gp_kin *kin)
{
	const struct gp_digest *digest = &kin->digest;

	gp_html_put(html,
		"<tr><th scope=\"row\"><a href=\"#m%zu\">%s</a></th><td data-mode=\"What it is\">%s"
		"</td><td data-mode=\"Verdict\"><span class=\"v %s\">%s</span></td>"
		"<td data-mode=\"To mend first\"><span>",
		kin->member->machine + 1, cut(arena, kin->name, NAME_MOST),
		cut(arena, kin->what, NAME_MOST), gp_html_outlook_badge(digest->outlook),
		gp_digest_outlook(digest));
	if (digest->fails.n)
		gp_html_put(html, "<code>%s</code>%s",
			cut(arena, digest->fails.items[0].row->id, NAME_MOST),
			cut(arena, gp_kin_after(arena, kin), NAME_MOST));
	else
		gp_html_put(html, "-");
	gp_html_put(html, "</span></td></tr>\n");
}

static void put_machines(struct gp_html *html, struct gp_arena *arena,
	const struct gp_kindred *kindred, size_t level)
{
	gp_html_open_section(html, "The machines", level);
	gp_html_put(html,
		"<table class=\"matrix kin\">\n<thead><tr>"
		"<th scope=\"col\">Machine</th><th scope=\"col\">What it is</th>"
		"<th scope=\"col\">Verdict</th><th scope=\"col\">To mend first</th></tr></thead>\n"
		"<tbody>\n");
	gp_each (kin, &kindred->kin)
		put_kin(html, arena, kin);
	gp_html_put(html, "</tbody>\n</table>\n");
	gp_html_close_section(html);
}

static void put_caption(struct gp_html *html, struct gp_arena *arena, const struct gp_joint *joint)
{
	const struct gp_lane *first = joint->lanes.items;
	bool named = joint->lanes.n == 1;

	if (!named && !*first->chain->subject)
		return;
	gp_html_put(html, "<p class=\"tag\">%s%s", named ? cut(arena, first->whose, NAME_MOST) : "",
		named && *first->chain->subject ? ", " : "");
	if (*first->chain->subject)
		gp_html_put(html, "<code>%s</code>", cut(arena, first->chain->subject, NAME_MOST));
	if (*first->chain->modes)
		gp_html_put(html, ", %s", cut(arena, first->chain->modes, NAME_MOST));
	gp_html_put(html, "</p>\n");
}

static void put_joints(struct gp_html *html, struct gp_arena *arena,
	const struct gp_kindred *kindred, size_t level)
{
	size_t left_out = kindred->left_out;

	if (!kindred->joints.n)
		return;
	gp_html_open_section(html, "The chain", level);
	gp_each (joint, &kindred->joints) {
		if (html->written > PICTURES_UNTIL) {
			left_out += joint->lanes.n;
			continue;
		}
		put_caption(html, arena, joint);
		gp_html_joint(html, arena, joint);
	}
	gp_html_left_out(html, left_out, "chains");
	gp_html_close_section(html);
}

void gp_html_family(struct gp_html *html, struct gp_arena *arena, const struct gp_kindred *kindred,
	size_t level)
{
	html->written = 0;
	put_head(html, arena, kindred, level);
	put_machines(html, arena, kindred, level + 1);
	put_joints(html, arena, kindred, level + 1);
}
