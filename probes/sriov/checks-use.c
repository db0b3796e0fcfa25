/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses VFs and their PF, and whether these can be had apart. */
#include <stdlib.h>
#include <string.h>

#include "mdev/check-help.h"
#include "sriov/check-help.h"
#include "sriov/checks.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* Whether the address stands for all functions of the slot. */
static bool is_whole_slot(const struct gp_passed *passed, const struct gp_function *gpu)
{
	size_t slot = strcspn(gpu->address, ".");

	gp_each (address, &passed->addresses)
		if (strlen(*address) == slot && strncmp(*address, gpu->address, slot) == 0)
			return true;
	return false;
}

/* The first device of a VM that takes the PF itself, with its whole slot or alone; or NULL. */
static const struct gp_passed *takes_pf(
	const struct gp_case *c, const struct gp_function *gpu, bool whole_slot)
{
	const struct gp_passed *passed = NULL;

	while ((passed = gp_vms_next_passed(&c->facts->vms, gpu, passed)))
		if (!passed->mdev && is_whole_slot(passed, gpu) == whole_slot)
			return passed;
	return NULL;
}

static const struct gp_vf *vf_in_its_group(const struct gp_pf *pf)
{
	gp_each (vf, &pf->vfs)
		if (vf->function && gp_pci_same_group(vf->function, pf->function))
			return vf;
	return NULL;
}

/*
 * Proxmox binds a VF's whole group to vfio-pci: with the PF in it the PF's driver lets go and
 * every VF is gone. Then the log is all that is left to see.
 */
static const struct gp_log_hit *vf_vanished(const struct gp_case *c, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const struct gp_log_hit *hit = NULL;

	bool lost_its_driver = gpu->driver && gp_pci_is_vfio_driver(gpu->driver);

	if (pf->numvfs.value || !(lost_its_driver || c->facts->is_partial) ||
		gp_vfio_claims(&c->facts->vfio, gpu) || takes_pf(c, gpu, true) ||
		takes_pf(c, gpu, false) || !gp_pf_last_switch(c, GP_LOG_DISABLED, gpu))
		return NULL;
	while ((hit = gp_log_next(&c->facts->vms.log, GP_LOG_NO_PCI_DEVICE, hit))) {
		const char *quote = strchr(hit->text, '\'');
		size_t length = quote ? strcspn(quote + 1, "'") : 0;
		char address[16] = "";

		if (length && length < sizeof(address))
			memcpy(address, quote + 1, length);
		if (gp_sriov_would_have(pf, &c->facts->pci, address))
			return hit;
	}
	return NULL;
}

static void say_same_group(struct gp_findings *out, const struct gp_pf *pf, const char *evidence)
{
	struct gp_finding *finding = gp_find_gpu(out, GP_FAIL, pf->function, evidence,
		"PF and VFs are in one IOMMU group: a VM that takes a VF takes the PF along, and all "
		"VFs are gone");

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, pf->function->address,
			"Use another kernel (6.17 or newer, or 6.8) in which VFs have groups of their "
			"own, and see that VT-d is on; restart the host to get the PF back.",
			0});
}

static void same_group_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const struct gp_vf *vf = vf_in_its_group(pf);
	const struct gp_log_hit *hit = vf_vanished(c, pf);

	if (vf)
		say_same_group(out, pf,
			gp_printf(out->arena, "%s; %s: %s", gpu->group.from.path,
				vf->function->group.from.path, gpu->group.value));
	else if (hit)
		say_same_group(out, pf, gp_log_evidence(out, hit));
	else if (!pf->vfs.n)
		gp_find_gpu(out, GP_SKIP, gpu, pf->numvfs.from.path, "it has no VFs");
	else if (gpu->group.from.presence == GP_UNREADABLE)
		gp_find_gpu_unknown(out, pf->function, &gpu->group.from);
	else
		gp_find_gpu(out, GP_PASS, gpu, gpu->group.from.path,
			"no VF is in the IOMMU group of its PF");
}

static void same_group(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_capable_pf(c, out, same_group_of);
}

