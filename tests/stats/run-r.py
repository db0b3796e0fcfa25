#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The statistics give what R gives, on the lines of data.txt and on seeded ones.

usage: run-r.py STATS-CLI

Without Rscript it is skipped.
"""
import math
import random
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
HERE = Path(__file__).resolve().parent
CLOSE = 1e-9


def seeded():
    """Values without ties, for which R is exact: no two of so many digits are the same."""
    numbers = random.Random(20240229)
    for n in list(range(2, 31)) + [50, 99, 150, 200, 201, 400]:
        shift = numbers.choice([0, 0.5, 2])
        values = [numbers.gauss(shift, 1) for _ in range(n)]
        confidence = numbers.choice([0.9, 0.95, 0.99])
        yield "center", confidence, *values
        a = [numbers.lognormvariate(4, 0.02) for _ in range(n)]
        b = [value * 0.95 * numbers.lognormvariate(0, 0.02) for value in a]
        yield "ratio", 0.95, *a, *b
        yield "limit", 0.95, n
        yield "signed-rank", numbers.randrange(n * (n + 1) // 2 + 1) if n <= 200 else 0, min(n, 200)
        yield "outliers", *(value * numbers.choice([1, 1, 1, 1, 9]) for value in [*values, 7, 8, 9])
        yield "quantile", numbers.random(), *values
    for freedom in list(range(1, 12)) + [29, 30, 199]:
        for probability in (0.5, 0.9, 0.95, 0.99, 0.999):
            yield "student", probability, freedom, numbers.uniform(0, 6)
    for probability in (1e-6, 0.01, 0.025, 0.3, 0.5, 0.9, 0.975, 0.999999):
        yield "normal", probability, numbers.uniform(-8, 8)
    for n in (1, 2, 9, 40):
        yield "holm", *(numbers.random() ** 3 for _ in range(n))
        yield "geometric-mean", *(numbers.lognormvariate(0, 3) for _ in range(n))


def answers(command, text):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False,
                          timeout=300)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr}")
    return [[float(word) for word in line.split()] for line in done.stdout.splitlines()]


def same(ours, theirs):
    return math.isclose(ours, theirs, rel_tol=CLOSE, abs_tol=CLOSE) or (
        math.isnan(ours) and math.isnan(theirs))


def main():
    if shutil.which("Rscript") is None:
        print("skipped: no program Rscript (package r-base-core)")
        return SKIPPED
    lines = [line for line in (HERE / "data.txt").read_text().splitlines()
             if line and not line.startswith("#")]
    lines += [" ".join(str(word) for word in line) for line in seeded()]
    text = "\n".join(lines) + "\n"
    ours = answers([sys.argv[1]], text)
    theirs = answers(["Rscript", "--vanilla", str(HERE / "in-r.R")], text)
    wrong = 0
    if not len(lines) == len(ours) == len(theirs):
        sys.exit(f"{len(lines)} lines, {len(ours)} answers of ours, {len(theirs)} of R")
    for line, one, other in zip(lines, ours, theirs):
        if len(one) != len(other) or not all(map(same, one, other)):
            wrong += 1
            print(f"{line[:100]}\n  ours {one}\n  R    {other}")
    print(f"{len(lines) - wrong} of {len(lines)} lines are as R has them")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
