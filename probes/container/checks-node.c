/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A node of a cluster and its pods: limits, users, VFs. */
#include <string.h>

#include "container/check-help.h"
#include "container/checks.h"
#include "drm/access.h"

/* ---- inotify-limit-device-plugin */

static bool is_of_plugin(const char *text)
{
	return strstr(text, "Failed to serve") || strstr(text, "FS watcher") ||
	       strstr(text, "fsnotify watcher") || strstr(text, "/device-plugins/");
}

static void inotify_limit(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_K8S_WATCHES, is_of_plugin,
		"a device plugin does not start: its node allows no more inotify instances");

	if (!finding) {
		gp_find(out, GP_SKIP, "", "no message of a device plugin says so");
		return;
	}
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, "/etc/sysctl.d/80-inotify.conf",
			"fs.inotify.max_user_instances = 512", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, "/etc/sysctl.d/80-inotify.conf",
			"fs.inotify.max_user_watches = 524288", 0});
	gp_mend_by_hand(out, finding, "sysctl",
		"On the node: sysctl -p /etc/sysctl.d/80-inotify.conf, then delete the plugin's pod, "
		"which is made again.");
}

/* ---- k8s-nonroot */

/* It runs on this machine, whose containerd gives nodes to a pod's user. */
static bool is_given_nodes(const struct gp_case *c, const struct gp_k8s_pod *pod)
{
	return c->facts->containers.kubernetes.owns_by_context && pod->node &&
	       gp_equal(pod->node, c->facts->platform.hostname);
}

static bool nonroot_pods(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = &c->facts->containers.kubernetes;
	bool any = false;

	gp_each (pod, &cluster->pods) {
		struct gp_finding *finding;

		if (!pod->is_nonroot || pod->has_groups || is_given_nodes(c, pod))
			continue;
		finding = gp_find(out, GP_WARN, cluster->files.items[0].path,
			"%s does not run as root and is in no group of the node, where /dev/dri is "
			"root's and group render's",
			pod->name);
		finding->subject = pod->name;
		gp_mend_by_hand(out, finding, pod->name,
			"Give it the number that stat -c %%g /dev/dri/renderD128 says on the node: "
			"spec.securityContext.supplementalGroups: [G]; or have containerd set "
			"device_ownership_from_security_context = true.");
		any = true;
	}
	return any;
}

/* Everybody it is about is root, or was started with the group. */
static bool have_group(const struct gp_case *c, struct gp_arena *arena, uint64_t gid)
{
	const char *number = gp_printf(arena, "%llu", (unsigned long long)gid);
	const struct gp_origin *unknown;
	struct gp_persons persons = gp_persons_of(c, arena, &unknown);

	gp_each (person, &persons)
		if (!person->overrides && !gp_strings_has(&person->groups, number))
			return false;
	return persons.n > 0;
}

/* A node whose group has only a number here: nobody but root is in it unless the pod says so. */
static bool nonroot_here(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_containers *containers = &c->facts->containers;

	if (!(c->roles & GP_ROLE_CONTAINER) || !gp_is_present(&containers->kubernetes_mark))
		return false;
	gp_each (file, &containers->dri) {
		struct gp_finding *finding;

		if (!file->group || !file->is_group_known || gp_is_open_to_all(file->mode) ||
			gp_user_group_of(&containers->groups, file->gid) || !file->gid ||
			have_group(c, out->arena, file->gid) ||
			!gp_starts_with(gp_dri_name(file->path), "renderD"))
			continue;
		finding = gp_find(out, GP_WARN, file->path,
			"%s belongs to gid %llu, which has no name in this pod: only root may open it, "
			"or a pod that is given the number",
			file->path, (unsigned long long)file->gid);
		finding->subject = file->path;
		gp_mend_by_hand(out, finding, file->path,
			"In the pod: spec.securityContext.supplementalGroups: [%llu]",
			(unsigned long long)file->gid);
		return true;
	}
	return false;
}

static void nonroot(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = &c->facts->containers.kubernetes;
	bool any = nonroot_pods(c, out);

	any |= nonroot_here(c, out);
	if (!any)
		gp_find(out, cluster->pods.n ? GP_PASS : GP_SKIP,
			cluster->files.n ? cluster->files.items[0].path : "",
			cluster->pods.n ? "no pod with a GPU lacks its group"
					: "no pods with a GPU were given");
}

/* ---- k8s-sriov-pf-hidden */

static bool offers_intel(const struct gp_kubernetes *cluster)
{
	gp_each (socket, &cluster->sockets)
		if (gp_starts_with(*socket, "gpu.intel.com"))
			return true;
	return false;
}

static void pf_hidden_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *pf)
{
	size_t native = 0, vfio = 0;

	gp_each (function, &c->facts->pci) {
		if (!gp_equal(function->pf, pf->address))
			continue;
		native += gp_pci_is_native(function);
		vfio += function->driver && gp_pci_is_vfio_driver(function->driver);
	}
	if (!native)
		gp_find_gpu(out, GP_NOTE, pf, pf->address,
			"it has VFs, and the device plugin offers those alone that i915 or xe drives: "
			"none, for vfio-pci has %zu",
			vfio);
	else
		gp_find_gpu(out, GP_NOTE, pf, pf->address,
			"it has VFs, and the device plugin offers the %zu that i915 or xe drives, not "
			"the GPU itself",
			native);
}

static void pf_hidden(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = &c->facts->containers.kubernetes;
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus && offers_intel(cluster); i++)
		if (c->gpus[i]->numvfs)
			pf_hidden_of(c, out, c->gpus[i]);
	if (out->n > before)
		return;
	if (offers_intel(cluster))
		gp_find(out, GP_PASS, cluster->kubelet_from.path,
			"the device plugin runs here, and no GPU has VFs");
	else
		gp_find(out, GP_SKIP, cluster->kubelet_from.path,
			"Intel's device plugin does not run here");
}

#define EVERYWHERE (GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER)

static const struct gp_check checks[] = {
	{
		.id = "inotify-limit-device-plugin",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "a device plugin may watch no more files",
		.why = "A plugin watches the kubelet's socket by inotify, of which root has 128 "
		       "instances unless more are allowed.",
		.mend = "Raise fs.inotify.max_user_instances.",
		.reference = "inotify(7); "
			     "github.com/intel/intel-device-plugins-for-kubernetes/issues/2075",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.run = inotify_limit,
	},
	{
		.id = "k8s-nonroot",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_WARN,
		.title = "a pod's user is in no group that may open the GPU",
		.why = "Nodes keep the owner and group that they have on the machine. A pod that does "
		       "not run as root needs the number of that group.",
		.mend = "Add supplementalGroups.",
		.reference = "Kubernetes documentation, Configure a Security Context; "
			     "github.com/ROCm/k8s-device-plugin/issues/39",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.run = nonroot,
	},
	{
		.id = "k8s-sriov-pf-hidden",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_NOTE,
		.title = "the device plugin offers VFs instead of the GPU",
		.why = "Where a GPU has VFs, the plugin leaves the GPU itself out, and offers the VFs "
		       "that the host's driver has; those of vfio-pci are for VMs.",
		.mend = "Leave VFs to i915 or xe, or make none.",
		.reference =
			"github.com/intel/intel-device-plugins-for-kubernetes, cmd/gpu_plugin: "
			"SR-IOV use with the plugin",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.run = pf_hidden,
	},
};

const struct gp_check_table gp_container_node_checks = {checks, GP_ARRAY_SIZE(checks)};
