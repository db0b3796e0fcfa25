/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which driver has the GPU, and whether it has made a render node. */
#include <string.h>
#include <strings.h>

#include "driver/check-help.h"
#include "driver/checks.h"
#include "driver/options.h"
#include "drm/check-help.h"
#include "gpu/models.h"
#include "vfio/check-help.h"

/* ---- native-driver-builtin */

static const char *device_id(const struct gp_function *gpu)
{
	return gpu->id + strcspn(gpu->id, ":") + 1;
}

/* What keeps a driver that is built in from a GPU, where the driver offers that; else NULL. */
static const char *parameter_against(struct gp_arena *arena, const struct gp_function *gpu)
{
	const char *driver = gpu->driver;

	if (strcmp(driver, "i915") == 0 || strcmp(driver, "xe") == 0)
		return gp_printf(arena, "%s.force_probe=!%s", driver, device_id(gpu));
	if (strcmp(driver, "nouveau") == 0 || strcmp(driver, "radeon") == 0)
		return gp_printf(arena, "%s.modeset=0", driver);
	return strcmp(driver, "amdgpu") == 0 ? "initcall_blacklist=amdgpu_init" : NULL;
}

static bool is_only_one_of_driver(const struct gp_case *c, const struct gp_function *gpu)
{
	gp_each (other, &c->facts->pci)
		if (other != gpu && gp_equal(other->driver, gpu->driver))
			return false;
	return true;
}

static void mend_builtin(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const struct gp_function *gpu = finding->gpu;
	const char *parameter = parameter_against(out->arena, gpu);

	if (parameter && is_only_one_of_driver(c, gpu))
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, parameter, "", 0});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, gpu->address,
				gp_printf(out->arena,
					"Have the initrd write vfio-pci to "
					"/sys/bus/pci/devices/%s/driver_override, unbind %s from it "
					"and write the address to /sys/bus/pci/drivers_probe.",
					gpu->address, gpu->driver),
				0});
}

static void builtin_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const char *driver = gpu->driver;
	const char *evidence;
	bool meant;

	if (!gp_pci_is_native(gpu) || gpu->numvfs || !gp_kernel_has_builtin(kernel, driver)) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "%s is not built in",
			driver ? driver : "no driver has it; its own");
		return;
	}
	evidence = gp_printf(out->arena, "/lib/modules/%s/modules.builtin: %s",
		c->facts->platform.kernel, driver);
	meant = gp_vfio_claims(&c->facts->vfio, gpu) || gp_is_barred(kernel, out->arena, driver);
	if (!meant) {
		gp_find_gpu(out, GP_NOTE, gpu, evidence,
			"%s is built into the kernel: a blacklist or a softdep will not keep it off",
			driver);
		return;
	}
	mend_builtin(c, out,
		gp_find_gpu(out, gp_unless_managed(c, gpu, GP_FAIL), gpu, evidence,
			"%s is built into the kernel and has the GPU: no modprobe.d line keeps it "
			"off",
			driver));
}

static void native_builtin(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, builtin_of);
}

/* ---- i915-xe-both */

/* Whether force_probe= says yes (1) or no (-1) to this id; 0: nothing (i915_pci.c, xe_pci.c). */
static int forced(struct gp_arena *arena, const struct gp_option *option, const char *id)
{
	struct gp_strings words = {0};
	int said = 0;

	if (option)
		words = gp_split(arena, option->value, ",");
	gp_each (word, &words) {
		bool no = **word == '!';
		const char *named = *word + no;

		if (strcmp(named, "*") == 0 || strcasecmp(named, id) == 0)
			said = no ? -1 : 1;
	}
	return said;
}

/* The option that makes somebody want `driver` rather than `other` for this GPU, or NULL. */
static const struct gp_option *wish_for(const struct gp_case *c, struct gp_arena *arena,
	const struct gp_function *gpu, const char *driver, const char *other)
{
	struct gp_options options = gp_options_of(c, arena, driver);
	struct gp_options others = gp_options_of(c, arena, other);
	const struct gp_option *yes = gp_option_last(&options, "force_probe");
	const struct gp_option *no = gp_option_last(&others, "force_probe");
	const struct gp_option *vfs = gp_option_last(&options, "max_vfs");
	bool makes_vfs =
		strcmp(driver, "xe") == 0 || gp_module_is_foreign(&c->facts->modules, driver) == 1;

	if (forced(arena, yes, device_id(gpu)) > 0)
		return yes;
	if (forced(arena, no, device_id(gpu)) < 0)
		return no;
	return vfs && makes_vfs && strcmp(vfs->value, "0") != 0 ? vfs : NULL;
}

