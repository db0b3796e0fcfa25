/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diagnosis/cksum.h"
#include "diagnosis/plan.h"

#define MARK "GPUPASS_END_OF_FILE"

static const char preamble[] =
	"set -eu\n"
	"umask 022\n"
	"\n"
	"backups=/var/lib/gpupass/%08x\n"
	"\n"
	"die() {\n"
	"\techo \"gpupass: $*\" >&2\n"
	"\texit 2\n"
	"}\n"
	"\n"
	"# Prints POSIX cksum's number and size of a file, or \"absent\".\n"
	"sum_of() {\n"
	"\tif [ -e \"$1\" ]; then cksum <\"$1\"; else echo absent; fi\n"
	"}\n"
	"\n"
	"# The file itself, where a link stands in its place.\n"
	"real() {\n"
	"\treadlink -f \"$1\" || echo \"$1\"\n"
	"}\n"
	"\n"
	"# The file must be as it was when the plan was made, or as the plan leaves it.\n"
	"check_file() { # PATH SUM_BEFORE SUM_AFTER\n"
	"\t[ ! -L \"$1\" ] || [ -e \"$1\" ] || die \"$1 is a link that leads nowhere\"\n"
	"\tsum=$(sum_of \"$1\")\n"
	"\t[ \"$sum\" = \"$2\" ] || [ \"$sum\" = \"$3\" ] ||\n"
	"\t\tdie \"$1 has changed since this plan was made; make a new plan\"\n"
	"}\n"
	"\n"
	"# Keeps a copy, then writes standard input.\n"
	"write_file() { # PATH SUM_AFTER\n"
	"\tif [ \"$(sum_of \"$1\")\" = \"$2\" ]; then\n"
	"\t\tcat >/dev/null\n"
	"\t\techo \"$1: is as it should be\"\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tmkdir -p \"$backups$(dirname \"$1\")\" \"$(dirname \"$1\")\"\n"
	"\tif [ -e \"$1\" ]; then\n"
	"\t\tcp -p \"$1\" \"$backups$1.part\"\n"
	"\t\tmv \"$backups$1.part\" \"$backups$1\"\n"
	"\t\trm -f \"$backups$1.absent\"\n"
	"\telse\n"
	"\t\t: >\"$backups$1.absent\"\n"
	"\tfi\n"
	"\tfile=$(real \"$1\")\n"
	"\t[ ! -e \"$file\" ] || cp -p \"$file\" \"$file.gpupass-new\"\n"
	"\tcat >\"$file.gpupass-new\"\n"
	"\tmv \"$file.gpupass-new\" \"$file\"\n"
	"\techo \"$1: written\"\n"
	"}\n"
	"\n"
	"# Whether undo knows the file as it is now: as the plan left it, or put back already.\n"
	"check_undo() { # PATH SUM_AFTER\n"
	"\tif [ -e \"$backups$1\" ]; then\n"
	"\t\tcmp -s \"$backups$1\" \"$1\" && return\n"
	"\telif [ ! -e \"$backups$1.absent\" ] || [ ! -e \"$1\" ]; then\n"
	"\t\treturn 0\n"
	"\tfi\n"
	"\t[ \"$(sum_of \"$1\")\" = \"$2\" ] ||\n"
	"\t\tdie \"$1 has changed since; put it back by hand (copies are in $backups)\"\n"
	"}\n"
	"\n"
	"# Puts a copy back, or takes away what the plan made.\n"
	"restore_file() { # PATH\n"
	"\tif [ -e \"$backups$1\" ]; then\n"
	"\t\tfile=$(real \"$1\")\n"
	"\t\tcp -p \"$backups$1\" \"$file.gpupass-new\"\n"
	"\t\tmv \"$file.gpupass-new\" \"$file\"\n"
	"\t\trm -f \"$backups$1\" \"$backups$1.absent\"\n"
	"\telif [ -e \"$backups$1.absent\" ]; then\n"
	"\t\trm -f \"$1\" \"$backups$1.absent\"\n"
	"\telse\n"
	"\t\treturn 0\n"
	"\tfi\n"
	"\techo \"$1: restored\"\n"
	"}\n";

static const char *sum_after(struct gp_arena *arena, const char *content)
{
	size_t size = strlen(content);

	return gp_printf(arena, "%u %zu", gp_cksum(content, size), size);
}

static const char *sum_before(struct gp_arena *arena, const char *old)
{
	return old ? sum_after(arena, old) : "absent";
}

/* A line of a comment: whatever it holds stays in the comment. */
static char *comment(struct gp_arena *arena, const char *text)
{
	return gp_printable(arena, text, strlen(text), 0);
}

static void say_commands(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan, FILE *out)
{
	const char *commands[] = {plan->initrd_ids.n ? gp_say_initrd(&facts->platform) : NULL,
		gp_say_loader(arena, facts, plan)};

	if (gp_equal(commands[0], commands[1]))
		commands[1] = NULL;
	gp_each (build, &plan->builds)
		fprintf(out, "#  - runs %s\n", build->name);
	for (size_t i = 0; i < GP_ARRAY_SIZE(commands); i++)
		if (commands[i])
			fprintf(out, "#  - runs %s\n", commands[i]);
}

