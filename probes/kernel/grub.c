/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/grub.h"

#include <string.h>

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
#define MOST_LINES 1024

static bool has_curly_quotes(const char *text)
{
	/* U+2018 to U+201F, as UTF-8 */
	for (; (text = strstr(text, "\xe2\x80")); text++)
		if ((unsigned char)text[2] >= 0x98 && (unsigned char)text[2] <= 0x9f)
			return true;
	return false;
}

/* What the shell would make of the right-hand side: quotes off, a bare word up to a blank. */
static char *unquote(struct gp_arena *arena, const char *text)
{
	char quote = *text;

	if (quote == '"' || quote == '\'')
		return gp_strndup(arena, text + 1, strcspn(text + 1, quote == '"' ? "\"" : "'"));
	return gp_strndup(arena, text, strcspn(text, " \t#;"));
}

static void take_line(struct gp_arena *arena, const char *file, size_t number, const char *text,
	struct gp_grub *out)
{
	const char *start = text + strspn(text, " \t");
	struct gp_grub_line *line;
	size_t length;
	bool appends;

	if (gp_starts_with(start, "export "))
		start += strlen("export ");
	length = strspn(start, NAME_CHARS);
	appends = length && start[length] == '+';
	if (!length || start[length + appends] != '=' || !gp_starts_with(start, "GRUB_CMDLINE") ||
		out->n >= MOST_LINES)
		return;
	line = gp_push(arena, out);
	line->variable = gp_strndup(arena, start, length);
	line->text = text;
	line->file = file;
	line->line = number;
	line->appends = appends;
	line->curly_quotes = has_curly_quotes(start + length + 1);
	line->value = unquote(arena, start + length + appends + 1);
}

void gp_grub_parse(struct gp_arena *arena, const char *file, const char *text, struct gp_grub *out)
{
	for (size_t number = 1; *text; number++) {
		size_t length = strcspn(text, "\n");

		take_line(arena, file, number, gp_strndup(arena, text, length), out);
		text += length + (text[length] == '\n');
	}
}

bool gp_grub_is_conditional(const struct gp_grub_line *line)
{
	return *line->text == ' ' || *line->text == '\t';
}

const struct gp_grub_line *gp_grub_last(
	const struct gp_grub *grub, const char *variable, const char *file)
{
	const struct gp_grub_line *last = NULL;

	gp_each (line, grub)
		if (strcmp(line->variable, variable) == 0 &&
			(!file || strcmp(line->file, file) == 0))
			last = line;
	return last;
}

/* What the variable holds in the end, as far as it is set without conditions. */
static const char *value_of(
	struct gp_arena *arena, const struct gp_grub *grub, const char *variable)
{
	struct gp_strings values = {0};

	gp_each (line, grub) {
		if (strcmp(line->variable, variable) != 0)
			continue;
		if (!line->appends)
			values.n = 0;
		gp_strings_add(arena, &values, line->value);
	}
	return gp_join(arena, &values, " ");
}

static struct gp_cmdline passed_to_kernel(struct gp_arena *arena, const struct gp_grub *grub)
{
	return gp_cmdline_parse(
		arena, gp_printf(arena, "%s %s", value_of(arena, grub, GP_GRUB_ALWAYS),
			       value_of(arena, grub, GP_GRUB_DEFAULT)));
}

static void collect_backups(struct gp_machine *machine, struct gp_grub *grub)
{
	static const char *const endings[] = {".bak", ".backup", ".bk", ".dpkg-bak", ".dpkg-old",
		".old", ".orig", ".save", ".ucf-old", "~"};
	struct gp_arena *arena = gp_machine_arena(machine);

	for (size_t i = 0; i < GP_ARRAY_SIZE(endings); i++) {
		struct gp_text_value text =
			gp_read_text(machine, gp_printf(arena, GP_GRUB_FILE "%s", endings[i]));
		struct gp_grub old = {0};

		if (!gp_is_present(&text.from))
			continue;
		gp_grub_parse(arena, text.from.path, text.value, &old);
		*gp_push(arena, &grub->backups) =
			(struct gp_grub_backup){text.from.path, passed_to_kernel(arena, &old)};
	}
}

void gp_grub_collect(struct gp_machine *machine, struct gp_grub *ret)
{
	static const char *const kernel_lines[] = {"vmlinuz", NULL};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, "/etc/default/grub.d");

	*ret = (struct gp_grub){.text = gp_read_text(machine, GP_GRUB_FILE)};
	gp_grub_parse(arena, GP_GRUB_FILE, ret->text.value, ret);
	gp_each (name, &names.value) {
		struct gp_text_value text;

		if (!gp_ends_with(*name, ".cfg"))
			continue;
		text = gp_read_text(machine, gp_printf(arena, "/etc/default/grub.d/%s", *name));
		*gp_push(arena, &ret->pieces) = text;
		gp_grub_parse(arena, text.from.path, text.value, ret);
	}
	ret->effective = passed_to_kernel(arena, ret);
	collect_backups(machine, ret);
	ret->generated = gp_read_matching(machine, "/boot/grub/grub.cfg", kernel_lines, 64);
}
