/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run/judge.h"

#include <math.h>
#include <string.h>

#include "check.h"

#define LEAST_WINDOW 10000000 /* nanoseconds: shorter ones are noise */
#define LEAST_PART   0.5      /* of the window that was asked for */

struct judge {
	struct gp_arena *arena;
	struct gp_sample *sample;
	const struct gp_target *target;
};

static void reject(const struct judge *j, const char *why)
{
	gp_sample_reject(j->sample, GP_SAMPLE_INVALID, why);
}

static void judge_window(const struct judge *j)
{
	int64_t window = j->sample->to - j->sample->from;
	double asked = j->sample->experiment->window * 1e9;

	if (window <= 0)
		reject(j, "nothing was measured: there is no window");
	else if (window < LEAST_WINDOW || (double)window < asked * LEAST_PART)
		reject(j, gp_printf(j->arena, "too short a window: %.3g s of %.3g s",
				  (double)window / 1e9, j->sample->experiment->window));
}

static void judge_metrics(const struct judge *j)
{
	const struct gp_metric *primary =
		gp_sample_metric(j->sample, j->sample->experiment->primary);

	gp_each (metric, &j->sample->metrics)
		if (!isfinite(metric->value) || metric->value < 0)
			reject(j, gp_printf(j->arena, "%s is no number", metric->name));
	if (!primary)
		reject(j,
			gp_printf(j->arena, "%s was not measured", j->sample->experiment->primary));
	else if (primary->value <= 0 && strcmp(primary->unit, "streams") != 0)
		reject(j, gp_printf(j->arena, "%s is 0", primary->name));
}

/*
 * What draws and computes on the processor, by the names that it has itself. PoCL is not among
 * them: it has GPUs too, and OpenCL tells which device is a processor.
 */
static bool is_software(const char *name)
{
	static const char *const names[] = {"llvmpipe", "softpipe", "swrast", "lavapipe",
		"SwiftShader", "Software Rasterizer", "libx264", "libx265", "libsvtav1", "libvpx",
		"libaom"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
		if (strcasestr(name, names[i]))
			return true;
	return false;
}

static void judge_software(const struct judge *j)
{
	static const char *const keys[] = {"renderer", "vendor", "device", "encoder"};

	if (gp_target_is_cpu(j->target))
		return;
	for (size_t i = 0; i < GP_ARRAY_SIZE(keys); i++) {
		const char *name = gp_sample_about(j->sample, keys[i]);

		if (is_software(name))
			reject(j, gp_printf(j->arena, "it ran on the processor: %s %s", keys[i],
					  name));
	}
	if (strcmp(gp_sample_about(j->sample, "software"), "yes") == 0)
		reject(j, "it ran on the processor");
}

static void judge_device(const struct judge *j)
{
	const char *address = gp_sample_about(j->sample, "pci");
	const char *other = gp_sample_about(j->sample, "address");
	const char *vendor = gp_sample_about(j->sample, "pci-vendor");
	uint64_t id;

	if (!*address)
		address = other;
	if (j->target->address && *address && strcmp(address, j->target->address) != 0)
		reject(j, gp_printf(j->arena, "it ran on %s, not on %s", address,
				  j->target->address));
	if (j->target->vendor && *vendor && gp_parse_u64(vendor, 16, &id) == 0 &&
		id != j->target->vendor)
		reject(j, gp_printf(j->arena, "it ran on a GPU of the vendor %04llx, not %04x",
				  (unsigned long long)id, j->target->vendor));
}

static void judge_engines(const struct judge *j)
{
	const struct gp_gauges *gauges = &j->sample->gauges;

	if (!gp_target_is_cpu(j->target) && gauges->engines == GP_ENGINES_STILL)
		reject(j, gp_printf(j->arena, "the engines of the GPU did nothing: %s",
				  gauges->engines_because ? gauges->engines_because : ""));
}

void gp_judge(struct gp_arena *arena, struct gp_sample *sample)
{
	struct judge j = {arena, sample, sample->experiment->target};

	/* What a worker said itself stays the reason. */
	if (sample->state == GP_SAMPLE_FAILED)
		return;
	judge_software(&j);
	judge_device(&j);
	judge_engines(&j);
	judge_window(&j);
	judge_metrics(&j);
}
