/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "platform/udev.h"

#define MOST_LINES 64

static const char *const phrases[] = {
	"sriov_numvfs", "sriov-manage", "\"drm\"", "renderD", "dri/", "\"card", NULL};

struct gp_text_value gp_udev_rules(struct gp_machine *machine, const char *path)
{
	return gp_read_matching(machine, path, phrases, MOST_LINES);
}
