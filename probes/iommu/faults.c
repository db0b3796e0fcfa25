/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "iommu/faults.h"

#include <stdlib.h>
#include <string.h>

#define SECOND       INT64_C(1000000)
#define STORM        10 /* in a second */
#define LEFT_OUT     50 /* in the five seconds after which the kernel says how many it left out */
#define MOST_KEPT    64 /* hits of one kind in a log */
#define NEARBY       (10 * SECOND)
#define STORMY_SPELL (60 * SECOND)

/* Interrupts that were refused look alike and have an index in place of an address. */
static bool is_access(const struct gp_log_hit *hit)
{
	return strstr(hit->text, "fault addr") || strstr(hit->text, "IO_PAGE_FAULT");
}

static bool are_near(const struct gp_log_hit *a, const struct gp_log_hit *b)
{
	int64_t apart = a->usec > b->usec ? a->usec - b->usec : b->usec - a->usec;

	return a->usec < 0 || b->usec < 0 || apart <= NEARBY;
}

/* Whether many more were left out than written down, while this one was. */
static bool were_left_out(const struct gp_log *log, const struct gp_log_hit *fault)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(log, GP_LOG_DMA_FAULTS_LEFT_OUT, hit))) {
		const char *count = strstr(hit->text, "fault: ");

		if (count && are_near(hit, fault) &&
			strtoul(count + strlen("fault: "), NULL, 10) >= LEFT_OUT)
			return true;
	}
	return false;
}

/* Times in the order of the log: whether more than so many lie within a second. */
static bool are_dense(const int64_t *times, size_t n)
{
	for (size_t i = STORM; i < n; i++)
		if (times[i - STORM] >= 0 && times[i] - times[i - STORM] <= SECOND)
			return true;
	return n == MOST_KEPT && times[0] >= 0 && times[n - 1] - times[0] <= STORMY_SPELL;
}

struct gp_faults gp_faults_of(const struct gp_log *log, const char *address)
{
	struct gp_faults faults = {0};
	const struct gp_log_hit *hit = NULL;
	int64_t times[MOST_KEPT];
	size_t known = 0;

	while ((hit = gp_log_next_of(log, GP_LOG_DMA_FAULT, address, hit))) {
		if (!is_access(hit))
			continue;
		if (!faults.n++)
			faults.first = hit;
		if (known < MOST_KEPT)
			times[known++] = hit->usec;
		faults.storm = faults.storm || were_left_out(log, hit);
	}
	faults.storm = faults.storm || are_dense(times, known);
	return faults;
}
