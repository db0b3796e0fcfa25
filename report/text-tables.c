/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text-tables.h"
#include "text-grid.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Where fewer columns are left to the device's name, the table becomes lines. */
#define NAME_LEAST 16

static const struct {
	const char *long_name, *name;
} vendors[] = {
	{"Intel Corporation ", "Intel "},
	{"NVIDIA Corporation ", "NVIDIA "},
	{"Advanced Micro Devices, Inc. [AMD/ATI] ", "AMD "},
	{"Advanced Micro Devices, Inc. [AMD] ", "AMD "},
	{"ASPEED Technology, Inc. ", "ASPEED "},
};

static const char *device_name(const struct gp_page *page, const struct gp_digest_gpu *gpu)
{
	const char *name = gp_page_safe(page, *gpu->name ? gpu->name : "unnamed");

	if (*gpu->pf)
		return gp_printf(page->arena, "VF of %s", gp_page_safe(page, gpu->pf));
	for (size_t i = 0; i < GP_ARRAY_SIZE(vendors); i++)
		if (gp_starts_with(name, vendors[i].long_name))
			name = gp_printf(page->arena, "%s%s", vendors[i].name,
				name + strlen(vendors[i].long_name));
	if (!*gpu->kind || gp_equal(gpu->kind, "gpu"))
		return name;
	return gp_printf(page->arena, "%s: %s", gp_page_safe(page, gpu->kind), name);
}

#define MOST_GPU_CELLS 4 /* beside the device's name */

/* Machines without render nodes need no column for them. */
static size_t n_gpu_cells(const struct gp_digest *digest)
{
	for (size_t i = 0; i < digest->gpus.n; i++)
		if (*digest->gpus.items[i].node)
			return MOST_GPU_CELLS;
	return MOST_GPU_CELLS - 1;
}

static void gpu_cells(const struct gp_page *page, const struct gp_digest_gpu *gpu,
	const char *cells[MOST_GPU_CELLS])
{
	cells[0] = gp_page_safe(page, gpu->address);
	cells[1] = gp_page_safe(page, *gpu->driver ? gpu->driver : "?");
	cells[2] = gp_page_safe(page, *gpu->group ? gpu->group : "-");
	cells[3] = gp_page_safe(page, *gpu->node ? gpu->node : "-");
}

static const char *const gpu_heads[] = {"GPU", "DRIVER", "GROUP", "NODE"};

/* What the other columns leave to the device's name. */
static unsigned name_room(const struct gp_page *page, const struct gp_digest *digest)
{
	size_t n = n_gpu_cells(digest);
	unsigned most[MOST_GPU_CELLS], used = 2 * (unsigned)n;

	for (size_t i = 0; i < n; i++)
		most[i] = (unsigned)strlen(gpu_heads[i]);
	for (size_t gpu = 0; gpu < digest->gpus.n; gpu++) {
		const char *cells[MOST_GPU_CELLS];

		gpu_cells(page, &digest->gpus.items[gpu], cells);
		for (size_t i = 0; i < n; i++) {
			unsigned columns = gp_page_columns(cells[i]);

			most[i] = columns > most[i] ? columns : most[i];
		}
	}
	for (size_t i = 0; i < n; i++)
		used += most[i];
	return used < gp_page_width(page) ? gp_page_width(page) - used : 0;
}

static int add_gpu_row(const struct gp_page *page, struct libscols_table *table,
	const struct gp_digest_gpu *gpu, size_t n, unsigned room)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	const char *cells[MOST_GPU_CELLS], *name = device_name(page, gpu);
	const char *id = gp_page_safe(page, gpu->id);
	unsigned beside;
	int r = line ? 0 : -ENOMEM;

	gpu_cells(page, gpu, cells);
	for (size_t i = 0; !r && i < n; i++)
		r = scols_line_set_data(line, i, cells[i]);
	beside = *gpu->id ? gp_page_columns(id) + 3 : 0;
	if (beside + 10 > room)
		beside = 0;
	if (gp_page_columns(name) + beside > room)
		name = gp_printable(page->arena, name, strlen(name), room - beside - 3);
	if (beside)
		name = gp_printf(page->arena, "%s (%s)", name, id);
	return r ? r : scols_line_set_data(line, n, name);
}

static void gpu_lines(const struct gp_page *page, const struct gp_digest *digest)
{
	fputc('\n', page->out);
	for (size_t i = 0; i < digest->gpus.n; i++) {
		const struct gp_digest_gpu *gpu = &digest->gpus.items[i];

		gp_page_wrap(page, 2, "", GP_SGR_PLAIN,
			gp_printf(page->arena, "%s: %s, driver %s%s%s%s%s",
				gp_page_safe(page, gpu->address), device_name(page, gpu),
				*gpu->driver ? gp_page_safe(page, gpu->driver) : "not known",
				*gpu->group ? ", group " : "", gp_page_safe(page, gpu->group),
				*gpu->node ? ", node " : "", gp_page_safe(page, gpu->node)));
	}
}

