/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run/progress.h"

#include <unistd.h>

#include "worker/pipes.h"

#define WIDTH 79 /* one less than 80 columns: the cursor stays on the line */

struct gp_progress gp_progress_new(FILE *out, bool quiet, size_t n, double seconds)
{
	bool is_shown = !quiet && isatty(fileno(out));

	return (struct gp_progress){.out = is_shown ? out : NULL,
		.n = n,
		.planned = seconds,
		.left = seconds,
		.since = gp_pipes_now()};
}

static void format_duration(double seconds, char *ret, size_t size)
{
	unsigned int minutes = (unsigned int)(seconds / 60 + 0.5);

	if (seconds < 100)
		snprintf(ret, size, "%.0f s", seconds);
	else if (minutes < 100)
		snprintf(ret, size, "%u min", minutes);
	else
		snprintf(ret, size, "%u h %u min", minutes / 60, minutes % 60);
}

const char *gp_duration(struct gp_arena *arena, double seconds)
{
	char text[64];

	format_duration(seconds, text, sizeof(text));
	return gp_strdup(arena, text);
}

/* As planned, until it is known how long things take here. */
static double time_left(const struct gp_progress *progress)
{
	double planned = progress->planned - progress->left;
	double spent = (double)(gp_pipes_now() - progress->since) / 1000;

	return planned > 0 ? progress->left * spent / planned : progress->left;
}

/* The cursor stays behind the text: the ^C of a terminal goes there, and is cleared with it. */
static void show_line(struct gp_progress *progress, const char *line)
{
	fprintf(progress->out, "\r%*s\r%.*s", WIDTH, "", WIDTH - 2, line);
	fflush(progress->out);
}

void gp_progress_say(struct gp_progress *progress, const char *what)
{
	if (progress->out)
		show_line(progress, what);
}

void gp_progress_show(
	struct gp_progress *progress, const struct gp_experiment *experiment, unsigned int run)
{
	char line[256], left[64];

	if (!progress->out)
		return;
	format_duration(time_left(progress), left, sizeof(left));
	snprintf(line, sizeof(line), "[%zu/%zu] %s left: %s.%s on %s, run %u", progress->done + 1,
		progress->n, left, experiment->workload, experiment->variant,
		experiment->target->subject, run);
	show_line(progress, line);
}

void gp_progress_done(struct gp_progress *progress, const struct gp_experiment *experiment)
{
	progress->done++;
	progress->left -= experiment->seconds;
	if (progress->left < 0)
		progress->left = 0;
}

void gp_progress_clear(struct gp_progress *progress)
{
	if (progress->out)
		fprintf(progress->out, "\r%*s\r", WIDTH, "");
}
