/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stats/stats.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static void near(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * (1 + fabs(expected))))
		fail_msg("%.17g is not %.17g", value, expected);
}

static void same(const struct gp_estimate *a, const struct gp_estimate *b)
{
	assert_true(a->value == b->value && a->low == b->low && a->high == b->high);
	assert_true(a->confidence == b->confidence && a->n == b->n && a->method == b->method);
	assert_true(a->p == b->p || (isnan(a->p) && isnan(b->p)));
}

/* ---- the signed-rank distribution, by all ways to give n ranks a sign */

static double share_at_most(size_t w, size_t n)
{
	size_t found = 0;

	for (size_t signs = 0; signs < (size_t)1 << n; signs++) {
		size_t sum = 0;

		for (size_t rank = 1; rank <= n; rank++)
			sum += signs >> (rank - 1) & 1 ? rank : 0;
		found += sum <= w;
	}
	return (double)found / (double)((size_t)1 << n);
}

static void test_signed_rank_by_counting(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 12; n++)
		for (size_t w = 0; w <= n * (n + 1) / 2 + 1; w++)
			near(gp_signed_rank(w, n), share_at_most(w, n));
}

static void test_limit_is_the_largest_that_covers(void **state)
{
	static const double levels[] = {0.5, 0.9, 0.95, 0.99, 0.999};
	double attained;

	(void)state;
	for (size_t n = 1; n <= 40; n++) {
		for (size_t i = 0; i < N(levels); i++) {
			size_t k = gp_signed_rank_limit(n, levels[i], &attained);

			near(attained, k ? 1 - 2 * gp_signed_rank(k - 1, n) : 0);
			assert_true(!k || attained >= levels[i]);
			assert_true(1 - 2 * gp_signed_rank(k, n) < levels[i]);
		}
	}
	assert_int_equal(gp_signed_rank_limit(5, 0.95, &attained), 0);
	assert_int_equal(gp_signed_rank_limit(6, 0.95, &attained), 1);
	near(attained, 0.96875);
}

static void test_normal_takes_over_smoothly(void **state)
{
	double exact, normal;
	size_t k = gp_signed_rank_limit(GP_EXACT_MOST, 0.95, &exact);
	size_t after = gp_signed_rank_limit(GP_EXACT_MOST + 1, 0.95, &normal);

	(void)state;
	assert_true(after > k && after - k < 100);
	assert_true(fabs(exact - normal) < 0.0005);
}

/* ---- Walsh averages, by making them all */

static size_t all_averages(const double *sorted, size_t n, double *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = i; k < n; k++)
			ret[count++] = sorted[i] * 0.5 + sorted[k] * 0.5;
	gp_sort(ret, count);
	return count;
}

static double some_value(struct gp_random *random, unsigned int kind)
{
	switch (kind % 4) {
	case 0:
		return gp_random_normal(random);
	case 1: /* ties */
		return (double)gp_random_below(random, 5) - 2;
	case 2: /* far apart */
		return exp(200 * gp_random_normal(random)) * (gp_random_below(random, 2) ? 1 : -1);
	default:
		return 7;
	}
}

static void test_walsh_averages_by_sorting(void **state)
{
	struct gp_random random = gp_random_seeded(1);
	double values[24], averages[300];

	(void)state;
	for (unsigned int round = 0; round < 400; round++) {
		size_t n = 1 + gp_random_below(&random, N(values)), count;

		for (size_t i = 0; i < n; i++)
			values[i] = some_value(&random, round);
		gp_sort(values, n);
		count = all_averages(values, n, averages);
		for (size_t k = 1; k <= count; k++) {
			assert_true(gp_walsh_average(values, n, k) == averages[k - 1]);
			assert_true(gp_walsh_count(values, n, averages[k - 1]) >= k);
		}
		assert_int_equal(gp_walsh_count(values, n, INFINITY), count);
	}
}

/* ---- the interval, with ties and zeros: of all signs that values may have, it must hold 0 in at
 * least as many as it says */

static double share_that_holds_zero(const double *sizes, size_t n, double *ret_attained)
{
	size_t held = 0, all = (size_t)1 << n;
	double values[16];

	for (size_t signs = 0; signs < all; signs++) {
		struct gp_estimate center;

		for (size_t i = 0; i < n; i++)
			values[i] = signs >> i & 1 ? -sizes[i] : sizes[i];
		center = gp_center(values, n, 0.95);
		assert_int_equal(center.method, GP_METHOD_SIGNED_RANK);
		held += center.low <= 0 && 0 <= center.high;
		/* The interval and p say the same. */
		assert_int_equal(center.low > 0 || center.high < 0,
			center.p <= 1 - center.confidence + 1e-12);
		*ret_attained = center.confidence;
	}
	return (double)held / (double)all;
}

