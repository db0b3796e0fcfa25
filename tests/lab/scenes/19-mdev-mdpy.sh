# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="Mediated devices of the kernel's sample display: one in a VM, then none left to make"
SAMPLES=(vfio-mdev/mdpy)
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

types=/sys/class/mdev_bus/mdpy/mdev_supported_types

make_mdev() { echo "$2" >"$types/$1/create"; }

guest() {
	local n one=6f1b8a5e-0f5c-4f7e-9d25-6b8f0f2a11c
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must bind 0000:01:00.0 vfio-pci
	must modprobe mdev
	must load_sample mdpy
	must grep -qx 4 "$types/mdpy-hd/available_instances"
	must make_mdev mdpy-vga "${one}0"
	must try_vm_with "vfio-pci,sysfsdev=/sys/bus/mdev/devices/${one}0"
	for n in 1 2 3; do
		must make_mdev mdpy-hd "$one$n"
	done
	must grep -qx 0 "$types/mdpy-vga/available_instances"
	must fails_with "Too many users" make_mdev mdpy-hd "${one}4"
	doctor
}

verify() {
	expect_ready 0000:01:00.0 full ready
	expect_exit 0
	expect_fact mdev.type.mdpy-hd mdpy 0
	expect_fact mdev.type mdev/6f1b8a5e-0f5c-4f7e-9d25-6b8f0f2a11c0 mdpy-vga
	expect_fact mdev.parent mdev/6f1b8a5e-0f5c-4f7e-9d25-6b8f0f2a11c3 mdpy
	expect_verdict taint-misread note
}
