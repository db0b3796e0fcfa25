/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether vfio-pci is there, comes first, and has the whole slot. */
#include <string.h>

#include "gpu/support.h"
#include "kernel/configured.h"
#include "mdev/gvt.h"
#include "vfio/check-help.h"
#include "vfio/checks.h"
#include "vm/check-help.h"

/* vfio-pci has it, or a VM manager loads vfio-pci when it starts the VM that has the GPU. */
static bool is_cared_for(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_vms *vms = &c->facts->vms;

	if (gp_is_on_vfio(gpu) || gp_vms_unread(vms))
		return true;
	return gp_vms_taking(vms, gpu) ? gp_vms_rebind(vms, gpu) : c->facts->platform.libvirt;
}

/* Its VFs, once they are there, go to a VM whose manager sees to them. */
static bool has_vm_for_vfs(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_pf *pf = gp_sriov_pf(&c->facts->sriov, gpu);

	return pf && gp_sriov_vm_wanting(c->facts, pf);
}

/* A PF keeps its driver, and so does a VF that containers use or that becomes a vGPU. */
static bool awaits_vfio(const struct gp_case *c, const struct gp_function *gpu, unsigned wanted)
{
	if (is_cared_for(c, gpu))
		return false;
	if (wanted & GP_MODE_FULL)
		return true;
	return wanted & GP_MODE_VF && !gpu->numvfs && !gp_gpu_offers_vgpus(c->facts, gpu) &&
	       !(gp_pci_is_vf(gpu) ? gp_vms_container_wish(c->facts, gpu) != NULL
				   : has_vm_for_vfs(c, gpu));
}

/* Whether somebody counts on vfio-pci being there at boot. */
static bool is_vfio_awaited(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (awaits_vfio(c, c->gpus[i], c->wanted[i]))
			return true;
	return c->modes && !c->n_gpus;
}

/* gpu: the one that needs it, or NULL; modules: what to load for it, NULL behind the last. */
static void look_for_module(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const char *module, const char *const *modules,
	enum gp_verdict verdict)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	struct gp_finding *finding;

	if (gp_kernel_has_module(kernel, module)) {
		gp_find(out, GP_PASS, "/proc/modules", "%s is loaded or built in", module);
		return;
	}
	if (gp_kernel_lists_module(kernel, module)) {
		gp_find(out, GP_PASS, "/etc/modules-load.d", "%s is loaded at boot", module);
		return;
	}
	if (!gp_kernel_knows_modules(kernel)) {
		gp_find_unknown(out, &kernel->modules_text.from);
		return;
	}
	finding = gp_find(out, verdict, "/proc/modules; /etc/modules; /etc/modules-load.d",
		verdict == GP_WARN
			? "%s is neither loaded nor set to be loaded at boot"
			: "%s is not loaded at boot, and nothing here has to wait for it",
		module);
	finding->gpu = gpu;
	for (; verdict == GP_WARN && *modules; modules++)
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, *modules, "", 0});
}

/* vfio-pci for what goes to a VM as it is; kvmgt for what GVT-g splits. */
static void modules_missing(const struct gp_case *c, struct gp_findings *out)
{
	static const char *const vfio[] = {"vfio", "vfio_iommu_type1", "vfio_pci", NULL};
	static const char *const gvt[] = {"kvmgt", NULL};
	size_t before = out->n;

	if (!c->modes || c->modes & GP_MODES_HANDED_OVER)
		look_for_module(
			c, out, NULL, "vfio_pci", vfio, is_vfio_awaited(c) ? GP_WARN : GP_NOTE);
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->modes && gp_gvt_splits(c->gpus[i]) &&
			gp_is_wanted(c, c->gpus[i], GP_MODE_SPLIT)) {
			look_for_module(c, out, c->gpus[i], "kvmgt", gvt, GP_WARN);
			out->items[out->n - 1].waits_for = gp_equal(c->gpus[i]->driver, "i915")
								   ? "gvt-not-enabled"
								   : "gvt-kconfig-missing";
		}
	if (out->n == before)
		gp_find(out, GP_SKIP, "/proc/modules",
			"nothing that is wanted here needs vfio-pci or kvmgt");
}

