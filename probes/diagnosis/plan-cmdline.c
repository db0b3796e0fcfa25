/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diagnosis/plan.h"
#include "kernel/configured.h"

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

/* A line VARIABLE="words" # comment, cut where words can be taken out and put in. */
struct grub_value {
	const char *head; /* up to and with the opening quote */
	const char *words;
	const char *tail; /* from the closing quote on */
};

/* The quote that closes the one at start, or NULL where the value goes on behind this line. */
static const char *closing_quote(const char *start)
{
	const char *at = start + 1;

	while (*at && *at != *start)
		at += *start == '"' && *at == '\\' && at[1] ? 2 : 1;
	return *at ? at : NULL;
}

static bool is_blank_or_comment(const char *rest)
{
	size_t blanks = strspn(rest, " \t");

	return !rest[blanks] || (blanks && rest[blanks] == '#');
}

/* False where the line is more than one assignment of one string: a person has to edit that. */
static bool cut_line(struct gp_arena *arena, const char *line, struct grub_value *ret)
{
	const char *start = strchr(line, '=') + 1, *end;

	if (*start == '"' || *start == '\'') {
		end = closing_quote(start);
		if (!end || !is_blank_or_comment(end + 1))
			return false;
		ret->head = gp_strndup(arena, line, (size_t)(start + 1 - line));
		ret->words = gp_strndup(arena, start + 1, (size_t)(end - start - 1));
		ret->tail = end;
		return true;
	}
	end = start + strcspn(start, " \t");
	ret->words = gp_strndup(arena, start, (size_t)(end - start));
	if (!is_blank_or_comment(end) || (*ret->words && !gp_is_plain(ret->words, "_.,:=/@+-%")))
		return false;
	ret->head = gp_printf(arena, "%.*s=\"", (int)strcspn(line, "="), line);
	ret->tail = gp_printf(arena, "\"%s", end);
	return true;
}

/* What is to be added and stands neither beside nor in the text, each behind a blank. */
static const char *words_to_add(struct gp_arena *arena, const struct gp_plan *plan,
	const char *text, const struct gp_cmdline *beside)
{
	struct gp_strings there = gp_split(arena, text, " \t\n"), words = {0};
	size_t before = there.n;

	gp_each (param, &plan->params)
		if (param->add && !gp_cmdline_has(beside, param->raw))
			gp_strings_add_once(arena, &there, param->raw);
	for (size_t i = before; i < there.n; i++)
		gp_strings_add(arena, &words, there.items[i]);
	return gp_join(arena, &words, " ");
}

/*
 * A value with the plan's changes. All else stays to the letter, blanks as well, whatever the shell
 * makes of it. beside: what is set elsewhere and need not be added; NULL: nothing is added. What is
 * added stands before "--", behind which all is init's.
 */
static const char *change_words(struct gp_arena *arena, const struct gp_plan *plan,
	const char *text, const struct gp_cmdline *beside)
{
	const char *more = beside ? words_to_add(arena, plan, text, beside) : "";
	char *changed = gp_alloc(arena, strlen(text) + strlen(more) + 3, 1), *end = changed;

	while (*text) {
		size_t blanks = strspn(text, " \t\n"), length = strcspn(text + blanks, " \t\n");
		const char *word = gp_strndup(arena, text + blanks, length);

		if (strcmp(word, "--") == 0)
			break;
		if (!*word || !is_taken_away(plan, word))
			end = mempcpy(end, text, blanks + length);
		else if (end == changed)
			end = mempcpy(end, text, blanks);
		text += blanks + length;
	}
	if (*more && end != changed && end[-1] != ' ')
		*end++ = ' ';
	end = stpcpy(end, more);
	strcpy(end, text);
	return changed;
}

/* Where the file sets the variable for the last time; lines.n where it does not. */
static size_t find_line(
	const struct gp_edit *edit, const struct gp_grub *grub, const char *variable)
{
	size_t found = edit->lines.n;

	gp_each (line, grub)
		if (strcmp(line->variable, variable) == 0 && strcmp(line->file, edit->path) == 0 &&
			line->line <= edit->lines.n && edit->lines.items[line->line - 1] &&
			edit->lines.items[line->line - 1][0] != '#')
			found = line->line - 1;
	return found;
}

