# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A virtual display's render node: no driver of VA-API can start on it, and OpenCL has the CPU alone"
IOMMU=intel-iommu,intremap=on
DEVICES=(virtio-gpu-pci,addr=5)
DRIVERS=yes
APPEND="intel_iommu=on iommu=pt"
PACKAGES=(vainfo intel-media-va-driver i965-va-driver mesa-va-drivers pocl-opencl-icd)

# vainfo_says REGEX DRIVER: what libva itself says of that driver on the node.
vainfo_says() {
	LIBVA_DRIVER_NAME=$2 vainfo --display drm --device /dev/dri/renderD128 2>&1 | grep -qE -- "$1"
}

# doctor_with DRIVER: a record of its own, with that driver asked for.
doctor_with() {
	mkdir -p "$out/$1"
	LIBVA_DRIVER_NAME=$1 timeout -k 5 90 "$lab_doctor" --role guest --mode native \
		--device "$(first_display)" --format csv -o "$out/$1/record.csv"
	echo $? >"$out/$1/csv.status"
}

# doctor_of_opencl NAME: the same of OpenCL, with what is in /etc/OpenCL/vendors now.
doctor_of_opencl() {
	say "$1"
	mkdir -p "$out/$1"
	timeout -k 5 200 "$lab_doctor" --role guest --mode native --device "$(first_display)" \
		--layer opencl --format csv -o "$out/$1/record.csv"
	echo $? >"$out/$1/csv.status"
}

guest() {
	must modprobe virtio_gpu
	must modprobe vgem
	must test -e /dev/dri/renderD129
	must vainfo_says "va_openDriver\(\) returns 18" iHD
	must vainfo_says "va_openDriver\(\) returns -1" i965
	doctor_with iHD
	doctor_with i965
	doctor_of_opencl no-icd
	echo libnowhere.so.1 >/etc/OpenCL/vendors/gone.icd
	doctor_of_opencl dangling
	echo libpocl.so.2 >/etc/OpenCL/vendors/gone.icd
	doctor_of_opencl pocl
	rm /etc/OpenCL/vendors/gone.icd
	doctor native
}

says_whose() {
	expect_verdict va-kmd-too-old-or-wrong-node fail 0000:00:05.0
	expect_evidence va-kmd-too-old-or-wrong-node "renderD128 is of virtio_gpu"
	expect_fact vaapi.kernel_driver node/renderD128 virtio_gpu
	expect_fact vaapi.initialize node/renderD128 "$1"
	expect_exit 1
}

verify() {
	says_whose "2 .*"
	expect_fact vaapi.kernel_driver node/renderD129 vgem
	result=$result/iHD says_whose "18 .*"
	result=$result/iHD expect_evidence va-kmd-too-old-or-wrong-node "iHD was asked for"
	result=$result/i965 says_whose "-1 .*"
	result=$result/i965 expect_evidence va-kmd-too-old-or-wrong-node "i965 was asked for"
	result=$result/no-icd expect_verdict ocl-no-platform note
	result=$result/dangling expect_verdict ocl-no-platform fail
	result=$result/dangling expect_evidence ocl-no-platform libnowhere
	result=$result/pocl expect_verdict pocl-only-cpu fail
}
