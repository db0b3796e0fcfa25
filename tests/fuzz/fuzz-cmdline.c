/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernel/cmdline.h"
#include "kernel/grub.h"
#include "kernel/modprobe.h"
#include "kernel/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct gp_cmdline *cmdline)
{
	gp_each (param, cmdline) {
		if (gp_cmdline_last(cmdline, param->name) < param)
			__builtin_trap();
		if (!gp_cmdline_has(cmdline, param->raw))
			__builtin_trap();
		gp_param_matters(param->name);
		gp_param_meant(param->name);
		gp_cmdline_option(cmdline, param->name, "on");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	const char *text = gp_strndup(arena, (const char *)data, size);
	struct gp_cmdline cmdline = gp_cmdline_parse(arena, text);
	struct gp_modprobe modprobe = {0};
	struct gp_listed_modules modules = {0};
	struct gp_grub grub = {0};

	look_up(&cmdline);
	gp_modprobe_parse(arena, "fuzz.conf", text, &modprobe);
	gp_modules_parse(arena, "modules", text, &modules);
	gp_grub_parse(arena, "grub", text, &grub);
	gp_arena_free(arena);
	return 0;
}