static const struct gp_log_hit *virqfd_not_found(const struct gp_case *c)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(&c->facts->kernel.klog, GP_LOG_MODULE_NOT_FOUND, hit)))
		if (strstr(hit->text, "'vfio_virqfd'") || strstr(hit->text, "'vfio-virqfd'"))
			return hit;
	return NULL;
}

static void virqfd_stale(const struct gp_case *c, struct gp_findings *out)
{
	const char *release = c->facts->platform.kernel;
	const struct gp_log_hit *hit = virqfd_not_found(c);
	size_t before = out->n;

	if (hit && !c->facts->kernel.listed.n) {
		gp_find(out, GP_WARN, gp_log_evidence(out, hit),
			"vfio_virqfd is listed and is no module any more: it is a part of vfio since "
			"kernel 6.2");
		return;
	}
	if (!release) {
		gp_find(out, GP_UNKNOWN, "/proc/sys/kernel/osrelease",
			"the version of the kernel is not known");
		return;
	}
	gp_each (listed, &c->facts->kernel.listed) {
		struct gp_finding *finding;

		if (!gp_same_name(listed->module, "vfio_virqfd") ||
			!gp_kernel_at_least(release, 6, 2))
			continue;
		finding = gp_find(out, GP_WARN,
			gp_printf(out->arena, "%s:%zu: \"%s\"", listed->file, listed->line,
				listed->module),
			"vfio_virqfd is a part of vfio since kernel 6.2, and no module any more");
		finding->subject = listed->file;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_REPLACE, listed->file,
				gp_listed_without(out->arena, listed), listed->line});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, "/etc/modules", "no module is listed that is gone");
}

/* An equal card that vfio-pci has: the one that was meant, perhaps. */
static const struct gp_function *twin_on_vfio(
	const struct gp_case *c, const struct gp_function *gpu)
{
	gp_each (other, &c->facts->pci)
		if (other != gpu && strcmp(other->id, gpu->id) == 0 && gp_is_on_vfio(other))
			return other;
	return NULL;
}

/* Settings of modprobe.d reach no module that is built in; the command line does. */
static void mend_builtin(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_vfio_id *claim)
{
	struct gp_strings ids = {0};

	if (strcmp(claim->source, "/proc/cmdline") == 0)
		return;
	gp_each (id, &c->facts->vfio)
		if (id->lost == GP_ID_TAKEN)
			gp_strings_add_once(out->arena, &ids, id->id);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_CMDLINE_ADD,
			gp_printf(out->arena, "vfio-pci.ids=%s", gp_join(out->arena, &ids, ",")),
			"", 0});
}

/* The line that makes the driver wait for vfio-pci, or keeps it away, or NULL. */
static const struct gp_directive *told_to_wait(
	const struct gp_kernel *kernel, const struct gp_function *gpu)
{
	gp_each (directive, &kernel->modprobe)
		if (gp_same_name(directive->module, gpu->module) &&
			(strcmp(directive->command, "blacklist") == 0 ||
				(strcmp(directive->command, "softdep") == 0 &&
					strstr(directive->rest, "vfio"))))
			return directive;
	return NULL;
}

/* Whether the initrd was made before this line was written. */
static bool initrd_lacks(const struct gp_kernel *kernel, const struct gp_directive *line)
{
	const struct gp_config_file *file = gp_config_file(&kernel->files, line->file);

	if (gp_is_present(&kernel->image.from) && !kernel->image.cut) {
		gp_each (known, &kernel->image.modprobe)
			if (strcmp(known->text, line->text) == 0)
				return false;
		return gp_initrd_has_module(&kernel->image, line->module);
	}
	return file && kernel->initrd_mtime && file->mtime > kernel->initrd_mtime;
}

static void say_not_first(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_vfio_id *claim)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_directive *line = told_to_wait(kernel, gpu);
	bool too_late = line && initrd_lacks(kernel, line);
	struct gp_finding *finding = gp_find_gpu(out, gp_unless_managed(c, gpu, GP_FAIL), gpu,
		gp_printf(out->arena, "%s; %s: %s",
			too_late ? gp_printf(out->arena, "%s:%zu", line->file, line->line)
				 : claim->source,
			gpu->driver_from.path, gpu->driver),
		too_late ? "%s took the GPU before vfio-pci could: the initrd is older than the "
			   "line that makes it wait"
			 : "%s took the GPU before vfio-pci could",
		gpu->driver);

	if (gp_kernel_has_builtin(kernel, "vfio_pci")) {
		mend_builtin(c, out, finding, claim);
		return;
	}
	if (!line)
		gp_mend_order(c, out, finding, gpu);
	gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vfio_pci", "", 0});
}

