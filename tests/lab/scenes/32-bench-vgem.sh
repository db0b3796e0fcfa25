# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
TITLE="A benchmark on a real render node: valid, with wrong pixels, the node gone, by llvmpipe, without a right"
DEVICES=(VGA,addr=3)
LIMIT=1200
TOOLS=(pgrep setpriv)
FILES=(tests/va-driver/gpupass_drv_video.so bench/gpupass-bench bench/work/gpupass-work-transcode
	bench/work/gpupass-work-render)

node=/dev/dri/renderD128
small=(--device renderD128 --workload transcode --codec h264 --size 128x72 --preset veryfast
	--runs 1 --seconds 2 --warmup 0.5 --patience 200)

# bench NAME: a record of its own, and what was said. The console hears that it goes on.
bench() {
	local pid
	mkdir -p "$out/$1"
	timeout -k 5 400 "$lab_build/bench/gpupass-bench" run "${small[@]}" --format csv \
		-o "$out/$1/record.csv" >"$out/$1/out" 2>"$out/$1/err" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		say "bench: $1"
		[ "$1" != gone ] || remove_node "$pid"
		sleep 10
	done
	wait "$pid"
	echo $? >"$out/$1/csv.status"
}

# While the first transcode on it is under way: the second finds nothing.
remove_node() {
	[ -e "$node" ] || return
	while kill -0 "$1" 2>/dev/null; do
		! pgrep -f "device=$node.*experiment=" >/dev/null || { rm "$node"; return; }
		sleep 0.2
	done
}

render() {
	say "render"
	echo go | timeout -k 5 200 "$lab_build/bench/work/gpupass-work-render" "device=$node" \
		scene=fill size=64x64 seconds=0.5 warmup=0.1 >"$out/render" 2>&1
}

bench_as_nobody() {
	say "bench: nobody"
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$lab_build/bench/gpupass-bench" run "${small[@]}" >"$out/nobody" 2>&1
	echo $? >"$out/nobody.status"
}

guest() {
	export LIBVA_DRIVER_NAME=gpupass LIBVA_DRIVERS_PATH=$lab_build/tests/va-driver
	must modprobe vgem
	must test -c "$node"
	chmod 0600 "$node"
	bench_as_nobody
	render
	bench valid
	GPUPASS_TEST_VA=wrong-pixels bench wrong
	bench gone
	doctor native
}

# expect_run ID SUBJECT VERDICT REGEX: a sample says so, with this text.
expect_run() {
	local got
	find_row run 'id ~ want && subject == s && verdict == v && text ~ re' \
		-v want="^$1\$" -v s="$2" -v v="$3" -v re="$4" >/dev/null && return
	got=$(find_row run 'subject == s' -v s="$2" | say_row)
	miss "$1 of $2 should be $3 ($4), is: ${got:-not in the record}"
}

expect_said() {
	grep -qE -- "$2" "$result/$1" || miss "$1 should say /$2/: $(tail -n 1 "$result/$1")"
}

of() {
	local name=$1
	shift
	result=$result/$name "$@"
}

# Whether real time is kept is up to the machine that emulates all this.
verify() {
	of valid expect_run transcode.h264-72p.fps node/renderD128 valid '^$'
	of valid expect_run transcode.h264-72p.fps cpu valid '^$'
	of valid expect_fact bench.vendor node/renderD128 'gpupass test driver.*'
	of valid expect_fact bench.driver node/renderD128 'vgem.*'
	of valid expect_fact bench.check node/renderD128 'pixels .*'
	of wrong expect_exit 1
	of wrong expect_run transcode.h264-72p.fps node/renderD128 invalid 'not those of the clip'
	of wrong expect_run transcode.h264-72p.fps cpu valid '^$'
	of gone expect_exit 1
	of gone expect_run 'transcode.h264-72p.*failed' node/renderD128 invalid 'renderD128'
	of gone expect_run transcode.h264-72p.fps cpu valid '^$'
	expect_said gone/err 'on node/renderD128, run 1: failed: .*renderD128'
	expect_said render '^invalid .*llvmpipe'
	expect_said nobody 'renderD128: Permission denied'
	[ "$(cat "$result/nobody.status")" = 2 ] || miss "without a right: not 2"
}
