/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AMD GPUs. Chips by id: drivers/gpu/drm/amd/amdgpu/amdgpu_drv.c (later chips are found by what
 * they say of themselves; their ids are those of the PCI ID list). Boards with VFs: those of AMD's
 * MxGPU driver (GIM). Resets: the list of GPUs of the vendor-reset module. Codecs: the tables of
 * UVD, VCE and VCN of amdgpu and Mesa, less what distributions leave out.
 */
#include "gpu/tables.h"

#define AMDGPU(major, minor) .native = {{GP_SINCE("amdgpu", major, minor)}}
#define MXGPU \
	.sriov_hardware = GP_SRIOV_YES, .sriov = {{GP_SINCE("gim", 0, 0), .out_of_tree = true}}
#define RESET_BUG .bad_reset = true, .vendor_reset = true

#define DECODE_UVD  (GP_CODEC_H264 | GP_CODEC_HEVC | GP_CODEC_HEVC10)
#define DECODE_VCN1 (DECODE_UVD | GP_CODEC_VP9 | GP_CODEC_VP9_10 | GP_CODEC_JPEG)
#define DECODE_VCN3 (DECODE_VCN1 | GP_CODEC_AV1)
#define ENCODE_VCE  (GP_CODEC_H264 | GP_CODEC_HEVC)
#define ENCODE_VCN2 (ENCODE_VCE | GP_CODEC_HEVC10)
#define ENCODE_VCN4 (ENCODE_VCN2 | GP_CODEC_AV1)

#define VCN1 .decodes = DECODE_VCN1, .encodes = ENCODE_VCE
#define VCN2 .decodes = DECODE_VCN1, .encodes = ENCODE_VCN2
#define VCN3 .decodes = DECODE_VCN3, .encodes = ENCODE_VCN2
#define VCN4 .decodes = DECODE_VCN3, .encodes = ENCODE_VCN4

#define CARD(name, generation) .platform = name, .family = generation, .discrete = true
#define APU(name, generation)  .platform = name, .family = generation

#define POLARIS(name) \
	CARD(name, "GCN 4"), AMDGPU(4, 7), RESET_BUG, .decodes = DECODE_UVD, .encodes = ENCODE_VCE
#define VEGA10                                                                     \
	CARD("Vega 10", "GCN 5"), AMDGPU(4, 15), RESET_BUG, .decodes = DECODE_UVD, \
							    .encodes = ENCODE_VCE
#define NAVI12      CARD("Navi 12", "RDNA 1"), AMDGPU(5, 5), RESET_BUG, VCN2
#define NAVI21      CARD("Navi 21", "RDNA 2"), AMDGPU(5, 9), VCN3
#define MI300(name) CARD(name, "CDNA 3"), AMDGPU(6, 4)

