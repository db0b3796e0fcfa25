/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was said when VMs were started. A failure that a later start overcame, or that is from
 * before this boot, says nothing about the machine as it is: it is left out.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vm/vm.h"

#define TASKS        "/var/log/pve/tasks"
#define LIBVIRT_LOGS "/var/log/libvirt/qemu"
#define INDEX_TAIL   (256u << 10)
#define LOG_TAIL     (64u << 10)
#define MOST_LOGS    16

struct reader {
	struct gp_machine *machine;
	struct gp_arena *arena;
	const struct gp_log_scanner *scanner;
	struct gp_vms *vms;
	int64_t boot; /* seconds since the epoch; 0: not known */
};

/* A line of the index: "UPID:NODE:PID:PSTART:START:qmstart:ID:USER: END STATUS". */
struct task {
	const char *upid;
	const char *start; /* eight hex digits */
	const char *id;
	const char *status;
	int64_t when;
};

static int64_t boot_time(struct gp_machine *machine)
{
	static const char *const phrases[] = {"btime ", NULL};
	struct gp_text_value text = gp_read_matching(machine, "/proc/stat", phrases, 1);
	long long seconds =
		gp_starts_with(text.value, "btime ") ? strtoll(text.value + 6, NULL, 10) : 0;

	return seconds > 0 ? seconds : 0;
}

static int64_t since_boot(const struct reader *reader, int64_t when)
{
	return reader->boot && when >= reader->boot ? (when - reader->boot) * 1000000 : -1;
}

static void scan_text(
	const struct reader *reader, const char *source, int64_t when, const char *text)
{
	while (*text) {
		struct gp_klog_line line = {.usec = since_boot(reader, when),
			.text = text,
			.size = strcspn(text, "\n")};

		gp_log_take(reader->arena, reader->scanner, &reader->vms->log, source, &line);
		text += line.size;
		text += *text == '\n';
	}
}

static bool is_kind(const char *field, const char *kind)
{
	size_t length = strlen(kind) - 2;

	return strncmp(field, kind + 1, length) == 0 && !field[length];
}

/* kind: ":qmstart:" */
static bool parse_task(
	struct gp_arena *arena, const char *line, size_t length, const char *kind, struct task *ret)
{
	const char *space = memchr(line, ' ', length);
	struct gp_strings fields;
	uint64_t when;

	if (!space || !gp_starts_with(line, "UPID:"))
		return false;
	ret->upid = gp_strndup(arena, line, (size_t)(space - line));
	fields = gp_split(arena, ret->upid, ":");
	if (fields.n < 7 || !is_kind(fields.items[5], kind) || !gp_is_plain(ret->upid, ":@!._-+") ||
		strlen(fields.items[4]) != 8 || gp_parse_u64(fields.items[4], 16, &when) < 0)
		return false;
	ret->start = fields.items[4];
	ret->when = (int64_t)when;
	ret->id = fields.items[6];
	space += strcspn(space + 1, " \n") + 1;
	ret->status = gp_strip(arena, gp_strndup(arena, space, length - (size_t)(space - line)));
	return *ret->status != '\0';
}

static const struct gp_vm *vm_of(const struct gp_vms *vms, const char *id)
{
	gp_each (vm, vms)
		if (gp_starts_with(vm->name, "vm/") && strcmp(vm->name + 3, id) == 0)
			return vm;
	return NULL;
}

static bool has_worked(const struct task *task)
{
	return strcmp(task->status, "OK") == 0 || gp_starts_with(task->status, "WARNINGS");
}

/* Whether it still says something; done: VMs of which a later start worked. */
static bool counts(const struct reader *reader, const struct task *task, struct gp_strings *done)
{
	const struct gp_vm *vm = vm_of(reader->vms, task->id);

	if (!vm || task->when < reader->boot || gp_strings_has(done, task->id))
		return false;
	if (has_worked(task))
		gp_strings_add(reader->arena, done, task->id);
	else if (vm->pid)
		return false;
	return true;
}

static void scan_task(const struct reader *reader, const struct task *task)
{
	const char *path = gp_printf(reader->arena, TASKS "/%c/%s", task->start[7], task->upid);
	struct gp_text_value text = gp_read_tail(reader->machine, path, LOG_TAIL);

	if (gp_is_present(&text.from))
		scan_text(reader, path, task->when, text.value);
	else
		scan_text(reader, TASKS "/index", task->when, task->status);
}

