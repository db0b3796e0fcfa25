/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VM_ROM_H
#define GP_VM_ROM_H

#include "machine/read.h"
#include "machine/stream.h"

/*
 * What an expansion ROM is made of: images, each with a header that points at its PCI data
 * structure "PCIR" (PCI Firmware Specification 3.2, 5.1), whose code type says for whom it is.
 */
struct gp_rom {
	struct gp_origin from;   /* malformed: no image begins there */
	bool legacy;             /* code type 0: for a BIOS on a PC */
	bool efi;                /* code type 3 */
	uint16_t vendor, device; /* of the first image */
};

struct gp_rom gp_rom_read(struct gp_machine *machine, const char *path);

/* A line for each image of a ROM, as a capture keeps it: "image 3 8086:4680". */
int gp_rom_images(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret);
/* False: it is no such list, or an empty one. */
bool gp_rom_parse(struct gp_arena *arena, const char *images, struct gp_rom *ret);

#endif