int gp_text_gpus(const struct gp_page *page, const struct gp_digest *digest)
{
	unsigned room = name_room(page, digest);
	size_t n = n_gpu_cells(digest);
	struct libscols_table *table;
	int r = 0;

	if (!digest->gpus.n)
		return 0;
	if (room < NAME_LEAST) {
		gpu_lines(page, digest);
		return 0;
	}
	table = gp_grid_new(page);
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; !r && i < n; i++)
		r = gp_grid_column(table, gpu_heads[i], 0, i == 2 ? SCOLS_FL_RIGHT : 0);
	r = r ? r : gp_grid_column(table, "DEVICE", 0, 0);
	for (size_t i = 0; !r && i < digest->gpus.n; i++)
		r = add_gpu_row(page, table, &digest->gpus.items[i], n, room);
	gp_grid_print(page, table, &r);
	return r;
}

static const char *verdict_of(const struct gp_digest_gpu *gpu, size_t mode)
{
	return gpu->readiness[mode] ? gpu->readiness[mode]->verdict : "-";
}

static const char *verdict_color(const char *verdict)
{
	if (gp_equal(verdict, "ready"))
		return "green";
	if (gp_equal(verdict, "blocked"))
		return "red";
	return gp_equal(verdict, "unknown") ? "yellow" : NULL;
}

static bool has_readiness(const struct gp_digest *digest, const struct gp_digest_gpu *gpu)
{
	for (size_t mode = 0; mode < digest->modes.n; mode++)
		if (gpu->readiness[mode])
			return true;
	return false;
}

static char *upper(struct gp_arena *arena, const char *text)
{
	char *copy = gp_strdup(arena, text);

	for (char *letter = copy; *letter; letter++)
		*letter = (char)toupper((unsigned char)*letter);
	return copy;
}

static int add_readiness_row(const struct gp_page *page, struct libscols_table *table,
	const struct gp_digest *digest, const struct gp_digest_gpu *gpu)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int r = line ? scols_line_set_data(line, 0, gp_page_safe(page, gpu->address)) : -ENOMEM;

	for (size_t mode = 0; !r && mode < digest->modes.n; mode++) {
		const char *verdict = verdict_of(gpu, mode);
		const char *color = verdict_color(verdict);

		r = scols_line_set_data(line, mode + 1, gp_page_safe(page, verdict));
		if (!r && color)
			r = scols_cell_set_color(scols_line_get_cell(line, mode + 1), color);
	}
	return r;
}

/* The columns that the readiness table takes. */
static unsigned readiness_columns(const struct gp_page *page, const struct gp_digest *digest)
{
	unsigned total = (unsigned)strlen("READINESS");

	for (size_t i = 0; i < digest->gpus.n; i++) {
		unsigned columns =
			gp_page_columns(gp_page_safe(page, digest->gpus.items[i].address));

		total = columns > total ? columns : total;
	}
	for (size_t mode = 0; mode < digest->modes.n; mode++) {
		unsigned most = gp_page_columns(gp_page_safe(page, digest->modes.items[mode]));

		for (size_t i = 0; i < digest->gpus.n; i++) {
			const char *verdict = verdict_of(&digest->gpus.items[i], mode);
			unsigned columns = gp_page_columns(gp_page_safe(page, verdict));

			most = columns > most ? columns : most;
		}
		total += most + 2;
	}
	return total;
}

static void readiness_lines(const struct gp_page *page, const struct gp_digest *digest)
{
	fputc('\n', page->out);
	for (size_t i = 0; i < digest->gpus.n; i++) {
		const struct gp_digest_gpu *gpu = &digest->gpus.items[i];
		struct gp_strings words = {0};

		for (size_t mode = 0; mode < digest->modes.n; mode++)
			if (gpu->readiness[mode])
				gp_strings_add(page->arena, &words,
					gp_printf(page->arena, "%s %s", digest->modes.items[mode],
						verdict_of(gpu, mode)));
		if (words.n)
			gp_page_wrap(page, 2, "", GP_SGR_PLAIN,
				gp_page_safe(page, gp_printf(page->arena, "%s: %s", gpu->address,
							   gp_join(page->arena, &words, ", "))));
	}
}

int gp_text_readiness(const struct gp_page *page, const struct gp_digest *digest)
{
	struct libscols_table *table;
	int r;

	if (!digest->modes.n || !digest->gpus.n)
		return 0;
	if (readiness_columns(page, digest) > gp_page_width(page)) {
		readiness_lines(page, digest);
		return 0;
	}
	table = gp_grid_new(page);
	if (!table)
		return -ENOMEM;
	r = gp_grid_column(table, "READINESS", 0, 0);
	for (size_t mode = 0; !r && mode < digest->modes.n; mode++)
		r = gp_grid_column(table,
			gp_page_safe(page, upper(page->arena, digest->modes.items[mode])), 0, 0);
	for (size_t i = 0; !r && i < digest->gpus.n; i++)
		if (has_readiness(digest, &digest->gpus.items[i]))
			r = add_readiness_row(page, table, digest, &digest->gpus.items[i]);
	gp_grid_print(page, table, &r);
	return r;
}
