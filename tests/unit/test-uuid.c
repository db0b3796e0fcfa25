/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/redact.h"
#include "machine/uuid.h"

#define UUID "4c4c4544-0051-3010-8052-b4c04f4c4e32"

struct world {
	struct gp_arena *arena;
};

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->arena = gp_arena_new();
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	gp_arena_free(world->arena);
	free(world);
	return 0;
}

/* What a capture holds of a text. */
static const char *redacted(struct world *world, const char *text)
{
	struct gp_redactor *redactor = gp_redactor_for(world->arena, NULL, NULL);
	struct gp_bytes bytes = {(const uint8_t *)text, strlen(text)};

	assert_true(gp_redact_content(redactor, "/sys/class/dmi/id/product_uuid", &bytes));
	return gp_strndup(world->arena, (const char *)bytes.data, bytes.size);
}

static void capture_and_live_agree(void **state)
{
	struct world *world = *state;
	const char *live = gp_uuid_hash(world->arena, UUID);

	assert_string_equal(live, redacted(world, UUID));
	assert_string_equal(gp_uuid_hash(world->arena, redacted(world, UUID)), live);
	assert_null(strstr(live, "4c4c4544"));
}

static void spelling_is_all_one(void **state)
{
	struct world *world = *state;
	const char *live = gp_uuid_hash(world->arena, UUID);

	assert_string_equal(
		gp_uuid_hash(world->arena, "4C4C4544-0051-3010-8052-B4C04F4C4E32"), live);
	assert_string_equal(gp_uuid_hash(world->arena, "4c4c4544005130108052b4c04f4c4e32"), live);
	assert_string_not_equal(
		gp_uuid_hash(world->arena, "4c4c4544-0051-3010-8052-b4c04f4c4e33"), live);
}

static void what_is_none_has_none(void **state)
{
	static const char *const texts[] = {"", "-", "Not Settable", "uuid-", "uuid-1234567",
		"uuid-1234567g", "4c4c4544-0051-3010-8052", "00000000-0000-0000-0000-000000000000",
		UUID "0", "4c4c4544-00513010-8052-b4c04f4c4e32"};
	struct world *world = *state;

	for (size_t i = 0; i < GP_ARRAY_SIZE(texts); i++)
		assert_null(gp_uuid_hash(world->arena, texts[i]));
}

/* As firmware has it that was never given one, live and in a capture. */
static void many_machines_say_the_same(void **state)
{
	static const char *const texts[] = {"00000000-0000-0000-0000-000000000000",
		"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "03000200-0400-0500-0006-000700080009"};
	struct world *world = *state;

	for (size_t i = 0; i < GP_ARRAY_SIZE(texts); i++) {
		assert_null(gp_uuid_hash(world->arena, texts[i]));
		assert_null(gp_uuid_hash(world->arena, redacted(world, texts[i])));
	}
	assert_non_null(gp_uuid_hash(world->arena, "03000200-0400-0500-0006-000700080008"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(capture_and_live_agree, set_up, tear_down),
		cmocka_unit_test_setup_teardown(spelling_is_all_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_none_has_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_machines_say_the_same, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
