/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernel and distribution it is, and whether Secure Boot is on. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ticket/formats.h"

#define RELEASE     "/proc/sys/kernel/osrelease"
#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* "6.8.12-4-pve": digits, a dot, digits, and what else a release is made of. */
static char *release_at(struct gp_arena *arena, const char *text)
{
	size_t major = strspn(text, "0123456789"), minor, length;

	if (!major || major > 2 || text[major] != '.')
		return NULL;
	minor = strspn(text + major + 1, "0123456789");
	if (!minor || minor > 3)
		return NULL;
	length =
		strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._+-~");
	while (length && strchr("._-", text[length - 1]))
		length--;
	return gp_strndup(arena, text, length);
}

/* What stands before the release in what programs print. */
static const struct {
	const char *label;
	bool is_anywhere; /* not just at the start of a line */
} labels[] = {
	{"Linux version ", true},
	{"BOOT_IMAGE=/boot/vmlinuz-", true},
	{"BOOT_IMAGE=/vmlinuz-", true},
	{"(running kernel: ", true},
	{"running kernel: ", true},
	{"Kernel: Linux ", true},
	{"Kernel Version: ", true},
	{"Kernel version: ", true},
	{"initrd.img-", true},
	{"[kernel: ", true},
	{"Host kernel: ", true},
	{"Host Kernel: ", true},
	{"Linux kernel version: ", true},
	{"kernel version: ", true},
	{"not found in directory /lib/modules/", true},
	{"Kernel: ", false},
	{"kernel: ", false},
	{"Kernel version ", false},
	{"Linux Kernel: ", false},
	{"Linux kernel: ", false},
	{"Linux: ", false},
	{"kernel ", false},
	{"Kernel ", false},
	{"Linux kernel ", false},
	{"uname -r: ", false},
	{"KERNEL: ", false},
	{"Kernel Release: ", true},
};

static char *labelled_release(struct gp_arena *arena, const char *line)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(labels); i++) {
		const char *at = labels[i].is_anywhere ? strstr(line, labels[i].label)
				 : gp_starts_with(line, labels[i].label) ? line
									 : NULL;
		char *release = at ? release_at(arena, at + strlen(labels[i].label)) : NULL;

		if (release)
			return release;
	}
	return NULL;
}

/* "Linux HOST 6.8.12-4-pve #1 SMP ..." of uname -a; "6.8.12-4-pve" of uname -r. */
static char *uname_release(struct gp_arena *arena, const struct gp_ticket_line *line)
{
	const char *third;

	if (gp_ticket_runs(line->command, "uname") && isdigit((unsigned char)*line->text))
		return release_at(arena, line->text);
	if (!gp_starts_with(line->text, "Linux ") || !strstr(line->text, "#"))
		return NULL;
	third = gp_ticket_word(arena, line->text, 2);
	return third ? release_at(arena, third) : NULL;
}

static void take_release(struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	const char *text = line->text + strspn(line->text, " \t-*#|");
	char *release = uname_release(ticket->arena, line);

	if (!release && !gp_sheet_has(ticket->sheet, RELEASE))
		release = labelled_release(ticket->arena, text);
	if (release)
		gp_sheet_file(ticket->sheet, RELEASE, release);
}

/* "mokutil --sb-state": four bytes of attributes and the value. */
static void take_secure_boot(struct gp_ticket *ticket, const char *line)
{
	const char *state = strcasestr(line, "SecureBoot ");
	bool is_on = state && gp_starts_with(state + 11, "enabled");

	if (!state)
		state = strcasestr(line, "Secure boot: ");
	if (!state)
		return;
	is_on |= strcasestr(state, "enabled") != NULL;
	if (is_on || strcasestr(state, "disabled"))
		gp_sheet_bytes(ticket->sheet, SECURE_BOOT, (const char[]){6, 0, 0, 0, is_on}, 5);
}

static void put_proxmox(struct gp_ticket *ticket, const char *version)
{
	gp_sheet_directory(ticket->sheet, "/etc/pve", false);
	gp_sheet_line_once(ticket->sheet, "/var/lib/dpkg/status",
		gp_printf(ticket->arena, "\nPackage: pve-manager\nVersion: %.*s\n",
			(int)strspn(version, "0123456789.-+~"), version));
}

