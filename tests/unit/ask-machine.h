/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ASK_MACHINE_H
#define GP_ASK_MACHINE_H

/* Calls of the machine reader with what came of them as text. Include it behind cmocka.h. */

#include <string.h>

#include "machine/machine.h"
#include "machine/source.h"

#define ASK_CAP 100000

static inline struct gp_machine *open_text(const char *text, size_t size)
{
	struct gp_machine *machine = NULL;
	char *error = NULL;

	if (gp_machine_open_memory(text, size, &machine, &error) < 0)
		fail_msg("%s", error);
	return machine;
}

static inline struct gp_machine *open_string(const char *text)
{
	return open_text(text, strlen(text));
}

/* What came of a call, as text. */
struct answer {
	const char *call, *path;
	int r;
	const char *says;
};

static inline struct answer ask_stat(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "stat", .path = path, .says = ""};
	struct gp_stat st;

	answer.r = gp_machine_stat(machine, path, &st);
	if (!answer.r)
		answer.says = gp_printf(gp_machine_arena(machine), "%o %s %s %u:%u %lld", st.mode,
			st.owner ? st.owner : "(null)", st.group ? st.group : "(null)",
			st.dev_major, st.dev_minor, (long long)st.mtime);
	return answer;
}

static inline struct answer ask_read(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "read", .path = path, .says = ""};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_bytes bytes;

	answer.r = gp_machine_read(machine, path, ASK_CAP, &bytes);
	if (answer.r)
		return answer;
	assert_int_equal(bytes.data[bytes.size], 0);
	for (size_t i = 0; i < bytes.size; i++) {
		char *text = i ? NULL : gp_alloc(arena, 2 * bytes.size + 1, 1);

		if (text)
			answer.says = text;
		snprintf((char *)(uintptr_t)answer.says + 2 * i, 3, "%02x", bytes.data[i]);
	}
	return answer;
}

static inline struct answer ask_list(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "list", .path = path, .says = ""};
	struct gp_strings names;

	answer.r = gp_machine_list(machine, path, &names);
	if (!answer.r)
		answer.says = gp_join(gp_machine_arena(machine), &names, "|");
	return answer;
}

static inline struct answer ask_link(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "readlink", .path = path, .says = ""};

	answer.r = gp_machine_readlink(machine, path, &answer.says);
	return answer;
}

static inline struct answer ask_real(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "realpath", .path = path, .says = ""};

	answer.r = gp_machine_realpath(machine, path, &answer.says);
	return answer;
}

struct log {
	struct gp_arena *arena;
	const char *text;
};

static inline void hear(void *context, const struct gp_klog_line *line)
{
	struct log *log = context;

	log->text = gp_printf(log->arena, "%s%lld %s\n", log->text, (long long)line->usec,
		gp_printable(log->arena, line->text, line->size, 0));
}

static inline struct answer ask_log(struct gp_machine *machine, const char *path)
{
	struct log log = {.arena = gp_machine_arena(machine), .text = ""};
	struct answer answer = {.call = "klog", .path = path};
	const char *source;
	bool whole;

	answer.r = gp_machine_klog(machine, hear, &log, &source, &whole);
	answer.says = answer.r ? "" : gp_printf(log.arena, "%s %d %s", source, whole, log.text);
	return answer;
}

#endif