static void mend_passed(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_passed *passed, const struct gp_pf *pf)
{
	const char *vf = pf->vfs.n ? pf->vfs.items[0].address : "a VF";

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, passed->vm->name,
			gp_printf(out->arena,
				"In %s give %s one VF with its function, as %s, and \"All "
				"Functions\" off; to pass the whole GPU instead, let nothing make "
				"VFs of it.",
				passed->vm->name, passed->key, vf),
			0});
}

/* VFs that are there, or that are asked for at the start. */
static bool has_vfs(const struct gp_case *c, const struct gp_pf *pf)
{
	return pf->numvfs.value || gp_vfs_asked(&c->facts->sriov, pf->function);
}

static void all_functions_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_passed *passed = takes_pf(c, pf->function, true);

	if (!passed || !has_vfs(c, pf)) {
		gp_find_gpu(out, GP_PASS, pf->function, pf->numvfs.from.path,
			passed ? "a VM takes the whole slot, and there are no VFs"
			       : "no VM takes the whole slot");
		return;
	}
	mend_passed(out,
		gp_find_gpu(out, GP_FAIL, pf->function, gp_passed_evidence(out, passed),
			"%s takes all functions of the slot: the PF with every VF",
			passed->vm->name),
		passed, pf);
}

static void all_functions(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_capable_pf(c, out, all_functions_of);
}

#define PF_REFUSED "vfio-pci was to take the PF while it has VFs, and refused"

static void pf_passed_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const struct gp_passed *passed = takes_pf(c, gpu, false);
	const struct gp_passed *other = gp_sriov_vm_wanting(c->facts, pf);
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_PF_HAS_VFS, gpu);

	if (passed && (has_vfs(c, pf) || other))
		mend_passed(out,
			gp_find_gpu(out, has_vfs(c, pf) ? GP_FAIL : GP_WARN, gpu,
				gp_passed_evidence(out, passed),
				other ? "%s takes the PF, and %s a VF of it: together they cannot run"
				      : "%s takes the PF, whose driver makes the VFs",
				passed->vm->name, other ? other->vm->name : ""),
			passed, pf);
	else if (hit && (pf->numvfs.value || !gp_is_present(&pf->numvfs.from)))
		gp_find_gpu(out, GP_WARN, gpu, gp_log_evidence(out, hit), PF_REFUSED);
	else
		gp_find_gpu(out, GP_PASS, gpu, pf->numvfs.from.path,
			"no VM takes the PF while it has VFs");
}

static void pf_passed(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_PF_HAS_VFS, 0);

	if (hit)
		gp_find(out, GP_WARN, gp_log_evidence(out, hit), PF_REFUSED);
	else
		gp_each_perhaps_capable_pf(c, out, pf_passed_of);
}

/* Of all containers: whether one names that node, or one that no PF has. */
static bool is_for_containers(const struct gp_case *c, const char *address)
{
	const struct gp_node *node = gp_nodes_render(&c->facts->nodes, address);

	gp_each (ct, &c->facts->vms.cts)
		gp_each (setting, &ct->settings)
			if (node && strstr(setting->value, node->name))
				return true;
	return false;
}

/* What keeps us from knowing who uses a VF, or NULL. */
static const struct gp_origin *unread_users(const struct gp_case *c)
{
	const struct gp_origin *nodes = &c->facts->nodes.from;

	if (c->facts->vms.cts.n && nodes->presence == GP_UNREADABLE)
		return nodes;
	return gp_vms_unread(&c->facts->vms);
}

static void on_host_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_origin *unread = unread_users(c);
	struct gp_strings names = {0};
	const char *driver = "";

	gp_each (vf, &pf->vfs) {
		const struct gp_function *function = vf->function;

		if (!function ||
			(!gp_equal(function->driver, "i915") && !gp_equal(function->driver, "xe")))
			continue;
		if (gp_vms_next_passed(&c->facts->vms, function, NULL) ||
			is_for_containers(c, function->address))
			continue;
		driver = function->driver;
		gp_strings_add(out->arena, &names, function->address);
	}
	if (names.n && unread) {
		gp_find_gpu_unknown(out, pf->function, unread);
		return;
	}
	if (!names.n) {
		gp_find_gpu(out, GP_PASS, pf->function, pf->numvfs.from.path,
			"no VF is idle on a driver of the host");
		return;
	}
	gp_mend(out,
		gp_find_gpu(out, GP_WARN, pf->function,
			gp_printf(out->arena, "/sys/bus/pci/devices/%s/driver: %s", names.items[0],
				driver),
			"%s of the host drives %zu VF%s: programs here may take one for the GPU",
			driver, names.n, names.n == 1 ? "" : "s"),
		(struct gp_step){GP_STEP_MANUAL, pf->function->address,
			gp_printf(out->arena,
				"Keep drivers of the host from new VFs: write 0 into "
				"%s/sriov_drivers_autoprobe before sriov_numvfs is written.",
				pf->path),
			0});
}

