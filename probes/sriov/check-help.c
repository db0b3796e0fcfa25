/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sriov/check-help.h"

#include <errno.h>
#include <string.h>

#include "driver/options.h"

/* Which PFs are looked at: all; those that show the capability; or were not seen without it. */
enum which { ANY, CAPABLE, PERHAPS_CAPABLE };

static void look_if_capable(const struct gp_case *c, struct gp_findings *out,
	const struct gp_pf *pf, gp_look_at_pf *look, enum which which)
{
	const struct gp_origin *from = &pf->totalvfs.from;

	if (pf->function->vendor_id != 0x8086 && !gp_is_wanted(c, pf->function, GP_MODE_VF))
		gp_find_gpu(out, GP_SKIP, pf->function, from->path, "nobody wants VFs of it");
	else if (gp_is_present(from) || (which == PERHAPS_CAPABLE && from->error == ENODATA))
		look(c, out, pf);
	else if (gp_is_absent(from))
		gp_find_gpu(
			out, GP_SKIP, pf->function, from->path, "it shows no SR-IOV capability");
	else
		gp_find_gpu_unknown(out, pf->function, from);
}

/* What is said of a PF is about its VFs too. */
static void each(
	const struct gp_case *c, struct gp_findings *out, gp_look_at_pf *look, enum which which)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_pf *pf = gp_sriov_pf(&c->facts->sriov, c->gpus[i]);

		if (pf && which != ANY)
			look_if_capable(c, out, pf, look, which);
		else if (pf)
			look(c, out, pf);
	}
	for (size_t i = before; i < out->n; i++)
		out->items[i].modes = out->check->modes;
	if (out->n == before)
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "there is no GPU to make VFs of");
}

void gp_each_pf(const struct gp_case *c, struct gp_findings *out, gp_look_at_pf *look)
{
	each(c, out, look, ANY);
}

void gp_each_capable_pf(const struct gp_case *c, struct gp_findings *out, gp_look_at_pf *look)
{
	each(c, out, look, CAPABLE);
}

void gp_each_perhaps_capable_pf(
	const struct gp_case *c, struct gp_findings *out, gp_look_at_pf *look)
{
	each(c, out, look, PERHAPS_CAPABLE);
}

bool gp_pf_is_driven_by(const struct gp_pf *pf, const char *driver)
{
	return gp_equal(pf->function->driver, driver);
}

struct gp_number_value gp_max_vfs(const struct gp_modules *modules, const char *driver)
{
	struct gp_number_value none = {.from = {.path = "/sys/module"}};

	gp_each (param, &modules->params) {
		struct gp_number_value number = {.from = param->value.from};

		if (!gp_same_name(param->module, driver))
			continue;
		none.from.presence = GP_ABSENT;
		if (strcmp(param->name, "max_vfs") != 0)
			continue;
		if (gp_is_present(&number.from) &&
			gp_parse_u64(param->value.value, 10, &number.value) < 0)
			number.from.presence = GP_MALFORMED;
		return number;
	}
	return none;
}

bool gp_i915_offers_none(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_pf *pf = gp_sriov_pf(&c->facts->sriov, c->gpus[i]);

		if (pf && gp_is_present(&pf->totalvfs.from) && !pf->totalvfs.value &&
			gp_pf_is_driven_by(pf, "i915") && gp_is_wanted(c, c->gpus[i], GP_MODE_VF) &&
			gp_max_vfs(&c->facts->modules, "i915").value)
			return true;
	}
	return false;
}

void gp_mend_max_vfs(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const char *driver)
{
	struct gp_options options = gp_options_of(c, out->arena, driver);
	const struct gp_option *set = gp_option_last(&options, "max_vfs");
	const char *right = gp_printf(out->arena, "max_vfs=%d", GP_USUAL_VFS);

	if (set)
		gp_mend_option(out, finding, set, right);
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD,
				gp_printf(out->arena, "%s.%s", driver, right), "", 0});
}

/* "Enabled 7 VFs" (i915), "PF: Enabled 2 of 7 VFs" (xe). */
static bool counts_vfs(const char *text)
{
	const char *number = strstr(text, "abled ");

	number = number ? number + strlen("abled ") : "";
	return *number >= '1' && *number <= '9' && strstr(number, " VF");
}

const struct gp_log_hit *gp_pf_last_switch(
	const struct gp_case *c, enum gp_log_id id, const struct gp_function *pf)
{
	const struct gp_log_hit *hit = NULL, *last = NULL;

	while ((hit = gp_log_next(&c->facts->kernel.klog, id, hit)))
		if (counts_vfs(hit->text) && gp_log_is_about(c, hit, pf))
			last = hit;
	return last;
}

const struct gp_log_hit *gp_pf_failed(
	const struct gp_case *c, enum gp_log_id id, const struct gp_function *pf)
{
	const struct gp_log_hit *last = gp_log_last_of(c, id, pf);
	const struct gp_log_hit *enabled = gp_pf_last_switch(c, GP_LOG_ENABLED, pf);

	return last && enabled && enabled > last ? NULL : last;
}

uint64_t gp_vfs_asked(const struct gp_sriov *sriov, const struct gp_function *pf)
{
	const struct gp_vf_maker *maker = NULL;
	uint64_t most = 0;

	while ((maker = gp_sriov_next_maker(sriov, pf, maker)))
		if (maker->address && maker->count > most)
			most = maker->count;
	return most;
}
