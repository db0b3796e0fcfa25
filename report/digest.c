/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"

#include <stdlib.h>
#include <string.h>

/* A record is somebody else's file: what is looked up row by row stays small. */
#define CAUSES_MOST        512
#define STEPS_MOST         512
#define GPUS_MOST          256
#define MODES_MOST         10
#define LAYERS_MOST        64
#define REASONS_MOST       64
#define HINDRANCES_MOST    64
#define REASON_IDS_MOST    8
#define HINDRANCE_IDS_MOST 16

static const char *const mode_order[] = {"native", "full", "split", "vf", "container", "cpu"};

const char *const gp_layers[] = {"firmware", "kernel", "iommu", "pci", "vfio", "mdev", "sriov",
	"driver", "vm", "drm", "vaapi", "opencl", "container", "bench"};
const size_t gp_n_layers = GP_ARRAY_SIZE(gp_layers);

static size_t find(const struct gp_strings *list, const char *text)
{
	size_t i = 0;

	while (i < list->n && !gp_equal(list->items[i], text))
		i++;
	return i;
}

static void add_up_to(
	struct gp_arena *arena, struct gp_strings *list, const char *text, size_t most)
{
	if (*text && list->n < most)
		gp_strings_add_once(arena, list, text);
}

/* Those that occur: the known ones in their order, then the others as they come. */
static struct gp_strings in_order(struct gp_arena *arena, const struct gp_strings *found,
	const char *const *order, size_t n_order)
{
	struct gp_strings sorted = {0};

	for (size_t i = 0; i < n_order; i++)
		if (gp_strings_has(found, order[i]))
			gp_strings_add(arena, &sorted, order[i]);
	for (size_t i = 0; i < found->n; i++)
		gp_strings_add_once(arena, &sorted, found->items[i]);
	return sorted;
}

static void find_modes_and_layers(
	struct gp_arena *arena, const struct gp_record *record, struct gp_digest *digest)
{
	struct gp_strings modes = {0}, layers = {0};
	const char *layer = ""; /* rows of a layer stand together */

	for (size_t i = 0; i < record->n; i++) {
		const struct gp_row *row = &record->items[i];

		if (gp_equal(row->kind, "readiness"))
			add_up_to(arena, &modes, row->id, MODES_MOST);
		else if (!gp_equal(row->layer, layer) &&
			 (gp_equal(row->kind, "finding") || gp_equal(row->kind, "fact"))) {
			add_up_to(arena, &layers, row->layer, LAYERS_MOST);
			layer = row->layer;
		}
	}
	digest->modes = in_order(arena, &modes, mode_order, GP_ARRAY_SIZE(mode_order));
	digest->layers = in_order(arena, &layers, gp_layers, gp_n_layers);
}

static struct gp_digest_gpu *find_gpu(struct gp_digest *digest, const char *address)
{
	for (size_t i = digest->gpus.n; i > 0; i--)
		if (gp_equal(digest->gpus.items[i - 1].address, address))
			return &digest->gpus.items[i - 1];
	return NULL;
}

static struct gp_digest_gpu *gpu_at(
	struct gp_arena *arena, struct gp_digest *digest, const char *address)
{
	struct gp_digest_gpu *gpu = find_gpu(digest, address);

	if (gpu)
		return gpu;
	if (!*address || digest->gpus.n == GPUS_MOST)
		return NULL;
	gpu = gp_push(arena, &digest->gpus);
	*gpu = (struct gp_digest_gpu){address, "", "", "", "", "", "", "",
		digest->names_wanted ? "" : digest->mode,
		gp_alloc(arena, digest->modes.n, sizeof(*gpu->readiness))};
	return gpu;
}

static void take_gpu_fact(
	struct gp_arena *arena, struct gp_digest *digest, const struct gp_row *row)
{
	struct gp_digest_gpu *gpu;

	/* Whoever looked at nodes alone says nothing else of the GPU. */
	if (gp_equal(row->id, "gpu.node") && (gpu = find_gpu(digest, row->subject)))
		gpu->node = row->value;
	if (!gp_starts_with(row->id, "gpu.") || gp_equal(row->id, "gpu.node") ||
		!(gpu = gpu_at(arena, digest, row->subject)))
		return;
	if (gp_equal(row->id, "gpu.name"))
		gpu->name = row->value;
	else if (gp_equal(row->id, "gpu.kind"))
		gpu->kind = row->value;
	else if (gp_equal(row->id, "gpu.id"))
		gpu->id = row->value;
	else if (gp_equal(row->id, "gpu.driver"))
		gpu->driver = row->value;
	else if (gp_equal(row->id, "gpu.group"))
		gpu->group = row->value;
	else if (gp_equal(row->id, "gpu.pf"))
		gpu->pf = row->value;
}

