# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A driver that nobody signed, where DKMS puts it, and a kernel that takes only signed ones"
IOMMU=intel-iommu,intremap=on
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)
APPEND="intel_iommu=on iommu=pt module.sig_enforce=1"

# The kernel's own i915 without its signature, and first in the list of modules.
prepare() {
	local modules own
	modules=/lib/modules/$(uname -r)
	own=$(modinfo -n i915)
	mkdir -p "$modules/updates/dkms"
	case $own in
	*.xz) xz -dc "$own" ;;
	*) cat "$own" ;;
	esac >"$modules/updates/dkms/i915.ko"
	strip --strip-debug "$modules/updates/dkms/i915.ko"
	sed -i 's|^kernel/[^:]*/i915\.ko[^:]*:|updates/dkms/i915.ko:|' "$modules/modules.dep"
}

guest() {
	must fails_with "Key was rejected by service" \
		insmod "/lib/modules/$(uname -r)/updates/dkms/i915.ko"
	must logged "Loading of unsigned module is rejected"
	doctor native
}

verify() {
	expect_cause 1 dkms-secureboot
	expect_exit 1
	expect_evidence dkms-secureboot "Loading of unsigned module is rejected"
}
