/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_JSON_H
#define GP_JSON_H

#include <jansson.h>

#include "machine/read.h"
#include "machine/stream.h"

/*
 * JSON files may hold secrets beside what is looked at. They are cut down to the fields that are
 * named before anything else sees them, a capture included.
 */
struct gp_json_keep {
	const char *key;   /* "metadata"; with a star behind: all that begin so */
	const char *types; /* of object, array, string, number, bool: "an"; or null */
	const struct gp_json_keep *below; /* of an object, and of the objects of an array */
	const char *text; /* of texts, and texts in arrays: what they begin with: "-a|-b";
			   "#": numbers, too */
};

/*
 * All documents of a stream, one behind the other, cut down: an array, as text in one form for the
 * same content. Cutting that down again gives it again. A document that is no JSON, or has a field
 * of a type that it must not have, ends it with a text in place of an object, which says so.
 */
int gp_json_cut_down(struct gp_arena *arena, struct gp_stream *stream, size_t most,
	const struct gp_json_keep *keep, struct gp_bytes *ret);

/*
 * Reads a file cut down by extract, whose make() is gp_json_cut_down(); malformed where it was no
 * JSON. The array, to be given back with json_decref(), or NULL where not present.
 */
json_t *gp_json_read(struct gp_machine *machine, const char *path, const struct gp_extract *extract,
	struct gp_origin *ret_from);

/* The value at a path of keys, as "spec.template.spec"; NULL where it is not there. */
const json_t *gp_json_at(const json_t *value, const char *path);
/* A text there, copied; NULL where there is none. */
const char *gp_json_text(struct gp_arena *arena, const json_t *value, const char *path);
/* A number there, or dflt. */
int64_t gp_json_number(const json_t *value, const char *path, int64_t dflt);
bool gp_json_is_true(const json_t *value, const char *path);

#endif
