/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MARKDOWN_BENCH_H
#define GP_MARKDOWN_BENCH_H

#include "bench-digest.h"
#include "markdown-write.h"

/* That it is not for comparison, where that is so. */
void gp_markdown_bench_stamp(struct gp_markdown *markdown, const struct gp_bench_digest *bench);

/* The benchmark's part: comparisons, experiments, what does not count; all metrics, folded. */
void gp_markdown_bench(struct gp_markdown *markdown, const struct gp_bench_digest *bench);

#endif
