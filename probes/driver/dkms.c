/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree that DKMS keeps (dkms(8)):
 *   NAME/VERSION/source -> /usr/src/NAME-VERSION
 *   NAME/VERSION/KERNEL/ARCH/module/FILE       built
 *   NAME/VERSION/build/make.log                left by a build that failed
 *   NAME/kernel-KERNEL-ARCH -> VERSION/...     installed
 */
#include <ctype.h>
#include <string.h>

#include "driver/modules.h"

#define TREE "/var/lib/dkms"

#define MOST_NAMES    64 /* directories at each level */
#define MOST_ENTRIES  256
#define MOST_OF_LOG   16
#define MOST_OF_RANGE 8

struct walk {
	struct gp_machine *machine;
	struct gp_arena *arena;
	struct gp_modules *modules;
	struct gp_strings links; /* kernel-KERNEL-ARCH of the package at hand */
	struct gp_dkms package;  /* what holds for all kernels of the version at hand */
};

static struct gp_names_value names_in(struct walk *w, const char *path)
{
	struct gp_names_value names = gp_read_names(w->machine, path);

	if (names.value.n > MOST_NAMES)
		names.value.n = MOST_NAMES;
	return names;
}

/* Whether one of the files that were built stands where a distribution has DKMS put them. */
static bool is_in_place(struct walk *w, const char *kernel, const char *built)
{
	static const char *const places[] = {"updates/dkms", "extra", "updates"};
	struct gp_names_value files = names_in(w, built);

	gp_each (file, &files.value)
		for (size_t i = 0; i < GP_ARRAY_SIZE(places); i++)
			if (gp_is_there(w->machine, gp_printf(w->arena, "/lib/modules/%s/%s/%s",
							    kernel, places[i], *file)))
				return true;
	return false;
}

static bool is_linked(struct walk *w, const char *kernel, const char *architecture)
{
	const char *name = gp_printf(w->arena, "kernel-%s-%s", kernel, architecture);
	const char *target;

	if (!gp_strings_has(&w->links, name) ||
		gp_machine_readlink(w->machine,
			gp_printf(w->arena, TREE "/%s/%s", w->package.name, name), &target))
		return false;
	return gp_starts_with(target, gp_printf(w->arena, "%s/", w->package.version));
}

static void add(struct walk *w, const char *kernel, enum gp_dkms_state state, const char *path)
{
	struct gp_dkms *entry;

	if (w->modules->dkms.n >= MOST_ENTRIES)
		return;
	entry = gp_push(w->arena, &w->modules->dkms);
	*entry = w->package;
	entry->kernel = kernel;
	entry->state = state;
	entry->path = path;
}

static void look_at_kernel(struct walk *w, const char *version_path, const char *kernel)
{
	const char *path = gp_printf(w->arena, "%s/%s", version_path, kernel);
	struct gp_names_value architectures = names_in(w, path);

	gp_each (architecture, &architectures.value) {
		const char *built = gp_printf(w->arena, "%s/%s/module", path, *architecture);

		if (!gp_is_there(w->machine, built))
			continue;
		add(w, kernel,
			is_in_place(w, kernel, built) || is_linked(w, kernel, *architecture)
				? GP_DKMS_INSTALLED
				: GP_DKMS_BUILT,
			built);
	}
}

/* "DKMS make.log for i915-sriov-dkms-2024.07.24 for kernel 6.8.12-4-pve (x86_64)" */
static const char *kernel_of_log(struct gp_arena *arena, const char *text)
{
	static const char words[] = " for kernel ";
	const char *at = strstr(text, words);

	if (!at)
		return NULL;
	at += strlen(words);
	return gp_strndup(arena, at, strcspn(at, " \n"));
}

static void read_log(struct walk *w, const char *version_path)
{
	static const char *const phrases[] = {
		"make.log for ", "error:", "Error! ", "*** [", "exit code: ", NULL};

	w->package.log = gp_read_matching(w->machine,
		gp_printf(w->arena, "%s/build/make.log", version_path), phrases, MOST_OF_LOG);
	w->package.log_kernel = kernel_of_log(w->arena, w->package.log.value);
}

/* BUILD_EXCLUSIVE_KERNEL="^(6\.[8-9]|6\.1[0-4])" */
static void read_range(struct walk *w, const char *source)
{
	static const char name[] = "BUILD_EXCLUSIVE_KERNEL=";
	static const char *const phrases[] = {name, NULL};
	struct gp_text_value conf = gp_read_matching(
		w->machine, gp_printf(w->arena, "%s/dkms.conf", source), phrases, MOST_OF_RANGE);
	const char *at = gp_starts_with(conf.value, name) ? conf.value : NULL;
	char quote;

	if (!at)
		return;
	at += strlen(name);
	quote = *at == '"' || *at == '\'' ? *at++ : '\0';
	w->package.only_for = gp_strndup(
		w->arena, at, strcspn(at, (const char[]){'\n', quote ? quote : ' ', '\0'}));
}

static void look_at_version(struct walk *w, const char *name, const char *version)
{
	const char *path = gp_printf(w->arena, TREE "/%s/%s", name, version);
	const char *link = gp_printf(w->arena, "%s/source", path), *source;
	struct gp_names_value kernels;
	size_t before = w->modules->dkms.n;

	if (gp_machine_readlink(w->machine, link, &source))
		return;
	w->package = (struct gp_dkms){.name = name, .version = version, .source = source};
	read_log(w, path);
	read_range(w, link);
	kernels = names_in(w, path);
	gp_each (kernel, &kernels.value)
		if (isdigit((unsigned char)**kernel))
			look_at_kernel(w, path, *kernel);
	if (w->modules->dkms.n == before)
		add(w, NULL, GP_DKMS_ADDED, path);
}

static void look_at_package(struct walk *w, const char *name)
{
	struct gp_names_value entries = names_in(w, gp_printf(w->arena, TREE "/%s", name));

	w->links = entries.value;
	gp_each (entry, &entries.value)
		if (!gp_starts_with(*entry, "kernel-") && strcmp(*entry, "original_module") != 0)
			look_at_version(w, name, *entry);
}

void gp_dkms_collect(struct gp_machine *machine, struct gp_modules *ret)
{
	struct walk w = {.machine = machine, .arena = gp_machine_arena(machine), .modules = ret};
	struct gp_names_value packages = names_in(&w, TREE);

	ret->dkms_from = packages.from;
	gp_each (package, &packages.value)
		if (!gp_starts_with(*package, "mok.") && strcmp(*package, "dkms_dbversion") != 0)
			look_at_package(&w, *package);
}

const char *gp_dkms_state_name(enum gp_dkms_state state)
{
	static const char *const names[] = {[GP_DKMS_ADDED] = "added",
		[GP_DKMS_BUILT] = "built",
		[GP_DKMS_INSTALLED] = "installed"};

	return names[state];
}
