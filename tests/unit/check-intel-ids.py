#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Generates the table of Intel ids from small headers, and looks at the one in the tree."""

import pathlib
import re
import subprocess
import sys

ROW = re.compile(r'^\t\{0x([0-9a-f]{4}), "([A-Z0-9_]+)"\},$', re.MULTILINE)


def generate(generator, *headers):
    return subprocess.run([sys.executable, generator, "--from", "Linux 0.0", *headers],
                          capture_output=True, text=True, timeout=60, check=False)


def expect(what, is_so):
    if not is_so:
        sys.exit(f"not so: {what}")


def main():
    generator, table = sys.argv[1], pathlib.Path(sys.argv[2])
    samples = pathlib.Path(__file__).parent / "intel-ids"

    done = generate(generator, samples / "sample.h", samples / "older.h")
    expect(f"the samples are taken: {done.stderr}", done.returncode == 0)
    expect(f"the samples give their ids: {ROW.findall(done.stdout)}",
           ROW.findall(done.stdout) == [("00a2", "NEW_GT2"), ("0102", "OLD"),
                                        ("46d1", "NEW_GT1"), ("beef", "NEW_GT2")])
    expect("the head says where it is from", "Linux 0.0" in done.stdout)
    expect("an id of two groups is refused", generate(generator, samples / "twice.h").returncode)
    expect("a file without ids is refused", generate(generator, __file__).returncode)

    text = table.read_text(encoding="utf-8")
    ids = [int(device, 16) for device, _ in ROW.findall(text)]
    expect("each line of the table is a row", len(ids) == text.count("{0x") and len(ids) > 400)
    expect("the table is sorted, and no id is twice", ids == sorted(set(ids)))


if __name__ == "__main__":
    main()
