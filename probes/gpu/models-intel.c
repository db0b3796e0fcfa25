/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Intel platforms. Where it comes from:
 *   platforms and generations   drivers/gpu/drm/i915/i915_pci.c, drivers/gpu/drm/xe/xe_pci.c
 *   GVT-g                       drivers/gpu/drm/i915/intel_gvt.c, is_supported_device()
 *   SR-IOV                      has_sriov in xe_pci.c and in the i915 and xe of i915-sriov-dkms
 *   media engines               the VCS engines of platform_engine_mask in i915_pci.c
 *   codecs                      the table of decoding and encoding features of intel-media-driver;
 *                               what distributions leave out or drivers dropped is not in the sets
 */
#include "gpu/tables.h"

#define DECODE_GEN6  (GP_CODEC_H264 | GP_CODEC_MPEG2)
#define DECODE_GEN7  (DECODE_GEN6 | GP_CODEC_JPEG)
#define DECODE_GEN9  (DECODE_GEN7 | GP_CODEC_VP8 | GP_CODEC_HEVC)
#define DECODE_GEN9L (DECODE_GEN9 | GP_CODEC_HEVC10 | GP_CODEC_VP9)
#define DECODE_GEN95 (DECODE_GEN9L | GP_CODEC_VP9_10)
#define DECODE_GEN12                                                                      \
	(DECODE_GEN7 | GP_CODEC_HEVC | GP_CODEC_HEVC10 | GP_CODEC_VP9 | GP_CODEC_VP9_10 | \
		GP_CODEC_AV1 | GP_CODEC_HEVC12)
#define DECODE_XE2 (DECODE_GEN12 & ~(uint32_t)GP_CODEC_MPEG2)

#define ENCODE_GEN6  GP_CODEC_H264
#define ENCODE_GEN9  (GP_CODEC_H264 | GP_CODEC_HEVC | GP_CODEC_JPEG)
#define ENCODE_GEN95 (ENCODE_GEN9 | GP_CODEC_HEVC10)
#define ENCODE_GEN11 (ENCODE_GEN95 | GP_CODEC_VP9 | GP_CODEC_VP9_10)
#define ENCODE_DG2   (ENCODE_GEN11 | GP_CODEC_AV1)
#define ENCODE_XE2   (ENCODE_DG2 & ~(uint32_t)(GP_CODEC_VP9 | GP_CODEC_VP9_10))

#define DKMS(major, minor)                                \
	{                                                 \
		"i915", major, minor, .out_of_tree = true \
	}
#define XE_FORCED                                \
	{                                        \
		"xe", 6, 18, .force_probe = true \
	}
#define NATIVE(major, minor) .native = {{GP_SINCE("i915", major, minor)}}
/* i915 by default, xe where the id is forced on it. */
#define NATIVE_EITHER(major, minor) \
	.native = {{GP_SINCE("i915", major, minor)}, {GP_SINCE("xe", 6, 8), .force_probe = true}}
/* i915-sriov-dkms, or xe of kernels that have it for the platform. */
#define SRIOV_XE_LP  .sriov_hardware = GP_SRIOV_YES, .sriov = {DKMS(6, 1), XE_FORCED}
#define SRIOV_XE_LPG .sriov_hardware = GP_SRIOV_YES, .sriov = {DKMS(6, 1)}

/* The first kernels: where the platform came out from behind force_probe. */
#define BROADWELL                                                                              \
	.platform = "Broadwell", .family = "Gen8", .graphics = 80, NATIVE(3, 17), .gvt = true, \
	.decodes = DECODE_GEN7 | GP_CODEC_VP8, .encodes = ENCODE_GEN6
#define SKYLAKE                                                                             \
	.platform = "Skylake", .family = "Gen9", .graphics = 90, NATIVE(4, 3), .gvt = true, \
	.decodes = DECODE_GEN9, .encodes = ENCODE_GEN9
#define GEN95                                                                     \
	.family = "Gen9.5", .graphics = 95, .gvt = true, .decodes = DECODE_GEN95, \
	.encodes = ENCODE_GEN95
