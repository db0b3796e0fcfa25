# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="AMD-Vi there, but the kernel told to leave it off"
SHORT=yes
IOMMU=amd-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND=amd_iommu=off

guest() {
	must test -e /sys/firmware/acpi/tables/IVRS
	must no_groups
	doctor
}

verify() {
	expect_cause 1 iommu-amd-kernel-off
	expect_exit 1
}
