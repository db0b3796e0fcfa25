/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What NVIDIA's own driver says. */
#include <string.h>

#include "driver/check-help.h"
#include "driver/checks.h"
#include "gpu/models.h"
#include "vfio/check-help.h"

#define NVIDIA_MODES (GP_MODE_NATIVE | GP_MODE_SPLIT | GP_MODE_CONTAINER)

/* The driver writes of itself into the log at every start of the GPU; silence needs all of it. */
static void say_silence(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	if (c->facts->kernel.klog.whole)
		gp_find_gpu(out, GP_PASS, gpu, GP_KERNEL_LOG, "the driver did not say so");
	else
		gp_find_gpu(out, GP_UNKNOWN, gpu, GP_KERNEL_LOG,
			"the kernel log does not reach back to the start");
}

/* Not loaded: then it can have said nothing that counts. */
static bool nvidia_is_out(const struct gp_case *c)
{
	return gp_kernel_knows_modules(&c->facts->kernel) &&
	       !gp_kernel_has_module(&c->facts->kernel, "nvidia");
}

static bool say_is_out(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	if (!nvidia_is_out(c))
		return false;
	gp_find_gpu(out, GP_PASS, gpu, "/proc/modules", "NVIDIA's driver is not loaded");
	return true;
}

/* The first generation that the closed modules do not drive. */
static bool is_blackwell(const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	return model && model->family && strstr(model->family, "Blackwell");
}

static const char *closed_evidence(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_log_hit *hit)
{
	const struct gp_text_value *driver = &c->facts->nvidia.driver;

	if (hit)
		return gp_log_evidence(out, hit);
	if (!is_blackwell(gpu) || !gp_is_present(&driver->from) || !*driver->value)
		return NULL;
	return gp_evidence(out, driver->from.path, gp_strip(out->arena, driver->value));
}

#define NEEDS_OPEN "this GPU needs NVIDIA's open kernel modules, and the closed ones are installed"

static void mend_open(struct gp_findings *out, struct gp_finding *finding, const char *subject)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, subject,
			"Install the open kernel modules in place of the closed ones, of the same "
			"version as the rest of the driver (Ubuntu: nvidia-driver-VERSION-open; Arch: "
			"nvidia-open; NVIDIA's installer: --kernel-module-type=open).",
			0});
	gp_mend_reboot(out, finding, true);
}

static void open_required_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const char *evidence =
		closed_evidence(c, out, gpu, gp_log_last_of(c, GP_LOG_NVIDIA_OPEN, gpu));

	if (c->facts->nvidia.open)
		gp_find_gpu(out, GP_PASS, gpu, c->facts->nvidia.driver.from.path,
			"the open kernel module is loaded");
	else if (evidence)
		mend_open(out, gp_find_gpu(out, GP_FAIL, gpu, evidence, NEEDS_OPEN), gpu->address);
	else if (!say_is_out(c, out, gpu))
		say_silence(c, out, gpu);
}

static void open_required(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_NVIDIA_OPEN, GP_NVIDIA);

	if (hit)
		mend_open(out, gp_find(out, GP_FAIL, gp_log_evidence(out, hit), NEEDS_OPEN),
			"nvidia");
	else
		gp_each_driven(c, out, GP_NVIDIA, open_required_of);
}

/* gpu: NULL where only the log tells of it. */
static void say_rminit(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_log_hit *hit, bool bar)
{
	bool guest = !(c->roles & GP_ROLE_HOST);
	struct gp_finding *finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit), "%s",
		bar ? "a memory region of the GPU has no address, so NVIDIA's driver cannot use it"
		    : "NVIDIA's driver could not start the GPU");

	finding->gpu = gpu;
	finding->subject = gpu ? gpu->address : "";
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu ? gpu->address : "nvidia",
			guest && bar
				? "Give the VM room for large memory regions on the host: q35, "
				  "OVMF and a larger 64-bit window "
				  "(opt/ovmf/X-PciMmio64Mb)."
			: guest ? "Stop the VM and start it again; if it stays, restart the host, "
				  "which resets the GPU, and look at its reset there."
			: bar   ? "Turn on Above 4G Decoding in the firmware setup."
				: "Shut down and start again, so that the GPU is reset; if it "
				  "stays, try another version of the driver.",
			0});
}

static void rminit_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_NVIDIA_RMINIT, gpu);
	const struct gp_log_hit *bar = gp_log_last_of(c, GP_LOG_NVIDIA_BAR, gpu);

	if (hit || bar)
		say_rminit(c, out, gpu, bar ? bar : hit, bar);
	else if (!say_is_out(c, out, gpu))
		say_silence(c, out, gpu);
}

