/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A call of libva: the fault that is asked for, then the work under the driver's lock. */
#define EACH(...) __VA_ARGS__
#define DEFINE_CALL(name, arguments, ...)                                   \
	static VAStatus call_##name(VADriverContextP display, __VA_ARGS__)  \
	{                                                                   \
		struct gp_driver *driver = display->pDriverData;            \
		VAStatus answer = gp_faults_strike(&driver->faults, #name); \
                                                                            \
		if (answer != VA_STATUS_SUCCESS)                            \
			return answer;                                      \
		pthread_mutex_lock(&driver->lock);                          \
		answer = gp_##name(driver, EACH arguments);                 \
		pthread_mutex_unlock(&driver->lock);                        \
		return answer;                                              \
	}
GP_CALLS(DEFINE_CALL)
GP_VPP_CALLS(DEFINE_CALL)

static VAStatus decline(VADriverContextP context, const char *name)
{
	struct gp_driver *driver = context->pDriverData;
	VAStatus status = gp_faults_strike(&driver->faults, name);

	return status != VA_STATUS_SUCCESS ? status : VA_STATUS_ERROR_UNIMPLEMENTED;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define DEFINE_DECLINED(name, ...)                                         \
	static VAStatus call_##name(VADriverContextP display, __VA_ARGS__) \
	{                                                                  \
		return decline(display, #name);                            \
	}
GP_DECLINED_CALLS(DEFINE_DECLINED)
#pragma GCC diagnostic pop

const char *gp_call_named(const char *name)
{
#define NAME(call, ...) #call,
	static const char *const names[] = {"vaInitialize", "vaTerminate",
		GP_CALLS(NAME) GP_VPP_CALLS(NAME) GP_DECLINED_CALLS(NAME)};
#undef NAME

	if (strcmp(name, "vaCreateSurfaces") == 0)
		return "vaCreateSurfaces2"; /* what libva asks for in its place */
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return names[i];
	return NULL;
}

VAStatus gp_status_of(int error)
{
	switch (error) {
	case 0:
		return VA_STATUS_SUCCESS;
	case -ENOMEM:
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	case -EINVAL:
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	default:
		return VA_STATUS_ERROR_OPERATION_FAILED;
	}
}

static struct gp_driver *driver_create(const struct gp_faults *faults)
{
	struct gp_driver *driver = calloc(1, sizeof(*driver));

	if (driver == NULL)
		return NULL;
	if (pthread_mutex_init(&driver->lock, NULL) != 0) {
		free(driver);
		return NULL;
	}
	driver->faults = *faults;
	driver->configs.base = 0x01000000;
	driver->contexts.base = 0x02000000;
	driver->surfaces.base = 0x04000000;
	driver->buffers.base = 0x08000000;
	driver->images.base = 0x10000000;
	return driver;
}

static void driver_free(struct gp_driver *driver)
{
	void *left;

	while ((left = gp_table_take_any(&driver->contexts)) != NULL)
		gp_context_free(left);
	while ((left = gp_table_take_any(&driver->configs)) != NULL)
		gp_config_free(left);
	while ((left = gp_table_take_any(&driver->images)) != NULL)
		gp_image_free(left);
	while ((left = gp_table_take_any(&driver->buffers)) != NULL)
		gp_buffer_free(left);
	while ((left = gp_table_take_any(&driver->surfaces)) != NULL)
		gp_surface_free(left);
	sws_freeContext(driver->scaler);
	pthread_mutex_destroy(&driver->lock);
	free(driver);
}

static VAStatus call_vaTerminate(VADriverContextP context)
{
	struct gp_driver *driver = context->pDriverData;
	VAStatus status = gp_faults_strike(&driver->faults, "vaTerminate");

	/* Nobody can ask again, whatever the answer is. */
	driver_free(driver);
	context->pDriverData = NULL;
	return status;
}

static void fill_tables(VADriverContextP context)
{
#define FILL(name, ...) context->vtable->name = call_##name;
	GP_CALLS(FILL)
	GP_DECLINED_CALLS(FILL)
#undef FILL
#define FILL(name, ...) context->vtable_vpp->name = call_##name;
	GP_VPP_CALLS(FILL)
#undef FILL
	context->vtable->vaTerminate = call_vaTerminate;
}

static void complain(VADriverContextP context, const char *complaint)
{
	if (context->error_callback != NULL)
		context->error_callback(context, complaint);
}

#define INIT_OF_VERSION(major, minor)  INIT_OF_VERSION_(major, minor)
#define INIT_OF_VERSION_(major, minor) __vaDriverInit_##major##_##minor
#define INIT                           INIT_OF_VERSION(VA_MAJOR_VERSION, VA_MINOR_VERSION)

/* The one symbol that libva looks for. */
__attribute__((visibility("default"))) VAStatus INIT(VADriverContextP context);

VAStatus INIT(VADriverContextP context)
{
	struct gp_faults faults;
	char complaint[2000];
	VAStatus status;

	if (!gp_faults_parse(getenv("GPUPASS_TEST_VA"), &faults, complaint, sizeof(complaint))) {
		complain(context, complaint);
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	}
	status = gp_faults_strike(&faults, "vaInitialize");
	if (status != VA_STATUS_SUCCESS)
		return status;
	context->pDriverData = driver_create(&faults);
	if (context->pDriverData == NULL)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	context->version_major = VA_MAJOR_VERSION;
	context->version_minor = VA_MINOR_VERSION;
	context->max_profiles = 8;
	context->max_entrypoints = 4;
	context->max_attributes = 16;
	context->max_image_formats = (int)gp_n_formats;
	context->max_subpic_formats = 1;
	context->max_display_attributes = 1;
	context->str_vendor = "gpupass test driver " GP_VERSION;
	fill_tables(context);
	return VA_STATUS_SUCCESS;
}
