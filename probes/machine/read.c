/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/read.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "machine/part.h"

#define MAX_TEXT (1u << 20)
#define MAX_LINE (64u << 10)

static struct gp_origin malformed(const char *path, const char *problem)
{
	return (struct gp_origin){.presence = GP_MALFORMED, .problem = problem, .path = path};
}

static struct gp_origin failed(const char *path, int error)
{
	if (error == -ENOENT)
		return (struct gp_origin){.presence = GP_ABSENT, .path = path};
	if (error == -EISDIR)
		return malformed(path, "is a directory");
	return (struct gp_origin){.presence = GP_UNREADABLE, .error = -error, .path = path};
}

static struct gp_origin present(const char *path)
{
	return (struct gp_origin){.presence = GP_PRESENT, .path = path};
}

static const char *own_path(struct gp_machine *machine, const char *path)
{
	return gp_strdup(gp_machine_arena(machine), path);
}

/* Where a read came to r. A file that is no regular one is said to be that. */
static struct gp_origin outcome(
	struct gp_machine *machine, const char *path, int r, const char *too_large)
{
	struct gp_stat st;

	path = own_path(machine, path);
	if (r == -EFBIG)
		return malformed(path, too_large);
	if (r == -EINVAL && !gp_machine_stat(machine, path, &st) && !S_ISREG(st.mode))
		return malformed(path, "is not a regular file");
	return r < 0 ? failed(path, r) : present(path);
}

static struct gp_text_value as_text(const struct gp_origin *from, const struct gp_bytes *bytes)
{
	struct gp_text_value text = {.from = *from, .value = ""};

	if (from->presence != GP_PRESENT)
		return text;
	if (memchr(bytes->data, '\0', bytes->size))
		text.from = malformed(from->path, "is not text");
	else
		text.value = (const char *)bytes->data;
	return text;
}

static struct gp_text_value read_text(
	struct gp_machine *machine, const char *path, size_t cap, const char *too_large)
{
	struct gp_bytes bytes;
	int r = gp_machine_read(machine, path, cap, &bytes);
	struct gp_origin from = outcome(machine, path, r, too_large);

	return as_text(&from, &bytes);
}

static struct gp_text_value read_part(
	struct gp_machine *machine, const char *path, const struct gp_part *part)
{
	struct gp_bytes bytes;
	int r = gp_machine_read_part(machine, path, part, &bytes);
	struct gp_origin from = outcome(machine, path, r, "is larger than 64 MiB");

	return as_text(&from, &bytes);
}

struct gp_text_value gp_read_text(struct gp_machine *machine, const char *path)
{
	return read_text(machine, path, MAX_TEXT, "is larger than 1 MiB");
}

struct gp_text_value gp_read_matching(
	struct gp_machine *machine, const char *path, const char *const *phrases, size_t most)
{
	return read_part(machine, path, &(struct gp_part){.phrases = phrases, .most = most});
}

struct gp_text_value gp_read_section(
	struct gp_machine *machine, const char *path, const char *start, const char *end)
{
	return read_part(machine, path, &(struct gp_part){.start = start, .end = end});
}

struct gp_text_value gp_read_sections(
	struct gp_machine *machine, const char *path, const char *const *starts, const char *end)
{
	return read_part(machine, path, &(struct gp_part){.starts = starts, .end = end});
}

struct gp_text_value gp_read_tail(struct gp_machine *machine, const char *path, size_t bytes)
{
	return read_part(machine, path, &(struct gp_part){.tail = bytes});
}

struct gp_text_value gp_read_line(struct gp_machine *machine, const char *path)
{
	struct gp_text_value line = read_text(machine, path, MAX_LINE, "is larger than 64 KiB");
	size_t length;

	if (line.from.presence != GP_PRESENT)
		return line;
	length = strlen(line.value);
	while (length && line.value[length - 1] == '\n')
		length--;
	if (memchr(line.value, '\n', length)) {
		line.from = malformed(line.from.path, "is more than one line");
		line.value = "";
	} else {
		line.value = gp_strndup(gp_machine_arena(machine), line.value, length);
	}
	return line;
}