static void test_interval_covers_without_ties(void **state)
{
	double sizes[12], attained;

	(void)state;
	for (size_t n = 6; n <= N(sizes); n++) {
		double share;

		for (size_t i = 0; i < n; i++)
			sizes[i] = pow(1.7, (double)i);
		share = share_that_holds_zero(sizes, n, &attained);
		near(share, attained);
	}
}

static void test_interval_covers_with_ties(void **state)
{
	static const double sizes[][9] = {
		{1, 1, 1, 1, 1, 1, 1, 1, 1},
		{1, 1, 2, 2, 3, 3, 4, 4, 5},
		{0, 0, 1, 2, 3, 4, 5, 6, 7},
		{0, 0, 0, 0, 1, 1, 1, 1, 1},
		{1, 2, 3, 4, 5, 6, 7, 8, 9},
	};
	double attained;

	(void)state;
	for (size_t i = 0; i < N(sizes); i++) {
		double share = share_that_holds_zero(sizes[i], 9, &attained);

		assert_true(share >= attained - 1e-12);
	}
}

/* ---- estimates */

static struct gp_estimate drawn(uint64_t seed, size_t n, double scale, double shift, bool backwards)
{
	struct gp_random random = gp_random_seeded(seed);
	double values[64];

	for (size_t i = 0; i < n; i++)
		values[backwards ? n - 1 - i : i] = gp_random_normal(&random) * scale + shift;
	return gp_center(values, n, 0.95);
}

static void test_center_goes_with_its_values(void **state)
{
	(void)state;
	for (size_t n = 2; n <= 40; n++) {
		struct gp_estimate plain = drawn(n, n, 1, 0, false);
		struct gp_estimate moved = drawn(n, n, 4, 32, false);
		struct gp_estimate mirrored = drawn(n, n, -1, 0, false);
		struct gp_estimate backwards = drawn(n, n, 1, 0, true);

		assert_true(plain.low <= plain.value && plain.value <= plain.high);
		near(moved.value, plain.value * 4 + 32);
		near(moved.low, plain.low * 4 + 32);
		near(moved.high, plain.high * 4 + 32);
		near(mirrored.low, -plain.high);
		near(mirrored.high, -plain.low);
		near(mirrored.p, plain.p);
		same(&backwards, &plain);
	}
}

static void test_ratio_of_swapped_sides(void **state)
{
	struct gp_random random = gp_random_seeded(2);
	double a[12], b[12];

	(void)state;
	for (size_t n = 2; n <= N(a); n++) {
		struct gp_estimate one, other;

		for (size_t i = 0; i < n; i++) {
			a[i] = exp(gp_random_normal(&random));
			b[i] = exp(gp_random_normal(&random));
		}
		one = gp_ratio(a, b, n, 0.95);
		other = gp_ratio(b, a, n, 0.95);
		near(one.value * other.value, 1);
		near(one.low * other.high, 1);
		near(one.high * other.low, 1);
	}
}

static void test_method_follows_the_number(void **state)
{
	static const double values[] = {1, 2, 4, 8, 16, 32, 64};
	struct gp_estimate center;

	(void)state;
	for (size_t n = 1; n <= N(values); n++) {
		center = gp_center(values, n, 0.95);
		assert_int_equal(center.n, n);
		assert_int_equal(center.method, n == 1  ? GP_METHOD_NONE
						: n < 6 ? GP_METHOD_T
							: GP_METHOD_SIGNED_RANK);
		assert_true(center.confidence >= (n == 1 ? 0 : 0.95));
	}
	center = gp_center(values, 1, 0.95);
	assert_true(center.value == 1 && center.low == 1 && center.high == 1);
	/* 99 % takes eight values. */
	assert_int_equal(gp_center(values, 7, 0.99).method, GP_METHOD_T);
}

static void test_values_that_are_all_the_same(void **state)
{
	static const double values[] = {3, 3, 3, 3, 3, 3};
	struct gp_estimate center = gp_center(values, 5, 0.95);

	(void)state;
	assert_int_equal(center.method, GP_METHOD_NONE);
	assert_true(center.value == 3);
	center = gp_center(values, 6, 0.95);
	assert_int_equal(center.method, GP_METHOD_SIGNED_RANK);
	assert_true(center.low == 3 && center.high == 3);
}

