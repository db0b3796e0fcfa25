/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver.h"

#include <stdlib.h>

const struct gp_worker gp_idle = {.state_size = 1};

static const struct gp_worker *worker_of(
	const struct gp_config *config, const struct gp_faults *faults)
{
	if (gp_is_encoder(config->entrypoint))
		return faults->constant_cost ? &gp_encode_gray : &gp_encode_h264;
	if (faults->constant_cost)
		return &gp_idle;
	if (config->entrypoint == VAEntrypointVideoProc)
		return &gp_scale;
	return config->profile == VAProfileVP9Profile0 ? &gp_decode_vp9 : &gp_decode_h264;
}

static VAStatus open_worker(struct gp_context *context)
{
	context->state = calloc(1, context->worker->state_size);
	if (context->state == NULL)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	return context->worker->open != NULL ? context->worker->open(context) : VA_STATUS_SUCCESS;
}

VAStatus gp_vaCreateContext(struct gp_driver *driver, VAConfigID config, int width, int height,
	int flags, VASurfaceID *targets, int n, VAContextID *id)
{
	const struct gp_config *wanted = gp_table_get(&driver->configs, config);
	struct gp_context *context;
	VAStatus status;

	(void)flags;
	if (wanted == NULL)
		return VA_STATUS_ERROR_INVALID_CONFIG;
	if (width < 0 || height < 0 || width > GP_LARGEST_SIDE || height > GP_LARGEST_SIDE)
		return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
	for (int i = 0; i < n; i++)
		if (gp_table_get(&driver->surfaces, targets[i]) == NULL)
			return VA_STATUS_ERROR_INVALID_SURFACE;
	context = calloc(1, sizeof(*context));
	if (context == NULL)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	context->config = *wanted;
	context->target = VA_INVALID_ID;
	context->worker = worker_of(wanted, &driver->faults);
	status = open_worker(context);
	if (status == VA_STATUS_SUCCESS) {
		*id = gp_table_add(&driver->contexts, context);
		if (*id != VA_INVALID_ID)
			return VA_STATUS_SUCCESS;
		status = VA_STATUS_ERROR_ALLOCATION_FAILED;
	}
	gp_context_free(context);
	return status;
}

void gp_context_free(struct gp_context *context)
{
	if (context == NULL)
		return;
	if (context->state != NULL && context->worker->close != NULL)
		context->worker->close(context->state);
	free(context->state);
	gp_pixels_free(&context->first);
	sws_freeContext(context->scaler);
	free(context);
}

VAStatus gp_vaDestroyContext(struct gp_driver *driver, VAContextID id)
{
	struct gp_context *context = gp_table_take(&driver->contexts, id);

	if (context == NULL)
		return VA_STATUS_ERROR_INVALID_CONTEXT;
	gp_context_free(context);
	return VA_STATUS_SUCCESS;
}

static void forget(struct gp_context *context)
{
	context->target = VA_INVALID_ID;
	if (context->worker->forget != NULL)
		context->worker->forget(context->state);
}

VAStatus gp_vaBeginPicture(struct gp_driver *driver, VAContextID id, VASurfaceID target)
{
	struct gp_context *context = gp_table_get(&driver->contexts, id);

	if (context == NULL)
		return VA_STATUS_ERROR_INVALID_CONTEXT;
	if (gp_table_get(&driver->surfaces, target) == NULL)
		return VA_STATUS_ERROR_INVALID_SURFACE;
	forget(context);
	context->target = target;
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaRenderPicture(struct gp_driver *driver, VAContextID id, VABufferID *buffers, int n)
{
	struct gp_context *context = gp_table_get(&driver->contexts, id);
	VAStatus status = VA_STATUS_SUCCESS;

	if (context == NULL)
		return VA_STATUS_ERROR_INVALID_CONTEXT;
	if (context->target == VA_INVALID_ID)
		return VA_STATUS_ERROR_OPERATION_FAILED;
	for (int i = 0; i < n; i++)
		if (gp_table_get(&driver->buffers, buffers[i]) == NULL)
			return VA_STATUS_ERROR_INVALID_BUFFER;
	for (int i = 0; i < n && status == VA_STATUS_SUCCESS; i++)
		if (context->worker->take != NULL)
			status = context->worker->take(
				context, gp_table_get(&driver->buffers, buffers[i]));
	return status;
}

/* The first picture is kept, and every later one replaced with it. */
static VAStatus keep_constant(struct gp_context *context, const struct gp_pixels *pixels)
{
	VAStatus status = VA_STATUS_SUCCESS;

	if (context->first.memory != NULL)
		return gp_status_of(
			gp_copy(&context->scaler, gp_view_of(&context->first), gp_view_of(pixels)));
	status = gp_status_of(
		gp_pixels_alloc(&context->first, pixels->format, pixels->width, pixels->height));
	if (status != VA_STATUS_SUCCESS)
		return status;
	return gp_status_of(
		gp_copy(&context->scaler, gp_view_of(pixels), gp_view_of(&context->first)));
}

static VAStatus encode(
	struct gp_driver *driver, struct gp_context *context, const struct gp_pixels *pixels)
{
	VAStatus status = VA_STATUS_SUCCESS;

	if (!driver->faults.constant_frames)
		return context->worker->work(driver, context, pixels);
	/* The program's own surface stays as it is. */
	if (context->first.memory == NULL)
		status = keep_constant(context, pixels);
	if (status != VA_STATUS_SUCCESS)
		return status;
	return context->worker->work(driver, context, &context->first);
}

static VAStatus produce(
	struct gp_driver *driver, struct gp_context *context, const struct gp_pixels *pixels)
{
	VAStatus status = VA_STATUS_SUCCESS;

	if (context->worker->work != NULL)
		status = context->worker->work(driver, context, pixels);
	if (status == VA_STATUS_SUCCESS && driver->faults.constant_frames)
		status = keep_constant(context, pixels);
	if (status == VA_STATUS_SUCCESS && driver->faults.wrong_pixels)
		gp_spoil(pixels);
	return status;
}

VAStatus gp_vaEndPicture(struct gp_driver *driver, VAContextID id)
{
	struct gp_context *context = gp_table_get(&driver->contexts, id);
	int64_t started = gp_now();
	const struct gp_surface *target;
	VAStatus status;

	if (context == NULL)
		return VA_STATUS_ERROR_INVALID_CONTEXT;
	if (context->target == VA_INVALID_ID)
		return VA_STATUS_ERROR_OPERATION_FAILED;
	target = gp_table_get(&driver->surfaces, context->target);
	if (target == NULL)
		status = VA_STATUS_ERROR_INVALID_SURFACE;
	else if (gp_is_encoder(context->config.entrypoint))
		status = encode(driver, context, &target->pixels);
	else
		status = produce(driver, context, &target->pixels);
	forget(context);
	gp_faults_slow(&driver->faults, gp_now() - started, &driver->owed);
	return status;
}
