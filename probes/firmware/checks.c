/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "check.h"
#include "firmware/checks.h"
#include "firmware/scopes.h"
#include "kernel/configured.h"

#define CLASS_IOMMU "/sys/class/iommu"

static bool is_amd(const struct gp_case *c)
{
	return gp_equal(c->facts->kernel.cpu_vendor, "AuthenticAMD");
}

/* The firmware's own name for the switch. */
static const char *iommu_switch(const struct gp_case *c)
{
	return is_amd(c) ? "IOMMU (AMD-Vi)" : "Intel VT-d";
}

/* iommu=off, or NULL. */
static const struct gp_param *iommu_off(const struct gp_cmdline *cmdline)
{
	gp_each (param, cmdline)
		if (strcmp(param->name, "iommu") == 0 && gp_equal(param->value, "off"))
			return param;
	return NULL;
}

static void mend_add_if_missing(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const char *raw)
{
	if (!gp_cmdline_has(&c->facts->kernel.cmdline, raw))
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, raw, "", 0});
}

static void mend_intel_on(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const struct gp_cmdline *cmdline = &c->facts->kernel.cmdline;
	const struct gp_param *by = NULL;

	if (gp_intel_iommu_said(cmdline, &by) == 0)
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, by->raw, "", 0});
	if (iommu_off(cmdline))
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, "iommu=off", "", 0});
	if (!by || gp_intel_iommu_said(cmdline, &by) == 0)
		mend_add_if_missing(c, out, finding, "intel_iommu=on");
	mend_add_if_missing(c, out, finding, "iommu=pt");
}

static void vtd_off_fails(const struct gp_case *c, struct gp_findings *out)
{
	const char *name = iommu_switch(c);
	struct gp_finding *finding = gp_find(out, GP_FAIL,
		CLASS_IOMMU " is empty; /sys/firmware/acpi/tables has neither DMAR nor IVRS",
		"%s is turned off in the firmware, or this machine has none", name);

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_FIRMWARE,
			gp_printf(out->arena, "%s%s", name,
				c->facts->kernel.cpu_virt ? "" : " and CPU virtualisation"),
			"enabled", 0});
	if (!is_amd(c) && gp_intel_starts_by_itself(c) != 1)
		mend_intel_on(c, out, finding);
}

static void vtd_off(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_firmware *firmware = &c->facts->firmware;
	int in_use = gp_iommu_in_use(&c->facts->iommu);
	int intel = gp_firmware_offers_intel(firmware), amd = gp_firmware_offers_amd(firmware);

	if (in_use == 1)
		gp_find(out, GP_PASS, CLASS_IOMMU, "the kernel uses an IOMMU (%s)",
			gp_join(out->arena, &c->facts->iommu.units.value, ", "));
	else if (intel == 1)
		gp_find(out, GP_PASS, firmware->dmar_bytes.from.path,
			"the firmware offers VT-d: there is a DMAR table");
	else if (amd == 1)
		gp_find(out, GP_PASS, firmware->ivrs_bytes.from.path,
			"the firmware offers the AMD IOMMU: there is an IVRS table");
	else if (in_use < 0)
		gp_find_unknown(out, &c->facts->iommu.units.from);
	else if (intel < 0)
		gp_find_unknown(out, &firmware->dmar_bytes.from);
	else if (amd < 0)
		gp_find_unknown(out, &firmware->ivrs_bytes.from);
	else if (gp_equal(c->facts->iommu.hypervisor.value, "xen"))
		gp_find(out, GP_UNKNOWN, c->facts->iommu.hypervisor.from.path,
			"Xen keeps the IOMMU, and its table, to itself");
	else if (c->roles & GP_ROLE_CONTAINER)
		gp_find(out, GP_UNKNOWN, c->facts->platform.roles_because,
			"a container does not see the firmware's tables");
	else
		vtd_off_fails(c, out);
}

/* True where the question of why a table's IOMMU is not in use does not arise; says why. */
static bool settled(const struct gp_case *c, struct gp_findings *out, int offered,
	const struct gp_origin *table, const char *name)
{
	int in_use = gp_iommu_in_use(&c->facts->iommu);

	if (in_use == 1)
		gp_find(out, GP_PASS, CLASS_IOMMU, "the kernel uses the IOMMU");
	else if (offered == 0)
		gp_find(out, GP_SKIP, table->path, "the firmware has no %s table", name);
	else if (offered < 0)
		gp_find_unknown(out, table);
	else if (in_use < 0)
		gp_find_unknown(out, &c->facts->iommu.units.from);
	else if (!gp_is_present(&c->facts->kernel.cmdline_text.from))
		gp_find_unknown(out, &c->facts->kernel.cmdline_text.from);
	else
		return false;
	return true;
}

