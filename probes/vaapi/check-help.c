/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vaapi/check-help.h"

#include <string.h>

static bool is_in_case(const struct gp_va_case *v)
{
	const struct gp_case *c = v->c;

	if (!v->gpu || v->gpu->kind != GP_GPU_REAL)
		return !c->device || v->gpu == c->device;
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i] == v->gpu)
			return true;
	return false;
}

static void say_none(const struct gp_vaapi *va, struct gp_findings *out, bool only_open)
{
	if (va->sessions.n)
		gp_find(out, GP_SKIP, va->sessions.items->source,
			only_open ? "no driver of VA-API was opened" : "it is about another GPU");
	else if (va->untried.path && gp_is_absent(&va->untried))
		gp_find(out, GP_SKIP, va->untried.path, "gpupass was built without VA-API");
	else
		gp_find(out, GP_SKIP, "/sys/class/drm", "no driver of VA-API was tried here");
}

void gp_va_each_open(const struct gp_case *c, struct gp_findings *out, gp_va_look *look)
{
	const struct gp_vaapi *va = &c->facts->vaapi;
	size_t before = out->n;

	gp_each (session, &va->sessions) {
		const struct gp_va_case v = gp_va_case_of(c, session);

		if (is_in_case(&v) && gp_va_is_open(session))
			look(&v, out);
	}
	if (out->n == before)
		say_none(va, out, true);
}

static void tell_other(
	const struct gp_va_case *v, struct gp_findings *out, const struct gp_va_verdict *verdict)
{
	if (verdict->fault == GP_VA_CUT)
		gp_va_say(v, out, GP_UNKNOWN, verdict->said,
			"what libva said of %s ends before it is known",
			gp_va_node_name(v->session));
	else if (verdict->fault == GP_VA_LEFT_ALONE)
		gp_va_say(v, out, GP_SKIP, verdict->said, "no driver was started for %s",
			gp_va_node_name(v->session));
	else if (verdict->fault == GP_VA_NO_FAULT)
		gp_va_say(v, out, GP_PASS, verdict->said, "a driver was opened for %s",
			gp_va_node_name(v->session));
	else
		gp_va_say(v, out, GP_PASS, verdict->said, "this is not what keeps libva from %s",
			gp_va_node_name(v->session));
}

void gp_va_each_fault(
	const struct gp_case *c, struct gp_findings *out, unsigned faults, gp_va_tell *tell)
{
	const struct gp_vaapi *va = &c->facts->vaapi;
	size_t before = out->n;

	gp_each (session, &va->sessions) {
		const struct gp_va_case v = gp_va_case_of(c, session);
		const struct gp_va_verdict verdict = gp_va_judge(&v);

		if (is_in_case(&v))
			(faults & GP_VA_IS(verdict.fault) ? tell : tell_other)(&v, out, &verdict);
	}
	if (out->n == before)
		say_none(va, out, false);
}

static unsigned modes_of(const struct gp_case *c, const struct gp_check *check)
{
	return c->roles & ~(unsigned)GP_ROLE_HOST ? GP_MODES_ALL & ~(unsigned)GP_MODE_CPU
						  : check->modes;
}

struct gp_finding *gp_va_say_of(const struct gp_case *c, struct gp_findings *out,
	enum gp_verdict verdict, const struct gp_function *gpu, const char *evidence,
	const char *text)
{
	struct gp_finding *finding = gpu ? gp_find_gpu(out, verdict, gpu, evidence, "%s", text)
					 : gp_find(out, verdict, evidence, "%s", text);

	finding->modes = modes_of(c, out->check);
	return finding;
}

struct gp_finding *gp_va_say(const struct gp_va_case *v, struct gp_findings *out,
	enum gp_verdict verdict, const char *line, const char *format, ...)
{
	bool is_real = v->gpu && (v->gpu->kind == GP_GPU_REAL || v->gpu == v->c->device);
	const char *source = v->session->source, *text;
	struct gp_finding *finding;
	va_list args;

	va_start(args, format);
	text = gp_vprintf(out->arena, format, args);
	va_end(args);
	finding = gp_va_say_of(v->c, out, verdict, is_real ? v->gpu : NULL,
		line && *line ? gp_evidence(out, source, line) : source, text);
	if (!is_real && v->session->node)
		finding->subject = gp_printf(out->arena, "node/%s", v->session->node);
	return finding;
}

const char *gp_va_node_name(const struct gp_va_session *session)
{
	return session->node ? session->node : "the node";
}

void gp_va_mend_package(struct gp_findings *out, struct gp_finding *finding, const char *key)
{
	if (key)
		gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, key, "", 0});
}

void gp_va_mend_source(struct gp_findings *out, struct gp_finding *finding, const char *key)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, key,
			"Its package is in a source that has to be switched on before: non-free of "
			"Debian, multiverse of Ubuntu, RPM Fusion of Fedora, Packman of openSUSE.",
			0});
	gp_va_mend_package(out, finding, key);
}

const char *gp_va_package_of(const char *driver)
{
	static const struct {
		const char *driver, *key;
	} packages[] = {{"iHD", "intel-media-driver"}, {"i965", "intel-vaapi-driver"},
		{"radeonsi", "Mesa's VA-API driver"}, {"r600", "Mesa's VA-API driver"},
		{"nouveau", "Mesa's VA-API driver"}, {"nvidia", "nvidia-vaapi-driver"}};

	for (size_t i = 0; driver && i < GP_ARRAY_SIZE(packages); i++)
		if (strcmp(packages[i].driver, driver) == 0)
			return packages[i].key;
	return NULL;
}

void gp_va_mend_by_hand(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_va_case *v, const char *text)
{
	const char *subject = v->session->node ? v->session->node : "va-api";

	gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, subject, text, 0});
}

bool gp_va_is_by(const struct gp_va_session *session, const char *driver)
{
	const struct gp_va_open *open = gp_va_last_open(session, driver);

	return open && open->outcome == GP_VA_OPENED;
}

const struct gp_va_profile *gp_va_h264(const struct gp_va_session *session, const char *entrypoint)
{
	static const char *const profiles[] = {
		"VAProfileH264High", "VAProfileH264Main", "VAProfileH264ConstrainedBaseline"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(profiles); i++) {
		const struct gp_va_profile *pair = gp_va_find(session, profiles[i], entrypoint);

		if (pair)
			return pair;
	}
	return NULL;
}

/*
 * Its README: without them H.264 is decoded, and not encoded by EncSlice. A list that was pasted
 * may be a part of one: it has to show the other encoder.
 */
bool gp_va_is_free_build(const struct gp_va_case *v)
{
	const struct gp_va_session *s = v->session;

	return v->media && v->media->shaders && gp_va_is_by(s, "iHD") &&
	       gp_va_h264(s, "VAEntrypointVLD") && !gp_va_h264(s, "VAEntrypointEncSlice") &&
	       (s->is_ours || gp_va_h264(s, "VAEntrypointEncSliceLP"));
}
