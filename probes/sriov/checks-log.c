/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel answered when VFs were made, changed or used. */
#include <stdlib.h>
#include <string.h>

#include "sriov/check-help.h"
#include "sriov/checks.h"

#define NOT_ASSIGNED 0x20000000 /* IORESOURCE_UNSET of linux/ioport.h */

/* A finding where no GPU is known and only a log can tell; NULL: there is one, or none does. */
static struct gp_finding *judged_by_log(
	const struct gp_case *c, struct gp_findings *out, enum gp_log_id id, const char *text)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, id, 0);

	return hit ? gp_find(out, GP_FAIL, gp_log_evidence(out, hit), "%s", text) : NULL;
}

static bool is_unassigned(const struct gp_bar *bar)
{
	return !bar->start || bar->flags & NOT_ASSIGNED;
}

/* Whether the BARs of the VFs have room: 1, 0, -1 not known. A GPU's VFs have some. */
static int has_room(const struct gp_pf *pf)
{
	size_t assigned = 0;

	if (pf->n_bars < GP_ARRAY_SIZE(pf->bars))
		return -1;
	for (size_t i = 0; i < pf->n_bars; i++) {
		if (pf->bars[i].flags && is_unassigned(&pf->bars[i]))
			return 0;
		assigned += !is_unassigned(&pf->bars[i]);
	}
	return assigned > 0;
}

#define NO_ROOM "there is not enough address space for the memory of its VFs"

static void mend_room(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend(out, finding,
		(struct gp_step){
			GP_STEP_FIRMWARE, "Above 4G decoding (and SR-IOV support)", "enabled", 0});
	if (!gp_cmdline_option(&c->facts->kernel.cmdline, "pci", "realloc") &&
		!gp_cmdline_option(&c->facts->kernel.cmdline, "pci", "realloc=on"))
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, "pci=realloc", "", 0});
}

static void mmio_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_log_hit *hit = gp_pf_failed(c, GP_LOG_SRIOV_MMIO, pf->function);
	int room = has_room(pf);

	if (pf->numvfs.value) {
		gp_find_gpu(out, GP_PASS, pf->function, pf->numvfs.from.path, "its VFs are there");
	} else if (hit || (room == 0 && pf->totalvfs.value)) {
		mend_room(c, out,
			gp_find_gpu(out, GP_FAIL, pf->function,
				hit ? gp_log_evidence(out, hit)
				    : gp_printf(out->arena, "%s: a BAR of the VFs has no address",
					      pf->resource.from.path),
				NO_ROOM));
	} else if (gp_is_absent(&pf->totalvfs.from)) {
		gp_find_gpu(out, GP_SKIP, pf->function, pf->totalvfs.from.path,
			"it shows no SR-IOV capability");
	} else if (room > 0 || c->facts->kernel.klog.whole) {
		gp_find_gpu(out, GP_PASS, pf->function, pf->resource.from.path,
			"the memory of its VFs has addresses");
	} else {
		gp_find_gpu_unknown(out, pf->function,
			gp_is_present(&pf->totalvfs.from) ? &pf->resource.from
							  : &pf->totalvfs.from);
	}
}

static void mmio(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *refused = gp_any_log(c, GP_LOG_SRIOV_ENOMEM);
	struct gp_finding *finding = judged_by_log(c, out, GP_LOG_SRIOV_MMIO, NO_ROOM);

	/* A shell's answer to a number that was written by hand. */
	if (!finding && !c->n_gpus && refused && strstr(refused->text, "sriov_numvfs"))
		finding = gp_find(out, GP_FAIL, gp_log_evidence(out, refused), NO_ROOM);

	if (finding)
		mend_room(c, out, finding);
	else
		gp_each_pf(c, out, mmio_of);
}

#define NO_BUS "the VFs need bus numbers, or addresses, that the firmware has not set aside"

static void mend_bus(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend(out, finding, (struct gp_step){GP_STEP_FIRMWARE, "ARI support", "enabled", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_CMDLINE_ADD, "pci=assign-busses,realloc", "", 0});
}

static void bus_range_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_log_hit *hit = gp_pf_failed(c, GP_LOG_SRIOV_BUS, pf->function);

	if (!hit || pf->numvfs.value)
		gp_find_gpu(out, GP_PASS, pf->function, GP_KERNEL_LOG,
			"nothing in the kernel log says that its VFs found no room on a bus");
	else
		mend_bus(out,
			gp_find_gpu(out, GP_FAIL, pf->function, gp_log_evidence(out, hit), NO_BUS));
}

