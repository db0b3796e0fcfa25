#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The firmware probe, from a tree of files to its record, says what the decoder says.

usage: probe-facts.py ACPI-DUMP PROBE

Every real table in $GPUPASS_SHARED/acpi is put in a tree of its own. Exit status 77: none there.
"""
import csv
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

COUNTS = ["dmar.haw", "dmar.flags", "dmar.drhd.count", "dmar.rmrr.count", "dmar.atsr.count",
          "dmar.rhsa.count", "dmar.andd.count", "dmar.satc.count", "dmar.sidp.count",
          "dmar.scope.count", "ivrs.ivhd.count", "ivrs.ivmd.count"]


def dumped(program, table):
    out = subprocess.run([program, table], capture_output=True, encoding="latin-1",
                         check=True).stdout
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)


def probed(program, table):
    with tempfile.TemporaryDirectory() as root:
        tables = Path(root) / "sys/firmware/acpi/tables"
        tables.mkdir(parents=True)
        (tables / table.parent.name.upper()).write_bytes(table.read_bytes())
        done = subprocess.run([program, "--root", root, "--role", "host", "--format", "csv"],
                              capture_output=True, text=True, timeout=30, check=False)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"{table.name}: exit status {done.returncode}: {done.stderr}")
    return [r for r in csv.DictReader(io.StringIO(done.stdout)) if r["kind"] == "fact"]


def path_of(dumped_scope):
    """`drhd 3 8 f0 1f.7 00.0` as the probe has it: `f0:1f.7/00.0`."""
    _, _, _, bus, *steps = dumped_scope.split()
    return f"{int(bus, 16):02x}:" + "/".join(
        f"{int(d, 16):02x}.{int(f, 16):x}" for d, f in (s.split(".") for s in steps))


def main():
    dump, probe = sys.argv[1:3]
    shared = Path(os.environ.get("GPUPASS_SHARED", "../shared")) / "acpi"
    tables = sorted(shared.glob("*/*.bin"))
    if not tables:
        print(f"skipped: no tables in {shared}")
        sys.exit(77)
    wrong = facts_seen = 0
    for table in tables:
        expected, rows = dumped(dump, table), probed(probe, table)
        facts = {r["id"]: r["value"] for r in rows}
        for name in COUNTS:
            if name not in expected:
                continue
            facts_seen += 1
            if facts.get(name) != expected[name]:
                print(f"{table.name}: {name} is {facts.get(name)}, not {expected[name]}")
                wrong += 1
        scopes = sorted(path_of(v) for k, v in expected.items()
                        if k.startswith("scope.") and k.removeprefix("scope.").isdigit())
        found = sorted(r["value"] for r in rows if r["id"] == "dmar.scope")
        facts_seen += len(scopes)
        if scopes != found:
            print(f"{table.name}: scopes {found}, not {scopes}")
            wrong += 1
    print(f"{len(tables)} tables, {facts_seen} facts, {wrong} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
