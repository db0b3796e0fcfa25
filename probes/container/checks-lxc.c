/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the settings of an LXC container say: ids, rights, hooks, and who else has the GPU. */
#include <string.h>

#include "container/check-help.h"
#include "container/checks.h"

/* ---- lxc-idmap-incomplete */

static const char *kind_of(bool is_user)
{
	return is_user ? "uid" : "gid";
}

static struct gp_finding *fail_map(const struct gp_case *c, struct gp_findings *out,
	const struct gp_lxc *lxc, const struct gp_lxc_map *map, const char *what)
{
	return gp_find_lxc(
		c, out, GP_FAIL, lxc, map->setting, "%s does not start: %s", lxc->ct->name, what);
}

static bool ranges_meet(uint64_t a, uint64_t a_count, uint64_t b, uint64_t b_count)
{
	return a < b + b_count && b < a + a_count;
}

/* Two lines that map the same id, or NULL. */
static const struct gp_lxc_map *overlapping(const struct gp_lxc *lxc)
{
	for (size_t i = 0; i < lxc->maps.n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct gp_lxc_map *a = &lxc->maps.items[k];
			const struct gp_lxc_map *b = &lxc->maps.items[i];

			if (a->is_user == b->is_user &&
				(ranges_meet(a->inside, a->count, b->inside, b->count) ||
					ranges_meet(a->outside, a->count, b->outside, b->count)))
				return b;
		}
	return NULL;
}

/* The first id of the usual 65536 that no line maps; 65536: there is none. */
static uint64_t first_gap(const struct gp_lxc *lxc, bool is_user)
{
	uint64_t next = 0;

	for (size_t turns = 0; turns <= lxc->maps.n; turns++)
		gp_each (map, &lxc->maps)
			if (map->is_user == is_user && map->inside <= next &&
				next - map->inside < map->count)
				next = map->inside + map->count;
	return next < 65536 ? next : 65536;
}

static const struct gp_lxc_map *any_map(const struct gp_lxc *lxc, bool is_user)
{
	gp_each (map, &lxc->maps)
		if (map->is_user == is_user)
			return map;
	return NULL;
}

bool gp_lxc_maps_hold(const struct gp_lxc *lxc)
{
	gp_each (map, &lxc->maps)
		if (!map->is_readable)
			return false;
	return !lxc->maps.n || (first_gap(lxc, true) && first_gap(lxc, false) && !overlapping(lxc));
}

/* A line without an id of its own kind, and what to write. */
static bool say_missing_kind(
	const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	for (int is_user = 0; is_user < 2; is_user++) {
		if (any_map(lxc, is_user) && first_gap(lxc, is_user) > 0)
			continue;
		gp_mend_lxc(out,
			fail_map(c, out, lxc, &lxc->maps.items[0],
				gp_printf(out->arena, "no lxc.idmap line maps %s 0",
					kind_of(is_user))),
			lxc, "Add to %s, above its first section: lxc.idmap: %c 0 100000 %s",
			lxc->ct->source, is_user ? 'u' : 'g',
			any_map(lxc, is_user) ? "COUNT, up to the first id of the next line"
					      : "65536");
		return true;
	}
	return false;
}

static bool say_not_granted(
	const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc, bool is_user)
{
	const struct gp_containers *containers = &c->facts->containers;
	const struct gp_subids *ids = is_user ? &containers->subuids : &containers->subgids;
	const char *file = is_user ? "/etc/subuid" : "/etc/subgid";

	gp_each (map, &lxc->maps) {
		if (map->is_user != is_user || gp_subids_cover(ids, map->outside, map->count))
			continue;
		if (!gp_is_present(&ids->from) && !gp_is_absent(&ids->from)) {
			gp_find_lxc(c, out, GP_UNKNOWN, lxc, map->setting, "%s",
				gp_origin_says(out->arena, &ids->from));
			return true;
		}
		gp_mend_lxc(out,
			fail_map(c, out, lxc, map,
				gp_printf(out->arena,
					"root may not hand out %s %llu to %llu, says %s",
					kind_of(is_user), (unsigned long long)map->outside,
					(unsigned long long)(map->outside + map->count - 1), file)),
			lxc, "Add it on the host: echo root:%llu:%llu >> %s",
			(unsigned long long)map->outside, (unsigned long long)map->count, file);
		return true;
	}
	return false;
}

