/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "machine/capture.h"
#include "machine/capture-text.h"
#include "machine/redact.h"

struct writer {
	FILE *out;
	struct gp_redactor *redactor; /* NULL: nothing is redacted */
	struct gp_recorder *recorder;
	bool is_partial; /* as the machine: gp_machine_is_partial() */
};

/* One path, as it will stand in the capture. */
struct entry {
	const char *path;
	const struct gp_seen *seen;
};

static void put_field(FILE *out, const char *text)
{
	fputc(' ', out);
	if (!text)
		fputc('-', out);
	else if (!strcmp(text, "-"))
		fputs("\\x2d", out);
	else
		gp_put_escaped(out, text, strlen(text), true);
}

static void put_owner(const struct writer *writer, const char *name)
{
	put_field(writer->out,
		name && writer->redactor ? gp_redact_owner(writer->redactor, name) : name);
}

/* The type is in the letter, or a regular file. */
static void put_attributes(const struct writer *writer, const struct gp_stat *st, bool with_type)
{
	fprintf(writer->out, with_type ? " 0%06o" : " 0%03o",
		(unsigned int)(with_type ? st->mode : st->mode & 07777));
	put_owner(writer, st->owner);
	put_owner(writer, st->group);
	fprintf(writer->out, " %" PRId64, st->mtime);
}

static void put_start(const struct writer *writer, char kind, const struct entry *entry)
{
	fputc(kind, writer->out);
	put_field(writer->out, entry->path);
}

static void put_error(const struct writer *writer, int error)
{
	char number[16];

	fprintf(writer->out, " %s", gp_error_name(-error, number));
}

static void put_unknown(const struct writer *writer, const struct entry *entry, int error)
{
	put_start(writer, GP_ENTRY_ERROR, entry);
	put_error(writer, error);
	fputc('\n', writer->out);
}

static void put_unreadable(const struct writer *writer, const struct entry *entry, int error)
{
	put_start(writer, GP_ENTRY_UNREADABLE, entry);
	put_error(writer, error);
	put_attributes(writer, &entry->seen->stat, !S_ISREG(entry->seen->stat.mode));
	fputc('\n', writer->out);
}

static void put_link(const struct writer *writer, const struct entry *entry)
{
	const char *target = entry->seen->target;

	if (entry->seen->link_error) {
		put_unknown(writer, entry, entry->seen->link_error);
		return;
	}
	put_start(writer, GP_ENTRY_LINK, entry);
	fputs(" ->", writer->out);
	put_field(
		writer->out, writer->redactor ? gp_redact_path(writer->redactor, target) : target);
	fputc('\n', writer->out);
}

/* Whether all that is in a directory is known: then a name that it lacks is known to be absent. */
static bool is_whole(const struct writer *writer, const char *path, size_t length)
{
	struct gp_recorder *recorder = writer->recorder;
	const char *none = gp_printf(recorder->source.arena, "%.*s/ ", (int)length, path);
	struct gp_stat st;

	return !writer->is_partial ||
	       recorder->inner->ops->lstat(recorder->inner, none, &st) == -ENOENT;
}

static void put_directory(const struct writer *writer, const struct entry *entry)
{
	const struct gp_seen *seen = entry->seen;

	bool is_listed = seen->is_listed && is_whole(writer, seen->path, strlen(seen->path));

	if (seen->is_listed && seen->list_error && !writer->is_partial) {
		put_unreadable(writer, entry, seen->list_error);
		return;
	}
	put_start(writer, GP_ENTRY_DIRECTORY, entry);
	put_attributes(writer, &seen->stat, false);
	if (is_listed)
		fprintf(writer->out, " %zu\n", seen->names.n);
	else
		fputs(" ?\n", writer->out);
}

static void put_name(const struct writer *writer, const struct entry *entry)
{
	put_start(writer, GP_ENTRY_NAME, entry);
	put_attributes(writer, &entry->seen->stat, !S_ISREG(entry->seen->stat.mode));
	fputc('\n', writer->out);
}

static void put_file(const struct writer *writer, const struct entry *entry)
{
	const struct gp_seen *seen = entry->seen;
	struct gp_bytes content = seen->content;

	if (seen->is_read && seen->read_error && seen->read_error != -ENODATA) {
		put_unreadable(writer, entry, seen->read_error);
		return;
	}
	if (!seen->is_read || seen->read_error ||
		(writer->redactor && !gp_redact_content(writer->redactor, seen->path, &content))) {
		put_name(writer, entry);
		return;
	}
	put_start(writer, GP_ENTRY_FILE, entry);
	put_attributes(writer, &seen->stat, false);
	fputc('\n', writer->out);
	gp_put_content(writer->out, (const char *)content.data, content.size);
}

