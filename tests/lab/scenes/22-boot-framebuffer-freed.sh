# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="The UEFI's framebuffer on a VGA, which vfio-pci takes off by itself"
FIRMWARE=ovmf
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

guest() {
	must grep -q efifb /proc/iomem
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must bind 0000:01:00.0 vfio-pci
	must [ -z "$(grep efifb /proc/iomem)" ]
	must vm_takes 0000:01:00.0
	must [ -z "$(grep mmap "$out/vm.log")" ]
	doctor
}

verify() {
	expect_verdict bar-cant-reserve pass 0000:01:00.0
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
}
