/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FACES_H
#define GP_FACES_H

/* What faces make of a record, for tests; after cmocka.h. */

#include <stdio.h>
#include <stdlib.h>

#include "render.h"
#include "texts.h"

static inline char *rendered(
	const struct gp_record *record, const char *face, const struct gp_style *style)
{
	char *bytes, *copy;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	assert_int_equal(gp_render(gp_face_find(face), record, style, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(bytes), size);
	copy = gp_strdup(record->arena, bytes);
	free(bytes);
	return copy;
}

static inline char *as(const struct gp_record *record, const char *face)
{
	return rendered(record, face, &(struct gp_style){0});
}

#endif
