/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "container/kubernetes.h"

#include <string.h>

#include "container/kubernetes-objects.h"

#define GIVEN     "/.given/kubernetes"
#define PLUGINS   "/var/lib/kubelet/device-plugins"
#define MOST_KEPT (16u << 20)
#define SHOWN     "kubectl's output (--kubernetes)" /* users know no path of it */

static int cut_down(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret)
{
	return gp_json_cut_down(arena, stream, GP_KUBERNETES_MAX, gp_k8s_keep, ret);
}

static void read_given(struct gp_machine *machine, const char *path, struct gp_kubernetes *ret)
{
	static const struct gp_extract extract = {GP_KUBERNETES_MAX, MOST_KEPT, cut_down};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_origin *from = gp_push(arena, &ret->files);
	json_t *list = gp_json_read(machine, path, &extract, from);
	const json_t *document, *object;
	size_t i, k;

	json_array_foreach (list, i, document) {
		const json_t *items = gp_json_at(document, "items");

		if (!items)
			gp_k8s_take(arena, document, ret);
		else if (!json_is_array(items))
			*from = (struct gp_origin){
				GP_MALFORMED, 0, "has items that are no list", from->path};
		json_array_foreach (items, k, object)
			gp_k8s_take(arena, object, ret);
	}
	from->path = SHOWN;
	json_decref(list);
}

/* "device_ownership_from_security_context = true # a comment" */
static bool is_set(struct gp_arena *arena, const char *line, const char *key)
{
	const char *text = gp_strndup(arena, line, strcspn(line, "#")), *equals = strchr(text, '=');

	return equals && strcmp(gp_strip(arena, equals + 1), "true") == 0 &&
	       strcmp(gp_strip(arena, gp_strndup(arena, text, (size_t)(equals - text))), key) == 0;
}

static void read_kubelet(struct gp_machine *machine, struct gp_kubernetes *ret)
{
	static const char *const phrases[] = {"device_ownership_from_security_context", NULL};
	static const char *const files[] = {"/etc/containerd/config.toml",
		"/var/lib/rancher/k3s/agent/etc/containerd/config.toml"};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, PLUGINS);

	ret->kubelet_from = names.from;
	gp_each (name, &names.value)
		if (gp_ends_with(*name, ".sock") && strcmp(*name, "kubelet.sock") != 0)
			gp_strings_add(arena, &ret->sockets, *name);
	if (!gp_is_present(&names.from))
		return;
	for (size_t i = 0; i < GP_ARRAY_SIZE(files); i++) {
		struct gp_text_value text = gp_read_matching(machine, files[i], phrases, 8);
		struct gp_strings lines = gp_split(arena, text.value, "\n");

		gp_each (line, &lines)
			ret->owns_by_context |= is_set(arena, *line, phrases[0]);
	}
}

void gp_kubernetes_collect(struct gp_machine *machine, struct gp_kubernetes *ret)
{
	struct gp_names_value names = gp_read_names(machine, GIVEN);

	*ret = (struct gp_kubernetes){0};
	gp_each (name, &names.value)
		read_given(machine, gp_printf(gp_machine_arena(machine), GIVEN "/%s", *name), ret);
	read_kubelet(machine, ret);
}

bool gp_k8s_was_given(const struct gp_kubernetes *kubernetes)
{
	return kubernetes->files.n;
}

bool gp_k8s_is_gpu(const char *resource)
{
	static const char *const starts[] = {
		"gpu.intel.com/", "nvidia.com/gpu", "nvidia.com/mig-", "amd.com/gpu"};

	if (gp_ends_with(resource, "_monitoring"))
		return false;
	for (size_t i = 0; i < GP_ARRAY_SIZE(starts); i++)
		if (gp_starts_with(resource, starts[i]))
			return true;
	return false;
}

int64_t gp_k8s_amount(const struct gp_k8s_amounts *amounts, const char *resource)
{
	gp_each (amount, amounts)
		if (strcmp(amount->resource, resource) == 0)
			return amount->amount;
	return 0;
}

const struct gp_k8s_label *gp_k8s_label_from(const struct gp_k8s_labels *labels, const char *start)
{
	gp_each (label, labels)
		if (gp_starts_with(label->key, start))
			return label;
	return NULL;
}

const char *gp_k8s_label(const struct gp_k8s_labels *labels, const char *key)
{
	gp_each (label, labels)
		if (strcmp(label->key, key) == 0)
			return label->value;
	return NULL;
}

bool gp_k8s_is_talos(const struct gp_k8s_node *node)
{
	return node->os_image && gp_starts_with(node->os_image, "Talos");
}

const struct gp_k8s_namespace *gp_k8s_namespace(
	const struct gp_kubernetes *kubernetes, const char *name)
{
	gp_each (namespace, &kubernetes->namespaces)
		if (gp_equal(namespace->name, name))
			return namespace;
	return NULL;
}
