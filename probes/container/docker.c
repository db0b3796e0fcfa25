/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "container/docker.h"

#include <string.h>

#include "machine/json.h"

#define CONTAINERS      "/var/lib/docker/containers"
#define DAEMON          "/etc/docker/daemon.json"
#define MOST_CONTAINERS 512
#define MOST_BYTES      (4u << 20) /* of a file */
#define MOST_KEPT       (64u << 10)

/* The fields that are looked at; Docker, api/types/container/hostconfig.go. */
static const struct gp_json_keep device_keep[] = {{"PathOnHost", "s", NULL, "/dev"}, {0}};
static const struct gp_json_keep request_keep[] = {
	{"Driver", "s", NULL, NULL}, {"Capabilities", "a", NULL, NULL}, {0}};
static const struct gp_json_keep restart_keep[] = {{"Name", "s", NULL, NULL}, {0}};
static const struct gp_json_keep host_keep[] = {
	{"Devices", "a", device_keep, NULL},
	{"DeviceRequests", "a", request_keep, NULL},
	{"GroupAdd", "a", NULL, NULL},
	{"Runtime", "s", NULL, NULL},
	{"RestartPolicy", "o", restart_keep, NULL},
	{"Binds", "a", NULL, "/dev/dri"},
	{0},
};
static const struct gp_json_keep state_keep[] = {
	{"Running", "b", NULL, NULL}, {"ExitCode", "n", NULL, NULL}, {0}};
static const struct gp_json_keep config_keep[] = {{"Name", "s", NULL, NULL},
	{"State", "o", state_keep, NULL}, {"HasBeenManuallyStopped", "b", NULL, NULL}, {0}};
static const struct gp_json_keep nothing_keep[] = {{"path", "s", NULL, NULL}, {0}};
static const struct gp_json_keep runtimes_keep[] = {{"*", "o", nothing_keep, NULL}, {0}};
static const struct gp_json_keep daemon_keep[] = {{"runtimes", "o", runtimes_keep, NULL},
	{"exec-opts", "a", NULL, "native.cgroupdriver="}, {0}};

static int cut_host(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret)
{
	return gp_json_cut_down(arena, stream, MOST_BYTES, host_keep, ret);
}

static int cut_config(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret)
{
	return gp_json_cut_down(arena, stream, MOST_BYTES, config_keep, ret);
}

static int cut_daemon(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret)
{
	return gp_json_cut_down(arena, stream, MOST_BYTES, daemon_keep, ret);
}

static const struct gp_extract host_extract = {MOST_BYTES, MOST_KEPT, cut_host};
static const struct gp_extract config_extract = {MOST_BYTES, MOST_KEPT, cut_config};
static const struct gp_extract daemon_extract = {MOST_BYTES, MOST_KEPT, cut_daemon};

/* The texts of an array, each up to the first colon. */
static void take_texts(struct gp_arena *arena, const json_t *array, struct gp_strings *ret)
{
	const json_t *item;
	size_t i;

	json_array_foreach (array, i, item) {
		const char *text = gp_json_text(arena, item, "");

		if (text)
			gp_strings_add(arena, ret, gp_strndup(arena, text, strcspn(text, ":")));
	}
}

/* [["gpu"]]: any of these sets will do */
static bool asks_for_gpu(const json_t *capabilities)
{
	const json_t *set, *item;
	size_t i, k;

	json_array_foreach (capabilities, i, set)
		json_array_foreach (set, k, item)
			if (json_is_string(item) && strcmp(json_string_value(item), "gpu") == 0)
				return true;
	return false;
}

static void take_host(
	struct gp_arena *arena, const json_t *host, struct gp_docker_container *container)
{
	const json_t *item;
	size_t i;

	json_array_foreach (gp_json_at(host, "Devices"), i, item) {
		const char *path = gp_json_text(arena, item, "PathOnHost");

		if (path)
			gp_strings_add(arena, &container->devices, path);
	}
	take_texts(arena, gp_json_at(host, "Binds"), &container->devices);
	take_texts(arena, gp_json_at(host, "GroupAdd"), &container->groups);
	json_array_foreach (gp_json_at(host, "DeviceRequests"), i, item) {
		const char *driver = gp_json_text(arena, item, "Driver");

		if (asks_for_gpu(gp_json_at(item, "Capabilities")) || gp_equal(driver, "cdi"))
			container->gpu_driver = driver ? driver : "";
	}
	container->runtime = gp_json_text(arena, host, "Runtime");
}

