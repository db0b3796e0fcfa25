/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the counters of DRM clients tell about a window. */
#include "check.h"
#include "telemetry/clients.h"
#include "telemetry/gauges.h"
#include "telemetry/read.h"

#define SOURCE "fdinfo"

/* Seconds of busy time, or NAN with why. Its clock is taken to run evenly. */
static const char *busy_seconds(struct gp_arena *arena, const struct gp_client_engine *engine,
	int64_t from, int64_t to, double *ret)
{
	const struct gp_timeline *totals = &engine->totals;
	double growth = 0, seconds = 0, passed = 0, ran = 0;
	const char *unseen;

	gp_timeline_growth(&engine->series, from, to, &growth, &seconds);
	unseen = gp_gauge_unseen(arena, seconds, from, to);
	if (unseen)
		return unseen;
	*ret = growth / 1e9;
	if (engine->is_time)
		return NULL;
	/* RING_TIMESTAMP has 36 bits before Xe2 (xe_query.c), which is an hour. */
	if (engine->has_reset)
		return "the engine's clock started anew";
	if (!totals->points.n ||
		!gp_timeline_growth(totals, totals->points.items[0].at,
			totals->points.items[totals->points.n - 1].at, &passed, &ran) ||
		passed <= 0)
		return "the engine's clock did not run";
	*ret = growth / (passed / ran);
	return NULL;
}

static void add_busy(struct gp_arena *arena, const struct gp_client_engine *engine, int64_t from,
	int64_t to, struct gp_gauges *ret)
{
	const char *name = gp_printf(arena, "busy-%s", engine->name);
	double seconds = 0, percent = 0;
	const char *why = busy_seconds(arena, engine, from, to, &seconds);

	if (!why)
		percent = 100 * seconds / ((double)(to - from) / 1e9) / (double)engine->capacity;
	if (!why && percent > 105)
		why = "its counter grew faster than time";
	if (why)
		gp_gauge_unknown(arena, ret, name, "%", why, SOURCE);
	else
		gp_gauge_known(arena, ret, name, "%", percent < 100 ? percent : 100, SOURCE);
}

static void add_memory(const struct gp_clients *clients, struct gp_arena *arena, int64_t from,
	int64_t to, struct gp_gauges *ret)
{
	struct gp_level level = gp_timeline_level(&clients->memory, from, to, false);

	if (level.seconds > 0 && !gp_gauge_unseen(arena, level.seconds, from, to))
		gp_gauge_known(arena, ret, "memory", "MiB", level.high / (double)(1 << 20), SOURCE);
}

/* ---- did they move? */

struct seen {
	size_t clients, silent; /* here; those of them without counters */
	bool has_old_format;
	const char *elsewhere; /* a device that has clients too */
};

static bool has_counters(const struct gp_fdinfo *info)
{
	for (size_t i = 0; i < info->n_engines; i++)
		if (info->engines[i].has_time ||
			(info->engines[i].has_cycles && info->engines[i].has_total))
			return true;
	return false;
}

static struct seen look_at_clients(const struct gp_clients *clients)
{
	struct seen seen = {0};

	gp_each (client, &clients->list) {
		if (!client->is_here) {
			seen.elsewhere = client->pdev;
			continue;
		}
		seen.clients++;
		seen.silent += !has_counters(&client->last);
		seen.has_old_format |= client->last.is_old_amdgpu;
	}
	return seen;
}

/* "render 0.40 s, video 3.10 s" where they grew; else the names of all. */
static const char *say_engines(const struct gp_clients *clients, struct gp_arena *arena,
	int64_t from, int64_t to, bool *ret_moved)
{
	struct gp_strings moved = {0}, all = {0};

	gp_each (engine, &clients->engines) {
		double growth = 0, seconds = 0;

		gp_strings_add(arena, &all, engine->name);
		gp_timeline_growth(&engine->series, from, to, &growth, &seconds);
		if (growth > 0)
			gp_strings_add(arena, &moved,
				gp_printf(arena, engine->is_time ? "%s %.3g s" : "%s %.3g cycles",
					engine->name, growth / (engine->is_time ? 1e9 : 1)));
	}
	*ret_moved = moved.n > 0;
	return gp_join(arena, moved.n ? &moved : &all, ", ");
}

