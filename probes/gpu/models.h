/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MODELS_H
#define GP_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of a GPU by its PCI id, whatever machine it is in. */

/* What VA-API is expected to decode or encode: a set. */
enum gp_codec {
	GP_CODEC_MPEG2 = 1 << 0,
	GP_CODEC_H264 = 1 << 1,
	GP_CODEC_HEVC = 1 << 2,
	GP_CODEC_HEVC10 = 1 << 3,
	GP_CODEC_VP8 = 1 << 4,
	GP_CODEC_VP9 = 1 << 5,
	GP_CODEC_VP9_10 = 1 << 6,
	GP_CODEC_AV1 = 1 << 7,
	GP_CODEC_VC1 = 1 << 8,
	GP_CODEC_JPEG = 1 << 9,
	GP_CODEC_HEVC12 = 1 << 10,
};

/* A kernel driver, and the first kernel (6.8 is 6, 8) in which it does something. */
struct gp_driver_since {
	const char *driver;   /* NULL behind the last */
	uint8_t major, minor; /* 0, 0: older than any kernel of today, or not known */
	bool out_of_tree; /* i915-sriov-dkms, vendor drivers: the version is the kernel it needs */
	bool force_probe; /* only where the id is named in force_probe= */
};

enum gp_sriov_hardware {
	GP_SRIOV_NEVER,    /* its hardware has none, or no driver anywhere makes VFs of it */
	GP_SRIOV_YES,      /* with one of the drivers in sriov[] */
	GP_SRIOV_BY_BOARD, /* some boards of this chip: what the machine shows decides */
};

struct gp_gpu_model {
	const char *platform; /* "Rocket Lake", "DG2 (Arc Alchemist)", "GA102" */
	const char *family;   /* "Gen12", "Xe2", "Ampere", "RDNA 2": generation as people say it */
	uint16_t graphics;    /* Intel: graphics IP times ten (95, 120, 125, 200); else 0 */
	bool discrete;
	struct gp_driver_since native[4]; /* the drivers of the host */
	bool gvt;                         /* Intel GVT-g makes vGPUs of it */
	bool vgpu;                        /* NVIDIA sells vGPU for it */
	enum gp_sriov_hardware sriov_hardware;
	struct gp_driver_since sriov[4]; /* what makes VFs of it */
	uint8_t media_engines;           /* video decode engines; 0: not known */
	uint32_t decodes, encodes;       /* sets of enum gp_codec; 0: not known */
	bool bad_reset;                  /* AMD: does not come back from a bus reset */
	bool vendor_reset;               /* ... and the vendor-reset module knows it */
	bool flr_hangs;                  /* NVIDIA: may not come back from a function level reset */
};

/* NULL: not in the table, which says nothing about what it can do. */
const struct gp_gpu_model *gp_gpu_model(uint16_t vendor, uint16_t device);

#endif
