/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gpu/models.h"

#include <stdlib.h>
#include <string.h>

#include "gpu/tables.h"

static int by_device(const void *a, const void *b)
{
	const struct gp_intel_id *left = a, *right = b;

	return (left->device > right->device) - (left->device < right->device);
}

static const char *intel_group(uint16_t device)
{
	const struct gp_intel_id key = {device, NULL};
	const struct gp_intel_id *id;

	id = bsearch(&key, gp_intel_more, gp_intel_more_count, sizeof(key), by_device);
	if (!id)
		id = bsearch(&key, gp_intel_ids, gp_intel_id_count, sizeof(key), by_device);
	return id ? id->group : NULL;
}

static const struct gp_gpu_model *intel_model(uint16_t device)
{
	const char *group = intel_group(device);

	for (size_t i = 0; group && i < gp_intel_platform_count; i++) {
		const struct gp_intel_platform *platform = &gp_intel_platforms[i];
		size_t length = strlen(platform->group);

		if (strncmp(group, platform->group, length) == 0 &&
			(group[length] == '\0' || group[length] == '_'))
			return &platform->model;
	}
	return NULL;
}

static const struct gp_gpu_model *model_in(
	const struct gp_model_range *ranges, size_t n, uint16_t device)
{
	for (size_t i = 0; i < n; i++)
		if (ranges[i].first <= device && device <= ranges[i].last)
			return &ranges[i].model;
	return NULL;
}

const struct gp_gpu_model *gp_gpu_model(uint16_t vendor, uint16_t device)
{
	switch (vendor) {
	case 0x8086:
		return intel_model(device);
	case 0x1002:
		return model_in(gp_amd_models, gp_amd_model_count, device);
	case 0x10de:
		return model_in(gp_nvidia_models, gp_nvidia_model_count, device);
	default:
		return NULL;
	}
}
