/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pci/checks.h"

#include <stdlib.h>
#include <string.h>

static void say_no_gpu_to_look_at(struct gp_findings *out)
{
	gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "there is no GPU to give away");
}

/* The line of /proc/iomem of a boot framebuffer inside one of the function's BARs, or NULL. */
static const char *framebuffer_inside(
	struct gp_arena *arena, const struct gp_kernel *kernel, const struct gp_function *gpu)
{
	for (const char *line = kernel->iomem.value; *line;) {
		size_t length = strcspn(line, "\n");
		uint64_t start = strtoull(line, NULL, 16);

		for (size_t i = 0; start && i < GP_ARRAY_SIZE(gpu->bars); i++)
			if (gpu->bars[i].start <= start && start <= gpu->bars[i].end)
				return gp_strip(arena, gp_strndup(arena, line, length));
		line += length + (line[length] == '\n');
	}
	return NULL;
}

static const struct gp_log_hit *busy_line(const struct gp_log *klog, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(klog, GP_LOG_BAR_BUSY, hit)))
		if (strstr(hit->text, "vfio-pci") && strstr(hit->text, gpu->address))
			return hit;
	return NULL;
}

/* Who is not root sees /proc/iomem with every address 0. */
static bool iomem_tells(const struct gp_kernel *kernel)
{
	if (!gp_is_present(&kernel->iomem.from))
		return false;
	return !*kernel->iomem.value || strtoull(kernel->iomem.value, NULL, 16);
}

/* Since Linux 6.0 vfio-pci takes the framebuffer's driver off a VGA when it is bound to it
 * (drivers/vfio/pci/vfio_pci_core.c); the device of a framebuffer without a driver may stay. */
static bool vfio_will_free(
	const struct gp_case *c, const struct gp_function *gpu, const char *framebuffer)
{
	const char *release = c->facts->platform.kernel;

	return gpu->class_code >> 8 == 0x0300 && release && gp_kernel_at_least(release, 6, 0) &&
	       !(gpu->driver && gp_pci_is_vfio_driver(gpu->driver)) &&
	       !strstr(framebuffer, "BOOTFB");
}

static void mend_framebuffer(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	if (!gp_cmdline_has(&c->facts->kernel.cmdline, "initcall_blacklist=sysfb_init"))
		gp_mend(out, finding,
			(struct gp_step){
				GP_STEP_CMDLINE_ADD, "initcall_blacklist=sysfb_init", "", 0});
}

static void bar_busy_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_log_hit *slow =
		gp_log_next_of(&c->facts->vms.log, GP_LOG_MMAP_FAILED, gpu->address, NULL);
	const struct gp_log_hit *hit = busy_line(&kernel->klog, gpu);
	const char *owner = framebuffer_inside(out->arena, kernel, gpu);
	bool on_vfio = gpu->driver && gp_pci_is_vfio_driver(gpu->driver);
	struct gp_finding *finding;

	if (slow && !hit) {
		mend_framebuffer(c, out,
			gp_find_gpu(out, owner ? GP_FAIL : GP_WARN, gpu, gp_log_evidence(out, slow),
				"QEMU could not map the GPU's memory: something else holds it"));
		return;
	}
	if (!hit && (!owner || gp_pci_is_native(gpu) || vfio_will_free(c, gpu, owner))) {
		bool knows = kernel->klog.whole || iomem_tells(kernel);

		gp_find_gpu(out, knows ? GP_PASS : GP_UNKNOWN, gpu, "/proc/iomem",
			knows ? "nothing is known to hold the GPU's memory"
			      : "neither the whole kernel log nor the addresses in /proc/iomem "
				"could be read");
		return;
	}
	finding = gp_find_gpu(out, hit || on_vfio ? GP_FAIL : GP_WARN, gpu,
		hit ? gp_log_evidence(out, hit) : gp_evidence(out, "/proc/iomem", owner),
		owner ? "the boot framebuffer (%s) holds memory of the GPU that vfio-pci needs"
		      : "vfio-pci could not reserve the GPU's memory: something else holds it",
		owner);
	mend_framebuffer(c, out, finding);
}

/* Of a device that nobody has listed. */
static bool bar_busy_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_BAR_BUSY, 0);
	const struct gp_log_hit *slow = gp_log_without_gpu(c, GP_LOG_MMAP_FAILED, 0);

	if (hit && !strstr(hit->text, "vfio-pci"))
		hit = NULL;
	if (hit)
		mend_framebuffer(c, out,
			gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
				"vfio-pci could not reserve the GPU's memory: something else holds "
				"it"));
	else if (slow)
		mend_framebuffer(c, out,
			gp_find(out, GP_WARN, gp_log_evidence(out, slow),
				"QEMU could not map the GPU's memory: something else holds it"));
	return hit || slow;
}

static void bar_busy(const struct gp_case *c, struct gp_findings *out)
{
	if (bar_busy_by_log(c, out))
		return;
	for (size_t i = 0; i < c->n_gpus; i++)
		bar_busy_of(c, out, c->gpus[i]);
	if (!c->n_gpus)
		say_no_gpu_to_look_at(out);
}

