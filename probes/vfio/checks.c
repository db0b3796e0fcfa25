/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vfio/checks.h"

#include <string.h>

#define GPUPASS_CONF "/etc/modprobe.d/gpupass.conf"

typedef void look_at_gpu(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu);

static void each_gpu(const struct gp_case *c, struct gp_findings *out, look_at_gpu *look)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		look(c, out, c->gpus[i]);
	if (!c->n_gpus)
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "there is no GPU to give away");
}

static bool on_vfio(const struct gp_function *function)
{
	return function->driver && gp_pci_is_vfio_driver(function->driver);
}

/* A VM manager takes the device itself when the VM starts, so before that it is no fault. */
static enum gp_verdict unless_managed(
	const struct gp_case *c, const struct gp_function *gpu, enum gp_verdict verdict)
{
	return gp_vfio_vm(&c->facts->vfio, gpu) ? GP_WARN : verdict;
}

/* ---- modules */

static void modules_missing(const struct gp_case *c, struct gp_findings *out)
{
	static const char *const full[] = {"vfio", "vfio_iommu_type1", "vfio_pci"};
	const struct gp_kernel *kernel = &c->facts->kernel;
	bool only_split = c->modes && !(c->modes & (unsigned)(GP_MODE_FULL | GP_MODE_VF));
	const char *module = only_split ? "kvmgt" : "vfio_pci";
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
	finding = gp_find(out, GP_WARN, "/proc/modules; /etc/modules; /etc/modules-load.d",
		"%s is neither loaded nor set to be loaded at boot", module);
	for (size_t i = 0; !only_split && i < GP_ARRAY_SIZE(full); i++)
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, full[i], "", 0});
	if (only_split)
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, module, "", 0});
}

static void virqfd_stale(const struct gp_case *c, struct gp_findings *out)
{
	const char *release = c->facts->platform.kernel;
	size_t before = out->n;

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
			(struct gp_step){GP_STEP_REPLACE, listed->file, "", listed->line});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, "/etc/modules", "no module is listed that is gone");
}

/* ---- ids */

/* "options vfio-pci ids=a,b disable_vga=1" with every id of a directive behind one ids=. */
static const char *repaired_options(struct gp_findings *out, const struct gp_case *c,
	const struct gp_directive *directive, const char *source)
{
	struct gp_strings words = gp_split(out->arena, directive->rest, " \t"), ids = {0};
	const char *rest = "";

	gp_each (id, &c->facts->vfio)
		if (strcmp(id->source, source) == 0)
			gp_strings_add_once(out->arena, &ids, id->id);
	gp_each (word, &words)
		if (strchr(*word, '=') && !gp_starts_with(*word, "ids="))
			rest = gp_printf(out->arena, "%s %s", rest, *word);
	return gp_printf(
		out->arena, "options vfio-pci ids=%s%s", gp_join(out->arena, &ids, ","), rest);
}

static const struct gp_klog_hit *refused_id(const struct gp_klog *klog)
{
	const struct gp_klog_hit *hit = NULL;

	while ((hit = gp_klog_next(klog, GP_KLOG_MODULE_PARAM, hit))) {
		const char *name = strchr(hit->text, '\'');
		if (gp_starts_with(hit->text, "vfio") && name && strlen(name) > 10 &&
			name[5] == ':')
			return hit;
	}
	return gp_klog_next(klog, GP_KLOG_VFIO_BAD_ID, NULL);
}

static void say_lost_id(const struct gp_case *c, struct gp_findings *out,
	const struct gp_vfio_id *lost, const struct gp_klog_hit *hit)
{
	const char *colon = strrchr(lost->source, ':');
	struct gp_finding *finding;

	finding = gp_find(out, GP_FAIL,
		hit ? gp_evidence(out, "kernel log", hit->text) : lost->source,
		"vfio-pci never saw the id %s: a blank or a line break cuts the list of ids",
		lost->id);
	finding->subject = lost->id;
	gp_each (directive, &c->facts->kernel.modprobe) {
		const char *source =
			gp_printf(out->arena, "%s:%zu", directive->file, directive->line);
		if (strcmp(source, lost->source) == 0 && colon)
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_REPLACE, directive->file,
					repaired_options(out, c, directive, source),
					directive->line});
	}
}

static void ids_space(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_klog_hit *hit = refused_id(&c->facts->kernel.klog);
	size_t before = out->n;

	gp_each (id, &c->facts->vfio)
		if (id->lost)
			say_lost_id(c, out, id, hit);
	if (out->n != before)
		return;
	if (!hit) {
		gp_find(out, GP_PASS, "/etc/modprobe.d", "no id of vfio-pci is cut off");
	} else if (c->facts->vfio.n) {
		struct gp_finding *finding = gp_find(out, GP_WARN,
			gp_evidence(out, "kernel log", hit->text),
			"the list of ids is in order now, and was not when vfio-pci was loaded");
		gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
		gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
	} else {
		gp_find(out, GP_FAIL, gp_evidence(out, "kernel log", hit->text),
			"vfio-pci did not understand its list of ids: write ids=vvvv:dddd,vvvv:dddd "
			"without blanks");
	}
}

