/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PIXELS_H
#define GP_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libavutil/buffer.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
#include <va/va.h>

#define GP_LARGEST_SIDE 8192

/* A layout of pixels that surfaces and images may have. */
struct gp_format {
	VAImageFormat image;
	unsigned int rt_format; /* VA_RT_FORMAT_ */
	enum AVPixelFormat av;
};

extern const struct gp_format gp_formats[];
extern const size_t gp_n_formats;

const struct gp_format *gp_format_of_fourcc(uint32_t fourcc); /* or NULL */

/* The first format of this kind of render target, or NULL. */
const struct gp_format *gp_format_of_rt(unsigned int rt_format);

/* The memory of a surface or an image; several may share it. */
struct gp_pixels {
	const struct gp_format *format;
	int width, height;
	AVBufferRef *memory;
	size_t offsets[4]; /* of the planes in it, bytes */
	int pitches[4];
	unsigned int n_planes;
};

/* All zero bytes. 0, or -EINVAL or -ENOMEM. */
int gp_pixels_alloc(
	struct gp_pixels *pixels, const struct gp_format *format, int width, int height);
int gp_pixels_share(struct gp_pixels *pixels, const struct gp_pixels *with);
void gp_pixels_free(struct gp_pixels *pixels);

/* A rectangle of somebody's pixels; valid as long as those are. */
struct gp_view {
	enum AVPixelFormat format;
	int width, height;
	uint8_t *planes[4];
	int pitches[4];
};

struct gp_view gp_view_of(const struct gp_pixels *pixels);
struct gp_view gp_view_of_frame(const AVFrame *frame);

/*
 * Makes the view smaller. The corner is moved to where all planes have a pixel. False where the
 * rectangle is empty or not inside.
 */
bool gp_view_cut(struct gp_view *view, int x, int y, int width, int height);

/*
 * Copies, and converts and scales where formats and sizes ask for it (bicubic). *scaler is kept
 * from call to call; sws_freeContext() frees it. 0 or a negative errno.
 */
int gp_convert(struct SwsContext **scaler, struct gp_view from, struct gp_view to);

/* The same without scaling: what one of them has more is left out. */
int gp_copy(struct SwsContext **scaler, struct gp_view from, struct gp_view to);

/* Makes all of it clearly different, also where it is done several times. */
void gp_spoil(const struct gp_pixels *pixels);

#endif