/* Whether a driver may drive this GPU, as far as the table of models knows. */
static bool can_drive(const struct gp_function *gpu, const char *driver)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	if (!model)
		return true;
	for (const struct gp_driver_since *native = model->native; native->driver; native++)
		if (strcmp(native->driver, driver) == 0)
			return true;
	for (const struct gp_driver_since *sriov = model->sriov; sriov->driver; sriov++)
		if (strcmp(sriov->driver, driver) == 0)
			return true;
	return false;
}

/* Whether this driver makes VFs of the GPU under this kernel, as far as the table knows. */
static bool makes_vfs(const struct gp_case *c, const struct gp_function *gpu, const char *driver)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const char *release = c->facts->platform.kernel;

	if (!model || !release)
		return true;
	for (const struct gp_driver_since *way = model->sriov; way->driver; way++)
		if (strcmp(way->driver, driver) == 0)
			return gp_kernel_at_least(release, way->major, way->minor) &&
			       (!way->out_of_tree ||
				       gp_module_is_foreign(&c->facts->modules, driver) != 0);
	return false;
}

/* Both are asked for, and only the one that does not have the GPU makes the VFs that are wanted. */
static bool only_other_makes_vfs(
	const struct gp_case *c, const struct gp_function *gpu, const char *own, const char *other)
{
	return gp_wanted_modes(c, gpu) & GP_MODE_VF && !makes_vfs(c, gpu, own) &&
	       makes_vfs(c, gpu, other);
}

static void say_wrong_of_both(struct gp_findings *out, const struct gp_function *gpu,
	const char *wanted, const struct gp_option *wish, const struct gp_option *against)
{
	const char *id = device_id(gpu);
	struct gp_finding *finding = gp_find_gpu(out, GP_FAIL, gpu,
		gp_printf(
			out->arena, "%s; %s: %s", wish->where, gpu->driver_from.path, gpu->driver),
		"%s is asked for and %s has the GPU", wanted, gpu->driver);

	if (against)
		gp_mend_option(out, finding, against, NULL);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_CMDLINE_ADD,
			gp_printf(out->arena, "%s.force_probe=!%s", gpu->driver, id), "", 0});
	if (strcmp(wanted, "xe") == 0)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD,
				gp_printf(out->arena, "xe.force_probe=%s", id), "", 0});
	gp_mend_reboot(out, finding, against && against->directive);
	if (strcmp(wish->name, "max_vfs") == 0)
		finding->modes = GP_MODE_VF;
}

static void both_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	bool on_xe = gp_equal(gpu->driver, "xe");
	const char *other = on_xe ? "i915" : "xe", *own = on_xe ? "xe" : "i915";
	const struct gp_option *wish, *against;

	if (!on_xe && !gp_equal(gpu->driver, "i915")) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"neither i915 nor xe has the GPU");
		return;
	}
	wish = wish_for(c, out->arena, gpu, other, own);
	against = wish_for(c, out->arena, gpu, own, other);
	if (!wish || !can_drive(gpu, other) || gpu->numvfs)
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"%s has it, and nothing asks for %s", gpu->driver, other);
	else if (against && !only_other_makes_vfs(c, gpu, own, other))
		gp_find_gpu(out, GP_NOTE, gpu, wish->where,
			"settings for i915 and for xe; %s has it", gpu->driver);
	else
		say_wrong_of_both(out, gpu, other, wish, against);
}

static void i915_xe_both(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_INTEL, both_of);
}

/* ---- dri-node-missing */

