# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="The UEFI's framebuffer holds the display's memory; the plan's command line frees it"
FIRMWARE=ovmf
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 bochs-display,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

guest() {
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must bind 0000:01:00.0 vfio-pci
	if [ "$lab_boot" = first ]; then
		must grep -q efifb /proc/iomem
		must vm_takes 0000:01:00.0
		must grep -q "Failed to mmap 0000:01:00.0 BAR 0" "$out/vm.log"
		must logged "vfio-pci 0000:01:00.0: BAR 0.*: can't reserve"
	fi
	doctor
	[ "$lab_boot" = first ] || must vm_takes 0000:01:00.0
}

verify() {
	expect_cause 1 bar-cant-reserve
	expect_evidence bar-cant-reserve "can't reserve"
	expect_ready 0000:01:00.0 full blocked
	expect_exit 1
	boot_again "$(step_text cmdline)" || return
	expect_no_cause bar-cant-reserve
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
}
