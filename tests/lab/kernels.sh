# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
# The kernels that the lab boots, the initramfs that it makes for each, and modules that it builds.

# Images that can be read and whose modules are installed, newest first.
installed_kernels() {
	local image
	printf '%s\n' /boot/vmlinuz-* | sort -rV | while read -r image; do
		is_bootable "$image" && echo "$image"
	done
}

is_bootable() { [ -r "$1" ] && [ -d "/lib/modules/${1##*/vmlinuz-}/kernel" ]; }

# The newest of each series, such as 6.1 and 6.12.
kernel_series() { installed_kernels | awk '{
	split(substr($0, match($0, /vmlinuz-/) + 8), part, /[^0-9]+/)
	if (!seen[part[1], part[2]]++)
		print
}'; }

# find_kernels WHICH: newest, ends (the newest and the oldest) or all; LAB_KERNEL goes first. Sets
# kernels, or why_not.
find_kernels() {
	case ${LAB_KERNEL-} in
	*/*) kernels=("$LAB_KERNEL") ;;
	?*) kernels=("/boot/vmlinuz-$LAB_KERNEL") ;;
	*) mapfile -t kernels < <(kernel_series | case $1 in
		all) cat ;;
		ends) sed -n '1p; 1!{$p}' ;;
		*) head -n 1 ;;
		esac) ;;
	esac
	[ ${#kernels[@]} -gt 0 ] && is_bootable "${kernels[0]}" && return
	why_not="no readable kernel image with its modules in /lib/modules (package linux-image-amd64)"
	return 1
}

# In load order, with what each needs; empty where all of it is built in.
needed_modules() {
	local module
	for module in virtio_pci 9pnet_virtio 9p overlay; do
		modprobe -S "$version" --show-depends "$module" || return
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

unpacked() {
	case $1 in
	*.zst) zstd -dcq "$1" ;;
	*.xz) xz -dc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

# make_initrd: sets initrd, made once for a kernel and for this version of init.
make_initrd() {
	local tree module name modules
	initrd=$build/lab/initrd-$version-$(cksum <"$here/init" | cut -d' ' -f1).gz
	[ ! -s "$initrd" ] || return 0
	modules=$(needed_modules) || { why_not="modprobe cannot find the 9p modules"; return 1; }
	rm -f "$build/lab/initrd-$version"-*
	tree=$(mktemp -d) || return
	mkdir -p "$tree"/{bin,modules,proc,sys,dev,host,rw,new}
	cp "$(command -v busybox)" "$tree/bin/busybox"
	install -m 755 "$here/init" "$tree/init"
	: >"$tree/modules.list"
	for module in $modules; do
		name=$(basename "${module%.ko*}").ko
		unpacked "$module" >"$tree/modules/$name" || {
			why_not="cannot unpack $module (packages xz-utils, zstd)"
			rm -rf "$tree"
			return 1
		}
		echo "$name" >>"$tree/modules.list"
	done
	(cd "$tree" && find . | cpio -oH newc --quiet | gzip -1) >"$initrd.$$" &&
		mv "$initrd.$$" "$initrd"
	rm -rf "$tree"
	[ -s "$initrd" ] || { why_not="cannot make an initramfs"; return 1; }
}

# The kernel's source, for its samples: 6.12 of 6.12.117+deb12-amd64.
source_archive() {
	local series
	series=$(sed -E 's/^([0-9]+\.[0-9]+).*/\1/' <<<"$version")
	find /usr/src -maxdepth 1 -name "linux-source-$series.tar.*" 2>/dev/null | head -n 1
}

# make_sample DIRECTORY NAME: a module out of the kernel's samples, unsigned, made once for a kernel.
# Sets lacking where it cannot be made.
make_sample() {
	local archive sample=$build/lab/samples/$version/$2.ko
	[ ! -s "$sample" ] || return 0
	archive=$(source_archive)
	if [ -z "$archive" ]; then
		lacking="the kernel's sample $2 (package linux-source of this kernel)"
	elif [ ! -e "/lib/modules/$version/build/Makefile" ]; then
		lacking="headers of the kernel (package linux-headers-$version)"
	elif ! build_sample "$archive" "$1" "$2" >"$build/lab/sample-$2.log" 2>&1; then
		lacking="a sample $2 that builds (see $build/lab/sample-$2.log)"
	fi
}

build_sample() {
	local work
	work=$(mktemp -d) || return
	tar -xf "$1" -C "$work" --strip-components=3 --wildcards "*/samples/$2/$3*" &&
		echo "obj-m := $3.o" >"$work/Kbuild" &&
		make -C "/lib/modules/$version/build" "M=$work" modules &&
		mkdir -p "$(dirname "$sample")" && cp "$work/$3.ko" "$sample.$$" &&
		mv "$sample.$$" "$sample"
	rm -rf "$work"
	[ -s "$sample" ]
}
