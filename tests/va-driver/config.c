/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver.h"

#include <stdlib.h>

#define SMALLEST_SIDE 16

bool gp_is_encoder(VAEntrypoint entrypoint)
{
	return entrypoint == VAEntrypointEncSlice || entrypoint == VAEntrypointEncSliceLP;
}

static bool is_h264(VAProfile profile)
{
	return profile == VAProfileH264ConstrainedBaseline || profile == VAProfileH264Main ||
	       profile == VAProfileH264High;
}

VAStatus gp_vaQueryConfigProfiles(struct gp_driver *driver, VAProfile *profiles, int *n)
{
	static const VAProfile all[] = {
		VAProfileNone, /* video processing */
		VAProfileH264ConstrainedBaseline,
		VAProfileH264Main,
		VAProfileH264High,
		VAProfileVP9Profile0,
	};

	*n = 0;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && !driver->faults.no_profiles; i++)
		profiles[(*n)++] = all[i];
	return VA_STATUS_SUCCESS;
}

/* At most two. */
static int entrypoints_of(
	const struct gp_driver *driver, VAProfile profile, VAEntrypoint entrypoints[2])
{
	int n = 0;

	if (driver->faults.no_profiles)
		return 0;
	if (profile == VAProfileNone)
		entrypoints[n++] = VAEntrypointVideoProc;
	if (is_h264(profile) || profile == VAProfileVP9Profile0)
		entrypoints[n++] = VAEntrypointVLD;
	if (is_h264(profile) && !driver->faults.no_encode)
		entrypoints[n++] =
			driver->faults.lp_only ? VAEntrypointEncSliceLP : VAEntrypointEncSlice;
	return n;
}

VAStatus gp_vaQueryConfigEntrypoints(
	struct gp_driver *driver, VAProfile profile, VAEntrypoint *entrypoints, int *n)
{
	*n = entrypoints_of(driver, profile, entrypoints);
	return *n != 0 ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
}

static VAStatus check_entrypoint(
	const struct gp_driver *driver, VAProfile profile, VAEntrypoint entrypoint)
{
	VAEntrypoint entrypoints[2];
	int n = entrypoints_of(driver, profile, entrypoints);

	if (n == 0)
		return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
	for (int i = 0; i < n; i++)
		if (entrypoints[i] == entrypoint)
			return VA_STATUS_SUCCESS;
	return VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT;
}

static unsigned int rt_formats_of(VAEntrypoint entrypoint)
{
	unsigned int all = 0;

	for (size_t i = 0; i < gp_n_formats; i++)
		all |= gp_formats[i].rt_format;
	return entrypoint == VAEntrypointVideoProc ? all : VA_RT_FORMAT_YUV420;
}

/*
 * Packed headers are declared unsupported: libx264 writes its own, and its slices would not match
 * anybody else's. One reference frame and none of the future means: no B-frames.
 */
static unsigned int attribute_of(VAEntrypoint entrypoint, VAConfigAttribType type)
{
	bool encoder = gp_is_encoder(entrypoint);

	switch (type) {
	case VAConfigAttribRTFormat:
		return rt_formats_of(entrypoint);
	case VAConfigAttribMaxPictureWidth:
	case VAConfigAttribMaxPictureHeight:
		return GP_LARGEST_SIDE;
	case VAConfigAttribDecSliceMode:
		return entrypoint == VAEntrypointVLD ? VA_DEC_SLICE_MODE_NORMAL
						     : VA_ATTRIB_NOT_SUPPORTED;
	case VAConfigAttribRateControl:
		return encoder ? VA_RC_CQP | VA_RC_CBR | VA_RC_VBR : VA_ATTRIB_NOT_SUPPORTED;
	case VAConfigAttribEncPackedHeaders:
		return encoder ? VA_ENC_PACKED_HEADER_NONE : VA_ATTRIB_NOT_SUPPORTED;
	case VAConfigAttribEncMaxRefFrames:
		return encoder ? 1 : VA_ATTRIB_NOT_SUPPORTED;
	default:
		return VA_ATTRIB_NOT_SUPPORTED;
	}
}

VAStatus gp_vaGetConfigAttributes(struct gp_driver *driver, VAProfile profile,
	VAEntrypoint entrypoint, VAConfigAttrib *attributes, int n)
{
	VAStatus status = check_entrypoint(driver, profile, entrypoint);

	if (status != VA_STATUS_SUCCESS)
		return status;
	for (int i = 0; i < n; i++)
		attributes[i].value = attribute_of(entrypoint, attributes[i].type);
	return VA_STATUS_SUCCESS;
}

