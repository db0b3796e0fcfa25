#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What gpupass-work-compute and clpeak measure of PoCL, by turns, as ratios.

usage: time-compute.py WORK-COMPUTE [ROUNDS]

Shown are the medians of ROUNDS (3), the median of the ratio within a round, and why the two differ
where they do by design. Nothing here fails for being slow; a ratio beyond 1:10 is marked.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path
from statistics import median

POCL = Path("/etc/OpenCL/vendors/pocl.icd")
FAR = 10

# test, metric, option of clpeak, its group of results, those of them that count (all: the best), why they differ
PAIRS = (
    ("global", "bandwidth", "--global-bandwidth", "global_memory_bandwidth", None,
     "clpeak reads only, with the best of several vectors; here two reads and a write are counted"),
    ("fma", "flops", "--compute-sp", "single_precision_compute", None,
     "clpeak has two chains, which wait for one another; here ten are at work"),
    ("host-to-device", "bandwidth", "--transfer-bandwidth", "transfer_bandwidth",
     "enqueuewritebuffer_nonblocking", "clpeak copies from pageable memory into pinned; here it is the other way round"),
    ("device-to-host", "bandwidth", None, "transfer_bandwidth", "enqueuereadbuffer_nonblocking",
     "clpeak copies from pinned memory into pageable; here it is the other way round"),
    ("map", "touched", None, "transfer_bandwidth", "memcpy_to_mapped_ptr",
     "clpeak times memcpy() alone; here words are changed in place, and mapping is part of it"),
    ("launch", "launch", "--kernel-latency", "kernel_launch_latency", None,
     "clpeak averages event times of a kernel that fills the device; here it is the median of an empty one"),
)


def environment(scratch):
    (scratch / "vendors").mkdir()
    shutil.copy(POCL, scratch / "vendors")
    return {**os.environ, "LC_ALL": "C", "OCL_ICD_VENDORS": str(scratch / "vendors"),
            "POCL_CACHE_DIR": str(scratch / "cache"), "HOME": str(scratch)}


class Bench:
    def __init__(self, program, scratch):
        self.program, self.scratch, self.environment = program, scratch, environment(scratch)
        self.dumped = {}

    def ours(self, test, metric):
        done = subprocess.run([self.program, "device=cpu", f"test={test}", "seconds=2", "warmup=0.5"], input=b"go\n",
                              env=self.environment, capture_output=True, check=True)
        lines = [line.split() for line in done.stdout.decode().splitlines()]
        bad = [" ".join(line) for line in lines if line[0] in ("failed", "invalid")]
        if bad:
            sys.exit(f"{test}: {bad[0]}")
        return next(float(line[2]) for line in lines if line[:2] == ["metric", metric])

    def theirs(self, option, group, name):
        if option:
            dump = self.scratch / "clpeak.xml"
            subprocess.run(["clpeak", "-p", "0", "-d", "0", option, "--enable-xml-dump", "--xml-file", str(dump)],
                           env=self.environment, capture_output=True, check=True)
            self.dumped = xml.parse(dump).getroot()
        found = self.dumped.find(f".//{group}")
        if len(found) == 0:
            return float(found.text)
        return max(float(result.text) for result in found if name in (None, result.tag))


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    if not shutil.which("clpeak") or not POCL.exists():
        print("skip: it needs clpeak and PoCL (pocl-opencl-icd)")
        return 77
    rounds = int(sys.argv[2]) if len(sys.argv) == 3 else 3
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(os.path.abspath(sys.argv[1]), Path(directory))
        taken = {pair[0]: [] for pair in PAIRS}
        for _ in range(rounds):
            for test, metric, option, group, name, _ in PAIRS:
                taken[test].append((bench.ours(test, metric), bench.theirs(option, group, name)))
    print(f"{'':<16} {'ours':>10} {'clpeak':>10} {'ratio':>7}")
    for test, *_, why in PAIRS:
        ratio = median(ours / theirs for ours, theirs in taken[test])
        our, their = (median(pair[i] for pair in taken[test]) for i in (0, 1))
        print(f"{test:<16} {our:10.1f} {their:10.1f} {ratio:7.2f}  "
              f"{'' if 1 / FAR < ratio < FAR else 'FAR APART: '}{why}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
