/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/redact-find.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"

static bool is_alnum(char byte)
{
	return isalnum((unsigned char)byte) != 0;
}

static bool is_hex(char byte)
{
	return isxdigit((unsigned char)byte) != 0;
}

static size_t hex_run(const char *text, size_t size)
{
	size_t n = 0;

	while (n < size && is_hex(text[n]))
		n++;
	return n;
}

static bool ends_at(const char *text, size_t size, size_t at)
{
	return at >= size || !is_alnum(text[at]);
}

static bool found(struct gp_found *ret, enum gp_redact_kind kind, size_t skip, size_t length)
{
	*ret = (struct gp_found){.kind = kind, .skip = skip, .length = length};
	return length > 0;
}

/* Proxmox makes the UUID of an mdev out of a slot's and a VM's number. */
static bool is_of_vm_number(const char *text)
{
	static const char zeros[] = "-0000-0000-0000-";

	for (size_t i = 0; i < 36; i++)
		if (i < 8 || i >= 24 ? !isdigit((unsigned char)text[i]) : text[i] != zeros[i - 8])
			return false;
	return true;
}

/* What names a format and not a machine: UEFI and boot loader variables. */
static bool is_common_guid(const char *text)
{
	static const char *const guids[] = {
		"8be4df61-93ca-11d2-aa0d-00e098032b8c",
		"d719b2cb-3d3a-4596-a3bc-dad00e67656f",
		"605dab50-e046-4300-abb6-3dd810dd8b23",
		"4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
		"00000000-0000-0000-0000-000000000000",
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(guids); i++)
		if (!strncasecmp(text, guids[i], 36))
			return true;
	return false;
}

/* 8-4-4-4-12, or 32 digits in a row as in machine-id and boot_id. */
static bool find_uuid(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	const char *start = text + at;
	size_t n = 0, left = size - at;

	if (hex_run(start, left) == 32 && ends_at(start, left, 32))
		return memcmp(start, "00000000000000000000000000000000", 32) != 0 &&
		       found(ret, GP_REDACT_UUID, 0, 32);
	for (size_t i = 0; i < GP_ARRAY_SIZE(groups); i++) {
		if (i && (n == left || start[n++] != '-'))
			return false;
		if (hex_run(start + n, left - n) != groups[i])
			return false;
		n += groups[i];
	}
	return ends_at(start, left, n) && !is_common_guid(start) && !is_of_vm_number(start) &&
	       found(ret, GP_REDACT_UUID, 0, n);
}

/* Pairs of hex digits: six are a MAC address, eight a WWN or a device serial number. */
static bool find_mac(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	const char *start = text + at;
	size_t left = size - at, n = 0, pairs = 0;
	char separator = left > 2 ? start[2] : '\0';
	bool all_same = true;

	if (separator != ':' && separator != '-')
		return false;
	while (hex_run(start + n, left - n) == 2) {
		all_same = all_same &&
			   (!strncasecmp(start + n, "00", 2) || !strncasecmp(start + n, "ff", 2));
		n += 2;
		pairs++;
		if (n == left || start[n] != separator)
			break;
		n++;
	}
	if (!pairs)
		return false;
	if (start[n - 1] == separator) {
		n--;
		if (hex_run(start + n + 1, left - n - 1))
			return false;
	}
	if (pairs < 6 || all_same || !ends_at(start, left, n) ||
		!strncmp(start, "02:00:00:00:", 12))
		return false;
	return found(ret, pairs == 6 ? GP_REDACT_MAC : GP_REDACT_WWN, 0, n);
}

/* enx001122334455, as systemd names network cards. */
static bool find_mac_name(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	size_t left = size - at;

	return left >= 15 && !memcmp(text + at, "enx", 3) &&
	       hex_run(text + at + 3, left - 3) == 12 && ends_at(text + at, left, 15) &&
	       found(ret, GP_REDACT_MAC, 3, 12);
}

