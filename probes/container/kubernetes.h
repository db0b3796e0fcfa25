/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CONTAINER_KUBERNETES_H
#define GP_CONTAINER_KUBERNETES_H

#include "machine/read.h"

#define GP_KUBERNETES_MAX (64u << 20) /* bytes of one file */

/*
 * A cluster, as "kubectl get nodes,pods,daemonsets,namespaces,events -A -o json" writes it, handed
 * over as /.given/kubernetes/N; and what the kubelet of this machine, where it is a node, shows.
 */

/* GPUs that a node offers or a pod asks for: gpu.intel.com/i915, nvidia.com/gpu. */
struct gp_k8s_amount {
	const char *resource;
	int64_t amount;
};
struct gp_k8s_amounts {
	struct gp_k8s_amount *items;
	size_t n;
};

struct gp_k8s_label {
	const char *key, *value;
};
struct gp_k8s_labels {
	struct gp_k8s_label *items;
	size_t n;
};

struct gp_k8s_node {
	const char *name; /* node/NAME */
	const char *os_image, *kernel;
	struct gp_k8s_labels labels; /* about GPUs and features; extensions of Talos */
	struct gp_k8s_amounts capacity, allocatable;
};

struct gp_k8s_pod {
	const char *name;                     /* pod/NAMESPACE/NAME */
	const char *namespace, *node, *phase; /* NULL where not said */
	const char *message;                  /* why it is not scheduled, or NULL */
	struct gp_k8s_amounts requests;
	/* One of its containers that asks for a GPU whose node has an owner: runAsNonRoot, or a
	 * runAsUser that is not 0. */
	bool is_nonroot;
	bool has_groups; /* supplementalGroups or fsGroup */
};

/* A device plugin. */
struct gp_k8s_daemonset {
	const char *name; /* daemonset/NAMESPACE/NAME */
	const char *namespace, *image;
	const char *vendor; /* "gpu.intel.com/", the start of what it offers; NULL: not known */
	int64_t shared;     /* -shared-dev-num; 1 where not given */
	struct gp_k8s_labels selector;
	int64_t desired, current, ready;
};

struct gp_k8s_namespace {
	const char *name;
	const char *enforce; /* pod-security.kubernetes.io/enforce, or NULL */
};

struct gp_k8s_event {
	const char *about; /* Kind/NAMESPACE/NAME */
	const char *reason, *message;
};

struct gp_kubernetes {
	GP_LIST(struct gp_origin) files; /* what was handed over */
	GP_LIST(struct gp_k8s_node) nodes;
	GP_LIST(struct gp_k8s_pod) pods;             /* that ask for a GPU */
	GP_LIST(struct gp_k8s_daemonset) daemonsets; /* device plugins of GPUs */
	GP_LIST(struct gp_k8s_namespace) namespaces;
	GP_LIST(struct gp_k8s_event) events; /* about GPUs, and what was forbidden */
	/* of this machine as a node */
	struct gp_origin kubelet_from; /* /var/lib/kubelet/device-plugins */
	struct gp_strings sockets;     /* gpu.intel.com-i915.sock */
	bool owns_by_context;          /* containerd: device_ownership_from_security_context */
};

void gp_kubernetes_collect(struct gp_machine *machine, struct gp_kubernetes *ret);

bool gp_k8s_was_given(const struct gp_kubernetes *kubernetes);
/* gpu.intel.com/..., nvidia.com/gpu..., amd.com/gpu... */
bool gp_k8s_is_gpu(const char *resource);
int64_t gp_k8s_amount(const struct gp_k8s_amounts *amounts, const char *resource);
const char *gp_k8s_label(const struct gp_k8s_labels *labels, const char *key);
/* A label that begins so, or NULL. */
const struct gp_k8s_label *gp_k8s_label_from(const struct gp_k8s_labels *labels, const char *start);
bool gp_k8s_is_talos(const struct gp_k8s_node *node);
const struct gp_k8s_namespace *gp_k8s_namespace(
	const struct gp_kubernetes *kubernetes, const char *name);

#endif
