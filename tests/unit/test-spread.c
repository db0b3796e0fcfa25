/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "work/spread.h"

#define SAYS_TO 100 /* try/say.c */
#define MOST    8192

static void begin(struct gp_spread *spread, size_t most)
{
	assert_int_equal(gp_spread_begin(spread, most), 0);
}

/* What it says. */
static void listen(struct gp_spread *spread, char said[MOST])
{
	int fd = memfd_create("said", 0);
	ssize_t n;

	assert_true(fd >= 0);
	assert_int_equal(dup2(fd, SAYS_TO), SAYS_TO);
	gp_spread_say(spread, "frame", "ms");
	n = pread(fd, said, MOST - 1, 0);
	assert_true(n >= 0);
	said[n] = '\0';
	close(fd);
	close(SAYS_TO);
}

static void test_nearest_rank(void **state)
{
	static const double values[] = {35, 20, 15, 50, 40};
	struct gp_spread spread;

	(void)state;
	begin(&spread, 5);
	assert_true(isnan(gp_spread_percentile(&spread, 50)));
	for (size_t i = 0; i < 5; i++)
		gp_spread_add(&spread, values[i]);
	assert_true(gp_spread_percentile(&spread, 0) == 15);
	assert_true(gp_spread_percentile(&spread, 30) == 20);
	assert_true(gp_spread_percentile(&spread, 40) == 20);
	assert_true(gp_spread_percentile(&spread, 50) == 35);
	assert_true(gp_spread_percentile(&spread, 100) == 50);
	gp_spread_add(&spread, 1);
	assert_true(spread.n == 5 && spread.dropped == 1);
	gp_spread_end(&spread);
}

static void test_no_numbers(void **state)
{
	struct gp_spread spread;
	char said[MOST];

	(void)state;
	begin(&spread, GP_SPREAD_MOST);
	gp_spread_add(&spread, NAN);
	gp_spread_add(&spread, -1);
	gp_spread_add(&spread, INFINITY);
	assert_true(spread.n == 0 && spread.dropped == 3);
	listen(&spread, said);
	assert_string_equal(said, "");
	gp_spread_end(&spread);
}

static void add_up_to(struct gp_spread *spread, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		gp_spread_add(spread, 1 + (double)(i * 7919 % n));
}

/* Only as many percentiles as there are values for. */
static void test_says_what_it_knows(void **state)
{
	static const struct {
		unsigned int n;
		const char *has, *lacks;
	} cases[] = {
		{20, "metric max 20 ms", "p95"},
		{21, "metric p95 20 ms", "p99"},
		{101, "metric p99 100 ms", "p99-9"},
		{9999, "metric p99 9900 ms", "p99-9"},
		{10000, "metric p99-9 9990 ms", "none"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gp_spread spread;
		char said[MOST];

		begin(&spread, GP_SPREAD_MOST);
		add_up_to(&spread, cases[i].n);
		listen(&spread, said);
		assert_non_null(strstr(said, cases[i].has));
		assert_null(strstr(said, cases[i].lacks));
		gp_spread_end(&spread);
	}
}

/* Percentiles of a part are said to be. */
static void test_says_what_it_does_not_keep(void **state)
{
	struct gp_spread spread;
	char said[MOST];

	(void)state;
	begin(&spread, 30);
	add_up_to(&spread, 30);
	listen(&spread, said);
	assert_null(strstr(said, "about"));
	gp_spread_add(&spread, 1);
	listen(&spread, said);
	assert_non_null(strstr(said, "about frame-kept the first 30 values\n"));
	gp_spread_end(&spread);
}

/* Edges rise, no bucket is empty, and all values are in one. */
static size_t check_histogram(const char *said, size_t n, double step)
{
	const char *at = strstr(said, "histogram frame ms ");
	double last = -1;
	size_t sum = 0, buckets = 0;

	assert_non_null(at);
	for (at += strlen("histogram frame ms"); *at == ' '; buckets++) {
		char *end;
		double from = strtod(at, &end);
		size_t count;

		assert_true(*end == ':');
		count = strtoul(end + 1, &end, 10);
		assert_true(count > 0);
		assert_true(from > last);
		assert_true(last <= 0 || from / last > step - 0.001);
		last = from;
		sum += count;
		at = end;
	}
	assert_true(*at == '\n');
	assert_int_equal(sum, n);
	return buckets;
}

static void test_histogram(void **state)
{
	struct gp_spread spread;
	char said[MOST];

	(void)state;
	begin(&spread, GP_SPREAD_MOST);
	gp_spread_add(&spread, 0);
	gp_spread_add(&spread, 0);
	for (int i = 0; i < 1000; i++)
		gp_spread_add(&spread, 10 * pow(1.05, i % 20) * 1.01);
	listen(&spread, said);
	assert_int_equal(check_histogram(said, 1002, 1.05), 21);
	gp_spread_end(&spread);
}

/* From nanoseconds to years: one line still, with wider buckets. */
static void test_long_histogram(void **state)
{
	struct gp_spread spread;
	char said[MOST];

	(void)state;
	begin(&spread, GP_SPREAD_MOST);
	for (int i = 0; i < 3000; i++)
		gp_spread_add(&spread, 1e-30 * pow(1.05, i));
	listen(&spread, said);
	assert_true(check_histogram(said, 3000, 1.05 * 1.05) > 20);
	gp_spread_end(&spread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nearest_rank),
		cmocka_unit_test(test_no_numbers),
		cmocka_unit_test(test_says_what_it_knows),
		cmocka_unit_test(test_says_what_it_does_not_keep),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_long_histogram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
