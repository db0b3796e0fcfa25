/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often intervals hold the truth, and how often two sides that are the same are called
 * different, where the truth is known because the measurements are made up.
 *
 * simulate-stats            a table of designs and numbers of pairs
 * simulate-stats --check    exit status 1 where the statistics do not keep what they promise
 *
 * What is made up (of a run, in logarithms): noise of its own with a standard deviation of 2 %, and
 * the drift of the machine, 3 % with a correlation of 0.9 from one run to the next; 5 % of the runs
 * are slower by 15 %. A session, from one reboot to the next, has 5 runs and a deviation of 1 % of
 * its own. These are assumptions, not measurements of a GPU.
 */
#include "stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RUN_SD       0.02
#define DRIFT_SD     0.03
#define DRIFT_KEPT   0.9
#define OUTLIERS     0.05
#define OUTLIER      0.15
#define SESSION_SD   0.01
#define SESSION_RUNS 5
#define BAND         0.01
#define CONFIDENCE   0.95
#define MOST         64

struct machine {
	struct gp_random random;
	double drift;
};

static double drifted(struct machine *machine)
{
	machine->drift = DRIFT_KEPT * machine->drift + sqrt(1 - DRIFT_KEPT * DRIFT_KEPT) *
							       DRIFT_SD *
							       gp_random_normal(&machine->random);
	return machine->drift;
}

static double slowed(struct machine *machine)
{
	return gp_random_unit(&machine->random) < OUTLIERS ? -OUTLIER : 0;
}

static double run_of(struct machine *machine, double truth)
{
	double noise = RUN_SD * gp_random_normal(&machine->random);

	return truth + noise + drifted(machine) + slowed(machine);
}

/* Noise alone: what the methods assume. */
static void plain_pairs(struct machine *machine, double truth, size_t n, double *a, double *b)
{
	for (size_t i = 0; i < n; i++) {
		a[i] = exp(RUN_SD * gp_random_normal(&machine->random));
		b[i] = exp(truth + RUN_SD * gp_random_normal(&machine->random));
	}
}

static void random_pairs(struct machine *machine, double truth, size_t n, double *a, double *b)
{
	for (size_t i = 0; i < n; i++) {
		bool a_first = gp_random_below(&machine->random, 2);

		if (a_first)
			a[i] = exp(run_of(machine, 0));
		b[i] = exp(run_of(machine, truth));
		if (!a_first)
			a[i] = exp(run_of(machine, 0));
	}
}

static double session(struct machine *machine, double truth)
{
	double own = SESSION_SD * gp_random_normal(&machine->random), sum = 0;

	for (size_t i = 0; i < SESSION_RUNS; i++)
		sum += run_of(machine, truth + own);
	return exp(sum / SESSION_RUNS);
}

/* A B, B A, A B, ... */
static void sessions(struct machine *machine, double truth, size_t n, double *a, double *b)
{
	for (size_t i = 0; i < n; i++) {
		if (i % 2 == 0)
			a[i] = session(machine, 0);
		b[i] = session(machine, truth);
		if (i % 2)
			a[i] = session(machine, 0);
	}
}

/* All of A, then all of B: what a comparison gives no verdict on. */
static void blocks(struct machine *machine, double truth, size_t n, double *a, double *b)
{
	for (size_t i = 0; i < n; i++)
		a[i] = exp(run_of(machine, 0));
	for (size_t i = 0; i < n; i++)
		b[i] = exp(run_of(machine, truth));
}

struct design {
	const char *title;
	void (*measure)(struct machine *machine, double truth, size_t n, double *a, double *b);
	double least;    /* that the intervals have to hold; 0: not looked at */
	bool is_assumed; /* by the methods: what they attain, to a point */
};

static const struct design designs[] = {
	{"noise", plain_pairs, 0.94, true},
	{"pairs", random_pairs, 0.94, false},
	{"ABBA", sessions, 0.93, false}, /* sessions that lie side by side drift alike */
	{"blocks", blocks, 0, false},
};
#define N_DESIGNS (sizeof(designs) / sizeof(designs[0]))

struct outcome {
	double coverage, width, attained;
	double differs, differs_at_all; /* by the band, and by nothing */
};

static struct machine machine_of(uint64_t seed)
{
	struct machine machine = {.random = gp_random_seeded(seed)};

	machine.drift = DRIFT_SD * gp_random_normal(&machine.random);
	return machine;
}

static bool differs(const struct gp_estimate *ratio, double band)
{
	enum gp_comparison verdict = gp_compare_ratio(ratio, band, true);

	return verdict == GP_BETTER || verdict == GP_WORSE;
}

static struct outcome simulate(
	const struct design *design, double truth, size_t n, size_t times, uint64_t seed)
{
	struct outcome outcome = {0};
	double a[MOST], b[MOST], part = 1 / (double)times;

	for (size_t i = 0; i < times; i++) {
		struct machine machine = machine_of(seed + i);
		struct gp_estimate ratio;

		design->measure(&machine, log(truth), n, a, b);
		ratio = gp_ratio(a, b, n, CONFIDENCE);
		outcome.attained = ratio.confidence;
		outcome.coverage += ratio.low <= truth && truth <= ratio.high ? part : 0;
		outcome.width += (ratio.high - ratio.low) * part;
		outcome.differs += differs(&ratio, BAND) ? part : 0;
		outcome.differs_at_all += differs(&ratio, 0) ? part : 0;
	}
	return outcome;
}

