/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that a VM is, against what a passed GPU needs: type, CPU, memory, address space. */
#include <inttypes.h>
#include <string.h>

#include "firmware/bars.h"
#include "vfio/check-help.h"
#include "vm/check-help.h"
#include "vm/checks.h"

/* ---- pve-pcie-needs-q35 */

static void pcie_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_passed *passed)
{
	const struct gp_vm *vm = passed->vm;
	struct gp_finding *finding;

	(void)c;
	if (vm->manager != GP_VM_PROXMOX || !passed->pcie || vm->configured.q35 != 0) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			passed->pcie ? "the machine type has PCI Express"
				     : "it does not ask for PCI Express");
		return;
	}
	finding = gp_find_passed(out, vm->pid ? GP_WARN : GP_FAIL, gpu, passed,
		"pcie=1 needs the machine type q35: Proxmox does not start the VM%s",
		vm->pid ? " again" : "");
	if (passed->legacy_igd)
		gp_mend_vm(out, finding, vm,
			&(struct gp_vm_remedy){
				.proxmox = gp_hostpci_without(out->arena, passed, "pcie")});
	else
		gp_mend_vm(out, finding, vm, &(struct gp_vm_remedy){.proxmox = "--machine q35"});
}

static void pcie(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_unexplained(c, GP_LOG_PVE_Q35);

	if (hit)
		gp_find_logged(out, GP_FAIL, hit,
			"Proxmox did not start the VM: pcie=1 needs the machine type q35",
			"qm set ID --machine q35");
	else
		gp_each_passed(c, out, pcie_of);
}

/* ---- guest-mmio64-small */

#define GIB         (UINT64_C(1) << 30)
#define BAR_IS_64   0x00100000 /* IORESOURCE_MEM_64, include/linux/ioport.h */
#define OVMF_WINDOW 32         /* GiB that OVMF leaves where it does not know better */

static uint64_t large_bars(const struct gp_function *gpu)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < GP_ARRAY_SIZE(gpu->bars); i++)
		if (gpu->bars[i].flags & BAR_IS_64)
			sum += gp_bar_size(&gpu->bars[i]);
	return sum;
}

static bool has_window(const struct gp_vm_traits *traits)
{
	return gp_vm_has_host_cpu(traits) == 1 || gp_vm_has_host_phys_bits(traits) ||
	       (traits->args && strstr(traits->args, "X-PciMmio64Mb"));
}

static void window_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_vm_traits *traits = &passed->vm->traits;
	uint64_t size = large_bars(gpu);
	struct gp_finding *finding;

	(void)c;
	if (passed->mdev || !gp_vm_is_ovmf(passed->vm) || has_window(traits)) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"the VM's firmware has address space for the GPU's memory");
		return;
	}
	if (!gp_is_present(&gpu->bars_from)) {
		gp_find_gpu_unknown(out, gpu, &gpu->bars_from)->subject = passed->vm->name;
		return;
	}
	if (size < OVMF_WINDOW * GIB) {
		gp_find_passed(out, GP_PASS, gpu, passed, "the GPU needs no more than OVMF leaves");
		return;
	}
	finding = gp_find_trait(out, GP_WARN, gpu, passed, GP_VM_CPU,
		"the GPU's memory takes %" PRIu64
		" GiB of address space, and OVMF may leave %u GiB: the guest may find no place for it",
		size / GIB, OVMF_WINDOW);
	gp_mend_vm(out, finding, passed->vm,
		&(struct gp_vm_remedy){
			"--cpu host", "<cpu mode='host-passthrough'> in <domain>", "-cpu host"});
}

static void mend_window(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "host",
			"On the host of this VM: use OVMF and the host's CPU (qm set ID --bios "
			"ovmf --cpu host; libvirt: <os firmware='efi'>, <cpu "
			"mode='host-passthrough'>), or give OVMF more: -fw_cfg "
			"name=opt/ovmf/X-PciMmio64Mb,string=65536.",
			0});
}

/* Of a device that nobody has listed: a large BAR, which was not tried again with success. */
static void homeless_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_BAR_NO_SPACE, 0);
	const struct gp_log_hit *placed = gp_log_without_gpu(c, GP_LOG_BAR_ASSIGNED, 0);

	if (hit && strstr(hit->text, "64bit pref") && !(placed && placed > hit))
		mend_window(
			out, gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
				     "this VM has no address space for the memory of a device"));
}

