/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "digest.h"
#include "output.h"

#define STEPS_MOST 1000

bool gp_session_is_a(unsigned int step)
{
	/* A B B A, again and again. */
	return step % 4 < 2;
}

/* ---- the file */

/* The folder of what programs keep: XDG Base Directory Specification. */
static const char *find_path(struct gp_arena *arena, const char *named)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (strchr(named, '/'))
		return named;
	if (state && *state == '/')
		return gp_printf(arena, "%s/gpupass/%s.csv", state, named);
	return gp_printf(
		arena, "%s/.local/state/gpupass/%s.csv", home && *home ? home : "/root", named);
}

static const char *find_name(struct gp_arena *arena, const char *named)
{
	const char *slash = strrchr(named, '/'), *name = slash ? slash + 1 : named;
	size_t n = strlen(name);

	return gp_strndup(arena, name, gp_ends_with(name, ".csv") ? n - strlen(".csv") : n);
}

/* Those above a file that are not there yet; what is wrong shows when it is opened. */
static void make_folders(struct gp_arena *arena, const char *path)
{
	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
		mkdir(gp_strndup(arena, path, (size_t)(slash - path)), 0700);
}

static int read_steps(struct gp_session *session, const char **ret_error)
{
	struct gp_arena *arena = session->rows.arena;
	const char *why = NULL;
	FILE *in = fopen(session->path, "re");
	int error = in ? 0 : -errno;

	if (error == -ENOENT)
		return 0;
	if (error)
		why = strerror(-error);
	else
		error = gp_record_read_csv(&session->rows, in, &why);
	if (in)
		fclose(in);
	if (error)
		*ret_error = gp_printf(arena, "%s: %s", session->path, why ? why : "unreadable");
	return error;
}

static const char *label_of(const struct gp_record *part)
{
	const char *label = gp_record_meta(part, "label");

	return label ? label : "";
}

/* The steps must be in order, as this program writes them. */
static int count_steps(struct gp_session *session, const char **ret_error)
{
	struct gp_record part = {0};

	while (session->rows.n && gp_record_part(&session->rows, &part)) {
		bool is_a = gp_session_is_a(++session->steps);
		const char **label = is_a ? &session->label_a : &session->label_b;

		if (!*label)
			*label = label_of(&part);
		if (session->steps <= STEPS_MOST && gp_equal(*label, label_of(&part)))
			continue;
		*ret_error = gp_printf(session->rows.arena,
			"%s: no session: step %u is not of the side that it should be",
			session->path, session->steps);
		return -EBADMSG;
	}
	return 0;
}

int gp_session_open(
	struct gp_arena *arena, const char *named, struct gp_session *ret, const char **ret_error)
{
	int error;

	*ret = (struct gp_session){.name = find_name(arena, named),
		.path = find_path(arena, named),
		.is_own = !strchr(named, '/'),
		.rows.arena = arena};
	error = read_steps(ret, ret_error);
	return error ? error : count_steps(ret, ret_error);
}

int gp_session_add(struct gp_arena *arena, struct gp_session *session,
	const struct gp_record *record, const char **ret_error)
{
	struct gp_session now;
	struct gp_output output = {0};
	int error = gp_session_open(arena, session->path, &now, ret_error);

	if (error)
		return error;
	if (now.steps != session->steps) {
		*ret_error = gp_printf(arena, "%s: another run has added step %u meanwhile",
			session->path, now.steps);
		return -EBUSY;
	}
	if (session->is_own)
		make_folders(arena, session->path);
	error = gp_output_open(arena, &output, session->path, ret_error);
	if (error)
		return error;
	gp_each (row, record)
		gp_record_add(&now.rows, row);
	error = gp_record_write_csv(&now.rows, output.stream);
	if (error)
		*ret_error = gp_output_error(arena, &output, -error);
	else
		error = gp_output_commit(arena, &output, ret_error);
	gp_output_discard(&output);
	if (!error)
		error = gp_session_open(arena, session->path, &now, ret_error);
	now.is_own = session->is_own;
	if (!error)
		*session = now;
	return error;
}

/* ---- what comes next */

static const char *shown(struct gp_arena *arena, const char *text)
{
	return gp_printable(arena, text, strlen(text), 80);
}

const char *gp_session_refuses_label(
	struct gp_arena *arena, const struct gp_session *session, const char *label)
{
	unsigned int step = session->steps + 1;
	const char *wanted = gp_session_is_a(step) ? session->label_a : session->label_b;
	bool is_fine = wanted ? gp_equal(wanted, label) : !gp_equal(session->label_a, label);

	if (!session->steps || is_fine)
		return NULL;
	if (!wanted)
		return gp_printf(arena,
			"session %s: step %u is of the other side, and this is %s again; "
			"--label names sides",
			session->name, step, shown(arena, label));
	return gp_printf(arena, "session %s: step %u is of %s, and this is %s", session->name, step,
		shown(arena, wanted), shown(arena, label));
}

static bool must_agree(const char *id)
{
	static const char *const ids[] = {"version", "quick", "runs", "seconds", "warmup",
		"workloads", "codecs", "sizes", "presets", "input", NULL};

	return gp_is_one_of(id, ids) || gp_starts_with(id, "clip.");
}

static const char *find_conflict(struct gp_arena *arena, const struct gp_record *one,
	const struct gp_record *other, const char *says)
{
	const struct gp_row *row = NULL;

	while ((row = gp_record_next(one, "meta", row))) {
		const char *value = gp_record_meta(other, row->id);

		/* The hash of a clip is known when it has been used. */
		if (!value && gp_starts_with(row->id, "clip."))
			continue;
		if (must_agree(row->id) && !gp_equal(value ? value : "", row->value))
			return gp_printf(arena, says, row->id, shown(arena, row->value),
				value ? shown(arena, value) : "nothing");
	}
	return NULL;
}

const char *gp_session_refuses_record(
	struct gp_arena *arena, const struct gp_session *session, const struct gp_record *record)
{
	struct gp_record first = {0};
	const char *conflict;

	if (!session->rows.n || !gp_record_part(&session->rows, &first))
		return NULL;
	conflict = find_conflict(arena, &first, record, "%s was %s in step 1, and is %s now");
	if (!conflict)
		conflict =
			find_conflict(arena, record, &first, "%s is %s now, and was %s in step 1");
	return conflict ? gp_printf(arena, "session %s: %s", session->name, conflict) : NULL;
}

const char *gp_session_says(struct gp_arena *arena, const struct gp_session *session)
{
	unsigned int next = session->steps + 1;
	const char *label = gp_session_is_a(next) ? session->label_a : session->label_b;

	return gp_printf(arena, "session %s: step %u is done; next is step %u, of %s%s%s",
		session->name, session->steps, next, label ? shown(arena, label) : "the other side",
		session->steps % 2 || session->steps < 2 ? "" : ", or: gpupass-bench compare ",
		session->steps % 2 || session->steps < 2 ? "" : session->path);
}
