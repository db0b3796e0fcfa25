/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is set in a file, and whether it is in effect. */
#include <string.h>

#include "kernel/check-help.h"
#include "kernel/checks.h"
#include "kernel/configured.h"
#include "kernel/words.h"

static void not_applied(const struct gp_case *c, struct gp_findings *out,
	const struct gp_param *param, const char *file, const char *reads, bool generated)
{
	enum gp_verdict missed = gp_param_missed(c, param);
	bool wrong_file = reads && strcmp(reads, file) != 0;
	struct gp_finding *finding;

	finding = gp_find(out, missed, gp_evidence(out, file, param->raw),
		wrong_file  ? "%s is set in %s, which this boot loader does not read (it reads %s)"
		: generated ? "%s is set in %s and in the boot loader's own file: only a reboot is "
			      "missing"
			    : "%s is set in %s and the running kernel was started without it",
		param->raw, file, reads);
	finding->subject = param->raw;
	finding->modes = gp_param_modes(param->name);
	if (missed != GP_NOTE)
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, param->raw, "", 0});
}

/* Whether it has come as far as the file that the boot loader itself reads. */
static bool is_generated(const struct gp_case *c, const char *raw)
{
	const struct gp_kernel *kernel = &c->facts->kernel;

	return (gp_loader_is_grub(c->facts->platform.loader) &&
		       strstr(kernel->grub.generated.value, raw)) ||
	       gp_entries_have(&kernel->entries, raw);
}

/* Blanks around "=" make three parameters of one, here and in every kernel started with them. */
static void say_torn(const struct gp_case *c, struct gp_findings *out, const char *file,
	const struct gp_param *pieces, size_t n, const char *meant)
{
	struct gp_cmdline param = gp_cmdline_parse(out->arena, meant);
	struct gp_strings words = {0};
	struct gp_finding *finding;

	for (size_t i = 0; i < n; i++)
		gp_strings_add(out->arena, &words, pieces[i].raw);
	finding = gp_find(out, gp_param_missed(c, &param.items[0]),
		gp_evidence(out, file, gp_join(out->arena, &words, " ")),
		"%s is written with blanks around the =, which makes %zu parameters of it", meant,
		n);
	finding->subject = meant;
	finding->modes = gp_param_modes(param.items[0].name);
	gp_each (word, &words)
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, *word, "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, meant, "", 0});
}

/* Set in /etc/default/grub, and set anew by a piece under grub.d. */
static size_t say_overridden(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	enum gp_loader loader = c->facts->platform.loader;
	size_t before = out->n;

	if (loader != GP_LOADER_UNKNOWN && !gp_loader_is_grub(loader))
		return 0;
	gp_each (line, &kernel->grub) {
		const struct gp_grub_line *by = gp_grub_overridden_by(&kernel->grub, line);
		struct gp_cmdline params = gp_grub_params(out->arena, line);

		gp_each (param, &params) {
			struct gp_finding *finding;

			if (!by || !gp_param_matters(param->name) ||
				gp_cmdline_has(&kernel->cmdline, param->raw) ||
				gp_cmdline_has(&kernel->grub.effective, param->raw))
				continue;
			finding = gp_find(out, gp_param_missed(c, param),
				gp_printf(
					out->arena, "%s:%zu: \"%s\"", by->file, by->line, by->text),
				"%s is set in %s, and %s sets %s anew", param->raw, line->file,
				by->file, by->variable);
			finding->subject = param->raw;
			finding->modes = gp_param_modes(param->name);
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_ADD, param->raw, "", 0});
		}
	}
	return out->n - before;
}

static size_t compare_with_running(const struct gp_case *c, struct gp_findings *out,
	const struct gp_cmdline *configured, const char *file)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const char *reads = gp_loader_reads(out->arena, c->facts);
	size_t missing = 0;

	for (size_t i = 0, words = 1; i < configured->n; i += words) {
		const struct gp_param *param = &configured->items[i];
		const char *meant = gp_torn_param(out->arena, configured, i, &words);
		bool generated;

		if (meant && (!reads || strcmp(reads, file) == 0) &&
			!gp_cmdline_has(&kernel->cmdline, meant)) {
			say_torn(c, out, file, param, words, meant);
			missing++;
			continue;
		}
		words = 1;
		if (gp_cmdline_has(&kernel->cmdline, param->raw) || strchr(param->raw, '$'))
			continue;
		if (!gp_param_matters(param->name) && (!reads || strcmp(reads, file) != 0))
			continue;
		generated = is_generated(c, param->raw);
		not_applied(c, out, param, file, reads, generated);
		missing++;
	}
	return missing;
}

