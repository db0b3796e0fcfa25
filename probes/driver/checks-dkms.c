/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules that DKMS builds: for which kernels, and whether they are there. */
#include <regex.h>
#include <string.h>

#include "driver/check-help.h"
#include "driver/checks.h"

#define DKMS_TREE       "/var/lib/dkms"
#define LONGEST_RANGE   200
#define LONGEST_RELEASE 100
#define MOST_REPEATS    6

/* Packages that have to do with GPUs, by what their names begin with. */
struct package {
	const char *name;
	uint16_t vendor;
	unsigned modes;     /* that need it */
	const char *module; /* the one to be looked for */
	bool only_dkms;     /* the kernel has no module of that name */
};

static const struct package packages[] = {
	{"i915-sriov", GP_INTEL, GP_MODE_VF, "i915", false},
	{"intel-i915", GP_INTEL, GP_MODES_HOST_DRIVER, "i915", false},
	{"intel-gpu-i915", GP_INTEL, GP_MODES_HOST_DRIVER, "i915", false},
	{"nvidia", GP_NVIDIA, GP_MODES_HOST_DRIVER, "nvidia", true},
	{"amdgpu", GP_AMD, GP_MODES_HOST_DRIVER, "amdgpu", false},
	{"vendor-reset", GP_AMD, GP_MODE_FULL, "vendor_reset", true},
};

static const struct package *package_of(const char *name)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(packages); i++)
		if (gp_starts_with(name, packages[i].name))
			return &packages[i];
	return NULL;
}

/* Where no function is known, there may be one. */
static bool may_have_gpu_of(const struct gp_case *c, uint16_t vendor)
{
	return gp_has_gpu_of(c, vendor) || !c->facts->pci.n;
}

static bool makes_vfs(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i]->numvfs)
			return true;
	return false;
}

/* Whether DKMS says that some version is installed for the running kernel. */
static bool is_said_installed(const struct gp_modules *modules, const char *name)
{
	gp_each (entry, &modules->dkms)
		if (strcmp(entry->name, name) == 0 && entry->state == GP_DKMS_INSTALLED &&
			gp_equal(entry->kernel, modules->release))
			return true;
	return false;
}

/* What modprobe would load counts, where that is known; VFs that are there need no proof. */
static bool is_in_place(const struct gp_case *c, const struct package *package, const char *name)
{
	const struct gp_modules *modules = &c->facts->modules;
	int foreign = gp_module_is_foreign(modules, package->module);

	if (package->modes == GP_MODE_VF && makes_vfs(c))
		return true;
	if (foreign >= 0)
		return foreign || package->only_dkms;
	return is_said_installed(modules, name);
}

/* The last version of each package that matters here; the tree has them in order. */
static bool is_newest(const struct gp_modules *modules, const struct gp_dkms *entry)
{
	for (const struct gp_dkms *next = entry + 1; next < modules->dkms.items + modules->dkms.n;
		next++)
		if (strcmp(next->name, entry->name) == 0)
			return false;
	return true;
}

static bool is_guest_only(const struct gp_case *c)
{
	return !(c->roles & GP_ROLE_HOST);
}

/* The package of an entry that has to be looked at, or NULL. */
static const struct package *package_at_stake(const struct gp_case *c, const struct gp_dkms *entry)
{
	const struct package *package = package_of(entry->name);

	if (!package || !may_have_gpu_of(c, package->vendor) ||
		!is_newest(&c->facts->modules, entry))
		return NULL;
	return package;
}

static const char *version_name(struct gp_arena *arena, const struct gp_dkms *entry)
{
	return gp_printf(arena, "%s/%s", entry->name, entry->version);
}

static struct gp_finding *fail_entry(struct gp_findings *out, const struct package *package,
	const struct gp_dkms *entry, const char *evidence, const char *text)
{
	struct gp_finding *finding = gp_find(out, GP_FAIL, evidence, "%s", text);

	finding->subject = version_name(out->arena, entry);
	finding->modes = package->modes & out->check->modes;
	return finding;
}

/* ---- dkms-kernel-range */

