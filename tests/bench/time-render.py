#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What our scenes get out of a renderer, beside what scenes of glmark2 get out of it.

usage: time-render.py WORKER [PAIRS [SECONDS]]

Both draw on the processor (llvmpipe), off-screen, at 1280x720. Their frames differ, so what is
compared is work for each second: samples of a texture, pixels that are filled, triangles. Ours and
theirs should be of the same order; what is known to part them is said beside.
"""
import os
import re
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import paired

SIZE = 1280, 720
PIXELS = SIZE[0] * SIZE[1]
MODEL = Path("/usr/share/glmark2/models/horse.3ds")
SEED = 20
WARMUP = 0.5
SKIPPED = 77


@dataclass
class Case:
    unit: str
    scene: str  # ours
    work: float  # in a frame of it, in millions
    benchmark: str  # theirs
    their_work: float
    why: str  # what they differ in


def faces(path):
    """How many triangles are in a 3DS file: its chunks 0x4120, within 0x4D4D, 0x3D3D, 0x4000, 0x4100."""
    data, found, at = path.read_bytes(), 0, 0
    while at + 6 <= len(data):
        kind, size = struct.unpack_from("<HI", data, at)
        at += 6
        if kind == 0x4120:
            found += struct.unpack_from("<H", data, at)[0]
        if kind == 0x4000:
            at = data.index(b"\0", at) + 1
        elif kind not in (0x4D4D, 0x3D3D, 0x4100):
            at += size - 6
    return found


def cases():
    million = PIXELS / 1e6
    return [
        Case("million bilinear samples/s", "texture", 8 * million, "effect2d:kernel=1,1;1,1;",
             4 * million, "ours are four trilinear samples a pixel, of a larger texture"),
        Case("million filled pixels/s", "fill", 16 * million, "effect2d:kernel=1;", million,
             "ours blends 16 layers in a frame, theirs copies a texture once"),
        Case("million triangles/s", "geometry", 0.294912, "build:use-vbo=true:model=horse",
             faces(MODEL) / 1e6, "ours cover all pixels, theirs are lit and few"),
    ]


def ours(worker, case, seconds):
    order = [worker, "device=cpu", f"scene={case.scene}", f"size={SIZE[0]}x{SIZE[1]}",
             f"seconds={seconds}", f"warmup={WARMUP}"]
    done = subprocess.run(order, input="go\n", capture_output=True, text=True, check=False,
                          timeout=120)
    fps = re.search(r"^metric fps (\S+) frames/s$", done.stdout, re.M)
    if done.returncode or not fps or re.search("^(failed|invalid)", done.stdout, re.M):
        sys.exit(f"{order}\n{done.stdout}{done.stderr}")
    return float(fps.group(1)) * case.work


def theirs(case, seconds):
    order = ["glmark2-es2", "--off-screen", "-s", f"{SIZE[0]}x{SIZE[1]}",
             "-b", f"{case.benchmark}:duration={seconds + WARMUP}"]
    done = subprocess.run(order, capture_output=True, text=True, check=False, timeout=120)
    fps = re.search(r"FPS: (\d+)", done.stdout)
    if done.returncode or not fps or "llvmpipe" not in done.stdout:
        sys.exit(f"{order}\n{done.stdout}{done.stderr}")
    frame = re.search(r"FrameTime: (\S+) ms", done.stdout)
    return 1000 / float(frame.group(1)) * case.their_work


def main(worker, pairs=6, seconds=2):
    missing = [program for program in ("glmark2-es2", "Xvfb") if not shutil.which(program)]
    if missing or not MODEL.exists():
        print(f"skipped: no {missing[0] if missing else MODEL}")
        return SKIPPED
    os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
    screen = paired.start_screen()
    try:
        for case in cases():
            measured = paired.measure(lambda: ours(worker, case, float(seconds)),
                                      lambda: theirs(case, float(seconds)), int(pairs), SEED)
            paired.say(f"{case.scene} and {case.benchmark}", measured, case.unit)
            print(f"  {case.why}", flush=True)
    finally:
        screen.terminate()
        screen.wait()
    return 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
