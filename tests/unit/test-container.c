/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/source.h"
#include "scratch-tree.h"
#include "facts.h"

#define DOCKER "/var/lib/docker/containers/0123456789abcdef"

static const char host_config[] =
	"{\"Devices\": [{\"PathOnHost\": \"/dev/dri/renderD128\", \"PathInContainer\": \"x\"},"
	" {\"PathOnHost\": \"/srv/secret-device\"}],"
	" \"DeviceRequests\": [{\"Driver\": \"\", \"Capabilities\": [[\"gpu\"]],"
	"  \"Options\": {\"key\": \"secret-option\"}}],"
	" \"GroupAdd\": [\"104\"], \"Runtime\": \"runc\", \"Privileged\": false,"
	" \"Binds\": [\"/srv/secret-bind:/x\", \"/dev/dri:/dev/dri\"],"
	" \"LogConfig\": {\"Config\": {\"token\": \"secret-log\"}}, \"Sysctls\": null}";
static const char config[] =
	"{\"Name\": \"/ollama\", \"State\": {\"Running\": true, \"Error\": \"secret-error\"},"
	" \"Config\": {\"User\": \"1000\", \"Env\": [\"PASSWORD=secret-environment\"],"
	" \"Labels\": {\"key\": \"secret-label\"}, \"Cmd\": [\"--token=secret-command\"]}}";
static const char daemon_config[] =
	"{\"runtimes\": {\"nvidia\": {\"path\": \"nvidia-container-runtime\", \"args\": [\"secret\"]}},"
	" \"exec-opts\": [\"native.cgroupdriver=cgroupfs\"], \"proxies\": {\"http-proxy\": "
	"\"http://user:secret@proxy\"}}";
static const char cluster[] =
	"{\"kind\": \"List\", \"items\": [{\"kind\": \"Pod\", \"metadata\": {\"name\": \"jellyfin\","
	" \"namespace\": \"media\", \"annotations\": {\"a\": \"secret-annotation\"},"
	" \"labels\": {\"a\": \"secret-label\"}}, \"spec\": {\"nodeName\": \"node-of-mine\","
	" \"containers\": [{\"image\": \"jellyfin\", \"env\": [{\"name\": \"PASSWORD\", \"value\":"
	" \"secret-environment\"}], \"args\": [\"--token=secret-argument\"],"
	" \"resources\": {\"limits\": {\"gpu.intel.com/i915\": \"1\", \"memory\": \"secret\"}}}]},"
	" \"status\": {\"phase\": \"Running\"}}]}\n"
	"{\"kind\": \"Secret\", \"data\": {\"password\": \"secret-data\"}}\n";

struct world {
	struct scratch scratch;
	struct gp_machine *machine;
	struct gp_containers containers;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	char *why = NULL;

	assert_non_null(world);
	scratch_make(&world->scratch);
	scratch_file(&world->scratch, DOCKER "/hostconfig.json", host_config);
	scratch_file(&world->scratch, DOCKER "/config.v2.json", config);
	scratch_file(&world->scratch, "/etc/docker/daemon.json", daemon_config);
	scratch_file(&world->scratch, "/etc/group", "root:x:0:\nrender:x:104:\n");
	assert_int_equal(gp_machine_open(world->scratch.root, &world->machine, &why), 0);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	gp_machine_close(world->machine);
	scratch_remove(&world->scratch);
	free(world);
	return 0;
}

static void collect(struct gp_machine *machine, struct gp_containers *ret)
{
	struct gp_vms vms;

	gp_vms_collect(machine, &vms);
	gp_containers_collect(machine, &vms, ret);
}

static void assert_facts(const struct gp_containers *containers)
{
	const struct gp_docker *docker = &containers->docker;
	const struct gp_docker_container *container = docker->items;
	const struct gp_kubernetes *kubernetes = &containers->kubernetes;

	assert_int_equal(docker->n, 1);
	assert_string_equal(container->name, "ct/ollama");
	assert_int_equal(container->devices.n, 2);
	assert_string_equal(container->devices.items[0], "/dev/dri/renderD128");
	assert_string_equal(container->devices.items[1], "/dev/dri");
	assert_string_equal(container->groups.items[0], "104");
	assert_string_equal(container->gpu_driver, "");
	assert_true(container->is_running);
	assert_true(docker->is_cgroupfs);
	assert_string_equal(docker->runtimes.items[0], "nvidia");
	assert_int_equal(kubernetes->pods.n, 1);
	assert_string_equal(kubernetes->pods.items[0].name, "pod/media/jellyfin");
	assert_int_equal(
		gp_k8s_amount(&kubernetes->pods.items[0].requests, "gpu.intel.com/i915"), 1);
}