static void homeless_here(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	size_t before = out->n;

	homeless_by_log(c, out);

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];
		const struct gp_log_hit *hit;
		int bar = gp_bar_without_place(klog, gpu, &hit);
		struct gp_finding *finding;

		if (bar < 0 && !gp_is_present(&gpu->bars_from) && !klog->whole)
			gp_find_gpu_unknown(out, gpu, &gpu->bars_from);
		if (bar < 0)
			continue;
		finding = gp_find_gpu(out, GP_FAIL, gpu,
			hit ? gp_log_evidence(out, hit)
			    : gp_printf(
				      out->arena, "/sys/bus/pci/devices/%s/resource", gpu->address),
			"this VM has no address space for BAR %d of the GPU", bar);
		mend_window(out, finding);
	}
	if (out->n == before)
		gp_find(out, c->n_gpus ? GP_PASS : GP_SKIP, "/sys/bus/pci/devices",
			c->n_gpus ? "each part of the GPU's memory has an address"
				  : "there is no GPU here");
}

static void mmio64(const struct gp_case *c, struct gp_findings *out)
{
	if (c->roles & GP_ROLE_GUEST)
		homeless_here(c, out);
	else
		gp_each_passed(c, out, window_of);
}

/* ---- vm-balloon-hostpci */

static void balloon_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	struct gp_finding *finding;

	(void)c;
	if (!passed->vm->traits.shrinks && !passed->vm->configured.shrinks) {
		gp_find_passed(out, GP_PASS, gpu, passed, "no memory is asked back of the VM");
		return;
	}
	finding = gp_find_trait(out, GP_WARN, gpu, passed, GP_VM_BALLOON,
		"the VM is to give memory back, and with a passed device it cannot: all of it is "
		"pinned");
	gp_mend_vm(out, finding, passed->vm,
		&(struct gp_vm_remedy){
			"--balloon 0", "<memballoon model='none'/> in <devices>", NULL});
}

static void balloon(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, balloon_of);
}

/* ---- vm-cpu-not-host, pve-args-cpu-override */

/* Models that stand for no CPU that was ever made. */
static bool is_generic_cpu(const char *cpu)
{
	static const char *const models[] = {"kvm64", "kvm32", "qemu64", "qemu32", "pentium", NULL};

	return gp_is_one_of(cpu, models) || gp_starts_with(cpu, "x86-64-v");
}

static void cpu_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_passed *passed)
{
	const struct gp_vm_traits *traits = &passed->vm->traits;
	struct gp_finding *finding;

	(void)c;
	if (!traits->cpu) {
		finding = gp_find_unknown(out, &passed->vm->from);
		finding->subject = passed->vm->name;
		return;
	}
	if (!is_generic_cpu(traits->cpu)) {
		gp_find_trait(
			out, GP_PASS, gpu, passed, GP_VM_CPU, "the VM's CPU is %s", traits->cpu);
		return;
	}
	finding = gp_find_trait(out, GP_WARN, gpu, passed, GP_VM_CPU,
		"the VM's CPU is %s, which lacks what the host's has: GPU drivers and games may not "
		"start",
		traits->cpu);
	gp_mend_vm(out, finding, passed->vm,
		&(struct gp_vm_remedy){
			"--cpu host", "<cpu mode='host-passthrough'/> in <domain>", "-cpu host"});
}

static void cpu(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, cpu_of);
}

static void override_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_vm *vm = passed->vm;
	bool hyperv = gp_vm_has_hyperv(&vm->traits);
	bool harms =
		!hyperv && vm->traits.guest != GP_VM_LINUX && !gp_vm_hides_hypervisor(&vm->traits);
	struct gp_finding *finding;

	(void)c;
	if (!vm->traits.overrides_cpu || vm->manager == GP_VM_PLAIN) {
		gp_find_passed(out, GP_PASS, gpu, passed, "the manager's own CPU setting counts");
		return;
	}
	finding = gp_find_trait(out, harms ? GP_WARN : GP_NOTE, gpu, passed, GP_VM_ARGS,
		harms ? "-cpu in the further arguments replaces the manager's, and with it what "
			"Windows expects of a hypervisor (hv_...)"
		      : "-cpu in the further arguments replaces the manager's CPU setting");
	if (harms)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, vm->name,
				vm->manager == GP_VM_PROXMOX
					? gp_printf(out->arena,
						  "Take -cpu out of args of %s, and say it in its cpu "
						  "setting: qm set %s --cpu 'host,hidden=1,flags=+pcid'.",
						  vm->name, gp_shell_word(out->arena, gp_vm_id(vm)))
					: gp_printf(out->arena,
						  "virsh edit %s: take -cpu out of <qemu:commandline>, "
						  "and say it in <cpu> and <features>.",
						  gp_shell_word(out->arena, gp_vm_id(vm))),
				0});
}

