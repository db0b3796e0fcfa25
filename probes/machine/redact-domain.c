/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain of libvirt says much of its owner: passwords, addresses, serial numbers, paths, notes.
 * So it is not searched for secrets: what is looked at stays, and all else goes.
 */
#include <ctype.h>
#include <string.h>

#include "machine/redact-words.h"

#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-"
#define MOST_NAME  128

/* Elements with the attributes that stay; of those with "=" the text stays, too. */
static const char *const kept[] = {
	"domstatus state reason pid",
	"domain type id",
	"name=",
	"uuid=",
	"memory= unit",
	"currentMemory= unit",
	"vcpu= placement",
	"os firmware id",
	"type= arch machine",
	"firmware",
	"feature enabled name policy",
	"loader= readonly secure type",
	"hidden state",
	"hyperv mode",
	"relaxed state",
	"vapic state",
	"spinlocks state retries",
	"vpindex state",
	"runtime state",
	"synic state",
	"stimer state",
	"reset state",
	"vendor_id state value",
	"frequencies state",
	"reenlightenment state",
	"tlbflush state",
	"ipi state",
	"evmcs state",
	"avic state",
	"ioapic driver",
	"cpu mode match check migratable",
	"model= fallback type name heads primary",
	"maxphysaddr mode bits limit",
	"topology sockets dies clusters cores threads",
	"controller type index model",
	"graphics type",
	"memballoon model",
	"iommu model",
	"hostdev mode type managed model display ramfb",
	"driver name iommufd",
	"address type domain bus slot function uuid multifunction",
	"rom bar file enabled",
	"arg value",
};

struct pass {
	struct gp_redactor *redactor;
	const char *at, *end;
	char *out;
	size_t n, room;
	char element[MOST_NAME]; /* without a prefix; "" behind an end tag */
};

static void put(struct pass *p, const char *text, size_t size)
{
	if (p->n + size >= p->room) {
		size_t room = (p->n + size + 256) * 2;
		char *out = gp_alloc(p->redactor->arena, room, 1);

		if (p->n)
			memcpy(out, p->out, p->n);
		p->out = out;
		p->room = room;
	}
	memcpy(p->out + p->n, text, size);
	p->n += size;
	p->out[p->n] = '\0';
}

/* Of what goes the line breaks stay, so that lines keep their numbers. */
static void drop_to(struct pass *p, const char *end)
{
	for (; p->at < end; p->at++)
		if (*p->at == '\n')
			put(p, "\n", 1);
}

static bool drop_through(struct pass *p, const char *mark)
{
	const char *end = memmem(p->at, (size_t)(p->end - p->at), mark, strlen(mark));

	if (!end)
		return false;
	drop_to(p, end + strlen(mark));
	return true;
}

static bool starts(const struct pass *p, const char *text)
{
	size_t size = strlen(text);

	return (size_t)(p->end - p->at) >= size && !memcmp(p->at, text, size);
}

/* What stays of an element: "" for the text or the name of an attribute. */
static bool is_kept(const char *element, const char *attribute, size_t size)
{
	size_t length = strlen(element);

	for (size_t i = 0; i < GP_ARRAY_SIZE(kept); i++) {
		const char *rest = kept[i] + length;

		if (strncmp(kept[i], element, length) != 0 || (*rest && !strchr("= ", *rest)))
			continue;
		if (!size)
			return *rest == '=';
		while ((rest = strchr(rest, ' '))) {
			rest++;
			if (strcspn(rest, " ") == size && !memcmp(rest, attribute, size))
				return true;
		}
		return false;
	}
	return false;
}

static void put_value(struct pass *p, const char *text, size_t size)
{
	bool is_argument = strcmp(p->element, "arg") == 0;
	const char *value = strcmp(p->element, "name") == 0
				    ? gp_redact_stand_in(p->redactor, GP_REDACT_HOST, text, size)
				    : gp_redact_text(p->redactor, text, size, is_argument);

	put(p, value, strlen(value));
}

static bool is_blank(const char *text, const char *end)
{
	while (text < end && isspace((unsigned char)*text))
		text++;
	return text == end;
}

static void take_text(struct pass *p)
{
	const char *end = memchr(p->at, '<', (size_t)(p->end - p->at));

	if (!end)
		end = p->end;
	if (is_blank(p->at, end)) {
		put(p, p->at, (size_t)(end - p->at));
		p->at = end;
	} else if (*p->element && is_kept(p->element, "", 0)) {
		put_value(p, p->at, (size_t)(end - p->at));
		p->at = end;
	} else {
		drop_to(p, end);
	}
}

