/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NVIDIA GPUs. A chip has blocks of device ids of its own (the PCI ID list); single ids are the
 * boards of NVIDIA's list of GPUs that its vGPU software supports, all others are not on it. From
 * Ampere on a board with vGPU makes it of VFs. nouveau knows a chip from the kernel that has it in
 * drivers/gpu/drm/nouveau/nvkm/engine/device/base.c.
 */
#include "gpu/tables.h"

#define NVIDIA                                      \
	{                                           \
		"nvidia", 0, 0, .out_of_tree = true \
	}
#define CHIP(name, generation) .platform = name, .family = generation, .discrete = true
#define NATIVE(major, minor)   .native = {NVIDIA, {GP_SINCE("nouveau", major, minor)}}
#define VGPU                   .vgpu = true
#define VGPU_VFS               .vgpu = true, .sriov_hardware = GP_SRIOV_YES, .sriov = {NVIDIA}

#define KEPLER(name)    CHIP(name, "Kepler"), NATIVE(3, 12)
#define GM107           CHIP("GM107", "Maxwell"), NATIVE(3, 15)
#define GM204           CHIP("GM204", "Maxwell"), NATIVE(4, 1)
#define GP100           CHIP("GP100", "Pascal"), NATIVE(4, 8)
#define GP102           CHIP("GP102", "Pascal"), NATIVE(4, 12)
#define GP104           CHIP("GP104", "Pascal"), NATIVE(4, 8)
#define GV100           CHIP("GV100", "Volta"), NATIVE(4, 17)
#define TU102           CHIP("TU102", "Turing"), NATIVE(5, 0)
#define TU104           CHIP("TU104", "Turing"), NATIVE(5, 0)
#define GA100           CHIP("GA100", "Ampere"), NATIVE(5, 12)
#define GA102           CHIP("GA102", "Ampere"), NATIVE(5, 12)
#define GA107           CHIP("GA107", "Ampere"), NATIVE(5, 12)
#define GH100           CHIP("GH100", "Hopper"), NATIVE(6, 16)
#define AD102           CHIP("AD102", "Ada Lovelace"), NATIVE(6, 7)
#define AD104           CHIP("AD104", "Ada Lovelace"), NATIVE(6, 7)
#define BLACKWELL(name) CHIP(name, "Blackwell"), NATIVE(6, 16), .flr_hangs = true
#define GB100           CHIP("GB100", "Blackwell"), NATIVE(6, 16)
#define GB202           BLACKWELL("GB202")

