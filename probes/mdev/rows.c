/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

/* Lines become ", ": "low_gm_size: 64MB, high_gm_size: 384MB". */
static const char *one_line(struct gp_arena *arena, const char *text)
{
	struct gp_strings lines = gp_split(arena, text, "\n");

	return gp_join(arena, &lines, ", ");
}

static void write_type(const struct gp_mdev_type *type, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;
	const char *id = gp_printf(arena, "mdev.type.%s", type->type);

	if (gp_is_present(&type->left.from))
		gp_fact_number(
			sink, type->parent, id, type->left.from.path, type->left.value, "left");
	else
		gp_fact(sink, type->parent, id, type->left.from.path, "unknown", "left");
	if (*type->name.value)
		gp_fact(sink, type->parent, gp_printf(arena, "%s.name", id), type->name.from.path,
			type->name.value, "");
	if (*type->description.value)
		gp_fact(sink, type->parent, gp_printf(arena, "%s.description", id),
			type->description.from.path, one_line(arena, type->description.value), "");
	if (*type->device_api.value)
		gp_fact(sink, type->parent, gp_printf(arena, "%s.api", id),
			type->device_api.from.path, type->device_api.value, "");
}

static void write_device(const struct gp_facts *facts, const struct gp_mdev_device *device,
	const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;
	const char *subject = gp_printf(arena, "mdev/%s", device->uuid);
	const struct {
		const char *id, *value;
	} texts[] = {
		{"mdev.parent", device->parent},
		{"mdev.type", device->type},
		{"mdev.driver", device->driver},
		{"mdev.group", device->group},
		{"mdev.owner", gp_mdev_owner_says(arena, facts, device)},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(texts); i++)
		gp_fact(sink, subject, texts[i].id, device->dir, texts[i].value, "");
}

void gp_mdev_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_mdev *mdev = &facts->mdev;
	struct gp_arena *arena = sink->record->arena;

	gp_each (type, &mdev->types)
		write_type(type, sink);
	gp_each (device, &mdev->devices)
		write_device(facts, device, sink);
	gp_each (definition, &mdev->definitions)
		gp_fact(sink, gp_printf(arena, "mdev/%s", definition->uuid), "mdev.definition",
			definition->source,
			gp_printf(arena, "%s of %s, %s", definition->type, definition->parent,
				definition->at_boot ? "at boot" : "by hand"),
			"");
	gp_each (vgpu, &mdev->vgpus) {
		gp_fact_number(sink, vgpu->address, "vgpu.type", vgpu->current.from.path,
			vgpu->current.value, "");
		gp_fact(sink, vgpu->address, "vgpu.creatable", vgpu->creatable.from.path,
			one_line(arena, vgpu->creatable.value), "");
	}
}
