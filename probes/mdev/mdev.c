/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mdev/mdev.h"

#include <string.h>

#include "facts.h"

void gp_mdev_collect(struct gp_machine *machine, const struct gp_pci *pci, struct gp_mdev *ret)
{
	(void)machine;
	(void)pci;
	*ret = (struct gp_mdev){0};
}

const char *gp_mdev_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const struct gp_param *gvt = gp_cmdline_last(&facts->kernel.cmdline, "i915.enable_gvt");

	if (gpu->vendor_id != 0x8086)
		return NULL;
	return gvt && gvt->value && strchr("1yY", *gvt->value) ? "/proc/cmdline" : NULL;
}
