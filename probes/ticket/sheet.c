/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ticket/sheet.h"

#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "log/log.h"
#include "machine/capture.h"
#include "machine/capture-text.h"

#define MOST_ENTRIES 20000
#define MOST_LINES   20000 /* of a file */
#define MOST_ONCE    500   /* ... where each is compared with those before */

struct known {
	const char *path;
	char kind; /* of the capture; a directory that is not whole: 'd' */
	struct gp_sheet_node node;
	struct gp_strings lines; /* of a file */
	const char *text;        /* a link's target, an error; bytes of a file that has no lines */
	size_t size;
};

struct gp_sheet {
	struct gp_arena *arena;
	void *tree; /* of struct known, tsearch(3) */
	size_t n;
};

static int by_path(const void *a, const void *b)
{
	const struct known *left = a, *right = b;

	return gp_path_compare(left->path, right->path);
}

struct gp_sheet *gp_sheet_new(struct gp_arena *arena)
{
	struct gp_sheet *sheet = gp_new(arena, struct gp_sheet);

	sheet->arena = arena;
	return sheet;
}

static void leave(void *entry)
{
	(void)entry; /* the arena's */
}

void gp_sheet_finish(struct gp_sheet *sheet)
{
	tdestroy(sheet->tree, leave);
	sheet->tree = NULL;
}

/* Absolute, of plain bytes, no empty name, no . and no .. */
static bool is_plain_path(const char *path)
{
	size_t length = strnlen(path, PATH_MAX);

	if (path[0] != '/' || length < 2 || length >= PATH_MAX / 2 || path[length - 1] == '/')
		return false;
	for (const char *c = path; *c; c++) {
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || *c == '\\')
			return false;
		if (*c != '/')
			continue;
		if (c[1] == '/' || (c[1] == '.' && (c[2] == '/' || !c[2])) ||
			(c[1] == '.' && c[2] == '.' && (c[3] == '/' || !c[3])))
			return false;
	}
	return true;
}

static struct known *find(const struct gp_sheet *sheet, const char *path)
{
	const struct known key = {.path = path};
	void *node = tfind(&key, &sheet->tree, by_path);

	return node ? *(struct known **)node : NULL;
}

/* /sys/devices/pci0000:00/.../ADDRESS/NAME is the same as /sys/bus/pci/devices/ADDRESS/NAME. */
static const char *canonical(struct gp_arena *arena, const char *path)
{
	const char *found = NULL;

	if (!gp_starts_with(path, "/sys/devices/pci"))
		return path;
	for (const char *at = path; (at = strchr(at, '/')); at++)
		if (gp_log_address(at + 6, strnlen(at + 1, 12) == 12 ? 7 : 0) == at + 6 &&
			at[5] == ':')
			found = at + 1;
	return found ? gp_printf(arena, "/sys/bus/pci/devices/%s", found) : path;
}

/* The entry of that path, a new one of kind 0 where there is none; NULL: it cannot be had. */
static struct known *take(struct gp_sheet *sheet, const char *path)
{
	struct known *entry;

	if (!is_plain_path(path))
		return NULL;
	path = canonical(sheet->arena, path);
	entry = find(sheet, path);
	if (entry || sheet->n >= MOST_ENTRIES)
		return entry;
	entry = gp_new(sheet->arena, struct known);
	entry->path = gp_strdup(sheet->arena, path);
	if (!tsearch(entry, &sheet->tree, by_path))
		return NULL;
	sheet->n++;
	return entry;
}

void gp_sheet_line(struct gp_sheet *sheet, const char *path, const char *line)
{
	struct known *entry = take(sheet, path);

	if (!entry || entry->lines.n >= MOST_LINES)
		return;
	entry->kind = 'F';
	gp_strings_add(sheet->arena, &entry->lines, gp_strdup(sheet->arena, line));
}

void gp_sheet_line_once(struct gp_sheet *sheet, const char *path, const char *line)
{
	const struct known *entry = find(sheet, path);

	if (!entry || entry->kind != 'F' ||
		(entry->lines.n < MOST_ONCE && !gp_strings_has(&entry->lines, line)))
		gp_sheet_line(sheet, path, line);
}

void gp_sheet_file(struct gp_sheet *sheet, const char *path, const char *text)
{
	struct known *entry = take(sheet, path);

	if (!entry)
		return;
	entry->kind = 'F';
	entry->lines = (struct gp_strings){0};
	if (*text)
		gp_strings_add(sheet->arena, &entry->lines, gp_strdup(sheet->arena, text));
}

