/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEXT_OVERVIEW_H
#define GP_TEXT_OVERVIEW_H

#include "overview.h"
#include "page.h"

/* What stands before all machines; in_full: they follow. */
void gp_text_overview(const struct gp_page *page, const struct gp_overview *overview, bool in_full);

/* A line for each machine that is not in order, and for each cause. */
void gp_text_overview_quiet(const struct gp_page *page, const struct gp_overview *overview);

#endif
