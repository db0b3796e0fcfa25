/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pixels.h"

#include <errno.h>

#include <libavutil/common.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#define PITCH_OF 64   /* bytes that a pitch is a multiple of */
#define PADDING  1024 /* libswscale writes whole vectors */

#define YUV(letters, bits)                                                                \
	{                                                                                 \
		.fourcc = (letters), .byte_order = VA_LSB_FIRST, .bits_per_pixel = (bits) \
	}
#define RGB(letters, bits, red, blue, alpha)                                                   \
	{                                                                                      \
		.fourcc = (letters), .byte_order = VA_LSB_FIRST, .bits_per_pixel = 32,         \
		.depth = (bits), .red_mask = (red), .green_mask = 0xff00, .blue_mask = (blue), \
		.alpha_mask = (alpha)                                                          \
	}

/* The first of each kind of render target is what such a surface gets. */
const struct gp_format gp_formats[] = {
	{YUV(VA_FOURCC_NV12, 12), VA_RT_FORMAT_YUV420, AV_PIX_FMT_NV12},
	{YUV(VA_FOURCC_I420, 12), VA_RT_FORMAT_YUV420, AV_PIX_FMT_YUV420P},
	{YUV(VA_FOURCC_P010, 24), VA_RT_FORMAT_YUV420_10, AV_PIX_FMT_P010},
	{RGB(VA_FOURCC_BGRA, 32, 0xff0000, 0xff, 0xff000000), VA_RT_FORMAT_RGB32, AV_PIX_FMT_BGRA},
	{RGB(VA_FOURCC_BGRX, 24, 0xff0000, 0xff, 0), VA_RT_FORMAT_RGB32, AV_PIX_FMT_BGR0},
	{RGB(VA_FOURCC_RGBA, 32, 0xff, 0xff0000, 0xff000000), VA_RT_FORMAT_RGB32, AV_PIX_FMT_RGBA},
	{RGB(VA_FOURCC_RGBX, 24, 0xff, 0xff0000, 0), VA_RT_FORMAT_RGB32, AV_PIX_FMT_RGB0},
};
const size_t gp_n_formats = FF_ARRAY_ELEMS(gp_formats);

const struct gp_format *gp_format_of_fourcc(uint32_t fourcc)
{
	for (size_t i = 0; i < gp_n_formats; i++)
		if (gp_formats[i].image.fourcc == fourcc)
			return &gp_formats[i];
	return NULL;
}

const struct gp_format *gp_format_of_rt(unsigned int rt_format)
{
	for (size_t i = 0; i < gp_n_formats; i++)
		if (gp_formats[i].rt_format == rt_format)
			return &gp_formats[i];
	return NULL;
}

int gp_pixels_alloc(struct gp_pixels *pixels, const struct gp_format *format, int width, int height)
{
	struct gp_pixels made = {.format = format, .width = width, .height = height};
	ptrdiff_t pitches[4];
	size_t sizes[4], size = 0;

	if (width < 1 || height < 1 || width > GP_LARGEST_SIDE || height > GP_LARGEST_SIDE)
		return -EINVAL;
	if (av_image_fill_linesizes(made.pitches, format->av, FFALIGN(width, PITCH_OF)) < 0)
		return -EINVAL;
	for (int i = 0; i < 4; i++)
		pitches[i] = made.pitches[i];
	if (av_image_fill_plane_sizes(sizes, format->av, FFALIGN(height, 16), pitches) < 0)
		return -EINVAL;
	for (unsigned int i = 0; i < 4 && sizes[i] != 0; i++) {
		made.offsets[i] = size;
		size += sizes[i];
		made.n_planes = i + 1;
	}
	made.memory = av_buffer_allocz(size + PADDING);
	if (made.memory == NULL)
		return -ENOMEM;
	*pixels = made;
	return 0;
}

int gp_pixels_share(struct gp_pixels *pixels, const struct gp_pixels *with)
{
	AVBufferRef *memory = av_buffer_ref(with->memory);

	if (memory == NULL)
		return -ENOMEM;
	*pixels = *with;
	pixels->memory = memory;
	return 0;
}

void gp_pixels_free(struct gp_pixels *pixels)
{
	av_buffer_unref(&pixels->memory);
}

struct gp_view gp_view_of(const struct gp_pixels *pixels)
{
	struct gp_view view = {
		.format = pixels->format->av,
		.width = pixels->width,
		.height = pixels->height,
	};

	for (unsigned int i = 0; i < pixels->n_planes; i++) {
		view.planes[i] = pixels->memory->data + pixels->offsets[i];
		view.pitches[i] = pixels->pitches[i];
	}
	return view;
}

struct gp_view gp_view_of_frame(const AVFrame *frame)
{
	struct gp_view view = {
		.format = frame->format,
		.width = frame->width,
		.height = frame->height,
	};

	for (int i = 0; i < 4; i++) {
		view.planes[i] = frame->data[i];
		view.pitches[i] = frame->linesize[i];
	}
	return view;
}

bool gp_view_cut(struct gp_view *view, int x, int y, int width, int height)
{
	const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(view->format);
	int steps[4];

	if (x < 0 || y < 0 || width < 1 || height < 1 || x > view->width - width ||
		y > view->height - height)
		return false;
	x &= -(1 << format->log2_chroma_w);
	y &= -(1 << format->log2_chroma_h);
	av_image_fill_max_pixsteps(steps, NULL, format);
	for (int i = 0; i < 4; i++) {
		bool chroma = (i == 1 || i == 2) && !(format->flags & AV_PIX_FMT_FLAG_RGB);
		int column = chroma ? x >> format->log2_chroma_w : x;
		int row = chroma ? y >> format->log2_chroma_h : y;

		if (view->planes[i] != NULL)
			view->planes[i] += (ptrdiff_t)row * view->pitches[i] + column * steps[i];
	}
	view->width = width;
	view->height = height;
	return true;
}

int gp_convert(struct SwsContext **scaler, struct gp_view from, struct gp_view to)
{
	const uint8_t *source[4] = {from.planes[0], from.planes[1], from.planes[2], from.planes[3]};

	if (from.format == to.format && from.width == to.width && from.height == to.height) {
		av_image_copy(to.planes, to.pitches, source, from.pitches, to.format, to.width,
			to.height);
		return 0;
	}
	*scaler = sws_getCachedContext(*scaler, from.width, from.height, from.format, to.width,
		to.height, to.format, SWS_BICUBIC, NULL, NULL, NULL);
	if (*scaler == NULL)
		return -EINVAL;
	if (sws_scale(*scaler, source, from.pitches, 0, from.height, to.planes, to.pitches) !=
		to.height)
		return -EINVAL;
	return 0;
}

int gp_copy(struct SwsContext **scaler, struct gp_view from, struct gp_view to)
{
	from.width = to.width = FFMIN(from.width, to.width);
	from.height = to.height = FFMIN(from.height, to.height);
	return gp_convert(scaler, from, to);
}

void gp_spoil(const struct gp_pixels *pixels)
{
	struct gp_view view = gp_view_of(pixels);
	int bytes = av_image_get_linesize(view.format, view.width, 0);

	for (int y = 0; y < view.height; y++)
		for (int x = 0; x < bytes; x++) {
			uint8_t *byte = view.planes[0] + (ptrdiff_t)y * view.pitches[0] + x;

			*byte = (uint8_t)(*byte + 50);
		}
}
