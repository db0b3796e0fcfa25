/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether what is wanted of a device that makes mdevs can still be had. */
#include <string.h>

#include "mdev/check-help.h"
#include "mdev/checks.h"

/* Somebody who wants an mdev of a GPU: a VM, or mdevctl at boot. */
struct want {
	const struct gp_function *gpu;
	const char *who, *type, *source;
	const struct gp_passed *passed;   /* NULL: mdevctl */
	const struct gp_mdev_device *has; /* the one that it has already, or NULL */
};

static const char *gpu_dir(struct gp_findings *out, const struct gp_function *gpu)
{
	return gp_printf(out->arena, "/sys/bus/pci/devices/%s/mdev_supported_types", gpu->address);
}

static struct gp_finding *find_want(
	struct gp_findings *out, enum gp_verdict verdict, const struct want *want, const char *text)
{
	return gp_find_gpu(out, verdict, want->gpu, want->source, "%s", text);
}

/* The first type of which there is an instance, or NULL. */
static const struct gp_mdev_type *type_left(const struct gp_mdev *mdev, const char *parent)
{
	const struct gp_mdev_type *type = NULL;

	while ((type = gp_mdev_next_type(mdev, parent, type)))
		if (type->left.value)
			return type;
	return NULL;
}

static bool owner_runs(const struct gp_case *c, const struct gp_mdev_device *device)
{
	const struct gp_vm *vm = gp_mdev_owner(c->facts, device);

	return vm && vm->pid;
}

/* Removing an mdev takes the GPU from whoever has it, so its owner is named first. */
static void mend_by_removing(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_mdev_device *device)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gp_printf(out->arena, "mdev/%s", device->uuid),
			gp_printf(out->arena,
				"This mdev (%s) belongs to %s. Only when nothing uses it: echo 1 > "
				"%s/remove",
				device->type, gp_mdev_owner_says(out->arena, c->facts, device),
				device->dir),
			0});
}

/* "vm/100, which is running; vm/101, which is stopped" of those that exist. */
static const char *holders(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct gp_strings names = {0};

	gp_each (device, &c->facts->mdev.devices)
		if (strcmp(device->parent, gpu->address) == 0)
			gp_strings_add_once(out->arena, &names,
				gp_mdev_owner_says(out->arena, c->facts, device));
	return gp_join(out->arena, &names, "; ");
}

static void mend_room(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu)
{
	size_t idle = 0;

	gp_each (device, &c->facts->mdev.devices) {
		if (strcmp(device->parent, gpu->address) != 0 || owner_runs(c, device))
			continue;
		mend_by_removing(c, out, finding, device);
		idle++;
	}
	if (!idle && gp_is_integrated_intel(gpu))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_FIRMWARE, "the aperture size of the GPU",
				"512 MB or more", 0});
}

static void say_no_such_type(
	const struct gp_case *c, struct gp_findings *out, const struct want *want)
{
	const struct gp_mdev_type *left = type_left(&c->facts->mdev, want->gpu->address);
	struct gp_finding *finding = find_want(out, GP_FAIL, want,
		gp_printf(out->arena, "%s wants a vGPU of type %s, and the GPU has only %s",
			want->who, want->type, gp_mdev_type_names(c, out->arena, want->gpu)));

	if (want->passed && left)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_VM, want->who,
				gp_hostpci(out->arena, want->passed, want->gpu, left->type), 0});
}

static void say_none_left(const struct gp_case *c, struct gp_findings *out, const struct want *want)
{
	const char *who = holders(c, out, want->gpu);
	bool only_running = *who != '\0';
	struct gp_finding *finding;

	gp_each (device, &c->facts->mdev.devices)
		if (strcmp(device->parent, want->gpu->address) == 0 && !owner_runs(c, device))
			only_running = false;
	if (gp_any_log(c, GP_LOG_MDEV_NONE_LEFT))
		only_running = false;
	finding = find_want(out, only_running ? GP_WARN : GP_FAIL, want,
		gp_printf(out->arena, "%s wants a vGPU of type %s, and none is left%s%s", want->who,
			want->type, *who ? "; taken by " : "", who));
	mend_room(c, out, finding, want->gpu);
}

/* True where there is something to say. */
static bool look_at_want(const struct gp_case *c, struct gp_findings *out, const struct want *want)
{
	const struct gp_mdev_type *type =
		gp_mdev_type(&c->facts->mdev, want->gpu->address, want->type);

	if (want->has) {
		struct gp_finding *finding;

		if (!*want->has->type || strcmp(want->has->type, want->type) == 0 ||
			owner_runs(c, want->has))
			return false;
		finding = find_want(out, GP_FAIL, want,
			gp_printf(out->arena,
				"%s wants a vGPU of type %s, and its mdev of before, of type %s, "
				"still exists",
				want->who, want->type, want->has->type));
		mend_by_removing(c, out, finding, want->has);
		return true;
	}
	if (!type)
		say_no_such_type(c, out, want);
	else if (gp_is_present(&type->left.from) && !type->left.value)
		say_none_left(c, out, want);
	else
		return false;
	return true;
}

