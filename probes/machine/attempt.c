/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/attempt.h"

#include <errno.h>
#include <string.h>

#define MOST_LINES   20000
#define MOST_OF_LINE 1000

char *gp_attempt_path(struct gp_arena *arena, const struct gp_attempt *attempt)
{
	return gp_printf(arena, "/.try/%s%s", attempt->probe, attempt->subject);
}

static struct gp_origin origin_of(struct gp_arena *arena, const struct gp_attempt *attempt)
{
	struct gp_origin from = {.presence = GP_PRESENT,
		.path = gp_printf(arena, *attempt->subject ? "gpupass-try-%s %s" : "gpupass-try-%s",
			attempt->probe, attempt->subject)};

	if (attempt->error) {
		from.presence = attempt->error == -ENOENT ? GP_ABSENT : GP_UNREADABLE;
		from.error = -attempt->error;
	}
	return from;
}

static const struct {
	const char *word;
	enum gp_tried_end end;
} ends[] = {
	{"exit ", GP_TRIED_EXITED},
	{"signal ", GP_TRIED_CRASHED},
	{"timeout ", GP_TRIED_HUNG},
};

static void take_end(struct gp_tried *tried, const char *value)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(ends); i++)
		if (gp_starts_with(value, ends[i].word) &&
			gp_parse_u64(value + strlen(ends[i].word), 10, &tried->number) == 0)
			tried->end = ends[i].end;
}

static void take_line(struct gp_arena *arena, struct gp_tried *tried, const char *text, size_t size)
{
	const char *blank = memchr(text, ' ', size);
	size_t length = blank ? (size_t)(blank - text) : size;
	struct gp_tried_line line = {.key = gp_printable(arena, text, length, MOST_OF_LINE)};

	line.value = blank ? gp_printable(arena, blank + 1, size - length - 1, MOST_OF_LINE) : "";
	if (strcmp(line.key, "end") == 0)
		take_end(tried, line.value);
	else if (size && tried->n < MOST_LINES)
		*gp_push(arena, tried) = line;
}

struct gp_tried gp_tried_read(struct gp_arena *arena, const struct gp_attempt *attempt)
{
	struct gp_tried tried = {.from = origin_of(arena, attempt), .subject = attempt->subject};
	const char *text = (const char *)attempt->said.data;
	size_t left = attempt->error ? 0 : attempt->said.size;

	while (left) {
		const char *end = memchr(text, '\n', left);
		size_t size = end ? (size_t)(end - text) : left;

		take_line(arena, &tried, text, size);
		text += size + (end ? 1 : 0);
		left -= size + (end ? 1 : 0);
	}
	return tried;
}

const struct gp_tried_line *gp_tried_next(
	const struct gp_tried *tried, const char *key, const struct gp_tried_line *after)
{
	for (size_t i = after ? (size_t)(after - tried->items) + 1 : 0; i < tried->n; i++)
		if (strcmp(tried->items[i].key, key) == 0)
			return &tried->items[i];
	return NULL;
}

const char *gp_tried_get(const struct gp_tried *tried, const char *key)
{
	const struct gp_tried_line *line = gp_tried_next(tried, key, NULL);

	return line ? line->value : NULL;
}

const char *gp_tried_ended(struct gp_arena *arena, const struct gp_tried *tried)
{
	const char *name;

	switch (tried->end) {
	case GP_TRIED_EXITED:
		return gp_printf(arena, "ended with status %lu", (unsigned long)tried->number);
	case GP_TRIED_CRASHED:
		name = tried->number < 64 ? sigdescr_np((int)tried->number) : NULL;
		return gp_printf(arena, "crashed (%s)",
			name ? name : gp_printf(arena, "signal %lu", (unsigned long)tried->number));
	case GP_TRIED_HUNG:
		return gp_printf(arena, "did not answer in %lu s", (unsigned long)tried->number);
	case GP_TRIED_CUT:
		break;
	}
	return "ended in a way that is not known";
}
