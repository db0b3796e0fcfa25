/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/capture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/capture-text.h"

#define MAX_LINE    (16u << 20)
#define MAX_ENTRIES (1u << 20)
#define FIRST_LINE  "gpupass-machine "

int gp_capture_slurp(int fd, size_t most, char **ret, size_t *ret_size)
{
	size_t size = 0, room = 64u << 10;
	char *data = malloc(room + 1);

	while (data) {
		ssize_t n = read(fd, data + size, room - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || size + (size_t)n > most) {
			int r = n < 0 ? -errno : -EFBIG;

			free(data);
			return r;
		}
		if (!n) {
			*ret = data;
			*ret_size = size;
			return 0;
		}
		size += (size_t)n;
		if (size == room) {
			char *larger = realloc(data, (room *= 2) + 1);

			if (!larger)
				free(data);
			data = larger;
		}
	}
	return -ENOMEM;
}

struct loader {
	struct gp_arena *arena;
	struct gp_capture *capture;
	char *at, *end;
	size_t line; /* number of the current one */
	enum { AMONG_ENTRIES, IN_CONTENT, IN_LOG } state;
	bool is_over;      /* "end" was there */
	uint64_t expected; /* entries, as "end" says */
	bool has_expected;
};

/* The next line, ended by NUL; NULL where there is no whole one. */
static char *next_line(struct loader *loader, size_t *ret_size)
{
	char *line = loader->at;
	char *end = memchr(line, '\n', (size_t)(loader->end - line));
	size_t size;

	loader->line++;
	if (!end) {
		/* Only the last line is known to be whole without its newline. */
		if (strcmp(line, "end") != 0 && strncmp(line, "end ", 4) != 0)
			return NULL;
		end = loader->end;
	}
	loader->at = end < loader->end ? end + 1 : end;
	size = (size_t)(end - line);
	if (size && line[size - 1] == '\r')
		size--;
	*ret_size = size;
	return size <= MAX_LINE ? line : NULL;
}

static struct gp_entry *last_entry(struct gp_capture *capture)
{
	return &capture->entries.items[capture->entries.n - 1];
}

static void take_body(const char **body, size_t *body_size, const char *line, size_t size)
{
	if (!*body)
		*body = line;
	*body_size = (size_t)(line + size - *body);
}

static bool add_content(struct loader *loader, const char *line, size_t size)
{
	struct gp_entry *entry;

	if (loader->state != IN_CONTENT || !gp_content_line_is_valid(line, size))
		return false;
	entry = last_entry(loader->capture);
	take_body(&entry->body, &entry->body_size, line, size);
	return true;
}

static bool add_log_line(struct loader *loader, const char *line, size_t size)
{
	struct gp_capture_log *log = &loader->capture->log;

	if (loader->state != IN_LOG || !memchr(line, ']', size) ||
		!gp_escapes_are_valid(line, size))
		return false;
	take_body(&log->body, &log->size, line, size);
	return true;
}

static bool begin_log(struct loader *loader, char *line)
{
	struct gp_capture_log *log = &loader->capture->log;
	char *source = line + 2, *space = strchr(source, ' ');

	if (log->source || !space || space == source ||
		!gp_escapes_are_valid(source, (size_t)(space - source)))
		return false;
	source[gp_unescape(source, source, (size_t)(space - source))] = '\0';
	log->whole = !strcmp(space + 1, "whole");
	if (!log->whole && strcmp(space + 1, "part") != 0) {
		log->error = gp_error_number(space + 1);
		if (!log->error)
			return false;
	}
	log->source = source;
	loader->state = IN_LOG;
	return true;
}

static bool add_entry(struct loader *loader, char *line)
{
	struct gp_capture *capture = loader->capture;
	struct gp_entry entry;

	if (capture->entries.n == MAX_ENTRIES || !gp_entry_parse(line, &entry))
		return false;
	if (capture->entries.n && gp_path_compare(last_entry(capture)->path, entry.path) >= 0)
		capture->is_ordered = false;
	*gp_push(loader->arena, &capture->entries) = entry;
	loader->state = entry.kind == GP_ENTRY_FILE ? IN_CONTENT : AMONG_ENTRIES;
	return true;
}

static bool take_partial(struct loader *loader)
{
	loader->capture->is_partial = loader->line == 2;
	loader->capture->cut = "what was not pasted is not known";
	return loader->capture->is_partial;
}

static bool is_redacted_line(const char *line)
{
	return gp_starts_with(line, "redacted ");
}

