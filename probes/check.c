/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <string.h>

const char *const gp_layer_names[GP_N_LAYERS] = {
	[GP_LAYER_FIRMWARE] = "firmware",
	[GP_LAYER_KERNEL] = "kernel",
	[GP_LAYER_IOMMU] = "iommu",
	[GP_LAYER_PCI] = "pci",
	[GP_LAYER_VFIO] = "vfio",
	[GP_LAYER_MDEV] = "mdev",
	[GP_LAYER_SRIOV] = "sriov",
	[GP_LAYER_DRIVER] = "driver",
	[GP_LAYER_VM] = "vm",
	[GP_LAYER_DRM] = "drm",
	[GP_LAYER_VAAPI] = "vaapi",
	[GP_LAYER_OPENCL] = "opencl",
	[GP_LAYER_CONTAINER] = "container",
	[GP_LAYER_BENCH] = "bench",
};

const char *const gp_verdict_names[] = {
	[GP_SKIP] = "skip",
	[GP_PASS] = "pass",
	[GP_NOTE] = "note",
	[GP_UNKNOWN] = "unknown",
	[GP_WARN] = "warn",
	[GP_FAIL] = "fail",
};

static const char *const mode_names[] = {"native", "full", "split", "vf", "container", "cpu"};

int gp_layer_parse(const char *name)
{
	for (int i = 0; i < GP_N_LAYERS; i++)
		if (strcmp(gp_layer_names[i], name) == 0)
			return i;
	return -1;
}

unsigned gp_mode_parse(const char *name)
{
	for (unsigned i = 0; i < GP_ARRAY_SIZE(mode_names); i++)
		if (strcmp(mode_names[i], name) == 0)
			return 1u << i;
	return 0;
}

char *gp_modes_name(struct gp_arena *arena, unsigned modes)
{
	struct gp_strings names = {0};

	for (unsigned i = 0; i < GP_ARRAY_SIZE(mode_names); i++)
		if (modes & 1u << i)
			gp_strings_add(arena, &names, mode_names[i]);
	return gp_join(arena, &names, ";");
}

const struct gp_check *gp_check_by_id(const char *id)
{
	for (const struct gp_check_table *const *table = gp_check_tables; *table; table++)
		gp_each (check, *table)
			if (strcmp(check->id, id) == 0)
				return check;
	return NULL;
}

unsigned gp_wanted_modes(const struct gp_case *c, const struct gp_function *gpu)
{
	for (size_t i = 0; gpu && c->wanted && i < c->n_gpus; i++)
		if (c->gpus[i] == gpu)
			return c->wanted[i];
	return c->modes;
}

bool gp_is_wanted(const struct gp_case *c, const struct gp_function *gpu, unsigned modes)
{
	return gp_wanted_modes(c, gpu) & modes;
}

const struct gp_log_hit *gp_any_log(const struct gp_case *c, enum gp_log_id id)
{
	const struct gp_log_hit *hit = gp_log_next(&c->facts->kernel.klog, id, NULL);

	if (!hit)
		hit = gp_log_next(&c->facts->vms.log, id, NULL);
	return hit ? hit : gp_log_next(&c->facts->said, id, NULL);
}

bool gp_has_gpu_of(const struct gp_case *c, uint16_t vendor)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i]->vendor_id == vendor)
			return true;
	return false;
}

static bool is_alone(const struct gp_case *c, const struct gp_function *gpu)
{
	gp_each (other, &c->facts->pci)
		if (other != gpu && other->kind != GP_GPU_NONE &&
			other->vendor_id == gpu->vendor_id)
			return false;
	return true;
}

bool gp_log_is_about(
	const struct gp_case *c, const struct gp_log_hit *hit, const struct gp_function *gpu)
{
	if (gp_log_names(hit->text, gpu->address))
		return true;
	return !gp_log_address(hit->text, strlen(hit->text)) && is_alone(c, gpu);
}

