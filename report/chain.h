/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CHAIN_H
#define GP_CHAIN_H

#include "digest.h"

/*
 * What a GPU has to come through to be of use, link by link: from the firmware to the VM, or to
 * what runs on its driver. Drawn from the findings and causes of each layer, as far as they concern
 * this GPU and the modes that are wanted of it.
 */
enum gp_link_state { /* the worse, the later */
	GP_LINK_NONE,
	GP_LINK_OK,
	GP_LINK_UNKNOWN,
	GP_LINK_WARNS,
	GP_LINK_WAITS, /* a cause stands before */
	GP_LINK_FAILS,
};

struct gp_link {
	const char *name;
	enum gp_link_state state;
	const char *id; /* what says so; of one that waits, the cause that it waits for */
	long rank;      /* of the cause; LONG_MAX: none */
};

struct gp_chain {
	const char *subject;         /* PCI address, or "" */
	const char *modes;           /* "full;vf", "" where none is wanted */
	const struct gp_link *first; /* the broken link to mend first, or NULL */
	GP_LIST(struct gp_link) links;
};

struct gp_chains {
	GP_LIST(struct gp_chain) list;
	size_t left_out; /* GPUs */
};

#define GP_CHAIN_GPUS_MOST 4

/* A machine's part of a chain that goes through several. */
struct gp_lane {
	const char *whose; /* "pve1 (host)"; "" where there is but one machine */
	const struct gp_chain *chain;
	size_t from;  /* the lane that it goes on from; of the first one 0 */
	size_t depth; /* lanes before it */
	bool is_lost; /* the chain is broken before */
};

/* The outermost machine first; each lane behind the one that it goes on from. Never empty. */
struct gp_joint {
	GP_LIST(struct gp_lane) lanes;
};

/* None where nothing is known. All lives in the arena; texts are as raw as the record's. */
struct gp_chains gp_chains(
	struct gp_arena *arena, const struct gp_record *part, const struct gp_digest *digest);

/* Whether it leads into a VM rather than to what runs in place. */
bool gp_chain_enters_vm(const struct gp_chain *chain);

/* "Firmware ok - IOMMU ok - vfio fails (some-check)" */
char *gp_chain_words(struct gp_arena *arena, const struct gp_chain *chain);

/* What a finding or a cause says of its layer. */
enum gp_link_state gp_link_state_of(const struct gp_row *row);

/* "ok", "warns", "fails", "waits", "unknown" */
const char *gp_link_word(enum gp_link_state state);

#endif
