/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A cluster as kubectl shows it: who offers GPUs, who asks for them, and what is forbidden. */
#include <stdlib.h>
#include <string.h>

#include "container/check-help.h"
#include "container/checks.h"

static const struct gp_kubernetes *cluster_of(const struct gp_case *c)
{
	return &c->facts->containers.kubernetes;
}

/* What was handed over and cannot be used; or that nothing was. True: it was said. */
static bool say_not_given(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = cluster_of(c);

	gp_each (from, &cluster->files)
		if (!gp_is_present(from)) {
			gp_find_unknown(out, from);
			return true;
		}
	if (!cluster->files.n)
		gp_find(out, GP_SKIP, "--kubernetes", "no objects of a cluster were given");
	return !cluster->files.n;
}

static struct gp_finding *find_object(struct gp_findings *out, enum gp_verdict verdict,
	const char *name, const char *evidence, const char *text)
{
	struct gp_finding *finding = gp_find(out, verdict, evidence, "%s", text);

	finding->subject = name;
	return finding;
}

static const char *file_of(const struct gp_kubernetes *cluster)
{
	return cluster->files.n ? cluster->files.items[0].path : "";
}

/* A name's part behind the last slash. */
static const char *short_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
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
		namespace,
		set ? gp_printf(out->arena, " && kubectl -n %s rollout restart daemonset/%s",
			      namespace, set)
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
		find_object(out, GP_PASS, set->name, file_of(cluster),
			"its pods are not forbidden: they are there, or none is wanted");
	} else if (event || (why && !set->current)) {
		mend_forbidden(out,
			find_object(out, GP_FAIL, set->name,
				event ? gp_evidence(out, file_of(cluster), event->message)
				      : file_of(cluster),
				gp_printf(out->arena,
					"%lld of %lld pods of the device plugin are there: %s",
					(long long)set->current, (long long)set->desired,
					why ? why : "its namespace does not allow them")),
			set->namespace, short_name(set->name));
	} else if (!namespace) {
		find_object(out, GP_UNKNOWN, set->name, file_of(cluster),
			"pods of the device plugin are missing, and its namespace was not given");
	} else {
		find_object(out, GP_PASS, set->name, file_of(cluster),
			"its namespace allows what it needs");
	}
}

static void psa_blocked(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = cluster_of(c);
	const struct gp_k8s_event *event = forbidding_event(cluster, NULL);
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_K8S_FORBIDDEN, forbids_devices,
		"the namespace does not allow pods that reach the host's devices");

	if (finding)
		mend_forbidden(out, finding, "NAMESPACE", NULL);
	if (event)
		mend_forbidden(out,
			find_object(out, GP_FAIL, event->about,
				gp_evidence(out, file_of(cluster), event->message),
				"the namespace does not allow pods with /dev/dri of the host"),
			"NAMESPACE", NULL);
	if (finding || event || say_not_given(c, out))
		return;
	gp_each (set, &cluster->daemonsets)
		forbidden_set(cluster, out, set);
	if (!cluster->daemonsets.n)
		gp_find(out, GP_SKIP, file_of(cluster), "no device plugin of a GPU is among them");
}

/* ---- k8s-nfd-label */

#define INTEL_LABEL "intel.feature.node.kubernetes.io/gpu"

/* "NAME 0 0 0 0 0 intel.feature.node.kubernetes.io/gpu=true": kubectl get daemonset */
static bool is_unwanted_set(const char *text)
{
	const char *at = strstr(text, INTEL_LABEL "=true");
	unsigned zeros = 0;

	while (at && at > text && zeros < 5) {
		while (at > text && at[-1] == ' ')
			at--;
		if (at == text || at[-1] != '0' || (at - 1 > text && at[-2] != ' '))
			return false;
		at--;
		zeros++;
	}
	return zeros == 5;
}

static bool has_label(const struct gp_kubernetes *cluster, const struct gp_k8s_label *wanted)
{
	gp_each (node, &cluster->nodes)
		if (gp_equal(gp_k8s_label(&node->labels, wanted->key), wanted->value))
			return true;
	return false;
}