static void leave_to_a_person(struct gp_arena *arena, struct gp_plan *plan, const char *what)
{
	struct gp_chore *chore = gp_push(arena, &plan->chores);

	chore->kind = GP_STEP_MANUAL;
	chore->subject = plan->cmdline_file ? plan->cmdline_file : "";
	chore->text = what;
	gp_each (param, &plan->params)
		gp_each (id, &param->ids)
			gp_strings_add_once(arena, &chore->ids, *id);
}

/* Gives the new value, or NULL where a person has to edit it. A line that is not there is made. */
static const char *edit_grub_line(struct gp_arena *arena, struct gp_plan *plan,
	const struct gp_grub *grub, struct gp_edit *edit, const char *variable,
	const struct gp_cmdline *beside)
{
	struct grub_value value = {gp_printf(arena, "%s=\"", variable), "", "\""};
	size_t at = find_line(edit, grub, variable);
	const char *words, *line;

	if (at < edit->lines.n && !cut_line(arena, edit->lines.items[at], &value)) {
		leave_to_a_person(arena, plan,
			gp_printf(arena, "Edit %s in %s yourself: it is no plain string.", variable,
				edit->path));
		return NULL;
	}
	words = change_words(arena, plan, value.words, beside);
	line = gp_printf(arena, "%s%s%s", value.head, words, value.tail);
	if (at < edit->lines.n)
		gp_edit_set_line(arena, edit, at + 1, line);
	else
		gp_edit_append(arena, edit, line);
	return words;
}

/* All changes in words, where their file is not there or of another shape than usual. */
static const char *in_words(struct gp_arena *arena, const struct gp_plan *plan)
{
	struct gp_strings add = {0}, remove = {0};

	gp_each (param, &plan->params)
		gp_strings_add(arena, param->add ? &add : &remove, param->raw);
	return gp_printf(arena,
		"Change the kernel command line where this machine's boot loader has it:%s%s%s%s.",
		add.n ? " add " : "", gp_join(arena, &add, " "),
		remove.n ? (add.n ? "; remove " : " remove ") : "", gp_join(arena, &remove, " "));
}

static void give_up(struct gp_arena *arena, struct gp_plan *plan)
{
	leave_to_a_person(arena, plan, in_words(arena, plan));
	plan->params.n = 0;
}

static bool takes_from(struct gp_arena *arena, const struct gp_plan *plan, const char *value)
{
	struct gp_cmdline cmdline = gp_cmdline_parse(arena, value);

	gp_each (param, &cmdline)
		if (is_taken_away(plan, param->raw))
			return true;
	return false;
}

static bool is_piece(const struct gp_grub_line *line)
{
	return line->appends || strstr(line->value, "$GRUB_CMDLINE") ||
	       strstr(line->value, "${GRUB_CMDLINE");
}

/*
 * Set under conditions, or in pieces of which one has a word to take away: more than one line would
 * have to change, and which of them count is the shell's to say.
 */
static bool is_beyond_us(struct gp_arena *arena, const struct gp_plan *plan,
	const struct gp_grub *grub, const char *variable)
{
	bool pieces = false, taken = false;

	gp_each (line, grub) {
		if (strcmp(line->variable, variable) != 0)
			continue;
		if (gp_grub_is_conditional(line))
			return true;
		pieces |= is_piece(line);
		taken |= takes_from(arena, plan, line->value);
	}
	return pieces && taken;
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

	if (is_beyond_us(arena, plan, grub, GP_GRUB_DEFAULT) ||
		is_beyond_us(arena, plan, grub, GP_GRUB_ALWAYS)) {
		give_up(arena, plan);
		return;
	}
	if (always && takes_from(arena, plan, always->value))
		edit_grub_line(arena, plan, grub, gp_plan_open(arena, plan, facts, always->file),
			GP_GRUB_ALWAYS, NULL);
	if (always)
		everywhere = gp_cmdline_parse(arena, always->value);
	plan->cmdline_file = file;
	plan->cmdline = edit_grub_line(arena, plan, grub, gp_plan_open(arena, plan, facts, file),
		GP_GRUB_DEFAULT, &everywhere);
	if (!plan->cmdline)
		plan->params.n = 0;
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

/* The words of every line that is no comment. */
static const char *parameter_lines(struct gp_arena *arena, const struct gp_edit *edit)
{
	struct gp_strings lines = {0};

	gp_each (line, &edit->lines)
		if (*line && (*line)[0] != '#')
			gp_strings_add(arena, &lines, *line);
	return gp_join(arena, &lines, " ");
}

/* root= and boot= of the running kernel that the file lacks: without them it would not start. */
static const char *missing_root(struct gp_arena *arena, const struct gp_kernel *kernel)
{
	static const char *const names[] = {"root", "boot"};
	struct gp_strings missing = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		const struct gp_param *param = gp_cmdline_last(&kernel->cmdline, names[i]);
		if (param && !gp_cmdline_last(&kernel->configured, names[i]))
			gp_strings_add(arena, &missing, param->raw);
	}
	return gp_join(arena, &missing, " ");
}

