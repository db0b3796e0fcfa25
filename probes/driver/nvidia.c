/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver/nvidia.h"

#include <ctype.h>
#include <string.h>

/* libnvidia-ml.so.1 leads to libnvidia-ml.so.VERSION. */
static void collect_library(struct gp_machine *machine, struct gp_nvidia *ret)
{
	static const char *const links[] = {
		"/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
		"/usr/lib64/libnvidia-ml.so.1",
		"/usr/lib/libnvidia-ml.so.1",
	};
	static const char name[] = "libnvidia-ml.so.";

	for (size_t i = 0; i < GP_ARRAY_SIZE(links) && !ret->library; i++) {
		const char *path, *version;

		if (gp_machine_realpath(machine, links[i], &path))
			continue;
		version = strstr(path, name);
		if (!version || !strchr(version + strlen(name), '.') ||
			!isdigit((unsigned char)version[strlen(name)]))
			continue;
		ret->library = version + strlen(name);
		ret->library_path = path;
	}
}

void gp_nvidia_collect(struct gp_machine *machine, struct gp_nvidia *ret)
{
	static const char *const phrases[] = {"NVRM version:", NULL};

	*ret = (struct gp_nvidia){
		.module = gp_read_line(machine, "/sys/module/nvidia/version"),
		.node = gp_read_presence(machine, "/dev/nvidiactl"),
		.driver = gp_read_matching(machine, "/proc/driver/nvidia/version", phrases, 1),
	};
	ret->open = strstr(ret->driver.value, "Open Kernel Module") != NULL;
	collect_library(machine, ret);
}
