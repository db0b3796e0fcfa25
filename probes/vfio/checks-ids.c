/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of ids that vfio-pci is told to take. */
#include <string.h>

#include "vfio/check-help.h"
#include "vfio/checks.h"

static bool is_id(const struct gp_vfio *vfio, const char *word)
{
	gp_each (id, vfio)
		if (strcmp(id->text, word) == 0)
			return true;
	return false;
}

/* The directive with these ids behind one ids=, and its other options as they stand. */
static const char *options_line(const struct gp_case *c, struct gp_arena *arena,
	const struct gp_directive *directive, const struct gp_strings *ids)
{
	struct gp_cmdline options = gp_cmdline_parse(arena, directive->rest);
	struct gp_strings words = {0};

	gp_strings_add(arena, &words,
		gp_printf(arena, "options vfio-pci ids=%s", gp_join(arena, ids, ",")));
	gp_each (option, &options) {
		const char *bare = gp_strndup(arena, option->raw, strcspn(option->raw, ","));

		if (strcmp(option->name, "ids") != 0 && !is_id(&c->facts->vfio, bare))
			gp_strings_add(arena, &words, option->raw);
	}
	return gp_join(arena, &words, " ");
}

/* Every id of the directive, cut off or not, and more. */
static void mend_directive(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_directive *directive,
	const struct gp_strings *more)
{
	struct gp_strings ids = {0};

	gp_each (id, &c->facts->vfio)
		if (id->directive == directive)
			gp_strings_add_once(out->arena, &ids, id->text);
	gp_each (id, more)
		gp_strings_add_once(out->arena, &ids, *id);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_REPLACE, directive->file,
			options_line(c, out->arena, directive, &ids), directive->line});
}

/* The same on the kernel command line: one word for all that count or were cut off, and more. */
static void mend_cmdline_list(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_strings *more)
{
	struct gp_strings ids = {0};
	const char *word;

	gp_each (id, &c->facts->vfio)
		if (!id->directive && id->lost != GP_ID_REPLACED)
			gp_strings_add_once(out->arena, &ids, id->text);
	gp_each (id, more)
		gp_strings_add_once(out->arena, &ids, *id);
	word = gp_printf(out->arena, "vfio-pci.ids=%s", gp_join(out->arena, &ids, ","));
	gp_each (param, &c->facts->kernel.cmdline)
		if (strcmp(param->raw, word) != 0 && (gp_same_name(param->name, "vfio_pci.ids") ||
							     is_id(&c->facts->vfio, param->raw)))
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, word, "", 0});
}

static const struct gp_log_hit *refused_id(const struct gp_log *klog)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(klog, GP_LOG_MODULE_PARAM, hit))) {
		const char *name = strchr(hit->text, '\'');
		if (gp_starts_with(hit->text, "vfio") && name && strlen(name) > 10 &&
			name[5] == ':')
			return hit;
	}
	return gp_log_next(klog, GP_LOG_VFIO_BAD_ID, NULL);
}

static void say_cut_id(const struct gp_case *c, struct gp_findings *out,
	const struct gp_vfio_id *lost, const struct gp_log_hit *hit)
{
	static const struct gp_strings nothing;
	struct gp_finding *finding = gp_find(out, GP_FAIL,
		hit ? gp_log_evidence(out, hit) : lost->source,
		"vfio-pci never saw the id %s: a blank or a line break cuts the list of ids",
		lost->id);

	finding->subject = lost->id;
	if (lost->directive && strcmp(lost->directive->command, "options") == 0)
		mend_directive(c, out, finding, lost->directive, &nothing);
	else if (!lost->directive)
		mend_cmdline_list(c, out, finding, &nothing);
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, lost->directive->file,
				"Put all ids for vfio-pci on one options line, without blanks.",
				0});
}

static bool is_taken_elsewhere(const struct gp_vfio *vfio, const struct gp_vfio_id *lost)
{
	gp_each (id, vfio)
		if (id->lost == GP_ID_TAKEN && strcmp(id->id, lost->id) == 0)
			return true;
	return false;
}

static void say_replaced_id(
	const struct gp_case *c, struct gp_findings *out, const struct gp_vfio_id *lost)
{
	const struct gp_vfio_id *counts = NULL;
	struct gp_finding *finding;

	gp_each (id, &c->facts->vfio)
		if (id->lost == GP_ID_TAKEN)
			counts = id;
	finding = gp_find(out, GP_FAIL, lost->source,
		"vfio-pci never saw the id %s: the later ids= of %s counts instead", lost->id,
		counts->source);
	finding->subject = lost->id;
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, lost->source,
			"Put all ids for vfio-pci into one ids= list: the last list wins.", 0});
}

