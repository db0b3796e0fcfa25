/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRIVER_H
#define GP_DRIVER_H

#include "calls.h"
#include "faults.h"
#include "objects.h"
#include "pixels.h"

#include <pthread.h>

struct gp_config {
	VAProfile profile;
	VAEntrypoint entrypoint;
	unsigned int rt_format;
	unsigned int rate_control; /* VA_RC_ */
};

struct gp_surface {
	struct gp_pixels pixels;
};

struct gp_buffer {
	VABufferType type;
	unsigned int size, n; /* bytes of an element, elements */
	AVBufferRef *memory;
	VACodedBufferSegment coded; /* of a VAEncCodedBufferType */
};

struct gp_image {
	struct gp_pixels pixels;
	VABufferID buffer;
};

struct gp_context;

/* What a context does with its pictures. */
struct gp_worker {
	size_t state_size;
	/* Any of them may be NULL. close is called also where open failed. */
	VAStatus (*open)(struct gp_context *context);
	void (*close)(void *state);
	/* One buffer of vaRenderPicture(); what is needed later is copied. */
	VAStatus (*take)(struct gp_context *context, const struct gp_buffer *buffer);
	/* vaEndPicture(). An encoder reads the pixels, all others write them. */
	VAStatus (*work)(struct gp_driver *driver, struct gp_context *context,
		const struct gp_pixels *pixels);
	/* After work, or where the picture was given up: forgets what was taken. */
	void (*forget)(void *state);
};

extern const struct gp_worker gp_decode_h264, gp_decode_vp9, gp_encode_h264, gp_scale;
/* They cost as good as nothing. */
extern const struct gp_worker gp_idle, gp_encode_gray;

struct gp_context {
	struct gp_config config;
	const struct gp_worker *worker;
	void *state;               /* of the worker, zero at first */
	VASurfaceID target;        /* VA_INVALID_ID between pictures */
	struct gp_pixels first;    /* what all pictures look like where frames are constant */
	struct SwsContext *scaler; /* of first */
};

struct gp_driver {
	pthread_mutex_t lock;
	struct gp_faults faults;
	int64_t owed; /* of gp_faults_slow() */
	struct gp_table configs, contexts, surfaces, buffers, images;
	struct SwsContext *scaler; /* of images */
	VAProcColorStandardType standards[4];
	uint32_t fourccs[16];
};

bool gp_is_encoder(VAEntrypoint entrypoint);

/* VA_INVALID_ID where there is no memory; the buffer holds a reference of its own. */
VABufferID gp_buffer_add(struct gp_driver *driver, VABufferType type, unsigned int size,
	unsigned int n, AVBufferRef *memory);

/* What was encoded, into the buffer that vaMapBuffer() then shows; it has to be large enough. */
VAStatus gp_buffer_fill(struct gp_driver *driver, VABufferID id, const void *data, size_t size);

/* The buffer's bytes where they are at least as many, else NULL. */
const void *gp_buffer_data(const struct gp_buffer *buffer, size_t size);

/* NULL is allowed. */
void gp_config_free(struct gp_config *config);
void gp_context_free(struct gp_context *context);
void gp_surface_free(struct gp_surface *surface);
void gp_buffer_free(struct gp_buffer *buffer);
void gp_image_free(struct gp_image *image);

VAStatus gp_status_of(int error); /* of a negative errno, or 0 */

#endif
