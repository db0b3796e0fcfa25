/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/redact.h"

#include <ctype.h>
#include <string.h>

#include "machine/capture-text.h"
#include "machine/redact-find.h"
#include "machine/redact-words.h"
#include "machine/uuid.h"

struct buffer {
	char *data;
	size_t n, room;
};

static void append(struct gp_redactor *redactor, struct buffer *buffer, const char *text, size_t n)
{
	if (buffer->n + n >= buffer->room) {
		size_t room = (buffer->n + n + 64) * 2;
		char *data = gp_alloc(redactor->arena, room, 1);

		if (buffer->n)
			memcpy(data, buffer->data, buffer->n);
		buffer->data = data;
		buffer->room = room;
	}
	memcpy(buffer->data + buffer->n, text, n);
	buffer->n += n;
	buffer->data[buffer->n] = '\0';
}

static const char *mac_stand_in(struct gp_arena *arena, const char *text, size_t size, size_t n)
{
	char mark = size > 2 ? text[2] : '\0';

	if (size == 12)
		return gp_printf(arena, "02000000%04zx", n & 0xffff);
	return gp_printf(arena, "02%c00%c00%c00%c%02zx%c%02zx", mark, mark, mark, mark,
		n >> 8 & 0xff, mark, n & 0xff);
}

/* 198.18.0.0/15 and 2001:db8::/32 are kept for examples (RFC 2544, RFC 3849). */
static const char *ip_stand_in(struct gp_arena *arena, const char *text, size_t size, size_t n)
{
	if (memchr(text, ':', size))
		return gp_printf(arena, "2001:db8::%zx", n & 0xffff);
	return gp_printf(arena, "198.18.%zu.%zu", n >> 8 & 0xff, n & 0xff);
}

static const char *make_stand_in(
	struct gp_arena *arena, enum gp_redact_kind kind, const char *text, size_t size, size_t n)
{
	switch (kind) {
	case GP_REDACT_HOST:
		return gp_printf(arena, "host%zu", n);
	case GP_REDACT_USER:
		return gp_printf(arena, "user%zu", n);
	case GP_REDACT_SERIAL:
		return gp_printf(arena, "serial%zu", n);
	case GP_REDACT_MAC:
		return mac_stand_in(arena, text, size, n);
	case GP_REDACT_IP:
		return ip_stand_in(arena, text, size, n);
	case GP_REDACT_UUID:
		return gp_uuid_stand_in(arena, text, size);
	case GP_REDACT_WWN:
		return gp_printf(arena, "wwn%zu", n);
	case GP_REDACT_DISK:
		return gp_printf(arena, "disk%zu", n);
	case GP_REDACT_CREDENTIAL:
	case GP_N_REDACT_KINDS:
		break;
	}
	return "(redacted)";
}

/* What was redacted before is left as it is. */
static bool is_stand_in(const char *text, size_t size)
{
	static const char *const names[] = {"host", "user", "serial", "wwn", "disk"};

	if (size == 12 && !memcmp(text, "02000000", 8))
		return true;
	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		size_t n = strlen(names[i]);

		if (size <= n || memcmp(text, names[i], n) != 0)
			continue;
		while (n < size && isdigit((unsigned char)text[n]))
			n++;
		if (n == size)
			return true;
	}
	return false;
}

static const char *stand_in(
	struct gp_redactor *redactor, enum gp_redact_kind kind, const char *text, size_t size)
{
	struct gp_table *known = &redactor->known[kind];
	struct gp_table_item *item = gp_table_at(redactor->arena, known, text, size);

	if (!item->value)
		item->value = (void *)(uintptr_t)make_stand_in(
			redactor->arena, kind, text, size, known->list.n);
	return item->value;
}

/* What stands behind a host's name and belongs to it: ".example.com", ".lan". */
static size_t domain_length(const char *text, size_t size)
{
	static const char *const endings[] = {
		".local", ".lan", ".home", ".localdomain", ".internal"};
	size_t n = 0, labels = 0;

	while (n + 1 < size && text[n] == '.' && isalpha((unsigned char)text[n + 1])) {
		n += 1 + gp_redact_name_length(text + n + 1, size - n - 1);
		labels++;
	}
	if (labels > 1)
		return n;
	for (size_t i = 0; labels && i < GP_ARRAY_SIZE(endings); i++)
		if (n == strlen(endings[i]) && !strncmp(text, endings[i], n))
			return n;
	return 0;
}

static bool begins_word(const char *text, size_t at)
{
	return !at || !isalnum((unsigned char)text[at - 1]);
}

