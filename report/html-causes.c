/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-machine.h"

#include <string.h>

#define MENDERS_MOST 16

/* None of these begins further down a machine's part of the page than this, in bytes. */
#define FIRST_STEPS_UNTIL (80u << 10)
#define STEPS_UNTIL       (150u << 10)
#define CAUSES_UNTIL      (150u << 10)

#define COMMAND_MOST 8000 /* bytes */

static void put_lines(const struct gp_html_machine *machine, const char *text)
{
	size_t all = strlen(text);

	if (all > COMMAND_MOST) {
		gp_html_put(machine->html, "(%zu bytes, too much to show here)\n", all);
		return;
	}
	while (*text) {
		size_t size = strcspn(text, "\n");

		gp_html_put(machine->html, "%s\n", gp_strndup(machine->arena, text, size));
		text += size + (text[size] == '\n');
	}
}

static void put_step(const struct gp_html_machine *machine, size_t i)
{
	const struct gp_row *step = machine->digest.steps.items[i];
	bool command = gp_step_is_command(step);

	gp_html_put(machine->html, "<h%zu>%s</h%zu>\n", machine->level + 2,
		gp_step_title(machine->arena, step), machine->level + 2);
	if (!*step->text)
		return;
	gp_html_put(machine->html, command ? "<pre><code>" : "<p>");
	put_lines(machine, step->text);
	gp_html_put(machine->html, command ? "</code></pre>\n" : "</p>\n");
}

static void put_step_of_plan(const struct gp_html_machine *machine, size_t i)
{
	struct gp_strings ids =
		gp_split(machine->arena, machine->digest.steps.items[i]->source, ";");

	gp_html_put(machine->html, "<li id=\"m%zu-step%zu\">", machine->number, i + 1);
	put_step(machine, i);
	if (ids.n)
		gp_html_put(machine->html, "<p class=\"tag\">For <code>%s</code></p>\n",
			gp_join(machine->arena, &ids, ", "));
	gp_html_put(machine->html, "</li>\n");
}

static bool mends(const struct gp_html_machine *machine, size_t step, const struct gp_cause *cause)
{
	return gp_listed(machine->digest.steps.items[step]->source, cause->row->id);
}

/* Whether the steps that stand below the first cause are the whole plan. */
static bool first_has_all_steps(const struct gp_html_machine *machine)
{
	const struct gp_digest *digest = &machine->digest;
	size_t size = 0;

	if (!digest->fails.n || digest->steps_left_out || machine->is_long)
		return false;
	for (size_t i = 0; i < digest->steps.n; i++) {
		size += strlen(digest->steps.items[i]->text);
		if (size > COMMAND_MOST || i == MENDERS_MOST ||
			!mends(machine, i, digest->fails.items))
			return false;
	}
	return true;
}

static size_t count_menders(const struct gp_html_machine *machine, const struct gp_cause *cause)
{
	size_t n = 0;

	for (size_t i = 0; i < machine->digest.steps.n; i++)
		n += mends(machine, i, cause);
	return n;
}

/* "In the plan: step 1, step 3", as links where those are on the page already. */
static void put_menders(const struct gp_html_machine *machine, const struct gp_cause *cause)
{
	const char *before = "<p class=\"tag\">In the plan: ";
	size_t n = 0;

	for (size_t i = 0; i < machine->digest.steps.n && n < MENDERS_MOST; i++) {
		if (!mends(machine, i, cause))
			continue;
		fputs(n++ ? ", " : before, machine->html->out);
		if (i < machine->n_linked)
			gp_html_put(machine->html, "<a href=\"#m%zu-step%zu\">step %zu</a>",
				machine->number, i + 1, i + 1);
		else
			gp_html_put(machine->html, "step %zu", i + 1);
	}
	if (n)
		gp_html_put(machine->html, "</p>\n");
}

static void put_cause(const struct gp_html_machine *machine, const struct gp_cause *cause)
{
	const struct gp_row *row = cause->row;

	gp_html_put(machine->html, "<h%zu>%s</h%zu>\n<p class=\"tag\"><code>%s</code>",
		machine->level + 2, cause->title, machine->level + 2, row->id);
	if (*row->layer)
		gp_html_put(machine->html, ", layer %s", row->layer);
	if (*row->subject)
		gp_html_put(machine->html, ", <code>%s</code>", row->subject);
	gp_html_put(machine->html, "</p>\n");
	if (*cause->why)
		gp_html_put(machine->html, "<p>%s</p>\n", cause->why);
	if (*row->source)
		gp_html_put(machine->html,
			"<p class=\"seen\"><span>Seen:</span> <code>%s</code></p>\n", row->source);
}