static void test_no_estimate_of_what_is_no_number(void **state)
{
	double bad[] = {1, 2, NAN, 4, 5, 6, 7}, good[] = {1, 2, 3, 4, 5, 6, 7};
	double *many = calloc(GP_STATS_MOST + 1, sizeof(*many));

	(void)state;
	assert_non_null(many);
	assert_true(isnan(gp_center(NULL, 0, 0.95).value));
	assert_true(isnan(gp_center(many, GP_STATS_MOST + 1, 0.95).value));
	assert_true(gp_center(many, GP_STATS_MOST, 0.95).value == 0);
	free(many);
	assert_true(isnan(gp_center(bad, N(bad), 0.95).value));
	bad[2] = INFINITY;
	assert_true(isnan(gp_center(bad, N(bad), 0.95).value));
	for (size_t i = 0; i < 3; i++) {
		bad[2] = (double[]){0, -1, NAN}[i];
		assert_true(isnan(gp_ratio(good, bad, N(bad), 0.95).value));
		assert_int_equal(gp_ratio(bad, good, N(bad), 0.95).method, GP_METHOD_NONE);
	}
}

static void test_many_values(void **state)
{
	struct gp_random random = gp_random_seeded(3);
	double *values = calloc(GP_STATS_MOST, sizeof(*values));
	struct gp_estimate center;

	(void)state;
	assert_non_null(values);
	for (size_t i = 0; i < GP_STATS_MOST; i++)
		values[i] = 5 + gp_random_normal(&random);
	center = gp_center(values, GP_STATS_MOST, 0.95);
	free(values);
	assert_true(center.low < 5 && 5 < center.high);
	assert_true(center.high - center.low < 0.05);
	assert_true(fabs(center.confidence - 0.95) < 1e-4);
}

/* ---- verdicts */

static void test_verdicts(void **state)
{
	static const struct {
		double low, high;
		bool higher_is_better;
		enum gp_comparison verdict;
	} cases[] = {
		{0.90, 0.95, true, GP_WORSE},
		{0.90, 0.95, false, GP_BETTER},
		{1.05, 1.10, true, GP_BETTER},
		{1.05, 1.10, false, GP_WORSE},
		{0.995, 1.005, true, GP_EQUAL},
		{0.99, 1 / 0.99, true, GP_EQUAL},
		{0.98, 0.995, true, GP_INCONCLUSIVE},
		{0.90, 1.10, true, GP_INCONCLUSIVE},
		{1.005, 1.02, true, GP_INCONCLUSIVE},
		{NAN, NAN, true, GP_INCONCLUSIVE},
		{0.5, INFINITY, true, GP_INCONCLUSIVE},
		{INFINITY, INFINITY, true, GP_INCONCLUSIVE},
		{0.9, 0.8, true, GP_INCONCLUSIVE},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct gp_estimate ratio = {.value = cases[i].low,
			.low = cases[i].low,
			.high = cases[i].high,
			.method = GP_METHOD_SIGNED_RANK};

		assert_int_equal(gp_compare_ratio(&ratio, 0.01, cases[i].higher_is_better),
			cases[i].verdict);
		ratio.method = GP_METHOD_NONE;
		assert_int_equal(gp_compare_ratio(&ratio, 0.01, true), GP_INCONCLUSIVE);
	}
}

static void test_bands(void **state)
{
	struct gp_estimate ratio = {.low = 0.96, .high = 0.97, .method = GP_METHOD_T};
	struct gp_estimate points = {.low = -0.4, .high = 0.9, .method = GP_METHOD_T};

	(void)state;
	assert_int_equal(gp_compare_ratio(&ratio, 0, true), GP_WORSE);
	assert_int_equal(gp_compare_ratio(&ratio, 0.05, true), GP_EQUAL);
	assert_int_equal(gp_compare_ratio(&ratio, 1, true), GP_INCONCLUSIVE);
	assert_int_equal(gp_compare_ratio(&ratio, NAN, true), GP_INCONCLUSIVE);
	assert_int_equal(gp_compare_ratio(&ratio, -1, true), GP_INCONCLUSIVE);
	assert_int_equal(gp_compare_difference(&points, 1, false), GP_EQUAL);
	assert_int_equal(gp_compare_difference(&points, 0.5, false), GP_INCONCLUSIVE);
	points.low = 0.6;
	assert_int_equal(gp_compare_difference(&points, 0.5, false), GP_WORSE);
	assert_int_equal(gp_compare_difference(&points, 0.5, true), GP_BETTER);
}

/* ---- the rest */

