/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine/source.h"

#define MOST_ITEMS 20000u /* of one array or object that is kept */
#define MOST_TEXT  4096u

static const struct gp_json_keep *find_keep(const struct gp_json_keep *keep, const char *key)
{
	for (; keep && keep->key; keep++) {
		size_t length = strlen(keep->key);

		if (keep->key[length - 1] == '*' ? strncmp(keep->key, key, length - 1) == 0
						 : strcmp(keep->key, key) == 0)
			return keep;
	}
	return NULL;
}

/* What is cut down, and the first field whose type is wrong. */
struct cutter {
	const char *wrong;
};

static bool begins_so(const char *text, const char *starts)
{
	for (const char *start = starts;; start++) {
		size_t length = strcspn(start, "|");

		if (length == 1 && *start == '#' ? *text && !text[strspn(text, "0123456789")]
						 : strncmp(text, start, length) == 0)
			return true;
		start += length;
		if (!*start)
			return false;
	}
}

static json_t *cut_text(const json_t *value, const char *start)
{
	size_t size = json_string_length(value);
	const char *text = json_string_value(value);

	if (start && !begins_so(text, start))
		return NULL;
	return json_stringn(text, size < MOST_TEXT ? size : MOST_TEXT);
}

static bool has_type(const json_t *value, const char *types)
{
	static const char letters[] = {[JSON_OBJECT] = 'o',
		[JSON_ARRAY] = 'a',
		[JSON_STRING] = 's',
		[JSON_INTEGER] = 'n',
		[JSON_REAL] = 'n',
		[JSON_TRUE] = 'b',
		[JSON_FALSE] = 'b'};

	return json_is_null(value) || strchr(types, letters[json_typeof(value)]);
}

static json_t *cut_value(
	struct cutter *cutter, const json_t *value, const struct gp_json_keep *keep);

static json_t *cut_object(
	struct cutter *cutter, const json_t *value, const struct gp_json_keep *below)
{
	json_t *object = json_object(), *member;
	const char *key;

	json_object_foreach ((json_t *)(uintptr_t)value, key, member) {
		const struct gp_json_keep *keep = find_keep(below, key);
		json_t *kept = NULL;

		if (keep && !has_type(member, keep->types))
			cutter->wrong = keep->key;
		else if (keep)
			kept = cut_value(cutter, member, keep);
		if (kept && json_object_size(object) < MOST_ITEMS)
			json_object_set_new(object, key, kept);
		else
			json_decref(kept);
	}
	return object;
}

static json_t *cut_array(
	struct cutter *cutter, const json_t *value, const struct gp_json_keep *keep)
{
	json_t *array = json_array(), *item;
	size_t i;

	json_array_foreach (value, i, item) {
		json_t *kept = NULL;

		if (keep->below && !json_is_object(item))
			cutter->wrong = keep->key;
		else
			kept = cut_value(cutter, item, keep);
		if (kept && json_array_size(array) < MOST_ITEMS)
			json_array_append_new(array, kept);
		else
			json_decref(kept);
	}
	return array;
}

/* As deep as what is kept, and arrays in arrays as deep as the parser lets them be. */
static json_t *cut_value(
	struct cutter *cutter, const json_t *value, const struct gp_json_keep *keep)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return keep->below ? cut_object(cutter, value, keep->below) : NULL;
	case JSON_ARRAY:
		return cut_array(cutter, value, keep);
	case JSON_STRING:
		return cut_text(value, keep->text);
	case JSON_NULL:
		return NULL;
	default:
		return json_copy((json_t *)(uintptr_t)value);
	}
}

struct buffer {
	char *data;
	size_t size;
};

static int slurp(struct gp_stream *stream, size_t most, struct buffer *buffer)
{
	size_t room = 0;

	for (;;) {
		ssize_t n;

		if (buffer->size == room) {
			char *larger;

			if (buffer->size > most)
				return -EFBIG;
			room = room ? room * 2 : 64u << 10;
			larger = realloc(buffer->data, room);
			if (!larger)
				return -ENOMEM;
			buffer->data = larger;
		}
		n = stream->read(stream, buffer->data + buffer->size, room - buffer->size);
		if (n < 0)
			return (int)n;
		if (!n)
			return buffer->size > most ? -EFBIG : 0;
		buffer->size += (size_t)n;
	}
}

/* What stands for a document that cannot be used; and how to know one when it is cut again. */
#define NO_JSON    "is no JSON"
#define WRONG_TYPE "has a wrong type in "

static bool is_problem(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && (gp_starts_with(text, NO_JSON) || gp_starts_with(text, WRONG_TYPE));
}

static size_t skip_space(const struct buffer *buffer, size_t at)
{
	while (at < buffer->size && strchr(" \t\r\n", buffer->data[at]) && buffer->data[at])
		at++;
	return at;
}