struct gp_number_value gp_read_number(struct gp_machine *machine, const char *path, int base)
{
	struct gp_text_value line = gp_read_line(machine, path);
	struct gp_number_value number = {.from = line.from};
	int r;

	if (number.from.presence != GP_PRESENT)
		return number;
	r = gp_parse_u64(gp_strip(gp_machine_arena(machine), line.value), base, &number.value);
	if (r < 0)
		number.from = malformed(
			line.from.path, r == -ERANGE ? "is a number too large" : "is not a number");
	return number;
}

struct gp_bytes_value gp_read_bytes(struct gp_machine *machine, const char *path, size_t cap)
{
	struct gp_bytes_value bytes = {0};
	int r;

	r = gp_machine_read(machine, path, cap, &bytes.value);
	bytes.from = outcome(machine, path, r,
		gp_printf(gp_machine_arena(machine), "is larger than %zu bytes", cap));
	return bytes;
}

struct gp_names_value gp_read_names(struct gp_machine *machine, const char *dir)
{
	struct gp_names_value names = {0};
	int r = gp_machine_list(machine, dir, &names.value);
	const char *path = own_path(machine, dir);
	struct gp_stat st;

	names.from = r < 0 ? failed(path, r) : present(path);
	if (r == -ENOENT && !gp_machine_stat(machine, path, &st) && !S_ISDIR(st.mode))
		names.from = malformed(path, "is not a directory");
	return names;
}

struct gp_text_value gp_read_link_name(struct gp_machine *machine, const char *path)
{
	struct gp_text_value name = {.value = ""};
	const char *target, *slash;
	int r = gp_machine_readlink(machine, path, &target);

	path = own_path(machine, path);
	name.from = r < 0 ? failed(path, r) : present(path);
	if (r == -EINVAL)
		name.from = malformed(path, "is not a symbolic link");
	if (r < 0)
		return name;
	slash = strrchr(target, '/');
	name.value = slash ? slash + 1 : target;
	if (!*name.value)
		name.from = malformed(path, "is a link without a name");
	return name;
}

struct gp_origin gp_read_presence(struct gp_machine *machine, const char *path)
{
	struct gp_stat st;
	int r = gp_machine_stat(machine, path, &st);

	path = own_path(machine, path);
	return r < 0 ? failed(path, r) : present(path);
}

bool gp_is_partial_list(struct gp_machine *machine, const char *dir)
{
	/* Where a list is whole, a name that it lacks is known not to be there. */
	const char *none = gp_printf(gp_machine_arena(machine), "%s/ ", dir);
	struct gp_stat st;

	return gp_machine_is_partial(machine) && gp_machine_stat(machine, none, &st) == -ENODATA;
}

bool gp_is_there(struct gp_machine *machine, const char *path)
{
	struct gp_origin at = gp_read_presence(machine, path);

	return gp_is_present(&at);
}

const char *gp_origin_says(struct gp_arena *arena, const struct gp_origin *from)
{
	const char *path = from->path ? from->path : "?";

	switch (from->presence) {
	case GP_PRESENT:
		return gp_printf(arena, "%s: is there", path);
	case GP_ABSENT:
		return gp_printf(arena, "%s: is not there", path);
	case GP_MALFORMED:
		return gp_printf(arena, "%s: %s", path,
			from->problem ? from->problem : "is not what it should be");
	case GP_UNREADABLE:
		break;
	}
	if (!from->error)
		return gp_printf(arena, "%s: was not looked for", path);
	if (from->error == ENODATA)
		return gp_printf(arena, "%s: is not in this capture or tree", path);
	if (from->error == ETIMEDOUT)
		return gp_printf(arena, "%s: reading it does not come to an end", path);
	if (from->error == EACCES || from->error == EPERM)
		return gp_printf(
			arena, "%s: %s; only root may read it", path, strerror(from->error));
	return gp_printf(arena, "%s: %s", path, strerror(from->error));
}
