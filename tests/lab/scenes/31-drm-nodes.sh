# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
TITLE="Nodes of three drivers: a group that is not render, one open to all, then a file for a node"
DEVICES=(virtio-gpu-pci,addr=2 VGA,addr=3)
DRIVERS=yes

# vgem, which is no GPU, takes the first numbers; there is no udev that would set groups.
make_nodes() {
	must modprobe vgem
	must modprobe virtio_gpu
	must modprobe bochs
	must test -c /dev/dri/renderD128
	must test -c /dev/dri/renderD129
	must test -c /dev/dri/card2
	must test ! -e /dev/dri/renderD130
	chgrp video /dev/dri/card*
	chmod 0660 /dev/dri/card* /dev/dri/renderD*
}

guest() {
	make_nodes
	if [ "$lab_boot" = first ]; then
		chgrp mail /dev/dri/renderD129
		chmod 0666 /dev/dri/card1
	else
		rm /dev/dri/renderD129
		touch /dev/dri/renderD129
	fi
	doctor native
}

verify() {
	expect_fact drm.driver node/renderD128 vgem
	expect_fact drm.driver node/renderD129 virtio_gpu
	expect_fact drm.driver node/card2 'bochs.*'
	expect_fact drm.address node/renderD129 0000:00:02.0
	expect_fact drm.address node/card1 0000:00:02.0
	expect_fact drm.address node/card2 0000:00:03.0
	expect_fact drm.number node/renderD129 226:129
	expect_fact drm.mode node/card1 0666
	expect_fact drm.group node/renderD129 mail
	expect_fact drm.open node/renderD129 ok
	expect_fact drm.version node/renderD129 'virtio_gpu .*'
	expect_fact drm.bus node/renderD129 'pci 0000:00:02.0 1af4:1050'
	expect_fact drm.version node/renderD128 'vgem .*'
	expect_verdict dri-node-missing pass 0000:00:02.0
	expect_verdict render-node-not-chardev pass node/renderD129
	expect_verdict render-node-wrong-group fail node/renderD129
	expect_verdict world-writable-dri warn node/card1
	expect_cause 1 render-node-wrong-group
	expect_exit 1
	boot_again "$base_append" || return
	expect_verdict render-node-not-chardev fail node/renderD129
	expect_fact drm.node node/renderD129 "no device"
	expect_fact drm.address node/renderD129 0000:00:02.0
	expect_cause 1 render-node-not-chardev
	expect_exit 1
}
