#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what gpupass-report says of each record in a directory against what it said before. The
records of a folder in it are given together, in the order of their names.

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
# What several records come to; the rest is each one's own.
FACES_OF_SEVERAL = ("txt", "html", "md")
FIXED = {"LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def records(directory):
    """Names, each with the records that are given."""
    for path in sorted(directory.iterdir()):
        if path.suffix == ".csv":
            yield path.with_suffix(""), [path]
        elif path.is_dir():
            yield path, sorted(path.glob("*.csv"))


def run(report, paths, face):
    done = subprocess.run([report, *map(str, paths), *face], env={**os.environ, **FIXED},
                          timeout=60, capture_output=True, check=False)
    return done.stdout + done.stderr + f"exit {done.returncode}\n".encode()


def as_one(paths):
    """The records as one file: the head of the first alone."""
    texts = [path.read_bytes() for path in paths]
    return texts[0] + b"".join(text.split(b"\n", 1)[1] for text in texts[1:])


def compare(path, old, new):
    if old != new:
        sys.stdout.writelines(list(difflib.unified_diff(
            old.decode().splitlines(True), new.decode().splitlines(True),
            f"{path.name} before", f"{path.name} now", n=1))[:40])
    return old != new


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("check", "regen"):
        sys.exit(__doc__)
    report, n, failed = str(Path(sys.argv[2]).resolve()), 0, 0
    for name, paths in records(Path(sys.argv[3])):
        if run(report, paths, ["--format", "csv"]) != as_one(paths) + b"exit 0\n":
            print(f"{name.name}: is not as gpupass-report writes it")
            failed += 1
        n += 1
        for suffix in FACES if len(paths) == 1 else FACES_OF_SEVERAL:
            path, new = name.with_name(f"{name.name}.{suffix}"), run(report, paths, FACES[suffix])
            old = path.read_bytes() if path.exists() else b""
            if sys.argv[1] == "regen":
                path.write_bytes(new)
            failed += compare(path, old, new)
    print(f"{n} records, {failed} differ")
    sys.exit(bool(failed or not n))


if __name__ == "__main__":
    main()
