/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which names are to be taken out of this machine's capture. */
#include <string.h>

#include "machine/json.h"
#include "machine/redact-words.h"

#define FIRST_UID 1000 /* of people, as login.defs has it */
#define NOBODY    65534

static void learn(struct gp_redactor *redactor, enum gp_redact_kind kind, const char *name,
	size_t length, bool is_common)
{
	static const char *const common[] = {"localhost", "root", "pve", "proxmox", "debian",
		"ubuntu", "fedora", "arch", "archlinux", "linux", "kernel", "host", "guest",
		"server", "desktop", "home", "user", "admin", "nas", "intel", "amd", "nvidia",
		"gpu", "video", "render", "kvm", "qemu", "vfio", "pci", "usb", NULL};
	struct gp_table_item *item;
	struct gp_redact_word *word;

	if (!length || (kind == GP_REDACT_HOST && length == 9 && !memcmp(name, "localhost", 9)))
		return;
	item = gp_table_at(redactor->arena, &redactor->words, name, length);
	if (item->value)
		return;
	item->value = word = gp_new(redactor->arena, struct gp_redact_word);
	word->kind = kind;
	word->is_common = is_common || length < 3 || gp_is_one_of(item->name, common);
}

struct gp_redactor *gp_redactor_for(
	struct gp_arena *arena, const char *host, const struct gp_strings *users)
{
	struct gp_redactor *redactor = gp_new(arena, struct gp_redactor);

	redactor->arena = arena;
	if (host)
		learn(redactor, GP_REDACT_HOST, host, gp_redact_name_length(host, strlen(host)),
			false);
	for (size_t i = 0; users && i < users->n; i++)
		learn(redactor, GP_REDACT_USER, users->items[i], strlen(users->items[i]), false);
	return redactor;
}

static const char *text_of(struct gp_source *source, const char *path)
{
	struct gp_bytes bytes;

	if (source->ops->read(source, path, GP_REDACT_MAX_FILE, &bytes) < 0)
		return "";
	return (const char *)bytes.data;
}

/* "name:x:1000:1000:Real Name,,,:/home/name:/bin/sh" */
static void learn_user(struct gp_redactor *redactor, char *line)
{
	char *fields[5];
	uint64_t id;

	for (size_t i = 0; i < GP_ARRAY_SIZE(fields); i++)
		if (!(fields[i] = strsep(&line, ":")))
			return;
	if (gp_parse_u64(fields[2], 10, &id) < 0 || id < FIRST_UID || id == NOBODY)
		return;
	learn(redactor, GP_REDACT_USER, fields[0], strlen(fields[0]), false);
	/* Words of the real name: in files of names only. */
	for (char *word; (word = strsep(&fields[4], " ,"));)
		learn(redactor, GP_REDACT_USER, word, strlen(word), true);
}

/* How much of a path the system chose: people name files under /etc and /var, and what is theirs.
 */
static size_t chosen_by_system(const char *path)
{
	static const char *const by_people[] = {"/home/", "/etc/pve/nodes/"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(by_people); i++)
		if (gp_starts_with(path, by_people[i]))
			return 0;
	if (gp_starts_with(path, "/etc/") || gp_starts_with(path, "/var/"))
		return (size_t)(strrchr(path, '/') - path);
	return strlen(path);
}

/* A name that is also a word of the system's paths stays one there. */
static void find_common(struct gp_redactor *redactor, const char *path)
{
	const char *end = path + chosen_by_system(path);

	while (path < end) {
		size_t length = gp_redact_name_length(path, (size_t)(end - path));
		struct gp_table_item *item = gp_table_find(&redactor->words, path, length);

		if (item)
			((struct gp_redact_word *)item->value)->is_common = true;
		path += length ? length : 1;
	}
}

static void learn_host(struct gp_redactor *redactor, const json_t *object, const char *path)
{
	const char *name = json_string_value(gp_json_at(object, path));

	if (name)
		learn(redactor, GP_REDACT_HOST, name, gp_redact_name_length(name, strlen(name)),
			false);
}

/* Nodes of a cluster are computers too. */
static void learn_node(struct gp_redactor *redactor, const json_t *object)
{
	if (gp_equal(json_string_value(gp_json_at(object, "kind")), "Node"))
		learn_host(redactor, object, "metadata.name");
	learn_host(redactor, object, "spec.nodeName");
}

static void learn_nodes(struct gp_redactor *redactor, const json_t *document)
{
	const json_t *item;
	size_t i;

	learn_node(redactor, document);
	json_array_foreach (gp_json_at(document, "items"), i, item)
		learn_node(redactor, item);
}

static void learn_cluster(struct gp_redactor *redactor, const struct gp_bytes *content)
{
	json_t *documents = json_loadb((const char *)content->data, content->size, 0, NULL);
	const json_t *document;
	size_t i;

	json_array_foreach (documents, i, document)
		learn_nodes(redactor, document);
	json_decref(documents);
}

/* People of a container have groups of their own name. */
static void learn_groups(struct gp_redactor *redactor, const struct gp_bytes *content)
{
	char *text = gp_strndup(redactor->arena, (const char *)content->data, content->size), *line;

	while ((line = strsep(&text, "\n"))) {
		const char *name = strsep(&line, ":"), *id;
		uint64_t gid;

		strsep(&line, ":");
		id = strsep(&line, ":");
		if (id && gp_parse_u64(id, 10, &gid) == 0 && gid >= FIRST_UID && gid != NOBODY)
			learn(redactor, GP_REDACT_USER, name, strlen(name), false);
	}
}

/* Not the host's own, where people are known by their passwd. */
static bool is_of_container(const char *path)
{
	return gp_ends_with(path, "/etc/group") && strcmp(path, "/etc/group") != 0;
}

/* Of files that name people or computers elsewhere. */
static void learn_seen(struct gp_redactor *redactor, const struct gp_seen *seen)
{
	if (!seen->is_read || seen->read_error)
		return;
	if (gp_starts_with(seen->path, "/.given/kubernetes/"))
		learn_cluster(redactor, &seen->content);
	else if (is_of_container(seen->path))
		learn_groups(redactor, &seen->content);
}

struct gp_redactor *gp_redactor_new(struct gp_recorder *recorder)
{
	struct gp_arena *arena = recorder->source.arena;
	struct gp_redactor *redactor = gp_redactor_for(arena, NULL, NULL);
	static const char *const hosts[] = {"/proc/sys/kernel/hostname", "/etc/hostname"};
	char *users, *line;

	for (size_t i = 0; i < GP_ARRAY_SIZE(hosts); i++) {
		const char *host = text_of(recorder->inner, hosts[i]);

		learn(redactor, GP_REDACT_HOST, host, gp_redact_name_length(host, strlen(host)),
			false);
	}
	users = gp_strdup(arena, text_of(recorder->inner, "/etc/passwd"));
	while ((line = strsep(&users, "\n")))
		learn_user(redactor, line);
	for (size_t i = 0; i < recorder->seen.list.n; i++)
		learn_seen(redactor, recorder->seen.list.items[i].value);
	for (size_t i = 0; i < recorder->seen.list.n; i++)
		find_common(redactor, recorder->seen.list.items[i].name);
	return redactor;
}
