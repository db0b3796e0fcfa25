/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEXT_FAMILY_H
#define GP_TEXT_FAMILY_H

#include "family.h"
#include "page.h"

/* What is said of several machines before each of them. 0 or -errno. */
int gp_text_family(const struct gp_page *page, const struct gp_kindred *kindred);

#endif
