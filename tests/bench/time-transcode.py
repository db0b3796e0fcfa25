#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What our own harness costs: the same transcode by gpupass-work-transcode and by ffmpeg.

usage: time-transcode.py WORKER DRIVER.so [PAIRS [SECONDS]]

Both decode, scale and encode the same clip with the same libraries and settings, over and over, and
throw the result away. Neither's start counts: frames per second are those between two marks, of
ours the window that it says, of ffmpeg's two of its progress reports, which are stamped as they
come; the marks lie whole loops of the clip apart, as frames of one loop differ. Who comes first is
drawn for each pair. On a machine that is busy with other things, frames for each second of the
processor's time tell more than frames for each second that passes.

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
from dataclasses import dataclass, field
from pathlib import Path

import paired

BAND = 0.02
FRAMES = 120
SEED = 20
WARMUP = 1.0
SKIPPED = 77


@dataclass
class Case:
    title: str
    size: str
    output: str
    is_blank: bool  # a gray clip: what is in it does not matter
    loops: int  # of it, that last longer than a run
    device: str
    switches: list  # of ours; the others are ffmpeg's
    decode: list
    scale: str
    encode: list
    environment: dict = field(default_factory=dict)


def cases(threads, seconds):
    x11 = {"GPUPASS_TEST_VA": "constant-cost"}
    va = ["-init_hw_device", "vaapi=va:,connection_type=x11", "-filter_hw_device", "va", "-hwaccel",
          "vaapi", "-hwaccel_device", "va", "-hwaccel_output_format", "vaapi", "-threads", "1",
          "-extra_hw_frames", "12"]
    same = ["-bf", "0", "-g", str(FRAMES)]
    longest = seconds + 2 * WARMUP
    return [
        Case("processor, 720p to 360p", "1280x720", "640x360", False,
             int(longest * 200 * threads / FRAMES), "cpu",
             ["preset=veryfast", f"threads={threads}"],
             ["-threads", str(threads), "-filter_threads", str(threads)],
             "scale=w={0}:h={1}:flags=bilinear,format=yuv420p",
             ["-c:v", "libx264", "-preset", "veryfast", "-qp", "26", "-sc_threshold", "0",
              "-threads", str(threads), *same]),
        Case("test driver, no work", "640x360", "320x180", True, int(longest * 150000 / FRAMES),
             "x11", ["check=no", "depth=4"], va, "scale_vaapi=w={0}:h={1}:format=nv12",
             ["-c:v", "h264_vaapi", "-rc_mode", "CQP", "-qp", "26", "-low_power", "0",
              "-async_depth", "4", "-profile:v", "high", *same], x11),
    ]


def fail(what, said):
    sys.exit(f"{what}\n{said}")


def ours(worker, case, clip, seconds):
    """Frames per second in the window of one run, and per second of the processor's time."""
    order = [worker, f"device={case.device}", f"clip={clip}", "codec=h264", f"size={case.output}",
             "experiment=throughput", f"seconds={seconds}", f"warmup={WARMUP}", *case.switches]
    done = subprocess.run(order, input="go\n", capture_output=True, text=True, check=False,
                          env={**os.environ, **case.environment}, timeout=120)
    fps, cpu = (re.search(rf"^metric {name} (\S+) \S+$", done.stdout, re.M)
                for name in ("fps", "cpu"))
    if done.returncode or not fps or not cpu or re.search("^(failed|invalid)", done.stdout, re.M):
        fail(" ".join(map(str, order)), done.stdout + done.stderr)
    return float(fps.group(1)), 1000 / float(cpu.group(1))


def cpu_seconds(pid):
    """Of all its threads, in ticks of 10 ms: proc_pid_stat(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def reports(command, environment, seconds):
    """When ffmpeg said that it had so many frames: (seconds, frames, seconds of the processor)."""
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    said, end = [], None
    for line in program.stdout:
        if not line.startswith("frame="):
            continue
        now, frames = time.monotonic(), int(line[6:])
        if frames > 0:
            said.append((now, frames, cpu_seconds(program.pid)))
            end = end or now + WARMUP + seconds
        if end and now >= end:
            break
    program.terminate()
    errors = program.communicate()[1]
    if not said or said[-1][0] < end:
        fail(" ".join(command), errors or "the clip ended too early")
    return said


def theirs(case, clip, seconds):
    """The same of ffmpeg's."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-nostats", "-stats_period", "0.02",
               "-progress", "pipe:1", *case.decode, "-i", clip, "-an", "-vf",
               case.scale.format(*case.output.split("x")), *case.encode, "-f", "null", "-"]
    said = reports(command, case.environment, seconds)
    began, before, cpu_before = next(report for report in said if report[0] >= said[0][0] + WARMUP)
    # Whole loops, as near as reports come to them, out of the last quarter.
    late = [report for report in said if report[0] >= began + 0.75 * (said[-1][0] - began)]
    ended, after, cpu_after = min(late, key=lambda report: abs(
        (report[1] - before + FRAMES / 2) % FRAMES - FRAMES / 2))
    return (after - before) / (ended - began), (after - before) / (cpu_after - cpu_before)


def make_clips(worker, case, directory):
    """The clip, and many of it in a row: ffmpeg 5.1 does not go on with VA-API where one restarts."""
    clip, row = f"{directory}/{case.size}.mkv", f"{directory}/{case.size}-row.mkv"
    command = [worker, f"make-clip={clip}", "codec=h264", f"size={case.size}", f"frames={FRAMES}"]
    if case.is_blank:
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"color=gray:size={case.size}",
                   "-frames:v", str(FRAMES), "-c:v", "libx264", "-bf", "0", "-g", "60", clip]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", str(case.loops), "-i", clip, "-c",
                    "copy", row], check=True)
    return clip, row


def main(worker, driver, pairs=10, seconds=4):
    missing = [program for program in ("ffmpeg", "Xvfb") if not shutil.which(program)]
    if missing:
        print(f"skipped: no program {missing[0]}")
        return SKIPPED
    os.environ.update(LIBVA_DRIVER_NAME="gpupass", LIBVA_MESSAGING_LEVEL="0",
                      LIBVA_DRIVERS_PATH=str(Path(driver).resolve().parent))
    pairs, seconds = int(pairs), float(seconds)
    screen = paired.start_screen()
    try:
        with tempfile.TemporaryDirectory(prefix="gpupass-bench-") as directory:
            for case in cases(len(os.sched_getaffinity(0)), seconds):
                clip, row = make_clips(worker, case, directory)
                measured = paired.measure(lambda: ours(worker, case, clip, seconds),
                                          lambda: theirs(case, row, seconds), pairs, SEED)
                for i, unit in enumerate(("frames/s", "frames/s of the processor's time")):
                    paired.say(case.title, [(a[i], b[i]) for a, b in measured], unit, BAND)
    finally:
        screen.terminate()
        screen.wait()
    return 0


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