/* The name that begins here, without its prefix; its length with it, 0 where there is none. */
static size_t take_name(const struct pass *p, const char **ret_local, size_t *ret_size)
{
	size_t length = 0, prefix = 0;

	while (p->at + length < p->end && p->at[length] && strchr(NAME_BYTES, p->at[length])) {
		if (p->at[length] == ':')
			prefix = length + 1;
		length++;
	}
	*ret_local = p->at + prefix;
	*ret_size = length - prefix;
	return length < MOST_NAME ? length : 0;
}

/* xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' */
static bool is_schema(const char *name, const char *value)
{
	static const char *const schemas[] = {"http://libvirt.org/", "http://libosinfo.org/"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(schemas); i++)
		if (strncmp(value, schemas[i], strlen(schemas[i])) == 0)
			return strncmp(name, "xmlns:", strlen("xmlns:")) == 0;
	return false;
}

static bool take_attribute(struct pass *p)
{
	const char *name = p->at, *local, *end;
	size_t size, length = take_name(p, &local, &size);
	char quote;

	if (!length || p->at + length + 2 >= p->end || p->at[length] != '=')
		return false;
	quote = p->at[length + 1];
	end = memchr(p->at + length + 2, quote, (size_t)(p->end - p->at) - length - 2);
	if ((quote != '\'' && quote != '"') || !end)
		return false;
	put(p, p->at, length + 2);
	p->at += length + 2;
	if (is_schema(name, p->at) || (size && is_kept(p->element, local, size)))
		put_value(p, p->at, (size_t)(end - p->at));
	p->at = end + 1;
	put(p, &quote, 1);
	return true;
}

static void put_space(struct pass *p)
{
	while (p->at < p->end && isspace((unsigned char)*p->at))
		put(p, p->at++, 1);
}

static bool take_tag(struct pass *p)
{
	bool is_end = starts(p, "</");
	const char *local;
	size_t size, length;

	put(p, p->at, is_end ? 2 : 1);
	p->at += is_end ? 2 : 1;
	length = take_name(p, &local, &size);
	if (!length || !size)
		return false;
	memcpy(p->element, local, size);
	p->element[size] = '\0';
	put(p, p->at, length);
	p->at += length;
	for (put_space(p); p->at < p->end && *p->at != '>' && *p->at != '/'; put_space(p))
		if (!take_attribute(p))
			return false;
	if (is_end || starts(p, "/"))
		p->element[0] = '\0';
	if (starts(p, "/"))
		put(p, p->at++, 1);
	if (!starts(p, ">"))
		return false;
	put(p, p->at++, 1);
	return true;
}

static bool take_next(struct pass *p)
{
	if (*p->at != '<') {
		take_text(p);
		return true;
	}
	if (starts(p, "<!--"))
		return drop_through(p, "-->");
	if (starts(p, "<?"))
		return drop_through(p, "?>");
	return !starts(p, "<!") && take_tag(p);
}

bool gp_redact_domain(struct gp_redactor *redactor, struct gp_bytes *content)
{
	const char *text = (const char *)content->data;
	struct pass p = {.redactor = redactor, .at = text, .end = text + content->size};

	put(&p, "", 0);
	while (p.at < p.end)
		if (!take_next(&p))
			return false;
	*content = (struct gp_bytes){(const uint8_t *)p.out, p.n};
	return true;
}

bool gp_is_domain_path(const char *path)
{
	return (gp_starts_with(path, "/etc/libvirt/") || gp_starts_with(path, "/run/libvirt/")) &&
	       gp_ends_with(path, ".xml");
}

const char *gp_redact_domain_path(struct gp_redactor *redactor, const char *path)
{
	static const char *const places[] = {"/etc/libvirt/qemu/autostart/", "/etc/libvirt/qemu/",
		"/run/libvirt/qemu/", "/var/log/libvirt/qemu/", "/var/log/libvirt/libxl/"};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < GP_ARRAY_SIZE(places); i++) {
		const char *name = path + strlen(places[i]);

		if (!gp_starts_with(path, places[i]) || strchr(name, '/') || dot <= name)
			continue;
		return gp_printf(redactor->arena, "%s%s%s", places[i],
			gp_redact_stand_in(redactor, GP_REDACT_HOST, name, (size_t)(dot - name)),
			dot);
	}
	return NULL;
}
