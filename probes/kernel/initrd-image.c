/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <archive.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel/initrd.h"
#include "machine/source.h"
#include "machine/table.h"

#define MOST_BYTES   (UINT64_C(4) << 30) /* unpacked */
#define MOST_ENTRIES 400000u
#define MOST_SECONDS 10
#define MOST_MODULES 256
#define MOST_NAME    4096u
#define MOST_CONTENT (64u << 10)
#define MAGIC        6
#define HEADER       110 /* of a cpio entry in the "newc" format, cpio(5) */

/* Bytes on their way: of the image itself, or unpacked. */
struct pipe {
	struct gp_stream *image; /* where they come from while nothing is compressed */
	struct archive *inflate; /* where they come from later on, or NULL */
	uint8_t *buffer;
	size_t at, end;
	uint64_t passed; /* taken of this entry, whose parts are aligned by it */
	int error;       /* negative; reading the image */
};

#define WINDOW (256u << 10)

struct lister {
	struct gp_arena *arena;
	struct pipe packed, unpacked, *pipe;
	struct gp_table modules;
	FILE *out;
	const char *cut; /* why it goes no further */
	size_t entries;
	uint64_t left;
	time_t deadline;
};

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static bool stop(struct lister *lister, const char *why)
{
	if (!lister->cut)
		lister->cut = why;
	return false;
}

static ssize_t more(struct pipe *pipe, void *to, size_t size)
{
	return pipe->inflate ? archive_read_data(pipe->inflate, to, size)
			     : pipe->image->read(pipe->image, to, size);
}

/* Makes at least one byte of the window; false at the end. */
static bool fill(struct lister *lister)
{
	struct pipe *pipe = lister->pipe;
	ssize_t n;

	if (pipe->at < pipe->end)
		return true;
	if (lister->cut)
		return false;
	if (seconds() > lister->deadline)
		return stop(lister, "it takes too long to unpack");
	n = more(pipe, pipe->buffer, WINDOW);
	if (n < 0 && !pipe->inflate)
		pipe->error = (int)n;
	if (n < 0)
		return stop(lister, "it is damaged");
	if ((uint64_t)n > lister->left)
		return stop(lister, "it is larger than 4 GiB when unpacked");
	lister->left -= (uint64_t)n;
	pipe->at = 0;
	pipe->end = (size_t)n;
	return n > 0;
}

/* The next bytes, to where somebody wants them or (NULL) past them; how many there were. */
static uint64_t take(struct lister *lister, void *to, uint64_t size)
{
	struct pipe *pipe = lister->pipe;
	uint64_t taken = 0;

	while (taken < size && fill(lister)) {
		size_t n = pipe->end - pipe->at;

		if (n > size - taken)
			n = (size_t)(size - taken);
		if (to)
			memcpy((uint8_t *)to + taken, pipe->buffer + pipe->at, n);
		pipe->at += n;
		taken += n;
	}
	pipe->passed += taken;
	return taken;
}

static bool take_all(struct lister *lister, void *to, uint64_t size)
{
	return take(lister, to, size) == size || stop(lister, "it ends early");
}

static bool align(struct lister *lister)
{
	return take_all(lister, NULL, -lister->pipe->passed & 3);
}

static bool skip_zeros(struct lister *lister)
{
	struct pipe *pipe = lister->pipe;

	while (fill(lister)) {
		if (pipe->buffer[pipe->at])
			return true;
		pipe->at++;
	}
	return false;
}

static bool matters(const char *module)
{
	static const char *const names[] = {"i915", "xe", "amdgpu", "radeon", "nouveau",
		"snd_hda_intel", "xhci_pci", "ast", "mgag200", "simpledrm", "kvmgt"};

	if (gp_starts_with(module, "vfio") || gp_starts_with(module, "nvidia"))
		return true;
	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
		if (strcmp(names[i], module) == 0)
			return true;
	return false;
}

/* .../lib/modules/RELEASE/.../NAME.ko, or .ko.xz, .ko.zst, .ko.gz */
static void take_module(struct lister *lister, const char *path)
{
	const char *base = strrchr(path, '/');
	char name[64], *end;

	if (!base || !strstr(path, "lib/modules/") || strlen(base + 1) >= sizeof(name))
		return;
	strcpy(name, base + 1);
	end = strstr(name, ".ko");
	if (!end || (end[3] && end[3] != '.'))
		return;
	*end = '\0';
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	if (matters(name) && lister->modules.list.n < MOST_MODULES)
		gp_table_at(lister->arena, &lister->modules, name, strlen(name));
}