static void put_other_cause(const struct gp_html_machine *machine, const struct gp_cause *cause)
{
	gp_html_put(machine->html, "<div class=\"cause\">\n");
	put_cause(machine, cause);
	put_menders(machine, cause);
	gp_html_put(machine->html, "</div>\n");
}

/* Causes from, from + 1, ... up to to, as far as the page has room. */
static size_t put_causes(const struct gp_html_machine *machine, const struct gp_cause *causes,
	size_t from, size_t to)
{
	for (; from < to && machine->html->written < CAUSES_UNTIL; from++)
		put_other_cause(machine, &causes[from]);
	return to - from;
}

static void put_fails(const struct gp_html_machine *machine)
{
	const struct gp_digest *digest = &machine->digest;
	size_t left;

	if (digest->fails.n < 2)
		return;
	gp_html_open_section(machine->html, "What else is wrong", machine->level + 1);
	left = put_causes(machine, digest->fails.items, 1, digest->fails.n);
	gp_html_left_out(
		machine->html, left + (digest->warns.n ? 0 : digest->causes_left_out), "causes");
	gp_html_close_section(machine->html);
}

static void put_warns(const struct gp_html_machine *machine)
{
	const struct gp_digest *digest = &machine->digest;
	size_t left;

	if (!digest->warns.n)
		return;
	gp_html_open_section(machine->html, "Warnings", machine->level + 1);
	left = put_causes(machine, digest->warns.items, 0, digest->warns.n);
	gp_html_left_out(machine->html, left + digest->causes_left_out, "causes");
	gp_html_close_section(machine->html);
}

void gp_html_other_causes(const struct gp_html_machine *machine)
{
	put_fails(machine);
	put_warns(machine);
}

/* It keeps its number of the plan; where there is no other list of it, its place too. */
static void put_first_step(const struct gp_html_machine *machine, size_t i, bool all)
{
	if (all)
		gp_html_put(machine->html, "<li id=\"m%zu-step%zu\">", machine->number, i + 1);
	else
		gp_html_put(machine->html, "<li value=\"%zu\">", i + 1);
	put_step(machine, i);
	gp_html_put(machine->html, "</li>\n");
}

static void put_first_steps(const struct gp_html_machine *machine, const struct gp_cause *first)
{
	bool all = first_has_all_steps(machine);

	if (machine->is_long || !count_menders(machine, first))
		return;
	gp_html_put(machine->html, "<ol class=\"plan\">\n");
	for (size_t i = 0; i < machine->digest.steps.n; i++)
		if (mends(machine, i, first) && (all || machine->html->written < FIRST_STEPS_UNTIL))
			put_first_step(machine, i, all);
	gp_html_put(machine->html, "</ol>\n");
}

void gp_html_first_cause(const struct gp_html_machine *machine)
{
	const struct gp_cause *first = machine->digest.fails.items;

	if (!machine->digest.fails.n)
		return;
	gp_html_open_section(machine->html, "What to mend first", machine->level + 1);
	gp_html_put(machine->html, "<div class=\"cause\">\n");
	put_cause(machine, first);
	if (machine->is_long)
		put_menders(machine, first);
	gp_html_put(machine->html, "</div>\n");
	put_first_steps(machine, first);
	gp_html_close_section(machine->html);
}

void gp_html_plan(struct gp_html_machine *machine)
{
	const struct gp_digest *digest = &machine->digest;
	size_t *n = &machine->n_linked;

	if (first_has_all_steps(machine))
		*n = digest->steps.n;
	if (*n == digest->steps.n)
		return;
	gp_html_open_section(machine->html, "The plan", machine->level + 1);
	gp_html_put(machine->html, "<ol class=\"plan\">\n");
	for (; *n < digest->steps.n && machine->html->written < STEPS_UNTIL; ++*n)
		put_step_of_plan(machine, *n);
	gp_html_put(machine->html, "</ol>\n");
	gp_html_left_out(machine->html, digest->steps.n - *n + digest->steps_left_out, "steps");
	gp_html_close_section(machine->html);
}
