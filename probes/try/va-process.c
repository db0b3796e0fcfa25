/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scales a smooth picture to half its size and compares it with the mean of each four pixels. */
#include <stdlib.h>
#include <va/va.h>
#include <va/va_vpp.h>

#include "try/say.h"
#include "try/va-try.h"

#define SOURCE    128
#define TARGET    64
#define TOLERANCE 6 /* mean difference: filters differ, pictures do not */

/* Where a pixel of the half picture comes from: its plane's lines are `SOURCE` bytes long. */
static unsigned mean_of_four(const uint8_t *plane, unsigned x, unsigned y, unsigned step)
{
	const uint8_t *at = plane + 2 * y * SOURCE + x;

	return (2u + at[0] + at[step] + at[SOURCE] + at[SOURCE + step]) / 4;
}

static unsigned mean_difference(const uint8_t *source, const uint8_t *half)
{
	const uint8_t *chroma = source + SOURCE * SOURCE, *half_chroma = half + TARGET * TARGET;
	unsigned long sum = 0;

	for (unsigned y = 0; y < TARGET; y++)
		for (unsigned x = 0; x < TARGET; x++)
			sum += (unsigned)abs(
				(int)half[y * TARGET + x] - (int)mean_of_four(source, 2 * x, y, 1));
	for (unsigned y = 0; y < TARGET / 2; y++)
		for (unsigned x = 0; x < TARGET; x++)
			sum += (unsigned)abs((int)half_chroma[y * TARGET + x] -
					     (int)mean_of_four(chroma, x / 2 * 4 + x % 2, y, 2));
	return (unsigned)(sum / GP_NV12_BYTES(TARGET));
}

static bool scale(
	const struct gp_va_job *work, VAContextID context, VASurfaceID from, VASurfaceID to)
{
	VADisplay display = work->display;
	VAProcPipelineParameterBuffer parameters = {.surface = from};
	VABufferID buffer;
	bool done;

	if (!gp_va_is_done(work, "vaCreateBuffer",
		    vaCreateBuffer(display, context, VAProcPipelineParameterBufferType,
			    sizeof(parameters), 1, &parameters, &buffer)))
		return false;
	done = gp_va_is_done(work, "vaBeginPicture", vaBeginPicture(display, context, to)) &&
	       gp_va_is_done(
		       work, "vaRenderPicture", vaRenderPicture(display, context, &buffer, 1)) &&
	       gp_va_is_done(work, "vaEndPicture", vaEndPicture(display, context)) &&
	       gp_va_is_done(work, "vaSyncSurface", vaSyncSurface(display, to));
	vaDestroyBuffer(display, buffer);
	return done;
}

static void compare(const struct gp_va_job *work, const uint8_t *picture, VASurfaceID target)
{
	static uint8_t half[GP_NV12_BYTES(TARGET)];
	unsigned difference;

	if (!gp_va_get(work, target, half, TARGET))
		return;
	difference = mean_difference(picture, half);
	if (difference <= TOLERANCE)
		gp_say(work->kind, "%s ok", work->codec);
	else
		gp_say(work->kind, "%s wrong-pixels mean difference %u", work->codec, difference);
}

void gp_va_process(VADisplay display)
{
	static uint8_t picture[GP_NV12_BYTES(SOURCE)];
	const struct gp_va_job work = {display, "process", "scale"};
	VASurfaceID source, target;
	VAConfigID config;
	VAContextID context;

	if (!gp_va_has(display, VAProfileNone, VAEntrypointVideoProc))
		return;
	gp_va_begin(&work);
	gp_picture_draw(picture, SOURCE);
	if (gp_va_is_done(&work, "vaCreateConfig",
		    vaCreateConfig(
			    display, VAProfileNone, VAEntrypointVideoProc, NULL, 0, &config)) &&
		gp_va_is_done(&work, "vaCreateSurfaces",
			vaCreateSurfaces(display, VA_RT_FORMAT_YUV420, SOURCE, SOURCE, &source, 1,
				NULL, 0)) &&
		gp_va_is_done(&work, "vaCreateSurfaces",
			vaCreateSurfaces(display, VA_RT_FORMAT_YUV420, TARGET, TARGET, &target, 1,
				NULL, 0)) &&
		gp_va_is_done(&work, "vaCreateContext",
			vaCreateContext(display, config, TARGET, TARGET, VA_PROGRESSIVE, &target, 1,
				&context)) &&
		gp_va_put(&work, source, picture, SOURCE) && scale(&work, context, source, target))
		compare(&work, picture, target);
}
