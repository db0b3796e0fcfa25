/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings of VMs and containers: Proxmox's, wherever they stand, and domains of libvirt. */
#include <ctype.h>
#include <string.h>

#include "ticket/formats.h"

#define VM_FILE     "/etc/pve/qemu-server/%s.conf"
#define CT_FILE     "/etc/pve/lxc/%s.conf"
#define DOMAIN_FILE "/etc/libvirt/qemu/%s.xml"
#define ANY_ID      "100"

/* "KEY: value" at the start of a line; the key, or NULL. */
static const char *key_of(struct gp_arena *arena, const char *line)
{
	size_t length = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789._");

	return length && length < 40 && line[length] == ':' &&
			       (line[length + 1] == ' ' || !line[length + 1])
		       ? gp_strndup(arena, line, length)
		       : NULL;
}

static bool is_numbered(const char *key, const char *start)
{
	size_t length = strlen(start);

	return gp_starts_with(key, start) && key[length] &&
	       strspn(key + length, "0123456789") == strlen(key + length);
}

/* Keys that only a VM, or only a container, has; and those that either may have. */
enum owner { NOBODY, ANY, VM, CT };

static enum owner owner_of(const char *key, const char *value)
{
	static const char *const vm[] = {"bios", "scsihw", "vmgenid", "smbios1", "balloon", "vga",
		"sockets", "agent", "numa", "kvm", "tablet", "boot", "onboot", "name", "cpu",
		"machine", "acpi", "hotplug", NULL};
	static const char *const ct[] = {"rootfs", "unprivileged", "features", "hostname", NULL};
	static const char *const any[] = {"cores", "memory", "ostype", "arch", "swap", "startup",
		"tags", "lock", "parent", "description", NULL};
	static const char *const numbered[] = {
		"hostpci", "efidisk", "tpmstate", "scsi", "virtio", "sata", "ide", "usb", "serial"};

	if (gp_starts_with(key, "lxc.") || is_numbered(key, "dev") || is_numbered(key, "mp"))
		return CT;
	if (!strcmp(key, "args"))
		return *value == '-' ? VM : NOBODY;
	for (size_t i = 0; i < GP_ARRAY_SIZE(numbered); i++)
		if (is_numbered(key, numbered[i]))
			return VM;
	if (gp_is_one_of(key, vm))
		return VM;
	if (gp_is_one_of(key, ct))
		return CT;
	return gp_is_one_of(key, any) || is_numbered(key, "net") || is_numbered(key, "unused")
		       ? ANY
		       : NOBODY;
}

/* Keys that nothing else but Proxmox's settings has. */
static bool is_telling(const char *key, const char *value)
{
	return is_numbered(key, "hostpci") || gp_starts_with(key, "lxc.") ||
	       is_numbered(key, "efidisk") || !strcmp(key, "scsihw") || !strcmp(key, "vmgenid") ||
	       !strcmp(key, "unprivileged") || !strcmp(key, "rootfs") ||
	       (!strcmp(key, "args") && *value == '-') ||
	       (is_numbered(key, "dev") && gp_starts_with(value, "/dev/")) ||
	       (!strcmp(key, "ostype") &&
		       (gp_starts_with(value, "win") || !strcmp(value, "l26"))) ||
	       (!strcmp(key, "machine") && strstr(value, "q35"));
}

struct settings {
	size_t first, n; /* lines of a part */
	size_t vm, ct;
	bool is_telling;
	const char *id;
};

/* "qm config 101", "pct config 102" */
static const char *id_of(struct gp_arena *arena, const char *command)
{
	for (size_t n = 1; command && n < 6; n++) {
		const char *word = gp_ticket_word(arena, command, n);

		if (word && strspn(word, "0123456789") == strlen(word) && strlen(word) < 10)
			return word;
	}
	return NULL;
}

static bool may_be_settings(const struct gp_ticket_line *line)
{
	return !line->is_command && (!line->command || gp_ticket_runs(line->command, "qm") ||
					    gp_ticket_runs(line->command, "pct"));
}

static void note(struct gp_ticket *ticket, struct settings *s, const struct gp_ticket_line *line)
{
	const char *key = may_be_settings(line) ? key_of(ticket->arena, line->text) : NULL;
	const char *value = key ? line->text + strlen(key) + 1 : "";
	enum owner owner;

	value += strspn(value, " ");
	owner = key ? owner_of(key, value) : NOBODY;
	s->vm += owner == VM;
	s->ct += owner == CT;
	s->is_telling |= key && is_telling(key, value);
	if (key && line->command && !s->id)
		s->id = id_of(ticket->arena, line->command);
}

static void keep(struct gp_ticket *ticket, const struct settings *s, size_t end)
{
	const char *file;

	if (!s->is_telling)
		return;
	file = s->ct > s->vm ? gp_printf(ticket->arena, CT_FILE, s->id ? s->id : ANY_ID)
			     : gp_printf(ticket->arena, VM_FILE, s->id ? s->id : ANY_ID);
	for (size_t i = s->first; i < end; i++) {
		const struct gp_ticket_line *line = &ticket->lines.items[i];
		const char *key = may_be_settings(line) ? key_of(ticket->arena, line->text) : NULL;
		const char *value = key ? line->text + strlen(key) + 1 : "";

		if (key && owner_of(key, value + strspn(value, " ")) != NOBODY)
			gp_sheet_line_once(ticket->sheet, file, line->text);
	}
}

static void take_settings(struct gp_ticket *ticket)
{
	struct settings s = {0};
	unsigned part = 0;
	const char *command = NULL;

	for (size_t i = 0; i < ticket->lines.n; i++) {
		const struct gp_ticket_line *line = &ticket->lines.items[i];

		if (line->part != part || line->command != command) {
			keep(ticket, &s, i);
			s = (struct settings){.first = i};
			part = line->part;
			command = line->command;
		}
		note(ticket, &s, line);
	}
	keep(ticket, &s, ticket->lines.n);
}

/* ---- libvirt */

static const char *domain_name(struct gp_arena *arena, const char *line)
{
	const char *name = strstr(line, "<name>");
	const char *end = name ? strstr(name, "</name>") : NULL;

	if (!end || end - name > 100)
		return NULL;
	name = gp_strndup(arena, name + 6, (size_t)(end - name - 6));
	return gp_is_plain(name, "-_.+") ? name : NULL;
}

/* From <domain ...> to </domain>. */
static void take_domains(struct gp_ticket *ticket)
{
	struct gp_strings lines = {0};
	const char *name = "pasted";
	bool is_inside = false;

	gp_each (line, &ticket->lines) {
		const char *text = line->text + strspn(line->text, " \t"), *found;

		if (gp_starts_with(text, "<domain ") || !strcmp(text, "<domain>")) {
			lines = (struct gp_strings){0};
			name = "pasted";
			is_inside = true;
		}
		if (!is_inside)
			continue;
		gp_strings_add(ticket->arena, &lines, line->text);
		found = domain_name(ticket->arena, text);
		name = found ? found : name;
		if (!gp_starts_with(text, "</domain>"))
			continue;
		is_inside = false;
		gp_sheet_file(ticket->sheet, gp_printf(ticket->arena, DOMAIN_FILE, name),
			gp_join(ticket->arena, &lines, "\n"));
	}
}

void gp_ticket_vms(struct gp_ticket *ticket)
{
	take_settings(ticket);
	take_domains(ticket);
}
