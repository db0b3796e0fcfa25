/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SCRATCH_TREE_H
#define GP_SCRATCH_TREE_H

#include <stddef.h>
#include <stdio.h>

/*
 * A directory under $TMPDIR to make a machine in; paths are "/..." inside it. Whatever fails ends
 * the test.
 */
struct scratch {
	char root[4096];
};

void scratch_make(struct scratch *scratch);
void scratch_remove(struct scratch *scratch);

void scratch_dir(const struct scratch *scratch, const char *path); /* with its parents */
void scratch_file(const struct scratch *scratch, const char *path, const char *text);
void scratch_bytes(const struct scratch *scratch, const char *path, const void *data, size_t size);
void scratch_link(const struct scratch *scratch, const char *path, const char *target);
const char *scratch_path(const struct scratch *scratch, const char *path, char buffer[static 8192]);

#endif
