/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "workloads/search.h"

struct oracle {
	unsigned int edge, asked;
	uint64_t seed;
	bool (*accepts)(struct oracle *oracle, unsigned int number);
};

static unsigned int drawn(struct oracle *oracle, unsigned int below)
{
	oracle->seed = oracle->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(oracle->seed >> 33) % below;
}

/* What must be so of each answer, whoever was asked. */
static void look_at(const struct gp_search *search, const struct oracle *oracle)
{
	unsigned int answer = gp_search_answer(search), most = search->most;

	assert_true(answer <= most);
	assert_true(oracle->asked <= GP_SEARCH_TRIES * most);
	if (answer)
		assert_int_equal(search->accepted[answer], GP_SEARCH_TRIES);
	if (answer < most)
		assert_true(search->refused[answer + 1] >= 1);
}

static struct gp_search searched(unsigned int most, struct oracle *oracle)
{
	struct gp_search search = {.most = most};
	unsigned int number;

	while ((number = gp_search_next(&search)) != 0) {
		assert_true(number <= most);
		assert_true(++oracle->asked <= 3 * GP_SEARCH_MOST);
		gp_search_tell(&search, number, oracle->accepts(oracle, number));
	}
	look_at(&search, oracle);
	return search;
}

static bool up_to_edge(struct oracle *oracle, unsigned int number)
{
	return number <= oracle->edge;
}

static void test_monotone(void **state)
{
	(void)state;
	for (unsigned int most = 1; most <= GP_SEARCH_MOST; most++)
		for (unsigned int edge = 0; edge <= most; edge++) {
			struct oracle oracle = {.edge = edge, .accepts = up_to_edge};
			struct gp_search search = searched(most, &oracle);

			assert_int_equal(gp_search_answer(&search), edge);
			/* Doubling, halving with each refusal twice, and the edge twice more. */
			assert_true(oracle.asked <= 7 + 2 * 6 + 2 + 1);
		}
}

static bool one_mishap(struct oracle *oracle, unsigned int number)
{
	return number <= oracle->edge && oracle->asked != 3;
}

/* It costs two more tries, not most of the answer. */
static void test_one_mishap(void **state)
{
	struct oracle oracle = {.edge = 16, .accepts = one_mishap};
	struct gp_search search = searched(64, &oracle);

	(void)state;
	assert_int_equal(gp_search_answer(&search), 16);
	assert_int_equal(search.refused[4], 1);
	assert_int_equal(search.accepted[4], 2);
}

static bool mishap_at_edge(struct oracle *oracle, unsigned int number)
{
	return number < 6 || (number == 6 && ++oracle->edge != 3);
}

/* Two of three are not enough for an answer. */
static void test_mishap_at_edge(void **state)
{
	struct oracle oracle = {.accepts = mishap_at_edge};
	struct gp_search search = searched(64, &oracle);

	(void)state;
	assert_int_equal(gp_search_answer(&search), 5);
	assert_int_equal(search.refused[6], 1);
	assert_int_equal(search.accepted[6], 2);
}

/* Half of the tries fail for four numbers on either side of the edge. */
static bool blurred(struct oracle *oracle, unsigned int number)
{
	return number + 4 <= oracle->edge || (number <= oracle->edge + 4 && drawn(oracle, 2) == 0);
}

static void test_blurred(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 500; seed++) {
		struct oracle oracle = {.edge = 20, .seed = seed, .accepts = blurred};
		struct gp_search search = searched(64, &oracle);

		assert_in_range(gp_search_answer(&search), 16, 24);
		assert_true(oracle.asked <= 40);
	}
}

/* A machine that is busy with other things: a third of the tries fail, wherever. */
static bool shaken(struct oracle *oracle, unsigned int number)
{
	return number <= oracle->edge && (number <= 4 || drawn(oracle, 3) != 0);
}

static void test_shaken(void **state)
{
	unsigned int total = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 500; seed++) {
		struct oracle oracle = {.edge = 16, .seed = seed, .accepts = shaken};
		struct gp_search search = searched(64, &oracle);

		assert_in_range(gp_search_answer(&search), 4, 16);
		total += oracle.asked;
	}
	assert_true(total < 20 * 500);
}

static bool coin(struct oracle *oracle, unsigned int number)
{
	(void)number;
	return drawn(oracle, 2) == 0;
}

static bool odd_only(struct oracle *oracle, unsigned int number)
{
	(void)oracle;
	return number % 2 == 1;
}

static bool never_the_third_time(struct oracle *oracle, unsigned int number)
{
	/* Two tries of three, of whichever number: the worst for something that asks again. */
	(void)number;
	return oracle->asked % 3 != 0;
}

static bool only_large(struct oracle *oracle, unsigned int number)
{
	return number > oracle->edge;
}

static void test_pathological(void **state)
{
	static bool (*const accepts[])(struct oracle *, unsigned int) = {
		coin, odd_only, never_the_third_time, only_large};

	(void)state;
	for (size_t i = 0; i < sizeof(accepts) / sizeof(accepts[0]); i++)
		for (uint64_t seed = 0; seed < 200; seed++) {
			struct oracle oracle = {.edge = 5, .seed = seed, .accepts = accepts[i]};

			searched(1 + (unsigned int)seed % GP_SEARCH_MOST, &oracle);
		}
}

/* A limit that shows up on the way, such as memory: what is below counts. */
static void test_lower_limit(void **state)
{
	struct gp_search search = {.most = 64};
	unsigned int number;

	(void)state;
	while ((number = gp_search_next(&search)) != 0)
		if (number > 11)
			search.most = number - 1;
		else
			gp_search_tell(&search, number, true);
	assert_int_equal(gp_search_answer(&search), 11);
	assert_int_equal(search.accepted[11], GP_SEARCH_TRIES);
}

static void test_nothing_to_try(void **state)
{
	struct gp_search search = {.most = 0}, large = {.most = 1000};

	(void)state;
	assert_int_equal(gp_search_next(&search), 0);
	assert_int_equal(gp_search_answer(&search), 0);
	gp_search_tell(&search, 1, true);
	gp_search_tell(&large, 0, true);
	gp_search_tell(&large, 1000, true);
	for (int i = 0; i < 1000; i++)
		gp_search_tell(&large, 1, true);
	assert_int_equal(large.accepted[1], GP_SEARCH_TRIES);
	assert_int_equal(gp_search_next(&large), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_monotone),
		cmocka_unit_test(test_one_mishap),
		cmocka_unit_test(test_mishap_at_edge),
		cmocka_unit_test(test_blurred),
		cmocka_unit_test(test_shaken),
		cmocka_unit_test(test_pathological),
		cmocka_unit_test(test_lower_limit),
		cmocka_unit_test(test_nothing_to_try),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
