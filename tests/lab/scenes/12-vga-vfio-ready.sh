# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A graphics card alone in its group, bound to vfio-pci: nothing left to mend"
SHORT=yes
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

guest() {
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must bind 0000:01:00.0 vfio-pci
	doctor
	must vm_takes 0000:01:00.0
}

verify() {
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
}
