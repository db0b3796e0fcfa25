/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VFIO_CHECK_SAID_H
#define GP_VFIO_CHECK_SAID_H

#include "check.h"

/* Checks that go by what the kernel's log, or the logs of VMs, say of a device. */

/* A line about a GPU, or about a device that this machine is not known to have. */
struct gp_said {
	const struct gp_log_hit *hit;
	const char *address; /* 0000:01:00.0, as far as the line says it; "": it names none */
	const struct gp_function *gpu; /* of the case; NULL: the line names none that is known */
};

struct gp_said_list {
	struct gp_said *items;
	size_t n;
};

/*
 * The last line of id about each address, in the kernel's log and in those of VMs. What is said of
 * another function of a card counts for the GPU; what is said of other devices is left out.
 */
struct gp_said_list gp_said_of(const struct gp_case *c, struct gp_arena *arena, enum gp_log_id id);
/* A finding about what the line is about, with the line as evidence. */
struct gp_finding *gp_find_said(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_said *said, const char *format, ...) __attribute__((format(printf, 4, 5)));
/*
 * Where nothing was said. by_kernel: a pass needs the whole kernel log; where only VM managers say
 * it, silence is all there is to know.
 */
void gp_find_silence(const struct gp_case *c, struct gp_findings *out, bool by_kernel);

#endif
