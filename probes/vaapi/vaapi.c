/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vaapi/vaapi.h"

#include <errno.h>
#include <string.h>

#include "machine/given.h"

#define MOST_NODES 16

void gp_vaapi_attempts(struct gp_arena *arena, const struct gp_nodes *nodes,
	const struct gp_pci *pci, bool is_host, struct gp_attempts *ret)
{
	size_t n = 0;

	gp_each (node, nodes) {
		const struct gp_function *gpu =
			node->address ? gp_pci_find(pci, node->address) : NULL;

		if (!node->render || !gp_is_present(&node->node) || n >= MOST_NODES ||
			(is_host && gpu && gp_pci_is_vf(gpu)))
			continue;
		n++;
		*gp_push(arena, ret) = (struct gp_attempt){.probe = "vaapi",
			.subject = gp_printf(arena, "/dev/dri/%s", node->name),
			.error = -ENODATA};
	}
}

/* Where distributions have drivers of VA-API, and those of media servers their own. */
static const char *const directories[] = {"/usr/lib/x86_64-linux-gnu/dri",
	"/usr/lib/aarch64-linux-gnu/dri", "/usr/lib64/dri", "/usr/lib64/dri-freeworld",
	"/usr/lib64/dri-nonfree", "/usr/lib/dri", "/usr/local/lib/dri",
	"/usr/local/lib/x86_64-linux-gnu/dri", "/usr/lib/jellyfin-ffmpeg/lib/dri"};

#define DRIVER_END "_drv_video.so"

static void collect_files(struct gp_machine *machine, struct gp_vaapi *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	for (size_t i = 0; i < GP_ARRAY_SIZE(directories); i++) {
		struct gp_names_value names = gp_read_names(machine, directories[i]);

		if (names.from.presence == GP_UNREADABLE)
			ret->files_unread = names.from;
		gp_each (name, &names.value) {
			if (!gp_ends_with(*name, DRIVER_END))
				continue;
			*gp_push(arena, &ret->files) = (struct gp_va_driver_file){
				.driver = gp_strndup(
					arena, *name, strlen(*name) - strlen(DRIVER_END)),
				.path = gp_printf(arena, "%s/%s", directories[i], *name)};
		}
	}
}

/* Files of variables; of services only those that are known by name. */
static const char *const environments[] = {
	"/etc/environment", "/etc/profile.d/intel-media.sh", "/etc/default/jellyfin"};

static const char *const variables[] = {
	"LIBVA_DRIVER_NAME", "LIBVA_DRIVERS_PATH", "NVD_BACKEND", NULL};

/* NAME=VALUE, also behind "export" and in quotes. */
static void take_setting(
	struct gp_arena *arena, struct gp_vaapi *ret, const char *file, size_t line, char *text)
{
	char *name = gp_strip(arena, text), *equals = strchr(name, '='), *value;
	size_t length;

	if (!equals || *name == '#')
		return;
	*equals = '\0';
	value = gp_strip(arena, equals + 1);
	if (gp_starts_with(name, "export "))
		name = gp_strip(arena, name + strlen("export "));
	length = strlen(value);
	if (length >= 2 && strchr("\"'", *value) && value[length - 1] == *value) {
		value[length - 1] = '\0';
		value++;
	}
	if (!gp_is_one_of(name, variables))
		return;
	*gp_push(arena, &ret->settings) =
		(struct gp_va_setting){.name = name, .value = value, .file = file, .line = line};
}

static void collect_settings(struct gp_machine *machine, struct gp_vaapi *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	for (size_t i = 0; i < GP_ARRAY_SIZE(environments); i++) {
		struct gp_text_value text = gp_read_text(machine, environments[i]);
		size_t line = 0;

		for (const char *at = text.value; *at;) {
			size_t size = strcspn(at, "\n");

			take_setting(
				arena, ret, environments[i], ++line, gp_strndup(arena, at, size));
			at += size + (at[size] == '\n');
		}
	}
}

/* dpkg(1) keeps a list of files for each package that is installed. */
static void collect_packages(struct gp_machine *machine, struct gp_vaapi *ret)
{
	static const char *const names[] = {"intel-media-va-driver",
		"intel-media-va-driver-non-free", "i965-va-driver", "i965-va-driver-shaders",
		"mesa-va-drivers", "nvidia-vaapi-driver"};
	struct gp_arena *arena = gp_machine_arena(machine);

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
		if (gp_is_there(machine,
			    gp_printf(arena, "/var/lib/dpkg/info/%s:amd64.list", names[i])))
			gp_strings_add(arena, &ret->packages, names[i]);
}

static void collect_sessions(
	struct gp_machine *machine, const struct gp_attempts *attempts, struct gp_vaapi *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value given = gp_read_text(machine, GP_GIVEN_SAID);

	gp_each (attempt, attempts) {
		if (strcmp(attempt->probe, "vaapi") != 0)
			continue;
		if (attempt->error)
			ret->untried = gp_tried_read(arena, attempt).from;
		else
			gp_va_take_try(arena, attempt, &ret->sessions);
	}
	gp_va_take_text(arena, given.value, &ret->sessions);
}

void gp_vaapi_collect(
	struct gp_machine *machine, const struct gp_attempts *attempts, struct gp_vaapi *ret)
{
	*ret = (struct gp_vaapi){0};
	collect_sessions(machine, attempts, ret);
	collect_files(machine, ret);
	collect_settings(machine, ret);
	collect_packages(machine, ret);
}

bool gp_vaapi_has_file(const struct gp_vaapi *va, const char *driver)
{
	gp_each (file, &va->files)
		if (strcmp(file->driver, driver) == 0)
			return true;
	return false;
}
