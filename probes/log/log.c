/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/log.h"

#include <string.h>

#define KEPT_PER_ID  64
#define KEPT_OF_LINE 400

struct taking {
	struct gp_arena *arena;
	const struct gp_log_scanner *scanner;
	struct gp_log *log;
	const char *source, *text;
	const struct gp_klog_line *line;
};

static void keep(void *context, enum gp_log_id id)
{
	struct taking *t = context;

	if (t->log->seen[id]++ >= KEPT_PER_ID)
		return;
	if (!t->text)
		t->text = gp_printable(t->arena, t->line->text, t->line->size, KEPT_OF_LINE);
	*gp_push(t->arena, t->log) = (struct gp_log_hit){
		.id = id, .text = t->text, .source = t->source, .usec = t->line->usec};
}

void gp_log_take(struct gp_arena *arena, const struct gp_log_scanner *scanner, struct gp_log *log,
	const char *source, const struct gp_klog_line *line)
{
	struct taking t = {.arena = arena, .log = log, .source = source, .line = line};

	gp_log_scan(scanner, line->text, line->size, keep, &t);
}

static void take_line(void *context, const struct gp_klog_line *line)
{
	struct taking *t = context;

	if (line->is_boot)
		*t->log = (struct gp_log){0};
	gp_log_take(t->arena, t->scanner, t->log, t->source, line);
}

void gp_log_collect_kernel(struct gp_machine *machine, struct gp_log *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct taking t = {.arena = arena,
		.scanner = gp_log_scanner_new(arena),
		.log = ret,
		.source = "kernel log"};
	int error;

	*ret = (struct gp_log){0};
	error = gp_machine_klog(machine, take_line, &t, &ret->source, &ret->whole);
	if (error)
		*ret = (struct gp_log){.error = -error};
}

const struct gp_log_hit *gp_log_next(
	const struct gp_log *log, enum gp_log_id id, const struct gp_log_hit *after)
{
	for (size_t i = after ? (size_t)(after - log->items) + 1 : 0; i < log->n; i++)
		if (log->items[i].id == id)
			return &log->items[i];
	return NULL;
}

/* Logs also say 01:00.0 for 0000:01:00.0, never a part of a longer one. */
bool gp_log_names(const char *text, const char *address)
{
	const char *without_domain = gp_starts_with(address, "0000:") ? address + 5 : address;
	size_t length = strlen(without_domain);

	for (const char *at = text; (at = strstr(at, without_domain)); at++) {
		bool whole = at == text || at[-1] != ':';

		if (!whole && at - text >= 5)
			whole = strncmp(at - 5, "0000:", 5) == 0;
		if (whole && (at[length] < '0' || at[length] > '9'))
			return true;
	}
	return false;
}

const struct gp_log_hit *gp_log_next_of(const struct gp_log *log, enum gp_log_id id,
	const char *address, const struct gp_log_hit *after)
{
	while ((after = gp_log_next(log, id, after)))
		if (gp_log_names(after->text, address))
			return after;
	return NULL;
}
