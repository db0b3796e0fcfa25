#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what gpupass-report says of each record under tests/golden/bench against what it said.

usage: bench-goldens.py check|regen REPORT DIRECTORY
Exit status: 0 all as before, 1 not.
"""
import difflib
import os
import subprocess
import sys
from pathlib import Path

FACES = {"txt": [], "verbose": ["--verbose"], "quiet": ["--quiet"], "html": ["--format", "html"],
         "md": ["--format", "markdown"]}
FIXED = {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def run(report, record, face):
    done = subprocess.run([report, str(record), *face], env={**os.environ, **FIXED}, timeout=60,
                          capture_output=True, check=False)
    return done.stdout + done.stderr + f"exit {done.returncode}\n".encode()


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("check", "regen"):
        sys.exit(__doc__)
    report, directory = str(Path(sys.argv[2]).resolve()), Path(sys.argv[3])
    records, failed = sorted(directory.glob("*.csv")), 0
    for record in records:
        again = run(report, record, ["--format", "csv"])
        if again != record.read_bytes() + b"exit 0\n":
            print(f"{record.name}: is not as gpupass-report writes it")
            failed += 1
        for suffix, face in FACES.items():
            path, new = record.with_suffix(f".{suffix}"), run(report, record, face)
            if sys.argv[1] == "regen":
                path.write_bytes(new)
            old = path.read_bytes() if path.exists() else b""
            if old != new:
                failed += 1
                sys.stdout.writelines(list(difflib.unified_diff(
                    old.decode().splitlines(True), new.decode().splitlines(True),
                    f"{path.name} before", f"{path.name} now", n=1))[:40])
    print(f"{len(records)} records, {failed} differ")
    sys.exit(bool(failed or not records))


if __name__ == "__main__":
    main()
