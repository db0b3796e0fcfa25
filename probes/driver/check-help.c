/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver/check-help.h"

#include <string.h>

static bool is_given_away(const struct gp_case *c, const struct gp_function *gpu)
{
	bool is_host = c->roles & GP_ROLE_HOST;

	if (!is_host)
		return false;
	if (gp_pci_is_vf(gpu) || (gpu->driver && gp_pci_is_vfio_driver(gpu->driver)))
		return true;
	return gp_wanted_modes(c, gpu) == GP_MODE_FULL;
}

void gp_each_driven(
	const struct gp_case *c, struct gp_findings *out, uint16_t vendor, gp_look_at_driven *look)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];

		if ((!vendor || gpu->vendor_id == vendor) && !is_given_away(c, gpu))
			look(c, out, gpu);
	}
	if (out->n == before)
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices",
			"there is no such GPU for this machine's own driver");
}

void gp_mend_reboot(struct gp_findings *out, struct gp_finding *finding, bool initrd)
{
	if (initrd)
		gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
}

bool gp_bars_module(const struct gp_directive *directive)
{
	if (strcmp(directive->command, "blacklist") == 0)
		return true;
	return strcmp(directive->command, "install") == 0 &&
	       (gp_ends_with(directive->rest, "/false") || gp_ends_with(directive->rest, "/true"));
}

bool gp_is_blacklist(const struct gp_param *param)
{
	return param->value && (strcmp(param->name, "modprobe.blacklist") == 0 ||
				       strcmp(param->name, "module_blacklist") == 0);
}

static bool is_barred_on_cmdline(
	const struct gp_kernel *kernel, struct gp_arena *arena, const char *module)
{
	gp_each (param, &kernel->cmdline) {
		struct gp_strings modules;

		if (!gp_is_blacklist(param))
			continue;
		modules = gp_split(arena, param->value, ",");
		gp_each (name, &modules)
			if (gp_same_name(*name, module))
				return true;
	}
	return false;
}

bool gp_is_barred(const struct gp_kernel *kernel, struct gp_arena *arena, const char *module)
{
	gp_each (directive, &kernel->modprobe)
		if (gp_bars_module(directive) && gp_same_name(directive->module, module))
			return true;
	return is_barred_on_cmdline(kernel, arena, module);
}

bool gp_may_be_for_a_vm(const struct gp_case *c)
{
	return !c->modes && gp_vms_unread(&c->facts->vms);
}
