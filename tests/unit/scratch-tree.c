/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scratch-tree.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

void scratch_make(struct scratch *scratch)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(
		scratch->root, sizeof(scratch->root), "%s/gpupass-test-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(scratch->root));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

void scratch_remove(struct scratch *scratch)
{
	assert_int_equal(nftw(scratch->root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *scratch_path(const struct scratch *scratch, const char *path, char buffer[static 8192])
{
	snprintf(buffer, 8192, "%s%s", scratch->root, path);
	return buffer;
}

static void make_parents(char *path, size_t from)
{
	for (char *slash = strchr(path + from + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

void scratch_dir(const struct scratch *scratch, const char *path)
{
	char full[8192];

	scratch_path(scratch, path, full);
	make_parents(full, strlen(scratch->root));
	assert_true(!mkdir(full, 0755) || !access(full, F_OK));
}

void scratch_bytes(const struct scratch *scratch, const char *path, const void *data, size_t size)
{
	char full[8192];
	FILE *file;

	scratch_path(scratch, path, full);
	make_parents(full, strlen(scratch->root));
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

void scratch_file(const struct scratch *scratch, const char *path, const char *text)
{
	scratch_bytes(scratch, path, text, strlen(text));
}

void scratch_link(const struct scratch *scratch, const char *path, const char *target)
{
	char full[8192];

	scratch_path(scratch, path, full);
	make_parents(full, strlen(scratch->root));
	assert_int_equal(symlink(target, full), 0);
}
