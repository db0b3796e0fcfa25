/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CLIP_PARTS_H
#define GP_CLIP_PARTS_H

#include "clip.h"

/* Timestamps become places among the pictures, and `reorder` what lies between the two orders. */
bool gp_clip_rank(struct gp_clip *clip);
/* Whether decoding may go on with it after anything, and gives the same as at first. */
bool gp_clip_is_seamless(const struct gp_clip *clip);
/* "about clip" and "about clip-hash". */
void gp_clip_say(const struct gp_clip *clip);

#endif