static void add_object(json_t *list, const json_t *object, const struct gp_json_keep *keep)
{
	struct cutter cutter = {0};
	json_t *kept;

	if (is_problem(object))
		kept = json_copy((json_t *)(uintptr_t)object);
	else if (json_is_object(object))
		kept = cut_object(&cutter, object, keep);
	else
		kept = json_string(NO_JSON " object");
	if (cutter.wrong) {
		json_decref(kept);
		kept = json_sprintf(WRONG_TYPE "%s", cutter.wrong);
	}
	json_array_append_new(list, kept);
}

/* A document is an object; or the array that came of some when they were cut down. */
static void add_document(json_t *list, const json_t *document, const struct gp_json_keep *keep)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(document))
		add_object(list, document, keep);
	json_array_foreach (document, i, item)
		if (json_array_size(list) < MOST_ITEMS)
			add_object(list, item, keep);
}

static json_t *cut_documents(const struct buffer *buffer, const struct gp_json_keep *keep)
{
	json_t *list = json_array();
	size_t at = skip_space(buffer, 0);

	if (at == buffer->size)
		json_array_append_new(list, json_string(NO_JSON));
	while (at < buffer->size && json_array_size(list) < MOST_ITEMS) {
		json_error_t error;
		json_t *document = json_loadb(
			buffer->data + at, buffer->size - at, JSON_DISABLE_EOF_CHECK, &error);

		if (!document) {
			json_array_append_new(list,
				json_sprintf(NO_JSON " from byte %zu on",
					at + (size_t)(error.position > 0 ? error.position : 0)));
			break;
		}
		add_document(list, document, keep);
		json_decref(document);
		at = skip_space(buffer, at + (size_t)error.position);
	}
	return list;
}

int gp_json_cut_down(struct gp_arena *arena, struct gp_stream *stream, size_t most,
	const struct gp_json_keep *keep, struct gp_bytes *ret)
{
	struct buffer buffer = {0};
	int r = slurp(stream, most, &buffer);

	if (!r) {
		json_t *list = cut_documents(&buffer, keep);
		char *text = json_dumps(list,
			JSON_INDENT(1) | JSON_SORT_KEYS | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);

		if (text)
			*ret = (struct gp_bytes){
				gp_bytes_copy(arena, text, strlen(text)), strlen(text)};
		else
			r = -ENOMEM;
		free(text);
		json_decref(list);
	}
	free(buffer.data);
	return r;
}

static struct gp_origin come_to(const char *path, int r)
{
	struct gp_origin from = {.path = path, .presence = GP_PRESENT};

	if (r == -ENOENT) {
		from.presence = GP_ABSENT;
	} else if (r == -EFBIG) {
		from.presence = GP_MALFORMED;
		from.problem = "is too large";
	} else if (r < 0) {
		from.presence = GP_UNREADABLE;
		from.error = -r;
	}
	return from;
}

/* Why one of the documents cannot be used, or NULL. */
static const char *problem_of(struct gp_arena *arena, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(list))
		return NO_JSON;
	json_array_foreach (list, i, item)
		if (!json_is_object(item))
			return is_problem(item) ? gp_printable(arena, json_string_value(item),
							  json_string_length(item), 60)
						: NO_JSON " object";
	return NULL;
}

/* A capture hands out what somebody wrote into it: it is cut down here too. */
static int extract_all(struct gp_machine *machine, const char *path,
	const struct gp_extract *extract, struct gp_bytes *ret)
{
	struct gp_memory_stream memory = gp_memory_stream((struct gp_bytes){0});
	int r = gp_machine_extract(machine, path, extract, &memory.left);

	return r ? r : extract->make(gp_machine_arena(machine), &memory.stream, ret);
}

json_t *gp_json_read(struct gp_machine *machine, const char *path, const struct gp_extract *extract,
	struct gp_origin *ret_from)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_bytes bytes = {0};
	const char *problem;
	json_t *list;

	*ret_from = come_to(gp_strdup(arena, path), extract_all(machine, path, extract, &bytes));
	if (!gp_is_present(ret_from))
		return NULL;
	list = json_loadb((const char *)bytes.data, bytes.size, 0, NULL);
	problem = problem_of(arena, list);
	if (!problem)
		return list;
	ret_from->presence = GP_MALFORMED;
	ret_from->problem = problem;
	json_decref(list);
	return NULL;
}

const json_t *gp_json_at(const json_t *value, const char *path)
{
	char key[64];

	while (value && *path) {
		size_t length = strcspn(path, ".");

		if (length >= sizeof(key))
			return NULL;
		memcpy(key, path, length);
		key[length] = '\0';
		value = json_object_get(value, key);
		path += length + (path[length] == '.');
	}
	return value;
}

const char *gp_json_text(struct gp_arena *arena, const json_t *value, const char *path)
{
	const json_t *text = gp_json_at(value, path);

	if (!json_is_string(text))
		return NULL;
	return gp_printable(arena, json_string_value(text), json_string_length(text), 1000);
}

int64_t gp_json_number(const json_t *value, const char *path, int64_t dflt)
{
	const json_t *number = gp_json_at(value, path);

	return json_is_integer(number) ? (int64_t)json_integer_value(number) : dflt;
}

bool gp_json_is_true(const json_t *value, const char *path)
{
	return json_is_true(gp_json_at(value, path));
}
