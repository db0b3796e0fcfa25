# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="An IOMMU that cannot remap interrupts: vfio-pci binds, a VM will not start"
SHORT=yes
IOMMU=intel-iommu,intremap=off
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

guest() {
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must bind 0000:01:00.0 vfio-pci
	doctor
	must vm_refuses 0000:01:00.0 "Operation not permitted"
}

verify() {
	expect_cause 1 intr-remap-missing
	expect_ready 0000:01:00.0 full blocked
	expect_exit 1
}
