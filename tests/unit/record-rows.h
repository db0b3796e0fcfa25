/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_RECORD_ROWS_H
#define GP_RECORD_ROWS_H

/* Records made by hand, for tests. A test's state is an empty record at first. */

#include "record.h"

#define GPU   "0000:01:00.0"
#define OTHER "0000:00:02.0"

static inline int setup(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_record *record = gp_new(arena, struct gp_record);

	record->arena = arena;
	*state = record;
	return 0;
}

static inline int teardown(void **state)
{
	gp_arena_free(((struct gp_record *)*state)->arena);
	return 0;
}

static inline void meta(struct gp_record *record, const char *id, const char *value)
{
	gp_record_add(record, &(struct gp_row){.kind = "meta", .id = id, .value = value});
}

static inline void fact(
	struct gp_record *record, const char *id, const char *subject, const char *value)
{
	gp_record_add(record, &(struct gp_row){.kind = "fact",
				      .layer = "pci",
				      .id = id,
				      .subject = subject,
				      .value = value,
				      .source = "/sys/bus/pci/devices"});
}

static inline void finding(struct gp_record *record, const char *id, const char *verdict,
	const char *mode, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "finding",
				      .layer = "iommu",
				      .id = id,
				      .verdict = verdict,
				      .mode = mode,
				      .text = text});
}

static inline void cause(struct gp_record *record, const char *verdict, const char *rank,
	const char *subject, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "cause",
				      .id = "some-check",
				      .verdict = verdict,
				      .value = rank,
				      .subject = subject,
				      .text = text,
				      .source = "/proc/cmdline: \"quiet\""});
}

static inline void readiness(struct gp_record *record, const char *gpu, const char *mode,
	const char *verdict, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "readiness",
				      .id = mode,
				      .mode = mode,
				      .subject = gpu,
				      .verdict = verdict,
				      .text = text});
}

static inline void step(struct gp_record *record, const char *kind, const char *order,
	const char *subject, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "step",
				      .id = kind,
				      .value = order,
				      .subject = subject,
				      .text = text,
				      .source = "some-check"});
}

static inline void add_gpus(struct gp_record *record)
{
	fact(record, "gpu.name", GPU, "NVIDIA Corporation GA106 [GeForce RTX 3060]");
	fact(record, "gpu.driver", GPU, "nvidia");
	fact(record, "gpu.group", GPU, "14");
	fact(record, "gpu.name", OTHER, "Intel Corporation Alder Lake-S GT1");
	fact(record, "gpu.driver", OTHER, "i915");
}

static inline void add_broken(struct gp_record *record)
{
	meta(record, "host", "pve1");
	meta(record, "role", "host;guest");
	meta(record, "mode", "full");
	add_gpus(record);
	readiness(record, GPU, "full", "blocked", "some-check");
	readiness(record, OTHER, "native", "ready", "");
	cause(record, "warn", "3", "", "A leftover is there. It may bite.");
	cause(record, "fail", "10", "", "Ten comes last.");
	cause(record, "fail", "2", "", "VT-d is turned off. Nothing can be isolated.");
	step(record, "reboot", "9", "", "systemctl reboot");
	step(record, "firmware", "1", "VT-d", "Turn it on.");
	step(record, "cmdline", "2", "iommu=pt",
		"sed -i 's/a/b/' /etc/kernel/cmdline\nupdate-grub");
}

#endif
