/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel log: as a file, and as one record of /dev/kmsg. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "machine/klog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	size_t bytes, sum;
};

static void hear(void *context, const struct gp_klog_line *line)
{
	struct heard *heard = context;

	heard->bytes += line->size;
	for (size_t i = 0; i < line->size; i++)
		heard->sum += (unsigned char)line->text[i];
	if (line->usec < -1)
		abort();
}

static void as_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct heard heard = {0};
	bool whole;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (gp_klog_read_text(fd, hear, &heard, &whole) < 0 || heard.bytes > size)
		abort();
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard heard = {0};
	struct gp_klog_line line;
	uint64_t sequence;
	char *record = malloc(size ? size : 1);

	if (!record)
		abort();
	if (size)
		memcpy(record, data, size);
	if (gp_klog_parse_record(record, size, &sequence, &line))
		hear(&heard, &line);
	free(record);
	as_file(data, size);
	return 0;
}
