# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A VM inside the VM runs with the card: host and guest say so, and their records join"
LIMIT=1500
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt"
FILES=(report/gpupass-report)

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

# column KIND CONDITION NUMBER: a cell of the first such row.
column() { find_row "$1" "$2" | awk -F '\037' -v n="$3" '{ print $n }'; }

verify() {
	local outside=$result of_vm options

	expect_fact vm.device vm/100 '0000:01:00\.0'
	expect_fact gpu.driver 0000:01:00.0 vfio-pci
	of_vm=$(column fact 'id == "vm.system" && subject == "vm/100"' 8)
	[[ $of_vm = uuid-???????? ]] || miss "the host does not know the VM's system: $of_vm"

	result=$outside/inside
	expect_fact gpu.id 0000:00:02.0 1234:1111
	expect_fact gpu.passed-as 0000:00:02.0 emulated
	expect_verdict no-gpu pass
	expect_verdict vfio-not-set-up skip
	expect_cause 1 dri-node-missing
	expect_ready 0000:00:02.0 full blocked
	[ "$(column meta 'id == "mode"' 8)" = full ] || miss "the mode is not full"
	expect_joined "$of_vm"
	expect_one_chain "$outside/record.csv" "$result/record.csv"

	read -ra options <"$result/args"
	replay csv record.csv.replayed
	expect_same <(grep -v '^"meta"' "$result/record.csv" | cut -d, -f1,3-) \
		<(grep -v '^"meta"' "$result/record.csv.replayed" | cut -d, -f1,3-)
	mv "$result/record.csv.replayed" "$result/record.csv"
	expect_joined "$of_vm"
	result=$outside
	expect_one_chain "$outside/inside/record.csv" "$outside/record.csv"
}

# The guest's record, and that of its capture, which is redacted, name the system as the host does.
expect_joined() {
	local of_guest
	of_guest=$(column meta 'id == "system"' 8)
	[ "$of_guest" = "$1" ] || miss "the records do not join: $1 and ${of_guest:-none}"
}

# Given together, in whatever order, they make one page with one chain: the host's, then the guest's.
expect_one_chain() {
	local page=$result/joined.html
	"$build/report/gpupass-report" --format html -o "$page" "$@" ||
		miss "gpupass-report cannot read the records"
	[ "$(grep -c '<svg class="chain broad"' "$page")" = 1 ] || miss "the page has not one chain"
	grep -q '<desc>[^ ]* (host): .*VM: .*(guest vm/100): .*Guest driver: fails' "$page" ||
		miss "the chain does not go from the host into the guest"
	[ "$(grep -c '<h1>' "$page")" = 1 ] || miss "the page has not one headline"
	grep -q '<h1>[^:]*: 0000:00:02.0 is not ready' "$page" ||
		miss "the headline is not what is wrong in the guest"
}