/* "version 1.2.3.4", "fw 1.2.3.4", "v1.2.3.4": what stands before four numbers; not "server". */
static bool says_version(const char *text, size_t at)
{
	static const char *const words[] = {
		"ver", "fw", "firmware", "rev", "bios", "vbios", "smbios", "driver"};
	size_t from = at > 24 ? at - 24 : 0;

	for (size_t i = from; i < at; i++)
		if (text[i] == '\n')
			from = i + 1;
	for (size_t i = from; i < at; i++)
		for (size_t w = 0; w < GP_ARRAY_SIZE(words); w++)
			if ((i == from || !isalpha((unsigned char)text[i - 1])) &&
				at - i >= strlen(words[w]) &&
				!strncasecmp(text + i, words[w], strlen(words[w])))
				return true;
	return false;
}

static bool names_nobody(const char *address)
{
	static const char *const starts[] = {"0.", "127.", "255.", "198.18.", "198.19."};

	for (size_t i = 0; i < GP_ARRAY_SIZE(starts); i++)
		if (!strncmp(address, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static bool find_ipv4(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	char address[INET_ADDRSTRLEN] = "";
	size_t n = 0, left = size - at;
	struct in_addr parsed;

	while (n < left && (isdigit((unsigned char)text[at + n]) || text[at + n] == '.'))
		n++;
	while (n && text[at + n - 1] == '.')
		n--;
	if (n < 7 || n >= sizeof(address) || !ends_at(text + at, left, n))
		return false;
	if (at && (text[at - 1] == '.' || text[at - 1] == '-' || text[at - 1] == '_'))
		return false;
	if (n < left && (text[at + n] == '-' || text[at + n] == '_'))
		return false;
	memcpy(address, text + at, n);
	if (inet_pton(AF_INET, address, &parsed) != 1 || names_nobody(address) ||
		says_version(text, at))
		return false;
	return found(ret, GP_REDACT_IP, 0, n);
}

static bool find_ipv6(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	char address[INET6_ADDRSTRLEN] = "";
	size_t n = 0, left = size - at, digits = 0;
	struct in6_addr parsed;

	while (n < left && (is_hex(text[at + n]) || text[at + n] == ':')) {
		digits += is_hex(text[at + n]);
		n++;
	}
	if (n > 2 && text[at + n - 1] == ':' && text[at + n - 2] != ':')
		n--;
	if (n < 6 || n >= sizeof(address) || digits < 4 || !ends_at(text + at, left, n) ||
		(at && text[at - 1] == ':') || (n < left && text[at + n] == '.'))
		return false;
	memcpy(address, text + at, n);
	if (inet_pton(AF_INET6, address, &parsed) != 1 || !strncmp(address, "2001:db8:", 9))
		return false;
	return found(ret, GP_REDACT_IP, 0, n);
}

/* naa.5000c500..., eui.0025..., wwn-0x5000..., 0x5000c500a1b2c3d4. */
static bool find_wwn(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	static const char *const starts[] = {"naa.", "eui.", "wwn-0x", "t10."};
	const char *start = text + at;
	size_t left = size - at, n;

	for (size_t i = 0; i < GP_ARRAY_SIZE(starts); i++) {
		size_t length = strlen(starts[i]);

		if (left <= length || strncmp(start, starts[i], length) != 0)
			continue;
		n = hex_run(start + length, left - length);
		return n >= 8 && found(ret, GP_REDACT_WWN, length, n);
	}
	if (left < 18 || start[0] != '0' || start[1] != 'x' || start[2] != '5')
		return false;
	return hex_run(start + 2, left - 2) == 16 && ends_at(start, left, 18) &&
	       found(ret, GP_REDACT_WWN, 2, 16);
}

static bool find_ssh_key(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	static const char *const starts[] = {"AAAAB3NzaC1", "AAAAC3NzaC1", "AAAAE2VjZHNh"};
	const char *start = text + at;
	size_t left = size - at, n = 0;

	for (size_t i = 0; i < GP_ARRAY_SIZE(starts); i++) {
		if (left < strlen(starts[i]) || strncmp(start, starts[i], strlen(starts[i])) != 0)
			continue;
		while (n < left && (is_alnum(start[n]) || (start[n] && strchr("+/=%", start[n]))))
			n++;
		return found(ret, GP_REDACT_CREDENTIAL, 0, n);
	}
	return false;
}

/* A name behind which something secret stands, and what may stand between. */
static const struct key {
	const char *name;
	enum gp_redact_kind kind;
	const char *separators;
} keys[] = {
	{"cipassword", GP_REDACT_CREDENTIAL, ":="},
	{"sshkeys", GP_REDACT_CREDENTIAL, ":="},
	{"password", GP_REDACT_CREDENTIAL, ":=>"},
	{"passwd", GP_REDACT_CREDENTIAL, ":=>"},
	{"passphrase", GP_REDACT_CREDENTIAL, ":=>"},
	{"secret", GP_REDACT_CREDENTIAL, ":=>"},
	{"ciuser", GP_REDACT_USER, ":"},
	{"serial", GP_REDACT_SERIAL, "=>"},
	{"serial number", GP_REDACT_SERIAL, ":"},
	{"serialnumber", GP_REDACT_SERIAL, ":"},
	{"asset tag", GP_REDACT_SERIAL, ":"},
	{"by-id", GP_REDACT_DISK, "/"},
	{"by-uuid", GP_REDACT_DISK, "/"},
	{"by-partuuid", GP_REDACT_DISK, "/"},
	{"uuid", GP_REDACT_DISK, "="},
	{"partuuid", GP_REDACT_DISK, "="},
};

/* What says how something is done, and is no secret. */
static bool is_setting(const char *value, size_t length)
{
	static const char redacted[] = "(redacted";
	static const char *const settings[] = {
		"on", "off", "yes", "no", "true", "false", "0", "1", "none", "Not Specified"};

	if (length >= sizeof(redacted) - 1 && !memcmp(value, redacted, sizeof(redacted) - 1))
		return true;
	for (size_t i = 0; i < GP_ARRAY_SIZE(settings); i++)
		if (length == strlen(settings[i]) && !strncasecmp(value, settings[i], length))
			return true;
	return false;
}

static size_t value_length(const char *value, size_t left, char separator, char quote)
{
	size_t n = 0;

	for (; n < left && value[n] != '\n' && value[n] != '\0'; n++) {
		if (quote && value[n] == quote)
			break;
		if (!quote && separator == '>' && value[n] == '<')
			break;
		if (!quote && (separator == '=' || separator == '/') &&
			strchr(" \t,\"'&;<>)/|", value[n]))
			break;
	}
	while (!quote && n && (value[n - 1] == ' ' || value[n - 1] == '\r'))
		n--;
	return n;
}

static bool find_value(const char *text, size_t left, const struct key *key, struct gp_found *ret)
{
	size_t n = strlen(key->name), length;
	char separator, quote = '\0';
	struct gp_found uuid;

	/* name='serial'>, "password" = */
	if (n < left && (text[n] == '\'' || text[n] == '"'))
		n++;
	while (n < left && text[n] == ' ')
		n++;
	if (n >= left || !text[n] || !strchr(key->separators, text[n]))
		return false;
	separator = text[n++];
	while (n < left && text[n] == ' ')
		n++;
	if (n < left && (text[n] == '\'' || text[n] == '"'))
		quote = text[n++];
	length = value_length(text + n, left - n, separator, quote);
	if (!length || is_setting(text + n, length))
		return false;
	if (key->kind == GP_REDACT_DISK && find_uuid(text, left, n, &uuid))
		return found(ret, GP_REDACT_UUID, n, uuid.length);
	return found(ret, key->kind, n, length);
}

static bool find_key(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	size_t left = size - at;

	for (size_t i = 0; i < GP_ARRAY_SIZE(keys); i++) {
		size_t length = strlen(keys[i].name);

		if (left > length && !strncasecmp(text + at, keys[i].name, length) &&
			find_value(text + at, left, &keys[i], ret))
			return true;
	}
	return false;
}

/* The name behind /home/. */
static bool find_home(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	size_t length = gp_redact_name_length(text + at, size - at);

	return at >= 6 && !memcmp(text + at - 6, "/home/", 6) &&
	       found(ret, GP_REDACT_USER, 0, length);
}

size_t gp_redact_name_length(const char *text, size_t size)
{
	size_t n = 0;

	while (n < size && (is_alnum(text[n]) || text[n] == '_' || text[n] == '-'))
		n++;
	return n;
}

/*
 * In settings and arguments of VMs: what `-object secret`, `-fw_cfg` and SMBIOS strings carry. VMs
 * and containers have names too.
 */
static const struct key vm_keys[] = {
	{"data", GP_REDACT_CREDENTIAL, "="},
	{"string", GP_REDACT_CREDENTIAL, "="},
	{"value", GP_REDACT_CREDENTIAL, "="},
	{"guest", GP_REDACT_HOST, "="},
};

static bool stands_before(const char *text, size_t at, const char *before)
{
	size_t length = strlen(before);

	return at >= length && !memcmp(text + at - length, before, length);
}

static bool find_vm_key(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	size_t left = size - at;

	/* How much address space OVMF is to leave: a number, and one that is looked at. */
	if (stands_before(text, at, "X-PciMmio64Mb,"))
		return false;

	for (size_t i = 0; i < GP_ARRAY_SIZE(vm_keys); i++) {
		size_t length = strlen(vm_keys[i].name);

		if (left > length && !strncmp(text + at, vm_keys[i].name, length) &&
			find_value(text + at, left, &vm_keys[i], ret))
			return true;
	}
	return false;
}

static bool starts_line(const char *text, size_t at)
{
	return !at || text[at - 1] == '\n';
}

/* "name: NAME" of a setting. */
static bool find_vm_setting(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	static const char *const names[] = {"name: ", "hostname: "};

	for (size_t i = 0; starts_line(text, at) && i < GP_ARRAY_SIZE(names); i++) {
		size_t skip = strlen(names[i]);

		if (size - at > skip && !memcmp(text + at, names[i], skip))
			return found(ret, GP_REDACT_HOST, skip,
				gp_redact_name_length(text + at + skip, size - at - skip));
	}
	return false;
}

/* "-name NAME" of an argument, or "-name 'NAME"; not "-name guest=NAME". */
static bool find_vm_name(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	size_t before = at, length = gp_redact_name_length(text + at, size - at);

	if (before && (text[before - 1] == '\'' || text[before - 1] == '"'))
		before--;
	return before >= 6 && !memcmp(text + before - 6, "-name", 5) &&
	       (text[before - 1] == ' ' || text[before - 1] == '\0') &&
	       (at + length == size || text[at + length] != '=') &&
	       found(ret, GP_REDACT_HOST, 0, length);
}

/* The name in domain-1-NAME, which libvirt calls a running domain's directory. */
static bool is_in_domain_directory(const char *text, size_t at)
{
	size_t digits = at;

	if (!at || text[at - 1] != '-')
		return false;
	for (digits = at - 1; digits && isdigit((unsigned char)text[digits - 1]); digits--)
		continue;
	return digits < at - 1 && stands_before(text, digits, "/domain-");
}

/* Files that libvirt calls after a domain, and disks that people name. */
static bool find_vm_file(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	size_t length = strcspn(text + at, "/,\"' \n");

	if (length > size - at)
		length = size - at;
	if (is_in_domain_directory(text, at) || stands_before(text, at, "/qemu/nvram/"))
		return found(ret, GP_REDACT_HOST, 0, length);
	return stands_before(text, at, "/libvirt/images/") && found(ret, GP_REDACT_DISK, 0, length);
}

/* "NAME@pam", as Proxmox names who started a task; root is nobody. */
static bool find_realm_user(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	size_t length = gp_redact_name_length(text + at, size - at);

	return at + length + 1 < size && text[at + length] == '@' &&
	       is_alnum(text[at + length + 1]) && !(length == 4 && !memcmp(text + at, "root", 4)) &&
	       found(ret, GP_REDACT_USER, 0, length);
}

bool gp_redact_find_of_vm(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	return find_vm_file(text, size, at, ret) || gp_redact_find_remote(text, size, at, ret) ||
	       find_vm_key(text, size, at, ret) || find_vm_setting(text, size, at, ret) ||
	       find_vm_name(text, size, at, ret) || find_realm_user(text, size, at, ret);
}

bool gp_redact_find(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	static bool (*const finders[])(
		const char *text, size_t size, size_t at, struct gp_found *ret) = {
		find_home,
		find_uuid,
		find_mac,
		find_mac_name,
		find_wwn,
		find_ipv4,
		find_ipv6,
		find_ssh_key,
		find_key,
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(finders); i++)
		if (finders[i](text, size, at, ret))
			return true;
	return false;
}
