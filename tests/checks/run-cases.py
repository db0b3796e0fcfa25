#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the doctor on every case below a directory and compares with what the case expects.

A case is a .machine capture. Its comments say what it is and what must come out:

  # args: --role host --mode full    arguments for the doctor, split as a shell would
  # expect: ID VERDICT [SUBJECT]     a finding; without a subject: one of any subject
  # expect-no: ID VERDICT            no finding of that check has this verdict
  # cause: RANK ID                   the cause of that rank; 0: the check is no cause at all
  # quiet:                         no cause at all: nothing is wrong here
  # ready: ADDRESS MODE STATE        a readiness row
  # says: ID TEXT                    text or evidence of some finding of the check has TEXT
  # step: KIND SUBJECT               a step of the plan
  # no-step: KIND SUBJECT            the plan has no such step
  # remedy: ID TEXT                  some step that serves the check is TEXT, word for word
  # exit: N                          the exit status

With --complete, beyond the cases themselves: every check that --list-checks names needs a case that reaches its
ceiling and one where it must not fire, and no case may expect more than the ceiling.
"""

import concurrent.futures
import csv
import io
import os
import pathlib
import shlex
import subprocess
import sys

HARDNESS = {"skip": 0, "pass": 1, "note": 2, "unknown": 3, "warn": 4, "fail": 5}
FIELDS = {"expect": (2, 3), "expect-no": (2, 2), "cause": (2, 2), "quiet": (0, 0), "ready": (3, 3), "exit": (1, 1),
          "step": (2, 2), "no-step": (2, 2)}
TIMEOUT = 20


class CaseError(Exception):
    """The case itself is wrong."""


class Case:
    def __init__(self, path):
        self.path = path
        self.args = []
        self.expectations = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                self.take(line[2:])
        if not self.expectations:
            raise CaseError("expects nothing")

    def take(self, comment):
        key, colon, rest = comment.partition(":")
        rest = rest.strip()
        if not colon:
            return
        if key == "args":
            self.args = shlex.split(rest)
        elif key in ("says", "remedy"):
            words = rest.split(None, 1)
            if len(words) != 2:
                raise CaseError(f"{key}: needs an id and a text: {rest}")
            self.expectations.append((key, words))
        elif key in FIELDS:
            words = rest.split()
            least, most = FIELDS[key]
            if not least <= len(words) <= most:
                raise CaseError(f"{key}: cannot be read: {rest}")
            if key.startswith("expect") and words[1] not in HARDNESS:
                raise CaseError(f"{key}: no such verdict: {words[1]}")
            self.expectations.append((key, words))

    def verdicts(self):
        return [(words[0], words[1]) for key, words in self.expectations if key == "expect"]


class Result:
    """What the doctor said."""

    def __init__(self, doctor, case):
        done = subprocess.run(
            [doctor, "--root", str(case.path), "--format", "csv", *case.args],
            capture_output=True, timeout=TIMEOUT, check=False)
        self.status = done.returncode
        self.errors = done.stderr.decode("utf-8", "replace").strip()
        text = done.stdout.decode("utf-8", "replace")
        self.rows = list(csv.DictReader(io.StringIO(text, newline="")))

    def of(self, kind, check=None):
        return [row for row in self.rows
                if row["kind"] == kind and check in (None, row["id"])]


def show(rows):
    return "; ".join(f"{row['verdict'] or row['value']} {row['subject'] or '-'}: {row['text']}"
                     for row in rows) or "nothing"


def miss_expect(result, check, verdict, subject=None):
    rows = result.of("finding", check)
    if any(row["verdict"] == verdict and subject in (None, row["subject"]) for row in rows):
        return None
    return f"expected {check} {verdict} {subject or ''}".rstrip() + f", found {show(rows)}"


def miss_expect_no(result, check, verdict):
    rows = [row for row in result.of("finding", check) if row["verdict"] == verdict]
    if not result.of("finding", check):
        return f"expected some finding of {check}, found nothing"
    return f"expected no {check} {verdict}, found {show(rows)}" if rows else None


def miss_cause(result, rank, check):
    causes = [f"{row['value']} {row['id']} ({row['verdict']})" for row in result.of("cause")]
    wanted = [row for row in result.of("cause", check) if rank in ("0", row["value"])]
    if bool(wanted) != (rank == "0"):
        return None
    return f"expected cause {rank} {check}, found {', '.join(causes) or 'no cause'}"


def miss_quiet(result):
    causes = [f"{row['id']} ({row['verdict']})" for row in result.of("cause")]
    return f"expected no cause, found {', '.join(causes)}" if causes else None


def miss_ready(result, address, mode, state):
    rows = [row for row in result.of("readiness", mode) if row["subject"] == address]
    if any(row["verdict"] == state for row in rows):
        return None
    return f"expected {address} {mode} {state}, found {show(rows)}"


def miss_says(result, check, text):
    rows = result.of("finding", check)
    if any(text in row["text"] or text in row["source"] for row in rows):
        return None
    return f"expected {check} to say {text!r}, found {show(rows)}"


def miss_step(result, kind, subject, wanted=True):
    rows = [row for row in result.of("step") if (row["id"], row["subject"]) == (kind, subject)]
    if bool(rows) == wanted:
        return None
    steps = "; ".join(f"{row['id']} {row['subject']}" for row in result.of("step"))
    return f"expected {'a' if wanted else 'no'} step {kind} {subject}, found {steps or 'none'}"


def miss_no_step(result, kind, subject):
    return miss_step(result, kind, subject, wanted=False)


def miss_remedy(result, check, text):
    rows = [row for row in result.of("step") if check in row["source"]]
    if any(text == row["text"] for row in rows):
        return None
    return f"expected {check} to be served by {text!r}, found {show(rows)}"


def miss_exit(result, status):
    if result.status == int(status):
        return None
    return f"expected exit status {status}, found {result.status} {result.errors}".rstrip()


MISSES = {"expect": miss_expect, "expect-no": miss_expect_no, "cause": miss_cause,
          "quiet": miss_quiet, "ready": miss_ready, "says": miss_says, "exit": miss_exit,
          "step": miss_step, "no-step": miss_no_step, "remedy": miss_remedy}


def run(doctor, case):
    """What does not fit, as lines."""
    try:
        result = Result(doctor, case)
    except subprocess.TimeoutExpired:
        return [f"no answer in {TIMEOUT} s"]
    except (csv.Error, KeyError, TypeError) as error:
        return [f"its record cannot be read: {error}"]
    if result.status not in (0, 1, 2, 3):
        return [f"the doctor ended with {result.status}: {result.errors[-2000:]}"]
    if not result.rows and result.errors:
        return [f"the doctor refused it: {result.errors}"]
    misses = [MISSES[key](result, *words) for key, words in case.expectations]
    if [row for row in result.of("meta", "cut") if row["value"]]:
        misses.append("the capture is cut off or malformed")
    return [miss for miss in misses if miss]


def list_checks(doctor):
    """Id -> ceiling."""
    out = subprocess.run([doctor, "--list-checks"], capture_output=True, text=True,
                         timeout=TIMEOUT, check=True).stdout
    return {words[0]: words[2] for words in map(str.split, out.splitlines()) if words}


def disagreements(ceilings):
    """Against the catalogue, which need not know each; None where that is not at hand."""
    path = pathlib.Path(os.environ.get(
        "GPUPASS_SHARED", pathlib.Path(__file__).parents[2] / ".." / "shared")) / "catalogue.csv"
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row["ceiling"] for row in csv.DictReader(file)}
    return [f"{check}: the ceiling is {ceiling} here and {rows[check]} in the catalogue"
            for check, ceiling in ceilings.items() if rows.get(check, ceiling) != ceiling]


def gaps(ceilings, cases):
    """What the cases together leave open."""
    said = {check: set() for check in ceilings}
    lines = []
    for case in cases:
        for check, verdict in case.verdicts():
            if check not in ceilings:
                lines.append(f"{case.path}: there is no check {check}")
                continue
            if verdict != "unknown" and HARDNESS[verdict] > HARDNESS[ceilings[check]]:
                lines.append(f"{case.path}: {check} {verdict} is above its ceiling")
            said[check].add(verdict)
    for check, ceiling in ceilings.items():
        silent = {"pass"} if ceiling == "note" else {"pass", "skip", "note"}
        if ceiling not in said[check]:
            lines.append(f"{check}: no case where it reaches its ceiling, {ceiling}")
        if not said[check] & silent:
            lines.append(f"{check}: no case where it must not fire")
    return lines


def look_at_all(doctor, cases):
    """What the cases together must cover; how many tests passed, failed, were skipped."""
    ceilings = list_checks(doctor)
    against = disagreements(ceilings)
    if against is None:
        print("skip: the ceilings are not compared: the catalogue is not at hand")
    checks = {"coverage": gaps(ceilings, cases), "ceilings": against}
    for name, lines in checks.items():
        for line in lines or []:
            print(f"FAIL {name}: {line}")
    failed = sum(bool(lines) for lines in checks.values())
    return len(checks) - failed - (against is None), failed, int(against is None)


def try_case(doctor, path):
    """The case, or None where it cannot be read, and what does not fit."""
    try:
        case = Case(path)
    except (CaseError, UnicodeDecodeError) as error:
        return None, [f"the case is wrong: {error}"]
    return case, run(doctor, case)


def main():
    complete = "--complete" in sys.argv
    args = [arg for arg in sys.argv[1:] if arg != "--complete"]
    if len(args) != 2:
        print("usage: run-cases.py [--complete] DOCTOR CASES-DIR", file=sys.stderr)
        return 2
    doctor, root = os.path.abspath(args[0]), pathlib.Path(args[1])
    passed = failed = skipped = 0
    cases = []
    paths = sorted(root.glob("**/*.machine"))
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        results = workers.map(lambda path: try_case(doctor, path), paths)
        for path, (case, misses) in zip(paths, results):
            cases += [case] if case else []
            passed, failed = passed + (not misses), failed + bool(misses)
            for miss in misses:
                print(f"FAIL {path.relative_to(root)}: {miss}")
    if complete:
        more = look_at_all(doctor, cases)
        passed, failed, skipped = passed + more[0], failed + more[1], skipped + more[2]
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