static bool say_gap(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	for (int is_user = 0; is_user < 2; is_user++) {
		uint64_t gap = first_gap(lxc, is_user);

		if (gap >= 65536)
			continue;
		gp_mend_lxc(out,
			gp_find_lxc(c, out, GP_WARN, lxc, any_map(lxc, is_user)->setting,
				"%s has no %s %llu: its lxc.idmap lines do not reach 65536",
				lxc->ct->name, kind_of(is_user), (unsigned long long)gap),
			lxc,
			"In %s let each lxc.idmap line of %s begin where the one before it ends, up "
			"to 65536 in all.",
			lxc->ct->source, kind_of(is_user));
		return true;
	}
	return false;
}

static void idmap_of(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	const struct gp_lxc_map *twice = overlapping(lxc);

	if (!lxc->maps.n) {
		gp_find_lxc(c, out, GP_PASS, lxc, NULL, "%s has the usual ids, or the host's",
			lxc->ct->name);
		return;
	}
	gp_each (map, &lxc->maps)
		if (!map->is_readable) {
			gp_mend_lxc(out, fail_map(c, out, lxc, map, "this line is no id map"), lxc,
				"In %s write it as: lxc.idmap: g 0 100000 65536", lxc->ct->source);
			return;
		}
	if (say_missing_kind(c, out, lxc))
		return;
	if (twice) {
		gp_mend_lxc(out,
			fail_map(c, out, lxc, twice, "two lxc.idmap lines map the same id"), lxc,
			"In %s let each lxc.idmap line begin where the one before it ends.",
			lxc->ct->source);
		return;
	}
	if (!say_not_granted(c, out, lxc, true) && !say_not_granted(c, out, lxc, false) &&
		!say_gap(c, out, lxc))
		gp_find_lxc(c, out, GP_PASS, lxc, lxc->maps.items[0].setting,
			"the ids of %s are all mapped, and root may hand them out", lxc->ct->name);
}

static void idmap(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_CT_IDMAP, NULL,
		"a container did not start: root may not hand out an id that its settings map");
	bool look_on = gp_is_to_look_on(finding);

	if (finding)
		gp_mend_by_hand(out, finding, "/etc/subgid",
			"Add the host's ids of that message to /etc/subuid or /etc/subgid, as "
			"root:104:1 for gid 104.");
	if (look_on)
		gp_each_lxc(c, out, idmap_of);
}

/* ---- lxc-cgroup-v1-key */

static const struct gp_lxc_right *first_right(const struct gp_lxc *lxc, bool v2)
{
	gp_each (right, &lxc->rights)
		if (right->is_v2 == v2)
			return right;
	return NULL;
}

/* Whether it may open all that it is given without the old lines. */
static bool may_open_all(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	struct gp_lxc_views views = gp_lxc_see(out->arena, c, lxc);

	gp_each (view, &views) {
		if (view->node->is_made)
			continue;
		if (view->file ? !gp_lxc_may_open(lxc, view->file, true) : !first_right(lxc, true))
			return false;
	}
	return views.n || first_right(lxc, true);
}