static void on_host(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_capable_pf(c, out, on_host_of);
}

static const struct gp_node *find_node(const struct gp_nodes *nodes, const char *name)
{
	gp_each (node, nodes)
		if (strcmp(node->name, name) == 0)
			return node;
	return NULL;
}

/* A render node that a setting names and the machine has not; or NULL. */
static const char *missing_node(
	struct gp_arena *arena, const struct gp_nodes *nodes, const char *value)
{
	static const char path[] = "/dev/dri/";

	for (const char *at = value; (at = strstr(at, path)); at += strlen(path)) {
		const char *start = at + strlen(path);
		const char *name = gp_strndup(arena, start, strcspn(start, " \t,:;\"'"));

		if (gp_starts_with(name, "renderD") && !find_node(nodes, name))
			return name;
	}
	return NULL;
}

/* The render node of a PF that keeps its own driver, or NULL. */
static const char *pf_node(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_node *node = gp_nodes_render(&c->facts->nodes, c->gpus[i]->address);

		if (node && !gp_pci_is_vf(c->gpus[i]))
			return node->name;
	}
	return NULL;
}

static void say_missing_node(const struct gp_case *c, struct gp_findings *out,
	const struct gp_ct *ct, const struct gp_vm_setting *setting, const char *name)
{
	const char *instead = pf_node(c);
	struct gp_finding *finding = gp_find(out, GP_FAIL,
		gp_printf(out->arena, "%s:%zu: \"%s: %s\"", ct->source, setting->line, setting->key,
			setting->value),
		"%s uses %s, which was a VF's and is gone: its VFs are for VMs", ct->name, name);

	finding->subject = ct->name;
	if (instead)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, ct->name,
				gp_printf(out->arena,
					"In %s use /dev/dri/%s, the PF's, instead of /dev/dri/%s.",
					ct->source, instead, name),
				0});
}

static bool any_has_vfs(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i]->numvfs)
			return true;
	return false;
}

static unsigned long minor_of(const char *name)
{
	return strtoul(name + strlen("renderD"), NULL, 10);
}

static bool has_vf_for_vms(const struct gp_case *c, const struct gp_function *pf)
{
	gp_each (vf, &c->facts->pci)
		if (gp_equal(vf->pf, pf->address) && !gp_pci_is_native(vf))
			return true;
	return false;
}

/* Nodes are numbered as devices come: those of as many VFs as it may have follow the PF's. */
static bool may_have_been_vf(const struct gp_case *c, const char *name)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *pf = c->gpus[i];
		const struct gp_node *node = gp_nodes_render(&c->facts->nodes, pf->address);

		if (has_vf_for_vms(c, pf) &&
			(!node || (minor_of(name) > minor_of(node->name) &&
					  minor_of(name) <= minor_of(node->name) + pf->totalvfs)))
			return true;
	}
	return false;
}

static void lxc_missing(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_nodes *nodes = &c->facts->nodes;
	size_t before = out->n;

	if (!any_has_vfs(c)) {
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "no GPU has VFs");
		return;
	}
	if (!gp_is_present(&nodes->from)) {
		gp_find_unknown(out, &nodes->from);
		return;
	}
	gp_each (ct, &c->facts->vms.cts)
		gp_each (setting, &ct->settings) {
			const char *name = missing_node(out->arena, nodes, setting->value);

			if (name && may_have_been_vf(c, name))
				say_missing_node(c, out, ct, setting, name);
		}
	if (out->n == before)
		gp_find(out, GP_PASS, nodes->from.path,
			"no container uses a render node that is gone");
}

