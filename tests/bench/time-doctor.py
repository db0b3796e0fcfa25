#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the doctor costs on a large host, as ratios to well-known programs on the same bytes.

usage: time-doctor.py DOCTOR MEASURE [ROUNDS]

Each pair runs by turns, ROUNDS times (15); shown are the medians of user and system time, of the
ratio within a pair, and the most memory that the doctor had. Against programs that a user would
start one after another, with drivers tried, it is the time that passes which counts. Nothing here
fails for being slow: the machine that runs it may be busy.
"""
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
PHRASES = HERE.parents[1] / "probes/log/phrases.c"
MEMORY = 32 << 10  # KiB, of file layers; what drivers take is theirs
IN_A_ROW = ("lspci -nnvv", "dmesg", "virt-host-validate", "vainfo", "clinfo")
CPU, MEMORY_USED, PASSED = range(3)  # of what a run cost
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


class Bench:
    def __init__(self, doctor, measure, rounds, scratch):
        self.doctor, self.measure, self.rounds = doctor, measure, rounds
        self.scratch = scratch

    def cost(self, command):
        """CPU time in microseconds, memory in KiB, time passed in microseconds."""
        # grep stops at its first match where its output is /dev/null.
        output = "/dev/null" if command[0] != "grep" else self.scratch
        started = time.monotonic()
        done = subprocess.run([self.measure, output, *map(str, command)], check=True,
                              env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
        passed = round((time.monotonic() - started) * 1e6)
        used, memory, status = map(int, done.stdout.split())
        if status not in (0, 1, 3):
            sys.exit(f"exit status {status}: {' '.join(map(str, command[:6]))}\n{done.stderr}")
        return used, memory, passed

    def examine(self, *args):
        return [self.doctor, "--format", "csv", *args]

    def pairs(self, ours, theirs):
        self.cost(ours), self.cost(theirs)
        return [(self.cost(ours), self.cost(theirs)) for _ in range(self.rounds)]

    def compare(self, what, ours, theirs, target):
        pairs = self.pairs(ours, theirs)
        show(what, pairs, CPU, target, median(ours[MEMORY_USED] for ours, _ in pairs) <= MEMORY)

    def compare_passed(self, what, ours, theirs, target):
        pairs = self.pairs(ours, theirs)
        show(f"{what}: time passed", pairs, PASSED, target)
        show(f"{what}: CPU time", pairs, CPU)


def show(what, pairs, figure, target=None, fits=True):
    our_time, their_time = (median(pair[i][figure] for pair in pairs) for i in (0, 1))
    ratio = median(ours[figure] / max(theirs[figure], 1) for ours, theirs in pairs)
    memory = median(ours[MEMORY_USED] for ours, _ in pairs) / 1024
    met = "" if target is None else "met" if ratio <= target and fits else "MISSED"
    print(f"{what:<42} {our_time / 1000:8.1f} {their_time / 1000:8.1f} {ratio:7.2f} "
          f"{target or '':6} {memory:8.1f}  {met}", flush=True)


def phrases():
    """The log phrases, as one extended regular expression."""
    rows = re.findall(r'\{GP_LOG_\w+,\s*"((?:[^"\\]|\\.)*)"\}', PHRASES.read_text())
    plain = [row.replace('\\"', '"').replace("\\\\", "\\") for row in rows]
    return "|".join(re.sub(r"([][\\.*^$+?(){}|])", r"\\\1", phrase) for phrase in plain)


def files_of(capture, tree):
    """The regular files whose content is in the capture, and the log."""
    with open(capture, encoding="utf-8") as lines:
        names = [line.split()[1] for line in lines if line.startswith("F ")]
    return [f"{tree}{name}" for name in names] + [f"{tree}/var/log/dmesg"]


def main(doctor, measure, rounds=15):
    with tempfile.TemporaryDirectory(prefix="gpupass-bench-") as directory:
        bench = Bench(doctor, measure, int(rounds), f"{directory}/output")
        tree, capture = f"{directory}/host", f"{directory}/host.machine"
        subprocess.run([HERE / "big-machine.py", tree], check=True)
        subprocess.run([doctor, "--root", tree, "--capture", capture], check=True)
        print(f"{'CPU time where not said otherwise, ms':<42} {'doctor':>8} {'other':>8} {'ratio':>7} {'target':>6} "
              f"{'peak MiB':>8}")
        bench.compare("tree, against cat of the same files", bench.examine("--root", tree),
                      ["cat", *files_of(capture, tree)], 2)
        bench.compare("capture, against grep -cE of the phrases",
                      bench.examine("--root", capture), ["grep", "-cE", phrases(), capture], 10)
        if shutil.which("lspci") and shutil.which("dmesg"):
            bench.compare("tree, against lspci -nnvv; dmesg of it", bench.examine("--root", tree),
                          ["sh", "-c", f"lspci -O sysfs.path={tree}/sys/bus/pci -A linux-sysfs "
                           f"-nnvv; cat {tree}/var/log/dmesg"], 1)
            bench.compare("--quick, against lspci -nnvv; dmesg", bench.examine("--quick"),
                          ["sh", "-c", "lspci -nnvv; dmesg"], 1)
        compare_with_drivers(bench)


def compare_with_drivers(bench):
    there = [command for command in IN_A_ROW
             if shutil.which(command.split()[0], path=ENVIRONMENT["PATH"])]
    lacking = [command.split()[0] for command in IN_A_ROW if command not in there]
    icds = sorted(icd.name for icd in Path("/etc/OpenCL/vendors").glob("*.icd"))
    print(f"this machine, with the driver layers, against: {'; '.join(there) or 'nothing'}")
    print(f"  not installed: {', '.join(lacking) or 'none'}; OpenCL: {', '.join(icds) or 'none'}")
    if there:
        bench.compare_passed("all layers", bench.examine(),
                             ["sh", "-c", f"{'; '.join(there)}; true"], 0.5)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
