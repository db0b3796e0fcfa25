/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lsmod and dkms status. */
#include <ctype.h>
#include <string.h>

#include "ticket/formats.h"

#define DKMS "/var/lib/dkms"

#define MODULES        "/proc/modules"
#define LEAST_OF_LSMOD 15 /* lines: of a part of the list nothing follows for the rest */

/* "vfio_pci  16384  1 vfio_pci_core" as a line of /proc/modules, or NULL. */
static const char *module_line(struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	struct gp_arena *arena = ticket->arena;
	const char *name = gp_ticket_word(arena, line->text, 0);
	const char *size = name ? gp_ticket_word(arena, line->text, 1) : NULL;
	const char *users = size ? gp_ticket_word(arena, line->text, 2) : NULL;
	const char *by = users ? gp_ticket_word(arena, line->text, 3) : NULL;

	if (!users || !gp_is_plain(name, "_") || !gp_is_plain(size, "") ||
		strspn(size, "0123456789") != strlen(size) ||
		strspn(users, "0123456789") != strlen(users) || strlen(size) < 4)
		return NULL;
	return gp_printf(arena, "%s %s %s %s%s Live 0x0000000000000000", name, size, users,
		by ? by : "-", by ? "," : "");
}

static void keep_lsmod(struct gp_ticket *ticket, const struct gp_strings *list)
{
	if (list->n < LEAST_OF_LSMOD)
		return;
	gp_sheet_file(ticket->sheet, MODULES, "");
	gp_each (line, list)
		gp_sheet_line(ticket->sheet, MODULES, *line);
}

/* The whole list, below its heading. */
static void take_lsmod(struct gp_ticket *ticket)
{
	struct gp_strings list = {0};
	bool is_below = false;

	gp_each (line, &ticket->lines) {
		const char *module = is_below ? module_line(ticket, line) : NULL;

		if (module) {
			gp_strings_add(ticket->arena, &list, module);
			continue;
		}
		keep_lsmod(ticket, &list);
		list = (struct gp_strings){0};
		is_below = gp_starts_with(line->text, "Module ") && strstr(line->text, "Used by");
	}
	keep_lsmod(ticket, &list);
}

struct dkms {
	const char *name, *version, *kernel, *architecture, *state;
};

/* "NAME/VERSION, KERNEL, ARCH: STATE", "NAME, VERSION, KERNEL, ARCH: STATE", "NAME/VERSION: added"
 */
static bool parse_dkms(struct gp_arena *arena, const char *line, struct dkms *ret)
{
	static const char *const states[] = {"added", "built", "installed", NULL};
	const char *colon = strstr(line, ": ");
	struct gp_strings words;
	char *slash;

	if (!colon || strlen(line) > 300 || !strstr(colon, "ed"))
		return false;
	*ret = (struct dkms){.state = gp_ticket_word(arena, colon + 2, 0)};
	words = gp_split(arena, gp_strndup(arena, line, (size_t)(colon - line)), ", ");
	if (!words.n || !ret->state || !gp_is_one_of(ret->state, states))
		return false;
	ret->name = words.items[0];
	slash = strchr(gp_strdup(arena, words.items[0]), '/');
	if (slash) {
		ret->name = gp_strndup(arena, words.items[0], strcspn(words.items[0], "/"));
		ret->version = slash + 1;
	} else {
		ret->version = words.n > 1 ? words.items[1] : NULL;
	}
	ret->kernel = words.n > 1 + !slash ? words.items[1 + !slash] : NULL;
	ret->architecture = words.n > 2 + !slash ? words.items[2 + !slash] : "x86_64";
	return ret->version && gp_is_plain(ret->name, "-_.") && gp_is_plain(ret->version, "-_.+~");
}

static void take_dkms(struct gp_ticket *ticket, const char *line)
{
	struct gp_arena *arena = ticket->arena;
	struct dkms dkms;
	const char *version, *module;

	if (!parse_dkms(arena, line, &dkms))
		return;
	version = gp_printf(arena, DKMS "/%s/%s", dkms.name, dkms.version);
	gp_sheet_directory(ticket->sheet, version, true);
	gp_sheet_link(ticket->sheet, gp_printf(arena, "%s/source", version),
		gp_printf(arena, "/usr/src/%s-%s", dkms.name, dkms.version));
	if (!dkms.kernel || !gp_is_plain(dkms.kernel, "-_.+~"))
		return;
	module = gp_printf(arena, "%s/%s/%s/module", version, dkms.kernel, dkms.architecture);
	gp_sheet_file(ticket->sheet, gp_printf(arena, "%s/%s.ko", module, dkms.name), "");
	if (!strcmp(dkms.state, "installed"))
		gp_sheet_link(ticket->sheet,
			gp_printf(arena, DKMS "/%s/kernel-%s-%s", dkms.name, dkms.kernel,
				dkms.architecture),
			gp_printf(arena, "%s/%s/%s", dkms.version, dkms.kernel, dkms.architecture));
}

void gp_ticket_modules(struct gp_ticket *ticket)
{
	take_lsmod(ticket);
	gp_each (line, &ticket->lines)
		if (!line->is_command)
			take_dkms(ticket, line->text);
}
