/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "iommu/checks.h"

#include <string.h>

#include "vfio/check-help.h"

#include "kernel/configured.h"

#define CLASS_IOMMU "/sys/class/iommu"

#define WHATEVER_KEEPS_IT_OFF                                                                     \
	"fw-vtd-off", "fw-table-malformed", "fw-dmar-present-kernel-off", "iommu-amd-kernel-off", \
		"intel-iommu-bad-option"

/* The first lines may be about one device; the last is what came of it. */
static const struct gp_log_hit *last_hit(const struct gp_log *klog, enum gp_log_id id)
{
	const struct gp_log_hit *last = NULL, *hit = NULL;

	while ((hit = gp_log_next(klog, id, hit)))
		last = hit;
	return last;
}

/* VT-d gives up altogether with these; AMD-Vi says "Failed to" of lesser things, too. */
static void init_failed_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = last_hit(&c->facts->kernel.klog, GP_LOG_DMAR_FAILURE);

	if (hit)
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit), "the kernel could not start VT-d");
	else
		gp_find_unknown(out, &c->facts->iommu.units.from);
}

static void init_failed(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_firmware *firmware = &c->facts->firmware;
	const struct gp_log *klog = &c->facts->kernel.klog;
	bool intel = gp_firmware_offers_intel(firmware) == 1;
	const struct gp_log_hit *hit =
		last_hit(klog, intel ? GP_LOG_DMAR_FAILURE : GP_LOG_AMD_FAILURE);
	int in_use = gp_iommu_in_use(&c->facts->iommu);
	const char *xen = gp_equal(c->facts->iommu.hypervisor.value, "xen") ? " under Xen" : "";
	struct gp_finding *finding;

	if (in_use == 1) {
		gp_find(out, GP_PASS, CLASS_IOMMU, "the kernel started the IOMMU");
		return;
	}
	if (in_use < 0) {
		init_failed_by_log(c, out);
		return;
	}
	if (!intel && gp_firmware_offers_amd(firmware) != 1) {
		gp_find(out, GP_SKIP, CLASS_IOMMU, "the firmware is not known to offer an IOMMU");
		return;
	}
	if (!hit && gp_may_wait_to_be_told(c)) {
		gp_find(out, GP_UNKNOWN, CLASS_IOMMU,
			"whether the kernel tried to start the IOMMU is not known");
		return;
	}
	if (!hit && !gp_is_present(&c->facts->kernel.cmdline_text.from)) {
		gp_find_unknown(out, &c->facts->kernel.cmdline_text.from);
		return;
	}
	finding = gp_find(out, GP_FAIL, hit ? gp_log_evidence(out, hit) : CLASS_IOMMU " is empty",
		"the firmware offers an IOMMU and nothing turns it off, yet the kernel%s did not "
		"start it",
		xen);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "firmware",
			*xen ? "Boot without Xen to give devices to KVM guests; under Xen its own "
			       "tools (xl pci-assignable-add) do that."
			     : "Update the firmware (BIOS); if that does not help, try a newer "
			       "kernel and report the lines of `dmesg | grep -e DMAR -e AMD-Vi`.",
			0});
}

/* vfio-pci answers EINVAL for a device without an IOMMU group: vfio_group_find_or_alloc(). */
static const struct gp_log_hit *refused_by_vfio(const struct gp_case *c)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(klog, GP_LOG_PROBE_FAILED, hit)))
		if (strstr(hit->text, "vfio-pci") && strstr(hit->text, "failed with error -22"))
			return hit;
	return NULL;
}

/* Where the machine itself does not tell: what a VM manager was told by it. */
static void absent_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_NO_IOMMU);

	if (!hit)
		hit = refused_by_vfio(c);
	if (hit)
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"a VM could not have its device: the host uses no IOMMU");
	else
		gp_find_unknown(out, &c->facts->iommu.units.from);
}

