# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="Unprivileged LXC containers share a render node: with the right gid, a wrong one, no right, no owner"
TOOLS=(lxc-start newuidmap)

config=/etc/pve/lxc
node=/dev/dri/renderD128
drm_number=

groups_of_container() { printf '%s\n' root:x:0: video:x:44: ssl-cert:x:104: render:x:106: nogroup:x:65534:; }

# pve_config ID LINE...: what a person would have written on Proxmox.
pve_config() {
	local id=$1
	shift
	printf '%s\n' 'arch: amd64' 'ostype: debian' 'unprivileged: 1' "rootfs: /ct/$id" "$@" \
		>"$config/$id.conf"
}

idmap="lxc.idmap: u 0 100000 65536
lxc.idmap: g 0 100000 106
lxc.idmap: g 106 104 1
lxc.idmap: g 107 100107 65429"
mount_entry="lxc.mount.entry: $node dev/dri/renderD128 none bind,create=file"

prepare() {
	mkdir -p "$config" /ct
	printf '%s\n' root:x:0: video:x:44: render:x:104: nogroup:x:65534: >/etc/group
	echo root:100000:65536 >/etc/subuid
	printf '%s\n' root:100000:65536 root:104:1 >/etc/subgid
	pve_config 101 "dev0: $node,gid=106"
	pve_config 102 "dev0: $node,gid=104"
	pve_config 103 "$idmap" "$mount_entry" "lxc.cgroup2.devices.allow: c 226:0 rwm"
	pve_config 104 "$mount_entry" "lxc.cgroup2.devices.allow: c 226:128 rwm"
}

# A root with a group file of its own, and the machine's programs.
make_root() {
	local root=/ct/$1 dir
	mkdir -p "$root"/{etc,proc,sys,dev,run,tmp,usr,root}
	for dir in bin sbin lib lib64; do
		[ ! -e "/$dir" ] || ln -s "usr/$dir" "$root/$dir"
	done
	groups_of_container >"$root/etc/group"
	echo root:x:0:0::/root:/bin/sh >"$root/etc/passwd"
	mkdir -p "$root$(dirname "$lab_doctor")"
	: >"$root$lab_doctor"
	chown -R 100000:100000 "$root"
}

# What Proxmox makes of dev0: a node with ids of the container, and the right to it.
made_node() {
	local made=/ct/made-$1
	mknod "$made" c 226 128
	chown "100000:$((100000 + $2))" "$made"
	chmod 0660 "$made"
	echo "lxc.mount.entry = $made dev/dri/renderD128 none bind,create=file"
	echo "lxc.cgroup2.devices.allow = c 226:128 rwm"
}

usual_map() { printf '%s\n' 'lxc.idmap = u 0 100000 65536' 'lxc.idmap = g 0 100000 65536'; }

# lxc_config ID: what Proxmox hands to LXC.
lxc_config() {
	local id=$1 gid
	cat <<-CONFIG
	lxc.uts.name = CT$id
	lxc.rootfs.path = dir:/ct/$id
	lxc.mount.auto = proc:mixed sys:ro
	lxc.mount.entry = /usr usr none bind,ro
	lxc.mount.entry = $lab_doctor ${lab_doctor#/} none bind,ro
	lxc.mount.entry = tmpfs dev/dri tmpfs create=dir,size=64k,mode=755
	lxc.init.cmd = /bin/sleep 1000
	lxc.net.0.type = empty
	lxc.apparmor.profile = unconfined
	lxc.cgroup.dir.container = lxc/$id
	lxc.cgroup.dir.container.inner = ns
	lxc.cgroup.dir.monitor = lxc.monitor/$id
	lxc.cgroup2.devices.deny = a
	lxc.cgroup2.devices.allow = c 1:* rwm
	lxc.cgroup2.devices.allow = c 5:* rwm
	lxc.cgroup2.devices.allow = c 136:* rwm
	CONFIG
	gid=$(sed -n 's/^dev0: .*gid=//p' "$config/$id.conf")
	[ -z "$gid" ] || made_node "$id" "$gid"
	grep -q '^lxc.idmap' "$config/$id.conf" || usual_map
	sed -n 's/^\(lxc\.[a-z0-9.]*\): /\1 = /p' "$config/$id.conf"
}

start() {
	say "container $1"
	mkdir -p "/var/lib/lxc/$1"
	make_root "$1"
	lxc_config "$1" >"/var/lib/lxc/$1/config"
	timeout 60 lxc-start -n "$1" -o "$out/lxc-$1.log" -l INFO
}

# As a program of the container: an unprivileged user in its group render.
opens() { lxc-attach -n "$1" -u 1000 -g 106 -- /bin/bash -c "exec 3<$node"; }

inside() {
	say "doctor: inside $1"
	mkdir -p "$out/$1"
	lxc-attach -n "$1" -- "$lab_doctor" --role container --mode container --format csv \
		>"$out/$1/record.csv" 2>"$out/$1/csv.err"
	echo $? >"$out/$1/csv.status"
}

# No GPU is named: the node is of a device that the kernel makes up.
examine() {
	set -- --role host --mode container
	echo "$*" >"$out/args"
	doctor_once csv -o "$out/record.csv" --format csv "$@"
	doctor_once text --format text "$@"
	doctor_once html -o "$out/report.html" --format html "$@"
	doctor_once plan --plan "$@"
	doctor_once capture --capture "$out/lab.machine" --no-redact "$@"
}

guest() {
	local id
	must modprobe vgem
	must test -c "$node"
	chgrp 104 "$node"
	chmod 0660 "$node"
	must mount -t cgroup2 none /sys/fs/cgroup
	for id in 101 102 103 104; do
		must start "$id"
	done
	must opens 101
	must fails_with "Permission denied" opens 102
	must fails_with "Operation not permitted" opens 103
	must fails_with "Permission denied" opens 104
	for id in 101 102 103 104; do
		inside "$id"
	done
	examine
	for id in 101 102 103 104; do
		lxc-stop -k -n "$id"
	done
}

verify() {
	expect_verdict lxc-gid-from-host pass ct/101
	expect_verdict lxc-nobody pass ct/101
	expect_verdict lxc-wrong-minor pass ct/101
	expect_fact ct.render-gid ct/101 106
	expect_verdict lxc-gid-from-host warn ct/102
	expect_evidence lxc-gid-from-host ssl-cert
	expect_verdict lxc-wrong-minor fail ct/103
	expect_evidence lxc-wrong-minor 226:128
	expect_verdict lxc-idmap-incomplete pass ct/103
	expect_verdict lxc-nobody fail ct/104
	expect_verdict lxc-wrong-minor pass ct/104
	expect_exit 1
	result=$result/101 expect_verdict lxc-nobody pass
	result=$result/102 expect_verdict lxc-nobody pass
	result=$result/103 expect_verdict lxc-nobody pass
	result=$result/104 expect_verdict lxc-nobody fail "$node"
	result=$result/104 expect_fact drm.group node/renderD128 'nogroup'
}