/* The south bridge, in Intel's chipsets: its audio, SPI and SMBus are never GPUs. */
static bool is_south_bridge(const char *text)
{
	const char *address = gp_log_address(text, strlen(text));

	return address && gp_starts_with(address, "00:1f.");
}

/* It names a device that is none of the GPUs, or that is of no display class. */
static bool is_about_another(const struct gp_case *c, const struct gp_log_hit *hit)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_log_names(hit->text, c->gpus[i]->address))
			return false;
	gp_each (function, &c->facts->pci)
		if (function->kind == GP_GPU_NONE && gp_log_names(hit->text, function->address))
			return true;
	return is_south_bridge(hit->text) ||
	       (c->n_gpus && gp_log_address(hit->text, strlen(hit->text)));
}

/* A line that may be about a GPU, else one about anything. */
static const struct gp_log_hit *no_reset_line(const struct gp_case *c)
{
	const struct gp_log *logs[] = {&c->facts->kernel.klog, &c->facts->vms.log, &c->facts->said};
	const struct gp_log_hit *any = NULL;

	for (size_t i = 0; i < GP_ARRAY_SIZE(logs); i++) {
		const struct gp_log_hit *hit = NULL;

		while ((hit = gp_log_next(logs[i], GP_LOG_NO_RESET, hit))) {
			if (!is_about_another(c, hit))
				return hit;
			any = any ? any : hit;
		}
	}
	return any;
}

/* QEMU, libvirt or Proxmox said so, of whatever device. */
static bool no_reset_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = no_reset_line(c);

	if (hit && is_about_another(c, hit))
		gp_find(out, GP_NOTE, gp_log_evidence(out, hit),
			"the kernel knows no way to reset a device that is none of the GPUs here");
	else if (hit)
		gp_find(out, GP_WARN, gp_log_evidence(out, hit),
			"the kernel knows no way to reset the device: it may not come back when its "
			"VM restarts");
	return hit;
}

static void no_reset(const struct gp_case *c, struct gp_findings *out)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];
		const struct gp_text_value *methods = &gpu->reset_methods;

		if (gp_is_present(&methods->from) && *methods->value)
			gp_find_gpu(out, GP_PASS, gpu, methods->from.path, "can be reset: %s",
				methods->value);
		else if (gp_is_present(&gpu->reset))
			gp_find_gpu(out, GP_PASS, gpu, gpu->reset.path, "can be reset");
		else if (gp_is_absent(&gpu->reset))
			gp_find_gpu(out,
				gp_is_wanted(c, gpu, GP_MODES_HANDED_OVER) ? GP_WARN : GP_NOTE, gpu,
				methods->from.path,
				"the kernel knows no way to reset this GPU: it may not come back when "
				"its VM restarts");
		else
			gp_find_gpu(out, GP_UNKNOWN, gpu, gpu->reset.path, "%s",
				gp_origin_says(out->arena, &gpu->reset));
	}
	if (!no_reset_by_log(c, out) && !c->n_gpus)
		say_no_gpu_to_look_at(out);
}

/* A PF that has VFs stays with the driver that made them, whatever ids= says. */
static bool is_taken(const struct gp_case *c, const struct gp_function *gpu)
{
	return (gp_vfio_claims(&c->facts->vfio, gpu) && !gpu->numvfs) ||
	       gp_vms_taking(&c->facts->vms, gpu) || gp_starts_with(gpu->override.value, "vfio") ||
	       (gpu->driver && gp_pci_is_vfio_driver(gpu->driver));
}

static bool has_other_display(const struct gp_case *c, const struct gp_function *gpu)
{
	gp_each (other, &c->facts->pci)
		if (other != gpu && other->kind != GP_GPU_NONE && other->kind != GP_GPU_NPU &&
			!is_taken(c, other))
			return true;
	return false;
}

static bool has_other_console(const struct gp_kernel *kernel)
{
	static const char *const lines[] = {"ttyS", "ttyAMA", "hvc", "ttyUSB", "netcon"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(lines); i++)
		if (strstr(kernel->consoles.value, lines[i]))
			return true;
	return false;
}

/* Its screen is dark already, and not by mischance: a VM runs on it, or the host was told to let
 * go of its framebuffer. */
static bool was_given_up(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_passed *taking = gp_vms_taking(&c->facts->vms, gpu);

	return (taking && taking->vm->pid) ||
	       gp_cmdline_has(&c->facts->kernel.cmdline, "initcall_blacklist=sysfb_init");
}

