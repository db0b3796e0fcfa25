/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <va/va_str.h>

#include "try/say.h"
#include "try/va-try.h"

#define MOST 256 /* profiles, and entrypoints of one */

uint32_t gp_va_attribute(
	VADisplay display, VAProfile profile, VAEntrypoint entrypoint, VAConfigAttribType type)
{
	VAConfigAttrib attribute = {.type = type};

	if (vaGetConfigAttributes(display, profile, entrypoint, &attribute, 1) !=
			VA_STATUS_SUCCESS ||
		attribute.value == VA_ATTRIB_NOT_SUPPORTED)
		return 0;
	return attribute.value;
}

/* How many; *ret is to be freed. */
static int entrypoints_of(VADisplay display, VAProfile profile, VAEntrypoint **ret)
{
	int most = vaMaxNumEntrypoints(display), n = 0;

	*ret = NULL;
	if (most <= 0 || most > MOST)
		return 0;
	*ret = calloc((size_t)most, sizeof(**ret));
	if (!*ret || vaQueryConfigEntrypoints(display, profile, *ret, &n) != VA_STATUS_SUCCESS)
		return 0;
	return n < most ? n : most;
}

bool gp_va_has(VADisplay display, VAProfile profile, VAEntrypoint entrypoint)
{
	VAEntrypoint *entrypoints;
	int n = entrypoints_of(display, profile, &entrypoints);
	bool found = false;

	for (int i = 0; i < n; i++)
		found |= entrypoints[i] == entrypoint;
	free(entrypoints);
	return found;
}

VAProfile gp_va_h264_profile(VADisplay display, VAEntrypoint entrypoint)
{
	static const VAProfile profiles[] = {
		VAProfileH264ConstrainedBaseline, VAProfileH264Main, VAProfileH264High};

	for (size_t i = 0; i < sizeof(profiles) / sizeof(*profiles); i++)
		if (gp_va_has(display, profiles[i], entrypoint))
			return profiles[i];
	return VAProfileNone;
}

static void name_controls(uint32_t controls, char *ret, size_t size)
{
	static const struct {
		uint32_t control;
		const char *name;
	} names[] = {{VA_RC_CQP, "CQP"}, {VA_RC_CBR, "CBR"}, {VA_RC_VBR, "VBR"}, {VA_RC_ICQ, "ICQ"},
		{VA_RC_QVBR, "QVBR"}};
	size_t n = 0;

	*ret = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && n < size; i++)
		if (controls & names[i].control)
			n += (size_t)snprintf(
				ret + n, size - n, "%s%s", n ? "," : " rc=", names[i].name);
}

static void say_pair(VADisplay display, VAProfile profile, VAEntrypoint entrypoint)
{
	uint32_t width =
		gp_va_attribute(display, profile, entrypoint, VAConfigAttribMaxPictureWidth);
	uint32_t height =
		gp_va_attribute(display, profile, entrypoint, VAConfigAttribMaxPictureHeight);
	char controls[64], most[32] = "";

	name_controls(gp_va_attribute(display, profile, entrypoint, VAConfigAttribRateControl),
		controls, sizeof(controls));
	if (width && height)
		snprintf(most, sizeof(most), " max=%ux%u", width, height);
	gp_say("profile", "%s %s%s%s", vaProfileStr(profile), vaEntrypointStr(entrypoint), controls,
		most);
}

static void say_entrypoints(VADisplay display, VAProfile profile)
{
	VAEntrypoint *entrypoints;
	int n = entrypoints_of(display, profile, &entrypoints);

	for (int i = 0; i < n; i++)
		say_pair(display, profile, entrypoints[i]);
	free(entrypoints);
}

void gp_va_say_profiles(VADisplay display)
{
	const struct gp_va_job work = {display, "query", "profiles"};
	int most = vaMaxNumProfiles(display), n = 0;
	VAProfile *profiles =
		most > 0 && most <= MOST ? calloc((size_t)most, sizeof(*profiles)) : NULL;

	if (profiles && gp_va_is_done(&work, "vaQueryConfigProfiles",
				vaQueryConfigProfiles(display, profiles, &n)))
		for (int i = 0; i < n && i < most; i++)
			say_entrypoints(display, profiles[i]);
	gp_say("profiles", "%d", profiles ? n : 0);
	free(profiles);
}
