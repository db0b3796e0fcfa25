/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include "machine/klog.h"

#define MOST_OF_FIELD (64u << 10)

static int open_journal(const char *directory, sd_journal **ret)
{
	if (directory)
		return sd_journal_open_directory(ret, directory, 0);
	return sd_journal_open(ret, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
}

static int match(sd_journal *journal, const char *boot)
{
	char text[sizeof("_BOOT_ID=") + SD_ID128_STRING_MAX] = "_BOOT_ID=";
	sd_id128_t id;
	int r;

	if (boot)
		r = sd_id128_from_string(boot, &id);
	else
		r = sd_id128_get_boot(&id);
	if (r < 0)
		return r;
	sd_id128_to_string(id, text + strlen("_BOOT_ID="));
	r = sd_journal_add_match(journal, text, 0);
	return r < 0 ? r : sd_journal_add_match(journal, "_TRANSPORT=kernel", 0);
}

/* The value of a field of the entry; false: it has none. */
static bool field(sd_journal *journal, const char *name, const char **ret, size_t *ret_size)
{
	size_t length = strlen(name) + 1;
	const void *data;

	if (sd_journal_get_data(journal, name, &data, ret_size) < 0 || *ret_size < length)
		return false;
	*ret = (const char *)data + length;
	*ret_size -= length;
	return true;
}

/* When the kernel said it, not when the journal heard of it; -1: not known. */
static int64_t said_at(sd_journal *journal)
{
	char digits[24];
	const char *text;
	uint64_t usec;
	size_t size;

	if (!field(journal, "_SOURCE_MONOTONIC_TIMESTAMP", &text, &size) || size >= sizeof(digits))
		return -1;
	memcpy(digits, text, size);
	digits[size] = '\0';
	return gp_parse_u64(digits, 10, &usec) == 0 && usec < INT64_MAX ? (int64_t)usec : -1;
}

static int64_t seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static int read_entries(
	sd_journal *journal, int64_t before, gp_klog_each *each, void *context, bool *ret_whole)
{
	int64_t end = seconds_now() + GP_JOURNAL_SECONDS;
	size_t n = 0;
	int r;

	while ((r = sd_journal_next(journal)) > 0 && n < GP_JOURNAL_MOST && seconds_now() < end) {
		struct gp_klog_line line = {.usec = said_at(journal)};

		if (line.usec >= before)
			break;
		if (!field(journal, "MESSAGE", &line.text, &line.size))
			continue;
		if (n++ == 0)
			*ret_whole = gp_klog_is_version(&line);
		gp_klog_each_line(&line, each, context);
	}
	if (n == GP_JOURNAL_MOST || seconds_now() >= end)
		*ret_whole = false;
	return r < 0 ? r : 0;
}

int gp_journal_read(const char *directory, const char *boot, int64_t before, gp_klog_each *each,
	void *context, bool *ret_whole)
{
	sd_journal *journal = NULL;
	int r = open_journal(directory, &journal);

	*ret_whole = false;
	if (r < 0)
		return r;
	sd_journal_set_data_threshold(journal, MOST_OF_FIELD);
	r = match(journal, boot);
	if (r >= 0)
		r = read_entries(journal, before, each, context, ret_whole);
	sd_journal_close(journal);
	return r;
}