static void key_of(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	const struct gp_lxc_right *old = first_right(lxc, false);
	const char *because;
	enum gp_cgroup version = gp_cgroup_of(c, &because);
	struct gp_finding *finding;

	if (!old) {
		gp_find_lxc(c, out, GP_PASS, lxc, NULL, "%s has no line lxc.cgroup.devices.allow",
			lxc->ct->name);
		return;
	}
	if (version == GP_CGROUP_V1) {
		gp_find_lxc(c, out, GP_PASS, lxc, old->setting,
			"this host has control groups of version 1, which the line is about");
		return;
	}
	if (may_open_all(c, out, lxc)) {
		gp_find_lxc(c, out, GP_NOTE, lxc, old->setting,
			"an old line without effect, which can go: newer ones allow the same");
		return;
	}
	finding = gp_find_lxc(c, out, version == GP_CGROUP_V2 ? GP_FAIL : GP_WARN, lxc,
		old->setting, "%s may not open the GPU: %s of control groups of version 1 %s",
		lxc->ct->name, "it is allowed by a line",
		version == GP_CGROUP_V2
			? gp_printf(out->arena, "and this host has version 2 (%s)", because)
			: "which Proxmox VE 7 and newer do not use");
	gp_mend_lxc(out, finding, lxc,
		"In %s, line %zu, write lxc.cgroup2.devices.allow instead of "
		"lxc.cgroup.devices.allow; then pct reboot %s.",
		lxc->ct->source, old->setting->line, lxc->ct->name + 3);
}

static void cgroup_key(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_lxc(c, out, key_of);
}

/* ---- lxc-prestart-chown */

static bool changes_dri(const struct gp_vm_setting *setting)
{
	return gp_starts_with(setting->key, "lxc.hook.") && strstr(setting->value, "/dev/dri") &&
	       (strstr(setting->value, "chown") || strstr(setting->value, "chmod") ||
		       strstr(setting->value, "chgrp") || strstr(setting->value, "setfacl"));
}

/* A node that such a hook has changed already: root's no more, or everybody's. */
static const struct gp_dri_file *changed_node(const struct gp_case *c)
{
	gp_each (file, &c->facts->containers.dri)
		if (file->owner && (strcmp(file->owner, "root") != 0 || file->mode & 02))
			return file;
	return NULL;
}

static void prestart_of(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	gp_each (setting, &lxc->ct->settings) {
		const struct gp_dri_file *changed = changed_node(c);

		if (!changes_dri(setting))
			continue;
		gp_mend_lxc(out,
			gp_find_lxc(c, out, GP_WARN, lxc, setting,
				"each start of %s changes whose the nodes of the host are%s",
				lxc->ct->name,
				changed ? gp_printf(out->arena, ": %s is %s's now", changed->path,
						  changed->owner)
					: ""),
			lxc,
			"Take line %zu out of %s and give the container a node of its own: pct set "
			"%s --%s /dev/dri/renderD128,gid=$(pct exec %s -- getent group render | cut "
			"-d: -f3); then pct reboot %s.",
			setting->line, lxc->ct->source, lxc->ct->name + 3,
			gp_lxc_free_device(out->arena, lxc), lxc->ct->name + 3, lxc->ct->name + 3);
		return;
	}
	gp_find_lxc(c, out, GP_PASS, lxc, NULL, "no hook of %s changes the host's nodes",
		lxc->ct->name);
}

static void prestart(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	gp_each (lxc, &c->facts->containers.lxcs)
		if (lxc->nodes.n || lxc->rights.n)
			prestart_of(c, out, lxc);
		else
			gp_each (setting, &lxc->ct->settings)
				if (changes_dri(setting)) {
					prestart_of(c, out, lxc);
					break;
				}
	if (out->n == before)
		gp_each_lxc(c, out, prestart_of);
}

/* ---- lxc-gpu-on-vfio */

static bool is_started_at_boot(const struct gp_vm *vm)
{
	return gp_vm_is_on(gp_vm_get(&vm->settings, "onboot"));
}

static void mend_sharing(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_lxc *lxc, const struct gp_function *gpu)
{
	gp_mend_lxc(out, finding, lxc,
		"Either a VM has %s as a whole or containers share it. For the container leave it to "
		"the host's driver: take it out of the VM and out of ids= of vfio-pci, and reboot.",
		gpu->address);
}

