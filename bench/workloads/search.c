/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workloads/search.h"

#define MAJORITY (GP_SEARCH_TRIES / 2 + 1)

static unsigned int most_of(const struct gp_search *search)
{
	return search->most < GP_SEARCH_MOST ? search->most : GP_SEARCH_MOST;
}

static bool is_settled(const struct gp_search *search, unsigned int number)
{
	return search->accepted[number] + search->refused[number] >= GP_SEARCH_TRIES;
}

/* The least that most tries refuse; most + 1: none. */
static unsigned int ceiling(const struct gp_search *search)
{
	unsigned int number = 1;

	while (number <= most_of(search) && search->refused[number] < MAJORITY)
		number++;
	return number;
}

/* The greatest below that was accepted more often than not; 0: none. */
static unsigned int floor_below(const struct gp_search *search, unsigned int number)
{
	while (--number && search->accepted[number] <= search->refused[number])
		;
	return number;
}

/* Refused once, with tries left. */
static unsigned int in_doubt(const struct gp_search *search, unsigned int below)
{
	while (--below && (!search->refused[below] || is_settled(search, below)))
		;
	return below;
}

/* The greatest below that was accepted and never refused; 0: none. */
static unsigned int unshaken(const struct gp_search *search, unsigned int below)
{
	while (--below && (!search->accepted[below] || search->refused[below]))
		;
	return below;
}

static unsigned int least_refused(const struct gp_search *search, unsigned int above)
{
	while (++above <= most_of(search) && !search->refused[above])
		;
	return above;
}

/* Two of three tries are enough to look above a number, but not for an answer. */
static unsigned int next_strictly(const struct gp_search *search, unsigned int high)
{
	unsigned int low = unshaken(search, high);

	high = least_refused(search, low);
	if (high - low > 1)
		return low + (high - low) / 2;
	return low && !is_settled(search, low) ? low : 0;
}

unsigned int gp_search_next(const struct gp_search *search)
{
	unsigned int most = most_of(search), high = ceiling(search);
	unsigned int doubtful = in_doubt(search, high), low = floor_below(search, high);

	if (doubtful)
		return doubtful;
	if (high > most && low < most)
		return !low ? 1 : 2 * low < most ? 2 * low : most;
	if (high - low > 1)
		return low + (high - low) / 2;
	return next_strictly(search, high);
}

unsigned int gp_search_answer(const struct gp_search *search)
{
	unsigned int number = ceiling(search);

	while (--number && search->accepted[number] < GP_SEARCH_TRIES)
		;
	return number;
}

void gp_search_tell(struct gp_search *search, unsigned int number, bool accepted)
{
	unsigned char *count = accepted ? search->accepted : search->refused;

	if (number && number <= most_of(search) && !is_settled(search, number))
		count[number]++;
}
