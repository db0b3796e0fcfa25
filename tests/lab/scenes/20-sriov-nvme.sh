# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="SR-IOV: VFs of an NVMe PF"
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1
	pcie-root-port,id=rp2,chassis=2 nvme-subsys,id=s0
	nvme,serial=a,bus=rp2,subsys=s0,sriov_max_vfs=4,sriov_vq_flexible=8,sriov_vi_flexible=4,max_ioqpairs=16,msix_qsize=16)
APPEND="intel_iommu=on iommu=pt"
pf=0000:02:00.0

guest() {
	modprobe vfio-pci
	modprobe vfio_iommu_type1
	must modprobe nvme
	ls $sysfs; grep . $sysfs/$pf/sriov*
	echo 9 >$sysfs/$pf/sriov_numvfs
	echo 3 >$sysfs/$pf/sriov_numvfs
	must test -e $sysfs/$pf/virtfn2
	grep . $sysfs/$pf/sriov*
	ls -l $sysfs/$pf/virtfn* $sysfs/0000:02:00.*/iommu_group
	bind 0000:02:00.1 vfio-pci; echo rc=$?
	try_vm 0000:02:00.1; echo vm=$?; cat $out/vm.log
	doctor
}