/* What the VFs may come to take: up to 2 GiB where a VM that is not running yet has one. */
static uint64_t most_memory(const struct gp_case *c, const struct gp_pf *pf)
{
	uint64_t sum = 0;

	gp_each (vf, &pf->vfs) {
		const struct gp_passed *passed =
			vf->function ? gp_vms_next_passed(&c->facts->vms, vf->function, NULL)
				     : NULL;

		sum += passed ? passed->vm->pid ? 0 : 2 * GIB : 16 * MIB;
	}
	return sum;
}

static void budget_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	uint64_t available = gp_sriov_memory(&c->facts->sriov), most = most_memory(c, pf);

	if (!pf->vfs.n)
		gp_find_gpu(out, GP_SKIP, pf->function, pf->numvfs.from.path, "it has no VFs");
	else if (!available)
		gp_find_gpu_unknown(out, pf->function, &c->facts->sriov.meminfo.from);
	else
		gp_find_gpu(out, most > available ? GP_WARN : GP_PASS, pf->function,
			"/proc/meminfo",
			most > available
				? "the VFs of VMs that are to run may take %llu MiB of memory, and "
				  "%llu MiB are available"
				: "the VFs may take %llu MiB of memory, and %llu MiB are available",
			(unsigned long long)(most / MIB), (unsigned long long)(available / MIB));
}

static void budget(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_capable_pf(c, out, budget_of);
}

static const struct gp_check checks[] = {
	{
		.id = "pf-vf-same-group",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "PF and VFs share an IOMMU group",
		.why = "A group goes to one VM as a whole: with a VF goes the PF, and when its driver "
		       "lets go of that, every VF disappears.",
		.mend = "Use a kernel in which VFs have groups of their own; see that VT-d is on.",
		.reference =
			"Linux, Documentation/driver-api/vfio.rst: Groups, Devices, and IOMMUs",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"iommu-absent"},
		.run = same_group,
	},
	{
		.id = "pf-passed-with-vfs",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "a VM takes the PF of VFs",
		.why = "The PF's driver makes the VFs and serves them: when a VM takes the PF, they "
		       "are gone, and the host's display with them.",
		.mend = "Give VMs VFs (.1 and up) only; or make no VFs and pass the whole GPU.",
		.reference =
			"Linux, drivers/vfio/pci/vfio_pci_core.c: vfio_pci_core_register_device()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {"vm-all-functions-pf"},
		.run = pf_passed,
	},
	{
		.id = "vm-all-functions-pf",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "a VM takes all functions of a GPU that has VFs",
		.why = "An address without a function means every function of the slot: the PF and "
		       "all its VFs.",
		.mend = "Name one VF with its function, and turn \"All Functions\" off.",
		.reference = "Proxmox VE, qm(1): hostpci",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = all_functions,
	},
	{
		.id = "vf-on-host-driver",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_WARN,
		.title = "the host's driver has VFs that nobody uses",
		.why = "Each gets a render node, and programs on the host may pick one of them, which "
		       "ends when a VM takes it.",
		.mend = "Write 0 to sriov_drivers_autoprobe before VFs are made, or bind them to "
			"vfio-pci by a udev rule.",
		.reference = "Linux, Documentation/ABI/testing/sysfs-bus-pci: "
			     "sriov_drivers_autoprobe",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = on_host,
	},
	{
		.id = "vf-blocked-lxc-missing",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "a container uses a render node of a VF that is gone",
		.why = "Render nodes are the host driver's: a VF that vfio-pci has, has none.",
		.mend = "Let the container use the PF's render node.",
		.reference = "pct.conf(5): dev0, lxc.mount.entry",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_CONTAINER,
		.run = lxc_missing,
	},
	{
		.id = "vf-memory-budget",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_WARN,
		.title = "VFs may take more memory than there is",
		.why = "An integrated GPU has no memory of its own: a VF takes from 16 MiB to 2 GiB of "
		       "the host's.",
		.mend = "Make fewer VFs, or give the VMs less memory.",
		.reference = "proc_meminfo(5): MemAvailable",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = budget,
	},
};

const struct gp_check_table gp_sriov_use_checks = {checks, GP_ARRAY_SIZE(checks)};
