/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "telemetry/sidecar.h"

struct reader {
	const char *at;
};

/* The next word, cut off with the blanks behind it; false: there is none, or it does not fit. */
static bool take_word(struct reader *reader, char *ret, size_t size)
{
	size_t n = strcspn(reader->at, " ");

	if (!n || n >= size)
		return false;
	memcpy(ret, reader->at, n);
	ret[n] = '\0';
	reader->at += n;
	reader->at += strspn(reader->at, " ");
	return true;
}

static bool take_name(struct reader *reader, struct gp_sidecar_line *ret)
{
	return take_word(reader, ret->name, sizeof(ret->name)) && gp_is_plain(ret->name, "-_");
}

/* strtod() also takes words, spaces and hexadecimal. */
static bool take_number(struct reader *reader, double *ret)
{
	char word[32], *end;

	if (!take_word(reader, word, sizeof(word)) || strspn(word, "0123456789.+-e") < strlen(word))
		return false;
	*ret = strtod(word, &end);
	return !*end && isfinite(*ret);
}

/* "%" and what gp_is_plain() takes. */
static bool take_unit(struct reader *reader, struct gp_sidecar_line *ret)
{
	return take_word(reader, ret->unit, sizeof(ret->unit)) && gp_is_plain(ret->unit, "%/");
}

static bool take_gauge(struct reader *reader, struct gp_sidecar_line *ret)
{
	double their_time; /* of a clock that says nothing here */

	return take_number(reader, &their_time) && take_name(reader, ret) &&
	       take_number(reader, &ret->value) && take_unit(reader, ret);
}

static void take_rest(struct gp_arena *arena, struct reader *reader, struct gp_sidecar_line *ret)
{
	const char *shown =
		gp_printable(arena, reader->at, strlen(reader->at), sizeof(ret->text) - 8);
	size_t n = strlen(shown);

	n = n < sizeof(ret->text) ? n : sizeof(ret->text) - 1;
	memcpy(ret->text, shown, n);
	ret->text[n] = '\0';
}

bool gp_sidecar_parse(struct gp_arena *arena, const char *line, struct gp_sidecar_line *ret)
{
	static const struct {
		const char *word;
		enum gp_sidecar_kind kind;
	} kinds[] = {
		{"sidecar", GP_SAYS_HELLO},
		{"fact", GP_SAYS_FACT},
		{"gauge", GP_SAYS_GAUGE},
		{"unknown", GP_SAYS_UNKNOWN},
		{"bye", GP_SAYS_BYE},
	};
	struct reader reader = {line};
	char word[16];
	bool is_good = true;
	size_t i = 0;

	*ret = (struct gp_sidecar_line){0};
	if (strlen(line) >= GP_SIDECAR_LINE || !take_word(&reader, word, sizeof(word)))
		return false;
	while (i < GP_ARRAY_SIZE(kinds) && strcmp(kinds[i].word, word) != 0)
		i++;
	if (i == GP_ARRAY_SIZE(kinds))
		return false;
	ret->kind = kinds[i].kind;
	if (ret->kind == GP_SAYS_HELLO)
		is_good = take_word(&reader, ret->name, sizeof(ret->name)) &&
			  gp_is_plain(ret->name, "._-+~");
	else if (ret->kind == GP_SAYS_GAUGE)
		is_good = take_gauge(&reader, ret);
	else if (ret->kind != GP_SAYS_BYE)
		is_good = take_name(&reader, ret);
	take_rest(arena, &reader, ret);
	return is_good;
}