/* "UPID:...:qmigrate:100:...: 65F1A2B3 can't migrate VM ...": its log says no more. */
static void scan_move(const struct reader *reader, const char *line, size_t length)
{
	static const char *const kinds[] = {":qmigrate:", ":qmsuspend:", ":qmsnapshot:"};
	struct task task;

	for (size_t i = 0; i < GP_ARRAY_SIZE(kinds); i++)
		if (memmem(line, length, kinds[i], strlen(kinds[i])) &&
			parse_task(reader->arena, line, length, kinds[i], &task) &&
			task.when >= reader->boot)
			scan_text(reader, TASKS "/index", task.when, task.status);
}

/* The index is written at its end. */
static void scan_tasks(const struct reader *reader)
{
	struct gp_text_value index = gp_read_tail(reader->machine, TASKS "/index", INDEX_TAIL);
	struct task tasks[MOST_LOGS];
	struct gp_strings done = {0};
	size_t n = 0, end = strlen(index.value);

	while (end && n < MOST_LOGS) {
		const char *before = memrchr(index.value, '\n', end - 1);
		const char *line = before ? before + 1 : index.value;

		if (parse_task(reader->arena, line, (size_t)(index.value + end - line),
			    ":qmstart:", &tasks[n]) &&
			counts(reader, &tasks[n], &done))
			n++;
		else
			scan_move(reader, line, (size_t)(index.value + end - line));
		end = (size_t)(line - index.value);
	}
	while (n)
		scan_task(reader, &tasks[--n]);
}

/* "2026-11-20 18:03:11.337+0000: starting up libvirt version: 9.0.0" */
static int64_t time_of(const char *line)
{
	struct tm when = {0};
	const char *end = strptime(line, "%Y-%m-%d %H:%M:%S", &when);
	time_t seconds = end ? timegm(&when) : -1;

	return seconds > 0 ? (int64_t)seconds : 0;
}

/* Where the last start begins in a log; the log where that is not marked. */
static const char *last_start(const char *text, const char *mark)
{
	const char *at = mark ? strstr(text, mark) : NULL;

	for (const char *next = at; next; next = strstr(next + 1, mark))
		at = next;
	while (at && at > text && at[-1] != '\n')
		at--;
	return at ? at : text;
}

static void scan_log(const struct reader *reader, const char *path, const char *mark)
{
	struct gp_text_value text = gp_read_tail(reader->machine, path, LOG_TAIL);
	const char *start = last_start(text.value, mark);
	int64_t when = time_of(start);

	if (!when || when >= reader->boot)
		scan_text(reader, path, when, start);
}

static void scan_logs(const struct reader *reader)
{
	static const struct {
		const char *directory, *end, *mark;
	} logs[] = {
		{LIBVIRT_LOGS, ".log", ": starting up libvirt version"},
		{"/var/log/libvirt/libxl", ".log", NULL},
		{"/var/log/xen/console", "-dm.log", NULL},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(logs); i++) {
		struct gp_names_value names = gp_read_names(reader->machine, logs[i].directory);
		size_t n = 0;

		gp_each (name, &names.value)
			if (gp_ends_with(*name, logs[i].end) && n++ < MOST_LOGS)
				scan_log(reader,
					gp_printf(reader->arena, "%s/%s", logs[i].directory, *name),
					logs[i].mark);
	}
}

void gp_vm_logs_collect(struct gp_machine *machine, struct gp_vms *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct reader reader = {.machine = machine,
		.arena = arena,
		.scanner = gp_log_scanner_new(arena),
		.vms = ret,
		.boot = boot_time(machine)};

	scan_tasks(&reader);
	scan_logs(&reader);
}

/* The domain that a log of libvirt's is called after. */
static const struct gp_vm *domain_of(const struct gp_vms *vms, const char *path)
{
	const char *name = path + strlen(LIBVIRT_LOGS "/");

	if (!gp_starts_with(path, LIBVIRT_LOGS "/") || !gp_ends_with(path, ".log"))
		return NULL;
	gp_each (vm, vms) {
		size_t length = strlen(vm->name + strlen("vm/"));

		if (vm->manager == GP_VM_LIBVIRT &&
			strncmp(vm->name + strlen("vm/"), name, length) == 0 &&
			strcmp(name + length, ".log") == 0)
			return vm;
	}
	return NULL;
}

const struct gp_vm *gp_vms_said_by(const struct gp_vms *vms, const struct gp_log_hit *hit)
{
	const char *id = strstr(hit->source, ":qmstart:");

	if (!id)
		return domain_of(vms, hit->source);
	id += strlen(":qmstart:");
	gp_each (vm, vms) {
		size_t length = strlen(vm->name + strlen("vm/"));

		if (strncmp(vm->name + strlen("vm/"), id, length) == 0 && id[length] == ':')
			return vm;
	}
	return NULL;
}