/* The label by which it chooses nodes and which none has, or NULL. */
static const struct gp_k8s_label *missing_label(
	const struct gp_kubernetes *cluster, const struct gp_k8s_daemonset *set)
{
	static const char *const about_gpus[] = {"intel.feature.node.kubernetes.io/",
		"gpu.intel.com/", "nvidia.com/", "amd.com/", "feature.node.kubernetes.io/pci-"};

	gp_each (label, &set->selector)
		for (size_t i = 0; i < GP_ARRAY_SIZE(about_gpus); i++)
			if (gp_starts_with(label->key, about_gpus[i]) && !has_label(cluster, label))
				return label;
	return NULL;
}

/* feature.node.kubernetes.io/pci-0300_8086.present: class and vendor */
static bool shows_gpu(const struct gp_k8s_node *node, const char *vendor)
{
	gp_each (label, &node->labels)
		if ((gp_starts_with(label->key, "feature.node.kubernetes.io/pci-03") ||
			    gp_starts_with(label->key, "feature.node.kubernetes.io/pci-12")) &&
			strstr(label->key, vendor))
			return true;
	return false;
}

static const char *vendor_id(const struct gp_k8s_daemonset *set)
{
	return gp_starts_with(set->vendor, "gpu.intel") ? "_8086"
	       : gp_starts_with(set->vendor, "nvidia")  ? "_10de"
							: "_1002";
}

static const struct gp_k8s_node *node_with_gpu(
	const struct gp_kubernetes *cluster, const char *vendor)
{
	gp_each (node, &cluster->nodes)
		if (shows_gpu(node, vendor))
			return node;
	return NULL;
}

static bool any_discovered(const struct gp_kubernetes *cluster)
{
	gp_each (node, &cluster->nodes)
		if (gp_k8s_label_from(&node->labels, "feature.node.kubernetes.io/pci-"))
			return true;
	return false;
}

static void mend_label(
	struct gp_findings *out, struct gp_finding *finding, const char *node, const char *label)
{
	gp_mend_by_hand(out, finding, "node-feature-discovery",
		"Install node-feature-discovery and the rules of this release of the device plugins "
		"(deployments/nfd/overlays/node-feature-rules), or set the label by hand: kubectl "
		"label node %s %s",
		node, label);
}

static void label_of(const struct gp_kubernetes *cluster, struct gp_findings *out,
	const struct gp_k8s_daemonset *set)
{
	const struct gp_k8s_label *label = missing_label(cluster, set);
	const struct gp_k8s_node *node = node_with_gpu(cluster, vendor_id(set));

	if (!label || set->desired) {
		find_object(out, GP_PASS, set->name, file_of(cluster),
			"nodes have the labels by which it chooses them");
	} else if (!cluster->nodes.n) {
		find_object(out, GP_UNKNOWN, set->name, file_of(cluster), "no nodes were given");
	} else if (!node && any_discovered(cluster)) {
		find_object(out, GP_PASS, set->name, file_of(cluster),
			"no node has a GPU of this vendor, by its labels");
	} else {
		mend_label(out,
			find_object(out, GP_FAIL, set->name, file_of(cluster),
				gp_printf(out->arena,
					"the device plugin runs on no node: none has the label %s=%s%s%s",
					label->key, label->value,
					node ? ", though there is a GPU in " : "",
					node ? short_name(node->name) : "")),
			node ? short_name(node->name) : "NODE",
			gp_printf(out->arena, "%s=%s", label->key, label->value));
	}
}

static void nfd_label(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = cluster_of(c);
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_K8S_GPU_LABEL, is_unwanted_set,
		"the device plugin runs on no node: none has the label " INTEL_LABEL "=true");

	if (finding)
		mend_label(out, finding, "NODE", INTEL_LABEL "=true");
	if (finding || say_not_given(c, out))
		return;
	gp_each (set, &cluster->daemonsets)
		label_of(cluster, out, set);
	if (!cluster->daemonsets.n)
		gp_find(out, GP_SKIP, file_of(cluster), "no device plugin of a GPU is among them");
}

/* ---- k8s-insufficient */

