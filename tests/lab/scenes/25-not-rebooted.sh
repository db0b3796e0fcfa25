# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="VT-d switched on in GRUB's file and in what it generated, and not rebooted since"
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND=intel_iommu=off

wanted="$base_append intel_iommu=on iommu=pt"

prepare() {
	local release
	release=$(uname -r)
	mkdir -p /boot/grub
	echo "GRUB_CMDLINE_LINUX_DEFAULT=\"$wanted\"" >/etc/default/grub
	cat >/boot/grub/grub.cfg <<-GENERATED
	menuentry 'Debian GNU/Linux, with Linux $release' --class debian {
		linux	/boot/vmlinuz-$release root=/dev/vda1 ro $wanted
		initrd	/boot/initrd.img-$release
	}
	GENERATED
}

guest() {
	must test -e /sys/firmware/acpi/tables/DMAR
	[ "$lab_boot" != first ] || must no_groups
	[ "$lab_boot" != again ] || must test -e /sys/kernel/iommu_groups/0
	doctor
}

verify() {
	expect_cause 1 cmdline-not-applied
	expect_evidence cmdline-not-applied "only a reboot is missing"
	expect_exit 1
	boot_again "$wanted" || return
	expect_no_cause cmdline-not-applied
	expect_no_cause fw-dmar-present-kernel-off
}
