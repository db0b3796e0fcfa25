/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/check-help.h"

#include <string.h>

/* True, with a finding, where the running command line could not be read. */
bool gp_cmdline_unknown(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_origin *from = &c->facts->kernel.cmdline_text.from;

	if (gp_is_present(from))
		return false;
	gp_find_unknown(out, from);
	return true;
}

/* A log that does not reach back to the start of the machine proves nothing by silence. */
struct gp_finding *gp_find_log_unknown(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log *klog = &c->facts->kernel.klog;

	return gp_find(out, GP_UNKNOWN, klog->source ? klog->source : GP_KERNEL_LOG,
		"the kernel log %s",
		klog->source ? "does not reach back to the start" : "could not be read");
}

/* The words that the kernel lists between quotes; each may itself hold quotes no more. */
struct gp_strings gp_unknown_params(struct gp_arena *arena, const struct gp_log_hit *hit)
{
	const char *start = strchr(hit->text, '"'), *end = strrchr(hit->text, '"');

	if (!start || end == start)
		return (struct gp_strings){0};
	return gp_split(arena, gp_strndup(arena, start + 1, (size_t)(end - start - 1)), " ");
}
