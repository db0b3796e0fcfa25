/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/words.h"

#include <string.h>

#include "base/text.h"
#include "kernel/cmdline.h"

#define LONGEST 40

static const char *const exact[] = {"intel_iommu", "amd_iommu", "iommu", "pcie_acs_override", "pci",
	"pcie_aspm", "pcie_port_pm", "intremap", "nomodeset", "module_blacklist",
	"initcall_blacklist", "modprobe.blacklist", "rd.driver.pre", "video"};

static const char *const prefixes[] = {"vfio", "i915.", "xe.", "amdgpu.", "nouveau.", "radeon.",
	"nvidia", "kvm.", "kvm_intel.", "kvm_amd.", "iommu."};

/* Typical slips keep the module's name and lose the dot; these are meant with it. */
static const char *const dotted[] = {"i915.enable_guc", "i915.enable_gvt", "i915.max_vfs",
	"i915.modeset", "xe.max_vfs", "vfio-pci.ids", "kvm.ignore_msrs"};

bool gp_param_matters(const char *name)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(exact); i++)
		if (gp_same_name(exact[i], name))
			return true;
	for (size_t i = 0; i < GP_ARRAY_SIZE(prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/* Edit distance with swaps of neighbours (optimal string alignment). */
static unsigned distance(const char *a, const char *b)
{
	size_t rows = strlen(a), columns = strlen(b);
	unsigned cost[LONGEST + 1][LONGEST + 1];

	if (rows > LONGEST || columns > LONGEST)
		return LONGEST;
	for (unsigned i = 0; i <= rows; i++)
		cost[i][0] = i;
	for (unsigned j = 0; j <= columns; j++)
		cost[0][j] = j;
	for (size_t i = 1; i <= rows; i++)
		for (size_t j = 1; j <= columns; j++) {
			unsigned other = a[i - 1] != b[j - 1];

			cost[i][j] = smallest(
				cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + other);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				cost[i - 2][j - 2] + 1 < cost[i][j])
				cost[i][j] = cost[i - 2][j - 2] + 1;
		}
	return cost[rows][columns];
}

static const char *closest(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned apart = distance(name, list[i]);

		if (strlen(list[i]) >= 5 && apart && apart <= 2 && !gp_same_name(name, list[i]))
			return list[i];
	}
	return NULL;
}

const char *gp_param_meant(const char *name)
{
	const char *meant = closest(name, exact, GP_ARRAY_SIZE(exact));

	return meant ? meant : closest(name, dotted, GP_ARRAY_SIZE(dotted));
}
