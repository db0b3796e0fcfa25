/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CALLS_H
#define GP_CALLS_H

#include <va/va_backend.h>
#include <va/va_backend_vpp.h>
#include <va/va_drmcommon.h>

struct gp_driver;

/* The call of libva of this name, or NULL where it is none that the driver is asked for. */
const char *gp_call_named(const char *name);

/* CALL(name, (arguments), parameters): what libva asks a driver for. */
#define GP_CALLS(CALL)                                                                             \
	CALL(vaQueryConfigProfiles, (profiles, n), VAProfile *profiles, int *n)                    \
	CALL(vaQueryConfigEntrypoints, (profile, entrypoints, n), VAProfile profile,               \
		VAEntrypoint *entrypoints, int *n)                                                 \
	CALL(vaGetConfigAttributes, (profile, entrypoint, attributes, n), VAProfile profile,       \
		VAEntrypoint entrypoint, VAConfigAttrib *attributes, int n)                        \
	CALL(vaCreateConfig, (profile, entrypoint, attributes, n, id), VAProfile profile,          \
		VAEntrypoint entrypoint, VAConfigAttrib *attributes, int n, VAConfigID *id)        \
	CALL(vaDestroyConfig, (id), VAConfigID id)                                                 \
	CALL(vaQueryConfigAttributes, (id, profile, entrypoint, attributes, n), VAConfigID id,     \
		VAProfile *profile, VAEntrypoint *entrypoint, VAConfigAttrib *attributes, int *n)  \
	CALL(vaQuerySurfaceAttributes, (id, attributes, n), VAConfigID id,                         \
		VASurfaceAttrib *attributes, unsigned int *n)                                      \
	CALL(vaCreateSurfaces2, (rt_format, width, height, ids, n, attributes, n_attributes),      \
		unsigned int rt_format, unsigned int width, unsigned int height, VASurfaceID *ids, \
		unsigned int n, VASurfaceAttrib *attributes, unsigned int n_attributes)            \
	CALL(vaDestroySurfaces, (ids, n), VASurfaceID *ids, int n)                                 \
	CALL(vaSyncSurface, (id), VASurfaceID id)                                                  \
	CALL(vaSyncSurface2, (id, timeout), VASurfaceID id, uint64_t timeout)                      \
	CALL(vaQuerySurfaceStatus, (id, status), VASurfaceID id, VASurfaceStatus *status)          \
	CALL(vaCreateContext, (config, width, height, flags, targets, n, id), VAConfigID config,   \
		int width, int height, int flags, VASurfaceID *targets, int n, VAContextID *id)    \
	CALL(vaDestroyContext, (id), VAContextID id)                                               \
	CALL(vaCreateBuffer, (context, type, size, n, data, id), VAContextID context,              \
		VABufferType type, unsigned int size, unsigned int n, void *data, VABufferID *id)  \
	CALL(vaBufferSetNumElements, (id, n), VABufferID id, unsigned int n)                       \
	CALL(vaMapBuffer, (id, data), VABufferID id, void **data)                                  \
	CALL(vaUnmapBuffer, (id), VABufferID id)                                                   \
	CALL(vaDestroyBuffer, (id), VABufferID id)                                                 \
	CALL(vaSyncBuffer, (id, timeout), VABufferID id, uint64_t timeout)                         \
	CALL(vaBufferInfo, (id, type, size, n), VABufferID id, VABufferType *type,                 \
		unsigned int *size, unsigned int *n)                                               \
	CALL(vaBeginPicture, (id, target), VAContextID id, VASurfaceID target)                     \
	CALL(vaRenderPicture, (id, buffers, n), VAContextID id, VABufferID *buffers, int n)        \
	CALL(vaEndPicture, (id), VAContextID id)                                                   \
	CALL(vaQueryImageFormats, (formats, n), VAImageFormat *formats, int *n)                    \
	CALL(vaCreateImage, (format, width, height, image), VAImageFormat *format, int width,      \
		int height, VAImage *image)                                                        \
	CALL(vaDeriveImage, (surface, image), VASurfaceID surface, VAImage *image)                 \
	CALL(vaDestroyImage, (id), VAImageID id)                                                   \
	CALL(vaGetImage, (surface, x, y, width, height, image), VASurfaceID surface, int x, int y, \
		unsigned int width, unsigned int height, VAImageID image)                          \
	CALL(vaPutImage,                                                                           \
		(surface, image, from_x, from_y, from_width, from_height, to_x, to_y, to_width,    \
			to_height),                                                                \
		VASurfaceID surface, VAImageID image, int from_x, int from_y,                      \
		unsigned int from_width, unsigned int from_height, int to_x, int to_y,             \
		unsigned int to_width, unsigned int to_height)                                     \
	CALL(vaQuerySubpictureFormats, (formats, flags, n), VAImageFormat *formats,                \
		unsigned int *flags, unsigned int *n)                                              \
	CALL(vaQueryDisplayAttributes, (attributes, n), VADisplayAttribute *attributes, int *n)