static const char *name_of(struct gp_arena *arena, const char *name, const char *id)
{
	if (!name || !*name)
		return gp_printf(arena, "ct/%.12s", id);
	return gp_printf(arena, "ct/%s", *name == '/' ? name + 1 : name);
}

/* Whether Docker starts it by itself; moby, restartmanager/restartmanager.go: ShouldRestart(). */
static bool is_restarted(struct gp_arena *arena, const json_t *host, const json_t *config)
{
	const char *policy = gp_json_text(arena, host, "RestartPolicy.Name");

	if (gp_equal(policy, "unless-stopped"))
		return !gp_json_is_true(config, "HasBeenManuallyStopped");
	if (gp_equal(policy, "on-failure"))
		return gp_json_number(config, "State.ExitCode", 0) != 0;
	return gp_equal(policy, "always");
}

static void read_container(struct gp_machine *machine, const char *id, struct gp_docker *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *directory = gp_printf(arena, CONTAINERS "/%s", id);
	struct gp_docker_container *container = gp_push(arena, ret);
	struct gp_origin config_from;
	json_t *host, *config;

	container->source = gp_printf(arena, "%s/hostconfig.json", directory);
	host = gp_json_read(machine, container->source, &host_extract, &container->from);
	config = gp_json_read(machine, gp_printf(arena, "%s/config.v2.json", directory),
		&config_extract, &config_from);
	take_host(arena, json_array_get(host, 0), container);
	container->name =
		name_of(arena, gp_json_text(arena, json_array_get(config, 0), "Name"), id);
	container->is_running = gp_json_is_true(json_array_get(config, 0), "State.Running");
	container->is_to_run = container->is_running || is_restarted(arena, json_array_get(host, 0),
								json_array_get(config, 0));
	json_decref(host);
	json_decref(config);
}

static void read_daemon(struct gp_machine *machine, struct gp_docker *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	json_t *list = gp_json_read(machine, DAEMON, &daemon_extract, &ret->daemon_from);
	const json_t *daemon = json_array_get(list, 0), *value;
	struct gp_strings options = {0};
	const char *key;

	json_object_foreach ((json_t *)(uintptr_t)gp_json_at(daemon, "runtimes"), key, value)
		gp_strings_add(arena, &ret->runtimes, gp_printable(arena, key, strlen(key), 64));
	take_texts(arena, gp_json_at(daemon, "exec-opts"), &options);
	ret->is_cgroupfs = gp_strings_has(&options, "native.cgroupdriver=cgroupfs");
	json_decref(list);
}

/* Where Docker, whose PATH is root's, finds a program. */
static struct gp_origin find_program(struct gp_machine *machine, const char *name)
{
	static const char *const places[] = {
		"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_origin from = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(places); i++) {
		from = gp_read_presence(machine, gp_printf(arena, "%s/%s", places[i], name));
		if (!gp_is_absent(&from))
			return from;
	}
	from.path = gp_printf(arena, "/usr/bin/%s", name);
	return from;
}

/* moby, daemon/nvidia_linux.go; pull requests 50228 and 49952. */
static void find_helpers(struct gp_machine *machine, struct gp_docker *ret)
{
	ret->nvidia_hook = find_program(machine, "nvidia-container-runtime-hook");
	ret->newer_helper = find_program(machine, "nvidia-cdi-hook");
	if (gp_is_absent(&ret->newer_helper))
		ret->newer_helper = find_program(machine, "amd-container-runtime");
}

void gp_docker_collect(struct gp_machine *machine, struct gp_docker *ret)
{
	struct gp_names_value names = gp_read_names(machine, CONTAINERS);

	*ret = (struct gp_docker){.from = names.from};
	gp_each (name, &names.value)
		if (ret->n < MOST_CONTAINERS && gp_is_plain(*name, ""))
			read_container(machine, *name, ret);
	if (!ret->n)
		return;
	read_daemon(machine, ret);
	find_helpers(machine, ret);
}