static void args_override(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, override_of);
}

/* ---- x-vga-with-display */

/* The GPU is to be the VM's VGA, and one of two things speaks against it; or NULL. */
static const char *against_x_vga(const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_vm *vm = passed->vm;

	if (!passed->x_vga || passed->mdev)
		return NULL;
	if (vm->traits.displays.n && gp_vm_is_windows(vm))
		return "the GPU is to be the VM's display, and there is another one beside it: "
		       "Windows may stop the GPU or use the other";
	if (gp_is_igd(gpu) && vm->traits.firmware == GP_VM_SEABIOS && !passed->legacy_igd)
		return "SeaBIOS may hang with an integrated GPU as the VM's VGA display";
	return NULL;
}

static void x_vga_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const char *against = against_x_vga(gpu, passed);
	struct gp_finding *finding;

	(void)c;
	if (!against) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			passed->x_vga ? "nothing speaks against the GPU as the VM's display"
				      : "the GPU is not meant to be the VM's VGA display");
		return;
	}
	finding = gp_find_trait(out, GP_WARN, gpu, passed, GP_VM_DISPLAY, "%s", against);
	if (passed->vm->traits.displays.n)
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){"--vga none",
				"<video><model type='none'/></video> in <devices>", "-vga none"});
	else
		gp_mend_vm(out, finding, passed->vm,
			&(struct gp_vm_remedy){
				gp_hostpci_without(out->arena, passed, "x-vga"), NULL, NULL});
}

static void x_vga(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, x_vga_of);
}

/* ---- q35-irqchip-split */

/* Only pc-q35-4.0 has the split one where nobody asks for it. */
static bool is_split(const struct gp_vm_traits *traits)
{
	if (traits->ioapic_kvm >= 0)
		return !traits->ioapic_kvm;
	return gp_equal(traits->machine, "pc-q35-4.0");
}

static void irqchip_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed)
{
	const struct gp_vm_traits *traits = &passed->vm->traits;
	struct gp_finding *finding;

	(void)c;
	if (gpu->vendor_id != GP_NVIDIA || traits->q35 != 1 || !is_split(traits)) {
		gp_find_passed(out, GP_PASS, gpu, passed,
			"it is no NVIDIA GPU in a q35 machine whose interrupts QEMU handles");
		return;
	}
	if (traits->viommu) {
		gp_find_trait(out, GP_NOTE, gpu, passed, GP_VM_VIOMMU,
			"QEMU handles the VM's interrupts, as a vIOMMU needs it: see that the guest "
			"uses MSI for the GPU");
		return;
	}
	finding = gp_find_trait(out, GP_WARN, gpu, passed,
		traits->ioapic_kvm >= 0 ? GP_VM_IOAPIC : GP_VM_MACHINE,
		"QEMU and not kvm handles the VM's interrupts: NVIDIA's driver may stutter or stop");
	gp_mend_vm(out, finding, passed->vm,
		&(struct gp_vm_remedy){"--machine q35", "<ioapic driver='kvm'/> in <features>",
			"-machine q35,kernel_irqchip=on"});
}

static void irqchip(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_passed(c, out, irqchip_of);
}

/* ---- hotplug-or-migrate */

static void moving(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_NOT_MOVABLE);

	if (hit)
		gp_find(out, GP_NOTE, gp_log_evidence(out, hit),
			"a VM with a passed device cannot be migrated, suspended or snapshot with its "
			"memory while it runs: shut it down first");
	else
		gp_find(out, GP_PASS, "", "nobody tried to move a running VM with a passed device");
}

