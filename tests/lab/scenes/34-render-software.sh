# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="Rendering on nodes whose drivers cannot: what the processor draws is called invalid"
DEVICES=(virtio-gpu-pci,addr=2)
FILES=(bench/work/gpupass-work-render)

# draw DEVICE NAME [COMMAND...]: a small scene, into a file of its own, run by a command.
draw() {
	say "$1 $2"
	echo go | "${@:3}" timeout -k 5 120 "$lab_build/bench/work/gpupass-work-render" device="$1" \
		scene=fill size=64x36 seconds=0.2 warmup=0 >"$out/$2.said" 2>"$out/$2.errors"
	echo "status $?" >>"$out/$2.said"
}

guest() {
	must modprobe vgem
	must modprobe virtio_gpu
	must test -c /dev/dri/renderD128
	must test -c /dev/dri/renderD129
	mknod /dev/dri/renderD130 c 226 130
	draw cpu cpu
	draw /dev/dri/renderD128 vgem
	draw /dev/dri/renderD129 virtio
	draw /dev/dri/renderD130 gone
	draw /dev/dri/card0 card
	chgrp video /dev/dri/renderD129
	chmod 0660 /dev/dri/renderD129
	draw /dev/dri/renderD129 denied setpriv --reuid 65534 --regid 65534 --clear-groups
	doctor native
}

# said NAME PATTERN
said() { grep -qE -- "^$2" "$result/$1.said" || miss "$1 should say $2, says: $(tr '\n' ';' <"$result/$1.said")"; }
never_said() { ! grep -qE -- "^$2" "$result/$1.said" || miss "$1 should not say $2"; }

verify() {
	local name
	for name in cpu vgem virtio gone card denied; do
		said "$name" 'status 0$'
	done
	said cpu 'about software yes'
	said cpu 'metric fps'
	never_said cpu 'invalid|failed'
	for name in vgem virtio; do
		said "$name" '(invalid .*renders on the processor|failed )'
	done
	said gone 'failed .*renderD130'
	said denied 'failed .*by members of group video'
	said card 'failed .*is no render node'
}
