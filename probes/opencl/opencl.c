/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opencl/opencl.h"

#include <string.h>

#include "facts.h"

#define BY_PATH      "/dev/dri/by-path"
#define LD_CONF      "/etc/ld.so.conf.d"
#define PROBE        "opencl"
#define MOST_ICDS    32
#define MOST_TRIED   16
#define MOST_CONF    64
#define MOST_ENTRIES 64

/* Where the dynamic linker looks for a bare name: its own directories and those it is told of. */
static struct gp_strings library_directories(struct gp_machine *machine)
{
	static const char *const usual[] = {"/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib",
		"/lib/x86_64-linux-gnu", "/lib64", "/lib", "/usr/local/lib"};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value files = gp_read_names(machine, LD_CONF);
	struct gp_strings list = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(usual); i++)
		gp_strings_add(arena, &list, usual[i]);
	for (size_t i = 0; i < files.value.n && i < MOST_CONF; i++) {
		const char *path = gp_printf(arena, LD_CONF "/%s", files.value.items[i]);
		struct gp_text_value text = gp_read_text(machine, path);
		struct gp_strings words = gp_split(arena, text.value, " \t\r\n:,");

		gp_each (word, &words)
			if (**word == '/' && list.n < MOST_CONF)
				gp_strings_add_once(arena, &list, *word);
	}
	return list;
}

/* A bare name that is nowhere here may be where LD_LIBRARY_PATH or a cache leads to. */
static struct gp_origin find_library(
	struct gp_machine *machine, const struct gp_strings *directories, const char *library)
{
	struct gp_origin from = {.presence = GP_UNREADABLE, .path = library};

	if (strchr(library, '/'))
		return gp_read_presence(machine, library);
	gp_each (directory, directories) {
		const char *path =
			gp_printf(gp_machine_arena(machine), "%s/%s", *directory, library);
		struct gp_origin found = gp_read_presence(machine, path);

		if (gp_is_present(&found))
			return found;
	}
	return from;
}

static struct gp_icd read_icd(
	struct gp_machine *machine, const struct gp_strings *directories, const char *path)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value text = gp_read_text(machine, path);
	struct gp_icd icd = {.path = path, .from = text.from};

	icd.library = gp_strip(arena, gp_strndup(arena, text.value, strcspn(text.value, "\n")));
	icd.target.path = icd.library;
	if (!gp_is_present(&icd.from))
		return icd;
	if (!*icd.library) {
		icd.from.presence = GP_MALFORMED;
		icd.from.problem = "names no library";
		return icd;
	}
	icd.kind = gp_cl_kind_of_library(icd.library);
	if (icd.kind == GP_CL_NEO && strstr(path, "legacy"))
		icd.kind = GP_CL_NEO_LEGACY;
	icd.target = find_library(machine, directories, icd.library);
	return icd;
}

static void read_icds(struct gp_machine *machine, struct gp_opencl *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, GP_OPENCL_VENDORS);
	struct gp_strings directories = {0};

	ret->from = names.from;
	gp_each (name, &names.value) {
		if (!gp_ends_with(*name, ".icd") || ret->icds.n >= MOST_ICDS)
			continue;
		if (!directories.n)
			directories = library_directories(machine);
		*gp_push(arena, &ret->icds) = read_icd(
			machine, &directories, gp_printf(arena, GP_OPENCL_VENDORS "/%s", *name));
	}
}

static void add_variable(struct gp_machine *machine, struct gp_opencl *ret, const char *name,
	const char *value, const char *source)
{
	static const char *const known[] = {"OCL_ICD_VENDORS", "OCL_ICD_FILENAMES",
		"OPENCL_VENDOR_PATH", "RUSTICL_ENABLE", NULL};
	struct gp_cl_variable variable = {.name = name, .value = value, .source = source};

	if (!gp_is_one_of(name, known) || gp_opencl_variable(ret, name))
		return;
	if (*value == '/' && !strchr(value, ':'))
		variable.target = gp_read_presence(machine, value);
	*gp_push(gp_machine_arena(machine), &ret->variables) = variable;
}

/* pam_env(8): NAME=VALUE lines, the value perhaps in quotes. */
static void read_environment(struct gp_machine *machine, struct gp_opencl *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value text = gp_read_text(machine, "/etc/environment");
	struct gp_strings lines = gp_split(arena, text.value, "\n");

	gp_each (line, &lines) {
		const char *start = *line + strspn(*line, " \t"), *is;
		struct gp_strings value;

		if (gp_starts_with(start, "export "))
			start += strlen("export ");
		is = strchr(start, '=');
		if (*start == '#' || !is)
			continue;
		value = gp_split(arena, is + 1, "\"' \t");
		add_variable(machine, ret, gp_strndup(arena, start, (size_t)(is - start)),
			value.n ? value.items[0] : "", text.from.path);
	}
}

/* "pci-0000:00:02.0-render" */
static const char *address_in(struct gp_arena *arena, const char *name)
{
	static const char start[] = "pci-", end[] = "-render";
	size_t length = strlen(name), around = strlen(start) + strlen(end);

	if (!gp_starts_with(name, start) || !gp_ends_with(name, end) || length <= around)
		return NULL;
	return gp_strndup(arena, name + strlen(start), length - around);
}

