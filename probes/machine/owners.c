/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/owners.h"

#include <string.h>

#define MAX_OWNERS_FILE (4u << 20)

/* "name:password:id:..." */
static void add_line(struct gp_arena *arena, struct gp_owner_list *list, char *line)
{
	char *password = strchr(line, ':');
	char *id = password ? strchr(password + 1, ':') : NULL;
	struct gp_owner *owner;
	uint64_t number;

	if (!id)
		return;
	*password = '\0';
	id[1 + strcspn(id + 1, ":")] = '\0';
	if (gp_parse_u64(id + 1, 10, &number) < 0)
		return;
	owner = gp_push(arena, list);
	owner->id = number;
	owner->name = line;
}

static void read_list(struct gp_source *source, const char *path, struct gp_owner_list *list)
{
	struct gp_bytes bytes;
	char *text, *line;

	list->is_read = true;
	if (source->ops->read(source, path, MAX_OWNERS_FILE, &bytes) < 0)
		return;
	text = gp_strndup(source->arena, (const char *)bytes.data, bytes.size);
	while ((line = strsep(&text, "\n")))
		add_line(source->arena, list, line);
}

static const char *name_of(
	struct gp_owner_list *list, struct gp_source *source, const char *path, uint64_t id)
{
	struct gp_owner *unnamed;

	if (!list->is_read)
		read_list(source, path, list);
	gp_each (owner, list)
		if (owner->id == id)
			return owner->name;
	unnamed = gp_push(source->arena, list);
	unnamed->id = id;
	unnamed->name = gp_printf(source->arena, "%llu", (unsigned long long)id);
	return unnamed->name;
}

const char *gp_owners_user(struct gp_owners *owners, struct gp_source *source, uint64_t id)
{
	return name_of(&owners->users, source, "/etc/passwd", id);
}

const char *gp_owners_group(struct gp_owners *owners, struct gp_source *source, uint64_t id)
{
	return name_of(&owners->groups, source, "/etc/group", id);
}
