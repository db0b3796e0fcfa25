#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What text that people paste tells of a machine.

Each NAME.ticket has a NAME.expect beside it: a line `+ LINE` has to be in the capture that the doctor makes of the
ticket, a line `- TEXT` must not be anywhere in it. Replayed, the capture says the same as the ticket.
"""

import pathlib
import subprocess
import sys
import tempfile

TIMEOUT = 60


def findings_of(doctor, *arguments):
    done = subprocess.run([doctor, *arguments, "--format", "csv", "--pci-ids", "/dev/null"], check=False,
                          capture_output=True, text=True, timeout=TIMEOUT)
    return [line for line in done.stdout.splitlines() if line.startswith(('"finding"', '"cause"'))]


def problems(doctor, ticket):
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "ticket.machine"
        done = subprocess.run([doctor, "--ticket", ticket, "--capture", target, "--no-redact"], check=False,
                              capture_output=True, text=True, timeout=TIMEOUT)
        if done.returncode:
            yield f"exit {done.returncode}: {done.stderr}"
            return
        text = target.read_text(encoding="utf-8")
        if findings_of(doctor, "--ticket", ticket) != findings_of(doctor, "--root", target):
            yield "its capture does not say the same"
    lines = set(text.splitlines())
    for expected in ticket.with_suffix(".expect").read_text(encoding="utf-8").splitlines():
        sign, rest = expected[:2], expected[2:]
        if sign == "+ " and rest not in lines:
            yield f"lacks: {rest}"
        elif sign == "- " and rest in text:
            yield f"has: {rest}"
        elif sign not in ("+ ", "- "):
            yield f"{ticket.with_suffix('.expect').name}: neither + nor -: {expected}"


def main():
    doctor, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    tickets = sorted(folder.glob("*.ticket"))
    failed = 0
    for ticket in tickets:
        for problem in problems(doctor, ticket):
            print(f"{ticket.name}: {problem}")
            failed = 1
    print(f"{len(tickets)} tickets")
    return failed if tickets else 1


if __name__ == "__main__":
    sys.exit(main())
