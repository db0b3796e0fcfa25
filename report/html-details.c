/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-details.h"
#include "base/text.h"

#include <string.h>

/* A page for one machine stays under 300 KB: findings first, facts with what is left. */
#define FINDINGS_UNTIL (170u << 10)
#define FACTS_UNTIL    (256u << 10)
#define FACTS_MOST     2000
#define NAME_MOST      40 /* bytes of a layer's */

struct folder {
	struct gp_html *html;
	const struct gp_digest *digest;
	const struct gp_record *part;
	const char *kind;
	struct gp_arena *arena;
	size_t until, left_out;
	void (*put)(struct gp_html *html, const struct gp_row *row);
};

static const char *verdict_class(const char *verdict)
{
	if (gp_equal(verdict, "pass"))
		return "good";
	if (gp_equal(verdict, "fail"))
		return "bad";
	if (gp_equal(verdict, "warn") || gp_equal(verdict, "unknown"))
		return "warn";
	return "none";
}

static void put_finding(struct gp_html *html, const struct gp_row *row)
{
	gp_html_put(html, "<tr><td><span class=\"v %s\">%s</span></td><td><code>%s</code>",
		verdict_class(row->verdict), row->verdict, row->id);
	if (*row->subject)
		gp_html_put(html, " <code>%s</code>", row->subject);
	gp_html_put(html, " %s", row->text);
	if (*row->source)
		gp_html_put(html, "<small><code>%s</code></small>", row->source);
	gp_html_put(html, "</td></tr>\n");
}

static void put_fact(struct gp_html *html, const struct gp_row *row)
{
	gp_html_put(html, "<tr><td><code>%s</code>", row->id);
	if (*row->subject)
		gp_html_put(html, " <small><code>%s</code></small>", row->subject);
	gp_html_put(html, "</td><td>%s", row->value);
	if (*row->unit)
		gp_html_put(html, " %s", row->unit);
	if (*row->text)
		gp_html_put(html, " %s", row->text);
	if (*row->source)
		gp_html_put(html, "<small><code>%s</code></small>", row->source);
	gp_html_put(html, "</td></tr>\n");
}

/* The row's place in the layers; the last is for those without one. */
static bool is_of(const struct gp_digest *digest, size_t layer, const struct gp_row *row)
{
	if (layer < digest->layers.n)
		return gp_equal(row->layer, digest->layers.items[layer]);
	return !gp_strings_has(&digest->layers, row->layer);
}

static size_t count_layer(const struct folder *folder, size_t layer)
{
	const struct gp_row *row = NULL;
	size_t n = 0;

	while ((row = gp_record_next(folder->part, folder->kind, row)))
		n += is_of(folder->digest, layer, row);
	return n;
}

/* "3 passed, 1 failed" is what a person scans a folded list for. */
static void put_tally(const struct folder *folder, size_t layer, size_t n)
{
	static const char *const verdicts[] = {"fail", "warn", "note", "unknown", "pass", "skip"};
	const struct gp_row *row = NULL;
	size_t counts[GP_ARRAY_SIZE(verdicts)] = {0};
	bool first = true;

	while ((row = gp_record_next(folder->part, folder->kind, row)))
		for (size_t i = 0; i < GP_ARRAY_SIZE(verdicts); i++)
			counts[i] += gp_equal(row->verdict, verdicts[i]) &&
				     is_of(folder->digest, layer, row);
	for (size_t i = 0; i < GP_ARRAY_SIZE(verdicts); i++) {
		if (!counts[i])
			continue;
		gp_html_put(folder->html, "%s%zu %s", first ? "" : ", ", counts[i], verdicts[i]);
		first = false;
	}
	if (first)
		gp_html_put(folder->html, "%zu", n);
}

static void put_layer(struct folder *folder, size_t layer)
{
	const struct gp_strings *layers = &folder->digest->layers;
	const char *name = layer < layers->n ? layers->items[layer] : "others";
	size_t n = count_layer(folder, layer);
	const struct gp_row *row = NULL;

	if (folder->html->written > FACTS_UNTIL)
		folder->left_out += n;
	if (!n || folder->html->written > FACTS_UNTIL)
		return;
	gp_html_put(folder->html, "<details class=\"%ss\"><summary>%s <span>", folder->kind,
		gp_printable(folder->arena, name, strlen(name), NAME_MOST));
	put_tally(folder, layer, n);
	gp_html_put(folder->html, "</span></summary>\n");
	if (folder->html->written > folder->until) {
		folder->left_out += n;
		gp_html_put(folder->html, "<p>Left out to keep this page small.</p></details>\n");
		return;
	}
	gp_html_put(folder->html, "<table>\n<tbody>\n");
	while ((row = gp_record_next(folder->part, folder->kind, row))) {
		if (!is_of(folder->digest, layer, row))
			continue;
		if (folder->html->written > folder->until)
			folder->left_out++;
		else
			folder->put(folder->html, row);
	}
	gp_html_put(folder->html, "</tbody>\n</table>\n</details>\n");
}

static void put_folder(struct folder *folder, const char *heading, size_t level)
{
	if (!gp_record_next(folder->part, folder->kind, NULL))
		return;
	gp_html_open_section(folder->html, heading, level);
	for (size_t layer = 0; layer <= folder->digest->layers.n; layer++)
		put_layer(folder, layer);
	if (folder->left_out)
		gp_html_put(folder->html,
			"<p>%zu more are left out to keep this page small; the record as CSV has "
			"them all.</p>\n",
			folder->left_out);
	gp_html_close_section(folder->html);
}

void gp_html_findings(struct gp_html *html, struct gp_arena *arena, const struct gp_digest *digest,
	const struct gp_record *part, size_t level)
{
	struct folder folder = {.html = html,
		.arena = arena,
		.digest = digest,
		.part = part,
		.kind = "finding",
		.until = FINDINGS_UNTIL,
		.put = put_finding};

	put_folder(&folder, "Findings", level);
}

void gp_html_facts(struct gp_html *html, struct gp_arena *arena, const struct gp_digest *digest,
	const struct gp_record *part, size_t level)
{
	struct folder folder = {.html = html,
		.arena = arena,
		.digest = digest,
		.part = part,
		.kind = "fact",
		.until = digest->n_facts > FACTS_MOST ? 0 : FACTS_UNTIL,
		.put = put_fact};

	put_folder(&folder, "Facts", level);
}
