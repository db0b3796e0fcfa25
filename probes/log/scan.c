/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "log/log.h"

/*
 * Rabin and Karp's idea cut down: every few bytes of the text, four bytes are hashed and looked up;
 * only where they may be of a phrase is that compared. So that none is missed, a phrase is found by
 * its four bytes at each of its first places, as many as the text is gone on by: the shortest
 * phrase says how many. None is shorter than those four.
 */
#define HASH_BITS 14
#define BUCKETS   (1u << HASH_BITS)
#define WORD      sizeof(uint32_t)
#define MOST_STEP 4

struct entry {
	const struct gp_log_phrase *phrase;
	size_t length;
	uint8_t offset; /* of its bytes that are hashed */
	uint16_t next;  /* of the same hash, counted from 1; 0: none */
};

struct gp_log_scanner {
	uint16_t first[BUCKETS]; /* entry, counted from 1; 0: none */
	struct entry *entries;
	size_t step;
};

static uint32_t hash_at(const char *text)
{
	uint32_t word;

	memcpy(&word, text, sizeof(word));
	return word * 2654435761u >> (32 - HASH_BITS);
}

static size_t step_of_shortest(void)
{
	size_t step = MOST_STEP;

	for (size_t i = 0; i < gp_log_phrase_count; i++) {
		size_t words = strlen(gp_log_phrases[i].phrase) - WORD + 1;

		step = words < step ? words : step;
	}
	return step;
}

struct gp_log_scanner *gp_log_scanner_new(struct gp_arena *arena)
{
	struct gp_log_scanner *scanner = gp_alloc(arena, 1, sizeof(*scanner));
	size_t n = 0;

	scanner->step = step_of_shortest();
	scanner->entries =
		gp_alloc(arena, gp_log_phrase_count * scanner->step + 1, sizeof(*scanner->entries));
	for (size_t i = 0; i < gp_log_phrase_count; i++)
		for (uint8_t offset = 0; offset < scanner->step; offset++) {
			const struct gp_log_phrase *phrase = &gp_log_phrases[i];
			uint16_t *bucket = &scanner->first[hash_at(phrase->phrase + offset)];

			scanner->entries[++n] =
				(struct entry){phrase, strlen(phrase->phrase), offset, *bucket};
			*bucket = (uint16_t)n;
		}
	return scanner;
}

static bool is_around(const struct entry *entry, const char *text, size_t size, size_t at)
{
	return entry->offset <= at && entry->length <= size - (at - entry->offset) &&
	       memcmp(text + at - entry->offset, entry->phrase->phrase, entry->length) == 0;
}

void gp_log_scan(const struct gp_log_scanner *scanner, const char *text, size_t size,
	void (*found)(void *context, enum gp_log_id id), void *context)
{
	bool said[GP_LOG_COUNT] = {false};

	for (size_t at = 0; at + WORD <= size; at += scanner->step)
		for (size_t i = scanner->first[hash_at(text + at)]; i;
			i = scanner->entries[i].next) {
			const struct entry *entry = &scanner->entries[i];

			if (said[entry->phrase->id] || !is_around(entry, text, size, at))
				continue;
			said[entry->phrase->id] = true;
			found(context, entry->phrase->id);
		}
}
