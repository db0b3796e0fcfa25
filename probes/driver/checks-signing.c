/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether modules from outside the kernel may be loaded. */
#include "driver/check-help.h"
#include "driver/checks.h"

/* The foreign modules for GPUs, loaded or not. */
static struct gp_strings foreign_modules(
	const struct gp_case *c, struct gp_arena *arena, bool loaded)
{
	static const char *const names[] = {"i915", "xe", "kvmgt", "nvidia", "amdgpu"};
	struct gp_strings foreign = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
		if (gp_module_is_foreign(&c->facts->modules, names[i]) == 1 &&
			gp_kernel_has_module(&c->facts->kernel, names[i]) == loaded)
			gp_strings_add(arena, &foreign, names[i]);
	return foreign;
}

/* In a guest it is the GPU without a driver that this is about. */
static const struct gp_function *without_driver(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_is_absent(&c->gpus[i]->driver_from))
			return c->gpus[i];
	return NULL;
}

static void say_refused(const struct gp_case *c, struct gp_findings *out,
	const struct gp_strings *missing, const struct gp_log_hit *hit)
{
	const struct gp_origin *mok = &c->facts->modules.mok;
	const char *key = gp_is_present(mok) ? mok->path : "/var/lib/dkms/mok.pub";
	struct gp_finding *finding = gp_find(out, GP_FAIL, gp_evidence(out, hit->source, hit->text),
		"the kernel refuses %s: no key that it trusts has signed it",
		missing->n ? gp_join(out->arena, missing, ", ") : "a module");

	finding->waits_for = "guest-secure-boot";
	if (!(c->roles & GP_ROLE_HOST))
		finding->gpu = without_driver(c);
	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "mokutil", "", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, key,
			gp_printf(out->arena,
				"Enroll the key that DKMS signs with: mokutil --import %s; at the next "
				"start choose Enroll MOK. Or turn Secure Boot off in the firmware.",
				key),
			0});
	gp_mend_reboot(out, finding, false);
}

static bool may_refuse(const struct gp_case *c)
{
	return gp_modules_must_be_signed(&c->facts->modules) != 0;
}

static void secure_boot(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_modules *modules = &c->facts->modules;
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_REFUSED_UNSIGNED);
	struct gp_strings missing = foreign_modules(c, out->arena, false);
	struct gp_strings loaded = foreign_modules(c, out->arena, true);
	bool knows_files = gp_is_present(&modules->files_from.from);

	if (hit && may_refuse(c) && (missing.n || !knows_files))
		say_refused(c, out, &missing, hit);
	else if (loaded.n)
		gp_find(out, GP_PASS, "/proc/modules", "%s is loaded",
			gp_join(out->arena, &loaded, ", "));
	else if (!missing.n)
		gp_find(out, knows_files ? GP_PASS : GP_SKIP, modules->files_from.from.path,
			"no module from outside the kernel is installed for a GPU");
	else if (!may_refuse(c))
		gp_find(out, GP_PASS, modules->secure_boot_from.path,
			"this kernel takes modules that nobody signed");
	else if (c->facts->kernel.klog.whole)
		gp_find(out, GP_PASS, GP_KERNEL_LOG, "no module was refused for its signature");
	else
		gp_find(out, GP_UNKNOWN, GP_KERNEL_LOG,
			"whether %s was refused for its signature is not known: the kernel log is "
			"not whole",
			gp_join(out->arena, &missing, ", "));
}

static void taint_misread(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit =
		gp_log_next(&c->facts->kernel.klog, GP_LOG_UNSIGNED_TAINT, NULL);

	if (!hit)
		gp_find(out, GP_PASS, GP_KERNEL_LOG, "no module is loaded without a signature");
	else
		gp_find(out, GP_NOTE, gp_log_evidence(out, hit),
			"a notice, no fault: the module is loaded, unsigned, and the kernel only "
			"marks itself as tainted");
}

static const struct gp_check checks[] = {
	{
		.id = "dkms-secureboot",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the kernel refuses a module for its signature",
		.why = "With Secure Boot, or locked down, the kernel loads only modules signed with "
		       "a key it trusts; the key of DKMS has to be enrolled first.",
		.mend = "mokutil --import /var/lib/dkms/mok.pub, reboot, Enroll MOK; or turn Secure "
			"Boot off.",
		.reference = "Linux, kernel/module/signing.c; mokutil(1)",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.needs = {"dkms-added-not-installed", "nvidia-dkms-headers"},
		.run = secure_boot,
	},
	{
		.id = "taint-misread",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_NOTE,
		.title = "a taint notice that looks like a fault",
		.why = "\"module verification failed\" says that a module without a trusted signature "
		       "was loaded, not that it was refused.",
		.mend = "Nothing is to be done.",
		.reference =
			"Linux, kernel/module/main.c; Documentation/admin-guide/tainted-kernels",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL,
		.run = taint_misread,
	},
};

const struct gp_check_table gp_driver_signing_checks = {checks, GP_ARRAY_SIZE(checks)};
