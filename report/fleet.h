/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FLEET_H
#define GP_FLEET_H

#include <stdint.h>

#include "chain.h"
#include "digest.h"
#include "record.h"

/*
 * Any number of machines, as faces draw them: a line of each, what is wrong with how many, and,
 * while they are few, all of their rows. Machines that belong together (a host, its guests and
 * their containers) are a family. All text is as raw as the record's cells.
 */
#define GP_FLEET_LAYERS_MOST 24

/* Of more machines, or of larger ones, only the lines are kept. */
#define GP_FLEET_KEPT_MOST       64
#define GP_FLEET_KEPT_BYTES_MOST ((size_t)128 << 20)

/* A VM of a host, and the system that it is. */
struct gp_handed {
	const char *name, *system; /* "vm/100", "uuid-0a1b2c3d" */
};

struct gp_machine {
	const char *name;                         /* of the host; "" */
	const char *from;                         /* the file it was read from; "" */
	const char *role, *tool, *version, *time; /* "" where not said */
	const char *system, *boot, *kernel;       /* whole, for they are compared; "" */
	GP_LIST(struct gp_handed) vms;
	enum gp_outlook outlook;
	const char *headline;
	const char *first; /* id of the cause to mend first; "" */
	size_t n_warns;
	bool has_bench, only_bench;
	bool is_just_quick; /* of the benchmark nothing is doubtful but that it was quick */
	bool wants_nothing; /* no mode is asked for */
	bool is_absorbed;   /* its rows stand behind those of another record of the same machine */
	bool is_older;      /* there is a newer diagnosis of the same machine */
	uint8_t states[GP_FLEET_LAYERS_MOST]; /* enum gp_link_state of each layer of the fleet */
	struct gp_record record;              /* its rows; none where there are too many */
};

/* What names all roles may be a host: of that it is not known. */
bool gp_machine_is_container(const struct gp_machine *machine);

/* A cause, on however many machines; of each of them as its newest diagnosis has it. */
struct gp_cause_group {
	const char *id, *layer, *title; /* the title as the first machine has it */
	bool varies;                    /* others have another one */
	bool fails;                     /* or it warns; what fails here and warns there is two */
	size_t n;                       /* machines */
	size_t n_first;                 /* those where it is to be mended first */
	size_t newest;                  /* the last of them */
	GP_LIST(size_t) machines;       /* the first few of them, by number */
};

#define GP_GROUP_MACHINES_MOST 8

/* A cause of a record: until all are there, and which of them count. */
struct gp_hit {
	const char *title;
	uint32_t machine; /* number */
	uint16_t group;
	bool first;
};

/* A machine within its family. */
struct gp_member {
	size_t machine; /* number in the fleet */
	size_t within;  /* number in the family; of the first one 0 */
	const char *as; /* "vm/100": what the one around it calls it; "" */
	bool is_beside; /* a benchmark of the machine that stands before it */
};

/*
 * The outermost machine first, then what runs on it, and so on: who is around stands before. What a
 * machine's benchmark records say stands behind it, within the same.
 */
struct gp_family {
	GP_LIST(struct gp_member) members;
};

struct gp_fleet {
	struct gp_arena *arena;
	GP_LIST(struct gp_machine) machines;
	GP_LIST(struct gp_cause_group) causes; /* those on most machines first */
	GP_LIST(struct gp_hit) hits;
	size_t causes_left_out;
	GP_LIST(struct gp_family) families;
	struct gp_strings layers; /* from the firmware up */
	struct gp_arena *kept;    /* of the rows; NULL: there are too many to keep them */
	size_t kept_bytes;
};

/* An empty one; its rows live in an arena of their own, all else in this one. */
struct gp_fleet gp_fleet_new(struct gp_arena *arena);
void gp_fleet_free(struct gp_fleet *fleet);

/* Adds a machine; the part may be gone afterwards. from may be NULL. */
void gp_fleet_take(struct gp_fleet *fleet, const struct gp_record *part, const char *from);

/* To be called once all are there: families, and how many machines have each cause. */
void gp_fleet_settle(struct gp_fleet *fleet);

/*
 * Finds who runs on whom: fills in the families. A guest runs on the one host that has a VM of its
 * system, a container on the one machine of the same boot; where two could be meant, on none. One
 * diagnosis of a machine and one benchmark of the same boot, where that went well, become one. Each
 * machine is in one family, or absorbed.
 */
void gp_fleet_join(struct gp_fleet *fleet);

#endif
