/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"

#include <string.h>

#define N_ROLES 3 /* all of them: a text that does not tell which */

/* What a host does with a GPU, and what a guest or a container was given of it. */
static const struct {
	const char *mode, *phrase, *given;
} phrases[] = {
	{"native", "native use", "the GPU"},
	{"full", "full passthrough", "the whole GPU"},
	{"split", "mediated passthrough (mdev)", "a vGPU (mdev)"},
	{"vf", "SR-IOV virtual functions", "an SR-IOV virtual function"},
	{"container", "container use", "the host's GPU"},
	{"cpu", "the CPU baseline", "no GPU"},
};

static const char *mode_phrase(const struct gp_digest *digest, const char *mode)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(phrases); i++)
		if (gp_equal(phrases[i].mode, mode))
			return *digest->inside ? phrases[i].given : phrases[i].phrase;
	return mode;
}

/* "full passthrough and SR-IOV virtual functions" for full;vf; unknown words stay as they are. */
static const char *phrase_of_modes(
	struct gp_arena *arena, const struct gp_digest *digest, const char *modes)
{
	struct gp_strings list = gp_split(arena, modes, ";");

	for (size_t i = 0; i < list.n; i++)
		list.items[i] = mode_phrase(digest, list.items[i]);
	return gp_join(arena, &list, " and ");
}

static const char *phrase_of(struct gp_arena *arena, const struct gp_digest *digest)
{
	return phrase_of_modes(arena, digest, digest->mode);
}

/* What a machine is to be ready for. */
static const char *aim_of(struct gp_arena *arena, const struct gp_digest *digest)
{
	return *digest->inside ? gp_printf(arena, "use in this %s", digest->inside)
			       : phrase_of(arena, digest);
}

static const struct {
	const char *kind, *title, *alone;
	bool prose;
} steps[] = {
	{"cmdline", "Set the kernel command line, in ", "Change the kernel command line", false},
	{"firmware", "Firmware: ", "Firmware setup", true},
	{"modprobe-line", "Module options: add to ", "Module options", false},
	{"modules-load", "Modules to load at boot: add to ", "Modules to load at boot", false},
	{"file", "Edit ", "Edit a file", false},
	{"initrd", "Rebuild the initrd: ", "Rebuild the initrd", false},
	{"bootloader", "Update the boot loader: ", "Update the boot loader", false},
	{"reboot", "Reboot: ", "Reboot", false},
	{"package", "Install ", "Install packages", false},
	{"dkms", "Install the module: ", "Install the module for this kernel", false},
	{"manual", "By hand: ", "By hand", true},
	{"vm", "Change the setting of ", "VM settings", false},
};

/* Some lines are put into a file, of others the text says what they stand for. */
static char *title_of(struct gp_arena *arena, const char *title, const struct gp_row *step)
{
	static const char adds[] = "add to ";
	bool changes = strstr(step->text, "(instead of: ") || strstr(step->text, "(take out: ");

	if (!changes || !gp_ends_with(title, adds))
		return gp_printf(arena, "%s%s", title, step->subject);
	return gp_printf(
		arena, "%.*sin %s", (int)(strlen(title) - strlen(adds)), title, step->subject);
}

char *gp_step_title(struct gp_arena *arena, const struct gp_row *step)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(steps); i++)
		if (gp_equal(steps[i].kind, step->id))
			return *step->subject ? title_of(arena, steps[i].title, step)
					      : gp_strdup(arena, steps[i].alone);
	return gp_printf(
		arena, "%s%s%s", step->id, *step->id && *step->subject ? ": " : "", step->subject);
}

bool gp_step_is_command(const struct gp_row *step)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(steps); i++)
		if (gp_equal(steps[i].kind, step->id))
			return !steps[i].prose;
	return true;
}

/* Its readiness for a mode that is wanted of it, or NULL. */
static const struct gp_row *wanted_readiness(const struct gp_digest_gpu *gpu, size_t mode)
{
	const struct gp_row *row = gpu->readiness[mode];

	return row && gp_listed(gpu->wanted, row->id) ? row : NULL;
}

