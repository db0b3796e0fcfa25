/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The integrated GPU that a CPU brings along, where nothing else says which one it is. */
#include <ctype.h>
#include <string.h>

#include "gpu/models.h"
#include "pci/functions.h"
#include "ticket/formats.h"

#define INTEGRATED "0000:00:02.0"
#define DISPLAY    0x030000

/*
 * Names of CPUs by their form: # is any digit, and what stands behind the form must not go on.
 * The id stands for the platform: it is one of those in gpu/intel-ids.c, not always the chip's own.
 * Names that CPUs of several platforms have are left out.
 */
static const struct {
	const char *form;
	long id;
} cpus[] = {
	/* Core, desktop */
	{"i#-2###", 0x0112},
	{"i#-2###K", 0x0112},
	{"i#-3###", 0x0162},
	{"i#-3###K", 0x0162},
	{"i#-4###", 0x0412},
	{"i#-4###K", 0x0412},
	{"i#-4###T", 0x0412},
	{"i#-6###", 0x1912},
	{"i#-6###K", 0x1912},
	{"i#-6###T", 0x1912},
	{"i#-7###", 0x5912},
	{"i#-7###K", 0x5912},
	{"i#-7###T", 0x5912},
	{"i#-8###", 0x3e92},
	{"i#-8###K", 0x3e92},
	{"i#-8###T", 0x3e92},
	{"i#-9###", 0x3e98},
	{"i#-9###K", 0x3e98},
	{"i#-9###T", 0x3e98},
	{"i#-10###", 0x9bc5},
	{"i#-10###K", 0x9bc5},
	{"i#-10###T", 0x9bc5},
	{"i#-11##0", 0x4c8a},
	{"i#-11##0K", 0x4c8a},
	{"i#-11##0T", 0x4c8a},
	{"i#-12##0", 0x4680},
	{"i#-12##0K", 0x4680},
	{"i#-12##0T", 0x4680},
	{"i#-13##0K", 0xa780},
	{"i#-13700", 0xa780},
	{"i#-13700T", 0xa780},
	{"i#-13900", 0xa780},
	{"i#-13900T", 0xa780},
	{"i#-14##0K", 0xa780},
	{"i#-14700", 0xa780},
	{"i#-14900", 0xa780},
	{"13600K", 0xa780},
	{"13700K", 0xa780},
	{"13900K", 0xa780},
	{"12600K", 0x4680},
	{"12700K", 0x4680},
	{"12900K", 0x4680},
	/* Core, mobile */
	{"i#-6##0U", 0x1916},
	{"i#-7##0U", 0x5916},
	{"i#-8#50U", 0x5917},
	{"i#-8#65U", 0x3ea0},
	{"i#-10#10U", 0x9b41},
	{"i#-10#5G#", 0x8a52},
	{"i#-11#5G#", 0x9a49},
	{"i#-11##0H", 0x9a60},
	{"i#-12#0P", 0x46a6},
	{"i#-12#5U", 0x46a8},
	{"i#-12##0H", 0x46a6},
	{"i#-13#0P", 0xa7a0},
	{"i#-13##0H", 0xa7a0},
	{"i#-13#5U", 0xa7a1},
	/* Atom's heirs */
	{"J335#", 0x5a85},
	{"J345#", 0x5a85},
	{"N3350", 0x5a85},
	{"N3450", 0x5a85},
	{"J40##", 0x3185},
	{"J41##", 0x3185},
	{"J50##", 0x3184},
	{"N40##", 0x3185},
	{"N41##", 0x3185},
	{"N509#", 0x4e55},
	{"N510#", 0x4e61},
	{"N600#", 0x4e71},
	{"N95", 0x46d2},
	{"N97", 0x46d1},
	{"N100", 0x46d1},
	{"N200", 0x46d0},
	{"N305", 0x46d0},
	{"N150", 0x46d4},
	{"N355", 0x46d3},
	{"Ultra 5 1##H", 0x7d55},
	{"Ultra 7 1##H", 0x7d55},
	{"Ultra 9 1##H", 0x7d55},
};

/* Bytes of text that the form takes; 0: it is none. */
static size_t fits(const char *text, const char *form)
{
	size_t i;

	for (i = 0; form[i]; i++)
		if (form[i] == '#' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
			return 0;
	return isalnum((unsigned char)text[i]) ? 0 : i;
}

static long id_at(const char *text)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(cpus); i++)
		if (fits(text, cpus[i].form))
			return cpus[i].id;
	return -1;
}

/* Short names are of many things: they count in a line that is about a CPU. */
static bool is_about_cpu(const char *line)
{
	static const char *const words[] = {"CPU", "cpu", "Intel", "intel", "model name", "Celeron",
		"Pentium", "Core", "processor", "Processor"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

/* The id that a line's CPU brings; 0: it names none; -1: several. */
static long id_of_line(const char *line)
{
	long found = 0;

	for (const char *at = line; *at; at++) {
		long id;

		if (at > line && (isalnum((unsigned char)at[-1]) || at[-1] == '-'))
			continue;
		id = strchr("iJNU1", *at) ? id_at(at) : -1;
		if (id < 0 || (*at != 'i' && !is_about_cpu(line)))
			continue;
		if (found && found != id)
			return -1;
		found = id;
	}
	return found;
}

/* Who asks about a card alone, says nothing of the integrated GPU. */
static bool is_about_igpu(const struct gp_ticket *ticket)
{
	static const char *const words[] = {"iGPU", "igpu", "IGD", "i915", "GVT", "gvt", "00:02.",
		"UHD Graphics", "HD Graphics", "Iris", "iHD", "QuickSync", "Quick Sync",
		"ntegrated graphics", "ntegrated GPU"};

	gp_each (line, &ticket->lines)
		for (size_t i = 0; i < GP_ARRAY_SIZE(words); i++)
			if (strstr(line->text, words[i]))
				return true;
	return false;
}

/* GPUs that were seen, and none of them is the integrated one. */
static bool has_other_gpus(struct gp_ticket *ticket)
{
	return ticket->functions.n && !gp_strings_has(&ticket->functions, INTEGRATED);
}

void gp_ticket_cpus(struct gp_ticket *ticket)
{
	const char *path = gp_ticket_pci_path(ticket->arena, INTEGRATED, "device");
	const char *role = gp_sheet_first_line(ticket->sheet, "/.given/role");
	long found = 0;

	if (gp_sheet_has(ticket->sheet, path) || has_other_gpus(ticket) ||
		gp_equal(role, "guest") || !is_about_igpu(ticket))
		return;
	gp_each (line, &ticket->lines) {
		long id = line->is_command || strlen(line->text) > 400 ? 0 : id_of_line(line->text);

		if (id < 0 || (found && id && id != found))
			return;
		found = id ? id : found;
	}
	if (found && gp_gpu_model(GP_INTEL, (uint16_t)found))
		gp_ticket_function(ticket, INTEGRATED, GP_INTEL, found, DISPLAY);
}