static bool does_something(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan)
{
	return plan->edits.n || plan->packages.n || plan->builds.n ||
	       (plan->initrd_ids.n && gp_say_initrd(&facts->platform)) ||
	       gp_say_loader(arena, facts, plan);
}

/* What will be changed, before the helpers that change it. */
static void write_summary(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan, FILE *out)
{
	fputs("#\n# What it does:\n", out);
	gp_each (package, &plan->packages)
		fprintf(out, "#  - installs %s\n", package->name);
	gp_each (edit, &plan->edits)
		fprintf(out, "#  - %s %s\n", edit->old ? "edits" : "makes",
			comment(arena, edit->path));
	say_commands(arena, facts, plan, out);
	fputs(does_something(arena, facts, plan) ? "#  - nothing else; you reboot\n"
						 : "#  - nothing\n",
		out);
}

static void write_head(struct gp_arena *arena, const struct gp_diagnosis *diagnosis,
	const struct gp_plan *plan, const char *version, FILE *out)
{
	const struct gp_platform *platform = &diagnosis->c.facts->platform;

	fprintf(out,
		"#!/bin/sh\n"
		"# gpupass %s: plan for %s\n"
		"# Kernel %s; %s; %s.\n"
		"#\n"
		"# Read it before you run it, as root. `sh SCRIPT --undo` puts every file back.\n",
		version, comment(arena, platform->hostname ? platform->hostname : "this machine"),
		comment(arena, platform->kernel ? platform->kernel : "unknown"),
		gp_loader_name(platform->loader), gp_initrd_name(platform->initrd));
	write_summary(arena, diagnosis->c.facts, plan, out);
	if (plan->chores.n)
		fputs("#\n# What it cannot do, and you have to:\n", out);
	gp_each (chore, &plan->chores)
		fprintf(out, "#  - %s (%s)\n", comment(arena, chore->text),
			gp_join(arena, &chore->ids, ", "));
	if (plan->left_out.n)
		fprintf(out, "#\n# Left out, as it can do harm (ask for it with --allow ID): %s\n",
			gp_join(arena, &plan->left_out, ", "));
	if (plan->withheld)
		fputs("#\n# Say what you want the GPU for, as --mode full, to get the commands for it.\n",
			out);
	if (plan->params.n && !plan->cmdline_file) {
		fputs("#\n# The boot loader is not known. Start the kernel with this command line:\n",
			out);
		fprintf(out, "#   %s\n", comment(arena, plan->cmdline));
	}
}

/* The GPUs are where they were, but for VFs, which come and go: this is the machine that the plan
 * was made for. */
static void write_machine_check(
	struct gp_arena *arena, const struct gp_diagnosis *diagnosis, FILE *out)
{
	const struct gp_case *c = &diagnosis->c;

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];
		const char *dir;

		if (gp_pci_is_vf(gpu))
			continue;
		dir = gp_shell_quoted(
			arena, gp_printf(arena, "/sys/bus/pci/devices/%s", gpu->address));
		fprintf(out,
			"[ \"$(cat %s/vendor %s/device 2>/dev/null | tr '\\n' ' ')\" = "
			"'0x%04x 0x%04x ' ] ||\n"
			"\tdie 'this is not the machine that the plan was made for: no %s at %s'\n",
			dir, dir, gpu->vendor_id, gpu->device_id, gpu->id, gpu->address);
	}
}

/* Nothing is written where what has to follow cannot be run. */
static void write_command_checks(const char *initrd, const char *loader, FILE *out)
{
	const char *commands[] = {initrd, loader};

	for (size_t i = 0; i < GP_ARRAY_SIZE(commands); i++)
		if (commands[i])
			fprintf(out, "command -v %.*s >/dev/null || die 'there is no %.*s here'\n",
				(int)strcspn(commands[i], " "), commands[i],
				(int)strcspn(commands[i], " "), commands[i]);
}

static const char *ids_of(struct gp_arena *arena, const struct gp_plan_installs *installs)
{
	struct gp_strings ids = {0};

	gp_each (install, installs)
		gp_each (id, &install->ids)
			gp_strings_add_once(arena, &ids, *id);
	return gp_join(arena, &ids, ", ");
}

/* What cannot be had stops the plan before anything is written. */
static void write_installs(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan, FILE *out)
{
	const char *command = gp_say_packages(arena, &facts->platform, plan, true);

	if (command)
		fprintf(out, "\n# %s (--undo leaves packages where they are)\n%s\n",
			ids_of(arena, &plan->packages), command);
	if (plan->builds.n)
		fprintf(out, "\n# %s (--undo leaves modules where they are)\n",
			ids_of(arena, &plan->builds));
	gp_each (build, &plan->builds)
		fprintf(out, "%s\n", build->name);
}

