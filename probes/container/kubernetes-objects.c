/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of a cluster's objects: k8s.io/api, core/v1 and apps/v1. */
#include <string.h>

#include "container/kubernetes-objects.h"

#define MOST_OBJECTS 20000u
#define ENFORCE      "pod-security.kubernetes.io/enforce"

static const struct gp_json_keep labels_keep[] = {
	{"gpu.intel.com/*", "sn", NULL, NULL},
	{"intel.feature.node.kubernetes.io/*", "s", NULL, NULL},
	{"feature.node.kubernetes.io/pci-*", "s", NULL, NULL},
	{"nvidia.com/*", "sn", NULL, NULL},
	{"amd.com/*", "sn", NULL, NULL},
	{"extensions.talos.dev/*", "s", NULL, NULL},
	{"pod-security.kubernetes.io/*", "s", NULL, NULL},
	{0},
};
static const struct gp_json_keep any_keep[] = {{"*", "s", NULL, NULL}, {0}};
static const struct gp_json_keep amounts_keep[] = {{"gpu.intel.com/*", "sn", NULL, NULL},
	{"nvidia.com/*", "sn", NULL, NULL}, {"amd.com/*", "sn", NULL, NULL}, {0}};
static const struct gp_json_keep resources_keep[] = {
	{"requests", "o", amounts_keep, NULL}, {"limits", "o", amounts_keep, NULL}, {0}};
static const struct gp_json_keep context_keep[] = {{"runAsUser", "n", NULL, NULL},
	{"runAsNonRoot", "b", NULL, NULL}, {"supplementalGroups", "a", NULL, NULL},
	{"fsGroup", "n", NULL, NULL}, {"privileged", "b", NULL, NULL}, {0}};
static const struct gp_json_keep container_keep[] = {
	{"image", "s", NULL, NULL},
	{"args", "a", NULL, "-shared-dev-num|--shared-dev-num|#"},
	{"resources", "o", resources_keep, NULL},
	{"securityContext", "o", context_keep, NULL},
	{0},
};
static const struct gp_json_keep template_spec_keep[] = {
	{"containers", "a", container_keep, NULL}, {"nodeSelector", "o", any_keep, NULL}, {0}};
static const struct gp_json_keep template_keep[] = {{"spec", "o", template_spec_keep, NULL}, {0}};
static const struct gp_json_keep metadata_keep[] = {{"name", "s", NULL, NULL},
	{"namespace", "s", NULL, NULL}, {"labels", "o", labels_keep, NULL}, {0}};
static const struct gp_json_keep spec_keep[] = {
	{"nodeName", "s", NULL, NULL},
	{"containers", "a", container_keep, NULL},
	{"securityContext", "o", context_keep, NULL},
	{"template", "o", template_keep, NULL},
	{0},
};
static const struct gp_json_keep info_keep[] = {
	{"osImage", "s", NULL, NULL}, {"kernelVersion", "s", NULL, NULL}, {0}};
static const struct gp_json_keep condition_keep[] = {{"type", "s", NULL, NULL},
	{"status", "os", NULL, NULL}, {"reason", "s", NULL, NULL}, {"message", "s", NULL, NULL},
	{0}};
static const struct gp_json_keep status_keep[] = {
	{"phase", "s", NULL, NULL},
	{"conditions", "a", condition_keep, NULL},
	{"capacity", "o", amounts_keep, NULL},
	{"allocatable", "o", amounts_keep, NULL},
	{"nodeInfo", "o", info_keep, NULL},
	{"desiredNumberScheduled", "n", NULL, NULL},
	{"currentNumberScheduled", "n", NULL, NULL},
	{"numberReady", "n", NULL, NULL},
	{0},
};
static const struct gp_json_keep involved_keep[] = {
	{"kind", "s", NULL, NULL}, {"namespace", "s", NULL, NULL}, {"name", "s", NULL, NULL}, {0}};
#define OBJECT                                                                             \
	{"kind", "s", NULL, NULL}, {"metadata", "o", metadata_keep, NULL},                 \
		{"spec", "o", spec_keep, NULL}, {"status", "os", status_keep, NULL},       \
		{"involvedObject", "o", involved_keep, NULL}, {"reason", "s", NULL, NULL}, \
	{                                                                                  \
		"message", "s", NULL, NULL                                                 \
	}
static const struct gp_json_keep object_keep[] = {OBJECT, {0}};
const struct gp_json_keep gp_k8s_keep[] = {OBJECT, {"items", "a", object_keep, NULL}, {0}};

static void take_labels(struct gp_arena *arena, const json_t *labels, struct gp_k8s_labels *ret)
{
	const json_t *value;
	const char *key;

	json_object_foreach ((json_t *)(uintptr_t)labels, key, value)
		if (json_is_string(value))
			*gp_push(arena, ret) = (struct gp_k8s_label){
				.key = gp_printable(arena, key, strlen(key), 200),
				.value = gp_json_text(arena, value, "")};
}