static void captures_hold_no_secrets(void **state)
{
	struct world *world = *state;
	struct gp_containers again;
	struct gp_machine *replay = NULL;
	char *text = NULL, *why = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	gp_machine_give(world->machine, "kubernetes", cluster, strlen(cluster));
	gp_machine_record(world->machine);
	collect(world->machine, &world->containers);
	assert_facts(&world->containers);
	assert_int_equal(gp_machine_write_capture(world->machine, false, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_null(strstr(text, "secret"));
	assert_null(strstr(text, "PASSWORD"));
	assert_non_null(strstr(text, "node-of-mine"));
	assert_int_equal(gp_machine_open_memory(text, size, &replay, &why), 0);
	collect(replay, &again);
	assert_facts(&again);
	gp_machine_close(replay);
	free(text);
}

static void names_of_nodes_are_redacted(void **state)
{
	struct world *world = *state;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	gp_machine_give(world->machine, "kubernetes", cluster, strlen(cluster));
	gp_machine_record(world->machine);
	collect(world->machine, &world->containers);
	assert_int_equal(gp_machine_write_capture(world->machine, true, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_null(strstr(text, "node-of-mine"));
	assert_non_null(strstr(text, "gpu.intel.com/i915"));
	free(text);
}

/* People of a container, whose files are a directory of the host's. */
static void people_of_containers_are_redacted(void **state)
{
	static const char path[] = "/.given/root/rpool/data/subvol-101-disk-0/etc/group";
	struct world *world = *state;
	struct gp_user_groups groups;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	scratch_file(&world->scratch, path, "render:x:992:\ngertrude:x:1000:\n");
	gp_machine_record(world->machine);
	gp_user_groups_read(world->machine, path, &groups);
	assert_int_equal(groups.n, 2);
	assert_int_equal(gp_machine_write_capture(world->machine, true, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_null(strstr(text, "gertrude"));
	assert_non_null(strstr(text, "render:x:992"));
	free(text);
}

/* What a file that was handed over comes to: its presence, and the problem where malformed. */
static struct gp_origin given(const char *text)
{
	static const char empty[] = "gpupass-machine 1\nend\n";
	struct gp_machine *machine = NULL;
	struct gp_kubernetes kubernetes;
	char *why = NULL;
	struct gp_origin from;

	assert_int_equal(gp_machine_open_memory(empty, strlen(empty), &machine, &why), 0);
	gp_machine_give(machine, "kubernetes", text, strlen(text));
	gp_kubernetes_collect(machine, &kubernetes);
	assert_int_equal(kubernetes.files.n, 1);
	from = kubernetes.files.items[0];
	from.problem = from.problem ? strdup(from.problem) : NULL;
	gp_machine_close(machine);
	return from;
}

static void assert_malformed(const char *text, const char *problem)
{
	struct gp_origin from = given(text);

	assert_int_equal(from.presence, GP_MALFORMED);
	assert_string_equal(from.problem, problem);
	free((char *)(uintptr_t)from.problem);
}

static void damaged_json_is_malformed(void **state)
{
	(void)state;
	assert_malformed("", "is no JSON");
	assert_malformed("kubectl: error", "is no JSON from byte 7 on");
	assert_malformed("5", "is no JSON from byte 1 on");
	assert_malformed("[[{}]]", "is no JSON object");
	assert_malformed("{\"kind\": \"Pod\", \"spec\": {\"containers\": 5}}",
		"has a wrong type in containers");
	assert_malformed("{\"items\": [{\"kind\": {}}]}", "has a wrong type in kind");
	assert_malformed("{\"items\": [5]}", "has a wrong type in items");
	assert_int_equal(given("{}").presence, GP_PRESENT);
	assert_int_equal(given("{\"items\": null}").presence, GP_PRESENT);
}

static void deep_json_is_malformed(void **state)
{
	char text[20001];

	(void)state;
	memset(text, '[', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_malformed(text, "is no JSON from byte 2049 on");
}

/* Only a live machine has containers whose files can be read through /proc. */
static void other_machines_have_no_live_containers(void **state)
{
	struct world *world = *state;
	struct gp_bytes bytes;

	assert_int_equal(
		gp_machine_read(world->machine, "/.given/ct/1/etc/group", 4096, &bytes), -ENOENT);
}

static void files_of_a_process_are_read_live(void **state)
{
	struct gp_machine *machine = NULL;
	struct gp_bytes bytes;
	char path[64], *why = NULL;

	(void)state;
	assert_int_equal(gp_machine_open(NULL, &machine, &why), 0);
	snprintf(path, sizeof(path), "/.given/ct/%d/etc/group", (int)getpid());
	assert_int_equal(gp_machine_read(machine, path, 1u << 20, &bytes), 0);
	assert_non_null(strstr((const char *)bytes.data, "root:"));
	gp_machine_record(machine);
	snprintf(path, sizeof(path), "/.given/ct/%d/etc/group", (int)getpid());
	assert_int_equal(gp_machine_read(machine, path, 1u << 20, &bytes), 0);
	snprintf(path, sizeof(path), "/.given/ct/%d/etc/shadow", (int)getpid());
	assert_int_equal(gp_machine_read(machine, path, 1u << 20, &bytes), -ENOENT);
	assert_int_equal(
		gp_machine_read(machine, "/.given/ct/../etc/group", 1u << 20, &bytes), -ENOENT);
	gp_machine_close(machine);
}

/* Whoever owns a container's files may put a link anywhere in them: it leads to others of these. */
static void links_stay_in_the_root_of_a_container(void **state)
{
	struct world *world = *state;
	struct gp_machine *machine = NULL;
	struct gp_bytes bytes;
	char *why = NULL;
	const char *path;

	scratch_file(&world->scratch, "/ct/own/group", "render:x:992:\n");
	scratch_link(&world->scratch, "/ct/etc", "/own");
	scratch_link(&world->scratch, "/other/etc", "/etc");
	assert_int_equal(gp_machine_open(NULL, &machine, &why), 0);
	path = gp_printf(
		gp_machine_arena(machine), "/.given/root%s/ct/etc/group", world->scratch.root);
	assert_int_equal(gp_machine_read(machine, path, 4096, &bytes), 0);
	assert_memory_equal(bytes.data, "render:x:992:\n", bytes.size);
	path = gp_printf(
		gp_machine_arena(machine), "/.given/root%s/other/etc/group", world->scratch.root);
	assert_int_not_equal(gp_machine_read(machine, path, 1u << 20, &bytes), 0);
	gp_machine_close(machine);
}

static void ids_are_mapped(void **state)
{
	static const char text[] = "unprivileged: 1\n"
				   "dev0: /dev/dri/renderD128,gid=106,mode=0666\n"
				   "lxc.cgroup2.devices.allow: c 226:* rwm\n"
				   "lxc.idmap: u 0 100000 65536\n"
				   "lxc.idmap: g 0 100000 106\n"
				   "lxc.idmap: g 106 104 1\n"
				   "lxc.idmap: g nonsense\n"
				   "\n[snapshot]\nlxc.idmap: g 0 0 65536\n";
	struct gp_arena *arena = gp_arena_new();
	struct gp_ct ct = {.name = "ct/1", .source = "1.conf"};
	struct gp_lxc lxc;
	uint64_t id = 0;

	(void)state;
	gp_vm_config_parse(arena, text, &ct.settings, &ct.pending);
	gp_lxc_parse(arena, &ct, &lxc);
	assert_int_equal(lxc.maps.n, 4);
	assert_false(lxc.maps.items[3].is_readable);
	assert_int_equal(lxc.nodes.items[0].mode, 0666);
	assert_int_equal(lxc.nodes.items[0].gid, 106);
	assert_true(gp_lxc_right_covers(&lxc.rights.items[0], 129));
	assert_true(gp_lxc_inside_id(&lxc, false, 104, &id));
	assert_int_equal(id, 106);
	assert_true(gp_lxc_inside_id(&lxc, true, 100001, &id));
	assert_int_equal(id, 1);
	assert_false(gp_lxc_inside_id(&lxc, false, 44, &id));
	gp_arena_free(arena);
}

static void ranges_join(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_subids subids = {0};

	(void)state;
	gp_subids_parse(
		arena, "root:104:1\nuser:0:1000\nroot:110:10\nroot:105:5\nroot:x:1\n", &subids);
	assert_int_equal(subids.n, 3);
	assert_true(gp_subids_cover(&subids, 104, 16));
	assert_false(gp_subids_cover(&subids, 104, 17));
	assert_false(gp_subids_cover(&subids, 103, 1));
	assert_true(gp_subids_cover(&subids, 119, 1));
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(captures_hold_no_secrets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			people_of_containers_are_redacted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names_of_nodes_are_redacted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			other_machines_have_no_live_containers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			links_stay_in_the_root_of_a_container, set_up, tear_down),
		cmocka_unit_test(files_of_a_process_are_read_live),
		cmocka_unit_test(damaged_json_is_malformed),
		cmocka_unit_test(deep_json_is_malformed),
		cmocka_unit_test(ids_are_mapped),
		cmocka_unit_test(ranges_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
