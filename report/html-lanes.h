/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_LANES_H
#define GP_HTML_LANES_H

#include "chain.h"
#include "html-write.h"

/* Where the parts of a chain's picture are, and what is said of them; html-chain.c draws them. */

#define GP_LANE_CELL 110 /* of the broad picture: a link and the line before it */
#define GP_LANE_BOX  92
#define GP_LANE_ROW  48 /* of the tall one */

struct gp_canvas {
	struct gp_html *html;
	struct gp_arena *arena;
	const struct gp_joint *joint;
	bool is_tall;
};

/* A lane, and where its first link is in the picture. */
struct gp_track {
	const struct gp_canvas *canvas;
	const struct gp_lane *lane;
	const struct gp_chain *chain;
	size_t number, left, top;
};

/* Where there are several machines, each has its name over its lane. */
bool gp_canvas_has_heads(const struct gp_canvas *canvas);

/* Of the whole picture. */
const char *gp_canvas_title(const struct gp_canvas *canvas);
size_t gp_canvas_width(const struct gp_canvas *canvas);
size_t gp_canvas_height(const struct gp_canvas *canvas);

/* Cut, as there is little room. */
const char *gp_canvas_id(const struct gp_canvas *canvas, const char *id);
/* Whose a lane is: over it, and in words. */
const char *gp_canvas_label(const struct gp_canvas *canvas, const struct gp_lane *lane);
const char *gp_canvas_whose(const struct gp_canvas *canvas, const struct gp_lane *lane);
/* "waits (for some-check)" */
const char *gp_canvas_says(const struct gp_canvas *canvas, const struct gp_link *link);

struct gp_track gp_track(const struct gp_canvas *canvas, size_t number);
/* Of the broad picture: where its last link ends. */
size_t gp_track_right(const struct gp_track *track);
/* Where its links end. */
size_t gp_track_bottom(const struct gp_track *track);
/* Behind the first broken link nothing comes through. */
bool gp_track_is_lost(const struct gp_track *track, size_t i);
/* The line to link i is broken where link i is; or the link before is, and no line leads to it. */
bool gp_track_is_broken(const struct gp_track *track, size_t i);
/* The same of the way from another one's end. */
bool gp_track_begins_broken(const struct gp_track *track, const struct gp_track *from);

#endif
