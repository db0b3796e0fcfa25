/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "log/log.h"

#define PLACES 9

static void note(void *context, enum gp_log_id id)
{
	size_t *found = context;

	found[id]++;
}

/* Wherever in a line a phrase is, it is found, and once. */
static void test_every_phrase_everywhere(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_log_scanner *scanner = gp_log_scanner_new(arena);

	(void)state;
	for (size_t i = 0; i < gp_log_phrase_count; i++)
		for (int place = 0; place < PLACES; place++) {
			const struct gp_log_phrase *phrase = &gp_log_phrases[i];
			const char *line = gp_printf(arena, "%*s%s", place, "", phrase->phrase);
			size_t found[GP_LOG_COUNT] = {0};

			gp_log_scan(scanner, line, strlen(line), note, found);
			assert_int_equal(found[phrase->id], 1);
		}
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_phrase_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
