/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vaapi/session.h"

#include <stdlib.h>
#include <string.h>

#include "log/log.h"

#define MOST_SESSIONS 64
#define MOST_ITEMS    512 /* files, pairs of a session */
#define MOST_OF_LINE  400

struct reader {
	struct gp_arena *arena;
	struct gp_va_sessions *ret;
	const char *node; /* that a command line named: of the session that follows */
};

static bool is_full(const struct reader *r)
{
	return r->ret->n >= MOST_SESSIONS;
}

static struct gp_va_session *begin(struct reader *r, const char *source)
{
	struct gp_va_session *session = gp_push(r->arena, r->ret);

	session->source = source;
	session->node = r->node;
	r->node = NULL;
	return session;
}

/* A word up to a blank or a comma. */
static const char *word_of(struct gp_arena *arena, const char *text)
{
	return gp_strndup(arena, text, strcspn(text, " \t,;"));
}

/* "iHD" of ".../iHD_drv_video.so". */
static const char *driver_of(struct gp_arena *arena, const char *file)
{
	const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
	const char *end = strstr(name, "_drv_video");

	return gp_strndup(arena, name, end ? (size_t)(end - name) : strlen(name));
}

static struct gp_va_open *last_open(struct gp_va_session *session)
{
	return session->opens.n ? &session->opens.items[session->opens.n - 1] : NULL;
}

static void take_trying(struct reader *r, struct gp_va_session *session, const char *rest)
{
	struct gp_va_open *open;

	if (session->opens.n >= MOST_ITEMS)
		return;
	open = gp_push(r->arena, &session->opens);
	open->file = word_of(r->arena, rest);
	open->driver = driver_of(r->arena, open->file);
	open->outcome = GP_VA_NO_FILE;
	open->status = -1;
	open->said = gp_printf(r->arena, "Trying to open %s", open->file);
}

static void set_outcome(struct reader *r, struct gp_va_session *session, const char *line,
	enum gp_va_outcome outcome)
{
	struct gp_va_open *open = last_open(session);

	if (open) {
		open->outcome = outcome;
		open->said = gp_strip(r->arena, line);
	}
}

static void take_returns(struct gp_va_session *session, const char *rest)
{
	struct gp_va_open *open = last_open(session);

	session->has_status = true;
	session->status = atoi(rest);
	if (!open)
		return;
	open->status = session->status;
	if (!open->status)
		open->outcome = GP_VA_OPENED;
	else if (open->status != -1 && open->outcome == GP_VA_NO_FILE)
		open->outcome = GP_VA_INIT_FAILED;
}

static void take_requested(struct reader *r, struct gp_va_session *session, const char *rest)
{
	session->requested = gp_strndup(r->arena, rest, strcspn(rest, "'"));
}

/* "12 (the requested VAProfile is not supported),exit" */
static void take_status(struct reader *r, struct gp_va_session *session, const char *rest)
{
	const char *open = strchr(rest, '('), *close = open ? strrchr(open, ')') : NULL;

	session->has_status = true;
	session->status = atoi(rest);
	if (close)
		session->status_text = gp_strndup(r->arena, open + 1, (size_t)(close - open - 1));
}

/* Where the text goes on behind a phrase, or NULL. */
static const char *behind(const char *line, const char *phrase)
{
	const char *at = strstr(line, phrase);

	return at ? at + strlen(phrase) : NULL;
}

/* What drivers say of themselves before they give up. */
static bool is_complaint(const char *line)
{
	static const char *const phrases[] = {
		"get chip id failed", "DRM_IOCTL_I915_GEM_APERTURE failed", "ERROR:"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(phrases); i++)
		if (strstr(line, phrases[i]))
			return true;
	return false;
}

static void take_profile(struct reader *r, struct gp_va_session *session, const char *at)
{
	const char *entrypoint = strstr(at, "VAEntrypoint"), *rest;
	struct gp_va_profile *pair;

	if (!entrypoint || session->profiles.n >= MOST_ITEMS)
		return;
	pair = gp_push(r->arena, &session->profiles);
	pair->profile = gp_strndup(r->arena, at, strcspn(at, " \t:"));
	pair->entrypoint = word_of(r->arena, entrypoint);
	rest = entrypoint + strlen(pair->entrypoint);
	pair->attributes = gp_strip(r->arena, rest);
}

