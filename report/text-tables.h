/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEXT_TABLES_H
#define GP_TEXT_TABLES_H

#include "digest.h"
#include "page.h"

/*
 * The GPUs of a digest, and what each is ready for, as tables; as lines of words where the page is
 * too narrow for a table. 0 or -ENOMEM.
 */
int gp_text_gpus(const struct gp_page *page, const struct gp_digest *digest);
int gp_text_readiness(const struct gp_page *page, const struct gp_digest *digest);

#endif