#define KABY_LAKE     .platform = "Kaby Lake", GEN95, NATIVE(4, 6)
#define COFFEE_LAKE   .platform = "Coffee Lake", GEN95, NATIVE(4, 15)
#define GEN11         .family = "Gen11", .graphics = 110, .decodes = DECODE_GEN95, .encodes = ENCODE_GEN11
#define GEN12         .family = "Gen12", .graphics = 120, .decodes = DECODE_GEN12, .encodes = ENCODE_GEN11
#define ALDER_LAKE_S  .platform = "Alder Lake-S", GEN12, NATIVE_EITHER(5, 16), SRIOV_XE_LP
#define RAPTOR_LAKE_S .platform = "Raptor Lake-S", GEN12, NATIVE_EITHER(5, 19), SRIOV_XE_LP
#define DG2                                                                         \
	.family = "Xe-HPG", .graphics = 125, .discrete = true, NATIVE_EITHER(6, 2), \
	.media_engines = 2, .decodes = DECODE_GEN12, .encodes = ENCODE_DG2
#define ATS_M                                \
	DG2, .sriov_hardware = GP_SRIOV_YES, \
	     .sriov = {{GP_SINCE("i915", 5, 14), .out_of_tree = true}, XE_FORCED}
#define XE_LPG .graphics = 127, .media_engines = 2, .decodes = DECODE_GEN12, .encodes = ENCODE_DG2
#define BATTLEMAGE(name)                                                                \
	.platform = name, .family = "Xe2", .graphics = 200, .discrete = true,           \
	.native = {{GP_SINCE("xe", 6, 12)}}, .media_engines = 2, .decodes = DECODE_XE2, \
	.encodes = ENCODE_XE2
#define OLD(name, generation, version)                                                   \
	{                                                                                \
		.platform = name, .family = generation, .graphics = version, .native = { \
			{.driver = "i915"}                                               \
		}                                                                        \
	}