static void say_no_node(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	bool nvidia = gp_equal(gpu->driver, "nvidia");
	bool without_drm = nvidia && !gp_kernel_has_module(&c->facts->kernel, "nvidia_drm");
	enum gp_verdict missed = gp_is_wanted(c, gpu, GP_MODE_CONTAINER) ? GP_WARN : GP_NOTE;
	struct gp_finding *finding;

	if (!gpu->driver) {
		finding = gp_find_gpu(out, gp_may_be_for_a_vm(c) ? GP_NOTE : GP_FAIL, gpu,
			gpu->driver_from.path,
			"no driver has the GPU, so there is no render node for it");
		finding->waits_for = "guest-mmio64-small";
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, gpu->address,
				gp_printf(out->arena,
					"See why no driver took it: dmesg | grep %s; then load the "
					"driver or install a kernel that knows this GPU.",
					gpu->address),
				0});
		return;
	}
	finding = gp_find_gpu(out, without_drm ? missed : GP_FAIL, gpu, "/sys/class/drm",
		without_drm
			? "%s has the GPU and nvidia_drm is not loaded: no render node, only CUDA"
			: "%s has the GPU, and there is no render node for it",
		gpu->driver);
	if (without_drm)
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "nvidia_drm", "", 0});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, gpu->address,
				gp_printf(out->arena,
					"The driver is there and did not finish: dmesg | grep -e %s -e "
					"drm says why.",
					gpu->address),
				0});
}

/* A graphics driver at work makes the class itself, so that without it nothing is known. */
static bool tells_of_nodes(const struct gp_nodes *nodes, const struct gp_function *gpu)
{
	if (gp_is_absent(&nodes->from))
		return !gpu->driver || gp_equal(gpu->driver, "nvidia");
	return nodes->from.presence != GP_UNREADABLE;
}

static void node_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_nodes *nodes = &c->facts->nodes;
	const struct gp_node *node = gp_nodes_render(nodes, gpu->address);
	struct gp_finding *finding;

	if (node && gp_is_absent(&node->node)) {
		finding = gp_find_gpu(out, GP_FAIL, gpu, node->node.path,
			"the kernel has the render node %s and /dev/dri lacks it", node->name);
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, node->name,
				"Have udev make it: udevadm trigger --subsystem-match=drm", 0});
	} else if (node) {
		gp_find_gpu(
			out, GP_PASS, gpu, node->node.path, "its render node is %s", node->name);
	} else if (gpu->driver_from.presence == GP_UNREADABLE) {
		gp_find_gpu(out, GP_UNKNOWN, gpu, gpu->driver_from.path, "%s",
			gp_origin_says(out->arena, &gpu->driver_from));
	} else if (!tells_of_nodes(nodes, gpu)) {
		gp_find_gpu(out, c->modes ? GP_UNKNOWN : GP_SKIP, gpu, nodes->from.path, "%s",
			gp_origin_says(out->arena, &nodes->from));
	} else {
		say_no_node(c, out, gpu);
	}
}

static void node_missing(const struct gp_case *c, struct gp_findings *out)
{
	if (c->roles & GP_ROLE_CONTAINER)
		gp_look_for_container_nodes(c, out);
	else
		gp_each_driven(c, out, 0, node_of);
}

/* ---- intel-gpu-tools-missing */

static void tools_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_origin *tool = &c->facts->nodes.intel_gpu_top;
	struct gp_finding *finding;

	if (!gp_is_absent(tool) || !gp_pci_is_native(gpu)) {
		gp_find_gpu(out, gp_is_present(tool) ? GP_PASS : GP_SKIP, gpu, tool->path,
			gp_is_present(tool) ? "intel_gpu_top is installed"
					    : "not the time to look at it");
		return;
	}
	finding = gp_find_gpu(out, GP_NOTE, gpu, tool->path,
		"intel_gpu_top is not installed: it shows whether video really runs on the GPU");
	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "intel-gpu-tools", "", 0});
}

static void tools_missing(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_INTEL, tools_of);
}

/* ---- nouveau-holds-guest-gpu */

