/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/modprobe.h"

#include <string.h>

#include "kernel/cmdline.h"

#define BLANKS          " \t\r"
#define MOST_DIRECTIVES 8192

static struct gp_directive parse_directive(struct gp_arena *arena, const char *text)
{
	struct gp_directive directive = {.text = text, .module = "", .rest = ""};
	size_t length = strcspn(text, BLANKS);

	directive.command = gp_strndup(arena, text, length);
	text += length + strspn(text + length, BLANKS);
	length = strcspn(text, BLANKS);
	directive.module = gp_strndup(arena, text, length);
	text += length + strspn(text + length, BLANKS);
	directive.rest = gp_strip(arena, text);
	return directive;
}

/* The next line, those that end in a backslash joined to it; NULL at the end. */
static char *next_line(struct gp_arena *arena, const char **text, size_t *line)
{
	char *joined, *end;
	const char *at = *text;

	if (!*at)
		return NULL;
	do {
		at += strcspn(at, "\n");
		++*line;
		at += *at == '\n';
	} while (*at && at - *text > 1 && at[-1] == '\n' && at[-2] == '\\');
	end = joined = gp_alloc(arena, (size_t)(at - *text) + 1, 1);
	for (const char *from = *text; from < at; from++) {
		if (*from == '\n' || (*from == '\\' && (from + 1 == at || from[1] == '\n')))
			continue;
		*end++ = *from;
	}
	*text = at;
	return joined;
}

void gp_modprobe_parse(
	struct gp_arena *arena, const char *file, const char *text, struct gp_modprobe *out)
{
	size_t line = 0, first = 1;
	char *joined;

	while ((joined = next_line(arena, &text, &line))) {
		const char *content = gp_strip(arena, joined);

		if (*content && *content != '#' && out->n < MOST_DIRECTIVES) {
			struct gp_directive *directive = gp_push(arena, out);
			*directive = parse_directive(arena, content);
			directive->file = file;
			directive->line = first;
		}
		first = line + 1;
	}
}

void gp_modules_parse(
	struct gp_arena *arena, const char *file, const char *text, struct gp_listed_modules *out)
{
	for (size_t line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");
		const char *start = text + strspn(text, BLANKS);
		size_t name = strcspn(start, BLANKS "\n#;");

		if (name && start < text + length)
			*gp_push(arena, out) =
				(struct gp_listed_module){.module = gp_strndup(arena, start, name),
					.file = file,
					.line = line,
					.text = gp_strndup(arena, text, length)};
		text += length + (text[length] == '\n');
	}
}

/* Behind "force_drivers+=" or "MODULES=", or NULL. */
static const char *list_of_modules(const char *line)
{
	static const char *const names[] = {"force_drivers", "MODULES"};

	line += strspn(line, BLANKS);
	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		const char *at = line + strlen(names[i]);

		if (!gp_starts_with(line, names[i]))
			continue;
		at += *at == '+';
		return *at == '=' ? at + 1 : NULL;
	}
	return NULL;
}

#define AROUND_WORDS BLANKS "\"'()"

void gp_initrd_modules_parse(
	struct gp_arena *arena, const char *file, const char *text, struct gp_listed_modules *out)
{
	for (size_t line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");
		const char *whole = gp_strndup(arena, text, length);
		const char *at = list_of_modules(whole);

		for (; at && *(at += strspn(at, AROUND_WORDS)) && *at != '#';
			at += strcspn(at, AROUND_WORDS "#"))
			*gp_push(arena, out) = (struct gp_listed_module){
				.module = gp_strndup(arena, at, strcspn(at, AROUND_WORDS "#")),
				.file = file,
				.line = line,
				.text = whole};
		text += length + (text[length] == '\n');
	}
}

const char *gp_listed_without(struct gp_arena *arena, const struct gp_listed_module *listed)
{
	size_t length = strlen(listed->module);
	const char *at = list_of_modules(listed->text), *behind;

	while (at && (at = strstr(at, listed->module)) &&
		!(strchr(AROUND_WORDS "=", at[-1]) &&
			(!at[length] || strchr(AROUND_WORDS "#", at[length]))))
		at += length;
	if (!at)
		return "";
	behind = at + length;
	behind += at[-1] == ' ' && *behind == ' ';
	return gp_printf(arena, "%.*s%s", (int)(at - listed->text), listed->text, behind);
}

const struct gp_config_file *gp_config_file(const struct gp_config_files *files, const char *path)
{
	gp_each (file, files)
		if (strcmp(file->text.from.path, path) == 0)
			return file;
	return NULL;
}

