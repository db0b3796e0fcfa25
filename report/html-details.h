/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_DETAILS_H
#define GP_HTML_DETAILS_H

#include "digest.h"
#include "html-write.h"

/*
 * Every finding and every fact, folded, layer by layer. What would make one machine's part larger
 * than it may be is counted, not shown. level is that of the section's heading.
 */
void gp_html_findings(struct gp_html *html, struct gp_arena *arena, const struct gp_digest *digest,
	const struct gp_record *part, size_t level);
void gp_html_facts(struct gp_html *html, struct gp_arena *arena, const struct gp_digest *digest,
	const struct gp_record *part, size_t level);

#endif