static const char *running_words(struct gp_arena *arena, const struct gp_kernel *kernel)
{
	struct gp_cmdline own = without_loaders_own(arena, &kernel->cmdline);
	const char *inits = strstr(kernel->cmdline_text.value, " -- ");
	struct gp_strings words = {0};

	gp_each (param, &own)
		gp_strings_add(arena, &words, param->raw);
	if (inits)
		gp_strings_add(arena, &words, gp_strip(arena, inits));
	return gp_join(arena, &words, " ");
}

/* One line of parameters, at the place of the first; comments stay. */
static void set_parameter_line(struct gp_arena *arena, struct gp_edit *edit, const char *text)
{
	bool done = false;

	for (size_t i = 0; i < edit->lines.n; i++) {
		/* One before may have ended in a backslash, and has taken this one along. */
		if (!edit->lines.items[i] || edit->lines.items[i][0] == '#')
			continue;
		gp_edit_set_line(arena, edit, i + 1, done ? "" : text);
		done = true;
	}
	if (!done)
		gp_edit_append(arena, edit, text);
}

static void edit_kernel_cmdline(
	struct gp_arena *arena, const struct gp_facts *facts, struct gp_plan *plan)
{
	const struct gp_kernel *kernel = &facts->kernel;
	struct gp_edit *edit = gp_plan_open(arena, plan, facts, plan->cmdline_file);
	const struct gp_cmdline nothing = {0};
	const char *old = gp_strip(arena, parameter_lines(arena, edit));

	old = *old ? gp_printf(arena, "%s %s", missing_root(arena, kernel), old)
		   : running_words(arena, kernel);
	plan->cmdline = change_words(arena, plan, gp_strip(arena, old), &nothing);
	set_parameter_line(arena, edit, plan->cmdline);
}

static bool is_file_known(const struct gp_facts *facts, const char *file)
{
	const struct gp_kernel *kernel = &facts->kernel;

	return gp_is_present(strcmp(file, GP_GRUB_FILE) == 0 ? &kernel->grub.text.from
							     : &kernel->configured_text.from);
}

static void sign_edits(struct gp_arena *arena, struct gp_plan *plan)
{
	gp_each (edit, &plan->edits)
		gp_each (param, &plan->params)
			gp_each (id, &param->ids)
				if (!edit->ids.n || gp_equal(edit->path, plan->cmdline_file))
					gp_strings_add_once(arena, &edit->ids, *id);
}

/* No file is written: the whole line, for a person or for grubby's arguments. */
static void say_whole_line(
	struct gp_arena *arena, const struct gp_kernel *kernel, struct gp_plan *plan)
{
	plan->cmdline = change_words(arena, plan, running_words(arena, kernel), &kernel->cmdline);
}

void gp_plan_cmdline(struct gp_arena *arena, const struct gp_facts *facts, struct gp_plan *plan)
{
	enum gp_loader loader = facts->platform.loader;
	bool by_file = loader != GP_LOADER_UNKNOWN && loader != GP_LOADER_GRUBBY;

	if (!gp_plan_touches_cmdline(plan))
		return;
	plan->cmdline_file = gp_loader_reads(arena, facts);
	if (!by_file) {
		say_whole_line(arena, &facts->kernel, plan);
	} else if (!is_file_known(facts, plan->cmdline_file)) {
		give_up(arena, plan);
	} else {
		if (gp_loader_is_grub(loader))
			edit_grub(arena, facts, plan);
		else
			edit_kernel_cmdline(arena, facts, plan);
		sign_edits(arena, plan);
	}
}
