/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_UUID_H
#define GP_UUID_H

#include "base/text.h"

/*
 * What stands for a UUID in captures and records: "uuid-1a2b3c4d", a short hash of its digits, so
 * that a host, its guests and its containers still join, and nobody is named. With and without
 * dashes and in either case it is the same.
 */
char *gp_uuid_stand_in(struct gp_arena *arena, const char *text, size_t size);

/*
 * The same of a text that is to be a UUID, as of a machine; what is a stand-in already, as in a
 * capture, stays. NULL where it is no UUID, or one that firmware has which knows none: all zeros,
 * and the like; such machines would be taken for each other.
 */
char *gp_uuid_hash(struct gp_arena *arena, const char *text);

#endif
