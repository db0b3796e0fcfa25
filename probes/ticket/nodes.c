/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ls -l of /dev/dri, and id: who may open what. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ticket/formats.h"

#define DRI  "/dev/dri"
#define SELF "/proc/self/status"

/* "crw-rw----+": the type and nine permissions; 0: it is none. */
static mode_t parse_mode(const char *text)
{
	static const char letters[] = "rwxrwxrwx";
	size_t length = strlen(text);
	mode_t mode = 0;

	if (length < 10 || length > 11 || !strchr("cbdl-", *text))
		return 0;
	for (size_t i = 0; i < 9; i++) {
		char c = text[i + 1];

		if (c != '-' && c != letters[i] && !strchr("sStT", c))
			return 0;
		if (c != '-' && c != 'S' && c != 'T')
			mode |= (mode_t)(0400 >> i);
	}
	return mode | (*text == 'c' ? S_IFCHR : *text == 'd' ? S_IFDIR : S_IFREG);
}

struct listed {
	mode_t mode;
	char kind;
	const char *owner, *group, *name, *target;
	unsigned major, minor;
};

/* "crw-rw---- 1 root render 226, 128 Jun 17 11:35 renderD128" */
static bool parse_listed(struct gp_arena *arena, const char *line, struct listed *ret)
{
	struct gp_strings words;
	size_t at = 4;

	if (strcspn(line, " \t") < 10 || strcspn(line, " \t") > 11 || !strchr("cbdl-", *line))
		return false;
	words = gp_split(arena, line, " \t");
	if (words.n < 7 || words.n > 14)
		return false;
	*ret = (struct listed){.mode = parse_mode(words.items[0]),
		.kind = *words.items[0],
		.owner = words.items[2],
		.group = words.items[3]};
	if (!ret->mode || !isdigit((unsigned char)*words.items[1]))
		return false;
	if (ret->kind == 'c' || ret->kind == 'b') {
		ret->major = (unsigned)strtoul(words.items[4], NULL, 10) & 0xfff;
		ret->minor = (unsigned)strtoul(words.items[5], NULL, 10) & 0xfffff;
		at = 5;
	}
	ret->name = words.items[words.n - 1];
	for (size_t i = at; i + 2 < words.n; i++)
		if (!strcmp(words.items[i + 1], "->")) {
			ret->name = words.items[i];
			ret->target = words.items[i + 2];
		}
	return true;
}

static bool is_node(const char *name)
{
	size_t letters = gp_starts_with(name, "card") ? 4 : gp_starts_with(name, "renderD") ? 7 : 0;

	return letters && name[letters] &&
	       strspn(name + letters, "0123456789") == strlen(name + letters);
}

/* Where by-path says which GPU a node is of: pci-0000:00:02.0-render -> ../renderD128 */
static void take_by_path(struct gp_ticket *ticket, const struct listed *listed)
{
	const char *slash = strrchr(listed->target, '/');
	const char *node = slash ? slash + 1 : listed->target;
	char *address = gp_starts_with(listed->name, "pci-")
				? gp_ticket_find_address(ticket->arena, listed->name)
				: NULL;

	if (!address || !is_node(node))
		return;
	gp_sheet_link(ticket->sheet, gp_printf(ticket->arena, DRI "/by-path/%s", listed->name),
		gp_printf(ticket->arena, "../%s", node));
	gp_sheet_link(ticket->sheet, gp_printf(ticket->arena, "/sys/class/drm/%s/device", node),
		gp_printf(ticket->arena, "../../../%s", address));
}

/* A node's own path is known where it stands, or was asked for; in a list it is below /dev/dri. */
static void take_node(struct gp_ticket *ticket, const struct listed *listed)
{
	const char *slash = strrchr(listed->name, '/');
	const char *name = slash ? slash + 1 : listed->name;
	struct gp_sheet_node node = {.kind = listed->kind == 'c' ? 'C' : 'F',
		.mode = listed->mode & 07777,
		.owner = listed->owner,
		.group = listed->group,
		.major = listed->major,
		.minor = listed->minor};
	bool is_other = slash && !gp_starts_with(listed->name, DRI "/");

	if ((listed->kind != 'c' && listed->kind != '-') || is_other)
		return;
	if (!is_node(name) && !(listed->kind == 'c' && !strcmp(listed->name, "/dev/kfd")))
		return;
	gp_sheet_node(ticket->sheet,
		is_node(name) ? gp_printf(ticket->arena, DRI "/%s", name) : listed->name, &node);
	if (is_node(name))
		gp_sheet_directory(
			ticket->sheet, gp_printf(ticket->arena, "/sys/class/drm/%s", name), false);
}

/* ls of /dev/dri, whatever else it is asked for; -n and --numeric-uid-gid: numbers for names. */
static bool lists_nodes(struct gp_arena *arena, const char *command, bool *ret_numbers)
{
	bool is_whole = false;
	char *word;

	*ret_numbers = false;
	if (!gp_ticket_runs(command, "ls") || strpbrk(command, "|&;<>"))
		return false;
	for (size_t n = 1; (word = gp_ticket_word(arena, command, n)); n++) {
		bool is_short = *word == '-' && word[1] != '-';

		if (is_short && strchr(word, 'd'))
			return false;
		*ret_numbers |= is_short && strchr(word, 'n');
		is_whole |= !strcmp(word, DRI) || !strcmp(word, DRI "/");
	}
	return is_whole;
}

