/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_FAMILY_H
#define GP_HTML_FAMILY_H

#include "family.h"
#include "html-write.h"

/* What gp_html_family() needs on a page. */
extern const char *const gp_html_family_style;

/*
 * What is said of several machines before each of them: who they are, what to mend first and on
 * which, and the chain through all of them. level is the heading's; number N's part is at #mN.
 */
void gp_html_family(struct gp_html *html, struct gp_arena *arena, const struct gp_kindred *kindred,
	size_t level);

/* "bad", "good" or "unsure": the class of what says so. */
const char *gp_html_outlook(enum gp_outlook outlook);
/* The same of a small word in a table: "bad", "good" or "warn". */
const char *gp_html_outlook_badge(enum gp_outlook outlook);

#endif
