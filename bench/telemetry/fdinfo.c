/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/fdinfo.h"

#include <ctype.h>
#include <string.h>

/* A piece of the text; nothing is behind its end. */
struct slice {
	const char *data;
	size_t size;
};

static bool is_text(struct slice s, const char *text)
{
	return strlen(text) == s.size && memcmp(s.data, text, s.size) == 0;
}

static bool cut_start(struct slice *s, const char *start)
{
	size_t n = strlen(start);

	if (s->size < n || memcmp(s->data, start, n) != 0)
		return false;
	*s = (struct slice){s->data + n, s->size - n};
	return true;
}

static struct slice stripped(struct slice s)
{
	while (s.size && (*s.data == ' ' || *s.data == '\t'))
		s = (struct slice){s.data + 1, s.size - 1};
	while (s.size && isspace((unsigned char)s.data[s.size - 1]))
		s.size--;
	return s;
}

/* A name that can be part of a gauge's; it has to fit. */
static bool copy_name(struct slice s, const char *extra, char ret[static GP_FDINFO_NAME])
{
	if (!s.size || s.size >= GP_FDINFO_NAME)
		return false;
	for (size_t i = 0; i < s.size; i++)
		if (!isalnum((unsigned char)s.data[i]) && (!s.data[i] || !strchr(extra, s.data[i])))
			return false;
	memcpy(ret, s.data, s.size);
	ret[s.size] = '\0';
	return true;
}

/* Takes the digits off the front. */
static bool take_number(struct slice *s, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i = 0;

	for (; i < s->size && isdigit((unsigned char)s->data[i]); i++)
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, (uint64_t)(s->data[i] - '0'), &value))
			return false;
	*s = stripped((struct slice){s->data + i, s->size - i});
	*ret = value;
	return i > 0;
}

struct unit {
	const char *name;
	uint64_t times;
};

static const struct unit no_units[] = {{"", 1}, {NULL, 0}};
static const struct unit nanoseconds[] = {{"ns", 1}, {NULL, 0}};
static const struct unit hertz[] = {
	{"", 1}, {"Hz", 1}, {"KHz", 1000}, {"kHz", 1000}, {"MHz", 1000000}, {NULL, 0}};