static void test_holm_leaves_out_what_is_unknown(void **state)
{
	double p[] = {0.01, NAN, 0.04, 0.03, 1e-20, 1};

	(void)state;
	assert_int_equal(gp_holm(p, N(p)), 0);
	near(p[4], 5e-20);
	assert_true(p[4] > 0);
	near(p[0], 0.04);
	near(p[3], 0.09);
	near(p[2], 0.09);
	near(p[5], 1);
	assert_true(isnan(p[1]));
	assert_int_equal(gp_holm(NULL, 0), 0);
}

static void test_geometric_mean(void **state)
{
	static const double values[] = {2, 8, 0, -1};

	(void)state;
	near(gp_geometric_mean(values, 2), 4);
	assert_true(isnan(gp_geometric_mean(values, 3)));
	assert_true(isnan(gp_geometric_mean(values, 0)));
}

static void test_outliers(void **state)
{
	static const double values[] = {10, 10.1, 9.9, 10.05, 30, 9.95};
	static const double alike[] = {5, 5, 5, 5, 5, 5};
	bool is_outlier[N(values)];

	(void)state;
	assert_int_equal(gp_outliers(values, N(values), is_outlier), 1);
	assert_true(is_outlier[4] && !is_outlier[0]);
	assert_int_equal(gp_outliers(values, N(values), NULL), 1);
	assert_int_equal(gp_outliers(values, 4, is_outlier), 0);
	assert_int_equal(gp_outliers(alike, N(alike), is_outlier), 0);
	assert_int_equal(gp_outliers(NULL, 0, NULL), 0);
}

static void test_random(void **state)
{
	/* What splitmix64 gives for this seed in its authors' code. */
	static const uint64_t expected[] = {6457827717110365317u, 3203168211198807973u,
		9817491932198370423u, 4593380528125082431u};
	struct gp_random random = gp_random_seeded(1234567);
	size_t counts[7] = {0};
	double sum = 0, squares = 0;

	(void)state;
	assert_memory_equal(random.state, expected, sizeof(expected));
	for (size_t i = 0; i < 70000; i++)
		counts[gp_random_below(&random, 7)]++;
	for (size_t i = 0; i < 7; i++)
		assert_in_range(counts[i], 9600, 10400);
	for (size_t i = 0; i < 70000; i++) {
		double drawn_one = gp_random_normal(&random), unit = gp_random_unit(&random);

		assert_true(unit >= 0 && unit < 1);
		sum += drawn_one;
		squares += drawn_one * drawn_one;
	}
	assert_true(fabs(sum / 70000) < 0.02 && fabs(squares / 70000 - 1) < 0.03);
	assert_int_equal(gp_random_below(&random, 1), 0);
}

/* ---- percentiles */

#define RUNS    8
#define BUCKETS 60

struct frames {
	struct gp_counts_from buckets[RUNS][BUCKETS];
	struct gp_run_spread runs[RUNS];
};

/* 1000 frames a run, those of run i around 10 * factor. */
static void fill(struct frames *frames, uint64_t seed, double factor, bool with_exact)
{
	struct gp_random random = gp_random_seeded(seed);
	double values[1000];

	memset(frames, 0, sizeof(*frames));
	for (size_t r = 0; r < RUNS; r++) {
		for (size_t k = 0; k < BUCKETS; k++)
			frames->buckets[r][k].from = 4 * pow(1.05, (double)k);
		for (size_t i = 0; i < N(values); i++) {
			values[i] = 10 * factor * exp(0.1 * gp_random_normal(&random));
			frames->buckets[r][(size_t)(log(values[i] / 4) / log(1.05))].n++;
		}
		gp_sort(values, N(values));
		frames->runs[r] = (struct gp_run_spread){frames->buckets[r], BUCKETS,
			with_exact ? values[989] : NAN, with_exact ? values[999] : NAN};
	}
}

static void test_percentiles(void **state)
{
	static struct frames a, b;
	struct gp_estimate exact, coarse, again;

	(void)state;
	fill(&a, 1, 1, true);
	fill(&b, 2, 1.2, true);
	exact = gp_quantile_ratio(a.runs, b.runs, RUNS, 0.99, 0.95, 7);
	assert_int_equal(exact.method, GP_METHOD_BOOTSTRAP);
	assert_true(exact.low <= exact.value && exact.value <= exact.high);
	assert_true(exact.low < 1.2 && 1.2 < exact.high && exact.high - exact.low < 0.1);
	again = gp_quantile_ratio(a.runs, b.runs, RUNS, 0.99, 0.95, 7);
	same(&again, &exact);
	fill(&a, 1, 1, false);
	fill(&b, 2, 1.2, false);
	coarse = gp_quantile_ratio(a.runs, b.runs, RUNS, 0.99, 0.95, 7);
	assert_int_equal(coarse.method, GP_METHOD_BOOTSTRAP);
	assert_true(coarse.high / coarse.low >= 1.05 * 1.05 - 1e-9);
	assert_true(coarse.low < 1.2 && 1.2 < coarse.high);
}

