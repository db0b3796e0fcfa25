/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

#include <string.h>

#include "diagnosis/packages.h"

struct writer {
	struct gp_record *record;
	struct gp_arena *arena;
	const struct gp_run *run;
	const struct gp_diagnosis *diagnosis;
	const char *host;
	size_t step;
};

static const struct {
	enum gp_layer layer;
	void (*write)(const struct gp_facts *facts, const struct gp_fact_sink *sink);
} layer_facts[] = {
	{GP_LAYER_FIRMWARE, gp_firmware_rows},
	{GP_LAYER_KERNEL, gp_kernel_rows},
	{GP_LAYER_IOMMU, gp_iommu_rows},
	{GP_LAYER_PCI, gp_pci_rows},
	{GP_LAYER_PCI, gp_gpu_rows},
	{GP_LAYER_VFIO, gp_vfio_rows},
	{GP_LAYER_SRIOV, gp_sriov_rows},
	{GP_LAYER_DRIVER, gp_driver_rows},
	{GP_LAYER_DRIVER, gp_guest_rows},
	{GP_LAYER_VM, gp_vm_rows},
	{GP_LAYER_MDEV, gp_mdev_rows},
	{GP_LAYER_VAAPI, gp_vaapi_rows},
	{GP_LAYER_DRM, gp_drm_rows},
	{GP_LAYER_OPENCL, gp_opencl_rows},
	{GP_LAYER_CONTAINER, gp_container_rows},
};

void gp_fact(const struct gp_fact_sink *sink, const char *subject, const char *id,
	const char *source, const char *value, const char *unit)
{
	gp_record_add(sink->record, &(struct gp_row){.kind = "fact",
					    .host = sink->host,
					    .layer = sink->layer,
					    .id = id,
					    .subject = subject,
					    .value = value,
					    .unit = unit,
					    .source = source});
}

void gp_fact_number(const struct gp_fact_sink *sink, const char *subject, const char *id,
	const char *source, uint64_t value, const char *unit)
{
	gp_fact(sink, subject, id, source,
		gp_printf(sink->record->arena, "%llu", (unsigned long long)value), unit);
}

void gp_fact_presence(const struct gp_fact_sink *sink, const char *id, const struct gp_origin *from)
{
	static const char *const words[] = {[GP_UNREADABLE] = "unreadable",
		[GP_ABSENT] = "absent",
		[GP_MALFORMED] = "malformed",
		[GP_PRESENT] = "present"};

	gp_fact(sink, "", id, from->path, words[from->presence], "");
}

const char *gp_record_host(const struct gp_platform *platform)
{
	return platform->hostname ? platform->hostname : "";
}

void gp_meta(struct gp_record *record, const char *host, const char *id, const char *value)
{
	if (value)
		gp_record_add(record,
			&(struct gp_row){.kind = "meta", .host = host, .id = id, .value = value});
}

void gp_machine_meta(struct gp_record *record, const struct gp_platform *platform)
{
	const char *host = gp_record_host(platform);

	gp_meta(record, host, "host", platform->hostname);
	gp_meta(record, host, "kernel", platform->kernel);
	gp_meta(record, host, "distribution", platform->distribution);
	gp_meta(record, host, "proxmox", platform->proxmox);
	gp_meta(record, host, "product", platform->product);
	gp_meta(record, host, "system", platform->system);
	gp_meta(record, host, "boot", platform->boot);
	gp_meta(record, host, "boot_loader", gp_loader_name(platform->loader));
	gp_meta(record, host, "initrd_tool", gp_initrd_name(platform->initrd));
}

static void meta(struct writer *w, const char *id, const char *value)
{
	gp_meta(w->record, w->host, id, value);
}

static void write_meta(struct writer *w)
{
	const struct gp_case *c = &w->diagnosis->c;

	meta(w, "schema", GP_RECORD_SCHEMA);
	meta(w, "tool", w->run->tool);
	meta(w, "version", w->run->version);
	meta(w, "time", w->run->time);
	meta(w, "source", w->run->machine);
	meta(w, "cut", w->run->cut);
	gp_machine_meta(w->record, &c->facts->platform);
	meta(w, "role", gp_roles_name(w->arena, c->roles));
	meta(w, "mode", gp_modes_name(w->arena, c->modes));
	meta(w, "intent", *c->intent ? c->intent : "none");
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->wanted[i])
			gp_record_add(
				w->record, &(struct gp_row){.kind = "meta",
						   .host = w->host,
						   .id = "wanted",
						   .subject = c->gpus[i]->address,
						   .value = gp_modes_name(w->arena, c->wanted[i])});
}

