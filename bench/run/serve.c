/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `gpupass-bench serve`: takes the samples that another gpupass-bench asks for, on its own turn. */
#include <string.h>

#include "run/run.h"
#include "run/serve.h"

#define MOST_LINE 512

struct server {
	struct gp_bench_run *run;
	FILE *in, *out;
};

static const char *id_of(const struct server *s, const struct gp_experiment *experiment)
{
	return gp_printf(s->run->arena, "%s.%s", experiment->workload, experiment->variant);
}

/* Records are lines; what ends one is none of CSV's. */
static bool send_record(struct server *s, const struct gp_record *record, const char *end)
{
	return gp_record_write_csv(record, s->out) == 0 && fprintf(s->out, "%s\n", end) > 0 &&
	       fflush(s->out) == 0;
}

static bool say_hello(struct server *s)
{
	struct gp_record record = {.arena = s->run->arena};

	fprintf(s->out, "%s\n", GP_SERVE_HELLO);
	gp_each (experiment, &s->run->experiments)
		if (experiment->cannot)
			fprintf(s->out, "cannot %s %s\n", id_of(s, experiment), experiment->cannot);
		else
			fprintf(s->out, "experiment %s %.9g\n", id_of(s, experiment),
				experiment->seconds);
	gp_bench_to_record(s->run, &record);
	return send_record(s, &record, GP_SERVE_READY);
}

static const struct gp_experiment *find_experiment(const struct server *s, const char *id)
{
	gp_each (experiment, &s->run->experiments)
		if (!experiment->cannot && strcmp(id_of(s, experiment), id) == 0)
			return experiment;
	return NULL;
}

static bool parse_number(const char *text, unsigned int *ret)
{
	uint64_t number;

	if (gp_parse_u64(text, 10, &number) || number > GP_SERVE_MOST)
		return false;
	*ret = (unsigned int)number;
	return true;
}

/* "run ID RUN PAIR" */
static bool serve_one(struct server *s, const char *line)
{
	struct gp_strings words = gp_split(s->run->arena, line, " \n");
	struct gp_record record = {.arena = s->run->arena};
	struct gp_sample sample = {.state = GP_SAMPLE_VALID, .why = ""};

	if (words.n == 4 && strcmp(words.items[0], "run") == 0 &&
		parse_number(words.items[2], &sample.run) &&
		parse_number(words.items[3], &sample.pair))
		sample.experiment = find_experiment(s, words.items[1]);
	if (!sample.experiment)
		return fprintf(s->out, "refused\n") > 0 && fflush(s->out) == 0;
	gp_bench_take_one(s->run, &sample);
	gp_sample_to_record(s->run, &sample, &record);
	return send_record(
		s, &record, sample.state == GP_SAMPLE_FAILED ? GP_SERVE_FAILED : GP_SERVE_DONE);
}

int gp_bench_serve(struct gp_bench_run *run, FILE *in, FILE *out)
{
	struct server s = {run, in, out};
	char line[MOST_LINE];
	bool is_well = say_hello(&s);

	while (is_well && !gp_interrupted() && fgets(line, sizeof(line), in))
		is_well = serve_one(&s, line);
	return is_well ? 0 : 2;
}
