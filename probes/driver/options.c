/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver/options.h"

#include <string.h>

static void split_setting(struct gp_arena *arena, const char *word, struct gp_option *option)
{
	size_t length = strcspn(word, "=");

	option->name = gp_strndup(arena, word, length);
	option->value = word[length] ? word + length + 1 : "";
}

static void add_directive(struct gp_arena *arena, const struct gp_directive *directive,
	const char *module, struct gp_options *ret)
{
	struct gp_strings words = gp_split(arena, directive->rest, " \t");

	gp_each (word, &words) {
		struct gp_option *option = gp_push(arena, ret);

		*option = (struct gp_option){.module = module,
			.directive = directive,
			.where = gp_printf(arena, "%s:%zu: \"%s\"", directive->file,
				directive->line, directive->text)};
		split_setting(arena, *word, option);
	}
}

/* i915.enable_guc=3 */
static void add_param(struct gp_arena *arena, const struct gp_param *param, const char *module,
	struct gp_options *ret)
{
	size_t length = strcspn(param->name, ".");

	if (!param->name[length] || !gp_same_name(gp_strndup(arena, param->name, length), module))
		return;
	*gp_push(arena, ret) = (struct gp_option){.module = module,
		.name = param->name + length + 1,
		.value = param->value ? param->value : "",
		.param = param,
		.where = gp_printf(arena, "/proc/cmdline: \"%s\"", param->raw)};
}

struct gp_options gp_options_of(const struct gp_case *c, struct gp_arena *arena, const char *module)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	bool builtin = gp_kernel_has_builtin(kernel, module);
	struct gp_options options = {0};

	gp_each (directive, &kernel->modprobe)
		if (!builtin && strcmp(directive->command, "options") == 0 &&
			gp_same_name(directive->module, module))
			add_directive(arena, directive, module, &options);
	gp_each (param, &kernel->cmdline)
		add_param(arena, param, module, &options);
	return options;
}

const struct gp_option *gp_option_last(const struct gp_options *options, const char *name)
{
	const struct gp_option *last = NULL;

	gp_each (option, options)
		if (gp_same_name(option->name, name))
			last = option;
	return last;
}

static void mend_param(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_option *option, const char *instead)
{
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, option->param->raw, "", 0});
	if (instead)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD,
				gp_printf(out->arena, "%s.%s", option->module, instead), "", 0});
}

static void mend_directive(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_option *option, const char *instead)
{
	const struct gp_directive *directive = option->directive;
	struct gp_strings words = gp_split(out->arena, directive->rest, " \t"), kept = {0};
	const char *line = "";

	gp_each (word, &words) {
		bool is_it = gp_same_name(
			gp_strndup(out->arena, *word, strcspn(*word, "=")), option->name);

		if (!is_it)
			gp_strings_add(out->arena, &kept, *word);
		else if (instead)
			gp_strings_add_once(out->arena, &kept, instead);
	}
	if (kept.n)
		line = gp_printf(out->arena, "options %s %s", directive->module,
			gp_join(out->arena, &kept, " "));
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_REPLACE, directive->file, line, directive->line});
}

void gp_mend_option(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_option *option, const char *instead)
{
	if (option->param)
		mend_param(out, finding, option, instead);
	else
		mend_directive(out, finding, option, instead);
}