/* "Host OS: Proxmox VE 8.3", "Proxmox version: 8.3.2", as templates of issues ask for it. */
static const char *labelled_proxmox(const char *line)
{
	static const char *const starts[] = {"Host OS: ", "Host: ", "OS: ", "Operating system: ",
		"Operating System: ", "Hypervisor: ", ""};
	static const char *const names[] = {
		"Proxmox VE version: ", "Proxmox version: ", "PVE version: ", "PVE Version: ",
		"Proxmox VE: ", "Proxmox: ", "PVE: ", "Proxmox VE ", "Proxmox ", "PVE "};

	line += strspn(line, " \t-*#|");
	for (size_t i = 0; i < GP_ARRAY_SIZE(starts); i++)
		for (size_t k = 0; k < GP_ARRAY_SIZE(names); k++) {
			const char *version = line + strlen(starts[i]) + strlen(names[k]);

			if (gp_starts_with(line, starts[i]) &&
				gp_starts_with(line + strlen(starts[i]), names[k]) &&
				isdigit((unsigned char)*version) && strchr("123456789", *version) &&
				version[1] == '.' && isdigit((unsigned char)version[2]))
				return version;
		}
	return NULL;
}

static void take_proxmox(struct gp_ticket *ticket, const char *line)
{
	static const char *const labels_of_version[] = {"pve-manager/", "pve-manager: "};
	const char *version = labelled_proxmox(line);

	for (size_t i = 0; i < GP_ARRAY_SIZE(labels_of_version); i++) {
		const char *at = strstr(line, labels_of_version[i]);

		if (at && isdigit((unsigned char)at[strlen(labels_of_version[i])]))
			version = at + strlen(labels_of_version[i]);
	}
	if (version && !gp_sheet_has(ticket->sheet, "/etc/pve"))
		put_proxmox(ticket, version);
}

/* Lines of os-release without the command that printed them. */
static void take_os(struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	static const char *const keys[] = {"PRETTY_NAME=", "VERSION_ID=", "ID=", "ID_LIKE="};

	/* "user: warning: [2024-05-10T12:00:01Z]: [talos] ...", of talosctl dmesg. */
	if (strstr(line->text, "]: [talos] "))
		gp_sheet_line_once(ticket->sheet, "/etc/os-release", "ID=talos");
	if (gp_ticket_runs(line->command, "cat") || line->is_elsewhere)
		return;
	for (size_t i = 0; i < GP_ARRAY_SIZE(keys); i++)
		if (gp_starts_with(line->text, keys[i]))
			gp_sheet_line_once(ticket->sheet, "/etc/os-release", line->text);
}

/* "flags : fpu vme ..." of /proc/cpuinfo. */
static void take_flags(struct gp_ticket *ticket, const char *line)
{
	if (gp_starts_with(line, "flags") && strchr(line, ':') && strstr(line, " fpu ") &&
		!gp_sheet_has(ticket->sheet, "/proc/cpuinfo"))
		gp_sheet_file(ticket->sheet, "/proc/cpuinfo",
			gp_printf(ticket->arena, "processor\t: 0\n%s\n", line));
}

/* proxmox-boot-tool status: which loader starts the kernels. */
static void take_boot_tool(struct gp_ticket *ticket, const char *line)
{
	if (strstr(line, "is configured with: ") && strstr(line, "(versions:"))
		gp_sheet_file(ticket->sheet, "/etc/kernel/proxmox-boot-uuids",
			gp_strndup(ticket->arena, line, strcspn(line, " ")));
}

void gp_ticket_platform(struct gp_ticket *ticket)
{
	gp_each (line, &ticket->lines) {
		if (line->is_command)
			continue;
		take_release(ticket, line);
		take_secure_boot(ticket, line->text);
		take_proxmox(ticket, line->text);
		take_os(ticket, line);
		take_flags(ticket, line->text);
		take_boot_tool(ticket, line->text);
	}
}
