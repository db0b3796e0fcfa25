/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings.h"

void gp_settings_default(struct gp_settings *settings, bool quick)
{
	*settings = (struct gp_settings){
		.runs = quick ? 1 : 10,
		.seconds = quick ? 2 : 20,
		.warmup = quick ? 0.5 : 5,
		.quick = quick,
		.seed = 1,
	};
}
