/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/pmu.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "telemetry/read.h"

#define MOST_TERMS 8

/* "config:44-59" or "config:20" */
static int parse_field(const char *text, unsigned int *ret_low, unsigned int *ret_high)
{
	int n = 0;

	if (sscanf(text, "config:%2u-%2u%n", ret_low, ret_high, &n) != 2) {
		n = 0;
		if (sscanf(text, "config:%2u%n", ret_low, &n) != 1)
			return -EBADMSG;
		*ret_high = *ret_low;
	}
	if ((text[n] && text[n] != '\n') || *ret_low > *ret_high || *ret_high > 63)
		return -EBADMSG;
	return 0;
}

static int place(
	const char *root, const char *path, const struct gp_pmu_term *term, uint64_t *config)
{
	char file[PATH_MAX], text[64];
	unsigned int low, high;
	size_t n;
	int r;

	if (strcmp(term->name, "config") == 0) {
		*config |= term->value;
		return 0;
	}
	r = snprintf(file, sizeof(file), "%s/format/%s", path, term->name);
	if (r < 0 || (size_t)r >= sizeof(file) || strchr(term->name, '/'))
		return -EBADMSG;
	r = gp_live_text(root, file, text, sizeof(text), &n);
	if (r == 0)
		r = parse_field(text, &low, &high);
	if (r < 0)
		return r;
	if (high - low < 63 && term->value >> (high - low + 1))
		return -ERANGE;
	*config |= term->value << low;
	return 0;
}

int gp_pmu_config(const char *root, const char *path, const struct gp_pmu_term *terms, size_t n,
	uint64_t *ret)
{
	uint64_t config = 0;

	for (size_t i = 0; i < n; i++) {
		int r = place(root, path, &terms[i], &config);

		if (r < 0)
			return r;
	}
	*ret = config;
	return 0;
}

/* "event=0x02,gt=0x1"; what is without a value is 1. Cuts the text up. */
static int parse_terms(char *text, struct gp_pmu_term *ret, size_t most, size_t *ret_n)
{
	char *next = NULL;

	*ret_n = 0;
	for (char *term = strtok_r(text, ",\n", &next); term; term = strtok_r(NULL, ",\n", &next)) {
		char *value = strchr(term, '=');

		if (*ret_n == most)
			return -EBADMSG;
		ret[*ret_n] = (struct gp_pmu_term){.name = term, .value = 1};
		if (value) {
			*value++ = '\0';
			if (gp_parse_u64(value, 0, &ret[*ret_n].value))
				return -EBADMSG;
		}
		if (!gp_is_plain(term, "-_"))
			return -EBADMSG;
		++*ret_n;
	}
	return *ret_n ? 0 : -EBADMSG;
}

int gp_pmu_event(const char *root, const char *path, const char *event,
	const struct gp_pmu_term *more, size_t n, uint64_t *ret)
{
	struct gp_pmu_term terms[2 * MOST_TERMS];
	char file[PATH_MAX], text[256];
	size_t n_terms = 0, size;
	int r = snprintf(file, sizeof(file), "%s/events/%s", path, event);

	if (r < 0 || (size_t)r >= sizeof(file) || n > MOST_TERMS)
		return -EBADMSG;
	r = gp_live_text(root, file, text, sizeof(text), &size);
	if (r == 0)
		r = parse_terms(text, terms, MOST_TERMS, &n_terms);
	if (r < 0)
		return r;
	if (n)
		memcpy(terms + n_terms, more, n * sizeof(*more));
	return gp_pmu_config(root, path, terms, n_terms + n, ret);
}
