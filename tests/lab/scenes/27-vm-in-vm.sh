# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A VM inside the VM runs with the card: host and guest say so, and their records join"
LIMIT=1500
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"

uuid=5f1c0a52-7f0e-4a7b-9d57-0c53f1d6a2b4

# As Proxmox VE writes it; what starts the VM is plain QEMU.
prepare() {
	mkdir -p /etc/pve/qemu-server
	cat >/etc/pve/qemu-server/100.conf <<-CONF
	bios: seabios
	hostpci0: 0000:01:00.0,pcie=1
	machine: q35
	smbios1: uuid=$uuid
	CONF
}

guest() {
	must modprobe vfio-pci
	must modprobe vfio_iommu_type1
	must bind 0000:01:00.0 vfio-pci
	must start_inside 0000:01:00.0 "$uuid" --role guest --mode full --device 0000:00:02.0
	must vm_refuses 0000:01:00.0 "busy|in use"
	doctor
	must inside_is_done
}

verify() {
	local outside=$result of_vm of_guest

	expect_fact vm.device vm/100 '0000:01:00\.0'
	expect_fact gpu.driver 0000:01:00.0 vfio-pci
	of_vm=$(find_row fact 'id == "vm.system" && subject == "vm/100"' | awk -F '\037' '{ print $8 }')

	result=$outside/inside
	expect_fact gpu.id 0000:00:02.0 1234:1111
	expect_fact gpu.passed-as 0000:00:02.0 emulated
	expect_verdict no-gpu pass
	expect_verdict vfio-not-set-up skip
	[ "$(find_row meta 'id == "mode"' | awk -F '\037' '{ print $8 }')" = full ] ||
		miss "the guest's mode is not full"
	of_guest=$(find_row meta 'id == "system"' | awk -F '\037' '{ print $8 }')
	[[ $of_guest = uuid-???????? ]] || miss "the guest does not know its system: $of_guest"
	[ "$of_vm" = "$of_guest" ] || miss "the records do not join: $of_vm and $of_guest"
	replay csv replay.csv
	expect_same <(grep -v '^"meta"' "$result/record.csv" | cut -d, -f1,3-) \
		<(grep -v '^"meta"' "$result/replay.csv" | cut -d, -f1,3-)
	result=$outside
}
