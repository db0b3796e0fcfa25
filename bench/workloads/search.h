/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SEARCH_H
#define GP_SEARCH_H

#include <stdbool.h>

/*
 * How many at once: which number to try next, from what came of all tries so far. Pure.
 *
 * Numbers double until one is refused, then the gap is halved. One refusal may be a mishap: it
 * takes two of three to search below. The answer was accepted three times of three, and the number
 * above it was refused at least once. No number is tried more than three times, so it ends,
 * whatever it is told.
 */
#define GP_SEARCH_TRIES 3
#define GP_SEARCH_MOST  64

struct gp_search {
	unsigned int most; /* that may be tried; at most GP_SEARCH_MOST */
	unsigned char accepted[GP_SEARCH_MOST + 1], refused[GP_SEARCH_MOST + 1];
};

/* The next to try; 0: all is known. */
unsigned int gp_search_next(const struct gp_search *search);
void gp_search_tell(struct gp_search *search, unsigned int number, bool accepted);

/* The greatest that holds by what is known so far; 0: none. The answer, once all is known. */
unsigned int gp_search_answer(const struct gp_search *search);

#endif
