# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="SR-IOV of an NVMe PF: VFs in groups of their own, one in a VM, none after a reboot"
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1
	pcie-root-port,id=rp2,chassis=2 nvme-subsys,id=s0
	nvme,serial=a,bus=rp2,subsys=s0,sriov_max_vfs=4,sriov_vq_flexible=8,sriov_vi_flexible=4,max_ioqpairs=16,msix_qsize=16)
APPEND="intel_iommu=on iommu=pt"

pf=/sys/bus/pci/devices/0000:02:00.0

set_vfs() { echo "$1" >"$pf/sriov_numvfs"; }
alone() { [ "$(find "$sysfs/$1/iommu_group/devices/" -mindepth 1 | wc -l)" = 1 ]; }

make_vfs() {
	local n
	must fails_with "Numerical result out of range" set_vfs 5
	must set_vfs 3
	must fails_with "Device or resource busy" set_vfs 2
	must logged "3 VFs already enabled. Disable before enabling 2 VFs"
	for n in 1 2 3; do
		must alone "0000:02:00.$n"
	done
	must bind 0000:02:00.1 vfio-pci
	must vm_takes 0000:02:00.1
}

guest() {
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must bind 0000:01:00.0 vfio-pci
	must modprobe nvme
	must grep -qx 4 "$pf/sriov_totalvfs"
	must grep -qx 0 "$pf/sriov_numvfs"
	[ "$lab_boot" != first ] || make_vfs
	doctor
}

verify() {
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
	expect_fact sriov.totalvfs 0000:02:00.0 4
	expect_fact sriov.numvfs 0000:02:00.0 3
	expect_fact sriov.vf 0000:02:00.1 "of 0000:02:00.0; vfio-pci; group [0-9]+; .*"
	expect_fact sriov.vf 0000:02:00.3 "of 0000:02:00.0; no driver; group [0-9]+; .*"
	boot_again "$base_append $APPEND" || return
	expect_exit 0
	expect_fact sriov.numvfs 0000:02:00.0 0
	expect_no_fact sriov.vf
}
