/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "log/log.h"

/*
 * Rabin and Karp's idea cut down: the first four bytes of every phrase, hashed, are looked up at
 * each place of the text; only where they may fit are the phrases of that hash compared.
 */
#define HASH_BITS 12
#define BUCKETS   (1u << HASH_BITS)

struct gp_log_scanner {
	uint16_t first[BUCKETS]; /* of its chain, counted from 1; 0: no phrase begins so */
	uint16_t *next;          /* likewise, by phrase */
	size_t *length;          /* by phrase */
};

static uint32_t hash_at(const char *text)
{
	uint32_t word;

	memcpy(&word, text, sizeof(word));
	return word * 2654435761u >> (32 - HASH_BITS);
}

struct gp_log_scanner *gp_log_scanner_new(struct gp_arena *arena)
{
	struct gp_log_scanner *scanner = gp_alloc(arena, 1, sizeof(*scanner));

	scanner->next = gp_alloc(arena, gp_log_phrase_count + 1, sizeof(*scanner->next));
	scanner->length = gp_alloc(arena, gp_log_phrase_count + 1, sizeof(*scanner->length));
	for (size_t i = 1; i <= gp_log_phrase_count; i++) {
		const char *phrase = gp_log_phrases[i - 1].phrase;
		uint16_t *bucket = &scanner->first[hash_at(phrase)];

		scanner->length[i] = strlen(phrase);
		scanner->next[i] = *bucket;
		*bucket = (uint16_t)i;
	}
	return scanner;
}

void gp_log_scan(const struct gp_log_scanner *scanner, const char *text, size_t size,
	void (*found)(void *context, enum gp_log_id id), void *context)
{
	bool said[GP_LOG_COUNT] = {false};

	for (size_t at = 0; at + sizeof(uint32_t) <= size; at++)
		for (size_t i = scanner->first[hash_at(text + at)]; i; i = scanner->next[i]) {
			const struct gp_log_phrase *phrase = &gp_log_phrases[i - 1];

			if (said[phrase->id] || scanner->length[i] > size - at ||
				memcmp(text + at, phrase->phrase, scanner->length[i]) != 0)
				continue;
			said[phrase->id] = true;
			found(context, phrase->id);
		}
}