void gp_sheet_bytes(struct gp_sheet *sheet, const char *path, const char *bytes, size_t size)
{
	struct known *entry = take(sheet, path);

	if (!entry)
		return;
	entry->kind = 'F';
	entry->lines = (struct gp_strings){0};
	entry->text = gp_memdup(sheet->arena, bytes, size);
	entry->size = size;
}

void gp_sheet_link(struct gp_sheet *sheet, const char *path, const char *target)
{
	struct known *entry = take(sheet, path);

	if (!entry || !gp_is_plain(target, "/.:_-,+@"))
		return;
	entry->kind = 'L';
	entry->text = gp_strdup(sheet->arena, target);
}

void gp_sheet_directory(struct gp_sheet *sheet, const char *path, bool is_whole)
{
	struct known *entry = take(sheet, path);

	if (entry && (!entry->kind || is_whole))
		entry->kind = is_whole ? 'D' : 'd';
}

void gp_sheet_error(struct gp_sheet *sheet, const char *path, const char *error)
{
	struct known *entry = take(sheet, path);

	if (!entry || entry->kind)
		return;
	entry->kind = 'X';
	entry->text = gp_strdup(sheet->arena, error);
}

void gp_sheet_node(struct gp_sheet *sheet, const char *path, const struct gp_sheet_node *node)
{
	struct known *entry = take(sheet, path);

	if (!entry || (entry->kind == 'F' && node->kind != 'C') || entry->kind == 'D')
		return;
	entry->kind = node->kind == 'D' ? 'd' : node->kind == 'F' ? 'N' : node->kind;
	entry->node = *node;
	entry->node.owner = gp_strdup(sheet->arena, node->owner);
	entry->node.group = gp_strdup(sheet->arena, node->group);
}

bool gp_sheet_has(const struct gp_sheet *sheet, const char *path)
{
	const struct known *entry = find(sheet, path);

	return entry && entry->kind && entry->kind != 'X';
}

const char *gp_sheet_first_line(const struct gp_sheet *sheet, const char *path)
{
	const struct known *entry = find(sheet, path);

	return entry && entry->kind == 'F' && entry->lines.n ? entry->lines.items[0] : NULL;
}

static void put_owner(FILE *out, const struct gp_sheet_node *node)
{
	static const char nobody[] = "-";
	const char *owner = node->owner && *node->owner ? node->owner : nobody;
	const char *group = node->group && *node->group ? node->group : nobody;

	fprintf(out, " 0%o ", (unsigned)node->mode);
	gp_put_escaped(out, owner, strlen(owner), true);
	putc(' ', out);
	gp_put_escaped(out, group, strlen(group), true);
	fputs(" 0", out);
}

static void put_lines(FILE *out, const struct known *entry)
{
	char *content = NULL;
	size_t size = 0;
	FILE *all = open_memstream(&content, &size);

	if (!all)
		return;
	if (!entry->lines.n)
		fwrite(entry->text, 1, entry->size, all);
	gp_each (line, &entry->lines)
		fprintf(all, "%s\n", *line);
	if (fclose(all) == 0)
		gp_put_content(out, content, size);
	free(content);
}

static void put_entry(FILE *out, const struct known *entry)
{
	putc(entry->kind == 'd' ? 'D' : entry->kind, out);
	putc(' ', out);
	gp_put_escaped(out, entry->path, strlen(entry->path), true);
	if (entry->kind == 'L') {
		fputs(" -> ", out);
		gp_put_escaped(out, entry->text, strlen(entry->text), true);
	} else if (entry->kind == 'X') {
		fprintf(out, " %s", entry->text);
	} else if (entry->node.mode) {
		put_owner(out, &entry->node);
	} else {
		fputs(entry->kind == 'd' || entry->kind == 'D' ? " 0755" : " 0644", out);
		fputs(" - - 0", out);
	}
	if (entry->kind == 'C' || entry->kind == 'B')
		fprintf(out, " %u:%u", entry->node.major, entry->node.minor);
	if (entry->kind == 'd')
		fputs(" ?", out);
	putc('\n', out);
	if (entry->kind == 'F')
		put_lines(out, entry);
}

static void visit(const void *node, VISIT which, void *out)
{
	const struct known *entry = *(struct known *const *)node;

	if ((which == postorder || which == leaf) && entry->kind)
		put_entry(out, entry);
}

void gp_sheet_write(const struct gp_sheet *sheet, FILE *out)
{
	twalk_r(sheet->tree, visit, out);
}
