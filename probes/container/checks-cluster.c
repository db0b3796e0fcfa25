/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps device plugins of a cluster from coming up: what is forbidden, what Talos lacks. */
#include <string.h>

#include "container/check-help.h"
#include "container/checks.h"

/* ---- talos-ext-missing */

static const struct {
	const char *vendor, *extensions[4], *name;
} talos_extensions[] = {
	{"_8086", {"extensions.talos.dev/i915", "extensions.talos.dev/xe"},
		"siderolabs/i915 (or siderolabs/xe for Lunar Lake and newer)"},
	{"_1002", {"extensions.talos.dev/amdgpu"}, "siderolabs/amdgpu"},
	{"_10de",
		{"extensions.talos.dev/nvidia-open", "extensions.talos.dev/nonfree-kmod-nvidia",
			"extensions.talos.dev/nvidia"},
		"siderolabs/nvidia-open-gpu-kernel-modules-production and "
		"siderolabs/nvidia-container-toolkit-production"},
};

static bool has_extension(const struct gp_k8s_node *node, const char *const *extensions)
{
	for (; *extensions; extensions++)
		if (gp_k8s_label_from(&node->labels, *extensions))
			return true;
	return false;
}

static void mend_talos(struct gp_findings *out, struct gp_finding *finding, const char *name)
{
	gp_mend_by_hand(out, finding, "talos",
		"At https://factory.talos.dev make an image with the system extension %s, then: "
		"talosctl upgrade --nodes NODE --image factory.talos.dev/installer/SCHEMATIC:VERSION",
		name);
}

/* Older versions of Talos do not say as labels what extensions they have. */
static bool talos_node(const struct gp_kubernetes *cluster, struct gp_findings *out,
	const struct gp_k8s_node *node)
{
	bool any = false;

	for (size_t i = 0; i < GP_ARRAY_SIZE(talos_extensions); i++) {
		if (!gp_k8s_shows_gpu(node, talos_extensions[i].vendor))
			continue;
		any = true;
		if (has_extension(node, talos_extensions[i].extensions))
			gp_find_object(out, GP_PASS, node->name, gp_cluster_file(cluster),
				"this node of Talos has the extension for its GPU");
		else if (gp_k8s_label_from(&node->labels, "extensions.talos.dev/"))
			mend_talos(out,
				gp_find_object(out, GP_FAIL, node->name, gp_cluster_file(cluster),
					gp_printf(out->arena,
						"%s has a GPU and not the extension for "
						"it: %s",
						node->name, talos_extensions[i].name)),
				talos_extensions[i].name);
		else
			gp_find_object(out, GP_UNKNOWN, node->name, gp_cluster_file(cluster),
				"this node of Talos does not say which extensions it has");
	}
	return any;
}

/* From a pod on Talos, or its own log: the driver is there and its firmware is not. */
static bool talos_here(const struct gp_case *c, struct gp_findings *out)
{
	const char *kernel = c->facts->platform.kernel;
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_FW_MISSING);

	if (!hit)
		hit = gp_any_log(c, GP_LOG_UC_MISSING);
	if (!hit)
		hit = gp_any_log(c, GP_LOG_DMC_MISSING);
	if (!hit || ((!kernel || !strstr(kernel, "-talos")) &&
			    !gp_equal(c->facts->platform.distribution_id, "talos")))
		return false;
	mend_talos(out,
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"Talos has no firmware for the GPU: its extension is missing"),
		talos_extensions[strstr(hit->text, "amdgpu") != NULL].name);
	return true;
}

static void talos(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = gp_cluster_of(c);
	bool any = false;

	if (talos_here(c, out) || gp_find_no_cluster(c, out))
		return;
	gp_each (node, &cluster->nodes)
		if (gp_k8s_is_talos(node))
			any |= talos_node(cluster, out, node);
	if (!any)
		gp_find(out, GP_SKIP, gp_cluster_file(cluster), "no node of Talos with a GPU");
}

/* ---- k8s-psa-blocked */

static bool forbids_devices(const char *message)
{
	return strstr(message, "hostPath") || strstr(message, "privileged");
}

/* "DaemonSet/kube-system/intel-gpu-plugin" is about daemonset/kube-system/intel-gpu-plugin. */
static bool is_event_about(const struct gp_k8s_event *event, const char *name)
{
	return gp_starts_with(event->about, "DaemonSet/") &&
	       strcmp(strchr(event->about, '/'), strchr(name, '/')) == 0;
}

static const struct gp_k8s_event *forbidding_event(
	const struct gp_kubernetes *cluster, const struct gp_k8s_daemonset *set)
{
	gp_each (event, &cluster->events)
		if (strstr(event->message, "violates PodSecurity") &&
			forbids_devices(event->message) &&
			(set ? is_event_about(event, set->name)
			     : strstr(event->message, "\"dri\"") != NULL))
			return event;
	return NULL;
}

