/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/capture.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "machine/capture-text.h"

static const struct {
	int number;
	const char *name;
} errors[] = {
	{EACCES, "EACCES"},
	{EPERM, "EPERM"},
	{ENOENT, "ENOENT"},
	{ENODATA, "ENODATA"},
	{EIO, "EIO"},
	{EINVAL, "EINVAL"},
	{EFBIG, "EFBIG"},
	{ELOOP, "ELOOP"},
	{ENODEV, "ENODEV"},
	{ENXIO, "ENXIO"},
	{EBUSY, "EBUSY"},
	{EAGAIN, "EAGAIN"},
	{ENOSYS, "ENOSYS"},
	{EOPNOTSUPP, "EOPNOTSUPP"},
	{ENAMETOOLONG, "ENAMETOOLONG"},
	{EISDIR, "EISDIR"},
	{ENOTDIR, "ENOTDIR"},
	{ESTALE, "ESTALE"},
	{ETIMEDOUT, "ETIMEDOUT"},
	{ENOMEM, "ENOMEM"},
	{ENOTCONN, "ENOTCONN"},
	{EREMOTEIO, "EREMOTEIO"},
	{EOVERFLOW, "EOVERFLOW"},
	{ERANGE, "ERANGE"},
	{ESRCH, "ESRCH"},
};

const char *gp_error_name(int error, char buffer[static 16])
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(errors); i++)
		if (errors[i].number == error)
			return errors[i].name;
	snprintf(buffer, 16, "%d", error);
	return buffer;
}

int gp_error_number(const char *name)
{
	uint64_t number;

	for (size_t i = 0; i < GP_ARRAY_SIZE(errors); i++)
		if (!strcmp(errors[i].name, name))
			return errors[i].number;
	return !gp_parse_u64(name, 10, &number) && number < 4096 ? (int)number : 0;
}

static int rank(char byte)
{
	if (byte == '/')
		return 1;
	return byte ? (unsigned char)byte + 1 : 0;
}

int gp_path_compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return rank(*a) - rank(*b);
}

static char *next_field(char **rest)
{
	char *field = *rest ? strsep(rest, " ") : NULL;
	size_t length;

	if (!field || !*field)
		return NULL;
	length = strlen(field);
	if (!gp_escapes_are_valid(field, length))
		return NULL;
	length = gp_unescape(field, field, length);
	if (memchr(field, '\0', length))
		return NULL;
	field[length] = '\0';
	return field;
}