/* What to paste besides, to settle which checks. */
static void write_asks(struct writer *w)
{
	gp_each (ask, &w->diagnosis->asks)
		gp_record_add(w->record,
			&(struct gp_row){.kind = "meta",
				.host = w->host,
				.id = "ask",
				.value = ask->command,
				.text = gp_printf(w->arena, "paste the output of %s to settle this",
					ask->command),
				.source = gp_join(w->arena, &ask->ids, ";")});
}

static void write_facts(struct writer *w)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(layer_facts); i++) {
		struct gp_fact_sink sink = {w->record, w->host,
			gp_layer_names[layer_facts[i].layer], w->diagnosis->c.roles};

		if (w->run->layers & 1u << layer_facts[i].layer)
			layer_facts[i].write(w->diagnosis->c.facts, &sink);
	}
}

static bool is_written(const struct writer *w, const struct gp_finding *finding)
{
	return w->run->layers & 1u << finding->check->layer;
}

static void write_findings(struct writer *w)
{
	gp_each (finding, &w->diagnosis->findings) {
		const struct gp_check *check = finding->check;

		if (is_written(w, finding))
			gp_record_add(
				w->record, &(struct gp_row){.kind = "finding",
						   .host = w->host,
						   .layer = gp_layer_names[check->layer],
						   .id = check->id,
						   .subject = finding->subject,
						   .mode = gp_modes_name(w->arena, finding->modes),
						   .verdict = gp_verdict_names[finding->verdict],
						   .text = finding->text,
						   .source = finding->evidence});
	}
}

static void write_causes(struct writer *w)
{
	size_t rank = 0;

	gp_each (cause, &w->diagnosis->causes) {
		const struct gp_finding *finding = cause->finding;
		const struct gp_check *check = finding->check;
		const char *waiting = "";

		if (!is_written(w, finding))
			continue;
		if (cause->waiting)
			waiting = gp_printf(w->arena, " %zu other check%s for this.",
				cause->waiting, cause->waiting == 1 ? " waits" : "s wait");
		gp_record_add(w->record, &(struct gp_row){.kind = "cause",
						 .host = w->host,
						 .layer = gp_layer_names[check->layer],
						 .id = check->id,
						 .subject = finding->subject,
						 .mode = gp_modes_name(w->arena, finding->modes),
						 .verdict = gp_verdict_names[finding->verdict],
						 .value = gp_printf(w->arena, "%zu", ++rank),
						 .text = gp_printf(w->arena, "%s. %s%s",
							 finding->text, check->why, waiting),
						 .source = finding->evidence});
	}
}

static void write_readiness(struct writer *w)
{
	gp_each (readiness, &w->diagnosis->readiness) {
		const char *mode = gp_modes_name(w->arena, readiness->mode);

		gp_record_add(w->record, &(struct gp_row){.kind = "readiness",
						 .host = w->host,
						 .id = mode,
						 .subject = readiness->gpu->address,
						 .mode = mode,
						 .verdict = gp_ready_name(readiness->state),
						 .text = readiness->text});
	}
}

static void step(struct writer *w, const char *kind, const char *subject, const char *text,
	const struct gp_strings *ids)
{
	gp_record_add(w->record, &(struct gp_row){.kind = "step",
					 .host = w->host,
					 .id = kind,
					 .subject = subject,
					 .value = gp_printf(w->arena, "%zu", ++w->step),
					 .text = text,
					 .source = gp_join(w->arena, ids, ";")});
}

static void write_chores(
	struct writer *w, const struct gp_plan *plan, enum gp_step_kind kind, const char *name)
{
	gp_each (chore, &plan->chores)
		if (chore->kind == kind)
			step(w, name, chore->subject, chore->text, &chore->ids);
}

static void write_packages(struct writer *w, const struct gp_plan *plan)
{
	const struct gp_platform *platform = &w->diagnosis->c.facts->platform;

	gp_each (package, &plan->packages)
		step(w, "package", package->name,
			gp_package_command(w->arena, platform, package->name, false),
			&package->ids);
}