static const struct gp_mdev_device *device_of(
	const struct gp_case *c, const struct gp_vm *vm, const struct gp_function *gpu)
{
	gp_each (device, &c->facts->mdev.devices)
		if (strcmp(device->parent, gpu->address) == 0 &&
			gp_mdev_owner(c->facts, device) == vm)
			return device;
	return NULL;
}

static const struct gp_mdev_device *device_by_uuid(const struct gp_case *c, const char *uuid)
{
	gp_each (device, &c->facts->mdev.devices)
		if (strcmp(device->uuid, uuid) == 0)
			return device;
	return NULL;
}

/* How many of the wants have something against them. */
static size_t look_at_wants(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_passed *passed = NULL;
	size_t said = 0;

	while ((passed = gp_vms_next_passed(&c->facts->vms, gpu, passed))) {
		struct want want = {gpu, passed->vm->name, passed->mdev, "", passed, NULL};

		if (!passed->mdev || !*passed->mdev)
			continue;
		want.source = gp_passed_evidence(out, passed);
		want.has = passed->uuid ? device_by_uuid(c, passed->uuid)
					: device_of(c, passed->vm, gpu);
		said += look_at_want(c, out, &want);
	}
	gp_each (definition, &c->facts->mdev.definitions) {
		struct want want = {
			gpu, "mdevctl", definition->type, definition->source, NULL, NULL};

		if (strcmp(definition->parent, gpu->address) != 0 || !definition->at_boot ||
			!*definition->type)
			continue;
		want.has = device_by_uuid(c, definition->uuid);
		said += look_at_want(c, out, &want);
	}
	return said;
}

static const char *table_of(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_function *gpu)
{
	const struct gp_mdev_type *type = NULL;
	struct gp_strings rows = {0};

	while ((type = gp_mdev_next_type(&c->facts->mdev, gpu->address, type)))
		gp_strings_add(arena, &rows,
			gp_printf(arena, "%s %llu", type->type,
				(unsigned long long)type->left.value));
	return gp_join(arena, &rows, ", ");
}

/* The first type whose instances could not be read, or NULL. */
static const struct gp_origin *unreadable_left(
	const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_mdev_type *type = NULL;

	while ((type = gp_mdev_next_type(&c->facts->mdev, gpu->address, type)))
		if (!gp_is_present(&type->left.from))
			return &type->left.from;
	return NULL;
}

/* Nobody in particular wants one: whether one could be made. */
static void look_at_rest(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_origin *unreadable = unreadable_left(c, gpu);
	const struct gp_log_hit *no_room = gp_any_log(c, GP_LOG_GVT_NO_ROOM);
	const char *who = holders(c, out, gpu);
	bool left = type_left(&c->facts->mdev, gpu->address) != NULL;
	struct gp_finding *finding;

	if (no_room && !*who && gp_is_integrated_intel(gpu)) {
		finding = gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, no_room),
			"GVT-g found no graphics memory for a vGPU");
		mend_room(c, out, finding, gpu);
	} else if (left) {
		gp_find_gpu(out, GP_PASS, gpu, gpu_dir(out, gpu), "instances left: %s",
			table_of(c, out->arena, gpu));
	} else if (unreadable) {
		gp_find_gpu(out, GP_UNKNOWN, gpu, unreadable->path, "%s",
			gp_origin_says(out->arena, unreadable));
	} else if (*who) {
		gp_find_gpu(out, GP_PASS, gpu, gpu_dir(out, gpu), "every instance is in use: by %s",
			who);
	} else {
		finding = gp_find_gpu(out, GP_FAIL, gpu, gpu_dir(out, gpu),
			"nothing uses a vGPU, and there is room for none");
		mend_room(c, out, finding, gpu);
	}
}

/* The GPU that the line is about, or NULL. */
static const struct gp_function *gpu_in(const struct gp_case *c, const struct gp_log_hit *hit)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_log_is_about(c, hit, c->gpus[i]))
			return c->gpus[i];
	return NULL;
}

