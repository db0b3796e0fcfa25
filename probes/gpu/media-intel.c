/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gpu/media.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#define IHD  .by_ihd = true
#define I965 .by_i965 = true
#define BOTH IHD, I965
#define ES   .shaders = true
#define E    .low_power = true
#define HAND .huc_by_hand = true

/* The first that fits counts. */
static const struct gp_media medias[] = {
	{"Sandy Bridge", I965},
	{"Ivy Bridge", I965},
	{"Bay Trail", I965},
	{"Haswell", I965},
	{"Braswell", I965},
	{"Ironlake", I965},
	{"Broadwell", BOTH, ES},
	{"Skylake", BOTH, ES, E},
	{"Apollo Lake", BOTH, ES, E, HAND},
	{"Gemini Lake", BOTH, ES, E, HAND},
	{"Kaby Lake", BOTH, ES, E, HAND},
	{"Amber Lake", BOTH, ES, E, HAND},
	{"Coffee Lake", BOTH, ES, E, HAND},
	{"Whiskey Lake", BOTH, ES, E, HAND},
	{"Comet Lake", IHD, ES, E, HAND},
	{"Ice Lake", IHD, ES, E, HAND},
	{"Elkhart Lake", IHD, E, HAND},
	{"Jasper Lake", IHD, E, HAND},
	{"Tiger Lake", IHD, ES, E, HAND},
	{"Rocket Lake", IHD, ES, E, HAND},
	{"DG1", IHD, ES, E},
	{"Alder Lake", IHD, ES, E},
	{"Raptor Lake", IHD, ES, E},
	{"Twin Lake", IHD, ES, E},
	{"DG2", IHD, E},
	{"ATS-M", IHD, E},
	/* From Meteor Lake on EncSlice is what EncSliceLP was. */
	{"Meteor Lake", IHD},
	{"Arrow Lake", IHD},
	{"Lunar Lake", IHD},
	{"Battlemage", IHD},
	{"Panther Lake", IHD},
	{"Wildcat Lake", IHD},
	{"Nova Lake", IHD},
};

const struct gp_media *gp_media_of(const struct gp_gpu_model *model)
{
	if (!model || !model->graphics)
		return NULL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(medias); i++)
		if (gp_starts_with(model->platform, medias[i].platform))
			return &medias[i];
	return NULL;
}

const struct gp_codec_name gp_codec_names[] = {
	{GP_CODEC_H264, "H.264",
		{"VAProfileH264High", "VAProfileH264Main", "VAProfileH264ConstrainedBaseline"}},
	{GP_CODEC_HEVC, "HEVC", {"VAProfileHEVCMain"}},
	{GP_CODEC_HEVC10, "HEVC 10 bit", {"VAProfileHEVCMain10"}},
	{GP_CODEC_HEVC12, "HEVC 12 bit", {"VAProfileHEVCMain12"}},
	{GP_CODEC_VP8, "VP8", {"VAProfileVP8Version0_3"}},
	{GP_CODEC_VP9, "VP9", {"VAProfileVP9Profile0"}},
	{GP_CODEC_VP9_10, "VP9 10 bit", {"VAProfileVP9Profile2"}},
	{GP_CODEC_AV1, "AV1", {"VAProfileAV1Profile0"}},
	{GP_CODEC_MPEG2, "MPEG-2", {"VAProfileMPEG2Main", "VAProfileMPEG2Simple"}},
	{GP_CODEC_JPEG, "JPEG", {"VAProfileJPEGBaseline"}},
};

const size_t gp_codec_name_count = GP_ARRAY_SIZE(gp_codec_names);
