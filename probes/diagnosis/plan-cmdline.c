/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diagnosis/plan.h"

bool gp_plan_touches_cmdline(const struct gp_plan *plan)
{
	return plan->params.n > 0;
}

static bool is_taken_away(const struct gp_plan *plan, const char *raw)
{
	gp_each (param, &plan->params)
		if (!param->add && strcmp(param->raw, raw) == 0)
			return true;
	return false;
}

/* The words of a command line with the plan's changes; what is there stays where it is. */
static struct gp_strings changed(
	struct gp_arena *arena, const struct gp_plan *plan, const struct gp_cmdline *cmdline)
{
	struct gp_strings words = {0};

	gp_each (param, cmdline)
		if (!is_taken_away(plan, param->raw))
			gp_strings_add(arena, &words, param->raw);
	gp_each (param, &plan->params)
		if (param->add && !gp_cmdline_has(cmdline, param->raw))
			gp_strings_add_once(arena, &words, param->raw);
	return words;
}

/* The last line of the file that assigns to the variable; lines.n where there is none. */
static size_t find_line(const struct gp_edit *edit, const char *variable)
{
	size_t length = strlen(variable), found = edit->lines.n;

	for (size_t i = 0; i < edit->lines.n; i++)
		if (edit->lines.items[i] && strncmp(edit->lines.items[i], variable, length) == 0 &&
			edit->lines.items[i][length] == '=')
			found = i;
	return found;
}

/* A line VARIABLE="words" # comment, cut where words can be taken out and put in. */
struct grub_value {
	const char *head; /* up to and with the opening quote */
	const char *words;
	const char *tail; /* from the closing quote on */
};

static struct grub_value cut_line(struct gp_arena *arena, const char *line)
{
	const char *start = strchr(line, '=') + 1;
	const char *close;
	size_t length;

	if (*start == '"' || *start == '\'') {
		close = strrchr(start, *start);
		if (close != start)
			return (struct grub_value){
				gp_strndup(arena, line, (size_t)(start + 1 - line)),
				gp_strndup(arena, start + 1, (size_t)(close - start - 1)), close};
		start++;
	}
	length = strcspn(start, " \t#");
	return (struct grub_value){gp_printf(arena, "%.*s=\"", (int)strcspn(line, "="), line),
		gp_strndup(arena, start, length), gp_printf(arena, "\"%s", start + length)};
}

/*
 * The words of a value with the plan's changes. Each other word stays to the letter, whatever the
 * shell makes of it. beside: what is set elsewhere and need not be added.
 */
static const char *change_words(struct gp_arena *arena, const struct gp_plan *plan,
	const char *words, const struct gp_cmdline *beside, bool add)
{
	struct gp_strings old = gp_split(arena, words, " \t"), kept = {0};

	gp_each (word, &old)
		if (!is_taken_away(plan, *word))
			gp_strings_add(arena, &kept, *word);
	gp_each (param, &plan->params)
		if (add && param->add && !gp_cmdline_has(beside, param->raw))
			gp_strings_add_once(arena, &kept, param->raw);
	return gp_join(arena, &kept, " ");
}

/* Gives the new value. A line that is not there is made where something is to be added. */
static const char *edit_grub_line(struct gp_arena *arena, const struct gp_plan *plan,
	struct gp_edit *edit, const char *variable, const struct gp_cmdline *beside, bool add)
{
	struct grub_value value = {
		.head = gp_printf(arena, "%s=\"", variable), .words = "", .tail = "\""};
	size_t at = find_line(edit, variable);
	const char *words, *line;

	if (at < edit->lines.n)
		value = cut_line(arena, edit->lines.items[at]);
	words = change_words(arena, plan, value.words, beside, add);
	line = gp_printf(arena, "%s%s%s", value.head, words, value.tail);
	if (at < edit->lines.n)
		gp_edit_replace(arena, edit, at + 1, line);
	else
		gp_edit_append(arena, edit, line);
	return words;
}

static bool takes_from(struct gp_arena *arena, const struct gp_plan *plan, const char *value)
{
	struct gp_cmdline cmdline = gp_cmdline_parse(arena, value);

	gp_each (param, &cmdline)
		if (is_taken_away(plan, param->raw))
			return true;
	return false;
}