/* Xen has the IOMMU itself, and gives devices away without this kernel's. */
static bool is_xens_business(const struct gp_case *c)
{
	bool taken = !c->modes;

	gp_each (function, &c->facts->pci)
		taken |= gp_equal(function->driver, "pciback");
	return taken && gp_equal(c->facts->iommu.hypervisor.value, "xen");
}

/* Only Intel's has to be asked for; and nobody asks it of an AMD machine. */
static void mend_absent(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	int amd = gp_firmware_offers_amd(&c->facts->firmware);

	if (amd != 1 && gp_equal(c->facts->kernel.cpu_vendor, "AuthenticAMD")) {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "firmware",
				"Turn on IOMMU (AMD-Vi) in the firmware's setup; the kernel then uses it "
				"without being told.",
				0});
	} else if (amd != 1 && !gp_cmdline_option(&c->facts->kernel.cmdline, "intel_iommu", "on")) {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD, "intel_iommu=on", "", 0});
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, "iommu=pt", "", 0});
	}
}

static void absent(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_iommu *iommu = &c->facts->iommu;
	int in_use = gp_iommu_in_use(iommu);
	struct gp_finding *finding;

	if (in_use < 0) {
		absent_by_log(c, out);
		return;
	}
	if (in_use == 1 && (iommu->n || !gp_is_present(&iommu->groups_from))) {
		gp_find(out, GP_PASS, CLASS_IOMMU, "the IOMMU is in use, %zu groups", iommu->n);
		return;
	}
	if (is_xens_business(c)) {
		gp_find(out, GP_NOTE, c->facts->iommu.hypervisor.from.path,
			"the kernel uses no IOMMU: Xen has it, and gives devices to its own guests");
		return;
	}
	finding = gp_find(out, GP_FAIL,
		in_use ? "/sys/kernel/iommu_groups is empty" : CLASS_IOMMU " is empty",
		in_use ? "the IOMMU is in use but no device is in an IOMMU group"
		       : "the kernel uses no IOMMU");
	if (!in_use && gp_firmware_offers_intel(&c->facts->firmware) == 1)
		finding->waits_for = gp_configured_in_vain(c, out->arena, "intel_iommu=on");
	if (gp_equal(iommu->hypervisor.value, "xen")) {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "xen",
				"Boot without Xen to give devices to KVM guests; under Xen its own "
				"tools (xl pci-assignable-add) do that.",
				0});
		return;
	}
	if (!in_use)
		mend_absent(c, out, finding);
}

static bool is_yes(const struct gp_text_value *value)
{
	return strcmp(value->value, "Y") == 0 || strcmp(value->value, "1") == 0;
}

static bool unsafe_allowed(const struct gp_case *c, const char **ret_evidence)
{
	const struct gp_iommu *iommu = &c->facts->iommu;

	*ret_evidence = is_yes(&iommu->unsafe_iommufd) ? iommu->unsafe_iommufd.from.path
						       : iommu->unsafe_interrupts.from.path;
	return is_yes(&iommu->unsafe_interrupts) || is_yes(&iommu->unsafe_iommufd);
}