static int64_t offered(const struct gp_kubernetes *cluster, const char *resource)
{
	int64_t sum = 0;

	gp_each (node, &cluster->nodes)
		sum += gp_k8s_amount(&node->allocatable, resource);
	return sum;
}

static int64_t in_use(const struct gp_kubernetes *cluster, const char *resource)
{
	int64_t sum = 0;

	gp_each (pod, &cluster->pods)
		if (pod->node && !gp_equal(pod->phase, "Succeeded") &&
			!gp_equal(pod->phase, "Failed"))
			sum += gp_k8s_amount(&pod->requests, resource);
	return sum;
}

/* Another GPU resource of the vendor that nodes offer, or NULL. */
static const char *offered_instead(const struct gp_kubernetes *cluster, const char *resource)
{
	size_t vendor = strcspn(resource, "/") + 1;

	gp_each (node, &cluster->nodes)
		gp_each (amount, &node->allocatable)
			if (amount->amount > 0 &&
				strncmp(amount->resource, resource, vendor) == 0 &&
				strcmp(amount->resource, resource) != 0)
				return amount->resource;
	return NULL;
}

static const struct gp_k8s_daemonset *plugin_of(
	const struct gp_kubernetes *cluster, const char *resource)
{
	gp_each (set, &cluster->daemonsets)
		if (gp_starts_with(resource, set->vendor))
			return set;
	return NULL;
}

static void mend_plugin(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_k8s_daemonset *set, const char *resource)
{
	if (!set)
		gp_mend_by_hand(out, finding, resource,
			"Deploy the device plugin that offers %s; for Intel: kubectl apply -k "
			"'https://github.com/intel/intel-device-plugins-for-kubernetes/deployments/"
			"gpu_plugin?ref=RELEASE'",
			resource);
	else
		gp_mend_by_hand(out, finding, resource,
			"See what the plugin says: kubectl -n %s logs daemonset/%s; and on its node "
			"ls -l /dev/dri.",
			set->namespace, short_name(set->name));
}

static void find_none_offered(const struct gp_kubernetes *cluster, struct gp_findings *out,
	const struct gp_k8s_pod *pod, const char *resource)
{
	const char *instead = offered_instead(cluster, resource);
	const struct gp_k8s_daemonset *set = plugin_of(cluster, resource);
	struct gp_finding *finding;

	if (instead) {
		finding = find_object(out, GP_FAIL, pod->name, file_of(cluster),
			gp_printf(out->arena, "it asks for %s, and nodes offer %s", resource,
				instead));
		gp_mend_by_hand(out, finding, pod->name,
			"In its resources ask for %s: the name is that of the kernel's driver.",
			instead);
		return;
	}
	finding = find_object(out, GP_FAIL, pod->name, file_of(cluster),
		!set ? gp_printf(out->arena, "it asks for %s, and no device plugin offers that",
			       resource)
		     : gp_printf(out->arena,
			       "it asks for %s, and no node offers that: %lld of %lld pods of %s are "
			       "ready",
			       resource, (long long)set->ready, (long long)set->desired,
			       short_name(set->name)));
	mend_plugin(out, finding, set, resource);
}

static void find_all_used(const struct gp_kubernetes *cluster, struct gp_findings *out,
	const struct gp_k8s_pod *pod, const char *resource)
{
	const struct gp_k8s_daemonset *set = plugin_of(cluster, resource);
	struct gp_finding *finding = find_object(out, GP_FAIL, pod->name, file_of(cluster),
		gp_printf(out->arena, "it asks for %s: pods use %lld of the %lld that nodes offer",
			resource, (long long)in_use(cluster, resource),
			(long long)offered(cluster, resource)));

	if (set && gp_starts_with(resource, "gpu.intel.com/"))
		gp_mend_by_hand(out, finding, pod->name,
			"Let more pods share a GPU: kubectl -n %s edit daemonset/%s, and in args "
			"-shared-dev-num=%lld; or end a pod that has one.",
			set->namespace, short_name(set->name), (long long)set->shared * 2);
	else
		gp_mend_by_hand(out, finding, pod->name,
			"End a pod that has one, or let pods share GPUs (time-slicing or MIG).");
}

