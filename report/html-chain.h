/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_CHAIN_H
#define GP_HTML_CHAIN_H

#include "chain.h"
#include "html-write.h"

/* What gp_html_chains() needs on a page. */
extern const char *const gp_html_chain_style;

/* Pictures of one, with a lane for each machine, and the same in words. */
void gp_html_joint(struct gp_html *html, struct gp_arena *arena, const struct gp_joint *joint);

/* A section with a picture of each chain, and the same in words; level is its heading's. */
void gp_html_chains(
	struct gp_html *html, struct gp_arena *arena, const struct gp_chains *chains, size_t level);

#endif
