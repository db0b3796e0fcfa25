/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vm/vm.h"

#include <string.h>

void gp_vms_collect(struct gp_machine *machine, struct gp_vms *ret)
{
	(void)machine;
	*ret = (struct gp_vms){0};
}

const char *gp_vm_get(const struct gp_vm_settings *settings, const char *key)
{
	gp_each (setting, settings)
		if (strcmp(setting->key, key) == 0)
			return setting->value;
	return NULL;
}

bool gp_passed_takes(const struct gp_passed *passed, const struct gp_function *function)
{
	size_t slot = strcspn(function->address, ".");

	gp_each (address, &passed->addresses)
		if (strcmp(*address, function->address) == 0 ||
			(strlen(*address) == slot &&
				strncmp(*address, function->address, slot) == 0))
			return true;
	return false;
}

const struct gp_passed *gp_vms_next_passed(
	const struct gp_vms *vms, const struct gp_function *function, const struct gp_passed *after)
{
	bool seen = !after;

	gp_each (vm, vms)
		gp_each (passed, &vm->passed) {
			if (seen && gp_passed_takes(passed, function))
				return passed;
			seen |= passed == after;
		}
	return NULL;
}

const char *gp_vms_container_wish(const struct gp_vms *vms, const struct gp_function *gpu)
{
	(void)vms;
	(void)gpu;
	return NULL;
}