static const struct gp_check checks[] = {
	{
		.id = "pve-pcie-needs-q35",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "pcie=1 without the machine type q35",
		.why = "Only q35 has PCI Express. Proxmox does not start a VM of the type pc with "
		       "pcie=1.",
		.mend = "qm set ID --machine q35",
		.reference = "Proxmox VE, PVE::QemuServer::PCI: parse_hostpci_devices()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = pcie,
	},
	{
		.id = "guest-mmio64-small",
		.layer = GP_LAYER_VM,
		.ceiling = GP_FAIL,
		.title = "the VM has no address space for the GPU's memory",
		.why = "The VM's firmware sets address space aside for devices. A GPU with much memory, "
		       "or with Resizable BAR, may not fit: the guest's driver then finds a BAR of "
		       "no size (Windows: code 12).",
		.mend = "Use OVMF and the host's CPU; or -fw_cfg "
			"name=opt/ovmf/X-PciMmio64Mb,string=65536.",
		.reference = "EDK II, OvmfPkg/Library/PlatformInitLib/MemDetect.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HANDED_OVER | GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.run = mmio64,
	},
	{
		.id = "vm-balloon-hostpci",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "memory is asked back of a VM with a passed device",
		.why = "A device may write anywhere in the VM's memory, so all of it stays where it is. "
		       "The host must have it free; a balloon gives nothing back.",
		.mend = "qm set ID --balloon 0; libvirt: <memballoon model='none'/>",
		.reference = "QEMU, hw/vfio/container.c: ram_block_uncoordinated_discard_disable()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = balloon,
	},
	{
		.id = "vm-cpu-not-host",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "the VM has a generic CPU",
		.why = "Generic models lack instructions (AVX) and the real width of addresses, which "
		       "drivers, games and OVMF count on.",
		.mend = "qm set ID --cpu host; libvirt: <cpu mode='host-passthrough'/>",
		.reference = "Proxmox VE, qm(1): cpu; QEMU, docs/system/cpu-models-x86.rst.inc",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = cpu,
	},
	{
		.id = "x-vga-with-display",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "the GPU as the VM's VGA display, and what does not go with it",
		.why = "x-vga=1 makes the GPU the first display. Beside a second one Windows may pick "
		       "that; an integrated GPU under SeaBIOS may hang.",
		.mend = "qm set ID --vga none, or leave x-vga away.",
		.reference = "Proxmox VE, PVE::QemuServer::PCI: print_hostpci_devices()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.needs = {"pve-legacy-igd-rules"},
		.run = x_vga,
	},
	{
		.id = "pve-args-cpu-override",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "further arguments replace the VM's CPU",
		.why = "QEMU takes the last -cpu. One in args drops what Proxmox or libvirt made of the "
		       "settings, as what Windows expects of a hypervisor.",
		.mend = "Say it in the cpu setting: cpu: host,hidden=1,flags=...",
		.reference = "Proxmox VE, PVE::QemuServer::CPUConfig: get_cpu_options()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = args_override,
	},
	{
		.id = "q35-irqchip-split",
		.layer = GP_LAYER_VM,
		.ceiling = GP_WARN,
		.title = "QEMU handles the VM's interrupts",
		.why = "With the split irqchip (QEMU 4.0's q35, or <ioapic driver='qemu'/>) shared "
		       "interrupts of passed devices take the slow way; NVIDIA's driver may stutter "
		       "or stop.",
		.mend = "<ioapic driver='kvm'/>, or a machine type other than pc-q35-4.0.",
		.reference = "QEMU, commit c87759ce876a (q35: Revert to kernel irqchip)",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = irqchip,
	},
	{
		.id = "hotplug-or-migrate",
		.layer = GP_LAYER_VM,
		.ceiling = GP_NOTE,
		.title = "a VM with a passed device cannot be moved while it runs",
		.why = "QEMU cannot save what is in a real device: no live migration, no suspend, no "
		       "snapshot with memory.",
		.mend = "Shut the VM down first; a mapping lets it start on another node.",
		.reference = "Proxmox VE Administration Guide, PCI(e) Passthrough",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = moving,
	},
};

const struct gp_check_table gp_vm_machine_checks = {checks, GP_ARRAY_SIZE(checks)};