/* Makes the list that names the GPU also name `id`. */
static void mend_add_id(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_vfio_id *claim,
	const struct gp_strings *missing)
{
	const char *more = gp_join(out->arena, missing, ",");

	gp_each (param, &c->facts->kernel.cmdline)
		if (strcmp(claim->source, "/proc/cmdline") == 0 &&
			gp_same_name(param->name, "vfio_pci.ids")) {
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_ADD,
					gp_printf(out->arena, "%s,%s", param->raw, more), "", 0});
			return;
		}
	gp_each (directive, &c->facts->kernel.modprobe) {
		const char *source =
			gp_printf(out->arena, "%s:%zu", directive->file, directive->line);
		const char *options, *end;

		if (strcmp(source, claim->source) != 0)
			continue;
		options = repaired_options(out, c, directive, source);
		end = strstr(options, "ids=");
		end += strcspn(end, " ");
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_REPLACE, directive->file,
				gp_printf(out->arena, "%.*s,%s%s", (int)(end - options), options,
					more, end),
				directive->line});
		return;
	}
}

/* Functions beside the GPU that would keep its group from being viable. */
static bool is_in_the_way(const struct gp_function *gpu, const struct gp_function *other)
{
	return other != gpu && gp_pci_same_slot(gpu, other) && !gp_is_present(&other->physfn) &&
	       (gp_pci_same_group(gpu, other) || !gp_is_present(&gpu->group.from));
}

static void ids_partial_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_vfio_id *claim = gp_vfio_claims(&c->facts->vfio, gpu);
	struct gp_strings missing = {0}, names = {0};
	bool native = false;
	struct gp_finding *finding;

	if (!claim) {
		gp_find_gpu(out, GP_SKIP, gpu, "/etc/modprobe.d", "no ids= names this GPU");
		return;
	}
	gp_each (other, &c->facts->pci) {
		if (!is_in_the_way(gpu, other) || gp_vfio_claims(&c->facts->vfio, other) ||
			on_vfio(other) || gp_starts_with(other->override.value, "vfio"))
			continue;
		native |= gp_pci_is_native(other);
		gp_strings_add_once(out->arena, &missing, other->id);
		gp_strings_add(out->arena, &names,
			gp_printf(out->arena, "%s (%s)", other->address, other->id));
	}
	if (!missing.n) {
		gp_find_gpu(out, GP_PASS, gpu, claim->source,
			"ids= names the GPU and all functions beside it");
		return;
	}
	finding = gp_find_gpu(out, unless_managed(c, gpu, native ? GP_FAIL : GP_WARN), gpu,
		claim->source, "ids= names the GPU and not %s beside it",
		gp_join(out->arena, &names, ", "));
	mend_add_id(c, out, finding, claim, &missing);
}

static void ids_partial(const struct gp_case *c, struct gp_findings *out)
{
	each_gpu(c, out, ids_partial_of);
}

static void identical(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;
	struct gp_strings said = {0};

	gp_each (id, &c->facts->vfio) {
		struct gp_strings twins = {0};
		struct gp_finding *finding;

		if (id->lost || gp_strings_has(&said, id->id))
			continue;
		gp_strings_add(out->arena, &said, id->id);
		gp_each (function, &c->facts->pci)
			if (strcmp(function->id, id->id) == 0)
				gp_strings_add(out->arena, &twins, function->address);
		if (twins.n < 2)
			continue;
		finding = gp_find(out, GP_WARN, id->source, "ids=%s takes %zu devices at once: %s",
			id->id, twins.n, gp_join(out->arena, &twins, ", "));
		finding->subject = id->id;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, id->id,
				"To take one of them alone, set driver_override of its address "
				"instead (driverctl set-override ADDRESS vfio-pci) and remove the id.",
				0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, "/etc/modprobe.d", "each id names one device");
}

/* ---- binding */

static void not_first_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_vfio_id *claim = gp_vfio_claims(&c->facts->vfio, gpu);
	struct gp_finding *finding;

	if (!claim) {
		gp_find_gpu(out, GP_SKIP, gpu, "/etc/modprobe.d", "no ids= names this GPU");
		return;
	}
	if (gpu->driver_from.presence == GP_UNREADABLE) {
		finding = gp_find_unknown(out, &gpu->driver_from);
		finding->gpu = gpu;
		finding->subject = gpu->address;
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
	finding = gp_find_gpu(out, unless_managed(c, gpu, GP_FAIL), gpu,
		gp_printf(out->arena, "%s; %s: %s", claim->source, gpu->driver_from.path,
			gpu->driver),
		"%s took the GPU before vfio-pci could", gpu->driver);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GPUPASS_CONF,
			gp_printf(out->arena, "softdep %s pre: vfio-pci", gpu->module), 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vfio_pci", "", 0});
}

static void not_first(const struct gp_case *c, struct gp_findings *out)
{
	each_gpu(c, out, not_first_of);
}