/* The GPUs whose readiness for the wanted mode is that verdict; VFs where their PF is not. */
static struct gp_strings gpus_that_are(
	struct gp_arena *arena, const struct gp_digest *digest, const char *verdict)
{
	struct gp_strings gpus = {0};

	for (size_t i = 0; i < digest->gpus.n; i++) {
		const struct gp_digest_gpu *gpu = &digest->gpus.items[i];

		for (size_t mode = 0; mode < digest->modes.n; mode++) {
			const struct gp_row *row = wanted_readiness(gpu, mode);

			if (row && gp_equal(row->verdict, verdict) &&
				!gp_strings_has(&gpus, gpu->pf))
				gp_strings_add_once(arena, &gpus, row->subject);
		}
	}
	return gpus;
}

static const char *readiness_text(const struct gp_digest *digest, const char *address)
{
	for (size_t i = 0; i < digest->gpus.n; i++)
		for (size_t mode = 0; mode < digest->modes.n; mode++) {
			const struct gp_row *row = wanted_readiness(&digest->gpus.items[i], mode);

			if (row && gp_equal(row->subject, address))
				return row->text;
		}
	return "";
}

/* "A", "A and B", "A, B and 3 more" */
static const char *name_them(struct gp_arena *arena, const struct gp_strings *names)
{
	if (names->n == 0)
		return "the machine";
	if (names->n == 1)
		return names->items[0];
	if (names->n == 2)
		return gp_printf(arena, "%s and %s", names->items[0], names->items[1]);
	return gp_printf(
		arena, "%s, %s and %zu more", names->items[0], names->items[1], names->n - 2);
}

static const char *with_colon(struct gp_arena *arena, const char *text)
{
	return *text ? gp_printf(arena, ": %s", text) : "";
}

/* Of what is wanted of these GPUs, the modes that none of them is ready for; or all. */
static const char *missed_aim(
	struct gp_arena *arena, const struct gp_digest *digest, const struct gp_strings *gpus)
{
	struct gp_strings modes = {0};

	for (size_t mode = 0; mode < digest->modes.n && !*digest->inside; mode++) {
		bool any = false, works = false;

		for (size_t i = 0; i < digest->gpus.n; i++) {
			const struct gp_digest_gpu *gpu = &digest->gpus.items[i];
			const struct gp_row *row = wanted_readiness(gpu, mode);

			if (!row || !gp_strings_has(gpus, gpu->address))
				continue;
			any = true;
			works |= gp_equal(row->verdict, "ready");
		}
		if (any && !works)
			gp_strings_add(arena, &modes, digest->modes.items[mode]);
	}
	return modes.n ? phrase_of_modes(arena, digest, gp_join(arena, &modes, ";"))
		       : aim_of(arena, digest);
}

static const char *not_ready(struct gp_arena *arena, const struct gp_digest *digest,
	const struct gp_strings *gpus, const char *because)
{
	const char *who = name_them(arena, gpus);
	const char *verb = gpus->n > 1 ? "are" : "is";

	return gp_printf(arena, "%s%s %s not ready for %s%s%s", gpus->n ? "" : "T",
		gpus->n ? who : who + 1, verb, missed_aim(arena, digest, gpus),
		with_colon(arena, because), gp_ends_with(because, ".") ? "" : ".");
}

static const char *say_broken(struct gp_arena *arena, const struct gp_digest *digest)
{
	const struct gp_cause *first = &digest->fails.items[0];
	struct gp_strings gpus = {0};

	if (!*digest->mode)
		return gp_printf(arena, "%s%s%s.", first->row->subject,
			*first->row->subject ? ": " : "", first->title);
	for (size_t i = 0; i < digest->gpus.n; i++)
		if (gp_equal(digest->gpus.items[i].address, first->row->subject))
			gp_strings_add(arena, &gpus, first->row->subject);
	if (!gpus.n)
		gpus = gpus_that_are(arena, digest, "blocked");
	return not_ready(arena, digest, &gpus, first->title);
}

