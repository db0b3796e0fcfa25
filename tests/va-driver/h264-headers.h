/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_H264_HEADERS_H
#define GP_H264_HEADERS_H

#include "bits.h"

#include <va/va.h>

/*
 * What a slice header says and VA-API does not: the parameter set that it names, and whether it
 * counts its references itself. Where it does not, that set has the count.
 */
struct gp_slice_header {
	unsigned int pps_id;
	bool counts_references;
};

/* slice_header() of ITU-T H.264, 7.3.3, of a progressive picture; data starts at the NAL header. */
struct gp_slice_header gp_read_slice_header(
	const uint8_t *data, size_t size, const VAPictureParameterBufferH264 *picture);

/* Added to stream; matrices may be NULL. */
void gp_put_sps(struct gp_bytes *stream, const VAPictureParameterBufferH264 *picture);
void gp_put_pps(struct gp_bytes *stream, unsigned int pps_id, const unsigned int references[2],
	const VAPictureParameterBufferH264 *picture, const VAIQMatrixBufferH264 *matrices);

#endif