/* Why there is no telling whether this device moved; NULL: there may be. */
static const char *why_no_counters(const struct gp_target *target)
{
	const struct gp_fdinfo_driver *driver = gp_fdinfo_driver(target->driver);

	if (target->mode == GP_MODE_CPU || !target->subject || gp_equal(target->subject, "cpu"))
		return "the processor has no GPU engines";
	if (!target->address)
		return "no PCI function is behind it";
	if (!driver)
		return "how its driver publishes engine times is not known";
	if (driver->why)
		return driver->why;
	if (target->is_vf && driver->blind_on_vf)
		return "this driver has no engine times on a VF; the PF's host sees them";
	return NULL;
}

/* Why counters that stand still do not show that the device was idle. */
static const char *why_doubtful(const struct gp_clients *clients, struct gp_arena *arena,
	const struct seen *seen, int64_t from, int64_t to)
{
	const struct gp_target *target = clients->target;
	const struct gp_fdinfo_driver *driver = gp_fdinfo_driver(target->driver);
	int64_t first = clients->listed_first > from ? clients->listed_first : from;
	int64_t last = clients->listed_last < to ? clients->listed_last : to;
	const char *unseen = gp_gauge_unseen(arena, (double)(last - first) / 1e9, from, to);

	if (!clients->listed_first)
		return clients->error ? gp_live_why(arena, "the worker's fdinfo", clients->error)
				      : "no worker was watched";
	if (unseen)
		return gp_printf(arena, "of the worker: %s", unseen);
	if (clients->is_cut)
		return "the worker has more open files than are looked at";
	if (seen->has_old_format)
		return "this kernel's amdgpu tells shares of a lifetime, no counters";
	if (seen->clients && seen->silent == seen->clients && !driver->omits_idle)
		return "this kernel's driver tells no engine times";
	if (clients->has_silent_node)
		return "this kernel tells nothing of the worker's DRM clients";
	if (clients->has_kfd)
		return "work that goes through /dev/kfd is not in these counters";
	if (target->is_vf || target->mode == GP_MODE_SPLIT)
		return "they stood still, and whether they count on a VF or vGPU is not known";
	return NULL;
}

static enum gp_engines decide(const struct gp_clients *clients, struct gp_arena *arena,
	int64_t from, int64_t to, const char **ret_because)
{
	struct seen seen = look_at_clients(clients);
	bool moved = false;
	const char *engines = say_engines(clients, arena, from, to, &moved);

	if (moved) {
		*ret_because = gp_printf(arena, "%s (fdinfo)", engines);
		return GP_ENGINES_MOVED;
	}
	*ret_because = to > from ? why_no_counters(clients->target) : "there was no window";
	if (!*ret_because)
		*ret_because = why_doubtful(clients, arena, &seen, from, to);
	if (*ret_because)
		return GP_ENGINES_UNKNOWN;
	if (seen.clients)
		*ret_because = gp_printf(arena, "%s stood still (fdinfo of %zu client%s)",
			*engines ? engines : "all engines", seen.clients,
			seen.clients == 1 ? "" : "s");
	else if (seen.elsewhere)
		*ret_because = gp_printf(arena, "the worker had %s open, and not %s",
			seen.elsewhere, clients->target->address);
	else
		*ret_because = gp_printf(
			arena, "the worker had no GPU open, and not %s", clients->target->address);
	return GP_ENGINES_STILL;
}

void gp_clients_gauges(const struct gp_clients *clients, struct gp_arena *arena, int64_t from,
	int64_t to, struct gp_gauges *ret)
{
	ret->engines = decide(clients, arena, from, to, &ret->engines_because);
	gp_each (engine, &clients->engines)
		add_busy(arena, engine, from, to, ret);
	if (!clients->engines.n && clients->target->address)
		gp_gauge_unknown(arena, ret, "busy", "%", ret->engines_because, SOURCE);
	add_memory(clients, arena, from, to, ret);
}