static void console_lost(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];

		if (!gpu->boot_vga || !(is_taken(c, gpu) || gp_is_wanted(c, gpu, GP_MODE_FULL)) ||
			has_other_display(c, gpu) || has_other_console(kernel))
			continue;
		if (!gp_is_present(&kernel->consoles.from)) {
			gp_find_unknown(out, &kernel->consoles.from);
			continue;
		}
		gp_find_gpu(out, was_given_up(c, gpu) ? GP_NOTE : GP_WARN, gpu,
			kernel->consoles.from.path,
			"the only display goes to vfio-pci: the host's screen stays dark; keep SSH or "
			"a serial console at hand");
	}
	if (out->n == before)
		gp_find(out, GP_PASS, kernel->consoles.from.path,
			"the host keeps a console, or its display");
}

/* Nothing in a guest brings a GPU: the host gives it. */
static void mend_no_gpu(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	if (c->roles & GP_ROLE_GUEST)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "host",
				"Nothing is assigned to this VM. On the host, give it a GPU or a VF "
				"(Proxmox VE: qm set VMID --hostpci0 ADDRESS,pcie=1; libvirt: a hostdev "
				"of type pci), then stop the VM and start it.",
				0});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_FIRMWARE, "the integrated GPU, or the card's slot",
				"enabled", 0});
}

/* Docker is to hand out a GPU, and there is no node of any, as that of a display of a hypervisor.
 */
static bool is_missed(const struct gp_case *c)
{
	gp_each (node, &c->facts->nodes)
		if (node->render)
			return false;
	return gp_docker_wish(&c->facts->containers) != NULL;
}

static void no_gpu(const struct gp_case *c, struct gp_findings *out)
{
	bool is_guest = c->roles & GP_ROLE_GUEST;
	const struct gp_pci *pci = &c->facts->pci;
	size_t displays = 0, real = 0;
	struct gp_finding *finding;

	gp_each (function, pci) {
		displays += function->kind != GP_GPU_NONE;
		real += function->kind == GP_GPU_REAL;
	}
	if (real || c->device) {
		gp_find(out, GP_PASS, pci->from.path, "%zu GPU%s", real, real == 1 ? "" : "s");
		return;
	}
	if (pci->is_partial && gp_is_present(&pci->from)) {
		gp_find(out, GP_UNKNOWN, pci->from.path,
			"no GPU is among the PCI functions that were seen; there may be more");
		return;
	}
	if (!gp_is_present(&pci->from) || pci->unread.path) {
		gp_find_unknown(out, pci->unread.path ? &pci->unread : &pci->from);
		return;
	}
	if (displays) {
		finding = gp_find(out, c->modes || is_missed(c) ? GP_FAIL : GP_NOTE, pci->from.path,
			is_guest
				? "nothing is assigned to this VM: it has the display of its "
				  "hypervisor alone"
				: "only displays that are no GPUs to give away (of a virtual machine or "
				  "a management controller)");
		if (is_guest)
			mend_no_gpu(c, out, finding);
		return;
	}
	mend_no_gpu(c, out,
		gp_find(out, GP_FAIL, pci->from.path,
			is_guest ? "nothing is assigned to this VM: no GPU among %zu PCI functions"
				 : "no GPU is visible among %zu PCI functions",
			pci->n));
}

static const struct gp_check checks[] = {
	{
		.id = "no-gpu",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_FAIL,
		.title = "no GPU is visible",
		.why = "There is nothing to give away, or nothing was given to this machine.",
		.mend = "On a host: turn the GPU on in the firmware. In a guest: assign one.",
		.reference = "PCI Code and ID Assignment Specification, base classes 03h and 12h",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.run = no_gpu,
	},
	{
		.id = "bar-cant-reserve",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_FAIL,
		.title = "something holds the GPU's memory",
		.why = "vfio-pci cannot hand out a memory region that the host's framebuffer still "
		       "holds: the VM starts with a broken GPU or not at all.",
		.mend = "Boot with initcall_blacklist=sysfb_init, or unbind the framebuffer first.",
		.reference = "Linux, drivers/firmware/sysfb.c; QEMU, docs/igd-assign.txt",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {"iommu-absent", "igfx-off-leftover"},
		.run = bar_busy,
	},
	{
		.id = "no-reset-mechanism",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_WARN,
		.title = "the GPU cannot be reset",
		.why = "A GPU that is not reset keeps the state of its last VM; some then need a "
		       "reboot of the host.",
		.mend = "Pass all functions of the slot together; for older AMD cards see "
			"vendor-reset.",
		.reference = "Linux, Documentation/ABI/testing/sysfs-bus-pci: reset_method",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = no_reset,
	},
	{
		.id = "host-console-lost",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_WARN,
		.title = "the host loses its screen",
		.why = "The GPU that shows the console goes to a VM, and nothing else shows one.",
		.mend = "Keep SSH or a serial console at hand; split or VF mode keeps the screen.",
		.reference = "Linux, Documentation/ABI/testing/sysfs-bus-pci: boot_vga",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {"mdev-parent-on-vfio", "mdev-not-in-vm", "sriov-pf-on-vfio",
			"vfio-newid-capture", "vm-all-functions-pf", "pf-passed-with-vfs"},
		.run = console_lost,
	},
};

const struct gp_check_table gp_pci_checks = {checks, GP_ARRAY_SIZE(checks)};
