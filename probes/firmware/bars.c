/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "firmware/bars.h"

#include <string.h>

#define BAR_IS_UNSET 0x20000000 /* IORESOURCE_UNSET, include/linux/ioport.h */

uint64_t gp_bar_size(const struct gp_bar *bar)
{
	return bar->end > bar->start ? bar->end - bar->start + 1 : 0;
}

static bool is_placed(const struct gp_bar *bar)
{
	return bar->start && !(bar->flags & BAR_IS_UNSET);
}

/* Which memory BAR a line is about; -1: none of the GPU's own six. */
static int bar_of(const struct gp_log_hit *hit)
{
	const char *bar = strstr(hit->text, ": BAR ");

	if (!bar || !strstr(bar, "[mem"))
		return -1;
	bar += strlen(": BAR ");
	return *bar >= '0' && *bar <= '5' && (bar[1] == ':' || bar[1] == ' ') ? *bar - '0' : -1;
}

static bool was_placed_later(const struct gp_log *klog, const struct gp_function *gpu, int bar,
	const struct gp_log_hit *failed)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next_of(klog, GP_LOG_BAR_ASSIGNED, gpu->address, hit)))
		if (hit > failed && bar_of(hit) == bar)
			return true;
	return false;
}

/* The line that says so of a BAR which has no place in the end; others were tried again. */
static const struct gp_log_hit *said_homeless(
	const struct gp_log *klog, const struct gp_function *gpu, int *ret_bar)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next_of(klog, GP_LOG_BAR_NO_SPACE, gpu->address, hit))) {
		int bar = bar_of(hit);
		bool placed;

		if (bar < 0)
			continue;
		placed = gp_is_present(&gpu->bars_from) ? is_placed(&gpu->bars[bar])
							: was_placed_later(klog, gpu, bar, hit);
		if (placed)
			continue;
		*ret_bar = bar;
		return hit;
	}
	return NULL;
}

static int marked_homeless(const struct gp_function *gpu)
{
	for (int i = 0; i < (int)GP_ARRAY_SIZE(gpu->bars); i++)
		if (gpu->bars[i].flags & BAR_IS_UNSET && gp_bar_size(&gpu->bars[i]))
			return i;
	return -1;
}

int gp_bar_without_place(
	const struct gp_log *klog, const struct gp_function *gpu, const struct gp_log_hit **ret_hit)
{
	int bar = -1;

	*ret_hit = said_homeless(klog, gpu, &bar);
	return *ret_hit ? bar : marked_homeless(gpu);
}
