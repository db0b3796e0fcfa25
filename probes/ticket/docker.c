/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a container of Docker is given: docker run, and pieces of a compose file. */
#include <string.h>

#include "ticket/formats.h"

#define HOST_CONFIG "/var/lib/docker/containers/pasted/hostconfig.json"
#define MOST_ITEMS  64

struct container {
	struct gp_arena *arena;
	struct gp_strings devices, groups;
	const char *runtime;
	bool asks_for_gpu, is_known;
	/* of a compose file: the list whose items follow */
	struct gp_strings *list;
};

/* Without quotes, and only of plain bytes; NULL: it is none. */
static const char *plain(struct gp_arena *arena, const char *text)
{
	struct gp_strings words = gp_split(arena, text, " \t\"'");
	const char *word = words.n ? words.items[0] : NULL;

	return word && gp_is_plain(word, "/._:-,=+@") ? word : NULL;
}

static void add(struct container *c, struct gp_strings *list, const char *text)
{
	const char *word = plain(c->arena, text);

	if (!word || list->n >= MOST_ITEMS)
		return;
	c->is_known = true;
	if (list == &c->devices && !gp_starts_with(word, "/dev/"))
		return;
	gp_strings_add_once(c->arena, list,
		list == &c->devices ? gp_strndup(c->arena, word, strcspn(word, ":")) : word);
}

/* The value of an option, behind = or in the next word; NULL: it is another option. */
static const char *option_value(const struct gp_strings *words, size_t i, const char *option)
{
	const char *word = words->items[i];
	size_t length = strlen(option);

	if (strncmp(word, option, length) != 0)
		return NULL;
	if (word[length] == '=')
		return word + length + 1;
	return !word[length] && i + 1 < words->n ? words->items[i + 1] : NULL;
}

/* docker run --device /dev/dri --group-add 105 --gpus all ... */
static void take_run(struct container *c, const char *command)
{
	struct gp_strings words = gp_split(c->arena, command, " \t\\");

	for (size_t i = 0; i < words.n; i++) {
		const char *value;

		if ((value = option_value(&words, i, "--device")) ||
			(value = option_value(&words, i, "-v")) ||
			(value = option_value(&words, i, "--volume")))
			add(c, &c->devices, value);
		else if ((value = option_value(&words, i, "--group-add")))
			add(c, &c->groups, value);
		else if ((value = option_value(&words, i, "--runtime")))
			c->runtime = plain(c->arena, value);
		else if (option_value(&words, i, "--gpus"))
			c->asks_for_gpu = c->is_known = true;
	}
}

/* Keys of a service in a compose file; their items begin with a dash. */
static void take_compose(struct container *c, const char *line)
{
	const char *text = line + strspn(line, " \t");

	if (!strcmp(text, "devices:") || !strcmp(text, "volumes:"))
		c->list = &c->devices;
	else if (!strcmp(text, "group_add:"))
		c->list = &c->groups;
	else if (*text == '-' && text[1] == ' ' && c->list)
		add(c, c->list, text + 2);
	else if (gp_starts_with(text, "runtime: "))
		c->runtime = plain(c->arena, text + strlen("runtime: "));
	else if (*text && *text != '#')
		c->list = NULL;
}

static const char *array_of(
	struct gp_arena *arena, const struct gp_strings *list, const char *start, const char *end)
{
	struct gp_strings items = {0};

	gp_each (item, list)
		gp_strings_add(arena, &items, gp_printf(arena, "%s\"%s\"%s", start, *item, end));
	return gp_join(arena, &items, ",");
}

/* As a capture keeps what Docker has of it. */
static void put(struct gp_ticket *ticket, const struct container *c)
{
	struct gp_arena *arena = ticket->arena;

	if (!c->is_known || (!c->devices.n && !c->asks_for_gpu))
		return;
	gp_sheet_file(ticket->sheet, HOST_CONFIG,
		gp_printf(arena, "[{\"Devices\":[%s],\"GroupAdd\":[%s]%s%s%s%s}]",
			array_of(arena, &c->devices, "{\"PathOnHost\":", "}"),
			array_of(arena, &c->groups, "", ""), c->runtime ? ",\"Runtime\":\"" : "",
			c->runtime ? c->runtime : "", c->runtime ? "\"" : "",
			c->asks_for_gpu
				? ",\"DeviceRequests\":[{\"Driver\":\"\",\"Capabilities\":[[\"gpu\"]]}]"
				: ""));
}

/* Options and keys whose value is the node that a player or a service is to use. */
static bool names_node(const char *line)
{
	static const char *const keys[] = {"vaapi-device", "vaapi_device", "hwaccel_device",
		"init_hw_device", "qsv_device", "--device", "VAAPI_DEVICE", "vaapiDevice",
		"render-device", "VaapiDevice", "QsvDevice"};

	for (size_t i = 0; strstr(line, "/dev/dri/") && i < GP_ARRAY_SIZE(keys); i++)
		if (strstr(line, keys[i]))
			return true;
	return false;
}

/* The driver of VA-API that is asked for goes with the node. */
static void take_settings(struct gp_ticket *ticket)
{
	static const char driver[] = "LIBVA_DRIVER_NAME";
	const char *asked = NULL;

	gp_each (line, &ticket->lines)
		if (strstr(line->text, driver) && strpbrk(strstr(line->text, driver), "=:"))
			asked = strstr(line->text, driver);
	gp_each (line, &ticket->lines) {
		const char *text = line->text + strspn(line->text, " \t-");

		if (names_node(text) && strlen(text) < 2000 && *text != '#')
			gp_sheet_line_once(ticket->sheet, "/.given/settings",
				asked ? gp_printf(ticket->arena, "%s (%.60s)", text, asked) : text);
	}
}

void gp_ticket_docker(struct gp_ticket *ticket)
{
	struct container c = {.arena = ticket->arena};

	gp_each (line, &ticket->lines) {
		const char *run = strstr(line->text, "docker run ");

		if (run && strlen(run) < 4000)
			take_run(&c, run);
		else if (!line->is_command)
			take_compose(&c, line->text);
	}
	put(ticket, &c);
	take_settings(ticket);
}
