/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/initrd.h"

#include <errno.h>
#include <string.h>

#include "kernel/cmdline.h"

/* The lines behind "file", without their mark; *text moves behind them. */
static char *take_content(struct gp_arena *arena, const char **text)
{
	const char *end = *text;
	char *content, *to;

	while (*end == '|') {
		end += strcspn(end, "\n");
		end += *end == '\n';
	}
	to = content = gp_alloc(arena, (size_t)(end - *text) + 1, 1);
	for (const char *line = *text; line < end;) {
		size_t length = strcspn(line, "\n");

		to = mempcpy(to, line + 1, length - 1);
		*to++ = '\n';
		line += length + (line[length] == '\n');
	}
	*text = end;
	return content;
}

static void take_file(
	struct gp_arena *arena, const char *path, const char *content, struct gp_initrd *initrd)
{
	const char *file = gp_printf(arena, "/%s in the initrd", path);

	if (gp_starts_with(path, "etc/modprobe.d/"))
		gp_modprobe_parse(arena, file, content, &initrd->modprobe);
	else
		gp_modules_parse(arena, file, content, &initrd->listed);
}

static const char *value_of(const char *line, const char *key)
{
	return gp_starts_with(line, key) ? line + strlen(key) : NULL;
}

/* False where it does not reach to its last line. */
static bool parse(struct gp_arena *arena, const char *text, struct gp_initrd *initrd)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		const char *line = gp_strndup(arena, text, length), *value;

		text += length + (text[length] == '\n');
		if (strcmp(line, "end") == 0)
			return true;
		if ((value = value_of(line, "cut ")))
			initrd->cut = value;
		else if ((value = value_of(line, "compressed ")))
			initrd->compression = value;
		else if ((value = value_of(line, "module ")))
			gp_strings_add(arena, &initrd->modules, value);
		else if ((value = value_of(line, "file ")))
			take_file(arena, value, take_content(arena, &text), initrd);
	}
	return initrd->cut;
}

static struct gp_origin come_to(const char *path, int r, const char *problem)
{
	struct gp_origin from = {.path = path, .presence = GP_PRESENT};

	if (r == -ENOENT) {
		from.presence = GP_ABSENT;
	} else if (r == -EFBIG) {
		from.presence = GP_MALFORMED;
		from.problem = "is larger than 512 MiB";
	} else if (r < 0) {
		from.presence = GP_UNREADABLE;
		from.error = -r;
	} else if (problem) {
		from.presence = GP_MALFORMED;
		from.problem = problem;
	}
	return from;
}

void gp_initrd_collect(struct gp_machine *machine, const char *path, struct gp_initrd *ret)
{
	static const struct gp_extract listing = {GP_INITRD_MAX, GP_LISTING_MAX, gp_initrd_list};
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *problem = NULL;
	struct gp_bytes bytes = {0};
	int r = gp_machine_extract(machine, path, &listing, &bytes);

	*ret = (struct gp_initrd){.compression = "none"};
	if (!r) {
		const char *text = (const char *)bytes.data;

		if (!gp_starts_with(text, GP_LISTING_START))
			problem = "is no listing of an initrd";
		else if (!parse(arena, text + strlen(GP_LISTING_START), ret))
			ret->cut = "its listing ends early";
	}
	ret->from = come_to(gp_strdup(arena, path), r, problem);
}

bool gp_initrd_has_module(const struct gp_initrd *initrd, const char *module)
{
	gp_each (name, &initrd->modules)
		if (gp_same_name(*name, module))
			return true;
	return false;
}