static void bus_range(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = judged_by_log(c, out, GP_LOG_SRIOV_BUS, NO_BUS);

	if (finding)
		mend_bus(out, finding);
	else
		gp_each_pf(c, out, bus_range_of);
}

static void mend_number(struct gp_findings *out, struct gp_finding *finding, const struct gp_pf *pf,
	uint64_t number)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, pf->function->address,
			gp_printf(out->arena,
				"Shut down the VMs that use VFs of %s, then: echo 0 > "
				"%s/sriov_numvfs; echo %llu > %s/sriov_numvfs",
				pf->function->address, pf->path, (unsigned long long)number,
				pf->path),
			0});
}

/* How many there are, as far as that could be seen. */
static bool knows_vfs(const struct gp_pf *pf)
{
	return gp_is_present(&pf->numvfs.from);
}

static struct gp_finding *say_busy(struct gp_findings *out, const struct gp_log_hit *hit)
{
	struct gp_finding *finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
		"VFs were asked for while there were some: the number only changes from 0");

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "sriov_numvfs",
			"Shut down the VMs that use VFs, write 0 to sriov_numvfs of the GPU, then the "
			"new number.",
			0});
	return finding;
}

/* Not the number that was asked for last, and that was refused because of those there. */
static void ebusy_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_log_hit *hit = gp_pf_failed(c, GP_LOG_SRIOV_BUSY, pf->function);
	const char *asked = hit ? strstr(hit->text, "before enabling ") : NULL;
	uint64_t number = asked ? strtoull(asked + strlen("before enabling "), NULL, 10) : 0;

	if (hit && !knows_vfs(pf)) {
		say_busy(out, hit)->gpu = pf->function;
		return;
	}
	if (!number || !pf->numvfs.value || pf->numvfs.value == number) {
		gp_find_gpu(out, GP_PASS, pf->function, GP_KERNEL_LOG,
			"no change of the number of VFs was refused");
		return;
	}
	mend_number(out,
		gp_find_gpu(out, number > pf->numvfs.value ? GP_FAIL : GP_WARN, pf->function,
			gp_log_evidence(out, hit),
			"%llu VFs were asked for while there were %llu: the number only changes "
			"from 0",
			(unsigned long long)number, (unsigned long long)pf->numvfs.value),
		pf, number);
}

static void ebusy(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_SRIOV_BUSY, 0);

	if (hit)
		say_busy(out, hit);
	else
		gp_each_pf(c, out, ebusy_of);
}

static struct gp_finding *say_in_use(struct gp_findings *out, const struct gp_log_hit *hit)
{
	struct gp_finding *finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
		"the number of VFs could not be changed: a running VM has one");

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "sriov_numvfs",
			"Shut down the VMs that use VFs, then write 0 to sriov_numvfs of the GPU.",
			0});
	return finding;
}

/* Fails where the number that is asked for, or none for the whole GPU, cannot be had. */
static void in_use_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const struct gp_log_hit *hit = gp_pf_failed(c, GP_LOG_SRIOV_IN_USE, gpu);
	const struct gp_log_hit *disabled = gp_pf_last_switch(c, GP_LOG_DISABLED, gpu);
	uint64_t asked = gp_vfs_asked(&c->facts->sriov, gpu);
	bool matters = asked > pf->numvfs.value || gp_is_wanted(c, gpu, GP_MODE_FULL);

	if (hit && !knows_vfs(pf) && !(disabled && disabled > hit)) {
		say_in_use(out, hit)->gpu = gpu;
		return;
	}
	if (!hit || !pf->numvfs.value || (disabled && disabled > hit)) {
		gp_find_gpu(out, GP_PASS, gpu, GP_KERNEL_LOG, "no VF was in use when it was to go");
		return;
	}
	mend_number(out,
		gp_find_gpu(out, matters ? GP_FAIL : GP_WARN, gpu, gp_log_evidence(out, hit),
			"the number of VFs could not be changed: a running VM has one"),
		pf, asked);
}

static void in_use(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_SRIOV_IN_USE, 0);

	if (hit)
		say_in_use(out, hit);
	else
		gp_each_pf(c, out, in_use_of);
}

#define NO_ABI "the GuC firmware of the host does not understand the driver of this VF"

static void mend_abi(struct gp_findings *out, struct gp_finding *finding)
{
	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "intel-gpu-firmware", "", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "i915-sriov-dkms",
			"Use the same release of i915-sriov-dkms, and GuC firmware of the same age, "
			"on the host and in the VM; restart the host after an update.",
			0});
}

