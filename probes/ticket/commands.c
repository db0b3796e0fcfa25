/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>

#include "ticket/lines.h"

#define MOST_OF_PROMPT 100

/* Programs that people run to show what is going on. */
static const char *const programs[] = {"cat", "ls", "lspci", "dmesg", "uname", "lsmod", "vainfo",
	"clinfo", "dkms", "qm", "pct", "docker", "podman", "kubectl", "oc", "modinfo", "modprobe",
	"find", "journalctl", "mokutil", "efibootmgr", "nvidia-smi", "pveversion", "virsh", "sudo",
	"getent", "grep", "egrep", "zgrep", "head", "tail", "less", "more", "echo", "id", "groups",
	"lshw", "inxi", "ffmpeg", "update-grub", "update-initramfs", "proxmox-boot-tool", "stat",
	"bat", "batcat", "systemctl", "for", "sh", "bash", "lsinitramfs", "lsinitrd", "cd", "pvesh",
	"apt", "dpkg", "rpm", "dnf", "pacman", "intel_gpu_top", "virt-host-validate", "sysctl",
	"mount", "export", "chroot", "hostnamectl", "mdevctl", "exit", "doas", "tee", "kvm",
	"qemu-system-x86_64", "usermod", "chmod", "chown", "reboot", "rmmod", "insmod", NULL};

/* Those whose names no sentence begins with. */
static const char *const telling[] = {"lspci", "dmesg", "uname", "lsmod", "vainfo", "clinfo",
	"dkms", "qm", "pct", "docker", "kubectl", "modinfo", "modprobe", "journalctl", "mokutil",
	"efibootmgr", "nvidia-smi", "pveversion", "virsh", "sudo", "getent", "cat", "ls", "grep",
	"lsinitramfs", "virt-host-validate", "mdevctl", NULL};

static const char *const alone[] = {
	"vainfo", "clinfo", "lspci", "lsmod", "dmesg", "nvidia-smi", "pveversion", NULL};
static const char *const with_words[] = {
	"dkms", "qm", "pct", "docker", "kubectl", "modinfo", "modprobe", "virsh", "getent", NULL};

static bool is_program(const char *text, const char *const *list)
{
	size_t length = strcspn(text, " \t|;");
	const char *name = text;

	for (size_t i = 0; i < length; i++)
		if (text[i] == '/')
			name = text + i + 1;
	length -= (size_t)(name - text);
	for (; *list; list++)
		if (strlen(*list) == length && !strncmp(name, *list, length))
			return true;
	return false;
}

/* user@host:~, [root@host ~], ~, /etc, sh-4.4, (venv), host: what may stand before $, # and %. */
static bool is_prompt(const char *text, size_t length)
{
	bool has_at = memchr(text, '@', length), is_word = !memchr(text, ' ', length);

	if (!length)
		return true;
	if (length > MOST_OF_PROMPT)
		return false;
	if (*text == '[' || *text == '(')
		return has_at || memchr(text, *text == '[' ? ']' : ')', length);
	if (has_at)
		return isalnum((unsigned char)*text) || *text == '_';
	if (*text == '~' || *text == '/' || gp_starts_with(text, "sh-") ||
		gp_starts_with(text, "bash-") || gp_starts_with(text, "- "))
		return is_word || *text == '-';
	return is_word && length < 40 && memchr(text, ':', length) && isalpha((unsigned char)*text);
}

static const char *behind_arrow(const char *line)
{
	static const char *const arrows[] = {"\u276f ", "\u279c ", "\u03bb ", "\u00bb "};

	for (size_t i = 0; i < GP_ARRAY_SIZE(arrows); i++)
		if (gp_starts_with(line, arrows[i])) {
			line += strlen(arrows[i]);
			line += strspn(line, " ");
			if (gp_starts_with(line, "~ "))
				line += strspn(line + 1, " ") + 1;
			return *line ? line : NULL;
		}
	return NULL;
}

/* "cmd: uname -a", as scripts that gather things write it. */
static const char *behind_word(const char *line)
{
	static const char *const words[] = {"cmd: ", "Command: ", "command: ", "+ ", "Output of "};

	for (size_t i = 0; i < GP_ARRAY_SIZE(words); i++)
		if (gp_starts_with(line, words[i]) && is_program(line + strlen(words[i]), programs))
			return line + strlen(words[i]);
	return NULL;
}

/* A sentence may begin with a program's name; a command has an option, a path, a pipe. */
static bool is_bare_command(const char *line)
{
	const char *rest = line + strcspn(line, " ");

	if (!is_program(line, telling) || strlen(line) > 300 || strchr(line, ':') == rest - 1)
		return false;
	rest += strspn(rest, " ");
	if (!*rest)
		return is_program(line, alone);
	if (*rest == '-' || *rest == '/' || *rest == '|' || strstr(rest, " | "))
		return true;
	if (gp_starts_with(line, "sudo "))
		return is_program(rest, programs);
	return is_program(line, with_words) && islower((unsigned char)*rest) &&
	       !strstr(rest, ". ") && !strchr(rest, ':');
}

/* Where the command begins behind the prompt's sign at i; NULL: that is no prompt, or it is empty.
 */
static const char *behind_sign(const char *line, size_t i)
{
	const char *rest = line + i + 1 + (line[i + 1] == ' ');
	bool is_begin = strspn(line, " \t") >= i;

	if (!is_prompt(line, i && line[i - 1] == ' ' ? i - 1 : i) || rest == line + i + 1)
		return NULL;
	/* A lone # begins a comment, a lone > a quotation. */
	if (line[i] == '>')
		return !is_begin && is_program(rest, programs) ? rest : NULL;
	if (is_program(rest, programs))
		return rest;
	return (!is_begin || line[i] == '$') && (isalpha((unsigned char)*rest) || *rest == '.')
		       ? rest
		       : NULL;
}

const char *gp_ticket_command(const char *line, bool bare)
{
	const char *found = behind_arrow(line);
	size_t most = strnlen(line, MOST_OF_PROMPT);

	if (!found)
		found = behind_word(line);
	for (size_t i = 0; !found && i < most; i++)
		if (strchr("$#%>", line[i])) {
			found = behind_sign(line, i);
			break;
		}
	return !found && bare && is_bare_command(line) ? line : found;
}

bool gp_ticket_is_empty_prompt(const char *line)
{
	size_t length = strlen(line);

	return length > 2 && length < MOST_OF_PROMPT && strchr("$#%", line[length - 1]) &&
	       memchr(line, '@', length) && is_prompt(line, length - 1);
}

static bool is_of_a_path(char c)
{
	return isalnum((unsigned char)c) || strchr("/._-+<>$@{}", c);
}

/* The last word of a short line is a path of settings or of the kernel's. */
const char *gp_ticket_heading(struct gp_arena *arena, const char *line)
{
	static const char *const roots[] = {
		"/etc/", "/proc/", "/sys/", "/boot/", "/usr/lib/modprobe.d/", "/lib/modprobe.d/"};
	size_t length = strlen(line), end = length, start, words = 0;

	if (length < 6 || length > 120)
		return NULL;
	while (end && strchr(":`*\"'<=)_ ", line[end - 1]))
		end--;
	for (start = end; start && is_of_a_path(line[start - 1]);)
		start--;
	for (size_t i = 0; i < start; i++)
		words += line[i] == ' ';
	if (words > 7 || (start && line[start - 1] == '='))
		return NULL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(roots); i++)
		if (gp_starts_with(line + start, roots[i]) && end - start > strlen(roots[i]))
			return gp_strndup(arena, line + start, end - start);
	return NULL;
}
