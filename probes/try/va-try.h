/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VA_TRY_H
#define GP_VA_TRY_H

#include <stdbool.h>
#include <stdint.h>
#include <va/va.h>

/* The pieces of gpupass-try-vaapi. */

/* A piece of work that a driver is asked for: "decode", "H264". */
struct gp_va_job {
	VADisplay display;
	const char *kind, *codec;
};

/* "doing decode H264": what comes next may crash. */
void gp_va_begin(const struct gp_va_job *work);
/* Whether the call succeeded; where not, "decode H264 STATUS vaCreateConfig: TEXT". */
bool gp_va_is_done(const struct gp_va_job *work, const char *call, VAStatus status);

/* Whether the driver offers the pair. */
bool gp_va_has(VADisplay display, VAProfile profile, VAEntrypoint entrypoint);
/* The first profile of H.264 that it offers with the entrypoint, or VAProfileNone. */
VAProfile gp_va_h264_profile(VADisplay display, VAEntrypoint entrypoint);
/* The value of an attribute, or 0. */
uint32_t gp_va_attribute(
	VADisplay display, VAProfile profile, VAEntrypoint entrypoint, VAConfigAttribType type);

/* Each says one line of what came of it; nothing where the driver does not offer it. */
void gp_va_decode(VADisplay display);
void gp_va_process(VADisplay display);
void gp_va_encode(VADisplay display, VAEntrypoint entrypoint, const char *codec);
/* "decode encoded-H264": whether the driver makes that picture of a stream of its own. */
void gp_va_decode_back(
	const struct gp_va_job *encode, const uint8_t *stream, size_t size, const uint8_t *picture);
/* "profile VAProfileH264Main VAEntrypointEncSlice rc=CQP,VBR max=4096x4096", one line a pair. */
void gp_va_say_profiles(VADisplay display);

/* ---- pictures: NV12, width and height `size`, without gaps between the lines */

#define GP_NV12_BYTES(size) ((size_t)(size) * (size)*3 / 2)

/* A smooth one, without noise. */
void gp_picture_draw(uint8_t *picture, unsigned size);
/* FNV-1a, 64 bits. */
uint64_t gp_picture_sum(const uint8_t *picture, unsigned size);
/* Mean difference of the bytes. */
unsigned gp_picture_difference(const uint8_t *a, const uint8_t *b, unsigned size);
/* Every byte is the first one. */
bool gp_picture_is_blank(const uint8_t *picture, unsigned size);

/* Through an image of the driver's. */
bool gp_va_put(
	const struct gp_va_job *work, VASurfaceID surface, const uint8_t *picture, unsigned size);
bool gp_va_get(
	const struct gp_va_job *work, VASurfaceID surface, uint8_t *ret_picture, unsigned size);

#endif