static bool has_back_reference(const char *range)
{
	for (const char *at = range; (at = strchr(at, '\\')); at++)
		if (at[1] >= '0' && at[1] <= '9')
			return true;
	return false;
}

/* regcomp() of the C library writes out what is before a + twice, and so on for each around it. */
static bool has_many_repeats(const char *range)
{
	size_t repeats = 0;

	for (; *range; range++)
		repeats += *range == '+';
	return repeats > MOST_REPEATS;
}

/*
 * dkms(8): the kernel has to match BUILD_EXCLUSIVE_KERNEL. Only what such an expression is made of
 * goes to regcomp(); counted repetitions and references back could take it very long.
 */
static int matches(const char *range, const char *release)
{
	regex_t compiled;
	int found;

	if (strlen(range) > LONGEST_RANGE || strlen(release) > LONGEST_RELEASE ||
		!gp_is_plain(range, "^$().|[]-\\?+*_") || has_back_reference(range) ||
		has_many_repeats(range))
		return -1;
	if (regcomp(&compiled, range, REG_EXTENDED | REG_NOSUB))
		return -1;
	found = regexec(&compiled, release, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}

/* What releases of i915-sriov-dkms say of themselves (its README.md and dkms.conf). */
static int is_in_known_range(const struct gp_dkms *entry, const char *release)
{
	static const struct {
		const char *version;
		unsigned first[2], behind[2];
	} known[] = {
		{"2026.05.0", {6, 17}, {7, 1}},
		{"2026.03.05", {6, 12}, {6, 20}},
		{"2025.07.22", {6, 8}, {6, 15}},
	};

	if (!gp_starts_with(entry->name, "i915-sriov"))
		return -1;
	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
		if (gp_starts_with(entry->version, known[i].version))
			return gp_kernel_at_least(release, known[i].first[0], known[i].first[1]) &&
			       !gp_kernel_at_least(release, known[i].behind[0], known[i].behind[1]);
	return -1;
}

static int is_for_kernel(const struct gp_dkms *entry, const char *release)
{
	int fits = entry->only_for ? matches(entry->only_for, release) : -1;

	return fits >= 0 ? fits : is_in_known_range(entry, release);
}

static void mend_range(
	struct gp_findings *out, struct gp_finding *finding, const char *name, const char *release)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, name,
			gp_printf(out->arena,
				"Install a release of %s that is made for kernel %s, or start a "
				"kernel that this release is made for (Proxmox: proxmox-boot-tool "
				"kernel pin VERSION).",
				name, release ? release : "of this machine"),
			0});
}

static bool says_failed(const struct gp_dkms *entry, const char *release)
{
	return gp_equal(entry->log_kernel, release) &&
	       (strstr(entry->log.value, "error:") || strstr(entry->log.value, "*** ["));
}

static void range_of(const struct gp_case *c, struct gp_findings *out,
	const struct package *package, const struct gp_dkms *entry)
{
	const char *release = c->facts->modules.release, *text = NULL, *evidence = "";

	if (is_for_kernel(entry, release) == 0) {
		text = gp_printf(out->arena, "%s %s is not made for kernel %s", entry->name,
			entry->version, release);
		evidence = entry->only_for ? gp_printf(out->arena,
						     "%s/dkms.conf: BUILD_EXCLUSIVE_KERNEL=\"%s\"",
						     entry->source, entry->only_for)
					   : entry->path;
	} else if (says_failed(entry, release)) {
		text = gp_printf(out->arena, "%s %s could not be built for kernel %s", entry->name,
			entry->version, release);
		evidence = entry->log.from.path;
	}
	if (text)
		mend_range(
			out, fail_entry(out, package, entry, evidence, text), entry->name, release);
	else
		gp_find(out, GP_PASS, entry->path,
			is_for_kernel(entry, release) > 0
				? "%s %s is made for this kernel"
				: "nothing says that %s %s is not made for this kernel",
			entry->name, entry->version);
}