static const char *say_without_fault(struct gp_arena *arena, struct gp_digest *digest)
{
	const char *phrase = phrase_of(arena, digest), *aim = aim_of(arena, digest);
	bool as_given = gp_listed("full;split;vf", digest->mode);
	struct gp_strings ready = gpus_that_are(arena, digest, "ready");
	struct gp_strings blocked = gpus_that_are(arena, digest, "blocked");
	struct gp_strings unknown = gpus_that_are(arena, digest, "unknown");
	struct gp_strings unsupported = gpus_that_are(arena, digest, "unsupported");

	if (ready.n && *digest->inside)
		return gp_printf(arena, "%s %s ready for %s%s%s.", name_them(arena, &ready),
			ready.n > 1 ? "are" : "is", aim, as_given ? ", as " : "",
			as_given ? phrase : "");
	if (ready.n)
		return gp_printf(arena, "Nothing stands in the way of %s of %s.", phrase,
			name_them(arena, &ready));
	digest->outlook = GP_OUTLOOK_UNSURE;
	if (unknown.n)
		return gp_printf(arena, "Whether %s %s ready for %s could not be measured.",
			name_them(arena, &unknown), unknown.n > 1 ? "are" : "is", aim);
	digest->outlook = GP_OUTLOOK_BAD;
	if (blocked.n)
		return not_ready(arena, digest, &blocked, readiness_text(digest, blocked.items[0]));
	if (unsupported.n && *digest->inside)
		return not_ready(
			arena, digest, &unsupported, readiness_text(digest, unsupported.items[0]));
	if (unsupported.n)
		return gp_printf(arena, "%s %s not support %s.", name_them(arena, &unsupported),
			unsupported.n > 1 ? "do" : "does", phrase);
	digest->outlook = GP_OUTLOOK_UNSURE;
	return gp_printf(arena, "No GPU for %s was found.", aim);
}

static const char *say_unset(struct gp_arena *arena, struct gp_digest *digest)
{
	const struct gp_counts *counts = &digest->counts;
	size_t measured = counts->pass + counts->note + counts->warn + counts->skip;

	if (counts->unknown && !measured) {
		digest->outlook = GP_OUTLOOK_UNSURE;
		return "Nothing could be measured.";
	}
	if (!digest->gpus.n && counts->unknown)
		return "No GPU is seen, and not all could be measured.";
	if (*digest->inside)
		return gp_printf(arena, "No GPU was given to this %s.", digest->inside);
	if (!digest->gpus.n)
		return "No fault found; no GPU is seen.";
	if (digest->warns.n)
		return gp_printf(arena,
			"No fault found, %zu warning%s; no passthrough mode is set up.",
			digest->warns.n, digest->warns.n > 1 ? "s" : "");
	return "No fault found; no passthrough mode is set up.";
}

static const char *meta(const struct gp_record *record, const char *id)
{
	const char *value = gp_record_meta(record, id);

	return value ? value : "";
}

static void add_part(
	struct gp_arena *arena, struct gp_strings *parts, const char *before, const char *text)
{
	if (*text && !gp_starts_with(text, "unknown"))
		gp_strings_add(arena, parts, gp_printf(arena, "%s%s", before, text));
}

static void add_line(struct gp_arena *arena, struct gp_digest *digest, const char *start,
	const struct gp_strings *parts)
{
	if (parts->n || *start)
		gp_strings_add(arena, &digest->machine,
			gp_printf(arena, "%s%s%s", start, *start && parts->n ? ": " : "",
				gp_join(arena, parts, ", ")));
}

static void say_machine(
	struct gp_arena *arena, const struct gp_record *record, struct gp_digest *digest)
{
	struct gp_strings system = {0}, hardware = {0}, role = {0}, want = {0};
	const char *host = meta(record, "host"), *source = meta(record, "source");
	const char *roles;

