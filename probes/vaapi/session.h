/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VA_SESSION_H
#define GP_VA_SESSION_H

#include "machine/attempt.h"

/*
 * One start of libva: of our own try, or as a user pasted it from vainfo or FFmpeg. Both are told
 * by the same messages (libva, va/va.c: va_new_opendriver(), va_openDriver()).
 */

enum gp_va_outcome {
	GP_VA_NO_FILE,     /* libva says nothing of a file that is not there */
	GP_VA_NOT_LOADED,  /* dlopen of FILE failed: ... */
	GP_VA_NO_INIT,     /* FILE has no function __vaDriverInit_... */
	GP_VA_INIT_FAILED, /* FILE init failed */
	GP_VA_OPENED,
};

/* A file that libva tried. */
struct gp_va_open {
	const char *file;   /* /usr/lib/x86_64-linux-gnu/dri/iHD_drv_video.so */
	const char *driver; /* iHD */
	enum gp_va_outcome outcome;
	int status;       /* what va_openDriver() returned: a VAStatus */
	const char *said; /* the line that tells most of it */
};

struct gp_va_profile {
	const char *profile, *entrypoint; /* VAProfileH264Main, VAEntrypointVLD */
	const char *attributes;           /* "rc=CQP,CBR max=4096x4096", or "" */
};

enum gp_va_result {
	GP_VA_WORKED,
	GP_VA_REFUSED, /* a call failed; text: "12 vaCreateConfig: the requested VAProfile ..." */
	GP_VA_WRONG,   /* it came out wrong; text says how */
};

struct gp_va_work {
	const char *kind, *codec; /* "decode", "H264" */
	enum gp_va_result result;
	const char *text;
};

struct gp_va_session {
	const char *source;    /* "gpupass-try-vaapi /dev/dri/renderD128", "what was pasted" */
	const char *node;      /* renderD128, or NULL: not known */
	struct gp_tried tried; /* of our own; source NULL in it: pasted */
	bool is_ours;
	const char *open;       /* "ok", or why the node could not be opened: "EACCES"; or NULL */
	const char *kmd;        /* kernel driver behind the node, or NULL */
	const char *left_alone; /* a driver that was not started: "nvidia"; or NULL */
	const char *requested;  /* driver that the environment or the program asked for, or NULL */
	const char *path;       /* LIBVA_DRIVERS_PATH, or NULL */
	const char *no_name;    /* the line in which libva found no driver's name, or NULL */
	const char *complaint; /* the first other line that a driver gives its reason in, or NULL */
	const char *libva;     /* version of the API: "1.17.0"; or NULL */
	const char *vendor;    /* what the driver calls itself, or NULL */
	bool has_status;
	int status; /* of vaInitialize: 0 success */
	const char *status_text;
	GP_LIST(struct gp_va_open) opens;
	GP_LIST(struct gp_va_profile) profiles;
	GP_LIST(struct gp_va_work) works;
	const char *doing; /* what was begun last: "decode H264" */
};

struct gp_va_sessions {
	struct gp_va_session *items;
	size_t n;
};

/* The session of a try that was made. */
void gp_va_take_try(
	struct gp_arena *arena, const struct gp_attempt *attempt, struct gp_va_sessions *ret);
/* All sessions in a text. */
void gp_va_take_text(struct gp_arena *arena, const char *text, struct gp_va_sessions *ret);

/* The driver is open: at the end of all that was tried. */
bool gp_va_is_open(const struct gp_va_session *session);
bool gp_va_offers(const struct gp_va_session *session, const char *profile, const char *entrypoint);
/* The first pair, or NULL. */
const struct gp_va_profile *gp_va_find(
	const struct gp_va_session *session, const char *profile, const char *entrypoint);
/* What came of the last file of that driver; NULL: it was not tried. */
const struct gp_va_open *gp_va_last_open(const struct gp_va_session *session, const char *driver);

#endif