/* What DKMS itself said, in a log that somebody kept: about one of the packages, this kernel. */
static const struct gp_log_hit *dkms_said(const struct gp_case *c)
{
	static const enum gp_log_id ids[] = {GP_LOG_DKMS_EXCLUSIVE, GP_LOG_DKMS_FAILED};
	const char *release = c->facts->modules.release;

	for (size_t i = 0; i < GP_ARRAY_SIZE(ids); i++) {
		const struct gp_log_hit *hit = gp_any_log(c, ids[i]);
		bool names_kernel =
			hit && (strstr(hit->text, "/x86_64/") || strstr(hit->text, "on kernel: "));

		if (hit && (!names_kernel || !release || strstr(hit->text, release)))
			return hit;
	}
	return NULL;
}

static bool say_what_dkms_said(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = dkms_said(c);

	const struct gp_log_hit *log = hit ? gp_any_log(c, GP_LOG_DKMS_MAKE_LOG) : NULL;

	for (size_t i = 0; hit && i < GP_ARRAY_SIZE(packages); i++) {
		const struct package *package = &packages[i];
		struct gp_finding *finding;

		/* The package is named in the line itself, or in the next: "Consult ..." */
		if (!strstr(hit->text, package->name) && !(log && strstr(log->text, package->name)))
			continue;
		if (is_in_place(c, package, package->name))
			continue;
		finding = gp_find(out, GP_FAIL, gp_evidence(out, hit->source, hit->text),
			"DKMS does not build %s for this kernel", package->name);
		finding->modes = package->modes & out->check->modes;
		mend_range(out, finding, package->name, c->facts->modules.release);
		return true;
	}
	return false;
}

static void say_no_dkms(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_origin *from = &c->facts->modules.dkms_from;

	if (from->presence == GP_UNREADABLE)
		gp_find_unknown(out, from);
	else
		gp_find(out, GP_SKIP, DKMS_TREE, "DKMS builds no module for a GPU of this machine");
}

static void kernel_range(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_modules *modules = &c->facts->modules;
	size_t before = out->n;

	gp_each (entry, &modules->dkms) {
		const struct package *package = package_at_stake(c, entry);

		if (!package)
			continue;
		if (!modules->release)
			gp_find(out, GP_UNKNOWN, "/proc/sys/kernel/osrelease",
				"the version of the kernel is not known");
		else if (is_in_place(c, package, entry->name))
			gp_find(out, GP_PASS, entry->path, "%s is installed for this kernel",
				entry->name);
		else
			range_of(c, out, package, entry);
	}
	if (out->n == before && !say_what_dkms_said(c, out))
		say_no_dkms(c, out);
}

/* ---- dkms-added-not-installed, nvidia-dkms-headers */

static const char *other_kernels(const struct gp_case *c, struct gp_arena *arena, const char *name)
{
	struct gp_strings kernels = {0};

	gp_each (entry, &c->facts->modules.dkms)
		if (strcmp(entry->name, name) == 0 && entry->state == GP_DKMS_INSTALLED)
			gp_strings_add_once(arena, &kernels, entry->kernel);
	return kernels.n ? gp_printf(arena, " (only for %s)", gp_join(arena, &kernels, ", ")) : "";
}

/* DKMS installed it, and modules.dep leads to the kernel's own module. */
static void say_not_found(const struct gp_case *c, struct gp_findings *out,
	const struct package *package, const struct gp_dkms *entry)
{
	const struct gp_modules *modules = &c->facts->modules;
	struct gp_finding *finding = fail_entry(out, package, entry,
		gp_evidence(out, modules->files_from.from.path,
			gp_module_file(modules, package->module)),
		gp_printf(out->arena,
			"DKMS installed %s for %s, and the kernel's own %s would be loaded",
			entry->name, modules->release, package->module));
	const char *release = gp_shell_word(out->arena, modules->release);

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, entry->name,
			gp_printf(out->arena,
				"Install it anew, then look where it went: dkms install --force "
				"%s -k %s; depmod -a %s; modinfo -n %s",
				gp_shell_word(out->arena, gp_printf(out->arena, "%s/%s",
								  entry->name, entry->version)),
				release, release, package->module),
			0});
	gp_mend_reboot(out, finding, true);
}

