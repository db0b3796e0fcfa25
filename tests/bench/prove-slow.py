#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a comparison sees what is there: a driver that is slower by 3 %, and one by 0.3 %.

usage: prove-slow.py GPUPASS-BENCH DRIVER.so [PAIRS [SECONDS]]

The test driver does real work, and sleeps for so much of the time that it took. Of 3 % the verdict
has to be "worse", with an interval that covers 1 / 1.03; of 0.3 %, which lies inside the band of
1 %, it must not be. The same driver twice must be neither better nor worse. The machine has to be
idle: where it is not, intervals are wide and the verdict is "inconclusive", which is right, and
proves nothing; this says so.
"""
import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import paired

ID = "transcode.h264-180p.fps"
SKIPPED = 77


def compare(bench, percent, pairs, seconds, record):
    """The verdict on frames per second, and the interval."""
    slowed = f"GPUPASS_TEST_VA=slow={percent} x11" if percent else "x11"
    order = [bench, "compare", "--interleave", "x11", slowed, "--workload", "transcode", "--codec",
             "h264", "--size", "320x180", "--pairs", str(pairs), "--seconds", str(seconds),
             "--warmup", "0.3", "--quiet", "--format", "csv", "-o", record]
    done = subprocess.run(order, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{order}\n{done.stderr}")
    said = subprocess.run([bench, "compare", record, "--format", "csv"], capture_output=True,
                          text=True, check=False).stdout
    for row in csv.DictReader(io.StringIO(said)):
        if row["kind"] == "stat" and row["id"] == ID and row["verdict"]:
            low, high = re.search(r"interval (\S+) to ([0-9.]+)", row["text"]).groups()
            return row["verdict"], float(row["value"]), float(low), float(high)
    sys.exit(f"no verdict on {ID}\n{said}{done.stderr}")


def main(bench, driver, pairs=20, seconds=2):
    if not shutil.which("Xvfb"):
        print("skipped: no program Xvfb")
        return SKIPPED
    os.environ.update(LIBVA_DRIVER_NAME="gpupass", LIBVA_MESSAGING_LEVEL="0",
                      LIBVA_DRIVERS_PATH=str(Path(driver).resolve().parent))
    os.environ.pop("GPUPASS_TEST_VA", None)
    screen, failed = paired.start_screen(), 0
    try:
        with tempfile.TemporaryDirectory(prefix="gpupass-bench-") as directory:
            for percent in (3, 0.3, 0):
                started = time.monotonic()
                verdict, ratio, low, high = compare(bench, percent, int(pairs), seconds,
                                                    f"{directory}/{percent}.csv")
                expected = 1 / (1 + percent / 100)
                held = verdict == "worse" and low <= expected <= high if percent == 3 else \
                    verdict != "worse" and (percent or verdict != "better")
                failed += not held
                print(f"slower by {percent} %: {verdict}, {ratio:.4f} [{low:.4f} to {high:.4f}], "
                      f"expected {expected:.4f}: {'held' if held else 'NOT HELD'} "
                      f"({time.monotonic() - started:.0f} s)", flush=True)
    finally:
        screen.terminate()
        screen.wait()
    load = os.getloadavg()[1]
    if failed and load > 1.5:
        print(f"the machine was busy with other things: a load of {load:.1f}")
    return failed


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
