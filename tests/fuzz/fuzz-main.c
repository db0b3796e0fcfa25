/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hands files to a fuzz target, so that what the fuzzer once found is tried in every test run:
 *
 *	fuzz-NAME FILE|DIRECTORY...
 *
 * Directories are searched to the bottom, in order of names. The input is a heap block of just
 * its size. Each name is printed before its turn: the last one is that of a crash. Exit status 1:
 * something could not be read, or there was no file at all.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct replay {
	size_t files;
	bool failed;
};

static void complain(struct replay *replay, const char *path, const char *why)
{
	fprintf(stderr, "%s: %s\n", path, why);
	replay->failed = true;
}

static void replay_file(struct replay *replay, const char *path, size_t size)
{
	uint8_t *data = malloc(size ? size : 1);
	FILE *file = fopen(path, "rb");

	if (!file || !data) {
		complain(replay, path, strerror(errno));
	} else if (fread(data, 1, size, file) != size) {
		complain(replay, path, "is shorter than it was");
	} else {
		printf("%s\n", path);
		fflush(stdout);
		LLVMFuzzerTestOneInput(data, size);
		replay->files++;
	}
	if (file)
		fclose(file);
	free(data);
}

static void replay_path(struct replay *replay, const char *path);

static void replay_directory(struct replay *replay, const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0) {
		complain(replay, path, strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		char *inside;

		if (entries[i]->d_name[0] != '.' &&
			asprintf(&inside, "%s/%s", path, entries[i]->d_name) >= 0) {
			replay_path(replay, inside);
			free(inside);
		}
		free(entries[i]);
	}
	free(entries);
}

static void replay_path(struct replay *replay, const char *path)
{
	struct stat about;

	if (stat(path, &about) < 0)
		complain(replay, path, strerror(errno));
	else if (S_ISDIR(about.st_mode))
		replay_directory(replay, path);
	else
		replay_file(replay, path, (size_t)about.st_size);
}

int main(int argc, char **argv)
{
	struct replay replay = {0};

	for (int i = 1; i < argc; i++)
		replay_path(&replay, argv[i]);
	printf("%zu files replayed\n", replay.files);
	if (!replay.files)
		fputs("there was no file to replay\n", stderr);
	return replay.failed || !replay.files;
}
