/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Docker's containers ask for, and what Docker and programs in containers say. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "container/check-help.h"
#include "container/checks.h"

static struct gp_finding *find_container(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_docker_container *container, const char *text)
{
	struct gp_finding *finding = gp_find(out, verdict, container->source, "%s", text);

	finding->subject = container->name;
	return finding;
}

typedef void look_at(const struct gp_case *c, struct gp_findings *out,
	const struct gp_docker_container *container);

/* Each container of Docker; says what could not be read, and skips where there is none. */
static void each_container(const struct gp_case *c, struct gp_findings *out, look_at *look)
{
	const struct gp_docker *docker = &c->facts->containers.docker;
	size_t before = out->n;

	gp_each (container, docker)
		if (gp_is_present(&container->from))
			look(c, out, container);
	gp_each (container, docker)
		if (!gp_is_present(&container->from) && !gp_is_absent(&container->from) &&
			out->n == before)
			gp_find_unknown(out, &container->from);
	if (out->n > before)
		return;
	if (docker->from.presence == GP_UNREADABLE && docker->from.error != ENODATA)
		gp_find_unknown(out, &docker->from);
	else
		gp_find(out, GP_SKIP, docker->from.path, "no container of Docker asks for that");
}

/* ---- docker-device-missing */

static bool is_dri(const char *path)
{
	return strcmp(path, "/dev/dri") == 0 || gp_starts_with(path, "/dev/dri/");
}

/* A render node that it could be given; NULL: there is none. */
static const char *node_there(const struct gp_case *c)
{
	gp_each (node, &c->facts->nodes)
		if (node->render && node->is_device && gp_is_present(&node->node))
			return node->node.path;
	return NULL;
}

/* On the machine itself the GPU has none; inside a container that is what this says. */
static void mend_missing(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const char *there = node_there(c);

	if (!(c->roles & GP_ROLE_CONTAINER))
		finding->waits_for = "dri-node-missing";
	if (there) {
		gp_mend_by_hand(out, finding, there,
			"Here is %s: name that, --device %s, where the GPU behind it is the one that "
			"is meant (ls -l /dev/dri/by-path), and make the container anew.",
			there, there);
		return;
	}
	gp_mend_by_hand(out, finding, "/dev/dri",
		c->roles & GP_ROLE_CONTAINER
			? "Give what Docker runs in the GPU first, on the host: an LXC container of "
			  "Proxmox by pct set ID --dev0 /dev/dri/renderD128,gid=G, a VM by qm set "
			  "ID --hostpci0 ADDRESS; a VM also needs the GPU's driver."
			: "See ls -l /dev/dri on the machine that Docker runs on: where it is missing, "
			  "the GPU's driver is not loaded there. Docker Desktop runs in a VM of its "
			  "own, which has no /dev/dri.");
}

/* A device of the container that is not there, or NULL. */
static const char *missing_device(
	const struct gp_case *c, const struct gp_docker_container *container)
{
	const struct gp_containers *containers = &c->facts->containers;

	gp_each (device, &container->devices) {
		if (strcmp(*device, "/dev/dri") == 0 && gp_is_absent(&containers->dri_from))
			return *device;
		if (gp_starts_with(*device, "/dev/dri/card") ||
			gp_starts_with(*device, "/dev/dri/renderD"))
			if (!gp_dri_file(containers, *device) &&
				(gp_is_present(&containers->dri_from) ||
					gp_is_absent(&containers->dri_from)))
				return *device;
	}
	return NULL;
}

/* One that nobody starts, perhaps an old one, breaks nothing. */
static enum gp_verdict hardness(const struct gp_docker_container *container)
{
	return container->is_to_run ? GP_FAIL : GP_NOTE;
}

static const char *missing_text(
	struct gp_arena *arena, const struct gp_docker_container *container, const char *missing)
{
	if (container->is_running)
		return gp_printf(arena,
			"%s runs, and %s that it was given is not there any more: it does not start "
			"again",
			container->name, missing);
	if (container->is_to_run)
		return gp_printf(arena, "%s asks for %s, which is not there: it does not start",
			container->name, missing);
	return gp_printf(arena,
		"%s, which is stopped, asks for %s, which is not there: it would not start",
		container->name, missing);
}

static void devices_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_docker_container *container)
{
	const struct gp_origin *from = &c->facts->containers.dri_from;
	const char *missing = missing_device(c, container);
	bool any = false;

	gp_each (device, &container->devices)
		any |= is_dri(*device);
	if (missing)
		mend_missing(c, out,
			find_container(out, hardness(container), container,
				missing_text(out->arena, container, missing)));
	else if (any && !gp_is_present(from))
		gp_find_unknown(out, from);
	else if (any)
		find_container(out, GP_PASS, container,
			gp_printf(out->arena, "what %s asks for is there", container->name));
}