static void not_first_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_vfio_id *claim = gp_vfio_claims(&c->facts->vfio, gpu);
	const struct gp_function *twin;

	if (!claim) {
		gp_find_gpu(out, GP_SKIP, gpu, "/etc/modprobe.d", "no ids= names this GPU");
		return;
	}
	if (gpu->driver_from.presence == GP_UNREADABLE) {
		gp_find_gpu_unknown(out, gpu, &gpu->driver_from);
		return;
	}
	if (gpu->numvfs) {
		gp_find_gpu(out, GP_SKIP, gpu, claim->source,
			"its own driver makes its VFs and has to keep it");
		return;
	}
	if (!gp_pci_is_native(gpu)) {
		gp_find_gpu(out, GP_PASS, gpu, claim->source, "%s, as ids= wants it",
			gpu->driver ? gpu->driver : "no driver of the host's holds it");
		return;
	}
	twin = twin_on_vfio(c, gpu);
	if (twin) {
		gp_find_gpu(out, GP_NOTE, gpu, claim->source,
			"%s has it, and its twin %s is on vfio-pci: ids= cannot choose between them",
			gpu->driver, twin->address);
		return;
	}
	say_not_first(c, out, gpu, claim);
}

static void not_first(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, not_first_of);
}

static void function_unbound_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct gp_strings names = {0};
	const struct gp_function *first = NULL;
	struct gp_finding *finding;

	if (!gp_is_on_vfio(gpu)) {
		gp_find_gpu(out, GP_SKIP, gpu, gpu->driver_from.path, "the GPU is not on vfio-pci");
		return;
	}
	gp_each (other, &c->facts->pci) {
		if (!gp_is_in_the_way(gpu, other) || !gp_pci_is_native(other))
			continue;
		first = first ? first : other;
		gp_strings_add(out->arena, &names,
			gp_printf(out->arena, "%s (%s)", other->address, other->driver));
	}
	if (!first) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"no function of the slot is held by the host");
		return;
	}
	finding = gp_find_gpu(out, gp_unless_managed(c, gpu, GP_FAIL), gpu, first->driver_from.path,
		"the GPU is on vfio-pci and %s of the same slot is not",
		gp_join(out->arena, &names, ", "));
	gp_mend_whole_slot(c, out, finding, gpu);
}

static void function_unbound(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, function_unbound_of);
}

static bool lacks_set_up(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_pci_is_native(gpu) && !gp_vfio_claims(&c->facts->vfio, gpu) &&
	       !gp_vms_rebind(&c->facts->vms, gpu) && !gp_starts_with(gpu->override.value, "vfio");
}

/* One list for all GPUs that lack one: the kernel keeps the last list only. */
static void mend_set_up(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_function *gpu)
{
	struct gp_strings ids = {0};
	bool by_ids = !c->facts->vfio.n;

	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->wanted[i] & GP_MODE_FULL && lacks_set_up(c, c->gpus[i]))
			by_ids &= gp_slot_ids(c, out->arena, c->gpus[i], &ids);
	if (!by_ids) {
		gp_mend_by_address(c, out, finding, gpu);
		return;
	}
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF,
			gp_printf(out->arena, "options vfio-pci ids=%s",
				gp_join(out->arena, &ids, ",")),
			0});
	gp_mend_order(c, out, finding, gpu);
	gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vfio_pci", "", 0});
}

/* A domain of libvirt's that wants it and leaves the rebinding to others, or NULL. */
static const struct gp_passed *unmanaged(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_passed *passed = NULL;

	while ((passed = gp_vms_next_passed(&c->facts->vms, gpu, passed)))
		if (!passed->mdev && !passed->is_rebound && passed->vm->manager == GP_VM_LIBVIRT)
			return passed;
	return NULL;
}

static void say_unmanaged(
	struct gp_findings *out, const struct gp_function *gpu, const struct gp_passed *passed)
{
	struct gp_finding *finding = gp_find_passed(out, GP_WARN, gpu, passed,
		"%s has it, and libvirt does not take it away for %s: it is not managed",
		gpu->driver, passed->vm->name);