/* The same of video processing, which has a table of its own. */
#define GP_VPP_CALLS(CALL)                                                                   \
	CALL(vaQueryVideoProcFilters, (context, filters, n), VAContextID context,            \
		VAProcFilterType *filters, unsigned int *n)                                  \
	CALL(vaQueryVideoProcFilterCaps, (context, type, caps, n), VAContextID context,      \
		VAProcFilterType type, void *caps, unsigned int *n)                          \
	CALL(vaQueryVideoProcPipelineCaps, (context, filters, n, caps), VAContextID context, \
		VABufferID *filters, unsigned int n, VAProcPipelineCaps *caps)

/*
 * CALL(name, parameters): answered with VA_STATUS_ERROR_UNIMPLEMENTED. Subpictures, palettes and
 * presentation are not what a test of passthrough needs; an exported surface would have to be a
 * DMA buffer, which memory of the processor is not.
 */
#define GP_DECLINED_CALLS(CALL)                                                                    \
	CALL(vaCreateSurfaces, int width, int height, int rt_format, int n, VASurfaceID *ids)      \
	CALL(vaQuerySurfaceError, VASurfaceID surface, VAStatus status, void **info)               \
	CALL(vaPutSurface, VASurfaceID surface, void *draw, short from_x, short from_y,            \
		unsigned short from_width, unsigned short from_height, short to_x, short to_y,     \
		unsigned short to_width, unsigned short to_height, VARectangle *clips,             \
		unsigned int n, unsigned int flags)                                                \
	CALL(vaExportSurfaceHandle, VASurfaceID surface, uint32_t type, uint32_t flags,            \
		void *descriptor)                                                                  \
	CALL(vaSetImagePalette, VAImageID image, unsigned char *palette)                           \
	CALL(vaCreateSubpicture, VAImageID image, VASubpictureID *subpicture)                      \
	CALL(vaDestroySubpicture, VASubpictureID subpicture)                                       \
	CALL(vaSetSubpictureImage, VASubpictureID subpicture, VAImageID image)                     \
	CALL(vaSetSubpictureChromakey, VASubpictureID subpicture, unsigned int least,              \
		unsigned int most, unsigned int mask)                                              \
	CALL(vaSetSubpictureGlobalAlpha, VASubpictureID subpicture, float alpha)                   \
	CALL(vaAssociateSubpicture, VASubpictureID subpicture, VASurfaceID *surfaces, int n,       \
		short from_x, short from_y, unsigned short from_width, unsigned short from_height, \
		short to_x, short to_y, unsigned short to_width, unsigned short to_height,         \
		unsigned int flags)                                                                \
	CALL(vaDeassociateSubpicture, VASubpictureID subpicture, VASurfaceID *surfaces, int n)     \
	CALL(vaGetDisplayAttributes, VADisplayAttribute *attributes, int n)                        \
	CALL(vaSetDisplayAttributes, VADisplayAttribute *attributes, int n)

/* The driver is locked while one of these runs. */
#define GP_DECLARE(name, arguments, ...) VAStatus gp_##name(struct gp_driver *driver, __VA_ARGS__);
GP_CALLS(GP_DECLARE)
GP_VPP_CALLS(GP_DECLARE)
#undef GP_DECLARE

#endif
