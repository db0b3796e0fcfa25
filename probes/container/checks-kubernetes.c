/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A cluster as kubectl shows it: who offers GPUs and who asks for them. */
#include <string.h>

#include "container/check-help.h"
#include "container/checks.h"

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
		if (gp_k8s_shows_gpu(node, vendor))
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
		gp_find_object(out, GP_PASS, set->name, gp_cluster_file(cluster),
			"nodes have the labels by which it chooses them");
	} else if (!cluster->nodes.n) {
		gp_find_object(out, GP_UNKNOWN, set->name, gp_cluster_file(cluster),
			"no nodes were given");
	} else if (!node && any_discovered(cluster)) {
		gp_find_object(out, GP_PASS, set->name, gp_cluster_file(cluster),
			"no node has a GPU of this vendor, by its labels");
	} else {
		mend_label(out,
			gp_find_object(out, GP_FAIL, set->name, gp_cluster_file(cluster),
				gp_printf(out->arena,
					"the device plugin runs on no node: none has the label %s=%s%s%s",
					label->key, label->value,
					node ? ", though there is a GPU in " : "",
					node ? gp_short_name(node->name) : "")),
			node ? gp_short_name(node->name) : "NODE",
			gp_printf(out->arena, "%s=%s", label->key, label->value));
	}
}

static void nfd_label(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = gp_cluster_of(c);
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_K8S_GPU_LABEL, is_unwanted_set,
		"the device plugin runs on no node: none has the label " INTEL_LABEL "=true");

	if (finding)
		mend_label(out, finding, "NODE", INTEL_LABEL "=true");
	if (finding || gp_find_no_cluster(c, out))
		return;
	gp_each (set, &cluster->daemonsets)
		label_of(cluster, out, set);
	if (!cluster->daemonsets.n)
		gp_find(out, GP_SKIP, gp_cluster_file(cluster),
			"no device plugin of a GPU is among them");
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

/* Of a GPU with VFs Intel's plugin offers these alone, and of them none that vfio-pci has. */
static const struct gp_function *hidden_pf(const struct gp_case *c, const char *resource)
{
	for (size_t i = 0; i < c->n_gpus && gp_starts_with(resource, "gpu.intel.com/"); i++) {
		size_t native = 0;

		gp_each (function, &c->facts->pci)
			native += gp_equal(function->pf, c->gpus[i]->address) &&
				  gp_pci_is_native(function);
		if (c->gpus[i]->vendor_id == GP_INTEL && c->gpus[i]->numvfs && !native)
			return c->gpus[i];
	}
	return NULL;
}

static void mend_plugin(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_k8s_daemonset *set, const char *resource)
{
	const struct gp_function *pf = hidden_pf(c, resource);

	if (set && pf)
		gp_mend_by_hand(out, finding, pf->address,
			"%s has VFs, and of such a GPU the plugin offers those alone that i915 or xe "
			"drives: leave some to it, or make no VFs (echo 0 > %s/sriov_numvfs, where no "
			"VM uses one).",
			pf->address, gp_printf(out->arena, "/sys/bus/pci/devices/%s", pf->address));
	else if (!set)
		gp_mend_by_hand(out, finding, resource,
			"Deploy the device plugin that offers %s; for Intel: kubectl apply -k "
			"'https://github.com/intel/intel-device-plugins-for-kubernetes/deployments/"
			"gpu_plugin?ref=RELEASE'",
			resource);
	else
		gp_mend_by_hand(out, finding, resource,
			"See what the plugin says: kubectl -n %s logs daemonset/%s; and on its node "
			"ls -l /dev/dri.",
			gp_shell_word(out->arena, set->namespace),
			gp_shell_word(out->arena, gp_short_name(set->name)));
}

static void find_none_offered(const struct gp_case *c, struct gp_findings *out,
	const struct gp_k8s_pod *pod, const char *resource)
{
	const struct gp_kubernetes *cluster = gp_cluster_of(c);
	const char *instead = offered_instead(cluster, resource);
	const struct gp_k8s_daemonset *set = plugin_of(cluster, resource);
	struct gp_finding *finding;

	if (instead) {
		finding = gp_find_object(out, GP_FAIL, pod->name, gp_cluster_file(cluster),
			gp_printf(out->arena, "%s asks for %s, and nodes offer %s", pod->name,
				resource, instead));
		gp_mend_by_hand(out, finding, pod->name,
			"In its resources ask for %s: the name is that of the kernel's driver.",
			instead);
		return;
	}
	finding = gp_find_object(out, GP_FAIL, pod->name, gp_cluster_file(cluster),
		!set ? gp_printf(out->arena, "%s asks for %s, and no device plugin offers that",
			       pod->name, resource)
		     : gp_printf(out->arena,
			       "%s asks for %s, and no node offers that: %lld of %lld pods of %s are "
			       "ready",
			       pod->name, resource, (long long)set->ready, (long long)set->desired,
			       gp_short_name(set->name)));
	mend_plugin(c, out, finding, set, resource);
}

static void find_all_used(const struct gp_kubernetes *cluster, struct gp_findings *out,
	const struct gp_k8s_pod *pod, const char *resource)
{
	const struct gp_k8s_daemonset *set = plugin_of(cluster, resource);
	struct gp_finding *finding = gp_find_object(out, GP_FAIL, pod->name,
		gp_cluster_file(cluster),
		gp_printf(out->arena, "%s asks for %s: pods use %lld of the %lld that nodes offer",
			pod->name, resource, (long long)in_use(cluster, resource),
			(long long)offered(cluster, resource)));

	if (set && gp_starts_with(resource, "gpu.intel.com/"))
		gp_mend_by_hand(out, finding, pod->name,
			"Let more pods share a GPU: kubectl -n %s edit daemonset/%s, and in args "
			"-shared-dev-num=%lld; or end a pod that has one.",
			gp_shell_word(out->arena, set->namespace),
			gp_shell_word(out->arena, gp_short_name(set->name)),
			(long long)set->shared * 2);
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
	const struct gp_case *c, struct gp_findings *out, const struct gp_k8s_pod *pod)
{
	const struct gp_kubernetes *cluster = gp_cluster_of(c);

	if (pod->node || !gp_equal(pod->phase, "Pending"))
		return false;
	gp_each (request, &pod->requests) {
		int64_t there = offered(cluster, request->resource);

		if (!cluster->nodes.n && !is_short_of(pod, request->resource))
			continue;
		if (!there)
			find_none_offered(c, out, pod, request->resource);
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
	const struct gp_kubernetes *cluster = gp_cluster_of(c);
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_K8S_INSUFFICIENT, NULL,
		"a pod asks for a GPU that no node has to offer");
	bool any = false;

	if (finding)
		gp_mend_by_hand(out, finding, "kubernetes",
			"See what nodes offer: kubectl get nodes -o yaml | grep -E "
			"'gpu.intel.com/|nvidia.com/gpu|amd.com/gpu'. Where the name is another (xe "
			"instead of i915), ask for that; where it is 0, see the device plugin's log; "
			"where all are used, raise -shared-dev-num of the plugin.");
	if (finding || gp_find_no_cluster(c, out))
		return;
	gp_each (pod, &cluster->pods)
		any |= short_pod(c, out, pod);
	if (!any)
		gp_find(out, GP_PASS, gp_cluster_file(cluster), "no pod waits for a GPU");
}

#define EVERYWHERE (GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER)

static const struct gp_check checks[] = {
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