static bool follows(const char *text, size_t at, const char *before)
{
	size_t length = strlen(before);

	return at >= length && !memcmp(text + at - length, before, length);
}

/* Where Proxmox names a host and nothing else: /etc/pve/nodes/NAME, nodes/NAME, node=NAME. */
static bool is_of_cluster(const char *text, size_t at)
{
	static const char *const before[] = {"nodes/", "node="};

	for (size_t i = 0; i < GP_ARRAY_SIZE(before); i++)
		if (follows(text, at, before[i]) && begins_word(text, at - strlen(before[i])))
			return true;
	return false;
}

/* A name learnt from the machine at text[at]. */
static bool find_word(struct gp_redactor *redactor, const char *text, size_t size, size_t at,
	struct gp_found *ret, const char **ret_name)
{
	size_t length = gp_redact_name_length(text + at, size - at);
	struct gp_table_item *item;
	const struct gp_redact_word *word;

	if (!length || (at && (text[at - 1] == '-' || text[at - 1] == '_')))
		return false;
	item = gp_table_find(&redactor->words, text + at, length);
	if (!item)
		return false;
	word = item->value;
	if (word->is_common && !redactor->is_about_names && !is_of_cluster(text, at))
		return false;
	*ret = (struct gp_found){.kind = word->kind, .length = length};
	if (word->kind == GP_REDACT_HOST)
		ret->length += domain_length(text + at + length, size - at - length);
	*ret_name = item->name;
	return true;
}

static bool find(struct gp_redactor *redactor, const char *text, size_t size, size_t at,
	struct gp_found *ret, const char **ret_name)
{
	if (find_word(redactor, text, size, at, ret, ret_name))
		return true;
	if (redactor->is_about_vms && gp_redact_find_of_vm(text, size, at, ret))
		return !is_stand_in(text + at + ret->skip, ret->length);
	return gp_redact_find(text, size, at, ret) &&
	       !is_stand_in(text + at + ret->skip, ret->length);
}

/* False: there was nothing to redact. */
static bool redact(struct gp_redactor *redactor, const char *text, size_t size, struct buffer *out)
{
	size_t kept = 0;

	for (size_t at = 0; at < size;) {
		struct gp_found found;
		const char *name = NULL, *instead;

		if (!isalnum((unsigned char)text[at]) || !begins_word(text, at) ||
			!find(redactor, text, size, at, &found, &name)) {
			at++;
			continue;
		}
		instead =
			name ? stand_in(redactor, found.kind, name, strlen(name))
			     : stand_in(redactor, found.kind, text + at + found.skip, found.length);
		append(redactor, out, text + kept, at + found.skip - kept);
		append(redactor, out, instead, strlen(instead));
		at += found.skip + found.length;
		kept = at;
	}
	if (!kept)
		return false;
	append(redactor, out, text + kept, size - kept);
	return true;
}

const char *gp_redact_stand_in(
	struct gp_redactor *redactor, enum gp_redact_kind kind, const char *text, size_t size)
{
	return is_stand_in(text, size) ? gp_strndup(redactor->arena, text, size)
				       : stand_in(redactor, kind, text, size);
}

const char *gp_redact_text(
	struct gp_redactor *redactor, const char *text, size_t size, bool is_about_vms)
{
	struct buffer out = {0};

	redactor->is_about_names = false;
	redactor->is_about_vms = is_about_vms;
	return redact(redactor, text, size, &out) ? out.data
						  : gp_strndup(redactor->arena, text, size);
}

static bool is_about_vms(const char *path)
{
	static const char *const starts[] = {
		"/var/log/pve/tasks/", "/var/log/libvirt/", "/var/log/xen/"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(starts); i++)
		if (gp_starts_with(path, starts[i]))
			return true;
	if (gp_starts_with(path, "/proc/"))
		return gp_ends_with(path, "/cmdline") && isdigit((unsigned char)path[6]);
	return gp_starts_with(path, "/etc/pve/") && gp_ends_with(path, ".conf");
}

const char *gp_redact_path(struct gp_redactor *redactor, const char *path)
{
	struct buffer out = {0};

	/* What UEFI variables are called is fixed. */
	if (gp_starts_with(path, "/sys/firmware/efi/"))
		return path;
	if (gp_redact_domain_path(redactor, path))
		return gp_redact_domain_path(redactor, path);
	redactor->is_about_names = false;
	redactor->is_about_vms = is_about_vms(path);
	return redact(redactor, path, strlen(path), &out) ? out.data : path;
}