static bool is_wanted(const char *path, uint64_t size)
{
	if (size > MOST_CONTENT || !gp_is_plain(path, "/._-+@:"))
		return false;
	return strcmp(path, "conf/modules") == 0 ||
	       (gp_starts_with(path, "etc/modprobe.d/") && gp_ends_with(path, ".conf")) ||
	       (gp_starts_with(path, "etc/modules-load.d/") && gp_ends_with(path, ".conf"));
}

static bool take_content(struct lister *lister, const char *path, size_t size)
{
	char *text = calloc(size + 1, 1);
	bool whole = text && take_all(lister, text, size);

	if (whole && !memchr(text, '\0', size) && ftell(lister->out) < (long)(GP_LISTING_MAX / 4)) {
		fprintf(lister->out, "file %s\n", path);
		for (const char *line = text; *line;) {
			size_t length = strcspn(line, "\n");

			fprintf(lister->out, "|%.*s\n", (int)length, line);
			line += length + (line[length] == '\n');
		}
	}
	free(text);
	return whole;
}

/* "./usr/lib" and "/usr/lib" are usr/lib. */
static const char *plain_name(const char *name)
{
	while (*name == '/' || (*name == '.' && name[1] == '/'))
		name++;
	return name;
}

static bool field(const char *header, size_t at, uint64_t *ret)
{
	char digits[9] = "";

	memcpy(digits, header + at, 8);
	return gp_parse_u64(digits, 16, ret) == 0 && digits[1] != 'x' && digits[1] != 'X';
}

static bool take_entry(struct lister *lister)
{
	char header[HEADER], name[MOST_NAME];
	uint64_t size, length;
	const char *path = name;

	if (!take_all(lister, header, HEADER))
		return false;
	if (!field(header, 54, &size) || !field(header, 94, &length) || !length ||
		length > sizeof(name))
		return stop(lister, "it is damaged");
	if (!take_all(lister, name, length) || !align(lister))
		return false;
	name[length - 1] = '\0';
	path = plain_name(name);
	take_module(lister, path);
	if (is_wanted(path, size) && size)
		return take_content(lister, path, (size_t)size) && align(lister);
	return take_all(lister, NULL, size) && align(lister);
}

/* The bytes that say what comes next, left where they are; NULL where there are not as many. */
static const uint8_t *peek_magic(struct pipe *pipe)
{
	size_t there = pipe->end - pipe->at;

	if (there >= MAGIC)
		return pipe->buffer + pipe->at;
	memmove(pipe->buffer, pipe->buffer + pipe->at, there);
	pipe->at = 0;
	pipe->end = there;
	while (pipe->end < MAGIC) {
		ssize_t n = more(pipe, pipe->buffer + pipe->end, WINDOW - pipe->end);
		if (n <= 0)
			return NULL;
		pipe->end += (size_t)n;
	}
	return pipe->buffer;
}

/* Archives up to the end, or up to bytes that are no cpio: true, and those are next. */
static bool list_archives(struct lister *lister)
{
	while (skip_zeros(lister)) {
		const uint8_t *magic = peek_magic(lister->pipe);

		if (!magic)
			return stop(lister, "it ends early");
		if (memcmp(magic, "070701", MAGIC) && memcmp(magic, "070702", MAGIC))
			return true;
		if (++lister->entries > MOST_ENTRIES)
			return stop(lister, "it has too many entries");
		lister->pipe->passed = 0;
		if (!take_entry(lister))
			return false;
	}
	return false;
}

/* Only what libarchive unpacks by itself: it would run programs for the rest. */
static const struct packer {
	const char *magic;
	size_t size;
	const char *name;
	int (*support)(struct archive *);
} packers[] = {
	{"\x1f\x8b", 2, "gzip", archive_read_support_filter_gzip},
	{"\xfd\x37zXZ", 5, "xz", archive_read_support_filter_xz},
	{"\x28\xb5\x2f\xfd", 4, "zstd", archive_read_support_filter_zstd},
	{"\x02\x21\x4c\x18", 4, "lz4", archive_read_support_filter_lz4},
	{"\x04\x22\x4d\x18", 4, "lz4", archive_read_support_filter_lz4},
	{"BZh", 3, "bzip2", archive_read_support_filter_bzip2},
	{"\x5d\0\0", 3, "lzma", archive_read_support_filter_lzma},
};

