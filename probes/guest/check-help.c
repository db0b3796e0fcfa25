/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/check-help.h"

bool gp_guest_is_driven(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_nodes *nodes = &c->facts->nodes;

	if (!gp_pci_is_native(gpu))
		return false;
	return gp_equal(gpu->driver, "nvidia") || nodes->from.presence == GP_UNREADABLE ||
	       gp_nodes_render(nodes, gpu->address);
}

void gp_guest_silence(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const char *text)
{
	if (gp_guest_is_driven(c, gpu))
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "%s drives it", gpu->driver);
	else if (c->facts->kernel.klog.whole)
		gp_find_gpu(out, GP_PASS, gpu, GP_KERNEL_LOG, "%s", text);
	else
		gp_find_gpu(out, GP_UNKNOWN, gpu, GP_KERNEL_LOG,
			"the kernel log does not reach back to the start");
}
