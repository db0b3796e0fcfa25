# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A VA-API driver that works on a real render node, then each fault it can be given"
IOMMU=intel-iommu,intremap=on
DEVICES=(virtio-gpu-pci,addr=5)
DRIVERS=yes
APPEND="intel_iommu=on iommu=pt"
LIMIT=900
FILES=(tests/va-driver/gpupass_drv_video.so)

faults=(no-profiles wrong-pixels constant-frames error=vaCreateContext error=vaEndPicture
	crash=vaInitialize crash=vaEndPicture hang=vaInitialize hang=vaSyncSurface lp-only no-encode)

# doctor_given FAULT: a record of its own.
doctor_given() {
	say "$1"
	mkdir -p "$out/$1"
	GPUPASS_TEST_VA=$1 timeout -k 5 90 "$lab_doctor" --role guest --mode native \
		--layer drm --layer vaapi \
		--device "$(first_display)" --format csv -o "$out/$1/record.csv"
	echo $? >"$out/$1/csv.status"
}

guest() {
	local fault
	export LIBVA_DRIVER_NAME=gpupass LIBVA_DRIVERS_PATH=$lab_build/tests/va-driver
	must modprobe virtio_gpu
	must test -e /dev/dri/renderD128
	for fault in "${faults[@]}"; do
		doctor_given "$fault"
	done
	doctor native
}

# given FAULT EXPECTATION...: of the record with that fault.
given() {
	local fault=$1
	shift
	result=$first/$fault "$@"
}

# Whatever the driver did, all other layers have their answers.
costs_one_layer() {
	expect_fact drm.driver node/renderD128 virtio_gpu
	expect_exit 1
}

verify() {
	local first=$result fault
	expect_fact vaapi.initialize node/renderD128 "0 .*"
	expect_fact vaapi.vendor node/renderD128 "gpupass test driver.*"
	expect_fact vaapi.decode.H264 node/renderD128 "ok.*"
	expect_verdict va-wrong-output pass
	given no-profiles expect_verdict va-profile-missing fail
	for fault in wrong-pixels constant-frames error=vaCreateContext error=vaEndPicture; do
		given "$fault" expect_verdict va-wrong-output fail
	done
	for fault in crash=vaInitialize crash=vaEndPicture; do
		given "$fault" expect_cause 1 va-driver-crashed
		given "$fault" costs_one_layer
	done
	for fault in hang=vaInitialize hang=vaSyncSurface; do
		given "$fault" expect_cause 1 va-driver-hangs
		given "$fault" costs_one_layer
	done
	given lp-only expect_fact vaapi.encode.H264-LP node/renderD128 "ok.*"
}
