/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/source.h"

#include <errno.h>
#include <string.h>

uint8_t *gp_bytes_copy(struct gp_arena *arena, const void *data, size_t size)
{
	uint8_t *copy = gp_alloc(arena, size + 1, 1);

	if (size)
		memcpy(copy, data, size);
	return copy;
}

static int type_at(void *context, const char *path, mode_t *ret)
{
	struct gp_source *source = context;
	struct gp_stat st;
	int r = source->ops->lstat(source, path, &st);

	if (!r)
		*ret = st.mode;
	return r;
}

static int link_at(void *context, const char *path, char *ret, size_t size)
{
	struct gp_source *source = context;
	const char *target;
	int r = source->ops->readlink(source, path, &target);

	if (r < 0)
		return r;
	if (strlen(target) >= size)
		return -ENAMETOOLONG;
	memcpy(ret, target, strlen(target) + 1);
	return 0;
}

struct gp_resolver gp_source_resolver(struct gp_source *source)
{
	return (struct gp_resolver){.type = type_at, .readlink = link_at, .context = source};
}

bool gp_is_at_or_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return !strncmp(path, directory, length) && (path[length] == '/' || !path[length]);
}

size_t gp_class_directory(const char *path)
{
	static const struct {
		const char *top;
		unsigned int components;
	} classes[] = {
		{"/sys/class", 3},
		{"/sys/bus", 3},
		{"/sys/firmware", 3},
		{"/sys/kernel", 3},
		{"/sys/devices", 3},
		{"/sys/module", 2},
		{"/sys", 1},
		{"/proc", 1},
		{"/dev", 1},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(classes); i++) {
		size_t length = 0;

		if (!gp_is_at_or_below(path, classes[i].top))
			continue;
		for (unsigned int n = 0; n < classes[i].components && path[length]; n++)
			length += 1 + strcspn(path + length + 1, "/");
		return length;
	}
	return 0;
}
