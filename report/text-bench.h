/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEXT_BENCH_H
#define GP_TEXT_BENCH_H

#include "bench-digest.h"
#include "page.h"

/* That it is not for comparison, where that is so: before anything else. */
void gp_text_bench_stamp(const struct gp_page *page, const struct gp_bench_digest *bench);

/* The benchmark's part of a page: tables, comparisons, what does not count. 0 or -errno. */
int gp_text_bench(const struct gp_page *page, const struct gp_bench_digest *bench);

/* One line for each thing that is invalid, failed or worse. */
void gp_text_bench_quiet(const struct gp_page *page, const struct gp_bench_digest *bench);

#endif
