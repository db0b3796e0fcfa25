/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/uuid.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "machine/table.h"

#define DIGITS 32

/* The digits in lower case, without dashes; how many there were. */
static size_t digits_of(const char *text, size_t size, char digits[static DIGITS])
{
	size_t n = 0;

	for (size_t i = 0; i < size && n < DIGITS; i++)
		if (text[i] != '-')
			digits[n++] = (char)tolower((unsigned char)text[i]);
	return n;
}

char *gp_uuid_stand_in(struct gp_arena *arena, const char *text, size_t size)
{
	char digits[DIGITS];
	uint64_t hash = gp_hash(digits, digits_of(text, size, digits));

	return gp_printf(arena, "uuid-%08x", (uint32_t)(hash ^ hash >> 32));
}

static bool is_stand_in(const char *text)
{
	return gp_starts_with(text, "uuid-") && strlen(text) == strlen("uuid-") + 8 &&
	       strspn(text + strlen("uuid-"), "0123456789abcdef") == 8;
}

/* What firmware has that was never given one: many machines say the same. */
static bool is_placeholder(struct gp_arena *arena, const char *stand_in)
{
	static const char *const placeholders[] = {"00000000000000000000000000000000",
		"ffffffffffffffffffffffffffffffff", "fefefefefefefefefefefefefefefefe",
		"03000200040005000006000700080009", "00020003000400050006000700080009",
		"030201000504070608090a0b0c0d0e0f", "10000000000080000040000000000000"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(placeholders); i++)
		if (gp_equal(stand_in, gp_uuid_stand_in(arena, placeholders[i], DIGITS)))
			return true;
	return false;
}

static char *known(struct gp_arena *arena, char *stand_in)
{
	return is_placeholder(arena, stand_in) ? NULL : stand_in;
}

char *gp_uuid_hash(struct gp_arena *arena, const char *text)
{
	size_t size = strlen(text), dashes = 0;

	if (is_stand_in(text))
		return known(arena, gp_strdup(arena, text));
	for (size_t i = 0; i < size; i++) {
		if (text[i] != '-' && !isxdigit((unsigned char)text[i]))
			return NULL;
		dashes += text[i] == '-';
	}
	if (size - dashes != DIGITS || (dashes != 0 && dashes != 4))
		return NULL;
	return known(arena, gp_uuid_stand_in(arena, text, size));
}
