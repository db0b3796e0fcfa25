/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FLEETS_H
#define GP_FLEETS_H

/* Records of several machines, made by hand, for tests. */

#include "fleet.h"
#include "record-rows.h"

/* A machine's record is begun: "" is left out. */
static inline struct gp_record machine(struct gp_arena *arena, const char *name, const char *role,
	const char *system, const char *boot)
{
	struct gp_record part = {.arena = arena};
	const char *const cells[][2] = {{"tool", "gpupass-doctor"}, {"host", name}, {"role", role},
		{"system", system}, {"boot", boot}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(cells); i++)
		if (*cells[i][1])
			meta(&part, cells[i][0], cells[i][1]);
	return part;
}

/* It has a VM. */
static inline void vm(struct gp_record *part, const char *name, const char *system)
{
	gp_record_add(part, &(struct gp_row){.kind = "fact",
				    .layer = "vm",
				    .id = "vm.system",
				    .subject = name,
				    .value = system});
}

/* It was only measured. */
static inline void benchmark(struct gp_record *part, const char *label)
{
	meta(part, "label", label);
	gp_record_add(part, &(struct gp_row){.kind = "run",
				    .layer = "bench",
				    .id = "transcode.h264-1080p.fps",
				    .subject = GPU,
				    .mode = "native",
				    .verdict = "valid",
				    .value = "230.5",
				    .unit = "frames/s",
				    .source = "run 1"});
}

/*
 * "0<0 2<0:vm/100 | 1<0 !3": the members of each family by number, the member that each stands
 * within and what it is called there; at the end who was absorbed, and, as ~4, older records.
 */
static inline const char *families(struct gp_arena *arena, const struct gp_fleet *fleet)
{
	struct gp_strings words = {0};
	size_t i = 0;

	gp_each (family, &fleet->families) {
		if (family != fleet->families.items)
			gp_strings_add(arena, &words, "|");
		gp_each (member, &family->members) {
			gp_strings_add(arena, &words,
				gp_printf(arena, "%zu<%zu%s%s", member->machine, member->within,
					*member->as ? ":" : "", member->as));
		}
	}
	gp_each (known, &fleet->machines) {
		if (known->is_absorbed)
			gp_strings_add(arena, &words, gp_printf(arena, "!%zu", i));
		if (known->is_older)
			gp_strings_add(arena, &words, gp_printf(arena, "~%zu", i));
		i++;
	}
	return gp_join(arena, &words, " ");
}

#endif