/* Whether interrupts are remapped: 1, 0, -1 not known; and what says so. */
static int remaps_interrupts(const struct gp_case *c, struct gp_findings *out, const char **ret_by)
{
	const struct gp_facts *f = c->facts;
	const struct gp_log_hit *enabled = gp_log_next(&f->kernel.klog, GP_LOG_IR_ENABLED, NULL);
	const struct gp_log_hit *missing = gp_log_next(&f->kernel.klog, GP_LOG_IR_MISSING, NULL);
	int capable = gp_iommu_can_remap_interrupts(&f->iommu);

	if (gp_is_present(&f->iommu.interrupts.from) && *f->iommu.interrupts.value) {
		*ret_by = "/proc/interrupts: IR-";
		return 1;
	}
	if (enabled) {
		*ret_by = gp_log_evidence(out, enabled);
		return 1;
	}
	if (missing) {
		*ret_by = gp_log_evidence(out, missing);
		return 0;
	}
	if (gp_is_present(&f->firmware.dmar_bytes.from) && f->firmware.dmar.haw &&
		!(f->firmware.dmar.flags & GP_DMAR_INTR_REMAP)) {
		*ret_by = "/sys/firmware/acpi/tables/DMAR: flags, bit 0 is clear";
		return 0;
	}
	if (capable == 0) {
		*ret_by = gp_printf(out->arena, "%s: %s, bit 3 is clear", f->iommu.ecap.from.path,
			f->iommu.ecap.value);
		return 0;
	}
	if (gp_firmware_offers_intel(&f->firmware) != 1 &&
		gp_firmware_offers_amd(&f->firmware) != 1)
		return -1;
	if (gp_is_present(&f->iommu.interrupts.from) && f->kernel.klog.whole) {
		*ret_by = "/proc/interrupts has no IR-; nor does the kernel log say that it is on";
		return 0;
	}
	return -1;
}

/* QEMU's "Operation not permitted" may have another reason, which the kernel says. */
static const struct gp_log_hit *refused_for_interrupts(const struct gp_case *c)
{
	if (gp_any_log(c, GP_LOG_RMRR_INELIGIBLE) || gp_any_log(c, GP_LOG_FIRMWARE_1TO1))
		return NULL;
	return gp_any_log(c, GP_LOG_IR_MISSING);
}

static void intr_remap(const struct gp_case *c, struct gp_findings *out)
{
	const char *by = "/proc/interrupts", *allowed;
	int remaps = remaps_interrupts(c, out, &by);
	/* vfio was asked for a device and refused it: what else is known of the IOMMU or not. */
	const struct gp_log_hit *refused = refused_for_interrupts(c);
	struct gp_finding *finding;

	if (remaps != 1 && gp_iommu_in_use(&c->facts->iommu) < 0 && !refused) {
		gp_find_unknown(out, &c->facts->iommu.units.from);
		return;
	}
	if (remaps == 1) {
		gp_find(out, GP_PASS, by, "interrupt remapping is on");
		return;
	}
	if (remaps < 0) {
		gp_find(out, GP_UNKNOWN, by,
			"neither the kernel log, /proc/interrupts nor the "
			"firmware's table says whether interrupts are remapped");
		return;
	}
	if (unsafe_allowed(c, &allowed)) {
		gp_find(out, GP_WARN, by,
			"interrupt remapping is missing, and vfio was told to do without it: a VM "
			"that owns a device can disturb the host");
		return;
	}
	finding = gp_find(
		out, GP_FAIL, by, "interrupt remapping is off: vfio refuses to open the device");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_FIRMWARE, "x2APIC and interrupt remapping", "enabled", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GP_MODPROBE_CONF,
			"options vfio_iommu_type1 allow_unsafe_interrupts=1", 0});
}

static bool allows_unsafe(const struct gp_param *option)
{
	const char *name = strrchr(option->name, '.');

	return strcmp(name ? name + 1 : option->name, "allow_unsafe_interrupts") == 0 &&
	       (!option->value || strchr("1yY", *option->value));
}

/* The directive without the option; "" where no other is left. */
static const char *without_unsafe(struct gp_arena *arena, const struct gp_directive *directive)
{
	struct gp_cmdline options = gp_cmdline_parse(arena, directive->rest);
	struct gp_strings kept = {0};

	gp_each (option, &options)
		if (!allows_unsafe(option))
			gp_strings_add(arena, &kept, option->raw);
	if (kept.n == options.n || !kept.n)
		return kept.n ? NULL : "";
	return gp_printf(arena, "options %s %s", directive->module, gp_join(arena, &kept, " "));
}

static const char needless[] = "allow_unsafe_interrupts is set although interrupt remapping works";

