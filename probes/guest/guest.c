/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/guest.h"

#include <string.h>

#include "check.h"
#include "facts.h"

/* What NVIDIA's driver calls the GPU: of a vGPU it is the name of the type. */
static struct gp_text_value read_model(struct gp_machine *machine, const char *address)
{
	static const char *const phrases[] = {"Model:", NULL};
	const char *path = gp_printf(
		gp_machine_arena(machine), "/proc/driver/nvidia/gpus/%s/information", address);

	return gp_read_matching(machine, path, phrases, 1);
}

static enum gp_kernel_flavour flavour_of(const char *release)
{
	static const char *const clouds[] = {
		"-cloud-", "-aws", "-azure", "-gcp", "-gke", "-oracle"};

	if (!release)
		return GP_FLAVOUR_UNKNOWN;
	if (gp_ends_with(release, "-kvm"))
		return GP_FLAVOUR_KVM;
	for (size_t i = 0; i < GP_ARRAY_SIZE(clouds); i++)
		if (strstr(release, clouds[i]))
			return GP_FLAVOUR_CLOUD;
	return GP_FLAVOUR_FULL;
}

static void collect_drivers(struct gp_machine *machine, const char *release, struct gp_guest *ret)
{
	static const struct {
		const char *name, *folder;
	} drivers[] = {
		{"i915", "i915"}, {"xe", "xe"}, {"amdgpu", "amd/amdgpu"}, {"radeon", "radeon"}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(drivers); i++) {
		ret->drivers[i].name = drivers[i].name;
		if (release)
			ret->drivers[i].folder = gp_read_presence(
				machine, gp_printf(gp_machine_arena(machine),
						 "/lib/modules/%s/kernel/drivers/gpu/drm/%s",
						 release, drivers[i].folder));
	}
}

void gp_guest_collect(
	struct gp_machine *machine, const struct gp_facts *facts, struct gp_guest *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	*ret = (struct gp_guest){.flavour = flavour_of(facts->platform.kernel)};
	gp_each (function, &facts->pci) {
		struct gp_text_value model = {.value = ""};

		if (function->kind == GP_GPU_NONE)
			continue;
		if (function->vendor_id == GP_NVIDIA)
			model = read_model(machine, function->address);
		*gp_push(arena, ret) = gp_guest_find_passed(arena, facts, function, &model);
	}
	collect_drivers(machine, facts->platform.kernel, ret);
}

static const struct gp_guest_gpu *find(
	const struct gp_guest *guest, const struct gp_function *function)
{
	gp_each (gpu, guest)
		if (gpu->function == function)
			return gpu;
	return NULL;
}

enum gp_passed_as gp_guest_passed_as(
	const struct gp_guest *guest, const struct gp_function *function)
{
	const struct gp_guest_gpu *gpu = find(guest, function);

	return gpu ? gpu->as : GP_PASSED_UNKNOWN;
}

const char *gp_guest_because(const struct gp_guest *guest, const struct gp_function *function)
{
	const struct gp_guest_gpu *gpu = find(guest, function);

	return gpu ? gpu->because : "";
}

unsigned gp_guest_mode(const struct gp_guest *guest, const struct gp_function *function)
{
	switch (gp_guest_passed_as(guest, function)) {
	case GP_PASSED_FULL:
		return GP_MODE_FULL;
	case GP_PASSED_SPLIT:
		return GP_MODE_SPLIT;
	case GP_PASSED_VF:
		return GP_MODE_VF;
	case GP_PASSED_EMULATED:
	case GP_PASSED_UNKNOWN:
		break;
	}
	return GP_MODE_NATIVE;
}

const char *gp_passed_as_name(enum gp_passed_as as)
{
	static const char *const names[] = {[GP_PASSED_UNKNOWN] = "unknown",
		[GP_PASSED_FULL] = "full",
		[GP_PASSED_SPLIT] = "split",
		[GP_PASSED_VF] = "vf",
		[GP_PASSED_EMULATED] = "emulated"};

	return names[as];
}

const struct gp_origin *gp_guest_own_driver(const struct gp_guest *guest, const char *name)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(guest->drivers); i++)
		if (gp_equal(guest->drivers[i].name, name))
			return &guest->drivers[i].folder;
	return NULL;
}
