/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vfio/vfio.h"

#include <ctype.h>
#include <string.h>

#define MOST_IDS 1024

/* "8086:4680" and what may follow it (":subvendor:subdevice:class:mask"); lower case. */
static char *normal_id(struct gp_arena *arena, const char *text, size_t length)
{
	char *id;

	if (length < 9 || text[4] != ':')
		return NULL;
	for (size_t i = 0; i < 9; i++)
		if (i != 4 && !isxdigit((unsigned char)text[i]))
			return NULL;
	if (length > 9 && text[9] != ':')
		return NULL;
	id = gp_strndup(arena, text, 9);
	for (char *c = id; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return id;
}

static void add_ids(struct gp_arena *arena, const char *list, const struct gp_vfio_id *like,
	struct gp_vfio *out)
{
	struct gp_strings pieces = gp_split(arena, list, ", \t\"");

	gp_each (piece, &pieces) {
		char *id = normal_id(arena, *piece, strlen(*piece));

		if (!id || out->n >= MOST_IDS)
			continue;
		*gp_push(arena, out) = *like;
		out->items[out->n - 1].id = id;
		out->items[out->n - 1].text = *piece;
	}
}

static void take_directive(
	struct gp_arena *arena, const struct gp_directive *directive, struct gp_vfio *out)
{
	struct gp_vfio_id like = {.directive = directive,
		.source = gp_printf(arena, "%s:%zu", directive->file, directive->line),
		.lost = GP_ID_CUT};
	struct gp_cmdline options;

	if (normal_id(arena, directive->command, strlen(directive->command)))
		add_ids(arena, directive->text, &like, out);
	if (strcmp(directive->command, "options") != 0 ||
		!gp_same_name(directive->module, "vfio_pci"))
		return;
	options = gp_cmdline_parse(arena, directive->rest);
	gp_each (option, &options) {
		bool named = option->value && strcmp(option->name, "ids") == 0;

		like.lost = named ? GP_ID_TAKEN : GP_ID_CUT;
		like.list += named;
		add_ids(arena, named ? option->value : option->raw, &like, out);
	}
}

/* A string parameter that is set more than once keeps its last value. */
static void forget_earlier_lists(struct gp_vfio *vfio)
{
	const struct gp_vfio_id *last = NULL;

	gp_each (id, vfio)
		if (id->lost == GP_ID_TAKEN)
			last = id;
	gp_each (id, vfio)
		if (id->lost == GP_ID_TAKEN &&
			(id->directive != last->directive || id->list != last->list))
			id->lost = GP_ID_REPLACED;
}

static void find_ids(struct gp_arena *arena, const struct gp_kernel *kernel, struct gp_vfio *out)
{
	struct gp_vfio_id like = {.source = "/proc/cmdline", .lost = GP_ID_TAKEN};

	gp_each (directive, &kernel->modprobe)
		take_directive(arena, directive, out);
	gp_each (param, &kernel->cmdline) {
		bool named = gp_same_name(param->name, "vfio_pci.ids") && param->value;

		like.list += named;
		like.lost = named ? GP_ID_TAKEN : GP_ID_CUT;
		if (named || like.list)
			add_ids(arena, named ? param->value : param->raw, &like, out);
	}
	forget_earlier_lists(out);
}

void gp_vfio_collect(struct gp_arena *arena, const struct gp_kernel *kernel, struct gp_vfio *ret)
{
	*ret = (struct gp_vfio){0};
	find_ids(arena, kernel, ret);
}

const struct gp_vfio_id *gp_vfio_claims(
	const struct gp_vfio *vfio, const struct gp_function *function)
{
	gp_each (id, vfio)
		if (id->lost == GP_ID_TAKEN && strcmp(id->id, function->id) == 0)
			return id;
	return NULL;
}
