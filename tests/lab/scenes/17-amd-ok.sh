# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="AMD-Vi at work without a kernel parameter"
IOMMU=amd-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)

guest() {
	must test -e /sys/firmware/acpi/tables/IVRS
	must test -e /sys/kernel/iommu_groups/0
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must bind 0000:01:00.0 vfio-pci
	doctor
	must vm_takes 0000:01:00.0
}

verify() {
	expect_no_cause iommu-amd-kernel-off
	expect_no_cause fw-vtd-off
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
}