/* "2", or 2; no more than can be summed up. */
static int64_t amount_of(const json_t *value)
{
	uint64_t number = 0;

	if (json_is_integer(value) && json_integer_value(value) > 0)
		number = (uint64_t)json_integer_value(value);
	if (json_is_string(value))
		gp_parse_u64(json_string_value(value), 10, &number);
	return number < INT32_MAX ? (int64_t)number : INT32_MAX;
}

static int64_t bounded(int64_t number)
{
	return number < 0 ? 0 : number < INT32_MAX ? number : INT32_MAX;
}

static void add_amount(struct gp_arena *arena, struct gp_k8s_amounts *amounts, const char *resource,
	int64_t amount)
{
	gp_each (old, amounts)
		if (strcmp(old->resource, resource) == 0) {
			old->amount = bounded(old->amount + amount);
			return;
		}
	*gp_push(arena, amounts) = (struct gp_k8s_amount){
		.resource = gp_printable(arena, resource, strlen(resource), 200), .amount = amount};
}

static void take_amounts(struct gp_arena *arena, const json_t *values, struct gp_k8s_amounts *ret)
{
	const json_t *value;
	const char *key;

	json_object_foreach ((json_t *)(uintptr_t)values, key, value)
		if (gp_k8s_is_gpu(key))
			add_amount(arena, ret, key, amount_of(value));
}

static const char *text_or(
	struct gp_arena *arena, const json_t *value, const char *path, const char *dflt)
{
	const char *text = gp_json_text(arena, value, path);

	return text ? text : dflt;
}

static const char *full_name(struct gp_arena *arena, const char *kind, const json_t *metadata)
{
	return gp_printf(arena, "%s/%s/%s", kind, text_or(arena, metadata, "namespace", "default"),
		text_or(arena, metadata, "name", "?"));
}

static void take_node(struct gp_arena *arena, const json_t *object, struct gp_kubernetes *ret)
{
	struct gp_k8s_node *node = gp_push(arena, &ret->nodes);

	node->name = gp_printf(arena, "node/%s", text_or(arena, object, "metadata.name", "?"));
	node->os_image = gp_json_text(arena, object, "status.nodeInfo.osImage");
	node->kernel = gp_json_text(arena, object, "status.nodeInfo.kernelVersion");
	take_labels(arena, gp_json_at(object, "metadata.labels"), &node->labels);
	take_amounts(arena, gp_json_at(object, "status.capacity"), &node->capacity);
	take_amounts(arena, gp_json_at(object, "status.allocatable"), &node->allocatable);
}

static const char *unscheduled_because(struct gp_arena *arena, const json_t *object)
{
	const json_t *condition;
	size_t i;

	json_array_foreach (gp_json_at(object, "status.conditions"), i, condition)
		if (gp_equal(gp_json_text(arena, condition, "type"), "PodScheduled") &&
			gp_equal(gp_json_text(arena, condition, "status"), "False"))
			return gp_json_text(arena, condition, "message");
	return NULL;
}

/* What the container says wins over what the pod says. */
static const json_t *context_of(const json_t *pod, const json_t *container, const char *key)
{
	const json_t *own = json_object_get(gp_json_at(container, "securityContext"), key);

	return own ? own : json_object_get(gp_json_at(pod, "spec.securityContext"), key);
}

static bool is_nonroot(const json_t *pod, const json_t *container)
{
	const json_t *user = context_of(pod, container, "runAsUser");

	return json_is_integer(user) ? json_integer_value(user) != 0
				     : json_is_true(context_of(pod, container, "runAsNonRoot"));
}

/* NVIDIA's nodes are everybody's. */
static bool has_owned_nodes(const struct gp_k8s_amounts *requests)
{
	gp_each (request, requests)
		if (request->amount && !gp_starts_with(request->resource, "nvidia.com/"))
			return true;
	return false;
}

static void take_pod(struct gp_arena *arena, const json_t *object, struct gp_kubernetes *ret)
{
	const json_t *metadata = gp_json_at(object, "metadata"), *container;
	struct gp_k8s_pod pod = {.name = full_name(arena, "pod", metadata),
		.namespace = text_or(arena, metadata, "namespace", "default"),
		.node = gp_json_text(arena, object, "spec.nodeName"),
		.phase = gp_json_text(arena, object, "status.phase"),
		.message = unscheduled_because(arena, object)};
	size_t i;

	pod.has_groups =
		json_array_size(gp_json_at(object, "spec.securityContext.supplementalGroups")) ||
		json_is_integer(gp_json_at(object, "spec.securityContext.fsGroup"));
	json_array_foreach (gp_json_at(object, "spec.containers"), i, container) {
		const json_t *asked = gp_json_at(container, "resources.requests");
		struct gp_k8s_amounts own = {0};

		if (!json_object_size(asked))
			asked = gp_json_at(container, "resources.limits");
		take_amounts(arena, asked, &own);
		gp_each (request, &own)
			add_amount(arena, &pod.requests, request->resource, request->amount);
		pod.is_nonroot |= has_owned_nodes(&own) && is_nonroot(object, container);
	}
	if (pod.requests.n)
		*gp_push(arena, &ret->pods) = pod;
}

