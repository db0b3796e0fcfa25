/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "container/check-help.h"
#include "drm/nodes.h"

#include <stdlib.h>
#include <string.h>

static bool say_unreadable(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_vms *vms = &c->facts->vms;

	if (vms->cts_from.presence == GP_UNREADABLE) {
		gp_find_unknown(out, &vms->cts_from);
		return true;
	}
	gp_each (ct, &vms->cts)
		if (!gp_is_present(&ct->from)) {
			gp_find_unknown(out, &ct->from);
			return true;
		}
	return false;
}

void gp_each_lxc(const struct gp_case *c, struct gp_findings *out, gp_look_at_lxc *look)
{
	size_t before = out->n;

	gp_each (lxc, &c->facts->containers.lxcs)
		if (lxc->nodes.n || lxc->rights.n || lxc->maps.n)
			look(c, out, lxc);
	if (out->n == before && !say_unreadable(c, out))
		gp_find(out, GP_SKIP, "/etc/pve/lxc",
			"no container of Proxmox is given such a thing here");
}

/* The GPU that its settings are about; NULL: none, or none of the case. */
static const struct gp_function *gpu_of(const struct gp_case *c, const struct gp_lxc *lxc)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_ct_wish(c->facts, lxc->ct, c->gpus[i]))
			return c->gpus[i];
	return NULL;
}

struct gp_finding *gp_find_lxc(const struct gp_case *c, struct gp_findings *out,
	enum gp_verdict verdict, const struct gp_lxc *lxc, const struct gp_vm_setting *setting,
	const char *format, ...)
{
	const char *place = gp_vm_place(out->arena, lxc->ct->source, setting ? setting->line : 0);
	const char *text, *evidence = place;
	struct gp_finding *finding;
	va_list args;

	va_start(args, format);
	text = gp_vprintf(out->arena, format, args);
	va_end(args);
	if (setting)
		evidence = gp_evidence(
			out, place, gp_printf(out->arena, "%s: %s", setting->key, setting->value));
	finding = gp_find(out, verdict, evidence, "%s", text);
	finding->gpu = gpu_of(c, lxc);
	finding->subject = lxc->ct->name;
	return finding;
}

void gp_mend_by_hand(struct gp_findings *out, struct gp_finding *finding, const char *subject,
	const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = gp_vprintf(out->arena, format, args);
	va_end(args);
	gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, subject, text, 0});
}

void gp_mend_lxc(struct gp_findings *out, struct gp_finding *finding, const struct gp_lxc *lxc,
	const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = gp_vprintf(out->arena, format, args);
	va_end(args);
	gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, lxc->ct->name, text, 0});
}

const char *gp_lxc_free_device(struct gp_arena *arena, const struct gp_lxc *lxc)
{
	const char *name = "dev0";

	for (unsigned i = 0; i < 256 && gp_vm_setting(&lxc->ct->settings, name); i++)
		name = gp_printf(arena, "dev%u", i + 1);
	return name;
}

static bool is_render(const char *path)
{
	return gp_starts_with(gp_dri_name(path), "renderD");
}

static void add_view(struct gp_arena *arena, const struct gp_lxc *lxc,
	const struct gp_lxc_node *node, const char *path, const struct gp_dri_file *file,
	struct gp_lxc_views *views)
{
	struct gp_lxc_view *view = gp_push(arena, views);

	*view = (struct gp_lxc_view){
		.node = node, .path = path, .file = file, .mode = node->mode, .gid = node->gid};
	if (node->is_made) {
		view->is_known = true;
	} else if (file && file->is_group_known) {
		view->mode = file->mode;
		view->is_known = true;
		view->is_nobody = !gp_lxc_inside_id(lxc, false, file->gid, &view->gid);
	}
}

struct gp_lxc_views gp_lxc_see(
	struct gp_arena *arena, const struct gp_case *c, const struct gp_lxc *lxc)
{
	const struct gp_containers *containers = &c->facts->containers;
	struct gp_lxc_views all = {0}, renders = {0};

	gp_each (node, &lxc->nodes) {
		if (strcmp(node->path, "/dev/dri") != 0)
			add_view(arena, lxc, node, node->path, gp_dri_file(containers, node->path),
				&all);
		else
			gp_each (file, &containers->dri)
				add_view(arena, lxc, node, file->path, file, &all);
	}
	gp_each (view, &all)
		if (is_render(view->path))
			*gp_push(arena, &renders) = *view;
	return renders.n ? renders : all;
}

