#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what gpupass-report says first of several fixtures' records against what it said before.

usage: fleet-goldens.py check|regen REPORT GOLDENS

The records are the CSVs in GOLDENS, what was said is in GOLDENS/fleet: all before the first
machine's own part, and what each is folded under. Exit status: 0 all as before, 1 not.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from goldens import FIXED, compare

# One of each kind, and two with the same cause; more than text shows in full.
MACHINES = ("adl-sriov-dkms-added", "amd-two-cards-ok", "cfl-gvt-not-applied", "guest-vf-ok",
            "lab-amd-off", "lab-no-vtd", "lab-not-rebooted", "lab-params-unknown", "lxc-node-ok")
FACES = {"txt": [], "quiet": ["--quiet"], "html": ["--format", "html"],
         "md": ["--format", "markdown"]}


def copy_records(goldens, folder):
    """The goldens end in a line with the exit status, which records do not have."""
    for name in MACHINES:
        lines = (goldens / f"{name}.csv").read_bytes().splitlines(True)
        (Path(folder) / f"{name}.csv").write_bytes(b"".join(lines[:-1]))


def head(suffix, said):
    """What stands before the machines."""
    if suffix == "md":
        return said.split(b"\n---\n")[0]
    if suffix != "html":
        return said
    body = said[said.index(b"<body>"):]
    folds = re.findall(rb"<details class=\"fold\">\n.*\n<article id=\"m\d+\">", body)
    return body[:body.index(b"<details class=\"fold\">")] + b"\n".join(folds) + b"\n"


def run(report, folder, suffix):
    records = [f"{name}.csv" for name in MACHINES]
    done = subprocess.run([report, *records, *FACES[suffix]], cwd=folder, timeout=60,
                          env={**os.environ, **FIXED}, capture_output=True, check=False)
    return head(suffix, done.stdout) + done.stderr + f"exit {done.returncode}\n".encode()


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("check", "regen"):
        sys.exit(__doc__)
    report, goldens, failed = str(Path(sys.argv[2]).resolve()), Path(sys.argv[3]), 0
    with tempfile.TemporaryDirectory() as folder:
        copy_records(goldens, folder)
        for suffix in FACES:
            path, new = goldens / "fleet" / f"nine.{suffix}", run(report, folder, suffix)
            difference = compare(path, new)
            if sys.argv[1] == "regen":
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(new)
            failed += bool(difference)
            sys.stdout.writelines(difference[:40])
    print(f"{len(FACES)} faces, {failed} differ")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
