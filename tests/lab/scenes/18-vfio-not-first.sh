# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="The card's own driver comes before vfio-pci, whose ids name the card; the plan mends it"
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

prepare() {
	echo 'options vfio-pci ids=1234:1111' >/etc/modprobe.d/vfio.conf
}

guest() {
	must modprobe bochs
	must modprobe vfio-pci
	load_listed
	if [ "$lab_boot" = first ]; then
		must driver_is 0000:01:00.0 bochs-drm
		doctor
		must vm_refuses 0000:01:00.0 "failed to open .dev.vfio"
		must apply_plan
	else
		must driver_is 0000:01:00.0 vfio-pci
		must modprobe vfio_iommu_type1
		doctor
		must vm_takes 0000:01:00.0
	fi
}

verify() {
	expect_verdict vfio-not-first fail
	expect_ready 0000:01:00.0 full blocked
	expect_exit 1
	boot_again "$base_append $APPEND" || return
	expect_no_cause vfio-not-first
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
}
