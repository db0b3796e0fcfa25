/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "explain.h"

#include <string.h>

#define WIDTH 78

void gp_list_checks(unsigned layers, FILE *out)
{
	for (const struct gp_check_table *const *table = gp_check_tables; *table; table++)
		gp_each (check, *table)
			if (layers & 1u << check->layer)
				fprintf(out, "%-28s %-9s %-5s %s\n", check->id,
					gp_layer_names[check->layer],
					gp_verdict_names[check->ceiling], check->title);
}

/* Prose, wrapped at words and indented by two. */
static void write_prose(struct gp_arena *arena, const char *text, FILE *out)
{
	struct gp_strings words = gp_split(arena, text, " \n");
	size_t column = 0;

	gp_each (word, &words) {
		size_t length = strlen(*word);

		if (column && column + 1 + length > WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		fprintf(out, "%s%s", column ? " " : "  ", *word);
		column += length + (column ? 1 : 2);
	}
	fputc('\n', out);
}

static void write_section(struct gp_arena *arena, const char *heading, const char *text, FILE *out)
{
	fprintf(out, "\n%s\n", heading);
	write_prose(arena, text, out);
}

void gp_explain_check(struct gp_arena *arena, const struct gp_check *check, FILE *out)
{
	struct gp_strings needs = {0};

	for (const char *const *need = check->needs; *need; need++)
		gp_strings_add(arena, &needs, *need);
	fprintf(out, "%s\n", check->id);
	write_prose(arena, check->title, out);
	write_section(arena, "Why it matters", check->why, out);
	write_section(arena, "How to mend it", check->mend, out);
	if (check->not_in_plan)
		write_prose(arena, "It can do harm, so it is in a plan only by --allow.", out);
	if (needs.n)
		write_section(arena, "Means something only where these hold",
			gp_join(arena, &needs, ", "), out);
	write_section(arena, "Documented in", check->reference, out);
	fprintf(out, "\nLayer %s, hardest verdict %s, modes %s.\n", gp_layer_names[check->layer],
		gp_verdict_names[check->ceiling], gp_modes_name(arena, check->modes));
}
