/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What block devices of QEMU say of other machines: hosts, users, URLs with passwords. */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "machine/redact-find.h"

static const struct key {
	const char *name;
	enum gp_redact_kind kind;
} keys[] = {
	{"data", GP_REDACT_CREDENTIAL},
	{"url", GP_REDACT_CREDENTIAL},
	{"cookie", GP_REDACT_CREDENTIAL},
	{"host", GP_REDACT_HOST},
	{"portal", GP_REDACT_HOST},
	{"user", GP_REDACT_USER},
	{"username", GP_REDACT_USER},
};

/* An address: of a PCI device, or of the network, which is told by its form. */
static bool is_address(const char *value, size_t n)
{
	bool has_colon = memchr(value, ':', n) != NULL;

	for (size_t i = 0; i < n; i++)
		if (value[i] != '.' && value[i] != ':' &&
			!(has_colon ? isxdigit((unsigned char)value[i])
				    : isdigit((unsigned char)value[i])))
			return false;
	return true;
}

static bool is_known(const char *value, size_t n)
{
	static const char redacted[] = "(redacted", local[] = "localhost";

	return (n >= strlen(redacted) && !memcmp(value, redacted, strlen(redacted))) ||
	       (n == strlen(local) && !memcmp(value, local, n));
}

static bool found(struct gp_found *ret, const char *text, enum gp_redact_kind kind, size_t skip,
	size_t length)
{
	*ret = (struct gp_found){.kind = kind, .skip = skip, .length = length};
	return length > 0 && !is_known(text + skip, length) && !is_address(text + skip, length);
}

static size_t skip_space(const char *text, size_t left, size_t at)
{
	while (at < left && isspace((unsigned char)text[at]))
		at++;
	return at;
}

static size_t length_up_to(const char *text, size_t left, const char *ends)
{
	size_t n = 0;

	while (n < left && text[n] && !strchr(ends, text[n]))
		n += text[n] == '\\' && n + 1 < left ? 2 : 1;
	return n;
}

/* "host" : "nas.lan"; text is behind the key. */
static bool find_string(const char *text, size_t left, size_t *ret_skip, size_t *ret_length)
{
	size_t at = skip_space(text, left, 1);

	if (!left || *text != '"' || at >= left || text[at] != ':')
		return false;
	at = skip_space(text, left, at + 1);
	if (at >= left || text[at] != '"')
		return false;
	*ret_skip = at + 1;
	*ret_length = length_up_to(text + at + 1, left - at - 1, "\"");
	return true;
}

/* As JSON, or file.server.host=nas.lan; not host=0000:01:00.0 of a device. */
static bool find_member(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	char before = at ? text[at - 1] : '\0';

	for (size_t i = 0; (before == '"' || before == '.') && i < GP_ARRAY_SIZE(keys); i++) {
		size_t n = strlen(keys[i].name), left = size - at, skip = 1, length = 0;

		if (left <= n || memcmp(text + at, keys[i].name, n) != 0)
			continue;
		if (before == '.' && text[at + n] == '=')
			length = length_up_to(text + at + n + 1, left - n - 1, ",\"' \t\n");
		else if (!find_string(text + at + n, left - n, &skip, &length))
			continue;
		return found(ret, text + at, keys[i].kind, n + skip, length);
	}
	return false;
}

/* https://user:password@nas.lan:8080/disk.iso: what stands between the slashes. */
static bool find_url(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	const char *start = text + at, *value;
	size_t left = size - at, n = 0, length, host;

	while (n < left && (isalnum((unsigned char)start[n]) || start[n] == '+'))
		n++;
	if (left - n <= 3 || memcmp(start + n, "://", 3) != 0)
		return false;
	n += 3;
	value = start + n;
	length = length_up_to(value, left - n, "/?#,\"' \t\n");
	if (memchr(value, '@', length))
		return found(ret, start, GP_REDACT_CREDENTIAL, n, length);
	host = length_up_to(value, length, ":");
	return *value != '[' && found(ret, start, GP_REDACT_HOST, n, host);
}

bool gp_redact_find_remote(const char *text, size_t size, size_t at, struct gp_found *ret)
{
	return find_member(text, size, at, ret) || find_url(text, size, at, ret);
}