static void cmdline_not_applied(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	size_t missing = 0;

	if (gp_cmdline_unknown(c, out))
		return;
	if (!gp_is_present(&kernel->grub.text.from) &&
		!gp_is_present(&kernel->configured_text.from)) {
		gp_find(out, GP_SKIP, GP_GRUB_FILE,
			"no file of a known boot loader sets a command line");
		return;
	}
	missing += compare_with_running(c, out, &kernel->grub.effective, GP_GRUB_FILE);
	missing += say_overridden(c, out);
	missing += compare_with_running(c, out, &kernel->configured, "/etc/kernel/cmdline");
	if (!missing)
		gp_find(out, GP_PASS, GP_CMDLINE_FILE,
			"the running kernel has every parameter that is set");
}

static void say_grub_line(const struct gp_case *c, struct gp_findings *out,
	const struct gp_grub_line *line, const char *problem, const char *replacement)
{
	struct gp_cmdline params = gp_grub_params(out->arena, line);
	struct gp_strings lost = {0}, wanted = {0};
	struct gp_finding *finding;

	gp_each (param, &params) {
		enum gp_verdict missed = gp_param_missed(c, param);

		if (gp_cmdline_has(&c->facts->kernel.cmdline, param->raw) || missed == GP_NOTE)
			continue;
		gp_strings_add_once(out->arena, &wanted, param->raw);
		if (missed == GP_FAIL)
			gp_strings_add_once(out->arena, &lost, param->raw);
	}
	finding = gp_find(out, lost.n ? GP_FAIL : GP_WARN,
		gp_printf(out->arena, "%s:%zu: \"%s\"", line->file, line->line, line->text),
		lost.n ? "%s, so %s is not in effect" : "%s", problem,
		gp_join(out->arena, &lost, " "));
	finding->subject = line->file;
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_REPLACE, line->file, replacement, line->line});
	gp_each (param, &wanted)
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, *param, "", 0});
}

/* The line in straight quotes. */
static const char *straightened(struct gp_arena *arena, const struct gp_grub_line *line)
{
	struct gp_cmdline params = gp_grub_params(arena, line);
	struct gp_strings words = {0};

	gp_each (param, &params)
		gp_strings_add(arena, &words, param->raw);
	return gp_printf(arena, "%s=\"%s\"", line->variable, gp_join(arena, &words, " "));
}

static void look_at_grub_line(
	const struct gp_case *c, struct gp_findings *out, const struct gp_grub_line *line)
{
	switch (gp_grub_fault(&c->facts->kernel.grub, line)) {
	case GP_GRUB_CURLY:
		say_grub_line(c, out, line, "typographic quotes are letters to the shell",
			straightened(out->arena, line));
		break;
	case GP_GRUB_UNKNOWN_VARIABLE:
		say_grub_line(c, out, line,
			gp_printf(out->arena, "GRUB knows no variable %s", line->variable),
			gp_printf(out->arena, "#%s", line->text));
		break;
	case GP_GRUB_OVERRIDDEN:
		say_grub_line(c, out, line,
			gp_printf(out->arena, "%s is set twice and the last line wins",
				line->variable),
			gp_printf(out->arena, "#%s", line->text));
		break;
	case GP_GRUB_FINE:
		break;
	}
}

static void grub_two_lines(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	enum gp_loader loader = c->facts->platform.loader;
	size_t before = out->n;

	if (gp_is_absent(&kernel->grub.text.from) ||
		(loader != GP_LOADER_UNKNOWN && loader != GP_LOADER_GRUBBY &&
			!gp_loader_is_grub(loader))) {
		gp_find(out, GP_SKIP, GP_GRUB_FILE, "this machine does not boot by GRUB's file");
		return;
	}
	if (!gp_is_present(&kernel->grub.text.from)) {
		gp_find_unknown(out, &kernel->grub.text.from);
		return;
	}
	gp_each (line, &kernel->grub)
		look_at_grub_line(c, out, line);
	if (out->n == before)
		gp_find(out, GP_PASS, GP_GRUB_FILE, "each GRUB variable is set once");
}

static const struct gp_check checks[] = {
	{
		.id = "cmdline-not-applied",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_FAIL,
		.title = "a kernel parameter is set but not in effect",
		.why = "What counts is the command line that the running kernel was started with, not "
		       "what a file says.",
		.mend = "Write it to the file that this boot loader reads, regenerate, reboot.",
		.reference = "Proxmox VE administration guide, Editing the Kernel Commandline",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL,
		.run = cmdline_not_applied,
	},
	{
		.id = "grub-two-lines",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_FAIL,
		.title = "/etc/default/grub does not say what it seems to say",
		.why = "The file is a shell script: the last of two lines wins, a name that GRUB does "
		       "not know is ignored, and typographic quotes are letters.",
		.mend = "Keep one GRUB_CMDLINE_LINUX_DEFAULT line, in straight quotes.",
		.reference = "GRUB manual, Simple configuration handling",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL,
		.run = grub_two_lines,
	},
};

const struct gp_check_table gp_kernel_set_checks = {checks, GP_ARRAY_SIZE(checks)};
