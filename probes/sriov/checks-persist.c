/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether VFs are there again after the next start of the machine. */
#include <string.h>

#include "mdev/check-help.h"
#include "sriov/check-help.h"
#include "sriov/checks.h"
#include "vfio/check-help.h"

/* A line for tmpfiles.d that makes the VFs. */
static void mend_for_good(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_pf *pf, uint64_t number)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GP_TMPFILES_CONF,
			gp_printf(out->arena, "w %s/sriov_numvfs - - - - %llu", pf->path,
				(unsigned long long)number),
			0});
}

/* One that would act; else one with a problem; NULL: there is none. */
static const struct gp_vf_maker *best_maker(
	const struct gp_sriov *sriov, const struct gp_function *gpu)
{
	const struct gp_vf_maker *maker = NULL, *best = NULL;

	while ((maker = gp_sriov_next_maker(sriov, gpu, maker)))
		if (!best || (best->problem && !maker->problem))
			best = maker;
	return best;
}

static void say_lost_soon(
	struct gp_findings *out, const struct gp_pf *pf, const struct gp_vf_maker *maker)
{
	struct gp_finding *finding = gp_find_gpu(out, GP_WARN, pf->function,
		maker ? gp_evidence(out, gp_maker_place(out->arena, maker), maker->text)
		      : gp_evidence(out, pf->numvfs.from.path,
				gp_printf(
					out->arena, "%llu", (unsigned long long)pf->numvfs.value)),
		"its %llu VFs are gone after the next restart%s%s",
		(unsigned long long)pf->numvfs.value, maker ? ": " : "",
		maker ? maker->problem : "");

	mend_for_good(out, finding, pf, pf->numvfs.value);
}

static uint64_t number_to_ask(const struct gp_pf *pf, uint64_t asked)
{
	uint64_t number = asked ? asked : GP_USUAL_VFS;

	return pf->totalvfs.value && number > pf->totalvfs.value ? pf->totalvfs.value : number;
}

static void say_not_made(
	struct gp_findings *out, const struct gp_pf *pf, const struct gp_vf_maker *maker)
{
	uint64_t number = number_to_ask(pf, maker->count);
	struct gp_finding *finding = gp_find_gpu(out, GP_FAIL, pf->function,
		gp_evidence(out, gp_maker_place(out->arena, maker), maker->text),
		"its VFs are asked for and not there%s%s", maker->problem ? ": " : "",
		maker->problem ? maker->problem : "");

	finding->stands_alone = maker->problem && pf->totalvfs.value;
	if (maker->problem)
		mend_for_good(out, finding, pf, number);
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, pf->function->address,
				gp_printf(out->arena,
					"Write the number by hand and read in dmesg what the kernel "
					"answers: echo %llu > %s/sriov_numvfs",
					(unsigned long long)number, pf->path),
				0});
}

/* They are wanted, made by hand once perhaps, and nothing makes them. */
static void say_nobody_makes_them(
	const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_passed *passed = gp_sriov_vm_wanting(c->facts, pf);
	struct gp_finding *finding;

	if (passed)
		finding = gp_find_gpu(out, GP_FAIL, pf->function, gp_passed_evidence(out, passed),
			"%s wants one of its VFs, and nothing makes them at the start",
			passed->vm->name);
	else
		finding = gp_find_gpu(out, GP_WARN, pf->function,
			gp_evidence(out, pf->numvfs.from.path, "0"),
			"VFs are wanted, and nothing makes them at the start");
	mend_for_good(out, finding, pf, number_to_ask(pf, 0));
}

static void lost_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_vf_maker *maker = best_maker(&c->facts->sriov, pf->function);

	if (!gp_is_present(&pf->numvfs.from)) {
		gp_find_gpu_unknown(out, pf->function, &pf->numvfs.from);
	} else if (gp_pf_is_driven_by(pf, "gim")) {
		gp_find_gpu(out, GP_PASS, pf->function, pf->function->driver_from.path,
			"AMD's gim makes the VFs when it is loaded");
	} else if (pf->numvfs.value && maker && !maker->problem) {
		gp_find_gpu(out, GP_PASS, pf->function, gp_maker_place(out->arena, maker),
			"its VFs are made at each start");
	} else if (pf->numvfs.value && !maker && c->facts->is_partial) {
		gp_find_gpu(out, GP_UNKNOWN, pf->function, "/etc/sysfs.conf",
			"what makes its VFs at the start was not seen");
	} else if (pf->numvfs.value) {
		say_lost_soon(out, pf, maker);
	} else if (maker && maker->address) {
		say_not_made(out, pf, maker);
	} else if (!maker && gp_is_wanted(c, pf->function, GP_MODE_VF)) {
		say_nobody_makes_them(c, out, pf);
	} else {
		gp_find_gpu(out, GP_PASS, pf->function, pf->numvfs.from.path,
			"it has no VFs, and nothing asks for any at the start");
	}
}

