/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "faults.h"

#include "calls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MOST_PERCENT 100000
#define MOST_TAKES   10000000           /* microseconds */
#define MOST_CREDIT  INT64_C(100000000) /* ns of work that was too much, to be made up for */
#define LONGEST_TEXT 1000
#define SPUN         300000 /* ns before the end of a wait that are not slept: a sleep ends late */

static bool *flag_called(struct gp_faults *faults, const char *name)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{"constant-cost", &faults->constant_cost},
		{"constant-frames", &faults->constant_frames},
		{"lp-only", &faults->lp_only},
		{"no-encode", &faults->no_encode},
		{"no-profiles", &faults->no_profiles},
		{"wrong-pixels", &faults->wrong_pixels},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(flags[i].name, name) == 0)
			return flags[i].flag;
	return NULL;
}

static bool parse_number(const char *text, unsigned long most, unsigned long *ret)
{
	unsigned long value;
	char *end;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno != 0 || *end != '\0' || value > most)
		return false;
	*ret = value;
	return true;
}

/* "3" or "0.25": percent, in any locale. */
static bool parse_slow(struct gp_faults *faults, char *value)
{
	unsigned long percent, part = 0;
	char *point = value != NULL ? strchr(value, '.') : NULL;
	char digits[] = "1000";

	if (point != NULL) {
		size_t n = strlen(point + 1);

		if (n == 0 || n > 3)
			return false;
		memcpy(digits + 1, point + 1, n);
		if (!parse_number(digits, 1999, &part))
			return false;
		part -= 1000;
		*point = '\0';
	}
	if (!parse_number(value, MOST_PERCENT, &percent))
		return false;
	faults->slow = (unsigned int)(percent * 1000 + part);
	return true;
}

static bool parse_takes(struct gp_faults *faults, const char *value)
{
	unsigned long microseconds;

	if (!parse_number(value, MOST_TAKES, &microseconds) || microseconds == 0)
		return false;
	faults->takes = (unsigned int)microseconds;
	return true;
}

/* CALL or, of an error, CALL:STATUS. */
static bool parse_struck(struct gp_faults *faults, enum gp_stroke stroke, char *value)
{
	struct gp_struck *struck = &faults->struck[faults->n_struck];
	unsigned long status = VA_STATUS_ERROR_OPERATION_FAILED;
	char *colon = value != NULL && stroke == GP_STROKE_ERROR ? strchr(value, ':') : NULL;

	if (value == NULL || faults->n_struck == sizeof(faults->struck) / sizeof(faults->struck[0]))
		return false;
	if (colon != NULL) {
		*colon = '\0';
		if (!parse_number(colon + 1, INT32_MAX, &status) || status == VA_STATUS_SUCCESS)
			return false;
	}
	struck->call = gp_call_named(value);
	struck->stroke = stroke;
	struck->status = (VAStatus)status;
	faults->n_struck++;
	return struck->call != NULL;
}

static bool parse_switch(struct gp_faults *faults, char *text)
{
	char *value = strchr(text, '=');
	bool *flag = flag_called(faults, text);

	if (flag != NULL)
		return *flag = true;
	if (value != NULL)
		*value++ = '\0';
	if (strcmp(text, "slow") == 0)
		return parse_slow(faults, value);
	if (strcmp(text, "takes") == 0)
		return parse_takes(faults, value);
	if (strcmp(text, "error") == 0)
		return parse_struck(faults, GP_STROKE_ERROR, value);
	if (strcmp(text, "crash") == 0)
		return parse_struck(faults, GP_STROKE_CRASH, value);
	if (strcmp(text, "hang") == 0)
		return parse_struck(faults, GP_STROKE_HANG, value);
	return false;
}

bool gp_faults_parse(
	const char *text, struct gp_faults *ret_faults, char *complaint, size_t complaint_size)
{
	struct gp_faults faults = {.slow = 0};
	char copy[LONGEST_TEXT + 1], shown[LONGEST_TEXT + 1];
	char *rest = copy, *one;

	if (text != NULL && strlen(text) > LONGEST_TEXT) {
		snprintf(complaint, complaint_size, "GPUPASS_TEST_VA is too long\n");
		return false;
	}
	snprintf(copy, sizeof(copy), "%s", text != NULL ? text : "");
	while (copy[0] != '\0' && (one = strsep(&rest, ",")) != NULL) {
		snprintf(shown, sizeof(shown), "%s", one);
		if (!parse_switch(&faults, one)) {
			snprintf(complaint, complaint_size,
				"GPUPASS_TEST_VA: not a switch of the test driver: \"%s\"\n",
				shown);
			return false;
		}
	}
	*ret_faults = faults;
	return true;
}

static void crash(void)
{
	volatile char *page = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*page = 0;
}

VAStatus gp_faults_strike(const struct gp_faults *faults, const char *call)
{
	for (size_t i = 0; i < faults->n_struck; i++) {
		if (strcmp(faults->struck[i].call, call) != 0)
			continue;
		if (faults->struck[i].stroke == GP_STROKE_CRASH)
			crash();
		while (faults->struck[i].stroke == GP_STROKE_HANG)
			pause();
		return faults->struck[i].status;
	}
	return VA_STATUS_SUCCESS;
}

int64_t gp_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void sleep_until(int64_t when)
{
	struct timespec time = {
		.tv_sec = when / INT64_C(1000000000),
		.tv_nsec = when % INT64_C(1000000000),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

void gp_faults_slow(const struct gp_faults *faults, int64_t work, int64_t *owed)
{
	int64_t started, now, plain = faults->takes != 0 ? faults->takes * INT64_C(1000) : work;

	if (faults->slow == 0 && faults->takes == 0)
		return;
	started = now = gp_now();
	*owed += plain - work + plain * faults->slow / 100000;
	if (*owed < -MOST_CREDIT)
		*owed = -MOST_CREDIT;
	if (*owed > SPUN)
		sleep_until(started + *owed - SPUN);
	while (now - started < *owed)
		now = gp_now();
	*owed -= now - started;
}
