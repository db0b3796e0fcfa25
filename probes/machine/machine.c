/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/capture.h"
#include "machine/given.h"
#include "machine/resolve.h"
#include "machine/source.h"
#include "machine/watch.h"

struct gp_machine {
	struct gp_arena *arena;
	struct gp_source *source; /* what answers: the origin, or its recorder */
	struct gp_source *origin;
	struct gp_source *given;    /* the part of the origin that holds what was handed over */
	struct gp_capture *capture; /* NULL but for a capture */
	enum gp_machine_kind kind;
	const char *name;
};

static struct gp_machine *new_machine(enum gp_machine_kind kind, const char *name)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_machine *machine = gp_new(arena, struct gp_machine);

	machine->arena = arena;
	machine->kind = kind;
	machine->name = gp_strdup(arena, name);
	return machine;
}

static void set_origin(struct gp_machine *machine, struct gp_source *origin)
{
	machine->origin = machine->source = origin;
}

/* Where the machine's bytes come from; what is handed over is laid on top. */
static void start_with(struct gp_machine *machine, struct gp_source *files)
{
	machine->given = gp_given_new(machine->arena, files, machine->kind == GP_MACHINE_LIVE);
	set_origin(machine, machine->given);
}

static void say(char **ret_error, const char *name, const char *problem)
{
	if (asprintf(ret_error, "%s: %s", name, problem) < 0)
		*ret_error = NULL;
}

static int open_tree(const char *name, const char *root, enum gp_machine_kind kind,
	bool force_walker, struct gp_machine **ret, char **ret_error)
{
	int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		int r = -errno;

		say(ret_error, name, strerror(-r));
		return r;
	}
	*ret = new_machine(kind, name);
	start_with(
		*ret, gp_tree_source_new((*ret)->arena, fd, kind == GP_MACHINE_LIVE, force_walker));
	return 0;
}

int gp_machine_open_tree(
	const char *root, bool force_walker, struct gp_machine **ret, char **ret_error)
{
	return open_tree(root, root, GP_MACHINE_TREE, force_walker, ret, ret_error);
}

int gp_machine_open_data(
	const char *name, char *data, size_t size, struct gp_machine **ret, char **ret_error)
{
	struct gp_machine *machine = new_machine(GP_MACHINE_CAPTURE, name);
	const char *problem = NULL;
	int r = gp_capture_load(machine->arena, data, size, &machine->capture, &problem);

	if (r < 0) {
		say(ret_error, name, problem);
		gp_machine_close(machine);
		return r;
	}
	start_with(machine, gp_capture_source_new(machine->arena, machine->capture));
	*ret = machine;
	return 0;
}

int gp_machine_open_memory(const void *data, size_t size, struct gp_machine **ret, char **ret_error)
{
	char *copy = malloc(size + 1);

	if (!copy) {
		say(ret_error, "memory", strerror(ENOMEM));
		return -ENOMEM;
	}
	if (size)
		memcpy(copy, data, size);
	return gp_machine_open_data("memory", copy, size, ret, ret_error);
}

static int open_file(const char *name, struct gp_machine **ret, char **ret_error)
{
	int fd = open(name, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	char *data = NULL;
	size_t size;
	int r = fd < 0 ? -errno : gp_capture_slurp(fd, GP_CAPTURE_MOST, &data, &size);

	if (fd >= 0)
		close(fd);
	if (r == -EFBIG)
		say(ret_error, name, "larger than a capture may be (256 MiB)");
	else if (r < 0)
		say(ret_error, name, strerror(-r));
	return r < 0 ? r : gp_machine_open_data(name, data, size, ret, ret_error);
}

int gp_machine_open(const char *root, struct gp_machine **ret, char **ret_error)
{
	struct stat st;
	int r;

	if (!root)
		return open_tree("live", "/", GP_MACHINE_LIVE, false, ret, ret_error);
	if (stat(root, &st) < 0) {
		r = -errno;
		say(ret_error, root, strerror(-r));
		return r;
	}
	if (S_ISDIR(st.st_mode))
		return open_tree(root, root, GP_MACHINE_TREE, false, ret, ret_error);
	if (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode))
		return open_file(root, ret, ret_error);
	say(ret_error, root, "neither a directory nor a capture");
	return -EINVAL;
}

