#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a report of many machines costs, as a ratio to libcsv alone on the same bytes.

usage: time-report.py REPORT READ_CSV MEASURE GOLDENS [ROUNDS]

Writes records of 10,000 machines with 100 rows each, made from those of the fixtures in GOLDENS: a
file each, and all of them in one. Report and libcsv run by turns, ROUNDS times (5); shown are the
medians of user and system time, of the ratio within a pair, and the most memory that the report
had. Then how the time grows from 100 machines to 10,000. Nothing here fails for being slow: the
machine that runs it may be busy.
"""
import csv
import io
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

MACHINES, ROWS = 10_000, 100
RATIO, MEMORY = 2, 256 << 10  # KiB
FACES = ("html", "text", "markdown", "json", "csv", "prometheus")
FIRST = ("meta", "cause", "readiness", "step")  # the rest are facts and findings
HOST, VALUE = 1, 7


def rows_of(golden):
    """The record of a fixture, without what the golden file says of the exit status."""
    rows = [row for row in csv.reader(golden.open(newline="")) if len(row) == 11][1:]
    end = rows.pop()
    first = [row for row in rows if row[0] in FIRST][:ROWS // 2]
    others = [row for row in rows if row[0] not in FIRST]
    return first + others[:: max(1, len(others) // (ROWS - len(first)))][:ROWS - 1 - len(first)] + [end]


def machine(rows, number):
    """The same as a machine of its own."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for row in rows:
        row = [*row]
        row[HOST] = f"node-{number}"
        if row[0] == "meta" and row[3] in ("host", "system", "boot"):
            row[VALUE] = f"{'node' if row[3] == 'host' else row[3]}-{number}"
        writer.writerow(row)
    return out.getvalue()


def write_records(goldens, scratch):
    """Lists of 100, 1,000 and 10,000 files, and one of a file that has them all."""
    shapes = [rows_of(golden) for golden in sorted(goldens.glob("*.csv"))]
    shapes = [rows for rows in shapes if len(rows) == ROWS]
    head = '"kind","host","layer","id","subject","mode","verdict","value","unit","text","source"\n'
    paths = [scratch / f"node-{number}.csv" for number in range(MACHINES)]
    with (scratch / "all.csv").open("w") as together:
        together.write(head)
        for number, path in enumerate(paths):
            text = machine(shapes[number % len(shapes)], number)
            path.write_text(head + text)
            together.write(text)
    for n in (100, 1000, MACHINES):
        (scratch / f"list-{n}").write_text("".join(f"{path}\n" for path in paths[:n]))
    (scratch / "list-one").write_text(f"{scratch / 'all.csv'}\n")


class Bench:
    def __init__(self, report, read_csv, measure, rounds, scratch):
        self.report, self.read_csv, self.measure = report, read_csv, measure
        self.rounds, self.scratch = rounds, scratch

    def cost(self, *command):
        """CPU time in microseconds, memory in KiB."""
        done = subprocess.run([self.measure, self.scratch / "out", *map(str, command)],
                              check=True, capture_output=True, text=True)
        used, memory, status = map(int, done.stdout.split())
        if status:
            sys.exit(f"exit status {status}: {command}\n{done.stderr}")
        return used, memory

    def draw(self, files, face):
        return self.cost(self.report, "--files-from", files, "--format", face)

    def compare(self, what, files, face, judged=True):
        pairs = [(self.draw(files, face), self.cost(self.read_csv, files))
                 for _ in range(self.rounds)]
        ours, theirs = (median(pair[i][0] for pair in pairs) / 1000 for i in (0, 1))
        ratio = median(ours[0] / max(theirs[0], 1) for ours, theirs in pairs)
        memory = max(ours[1] for ours, _ in pairs)
        met = "met" if ratio <= RATIO and memory <= MEMORY else "MISSED"
        met = met if judged else ""
        print(f"{what:<34} {ours:9.1f} {theirs:9.1f} {ratio:7.2f} {memory / 1024:9.1f}  {met}",
              flush=True)


def main():
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    report, read_csv, measure = (str(Path(path).resolve()) for path in sys.argv[1:4])
    rounds = int(sys.argv[5]) if len(sys.argv) == 6 else 5
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        write_records(Path(sys.argv[4]), scratch)
        bench = Bench(report, read_csv, measure, rounds, scratch)
        print(f"{'CPU time in ms, memory in MiB':<34} {'report':>9} {'libcsv':>9} {'ratio':>7} "
              f"{'memory':>9}  at most {RATIO}, {MEMORY >> 10} MiB")
        for face in FACES:
            bench.compare(f"{MACHINES} files, {face}", scratch / f"list-{MACHINES}", face)
        bench.compare("all in one file, html", scratch / "list-one", "html")
        for n in (100, 1000, MACHINES):
            bench.compare(f"growth: {n} files, html", scratch / f"list-{n}", "html", judged=False)


if __name__ == "__main__":
    main()