/* One edit of the command line, in the form in which this boot loader has it. */
static void write_cmdline(struct writer *w, const struct gp_plan *plan)
{
	const struct gp_facts *facts = w->diagnosis->c.facts;
	enum gp_loader loader = facts->platform.loader;
	const char *text = plan->cmdline, *subject = plan->cmdline_file;
	struct gp_strings ids = {0};

	bool by_file = subject && loader != GP_LOADER_GRUBBY;

	if (!gp_plan_touches_cmdline(plan) || (by_file && !gp_plan_edits_cmdline(plan)))
		return;
	gp_each (param, &plan->params)
		gp_each (id, &param->ids)
			gp_strings_add_once(w->arena, &ids, *id);
	if (gp_loader_is_grub(loader))
		text = gp_printf(w->arena, GP_GRUB_DEFAULT "=\"%s\"", plan->cmdline);
	else if (loader == GP_LOADER_GRUBBY)
		text = gp_say_loader(w->arena, facts, plan);
	if (!subject || loader == GP_LOADER_GRUBBY)
		subject = "";
	step(w, "cmdline", subject, text, &ids);
}

/* The new lines of the command line's file, less the one that is shown as the command line. */
static const char *beside_cmdline(
	struct writer *w, const struct gp_plan *plan, const struct gp_edit *edit)
{
	struct gp_strings others = {0};

	gp_each (line, &edit->added)
		if ((!plan->cmdline || !strstr(*line, plan->cmdline)) &&
			strstr(edit->content, *line))
			gp_strings_add(w->arena, &others, *line);
	return gp_join(w->arena, &others, "\n");
}

/* The new lines, and which of the old ones go. */
static const char *said_of_edit(struct writer *w, const struct gp_edit *edit)
{
	struct gp_strings lines = {0};

	gp_each (line, &edit->added)
		gp_strings_add(w->arena, &lines, *line);
	gp_each (line, &edit->gone)
		gp_strings_add(w->arena, &lines, gp_printf(w->arena, "(%s)", *line));
	return gp_join(w->arena, &lines, "\n");
}

static void write_edits(struct writer *w, const struct gp_plan *plan)
{
	gp_each (edit, &plan->edits) {
		const char *kind = gp_starts_with(edit->path, "/etc/modprobe.d/") ? "modprobe-line"
				   : strstr(edit->path, "modules")                ? "modules-load"
										  : "file";
		const char *text = gp_equal(edit->path, plan->cmdline_file)
					   ? beside_cmdline(w, plan, edit)
					   : said_of_edit(w, edit);

		if (*text)
			step(w, kind, edit->path, text, &edit->ids);
	}
}

static void write_commands(struct writer *w, const struct gp_plan *plan)
{
	const struct gp_facts *facts = w->diagnosis->c.facts;
	const char *initrd = gp_say_initrd(&facts->platform);
	const char *loader = gp_say_loader(w->arena, facts, plan);
	struct gp_strings ids = {0};

	gp_each (param, &plan->params)
		gp_each (id, &param->ids)
			gp_strings_add_once(w->arena, &ids, *id);
	if (plan->initrd_ids.n)
		step(w, initrd ? "initrd" : "manual", "",
			initrd ? initrd : "Rebuild the initrd with the tool of this distribution.",
			&plan->initrd_ids);
	if (loader && facts->platform.loader != GP_LOADER_GRUBBY)
		step(w, "bootloader", gp_loader_name(facts->platform.loader), loader, &ids);
	if (plan->reboot_ids.n)
		step(w, "reboot", "", "reboot", &plan->reboot_ids);
}

static void write_steps(struct writer *w, const struct gp_plan *plan)
{
	static const struct gp_strings nothing;

	write_chores(w, plan, GP_STEP_FIRMWARE, "firmware");
	write_packages(w, plan);
	gp_each (build, &plan->builds)
		step(w, "dkms", "", build->name, &build->ids);
	write_chores(w, plan, GP_STEP_VM, "vm");
	write_chores(w, plan, GP_STEP_MANUAL, "manual");
	write_cmdline(w, plan);
	write_edits(w, plan);
	write_commands(w, plan);
	if (plan->withheld)
		step(w, "manual", "--mode",
			"Say what you want the GPU for, as --mode full, to get the commands for it.",
			&nothing);
}

void gp_to_record(const struct gp_run *run, const struct gp_diagnosis *diagnosis,
	const struct gp_plan *plan, struct gp_record *record)
{
	struct writer w = {.record = record,
		.arena = record->arena,
		.run = run,
		.diagnosis = diagnosis,
		.host = gp_record_host(&diagnosis->c.facts->platform)};

	write_meta(&w);
	write_asks(&w);
	write_causes(&w);
	write_readiness(&w);
	write_steps(&w, plan);
	write_findings(&w);
	write_facts(&w);
	meta(&w, "end", gp_printf(w.arena, "%zu", record->n));
}
