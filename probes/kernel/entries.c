/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/entries.h"

#include <string.h>

#include "kernel/cmdline.h"

#define MOST_ENTRIES 32

static void collect_from(struct gp_machine *machine, const char *dir, struct gp_entries *entries)
{
	static const char *const phrases[] = {"options", NULL};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, dir);

	gp_each (name, &names.value)
		if (gp_ends_with(*name, ".conf") && entries->n < MOST_ENTRIES)
			*gp_push(arena, entries) = gp_read_matching(
				machine, gp_printf(arena, "%s/%s", dir, *name), phrases, 4);
}

void gp_entries_collect(struct gp_machine *machine, struct gp_entries *ret)
{
	*ret = (struct gp_entries){0};
	collect_from(machine, "/boot/loader/entries", ret);
	collect_from(machine, "/efi/loader/entries", ret);
}

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += length)
		if (at > text && strchr(" \t\"", at[-1]) && strchr(" \t\n\"", at[length]))
			return true;
	return false;
}

bool gp_entries_have(const struct gp_entries *entries, const char *raw)
{
	gp_each (entry, entries)
		if (*raw && has_word(entry->value, raw))
			return true;
	return false;
}