static void rminit(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_NVIDIA_RMINIT, GP_NVIDIA);
	const struct gp_log_hit *bar = gp_log_without_gpu(c, GP_LOG_NVIDIA_BAR, GP_NVIDIA);

	if (hit || bar)
		say_rminit(c, out, NULL, bar ? bar : hit, bar);
	else
		gp_each_driven(c, out, GP_NVIDIA, rminit_of);
}

/* ---- nvidia-probe-conflict */

static void mend_taken(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const struct gp_function *gpu = finding->gpu;
	const struct gp_vfio_id *claim = gp_vfio_claims(&c->facts->vfio, gpu);

	if (gp_equal(gpu->driver, "nouveau")) {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF, "blacklist nouveau", 0});
		gp_mend_reboot(out, finding, true);
		return;
	}
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			claim ? gp_printf(out->arena,
					"Take %s out of the ids= of vfio-pci (%s), rebuild the initrd "
					"and reboot.",
					gpu->id, claim->source)
			      : gp_printf(out->arena,
					"Undo what gives %s to %s (driver_override, a VM's "
					"configuration), then reboot.",
					gpu->address, gpu->driver ? gpu->driver : "no driver"),
			0});
}

static void conflict_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_NVIDIA_TAKEN, gpu);
	bool on_vfio = gp_is_on_vfio(gpu);

	if (gp_equal(gpu->driver, "nvidia"))
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "nvidia has it");
	else if (!hit && say_is_out(c, out, gpu))
		return;
	else if (!hit)
		say_silence(c, out, gpu);
	else if (on_vfio && !gp_is_wanted(c, gpu, NVIDIA_MODES))
		gp_find_gpu(out, GP_NOTE, gpu, gp_log_evidence(out, hit),
			"nvidia found it on %s, where it is meant to be", gpu->driver);
	else
		mend_taken(c, out,
			gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, hit),
				"nvidia is loaded and cannot have the GPU: %s%s",
				gpu->driver ? gpu->driver : "something else",
				gpu->driver ? " has it" : " had it when it was loaded"));
}

static void each_nvidia(const struct gp_case *c, struct gp_findings *out, gp_look_at_driven *look)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i]->vendor_id == GP_NVIDIA && !gp_pci_is_vf(c->gpus[i]))
			look(c, out, c->gpus[i]);
	if (out->n == before)
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "there is no NVIDIA GPU");
}

/* "... is already bound to vfio-pci" is as it should be where the GPU is to go to a VM. */
static bool conflict_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_NVIDIA_TAKEN, GP_NVIDIA);
	struct gp_finding *finding;

	if (!hit)
		return false;
	if (c->modes && !(c->modes & NVIDIA_MODES)) {
		gp_find(out, GP_NOTE, gp_log_evidence(out, hit),
			"nvidia found the GPU with another driver, as is meant for a VM");
		return true;
	}
	finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
		"nvidia is loaded and cannot have the GPU: another driver had it first");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "nvidia",
			"See with lspci -nnk which driver has the GPU: blacklist nouveau, or take the "
			"GPU out of the ids= of vfio-pci; rebuild the initrd and reboot.",
			0});
	return true;
}

static void probe_conflict(const struct gp_case *c, struct gp_findings *out)
{
	if (!conflict_by_log(c, out))
		each_nvidia(c, out, conflict_of);
}

/* ---- nvidia-version-mismatch */

static void mend_mismatch(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const char *version = c->facts->nvidia.module.value;

	if (c->roles & GP_ROLE_CONTAINER)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "nvidia",
				gp_printf(out->arena,
					"Install version %s in the container too, without its kernel "
					"modules: NVIDIA-Linux-x86_64-%s.run --no-kernel-modules",
					*version ? version : "of the host",
					*version ? version : "VERSION"),
				0});
	else
		gp_mend_reboot(out, finding, false);
}

