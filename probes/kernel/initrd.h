/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_INITRD_H
#define GP_INITRD_H

#include "kernel/modprobe.h"
#include "machine/stream.h"

/*
 * What the initrd holds of modules and settings that decide who gets a GPU. An initrd is several
 * cpio archives in a row, zeros between them, of which the last is compressed
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 */
struct gp_initrd {
	struct gp_origin from;           /* present: it was looked into */
	const char *cut;                 /* why not all of it could be read, or NULL */
	const char *compression;         /* "zstd", "none" */
	struct gp_strings modules;       /* names that matter, with underscores */
	struct gp_modprobe modprobe;     /* its /etc/modprobe.d */
	struct gp_listed_modules listed; /* modules that it loads by name */
};

void gp_initrd_collect(struct gp_machine *machine, const char *path, struct gp_initrd *ret);
bool gp_initrd_has_module(const struct gp_initrd *initrd, const char *module);

/* ---- the image: initrd-image.c */
#define GP_INITRD_MAX    (512u << 20)
#define GP_LISTING_MAX   (2u << 20)
#define GP_LISTING_START "gpupass-initrd 1\n"

/*
 * Lists an image: lines "compressed NAME", "module NAME", "file PATH" with the file's lines behind
 * it, each after a "|"; at last "end", or "cut REASON" where not all could be read. A listing is
 * listed as itself.
 */
int gp_initrd_list(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret);

#endif
