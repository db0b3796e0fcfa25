/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opencl/neo.h"

#include <stdlib.h>
#include <string.h>

/*
 * The first release whose table of devices (shared/source/dll/devices) has the platform; of Alder
 * Lake-N, Arc A and Meteor Lake the first that is known to work (Jellyfin's documentation on Intel
 * GPUs: 23.xx).
 */
static const struct {
	const char *platform; /* as gpu/models-intel.c has it */
	const char *since;
} firsts[] = {
	{"Alder Lake-S", "21.39"},
	{"Alder Lake-P", "21.34"},
	{"Alder Lake-N", "23.05"},
	{"Twin Lake", "24.13"},
	{"Raptor Lake-S", "22.11"},
	{"Raptor Lake-U", "22.16"},
	{"Raptor Lake-P", "22.16"},
	{"DG2 (Arc Alchemist)", "23.05"},
	{"ATS-M150 (Data Center GPU Flex 170)", "23.05"},
	{"ATS-M75 (Data Center GPU Flex 140)", "23.05"},
	{"Meteor Lake", "23.05"},
	{"Arrow Lake-S", "23.43"},
	{"Arrow Lake", "23.52"},
	{"Lunar Lake", "24.31"},
	{"Battlemage (Arc Pro)", "24.31"},
	{"Battlemage (Arc)", "24.31"},
	{"Battlemage", "24.31"},
	{"Panther Lake", "25.05"},
	{"Wildcat Lake", "25.27"},
	{"Nova Lake-S", "26.01"},
	{"Nova Lake-P", "26.18"},
	{"Crescent Island", "26.01"},
};

const size_t gp_neo_platform_count = GP_ARRAY_SIZE(firsts);

bool gp_neo_parse(const char *text, struct gp_neo_version *ret)
{
	*ret = (struct gp_neo_version){0};
	while (ret->n < GP_ARRAY_SIZE(ret->part) && *text >= '0' && *text <= '9') {
		char *end;
		unsigned long number = strtoul(text, &end, 10);

		ret->part[ret->n++] = number < 1000000 ? (unsigned)number : 1000000;
		text = *end == '.' ? end + 1 : end;
		if (*end != '.')
			break;
	}
	/* Before 2017 there was none; a year and a week are the least. */
	return ret->n >= 2 && ret->part[0] >= 17 && ret->part[0] < 100;
}

int gp_neo_compare(const struct gp_neo_version *a, const struct gp_neo_version *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	return 0;
}

static bool take(struct gp_neo *neo, const char *text, const char *source)
{
	neo->is_known = text && gp_neo_parse(text, &neo->version);
	neo->text = text;
	neo->source = source;
	return neo->is_known;
}

/* What its devices say counts; a distribution's package may be older than what was put beside. */
struct gp_neo gp_neo_installed(const struct gp_case *c, struct gp_arena *arena)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	struct gp_neo neo = {0};
	const char *package;

	gp_each (platform, &opencl->platforms)
		gp_each (device, &platform->devices)
			if (platform->kind == GP_CL_NEO &&
				!(platform->icd && strstr(platform->icd, "legacy")) &&
				take(&neo, device->driver, platform->source))
				return neo;
	package = gp_package_version(arena, &c->facts->platform, "intel-opencl-icd");
	take(&neo, package, c->facts->platform.packages.from.path);
	if (neo.is_known)
		neo.text = gp_strndup(arena, package, strcspn(package, "-+~"));
	return neo;
}

bool gp_neo_is_never(const struct gp_gpu_model *model)
{
	return model->graphics &&
	       (model->graphics < 80 || strcmp(model->platform, "Braswell") == 0 ||
		       strcmp(model->platform, "Cannon Lake") == 0);
}

bool gp_neo_is_legacy(const struct gp_gpu_model *model)
{
	return model->graphics >= 80 && model->graphics < 120 && !gp_neo_is_never(model);
}

const char *gp_neo_since(const struct gp_gpu_model *model, struct gp_neo_version *ret)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(firsts); i++)
		if (strcmp(firsts[i].platform, model->platform) == 0 &&
			gp_neo_parse(firsts[i].since, ret))
			return firsts[i].since;
	return NULL;
}
