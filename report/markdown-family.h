/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MARKDOWN_FAMILY_H
#define GP_MARKDOWN_FAMILY_H

#include "family.h"
#include "markdown-write.h"

/* What is said of several machines before each of them. */
void gp_markdown_family(struct gp_markdown *markdown, const struct gp_kindred *kindred);

#endif
