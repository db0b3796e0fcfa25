# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="vfio_virqfd in /etc/modules: right until 6.1, stale from 6.2 on; the plan takes it out"
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

prepare() {
	printf '%s\n' vfio vfio_iommu_type1 vfio_pci vfio_virqfd >/etc/modules
	echo 'options vfio-pci ids=1234:1111' >/etc/modprobe.d/vfio.conf
}

guest() {
	load_listed
	must driver_is 0000:01:00.0 vfio-pci
	doctor
	must vm_takes 0000:01:00.0
	grep -q vfio_virqfd /etc/modules || return
	if modprobe -nq vfio_virqfd; then
		must test -e /sys/module/vfio_virqfd
	else
		must apply_plan
	fi
}

verify() {
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
	if is_older "$version" 6.2; then
		expect_verdict vfio-virqfd-stale pass
		return
	fi
	expect_cause 1 vfio-virqfd-stale
	boot_again "$base_append $APPEND" || return
	expect_no_cause vfio-virqfd-stale
	expect_ready 0000:01:00.0 full ready
}
