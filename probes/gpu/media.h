/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MEDIA_H
#define GP_MEDIA_H

#include "gpu/models.h"

/*
 * How an Intel GPU encodes, and which of its VA-API drivers knows it. Where that is written down:
 * README.md of intel/media-driver (features by platform; HuC by hand up to Rocket Lake), the ids of
 * src/i965_pciids.h of intel/intel-vaapi-driver.
 */
struct gp_media {
	const char *platform; /* of struct gp_gpu_model, or how these begin */
	bool shaders;         /* VAEntrypointEncSlice, by the shaders of the full build alone */
	bool low_power;       /* VAEntrypointEncSliceLP */
	bool huc_by_hand;     /* its bit rate control needs HuC, which i915 loads if told to */
	bool by_ihd, by_i965; /* the driver knows it */
};

/* NULL: not known, or not Intel's. */
const struct gp_media *gp_media_of(const struct gp_gpu_model *model);

/* A set of codecs and the profile that stands for each: VAProfileHEVCMain10. */
struct gp_codec_name {
	enum gp_codec codec;
	const char *name;        /* "HEVC 10 bit" */
	const char *profiles[4]; /* one of these; NULL behind the last */
};

extern const struct gp_codec_name gp_codec_names[];
extern const size_t gp_codec_name_count;

#endif
