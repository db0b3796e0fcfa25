#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the doctor costs on a large host, as ratios to well-known programs on the same bytes.

usage: time-doctor.py DOCTOR MEASURE [ROUNDS]

Each pair runs by turns, ROUNDS times (15); shown are the medians of user and system time, of the
ratio within a pair, and the most memory that the doctor had. Nothing here fails for being slow:
the machine that runs it may be busy.
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
PHRASES = HERE.parents[1] / "probes/log/phrases.c"
MEMORY = 32 << 10  # KiB
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


class Bench:
    def __init__(self, doctor, measure, rounds, scratch):
        self.doctor, self.measure, self.rounds = doctor, measure, rounds
        self.scratch = scratch

    def cost(self, command):
        """CPU time in microseconds, memory in KiB."""
        # grep stops at its first match where its output is /dev/null.
        output = "/dev/null" if command[0] != "grep" else self.scratch
        done = subprocess.run([self.measure, output, *map(str, command)], check=True,
                              env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
        time, memory, status = map(int, done.stdout.split())
        if status not in (0, 1, 3):
            sys.exit(f"exit status {status}: {' '.join(map(str, command[:6]))}\n{done.stderr}")
        return time, memory

    def examine(self, *args):
        return [self.doctor, "--format", "csv", *args]

    def compare(self, what, ours, theirs, target):
        self.cost(ours), self.cost(theirs)
        pairs = [(self.cost(ours), self.cost(theirs)) for _ in range(self.rounds)]
        our_time, memory = (median(ours[i] for ours, _ in pairs) for i in (0, 1))
        their_time = median(theirs[0] for _, theirs in pairs)
        ratio = median(ours[0] / max(theirs[0], 1) for ours, theirs in pairs)
        met = "met" if ratio <= target and memory <= MEMORY else "MISSED"
        print(f"{what:<42} {our_time / 1000:8.1f} {their_time / 1000:8.1f} {ratio:7.2f} "
              f"{target:6} {memory / 1024:8.1f}  {met}", flush=True)


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
        print(f"{'CPU time, ms':<42} {'doctor':>8} {'other':>8} {'ratio':>7} {'target':>6} "
              f"{'peak MiB':>8}")
        bench.compare("tree, against cat of the same files", bench.examine("--root", tree),
                      ["cat", *files_of(capture, tree)], 2)
        bench.compare("capture, against grep -cE of the phrases",
                      bench.examine("--root", capture), ["grep", "-cE", phrases(), capture], 10)
        if shutil.which("lspci") and shutil.which("dmesg"):
            bench.compare("tree, against lspci -nnvv; dmesg of it", bench.examine("--root", tree),
                          ["sh", "-c", f"lspci -O sysfs.path={tree}/sys/bus/pci -A linux-sysfs "
                           f"-nnvv; cat {tree}/var/log/dmesg"], 1)
            bench.compare("this machine, against lspci -nnvv; dmesg", bench.examine(),
                          ["sh", "-c", "lspci -nnvv; dmesg"], 1)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