/* scandir and stat are said of things that are not there, and of those that are. */
static bool says_missing(const char *text)
{
	return strstr(text, "no such file or directory") || strstr(text, "No such file") ||
	       strstr(text, "not a device node");
}

/* Inside: the kernel has a node, and this container was given none. */
static bool say_not_given(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_containers *containers = &c->facts->containers;
	struct gp_finding *finding;

	if (!(c->roles & GP_ROLE_CONTAINER) || !gp_is_absent(&containers->dri_from) ||
		!gp_is_present(&containers->docker_mark) || gp_is_present(&containers->nvidia_node))
		return false;
	gp_each (node, &c->facts->nodes) {
		if (!node->render)
			continue;
		finding = gp_find(out, GP_FAIL, containers->docker_mark.path,
			"this container was not given /dev/dri, and the machine has %s",
			node->name);
		gp_mend_by_hand(out, finding, "/dev/dri",
			"Start it with: docker run --device /dev/dri/%s --group-add \"$(stat -c %%g "
			"/dev/dri/%s)\" ...",
			node->name, node->name);
		return true;
	}
	return false;
}

static void device_missing(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_CT_DEVICE_MISSING, says_missing,
		"a container was to be given a device that is not there");
	bool look_on = gp_is_to_look_on(finding);

	if (finding)
		mend_missing(c, out, finding);
	if (look_on && !say_not_given(c, out))
		each_container(c, out, devices_of);
}

/* ---- docker-no-gpu-runtime */

static void mend_runtime(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend_by_hand(out, finding, "docker",
		"Install nvidia-container-toolkit from NVIDIA's repository, then: nvidia-ctk runtime "
		"configure --runtime=docker && systemctl restart docker. An Intel or AMD GPU needs none "
		"of it: --device /dev/dri instead of --gpus.");
}

static bool is_known_runtime(const struct gp_docker *docker, const char *name)
{
	static const char *const own[] = {"runc", "io.containerd.runc.v2", NULL};

	return !name || !*name || gp_is_one_of(name, own) ||
	       gp_strings_has(&docker->runtimes, name);
}

/* --gpus, and nothing that every version of Docker takes it to. */
static bool lacks_hook(const struct gp_docker *docker, const struct gp_docker_container *container)
{
	return container->gpu_driver && strcmp(container->gpu_driver, "cdi") != 0 &&
	       gp_is_absent(&docker->nvidia_hook) && !container->is_running;
}

/* It hands out NVIDIA's alone: other GPUs are none the worse. */
static void say_no_runtime(const struct gp_case *c, struct gp_findings *out,
	const struct gp_docker_container *container, const char *text)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++) {
		struct gp_finding *finding;

		if (c->gpus[i]->vendor_id != GP_NVIDIA)
			continue;
		finding = find_container(out, hardness(container), container, text);
		finding->gpu = c->gpus[i];
		mend_runtime(out, finding);
	}
	if (out->n == before)
		mend_runtime(out, find_container(out, hardness(container), container, text));
}

static void runtime_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_docker_container *container)
{
	const struct gp_docker *docker = &c->facts->containers.docker;
	const char *text = NULL;

	if (!container->gpu_driver && !gp_equal(container->runtime, "nvidia"))
		return;
	if (!gp_is_absent(&docker->daemon_from) && !gp_is_present(&docker->daemon_from)) {
		gp_find_unknown(out, &docker->daemon_from);
		return;
	}
	if (!is_known_runtime(docker, container->runtime))
		text = gp_printf(out->arena, "%s wants the runtime %s, which Docker does not have",
			container->name, container->runtime);
	else if (lacks_hook(docker, container) && gp_is_absent(&docker->newer_helper))
		text = gp_printf(out->arena,
			"%s asks for GPUs (--gpus), and nothing here hands them out",
			container->name);
	if (text && !container->is_running)
		say_no_runtime(c, out, container, text);
	else if (lacks_hook(docker, container))
		find_container(out, GP_UNKNOWN, container,
			gp_printf(out->arena,
				"%s serves --gpus in newer versions of Docker; which this is, is not "
				"known",
				docker->newer_helper.path));
	else
		find_container(out, GP_PASS, container,
			gp_printf(out->arena, "Docker can give %s the GPU that it asks for",
				container->name));
}

static bool says_gpu(const char *text)
{
	return strstr(text, "gpu") || strstr(text, "nvidia");
}

static void no_runtime(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_CT_NO_GPU_RUNTIME, says_gpu,
		"a container asks for GPUs, and Docker has nothing that hands them out");
	bool look_on = gp_is_to_look_on(finding);

	if (finding)
		mend_runtime(out, finding);
	if (look_on)
		each_container(c, out, runtime_of);
}

/* ---- nvml-unknown */

