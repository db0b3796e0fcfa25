/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FAULTS_H
#define GP_FAULTS_H

#include "log/log.h"

/* What the kernel logged of memory accesses that the IOMMU refused. */
struct gp_faults {
	const struct gp_log_hit *first; /* NULL: none */
	size_t n;
	bool storm; /* they keep coming: a few when a VM starts are usual */
};

/* Those of one function, by its address. */
struct gp_faults gp_faults_of(const struct gp_log *log, const char *address);

#endif