	finding->subject = gpu->address;
	gp_mend_vm(out, finding, passed->vm,
		&(struct gp_vm_remedy){.libvirt = gp_printf(out->arena,
					       "<hostdev mode='subsystem' type='pci' "
					       "managed='yes'> for %s",
					       gpu->address)});
}

static void not_set_up_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_platform *platform = &c->facts->platform;
	bool manager =
		(platform->proxmox || platform->libvirt) && !gp_vms_taking(&c->facts->vms, gpu);
	struct gp_finding *finding;

	if (!lacks_set_up(c, gpu)) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"nothing of the host's has to be told to leave it");
		return;
	}
	if (unmanaged(c, gpu)) {
		say_unmanaged(out, gpu, unmanaged(c, gpu));
		return;
	}
	if (manager || !gp_is_wanted(c, gpu, GP_MODE_FULL)) {
		gp_find_gpu(out, GP_NOTE, gpu, gpu->driver_from.path,
			manager ? "%s has it; the VM manager takes it away when the VM starts"
				: "%s has it",
			gpu->driver);
		return;
	}
	finding = gp_find_gpu(out, GP_WARN, gpu, gpu->driver_from.path,
		"%s has it, and nothing is set up that would give it to vfio-pci%s", gpu->driver,
		gpu->boot_vga ? "; the host's screen goes dark when it does" : "");
	finding->waits_for = gp_name_configured_in_vain(c, out->arena, "vfio_pci.ids");
	mend_set_up(c, out, finding, gpu);
}

static void not_set_up(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, not_set_up_of);
}

static const struct gp_check checks[] = {
	{
		.id = "vfio-not-set-up",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "nothing gives the GPU to vfio-pci",
		.why = "QEMU takes a GPU from vfio-pci only. Proxmox and libvirt rebind it when the VM "
		       "starts; without them it has to be set up.",
		.mend = "Put the ids of the GPU and of all functions beside it on an options line for "
			"vfio-pci, with a softdep for the GPU's driver.",
		.reference = "Linux, Documentation/driver-api/vfio.rst: usage example",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {GP_HAS_A_GROUP, "vfio-ids-space", "vfio-ids-no-device"},
		.run = not_set_up,
	},
	{
		.id = "vfio-modules-missing",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "vfio's modules are not loaded",
		.why = "Without them nothing can take the GPU for a VM. Proxmox and libvirt load "
		       "vfio-pci when a VM starts; QEMU alone does not.",
		.mend = "List vfio, vfio_iommu_type1 and vfio_pci in /etc/modules-load.d/gpupass.conf "
			"and rebuild the initrd.",
		.reference = "Proxmox VE administration guide, PCI(e) Passthrough",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = modules_missing,
	},
	{
		.id = "vfio-virqfd-stale",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "vfio_virqfd is listed and does not exist any more",
		.why = "Older guides list it. It is harmless on Debian and breaks the building of some "
		       "initrds.",
		.mend = "Delete the line.",
		.reference = "Linux, drivers/vfio/Makefile of 6.1 and 6.2",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = virqfd_stale,
	},
	{
		.id = "vfio-not-first",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "the GPU's own driver was faster than vfio-pci",
		.why = "The driver that is loaded first keeps the device; ids= only helps vfio-pci if "
		       "it comes first.",
		.mend = "Add a softdep for the driver, put vfio_pci into the initrd, reboot.",
		.reference = "Proxmox VE administration guide, PCI(e) Passthrough: softdep",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {GP_HAS_A_GROUP, "native-driver-builtin"},
		.run = not_first,
	},
	{
		.id = "vfio-function-unbound",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "a function of the GPU's slot is still with the host",
		.why = "All functions of the slot are in one IOMMU group; one that the host keeps "
		       "stops the VM from starting.",
		.mend = "Bind all functions of the slot to vfio-pci.",
		.reference = "Linux, Documentation/driver-api/vfio.rst: groups",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {GP_HAS_A_GROUP, "vfio-ids-space", "vfio-ids-partial"},
		.run = function_unbound,
	},
};

const struct gp_check_table gp_vfio_binding_checks = {checks, GP_ARRAY_SIZE(checks)};
