/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "telemetry/fdinfo.h"

#define NO_TIMES "publishes no engine times"

/*
 * i915: i915_drm_client.c; from Linux 5.19, with GuC submission from 6.2.
 * xe: xe_drm_client.c, which leaves all cycles out on a VF: RING_TIMESTAMP cannot be read there.
 * amdgpu: amdgpu_fdinfo.c, counters from Linux 5.19.
 */
static const struct gp_fdinfo_driver drivers[] = {
	{.name = "i915", .counts = true},
	{.name = "xe", .counts = true, .blind_on_vf = true},
	{.name = "amdgpu", .counts = true, .omits_idle = true},
	{.name = "nouveau", .why = "nouveau " NO_TIMES},
	{.name = "virtio_gpu", .why = "virtio-gpu " NO_TIMES},
	{.name = "virtio-pci", .why = "virtio-gpu " NO_TIMES},
	{.name = "vgem", .why = "vgem " NO_TIMES},
	{.name = "simpledrm", .why = "simpledrm " NO_TIMES},
	{.name = "bochs-drm", .why = "bochs " NO_TIMES},
	{.name = "qxl", .why = "qxl " NO_TIMES},
	{.name = "vmwgfx", .why = "vmwgfx " NO_TIMES},
	{.name = "nvidia", .why = "NVIDIA's driver tells through NVML only; not read"},
};

const struct gp_fdinfo_driver *gp_fdinfo_driver(const char *name)
{
	for (size_t i = 0; name && i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (strcmp(drivers[i].name, name) == 0)
			return &drivers[i];
	return NULL;
}
