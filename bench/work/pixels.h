/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PIXELS_H
#define GP_PIXELS_H

#include <stddef.h>
#include <stdint.h>

/* How alike two pictures are. Pure. */
struct gp_plane {
	const uint8_t *data;
	ptrdiff_t stride;
	unsigned int width, height;
	unsigned int bits; /* 8, or up to 16 in words of the machine's order */
};

/* Mean square error of two planes of one size, each value by itself. */
double gp_plane_error(const struct gp_plane *a, const struct gp_plane *b);

/* The same of the means of squares of 8x8: detail that two scalers draw in two ways is gone. */
double gp_plane_error_of_means(const struct gp_plane *a, const struct gp_plane *b);

/* dB; GP_PSNR_MOST where there is no error. */
#define GP_PSNR_MOST 99.0
double gp_psnr(double error, unsigned int bits);

#endif