static void say_not_installed(const struct gp_case *c, struct gp_findings *out,
	const struct package *package, const struct gp_dkms *entry)
{
	const struct gp_modules *modules = &c->facts->modules;
	bool lacks_headers = gp_is_absent(&modules->headers);
	struct gp_finding *finding = fail_entry(out, package, entry,
		lacks_headers ? gp_printf(out->arena, "%s; %s is not there", entry->path,
					modules->headers.path)
			      : entry->path,
		gp_printf(out->arena, "%s %s is not installed for the running kernel%s%s%s%s",
			entry->name, entry->version, modules->release ? " " : "",
			modules->release ? modules->release : "",
			other_kernels(c, out->arena, entry->name),
			lacks_headers ? ": the headers of this kernel are missing" : ""));

	if (lacks_headers)
		gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "kernel-headers", "", 0});
	if (modules->release)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_DKMS,
				gp_printf(out->arena, "%s/%s", entry->name, entry->version),
				modules->release, 0});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "dkms",
				"Install the headers of the running kernel, then: dkms autoinstall",
				0});
	gp_mend_reboot(out, finding, true);
}

static void install_state(const struct gp_case *c, struct gp_findings *out, bool of_nvidia)
{
	const struct gp_modules *modules = &c->facts->modules;
	size_t before = out->n;

	gp_each (entry, &modules->dkms) {
		const struct package *package = package_at_stake(c, entry);

		if (!package || (package->vendor == GP_NVIDIA && is_guest_only(c)) != of_nvidia)
			continue;
		if (!modules->release && !(c->facts->is_partial && entry->state == GP_DKMS_ADDED))
			gp_find(out, GP_UNKNOWN, "/proc/sys/kernel/osrelease",
				"the version of the kernel is not known");
		else if (modules->release && is_in_place(c, package, entry->name))
			gp_find(out, GP_PASS, entry->path, "%s is installed for kernel %s",
				entry->name, modules->release);
		else if (is_said_installed(modules, entry->name))
			say_not_found(c, out, package, entry);
		else
			say_not_installed(c, out, package, entry);
	}
	if (out->n == before)
		say_no_dkms(c, out);
}

static void not_installed(const struct gp_case *c, struct gp_findings *out)
{
	install_state(c, out, false);
}

static void nvidia_headers(const struct gp_case *c, struct gp_findings *out)
{
	if (is_guest_only(c))
		install_state(c, out, true);
	else
		gp_find(out, GP_SKIP, DKMS_TREE, "this is a host too: dkms-added-not-installed");
}

static const struct gp_check checks[] = {
	{
		.id = "dkms-kernel-range",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the DKMS module is not made for this kernel",
		.why = "DKMS leaves it out, so the kernel's own driver is loaded instead of it, or "
		       "none.",
		.mend = "Install a release that is made for this kernel, or pin a kernel that the "
			"release is made for.",
		.reference = "dkms(8): BUILD_EXCLUSIVE_KERNEL; i915-sriov-dkms, README.md",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.run = kernel_range,
	},
	{
		.id = "dkms-added-not-installed",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the DKMS module is not installed for this kernel",
		.why = "The source is there, but no module was built for the kernel that runs: often "
		       "its headers are missing, or it is newer than the last build.",
		.mend = "Install the headers of the running kernel, and the module for it with dkms install.",
		.reference = "dkms(8)",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.needs = {"dkms-kernel-range"},
		.run = not_installed,
	},
	{
		.id = "nvidia-dkms-headers",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "NVIDIA's module is not built for the guest's kernel",
		.why = "Without headers DKMS cannot build it; nvidia-smi then cannot reach the driver.",
		.mend = "Install the headers of the running kernel, and the module for it with dkms install.",
		.reference = "dkms(8)",
		.roles = GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.needs = {"dkms-kernel-range"},
		.run = nvidia_headers,
	},
};

const struct gp_check_table gp_driver_dkms_checks = {checks, GP_ARRAY_SIZE(checks)};