static void take_wanted(struct gp_arena *arena, struct gp_digest *digest, const struct gp_row *row)
{
	struct gp_digest_gpu *gpu = gpu_at(arena, digest, row->subject);

	if (gpu)
		gpu->wanted = row->value;
}

char *gp_hindrance_whose(struct gp_arena *arena, const struct gp_digest *digest,
	const struct gp_hindrance *hindrance)
{
	if (hindrance->gpus.n >= digest->gpus.n)
		return gp_strdup(arena, "");
	return gp_printf(arena, "%s: ", gp_join(arena, &hindrance->gpus, ", "));
}

static void take_hindrance(struct gp_arena *arena, struct gp_digest *digest,
	const struct gp_row *row, const struct gp_digest_gpu *gpu)
{
	struct gp_hindrance *hindrance = NULL;

	if (!*row->text || gp_equal(row->verdict, "ready"))
		return;
	for (size_t i = 0; i < digest->hindrances.n && !hindrance; i++)
		if (gp_equal(digest->hindrances.items[i].text, row->text) &&
			gp_equal(digest->hindrances.items[i].verdict, row->verdict))
			hindrance = &digest->hindrances.items[i];
	if (!hindrance) {
		if (digest->hindrances.n == HINDRANCES_MOST)
			return;
		hindrance = gp_push(arena, &digest->hindrances);
		hindrance->verdict = row->verdict;
		hindrance->text = row->text;
	}
	hindrance->is_wanted |= gp_listed(gpu->wanted, row->id);
	add_up_to(arena, &hindrance->modes, row->id, HINDRANCE_IDS_MOST);
	add_up_to(arena, &hindrance->gpus, row->subject, HINDRANCE_IDS_MOST);
}

static void take_readiness(
	struct gp_arena *arena, struct gp_digest *digest, const struct gp_row *row)
{
	struct gp_digest_gpu *gpu = gpu_at(arena, digest, row->subject);
	size_t mode = find(&digest->modes, row->id);

	if (!gpu || mode == digest->modes.n)
		return;
	gpu->readiness[mode] = row;
	take_hindrance(arena, digest, row, gpu);
}

static bool listed(const char *list, const char *word, size_t length)
{
	size_t size;

	for (;; list += size + 1) {
		size = strcspn(list, ";");
		if (size && size == length && strncmp(list, word, length) == 0)
			return true;
		if (!list[size])
			return false;
	}
}

bool gp_listed(const char *list, const char *word)
{
	return listed(list, word, strlen(word));
}

/* A check that names no mode concerns each, and where none is wanted, each matters. */
bool gp_concerns(const char *modes, const char *wanted)
{
	size_t size;

	if (!*modes || !*wanted)
		return true;
	for (;; modes += size + 1) {
		size = strcspn(modes, ";");
		if (listed(wanted, modes, size))
			return true;
		if (!modes[size])
			return false;
	}
}

static void take_unknown(struct gp_arena *arena, struct gp_digest *digest, const struct gp_row *row)
{
	struct gp_reason *reason = NULL;

	if (!gp_concerns(row->mode, digest->mode))
		return;
	for (size_t i = 0; i < digest->unknowns.n && !reason; i++)
		if (gp_equal(digest->unknowns.items[i].text, row->text))
			reason = &digest->unknowns.items[i];
	if (!reason) {
		if (digest->unknowns.n == REASONS_MOST)
			return;
		reason = gp_push(arena, &digest->unknowns);
		reason->text = row->text;
	}
	reason->n++;
	add_up_to(arena, &reason->ids, row->id, REASON_IDS_MOST);
}

static void take_finding(struct gp_arena *arena, struct gp_digest *digest, const struct gp_row *row)
{
	struct gp_counts *counts = &digest->counts;

	if (gp_equal(row->verdict, "pass"))
		counts->pass++;
	else if (gp_equal(row->verdict, "note"))
		counts->note++;
	else if (gp_equal(row->verdict, "warn"))
		counts->warn++;
	else if (gp_equal(row->verdict, "fail"))
		counts->fail++;
	else if (gp_equal(row->verdict, "skip"))
		*(gp_starts_with(row->text, "blocked by ") ? &counts->waiting : &counts->skip) += 1;
	else if (gp_equal(row->verdict, "unknown")) {
		counts->unknown++;
		take_unknown(arena, digest, row);
	}
}