static bool is_short_of(const struct gp_k8s_pod *pod, const char *resource)
{
	const char *at = pod->message ? strstr(pod->message, resource) : NULL;

	return at && strstr(pod->message, "Insufficient");
}

/* True: it was said of this pod. */
static bool short_pod(
	const struct gp_kubernetes *cluster, struct gp_findings *out, const struct gp_k8s_pod *pod)
{
	if (pod->node || !gp_equal(pod->phase, "Pending"))
		return false;
	gp_each (request, &pod->requests) {
		int64_t there = offered(cluster, request->resource);

		if (!cluster->nodes.n && !is_short_of(pod, request->resource))
			continue;
		if (!there)
			find_none_offered(cluster, out, pod, request->resource);
		else if (is_short_of(pod, request->resource))
			find_all_used(cluster, out, pod, request->resource);
		else
			continue;
		return true;
	}
	return false;
}

static void insufficient(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = cluster_of(c);
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_K8S_INSUFFICIENT, NULL,
		"a pod asks for a GPU that no node has to offer");
	bool any = false;

	if (finding)
		gp_mend_by_hand(out, finding, "kubernetes",
			"See what nodes offer: kubectl get nodes -o yaml | grep -E "
			"'gpu.intel.com/|nvidia.com/gpu|amd.com/gpu'. Where the name is another (xe "
			"instead of i915), ask for that; where it is 0, see the device plugin's log; "
			"where all are used, raise -shared-dev-num of the plugin.");
	if (finding || say_not_given(c, out))
		return;
	gp_each (pod, &cluster->pods)
		any |= short_pod(cluster, out, pod);
	if (!any)
		gp_find(out, GP_PASS, file_of(cluster), "no pod waits for a GPU");
}

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
		if (!shows_gpu(node, talos_extensions[i].vendor))
			continue;
		any = true;
		if (has_extension(node, talos_extensions[i].extensions))
			find_object(out, GP_PASS, node->name, file_of(cluster),
				"this node of Talos has the extension for its GPU");
		else if (gp_k8s_label_from(&node->labels, "extensions.talos.dev/"))
			mend_talos(out,
				find_object(out, GP_FAIL, node->name, file_of(cluster),
					gp_printf(out->arena,
						"this node of Talos has a GPU and not the extension for "
						"it: %s",
						talos_extensions[i].name)),
				talos_extensions[i].name);
		else
			find_object(out, GP_UNKNOWN, node->name, file_of(cluster),
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
	const struct gp_kubernetes *cluster = cluster_of(c);
	bool any = false;

	if (talos_here(c, out) || say_not_given(c, out))
		return;
	gp_each (node, &cluster->nodes)
		if (gp_k8s_is_talos(node))
			any |= talos_node(cluster, out, node);
	if (!any)
		gp_find(out, GP_SKIP, file_of(cluster), "no node of Talos with a GPU");
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
	{
		.id = "k8s-nfd-label",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "no node has the label that the device plugin looks for",
		.why = "Device plugins run on nodes with a label that node-feature-discovery sets by "
		       "rules. Without the rules, or with old ones, they run nowhere.",
		.mend = "Install node-feature-discovery with current rules, or label the node.",
		.reference =
			"github.com/intel/intel-device-plugins-for-kubernetes, deployments/nfd",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.run = nfd_label,
	},
	{
		.id = "k8s-insufficient",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "a pod asks for a GPU that no node offers",
		.why = "A pod with such a request waits until a device plugin offers enough of just "
		       "that name.",
		.mend = "Ask for the name that nodes offer, mend the plugin, or let more pods share.",
		.reference = "github.com/intel/intel-device-plugins-for-kubernetes, cmd/gpu_plugin",
		.roles = EVERYWHERE,
		.modes = GP_MODE_CONTAINER,
		.needs = {"talos-ext-missing", "k8s-psa-blocked", "k8s-nfd-label",
			"inotify-limit-device-plugin"},
		.run = insufficient,
	},
};

const struct gp_check_table gp_container_kubernetes_checks = {checks, GP_ARRAY_SIZE(checks)};
