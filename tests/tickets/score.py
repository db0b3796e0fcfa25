#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores gpupass-doctor --ticket on tickets whose cause is known.

A ticket begins with comments: `# role: host`, `# intent: full`, `# expect: ID, ID` (each is right; none: nothing may
fail), `# also: ID` (acceptable besides), `# never: ID` (must not fail). The rest is what was pasted.

Prints each miss and each violation, then the totals. With --least FIRST THREE (per cent) it fails below them, and on
any violation. Tickets about checks that this doctor does not have are left out, and counted.
"""

import argparse
import concurrent.futures
import csv
import io
import os
import pathlib
import subprocess
import sys

MODES = {"full", "split", "vf", "container", "native"}
ROLES = {"host", "guest", "container"}
TIMEOUT = 60


def words(text):
    return [word.strip() for word in text.split(",") if word.strip()]


class Ticket:
    def __init__(self, path):
        self.path = path
        headers, body = {}, []
        for line in path.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True):
            key, colon, value = line[2:].partition(":")
            if not body and line.startswith("# ") and colon and key.isalpha() and key.islower():
                headers[key] = value.strip()
            else:
                body.append(line)
        self.body = "".join(body)
        self.role = headers.get("role", "unknown")
        self.intent = headers.get("intent", "unknown")
        self.expect = words(headers.get("expect", ""))
        self.never = words(headers.get("never", ""))
        if not self.expect:
            raise ValueError(f"{path}: expects nothing")

    def arguments(self):
        arguments = ["--ticket", "-", "--format", "csv", "--pci-ids", "/dev/null"]
        if self.role in ROLES:
            arguments += ["--role", self.role]
        if self.intent in MODES:
            arguments += ["--mode", self.intent]
        return arguments


class Outcome:
    def __init__(self, doctor, ticket):
        self.ticket = ticket
        done = subprocess.run([doctor, *ticket.arguments()], check=False, capture_output=True, timeout=TIMEOUT,
                              input=ticket.body.encode("utf-8", "surrogateescape"))
        self.problem = "" if done.returncode in (0, 1, 3) else f"exit {done.returncode}: {done.stderr.decode()[:200]}"
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8"))))
        self.failed = {row["id"] for row in rows if row["kind"] == "finding" and row["verdict"] == "fail"}
        self.causes = []
        for row in sorted((row for row in rows if row["kind"] == "cause"), key=lambda row: int(row["value"])):
            if row["id"] not in self.causes:
                self.causes.append(row["id"])

    def is_none(self):
        return self.ticket.expect == ["none"]

    def is_within(self, rank):
        return bool(set(self.causes[:rank]) & set(self.ticket.expect))

    def violations(self):
        found = [f"never: {name} failed" for name in self.ticket.never if name in self.failed]
        if self.is_none():
            found += [f"none expected: {name} failed" for name in sorted(self.failed)]
        return found + ([self.problem] if self.problem else [])


def collect(paths):
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.ticket"))
        elif path.exists():
            yield path


def known_checks(doctor):
    listed = subprocess.run([doctor, "--list-checks"], check=True, capture_output=True, text=True, timeout=TIMEOUT)
    return {line.split()[0] for line in listed.stdout.splitlines() if line.strip()}


def show(outcome):
    wrong = [] if outcome.is_none() or outcome.is_within(1) else ["not first"]
    if wrong and not outcome.is_within(3):
        wrong = ["not among three"]
    wrong += outcome.violations()
    if wrong:
        print(f"{outcome.ticket.path.name}: {'; '.join(wrong)}")
        print(f"    expected {', '.join(outcome.ticket.expect)}; got {', '.join(outcome.causes[:5]) or 'no cause'}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("doctor")
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    parser.add_argument("--least", nargs=2, type=float, metavar=("FIRST", "THREE"))
    return parser.parse_args()


def main():
    options = parse_arguments()
    tickets = [Ticket(path) for path in collect(options.paths)]
    if not tickets:
        print(f"skipped: no tickets in {', '.join(map(str, options.paths))}")
        return 77
    known = known_checks(options.doctor) | {"none"}
    strange = [ticket for ticket in tickets if not known & set(ticket.expect)]
    tickets = [ticket for ticket in tickets if ticket not in strange]
    if strange:
        print(f"{len(strange)} tickets are about checks that are not there")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda ticket: Outcome(options.doctor, ticket), tickets))
    for outcome in outcomes:
        show(outcome)
    scored = [outcome for outcome in outcomes if not outcome.is_none()]
    first, three = (100 * sum(o.is_within(rank) for o in scored) / max(len(scored), 1) for rank in (1, 3))
    violations = sum(len(outcome.violations()) for outcome in outcomes)
    print(f"{len(outcomes)} tickets: first {first:.1f} %, among three {three:.1f} %, violations {violations}")
    if options.least and (first < options.least[0] or three < options.least[1] or violations):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
