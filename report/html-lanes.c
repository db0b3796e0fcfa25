/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-lanes.h"

#include <string.h>

#define TALL_WIDTH      320
#define ID_MOST         36 /* bytes of an id */
#define LABEL_MOST      60 /* of a name */
#define TALL_LABEL_MOST 36
#define NAME_MOST       120
#define HEAD            22 /* the row with a machine's name */
#define APART           12 /* between two machines */
#define STEP            28 /* how far what goes on from another one is moved to the right */
#define TALL_STEP       16
#define DEPTH           6 /* no further than so many steps */

bool gp_canvas_has_heads(const struct gp_canvas *canvas)
{
	return canvas->joint->lanes.n > 1;
}

static size_t left_of(const struct gp_canvas *canvas, const struct gp_lane *lane)
{
	size_t depth = lane->depth < DEPTH ? lane->depth : DEPTH;

	return canvas->is_tall ? depth * TALL_STEP : depth * STEP + 2;
}

/* Of its links alone. */
static size_t height_of(const struct gp_canvas *canvas, const struct gp_lane *lane)
{
	if (canvas->is_tall)
		return lane->chain->links.n * GP_LANE_ROW - 6;
	return lane->chain->first ? 84 : 64;
}

struct gp_track gp_track(const struct gp_canvas *canvas, size_t number)
{
	const struct gp_lane *lane = &canvas->joint->lanes.items[number];
	size_t top = gp_canvas_has_heads(canvas) ? HEAD : 0;

	for (size_t i = 0; i < number; i++)
		top += height_of(canvas, &canvas->joint->lanes.items[i]) + APART + HEAD;
	return (struct gp_track){canvas, lane, lane->chain, number, left_of(canvas, lane), top};
}

size_t gp_track_right(const struct gp_track *track)
{
	return track->left + (track->chain->links.n - 1) * GP_LANE_CELL + GP_LANE_BOX;
}

size_t gp_track_bottom(const struct gp_track *track)
{
	return track->top + height_of(track->canvas, track->lane);
}

size_t gp_canvas_width(const struct gp_canvas *canvas)
{
	size_t width = 0;

	if (canvas->is_tall)
		return TALL_WIDTH;
	for (size_t i = 0; i < canvas->joint->lanes.n; i++) {
		struct gp_track track = gp_track(canvas, i);
		size_t right = gp_track_right(&track) + (gp_canvas_has_heads(canvas) ? 10 : 2);

		width = right > width ? right : width;
	}
	return width;
}

size_t gp_canvas_height(const struct gp_canvas *canvas)
{
	struct gp_track last = gp_track(canvas, canvas->joint->lanes.n - 1);

	return gp_track_bottom(&last);
}

const char *gp_canvas_id(const struct gp_canvas *canvas, const char *id)
{
	return gp_printable(canvas->arena, id, strlen(id), ID_MOST);
}

const char *gp_canvas_label(const struct gp_canvas *canvas, const struct gp_lane *lane)
{
	return gp_printable(canvas->arena, lane->whose, strlen(lane->whose),
		canvas->is_tall ? TALL_LABEL_MOST : LABEL_MOST);
}

const char *gp_canvas_whose(const struct gp_canvas *canvas, const struct gp_lane *lane)
{
	return gp_printable(canvas->arena, lane->whose, strlen(lane->whose), NAME_MOST);
}

const char *gp_canvas_says(const struct gp_canvas *canvas, const struct gp_link *link)
{
	const char *word = gp_link_word(link->state);

	if (link->state == GP_LINK_OK)
		return word;
	return gp_printf(canvas->arena, "%s (%s%s)", word,
		link->state == GP_LINK_WAITS ? "for " : "", gp_canvas_id(canvas, link->id));
}

/* "Firmware of pve1 (host)" */
static const char *end_of(
	const struct gp_canvas *canvas, const struct gp_lane *lane, const struct gp_link *link)
{
	return *lane->whose ? gp_printf(canvas->arena, "%s of %s", link->name,
				      gp_canvas_whose(canvas, lane))
			    : link->name;
}

const char *gp_canvas_title(const struct gp_canvas *canvas)
{
	const struct gp_lane *first = canvas->joint->lanes.items;
	const struct gp_lane *last = &first[canvas->joint->lanes.n - 1];
	const struct gp_chain *chain = first->chain;
	const char *of = *chain->subject ? chain->subject
			 : *first->whose ? gp_canvas_whose(canvas, first)
					 : "this machine";
	const char *modes = *chain->modes ? gp_printf(canvas->arena, ", %s", chain->modes) : "";

	return gp_printf(canvas->arena, "The chain of %s%s, from %s to %s", of, modes,
		end_of(canvas, first, chain->links.items),
		end_of(canvas, last, &last->chain->links.items[last->chain->links.n - 1]));
}

bool gp_track_is_lost(const struct gp_track *track, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (track->chain->links.items[before].state == GP_LINK_FAILS)
			return true;
	return track->lane->is_lost;
}

bool gp_track_is_broken(const struct gp_track *track, size_t i)
{
	const struct gp_chain *chain = track->chain;

	if (chain->links.items[i].state == GP_LINK_FAILS)
		return true;
	return i == 1 && !track->lane->depth && chain->links.items[0].state == GP_LINK_FAILS;
}

/* Of a machine with nothing but a broken link the break has no other place. */
bool gp_track_begins_broken(const struct gp_track *track, const struct gp_track *from)
{
	return track->chain->links.items[0].state == GP_LINK_FAILS ||
	       (from->chain->links.n == 1 && gp_track_is_broken(from, 0) && !from->lane->depth);
}
