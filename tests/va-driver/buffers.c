/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver.h"

#include <stdlib.h>
#include <string.h>

#define LARGEST_BUFFER (1u << 30)

VABufferID gp_buffer_add(struct gp_driver *driver, VABufferType type, unsigned int size,
	unsigned int n, AVBufferRef *memory)
{
	struct gp_buffer *buffer = calloc(1, sizeof(*buffer));
	VABufferID id = VA_INVALID_ID;

	if (buffer == NULL)
		return VA_INVALID_ID;
	buffer->type = type;
	buffer->size = size;
	buffer->n = n;
	buffer->memory = av_buffer_ref(memory);
	if (buffer->memory != NULL)
		id = gp_table_add(&driver->buffers, buffer);
	if (id == VA_INVALID_ID)
		gp_buffer_free(buffer);
	return id;
}

void gp_buffer_free(struct gp_buffer *buffer)
{
	if (buffer == NULL)
		return;
	av_buffer_unref(&buffer->memory);
	free(buffer);
}

const void *gp_buffer_data(const struct gp_buffer *buffer, size_t size)
{
	return (size_t)buffer->size * buffer->n >= size ? buffer->memory->data : NULL;
}

VAStatus gp_buffer_fill(struct gp_driver *driver, VABufferID id, const void *data, size_t size)
{
	struct gp_buffer *buffer = gp_table_get(&driver->buffers, id);

	if (buffer == NULL || buffer->type != VAEncCodedBufferType)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	if (size > (size_t)buffer->size * buffer->n)
		return VA_STATUS_ERROR_NOT_ENOUGH_BUFFER;
	memcpy(buffer->memory->data, data, size);
	buffer->coded = (VACodedBufferSegment){
		.size = (uint32_t)size,
		.buf = buffer->memory->data,
	};
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaCreateBuffer(struct gp_driver *driver, VAContextID context, VABufferType type,
	unsigned int size, unsigned int n, void *data, VABufferID *id)
{
	AVBufferRef *memory;

	if (gp_table_get(&driver->contexts, context) == NULL)
		return VA_STATUS_ERROR_INVALID_CONTEXT;
	if ((unsigned int)type >= VABufferTypeMax)
		return VA_STATUS_ERROR_UNSUPPORTED_BUFFERTYPE;
	if (size == 0 || n == 0 || size > LARGEST_BUFFER / n)
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	memory = data != NULL || type == VAEncCodedBufferType ? av_buffer_alloc((size_t)size * n)
							      : av_buffer_allocz((size_t)size * n);
	if (memory == NULL)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	if (data != NULL)
		memcpy(memory->data, data, (size_t)size * n);
	*id = gp_buffer_add(driver, type, size, n, memory);
	av_buffer_unref(&memory);
	return *id != VA_INVALID_ID ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ALLOCATION_FAILED;
}

VAStatus gp_vaBufferSetNumElements(struct gp_driver *driver, VABufferID id, unsigned int n)
{
	struct gp_buffer *buffer = gp_table_get(&driver->buffers, id);

	if (buffer == NULL)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	if (n == 0 || n > buffer->memory->size / buffer->size)
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	buffer->n = n;
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaMapBuffer(struct gp_driver *driver, VABufferID id, void **data)
{
	struct gp_buffer *buffer = gp_table_get(&driver->buffers, id);

	if (buffer == NULL)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	*data = buffer->type == VAEncCodedBufferType ? (void *)&buffer->coded
						     : (void *)buffer->memory->data;
	return VA_STATUS_SUCCESS;
}

static VAStatus exists(struct gp_driver *driver, VABufferID id)
{
	return gp_table_get(&driver->buffers, id) != NULL ? VA_STATUS_SUCCESS
							  : VA_STATUS_ERROR_INVALID_BUFFER;
}

VAStatus gp_vaUnmapBuffer(struct gp_driver *driver, VABufferID id)
{
	return exists(driver, id);
}

VAStatus gp_vaSyncBuffer(struct gp_driver *driver, VABufferID id, uint64_t timeout)
{
	(void)timeout;
	return exists(driver, id);
}

VAStatus gp_vaDestroyBuffer(struct gp_driver *driver, VABufferID id)
{
	struct gp_buffer *buffer = gp_table_take(&driver->buffers, id);

	if (buffer == NULL)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	gp_buffer_free(buffer);
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaBufferInfo(struct gp_driver *driver, VABufferID id, VABufferType *type,
	unsigned int *size, unsigned int *n)
{
	const struct gp_buffer *buffer = gp_table_get(&driver->buffers, id);

	if (buffer == NULL)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	*type = buffer->type;
	*size = buffer->size;
	*n = buffer->n;
	return VA_STATUS_SUCCESS;
}