/* Whether this cut id was spoken of; from now on it was. At most 16 are. */
static bool is_said(struct gp_strings *said, struct gp_arena *arena, const struct gp_vfio_id *id)
{
	if (said->n >= 16 || gp_strings_has(said, id->id))
		return true;
	gp_strings_add(arena, said, id->id);
	return false;
}

static void ids_space(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_strings said = {0};
	const struct gp_log_hit *hit = refused_id(&c->facts->kernel.klog);
	size_t before = out->n;

	gp_each (id, &c->facts->vfio)
		if (id->lost == GP_ID_CUT && !is_said(&said, out->arena, id))
			say_cut_id(c, out, id, hit);
		else if (id->lost == GP_ID_REPLACED && !is_taken_elsewhere(&c->facts->vfio, id))
			say_replaced_id(c, out, id);
	if (out->n != before)
		return;
	if (!hit) {
		gp_find(out, GP_PASS, "/etc/modprobe.d", "no id of vfio-pci is cut off");
	} else if (c->facts->vfio.n) {
		struct gp_finding *finding = gp_find(out, GP_WARN, gp_log_evidence(out, hit),
			"the list of ids is in order now, and was not when vfio-pci was loaded");
		gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
		gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
	} else {
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"vfio-pci did not understand its list of ids: write ids=vvvv:dddd,vvvv:dddd "
			"without blanks");
	}
}

static bool lacks_id(
	const struct gp_case *c, const struct gp_function *gpu, const struct gp_function *other)
{
	return gp_is_in_the_way(gpu, other) && !gp_vfio_claims(&c->facts->vfio, other) &&
	       !gp_is_on_vfio(other) && !gp_starts_with(other->override.value, "vfio");
}

/* Completes the list for every GPU that it names: the kernel keeps one list only. */
static void mend_add_ids(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_vfio_id *claim, const struct gp_function *gpu)
{
	struct gp_strings missing = {0}, slot = {0};

	if (!gp_slot_ids(c, out->arena, gpu, &slot)) {
		gp_mend_by_address(c, out, finding, gpu);
		return;
	}
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_vfio_id *its = gp_vfio_claims(&c->facts->vfio, c->gpus[i]);

		if (!its || its->directive != claim->directive)
			continue;
		gp_each (other, &c->facts->pci)
			if (lacks_id(c, c->gpus[i], other))
				gp_strings_add_once(out->arena, &missing, other->id);
	}
	if (claim->directive)
		mend_directive(c, out, finding, claim->directive, &missing);
	else
		mend_cmdline_list(c, out, finding, &missing);
}

static void ids_partial_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_vfio_id *claim = gp_vfio_claims(&c->facts->vfio, gpu);
	struct gp_strings names = {0};
	bool native = false;
	struct gp_finding *finding;

	if (!claim) {
		gp_find_gpu(out, GP_SKIP, gpu, "/etc/modprobe.d", "no ids= names this GPU");
		return;
	}
	gp_each (other, &c->facts->pci) {
		if (!lacks_id(c, gpu, other))
			continue;
		native |= gp_pci_is_native(other);
		gp_strings_add(out->arena, &names,
			gp_printf(out->arena, "%s (%s)", other->address, other->id));
	}
	if (!names.n) {
		gp_find_gpu(out, GP_PASS, gpu, claim->source,
			"ids= names the GPU and all functions beside it");
		return;
	}
	finding = gp_find_gpu(out, gp_unless_managed(c, gpu, native ? GP_FAIL : GP_WARN), gpu,
		claim->source, "ids= names the GPU and not %s beside it",
		gp_join(out->arena, &names, ", "));
	mend_add_ids(c, out, finding, claim, gpu);
}

static void ids_partial(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, ids_partial_of);
}

static void identical(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;
	struct gp_strings said = {0};

	gp_each (id, &c->facts->vfio) {
		struct gp_strings twins = {0};
		struct gp_finding *finding;

		if (id->lost != GP_ID_TAKEN || gp_strings_has(&said, id->id))
			continue;
		gp_strings_add(out->arena, &said, id->id);
		gp_each (function, &c->facts->pci)
			if (strcmp(function->id, id->id) == 0)
				gp_strings_add(out->arena, &twins, function->address);
		if (twins.n < 2)
			continue;
		finding = gp_find(out, GP_WARN, id->source, "ids=%s takes %zu devices at once: %s",
			id->id, twins.n, gp_join(out->arena, &twins, ", "));
		finding->subject = id->id;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, id->id,
				"To take one of them alone, set driver_override of its address "
				"instead (driverctl set-override ADDRESS vfio-pci) and remove the id.",
				0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, "/etc/modprobe.d", "each id names one device");
}