/* No parameter helps a kernel that was built without it. */
static void say_built_without(
	const struct gp_case *c, struct gp_findings *out, const char *name, const char *option)
{
	const char *config = c->facts->kernel.config.from.path;
	struct gp_finding *finding = gp_find(out, GP_FAIL,
		gp_evidence(out, config, gp_printf(out->arena, "# %s is not set", option)),
		"the firmware offers %s, and this kernel is built without it", name);

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "kernel",
			gp_printf(out->arena,
				"Boot the kernel of the distribution, or build this one with %s=y.",
				option),
			0});
}

static void dmar_kernel_off(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_firmware *firmware = &c->facts->firmware;
	const struct gp_cmdline *cmdline = &c->facts->kernel.cmdline;
	const struct gp_param *by = NULL, *off = iommu_off(cmdline);
	struct gp_finding *finding;
	int said;

	if (settled(c, out, gp_firmware_offers_intel(firmware), &firmware->dmar_bytes.from, "DMAR"))
		return;
	if (gp_kernel_lacks_config(&c->facts->kernel, "CONFIG_INTEL_IOMMU")) {
		say_built_without(c, out, "VT-d", "CONFIG_INTEL_IOMMU");
		return;
	}
	said = gp_intel_iommu_said(cmdline, &by);
	if (said == 0 || off)
		finding = gp_find(out, GP_FAIL,
			gp_evidence(out, GP_CMDLINE_FILE, said == 0 ? by->raw : off->raw),
			"the firmware offers VT-d, and %s turns it off in the kernel",
			said == 0 ? by->raw : off->raw);
	else if (said < 0 && gp_intel_starts_by_itself(c) == 0)
		finding = gp_find(out, GP_FAIL,
			gp_evidence(out, GP_CMDLINE_FILE, c->facts->kernel.cmdline_text.value),
			"the firmware offers VT-d, but this kernel starts it only when told to: "
			"intel_iommu=on is missing");
	else if (said < 0 && gp_intel_starts_by_itself(c) < 0) {
		gp_find(out, GP_UNKNOWN, "/boot/config",
			"whether this kernel starts VT-d without intel_iommu=on is not known");
		return;
	} else {
		gp_find(out, GP_PASS, GP_CMDLINE_FILE, "nothing turns VT-d off in the kernel");
		return;
	}
	finding->waits_for = gp_configured_in_vain(c, out->arena, "intel_iommu=on");
	mend_intel_on(c, out, finding);
}

static const struct gp_param *amd_iommu_off(const struct gp_cmdline *cmdline)
{
	const struct gp_param *off = NULL;

	gp_each (param, cmdline)
		if (strcmp(param->name, "amd_iommu") == 0 && param->value &&
			gp_starts_with(param->value, "off"))
			off = param;
	return off ? off : iommu_off(cmdline);
}

static void amd_kernel_off(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_firmware *firmware = &c->facts->firmware;
	const struct gp_cmdline *cmdline = &c->facts->kernel.cmdline;
	const struct gp_param *by = amd_iommu_off(cmdline);
	struct gp_finding *finding;

	if (settled(c, out, gp_firmware_offers_amd(firmware), &firmware->ivrs_bytes.from, "IVRS"))
		return;
	if (gp_kernel_lacks_config(&c->facts->kernel, "CONFIG_AMD_IOMMU")) {
		say_built_without(c, out, "the AMD IOMMU", "CONFIG_AMD_IOMMU");
		return;
	}
	if (!by) {
		gp_find(out, GP_PASS, GP_CMDLINE_FILE,
			"nothing turns the AMD IOMMU off in the kernel");
		return;
	}
	finding = gp_find(out, GP_FAIL, gp_evidence(out, GP_CMDLINE_FILE, by->raw),
		"the firmware offers the AMD IOMMU, and %s turns it off in the kernel", by->raw);
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, by->raw, "", 0});
	mend_add_if_missing(c, out, finding, "iommu=pt");
}

