#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports as pages, and whether all is well with them.

usage: pages.py look|nu|write DOCTOR REPORT FIXTURES BENCH [FOLDER]

Of each machine in FIXTURES, of each record in BENCH and of what belongs together beside it, of
several machines and of all, of hostile cells and of next to nothing. look: a headless Chromium
and axe-core find nothing (look.mjs). nu: the Nu HTML checker finds nothing. write: they are left
in FOLDER.
Exit status: 0 all well, 1 not, 77 what is needed to look is not installed.
"""
import csv
import sys
import tempfile
from pathlib import Path

import checkers

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "golden"))
import formats  # noqa: E402

COLUMNS = "kind,host,layer,id,subject,mode,verdict,value,unit,text,source".split(",")
TOGETHER = ("adl-sriov-dkms-added", "guest-vf-ok", "amd-two-cards-ok")
ACT = "console.error('acts')"
HOSTILE = [text if isinstance(text, bytes) else text.encode() for text in (
    f"<script>{ACT}</script>", f"\"><img src=x onerror={ACT}>", f"'/><svg/onload={ACT}>",
    "]]></desc></title></svg></style><b>&amp;&#60;", f"javascript:{ACT}", "-1e999", "nan",
    "url(http://elsewhere.invalid/x)", "=cmd|' /C calc'!A0", "| `x` [x](http://elsewhere.invalid)",
    "\x1b[31m\x1b]0;x\x07\r\b\x7f", "\u202edekcah\u2066 \u200b\ufeff\U000e0041", "9" * 40,
    b"\xff\xc0\xaf\xed\xa0\x80\xf5\x80", "W" * 1000, "wide " * 2000, "q" + "\u0300" * 500,
)]


def write_record(path, rows):
    with path.open("wb") as out:
        for row in [dict(zip(COLUMNS, COLUMNS)), *rows]:
            cells = (row.get(column) or b"" for column in COLUMNS)
            cells = (cell.encode() if isinstance(cell, str) else cell for cell in cells)
            out.write(b",".join(b'"%b"' % cell.replace(b'"', b'""') for cell in cells) + b"\n")
    return path


def models_in(record):
    """Its rows, of no tool that would have to say where each of its records ends."""
    with record.open(newline="", encoding="utf-8") as file:
        return [{**row, "value": "another"} if row["id"] == "tool" else row
                for row in csv.DictReader(file)]


def hostile_in_turn(models):
    """A row of each kind and id, and again with one cell hostile, which is each in its turn."""
    seen, n = set(), 0
    for model in models:
        if (model["kind"], model["id"]) in seen:
            continue
        seen.add((model["kind"], model["id"]))
        yield model
        for column in COLUMNS[1:] if model["id"] != "schema" else ():
            yield {**model, column: HOSTILE[n % len(HOSTILE)]}
            n += 1


def hostile_all_over(models):
    """What a row is about stays, so that it is shown; all that it says is hostile."""
    for n, model in enumerate(models):
        cell = HOSTILE[n % len(HOSTILE)]
        columns = ["text", "source"] if model["id"] != "schema" else []
        if model["kind"] in ("meta", "fact") and columns:
            columns.append("value")
        yield {**model, **dict.fromkeys(columns, cell)}
    yield {**models[-1], "subject": "W" * 1_000_000, "text": "W" * 1_000_000}


def odd_records(folder, records):
    """Records that nobody would write."""
    for record in records:
        models = models_in(record)
        for look in (hostile_in_turn, hostile_all_over):
            yield write_record(folder / f"{look.__name__}-{record.stem}.csv", look(models))
    schema, fact = {"kind": "meta", "id": "schema", "value": "1"}, {"kind": "fact", "id": "x"}
    yield write_record(folder / "empty-schema.csv", [schema])
    yield write_record(folder / "empty-fact.csv", [schema, fact])


def hostile_family(folder, records):
    """Machines that belong together: what joins them stays, and all else that they say is hostile."""
    for record in records:
        models = models_in(record)
        rows = list(hostile_all_over(models))
        for row, model in zip(rows, models):
            if model["id"] in ("tool", "role", "system", "boot", "wanted", "vm.system", "vm.device"):
                row["value"] = model["value"]
        yield write_record(folder / f"hostile-{record.name}", rows)


def families(folder):
    """Records that are given together, as they are in each folder; and two of those at once."""
    found = {f"joined-{path.name}": sorted(path.glob("*.csv"))
             for path in sorted(folder.iterdir()) if path.is_dir()}
    return {**found, "families": found["joined-two-guests"] + found["joined-container-of-host"]}


def write_pages(doctor, report, fixtures, bench, folder):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        *records, everything = formats.records(doctor, fixtures, bench, scratch)
        sources = {paths[0].stem: paths for paths in records}
        sources["together"] = [sources[name][0] for name in TOGETHER]
        sources["all"] = everything
        sources.update(families(bench.parent / "joined"))
        models = sources[TOGETHER[0]] + sources["compare"]
        for path in odd_records(scratch, models):
            sources[path.stem] = [path]
        sources["hostile-family"] = list(hostile_family(scratch, sources["joined-two-guests"]))
        sources["hostile-overview"] = sources["hostile-family"] + sources["compare"] + sources["together"]
        for name, paths in sources.items():
            page = formats.output([report, *map(str, paths), "--format", "html"])
            (folder / f"{name}.html").write_bytes(page)
    return sorted(folder.glob("*.html"))


def main():
    if len(sys.argv) < 6 or sys.argv[1] not in ("look", "nu", "write"):
        sys.exit(__doc__)
    how, (doctor, report, fixtures, bench) = sys.argv[1], (Path(p).resolve() for p in sys.argv[2:6])
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(sys.argv[6] if how == "write" else folder)
        pages = write_pages(str(doctor), str(report), fixtures, bench, folder)
        if how == "write":
            return
        said, status = getattr(checkers, how)(pages)
    print(*(line[:300] for line in said[-100:]), f"{len(pages)} pages", sep="\n")
    sys.exit(bool(status or len(pages) < 10))


if __name__ == "__main__":
    main()