/* What shows that NVIDIA's own driver is installed, or NULL. */
static const char *nvidia_installed(const struct gp_case *c)
{
	const struct gp_facts *facts = c->facts;

	if (gp_module_file(&facts->modules, "nvidia"))
		return facts->modules.files_from.from.path;
	if (facts->nvidia.library)
		return facts->nvidia.library_path;
	gp_each (entry, &facts->modules.dkms)
		if (gp_starts_with(entry->name, "nvidia"))
			return entry->path;
	if (gp_any_log(c, GP_LOG_NVIDIA_SMI))
		return gp_any_log(c, GP_LOG_NVIDIA_SMI)->text;
	return NULL;
}

static void nouveau_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const char *installed = nvidia_installed(c);
	struct gp_finding *finding;

	if (!gp_equal(gpu->driver, "nouveau")) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "nouveau does not have it");
		return;
	}
	if (!installed) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"nouveau has it, and NVIDIA's driver is not installed");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu,
		gp_printf(out->arena, "%s: nouveau; %s", gpu->driver_from.path, installed),
		"NVIDIA's driver is installed, and nouveau took the GPU first");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF, "blacklist nouveau", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF, "options nouveau modeset=0", 0});
	gp_mend_reboot(out, finding, true);
}

static void nouveau_holds(const struct gp_case *c, struct gp_findings *out)
{
	if (c->roles & GP_ROLE_HOST)
		gp_find(out, GP_SKIP, "", "this is a host too: nvidia-probe-conflict looks at it");
	else
		gp_each_driven(c, out, GP_NVIDIA, nouveau_of);
}

static const struct gp_check checks[] = {
	{
		.id = "native-driver-builtin",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the GPU's own driver is built into the kernel",
		.why = "What is built in starts before any module and reads no modprobe.d: neither a "
		       "blacklist nor a softdep keeps it from the GPU.",
		.mend = "i915.force_probe=!ID, or driver_override in the initrd.",
		.reference = "Linux, drivers/gpu/drm/i915/i915_pci.c: force_probe",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = native_builtin,
	},
	{
		.id = "i915-xe-both",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "i915 and xe: the other one has the GPU",
		.why = "Both drivers know many Intel GPUs; settings for the one do nothing while the "
		       "other has it.",
		.mend = "For i915: xe.force_probe=!ID. For xe: xe.force_probe=ID "
			"i915.force_probe=!ID.",
		.reference = "Linux, drivers/gpu/drm/xe/xe_pci.c, drivers/gpu/drm/i915/i915_pci.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.run = i915_xe_both,
	},
	{
		.id = "dri-node-missing",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the GPU has no render node",
		.why = "Programs and containers reach a GPU through /dev/dri/renderD*.",
		.mend = "Mend what keeps its driver from it, then look again.",
		.reference = "Linux, Documentation/gpu/drm-uapi.rst: Render nodes",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {"native-driver-blacklisted", "nomodeset-leftover", "drm-fw-missing",
			"gpu-wedged", "dkms-secureboot", "nvidia-open-required", "nvidia-rminit",
			"nvidia-dkms-headers", "force-probe-required", "kernel-too-old-for-gpu",
			"guest-secure-boot", "guc-fw-vf-abi", "guest-cloud-kernel",
			"guest-module-symbols", "guest-vf-no-dkms", "guest-guc-disabled",
			"guest-mmio-ffffffff", "guest-amdgpu-no-vbios"},
		.run = node_missing,
	},
	{
		.id = "intel-gpu-tools-missing",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_NOTE,
		.title = "intel_gpu_top is not installed",
		.why = "It shows how busy the engines of an Intel GPU are.",
		.mend = "Install intel-gpu-tools.",
		.reference = "intel_gpu_top(1)",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.run = tools_missing,
	},
	{
		.id = "nouveau-holds-guest-gpu",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "nouveau has the GPU before NVIDIA's driver",
		.why = "Only one driver can have it; CUDA and nvidia-smi need NVIDIA's.",
		.mend = "Blacklist nouveau, rebuild the initrd, reboot.",
		.reference = "NVIDIA Linux driver README, chapter 8: Nouveau",
		.roles = GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.needs = {"nvidia-dkms-headers"},
		.run = nouveau_holds,
	},
};

const struct gp_check_table gp_driver_bound_checks = {checks, GP_ARRAY_SIZE(checks)};