/* Where the last word on the default line is: the file itself, or a piece under grub.d. */
static const char *grub_file(const struct gp_grub *grub)
{
	const struct gp_grub_line *last = gp_grub_last(grub, GP_GRUB_DEFAULT, NULL);

	return last && !strchr(last->value, '$') ? last->file : GP_GRUB_FILE;
}

static void edit_grub(struct gp_arena *arena, const struct gp_facts *facts, struct gp_plan *plan)
{
	const struct gp_grub *grub = &facts->kernel.grub;
	const struct gp_grub_line *always = gp_grub_last(grub, GP_GRUB_ALWAYS, NULL);
	const char *file = grub_file(grub);
	struct gp_cmdline everywhere = {0};

	if (always && takes_from(arena, plan, always->value))
		edit_grub_line(arena, plan, gp_plan_open(arena, plan, facts, always->file),
			GP_GRUB_ALWAYS, &everywhere, false);
	if (always)
		everywhere = gp_cmdline_parse(arena, always->value);
	plan->cmdline_file = file;
	plan->cmdline = edit_grub_line(arena, plan, gp_plan_open(arena, plan, facts, file),
		GP_GRUB_DEFAULT, &everywhere, true);
}

/* What the boot loader adds by itself is not part of the file. */
static struct gp_cmdline without_loaders_own(
	struct gp_arena *arena, const struct gp_cmdline *running)
{
	struct gp_cmdline own = {0};

	gp_each (param, running)
		if (strcmp(param->name, "BOOT_IMAGE") != 0 && strcmp(param->name, "initrd") != 0)
			*gp_push(arena, &own) = *param;
	return own;
}

/* A file that has lost root= would leave the machine without a root at its next start. */
static struct gp_cmdline with_root(struct gp_arena *arena, const struct gp_cmdline *configured,
	const struct gp_cmdline *running)
{
	static const char *const names[] = {"root", "boot"};
	struct gp_cmdline whole = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		const struct gp_param *param = gp_cmdline_last(running, names[i]);
		if (param && !gp_cmdline_last(configured, names[i]))
			*gp_push(arena, &whole) = *param;
	}
	gp_each (param, configured)
		*gp_push(arena, &whole) = *param;
	return whole;
}

static void edit_kernel_cmdline(
	struct gp_arena *arena, const struct gp_facts *facts, struct gp_plan *plan)
{
	const struct gp_kernel *kernel = &facts->kernel;
	struct gp_edit *edit = gp_plan_open(arena, plan, facts, plan->cmdline_file);
	struct gp_cmdline old = with_root(arena, &kernel->configured, &kernel->cmdline);
	struct gp_strings words;

	if (!kernel->configured.n)
		old = without_loaders_own(arena, &kernel->cmdline);
	words = changed(arena, plan, &old);
	plan->cmdline = gp_join(arena, &words, " ");
	for (size_t line = edit->lines.n; line > 1; line--)
		gp_edit_replace(arena, edit, line, "");
	if (edit->lines.n)
		gp_edit_replace(arena, edit, 1, plan->cmdline);
	else
		gp_edit_append(arena, edit, plan->cmdline);
}

void gp_plan_cmdline(struct gp_arena *arena, const struct gp_facts *facts, struct gp_plan *plan)
{
	enum gp_loader loader = facts->platform.loader;
	struct gp_cmdline running = without_loaders_own(arena, &facts->kernel.cmdline);
	struct gp_strings words;

	if (!gp_plan_touches_cmdline(plan))
		return;
	plan->cmdline_file = gp_loader_file(loader);
	if (gp_loader_is_grub(loader)) {
		edit_grub(arena, facts, plan);
		return;
	}
	if (plan->cmdline_file && loader != GP_LOADER_GRUBBY) {
		edit_kernel_cmdline(arena, facts, plan);
		return;
	}
	words = changed(
		arena, plan, loader == GP_LOADER_UNKNOWN ? &facts->kernel.cmdline : &running);
	plan->cmdline = gp_join(arena, &words, " ");
}
