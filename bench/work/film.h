/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FILM_H
#define GP_FILM_H

#include <stdint.h>

/* A film that is the same on every machine. Sides are even; 8 bits, or 10 in words of 16. */
struct gp_film;
struct gp_film *gp_film_new(unsigned int width, unsigned int height, unsigned int bits);
void gp_film_free(struct gp_film *film);

/* Picture `number`, in planes of 4:2:0 with lines of so many bytes. */
void gp_film_picture(
	struct gp_film *film, unsigned int number, uint8_t *const planes[3], const int strides[3]);

#endif