const struct gp_log_hit *gp_log_last_of(
	const struct gp_case *c, enum gp_log_id id, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = NULL, *last = NULL;

	while ((hit = gp_log_next(&c->facts->kernel.klog, id, hit)))
		if (gp_log_is_about(c, hit, gpu))
			last = hit;
	return last;
}

static bool is_of_unlisted(const struct gp_pci *pci, const struct gp_log_hit *hit)
{
	if (!gp_log_address(hit->text, strlen(hit->text)))
		return false;
	gp_each (function, pci)
		if (gp_log_names(hit->text, function->address))
			return false;
	return true;
}

const struct gp_log_hit *gp_log_without_gpu(
	const struct gp_case *c, enum gp_log_id id, uint16_t vendor)
{
	const struct gp_facts *facts = c->facts;
	const struct gp_log *logs[] = {&facts->kernel.klog, &facts->vms.log, &facts->said};
	bool none = vendor ? !gp_has_gpu_of(c, vendor) : !c->n_gpus;

	if (gp_is_present(&facts->pci.from) && !facts->pci.is_partial)
		return NULL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(logs); i++) {
		const struct gp_log_hit *hit = NULL, *last = NULL;

		while ((hit = gp_log_next(logs[i], id, hit)))
			if (none || is_of_unlisted(&facts->pci, hit))
				last = hit;
		if (last)
			return last;
	}
	return NULL;
}

static struct gp_finding *add(struct gp_findings *out, enum gp_verdict verdict,
	const char *evidence, const char *format, va_list args)
{
	struct gp_finding *finding = gp_push(out->arena, out);

	finding->check = out->check;
	finding->verdict = verdict;
	finding->said = verdict;
	finding->modes = out->check->modes;
	finding->subject = "";
	finding->evidence = evidence ? evidence : "";
	finding->text = gp_vprintf(out->arena, format, args);
	return finding;
}

struct gp_finding *gp_find(struct gp_findings *out, enum gp_verdict verdict, const char *evidence,
	const char *format, ...)
{
	struct gp_finding *finding;
	va_list args;

	va_start(args, format);
	finding = add(out, verdict, evidence, format, args);
	va_end(args);
	return finding;
}

static unsigned modes_about(const struct gp_check *check, const struct gp_function *gpu)
{
	if (gp_pci_is_vf(gpu) && check->modes & GP_MODE_VF)
		return GP_MODE_VF;
	return check->modes == GP_MODES_HANDED_OVER ? GP_MODE_FULL : check->modes;
}

struct gp_finding *gp_find_gpu(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_function *gpu, const char *evidence, const char *format, ...)
{
	struct gp_finding *finding;
	va_list args;

	va_start(args, format);
	finding = add(out, verdict, evidence, format, args);
	va_end(args);
	finding->gpu = gpu;
	finding->subject = gpu->address;
	finding->modes = modes_about(out->check, gpu);
	return finding;
}

struct gp_finding *gp_find_unknown(struct gp_findings *out, const struct gp_origin *from)
{
	return gp_find(out, GP_UNKNOWN, from->path, "%s", gp_origin_says(out->arena, from));
}

struct gp_finding *gp_find_gpu_unknown(
	struct gp_findings *out, const struct gp_function *gpu, const struct gp_origin *from)
{
	return gp_find_gpu(
		out, GP_UNKNOWN, gpu, from->path, "%s", gp_origin_says(out->arena, from));
}

void gp_mend(struct gp_findings *out, struct gp_finding *finding, struct gp_step step)
{
	if (!step.subject)
		step.subject = "";
	if (!step.argument)
		step.argument = "";
	*gp_push(out->arena, &finding->steps) = step;
}

const char *gp_evidence(struct gp_findings *out, const char *path, const char *text)
{
	return gp_printf(out->arena, "%s: \"%s\"", path, text);
}

const char *gp_log_evidence(struct gp_findings *out, const struct gp_log_hit *hit)
{
	return gp_evidence(out, hit->source, hit->text);
}
