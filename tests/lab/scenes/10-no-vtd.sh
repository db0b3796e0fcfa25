# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="VT-d switched off in the firmware: no DMAR table"
SHORT=yes
DEVICES=(pcie-root-port,id=rp1,chassis=1 VGA,bus=rp1)

guest() {
	must test ! -e /sys/firmware/acpi/tables/DMAR
	doctor
}

verify() {
	expect_cause 1 fw-vtd-off
	expect_exit 1
}