const struct gp_model_range gp_nvidia_models[] = {
	/* boards that vGPU is sold for */
	{0x13bd, 0x13bd, {GM107, VGPU}}, /* M10 */
	{0x13f2, 0x13f3, {GM204, VGPU}}, /* M60, M6 */
	{0x15f7, 0x15f9, {GP100, VGPU}}, /* P100 */
	{0x1b38, 0x1b38, {GP102, VGPU}}, /* P40 */
	{0x1bb3, 0x1bb4, {GP104, VGPU}}, /* P4, P6 */
	{0x1db1, 0x1db1, {GV100, VGPU}}, /* V100 */
	{0x1db3, 0x1db6, {GV100, VGPU}},
	{0x1df5, 0x1df6, {GV100, VGPU}},
	{0x1e30, 0x1e30, {TU102, VGPU}}, /* Quadro RTX 6000, 8000 */
	{0x1e37, 0x1e37, {TU102, VGPU}},
	{0x1e78, 0x1e78, {TU102, VGPU}},
	{0x1eb8, 0x1eb8, {TU104, VGPU}},     /* T4 */
	{0x20b0, 0x20b9, {GA100, VGPU_VFS}}, /* A100, A30, A100X */
	{0x20f0, 0x20f6, {GA100, VGPU_VFS}}, /* A100, A800 */
	{0x2230, 0x2231, {GA102, VGPU_VFS}}, /* RTX A6000, A5000 */
	{0x2233, 0x2233, {GA102, VGPU_VFS}}, /* RTX A5500 */
	{0x2235, 0x2238, {GA102, VGPU_VFS}}, /* A40, A10, A10G, A10M */
	{0x25b6, 0x25b6, {GA107, VGPU_VFS}}, /* A2, A16 */
	{0x2321, 0x233b, {GH100, VGPU_VFS}}, /* H100, H800, H20, H200 */
	{0x2342, 0x2348, {GH100, VGPU_VFS}}, /* GH200 */
	{0x26b1, 0x26b3, {AD102, VGPU_VFS}}, /* RTX 6000, 5000, 5880 Ada */
	{0x26b5, 0x26b9, {AD102, VGPU_VFS}}, /* L40, L40S */
	{0x26ba, 0x26ba, {AD102, VGPU_VFS}}, /* L20 */
	{0x27b6, 0x27b6, {AD104, VGPU_VFS}}, /* L2 */
	{0x27b8, 0x27b8, {AD104, VGPU_VFS}}, /* L4 */
	{0x2901, 0x2901, {GB100, VGPU_VFS}}, /* B200 */
	{0x2bb1, 0x2bb5, {GB202, VGPU_VFS}}, /* RTX PRO 6000, 5000 Blackwell */

	{0x0ff2, 0x0ff2, {KEPLER("GK107"), VGPU}}, /* GRID K1 */
	{0x11bf, 0x11bf, {KEPLER("GK104"), VGPU}}, /* GRID K2 */

	/* chips */
	{0x0fc0, 0x0fff, {KEPLER("GK107")}},
	{0x1001, 0x103f, {KEPLER("GK110")}},
	{0x1180, 0x11bf, {KEPLER("GK104")}},
	{0x11c0, 0x11ff, {KEPLER("GK106")}},
	{0x1280, 0x12bf, {KEPLER("GK208")}},
	{0x1340, 0x137f, {CHIP("GM108", "Maxwell"), NATIVE(3, 15)}},
	{0x1380, 0x13bf, {GM107}},
	{0x13c0, 0x13ff, {GM204}},
	{0x1400, 0x143f, {CHIP("GM206", "Maxwell"), NATIVE(4, 3)}},
	{0x15f0, 0x15ff, {GP100}},
	{0x1617, 0x161a, {GM204}},
	{0x1667, 0x1667, {GM204}},
	{0x174d, 0x174e, {CHIP("GM108", "Maxwell"), NATIVE(3, 15)}},
	{0x17c0, 0x17ff, {CHIP("GM200", "Maxwell"), NATIVE(4, 3)}},
	{0x1b00, 0x1b7f, {GP102}},
	{0x1b80, 0x1bff, {GP104}},
	{0x1c00, 0x1c7f, {CHIP("GP106", "Pascal"), NATIVE(4, 10)}},
	{0x1c80, 0x1cff, {CHIP("GP107", "Pascal"), NATIVE(4, 10)}},
	{0x1d00, 0x1d7f, {CHIP("GP108", "Pascal"), NATIVE(4, 14)}},
	{0x1d80, 0x1dff, {GV100}},
	{0x1e00, 0x1e7f, {TU102}},
	{0x1e80, 0x1eff, {TU104}},
	{0x1f00, 0x1f7f, {CHIP("TU106", "Turing"), NATIVE(5, 0)}},
	{0x1f80, 0x1fff, {CHIP("TU117", "Turing"), NATIVE(5, 2)}},
	{0x2080, 0x20ff, {GA100}},
	{0x2180, 0x21ff, {CHIP("TU116", "Turing"), NATIVE(5, 2)}},
	{0x2200, 0x227f, {GA102}},
	{0x2300, 0x237f, {GH100, .sriov_hardware = GP_SRIOV_BY_BOARD}},
	{0x2400, 0x247f, {CHIP("GA103", "Ampere"), NATIVE(5, 15)}},
	{0x2480, 0x24ff, {CHIP("GA104", "Ampere"), NATIVE(5, 12)}},
	{0x2500, 0x257f, {CHIP("GA106", "Ampere"), NATIVE(5, 15)}},
	{0x2580, 0x25ff, {GA107}},
	{0x2680, 0x26ff, {AD102}},
	{0x2700, 0x277f, {CHIP("AD103", "Ada Lovelace"), NATIVE(6, 7)}},
	{0x2780, 0x27ff, {AD104}},
	{0x2800, 0x287f, {CHIP("AD106", "Ada Lovelace"), NATIVE(6, 7)}},
	{0x2880, 0x28ff, {CHIP("AD107", "Ada Lovelace"), NATIVE(6, 7)}},
	{0x2900, 0x297f, {GB100, .sriov_hardware = GP_SRIOV_BY_BOARD}},
	{0x2b80, 0x2bff, {GB202}},
	{0x2c00, 0x2c7f, {BLACKWELL("GB203")}},
	{0x2d00, 0x2d7f, {BLACKWELL("GB206")}},
	{0x2d80, 0x2dff, {BLACKWELL("GB207")}},
	{0x2f00, 0x2f7f, {BLACKWELL("GB205")}},
};

const size_t gp_nvidia_model_count = GP_ARRAY_SIZE(gp_nvidia_models);