/* Whether the kernel was told, or is made, to leave the IOMMU alone. */
static bool is_kept_off(const struct gp_case *c)
{
	const struct gp_cmdline *cmdline = &c->facts->kernel.cmdline;
	const struct gp_param *by;
	int said = gp_intel_iommu_said(cmdline, &by);

	if (gp_firmware_offers_intel(&c->facts->firmware) == 1)
		return said == 0 || iommu_off(cmdline) ||
		       (said < 0 && gp_intel_starts_by_itself(c) == 0);
	return amd_iommu_off(cmdline) != NULL;
}

/*
 * A broken table is a fault where the kernel should use the IOMMU and does not, else a thing to
 * watch.
 */
static void say_problems(const struct gp_case *c, struct gp_findings *out, const char *table,
	const struct gp_acpi_problems *problems)
{
	bool hurts = gp_iommu_in_use(&c->facts->iommu) == 0 && !is_kept_off(c) &&
		     !gp_may_wait_to_be_told(c);

	gp_each (problem, problems) {
		struct gp_finding *finding = gp_find(out, hurts ? GP_FAIL : GP_WARN,
			gp_printf(out->arena, "%s, byte %zu", table, problem->offset),
			"%s table: %s", strrchr(table, '/') + 1, problem->text);
		finding->subject = table;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "firmware",
				"Update the firmware (BIOS) of this mainboard; if the newest has the "
				"fault as well, report it to its maker.",
				0});
	}
}

/* said: the devices that were spoken of before, for a table names one in several places. */
static void say_lost_scopes(const struct gp_case *c, struct gp_findings *out, uint16_t segment,
	const struct gp_scopes *scopes, struct gp_strings *said)
{
	gp_each (scope, scopes) {
		const char *name = gp_scope_name(out->arena, scope);

		if (scope->type != GP_SCOPE_ENDPOINT && scope->type != GP_SCOPE_BRIDGE)
			continue;
		if (!scope->n_path || gp_scope_function(&c->facts->pci, segment, scope) ||
			gp_strings_has(said, name))
			continue;
		gp_strings_add(out->arena, said, name);
		gp_find(out, GP_NOTE,
			gp_printf(out->arena, "%s, byte %zu",
				c->facts->firmware.dmar_bytes.from.path, scope->offset),
			"the DMAR table names the device %s, which is not there: usual for a device "
			"turned off in the firmware",
			name);
	}
}

static void say_all_lost_scopes(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_dmar *dmar = &c->facts->firmware.dmar;
	struct gp_strings said = {0};

	if (!c->facts->pci.n)
		return;
	gp_each (drhd, &dmar->drhd)
		say_lost_scopes(c, out, drhd->segment, &drhd->scopes, &said);
	gp_each (rmrr, &dmar->rmrr)
		say_lost_scopes(c, out, rmrr->segment, &rmrr->scopes, &said);
	gp_each (atsr, &dmar->atsr)
		say_lost_scopes(c, out, atsr->segment, &atsr->scopes, &said);
}

static void table_malformed(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_firmware *firmware = &c->facts->firmware;
	const struct gp_origin *dmar = &firmware->dmar_bytes.from,
			       *ivrs = &firmware->ivrs_bytes.from;
	size_t before = out->n;

	if (gp_is_present(dmar))
		say_problems(c, out, dmar->path, &firmware->dmar.problems);
	if (gp_is_present(ivrs))
		say_problems(c, out, ivrs->path, &firmware->ivrs.problems);
	if (gp_is_present(dmar))
		say_all_lost_scopes(c, out);
	if (out->n != before)
		return;
	if (gp_is_present(dmar) || gp_is_present(ivrs))
		gp_find(out, GP_PASS, gp_is_present(dmar) ? dmar->path : ivrs->path,
			"the firmware's IOMMU table is well formed");
	else if (gp_is_absent(dmar) && gp_is_absent(ivrs))
		gp_find(out, GP_SKIP, "/sys/firmware/acpi/tables",
			"there is no DMAR or IVRS table");
	else if (gp_iommu_in_use(&c->facts->iommu) == 1)
		gp_find(out, GP_SKIP, gp_is_absent(dmar) ? ivrs->path : dmar->path,
			"the table could not be read here; the kernel has made an IOMMU of it");
	else
		gp_find_unknown(out, gp_is_absent(dmar) ? ivrs : dmar);
}

