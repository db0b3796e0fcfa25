/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the IOMMU refuses: devices that the firmware claims, and accesses. */
#include <string.h>

#include "firmware/scopes.h"
#include "iommu/checks.h"
#include "iommu/faults.h"
#include "kernel/check-help.h"
#include "vfio/check-help.h"

#define DISPLAY 0x03
#define USB     0x0c03

/* A line of the log, of the kernel's or of QEMU's, about this address. */
static const struct gp_log_hit *said_of(
	const struct gp_case *c, enum gp_log_id id, const char *address)
{
	const struct gp_log_hit *hit = gp_log_next_of(&c->facts->kernel.klog, id, address, NULL);

	return hit ? hit : gp_log_next_of(&c->facts->vms.log, id, address, NULL);
}

/* The line about the GPU, or about what goes to the VM with it. */
static const struct gp_log_hit *said_of_slot(
	const struct gp_case *c, enum gp_log_id id, const struct gp_function *gpu)
{
	gp_each (other, &c->facts->pci) {
		const struct gp_log_hit *hit = other == gpu || gp_pci_same_slot(gpu, other) ||
							       gp_pci_same_group(gpu, other)
						       ? said_of(c, id, other->address)
						       : NULL;

		if (hit)
			return hit;
	}
	return said_of(c, id, gpu->address);
}

static void mend_claimed(struct gp_findings *out, struct gp_finding *finding, const char *subject)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, subject,
			"Update the firmware; on HP servers take the slot out of the shared memory "
			"reservation (conrep, endpoint \"Exclude\"); or put the card into another "
			"slot.",
			0});
}

/* Graphics and USB may be given away in spite of an RMRR (device_rmrr_is_relaxable()). */
static bool is_relaxable(const struct gp_function *function)
{
	return function->class_code >> 16 == DISPLAY || function->class_code >> 8 == USB;
}

/* The function of the GPU's slot that an RMRR holds back, before anybody tried to give it away. */
static const struct gp_function *claimed_in_slot(
	const struct gp_case *c, const struct gp_function *gpu)
{
	gp_each (rmrr, &c->facts->firmware.dmar.rmrr)
		gp_each (scope, &rmrr->scopes) {
			const struct gp_function *function =
				scope->type == GP_SCOPE_ENDPOINT
					? gp_scope_function(&c->facts->pci, rmrr->segment, scope)
					: NULL;

			if (function && gp_pci_same_slot(gpu, function) && !is_relaxable(function))
				return function;
		}
	return NULL;
}

static void look_at_claim(const struct gp_case *c, struct gp_findings *out, enum gp_log_id id,
	const struct gp_function *gpu, bool by_table)
{
	const struct gp_log_hit *hit = said_of_slot(c, id, gpu);
	const struct gp_function *claimed = by_table ? claimed_in_slot(c, gpu) : NULL;
	struct gp_finding *finding;

	if (hit) {
		finding = gp_find_gpu(out, GP_FAIL, gpu, gp_evidence(out, hit->source, hit->text),
			"the firmware claims memory for the card (RMRR), and so the kernel does "
			"not give it to a VM");
	} else if (claimed) {
		finding = gp_find_gpu(out, GP_WARN, gpu, c->facts->firmware.dmar_bytes.from.path,
			"the firmware claims memory for %s beside the GPU (RMRR): the kernel will "
			"not give that to a VM",
			claimed->address);
	} else {
		gp_find_gpu(out, GP_PASS, gpu, c->facts->kernel.klog.source,
			"the kernel has not refused to give it away");
		return;
	}
	mend_claimed(out, finding, gpu->address);
}

/* A device that is no GPU was refused; with the GPUs nothing is wrong, or they are not known. */
static void look_at_other_claims(
	const struct gp_case *c, struct gp_findings *out, enum gp_log_id id)
{
	const struct gp_log_hit *hit = gp_any_log(c, id);
	struct gp_finding *finding;

	if (hit) {
		finding = gp_find(out, c->n_gpus ? GP_WARN : GP_FAIL,
			gp_evidence(out, hit->source, hit->text),
			"the firmware claims memory for a device (RMRR), and so the kernel does "
			"not give it to a VM");
		mend_claimed(out, finding, "");
	} else if (!c->n_gpus) {
		gp_find(out, GP_SKIP, "", "there is no GPU to give away");
	}
}

static void claimed(
	const struct gp_case *c, struct gp_findings *out, enum gp_log_id id, bool by_table)
{
	bool failed = false;

	for (size_t i = 0; i < c->n_gpus; i++) {
		look_at_claim(c, out, id, c->gpus[i], by_table);
		failed |= out->items[out->n - 1].verdict == GP_FAIL;
	}
	if (!failed)
		look_at_other_claims(c, out, id);
}

/* From 6.6 on the core of the IOMMU code refuses, before that VT-d's driver. */
static bool core_refuses(const struct gp_case *c)
{
	return c->facts->platform.kernel && gp_kernel_at_least(c->facts->platform.kernel, 6, 6);
}

static void rmrr_ineligible(const struct gp_case *c, struct gp_findings *out)
{
	claimed(c, out, GP_LOG_RMRR_INELIGIBLE, !core_refuses(c));
}

static void firmware_1to1(const struct gp_case *c, struct gp_findings *out)
{
	claimed(c, out, GP_LOG_FIRMWARE_1TO1, core_refuses(c));
}