static const struct {
	const char *image, *resources;
} plugins[] = {
	{"intel-gpu-plugin", "gpu.intel.com/"},
	{"nvidia/k8s-device-plugin", "nvidia.com/gpu"},
	{"k8s-device-plugin", "amd.com/gpu"},
};

/* As Go's flags are written: -shared-dev-num=10, --shared-dev-num=10, or the number behind. */
static void take_shared(struct gp_arena *arena, const json_t *args, int64_t *ret)
{
	static const char flag[] = "shared-dev-num";
	const json_t *arg;
	size_t i;

	json_array_foreach (args, i, arg) {
		const char *text = gp_json_text(arena, arg, ""), *value = NULL;
		uint64_t number;

		if (!text || *text != '-')
			continue;
		text += strspn(text, "-");
		if (gp_starts_with(text, flag) && text[strlen(flag)] == '=')
			value = text + sizeof(flag);
		else if (strcmp(text, flag) == 0)
			value = gp_json_text(arena, json_array_get(args, i + 1), "");
		if (value && gp_parse_u64(value, 10, &number) == 0 && number &&
			number <= INT32_MAX / 2)
			*ret = (int64_t)number;
	}
}

static void take_daemonset(struct gp_arena *arena, const json_t *object, struct gp_kubernetes *ret)
{
	const json_t *metadata = gp_json_at(object, "metadata"), *container;
	struct gp_k8s_daemonset set = {.name = full_name(arena, "daemonset", metadata),
		.namespace = text_or(arena, metadata, "namespace", "default"),
		.shared = 1,
		.desired = bounded(gp_json_number(object, "status.desiredNumberScheduled", 0)),
		.current = bounded(gp_json_number(object, "status.currentNumberScheduled", 0)),
		.ready = bounded(gp_json_number(object, "status.numberReady", 0))};
	size_t i;

	json_array_foreach (gp_json_at(object, "spec.template.spec.containers"), i, container) {
		const char *image = text_or(arena, container, "image", "");

		for (size_t p = 0; p < GP_ARRAY_SIZE(plugins) && !set.vendor; p++)
			if (strstr(image, plugins[p].image)) {
				set.vendor = plugins[p].resources;
				set.image = image;
			}
		take_shared(arena, gp_json_at(container, "args"), &set.shared);
	}
	take_labels(arena, gp_json_at(object, "spec.template.spec.nodeSelector"), &set.selector);
	if (set.vendor)
		*gp_push(arena, &ret->daemonsets) = set;
}

static void take_namespace(struct gp_arena *arena, const json_t *object, struct gp_kubernetes *ret)
{
	const json_t *labels = gp_json_at(object, "metadata.labels");
	const json_t *enforce = json_object_get(labels, ENFORCE);

	*gp_push(arena, &ret->namespaces) =
		(struct gp_k8s_namespace){.name = text_or(arena, object, "metadata.name", "?"),
			.enforce = gp_json_text(arena, enforce, "")};
}

static bool is_event_of_interest(const char *message)
{
	static const char *const phrases[] = {
		"gpu.intel.com/", "nvidia.com/", "amd.com/", "violates PodSecurity", "/dev/dri"};

	for (size_t i = 0; message && i < GP_ARRAY_SIZE(phrases); i++)
		if (strstr(message, phrases[i]))
			return true;
	return false;
}

static void take_event(struct gp_arena *arena, const json_t *object, struct gp_kubernetes *ret)
{
	const char *message = gp_json_text(arena, object, "message");

	if (is_event_of_interest(message))
		*gp_push(arena, &ret->events) = (struct gp_k8s_event){
			.about =
				full_name(arena, text_or(arena, object, "involvedObject.kind", "?"),
					gp_json_at(object, "involvedObject")),
			.reason = text_or(arena, object, "reason", ""),
			.message = message};
}

void gp_k8s_take(struct gp_arena *arena, const json_t *object, struct gp_kubernetes *ret)
{
	static const struct {
		const char *kind;
		void (*take)(struct gp_arena *arena, const json_t *object, struct gp_kubernetes *);
	} kinds[] = {{"Node", take_node}, {"Pod", take_pod}, {"DaemonSet", take_daemonset},
		{"Namespace", take_namespace}, {"Event", take_event}};
	const char *kind = gp_json_text(arena, object, "kind");

	for (size_t i = 0; i < GP_ARRAY_SIZE(kinds); i++)
		if (gp_equal(kind, kinds[i].kind))
			kinds[i].take(arena, object, ret);
}