	role = gp_split(arena, meta(record, "role"), ";");
	roles = role.n == N_ROLES ? "host, guest or container" : gp_join(arena, &role, " and ");
	add_part(arena, &system, "Proxmox VE ", meta(record, "proxmox"));
	add_part(arena, &system, "", meta(record, "distribution"));
	add_part(arena, &system, "kernel ", meta(record, "kernel"));
	add_line(arena, digest,
		*host && *roles ? gp_printf(arena, "%s (%s)", host, roles)
				: gp_printf(arena, "%s%s", host, roles),
		&system);
	add_part(arena, &hardware, "", meta(record, "product"));
	add_part(arena, &hardware, "", meta(record, "cpu"));
	add_part(arena, &hardware, "", meta(record, "boot_loader"));
	if (hardware.n)
		add_part(arena, &hardware, "", meta(record, "initrd_tool"));
	add_line(arena, digest, "", &hardware);
	if (*digest->mode && !digest->only_bench) {
		gp_strings_add(arena, &want,
			gp_printf(arena, *meta(record, "intent") ? "%s (%s)" : "%s",
				phrase_of(arena, digest), meta(record, "intent")));
		add_line(arena, digest, "Wanted", &want);
	}
	if (*source && !gp_equal(source, "live"))
		gp_strings_add(arena, &digest->machine, gp_printf(arena, "Read from %s", source));
	if (*meta(record, "cut"))
		gp_strings_add(arena, &digest->machine,
			gp_printf(arena, "Not whole: %s", meta(record, "cut")));
}

/* A guest with an IOMMU of its own may pass GPUs on: it is spoken of as a host. */
static const char *inside_of(const struct gp_record *record)
{
	const char *roles = meta(record, "role");

	if (gp_listed(roles, "host"))
		return "";
	if (gp_listed(roles, "container"))
		return "container";
	return gp_listed(roles, "guest") ? "virtual machine" : "";
}

static enum gp_outlook outlook_of(const struct gp_bench_digest *bench)
{
	if (bench->n_worse)
		return GP_OUTLOOK_BAD;
	if (bench->quick || bench->interrupted || bench->n_rejected || bench->n_inconclusive)
		return GP_OUTLOOK_UNSURE;
	return GP_OUTLOOK_GOOD;
}

void gp_digest_words(
	struct gp_arena *arena, const struct gp_record *record, struct gp_digest *digest)
{
	digest->inside = inside_of(record);
	say_machine(arena, record, digest);
	if (!record->n) {
		digest->outlook = GP_OUTLOOK_UNSURE;
		digest->headline = "The record is empty.";
	} else if (digest->only_bench) {
		digest->outlook = outlook_of(digest->bench);
		digest->headline = digest->bench->headline;
	} else if (*meta(record, "cut") && !digest->fails.n) {
		digest->outlook = GP_OUTLOOK_UNSURE;
		digest->headline = gp_printf(
			arena, "Only a part of the machine was seen: %s.", meta(record, "cut"));
	} else if (digest->fails.n) {
		digest->outlook = GP_OUTLOOK_BAD;
		digest->headline = say_broken(arena, digest);
	} else if (!gp_record_next(record, "finding", NULL) &&
		   !gp_record_next(record, "readiness", NULL)) {
		digest->outlook = GP_OUTLOOK_UNSURE;
		digest->headline = "Nothing was examined.";
	} else if (*digest->mode) {
		digest->headline = say_without_fault(arena, digest);
	} else {
		digest->headline = say_unset(arena, digest);
	}
}

const char *gp_digest_outlook(const struct gp_digest *digest)
{
	if (digest->only_bench)
		return digest->bench->comparisons.n ? "Comparison" : "Benchmark";
	if (digest->outlook == GP_OUTLOOK_GOOD && !digest->gpus.n && !digest->warns.n)
		return "No GPU seen";
	if (digest->outlook == GP_OUTLOOK_GOOD)
		return digest->warns.n ? "In order, with warnings" : "In order";
	return digest->outlook == GP_OUTLOOK_BAD ? "Needs mending" : "Not certain";
}