static void fault_storm_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	struct gp_faults faults = gp_faults_of(klog, gpu->address);
	struct gp_finding *finding;

	if (!faults.n) {
		gp_find_gpu(out, GP_PASS, gpu, klog->source,
			"the kernel log%s has no refused access of it",
			klog->whole ? "" : ", as far as it goes,");
		return;
	}
	if (!faults.storm) {
		gp_find_gpu(out, GP_NOTE, gpu, gp_log_evidence(out, faults.first),
			"the IOMMU refused %zu accesses of it to memory: a few are usual when a VM "
			"starts",
			faults.n);
		return;
	}
	finding = gp_find_gpu(out, GP_WARN, gpu, gp_log_evidence(out, faults.first),
		"the IOMMU keeps refusing its accesses to memory, many in a second");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			"Keep the host's driver off the GPU from the start (vfio-pci before it), so "
			"that it does not go on drawing into memory that is not its any more; then "
			"look for a firmware update.",
			0});
}

/* Of a device that nobody has listed: faults that keep coming are worth a warning all the same. */
static void faults_by_log(const struct gp_case *c, struct gp_findings *out, const char *address)
{
	struct gp_faults faults = gp_faults_of(&c->facts->kernel.klog, address);
	struct gp_finding *finding;

	if (!faults.n) {
		gp_find_log_unknown(c, out);
		return;
	}
	finding = gp_find(out, faults.storm ? GP_WARN : GP_NOTE, gp_log_evidence(out, faults.first),
		faults.storm ? "the IOMMU keeps refusing accesses of %s to memory"
			     : "the IOMMU refused accesses of %s to memory: a few are usual when a "
			       "VM starts",
		address);
	finding->subject = gp_printf(out->arena, "0000:%s", address);
}

static void fault_storm(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_DMA_FAULT, 0);
	const char *address = hit ? gp_log_address(hit->text, strlen(hit->text)) : NULL;

	if (!c->facts->kernel.klog.source)
		gp_find_log_unknown(c, out);
	else if (address)
		faults_by_log(c, out, gp_strndup(out->arena, address, GP_LOG_ADDRESS));
	else
		gp_each_gpu(c, out, fault_storm_of);
}

/* iommu=pt, nopt, or iommu.passthrough=, whichever comes last: 1, 0, -1 not said. */
static int passthrough_said(const struct gp_cmdline *cmdline)
{
	int told = -1;

	gp_each (param, cmdline) {
		if (strcmp(param->name, "iommu") == 0 && gp_equal(param->value, "pt"))
			told = 1;
		else if (strcmp(param->name, "iommu") == 0 && gp_equal(param->value, "nopt"))
			told = 0;
		else if (strcmp(param->name, "iommu.passthrough") == 0 && param->value)
			told = *param->value == '1' || *param->value == 'y';
	}
	return told;
}

static const struct gp_group *translated_group(const struct gp_iommu *iommu)
{
	gp_each (group, iommu)
		if (gp_starts_with(group->type.value, "DMA"))
			return group;
	return NULL;
}

static void not_pt(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_iommu *iommu = &c->facts->iommu;
	const struct gp_group *group = translated_group(iommu);
	struct gp_finding *finding;

	if (gp_cmdline_unknown(c, out))
		return;
	if (passthrough_said(&c->facts->kernel.cmdline) == 1) {
		gp_find(out, GP_PASS, "/proc/cmdline", "the host's own devices are not translated");
		return;
	}
	if (!group) {
		gp_find(out, gp_iommu_in_use(iommu) == 1 ? GP_PASS : GP_SKIP, "/sys/class/iommu",
			gp_iommu_in_use(iommu) == 1
				? "no device of the host's is known to be translated"
				: "no IOMMU is known to be in use");
		return;
	}
	finding = gp_find(out, GP_NOTE,
		gp_printf(out->arena, "%s: %s", group->type.from.path, group->type.value),
		"the host's own devices go through the IOMMU as well, which costs them some speed");
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, "iommu=pt", "", 0});
}

#define CLAIMED_WHY                                                                              \
	"The firmware keeps a piece of memory that the device must always reach, often for the " \
	"server's own management. In a VM it could not, so the kernel refuses."
#define CLAIMED_MEND "Update the firmware, exclude the slot there, or use another slot."

static const struct gp_check checks[] = {
	{
		.id = "rmrr-ineligible",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "the firmware claims memory for the device (RMRR)",
		.why = CLAIMED_WHY,
		.mend = CLAIMED_MEND,
		.reference = "VT-d specification 8.4; Linux 6.1, drivers/iommu/intel/iommu.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.not_in_plan = true,
		.needs = {"iommu-absent"},
		.run = rmrr_ineligible,
	},
	{
		.id = "firmware-1to1",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "the firmware wants a fixed mapping of the device",
		.why = CLAIMED_WHY,
		.mend = CLAIMED_MEND,
		.reference = "Linux, drivers/iommu/iommu.c: require_direct",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.not_in_plan = true,
		.needs = {"iommu-absent"},
		.run = firmware_1to1,
	},
	{
		.id = "dmar-fault-storm",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_WARN,
		.title = "the IOMMU keeps refusing the GPU's accesses to memory",
		.why = "The GPU works on memory that is not its own: a driver of the host's left it "
		       "running, or the firmware's table is wrong.",
		.mend = "Keep the host's driver off the GPU from the start; update the firmware.",
		.reference = "Linux, drivers/iommu/intel/dmar.c; QEMU, docs/igd-assign.txt",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {"iommu-absent", "igd-stolen-mismatch-gen12"},
		.run = fault_storm,
	},
	{
		.id = "iommu-strict-not-pt",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_NOTE,
		.title = "the host's own devices are translated",
		.why = "Passthrough works all the same; disks and network of the host pay for a "
		       "translation that iommu=pt spares them.",
		.mend = "Put iommu=pt on the kernel command line.",
		.reference = "Linux, Documentation/admin-guide/kernel-parameters.txt: iommu",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = not_pt,
	},
};

const struct gp_check_table gp_iommu_dma_checks = {checks, GP_ARRAY_SIZE(checks)};