static void write_undo(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan, FILE *out)
{
	const char *initrd = plan->initrd_ids.n ? gp_say_initrd(&facts->platform) : NULL;
	const char *loader = gp_say_loader_undo(arena, facts, plan);

	fputs("\nif [ \"${1:-}\" = --undo ]; then\n", out);
	gp_each (edit, &plan->edits)
		fprintf(out, "\tcheck_undo %s '%s'\n", gp_shell_quoted(arena, edit->path),
			sum_after(arena, edit->content));
	gp_each (edit, &plan->edits)
		fprintf(out, "\trestore_file %s\n", gp_shell_quoted(arena, edit->path));
	if (initrd)
		fprintf(out, "\t%s\n", initrd);
	if (loader)
		fprintf(out, "\t%s\n", loader);
	fprintf(out,
		"\techo '%s'\n\texit 0\nfi\n"
		"[ $# -eq 0 ] || die 'usage: sh SCRIPT [--undo]'\n\n",
		plan->edits.n || initrd || loader ? "Undone. Reboot for it to take effect."
						  : "There are no files to put back.");
}

static void write_file_checks(struct gp_arena *arena, const struct gp_plan *plan, FILE *out)
{
	gp_each (edit, &plan->edits)
		fprintf(out, "check_file %s '%s' '%s'\n", gp_shell_quoted(arena, edit->path),
			sum_before(arena, edit->old), sum_after(arena, edit->content));
}

static void write_edits(struct gp_arena *arena, const struct gp_plan *plan, FILE *out)
{
	gp_each (edit, &plan->edits)
		fprintf(out, "\n# %s\nwrite_file %s '%s' <<'" MARK "'\n%s" MARK "\n",
			gp_join(arena, &edit->ids, ", "), gp_shell_quoted(arena, edit->path),
			sum_after(arena, edit->content), edit->content);
}

/* Whether a file can stand in a script that is read on a terminal before it is run. */
static bool is_fit_to_print(struct gp_arena *arena, const char *content)
{
	struct gp_strings lines = gp_split(arena, content, "\n\t");

	gp_each (line, &lines)
		if (strcmp(*line, gp_printable(arena, *line, strlen(*line), 0)) != 0)
			return false;
	return !strstr(content, MARK);
}

static const char *unfit_file(struct gp_arena *arena, const struct gp_plan *plan)
{
	gp_each (edit, &plan->edits)
		if (!gp_is_plain(edit->path, "/_.-") || !is_fit_to_print(arena, edit->content))
			return comment(arena, edit->path);
	return NULL;
}

static unsigned plan_number(struct gp_arena *arena, const struct gp_plan *plan)
{
	const char *all = "";

	gp_each (edit, &plan->edits)
		all = gp_printf(arena, "%s%s\n%s\n", all, edit->path, edit->content);
	return gp_cksum(all, strlen(all));
}

int gp_plan_write_script(struct gp_arena *arena, const struct gp_diagnosis *diagnosis,
	const struct gp_plan *plan, const char *version, FILE *out)
{
	const struct gp_facts *facts = diagnosis->c.facts;
	const char *initrd = plan->initrd_ids.n ? gp_say_initrd(&facts->platform) : NULL;
	const char *loader = gp_say_loader(arena, facts, plan);
	const char *unfit = unfit_file(arena, plan);

	if (gp_equal(initrd, loader))
		loader = NULL;
	write_head(arena, diagnosis, plan, version, out);
	if (unfit) {
		fprintf(out, "\nprintf '%%s\\n' %s >&2\nexit 2\n",
			gp_shell_quoted(arena,
				gp_printf(arena, "gpupass: %s is not plain text: edit it by hand",
					unfit)));
		return ferror(out) ? -1 : 0;
	}
	if (!does_something(arena, facts, plan)) {
		fputs("\necho 'Nothing to run: see the comments on top.'\n", out);
		return ferror(out) ? -1 : 0;
	}
	fprintf(out, preamble, plan_number(arena, plan));
	fputs("\n[ \"$(id -u)\" -eq 0 ] || die 'run this as root'\n", out);
	write_undo(arena, facts, plan, out);
	write_machine_check(arena, diagnosis, out);
	write_command_checks(initrd, loader, out);
	write_file_checks(arena, plan, out);
	write_installs(arena, facts, plan, out);
	write_edits(arena, plan, out);
	fputc('\n', out);
	if (initrd)
		fprintf(out, "# %s\n%s\n", gp_join(arena, &plan->initrd_ids, ", "), initrd);
	if (loader)
		fprintf(out, "%s\n", loader);
	if (plan->reboot_ids.n)
		fprintf(out, "echo 'Done.%s Reboot, then run gpupass-doctor again.'\n",
			plan->chores.n ? " Do what the comments on top leave to you." : "");
	return ferror(out) ? -1 : 0;
}