/* One that names a function which is not there: the address has changed, or was never right. */
static void look_for_strays(const struct gp_case *c, struct gp_findings *out)
{
	gp_each (maker, &c->facts->sriov.makers) {
		struct gp_finding *finding;

		if (!maker->address || gp_pci_find(&c->facts->pci, maker->address) ||
			!c->facts->pci.n)
			continue;
		finding = gp_find(out, GP_WARN,
			gp_evidence(out, gp_maker_place(out->arena, maker), maker->text),
			"VFs are asked for of %s, and there is no such device", maker->address);
		finding->subject = maker->address;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, maker->file,
				gp_printf(out->arena,
					"Put the address of the GPU into %s (lspci -D says it), or "
					"drop the line.",
					maker->file),
				0});
	}
}

static void lost(const struct gp_case *c, struct gp_findings *out)
{
	look_for_strays(c, out);
	gp_each_capable_pf(c, out, lost_of);
}

/* Its driver is there now, and was not when the number was written. */
static void race_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const struct gp_vf_maker *maker = best_maker(&c->facts->sriov, gpu);
	const struct gp_log_hit *hit = gp_pf_failed(c, GP_LOG_SRIOV_NO_DRIVER, gpu);
	struct gp_finding *finding;

	if (!hit || !maker || maker->problem || pf->numvfs.value || !gp_pci_is_native(gpu)) {
		gp_find_gpu(out, GP_PASS, gpu, GP_KERNEL_LOG,
			"no number of VFs was written before its driver was there");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, hit),
		"%s wrote the number of VFs before %s had the GPU", maker->file, gpu->driver);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			gp_printf(out->arena,
				"Let udev write it when the driver has the GPU; in "
				"/etc/udev/rules.d/90-gpu-vfs.rules: ACTION==\"bind\", "
				"SUBSYSTEM==\"pci\", KERNEL==\"%s\", ATTR{sriov_numvfs}=\"%llu\"",
				gpu->address,
				(unsigned long long)(maker->count ? maker->count : GP_USUAL_VFS)),
			0});
}

static void race(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_capable_pf(c, out, race_of);
}

static const struct gp_check checks[] = {
	{
		.id = "sriov-vfs-lost-reboot",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "the VFs are not made at the start",
		.why = "The number of VFs is 0 after each start until something writes it; VMs that "
		       "want a VF cannot start before.",
		.mend = "A line in /etc/tmpfiles.d, or in /etc/sysfs.conf (path without /sys/) with "
			"sysfsutils installed and enabled.",
		.reference = "tmpfiles.d(5); sysfsutils, /etc/init.d/sysfsutils",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-no-driver", "sriov-pf-on-vfio", "i915-xe-both", "sriov-stock-i915",
			"xe-max-vfs-default", "sriov-mmio", "sriov-bus-range", "sriov-erange",
			"sriov-ebusy", "sriov-sysfs-race"},
		.run = lost,
	},
	{
		.id = "sriov-sysfs-race",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "the number of VFs is written before the driver is there",
		.why = "The kernel refuses a number that no driver is there to act on, and nobody "
		       "writes it again.",
		.mend = "Load the driver from the initrd, or write the number when it has the GPU: a "
			"udev rule for ACTION==\"bind\", or a unit behind the modules.",
		.reference = "Linux, drivers/pci/iov.c: sriov_numvfs_store(); udev(7)",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-platform-unsupported", "sriov-stock-i915", "sriov-mmio",
			"sriov-erange"},
		.run = race,
	},
};

const struct gp_check_table gp_sriov_persist_checks = {checks, GP_ARRAY_SIZE(checks)};
