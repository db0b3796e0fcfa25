/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transcode.h"
#include "try/say.h"

static void say_device(const struct gp_chain *chain)
{
	int profile;
	bool is_low_power;

	if (!gp_device_encodes(chain->device, chain->kind, &profile, &is_low_power))
		return;
	gp_say("about", "entrypoint %s", is_low_power ? "EncSliceLP" : "EncSlice");
	gp_say("about", "profile %s", avcodec_profile_name(chain->kind->id, profile));
	gp_say("about", "depth %u", chain->options->depth);
}

static void say_processor(const struct gp_chain *chain)
{
	const struct gp_transcode_options *options = chain->options;

	gp_say("about", "preset %s", options->preset);
	if (options->experiment == GP_LATENCY)
		gp_say("about", "tune for latency");
	gp_say("about", "threads %u", options->threads);
}

void gp_chain_say(const struct gp_chain *chain)
{
	gp_say("about", "decoder %s", chain->decoder->codec->name);
	gp_say("about", "encoder %s", chain->encoder->codec->name);
	if (chain->device->va)
		say_device(chain);
	else
		say_processor(chain);
	if (!chain->options->check)
		gp_say("about", "check no");
}