static void remember(
	struct gp_machine *machine, struct gp_config_files *files, const struct gp_text_value *text)
{
	struct gp_config_file *file = gp_push(gp_machine_arena(machine), files);
	struct gp_stat stat;

	file->text = *text;
	if (gp_is_present(&text->from) && gp_machine_stat(machine, text->from.path, &stat) == 0)
		file->mtime = stat.mtime;
}

/* Read already, by this name or by the one that a link leads to. */
static bool is_known(
	struct gp_machine *machine, const struct gp_config_files *files, const char *path)
{
	const char *real;

	return gp_machine_realpath(machine, path, &real) == 0 && gp_config_file(files, real);
}

typedef void take_file(struct gp_arena *arena, const char *file, const char *text, void *out);

/* Each *.conf of the directories once by name, the first directory winning, in order of names. */
static void each_conf(struct gp_machine *machine, const char *const *dirs,
	struct gp_config_files *files, take_file *take, void *out)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_strings names = {0};

	for (const char *const *dir = dirs; *dir; dir++) {
		struct gp_names_value found = gp_read_names(machine, *dir);

		gp_each (name, &found.value)
			if (gp_ends_with(*name, ".conf"))
				gp_strings_add_once(arena, &names, *name);
	}
	gp_strings_sort(&names);
	gp_each (name, &names) {
		for (const char *const *dir = dirs; *dir; dir++) {
			struct gp_text_value text =
				gp_read_text(machine, gp_printf(arena, "%s/%s", *dir, *name));

			if (gp_is_absent(&text.from))
				continue;
			if (is_known(machine, files, text.from.path))
				break;
			remember(machine, files, &text);
			if (gp_is_present(&text.from))
				take(arena, text.from.path, text.value, out);
			break;
		}
	}
}

static void take_modprobe(struct gp_arena *arena, const char *file, const char *text, void *out)
{
	gp_modprobe_parse(arena, file, text, out);
}

static void take_modules(struct gp_arena *arena, const char *file, const char *text, void *out)
{
	gp_modules_parse(arena, file, text, out);
}

void gp_modprobe_collect(
	struct gp_machine *machine, struct gp_config_files *files, struct gp_modprobe *out)
{
	static const char *const dirs[] = {"/etc/modprobe.d", "/run/modprobe.d",
		"/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d", NULL};

	each_conf(machine, dirs, files, take_modprobe, out);
}

static void take_initrd_modules(
	struct gp_arena *arena, const char *file, const char *text, void *out)
{
	gp_initrd_modules_parse(arena, file, text, out);
}

static void collect_file(struct gp_machine *machine, const char *path,
	struct gp_config_files *files, take_file *take, void *out)
{
	struct gp_text_value text = gp_read_text(machine, path);

	remember(machine, files, &text);
	if (gp_is_present(&text.from))
		take(gp_machine_arena(machine), text.from.path, text.value, out);
}

void gp_modules_collect(
	struct gp_machine *machine, struct gp_config_files *files, struct gp_listed_modules *out)
{
	static const char *const dirs[] = {"/etc/modules-load.d", "/run/modules-load.d",
		"/usr/local/lib/modules-load.d", "/usr/lib/modules-load.d", NULL};
	static const char *const of_dracut[] = {"/etc/dracut.conf.d", NULL};

	collect_file(machine, "/etc/modules", files, take_modules, out);
	collect_file(machine, "/etc/initramfs-tools/modules", files, take_modules, out);
	collect_file(machine, "/etc/dracut.conf", files, take_initrd_modules, out);
	collect_file(machine, "/etc/mkinitcpio.conf", files, take_initrd_modules, out);
	each_conf(machine, of_dracut, files, take_initrd_modules, out);
	each_conf(machine, dirs, files, take_modules, out);
}

/* What follows the last NAME= among the words; NULL: it is not there. */
static const char *value_among(const char *words, const char *name)
{
	size_t size = strlen(name);
	const char *found = NULL;

	for (const char *at = words; (at = strstr(at, name)); at += size)
		if ((at == words || strchr(" \t", at[-1])) && at[size] == '=')
			found = at + size + 1;
	return found;
}

const char *gp_modprobe_value(const struct gp_modprobe *modprobe, const char *module,
	const char *name, const struct gp_directive **ret)
{
	const char *found = NULL;

	gp_each (directive, modprobe) {
		const char *value = value_among(directive->rest, name);

		if (!value || strcmp(directive->command, "options") != 0 ||
			!gp_same_name(directive->module, module))
			continue;
		found = value;
		*ret = directive;
	}
	return found;
}
