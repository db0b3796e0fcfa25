# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="VT-d on, but the kernel told to leave it off; the plan's command line mends it"
SHORT=yes
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND=intel_iommu=off

guest() {
	must test -e /sys/firmware/acpi/tables/DMAR
	[ "$lab_boot" != first ] || must test ! -e /sys/class/iommu/dmar0
	[ "$lab_boot" != again ] || must test -e /sys/class/iommu/dmar0
	doctor
}

verify() {
	expect_cause 1 fw-dmar-present-kernel-off
	expect_exit 1
	boot_again "$(step_text cmdline)" || return
	expect_no_cause fw-dmar-present-kernel-off
}