/* ---- percentiles: runs of frames in buckets of 5 % */
#define FRAMES  600
#define BUCKETS 120
#define STEP    1.05

struct run_frames {
	struct gp_counts_from buckets[BUCKETS];
	struct gp_run_spread spread;
};

static void measure_frames(struct machine *machine, double truth, double q, struct run_frames *ret)
{
	double shift = run_of(machine, truth), frames[FRAMES];

	memset(ret, 0, sizeof(*ret));
	for (size_t k = 0; k < BUCKETS; k++)
		ret->buckets[k].from = pow(STEP, (double)k);
	for (size_t i = 0; i < FRAMES; i++) {
		double frame = 8 * exp(shift + 0.1 * gp_random_normal(&machine->random));

		frames[i] = frame;
		ret->buckets[(size_t)(log(frame) / log(STEP))].n++;
	}
	gp_sort(frames, FRAMES);
	ret->spread = (struct gp_run_spread){
		ret->buckets, BUCKETS, frames[(size_t)ceil(q * FRAMES) - 1], frames[FRAMES - 1]};
}

static struct outcome simulate_percentile(double q, size_t n, size_t times, uint64_t seed)
{
	static struct run_frames a[MOST], b[MOST];
	struct gp_run_spread side_a[MOST], side_b[MOST];
	struct outcome outcome = {.attained = CONFIDENCE};

	for (size_t i = 0; i < times; i++) {
		struct machine machine = machine_of(seed + i);
		struct gp_estimate ratio;

		for (size_t k = 0; k < n; k++) {
			measure_frames(&machine, 0, q, &a[k]);
			measure_frames(&machine, log(0.95), q, &b[k]);
			side_a[k] = a[k].spread;
			side_b[k] = b[k].spread;
		}
		ratio = gp_quantile_ratio(side_a, side_b, n, q, CONFIDENCE, seed + i);
		outcome.coverage += ratio.low <= 0.95 && 0.95 <= ratio.high ? 1 / (double)times : 0;
		outcome.width += (ratio.high - ratio.low) / (double)times;
	}
	return outcome;
}

static int show(void)
{
	puts("Intervals that hold the truth (0.95), of 100; how wide they are, in %; and of 100\n"
	     "comparisons of a side with itself, how many say that it differs by more than 1 %\n"
	     "and, in brackets, at all.\n\n"
	     "                    noise                pairs                 ABBA               "
	     "blocks\n"
	     " n attained  holds wide says       holds wide says       holds wide says       holds "
	     "wide says");
	for (size_t n = 2; n <= 30; n += n < 12 ? 1 : n < 20 ? 4 : 5) {
		for (size_t d = 0; d < N_DESIGNS; d++) {
			struct outcome truth = simulate(&designs[d], 0.95, n, 20000, 1);
			struct outcome same = simulate(&designs[d], 1, n, 20000, 1);

			if (!d)
				printf("%2zu   %5.2f  ", n, 100 * truth.attained);
			printf("  %5.1f %4.1f %4.1f (%4.1f)", 100 * truth.coverage,
				100 * truth.width, 100 * same.differs, 100 * same.differs_at_all);
		}
		putchar('\n');
		fflush(stdout);
	}
	puts("\nPercentiles of 600 frames a run, by resampling pairs\n n   p50: holds wide   p99: "
	     "holds wide");
	for (size_t n = 6; n <= 30; n += n < 10 ? 2 : 10) {
		struct outcome half = simulate_percentile(0.5, n, 1000, 1);
		struct outcome tail = simulate_percentile(0.99, n, 1000, 1);

		printf("%2zu        %5.1f %4.1f        %5.1f %4.1f\n", n, 100 * half.coverage,
			100 * half.width, 100 * tail.coverage, 100 * tail.width);
		fflush(stdout);
	}
	return 0;
}

static int expect(bool holds, const struct design *design, size_t n, const char *what, double is)
{
	printf("%s %s, n = %zu: %s %.2f %%\n", holds ? "ok    " : "NOT OK", design->title, n, what,
		100 * is);
	return holds ? 0 : 1;
}

static int check_one(const struct design *design, size_t n)
{
	struct outcome truth = simulate(design, 0.95, n, 20000, 1);
	struct outcome same = simulate(design, 1, n, 1000, 1);
	bool holds = truth.coverage >= design->least;
	int failed = 0;

	if (design->is_assumed)
		holds = holds && fabs(truth.coverage - truth.attained) <= 0.01;
	failed |= expect(holds, design, n, "intervals hold the truth in", truth.coverage);
	failed |= expect(same.differs <= 0.05, design, n,
		"a side and itself are called different in", same.differs);
	return failed;
}

static int check(void)
{
	static const size_t numbers[] = {2, 3, 5, 6, 7, 8, 10, 12, 20, 30};
	struct outcome median = simulate_percentile(0.5, 10, 200, 1);
	struct outcome tail = simulate_percentile(0.99, 10, 200, 1);
	static const struct design percentiles = {.title = "percentiles"};
	int failed = 0;

	for (size_t d = 0; d < N_DESIGNS; d++)
		for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
			if (designs[d].least > 0)
				failed |= check_one(&designs[d], numbers[i]);
	failed |= expect(median.coverage >= 0.93, &percentiles, 10, "p50 in", median.coverage);
	failed |= expect(tail.coverage >= 0.93, &percentiles, 10, "p99 in", tail.coverage);
	return failed;
}

int main(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[1], "--check") == 0 ? check() : show();
}
