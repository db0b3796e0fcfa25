/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mdev/check-help.h"

#include <string.h>

#include "driver/options.h"

/* Somebody tried, whatever the GPU. */
static bool gvt_was_tried(const struct gp_case *c)
{
	static const enum gp_log_id tried[] = {GP_LOG_GVT_OFF, GP_LOG_GVT_GUC, GP_LOG_GVT_UNTRACKED,
		GP_LOG_KVMGT_NO_DEVICE, GP_LOG_KVMGT_NOT_FOUND, GP_LOG_GVT_NO_ROOM};
	struct gp_i915_setting setting;

	for (size_t i = 0; i < GP_ARRAY_SIZE(tried); i++)
		if (gp_any_log(c, tried[i]))
			return true;
	return gp_i915_setting(c->facts, "enable_gvt", &setting) ||
	       gp_kernel_lists_module(&c->facts->kernel, "kvmgt");
}

/* Of some machines only pieces are known, and no PCI function: there i915 has one GPU. */
static void look_at_unseen(const struct gp_case *c, struct gp_findings *out, gp_look_at_gvt *look)
{
	static const struct gp_function unseen = {.address = "0000:00:02.0",
		.vendor_id = 0x8086,
		.device_id = 0xffff,
		.kind = GP_GPU_REAL};
	bool is_whole = gp_is_present(&c->facts->pci.from) && !c->facts->pci.is_partial;

	if (gp_has_gpu_of(c, GP_INTEL) || is_whole || !(c->modes & GP_MODE_SPLIT) ||
		!gvt_was_tried(c))
		return;
	look(c, out, &unseen);
	for (struct gp_finding *finding = out->items; finding < out->items + out->n; finding++)
		if (finding->gpu == &unseen) {
			finding->gpu = NULL;
			finding->subject = "";
		}
}

void gp_each_gvt(const struct gp_case *c, struct gp_findings *out, gp_look_at_gvt *look)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_gvt_splits(c->gpus[i]))
			look(c, out, c->gpus[i]);
	if (out->n == before)
		look_at_unseen(c, out, look);
	if (out->n == before)
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices",
			"there is no GPU here that Intel GVT-g could split");
}

bool gp_has_mdev_types(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_mdev_next_type(&c->facts->mdev, gpu->address, NULL) != NULL;
}

const char *gp_mdev_type_names(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_function *gpu)
{
	const struct gp_mdev_type *type = NULL;
	struct gp_strings names = {0};

	while ((type = gp_mdev_next_type(&c->facts->mdev, gpu->address, type)))
		gp_strings_add(arena, &names, type->type);
	return gp_join(arena, &names, ", ");
}

static bool has_any_types(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_is_integrated_intel(c->gpus[i]) && gp_has_mdev_types(c, c->gpus[i]))
			return true;
	return false;
}

/* i915 is there with its parameters, or could not be looked at. */
static enum gp_gvt_state state_by_files(
	const struct gp_case *c, struct gp_findings *out, const char **ret_evidence)
{
	const struct gp_text_value *param = gp_i915_param(c->facts, "enable_gvt");
	struct gp_i915_setting setting;

	if (param && gp_is_present(&param->from)) {
		*ret_evidence = gp_evidence(out, param->from.path, param->value);
		return gp_is_yes(param->value) ? GP_GVT_ON : GP_GVT_OFF;
	}
	if (gp_i915_setting(c->facts, "enable_gvt", &setting)) {
		*ret_evidence = setting.file;
		return gp_is_yes(setting.value) ? GP_GVT_ON : GP_GVT_OFF;
	}
	*ret_evidence = c->facts->kernel.cmdline_text.from.path;
	return gp_is_present(&c->facts->kernel.cmdline_text.from) ? GP_GVT_OFF : GP_GVT_UNKNOWN;
}

enum gp_gvt_state gp_gvt_state(
	const struct gp_case *c, struct gp_findings *out, const char **ret_evidence)
{
	static const enum gp_log_id off[] = {GP_LOG_GVT_OFF, GP_LOG_KVMGT_NO_DEVICE};
	enum gp_gvt_state state = state_by_files(c, out, ret_evidence);

	if (has_any_types(c))
		return GP_GVT_ON;
	for (size_t i = 0; state == GP_GVT_UNKNOWN && i < GP_ARRAY_SIZE(off); i++) {
		const struct gp_log_hit *hit = gp_any_log(c, off[i]);

		if (!hit)
			continue;
		*ret_evidence = gp_log_evidence(out, hit);
		return GP_GVT_OFF;
	}
	return state;
}

int gp_has_kvmgt(const struct gp_case *c)
{
	const struct gp_modules *modules = &c->facts->modules;

	if (gp_kernel_has_module(&c->facts->kernel, "kvmgt") || gp_module_file(modules, "kvmgt"))
		return 1;
	return gp_is_present(&modules->files_from.from) ? 0 : -1;
}

void gp_mend_i915(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const char *name, const char *value)
{
	struct gp_options options = gp_options_of(c, out->arena, "i915");
	const struct gp_option *set = gp_option_last(&options, name);
	const char *instead = gp_printf(out->arena, "%s=%s", name, value);

	if (set)
		gp_mend_option(out, finding, set, instead);
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD,
				gp_printf(out->arena, "i915.%s", instead), "", 0});
}

const char *gp_passed_evidence(struct gp_findings *out, const struct gp_passed *passed)
{
	return gp_printf(out->arena, "%s: \"%s: %s\"", gp_passed_place(out->arena, passed),
		passed->key, passed->text);
}

/* Options of a whole GPU, which a vGPU has no use for. */
static bool is_for_whole_gpu(const char *piece)
{
	static const char *const options[] = {"x-vga=", "legacy-igd=", "romfile=", "rombar="};

	for (size_t i = 0; i < GP_ARRAY_SIZE(options); i++)
		if (gp_starts_with(piece, options[i]))
			return true;
	return false;
}

const char *gp_hostpci(struct gp_arena *arena, const struct gp_passed *passed,
	const struct gp_function *gpu, const char *type)
{
	struct gp_strings pieces = gp_split(arena, passed->text, ","), kept = {0};

	if (!passed->mapping)
		gp_strings_add(arena, &kept, gpu->address);
	gp_each (piece, &pieces) {
		bool is_address = !strchr(*piece, '=') || gp_starts_with(*piece, "host=");

		if (!is_address && !is_for_whole_gpu(*piece) &&
			!(type && gp_starts_with(*piece, "mdev=")))
			gp_strings_add(arena, &kept, *piece);
	}
	if (type)
		gp_strings_add(arena, &kept, gp_printf(arena, "mdev=%s", type));
	return gp_printf(arena, "--%s %s", passed->key, gp_join(arena, &kept, ","));
}
