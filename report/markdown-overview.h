/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MARKDOWN_OVERVIEW_H
#define GP_MARKDOWN_OVERVIEW_H

#include "markdown-write.h"
#include "overview.h"

/* What stands before all machines. */
void gp_markdown_overview(struct gp_markdown *markdown, const struct gp_overview *overview);

#endif
