# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A graphics card and a network card in use behind one PCI bridge: one group"
SHORT=yes
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 pcie-pci-bridge,id=br1,bus=rp1
	VGA,bus=br1,addr=1 e1000,bus=br1,addr=2)
APPEND="intel_iommu=on iommu=pt"

guest() {
	must modprobe vfio-pci
	must modprobe e1000
	must bind 0000:02:01.0 vfio-pci
	must driver_is 0000:02:02.0 e1000
	must same_group 0000:02:01.0 0000:02:02.0
	doctor
	must vm_refuses 0000:02:01.0 "group [0-9]+ is not viable"
}

verify() {
	expect_cause 1 group-not-viable
	expect_ready 0000:02:01.0 full blocked
	expect_exit 1
}
