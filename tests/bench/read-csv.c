/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <csv.h>
#include <stdio.h>
#include <string.h>

/*
 * read-csv LIST: what it costs libcsv alone to read the files that LIST names, one a line, in
 * pieces as gpupass-report takes them. Says how many rows and cells there were.
 */
struct counts {
	size_t cells, rows;
};

static void take_cell(void *cell, size_t size, void *data)
{
	(void)cell;
	(void)size;
	((struct counts *)data)->cells++;
}

static void end_row(int terminator, void *data)
{
	(void)terminator;
	((struct counts *)data)->rows++;
}

static int read_file(const char *path, struct counts *counts)
{
	FILE *in = fopen(path, "re");
	struct csv_parser parser;
	char bytes[16384];
	size_t size;
	int r = 0;

	if (!in || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		return -1;
	csv_set_blk_size(&parser, 4096);
	while (!r && (size = fread(bytes, 1, sizeof(bytes), in)) > 0)
		r = csv_parse(&parser, bytes, size, take_cell, end_row, counts) == size ? 0 : -1;
	if (!r)
		r = csv_fini(&parser, take_cell, end_row, counts);
	csv_free(&parser);
	fclose(in);
	return r;
}

int main(int argc, char **argv)
{
	struct counts counts = {0};
	FILE *list = argc == 2 ? fopen(argv[1], "re") : NULL;
	char path[4096];

	if (!list)
		return 2;
	while (fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = '\0';
		if (read_file(path, &counts)) {
			fprintf(stderr, "read-csv: %s cannot be read\n", path);
			return 2;
		}
	}
	fclose(list);
	printf("%zu rows, %zu cells\n", counts.rows, counts.cells);
	return 0;
}