static void put_device(const struct writer *writer, const struct entry *entry)
{
	const struct gp_stat *st = &entry->seen->stat;

	put_start(writer, S_ISCHR(st->mode) ? GP_ENTRY_CHARACTER : GP_ENTRY_BLOCK, entry);
	put_attributes(writer, st, false);
	fprintf(writer->out, " %u:%u\n", st->dev_major, st->dev_minor);
}

static void put_entry(const struct writer *writer, const struct entry *entry)
{
	const struct gp_seen *seen = entry->seen;
	mode_t mode = seen->stat.mode;

	if (seen->stat_error)
		put_unknown(writer, entry, seen->stat_error);
	else if (S_ISLNK(mode))
		put_link(writer, entry);
	else if (S_ISDIR(mode))
		put_directory(writer, entry);
	else if (S_ISREG(mode))
		put_file(writer, entry);
	else if (S_ISCHR(mode) || S_ISBLK(mode))
		put_device(writer, entry);
	else
		put_name(writer, entry);
}

static void put_log(const struct writer *writer, const struct gp_seen_log *log)
{
	if (!log->is_asked || log->error == -ENOENT)
		return;
	fputs("K ", writer->out);
	gp_put_escaped(writer->out, log->source, strlen(log->source), true);
	if (log->error) {
		put_error(writer, log->error);
		fputc('\n', writer->out);
		return;
	}
	fputs(log->whole ? " whole\n" : " part\n", writer->out);
	for (size_t i = 0; i < log->lines.n; i++) {
		struct gp_klog_line line = log->lines.items[i];

		if (writer->redactor)
			gp_redact_line(writer->redactor, &line);
		if (line.usec < 0)
			fputs("[?] ", writer->out);
		else
			fprintf(writer->out, "[%5" PRId64 ".%06" PRId64 "] ", line.usec / 1000000,
				line.usec % 1000000);
		gp_put_escaped(writer->out, line.text, line.size, false);
		fputc('\n', writer->out);
	}
}

static int by_path(const void *a, const void *b)
{
	return gp_path_compare(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

/*
 * What was absent needs no entry, unless its directory named it; where only parts were seen, what
 * was not.
 */
static bool has_entry(const struct writer *writer, const struct gp_seen *seen)
{
	if (writer->is_partial && seen->stat_error == -ENOENT)
		return !is_whole(
			writer, seen->path, (size_t)(strrchr(seen->path, '/') - seen->path));
	if (writer->is_partial)
		return seen->is_stated && seen->stat_error != -ENODATA;
	return seen->is_stated && (seen->stat_error != -ENOENT || seen->is_named);
}

static size_t put_entries(const struct writer *writer, const struct gp_recorder *recorder)
{
	struct gp_arena *arena = recorder->source.arena;
	size_t n = 0;
	struct entry *entries = gp_alloc(arena, recorder->seen.list.n + 1, sizeof(*entries));

	for (size_t i = 0; i < recorder->seen.list.n; i++) {
		const struct gp_seen *seen = recorder->seen.list.items[i].value;

		if (!has_entry(writer, seen))
			continue;
		entries[n].seen = seen;
		entries[n++].path = writer->redactor ? gp_redact_path(writer->redactor, seen->path)
						     : seen->path;
	}
	qsort(entries, n, sizeof(*entries), by_path);
	for (size_t i = 0; i < n; i++)
		put_entry(writer, &entries[i]);
	return n;
}

static int write_to(
	struct gp_recorder *recorder, struct gp_redactor *redactor, bool is_partial, FILE *out)
{
	struct writer writer = {
		.redactor = redactor, .recorder = recorder, .is_partial = is_partial};
	char *body = NULL;
	size_t size = 0, n;

	writer.out = open_memstream(&body, &size);
	if (!writer.out)
		return -ENOMEM;
	n = put_entries(&writer, recorder);
	put_log(&writer, &recorder->log);
	fprintf(writer.out, "end %zu\n", n);
	if (fclose(writer.out)) {
		free(body);
		return -ENOMEM;
	}
	fputs("gpupass-machine 1\n", out);
	if (is_partial)
		fputs("partial\n", out);
	fputs("# What gpupass looked at on one machine. Read it before you hand it on.\n"
	      "# D: directory, F: file with its lines behind |, L: link, C and B: device, N: there,\n"
	      "# U and X: not readable, K: kernel log. A line and those behind it may be cut out.\n",
		out);
	if (redactor)
		gp_redact_declare(redactor, out);
	else
		fputs("# Nothing was redacted: names, serial numbers and addresses are in here.\n",
			out);
	errno = EIO;
	n = fwrite(body, 1, size, out);
	free(body);
	return n == size && !fflush(out) && !ferror(out) ? 0 : -errno;
}

int gp_recorder_write(struct gp_source *source, bool redact, bool is_partial, FILE *out)
{
	struct gp_recorder *recorder = (struct gp_recorder *)source;
	struct gp_redactor *redactor = redact ? gp_redactor_new(recorder) : NULL;

	return write_to(recorder, redactor, is_partial, out);
}
