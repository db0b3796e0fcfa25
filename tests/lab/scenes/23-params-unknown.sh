# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="Slips of the pen in parameters, which the kernel and a module say they do not know"
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="iommu=pt intel_iomu=on splash"

prepare() {
	echo 'options vfio-pci ids=1234:1111 disable_vgaa=1' >/etc/modprobe.d/vfio.conf
}

guest() {
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must driver_is 0000:01:00.0 vfio-pci
	[ "$lab_boot" != first ] ||
		must logged 'Unknown kernel command line parameters "splash intel_iomu=on"'
	must logged "vfio_pci: unknown parameter 'disable_vgaa' ignored"
	doctor
}

verify() {
	expect_verdict kernel-unknown-param warn intel_iomu=on
	expect_verdict module-unknown-param warn vfio_pci.disable_vgaa
	expect_no_cause vfio-ids-space
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
	boot_again "$(step_text cmdline)" || return
	expect_no_cause kernel-unknown-param
}