/* Where the setting comes from, each with the step that takes it away. */
static size_t say_unsafe_settings(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;
	struct gp_finding *finding;

	gp_each (directive, &c->facts->kernel.modprobe) {
		const char *rest = strcmp(directive->command, "options") == 0 &&
						   strstr(directive->rest, "allow_unsafe")
					   ? without_unsafe(out->arena, directive)
					   : NULL;

		if (!rest)
			continue;
		finding = gp_find(out, GP_WARN,
			gp_printf(out->arena, "%s:%zu: \"%s\"", directive->file, directive->line,
				directive->text),
			"%s", needless);
		finding->subject = directive->file;
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_REPLACE, directive->file, rest, directive->line});
	}
	gp_each (param, &c->facts->kernel.cmdline) {
		if (!allows_unsafe(param))
			continue;
		finding = gp_find(out, GP_WARN, gp_evidence(out, "/proc/cmdline", param->raw), "%s",
			needless);
		finding->subject = param->raw;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
	}
	return out->n - before;
}

static void unsafe_needless(const struct gp_case *c, struct gp_findings *out)
{
	const char *by = "/proc/interrupts", *allowed;
	bool unsafe = unsafe_allowed(c, &allowed);
	int remaps = remaps_interrupts(c, out, &by);

	if (remaps == 1 && say_unsafe_settings(c, out))
		return;
	if (unsafe && remaps == 1)
		gp_find(out, GP_WARN, allowed, "%s", needless);
	else if (unsafe && remaps < 0)
		gp_find(out, GP_UNKNOWN, allowed,
			"unsafe interrupts are allowed; whether that is needed could not be "
			"measured");
	else
		gp_find(out, GP_PASS, "/sys/module/vfio_iommu_type1",
			"unsafe interrupts are not allowed without need");
}

static const struct gp_check checks[] = {
	{
		.id = "iommu-init-failed",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "the kernel could not start the IOMMU",
		.why = "The firmware describes an IOMMU and the kernel was not told to leave it alone, "
		       "but gave up on it. Without it no device can be given to a VM.",
		.mend = "Follow the line of the kernel log; mostly a firmware update helps.",
		.reference = "Linux, drivers/iommu/intel/dmar.c, drivers/iommu/amd/init.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {WHATEVER_KEEPS_IT_OFF},
		.run = init_failed,
	},
	{
		.id = "iommu-absent",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "no IOMMU is in use",
		.why = "vfio-pci only takes devices that are in an IOMMU group. Without groups QEMU, "
		       "libvirt and Proxmox all refuse.",
		.mend = "Turn the IOMMU on, in the firmware and on the kernel command line.",
		.reference = "Linux, Documentation/driver-api/vfio.rst",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {WHATEVER_KEEPS_IT_OFF, "iommu-init-failed"},
		.run = absent,
	},
	{
		.id = "intr-remap-missing",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "interrupt remapping is off",
		.why = "Without it a device owned by a VM could send the host any interrupt, so vfio "
		       "refuses to open it unless it is told to accept that.",
		.mend = "Turn on x2APIC or interrupt remapping in the firmware. The last resort, "
			"allow_unsafe_interrupts=1, trusts every guest with the host.",
		.reference = "Linux, drivers/vfio/vfio_iommu_type1.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.not_in_plan = true,
		.needs = {"iommu-absent"},
		.run = intr_remap,
	},
	{
		.id = "unsafe-intr-needless",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_WARN,
		.title = "unsafe interrupts are allowed without need",
		.why = "The setting lets a guest disturb the host, and interrupt remapping makes it "
		       "superfluous.",
		.mend = "Remove allow_unsafe_interrupts=1 and rebuild the initrd.",
		.reference = "Proxmox VE administration guide, PCI(e) Passthrough",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = unsafe_needless,
	},
};

const struct gp_check_table gp_iommu_checks = {checks, GP_ARRAY_SIZE(checks)};
