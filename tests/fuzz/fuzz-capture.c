/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A capture: opened, walked from "/" as far as it goes, and captured again with redaction. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "machine/read.h"
#include "machine/source.h"

#define MAX_DEPTH 8
#define MAX_CALLS 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	struct gp_machine *machine;
	unsigned int calls;
	size_t sum;
};

static void touch(struct walk *walk, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		walk->sum += bytes[i];
}

static void look_at(struct walk *walk, const char *path)
{
	static const char *const phrases[] = {"a", "vfio", NULL};
	struct gp_text_value text = gp_read_text(walk->machine, path);
	struct gp_bytes bytes;
	struct gp_stat st;
	const char *real;

	touch(walk, text.value, strlen(text.value));
	if (!gp_machine_read(walk->machine, path, 4096, &bytes))
		touch(walk, bytes.data, bytes.size + 1);
	if (!gp_machine_stat(walk->machine, path, &st) && st.owner)
		touch(walk, st.owner, strlen(st.owner));
	if (!gp_machine_realpath(walk->machine, path, &real) &&
		gp_machine_stat(walk->machine, real, &st) == -ENOENT)
		abort();
	gp_read_number(walk->machine, path, 0);
	gp_read_link_name(walk->machine, path);
	gp_read_matching(walk->machine, path, phrases, 10);
	gp_read_section(walk->machine, path, "a", "b");
	gp_read_tail(walk->machine, path, 20);
}

static void walk_down(struct walk *walk, const char *path, unsigned int depth)
{
	struct gp_strings names;

	look_at(walk, path);
	if (depth == MAX_DEPTH || gp_machine_list(walk->machine, path, &names) < 0)
		return;
	for (size_t i = 0; i < names.n && walk->calls++ < MAX_CALLS; i++) {
		const char *child = gp_printf(gp_machine_arena(walk->machine), "%s/%s",
			path[1] ? path : "", names.items[i]);

		walk_down(walk, child, depth + 1);
	}
}

static void hear(void *context, const struct gp_klog_line *line)
{
	touch(context, line->text, line->size);
}

static void use(struct gp_machine *machine)
{
	struct walk walk = {.machine = machine};
	const char *source;
	bool whole;

	walk_down(&walk, "/", 0);
	look_at(&walk, "/sys/class/iommu/dmar0/../../../../etc/../proc/cmdline");
	gp_machine_klog(machine, hear, &walk, &source, &whole);
}

/* What was written can be read, and is whole. */
static void check_written(const char *text, size_t size)
{
	struct gp_machine *machine = NULL;
	char *error = NULL;

	if (gp_machine_open_memory(text, size, &machine, &error) < 0 || gp_machine_cut(machine))
		abort();
	gp_machine_close(machine);
}

static void capture_again(struct gp_machine *machine, bool redact)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out || gp_machine_write_capture(machine, redact, out) < 0 || fclose(out))
		abort();
	check_written(text, size);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_machine *machine = NULL;
	char *error = NULL;

	if (gp_machine_open_memory(data, size, &machine, &error) < 0) {
		free(error);
		return 0;
	}
	use(machine);
	gp_machine_record(machine);
	use(machine);
	capture_again(machine, false);
	capture_again(machine, true);
	gp_machine_close(machine);
	return 0;
}
