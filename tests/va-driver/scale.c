/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver.h"

#include <string.h>

#define MOST_INPUTS 8

/* One surface to be put into the target. */
struct input {
	VASurfaceID surface;
	bool has_from, has_to; /* else all of it */
	VARectangle from, to;
};

struct scale {
	struct input inputs[MOST_INPUTS];
	unsigned int n;
	struct SwsContext *scaler;
};

static void close(void *state)
{
	struct scale *scale = state;

	sws_freeContext(scale->scaler);
}

static void forget(void *state)
{
	struct scale *scale = state;

	scale->n = 0;
}

/* The rectangles are the program's own and need not live until vaEndPicture(). */
static VAStatus take(struct gp_context *context, const struct gp_buffer *buffer)
{
	struct scale *scale = context->state;
	const VAProcPipelineParameterBuffer *pipeline = gp_buffer_data(buffer, sizeof(*pipeline));
	struct input *input = &scale->inputs[scale->n];

	if (buffer->type != VAProcPipelineParameterBufferType || pipeline == NULL)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	if (scale->n == MOST_INPUTS)
		return VA_STATUS_ERROR_MAX_NUM_EXCEEDED;
	if (pipeline->num_filters != 0)
		return VA_STATUS_ERROR_UNSUPPORTED_FILTER;
	if (pipeline->rotation_state != VA_ROTATION_NONE ||
		pipeline->mirror_state != VA_MIRROR_NONE || pipeline->blend_state != NULL)
		return VA_STATUS_ERROR_UNIMPLEMENTED;
	*input = (struct input){.surface = pipeline->surface};
	input->has_from = pipeline->surface_region != NULL;
	if (input->has_from)
		input->from = *pipeline->surface_region;
	input->has_to = pipeline->output_region != NULL;
	if (input->has_to)
		input->to = *pipeline->output_region;
	scale->n++;
	return VA_STATUS_SUCCESS;
}

static VAStatus put(
	struct gp_driver *driver, struct scale *scale, const struct input *input, struct gp_view to)
{
	const struct gp_surface *surface = gp_table_get(&driver->surfaces, input->surface);
	struct gp_view from;

	if (surface == NULL)
		return VA_STATUS_ERROR_INVALID_SURFACE;
	from = gp_view_of(&surface->pixels);
	if (input->has_from && !gp_view_cut(&from, input->from.x, input->from.y, input->from.width,
				       input->from.height))
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	if (input->has_to &&
		!gp_view_cut(&to, input->to.x, input->to.y, input->to.width, input->to.height))
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	return gp_status_of(gp_convert(&scale->scaler, from, to));
}

static VAStatus work(
	struct gp_driver *driver, struct gp_context *context, const struct gp_pixels *pixels)
{
	struct scale *scale = context->state;
	VAStatus status = VA_STATUS_SUCCESS;

	if (scale->n == 0)
		return VA_STATUS_ERROR_OPERATION_FAILED;
	for (unsigned int i = 0; i < scale->n && status == VA_STATUS_SUCCESS; i++)
		status = put(driver, scale, &scale->inputs[i], gp_view_of(pixels));
	return status;
}

const struct gp_worker gp_scale = {
	.state_size = sizeof(struct scale),
	.close = close,
	.take = take,
	.work = work,
	.forget = forget,
};

static const struct gp_context *processing_context(const struct gp_driver *driver, VAContextID id)
{
	const struct gp_context *context = gp_table_get(&driver->contexts, id);

	return context != NULL && context->config.entrypoint == VAEntrypointVideoProc ? context
										      : NULL;
}

VAStatus gp_vaQueryVideoProcFilters(
	struct gp_driver *driver, VAContextID context, VAProcFilterType *filters, unsigned int *n)
{
	(void)filters;
	*n = 0;
	return processing_context(driver, context) != NULL ? VA_STATUS_SUCCESS
							   : VA_STATUS_ERROR_INVALID_CONTEXT;
}

VAStatus gp_vaQueryVideoProcFilterCaps(struct gp_driver *driver, VAContextID context,
	VAProcFilterType type, void *caps, unsigned int *n)
{
	(void)type;
	(void)caps;
	*n = 0;
	return processing_context(driver, context) != NULL ? VA_STATUS_ERROR_UNSUPPORTED_FILTER
							   : VA_STATUS_ERROR_INVALID_CONTEXT;
}

/* Colours pass through: any standard is taken, as long as both sides have the same. */
VAStatus gp_vaQueryVideoProcPipelineCaps(struct gp_driver *driver, VAContextID context,
	VABufferID *filters, unsigned int n, VAProcPipelineCaps *caps)
{
	static const VAProcColorStandardType standards[] = {
		VAProcColorStandardBT601, VAProcColorStandardBT709, VAProcColorStandardBT2020};

	(void)filters;
	if (processing_context(driver, context) == NULL)
		return VA_STATUS_ERROR_INVALID_CONTEXT;
	if (n != 0)
		return VA_STATUS_ERROR_UNSUPPORTED_FILTER;
	memcpy(driver->standards, standards, sizeof(standards));
	for (size_t i = 0; i < gp_n_formats; i++)
		driver->fourccs[i] = gp_formats[i].image.fourcc;
	*caps = (VAProcPipelineCaps){
		.input_color_standards = driver->standards,
		.num_input_color_standards = sizeof(standards) / sizeof(standards[0]),
		.output_color_standards = driver->standards,
		.num_output_color_standards = sizeof(standards) / sizeof(standards[0]),
		.num_input_pixel_formats = (uint32_t)gp_n_formats,
		.input_pixel_format = driver->fourccs,
		.num_output_pixel_formats = (uint32_t)gp_n_formats,
		.output_pixel_format = driver->fourccs,
		.max_input_width = GP_LARGEST_SIDE,
		.max_input_height = GP_LARGEST_SIDE,
		.min_input_width = 1,
		.min_input_height = 1,
		.max_output_width = GP_LARGEST_SIDE,
		.max_output_height = GP_LARGEST_SIDE,
		.min_output_width = 1,
		.min_output_height = 1,
	};
	return VA_STATUS_SUCCESS;
}
