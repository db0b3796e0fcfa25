/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver/modules.h"

#include <string.h>

#include "kernel/cmdline.h"

void gp_modules_collect_files(
	struct gp_machine *machine, const char *release, struct gp_modules *ret)
{
	(void)machine;
	*ret = (struct gp_modules){.release = release, .secure_boot = -1};
}

const char *gp_module_file(const struct gp_modules *modules, const char *module)
{
	gp_each (file, &modules->files)
		if (gp_same_name(file->module, module))
			return file->path;
	return NULL;
}

int gp_module_is_foreign(const struct gp_modules *modules, const char *module)
{
	const char *path = gp_module_file(modules, module);

	return path ? !gp_starts_with(path, "kernel/") : -1;
}

const char *gp_module_param(const struct gp_modules *modules, const char *module, const char *name)
{
	gp_each (param, &modules->params)
		if (gp_same_name(param->module, module) && strcmp(param->name, name) == 0 &&
			gp_is_present(&param->value.from))
			return param->value.value;
	return NULL;
}