/* What Proxmox said, where the types themselves could not be looked at. */
static void look_at_log(const struct gp_case *c, struct gp_findings *out)
{
	static const struct {
		enum gp_log_id id;
		const char *text;
	} said[] = {
		{GP_LOG_MDEV_NONE_LEFT, "no instance of the type of vGPU that a VM wants was left"},
		{GP_LOG_MDEV_NO_TYPE, "the GPU has no vGPU of the type that a VM wants"},
		{GP_LOG_MDEV_OTHER_TYPE, "a VM's mdev of before exists, with another type"},
		{GP_LOG_MDEV_NO_PARENT, "a VM wants a vGPU of a device that offers none"},
		{GP_LOG_GVT_NO_ROOM, "GVT-g found no graphics memory for a vGPU"},
		{GP_LOG_WRITE_NO_SPACE, "there was no room for one more vGPU of that type"},
	};
	bool looked = gp_is_present(&c->facts->mdev.from);

	for (size_t i = 0; i < GP_ARRAY_SIZE(said); i++) {
		const struct gp_log_hit *hit = gp_any_log(c, said[i].id);
		const struct gp_function *gpu = hit ? gpu_in(c, hit) : NULL;
		struct gp_finding *finding;

		/* Types came and went since, where the kernel knows of mdevs. */
		if (!hit || (looked && said[i].id != GP_LOG_MDEV_NO_PARENT))
			continue;
		if (said[i].id == GP_LOG_WRITE_NO_SPACE && !(c->modes & GP_MODE_SPLIT))
			continue;
		finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit), "%s", said[i].text);
		finding->waits_for = "gvt-unsupported-gen";
		finding->gpu = gpu;
		finding->subject = gpu ? gpu->address : "";
		return;
	}
	gp_find(out, GP_SKIP, c->facts->mdev.from.path, "no GPU offers vGPUs");
}

static void no_instances(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < c->n_gpus; i++)
		if (gp_has_mdev_types(c, c->gpus[i]) && !look_at_wants(c, out, c->gpus[i]))
			look_at_rest(c, out, c->gpus[i]);
	if (out->n == before)
		look_at_log(c, out);
}

/* GVT-g's types are named after how many of them the largest aperture holds. */
static bool only_small_types(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_mdev_type *type = NULL;

	while ((type = gp_mdev_next_type(&c->facts->mdev, gpu->address, type)))
		if (!gp_ends_with(type->type, "_8") && !gp_ends_with(type->type, "_4"))
			return false;
	return true;
}

static void aperture_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_bar *bar = &gpu->bars[2];
	uint64_t megabytes = bar->end ? (bar->end - bar->start + 1) >> 20 : 0;
	struct gp_finding *finding;

	if (!gp_has_mdev_types(c, gpu)) {
		gp_find_gpu(out, GP_SKIP, gpu, gpu_dir(out, gpu), "it offers no vGPUs yet");
		return;
	}
	if (!only_small_types(c, gpu) || megabytes > 256) {
		gp_find_gpu(out, GP_PASS, gpu, gpu_dir(out, gpu), "types of vGPU: %s",
			gp_mdev_type_names(c, out->arena, gpu));
		return;
	}
	if (!megabytes) {
		gp_find_gpu(out, GP_UNKNOWN, gpu,
			gp_printf(out->arena, "/sys/bus/pci/devices/%s/resource", gpu->address),
			"the size of the aperture is not known");
		return;
	}
	finding = gp_find_gpu(out, GP_NOTE, gpu, gpu_dir(out, gpu),
		"an aperture of %llu MB holds small vGPUs only: %s", (unsigned long long)megabytes,
		gp_mdev_type_names(c, out->arena, gpu));
	gp_mend(out, finding,
		(struct gp_step){
			GP_STEP_FIRMWARE, "the aperture size of the GPU", "512 MB or more", 0});
}

static void aperture(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gvt(c, out, aperture_of);
}

static const struct gp_check checks[] = {
	{
		.id = "fw-gvt-aperture-small",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_NOTE,
		.title = "the GPU's aperture holds small vGPUs only",
		.why = "Each vGPU takes a part of the aperture, BAR 2: 64 MB and more. With 256 MB "
		       "there are one or two small ones, which is enough for many.",
		.mend = "Only for larger or more vGPUs: raise \"Aperture size\" in the firmware setup; "
			"pre-allocated memory (DVMT) does not help.",
		.reference = "Linux, drivers/gpu/drm/i915/gvt/vgpu.c: vgpu_types",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.run = aperture,
	},
	{
		.id = "gvt-no-instances",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "there is no vGPU left of the wanted type",
		.why = "A VM with mdev= does not start when its type is not offered or every instance "
		       "is taken.",
		.mend = "Take a smaller type, raise the aperture in the firmware setup, run the host "
			"without a screen, or remove an mdev that nothing uses; its owner may be a "
			"running VM.",
		.reference = "Linux, Documentation/ABI/testing/sysfs-bus-vfio-mdev: "
			     "available_instances",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.not_in_plan = true,
		.needs = {"gvt-kconfig-missing", "gvt-kvmgt-symbol-mismatch", "gvt-5.19-broken",
			"gvt-vs-guc", "gvt-not-enabled", "mdev-parent-on-vfio"},
		.run = no_instances,
	},
};

const struct gp_check_table gp_mdev_type_checks = {checks, GP_ARRAY_SIZE(checks)};
