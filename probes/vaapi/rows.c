/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

static void write_text(const struct gp_fact_sink *sink, const struct gp_va_session *session,
	const char *id, const char *value)
{
	const char *subject =
		session->node ? gp_printf(sink->record->arena, "node/%s", session->node) : "";

	if (value && *value)
		gp_fact(sink, subject, id, session->source, value, "");
}

static void write_profiles(const struct gp_fact_sink *sink, const struct gp_va_session *session,
	struct gp_arena *arena)
{
	gp_each (pair, &session->profiles)
		write_text(sink, session, "vaapi.profile",
			gp_printf(arena, *pair->attributes ? "%s %s %s" : "%s %s%s", pair->profile,
				pair->entrypoint, pair->attributes));
	gp_each (work, &session->works)
		write_text(sink, session, gp_printf(arena, "vaapi.%s.%s", work->kind, work->codec),
			work->text);
}

static const char *const outcomes[] = {
	[GP_VA_NO_FILE] = "no such file",
	[GP_VA_NOT_LOADED] = "cannot be loaded",
	[GP_VA_NO_INIT] = "for another libva",
	[GP_VA_INIT_FAILED] = "cannot start",
	[GP_VA_OPENED] = "opened",
};

static void write_session(const struct gp_fact_sink *sink, const struct gp_va_session *session)
{
	struct gp_arena *arena = sink->record->arena;

	write_text(sink, session, "vaapi.kernel_driver", session->kmd);
	write_text(sink, session, "vaapi.libva", session->libva);
	gp_each (open, &session->opens)
		write_text(sink, session, "vaapi.driver",
			gp_printf(arena, "%s: %s", open->file, outcomes[open->outcome]));
	if (session->has_status)
		write_text(sink, session, "vaapi.initialize",
			gp_printf(arena, "%d %s", session->status,
				session->status_text ? session->status_text : ""));
	write_text(sink, session, "vaapi.vendor", session->vendor);
	write_profiles(sink, session, arena);
	if (session->is_ours && session->tried.end != GP_TRIED_EXITED)
		write_text(sink, session, "vaapi.ended", gp_tried_ended(arena, &session->tried));
}

void gp_vaapi_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_vaapi *va = &facts->vaapi;

	gp_each (session, &va->sessions)
		write_session(sink, session);
	gp_each (file, &va->files)
		gp_fact(sink, "", "vaapi.file", file->path, file->driver, "");
	gp_each (setting, &va->settings)
		gp_fact(sink, "", "vaapi.setting", setting->file,
			gp_printf(sink->record->arena, "%s=%s", setting->name, setting->value), "");
	gp_each (package, &va->packages)
		gp_fact(sink, "", "vaapi.package", "/var/lib/dpkg/info", *package, "");
}
