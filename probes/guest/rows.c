/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

void gp_guest_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	static const char *const flavours[] = {[GP_FLAVOUR_FULL] = "full",
		[GP_FLAVOUR_CLOUD] = "cloud",
		[GP_FLAVOUR_KVM] = "kvm",
		[GP_FLAVOUR_UNKNOWN] = "unknown"};
	const struct gp_guest *guest = &facts->guest;

	if (!(sink->roles & GP_ROLE_GUEST))
		return;
	gp_each (gpu, guest)
		gp_fact(sink, gpu->function->address, "gpu.passed-as", gpu->because,
			gp_passed_as_name(gpu->as), "");
	gp_fact(sink, "", "kernel.flavour", "/proc/sys/kernel/osrelease", flavours[guest->flavour],
		"");
}
