/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a record begins with: of which run on which machine it is, and what was asked for. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "diagnosis/cksum.h"
#include "run/run.h"
#include "to-record.h"

struct writer {
	const struct gp_bench_run *run;
	struct gp_record *record;
	struct gp_arena *arena;
	const char *host;
};

static const char *number(const struct writer *w, double value)
{
	return gp_printf(w->arena, "%.9g", value);
}

const char *gp_bench_label(const struct gp_bench_run *run)
{
	const struct gp_target *target = run->bench.targets.items;

	if (run->options.label)
		return run->options.label;
	if (gp_target_is_cpu(target))
		return target->subject;
	return gp_printf(
		run->arena, "%s %s", gp_modes_name(run->arena, target->mode), target->subject);
}

static void meta(const struct writer *w, const char *id, const char *value)
{
	gp_meta(w->record, w->host, id, value);
}

/* What --input names, whatever it is called on the other side. */
static const char *input_says(const struct writer *w, const char *path)
{
	FILE *in = fopen(path, "re");
	struct stat there = {0};
	void *data = MAP_FAILED;
	uint32_t sum = 0;

	if (in && fstat(fileno(in), &there) == 0 && there.st_size > 0)
		data = mmap(NULL, (size_t)there.st_size, PROT_READ, MAP_PRIVATE, fileno(in), 0);
	if (data != MAP_FAILED) {
		sum = gp_cksum(data, (size_t)there.st_size);
		munmap(data, (size_t)there.st_size);
	}
	if (in)
		fclose(in);
	return gp_printf(w->arena, "%s, %lld bytes, cksum %lu", strrchr(path, '/') + 1,
		(long long)there.st_size, (unsigned long)sum);
}

/* Which driver is used, and how, is often said by the environment. */
static const char *environment_says(const struct writer *w)
{
	static const char *const starts[] = {"LIBVA_", "MESA_", "GALLIUM_", "LIBGL_", "EGL_",
		"GBM_", "INTEL_", "IRIS_", "ANV_", "RADEON_", "AMD_", "RADV_", "NOUVEAU_", "__GLX_",
		"__EGL_", "__NV_", "CUDA_VISIBLE", "GPU_", "NEO", "OCL_", "OPENCL_", "POCL_",
		"LP_NUM_THREADS", "OMP_NUM_THREADS", "vblank_mode"};
	struct gp_strings found = {0};

	for (char **entry = environ; *entry; entry++)
		for (size_t i = 0; i < GP_ARRAY_SIZE(starts); i++)
			if (gp_starts_with(*entry, starts[i])) {
				gp_strings_add(w->arena, &found,
					gp_printable(w->arena, *entry, strlen(*entry), 200));
				break;
			}
	gp_strings_sort(&found);
	return found.n ? gp_join(w->arena, &found, " ") : NULL;
}

/* What was asked for; where nothing was, what each device has. */
static void write_settings(const struct writer *w)
{
	const struct gp_settings *settings = &w->run->options.settings;
	struct gp_strings sizes = {0};

	meta(w, "runs", gp_printf(w->arena, "%u", settings->runs));
	meta(w, "seconds", number(w, settings->seconds));
	meta(w, "warmup", number(w, settings->warmup));
	meta(w, "seed", gp_printf(w->arena, "%llu", (unsigned long long)settings->seed));
	if (settings->workloads.n)
		meta(w, "workloads", gp_join(w->arena, &settings->workloads, ";"));
	if (settings->codecs.n)
		meta(w, "codecs", gp_join(w->arena, &settings->codecs, ";"));
	gp_each (size, &settings->sizes)
		gp_strings_add(
			w->arena, &sizes, gp_printf(w->arena, "%ux%u", size->width, size->height));
	if (sizes.n)
		meta(w, "sizes", gp_join(w->arena, &sizes, ";"));
	if (settings->presets.n)
		meta(w, "presets", gp_join(w->arena, &settings->presets, ";"));
	if (settings->input)
		meta(w, "input", input_says(w, settings->input));
	meta(w, "environment", environment_says(w));
	if (settings->quick)
		meta(w, "quick", "--quick: too short to be compared");
}

static void write_meta(const struct writer *w)
{
	meta(w, "schema", GP_RECORD_SCHEMA);
	meta(w, "tool", w->run->tool);
	meta(w, "version", GP_VERSION);
	meta(w, "time", w->run->time);
	meta(w, "source", "live");
	gp_machine_meta(w->record, &w->run->facts.platform);
	meta(w, "role", gp_roles_name(w->arena, w->run->facts.platform.roles));
	meta(w, "mode", gp_modes_name(w->arena, w->run->bench.targets.items->mode));
	meta(w, "label", gp_bench_label(w->run));
	if (w->run->session.name) {
		meta(w, "session", w->run->session.name);
		meta(w, "session_step", gp_printf(w->arena, "%u", w->run->session.steps + 1));
	}
	write_settings(w);
	if (w->run->is_interrupted)
		meta(w, "interrupted",
			gp_printf(w->arena, "ended early, after %zu sample%s", w->run->samples.n,
				w->run->samples.n == 1 ? "" : "s"));
}

/* Which packets went in: both sides of a comparison must have the same. */
static void write_clips(const struct writer *w)
{
	gp_each (sample, &w->run->samples) {
		const char *hash = gp_sample_about(sample, "clip-hash");
		const char *id = gp_printf(w->arena, "clip.%s", sample->experiment->variant);

		if (*hash && !gp_record_meta(w->record, id))
			meta(w, id, hash);
	}
}

void gp_bench_meta_to_record(const struct gp_bench_run *run, struct gp_record *record)
{
	struct writer w = {run, record, record->arena, gp_record_host(&run->facts.platform)};

	write_meta(&w);
	write_clips(&w);
}
