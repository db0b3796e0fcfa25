/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/clients.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "telemetry/read.h"

#define FULL_EVERY 10    /* scans: all descriptors are looked at anew, and children looked for */
#define MOST_TEXT  16384 /* bytes of an fdinfo */
#define MOST_TASKS 64    /* threads whose children are looked for */

/* What is known of a descriptor. */
enum { FD_NEW, FD_CLIENT, FD_OTHER };

void gp_clients_init(struct gp_clients *clients, struct gp_arena *arena, const char *root,
	const struct gp_target *target)
{
	*clients = (struct gp_clients){.arena = arena, .root = root, .target = target};
}

static void add_process(struct gp_clients *clients, pid_t pid, bool is_new)
{
	struct gp_client_process *process;

	gp_each (known, &clients->processes)
		if ((*known)->pid == pid)
			return;
	if (clients->processes.n == GP_CLIENTS_PROCESSES || pid <= 0)
		return;
	process = gp_new(clients->arena, struct gp_client_process);
	process->pid = pid;
	process->is_new = is_new;
	*gp_push(clients->arena, &clients->processes) = process;
}

void gp_clients_add(struct gp_clients *clients, pid_t pid)
{
	add_process(clients, pid, true);
	clients->n_scans = 0;
}

/* ---- one client */

static struct gp_client_engine *engine_of(
	struct gp_clients *clients, const struct gp_fdinfo_engine *engine, int64_t before)
{
	struct gp_client_engine *added;

	gp_each (known, &clients->engines)
		if (strcmp(known->name, engine->name) == 0)
			return known;
	if (clients->engines.n == GP_FDINFO_ENGINES)
		return NULL;
	added = gp_push(clients->arena, &clients->engines);
	memcpy(added->name, engine->name, sizeof(added->name));
	added->is_time = engine->has_time;
	if (before)
		gp_timeline_add(clients->arena, &added->series, before, 0);
	return added;
}

static const struct gp_fdinfo_engine *same_engine(const struct gp_fdinfo *info, const char *name)
{
	for (size_t i = 0; i < info->n_engines; i++)
		if (strcmp(info->engines[i].name, name) == 0)
			return &info->engines[i];
	return NULL;
}

static uint64_t counter_of(const struct gp_fdinfo_engine *engine, bool is_time)
{
	if (!engine)
		return 0;
	return is_time ? engine->time : engine->cycles;
}

/* What it did since it was last seen is added to its engines. */
static void count_client(struct gp_clients *clients, struct gp_client *client,
	struct gp_fdinfo *info, int64_t before)
{
	for (size_t i = 0; i < info->n_engines; i++) {
		struct gp_fdinfo_engine *now = &info->engines[i];
		const struct gp_fdinfo_engine *old = same_engine(&client->last, now->name);
		struct gp_client_engine *engine;
		uint64_t a, b;

		if (!now->has_time && !(now->has_cycles && now->has_total))
			continue;
		engine = engine_of(clients, now, before);
		if (!engine || engine->is_time != now->has_time)
			continue;
		a = counter_of(old, engine->is_time);
		b = counter_of(now, engine->is_time);
		if (b > a)
			engine->sum += (double)(b - a);
		else if (engine->is_time)
			now->time = a;
		else
			now->cycles = a;
		engine->capacity = now->capacity;
		engine->has_reset |= !engine->is_time && old && now->total < old->total;
		if (now->total > engine->total)
			engine->total = now->total;
	}
	/* An engine may be missing this time: what it had is kept. */
	for (size_t i = 0; i < client->last.n_engines; i++)
		if (!same_engine(info, client->last.engines[i].name) &&
			info->n_engines < GP_FDINFO_ENGINES)
			info->engines[info->n_engines++] = client->last.engines[i];
}

static struct gp_client *find_client(struct gp_clients *clients, const struct gp_fdinfo *info)
{
	gp_each (known, &clients->list)
		if (known->id == info->client && strcmp(known->pdev, info->pdev) == 0)
			return known;
	return NULL;
}

static void see_client(struct gp_clients *clients, const struct gp_client_process *process,
	struct gp_fdinfo *info, int64_t now, int64_t before)
{
	struct gp_client *client = find_client(clients, info);
	bool is_known = client != NULL;

	if (!info->has_client || (client && client->seen == now))
		return;
	if (!client) {
		if (clients->list.n == GP_CLIENTS_MOST) {
			clients->is_cut = true;
			return;
		}
		client = gp_push(clients->arena, &clients->list);
		*client = (struct gp_client){.id = info->client};
		memcpy(client->pdev, info->pdev, sizeof(client->pdev));
		client->is_here = gp_equal(clients->target->address, client->pdev);
	}
	if (!is_known && (process->is_new || clients->is_cut)) {
		client->last = *info; /* what it did before does not count */
		before = 0;
	}
	if (client->is_here)
		count_client(clients, client, info, before);
	client->last = *info;
	client->seen = now;
}

/* ---- one process */