const struct gp_intel_platform gp_intel_platforms[] = {
	{"I810", {.platform = "i810", .family = "Gen1", .graphics = 10}},
	{"I815", {.platform = "i815", .family = "Gen1", .graphics = 10}},
	{"I830", OLD("i830", "Gen2", 20)},
	{"I845G", OLD("i845G", "Gen2", 20)},
	{"I85X", OLD("i855", "Gen2", 20)},
	{"I865G", OLD("i865G", "Gen2", 20)},
	{"I915G", OLD("i915G", "Gen3", 30)},
	{"I915GM", OLD("i915GM", "Gen3", 30)},
	{"I945G", OLD("i945G", "Gen3", 30)},
	{"I945GM", OLD("i945GM", "Gen3", 30)},
	{"G33", OLD("G33", "Gen3", 30)},
	{"PNV", OLD("Pineview", "Gen3", 30)},
	{"I965G", OLD("i965G", "Gen4", 40)},
	{"I965GM", OLD("i965GM", "Gen4", 40)},
	{"G45", OLD("G45", "Gen4", 45)},
	{"GM45", OLD("GM45", "Gen4", 45)},
	{"ILK", OLD("Ironlake", "Gen5", 50)},
	{"SNB", {.platform = "Sandy Bridge",
			.family = "Gen6",
			.graphics = 60,
			NATIVE(2, 6),
			.media_engines = 1,
			.decodes = DECODE_GEN6,
			.encodes = ENCODE_GEN6}},
	{"IVB", {.platform = "Ivy Bridge",
			.family = "Gen7",
			.graphics = 70,
			NATIVE(3, 2),
			.media_engines = 1,
			.decodes = DECODE_GEN7,
			.encodes = ENCODE_GEN6}},
	{"VLV", {.platform = "Bay Trail",
			.family = "Gen7",
			.graphics = 70,
			NATIVE(3, 10),
			.media_engines = 1,
			.decodes = DECODE_GEN7,
			.encodes = ENCODE_GEN6}},
	{"HSW", {.platform = "Haswell",
			.family = "Gen7.5",
			.graphics = 75,
			NATIVE(3, 10),
			.media_engines = 1,
			.decodes = DECODE_GEN7,
			.encodes = ENCODE_GEN6}},
	{"CHV", {.platform = "Braswell",
			.family = "Gen8",
			.graphics = 80,
			NATIVE(4, 1),
			.media_engines = 1,
			.decodes = DECODE_GEN7 | GP_CODEC_VP8,
			.encodes = ENCODE_GEN6}},
	{"BDW_GT3", {BROADWELL, .media_engines = 2}},
	{"BDW_ULT_GT3", {BROADWELL, .media_engines = 2}},
	{"BDW_ULX_GT3", {BROADWELL, .media_engines = 2}},
	{"BDW", {BROADWELL, .media_engines = 1}},
	{"SKL_GT3", {SKYLAKE, .media_engines = 2}},
	{"SKL_ULT_GT3", {SKYLAKE, .media_engines = 2}},
	{"SKL_GT4", {SKYLAKE, .media_engines = 2}},
	{"SKL", {SKYLAKE, .media_engines = 1}},
	{"BXT", {.platform = "Apollo Lake",
			.family = "Gen9",
			.graphics = 90,
			NATIVE(4, 6),
			.gvt = true,
			.media_engines = 1,
			.decodes = DECODE_GEN9L,
			.encodes = ENCODE_GEN9}},
	{"GLK", {.platform = "Gemini Lake",
			.family = "Gen9.5",
			.graphics = 95,
			NATIVE(4, 16),
			.media_engines = 1,
			.decodes = DECODE_GEN95,
			.encodes = ENCODE_GEN9}},
	{"KBL_GT3", {KABY_LAKE, .media_engines = 2}},
	{"KBL_ULT_GT3", {KABY_LAKE, .media_engines = 2}},
	{"KBL_GT4", {KABY_LAKE, .media_engines = 2}},
	{"KBL", {KABY_LAKE, .media_engines = 1}},
	{"AML_KBL", {.platform = "Amber Lake", GEN95, NATIVE(4, 19), .media_engines = 1}},
	{"CFL_U_GT3", {COFFEE_LAKE, .media_engines = 2}},
	{"CFL", {COFFEE_LAKE, .media_engines = 1}},
	{"AML_CFL", {.platform = "Amber Lake", GEN95, NATIVE(5, 1), .media_engines = 1}},
	{"WHL_U_GT3", {.platform = "Whiskey Lake", GEN95, NATIVE(4, 19), .media_engines = 2}},
	{"WHL", {.platform = "Whiskey Lake", GEN95, NATIVE(4, 19), .media_engines = 1}},
	{"CML", {.platform = "Comet Lake", GEN95, NATIVE(5, 2), .media_engines = 1}},
	{"CNL", {.platform = "Cannon Lake", .family = "Gen10", .graphics = 100}},
	{"ICL", {.platform = "Ice Lake", GEN11, NATIVE(5, 2), .media_engines = 2}},
	{"EHL", {.platform = "Elkhart Lake", GEN11, NATIVE(5, 9), .media_engines = 1}},
	{"JSL", {.platform = "Jasper Lake", GEN11, NATIVE(5, 9), .media_engines = 1}},
	{"TGL", {.platform = "Tiger Lake",
			GEN12,
			NATIVE_EITHER(5, 9),
			SRIOV_XE_LP,
			.media_engines = 2}},
	{"RKL", {.platform = "Rocket Lake", GEN12, NATIVE_EITHER(5, 11), .media_engines = 1}},
	{"DG1", {.platform = "DG1 (Iris Xe MAX)",
			GEN12,
			.discrete = true,
			.native = {{GP_SINCE("i915", 5, 17), .force_probe = true}},
			.media_engines = 2}},
	{"ADLS_0", {ALDER_LAKE_S}},
	{"ADLS_1", {ALDER_LAKE_S, .media_engines = 1}},
	{"ADLS", {ALDER_LAKE_S, .media_engines = 2}},
	{"ADLP", {.platform = "Alder Lake-P",
			 GEN12,
			 NATIVE_EITHER(5, 17),
			 SRIOV_XE_LP,
			 .media_engines = 2}},
	{"ADLN_TWL", {.platform = "Twin Lake", GEN12, NATIVE_EITHER(6, 9), SRIOV_XE_LP}},
	{"ADLN", {.platform = "Alder Lake-N", GEN12, NATIVE_EITHER(5, 18), SRIOV_XE_LP}},
	{"RPLS_0", {RAPTOR_LAKE_S}},
	{"RPLS_1", {RAPTOR_LAKE_S, .media_engines = 1}},
	{"RPLS", {RAPTOR_LAKE_S, .media_engines = 2}},
	{"RPLU", {.platform = "Raptor Lake-U",
			 GEN12,
			 NATIVE_EITHER(6, 0),
			 SRIOV_XE_LP,
			 .media_engines = 2}},
	{"RPLP", {.platform = "Raptor Lake-P",
			 GEN12,
			 NATIVE_EITHER(6, 0),
			 SRIOV_XE_LP,
			 .media_engines = 2}},
	{"DG2", {.platform = "DG2 (Arc Alchemist)", DG2}},
	{"ATS_M150", {.platform = "ATS-M150 (Data Center GPU Flex 170)", ATS_M}},
	{"ATS_M75", {.platform = "ATS-M75 (Data Center GPU Flex 140)", ATS_M}},
	{"MTL", {.platform = "Meteor Lake",
			.family = "Xe-LPG",
			XE_LPG,
			NATIVE_EITHER(6, 7),
			SRIOV_XE_LPG}},
	{"ARL_S", {.platform = "Arrow Lake-S",
			  .family = "Xe-LPG",
			  XE_LPG,
			  NATIVE_EITHER(6, 11),
			  SRIOV_XE_LPG}},
	{"ARL", {.platform = "Arrow Lake",
			.family = "Xe-LPG+",
			XE_LPG,
			NATIVE_EITHER(6, 11),
			SRIOV_XE_LPG}},
	{"PVC", {.platform = "Ponte Vecchio (Data Center GPU Max)",
			.family = "Xe-HPC",
			.graphics = 126,
			.discrete = true,
			.native = {{GP_SINCE("xe", 6, 8), .force_probe = true}},
			.sriov_hardware = GP_SRIOV_YES,
			.sriov = {{GP_SINCE("i915", 5, 14), .out_of_tree = true}}}},
	{"LNL", {.platform = "Lunar Lake",
			.family = "Xe2",
			.graphics = 200,
			.native = {{GP_SINCE("xe", 6, 12)}},
			.decodes = DECODE_XE2,
			.encodes = ENCODE_XE2}},
	{"BMG_PRO", {BATTLEMAGE("Battlemage (Arc Pro)"), .sriov_hardware = GP_SRIOV_YES,
			    .sriov = {{GP_SINCE("xe", 6, 17)}}}},
	{"BMG_HOME", {BATTLEMAGE("Battlemage (Arc)")}},
	{"BMG", {BATTLEMAGE("Battlemage"), .sriov_hardware = GP_SRIOV_BY_BOARD,
			.sriov = {{GP_SINCE("xe", 6, 17)}}}},
	{"PTL", {.platform = "Panther Lake",
			.family = "Xe3",
			.graphics = 300,
			.native = {{GP_SINCE("xe", 6, 18)},
				{GP_SINCE("xe", 6, 15), .force_probe = true}},
			.sriov_hardware = GP_SRIOV_YES,
			.sriov = {{GP_SINCE("xe", 6, 16)}},
			.decodes = DECODE_XE2,
			.encodes = ENCODE_DG2}},
	{"WCL", {.platform = "Wildcat Lake",
			.family = "Xe3",
			.graphics = 300,
			.native = {{GP_SINCE("xe", 6, 18)}},
			.sriov_hardware = GP_SRIOV_YES,
			.sriov = {{GP_SINCE("xe", 6, 18)}},
			.decodes = DECODE_XE2,
			.encodes = ENCODE_DG2}},
	{"NVLS", {.platform = "Nova Lake-S",
			 .family = "Xe3",
			 .graphics = 300,
			 .native = {{GP_SINCE("xe", 7, 0), .force_probe = true}},
			 .sriov_hardware = GP_SRIOV_BY_BOARD}},
	{"NVLP", {.platform = "Nova Lake-P",
			 .family = "Xe3P",
			 .graphics = 350,
			 .native = {{GP_SINCE("xe", 7, 1), .force_probe = true}},
			 .sriov_hardware = GP_SRIOV_BY_BOARD}},
	{"CRI", {.platform = "Crescent Island",
			.family = "Xe3P",
			.graphics = 350,
			.discrete = true,
			.native = {{GP_SINCE("xe", 7, 0), .force_probe = true}},
			.sriov_hardware = GP_SRIOV_YES,
			.sriov = {{GP_SINCE("xe", 7, 0), .force_probe = true}}}},
};

const size_t gp_intel_platform_count = GP_ARRAY_SIZE(gp_intel_platforms);