static const struct unit bytes[] = {
	{"", 1}, {"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}, {NULL, 0}};

static bool parse_value(struct slice s, const struct unit *units, uint64_t *ret)
{
	if (!take_number(&s, ret))
		return false;
	for (; units->name; units++)
		if (is_text(s, units->name))
			return !__builtin_mul_overflow(*ret, units->times, ret);
	return false;
}

static struct gp_fdinfo_engine *engine_of(struct gp_fdinfo *info, struct slice name)
{
	char text[GP_FDINFO_NAME];
	struct gp_fdinfo_engine *engine;

	if (!copy_name(name, "-_", text))
		return NULL;
	for (size_t i = 0; i < info->n_engines; i++)
		if (strcmp(info->engines[i].name, text) == 0)
			return &info->engines[i];
	if (info->n_engines == GP_FDINFO_ENGINES)
		return NULL;
	engine = &info->engines[info->n_engines++];
	*engine = (struct gp_fdinfo_engine){.capacity = 1};
	memcpy(engine->name, text, sizeof(text));
	return engine;
}

static struct gp_fdinfo_region *region_of(struct gp_fdinfo *info, struct slice name)
{
	char text[GP_FDINFO_NAME];
	struct gp_fdinfo_region *region;

	if (!copy_name(name, "-_", text))
		return NULL;
	for (size_t i = 0; i < info->n_regions; i++)
		if (strcmp(info->regions[i].name, text) == 0)
			return &info->regions[i];
	if (info->n_regions == GP_FDINFO_REGIONS)
		return NULL;
	region = &info->regions[info->n_regions++];
	*region = (struct gp_fdinfo_region){0};
	memcpy(region->name, text, sizeof(text));
	return region;
}

static void keep_larger(bool *has, uint64_t *kept, uint64_t value)
{
	if (!*has || value > *kept)
		*kept = value;
	*has = true;
}

enum what { CAPACITY, TIME, TOTAL_CYCLES, CYCLES, MAX_HZ, TOTAL, RESIDENT };

/* A start that begins another one comes after it. */
static const struct key {
	const char *start;
	enum what what;
	const struct unit *units;
} keys[] = {
	{"drm-engine-capacity-", CAPACITY, no_units}, {"drm-engine-", TIME, nanoseconds},
	{"drm-total-cycles-", TOTAL_CYCLES, no_units}, {"drm-cycles-", CYCLES, no_units},
	{"drm-maxfreq-", MAX_HZ, hertz}, {"drm-total-", TOTAL, bytes},
	{"drm-resident-", RESIDENT, bytes},
	{"drm-memory-", RESIDENT, bytes}, /* its name before Linux 6.5 */
};

static bool set_region(struct gp_fdinfo *info, struct slice name, enum what what, uint64_t value)
{
	struct gp_fdinfo_region *region = region_of(info, name);

	if (!region)
		return false;
	if (what == TOTAL)
		keep_larger(&region->has_total, &region->total, value);
	else
		keep_larger(&region->has_resident, &region->resident, value);
	return true;
}

static bool set_engine(struct gp_fdinfo *info, struct slice name, enum what what, uint64_t value)
{
	struct gp_fdinfo_engine *engine =
		what == CAPACITY && (!value || value > 1024) ? NULL : engine_of(info, name);

	if (!engine)
		return false;
	if (what == TIME)
		keep_larger(&engine->has_time, &engine->time, value);
	else if (what == CYCLES)
		keep_larger(&engine->has_cycles, &engine->cycles, value);
	else if (what == TOTAL_CYCLES)
		keep_larger(&engine->has_total, &engine->total, value);
	else if (what == CAPACITY)
		engine->capacity = value;
	else
		engine->max_hz = value;
	return true;
}

static bool set_counter(struct gp_fdinfo *info, struct slice name, struct slice value)
{
	uint64_t number;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct slice rest = name;

		if (!cut_start(&rest, keys[i].start))
			continue;
		if (!parse_value(value, keys[i].units, &number))
			return false;
		return keys[i].what >= TOTAL ? set_region(info, rest, keys[i].what, number)
					     : set_engine(info, rest, keys[i].what, number);
	}
	return true; /* not one that is looked at: drm-client-name, drm-shared-vram0 */
}

static bool set_client(struct gp_fdinfo *info, struct slice value)
{
	uint64_t client;

	if (!parse_value(value, no_units, &client))
		return false;
	info->client = client;
	info->has_client = true;
	return true;
}

/* amdgpu_fdinfo.c of Linux 5.14 to 5.18 has "pdev:", "pasid:" and "gfx0:\t12.34%". */
static bool set_old_amdgpu(struct gp_fdinfo *info, struct slice name, struct slice value)
{
	if (is_text(name, "pdev"))
		return copy_name(value, ":.", info->pdev);
	if (!is_text(name, "pasid"))
		return true;
	memcpy(info->driver, "amdgpu", sizeof("amdgpu"));
	info->is_old_amdgpu = true;
	return set_client(info, value);
}

static void parse_line(struct gp_fdinfo *info, struct slice line)
{
	const char *colon = memchr(line.data, ':', line.size);
	size_t n = colon ? (size_t)(colon - line.data) : 0;
	struct slice name = {line.data, n};
	struct slice value;
	bool is_good;

	if (!colon)
		return;
	value = stripped((struct slice){colon + 1, line.size - n - 1});
	if (is_text(name, "drm-driver"))
		is_good = copy_name(value, "-_", info->driver);
	else if (is_text(name, "drm-pdev"))
		is_good = copy_name(value, ":.", info->pdev);
	else if (is_text(name, "drm-client-id"))
		is_good = set_client(info, value);
	else if (n > 4 && memcmp(name.data, "drm-", 4) == 0)
		is_good = set_counter(info, name, value);
	else
		is_good = set_old_amdgpu(info, name, value);
	info->n_malformed += !is_good;
}

bool gp_fdinfo_parse(const char *text, size_t size, struct gp_fdinfo *ret)
{
	*ret = (struct gp_fdinfo){0};
	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t n = end ? (size_t)(end - text) : size;

		parse_line(ret, (struct slice){text, n});
		n += end != NULL;
		text += n;
		size -= n;
	}
	return *ret->driver != '\0';
}
