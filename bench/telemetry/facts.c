/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands still while a benchmark runs, and explains its figures. */
#include <string.h>

#include "telemetry/read.h"
#include "telemetry/telemetry.h"

#define MOST_FACTS 64

struct facts {
	struct gp_arena *arena;
	const char *root, *device; /* "/sys/bus/pci/devices/..." */
	struct gp_abouts list;
};

/* One line of a file, if it is there. */
static void add(struct facts *facts, const char *key, const char *file)
{
	char text[64];
	size_t n;

	if (facts->list.n < MOST_FACTS &&
		gp_live_text(facts->root, gp_printf(facts->arena, "%s/%s", facts->device, file),
			text, sizeof(text), &n) == 0 &&
		n)
		*gp_push(facts->arena, &facts->list) = (struct gp_about){.key = key,
			.text = gp_printable(facts->arena, text, strcspn(text, "\n"), 40)};
}

/* Limits of frequency, as somebody set them: intel_gt_sysfs_pm.c, xe_gt_freq.c */
static const struct {
	const char *driver, *key, *file;
} limits[] = {
	{"i915", "frequency-rp0-mhz", "gt/gt0/rps_RP0_freq_mhz"},
	{"i915", "frequency-min-mhz", "gt/gt0/rps_min_freq_mhz"},
	{"i915", "frequency-max-mhz", "gt/gt0/rps_max_freq_mhz"},
	{"xe", "frequency-rp0-mhz", "tile0/gt0/freq0/rp0_freq"},
	{"xe", "frequency-min-mhz", "tile0/gt0/freq0/min_freq"},
	{"xe", "frequency-max-mhz", "tile0/gt0/freq0/max_freq"},
	{"amdgpu", "power-level", "power_dpm_force_performance_level"},
};

static const char *card_of(struct facts *facts)
{
	struct gp_strings names = gp_live_list(
		facts->arena, facts->root, gp_printf(facts->arena, "%s/drm", facts->device), 16);

	for (size_t i = 0; i < names.n; i++)
		if (gp_starts_with(names.items[i], "card"))
			return names.items[i];
	return "card0";
}

/* How a PF shares its engines: xe_sriov_pf_sysfs.c; intel_iov_sysfs.c of i915-sriov-dkms */
static const char *const profile[] = {
	"exec_quantum_ms", "preempt_timeout_us", "sched_priority", "sched_if_idle"};
static const char *const profile_keys[] = {
	"exec-quantum-ms", "preempt-timeout-us", "sched-priority", "sched-if-idle"};

static void add_profile(struct facts *facts, const char *function, const char *directory)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(profile); i++)
		add(facts, gp_printf(facts->arena, "%s-%s", function, profile_keys[i]),
			gp_printf(facts->arena, "%s/%s", directory, profile[i]));
}

static void add_functions(struct facts *facts, const char *card)
{
	static const char *const functions[] = {
		"pf", "vf1", "vf2", "vf3", "vf4", "vf5", "vf6", "vf7"};
	struct gp_arena *arena = facts->arena;

	for (size_t i = 0; i < GP_ARRAY_SIZE(functions); i++) {
		const char *name = functions[i];

		add_profile(facts, name, gp_printf(arena, "sriov_admin/%s/profile", name));
		add_profile(facts, name, gp_printf(arena, "drm/%s/iov/%s/gt", card, name));
		add_profile(facts, name, gp_printf(arena, "drm/%s/iov/%s/gt0", card, name));
		add_profile(facts, name, gp_printf(arena, "drm/%s/prelim_iov/%s/gt", card, name));
	}
}

struct gp_abouts gp_telemetry_facts(
	struct gp_arena *arena, const char *root, const struct gp_target *target)
{
	struct facts facts = {.arena = arena, .root = root};
	const char *card;

	if (!target->address)
		return facts.list;
	facts.device = gp_printf(arena, "/sys/bus/pci/devices/%s", target->address);
	card = card_of(&facts);
	for (size_t i = 0; i < GP_ARRAY_SIZE(limits); i++)
		if (gp_equal(limits[i].driver, target->driver))
			add(&facts, limits[i].key,
				gp_equal(target->driver, "i915")
					? gp_printf(arena, "drm/%s/%s", card, limits[i].file)
					: limits[i].file);
	add_functions(&facts, card);
	return facts.list;
}
