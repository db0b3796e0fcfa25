/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The id of a GPU that is only named: lspci without -n. */
#include <ctype.h>
#include <string.h>

#include "gpu/tables.h"
#include "pci/functions.h"
#include "ticket/formats.h"

/*
 * Cards and platforms that the PCI ID lists of older distributions do not name: part of a name, and
 * an id of gpu/intel-ids.c for it.
 */
static const struct {
	const char *part;
	long id;
} later[] = {
	{"arcb580", 0xe20b},
	{"arcb570", 0xe20c},
	{"arcprob60", 0xe211},
	{"arcprob50", 0xe212},
	{"arca770", 0x56a0},
	{"arca750", 0x56a1},
	{"arca580", 0x56a2},
	{"arca380", 0x56a5},
	{"arca310", 0x56a6},
	{"twinlake", 0x46d4},
};

/* What is compared: letters and digits of a name, in lower case, the vendor and " (rev" left out.
 */
struct sought {
	struct gp_ticket *ticket;
	struct gp_pci_names *list;
	uint16_t vendor;
	const char *whole, *chip; /* with and without what stands in brackets */
	long found;
};

static const char *behind_vendor(const char *text)
{
	static const char *const vendors[] = {"Intel Corporation", "Intel Corp.",
		"NVIDIA Corporation", "nVidia Corporation",
		"Advanced Micro Devices, Inc. [AMD/ATI]", "Advanced Micro Devices [AMD] nee ATI"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(vendors); i++)
		if (gp_starts_with(text, vendors[i]))
			return text + strlen(vendors[i]);
	return text;
}

static const char *bare(struct gp_arena *arena, const char *name, bool with_brackets)
{
	const char *text = behind_vendor(name), *end = strstr(text, " (rev");
	size_t length = end ? (size_t)(end - text) : strlen(text), n = 0;
	char *ret;

	end = strstr(text, " (prog-if");
	if (end && (size_t)(end - text) < length)
		length = (size_t)(end - text);
	if (!with_brackets && memchr(text + 1, '[', length ? length - 1 : 0))
		length = strcspn(text + 1, "[") + 1;
	ret = gp_alloc(arena, length + 1, 1);
	for (size_t i = 0; i < length; i++)
		if (isalnum((unsigned char)text[i]))
			ret[n++] = (char)tolower((unsigned char)text[i]);
	ret[n] = '\0';
	return ret;
}

/* Keeps the id where its name is the one that is sought; true: to the last letter. */
static bool is_named(struct sought *s, uint16_t id)
{
	struct gp_arena *arena = gp_arena_new();
	const char *name = gp_pci_name(s->list, arena, s->vendor, id);
	bool is_whole = name && !strcmp(bare(arena, name, true), s->whole);
	/* ... or but for what one of them adds in brackets. */
	bool is_chip = name && !strcmp(bare(arena, name, false), s->chip);

	if (is_whole || (is_chip && s->found < 0))
		s->found = id;
	gp_arena_free(arena);
	return is_whole;
}

static void look_in_list(struct sought *s)
{
	if (s->vendor != GP_INTEL) {
		for (unsigned id = 1; id < 0xffff; id++)
			if (gp_gpu_model(s->vendor, (uint16_t)id) && is_named(s, (uint16_t)id))
				return;
		return;
	}
	for (size_t i = 0; i < gp_intel_more_count; i++)
		if (is_named(s, gp_intel_more[i].device))
			return;
	for (size_t i = 0; i < gp_intel_id_count; i++)
		if (is_named(s, gp_intel_ids[i].device))
			return;
}

/* "AlderLake-S" begins the name of "Alder Lake-S"; what the table has in brackets is left out. */
static bool is_of_platform(struct gp_arena *arena, const char *platform, const char *name)
{
	const char *brackets = strstr(platform, " (");
	size_t length = brackets ? (size_t)(brackets - platform) : strlen(platform);
	const char *plain = bare(arena, gp_strndup(arena, platform, length), true);

	return strlen(plain) > 3 && gp_starts_with(name, plain);
}

/* The chip's name tells what it is, if not which board. The last range of a chip is the general
 * one. */
static void look_for_chip(struct sought *s)
{
	struct gp_arena *arena = s->ticket->arena;
	const struct gp_model_range *ranges =
		s->vendor == GP_AMD ? gp_amd_models : gp_nvidia_models;
	size_t n = s->vendor == GP_AMD ? gp_amd_model_count : gp_nvidia_model_count;

	for (size_t i = 0; i < n; i++)
		if (is_of_platform(arena, ranges[i].model.platform, s->whole))
			s->found = ranges[i].first;
}

static void look_for_later(struct sought *s)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(later) && s->found < 0; i++)
		if (strstr(s->whole, later[i].part))
			s->found = later[i].id;
}

static void look_for_platform(struct sought *s)
{
	struct gp_arena *arena = s->ticket->arena;

	for (size_t i = 0; i < gp_intel_id_count && s->found < 0; i++) {
		const struct gp_gpu_model *model = gp_gpu_model(GP_INTEL, gp_intel_ids[i].device);

		if (model && is_of_platform(arena, model->platform, s->whole))
			s->found = gp_intel_ids[i].device;
	}
}

long gp_ticket_id_of_name(struct gp_ticket *ticket, long vendor, const char *text)
{
	struct sought s = {.ticket = ticket,
		.vendor = (uint16_t)vendor,
		.whole = bare(ticket->arena, text, true),
		.chip = bare(ticket->arena, text, false),
		.found = -1};

	if ((vendor != GP_INTEL && vendor != GP_AMD && vendor != GP_NVIDIA) || strlen(s.whole) < 4)
		return -1;
	if (vendor == GP_INTEL)
		look_for_later(&s);
	if (s.found >= 0)
		return s.found;
	s.list = gp_pci_names_open(NULL);
	look_in_list(&s);
	gp_pci_names_close(s.list);
	if (s.found < 0 && vendor == GP_INTEL)
		look_for_platform(&s);
	else if (s.found < 0)
		look_for_chip(&s);
	return s.found;
}