static const struct gp_log_hit *virt_disabled_line(const struct gp_log *klog)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(klog, GP_LOG_VIRT_DISABLED, hit)))
		if (strstr(hit->text, "VMX") || strstr(hit->text, "SVM") ||
			strstr(hit->text, "kvm"))
			return hit;
	return NULL;
}

static void virt_off(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_log_hit *hit = virt_disabled_line(&kernel->klog);
	const char *name = is_amd(c) ? "SVM (AMD-V)" : "Intel VT-x (VMX)";
	struct gp_finding *finding;

	if (gp_equal(c->facts->iommu.hypervisor.value, "xen")) {
		gp_find(out, GP_UNKNOWN, c->facts->iommu.hypervisor.from.path,
			"Xen keeps the CPU's virtualisation to itself");
		return;
	}
	if (!hit && !strstr(kernel->cpuinfo.value, "\nflags")) {
		gp_find(out, GP_UNKNOWN, "/proc/cpuinfo",
			"the CPU's flags could not be read, so whether it can run VMs is not known");
		return;
	}
	if (!hit && kernel->cpu_virt) {
		gp_find(out, gp_is_absent(&kernel->kvm) ? GP_NOTE : GP_PASS, "/proc/cpuinfo",
			gp_is_absent(&kernel->kvm)
				? "the CPU can run VMs; /dev/kvm is not there yet: modprobe kvm_%s"
				: "the CPU can run VMs (kvm_%s)",
			is_amd(c) ? "amd" : "intel");
		return;
	}
	finding = gp_find(out, GP_FAIL,
		hit ? gp_log_evidence(out, hit)
		    : "/proc/cpuinfo: neither vmx nor svm among the flags",
		"CPU virtualisation, %s, is turned off in the firmware", name);
	if (c->roles & GP_ROLE_GUEST)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "host",
				"On the host of this VM: allow nested virtualisation and give the VM "
				"the host's CPU type.",
				0});
	else
		gp_mend(out, finding, (struct gp_step){GP_STEP_FIRMWARE, name, "enabled", 0});
}

static const struct gp_check checks[] = {
	{
		.id = "fw-vtd-off",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "the IOMMU is turned off in the firmware",
		.why = "Without an IOMMU a VM that owns a device could read and write all memory of "
		       "the host, so the kernel gives no device away.",
		.mend = "Turn on Intel VT-d or AMD IOMMU in the firmware setup, then power the machine "
			"off and on.",
		.reference = "Proxmox VE administration guide, PCI(e) Passthrough",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = vtd_off,
	},
	{
		.id = "fw-dmar-present-kernel-off",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "the firmware offers VT-d and the kernel does not use it",
		.why = "The hardware is ready; without the IOMMU no device can be given to a VM.",
		.mend = "Put intel_iommu=on iommu=pt on the kernel command line, take intel_iommu=off "
			"and iommu=off away, and reboot.",
		.reference = "Linux, Documentation/admin-guide/kernel-parameters.txt: intel_iommu",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {"fw-vtd-off", "intel-iommu-bad-option"},
		.run = dmar_kernel_off,
	},
	{
		.id = "iommu-amd-kernel-off",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "the firmware offers the AMD IOMMU and the kernel does not use it",
		.why = "The hardware is ready; without the IOMMU no device can be given to a VM.",
		.mend = "Take amd_iommu=off and iommu=off off the kernel command line and reboot.",
		.reference = "Linux, Documentation/admin-guide/kernel-parameters.txt: amd_iommu",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {"fw-vtd-off"},
		.run = amd_kernel_off,
	},
	{
		.id = "fw-table-malformed",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "the firmware's IOMMU table is malformed",
		.why = "The kernel learns from DMAR or IVRS which IOMMU looks after which device. What "
		       "it cannot read there it does without.",
		.mend = "Update the firmware.",
		.reference = "VT-d specification, chapter 8; AMD IOMMU specification, chapter 5",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = table_malformed,
	},
	{
		.id = "cpu-virt-off",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "CPU virtualisation is turned off in the firmware",
		.why = "Without VT-x or SVM there is no KVM, and so no VM that a device could be given "
		       "to.",
		.mend = "Turn on VT-x or SVM in the firmware setup, then power the machine off fully.",
		.reference = "Linux, Documentation/virt/kvm",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = virt_off,
	},
};

const struct gp_check_table gp_firmware_checks = {checks, GP_ARRAY_SIZE(checks)};
