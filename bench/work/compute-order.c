/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "work/compute.h"

#define MOST_SECONDS 3600
#define MOST_MIB     16384

static bool read_number(const char *text, double most, double *ret)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value) || value < 0 || value > most)
		return false;
	*ret = value;
	return true;
}

static const char *read_value(
	const char *key, size_t n, const char *value, struct gp_compute_order *order)
{
	double mib = 0;

	if (n == strlen("device") && strncmp(key, "device", n) == 0)
		order->device = value;
	else if (n == strlen("test") && strncmp(key, "test", n) == 0)
		order->test = value;
	else if (n == strlen("seconds") && strncmp(key, "seconds", n) == 0)
		return read_number(value, MOST_SECONDS, &order->seconds) ? NULL : "seconds=";
	else if (n == strlen("warmup") && strncmp(key, "warmup", n) == 0)
		return read_number(value, MOST_SECONDS, &order->warmup) ? NULL : "warmup=";
	else if (n == strlen("mib") && strncmp(key, "mib", n) == 0)
		return read_number(value, MOST_MIB, &mib) ? (order->mib = (unsigned int)mib, NULL)
							  : "mib=";
	else
		return "an argument that is not known";
	return NULL;
}

const char *gp_compute_read(int argc, char **argv, struct gp_compute_order *ret)
{
	*ret = (struct gp_compute_order){.device = "", .test = "", .seconds = 5, .warmup = 1};
	for (int i = 1; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');
		const char *wrong =
			equals ? read_value(argv[i], (size_t)(equals - argv[i]), equals + 1, ret)
			       : "an argument that is not known";

		if (wrong)
			return wrong;
	}
	if (!*ret->device)
		return "device=";
	return gp_compute_test(ret->test) ? NULL : "test=";
}
