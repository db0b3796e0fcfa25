/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_BARS_H
#define GP_BARS_H

#include "log/log.h"
#include "pci/functions.h"

/* In bytes; 0: it has none. */
uint64_t gp_bar_size(const struct gp_bar *bar);
/*
 * The number of a memory BAR of the GPU that has no address in the end, and the line of the
 * kernel's log that says so, or NULL; -1: there is none.
 */
int gp_bar_without_place(const struct gp_log *klog, const struct gp_function *gpu,
	const struct gp_log_hit **ret_hit);

#endif
