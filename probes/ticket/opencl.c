/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clinfo, as what came of trying OpenCL (opencl/opencl.h). */
#include <ctype.h>
#include <string.h>

#include "ticket/formats.h"

#define TRIED "/.try/opencl"

/* "  Platform Name          Intel(R) OpenCL Graphics": the value behind two blanks or more. */
static const char *value_of(struct gp_arena *arena, const char *line, const char *key)
{
	const char *at = line + strspn(line, " \t");
	const char *value;

	if (!gp_starts_with(at, key))
		return NULL;
	value = at + strlen(key);
	if (*value && !isspace((unsigned char)*value) && *value != ':')
		return NULL;
	return gp_strip(arena, value + (*value == ':'));
}

struct clinfo {
	struct gp_ticket *ticket;
	struct gp_strings platforms; /* names, in the order of their first naming */
	const char *about;           /* platform whose devices are listed */
	unsigned devices;            /* of that */
	bool has_count;
};

static void say(struct clinfo *c, const char *line)
{
	gp_sheet_line(c->ticket->sheet, TRIED, line);
}

static size_t number_of(const struct clinfo *c, const char *name)
{
	for (size_t i = 0; i < c->platforms.n; i++)
		if (!strcmp(c->platforms.items[i], name))
			return i;
	return c->platforms.n;
}

/* A platform by its name: a new one where it is not known. False: it cannot be had. */
static bool settle_platform(struct clinfo *c, const char *name)
{
	c->about = name;
	c->devices = 0;
	if (number_of(c, name) < c->platforms.n)
		return true;
	if (c->platforms.n >= 32)
		return false;
	say(c, gp_printf(c->ticket->arena, "platform %zu name %s", c->platforms.n, name));
	gp_strings_add(c->ticket->arena, &c->platforms, name);
	return true;
}

/* clinfo names each platform twice: with what it is, and above its devices. */
static void take_platform(struct clinfo *c, const char *line)
{
	struct gp_arena *arena = c->ticket->arena;
	const char *name = value_of(arena, line, "Platform Name");
	const char *vendor = value_of(arena, line, "Platform Vendor");
	const char *version = value_of(arena, line, "Platform Version");
	size_t last = c->platforms.n ? c->platforms.n - 1 : 0;

	if (name && *name) {
		settle_platform(c, name);
	} else if (vendor && c->platforms.n) {
		say(c, gp_printf(arena, "platform %zu vendor %s", last, vendor));
	} else if (version && c->platforms.n) {
		say(c, gp_printf(arena, "platform %zu version %s", last, version));
	}
}

static const char *type_of(const char *text)
{
	return strstr(text, "GPU") ? "gpu" : strstr(text, "CPU") ? "cpu" : "other";
}

static void take_device(struct clinfo *c, const char *line)
{
	static const struct {
		const char *key, *what;
	} keys[] = {{"Device Vendor", "vendor"}, {"Device Version", "version"},
		{"Driver Version", "driver"}, {"Device Type", "type"}};
	struct gp_arena *arena = c->ticket->arena;
	const char *name = value_of(arena, line, "Device Name");
	size_t platform = c->about ? number_of(c, c->about) : 0;

	if (!c->about || platform >= c->platforms.n || c->devices >= 64)
		return;
	if (name) {
		say(c, gp_printf(arena, "device %zu.%u name %s", platform, c->devices++, name));
		return;
	}
	for (size_t i = 0; c->devices && i < GP_ARRAY_SIZE(keys); i++) {
		const char *value = value_of(arena, line, keys[i].key);

		if (value)
			say(c, gp_printf(arena, "device %zu.%u %s %s", platform, c->devices - 1,
				       keys[i].what,
				       strcmp(keys[i].what, "type") ? value : type_of(value)));
	}
}

static void take_count(struct clinfo *c, const char *line)
{
	const char *count = value_of(c->ticket->arena, line, "Number of platforms");

	if (!count || !isdigit((unsigned char)*count))
		return;
	/* A second clinfo in the same ticket: the last one counts. */
	gp_sheet_file(c->ticket->sheet, TRIED, "");
	*c = (struct clinfo){.ticket = c->ticket, .has_count = true};
	say(c, gp_printf(c->ticket->arena, "platforms %.*s", (int)strspn(count, "0123456789"),
		       count));
}

static void say_device(struct clinfo *c, const char *name, const char *type)
{
	struct gp_arena *arena = c->ticket->arena;
	size_t platform = number_of(c, c->about);

	say(c, gp_printf(arena, "device %zu.%u name %s", platform, c->devices, name));
	if (type)
		say(c, gp_printf(arena, "device %zu.%u type %s", platform, c->devices, type));
	c->devices++;
}

/* clinfo -l: "Platform #0: NAME" and below it " `-- Device #0: NAME". */
static void take_short(struct clinfo *c, const char *line)
{
	struct gp_arena *arena = c->ticket->arena;
	const char *platform = strstr(line, "Platform #"), *device = strstr(line, "-- Device #");
	const char *name = platform ? strstr(platform, ": ") : device ? strstr(device, ": ") : NULL;

	if (!name || c->has_count)
		return;
	if (platform == line)
		settle_platform(c, gp_strip(arena, name + 2));
	else if (device && c->about && c->devices < 64 && number_of(c, c->about) < c->platforms.n)
		say_device(c, gp_strip(arena, name + 2), NULL);
}

/* sycl-ls: "[opencl:cpu:0] PLATFORM, DEVICE VERSION", newer "[opencl:cpu][opencl:0] ..." */
static void take_sycl(struct clinfo *c, const char *line)
{
	static const char start[] = "[opencl:";
	struct gp_arena *arena = c->ticket->arena;
	const char *name, *comma, *type;

	if (!gp_starts_with(line, start) || c->has_count)
		return;
	type = gp_starts_with(line + strlen(start), "gpu")   ? "gpu"
	       : gp_starts_with(line + strlen(start), "cpu") ? "cpu"
							     : "other";
	name = strstr(line, "] ");
	comma = name ? strchr(name, ',') : NULL;
	if (comma && settle_platform(c, gp_strndup(arena, name + 2, (size_t)(comma - name - 2))))
		say_device(c, gp_strip(arena, comma + 1), type);
}

/* "-1001" is CL_PLATFORM_NOT_FOUND_KHR, which is how programs say that there is none. */
static bool says_none(const char *line)
{
	return strstr(line, "-1001") &&
	       (strstr(line, "OpenCL platforms") || strstr(line, "clGetPlatformIDs") ||
		       strstr(line, "PLATFORM_NOT_FOUND"));
}

void gp_ticket_opencl(struct gp_ticket *ticket)
{
	struct clinfo c = {.ticket = ticket};

	gp_each (line, &ticket->lines) {
		if (line->is_command)
			continue;
		take_count(&c, line->text);
		take_platform(&c, line->text);
		take_device(&c, line->text);
		take_short(&c, line->text);
		take_sycl(&c, line->text);
		if (says_none(line->text) && !c.platforms.n && !c.has_count) {
			say(&c, "platforms-error -1001");
			c.has_count = true;
		}
	}
	if (gp_sheet_has(ticket->sheet, TRIED))
		say(&c, "end exit 0");
}
