/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <va/va.h>

#include "profiles.h"
#include "transcode.h"

static const int h264_profiles[][2] = {
	{AV_PROFILE_H264_HIGH, VAProfileH264High},
	{AV_PROFILE_H264_MAIN, VAProfileH264Main},
	{AV_PROFILE_H264_CONSTRAINED_BASELINE, VAProfileH264ConstrainedBaseline},
	{-1, -1},
};
static const int hevc_profiles[][2] = {
	{AV_PROFILE_HEVC_MAIN, VAProfileHEVCMain},
	{-1, -1},
};
static const int hevc10_profiles[][2] = {
	{AV_PROFILE_HEVC_MAIN_10, VAProfileHEVCMain10},
	{-1, -1},
};
static const int vp9_profiles[][2] = {
	{AV_PROFILE_VP9_0, VAProfileVP9Profile0},
	{-1, -1},
};
static const int av1_profiles[][2] = {
	{AV_PROFILE_AV1_MAIN, VAProfileAV1Profile0},
	{-1, -1},
};

const struct gp_codec_kind gp_codec_kinds[] = {
	{"h264", "H.264", AV_CODEC_ID_H264, AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, "h264_vaapi",
		{"libx264"}, {"h264"}, h264_profiles},
	{"hevc", "HEVC", AV_CODEC_ID_HEVC, AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, "hevc_vaapi",
		{"libx265"}, {"hevc"}, hevc_profiles},
	{"hevc10", "HEVC 10 bit", AV_CODEC_ID_HEVC, AV_PIX_FMT_YUV420P10, AV_PIX_FMT_P010,
		"hevc_vaapi", {"libx265"}, {"hevc"}, hevc10_profiles},
	{"vp9", "VP9", AV_CODEC_ID_VP9, AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, "vp9_vaapi",
		{"libvpx-vp9"}, {"vp9"}, vp9_profiles},
	{"av1", "AV1", AV_CODEC_ID_AV1, AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, "av1_vaapi",
		{"libsvtav1", "libaom-av1"}, {"libdav1d", "libaom-av1"}, av1_profiles},
};
const size_t gp_n_codec_kinds = sizeof(gp_codec_kinds) / sizeof(*gp_codec_kinds);

const struct gp_codec_kind *gp_codec_kind(const char *name)
{
	for (size_t i = 0; i < gp_n_codec_kinds; i++)
		if (strcmp(gp_codec_kinds[i].name, name) == 0)
			return &gp_codec_kinds[i];
	return NULL;
}

const struct gp_codec_kind *gp_codec_kind_of(const AVCodecParameters *parameters)
{
	bool is_main10 = parameters->codec_id == AV_CODEC_ID_HEVC &&
			 parameters->profile == AV_PROFILE_HEVC_MAIN_10;

	for (size_t i = 0; i < gp_n_codec_kinds; i++)
		if (gp_codec_kinds[i].id == parameters->codec_id &&
			is_main10 == (gp_codec_kinds[i].in_memory == AV_PIX_FMT_YUV420P10))
			return &gp_codec_kinds[i];
	return NULL;
}

const char *gp_codec_title(enum AVCodecID id)
{
	for (size_t i = 0; i < gp_n_codec_kinds; i++)
		if (gp_codec_kinds[i].id == id)
			return gp_codec_kinds[i].title;
	return avcodec_get_name(id);
}

const AVCodec *gp_software_encoder(const struct gp_codec_kind *kind)
{
	const AVCodec *found = NULL;

	for (size_t i = 0; i < 3 && kind->software[i] && !found; i++)
		found = avcodec_find_encoder_by_name(kind->software[i]);
	return found;
}

/* The native decoder of AV1 is one of devices only; others need no choice. */
const AVCodec *gp_software_decoder(enum AVCodecID id)
{
	for (size_t i = 0; i < gp_n_codec_kinds; i++)
		if (gp_codec_kinds[i].id == id) {
			const struct gp_codec_kind *kind = &gp_codec_kinds[i];
			const AVCodec *found = avcodec_find_decoder_by_name(kind->checker[0]);

			if (!found && kind->checker[1])
				found = avcodec_find_decoder_by_name(kind->checker[1]);
			return found;
		}
	return avcodec_find_decoder(id);
}

static bool takes_vaapi(const AVCodec *codec)
{
	const AVCodecHWConfig *config;

	for (int i = 0; (config = avcodec_get_hw_config(codec, i)); i++)
		if (config->device_type == AV_HWDEVICE_TYPE_VAAPI &&
			(config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX))
			return true;
	return false;
}

const AVCodec *gp_vaapi_decoder(enum AVCodecID id)
{
	const AVCodec *codec;
	void *state = NULL;

	while ((codec = av_codec_iterate(&state)))
		if (codec->id == id && av_codec_is_decoder(codec) && takes_vaapi(codec))
			return codec;
	return NULL;
}