static const struct packer *packer_of(const uint8_t *start)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(packers); i++)
		if (memcmp(start, packers[i].magic, packers[i].size) == 0)
			return &packers[i];
	return NULL;
}

static la_ssize_t feed(struct archive *archive, void *context, const void **ret)
{
	struct pipe *pipe = context;
	ssize_t n;

	(void)archive;
	*ret = pipe->buffer + pipe->at;
	if (pipe->at < pipe->end) {
		n = (ssize_t)(pipe->end - pipe->at);
		pipe->at = pipe->end;
		return n;
	}
	*ret = pipe->buffer;
	n = pipe->image->read(pipe->image, pipe->buffer, WINDOW);
	if (n < 0)
		pipe->error = (int)n;
	return n < 0 ? -1 : n;
}

static bool open_packed(struct lister *lister, struct archive *archive)
{
	const struct packer *packer = packer_of(lister->packed.buffer + lister->packed.at);
	struct archive_entry *entry;

	if (!packer)
		return stop(lister, "it is packed in a way that is not known here");
	fprintf(lister->out, "compressed %s\n", packer->name);
	if (packer->support(archive) != ARCHIVE_OK)
		return stop(lister, "it is packed in a way that cannot be unpacked here");
	if (archive_read_support_format_raw(archive) != ARCHIVE_OK ||
		archive_read_open(archive, &lister->packed, NULL, feed, NULL) != ARCHIVE_OK ||
		archive_read_next_header(archive, &entry) != ARCHIVE_OK)
		return stop(lister, "it is damaged");
	return true;
}

static void list_packed(struct lister *lister)
{
	struct archive *archive = archive_read_new();

	if (archive && open_packed(lister, archive)) {
		lister->unpacked.inflate = archive;
		lister->pipe = &lister->unpacked;
		if (list_archives(lister))
			stop(lister, "it holds no cpio archive");
	}
	archive_read_free(archive);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(
		((const struct gp_table_item *)a)->name, ((const struct gp_table_item *)b)->name);
}

static void finish(struct lister *lister)
{
	struct gp_table *modules = &lister->modules;

	if (modules->list.n)
		qsort(modules->list.items, modules->list.n, sizeof(*modules->list.items), by_name);
	for (size_t i = 0; i < modules->list.n; i++)
		fprintf(lister->out, "module %s\n", modules->list.items[i].name);
	if (lister->cut)
		fprintf(lister->out, "cut %s\n", lister->cut);
	else
		fputs("end\n", lister->out);
}

static bool is_listing(struct lister *lister)
{
	struct pipe *pipe = &lister->packed;

	return fill(lister) && pipe->end >= strlen(GP_LISTING_START) &&
	       memcmp(pipe->buffer, GP_LISTING_START, strlen(GP_LISTING_START)) == 0;
}

static void copy_listing(struct lister *lister)
{
	struct pipe *pipe = &lister->packed;

	while (fill(lister) && ftell(lister->out) < (long)GP_LISTING_MAX / 2) {
		fwrite(pipe->buffer + pipe->at, 1, pipe->end - pipe->at, lister->out);
		pipe->at = pipe->end;
	}
}

static void list(struct lister *lister)
{
	if (is_listing(lister)) {
		copy_listing(lister);
		return;
	}
	fputs(GP_LISTING_START, lister->out);
	if (list_archives(lister))
		list_packed(lister);
	finish(lister);
}

int gp_initrd_list(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret)
{
	struct lister lister = {.arena = arena,
		.packed = {.image = stream, .buffer = malloc(WINDOW)},
		.unpacked = {.buffer = malloc(WINDOW)},
		.left = MOST_BYTES,
		.deadline = seconds() + MOST_SECONDS};
	char *text = NULL;
	size_t size = 0;
	int r = -ENOMEM;

	lister.pipe = &lister.packed;
	lister.out = open_memstream(&text, &size);
	if (lister.out && lister.packed.buffer && lister.unpacked.buffer) {
		list(&lister);
		r = lister.packed.error;
	}
	if (lister.out && fclose(lister.out))
		r = -ENOMEM;
	if (!r)
		*ret = (struct gp_bytes){gp_bytes_copy(arena, text, size), size};
	free(text);
	free(lister.packed.buffer);
	free(lister.unpacked.buffer);
	return r;
}