static VAStatus set_attribute(struct gp_config *config, const VAConfigAttrib *attribute)
{
	unsigned int can = attribute_of(config->entrypoint, attribute->type);

	if (attribute->type == VAConfigAttribRTFormat) {
		if ((attribute->value & can) == 0)
			return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
		config->rt_format = attribute->value & can;
	} else if (attribute->type == VAConfigAttribRateControl) {
		if (can == VA_ATTRIB_NOT_SUPPORTED || (attribute->value & ~can) != 0 ||
			__builtin_popcount(attribute->value) != 1)
			return VA_STATUS_ERROR_ATTR_NOT_SUPPORTED;
		config->rate_control = attribute->value;
	}
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaCreateConfig(struct gp_driver *driver, VAProfile profile, VAEntrypoint entrypoint,
	VAConfigAttrib *attributes, int n, VAConfigID *id)
{
	VAStatus status = check_entrypoint(driver, profile, entrypoint);
	struct gp_config made = {
		.profile = profile,
		.entrypoint = entrypoint,
		.rt_format = rt_formats_of(entrypoint),
		.rate_control = VA_RC_CQP,
	};
	struct gp_config *config;

	for (int i = 0; i < n && status == VA_STATUS_SUCCESS; i++)
		status = set_attribute(&made, &attributes[i]);
	if (status != VA_STATUS_SUCCESS)
		return status;
	config = malloc(sizeof(*config));
	if (config == NULL)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	*config = made;
	*id = gp_table_add(&driver->configs, config);
	if (*id != VA_INVALID_ID)
		return VA_STATUS_SUCCESS;
	gp_config_free(config);
	return VA_STATUS_ERROR_ALLOCATION_FAILED;
}

void gp_config_free(struct gp_config *config)
{
	free(config);
}

VAStatus gp_vaDestroyConfig(struct gp_driver *driver, VAConfigID id)
{
	struct gp_config *config = gp_table_take(&driver->configs, id);

	if (config == NULL)
		return VA_STATUS_ERROR_INVALID_CONFIG;
	gp_config_free(config);
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaQueryConfigAttributes(struct gp_driver *driver, VAConfigID id, VAProfile *profile,
	VAEntrypoint *entrypoint, VAConfigAttrib *attributes, int *n)
{
	const struct gp_config *config = gp_table_get(&driver->configs, id);

	if (config == NULL)
		return VA_STATUS_ERROR_INVALID_CONFIG;
	*profile = config->profile;
	*entrypoint = config->entrypoint;
	*n = 0;
	attributes[(*n)++] = (VAConfigAttrib){VAConfigAttribRTFormat, config->rt_format};
	if (gp_is_encoder(config->entrypoint))
		attributes[(*n)++] =
			(VAConfigAttrib){VAConfigAttribRateControl, config->rate_control};
	return VA_STATUS_SUCCESS;
}

static VASurfaceAttrib number(VASurfaceAttribType type, unsigned int flags, uint32_t value)
{
	return (VASurfaceAttrib){
		.type = type,
		.flags = flags,
		.value = {.type = VAGenericValueTypeInteger, .value.i = (int)value},
	};
}

VAStatus gp_vaQuerySurfaceAttributes(
	struct gp_driver *driver, VAConfigID id, VASurfaceAttrib *attributes, unsigned int *n)
{
	const unsigned int both = VA_SURFACE_ATTRIB_GETTABLE | VA_SURFACE_ATTRIB_SETTABLE;
	const struct gp_config *config = gp_table_get(&driver->configs, id);
	VASurfaceAttrib all[24];
	unsigned int n_all = 0, room = *n;

	if (config == NULL)
		return VA_STATUS_ERROR_INVALID_CONFIG;
	all[n_all++] = number(VASurfaceAttribMinWidth, VA_SURFACE_ATTRIB_GETTABLE, SMALLEST_SIDE);
	all[n_all++] = number(VASurfaceAttribMinHeight, VA_SURFACE_ATTRIB_GETTABLE, SMALLEST_SIDE);
	all[n_all++] = number(VASurfaceAttribMaxWidth, VA_SURFACE_ATTRIB_GETTABLE, GP_LARGEST_SIDE);
	all[n_all++] =
		number(VASurfaceAttribMaxHeight, VA_SURFACE_ATTRIB_GETTABLE, GP_LARGEST_SIDE);
	all[n_all++] = number(VASurfaceAttribMemoryType, both, VA_SURFACE_ATTRIB_MEM_TYPE_VA);
	for (size_t i = 0; i < gp_n_formats; i++) {
		bool only = config->entrypoint != VAEntrypointVideoProc;

		if (only && gp_formats[i].image.fourcc != VA_FOURCC_NV12)
			continue;
		all[n_all++] = number(VASurfaceAttribPixelFormat, both, gp_formats[i].image.fourcc);
	}
	*n = n_all;
	if (attributes == NULL)
		return VA_STATUS_SUCCESS;
	if (room < n_all)
		return VA_STATUS_ERROR_MAX_NUM_EXCEEDED;
	for (unsigned int i = 0; i < n_all; i++)
		attributes[i] = all[i];
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaQueryDisplayAttributes(
	struct gp_driver *driver, VADisplayAttribute *attributes, int *n)
{
	(void)driver;
	(void)attributes;
	*n = 0;
	return VA_STATUS_SUCCESS;
}