static void say_taken(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc,
	const struct gp_function *gpu, const struct gp_vm_setting *setting)
{
	const struct gp_passed *passed = gp_vms_taking(&c->facts->vms, gpu);
	struct gp_finding *finding;

	if (gpu->driver && gp_pci_is_vfio_driver(gpu->driver)) {
		finding = gp_find_lxc(c, out, GP_FAIL, lxc, setting,
			"%s is given nodes of %s, which %s has: it is for VMs and has no node%s%s",
			lxc->ct->name, gpu->address, gpu->driver, passed ? "; " : "",
			passed ? passed->vm->name : "");
		mend_sharing(out, finding, lxc, gpu);
	} else if (passed && is_started_at_boot(passed->vm)) {
		finding = gp_find_lxc(c, out, GP_WARN, lxc, setting,
			"%s loses %s when %s starts at boot, for that takes it as a whole (%s:%zu)",
			lxc->ct->name, gpu->address, passed->vm->name, passed->vm->source,
			passed->line);
		mend_sharing(out, finding, lxc, gpu);
	} else {
		finding = gp_find_lxc(c, out, GP_PASS, lxc, setting,
			"no VM takes %s from %s by itself", gpu->address, lxc->ct->name);
	}
	finding->gpu = gpu;
}

static void taken_of(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_vm_setting *setting =
			gp_pci_is_vf(c->gpus[i]) ? NULL : gp_ct_wish(c->facts, lxc->ct, c->gpus[i]);

		if (setting)
			say_taken(c, out, lxc, c->gpus[i], setting);
	}
}

static void gpu_on_vfio(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_lxc(c, out, taken_of);
}

static const struct gp_check checks[] = {
	{
		.id = "lxc-gpu-on-vfio",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "a container is given a GPU that VMs have",
		.why = "Nodes of /dev/dri are the host driver's. While vfio-pci has the GPU there are "
		       "none: containers share a GPU, or a VM has all of it.",
		.mend = "Decide for one of them; VFs, where the GPU has them, serve both.",
		.reference = "Proxmox VE, PCI(e) Passthrough; pct.conf(5): dev[n]",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_CONTAINER,
		.run = gpu_on_vfio,
	},
	{
		.id = "lxc-idmap-incomplete",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "the ids of a container are mapped wrongly",
		.why = "One lxc.idmap line replaces the whole usual map. All of uid and gid has to be "
		       "mapped, no id twice, and /etc/subuid and /etc/subgid have to allow it.",
		.mend = "Complete the lines; or drop them and use dev0 with gid=, which needs none.",
		.reference = "lxc.container.conf(5): lxc.idmap; newgidmap(1); subgid(5)",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_CONTAINER,
		.run = idmap,
	},
	{
		.id = "lxc-cgroup-v1-key",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "an old setting allows the device where it has no effect",
		.why = "lxc.cgroup.devices.allow is about control groups of version 1. Since Proxmox "
		       "VE 7 hosts use version 2, and the container may not open the node.",
		.mend = "Write lxc.cgroup2.devices.allow.",
		.reference = "lxc.container.conf(5): lxc.cgroup2; Proxmox VE 7.0 release notes",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_CONTAINER,
		.needs = {"lxc-gpu-on-vfio"},
		.run = cgroup_key,
	},
	{
		.id = "lxc-prestart-chown",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_WARN,
		.title = "a container's hook changes the host's nodes",
		.why = "A hook before the start runs on the host: it gives the GPU of the host, and of "
		       "all other containers, to an id of this one.",
		.mend = "Use dev0 with gid=, which makes a node for the container alone.",
		.reference = "lxc.container.conf(5): lxc.hook.pre-start; pct.conf(5): dev[n]",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_CONTAINER,
		.run = prestart,
	},
};

const struct gp_check_table gp_container_lxc_checks = {checks, GP_ARRAY_SIZE(checks)};