const struct gp_model_range gp_amd_models[] = {
	/* cards of which AMD sells VFs */
	{0x6860, 0x6860, {VEGA10, MXGPU}},
	{0x6864, 0x6864, {VEGA10, MXGPU}},
	{0x6929, 0x6929, {CARD("Tonga", "GCN 3"), AMDGPU(4, 2), MXGPU}},
	{0x7360, 0x7360, {NAVI12, .sriov_hardware = GP_SRIOV_BY_BOARD}},
	{0x7362, 0x7362, {NAVI12, MXGPU}},
	{0x7388, 0x7390, {CARD("Arcturus (Instinct MI100)", "CDNA 1"), AMDGPU(5, 5), MXGPU}},
	{0x73a1, 0x73a1, {NAVI21, MXGPU}},
	{0x7408, 0x7410, {CARD("Aldebaran (Instinct MI200)", "CDNA 2"), AMDGPU(5, 13), MXGPU}},
	{0x7460, 0x7461, {CARD("Navi 32", "RDNA 3"), AMDGPU(6, 1), MXGPU, VCN4}},
	{0x74a0, 0x74a0, {APU("Instinct MI300A", "CDNA 3"), AMDGPU(6, 4)}},
	{0x74a1, 0x74bf, {MI300("Instinct MI300X"), MXGPU}},
	{0x75a0, 0x75bf, {CARD("Instinct MI350", "CDNA 4"), AMDGPU(6, 14), MXGPU}},

	/* GCN */
	{0x67a0, 0x67be, {CARD("Hawaii", "GCN 2")}},
	{0x67c0, 0x67df, {POLARIS("Polaris 10")}},
	{0x6fdf, 0x6fdf, {POLARIS("Polaris 20")}},
	{0x67e0, 0x67ff, {POLARIS("Polaris 11")}},
	{0x6980, 0x699f, {POLARIS("Polaris 12")}},
	{0x694c, 0x694f,
		{CARD("Polaris 22 (Vega M)", "GCN 4"), AMDGPU(4, 18), .decodes = DECODE_UVD,
			.encodes = ENCODE_VCE}},
	{0x6920, 0x693b, {CARD("Tonga", "GCN 3"), AMDGPU(4, 2)}},
	{0x7300, 0x730f, {CARD("Fiji", "GCN 3"), AMDGPU(4, 3)}},
	{0x9870, 0x9877, {APU("Carrizo", "GCN 3"), AMDGPU(4, 2)}},
	{0x98e4, 0x98e4, {APU("Stoney", "GCN 3"), AMDGPU(4, 4)}},
	{0x6861, 0x687f, {VEGA10}},
	{0x69a0, 0x69af,
		{CARD("Vega 12", "GCN 5"), AMDGPU(4, 17), .decodes = DECODE_UVD,
			.encodes = ENCODE_VCE}},
	{0x66a0, 0x66a2,
		{CARD("Vega 20", "GCN 5"), AMDGPU(4, 20), RESET_BUG,
			.sriov_hardware = GP_SRIOV_BY_BOARD, .decodes = DECODE_UVD,
			.encodes = ENCODE_VCE}},
	{0x66a3, 0x66af,
		{CARD("Vega 20", "GCN 5"), AMDGPU(4, 20), RESET_BUG, .decodes = DECODE_UVD,
			.encodes = ENCODE_VCE}},
	{0x15dd, 0x15dd, {APU("Raven Ridge", "GCN 5"), AMDGPU(4, 16), VCN1}},
	{0x15d8, 0x15d8, {APU("Picasso, Raven 2", "GCN 5"), AMDGPU(4, 20), VCN1}},
	{0x1636, 0x1636, {APU("Renoir", "GCN 5"), AMDGPU(5, 5), VCN2}},
	{0x164c, 0x164c, {APU("Lucienne", "GCN 5"), AMDGPU(5, 11), VCN2}},
	{0x1638, 0x1638, {APU("Cezanne", "GCN 5"), AMDGPU(5, 10), VCN2}},
	{0x15e7, 0x15e7, {APU("Barcelo", "GCN 5"), AMDGPU(5, 16), VCN2}},

	/* RDNA */
	{0x7310, 0x731f, {CARD("Navi 10", "RDNA 1"), AMDGPU(5, 3), RESET_BUG, VCN2}},
	{0x7340, 0x734f, {CARD("Navi 14", "RDNA 1"), AMDGPU(5, 4), RESET_BUG, VCN2}},
	{0x73a0, 0x73bf, {NAVI21}},
	{0x73c0, 0x73df, {CARD("Navi 22", "RDNA 2"), AMDGPU(5, 12), VCN3}},
	{0x73e0, 0x73ff, {CARD("Navi 23", "RDNA 2"), AMDGPU(5, 14), VCN3}},
	/* No encoder, no AV1, no JPEG: bg_video_codecs_decode_array in amdgpu/nv.c. */
	{0x7420, 0x743f,
		{CARD("Navi 24", "RDNA 2"), AMDGPU(5, 17),
			.decodes = DECODE_UVD | GP_CODEC_VP9 | GP_CODEC_VP9_10}},
	{0x163f, 0x163f, {APU("Van Gogh", "RDNA 2"), AMDGPU(5, 11), VCN3}},
	{0x1435, 0x1435, {APU("Van Gogh", "RDNA 2"), AMDGPU(6, 1), VCN3}},
	{0x1681, 0x1681, {APU("Rembrandt", "RDNA 2"), AMDGPU(5, 17), VCN3}},
	{0x164d, 0x164d, {APU("Rembrandt", "RDNA 2"), AMDGPU(5, 17), VCN3}},
	{0x164e, 0x164e, {APU("Raphael", "RDNA 2"), AMDGPU(5, 19), VCN3}},
	{0x13c0, 0x13c0, {APU("Granite Ridge", "RDNA 2"), AMDGPU(5, 19), VCN3}},
	{0x1506, 0x1506, {APU("Mendocino", "RDNA 2"), AMDGPU(6, 0), VCN3}},
	{0x7440, 0x745f, {CARD("Navi 31", "RDNA 3"), AMDGPU(6, 0), VCN4}},
	{0x7462, 0x747f, {CARD("Navi 32", "RDNA 3"), AMDGPU(6, 1), VCN4}},
	{0x7480, 0x749f, {CARD("Navi 33", "RDNA 3"), AMDGPU(6, 0), VCN4}},
	{0x15bf, 0x15bf, {APU("Phoenix", "RDNA 3"), AMDGPU(6, 2), VCN4}},
	{0x15c8, 0x15c8, {APU("Phoenix 2", "RDNA 3"), AMDGPU(6, 2), VCN4}},
	{0x164f, 0x164f, {APU("Phoenix", "RDNA 3"), AMDGPU(6, 2), VCN4}},
	{0x1900, 0x1901, {APU("Hawk Point", "RDNA 3"), AMDGPU(6, 2), VCN4}},
	{0x150e, 0x150e, {APU("Strix Point", "RDNA 3.5"), AMDGPU(6, 10), VCN4}},
	{0x1586, 0x1586, {APU("Strix Halo", "RDNA 3.5"), AMDGPU(6, 10), VCN4}},
	{0x1114, 0x1114, {APU("Krackan Point", "RDNA 3.5"), AMDGPU(6, 11), VCN4}},
	{0x7550, 0x7550, {CARD("Navi 48", "RDNA 4"), AMDGPU(6, 11), VCN4}},
	/* Radeon AI PRO R9700 and kin */
	{0x7551, 0x7551,
		{CARD("Navi 48", "RDNA 4"), AMDGPU(6, 11), VCN4,
			.sriov_hardware = GP_SRIOV_BY_BOARD}},
	{0x7590, 0x7590, {CARD("Navi 44", "RDNA 4"), AMDGPU(6, 11), VCN4}},
};

const size_t gp_amd_model_count = GP_ARRAY_SIZE(gp_amd_models);