/* A node of a GPU of which the kernel tells nothing; and AMD's other one. */
static void look_at_link(struct gp_clients *clients, pid_t pid, unsigned long fd)
{
	char path[PATH_MAX], text[256];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/proc/%d/fd/%lu", clients->root, (int)pid, fd);
	n = readlink(path, text, sizeof(text) - 1);
	if (n <= 0)
		return;
	text[n] = '\0';
	clients->has_silent_node |=
		gp_equal(text, clients->target->node) || gp_starts_with(text, "/dev/dri/card");
	clients->has_kfd |= strcmp(text, "/dev/kfd") == 0;
}

static void scan_fd(struct gp_clients *clients, struct gp_client_process *process, unsigned long fd,
	int64_t now, int64_t before)
{
	uint8_t *known = fd < sizeof(process->fds) ? &process->fds[fd] : NULL;
	char path[64], text[MOST_TEXT];
	struct gp_fdinfo info;
	size_t n;
	bool is_client;

	if (known && *known == FD_OTHER)
		return;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%lu", (int)process->pid, fd);
	if (gp_live_text(clients->root, path, text, sizeof(text), &n) < 0)
		return;
	is_client = gp_fdinfo_parse(text, n, &info);
	if (is_client)
		see_client(clients, process, &info, now, before);
	else
		look_at_link(clients, process->pid, fd);
	if (known)
		*known = is_client ? FD_CLIENT : FD_OTHER;
}

static void scan_process(
	struct gp_clients *clients, struct gp_client_process *process, int64_t now, int64_t before)
{
	char path[PATH_MAX], *end;
	size_t n = 0;
	DIR *directory;

	snprintf(path, sizeof(path), "%s/proc/%d/fdinfo", clients->root, (int)process->pid);
	directory = opendir(path);
	if (!directory) {
		clients->error = -errno;
		process->is_gone = errno == ENOENT;
		return;
	}
	for (struct dirent *entry; (entry = readdir(directory)) && n < GP_CLIENTS_FDS;) {
		unsigned long fd = strtoul(entry->d_name, &end, 10);

		if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || *end)
			continue;
		scan_fd(clients, process, fd, now, before);
		n++;
	}
	closedir(directory);
	clients->is_cut |= n == GP_CLIENTS_FDS;
	clients->listed_last = now;
	if (!clients->listed_first)
		clients->listed_first = now;
	process->is_new = false;
}

/* Those that one thread has started, "12 13 ". A child that is new to a process watched is too. */
static void add_children(
	struct gp_clients *clients, const struct gp_client_process *process, unsigned long task)
{
	char path[96], text[4096], *end;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/task/%lu/children", (int)process->pid, task);
	if (gp_live_text(clients->root, path, text, sizeof(text), &n) < 0)
		return;
	for (char *at = text; *at; at = end) {
		unsigned long child = strtoul(at, &end, 10);

		if (end == at)
			return;
		if (child <= INT_MAX)
			add_process(clients, (pid_t)child, process->is_new);
	}
}

/* /proc/PID/task/TID/children: CONFIG_PROC_CHILDREN. */
static void find_children(struct gp_clients *clients, const struct gp_client_process *process)
{
	char path[PATH_MAX], *end;
	size_t n = 0;
	DIR *directory;

	snprintf(path, sizeof(path), "%s/proc/%d/task", clients->root, (int)process->pid);
	directory = opendir(path);
	if (!directory)
		return;
	for (struct dirent *entry; n < MOST_TASKS && (entry = readdir(directory));) {
		unsigned long task = strtoul(entry->d_name, &end, 10);

		if (!task || *end)
			continue;
		add_children(clients, process, task);
		n++;
	}
	closedir(directory);
}

/* Descriptors are reused, and processes end. */
static void begin_full_scan(struct gp_clients *clients)
{
	size_t n = 0;

	gp_each (process, &clients->processes) {
		if ((*process)->is_gone)
			continue;
		memset((*process)->fds, FD_NEW, sizeof((*process)->fds));
		clients->processes.items[n++] = *process;
	}
	clients->processes.n = n;
	for (size_t i = 0; i < clients->processes.n; i++)
		find_children(clients, clients->processes.items[i]);
}

static double resident(const struct gp_fdinfo *info)
{
	double sum = 0;

	for (size_t i = 0; i < info->n_regions; i++)
		sum += (double)info->regions[i].resident;
	return sum;
}

void gp_clients_scan(struct gp_clients *clients, int64_t now)
{
	int64_t before = clients->listed_last;
	double memory = 0;

	if (clients->n_scans++ % FULL_EVERY == 0)
		begin_full_scan(clients);
	for (size_t i = 0; i < clients->processes.n; i++)
		if (!clients->processes.items[i]->is_gone)
			scan_process(clients, clients->processes.items[i], now, before);
	gp_each (engine, &clients->engines) {
		gp_timeline_add(clients->arena, &engine->series, now, engine->sum);
		if (!engine->is_time)
			gp_timeline_add(
				clients->arena, &engine->totals, now, (double)engine->total);
	}
	gp_each (client, &clients->list)
		if (client->is_here && client->seen == now)
			memory += resident(&client->last);
	if (memory > 0)
		gp_timeline_add(clients->arena, &clients->memory, now, memory);
}