/* Absolute, without "//", "." and "..", without a slash at its end. */
static bool is_plain_path(const char *path)
{
	if (path[0] != '/' || strnlen(path, PATH_MAX) >= PATH_MAX)
		return false;
	if (!path[1])
		return true;
	while (*path) {
		size_t length = strcspn(++path, "/");

		if (!length || length > NAME_MAX || (length == 1 && path[0] == '.') ||
			(length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += length;
	}
	return true;
}

static bool parse_mode(const char *field, struct gp_entry *entry)
{
	uint64_t mode;

	if (field[0] != '0' || field[1] == 'x' || gp_parse_u64(field, 0, &mode) < 0 ||
		mode > 0177777)
		return false;
	if (!(mode & S_IFMT))
		mode |= entry->mode & S_IFMT;
	else if (entry->kind != GP_ENTRY_NAME && entry->kind != GP_ENTRY_UNREADABLE &&
		 (mode & S_IFMT) != (entry->mode & S_IFMT))
		return false;
	entry->mode = (mode_t)mode;
	return true;
}

static bool parse_time(const char *field, int64_t *ret)
{
	bool negative = field[0] == '-';
	uint64_t seconds;

	if (gp_parse_u64(field + negative, 10, &seconds) < 0 || seconds > INT64_MAX)
		return false;
	*ret = negative ? -(int64_t)seconds : (int64_t)seconds;
	return true;
}

static const char *owner_of(const char *field)
{
	return field && strcmp(field, "-") != 0 ? field : NULL;
}

/* MODE OWNER GROUP MTIME, as many as there are. */
static bool parse_attributes(char **rest, struct gp_entry *entry)
{
	char *field;

	if (!*rest)
		return true;
	field = next_field(rest);
	if (!field || !parse_mode(field, entry))
		return false;
	if (*rest && !(entry->owner = next_field(rest)))
		return false;
	if (*rest && !(entry->group = next_field(rest)))
		return false;
	entry->owner = owner_of(entry->owner);
	entry->group = owner_of(entry->group);
	if (!*rest)
		return true;
	field = next_field(rest);
	return field && parse_time(field, &entry->mtime);
}

static bool parse_children(char **rest, struct gp_entry *entry)
{
	char *field;
	uint64_t n;

	entry->children = GP_CHILDREN_AS_HERE;
	if (!*rest)
		return true;
	field = next_field(rest);
	if (!field)
		return false;
	if (!strcmp(field, "?")) {
		entry->children = GP_CHILDREN_NOT_LISTED;
		return true;
	}
	if (gp_parse_u64(field, 10, &n) < 0 || n > UINT32_MAX)
		return false;
	entry->children = (int64_t)n;
	return true;
}

static bool parse_device(char **rest, struct gp_entry *entry)
{
	char *device = next_field(rest);
	char *colon = device ? strchr(device, ':') : NULL;
	uint64_t major, minor;

	if (!colon)
		return false;
	*colon = '\0';
	if (gp_parse_u64(device, 10, &major) < 0 || gp_parse_u64(colon + 1, 10, &minor) < 0 ||
		major > UINT32_MAX || minor > UINT32_MAX)
		return false;
	entry->dev_major = (uint32_t)major;
	entry->dev_minor = (uint32_t)minor;
	return true;
}

static bool parse_link(char **rest, struct gp_entry *entry)
{
	char *arrow = next_field(rest);

	if (!arrow || strcmp(arrow, "->") != 0)
		return false;
	entry->body = next_field(rest);
	return entry->body && strnlen(entry->body, PATH_MAX) < PATH_MAX;
}

static bool parse_error(char **rest, struct gp_entry *entry)
{
	char *name = next_field(rest);

	entry->error = name ? gp_error_number(name) : 0;
	return entry->error > 0;
}

static bool parse_kind(char **rest, struct gp_entry *entry)
{
	switch (entry->kind) {
	case GP_ENTRY_DIRECTORY:
		entry->mode = S_IFDIR | 0755;
		return parse_attributes(rest, entry) && parse_children(rest, entry);
	case GP_ENTRY_LINK:
		entry->mode = S_IFLNK | 0777;
		return parse_link(rest, entry);
	case GP_ENTRY_FILE:
	case GP_ENTRY_NAME:
		entry->mode = S_IFREG | 0444;
		return parse_attributes(rest, entry);
	case GP_ENTRY_CHARACTER:
		entry->mode = S_IFCHR | 0600;
		return parse_attributes(rest, entry) && parse_device(rest, entry);
	case GP_ENTRY_BLOCK:
		entry->mode = S_IFBLK | 0600;
		return parse_attributes(rest, entry) && parse_device(rest, entry);
	case GP_ENTRY_UNREADABLE:
		entry->mode = S_IFREG | 0400;
		return parse_error(rest, entry) && parse_attributes(rest, entry);
	case GP_ENTRY_ERROR:
		return parse_error(rest, entry);
	}
	return false;
}

bool gp_entry_parse(char *line, struct gp_entry *ret)
{
	char *rest = line + 2;

	if (!strchr("DLFCBNUX", line[0]) || line[1] != ' ')
		return false;
	*ret = (struct gp_entry){.kind = (enum gp_entry_kind)line[0]};
	ret->path = next_field(&rest);
	return ret->path && is_plain_path(ret->path) && parse_kind(&rest, ret) && !rest;
}
