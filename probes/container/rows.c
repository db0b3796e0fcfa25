/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

#include <string.h>

static void write_lxc(const struct gp_lxc *lxc, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;
	const struct gp_ct *ct = lxc->ct;
	const struct gp_user_group *render = gp_user_group_named(&lxc->groups, "render");

	gp_fact(sink, ct->name, "ct.source", ct->source, "configured", "");
	if (!lxc->nodes.n && !lxc->rights.n)
		return;
	gp_fact(sink, ct->name, "ct.unprivileged", ct->source, lxc->is_unprivileged ? "yes" : "no",
		"");
	gp_each (node, &lxc->nodes)
		gp_fact(sink, ct->name, node->is_made ? "ct.device" : "ct.mount",
			gp_vm_place(arena, ct->source, node->setting->line), node->path, "");
	gp_each (right, &lxc->rights)
		gp_fact(sink, ct->name, right->is_v2 ? "ct.right" : "ct.right-v1",
			gp_vm_place(arena, ct->source, right->setting->line), right->setting->value,
			"");
	gp_each (map, &lxc->maps)
		gp_fact(sink, ct->name, "ct.idmap",
			gp_vm_place(arena, ct->source, map->setting->line), map->setting->value,
			"");
	if (render)
		gp_fact_number(
			sink, ct->name, "ct.render-gid", lxc->groups.from.path, render->gid, "");
}

static void write_docker(const struct gp_docker *docker, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;

	gp_each (container, docker) {
		if (!container->devices.n && !container->gpu_driver && !container->runtime)
			continue;
		gp_fact(sink, container->name, "docker.running", container->source,
			container->is_running ? "yes" : "no", "");
		gp_fact(sink, container->name, "docker.devices", container->source,
			gp_join(arena, &container->devices, ";"), "");
		gp_fact(sink, container->name, "docker.groups", container->source,
			gp_join(arena, &container->groups, ";"), "");
		if (container->gpu_driver)
			gp_fact(sink, container->name, "docker.gpus", container->source,
				*container->gpu_driver ? container->gpu_driver : "any", "");
		if (container->runtime)
			gp_fact(sink, container->name, "docker.runtime", container->source,
				container->runtime, "");
	}
}

static void write_amounts(const struct gp_k8s_amounts *amounts, const struct gp_fact_sink *sink,
	const char *subject, const char *what, const char *source)
{
	gp_each (amount, amounts)
		gp_fact_number(sink, subject,
			gp_printf(sink->record->arena, "%s.%s", what, amount->resource), source,
			(uint64_t)amount->amount, "");
}

static void write_cluster(const struct gp_kubernetes *cluster, const struct gp_fact_sink *sink)
{
	const char *source = cluster->files.n ? cluster->files.items[0].path : "";

	gp_each (socket, &cluster->sockets)
		gp_fact(sink, "", "k8s.plugin-socket", cluster->kubelet_from.path, *socket, "");
	gp_each (node, &cluster->nodes) {
		if (node->os_image)
			gp_fact(sink, node->name, "k8s.os", source, node->os_image, "");
		if (node->kernel)
			gp_fact(sink, node->name, "k8s.kernel", source, node->kernel, "");
		write_amounts(&node->allocatable, sink, node->name, "k8s.allocatable", source);
		gp_each (label, &node->labels)
			gp_fact(sink, node->name,
				gp_printf(sink->record->arena, "k8s.label.%s", label->key), source,
				label->value ? label->value : "", "");
	}
	gp_each (pod, &cluster->pods) {
		gp_fact(sink, pod->name, "k8s.phase", source, pod->phase ? pod->phase : "", "");
		if (pod->node)
			gp_fact(sink, pod->name, "k8s.node", source, pod->node, "");
		write_amounts(&pod->requests, sink, pod->name, "k8s.request", source);
	}
	gp_each (set, &cluster->daemonsets) {
		gp_fact(sink, set->name, "k8s.image", source, set->image, "");
		gp_fact_number(sink, set->name, "k8s.desired", source, (uint64_t)set->desired, "");
		gp_fact_number(sink, set->name, "k8s.ready", source, (uint64_t)set->ready, "");
		gp_fact_number(sink, set->name, "k8s.shared", source, (uint64_t)set->shared, "");
	}
}

void gp_container_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_containers *containers = &facts->containers;

	if (facts->platform.roles & GP_ROLE_CONTAINER || containers->lxcs.n)
		gp_each (lxc, &containers->lxcs)
			write_lxc(lxc, sink);
	write_docker(&containers->docker, sink);
	write_cluster(&containers->kubernetes, sink);
}
