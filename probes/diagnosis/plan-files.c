/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "diagnosis/plan.h"

static const struct gp_text_value *known_text(const struct gp_facts *facts, const char *path)
{
	const struct gp_kernel *kernel = &facts->kernel;
	const struct gp_config_file *file = gp_config_file(&kernel->files, path);

	if (strcmp(path, GP_GRUB_FILE) == 0)
		return &kernel->grub.text;
	if (strcmp(path, "/etc/kernel/cmdline") == 0)
		return &kernel->configured_text;
	gp_each (piece, &kernel->grub.pieces)
		if (strcmp(path, piece->from.path) == 0)
			return piece;
	if (!file)
		file = gp_config_file(&facts->sriov.makers.files, path);
	return file ? &file->text : NULL;
}

/* Keeps empty lines, which gp_split() would drop. */
static void split_lines(struct gp_arena *arena, const char *text, struct gp_strings *lines)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		gp_strings_add(arena, lines, gp_strndup(arena, text, length));
		text += length + (text[length] == '\n');
	}
}

struct gp_edit *gp_plan_open(struct gp_arena *arena, struct gp_plan *plan,
	const struct gp_facts *facts, const char *path)
{
	const struct gp_text_value *text = known_text(facts, path);
	struct gp_edit *edit;

	gp_each (open, &plan->edits)
		if (strcmp(open->path, path) == 0)
			return open;
	edit = gp_push(arena, &plan->edits);
	edit->path = path;
	if (text && gp_is_present(&text->from)) {
		edit->old = text->value;
		split_lines(arena, text->value, &edit->lines);
	}
	return edit;
}

bool gp_edit_replace(
	struct gp_arena *arena, struct gp_edit *edit, size_t line, const char *replacement)
{
	gp_each (done, &edit->replaced)
		if (done->line == line)
			return strcmp(done->text, replacement) == 0;
	*gp_push(arena, &edit->replaced) = (struct gp_replaced_line){line, replacement};
	gp_edit_set_line(arena, edit, line, replacement);
	return true;
}

void gp_edit_set_line(
	struct gp_arena *arena, struct gp_edit *edit, size_t line, const char *replacement)
{
	size_t at = line - 1;
	const char *old;

	if (!line || at >= edit->lines.n || !edit->lines.items[at])
		return;
	old = edit->lines.items[at];
	while (gp_ends_with(edit->lines.items[at], "\\") && at + 1 < edit->lines.n &&
		edit->lines.items[at + 1])
		edit->lines.items[at++] = NULL;
	edit->lines.items[at] = NULL;
	edit->dropped++;
	gp_strings_add(arena, &edit->gone,
		gp_printf(arena, *replacement ? "instead of: %s" : "take out: %s", old));
	if (!*replacement)
		return;
	edit->lines.items[line - 1] = replacement;
	gp_strings_add(arena, &edit->added, replacement);
}

void gp_edit_append(struct gp_arena *arena, struct gp_edit *edit, const char *line)
{
	gp_each (old, &edit->lines)
		if (*old && strcmp(*old, line) == 0)
			return;
	gp_strings_add(arena, &edit->lines, line);
	gp_strings_add(arena, &edit->added, line);
}

void gp_edit_finish(struct gp_arena *arena, struct gp_edit *edit)
{
	struct gp_strings kept = {0};

	gp_each (line, &edit->lines)
		if (*line)
			gp_strings_add(arena, &kept, *line);
	edit->content = gp_printf(arena, "%s%s", gp_join(arena, &kept, "\n"), kept.n ? "\n" : "");
	if (!edit->added.n && !edit->dropped && edit->old)
		edit->content = edit->old;
}
