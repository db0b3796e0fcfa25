/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CLIENTS_H
#define GP_CLIENTS_H

#include <sys/types.h>

#include "sample.h"
#include "target.h"
#include "telemetry/fdinfo.h"
#include "telemetry/timeline.h"

/*
 * The DRM clients of some processes and their children, over time, on one device. Each client is
 * counted once, however many descriptors it has, and only with what it did since it was watched.
 */
#define GP_CLIENTS_PROCESSES 64
#define GP_CLIENTS_FDS       1000 /* of a process */
#define GP_CLIENTS_MOST      256

struct gp_client {
	char pdev[GP_FDINFO_NAME];
	uint64_t id;
	struct gp_fdinfo last; /* the largest values seen */
	bool is_here;          /* on the target's device */
	int64_t seen;          /* when last */
};

struct gp_client_process {
	pid_t pid;
	bool is_new; /* what its clients did before is not counted */
	bool is_gone;
	uint8_t fds[4096]; /* what is known of descriptors: see clients.c */
};

struct gp_client_engine {
	char name[GP_FDINFO_NAME];
	uint64_t capacity;
	bool is_time;              /* nanoseconds, else cycles */
	double sum;                /* of all clients */
	uint64_t total;            /* cycles that passed, where it is cycles */
	bool has_reset;            /* they went back: how long a cycle is, is not known */
	struct gp_timeline series; /* of the sum */
	struct gp_timeline totals;
};

struct gp_clients {
	struct gp_arena *arena;
	const char *root;
	const struct gp_target *target;
	GP_LIST(struct gp_client_process *) processes;
	GP_LIST(struct gp_client) list;
	GP_LIST(struct gp_client_engine) engines;
	struct gp_timeline memory; /* bytes resident, of all clients here */
	unsigned int n_scans;
	int64_t listed_first, listed_last; /* when descriptors could be listed; 0: never */
	int error;                         /* why they could not be, last */
	bool has_silent_node;              /* a node of a GPU whose kernel says nothing of it */
	bool has_kfd;                      /* /dev/kfd, whose work is not in amdgpu's counters */
	bool is_cut;                       /* there were more descriptors than are looked at */
};

/* Strings and target must stay as long as it does. */
void gp_clients_init(struct gp_clients *clients, struct gp_arena *arena, const char *root,
	const struct gp_target *target);
void gp_clients_add(struct gp_clients *clients, pid_t pid);
void gp_clients_scan(struct gp_clients *clients, int64_t now);

/* Adds busy-ENGINE and memory, and decides whether the engines moved. */
void gp_clients_gauges(const struct gp_clients *clients, struct gp_arena *arena, int64_t from,
	int64_t to, struct gp_gauges *ret);

#endif