static void version_mismatch(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_nvidia *nvidia = &c->facts->nvidia;
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_NVIDIA_MISMATCH);
	bool knows = gp_is_present(&nvidia->module.from) && nvidia->library;
	struct gp_finding *finding;

	if (knows && strcmp(nvidia->module.value, nvidia->library) != 0) {
		finding = gp_find(out, GP_FAIL,
			gp_printf(out->arena, "%s: %s; %s", nvidia->module.from.path,
				nvidia->module.value, nvidia->library_path),
			"the kernel has NVIDIA's driver %s loaded, and the libraries are of %s",
			nvidia->module.value, nvidia->library);
		mend_mismatch(c, out, finding);
	} else if (hit && knows) {
		gp_find(out, GP_WARN, gp_evidence(out, hit->source, hit->text),
			"a program used NVIDIA libraries of another version than the driver: a "
			"container, or before an upgrade");
	} else if (hit) {
		finding = gp_find(out, GP_FAIL, gp_evidence(out, hit->source, hit->text),
			"NVIDIA's libraries are of another version than the driver in the kernel");
		mend_mismatch(c, out, finding);
	} else {
		gp_find(out, knows ? GP_PASS : GP_SKIP, nvidia->module.from.path,
			knows ? "driver and libraries are both of %s"
			      : "NVIDIA's driver is not loaded, or its libraries are not installed",
			nvidia->library);
	}
}

/* ---- nvidia-unbind-nonzero-usage */

/* gpu: NULL where only the log tells of it. */
static void say_in_use(
	struct gp_findings *out, const struct gp_function *gpu, const struct gp_log_hit *hit)
{
	struct gp_finding *finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
		"the GPU was in use when it was to be taken from nvidia: taking it away hangs");

	finding->gpu = gpu;
	finding->subject = gpu ? gpu->address : "";
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu ? gpu->address : "nvidia",
			"Before the VM starts, end what uses the GPU: the display manager and "
			"nvidia-persistenced (fuser -v /dev/nvidia* /dev/dri/* shows it), then "
			"modprobe -r nvidia_drm. Reboot now: the GPU stays stuck until then.",
			0});
}

static void unbind_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_NVIDIA_IN_USE, gpu);

	if (hit && !gp_is_on_vfio(gpu))
		say_in_use(out, gpu, hit);
	else
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			hit ? "it was in use once, and is on vfio-pci now"
			    : "nvidia did not refuse to let it go");
}

static void unbind_in_use(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_NVIDIA_IN_USE, GP_NVIDIA);

	if (hit)
		say_in_use(out, NULL, hit);
	else
		each_nvidia(c, out, unbind_of);
}

static const struct gp_check checks[] = {
	{
		.id = "nvidia-open-required",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the GPU needs the open kernel modules",
		.why = "NVIDIA's closed modules do not drive GPUs of Blackwell and later.",
		.mend = "Install the open kernel modules of the same version.",
		.reference = "NVIDIA Linux driver README, chapter 44: Open Linux Kernel Modules",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = NVIDIA_MODES,
		.run = open_required,
	},
	{
		.id = "nvidia-rminit",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "NVIDIA's driver could not start the GPU",
		.why = "Often the GPU was not reset since its last VM, or a memory region of it got "
		       "no address.",
		.mend = "Power cycle the GPU; in a guest give the VM room for its memory regions.",
		.reference = "NVIDIA open-gpu-kernel-modules, src/nvidia/arch/nvalloc/unix/src/"
			     "osinit.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = NVIDIA_MODES,
		.needs = {"nvidia-open-required", "guest-mmio64-small"},
		.run = rminit,
	},
	{
		.id = "nvidia-probe-conflict",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "another driver has the NVIDIA GPU",
		.why = "A GPU has one driver at a time; nvidia came second.",
		.mend = "Blacklist nouveau, or take the GPU out of the ids of vfio-pci.",
		.reference = "NVIDIA open-gpu-kernel-modules, kernel-open/nvidia/nv.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = NVIDIA_MODES,
		.needs = {"nouveau-holds-guest-gpu"},
		.run = probe_conflict,
	},
	{
		.id = "nvidia-version-mismatch",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "NVIDIA's libraries and kernel module differ in version",
		.why = "They refuse to work together: nvidia-smi says Driver/library version "
		       "mismatch.",
		.mend = "Reboot after an upgrade; in a container install the host's version.",
		.reference = "NVIDIA open-gpu-kernel-modules, src/nvidia/arch/nvalloc/unix/src/"
			     "osapi.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = NVIDIA_MODES,
		.run = version_mismatch,
	},
	{
		.id = "nvidia-unbind-nonzero-usage",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the NVIDIA GPU was in use when it was to be taken away",
		.why = "The driver waits for its users for ever, and so does what took it away.",
		.mend = "Stop the display manager, nvidia-persistenced and nvidia_drm first.",
		.reference = "NVIDIA open-gpu-kernel-modules, kernel-open/nvidia/nv-pci.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = unbind_in_use,
	},
};

const struct gp_check_table gp_driver_nvidia_checks = {checks, GP_ARRAY_SIZE(checks)};
