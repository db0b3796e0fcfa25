/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the firmware reserves for devices, and for itself. */
#include <inttypes.h>
#include <string.h>

#include "firmware/checks.h"
#include "gpu/models.h"
#include "kernel/check-help.h"
#include "vfio/check-help.h"

/* True, with a finding, where there is no DMAR table to have a fault. */
static bool has_no_dmar(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_origin *table = &c->facts->firmware.dmar_bytes.from;

	if (!gp_is_absent(table))
		return false;
	gp_find(out, GP_SKIP, table->path, "there is no DMAR table");
	return true;
}

static void bad_rmrr(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_log_hit *bad = gp_log_next(klog, GP_LOG_BAD_RMRR, NULL);
	const struct gp_log_hit *mended = gp_log_next(klog, GP_LOG_RMRR_WORKAROUND, NULL);
	struct gp_finding *finding;

	if (bad) {
		finding = gp_find(out, GP_WARN, gp_log_evidence(out, bad),
			"the firmware reserves memory for a device (RMRR) and does not mark it as "
			"reserved");
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "firmware",
				"Update the firmware (BIOS) of this machine. Where no device is "
				"ever given to a VM, intel_iommu=off avoids what may follow.",
				0});
	} else if (mended) {
		gp_find(out, GP_NOTE, gp_log_evidence(out, mended),
			"the firmware's memory reservation (RMRR) is wrong, and the kernel has "
			"put it right");
	} else if (!has_no_dmar(c, out)) {
		if (klog->whole)
			gp_find(out, GP_PASS, GP_KERNEL_LOG,
				"the kernel found nothing wrong with the firmware's memory "
				"reservations");
		else
			gp_find_log_unknown(c, out);
	}
}

static bool opts_out(const struct gp_dmar *dmar)
{
	return dmar->flags & GP_DMAR_INTR_REMAP && dmar->flags & GP_DMAR_X2APIC_OPT_OUT;
}

static void x2apic_optout(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_firmware *firmware = &c->facts->firmware;
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_log_hit *hit = gp_log_next(klog, GP_LOG_X2APIC_OPTOUT, NULL);
	bool read = gp_is_present(&firmware->dmar_bytes.from) && firmware->dmar.haw;
	struct gp_finding *finding;

	if (gp_cmdline_option(&c->facts->kernel.cmdline, "intremap", "no_x2apic_optout")) {
		gp_find(out, GP_PASS, "/proc/cmdline: \"intremap=no_x2apic_optout\"",
			"the kernel was told to use x2APIC whatever the firmware wishes");
		return;
	}
	if (!hit && !(read && opts_out(&firmware->dmar))) {
		if (has_no_dmar(c, out))
			return;
		if (read || klog->whole)
			gp_find(out, GP_PASS, firmware->dmar_bytes.from.path,
				"the firmware does not ask to leave x2APIC off");
		else
			gp_find_unknown(out, &firmware->dmar_bytes.from);
		return;
	}
	finding = gp_find(out, GP_NOTE,
		hit ? gp_log_evidence(out, hit)
		    : gp_printf(out->arena, "%s: flags, bit 1 is set",
			      firmware->dmar_bytes.from.path),
		"the firmware asks the kernel to leave x2APIC off");
	gp_mend(out, finding, (struct gp_step){GP_STEP_FIRMWARE, "x2APIC", "enabled", 0});
}

/* Of which this register says how much memory the graphics take. */
static bool has_ggc(const struct gp_gpu_model *model)
{
	return model && !model->discrete && model->graphics >= 90 && model->graphics <= 120;
}

/* A VM's own setting of it, as QEMU's option. */
static bool is_overridden(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_passed *passed = NULL;

	while ((passed = gp_vms_next_passed(&c->facts->vms, gpu, passed))) {
		const char *args = passed->vm->traits.args;

		if (args && strstr(args, "x-igd-gms"))
			return true;
	}
	return false;
}

static void dvmt_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_number_value *ggc = &c->facts->firmware.ggc;
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	uint64_t stolen = gp_ggc_stolen(ggc->value);
	bool wanted = gp_is_wanted(c, gpu, GP_MODE_FULL) || gp_is_on_vfio(gpu);
	struct gp_finding *finding;

	if (gpu->vendor_id != 0x8086 || gpu->bus || !has_ggc(model)) {
		gp_find_gpu(
			out, GP_SKIP, gpu, "", "it is no processor graphics of generation 9 to 12");
		return;
	}
	if (gp_is_absent(&ggc->from)) {
		gp_find_gpu(
			out, GP_SKIP, gpu, ggc->from.path, "there is no host bridge of Intel's");
		return;
	}
	if (!gp_is_present(&ggc->from)) {
		gp_find_gpu_unknown(out, gpu, &ggc->from);
		return;
	}
	if (stolen <= 64 || is_overridden(c, gpu)) {
		gp_find_gpu(out, GP_PASS, gpu, ggc->from.path,
			"the firmware sets %" PRIu64 " MiB aside for the graphics", stolen);
		return;
	}
	finding = gp_find_gpu(out, wanted ? GP_WARN : GP_NOTE, gpu,
		gp_printf(out->arena, "%s: GGC 0x%04" PRIx64, ggc->from.path, ggc->value),
		"the firmware sets %" PRIu64
		" MiB aside for the graphics, and QEMU reserves as much in the guest: "
		"more than 64 MiB may hang its firmware",
		stolen);
	gp_mend(out, finding, (struct gp_step){GP_STEP_FIRMWARE, "DVMT Pre-Allocated", "64M", 0});
}

static void dvmt(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, dvmt_of);
}

static const struct gp_check checks[] = {
	{
		.id = "fw-bad-rmrr",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_WARN,
		.title = "the firmware's memory reservations are wrong",
		.why = "A device reads and writes memory that the firmware has not kept out of the "
		       "system's hands. With the IOMMU on this shows as faults, or as a device that "
		       "cannot be given away.",
		.mend = "Update the firmware; where devices are never given away, intel_iommu=off.",
		.reference = "VT-d specification 8.4; Linux, drivers/iommu/intel/iommu.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = bad_rmrr,
	},
	{
		.id = "fw-x2apic-optout",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_NOTE,
		.title = "the firmware asks for x2APIC to be left off",
		.why = "Interrupts are remapped all the same, in the older mode. It matters on machines "
		       "with more than 254 CPUs, and for posted interrupts.",
		.mend = "Turn x2APIC on in the firmware setup, or boot with intremap=no_x2apic_optout.",
		.reference =
			"VT-d specification 8.1: flags; Linux, drivers/iommu/intel/irq_remapping.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = x2apic_optout,
	},
	{
		.id = "fw-igd-dvmt-large",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_WARN,
		.title = "much memory is set aside for the processor's graphics",
		.why = "QEMU gives the guest's graphics as much reserved memory as the firmware has set "
		       "aside, below 4 GiB. Above 64 MiB the guest's firmware or Windows may hang.",
		.mend = "Set DVMT Pre-Allocated to 64M in the firmware setup, or x-igd-gms=0x2 for QEMU.",
		.reference = "QEMU, docs/igd-assign.txt: x-igd-gms",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = dvmt,
	},
};

const struct gp_check_table gp_firmware_memory_checks = {checks, GP_ARRAY_SIZE(checks)};