/* False: from here on it cannot be read. */
static bool take_line(struct loader *loader, char *line, size_t size)
{
	if (!size || line[0] == '#')
		return true;
	if (line[0] == '|' || line[0] == '~' || line[0] == ':')
		return add_content(loader, line, size);
	if (line[0] == '[')
		return add_log_line(loader, line, size);
	line[size] = '\0';
	if (strlen(line) != size)
		return false;
	if (gp_starts_with(line, "K "))
		return begin_log(loader, line);
	if (!strcmp(line, "partial"))
		return take_partial(loader);
	if (!strcmp(line, "end"))
		return loader->is_over = true;
	if (gp_starts_with(line, "end ")) {
		loader->has_expected = loader->is_over =
			!gp_parse_u64(line + 4, 10, &loader->expected);
		return loader->is_over;
	}
	return is_redacted_line(line) || add_entry(loader, line);
}

static void cut_here(struct loader *loader, bool is_damaged)
{
	struct gp_capture *capture = loader->capture;

	capture->cut = gp_printf(loader->arena,
		is_damaged ? "capture cannot be read from line %zu on"
			   : "capture ends early, at line %zu",
		loader->line);
	if (loader->state == IN_CONTENT)
		last_entry(capture)->is_partial = true;
	if (loader->state == IN_LOG)
		capture->log.whole = false;
}

static void load_lines(struct loader *loader)
{
	struct gp_capture *capture = loader->capture;

	while (!loader->is_over) {
		size_t size = 0;
		bool at_end = loader->at == loader->end;
		char *line = at_end ? NULL : next_line(loader, &size);

		if (!line || !take_line(loader, line, size)) {
			loader->line += at_end;
			cut_here(loader, line != NULL);
			return;
		}
	}
	if (loader->has_expected && loader->expected > capture->entries.n) {
		capture->cut = gp_printf(loader->arena,
			"%llu of the capture's %llu entries were taken out",
			(unsigned long long)(loader->expected - capture->entries.n),
			(unsigned long long)loader->expected);
		capture->is_ordered = false;
	}
}

/* Stable for equal paths, as the items lie in the order of the file. */
static int by_path(const void *a, const void *b)
{
	const struct gp_entry *left = *(const struct gp_entry *const *)a;
	const struct gp_entry *right = *(const struct gp_entry *const *)b;
	int order = gp_path_compare(left->path, right->path);

	return order ? order : (left > right) - (left < right);
}

static void sort_entries(struct gp_arena *arena, struct gp_capture *capture)
{
	size_t n = capture->entries.n, kept = 0;
	const struct gp_entry **order;
	struct gp_entry *sorted;

	if (!n)
		return;
	order = gp_alloc(arena, n, sizeof(*order));
	sorted = gp_alloc(arena, n, sizeof(*sorted));
	for (size_t i = 0; i < n; i++)
		order[i] = &capture->entries.items[i];
	qsort(order, n, sizeof(*order), by_path);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(sorted[kept - 1].path, order[i]->path) != 0)
			sorted[kept++] = *order[i];
	capture->entries.items = sorted;
	capture->entries.n = kept;
}

/* What is below an entry follows it at once. What came of trying drivers is looked up by its name.
 */
static void look_for_buried(struct gp_capture *capture)
{
	for (size_t i = 1; i < capture->entries.n && !capture->has_buried; i++) {
		const struct gp_entry *above = &capture->entries.items[i - 1];
		size_t length = strlen(above->path);

		capture->has_buried =
			!S_ISDIR(above->mode) && above->path[1] &&
			!gp_starts_with(above->path, "/.try/") &&
			!strncmp(capture->entries.items[i].path, above->path, length) &&
			capture->entries.items[i].path[length] == '/';
	}
}

static int check_first_line(struct loader *loader, const char **ret_problem)
{
	char *data = loader->capture->data;
	size_t size = 0;
	char *line;

	*ret_problem = "is not a capture: it does not begin with \"gpupass-machine 1\"";
	if (!gp_starts_with(data, FIRST_LINE))
		return -EBADMSG;
	line = next_line(loader, &size);
	if (!line)
		return -EBADMSG;
	line[size] = '\0';
	if (!strcmp(line, FIRST_LINE "1"))
		return 0;
	*ret_problem = "is a capture in a format that this version does not know";
	return -EPROTONOSUPPORT;
}

int gp_capture_load(struct gp_arena *arena, char *data, size_t size, struct gp_capture **ret,
	const char **ret_problem)
{
	struct gp_capture *capture = gp_new(arena, struct gp_capture);
	struct loader loader = {.arena = arena, .capture = capture, .at = data, .end = data + size};
	int r;

	data[size] = '\0';
	capture->data = data;
	capture->is_ordered = true;
	r = check_first_line(&loader, ret_problem);
	if (r < 0) {
		free(data);
		return r;
	}
	load_lines(&loader);
	if (loader.capture->entries.n && !capture->is_ordered)
		sort_entries(arena, capture);
	look_for_buried(capture);
	*ret = capture;
	return 0;
}

void gp_capture_free(struct gp_capture *capture)
{
	if (capture)
		free(capture->data);
}
