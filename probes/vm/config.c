/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "vm/vm.h"

#define MOST_SETTINGS 512
#define MOST_MAPPINGS 4096
#define KEY_BYTES     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

const struct gp_vm_setting *gp_vm_setting(const struct gp_vm_settings *settings, const char *key)
{
	gp_each (setting, settings)
		if (strcmp(setting->key, key) == 0)
			return setting;
	return NULL;
}

const char *gp_vm_get(const struct gp_vm_settings *settings, const char *key)
{
	const struct gp_vm_setting *setting = gp_vm_setting(settings, key);

	return setting ? setting->value : NULL;
}

const char *gp_vm_place(struct gp_arena *arena, const char *source, size_t line)
{
	return line ? gp_printf(arena, "%s:%zu", source, line) : source;
}

bool gp_vm_is_on(const char *value)
{
	static const char *const words[] = {"1", "on", "yes", "true"};

	for (size_t i = 0; value && i < GP_ARRAY_SIZE(words); i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	return false;
}

const char *gp_vm_property(struct gp_arena *arena, const char *value, const char *name, bool first)
{
	size_t length = strlen(name);

	for (; *value; value += *value == ',') {
		size_t size = strcspn(value, ",");

		if (size > length && strncmp(value, name, length) == 0 && value[length] == '=')
			return gp_strip(
				arena, gp_strndup(arena, value + length + 1, size - length - 1));
		if (first && size && !memchr(value, '=', size))
			return gp_strip(arena, gp_strndup(arena, value, size));
		first = false;
		value += size;
	}
	return NULL;
}

static bool repeats(const char *key)
{
	return gp_starts_with(key, "lxc.");
}

static void keep(struct gp_arena *arena, struct gp_vm_settings *settings,
	const struct gp_vm_setting *setting)
{
	const struct gp_vm_setting *old =
		repeats(setting->key) ? NULL : gp_vm_setting(settings, setting->key);

	if (old)
		settings->items[old - settings->items] = *setting;
	else if (settings->n < MOST_SETTINGS)
		*gp_push(arena, settings) = *setting;
}

/* "key: value"; "lxc.key = value" too. */
static void take_line(
	struct gp_arena *arena, const char *text, size_t line, struct gp_vm_settings *settings)
{
	size_t length = strspn(text, KEY_BYTES), mark = length;
	struct gp_vm_setting setting = {.line = line};

	setting.key = gp_strndup(arena, text, length);
	if (repeats(setting.key))
		mark += strspn(text + mark, " \t");
	if (!length || (text[mark] != ':' && (text[mark] != '=' || !repeats(setting.key))))
		return;
	setting.value = gp_strip(arena, text + mark + 1);
	if (*setting.value)
		keep(arena, settings, &setting);
}

void gp_vm_config_parse(struct gp_arena *arena, const char *text, struct gp_vm_settings *settings,
	struct gp_vm_settings *pending)
{
	struct gp_vm_settings *into = settings;

	for (size_t line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");

		if (*text == '[')
			into = strncasecmp(text, "[PENDING]", 9) == 0 ? pending : NULL;
		else if (into && *text != '#')
			take_line(arena, gp_strndup(arena, text, length), line, into);
		text += length;
		text += *text == '\n';
	}
}

/* The name on a line of its own; with or without "pci:" before it. */
static const char *mapping_name(struct gp_arena *arena, const char *line)
{
	return gp_strip(arena, gp_starts_with(line, "pci:") ? line + strlen("pci:") : line);
}

static void take_mapping(struct gp_arena *arena, const char *name, const char *line,
	const char *node, struct gp_vm_mappings *ret)
{
	const char *text = gp_strip(arena, line), *at, *path, *id;

	if (!gp_starts_with(text, "map ") && !gp_starts_with(text, "map\t"))
		return;
	text = gp_strip(arena, text + strlen("map"));
	at = gp_vm_property(arena, text, "node", false);
	path = gp_vm_property(arena, text, "path", false);
	id = gp_vm_property(arena, text, "id", false);
	if (!path || (at && node && strcmp(at, node) != 0) || ret->n >= MOST_MAPPINGS)
		return;
	*gp_push(arena, ret) =
		(struct gp_vm_mapping){.name = name, .path = path, .id = id ? id : ""};
}

void gp_vm_mappings_parse(
	struct gp_arena *arena, const char *text, const char *node, struct gp_vm_mappings *ret)
{
	const char *name = "";

	while (*text) {
		size_t length = strcspn(text, "\n");
		const char *line = gp_strndup(arena, text, length);

		if (isspace((unsigned char)*line))
			take_mapping(arena, name, line, node, ret);
		else if (*line && *line != '#')
			name = mapping_name(arena, line);
		text += length;
		text += *text == '\n';
	}
}
