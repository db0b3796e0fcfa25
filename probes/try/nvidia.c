/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "try/nvidia.h"

#include <stddef.h>
#include <unistd.h>

bool gp_nvidia_would_load(void)
{
	static const char *const needed[] = {"/sys/module/nvidia", "/sys/module/nvidia_uvm",
		"/dev/nvidiactl", "/dev/nvidia-uvm"};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (access(needed[i], F_OK) != 0)
			return true;
	return false;
}
