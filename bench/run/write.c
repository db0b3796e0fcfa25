/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "run/run.h"

int gp_bench_check_output(const struct gp_bench_run *run)
{
	const char *path = run->options.output, *why = NULL;
	struct gp_output output = {0};
	struct stat there;

	if (!path || strcmp(path, "-") == 0)
		return 0;
	if (stat(path, &there) == 0 && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode)) {
		/* Who reads from a pipe sees its end only once. */
		if (access(path, W_OK) == 0)
			return 0;
		output.path = path;
		return gp_bench_complain(run, gp_output_error(run->arena, &output, errno));
	}
	if (gp_output_open(run->arena, &output, path, &why))
		return gp_bench_complain(run, why);
	gp_output_discard(&output);
	return 0;
}

/* 0, or -errno and one line. */
static int write_face(const struct gp_bench_run *run, const struct gp_record *record,
	const char *format, const char *path, const char **ret_error)
{
	struct gp_style style = {.verbose = run->options.verbose, .quiet = run->options.quiet};
	struct gp_output output = {0};
	int error = gp_output_open(run->arena, &output, path, ret_error);

	if (error)
		return error;
	gp_style_for(&style, output.stream, run->options.color);
	error = gp_render(gp_face_find(format), record, &style, output.stream);
	if (error)
		*ret_error = gp_output_error(run->arena, &output, -error);
	else
		error = gp_output_commit(run->arena, &output, ret_error);
	gp_output_discard(&output);
	return error;
}

static const char *save_elsewhere(const struct gp_bench_run *run, const struct gp_record *record)
{
	const char *folder = getenv("TMPDIR"), *why;
	char *path = gp_printf(
		run->arena, "%s/gpupass-bench-XXXXXX", folder && *folder == '/' ? folder : "/tmp");
	int fd = mkstemp(path);

	if (fd < 0)
		return NULL;
	close(fd);
	if (write_face(run, record, "csv", path, &why) == 0)
		return path;
	unlink(path);
	return NULL;
}

/* An hour of measuring is not lost to a full disk. */
static int keep(const struct gp_bench_run *run, const struct gp_record *record, const char *why,
	bool may_print)
{
	const char *path = save_elsewhere(run, record);

	if (path)
		why = gp_printf(run->arena, "%s; the record is in %s", why, path);
	else if (may_print)
		why = gp_printf(run->arena, "%s; the record goes to standard output, as CSV", why);
	gp_bench_complain(run, why);
	if (!path && may_print)
		write_face(run, record, "csv", NULL, &why);
	return 2;
}

int gp_bench_write(const struct gp_bench_run *run, const struct gp_record *record,
	const struct gp_record *shown)
{
	bool to_file = run->options.output && strcmp(run->options.output, "-") != 0;
	const char *given = run->options.format, *why = NULL;
	const char *format = given ? given : to_file ? "csv" : "text";
	const struct gp_record *first = shown && strcmp(format, "csv") != 0 ? shown : record;
	int status = 0;

	if (!shown && !to_file && !given)
		return 0;
	if (write_face(run, first, format, to_file ? run->options.output : NULL, &why))
		status = keep(run, record, why, to_file);
	if (!to_file || given || !shown)
		return status;
	if (write_face(run, shown, "text", NULL, &why))
		status = gp_bench_complain(run, why);
	return status;
}
