/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Intel ids of which the kernel's header says too little: it lists a chip, and boards and fusings
 * of one chip differ. Sources: Intel's product pages (number of multi-format codec engines), the
 * PCI ID list, for Twin Lake the kernel that has its ids, and for the Arc Pro cards Intel's table
 * of graphics virtualization by product.
 */
#include "gpu/tables.h"

const struct gp_intel_id gp_intel_more[] = {
	{0x4682, "ADLS_1"},   /* UHD Graphics 730 */
	{0x468a, "ADLS_0"},   /* UHD Graphics of unknown make */
	{0x468b, "ADLS_0"},   /* likewise */
	{0x4692, "ADLS_1"},   /* UHD Graphics 730 */
	{0x4693, "ADLS_1"},   /* UHD Graphics 710 */
	{0x46d3, "ADLN_TWL"}, /* Twin Lake: N355 and kin */
	{0x46d4, "ADLN_TWL"}, /* Twin Lake: N150, N250 */
	{0xa781, "RPLS_0"},   /* UHD Graphics of unknown make */
	{0xa782, "RPLS_1"},   /* UHD Graphics 730 */
	{0xa783, "RPLS_1"},   /* UHD Graphics 710 */
	{0xa789, "RPLS_0"},   /* UHD Graphics of unknown make */
	{0xa78a, "RPLS_0"},   /* likewise */
	{0xa78b, "RPLS_0"},   /* likewise */
	{0xe20b, "BMG_HOME"}, /* Arc B580 */
	{0xe20c, "BMG_HOME"}, /* Arc B570 */
	{0xe211, "BMG_PRO"},  /* Arc Pro B60 */
	{0xe212, "BMG_PRO"},  /* Arc Pro B50 */
};

const size_t gp_intel_more_count = GP_ARRAY_SIZE(gp_intel_more);