static void mend_forbidden(
	struct gp_findings *out, struct gp_finding *finding, const char *namespace, const char *set)
{
	gp_mend_by_hand(out, finding, namespace,
		"kubectl label namespace %s pod-security.kubernetes.io/enforce=privileged "
		"--overwrite%s",
		gp_shell_word(out->arena, namespace),
		set ? gp_printf(out->arena, " && kubectl -n %s rollout restart daemonset/%s",
			      gp_shell_word(out->arena, namespace), gp_shell_word(out->arena, set))
		    : "");
}

static bool any_talos(const struct gp_kubernetes *cluster)
{
	gp_each (node, &cluster->nodes)
		if (gp_k8s_is_talos(node))
			return true;
	return false;
}

/* Why a namespace may not have what a device plugin needs; NULL: it may, or that is not known. */
static const char *what_forbids(struct gp_arena *arena, const struct gp_kubernetes *cluster,
	const struct gp_k8s_namespace *namespace)
{
	if (!namespace)
		return NULL;
	if (namespace->enforce)
		return strcmp(namespace->enforce, "privileged") == 0
			       ? NULL
			       : gp_printf(arena, "its namespace enforces \"%s\"",
					 namespace->enforce);
	return any_talos(cluster)
		       ? "its namespace says nothing, and Talos enforces \"baseline\" then"
		       : NULL;
}

static void forbidden_set(const struct gp_kubernetes *cluster, struct gp_findings *out,
	const struct gp_k8s_daemonset *set)
{
	const struct gp_k8s_event *event = forbidding_event(cluster, set);
	const struct gp_k8s_namespace *namespace = gp_k8s_namespace(cluster, set->namespace);
	const char *why = what_forbids(out->arena, cluster, namespace);

	if (!set->desired || set->current >= set->desired) {
		gp_find_object(out, GP_PASS, set->name, gp_cluster_file(cluster),
			"its pods are not forbidden: they are there, or none is wanted");
	} else if (event || (why && !set->current)) {
		mend_forbidden(out,
			gp_find_object(out, GP_FAIL, set->name,
				event ? gp_evidence(out, gp_cluster_file(cluster), event->message)
				      : gp_cluster_file(cluster),
				gp_printf(out->arena, "%s has %lld of %lld pods: %s", set->name,
					(long long)set->current, (long long)set->desired,
					why ? why : "its namespace does not allow them")),
			set->namespace, gp_short_name(set->name));
	} else if (!namespace) {
		gp_find_object(out, GP_UNKNOWN, set->name, gp_cluster_file(cluster),
			"pods of the device plugin are missing, and its namespace was not given");
	} else if (namespace->enforce) {
		gp_find_object(out, GP_PASS, set->name, gp_cluster_file(cluster),
			"its namespace allows what it needs");
	} else {
		gp_find_object(out, GP_UNKNOWN, set->name, gp_cluster_file(cluster),
			"pods of the device plugin are missing, and nothing that was given says that "
			"its namespace forbids them");
	}
}

static void psa_blocked(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = gp_cluster_of(c);
	const struct gp_k8s_event *event = forbidding_event(cluster, NULL);
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_K8S_FORBIDDEN, forbids_devices,
		"the namespace does not allow pods that reach the host's devices");

	if (finding)
		mend_forbidden(out, finding, "NAMESPACE", NULL);
	if (event)
		mend_forbidden(out,
			gp_find_object(out, GP_FAIL, event->about,
				gp_evidence(out, gp_cluster_file(cluster), event->message),
				"the namespace does not allow pods with /dev/dri of the host"),
			"NAMESPACE", NULL);
	if (finding || event || gp_find_no_cluster(c, out))
		return;
	gp_each (set, &cluster->daemonsets)
		forbidden_set(cluster, out, set);
	if (!cluster->daemonsets.n)
		gp_find(out, GP_SKIP, gp_cluster_file(cluster),
			"no device plugin of a GPU is among them");
}

#define EVERYWHERE (GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER)

static const struct gp_check checks[] = {
	{
		.id = "talos-ext-missing",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "Talos lacks the extension for the GPU",
		.why = "Talos has no drivers and firmware of GPUs but those of the system extensions "
		       "that its image was made with.",
		.mend = "Make an image with the extension, and upgrade the node to it.",
		.reference = "Talos Linux documentation, System Extensions; "
			     "github.com/siderolabs/extensions",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.run = talos,
	},
	{
		.id = "k8s-psa-blocked",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "a namespace does not allow pods that reach devices",
		.why = "Pod Security admission refuses hostPath volumes and privileged pods in a "
		       "namespace that is not privileged: device plugins need them, and get no pods.",
		.mend = "Label the namespace as privileged.",
		.reference = "Kubernetes documentation, Pod Security Admission",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.run = psa_blocked,
	},
};

const struct gp_check_table gp_container_cluster_checks = {checks, GP_ARRAY_SIZE(checks)};