void gp_machine_close(struct gp_machine *machine)
{
	if (!machine)
		return;
	if (machine->origin)
		machine->origin->ops->close(machine->origin);
	gp_capture_free(machine->capture);
	gp_arena_free(machine->arena);
}

struct gp_arena *gp_machine_arena(struct gp_machine *machine)
{
	return machine->arena;
}

enum gp_machine_kind gp_machine_kind(const struct gp_machine *machine)
{
	return machine->kind;
}

const char *gp_machine_name(const struct gp_machine *machine)
{
	return machine->name;
}

bool gp_machine_is_partial(const struct gp_machine *machine)
{
	return machine->capture && machine->capture->is_partial;
}

const char *gp_machine_cut(const struct gp_machine *machine)
{
	return machine->capture ? machine->capture->cut : NULL;
}

static int check_path(const char *path)
{
	if (path[0] != '/')
		return -EINVAL;
	return strnlen(path, PATH_MAX) < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int gp_machine_stat(struct gp_machine *machine, const char *path, struct gp_stat *ret)
{
	int r = check_path(path);

	return r < 0 ? r : machine->source->ops->stat(machine->source, path, ret);
}

int gp_machine_read(struct gp_machine *machine, const char *path, size_t cap, struct gp_bytes *ret)
{
	int r = check_path(path);

	return r < 0 ? r : machine->source->ops->read(machine->source, path, cap, ret);
}

int gp_machine_read_part(struct gp_machine *machine, const char *path, const struct gp_part *part,
	struct gp_bytes *ret)
{
	int r = check_path(path);

	return r < 0 ? r : machine->source->ops->read_part(machine->source, path, part, ret);
}

int gp_machine_extract(struct gp_machine *machine, const char *path,
	const struct gp_extract *extract, struct gp_bytes *ret)
{
	int r = check_path(path);

	return r < 0 ? r : machine->source->ops->extract(machine->source, path, extract, ret);
}

int gp_machine_list(struct gp_machine *machine, const char *path, struct gp_strings *ret)
{
	int r = check_path(path);

	return r < 0 ? r : machine->source->ops->list(machine->source, path, ret);
}

int gp_machine_readlink(struct gp_machine *machine, const char *path, const char **ret)
{
	int r = check_path(path);

	return r < 0 ? r : machine->source->ops->readlink(machine->source, path, ret);
}

int gp_machine_realpath(struct gp_machine *machine, const char *path, const char **ret)
{
	struct gp_resolver resolver = gp_source_resolver(machine->source);
	char plain[PATH_MAX];
	int r = check_path(path);

	if (!r)
		r = gp_resolve(&resolver, path, true, plain);
	if (!r)
		*ret = gp_strdup(machine->arena, plain);
	return r;
}

int gp_machine_klog(struct gp_machine *machine,
	void (*each)(void *context, const struct gp_klog_line *line), void *context,
	const char **ret_source, bool *ret_whole)
{
	const char *from = "kernel log";
	bool whole = false;
	int r = machine->source->ops->klog(machine->source, each, context, &from, &whole);

	*ret_source = from;
	*ret_whole = whole;
	return r;
}

void gp_machine_attempt(struct gp_machine *machine, struct gp_attempts *attempts)
{
	machine->source->ops->attempt(machine->source, attempts);
}

void gp_machine_give(struct gp_machine *machine, const char *name, const void *data, size_t size)
{
	gp_given_add(machine->given, name, data, size);
}

void gp_machine_watch(struct gp_machine *machine, struct gp_watch *watch)
{
	set_origin(machine, gp_watched_new(machine->arena, machine->origin, watch));
}

void gp_machine_record(struct gp_machine *machine)
{
	if (machine->source == machine->origin)
		machine->source = gp_recorder_new(machine->arena, machine->origin);
}

int gp_machine_write_capture(struct gp_machine *machine, bool redact, FILE *out)
{
	if (machine->source == machine->origin)
		return -EINVAL;
	return gp_recorder_write(machine->source, redact, gp_machine_is_partial(machine), out);
}
