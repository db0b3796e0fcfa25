/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "log/log.h"

#include <ctype.h>
#include <string.h>

#define KEPT_PER_ID      64
#define KEPT_PER_ADDRESS 16
#define MOST_ADDRESSES   512
#define KEPT_OF_LINE     400

/* How many messages of an id about an address were kept beyond the first of the id. */
struct gp_log_talker {
	uint32_t about; /* id + 1, bus, device and function; 0: nobody */
	uint32_t n;
};

struct taking {
	struct gp_arena *arena;
	const struct gp_log_scanner *scanner;
	struct gp_log *log;
	const char *source, *text;
	const struct gp_klog_line *line;
};

static bool is_hex(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

const char *gp_log_address(const char *text, size_t size)
{
	for (size_t at = 0; at + GP_LOG_ADDRESS <= size; at++) {
		const char *end = text + at + GP_LOG_ADDRESS;

		if (text[at + 2] == ':' && text[at + 5] == '.' && is_hex(text + at, 2) &&
			is_hex(text + at + 3, 2) && text[at + 6] >= '0' && text[at + 6] <= '7' &&
			(at + GP_LOG_ADDRESS == size || !isalnum((unsigned char)*end)) &&
			(!at || !isalnum((unsigned char)text[at - 1])))
			return text + at;
	}
	return NULL;
}

static uint32_t hex_digit(char c)
{
	return isdigit((unsigned char)c) ? (uint32_t)(c - '0')
					 : (uint32_t)(tolower((unsigned char)c) - 'a' + 10);
}

static uint32_t hex_pair(const char *text)
{
	return hex_digit(text[0]) << 4 | hex_digit(text[1]);
}

static uint32_t number_of_address(const char *address)
{
	return hex_pair(address) << 8 | (hex_pair(address + 3) & 0x1f) << 3 | hex_digit(address[6]);
}

/* The place of somebody in the table, or a free one. */
static struct gp_log_talker *talker_at(struct gp_log_talker *talkers, uint32_t about)
{
	uint32_t i = about * 2654435761u % (2 * MOST_ADDRESSES);

	while (talkers[i].about && talkers[i].about != about)
		i = (i + 1) % (2 * MOST_ADDRESSES);
	return &talkers[i];
}

/* One device that floods the log must not drown what is said about another. */
static bool is_heard_beyond(struct taking *t, enum gp_log_id id)
{
	const char *address = gp_log_address(t->line->text, t->line->size);
	struct gp_log *log = t->log;
	struct gp_log_talker *talker;
	uint32_t about;

	if (!address)
		return false;
	about = ((uint32_t)id + 1) << 16 | number_of_address(address);
	if (!log->talkers)
		log->talkers = gp_alloc(t->arena, 2 * MOST_ADDRESSES, sizeof(*log->talkers));
	talker = talker_at(log->talkers, about);
	if (!talker->about && log->n_talkers >= MOST_ADDRESSES)
		return false;
	log->n_talkers += !talker->about;
	talker->about = about;
	return talker->n++ < KEPT_PER_ADDRESS;
}

static void keep(void *context, enum gp_log_id id)
{
	struct taking *t = context;

	if (t->log->seen[id]++ >= KEPT_PER_ID && !is_heard_beyond(t, id))
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

	if (gp_machine_is_partial(machine))
		t.source = GP_PASTED;
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
