/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_MACHINE_H
#define GP_HTML_MACHINE_H

#include "family.h"
#include "html-write.h"

/* One machine's share of a page. */
struct gp_html_machine {
	struct gp_html *html;
	struct gp_arena *arena;
	const struct gp_record *part;
	struct gp_digest digest;
	const struct gp_kin *kin; /* NULL: it stands by itself */
	size_t number, level;     /* it is #mNUMBER; the level of its own heading */
	size_t n_linked;          /* steps of the plan that are there to be linked to */
	bool is_long; /* so many GPUs stand before its causes that steps are said in the plan alone
		       */
};

/* Machine number `machine` of the fleet, as an article. kin may be NULL. */
void gp_html_machine(struct gp_html *html, const struct gp_fleet *fleet, size_t machine,
	const struct gp_kin *kin, size_t level);

/* ---- html-causes.c: parts of it */

/* What to mend first, with the steps that mend it. */
void gp_html_first_cause(const struct gp_html_machine *machine);
/* All steps, unless those of the first cause were all; causes behind it link to them. */
void gp_html_plan(struct gp_html_machine *machine);
/* What else fails, and what warns. */
void gp_html_other_causes(const struct gp_html_machine *machine);

#endif
