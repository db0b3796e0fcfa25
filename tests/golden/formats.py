#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what --format csv, json and prometheus write, as other programs do.

usage: formats.py rows|schema|promtool DOCTOR REPORT FIXTURES BENCH SCHEMA

rows: a CSV that is read is written again as the same bytes, JSON has the same cells, and no
metric comes twice. schema: JSON is as the schema says. promtool: promtool takes the metrics.
Of each machine in FIXTURES, each record in BENCH, and all together.
Exit status: 0 all well, 1 not, 77 what is needed to look is not installed.
"""
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from goldens import FIXED, arguments

LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
SERIES = re.compile(rf"([a-z_]+)(\{{{LABEL}(?:,{LABEL})*\}})? (-?[0-9.]+(?:e[-+]?\d+)?)")
SKIP = 77


def output(command, cwd=None):
    done = subprocess.run(command, cwd=cwd, env={**os.environ, **FIXED}, timeout=120,
                          capture_output=True, check=False)
    if done.returncode not in (0, 1, 3):
        raise SystemExit(f"{command}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def doctor_says(doctor, machine, face, pci_ids):
    return output([doctor, "--root", machine.name, "--pci-ids", pci_ids, *arguments(machine),
                   "--format", face], machine.parent)


def records(doctor, fixtures, bench, folder):
    """Files with a record each; the last one has them all."""
    pci_ids = str(Path(__file__).resolve().parent / "pci.ids")
    found = []
    for machine in sorted(fixtures.glob("*.machine")):
        found.append(folder / f"{machine.stem}.csv")
        found[-1].write_bytes(doctor_says(doctor, machine, "csv", pci_ids))
    found += sorted(bench.glob("*.csv"))
    return [[path] for path in found] + [found]


def cells(text):
    """The rows of a CSV without their empty cells."""
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {name: cell.removeprefix("'") for name, cell in row.items()
               if cell or name == "kind"}


def metrics_are_odd(text):
    seen, families = set(), []
    for line in text.splitlines():
        if line.startswith("# "):
            families.append(line.split()[1:3])
            continue
        series = SERIES.fullmatch(line)
        if not series:
            return f"no series: {line}"
        name, labels, _ = series.groups()
        if families[-1] != ["TYPE", name] or (name, labels) in seen:
            return f"stray, or twice: {line}"
        seen.add((name, labels))
    if len({tuple(f) for f in families}) != len(families) or ("gpupass_info", None) in seen:
        return "a family comes twice"
    return None if any(name == "gpupass_info" for name, _ in seen) else "no gpupass_info"


def look_at_rows(report, paths, _):
    wanted = b"".join(path.read_bytes() if path == paths[0] else
                      path.read_bytes().split(b"\n", 1)[1] for path in paths)
    if output([report, *map(str, paths), "--format", "csv"]) != wanted:
        return "CSV is not written as it was read"
    rows = json.loads(output([report, *map(str, paths), "--format", "json"]))["rows"]
    if rows != list(cells(wanted.decode())):
        return "JSON has other cells than CSV"
    return metrics_are_odd(output([report, *map(str, paths), "--format", "prometheus"]).decode())


def look_at_schema(report, paths, validator):
    written = json.loads(output([report, *map(str, paths), "--format", "json"]))
    for error in validator.iter_errors(written):
        return f"{list(error.absolute_path)}: {error.message[:300]}"
    return None


def look_at_metrics(report, paths, promtool):
    metrics = output([report, *map(str, paths), "--format", "prometheus"])
    done = subprocess.run([promtool, "check", "metrics"], input=metrics, timeout=60,
                          capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    return said[:1000] if done.returncode or said else None


def schema_validator(path):
    try:
        import jsonschema
        kind = jsonschema.Draft202012Validator
    except (ImportError, AttributeError):
        print("skipped: python3-jsonschema is not installed, or older than 4")
        sys.exit(SKIP)
    schema = json.loads(path.read_text())
    kind.check_schema(schema)
    validator = kind(schema)
    for broken in ({}, {"schema": 2, "rows": []}, {"schema": 1, "rows": [{}]},
                   {"schema": 1, "rows": [{"kind": "fact", "colour": "x"}]},
                   {"schema": 1, "rows": [{"kind": "fact", "value": 1}]},
                   {"schema": 1, "rows": [{"kind": "finding", "id": "x", "verdict": "ready"}]}):
        if validator.is_valid(broken):
            sys.exit(f"the schema takes {broken}")
    return validator


def find_promtool(_):
    promtool = shutil.which("promtool")
    if not promtool:
        print("skipped: promtool, of the package prometheus, is not installed")
        sys.exit(SKIP)
    return promtool


def doctor_has_the_faces(doctor, report, fixtures):
    """What the doctor writes by itself is what gpupass-report makes of its record."""
    pci_ids = str(Path(__file__).resolve().parent / "pci.ids")
    machine = min(fixtures.glob("*.machine"))
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(doctor_says(doctor, machine, "csv", pci_ids))
        file.flush()
        return [face for face in ("json", "prometheus")
                if doctor_says(doctor, machine, face, pci_ids) !=
                output([report, file.name, "--format", face])]


LOOKS = {"rows": (look_at_rows, lambda path: None),
         "schema": (look_at_schema, schema_validator),
         "promtool": (look_at_metrics, find_promtool)}


def main():
    if len(sys.argv) != 7 or sys.argv[1] not in LOOKS:
        sys.exit(__doc__)
    doctor, report, fixtures, bench, schema = (Path(p).resolve() for p in sys.argv[2:])
    look, prepare = LOOKS[sys.argv[1]]
    means, failed, n = prepare(schema), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for paths in records(str(doctor), fixtures, bench, Path(folder)):
            odd = look(str(report), paths, means)
            if odd:
                print(f"{paths[0].name}{' and others' if len(paths) > 1 else ''}: {odd}")
            failed += bool(odd)
            n += 1
    for face in doctor_has_the_faces(str(doctor), str(report), fixtures):
        print(f"gpupass-doctor --format {face} says something else than gpupass-report")
        failed += 1
    print(f"{n} records, {failed} odd")
    sys.exit(bool(failed or n < 2))


if __name__ == "__main__":
    main()