static void mend_nvml(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend_by_hand(out, finding, "nvidia",
		"Start the container again. To keep it from happening: nvidia-ctk system "
		"create-dev-char-symlinks --create-all (at each boot), or hand the GPU out by CDI: "
		"nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml and --device nvidia.com/gpu=all.");
}

static void nvml_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_docker_container *container)
{
	const struct gp_containers *containers = &c->facts->containers;

	if (!container->is_to_run ||
		(!container->gpu_driver && !gp_equal(container->runtime, "nvidia")) ||
		gp_equal(container->gpu_driver, "cdi") || !gp_is_present(&containers->nvidia_node))
		return;
	if (containers->docker.is_cgroupfs || !gp_is_absent(&containers->nvidia_char))
		find_container(out, GP_PASS, container,
			gp_printf(out->arena, "%s keeps its GPU when systemd reads its units again",
				container->name));
	else
		mend_nvml(out,
			find_container(out, GP_WARN, container,
				gp_printf(out->arena,
					"%s loses its GPU at the next systemctl daemon-reload: "
					"/dev/char/195:255 is missing",
					container->name)));
}

static void nvml(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_NVML_UNKNOWN, NULL,
		"a container has lost its NVIDIA GPU: it may not open the devices any more");
	bool look_on = gp_is_to_look_on(finding);

	if (finding)
		mend_nvml(out, finding);
	if (look_on)
		each_container(c, out, nvml_of);
}

/* ---- docker-group-add-name-not-in-image */

static void mend_group(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend_by_hand(out, finding, "docker",
		"Name the group by the host's number: docker run --group-add \"$(stat -c %%g "
		"/dev/dri/renderD128)\" ..., or group_add: [\"104\"] in compose.yaml.");
}

/* A group by name; NULL: all by number. */
static const char *named_group(const struct gp_docker_container *container)
{
	gp_each (group, &container->groups)
		if ((*group)[strspn(*group, "0123456789")])
			return *group;
	return NULL;
}

static void groups_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_docker_container *container)
{
	const char *name = named_group(container);

	(void)c;
	if (!container->groups.n)
		return;
	if (name && !container->is_running)
		mend_group(out,
			find_container(out, GP_NOTE, container,
				gp_printf(out->arena,
					"%s names the group %s: its image has to have that, and with "
					"the host's number",
					container->name, name)));
	else
		find_container(out, GP_PASS, container,
			gp_printf(out->arena, "the groups of %s were found", container->name));
}

static void group_name(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_CT_NO_GROUP, NULL,
		"a container is given a group by a name that its image does not have");
	bool look_on = gp_is_to_look_on(finding);

	if (finding)
		mend_group(out, finding);
	if (look_on)
		each_container(c, out, groups_of);
}

#define EVERYWHERE (GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER)

static const struct gp_check checks[] = {
	{
		.id = "docker-device-missing",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "a container is to get a device that is not there",
		.why = "Docker hands on nodes of the machine that it runs on. In an LXC container or "
		       "a VM that was given none, and in Docker Desktop's VM, there is no /dev/dri.",
		.mend = "Load the GPU's driver, or give the outer container or VM the GPU first.",
		.reference = "docker run(1): --device",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.needs = {"no-gpu", "native-driver-blacklisted", "nomodeset-leftover",
			"lxc-wrong-minor"},
		.run = device_missing,
	},
	{
		.id = "docker-no-gpu-runtime",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "Docker has nothing that hands out GPUs",
		.why = "--gpus is served by NVIDIA's container toolkit, and in newer versions of "
		       "Docker by AMD's. Docker itself has nothing for it.",
		.mend = "Install nvidia-container-toolkit and restart Docker.",
		.reference =
			"NVIDIA Container Toolkit, installation guide; moby, daemon/nvidia_linux.go",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.run = no_runtime,
	},
	{
		.id = "nvml-unknown",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "a container has lost its NVIDIA GPU",
		.why = "Where systemd manages the control groups, systemctl daemon-reload sets anew "
		       "what containers may open, and knows of no device without a link in /dev/char.",
		.mend = "Create the links, or hand the GPU out by CDI; then start the container again.",
		.reference = "NVIDIA Container Toolkit, troubleshooting; "
			     "github.com/NVIDIA/nvidia-container-toolkit/issues/48",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.needs = {"nvidia-version-mismatch"},
		.run = nvml,
	},
	{
		.id = "docker-group-add-name-not-in-image",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "a group is named that the image does not have",
		.why = "Docker looks the name of --group-add up in the image's /etc/group, not in the "
		       "host's; and only the number counts when the node is opened.",
		.mend = "Use the host's number of the group.",
		.reference = "docker run(1): --group-add",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.run = group_name,
	},
};

const struct gp_check_table gp_container_docker_checks = {checks, GP_ARRAY_SIZE(checks)};
