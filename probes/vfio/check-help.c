/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vfio/check-help.h"

#include <string.h>

void gp_each_gpu(const struct gp_case *c, struct gp_findings *out, gp_look_at_gpu *look)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++)
		if (!gp_pci_is_vf(c->gpus[i]) || out->check->modes & GP_MODE_VF)
			look(c, out, c->gpus[i]);
	if (out->n == before)
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "there is no GPU to give away");
}

bool gp_is_on_vfio(const struct gp_function *function)
{
	return function->driver && gp_pci_is_vfio_driver(function->driver);
}

/* A VM manager takes the device itself when the VM starts, so before that it is no fault. */
enum gp_verdict gp_unless_managed(
	const struct gp_case *c, const struct gp_function *gpu, enum gp_verdict verdict)
{
	return gp_vms_rebind(&c->facts->vms, gpu) ? GP_WARN : verdict;
}

/* Functions beside the GPU that would keep its group from being viable. */
bool gp_is_in_the_way(const struct gp_function *gpu, const struct gp_function *other)
{
	return other != gpu && gp_pci_same_slot(gpu, other) && gp_is_absent(&other->physfn) &&
	       gpu->physfn.presence != GP_UNREADABLE &&
	       (gp_pci_same_group(gpu, other) || !gp_is_present(&gpu->group.from));
}

static bool is_of_slot(const struct gp_function *gpu, const struct gp_function *function)
{
	return function == gpu || gp_is_in_the_way(gpu, function);
}

bool gp_slot_ids(const struct gp_case *c, struct gp_arena *arena, const struct gp_function *gpu,
	struct gp_strings *ids)
{
	bool only_here = true;

	gp_each (function, &c->facts->pci) {
		if (!is_of_slot(gpu, function))
			continue;
		gp_strings_add_once(arena, ids, function->id);
		gp_each (other, &c->facts->pci)
			if (strcmp(other->id, function->id) == 0 && !is_of_slot(gpu, other))
				only_here = false;
	}
	return only_here;
}

void gp_mend_by_address(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_function *gpu)
{
	struct gp_strings commands = {0};

	gp_each (function, &c->facts->pci)
		if (is_of_slot(gpu, function) && !gp_is_on_vfio(function))
			gp_strings_add(out->arena, &commands,
				gp_printf(out->arena, "driverctl set-override %s vfio-pci",
					function->address));
	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "driverctl", "", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			gp_printf(out->arena,
				"ids= cannot choose here (it has other ids already, or they are "
				"those of other devices too), so bind by address: %s",
				gp_join(out->arena, &commands, "; ")),
			0});
}

void gp_mend_order(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu)
{
	gp_each (function, &c->facts->pci)
		if (is_of_slot(gpu, function) && gp_pci_is_native(function))
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF,
					gp_printf(out->arena, "softdep %s pre: vfio-pci",
						function->module),
					0});
}

/* Every function of the slot is named by an ids= already. */
static bool slot_is_claimed(const struct gp_case *c, const struct gp_function *gpu)
{
	gp_each (function, &c->facts->pci)
		if (is_of_slot(gpu, function) && !gp_vfio_claims(&c->facts->vfio, function))
			return false;
	return true;
}

void gp_mend_whole_slot(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_function *gpu)
{
	struct gp_strings ids = {0};
	bool is_claimed = slot_is_claimed(c, gpu);

	if (!gp_slot_ids(c, out->arena, gpu, &ids) || (c->facts->vfio.n && !is_claimed)) {
		gp_mend_by_address(c, out, finding, gpu);
		return;
	}
	if (!is_claimed)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF,
				gp_printf(out->arena, "options vfio-pci ids=%s",
					gp_join(out->arena, &ids, ",")),
				0});
	else
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vfio_pci", "", 0});
	gp_mend_order(c, out, finding, gpu);
}

/* "ids=a,b", or "vfio-pci.ids=a,b", without one of them; NULL where no other is left. */
static const char *list_without(struct gp_arena *arena, const char *list, const char *id)
{
	size_t name = (size_t)(strstr(list, "ids=") - list) + strlen("ids=");
	struct gp_strings ids = gp_split(arena, list + name, ","), kept = {0};

	gp_each (each, &ids)
		if (!gp_starts_with(*each, id))
			gp_strings_add(arena, &kept, *each);
	return kept.n ? gp_printf(arena, "%.*s%s", (int)name, list, gp_join(arena, &kept, ","))
		      : NULL;
}

/* The line or parameter without this id: "" where it says nothing else. */
static const char *without_id(struct gp_arena *arena, const char *text, const char *id)
{
	struct gp_strings words = gp_split(arena, text, " \t"), kept = {0};
	size_t names = strcmp(words.n ? words.items[0] : "", "options") == 0 ? 2 : 0;

	gp_each (word, &words) {
		const char *rest = strstr(*word, "ids=") ? list_without(arena, *word, id) : *word;

		if (rest)
			gp_strings_add(arena, &kept, rest);
	}
	return kept.n > names ? gp_join(arena, &kept, " ") : "";
}

static void mend_param(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_vfio_id *claim)
{
	gp_each (param, &c->facts->kernel.cmdline) {
		const char *rest;

		if (!gp_same_name(param->name, "vfio_pci.ids") || !param->value ||
			!strstr(param->value, claim->id))
			continue;
		rest = without_id(out->arena, param->raw, claim->id);
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
		if (*rest)
			gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, rest, "", 0});
	}
}

void gp_mend_claim(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_vfio_id *claim)
{
	const struct gp_directive *line = claim->directive;

	if (line)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_REPLACE, line->file,
				without_id(out->arena, line->text, claim->id), line->line});
	else
		mend_param(c, out, finding, claim);
	gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
}