static void test_percentiles_of_a_side_and_itself(void **state)
{
	static struct frames a;
	struct gp_estimate ratio;

	(void)state;
	fill(&a, 1, 1, true);
	ratio = gp_quantile_ratio(a.runs, a.runs, RUNS, 0.5, 0.95, 1);
	/* 0.99 is what exact is of: as the median it contradicts the buckets, and cannot break it.
	 */
	assert_true(ratio.value == 1);
}

static void test_percentiles_that_cannot_be(void **state)
{
	static struct frames a, b;
	struct gp_counts_from one = {5, 10}, none = {5, 0}, falling[] = {{5, 1}, {4, 1}};

	(void)state;
	fill(&a, 1, 1, true);
	fill(&b, 2, 1, true);
	assert_int_equal(
		gp_quantile_ratio(a.runs, b.runs, 5, 0.99, 0.95, 1).method, GP_METHOD_NONE);
	b.runs[3] = (struct gp_run_spread){&none, 1, NAN, NAN};
	assert_true(isnan(gp_quantile_ratio(a.runs, b.runs, RUNS, 0.99, 0.95, 1).value));
	b.runs[3] = (struct gp_run_spread){falling, 2, NAN, NAN};
	assert_true(isnan(gp_quantile_ratio(a.runs, b.runs, RUNS, 0.99, 0.95, 1).value));
	b.runs[3] = (struct gp_run_spread){NULL, 0, NAN, NAN};
	assert_true(isnan(gp_quantile_ratio(a.runs, b.runs, RUNS, 0.99, 0.95, 1).value));
	/* An exact value that the buckets do not have. */
	fill(&b, 2, 1, true);
	b.runs[3].exact = 1e6;
	assert_true(isnan(gp_quantile_ratio(a.runs, b.runs, RUNS, 0.99, 0.95, 1).value));
	/* Nobody knows how wide a lone bucket is. */
	for (size_t i = 0; i < RUNS; i++)
		a.runs[i] = b.runs[i] = (struct gp_run_spread){&one, 1, NAN, NAN};
	assert_int_equal(
		gp_quantile_ratio(a.runs, b.runs, RUNS, 0.99, 0.95, 1).method, GP_METHOD_NONE);
}

/* Speeds of few runs that differ much: below 0 is nothing. */
static void test_level_of_speeds(void **state)
{
	static const double speeds[] = {80, 160, 320}, mixed[] = {-1, 1, 3};
	struct gp_estimate level = gp_level(speeds, N(speeds), 0.95);
	struct gp_estimate ratio = gp_ratio((const double[]){1, 1, 1}, speeds, N(speeds), 0.95);

	(void)state;
	assert_true(gp_center(speeds, N(speeds), 0.95).low < 0);
	assert_true(level.low > 0 && level.low < 80 && level.high > 320);
	assert_true(fabs(level.value - 160) < 1e-9);
	assert_true(level.low == ratio.low && level.high == ratio.high);
	assert_true(gp_level(mixed, N(mixed), 0.95).low == gp_center(mixed, N(mixed), 0.95).low);
	assert_true(gp_level(speeds, 1, 0.95).value == 80);
	assert_true(isnan(gp_level(speeds, 0, 0.95).value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed_rank_by_counting),
		cmocka_unit_test(test_limit_is_the_largest_that_covers),
		cmocka_unit_test(test_normal_takes_over_smoothly),
		cmocka_unit_test(test_walsh_averages_by_sorting),
		cmocka_unit_test(test_interval_covers_without_ties),
		cmocka_unit_test(test_interval_covers_with_ties),
		cmocka_unit_test(test_center_goes_with_its_values),
		cmocka_unit_test(test_ratio_of_swapped_sides),
		cmocka_unit_test(test_method_follows_the_number),
		cmocka_unit_test(test_values_that_are_all_the_same),
		cmocka_unit_test(test_no_estimate_of_what_is_no_number),
		cmocka_unit_test(test_many_values),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_bands),
		cmocka_unit_test(test_holm_leaves_out_what_is_unknown),
		cmocka_unit_test(test_geometric_mean),
		cmocka_unit_test(test_outliers),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_percentiles_of_a_side_and_itself),
		cmocka_unit_test(test_percentiles_that_cannot_be),
		cmocka_unit_test(test_level_of_speeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