const char *gp_redact_owner(struct gp_redactor *redactor, const char *name)
{
	struct gp_table_item *item = gp_table_find(&redactor->words, name, strlen(name));
	const struct gp_redact_word *word = item ? item->value : NULL;

	return word && word->kind == GP_REDACT_USER
		       ? stand_in(redactor, GP_REDACT_USER, name, strlen(name))
		       : name;
}

void gp_redact_line(struct gp_redactor *redactor, struct gp_klog_line *line)
{
	struct buffer out = {0};

	redactor->is_about_names = redactor->is_about_vms = false;
	if (redact(redactor, line->text, line->size, &out)) {
		line->text = out.data;
		line->size = out.n;
	}
}

static bool is_about_names(const char *path)
{
	static const char *const paths[] = {"/etc/hostname", "/proc/sys/kernel/hostname",
		"/proc/sys/kernel/domainname", "/etc/hosts", "/etc/passwd", "/etc/group",
		"/etc/subuid", "/etc/subgid", NULL};

	return gp_is_one_of(path, paths);
}

/* Binary, or nothing but secrets: there is no taking something out of it. */
static bool is_forbidden(const char *path)
{
	static const char *const paths[] = {"/etc/shadow", "/etc/gshadow", NULL};

	return gp_is_one_of(path, paths) || gp_starts_with(path, "/sys/firmware/dmi/") ||
	       gp_starts_with(path, "/etc/ssh/") || gp_starts_with(path, "/etc/pve/priv/") ||
	       gp_ends_with(path, "/edid") || gp_ends_with(path, "/vpd");
}

static bool is_serial_file(const char *path)
{
	const char *name = strrchr(path, '/');

	return gp_starts_with(path, "/sys/") &&
	       (strstr(name, "serial") || strstr(name, "asset_tag") ||
		       !strcmp(name, "/unique_id") || !strcmp(name, "/wwid"));
}

static bool redact_whole(
	struct gp_redactor *redactor, enum gp_redact_kind kind, struct gp_bytes *content)
{
	const char *text = (const char *)content->data, *instead;
	size_t size = content->size;

	while (size && isspace((unsigned char)text[size - 1]))
		size--;
	if (!size)
		return true;
	instead = gp_printf(redactor->arena, "%s\n", stand_in(redactor, kind, text, size));
	*content = (struct gp_bytes){(const uint8_t *)instead, strlen(instead)};
	return true;
}

/* Lines that begin with "#" are notes of the owner's: they are emptied, and still counted. */
static void drop_notes(struct gp_redactor *redactor, struct gp_bytes *content)
{
	const char *text = (const char *)content->data, *end = text + content->size;
	struct buffer out = {0};

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t length = newline ? (size_t)(newline + 1 - text) : (size_t)(end - text);

		if (*text == '#' && newline)
			append(redactor, &out, "#\n", 2);
		else if (*text != '#')
			append(redactor, &out, text, length);
		text += length;
	}
	if (out.n)
		*content = (struct gp_bytes){(const uint8_t *)out.data, out.n};
}

bool gp_redact_content(struct gp_redactor *redactor, const char *path, struct gp_bytes *content)
{
	struct buffer out = {0};
	const char *text;

	if (is_forbidden(path))
		return false;
	if (gp_starts_with(path, "/etc/pve/") && gp_ends_with(path, ".conf"))
		drop_notes(redactor, content);
	if (gp_is_domain_path(path))
		return gp_redact_domain(redactor, content);
	text = (const char *)content->data;
	redactor->is_about_vms = is_about_vms(path);
	if (!gp_is_mostly_text(text, content->size) && !redactor->is_about_vms)
		return true;
	if (is_serial_file(path))
		return redact_whole(redactor, GP_REDACT_SERIAL, content);
	redactor->is_about_names = is_about_names(path);
	if (redact(redactor, text, content->size, &out))
		*content = (struct gp_bytes){(const uint8_t *)out.data, out.n};
	return true;
}

void gp_redact_declare(const struct gp_redactor *redactor, FILE *out)
{
	static const char *const kinds[GP_N_REDACT_KINDS] = {
		[GP_REDACT_HOST] = "host-name",
		[GP_REDACT_USER] = "user-name",
		[GP_REDACT_SERIAL] = "serial-number",
		[GP_REDACT_MAC] = "mac-address",
		[GP_REDACT_IP] = "ip-address",
		[GP_REDACT_UUID] = "uuid",
		[GP_REDACT_WWN] = "wwn",
		[GP_REDACT_DISK] = "disk-id",
		[GP_REDACT_CREDENTIAL] = "credential",
	};

	for (size_t i = 0; i < GP_N_REDACT_KINDS; i++)
		fprintf(out, "redacted %s %zu\n", kinds[i], redactor->known[i].list.n);
}