static bool is_present_id(const struct gp_pci *pci, const char *id)
{
	gp_each (function, pci)
		if (strcmp(function->id, id) == 0)
			return true;
	return false;
}

/* Where there is one GPU only, its ids and those beside it are what was meant. */
static void mend_list_for(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_vfio_id *absent)
{
	struct gp_strings ids = {0};

	if (c->n_gpus != 1 || !absent->directive)
		return;
	gp_each (id, &c->facts->vfio)
		if (id->lost == GP_ID_TAKEN && is_present_id(&c->facts->pci, id->id))
			gp_strings_add_once(out->arena, &ids, id->text);
	if (!gp_slot_ids(c, out->arena, c->gpus[0], &ids)) {
		gp_mend_by_address(c, out, finding, c->gpus[0]);
		return;
	}
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_REPLACE, absent->directive->file,
			options_line(c, out->arena, absent->directive, &ids),
			absent->directive->line});
	if (gp_pci_is_native(c->gpus[0]))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF,
				gp_printf(
					out->arena, "softdep %s pre: vfio-pci", c->gpus[0]->module),
				0});
}

/* Another way than ids= has brought a GPU to vfio-pci, or will when its VM starts. */
static bool is_one_cared_for(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->wanted[i] & GP_MODE_FULL &&
			(gp_is_on_vfio(c->gpus[i]) || gp_vms_taking(&c->facts->vms, c->gpus[i])))
			return true;
	return false;
}

static void ids_no_device(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_pci *pci = &c->facts->pci;
	const struct gp_vfio_id *absent = NULL;
	struct gp_strings names = {0};
	struct gp_finding *finding;
	size_t present = 0;

	if (!gp_is_present(&pci->from)) {
		gp_find_unknown(out, &pci->from);
		return;
	}
	gp_each (id, &c->facts->vfio) {
		if (id->lost != GP_ID_TAKEN)
			continue;
		if (is_present_id(pci, id->id)) {
			present++;
			continue;
		}
		gp_strings_add_once(out->arena, &names, id->id);
		absent = id;
	}
	if (!absent) {
		gp_find(out, GP_PASS, "/etc/modprobe.d", "every id for vfio-pci is a device's");
		return;
	}
	if (pci->unread.path) {
		gp_find_unknown(out, &pci->unread);
		return;
	}
	finding = gp_find(out, present || is_one_cared_for(c) ? GP_WARN : GP_FAIL, absent->source,
		"no device of this machine has the id %s that vfio-pci is to take",
		gp_join(out->arena, &names, ", "));
	finding->subject = absent->id;
	mend_list_for(c, out, finding, absent);
}

static const struct gp_check checks[] = {
	{
		.id = "vfio-ids-no-device",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "ids= names devices that are not there",
		.why = "Guides print the ids of their author's card. vfio-pci waits for a device that "
		       "never comes, and yours stays with the host.",
		.mend = "Put the ids of your own card there; lspci -nn shows them.",
		.reference = "Linux, drivers/vfio/pci/vfio_pci.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {"vfio-ids-space"},
		.run = ids_no_device,
	},
	{
		.id = "vfio-ids-space",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "the list of ids for vfio-pci is cut",
		.why = "Behind a blank the kernel looks for another parameter, so vfio-pci never hears "
		       "of the ids that follow.",
		.mend = "Write ids=vvvv:dddd,vvvv:dddd without blanks, on one line.",
		.reference = "Linux, drivers/vfio/pci/vfio_pci.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = ids_space,
	},
	{
		.id = "vfio-ids-partial",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "ids= names the GPU and not its sound or USB functions",
		.why = "All functions of the slot are in one IOMMU group; one that the host keeps "
		       "stops the VM from starting.",
		.mend = "Add the ids of all functions of the slot.",
		.reference = "Linux, Documentation/driver-api/vfio.rst: groups",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {GP_HAS_A_GROUP, "vfio-ids-space"},
		.run = ids_partial,
	},
	{
		.id = "identical-ids",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "an id names more than one device",
		.why = "ids= cannot tell equal cards apart, nor a PF from its VFs: the host may lose "
		       "the one it wanted to keep.",
		.mend = "Use driver_override by PCI address instead.",
		.reference = "Linux, Documentation/ABI/testing/sysfs-bus-pci: driver_override",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = identical,
	},
};

const struct gp_check_table gp_vfio_ids_checks = {checks, GP_ARRAY_SIZE(checks)};