/* The node that programs use otherwise. */
static void find_node(
	struct gp_machine *machine, const struct gp_nodes *nodes, struct gp_cl_by_path *entry)
{
	const struct gp_node *node = gp_nodes_render(nodes, entry->address);
	const char *path =
		node ? gp_printf(gp_machine_arena(machine), "/dev/dri/%s", node->name) : NULL;

	if (path && gp_machine_stat(machine, path, &entry->node_st) == 0)
		entry->node = path;
}

static void read_by_path(
	struct gp_machine *machine, const struct gp_nodes *nodes, struct gp_opencl *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, BY_PATH);

	ret->by_path_from = names.from;
	gp_each (name, &names.value) {
		struct gp_cl_by_path entry = {.path = gp_printf(arena, BY_PATH "/%s", *name),
			.address = address_in(arena, *name)};
		const char *leads_to;

		if (!entry.address || ret->by_path.n >= MOST_ENTRIES)
			continue;
		entry.is_link = gp_machine_readlink(machine, entry.path, &leads_to) == 0;
		entry.target = gp_read_presence(machine, entry.path);
		if (gp_is_present(&entry.target))
			gp_machine_stat(machine, entry.path, &entry.st);
		find_node(machine, nodes, &entry);
		*gp_push(arena, &ret->by_path) = entry;
	}
}

void gp_opencl_collect(
	struct gp_machine *machine, const struct gp_nodes *nodes, struct gp_opencl *ret)
{
	*ret = (struct gp_opencl){0};
	read_icds(machine, ret);
	read_environment(machine, ret);
	read_by_path(machine, nodes, ret);
}

static bool may_be_loaded(const struct gp_facts *facts, const struct gp_icd *icd)
{
	if (icd->kind == GP_CL_NVIDIA && !gp_is_present(&facts->nvidia.module.from))
		return false;
	return gp_is_present(&icd->from) && !gp_is_absent(&icd->target);
}

void gp_opencl_attempts(
	struct gp_arena *arena, const struct gp_facts *facts, struct gp_attempts *ret)
{
	const struct gp_opencl *opencl = &facts->opencl;
	size_t most = ret->n + MOST_TRIED;

	*gp_push(arena, ret) = (struct gp_attempt){.probe = PROBE, .subject = ""};
	gp_each (icd, &opencl->icds)
		if (may_be_loaded(facts, icd) && ret->n < most)
			*gp_push(arena, ret) =
				(struct gp_attempt){.probe = PROBE, .subject = icd->path};
}

static bool is_answer(const struct gp_tried *tried)
{
	return gp_is_present(&tried->from) &&
	       (gp_tried_get(tried, "platforms") || gp_tried_get(tried, "platforms-error"));
}

static bool leaves_some(const struct gp_tried *tried)
{
	const struct gp_tried_line *line = NULL;

	while ((line = gp_tried_next(tried, "icd", line)))
		if (gp_ends_with(line->value, " left-alone"))
			return true;
	return false;
}

/* Their sum is known where each was tried, or left out for what it is. */
static bool are_all_tried(const struct gp_opencl *opencl)
{
	gp_each (icd, &opencl->icds)
		if (gp_icd_is_whole(icd) && !is_answer(&icd->tried))
			return false;
	return opencl->icds.n;
}

static void take_variables(struct gp_machine *machine, struct gp_opencl *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const struct gp_tried_line *line = NULL;

	while ((line = gp_tried_next(&ret->all, "environment", line))) {
		const char *blank = strchr(line->value, ' ');
		size_t n = blank ? (size_t)(blank - line->value) : strlen(line->value);

		add_variable(machine, ret, gp_strndup(arena, line->value, n),
			blank ? blank + 1 : "", ret->all.from.path);
	}
}

static void take_icd(struct gp_arena *arena, const struct gp_tried *tried, struct gp_opencl *ret)
{
	gp_each (icd, &ret->icds) {
		if (strcmp(icd->path, tried->subject) != 0)
			continue;
		icd->tried = *tried;
		icd->load_error = gp_tried_get(tried, "load-error");
		gp_cl_platforms_read(arena, tried, icd->path, ret);
	}
}

void gp_opencl_collect_tried(
	struct gp_machine *machine, const struct gp_attempts *attempts, struct gp_opencl *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	gp_each (attempt, attempts) {
		struct gp_tried tried;

		if (strcmp(attempt->probe, PROBE) != 0)
			continue;
		tried = gp_tried_read(arena, attempt);
		if (*attempt->subject)
			take_icd(arena, &tried, ret);
		else
			ret->all = tried;
	}
	gp_cl_platforms_read(arena, &ret->all, NULL, ret);
	ret->no_loader = gp_starts_with(
		gp_tried_get(&ret->all, "loader") ? gp_tried_get(&ret->all, "loader") : "",
		"missing");
	ret->leaves_nvidia = leaves_some(&ret->all);
	ret->is_counted = is_answer(&ret->all) || are_all_tried(ret);
	take_variables(machine, ret);
}