static void abi_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *last = gp_log_last_of(c, GP_LOG_VF_ABI, gpu);
	const struct gp_log_hit *start = gp_log_last_of(c, GP_LOG_SRIOV_VF_MODE, gpu);

	if (!last || (start && start > last))
		gp_find_gpu(out, GP_PASS, gpu, GP_KERNEL_LOG,
			"no VF's driver failed to agree with the GuC firmware");
	else
		mend_abi(out, gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, last), NO_ABI));
}

static void abi(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = judged_by_log(c, out, GP_LOG_VF_ABI, NO_ABI);

	if (finding)
		mend_abi(out, finding);
	for (size_t i = 0; i < c->n_gpus; i++)
		abi_of(c, out, c->gpus[i]);
	if (!c->n_gpus && !finding)
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "there is no GPU");
}

static void flr_oops(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_log_hit *fault = gp_log_next(klog, GP_LOG_PAGE_FAULT, NULL), *trace = NULL;
	struct gp_finding *finding;

	while (fault && (trace = gp_log_next(klog, GP_LOG_VF_FLR_TRACE, trace)))
		if (trace > fault)
			break;
	if (!trace) {
		gp_find(out, GP_PASS, GP_KERNEL_LOG, "no reset of a VF brought the kernel down");
		return;
	}
	finding = gp_find(out, GP_WARN, gp_log_evidence(out, trace),
		"the kernel crashed in i915 while it reset a VF: restart the host before VMs are");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "i915-sriov-dkms",
			"Use another release of i915-sriov-dkms; until then restart the host rather "
			"than VMs that have a VF.",
			0});
}

static const struct gp_check checks[] = {
	{
		.id = "sriov-mmio",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "no address space for the VFs",
		.why = "Each VF needs memory addresses of its own, which the firmware has to leave "
		       "free; writing sriov_numvfs answers: cannot allocate memory.",
		.mend = "Turn on Above 4G decoding and SR-IOV in the firmware, or boot with "
			"pci=realloc.",
		.reference = "Linux, drivers/pci/iov.c: sriov_enable()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-platform-unsupported"},
		.run = mmio,
	},
	{
		.id = "sriov-bus-range",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "no bus numbers for the VFs",
		.why = "VFs behind a port may need a bus number of their own; without ARI, eight "
		       "functions fit on a bus.",
		.mend = "Turn ARI on in the firmware; pci=assign-busses renumbers every device, so VM "
			"configurations have to be looked at after it.",
		.reference = "Linux, drivers/pci/iov.c: sriov_enable()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.not_in_plan = true,
		.needs = {"sriov-platform-unsupported", "sriov-mmio"},
		.run = bus_range,
	},
	{
		.id = "sriov-ebusy",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "the number of VFs was changed without going through 0",
		.why = "The kernel answers: device or resource busy, and the number stays as it was.",
		.mend = "Stop the VMs that use VFs, write 0, then the new number.",
		.reference = "Linux, drivers/pci/iov.c: sriov_numvfs_store()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"vfs-in-use-disable"},
		.run = ebusy,
	},
	{
		.id = "vfs-in-use-disable",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "VFs are in use and cannot be taken away",
		.why = "While a VM has a VF, the number of VFs stays and the PF cannot be passed on.",
		.mend = "Stop the VMs that use VFs first.",
		.reference = "Linux, drivers/pci/iov.c: pci_sriov_configure_simple()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.run = in_use,
	},
	{
		.id = "guc-fw-vf-abi",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "VF driver and GuC firmware do not understand each other",
		.why = "A VF talks to the firmware that the host has loaded, in a version of the "
		       "interface that both have to know.",
		.mend = "Bring driver and firmware of host and guest to the same age.",
		.reference = "i915-sriov-dkms, drivers/gpu/drm/i915/gt/iov/intel_iov_query.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_VF,
		.run = abi,
	},
	{
		.id = "vf-flr-oops",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_WARN,
		.title = "the kernel crashed while it reset a VF",
		.why = "When a VM with a VF stops, the VF is reset; the driver of the PF then used "
		       "memory that was gone.",
		.mend = "Use another release of the driver; restart the host.",
		.reference = "Linux, drivers/gpu/drm/i915/gt/intel_ggtt_gmch.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.not_in_plan = true,
		.run = flr_oops,
	},
};

const struct gp_check_table gp_sriov_log_checks = {checks, GP_ARRAY_SIZE(checks)};
