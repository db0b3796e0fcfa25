/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/said.h"
#include "machine/given.h"

#include <string.h>

struct taking {
	struct gp_arena *arena;
	const struct gp_log_scanner *scanner;
	struct gp_log *log;
	const char *source;
};

static void take(struct taking *t, const char *text, size_t size)
{
	struct gp_klog_line line = {.usec = -1, .text = text, .size = size};

	gp_log_take(t->arena, t->scanner, t->log, t->source, &line);
}

static void take_lines(struct taking *t, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");

		take(t, text, size);
		text += size + (text[size] == '\n');
	}
}

void gp_said_collect(
	struct gp_machine *machine, const struct gp_attempts *attempts, struct gp_log *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value given = gp_read_text(machine, GP_GIVEN_SAID);
	struct taking t = {.arena = arena, .log = ret};

	*ret = (struct gp_log){0};
	if (!*given.value && !attempts->n)
		return;
	t.scanner = gp_log_scanner_new(arena);
	t.source = GP_PASTED;
	take_lines(&t, given.value);
	gp_each (attempt, attempts) {
		struct gp_tried tried = gp_tried_read(arena, attempt);
		const struct gp_tried_line *line = NULL;

		t.source = tried.from.path;
		while ((line = gp_tried_next(&tried, "said", line)))
			take(&t, line->value, strlen(line->value));
	}
}