static bool take_outcome(struct reader *r, struct gp_va_session *session, const char *line)
{
	const char *rest;

	if ((rest = behind(line, "Trying to open ")))
		take_trying(r, session, rest);
	else if ((rest = behind(line, "va_openDriver() returns ")))
		take_returns(session, rest);
	else if (strstr(line, "Found init function "))
		set_outcome(r, session, line, GP_VA_INIT_FAILED);
	else if (strstr(line, "dlopen of ") && strstr(line, " failed: "))
		set_outcome(r, session, line, GP_VA_NOT_LOADED);
	else if (strstr(line, " has no function __vaDriverInit_"))
		set_outcome(r, session, line, GP_VA_NO_INIT);
	else if (strstr(line, "_drv_video.so init failed"))
		set_outcome(r, session, line, GP_VA_INIT_FAILED);
	else
		return false;
	return true;
}

/* A line that belongs to a session that has begun. */
static void take_message(struct reader *r, struct gp_va_session *session, const char *line)
{
	const char *rest;

	if (take_outcome(r, session, line))
		return;
	if ((rest = behind(line, "requested driver '")))
		take_requested(r, session, rest);
	else if (!session->libva && (rest = behind(line, "VA-API version ")))
		session->libva = word_of(r->arena, rest);
	else if (strstr(line, "vaGetDriverNameByIndex() failed") ||
		 strstr(line, "vaGetDriverNames() failed"))
		session->no_name = gp_strip(r->arena, line);
	else if ((rest = behind(line, "vaInitialize failed with error code ")))
		take_status(r, session, rest);
	else if ((rest = behind(line, "Failed to initialise VAAPI connection: ")))
		take_status(r, session, rest);
	else if ((rest = behind(line, "vainfo: Driver version: ")))
		session->vendor = gp_strip(r->arena, rest);
	else if ((rest = strstr(line, "VAProfile")))
		take_profile(r, session, rest);
	else if (!session->complaint && is_complaint(line))
		session->complaint = gp_strip(r->arena, line);
}

/* ---- our own try */

static void take_work(
	struct reader *r, struct gp_va_session *session, const char *kind, const char *value)
{
	size_t codec = strcspn(value, " ");
	const char *text = value[codec] ? value + codec + 1 : "";
	struct gp_va_work *work;

	if (session->works.n >= MOST_ITEMS)
		return;
	work = gp_push(r->arena, &session->works);
	work->kind = kind;
	work->codec = gp_strndup(r->arena, value, codec);
	work->text = text;
	work->result = gp_starts_with(text, "ok")       ? GP_VA_WORKED
		       : gp_starts_with(text, "wrong-") ? GP_VA_WRONG
							: GP_VA_REFUSED;
}

static void take_environment(struct gp_va_session *session, const char *value)
{
	if (gp_starts_with(value, "LIBVA_DRIVERS_PATH "))
		session->path = value + strlen("LIBVA_DRIVERS_PATH ");
}

static void take_key(
	struct reader *r, struct gp_va_session *session, const struct gp_tried_line *line)
{
	static const char *const kinds[] = {"decode", "process", "encode", "query", NULL};

	if (strcmp(line->key, "said") == 0)
		take_message(r, session, line->value);
	else if (strcmp(line->key, "open") == 0)
		session->open = line->value;
	else if (strcmp(line->key, "kmd") == 0)
		session->kmd = line->value;
	else if (strcmp(line->key, "left-alone") == 0)
		session->left_alone = line->value;
	else if (strcmp(line->key, "libva") == 0 && strcmp(line->value, "0.0") != 0)
		session->libva = line->value; /* it has none to say where no driver starts */
	else if (strcmp(line->key, "vendor") == 0)
		session->vendor = line->value;
	else if (strcmp(line->key, "doing") == 0)
		session->doing = line->value;
	else if (strcmp(line->key, "profile") == 0)
		take_profile(r, session, line->value);
	else if (strcmp(line->key, "environment") == 0)
		take_environment(session, line->value);
	else if (gp_is_one_of(line->key, kinds))
		take_work(r, session, line->key, line->value);
	else if (strcmp(line->key, "initialize") == 0) {
		session->has_status = true;
		session->status = atoi(line->value);
		session->status_text = line->value + strcspn(line->value, " ");
	}
}

