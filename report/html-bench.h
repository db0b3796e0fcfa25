/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_BENCH_H
#define GP_HTML_BENCH_H

#include "bench-digest.h"
#include "html-write.h"

/* The benchmark's part of a page, with charts. level is that of its sections' headings. */
void gp_html_bench(struct gp_html *html, struct gp_arena *arena,
	const struct gp_bench_digest *bench, size_t level);

#endif