enum gp_cgroup gp_cgroup_of(const struct gp_case *c, const char **ret_because)
{
	const struct gp_containers *containers = &c->facts->containers;
	const char *version = c->facts->platform.proxmox;

	*ret_because = containers->cgroup_because;
	if (containers->cgroup != GP_CGROUP_UNKNOWN)
		return containers->cgroup;
	if (!version || atoi(version) < 7 ||
		gp_cmdline_has(&c->facts->kernel.cmdline, "systemd.unified_cgroup_hierarchy=0"))
		return GP_CGROUP_UNKNOWN;
	*ret_because = "Proxmox VE 7 and newer";
	return GP_CGROUP_V2;
}

bool gp_lxc_may_open(const struct gp_lxc *lxc, const struct gp_dri_file *file, bool v2)
{
	if (file->major != GP_DRM_MAJOR)
		return true;
	gp_each (right, &lxc->rights)
		if (right->is_v2 == v2 && gp_lxc_right_covers(right, file->minor))
			return true;
	return false;
}

static const struct gp_log_hit *next_said(
	const struct gp_log *log, enum gp_log_id id, bool (*fits)(const char *text))
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(log, id, hit)))
		if (!fits || fits(hit->text))
			return hit;
	return NULL;
}

/* Whether there are settings to look at: they may have been changed since it was said. */
static bool has_settings(const struct gp_containers *containers, enum gp_log_id id)
{
	switch (id) {
	case GP_LOG_LXC_NO_DEVICE:
	case GP_LOG_CT_IDMAP:
		return containers->lxcs.n;
	case GP_LOG_CT_DEVICE_MISSING:
	case GP_LOG_CT_NO_GPU_RUNTIME:
	case GP_LOG_CT_NO_GROUP:
	case GP_LOG_NVML_UNKNOWN:
		return containers->docker.n;
	default:
		return false;
	}
}

bool gp_is_to_look_on(const struct gp_finding *said)
{
	return !said || said->verdict != GP_FAIL;
}

struct gp_finding *gp_find_message(const struct gp_case *c, struct gp_findings *out,
	enum gp_log_id id, bool (*fits)(const char *text), const char *format, ...)
{
	const struct gp_log_hit *hit = next_said(&c->facts->kernel.klog, id, fits);
	struct gp_finding *finding = NULL;
	va_list args;

	if (!hit)
		hit = next_said(&c->facts->vms.log, id, fits);
	va_start(args, format);
	if (hit)
		finding = gp_find(out, has_settings(&c->facts->containers, id) ? GP_WARN : GP_FAIL,
			gp_log_evidence(out, hit), "%s", gp_vprintf(out->arena, format, args));
	va_end(args);
	return finding;
}

/* ---- clusters */

const struct gp_kubernetes *gp_cluster_of(const struct gp_case *c)
{
	return &c->facts->containers.kubernetes;
}

/* What was handed over and cannot be used; or that nothing was. True: it was said. */
bool gp_find_no_cluster(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kubernetes *cluster = gp_cluster_of(c);

	gp_each (from, &cluster->files)
		if (!gp_is_present(from)) {
			gp_find_unknown(out, from);
			return true;
		}
	if (!cluster->files.n)
		gp_find(out, GP_SKIP, "--kubernetes", "no objects of a cluster were given");
	return !cluster->files.n;
}

struct gp_finding *gp_find_object(struct gp_findings *out, enum gp_verdict verdict,
	const char *name, const char *evidence, const char *text)
{
	struct gp_finding *finding = gp_find(out, verdict, evidence, "%s", text);

	finding->subject = name;
	return finding;
}

const char *gp_cluster_file(const struct gp_kubernetes *cluster)
{
	return cluster->files.n ? cluster->files.items[0].path : "";
}

/* A name's part behind the last slash. */
const char *gp_short_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

/* feature.node.kubernetes.io/pci-0300_8086.present: class and vendor */
bool gp_k8s_shows_gpu(const struct gp_k8s_node *node, const char *vendor)
{
	gp_each (label, &node->labels)
		if ((gp_starts_with(label->key, "feature.node.kubernetes.io/pci-03") ||
			    gp_starts_with(label->key, "feature.node.kubernetes.io/pci-12")) &&
			strstr(label->key, vendor))
			return true;
	return false;
}
