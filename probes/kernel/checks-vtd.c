/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VT-d turned on for too much, or for too little. */
#include <string.h>

#include "iommu/faults.h"
#include "kernel/check-help.h"
#include "kernel/checks.h"
#include "kernel/configured.h"

/* What a machine cannot do without: disks, network, USB. */
static bool is_vital(const struct gp_function *function)
{
	return function->class_code >> 16 == 0x01 || function->class_code >> 16 == 0x02 ||
	       function->class_code >> 8 == 0x0c03;
}

static bool is_default_on_now(const struct gp_case *c)
{
	const char *release = c->facts->platform.kernel;
	const struct gp_param *by;

	return release && gp_kernel_at_least(release, 6, 8) && gp_intel_starts_by_itself(c) == 1 &&
	       gp_intel_iommu_said(&c->facts->kernel.cmdline, &by) < 0;
}

static void mend_default_on(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	bool gives_away = c->modes & (unsigned)GP_MODES_PASSTHROUGH;

	if (!gives_away && !gp_cmdline_has(&c->facts->kernel.cmdline, "iommu=pt")) {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD, "intel_iommu=off", "", 0});
		return;
	}
	if (!gp_cmdline_has(&c->facts->kernel.cmdline, "iommu=pt"))
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, "iommu=pt", "", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "firmware",
			"Update the firmware (BIOS); until then the older kernel can be kept, on "
			"Proxmox by proxmox-boot-tool kernel pin.",
			0});
}

static void default_on(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	size_t before = out->n;

	if (gp_cmdline_unknown(c, out))
		return;
	if (!is_default_on_now(c) || gp_firmware_offers_intel(&c->facts->firmware) == 0) {
		gp_find(out, GP_SKIP, GP_CMDLINE_FILE,
			"VT-d was not turned on by a newer kernel's own choice");
		return;
	}
	gp_each (function, &c->facts->pci) {
		struct gp_faults faults = is_vital(function) ? gp_faults_of(klog, function->address)
							     : (struct gp_faults){0};
		struct gp_finding *finding;

		if (!faults.n)
			continue;
		finding = gp_find(out, faults.storm ? GP_WARN : GP_NOTE,
			gp_log_evidence(out, faults.first),
			"this kernel turns VT-d on by itself, and it refuses accesses of %s (%s)",
			function->address, function->name);
		finding->subject = function->address;
		if (faults.storm)
			mend_default_on(c, out, finding);
	}
	if (out->n != before)
		return;
	if (klog->source)
		gp_find(out, GP_PASS, klog->source,
			"no disk, network or USB controller is refused access to memory");
	else
		gp_find_log_unknown(c, out);
}

static const struct gp_param *igfx_off_param(const struct gp_cmdline *cmdline)
{
	gp_each (param, cmdline)
		if (strcmp(param->name, "intel_iommu") == 0 && param->value &&
			strstr(param->value, "igfx_off"))
			return param;
	return NULL;
}

/* Intel's processor graphics, which alone the option is about. */
static bool is_igd(const struct gp_function *gpu)
{
	return gpu->vendor_id == 0x8086 && !gpu->bus && gpu->device == 2;
}

static const char *without_igfx_off(struct gp_arena *arena, const struct gp_param *param)
{
	struct gp_strings given = gp_split(arena, param->value, ","), kept = {0};

	gp_strings_add(arena, &kept, "on");
	gp_each (option, &given)
		if (strcmp(*option, "igfx_off") != 0)
			gp_strings_add_once(arena, &kept, *option);
	return gp_printf(arena, "intel_iommu=%s", gp_join(arena, &kept, ","));
}

static void say_igfx_off(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_param *param)
{
	const struct gp_log_hit *hit = gp_log_next(&c->facts->kernel.klog, GP_LOG_IGFX_OFF, NULL);
	bool isolated = gpu && gp_is_present(&gpu->group.from);
	const char *evidence =
		hit ? gp_log_evidence(out, hit) : gp_evidence(out, GP_CMDLINE_FILE, param->raw);
	struct gp_finding *finding = gp_find(out, isolated ? GP_WARN : GP_FAIL, evidence,
		isolated ? "%s is set, though this GPU is in an IOMMU group all the same"
			 : "%s keeps the processor's graphics out of the IOMMU: no VM can have it",
		param->raw);

	finding->gpu = gpu;
	finding->subject = gpu ? gpu->address : param->raw;
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_CMDLINE_ADD, without_igfx_off(out->arena, param), "", 0});
}

static void igfx_off(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_param *param = igfx_off_param(&c->facts->kernel.cmdline);
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_IGFX_OFF);
	bool found = false;

	if (!gp_is_present(&c->facts->kernel.cmdline_text.from) && hit) {
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"igfx_off keeps the processor's graphics out of the IOMMU: no VM can have "
			"it");
		return;
	}
	if (gp_cmdline_unknown(c, out))
		return;
	if (!param) {
		gp_find(out, GP_PASS, GP_CMDLINE_FILE, "no igfx_off");
		return;
	}
	for (size_t i = 0; i < c->n_gpus; i++) {
		if (!is_igd(c->gpus[i]) || gp_pci_is_vf(c->gpus[i]))
			continue;
		say_igfx_off(c, out, c->gpus[i], param);
		found = true;
	}
	if (found)
		return;
	if (gp_is_present(&c->facts->pci.from) && c->facts->pci.n)
		gp_find(out, GP_NOTE, gp_evidence(out, GP_CMDLINE_FILE, param->raw),
			"igfx_off is set, and there is no processor graphics of Intel's here");
	else
		say_igfx_off(c, out, NULL, param);
}

static const struct gp_check checks[] = {
	{
		.id = "kernel68-default-on-regress",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_WARN,
		.title = "a newer kernel has turned VT-d on, and devices suffer from it",
		.why = "From 6.8 on Proxmox's kernels start VT-d without being asked. On machines whose "
		       "firmware describes it wrongly, disks or network cards are cut off.",
		.mend = "If no device is given to VMs, intel_iommu=off; else iommu=pt and newer "
			"firmware.",
		.reference = "Proxmox VE 8.2 release notes; Linux, CONFIG_INTEL_IOMMU_DEFAULT_ON",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = default_on,
	},
	{
		.id = "igfx-off-leftover",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_FAIL,
		.title = "igfx_off keeps the graphics out of the IOMMU",
		.why = "A device that the IOMMU does not look after is in no IOMMU group, and vfio-pci "
		       "takes nothing without a group.",
		.mend = "Take igfx_off out of intel_iommu= and reboot.",
		.reference = "Linux, Documentation/admin-guide/kernel-parameters.txt: intel_iommu",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = igfx_off,
	},
};

const struct gp_check_table gp_kernel_vtd_checks = {checks, GP_ARRAY_SIZE(checks)};