static void function_unbound_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct gp_strings names = {0};
	const struct gp_function *first = NULL;
	struct gp_finding *finding;

	if (!on_vfio(gpu)) {
		gp_find_gpu(out, GP_SKIP, gpu, gpu->driver_from.path, "the GPU is not on vfio-pci");
		return;
	}
	gp_each (other, &c->facts->pci) {
		if (!is_in_the_way(gpu, other) || !gp_pci_is_native(other))
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
	finding = gp_find_gpu(out, unless_managed(c, gpu, GP_FAIL), gpu, first->driver_from.path,
		"the GPU is on vfio-pci and %s of the same slot is not",
		gp_join(out->arena, &names, ", "));
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GPUPASS_CONF,
			gp_printf(out->arena, "softdep %s pre: vfio-pci", first->module), 0});
	if (!gp_vfio_claims(&c->facts->vfio, first))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_LINE, GPUPASS_CONF,
				gp_printf(out->arena, "options vfio-pci ids=%s,%s", gpu->id,
					first->id),
				0});
}

static void function_unbound(const struct gp_case *c, struct gp_findings *out)
{
	each_gpu(c, out, function_unbound_of);
}

/* ---- the initrd */

static bool is_about_vfio(const struct gp_directive *directive)
{
	static const char *const drivers[] = {"i915", "xe", "amdgpu", "radeon", "nouveau", "nvidia",
		"nvidiafb", "nvidia_drm", "snd_hda_intel"};

	if (gp_starts_with(directive->module, "vfio") || strstr(directive->rest, "vfio"))
		return true;
	if (strcmp(directive->command, "blacklist") != 0)
		return false;
	for (size_t i = 0; i < GP_ARRAY_SIZE(drivers); i++)
		if (gp_same_name(directive->module, drivers[i]))
			return true;
	return false;
}

static void conf_not_in_initrd(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	struct gp_strings said = {0};
	size_t before = out->n, about = 0;

	gp_each (directive, &kernel->modprobe) {
		const struct gp_config_file *file = gp_config_file(&kernel->files, directive->file);
		struct gp_finding *finding;

		if (!gp_starts_with(directive->file, "/etc/") || !is_about_vfio(directive) ||
			gp_strings_has(&said, directive->file))
			continue;
		gp_strings_add(out->arena, &said, directive->file);
		about++;
		if (!file || !file->mtime || !kernel->initrd_mtime) {
			gp_find(out, GP_UNKNOWN, directive->file,
				"whether %s is in the initrd is not known: %s", directive->file,
				kernel->initrd_mtime ? "its age could not be read"
						     : "the initrd's age could not be read");
			continue;
		}
		if (file->mtime <= kernel->initrd_mtime)
			continue;
		finding = gp_find(out, GP_WARN,
			gp_printf(out->arena, "%s is newer than %s", directive->file,
				kernel->initrd.path),
			"%s was changed after the initrd was made", directive->file);
		finding->subject = directive->file;
		gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
		gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
	}
	if (out->n == before)
		gp_find(out, about ? GP_PASS : GP_SKIP,
			about ? kernel->initrd.path : "/etc/modprobe.d",
			about ? "the initrd is newer than the settings of vfio"
			      : "no file under /etc/modprobe.d is about vfio");
}

static const struct gp_check checks[] = {
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
		.id = "vfio-ids-space",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "the list of ids for vfio-pci is cut",
		.why = "Behind a blank the kernel looks for another parameter, so vfio-pci never hears "
		       "of the ids that follow.",
		.mend = "Write ids=vvvv:dddd,vvvv:dddd without blanks, on one line.",
		.reference = "Linux, drivers/vfio/pci/vfio_pci.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL | GP_MODE_VF,
		.run = ids_space,
	},
	{
		.id = "vfio-ids-partial",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_FAIL,
		.title = "ids= names the GPU and not its sound or USB functions",
		.why = "All functions of the slot are in one IOMMU group; one that the host keeps "
		       "stops the VM from starting.",
		.mend = "Add the ids of all functions of the slot.",
		.reference = "Linux, Documentation/driver-api/vfio.rst: groups",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {"iommu-absent", "vfio-ids-space"},
		.run = ids_partial,
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
		.modes = GP_MODE_FULL | GP_MODE_VF,
		.needs = {"iommu-absent"},
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
		.needs = {"iommu-absent", "vfio-ids-space", "vfio-ids-partial"},
		.run = function_unbound,
	},
	{
		.id = "identical-ids",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "an id names more than one device",
		.why = "ids= cannot tell equal cards apart, nor a PF from its VFs: the host may lose "
		       "the one it wanted to keep.",
		.mend = "Use driver_override by PCI address instead.",
		.reference = "Linux, Documentation/ABI/testing/sysfs-bus-pci: driver_override",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL | GP_MODE_VF,
		.run = identical,
	},
	{
		.id = "vfio-conf-not-in-initrd",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "settings of vfio are newer than the initrd",
		.why = "The GPU's driver is loaded from the initrd, with the settings that were in "
		       "force when that was made.",
		.mend = "Rebuild the initrd and reboot.",
		.reference = "update-initramfs(8), dracut(8), mkinitcpio(8)",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = conf_not_in_initrd,
	},
};

const struct gp_check_table gp_vfio_checks = {checks, GP_ARRAY_SIZE(checks)};