static void take_cause(struct gp_arena *arena, struct gp_digest *digest, const struct gp_row *row)
{
	const char *stop = strstr(row->text, ". ");
	size_t length = stop ? (size_t)(stop - row->text) : strlen(row->text);
	struct gp_cause *cause;

	if (digest->fails.n + digest->warns.n == CAUSES_MOST) {
		digest->causes_left_out++;
		return;
	}
	if (!stop && gp_ends_with(row->text, "."))
		length--;
	cause = gp_equal(row->verdict, "fail") ? gp_push(arena, &digest->fails)
					       : gp_push(arena, &digest->warns);
	cause->row = row;
	cause->title = length ? gp_strndup(arena, row->text, length) : row->id;
	cause->why = stop ? gp_strip(arena, stop + 2) : "";
}

static void take_step(struct gp_arena *arena, struct gp_digest *digest, const struct gp_row *row)
{
	if (digest->steps.n == STEPS_MOST)
		digest->steps_left_out++;
	else
		*gp_push(arena, &digest->steps) = row;
}

static void take_row(struct gp_arena *arena, struct gp_digest *digest, const struct gp_row *row)
{
	if (gp_equal(row->kind, "meta")) {
		if (gp_equal(row->id, "wanted"))
			take_wanted(arena, digest, row);
		else if (gp_equal(row->id, "ask") && digest->asks.n < STEPS_MOST)
			*gp_push(arena, &digest->asks) = row;
	} else if (gp_equal(row->kind, "finding")) {
		take_finding(arena, digest, row);
	} else if (gp_equal(row->kind, "fact")) {
		digest->n_facts++;
		take_gpu_fact(arena, digest, row);
	} else if (gp_equal(row->kind, "cause")) {
		take_cause(arena, digest, row);
	} else if (gp_equal(row->kind, "readiness")) {
		take_readiness(arena, digest, row);
	} else if (gp_equal(row->kind, "step")) {
		take_step(arena, digest, row);
	}
}

/* By the number in value, then as the record has them. */
static int by_order(const struct gp_row *a, const struct gp_row *b)
{
	long first = strtol(a->value, NULL, 10), second = strtol(b->value, NULL, 10);

	if (first != second)
		return first < second ? -1 : 1;
	return (a > b) - (a < b);
}

static int causes_by_rank(const void *a, const void *b)
{
	return by_order(((const struct gp_cause *)a)->row, ((const struct gp_cause *)b)->row);
}

/* Of several causes of one check the first says why it matters. */
static void say_why_once(struct gp_cause *causes, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t earlier = 0; earlier < i && *causes[i].why; earlier++)
			if (gp_equal(causes[i].row->id, causes[earlier].row->id) &&
				gp_equal(causes[i].why, causes[earlier].why))
				causes[i].why = "";
}

static int steps_by_order(const void *a, const void *b)
{
	return by_order(*(const struct gp_row *const *)a, *(const struct gp_row *const *)b);
}

static int gpus_by_address(const void *a, const void *b)
{
	return strcmp(((const struct gp_digest_gpu *)a)->address,
		((const struct gp_digest_gpu *)b)->address);
}

#define SORT(list, compare)                                                               \
	do {                                                                              \
		if ((list)->n > 1)                                                        \
			qsort((list)->items, (list)->n, sizeof(*(list)->items), compare); \
	} while (0)

static bool has_diagnosis(const struct gp_record *record)
{
	static const char *const kinds[] = {"finding", "cause", "readiness", "step"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(kinds); i++)
		if (gp_record_next(record, kinds[i], NULL))
			return true;
	return false;
}

struct gp_digest gp_digest(struct gp_arena *arena, const struct gp_record *record)
{
	const char *mode = gp_record_meta(record, "mode");
	struct gp_digest digest = {
		.mode = mode ? mode : "", .names_wanted = gp_record_meta(record, "wanted") != NULL};

	find_modes_and_layers(arena, record, &digest);
	for (size_t i = 0; i < record->n; i++)
		take_row(arena, &digest, &record->items[i]);
	digest.bench = gp_has_bench(record) ? gp_bench_digest(arena, record) : NULL;
	digest.only_bench = digest.bench && !has_diagnosis(record);
	SORT(&digest.gpus, gpus_by_address);
	SORT(&digest.fails, causes_by_rank);
	SORT(&digest.warns, causes_by_rank);
	say_why_once(digest.fails.items, digest.fails.n);
	SORT(&digest.steps, steps_by_order);
	gp_digest_words(arena, record, &digest);
	return digest;
}
