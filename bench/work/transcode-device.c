/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libavutil/hwcontext.h>
#include <libavutil/hwcontext_vaapi.h>
#include <stdlib.h>
#include <string.h>
#include <va/va.h>

#include "failure.h"
#include "transcode.h"
#include "try/say.h"

#define MOST 256 /* entrypoints of a profile */

static VADisplay display_of(const struct gp_device *device)
{
	const AVHWDeviceContext *context = (const AVHWDeviceContext *)device->va->data;

	return ((const AVVAAPIDeviceContext *)context->hwctx)->display;
}

bool gp_device_open(const struct gp_transcode_options *options, struct gp_device *ret)
{
	bool is_x11 = strcmp(options->device, "x11") == 0;
	AVDictionary *how = NULL;
	const char *vendor;
	int error;

	*ret = (struct gp_device){0};
	if (gp_on_cpu(options))
		return true;
	av_dict_set(&how, "connection_type", is_x11 ? "x11" : "drm", 0);
	error = av_hwdevice_ctx_create(
		&ret->va, AV_HWDEVICE_TYPE_VAAPI, is_x11 ? NULL : options->device, how, 0);
	av_dict_free(&how);
	if (error < 0)
		return gp_failed_with(error, "no VA-API driver on this device");
	/* libva tries more than one way, and complains of the others. */
	gp_forget_errors();
	vendor = vaQueryVendorString(display_of(ret));
	ret->is_decoding_only = vendor && strstr(vendor, "NVDEC");
	gp_say("about", "vendor %s", vendor ? vendor : "");
	gp_say("about", "va %d.%d", VA_MAJOR_VERSION, VA_MINOR_VERSION);
	return true;
}

void gp_device_close(struct gp_device *device)
{
	av_buffer_unref(&device->va);
}

static bool has(const struct gp_device *device, int profile, VAEntrypoint entrypoint)
{
	VADisplay display = display_of(device);
	VAEntrypoint found[MOST];
	int n = 0;

	if (vaMaxNumEntrypoints(display) > MOST ||
		vaQueryConfigEntrypoints(display, (VAProfile)profile, found, &n) !=
			VA_STATUS_SUCCESS)
		return false;
	for (int i = 0; i < n && i < MOST; i++)
		if (found[i] == entrypoint)
			return true;
	return false;
}

/* Whether it has this entrypoint for any profile of the codec, which is then *ret. */
static bool best(const struct gp_device *device, const struct gp_codec_kind *kind,
	VAEntrypoint entrypoint, int *ret)
{
	for (size_t i = 0; kind->profiles[i][1] >= 0; i++)
		if (has(device, kind->profiles[i][1], entrypoint)) {
			*ret = kind->profiles[i][0];
			return true;
		}
	return false;
}

static bool can_decode(const struct gp_device *device, const struct gp_codec_kind *kind)
{
	int profile;

	if (!device->va)
		return gp_software_decoder(kind->id) != NULL;
	return gp_vaapi_decoder(kind->id) && best(device, kind, VAEntrypointVLD, &profile);
}

static bool can_encode(const struct gp_device *device, const struct gp_codec_kind *kind)
{
	int profile;

	if (!device->va)
		return gp_software_encoder(kind) != NULL;
	return avcodec_find_encoder_by_name(kind->vaapi) &&
	       (best(device, kind, VAEntrypointEncSlice, &profile) ||
		       best(device, kind, VAEntrypointEncSliceLP, &profile));
}

void gp_device_say_offers(const struct gp_device *device)
{
	for (size_t i = 0; i < gp_n_codec_kinds; i++) {
		const struct gp_codec_kind *kind = &gp_codec_kinds[i];
		bool decodes = can_decode(device, kind), encodes = can_encode(device, kind);

		if (decodes || encodes)
			gp_say("about", "offers %s %s%s%s", kind->name, decodes ? "decode" : "",
				decodes && encodes ? ";" : "", encodes ? "encode" : "");
	}
}

bool gp_device_decodes(const struct gp_device *device, const AVCodecParameters *parameters)
{
	const struct gp_codec_kind *kind = gp_codec_kind_of(parameters);
	const char *codec = gp_codec_title(parameters->codec_id);
	const char *profile = avcodec_profile_name(parameters->codec_id, parameters->profile);

	if (!device->va)
		return gp_software_decoder(parameters->codec_id) ||
		       gp_failed("this FFmpeg has no software decoder of %s", codec);
	if (!gp_vaapi_decoder(parameters->codec_id))
		return gp_failed("this FFmpeg does not decode %s by VA-API", codec);
	for (size_t i = 0; kind && kind->profiles[i][1] >= 0; i++)
		if (kind->profiles[i][0] == parameters->profile &&
			!has(device, kind->profiles[i][1], VAEntrypointVLD))
			return gp_failed("the driver offers no decoding of %s%s%s; FFmpeg would go "
					 "on with the processor",
				codec, profile ? " " : "", profile ? profile : "");
	return true;
}

bool gp_device_encodes(const struct gp_device *device, const struct gp_codec_kind *kind,
	int *ret_profile, bool *ret_low_power)
{
	*ret_low_power = false;
	if (!device->va)
		return gp_software_encoder(kind) ||
		       gp_failed("this FFmpeg has no software encoder of %s", kind->title);
	if (!avcodec_find_encoder_by_name(kind->vaapi))
		return gp_failed("this FFmpeg has no encoder %s", kind->vaapi);
	if (best(device, kind, VAEntrypointEncSlice, ret_profile))
		return true;
	*ret_low_power = true;
	if (best(device, kind, VAEntrypointEncSliceLP, ret_profile))
		return true;
	return gp_failed("the driver offers no encoding of %s%s", kind->title,
		device->is_decoding_only ? ": NVIDIA's VA-API driver decodes only" : "");
}
