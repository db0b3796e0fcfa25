/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ticket/ticket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/capture.h"
#include "machine/capture-text.h"
#include "machine/klog.h"
#include "ticket/formats.h"
#include "machine/given.h"

#define MOST_SAID ((1u << 20) - 2)

/* "[   67.718025] pci 0000:00:06.0: ...", within a line of another program's log; NULL: none. */
static const char *inner_stamp(const char *text)
{
	for (const char *at = text; (at = strchr(at, '[')); at++) {
		size_t n = 1 + strspn(at + 1, " "), digits = strspn(at + n, "0123456789");

		if (!digits || at[n + digits] != '.')
			continue;
		n += digits + 1;
		digits = strspn(at + n, "0123456789");
		if (digits == 6 && at[n + digits] == ']')
			return at;
	}
	return NULL;
}

/* One message of the log, whoever said it: a ticket does not tell. */
static void put_message(FILE *out, const char *text)
{
	struct gp_klog_line line;
	const char *stamp;

	text += strspn(text, " \t");
	stamp = inner_stamp(text);
	if (!*text || !gp_klog_parse_line(text, strlen(text), &line) ||
		(stamp && stamp > text && line.usec < 0 && line.text == text))
		line = (struct gp_klog_line){.usec = -1, .text = text, .size = strlen(text)};
	if (line.usec < 0 && stamp && gp_klog_parse_line(stamp, strlen(stamp), &line))
		text = stamp;
	if (line.usec >= 0)
		fprintf(out, "[%5lld.%06lld] ", (long long)line.usec / 1000000,
			(long long)line.usec % 1000000);
	else
		fputs("[?] ", out);
	gp_put_escaped(out, line.text, line.size, false);
	putc('\n', out);
}

/* "write error: ..." means little without what was written, and where. */
static const char *said_by(const struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	if (!line->command || !strstr(line->text, "write error: "))
		return line->text;
	return gp_printf(ticket->arena, "%.300s: %s", line->command, line->text);
}

static void put_log(const struct gp_ticket *ticket, FILE *out)
{
	fputs("K what\\x20was\\x20pasted part\n", out);
	gp_each (line, &ticket->lines)
		if (!line->is_command && *line->text)
			put_message(out, said_by(ticket, line));
}

/* All that was said, as one file. */
static void put_said(struct gp_ticket *ticket)
{
	char *said = NULL;
	size_t size = 0;
	FILE *all = open_memstream(&said, &size);

	if (!all)
		return;
	/* A text file is read up to 1 MiB; the log has the rest. */
	gp_each (line, &ticket->lines) {
		if (!line->is_command)
			fprintf(all, "%s\n", said_by(ticket, line));
		if (ftell(all) > MOST_SAID)
			break;
	}
	if (fclose(all) == 0 && size > MOST_SAID)
		said[MOST_SAID] = '\0';
	if (said)
		gp_sheet_file(ticket->sheet, GP_GIVEN_SAID, said);
	free(said);
}

static void put_capture(struct gp_ticket *ticket, FILE *out)
{
	fputs("gpupass-machine 1\npartial\n", out);
	gp_sheet_write(ticket->sheet, out);
	put_log(ticket, out);
	fputs("end\n", out);
}

char *gp_ticket_capture(const char *text, size_t size, unsigned roles, size_t *ret_size)
{
	struct gp_ticket ticket = {.arena = gp_arena_new(), .roles = roles};
	char *capture = NULL;
	FILE *out = open_memstream(&capture, ret_size);

	ticket.sheet = gp_sheet_new(ticket.arena);
	gp_ticket_split(ticket.arena, text, size, &ticket.lines);
	for (gp_ticket_reader *const *read = gp_ticket_readers; *read; read++)
		(*read)(&ticket);
	put_said(&ticket);
	if (out) {
		put_capture(&ticket, out);
		if (fclose(out) != 0) {
			free(capture);
			capture = NULL;
		}
	}
	gp_sheet_finish(ticket.sheet);
	gp_arena_free(ticket.arena);
	return capture;
}

static int complain(char **ret_error, const char *path, const char *problem, int error)
{
	if (asprintf(ret_error, "%s: %s", path, problem) < 0)
		*ret_error = NULL;
	return error;
}

static int slurp(const char *path, char **ret, size_t *ret_size)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	int r = fd < 0 ? -errno : gp_capture_slurp(fd, GP_TICKET_MOST, ret, ret_size);

	if (fd >= 0 && !is_stdin)
		close(fd);
	return r;
}

static bool has_words(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z'))
			return true;
	return false;
}

int gp_ticket_open(const char *path, unsigned roles, struct gp_machine **ret, char **ret_error)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	char *text = NULL, *capture;
	size_t size = 0;
	int r = slurp(path, &text, &size);

	if (r == -EFBIG)
		return complain(ret_error, name, "larger than a ticket may be (16 MiB)", r);
	if (r < 0)
		return complain(ret_error, name, strerror(-r), r);
	if (!has_words(text, size)) {
		free(text);
		return complain(ret_error, name, "there is no text in it", -EINVAL);
	}
	capture = gp_ticket_capture(text, size, roles, &size);
	free(text);
	if (!capture)
		return complain(ret_error, name, strerror(ENOMEM), -ENOMEM);
	return gp_machine_open_data(name, capture, size, ret, ret_error);
}