void gp_va_take_try(
	struct gp_arena *arena, const struct gp_attempt *attempt, struct gp_va_sessions *ret)
{
	struct reader r = {.arena = arena, .ret = ret};
	const char *slash = strrchr(attempt->subject, '/');
	struct gp_va_session *session;

	if (attempt->error || is_full(&r))
		return;
	session = begin(&r, NULL);
	session->tried = gp_tried_read(arena, attempt);
	session->source = session->tried.from.path;
	session->is_ours = true;
	session->node = slash ? slash + 1 : attempt->subject;
	gp_each (line, &session->tried)
		take_key(&r, session, line);
}

/* ---- what was pasted */

/* "vainfo --display drm --device /dev/dri/renderD129" */
static void note_node(struct reader *r, const char *line)
{
	const char *node = strstr(line, "/dev/dri/renderD");

	if (node && (strstr(line, "vainfo") || strstr(line, "ffmpeg")))
		r->node = gp_strndup(r->arena, node + strlen("/dev/dri/"),
			strcspn(node + strlen("/dev/dri/"), " '\",.:"));
}

static bool starts_another(const struct reader *r, const char *line)
{
	const struct gp_va_session *now = r->ret->n ? &r->ret->items[r->ret->n - 1] : NULL;

	if (strstr(line, "libva") && strstr(line, "VA-API version ") &&
		!strstr(line, "VA-API version: "))
		return true;
	/* FFmpeg and vainfo end with their own word where libva's were not shown. */
	return (!now || now->is_ours) &&
	       (strstr(line, "Failed to initialise VAAPI connection: ") ||
		       strstr(line, "vaInitialize failed with error code ") ||
		       strstr(line, "vainfo: Driver version: ") ||
		       strstr(line, "vaGetDriverNameByIndex() failed") ||
		       strstr(line, "_drv_video.so"));
}

static void take_line(struct reader *r, const char *line)
{
	const char *version = behind(line, "VA-API version ");

	note_node(r, line);
	if (starts_another(r, line)) {
		if (is_full(r))
			return;
		begin(r, GP_PASTED)->libva = version ? word_of(r->arena, version) : NULL;
	}
	if (r->ret->n && !r->ret->items[r->ret->n - 1].is_ours)
		take_message(r, &r->ret->items[r->ret->n - 1], line);
}

void gp_va_take_text(struct gp_arena *arena, const char *text, struct gp_va_sessions *ret)
{
	struct reader r = {.arena = arena, .ret = ret};

	while (*text) {
		size_t size = strcspn(text, "\n");

		take_line(&r, gp_printable(arena, text, size, MOST_OF_LINE));
		text += size + (text[size] == '\n');
	}
}

/* ---- questions */

bool gp_va_is_open(const struct gp_va_session *session)
{
	return (session->has_status && !session->status) ||
	       (!session->has_status && (session->profiles.n || session->vendor));
}

const struct gp_va_profile *gp_va_find(
	const struct gp_va_session *session, const char *profile, const char *entrypoint)
{
	gp_each (pair, &session->profiles)
		if (strcmp(pair->profile, profile) == 0 &&
			strcmp(pair->entrypoint, entrypoint) == 0)
			return pair;
	return NULL;
}

bool gp_va_offers(const struct gp_va_session *session, const char *profile, const char *entrypoint)
{
	return gp_va_find(session, profile, entrypoint) != NULL;
}

const struct gp_va_open *gp_va_last_open(const struct gp_va_session *session, const char *driver)
{
	const struct gp_va_open *last = NULL;

	gp_each (open, &session->opens)
		if (strcmp(open->driver, driver) == 0)
			last = open;
	return last;
}
