#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What our own harness costs: the same transcode by gpupass-work-transcode and by ffmpeg.

usage: time-transcode.py WORKER DRIVER.so [PAIRS [SECONDS]]

Both decode, scale and encode the same clip with the same libraries and settings, over and over, and
throw the result away. Neither's start counts: frames per second are those between two marks, of
ours the window that it says, of ffmpeg's two of its progress reports, which are stamped as they
come; the marks lie whole loops of the clip apart, as frames of one loop differ. Who comes first is
drawn for each pair.

On the processor (libx264) nearly all of the time is the codec's: this is what a user would see.
With the test driver's constant-cost no pixel is touched, and what is left is what each of the two
programs spends on handing frames on. That is thousands of frames a second, far more than any GPU's,
so that even there a ratio below one is the worst case of a cost that vanishes beside real work.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import paired

BAND = 0.02
FRAMES = 120
SEED = 20
WARMUP = 1.0
SKIPPED = 77


class Case:
    def __init__(self, title, size, output, switches, device, environment, decode, scale, encode):
        self.title, self.size, self.output = title, size, output
        self.switches, self.device, self.environment = switches, device, environment
        self.decode, self.scale, self.encode = decode, scale, encode


def cases(threads):
    x11 = {"GPUPASS_TEST_VA": "constant-cost"}
    va = ["-init_hw_device", "vaapi=va:,connection_type=x11", "-filter_hw_device", "va", "-hwaccel",
          "vaapi", "-hwaccel_device", "va", "-hwaccel_output_format", "vaapi", "-threads", "1",
          "-extra_hw_frames", "12"]
    same = ["-bf", "0", "-g", str(FRAMES)]
    return [
        Case("processor, 720p to 360p", "1280x720", "640x360",
             ["preset=veryfast", f"threads={threads}"], "cpu", {},
             ["-threads", str(threads), "-filter_threads", str(threads)],
             "scale=w={0}:h={1}:flags=bilinear,format=yuv420p",
             ["-c:v", "libx264", "-preset", "veryfast", "-qp", "26", "-sc_threshold", "0",
              "-threads", str(threads), *same]),
        Case("test driver, no work", "640x360", "320x180", ["check=no", "depth=4"], "x11", x11, va,
             "scale_vaapi=w={0}:h={1}:format=nv12",
             ["-c:v", "h264_vaapi", "-rc_mode", "CQP", "-qp", "26", "-low_power", "0",
              "-async_depth", "4", "-profile:v", "high", *same]),
    ]


def fail(what, said):
    sys.exit(f"{what}\n{said}")


def ours(worker, case, clip, seconds):
    """Frames per second in the window of one run."""
    order = [worker, f"device={case.device}", f"clip={clip}", "codec=h264", f"size={case.output}",
             "experiment=throughput", f"seconds={seconds}", f"warmup={WARMUP}", *case.switches]
    done = subprocess.run(order, input="go\n", capture_output=True, text=True, check=False,
                          env={**os.environ, **case.environment}, timeout=120)
    found = re.search(r"^metric fps (\S+) frames/s$", done.stdout, re.M)
    if done.returncode or not found or re.search("^(failed|invalid)", done.stdout, re.M):
        fail(" ".join(map(str, order)), done.stdout + done.stderr)
    return float(found.group(1))


def reports(command, environment, seconds):
    """When ffmpeg said that it had so many frames: (seconds, frames)."""
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    said, end = [], None
    for line in program.stdout:
        if not line.startswith("frame="):
            continue
        now, frames = time.monotonic(), int(line[6:])
        if frames > 0:
            said.append((now, frames))
            end = end or now + WARMUP + seconds
        if end and now >= end:
            break
    program.terminate()
    errors = program.communicate()[1]
    if not said or said[-1][0] < end:
        fail(" ".join(command), errors)
    return said


def theirs(case, clip, seconds):
    """The same of ffmpeg's."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-nostats", "-stats_period", "0.02",
               "-progress", "pipe:1", *case.decode, "-stream_loop", "-1", "-i", clip, "-an", "-vf",
               case.scale.format(*case.output.split("x")), *case.encode, "-f", "null", "-"]
    said = reports(command, case.environment, seconds)
    began, before = next((at, n) for at, n in said if at >= said[0][0] + WARMUP)
    # Whole loops, as near as reports come to them, out of the last quarter.
    late = [(at, n) for at, n in said if at >= began + 0.75 * (said[-1][0] - began) and n > before]
    ended, after = min(late, key=lambda report: abs((report[1] - before + FRAMES / 2) % FRAMES
                                                    - FRAMES / 2))
    return (after - before) / (ended - began)


def make_clip(worker, size, path):
    done = subprocess.run([worker, f"make-clip={path}", "codec=h264", f"size={size}",
                           f"frames={FRAMES}"], capture_output=True, text=True, check=True)
    if not Path(path).exists():
        fail("no clip was made", done.stdout + done.stderr)


def start_screen():
    """An X server without a screen; the environment gets its number."""
    reading, writing = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "64x64x24",
                               "-nolisten", "tcp", "-noreset"], pass_fds=[writing],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        os.environ["DISPLAY"] = ":" + answer.readline().strip()
    return server


def main(worker, driver, pairs=10, seconds=4):
    missing = [program for program in ("ffmpeg", "Xvfb") if not shutil.which(program)]
    if missing:
        print(f"skipped: no program {missing[0]}")
        return SKIPPED
    os.environ.update(LIBVA_DRIVER_NAME="gpupass", LIBVA_MESSAGING_LEVEL="0",
                      LIBVA_DRIVERS_PATH=str(Path(driver).resolve().parent))
    pairs, seconds = int(pairs), float(seconds)
    screen = start_screen()
    print(f"{'frames/s, medians, and their ratio':<30} {'ours':>9} {'ffmpeg':>9}")
    try:
        with tempfile.TemporaryDirectory(prefix="gpupass-bench-") as directory:
            for case in cases(len(os.sched_getaffinity(0))):
                clip = f"{directory}/{case.size}.mkv"
                make_clip(worker, case.size, clip)
                measured = paired.measure(lambda: ours(worker, case, clip, seconds),
                                          lambda: theirs(case, clip, seconds), pairs, SEED)
                paired.say(case.title, measured, "frames/s", BAND)
    finally:
        screen.terminate()
        screen.wait()
    return 0


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
