/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VA_CHECK_HELP_H
#define GP_VA_CHECK_HELP_H

#include "vaapi/judge.h"

/* What several checks of this layer share. */

typedef void gp_va_look(const struct gp_va_case *v, struct gp_findings *out);

/* Looks at each session about the GPUs of the case in which a driver was opened; else skips. */
void gp_va_each_open(const struct gp_case *c, struct gp_findings *out, gp_va_look *look);

typedef void gp_va_tell(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict);
/* Of a set of faults. */
#define GP_VA_IS(fault) (1u << (fault))
/* Tells of each session with one of them, and passes the others; unknown where it is not known. */
void gp_va_each_fault(
	const struct gp_case *c, struct gp_findings *out, unsigned faults, gp_va_tell *tell);

/*
 * A finding about the GPU behind the session's node, else about the node. VA-API of a host matters
 * to its own programs, that of a guest or a container to what these were given the GPU for. line
 * may be NULL.
 */
struct gp_finding *gp_va_say(const struct gp_va_case *v, struct gp_findings *out,
	enum gp_verdict verdict, const char *line, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* The same about no session. */
struct gp_finding *gp_va_say_of(const struct gp_case *c, struct gp_findings *out,
	enum gp_verdict verdict, const struct gp_function *gpu, const char *evidence,
	const char *text);

/* "renderD128", "that was pasted" */
const char *gp_va_node_name(const struct gp_va_session *session);
/* A step that installs what a key of diagnosis/packages.c stands for. */
void gp_va_mend_package(struct gp_findings *out, struct gp_finding *finding, const char *key);
/* The same of one that distributions keep apart from the rest. */
void gp_va_mend_source(struct gp_findings *out, struct gp_finding *finding, const char *key);
/* The package with that driver: a key of diagnosis/packages.c, or NULL. */
const char *gp_va_package_of(const char *driver);
void gp_va_mend_by_hand(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_va_case *v, const char *text);

/* Whether it is the build of iHD without the shaders that are not free. */
bool gp_va_is_free_build(const struct gp_va_case *v);
/* H.264 with that entrypoint, by whatever profile; NULL: none. */
const struct gp_va_profile *gp_va_h264(const struct gp_va_session *session, const char *entrypoint);
bool gp_va_is_by(const struct gp_va_session *session, const char *driver);

#endif
