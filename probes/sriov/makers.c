/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sriov/makers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ATTRIBUTE   "sriov_numvfs"
#define ADDRESS     12 /* 0000:00:02.0 */
#define MOST_MAKERS 256

static bool is_address(const char *text)
{
	static const char shape[] = "xxxx:xx:xx.o";

	for (size_t i = 0; i < ADDRESS; i++)
		if (shape[i] == 'x'       ? !isxdigit((unsigned char)text[i])
			: shape[i] == 'o' ? text[i] < '0' || text[i] > '7'
					  : text[i] != shape[i])
			return false;
	return true;
}

/* The last address in a text of that length, or NULL. */
static const char *find_address(struct gp_arena *arena, const char *text, size_t length)
{
	const char *found = NULL;

	for (size_t i = 0; i + ADDRESS <= length; i++)
		if (is_address(text + i))
			found = text + i;
	return found ? gp_strndup(arena, found, ADDRESS) : NULL;
}

/* The number at the start of a text, quotes and blanks before it skipped. */
static bool number_at(const char *text, uint64_t *ret)
{
	char *end;

	text += strspn(text, " \t\"'");
	if (!isdigit((unsigned char)*text))
		return false;
	*ret = strtoull(text, &end, 10);
	return true;
}

/* devices/pci0000:00/0000:00:02.0/sriov_numvfs = 7 */
static bool take_sysfs_conf(struct gp_vf_maker *maker)
{
	const char *behind = strstr(maker->text, ATTRIBUTE) + strlen(ATTRIBUTE);

	behind += strspn(behind, " \t");
	if (gp_starts_with(maker->text, "/sys/"))
		maker->problem =
			"its path begins with /sys/, which sysfsutils puts before it again";
	if (*behind != '=' || !number_at(behind + 1, &maker->count)) {
		maker->problem = "it has no = and number";
		maker->count = 0;
		return true;
	}
	return maker->count;
}

/* w /sys/devices/pci0000:00/0000:00:02.0/sriov_numvfs - - - - 7 */
static bool take_tmpfiles(struct gp_vf_maker *maker)
{
	const char *at = strstr(maker->text, ATTRIBUTE) + strlen(ATTRIBUTE);

	for (int field = 0; field < 4; field++) {
		at += strspn(at, " \t");
		at += strcspn(at, " \t");
	}
	if (*maker->text != 'w' || !number_at(at, &maker->count)) {
		maker->problem = *maker->text != 'w' ? "only a line of type w writes"
						     : "the number is not in the seventh field";
		maker->count = 0;
		return true;
	}
	return maker->count;
}

/* echo 7 > /sys/.../sriov_numvfs; one that only reads or resets it makes nothing. */
static bool take_command(struct gp_vf_maker *maker)
{
	const char *attribute = strstr(maker->text, ATTRIBUTE);
	const char *echo = NULL;

	for (const char *at = maker->text; (at = strstr(at, "echo ")) && at < attribute; at++)
		echo = at + strlen("echo ");
	if (echo && gp_starts_with(echo, "-n "))
		echo += strlen("-n ");
	if (echo && number_at(echo, &maker->count))
		return maker->count;
	return strchr(maker->text, '>') || strstr(maker->text, "tee ");
}

/* ATTR{sriov_numvfs}="7": one = sets it, two compare. */
static bool take_udev(struct gp_vf_maker *maker)
{
	for (const char *at = maker->text; (at = strstr(at, ATTRIBUTE)); at++) {
		const char *behind = at + strlen(ATTRIBUTE);

		if (gp_starts_with(behind, "}=") && behind[2] != '=')
			return number_at(behind + 2, &maker->count) && maker->count;
	}
	return strstr(maker->text, "RUN") && take_command(maker);
}

static bool (*const takes[])(struct gp_vf_maker *maker) = {
	[GP_MAKER_SYSFSUTILS] = take_sysfs_conf,
	[GP_MAKER_TMPFILES] = take_tmpfiles,
	[GP_MAKER_UDEV] = take_udev,
	[GP_MAKER_UNIT] = take_command,
	[GP_MAKER_SCRIPT] = take_command,
};

/* NVIDIA's script makes all the VFs of the card it is given, or of all. */
static bool takes_line(struct gp_vf_maker *maker)
{
	if (strstr(maker->text, ATTRIBUTE))
		return takes[maker->kind](maker);
	return strstr(maker->text, "sriov-manage -e");
}

/* Most machines that make VFs make those of a network card. */
static bool is_about_network(const char *text)
{
	static const char *const signs[] = {
		"/class/net/", "/class/infiniband/", "\"net\"", "ID_NET", "\"infiniband\""};

	for (size_t i = 0; i < GP_ARRAY_SIZE(signs); i++)
		if (strstr(text, signs[i]))
			return true;
	return false;
}

/* ATTR{device}=="0x4680", ATTRS{device}=="0x4680" */
static uint16_t device_id(const char *text)
{
	static const char match[] = "{device}==\"";
	const char *at = strstr(text, match);

	return at ? (uint16_t)strtoul(at + strlen(match), NULL, 16) : 0;
}

static void parse_line(struct gp_arena *arena, struct gp_vf_maker *maker, struct gp_vf_makers *out)
{
	if (!*maker->text || *maker->text == '#' || *maker->text == ';' || out->n >= MOST_MAKERS)
		return;
	if (is_about_network(maker->text) || !takes_line(maker))
		return;
	maker->device_id = device_id(maker->text);
	maker->address = find_address(arena, maker->text, strlen(maker->text));
	*gp_push(arena, out) = *maker;
}

void gp_makers_parse(struct gp_arena *arena, enum gp_maker_kind kind, const char *file,
	const char *text, bool whole, const char *problem, struct gp_vf_makers *out)
{
	for (size_t line = 1; *text; line++) {
		size_t length = strcspn(text, "\n");
		struct gp_vf_maker maker = {.kind = kind,
			.file = file,
			.line = whole ? line : 0,
			.text = gp_strip(arena, gp_strndup(arena, text, length)),
			.problem = problem};

		parse_line(arena, &maker, out);
		text += length + (text[length] == '\n');
	}
}

const char *gp_maker_place(struct gp_arena *arena, const struct gp_vf_maker *maker)
{
	return maker->line ? gp_printf(arena, "%s:%zu", maker->file, maker->line) : maker->file;
}
