# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A space after the comma in vfio-pci's ids: the kernel drops the second id"
SHORT=yes
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1
	pcie-root-port,id=rp2,chassis=2 e1000e,bus=rp2)
APPEND="intel_iommu=on iommu=pt"

prepare() {
	echo 'options vfio-pci ids=1234:1111, 8086:10d3' >/etc/modprobe.d/vfio.conf
}

guest() {
	must modprobe vfio-pci
	must driver_is 0000:01:00.0 vfio-pci
	must driver_is 0000:02:00.0 ""
	must logged "vfio_pci: unknown parameter '8086:10d3' ignored"
	doctor
}

verify() {
	expect_cause 1 vfio-ids-space
	expect_evidence vfio-ids-space "vfio.conf|8086:10d3"
	expect_no_cause module-unknown-param
	expect_exit 1
}
