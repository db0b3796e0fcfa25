/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/compute.h"
#include "work/work.h"

#define MOST_SECONDS 3600
#define MOST_MIB     16384

const char *gp_compute_order_read(char **arguments, struct gp_compute_order *ret)
{
	const char *device = gp_work_word(arguments, "device");
	const char *test = gp_work_word(arguments, "test");
	double mib = 0;

	*ret = (struct gp_compute_order){.device = device ? device : "", .seconds = 5, .warmup = 1};
	ret->test = test ? gp_compute_test(test) : NULL;
	ret->only_offers = gp_work_word(arguments, "offers");
	if (!*ret->device)
		return "device=";
	if (!ret->test && !ret->only_offers)
		return "test=";
	if (!gp_work_number(arguments, "seconds", MOST_SECONDS, &ret->seconds))
		return "seconds=";
	if (!gp_work_number(arguments, "warmup", MOST_SECONDS, &ret->warmup))
		return "warmup=";
	if (!gp_work_number(arguments, "mib", MOST_MIB, &mib))
		return "mib=";
	ret->mib = (unsigned int)mib;
	return NULL;
}
