/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gpupass-try-opencl said of platforms and devices. */
#include <string.h>

#include "opencl/opencl.h"

#define MOST_PLATFORMS 32
#define MOST_DEVICES   64

/* "0.1 name Some GPU": the first word into *ret_number, the second into *ret_what, the rest back.
 */
static const char *take_words(
	struct gp_arena *arena, const char *value, const char **ret_number, const char **ret_what)
{
	size_t first = strcspn(value, " "), second;

	*ret_number = gp_strndup(arena, value, first);
	value += first + (value[first] == ' ');
	second = strcspn(value, " ");
	*ret_what = gp_strndup(arena, value, second);
	return value + second + (value[second] == ' ');
}

static struct gp_cl_platform *platform_at(
	struct gp_arena *arena, struct gp_opencl *opencl, size_t first, const char *number)
{
	struct gp_cl_platform *platform;

	for (size_t i = first; i < opencl->platforms.n; i++)
		if (strcmp(opencl->platforms.items[i].number, number) == 0)
			return &opencl->platforms.items[i];
	if (opencl->platforms.n >= MOST_PLATFORMS)
		return NULL;
	platform = gp_push(arena, &opencl->platforms);
	*platform =
		(struct gp_cl_platform){.number = number, .name = "", .vendor = "", .version = ""};
	return platform;
}

static void take_platform(
	struct gp_arena *arena, struct gp_opencl *opencl, size_t first, const char *value)
{
	const char *number, *what, *text = take_words(arena, value, &number, &what);
	struct gp_cl_platform *platform = platform_at(arena, opencl, first, number);

	if (!platform)
		return;
	if (strcmp(what, "name") == 0) {
		platform->name = text;
		platform->kind = gp_cl_kind_of_platform(text);
	} else if (strcmp(what, "vendor") == 0) {
		platform->vendor = text;
	} else if (strcmp(what, "version") == 0) {
		platform->version = text;
	}
}

/* "0.1" is a device of platform "0". */
static struct gp_cl_device *device_at(
	struct gp_arena *arena, struct gp_opencl *opencl, size_t first, const char *number)
{
	const char *dot = strchr(number, '.');
	struct gp_cl_platform *platform =
		dot ? platform_at(arena, opencl, first,
			      gp_strndup(arena, number, (size_t)(dot - number)))
		    : NULL;
	struct gp_cl_device *device;

	if (!platform)
		return NULL;
	gp_each (known, &platform->devices)
		if (strcmp(known->number, number) == 0)
			return known;
	if (platform->devices.n >= MOST_DEVICES)
		return NULL;
	device = gp_push(arena, &platform->devices);
	*device = (struct gp_cl_device){
		.number = number, .name = "", .vendor = "", .type = "", .driver = ""};
	return device;
}

static void take_device(
	struct gp_arena *arena, struct gp_opencl *opencl, size_t first, const char *value)
{
	const char *number, *what, *text = take_words(arena, value, &number, &what);
	struct gp_cl_device *device = device_at(arena, opencl, first, number);

	if (!device)
		return;
	if (strcmp(what, "name") == 0)
		device->name = text;
	else if (strcmp(what, "vendor") == 0)
		device->vendor = text;
	else if (strcmp(what, "type") == 0)
		device->type = text;
	else if (strcmp(what, "driver") == 0)
		device->driver = text;
	else if (strcmp(what, "pci") == 0 && *text)
		device->pci = text;
}

/* "0.1 ok", "0.1 -11 clBuildProgram": what follows the number. */
static void take_outcome(struct gp_arena *arena, struct gp_opencl *opencl, size_t first,
	const char *key, const char *value)
{
	size_t n = strcspn(value, " ");
	struct gp_cl_device *device = device_at(arena, opencl, first, gp_strndup(arena, value, n));
	const char *text = value + n + (value[n] == ' ');

	if (!device)
		return;
	if (strcmp(key, "kernel") == 0)
		device->kernel = text;
	else
		device->sharing = text;
}

/* What an ICD alone said counts; what the loader found beyond that is added. */
static bool is_known(const struct gp_opencl *opencl, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++)
		if (strcmp(opencl->platforms.items[i].name, name) == 0)
			return true;
	return false;
}

static void drop_known(struct gp_opencl *opencl, size_t before)
{
	size_t kept = before;

	for (size_t i = before; i < opencl->platforms.n; i++)
		if (!is_known(opencl, before, opencl->platforms.items[i].name))
			opencl->platforms.items[kept++] = opencl->platforms.items[i];
	opencl->platforms.n = kept;
}

void gp_cl_platforms_read(struct gp_arena *arena, const struct gp_tried *tried, const char *icd,
	struct gp_opencl *ret)
{
	size_t first = ret->platforms.n;

	for (size_t i = 0; i < tried->n; i++) {
		const struct gp_tried_line *line = &tried->items[i];

		if (strcmp(line->key, "platform") == 0)
			take_platform(arena, ret, first, line->value);
		else if (strcmp(line->key, "device") == 0)
			take_device(arena, ret, first, line->value);
		else if (strcmp(line->key, "kernel") == 0 || strcmp(line->key, "va-sharing") == 0)
			take_outcome(arena, ret, first, line->key, line->value);
	}
	for (size_t i = first; i < ret->platforms.n; i++) {
		ret->platforms.items[i].icd = icd;
		ret->platforms.items[i].source = tried->from.path;
	}
	if (!icd)
		drop_known(ret, first);
}