/* A list of the whole directory begins with "total"; what it lacks is not there. */
static void note_whole(struct gp_ticket *ticket, const struct gp_ticket_line *line, bool has_total)
{
	bool has_numbers;

	if (!has_total || !lists_nodes(ticket->arena, line->command, &has_numbers))
		return;
	gp_sheet_directory(ticket->sheet, DRI, true);
	gp_sheet_directory(ticket->sheet, "/sys/class/drm", true);
}

/* Numbers that ls was asked for do not say that there are no names. */
static const char *name_of_number(const char *owner)
{
	return strcmp(owner, "0") == 0 ? "root" : "";
}

static void forget_numbers(
	struct gp_arena *arena, const struct gp_ticket_line *line, struct listed *listed)
{
	bool has_numbers;

	lists_nodes(arena, line->command, &has_numbers);
	if (!has_numbers)
		return;
	listed->owner = name_of_number(listed->owner);
	listed->group = name_of_number(listed->group);
}

/* "44(video)" */
static void put_group(struct gp_ticket *ticket, const char *word)
{
	size_t digits = strspn(word, "0123456789");
	size_t length = word[digits] == '(' ? strcspn(word + digits + 1, ")") : 0;

	if (digits && length)
		gp_sheet_line_once(ticket->sheet, "/etc/group",
			gp_printf(ticket->arena, "%.*s:x:%.*s:", (int)length, word + digits + 1,
				(int)digits, word));
}

/* "render:x:105:jellyfin", as getent group prints it. */
static void take_group(struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	size_t name = strcspn(line->text, ":");

	if (gp_ticket_runs(line->command, "getent") && gp_starts_with(line->text + name, ":x:"))
		gp_sheet_line_once(ticket->sheet, "/etc/group", line->text);
}

static void put_status(
	struct gp_ticket *ticket, unsigned long uid, unsigned long gid, const char *groups)
{
	/* Root's are those that Docker leaves it (moby, oci/caps/defaults.go). */
	const char *capabilities = uid ? "0000000000000000" : "00000000a80425fb";

	gp_sheet_file(ticket->sheet, SELF,
		gp_printf(ticket->arena,
			"Uid:\t%lu\t%lu\t%lu\t%lu\nGid:\t%lu\t%lu\t%lu\t%lu\nGroups:\t%s\n"
			"CapEff:\t%s",
			uid, uid, uid, uid, gid, gid, gid, gid, groups, capabilities));
}

/* Of root it is only known in a container that it is meant: elsewhere a service has its own user.
 */
static void put_root(struct gp_ticket *ticket)
{
	if (ticket->is_inside && !gp_sheet_has(ticket->sheet, SELF))
		put_status(ticket, 0, 0, "0");
}

/* "uid=1000(me) gid=1000(me) groups=1000(me),44(video)": of whoever looks. */
static void take_id(struct gp_ticket *ticket, const struct gp_ticket_line *from)
{
	const char *line = from->text;
	struct gp_arena *arena = ticket->arena;
	const char *gid = strstr(line, " gid="), *groups = strstr(line, " groups=");
	unsigned long uid;
	struct gp_strings words, ids = {0};

	if (!gp_starts_with(line, "uid=") || !gid || !groups)
		return;
	uid = strtoul(line + 4, NULL, 10);
	words = gp_split(arena, groups + strlen(" groups="), ", ");
	gp_each (word, &words) {
		gp_strings_add(arena, &ids, gp_strndup(arena, *word, strspn(*word, "0123456789")));
		put_group(ticket, *word);
	}
	/* In a container that is whom its service runs as; elsewhere somebody else. */
	if (from->place == GP_TICKET_HERE && from->command &&
		gp_ticket_word(arena, from->command, 1))
		return;
	if (uid)
		put_status(ticket, uid, strtoul(gid + 5, NULL, 10), gp_join(arena, &ids, " "));
	else
		put_root(ticket);
}

/* "root" of whoami, "0" of id -u. */
static void take_root(struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	bool is_said = gp_ticket_runs(line->command, "whoami") && !strcmp(line->text, "root");

	is_said |=
		line->command && gp_ends_with(line->command, "id -u") && !strcmp(line->text, "0");
	if (is_said && ticket->is_inside)
		put_root(ticket);
}

void gp_ticket_nodes(struct gp_ticket *ticket)
{
	bool has_total = false;

	gp_each (line, &ticket->lines) {
		struct listed listed;

		if (line->is_command || gp_starts_with(line->text, "total "))
			has_total = !line->is_command;
		if (line->is_command || line->is_elsewhere)
			continue;
		take_id(ticket, line);
		take_root(ticket, line);
		take_group(ticket, line);
		if (!parse_listed(ticket->arena, line->text, &listed))
			continue;
		note_whole(ticket, line, has_total);
		forget_numbers(ticket->arena, line, &listed);
		if (listed.target)
			take_by_path(ticket, &listed);
		else
			take_node(ticket, &listed);
	}
}
