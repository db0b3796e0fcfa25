# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A mediated device made and removed: the kernel's own sample of a virtual display"
SAMPLES=(vfio-mdev/mdpy)
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

parent=/sys/class/mdev_bus/mdpy
uuid=6f1b8a5e-0f5c-4f7e-9d25-6b8f0f2a11c3

guest() {
	modprobe mdev
	modprobe vfio-pci
	must load_sample mdpy
	ls -lR /sys/class/mdev_bus/ "$parent"/mdev_supported_types /sys/bus/mdev
	must test -d "$parent/mdev_supported_types/mdpy-vga"
	grep . "$parent"/mdev_supported_types/*/*
	echo "$uuid" >"$parent/mdev_supported_types/mdpy-vga/create"
	must test -e "/sys/bus/mdev/devices/$uuid"
	ls -l "/sys/bus/mdev/devices/$uuid" /dev/vfio
	doctor
	timeout -k 5 90 qemu-system-x86_64 -accel tcg -machine q35 -m 64 -nodefaults -display none -S \
		-monitor stdio -device "vfio-pci,sysfsdev=/sys/bus/mdev/devices/$uuid" >"$out/vm.log" 2>&1 <<<quit
	echo rc=$?
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do uuidgen; cat /proc/sys/kernel/random/uuid >$parent/mdev_supported_types/mdpy-hd/create || break; done
	grep . "$parent"/mdev_supported_types/*/*
	lsmod
}
