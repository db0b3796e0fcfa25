#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what the doctor says of each machine under fixtures/ against what it said before.

usage: goldens.py check|regen DOCTOR FIXTURES GOLDENS

A fixture says with which options it is examined: `# args: --role host --mode full ...`. Every
fixture has a row in fixtures/README.md. Exit status: 0 all as before, 1 not.
"""
import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

FACES = {"txt": [], "csv": ["--format", "csv"], "html": ["--format", "html"], "plan": ["--plan"],
         "md": ["--format", "markdown"]}
# A few machines show all that Markdown has to say.
IN_MARKDOWN = {"adl-sriov-dkms-added", "amd-two-cards-ok", "lab-vm-in-vm", "lxc-node-ok",
               "nvidia-functions-unbound"}
# The examination's own moment and place, so that the same bytes come out everywhere.
FIXED = {"SOURCE_DATE_EPOCH": "1767225600", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def arguments(machine):
    for line in machine.read_text(errors="replace").splitlines():
        if line.startswith("# args:"):
            return line.removeprefix("# args:").split()
        if line and not line.startswith("#") and not line.startswith("gpupass-machine"):
            break
    return []


def run(doctor, machine, face, pci_ids):
    command = [doctor, "--root", machine.name, "--pci-ids", pci_ids, *arguments(machine), *face]
    done = subprocess.run(command, cwd=machine.parent, env={**os.environ, **FIXED}, timeout=60,
                          capture_output=True, check=False)
    return done.stdout + done.stderr + f"exit {done.returncode}\n".encode()


def compare(path, new):
    if not path.exists():
        return [f"{path.name}: there is no such golden\n"]
    old = path.read_bytes()
    if old == new:
        return []
    return list(difflib.unified_diff(old.decode(errors="replace").splitlines(True),
                                     new.decode(errors="replace").splitlines(True),
                                     f"{path.name} before", f"{path.name} now", n=1))


def without_row(fixtures, machines):
    readme = (fixtures.parent / "README.md").read_text()
    return [m.name for m in machines if not re.search(rf"`{re.escape(m.name)}`", readme)]


def readme_says_otherwise(fixtures, goldens):
    """Lines of README's example that the doctor does not say."""
    readme = (fixtures.parent.parent / "README.md").read_text()
    block = re.search(r"^```\n(.*?)^```", readme, re.M | re.S).group(1).splitlines()
    said = (goldens / "adl-sriov-dkms-added.txt").read_text().splitlines()
    return [line for line in block if line.strip() != "..." and line not in said]


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in ("check", "regen"):
        sys.exit(__doc__)
    doctor, fixtures, goldens = sys.argv[2], Path(sys.argv[3]).resolve(), Path(sys.argv[4]).resolve()
    doctor = str(Path(doctor).resolve())
    machines = sorted(fixtures.glob("*.machine"))
    wanted, failed = set(), 0
    for machine in machines:
        for suffix, face in FACES.items():
            if suffix == "md" and machine.stem not in IN_MARKDOWN:
                continue
            path = goldens / f"{machine.stem}.{suffix}"
            new = run(doctor, machine, face, str(goldens / "pci.ids"))
            wanted.add(path.name)
            if sys.argv[1] == "regen":
                path.write_bytes(new)
                continue
            difference = compare(path, new)
            sys.stdout.writelines(difference[:40])
            failed += bool(difference)
    stale = [p for p in goldens.iterdir()
             if p.suffix[1:] in FACES and p.name not in wanted and p.name != "meson.build"]
    for path in stale:
        print(f"{path.name}: belongs to no machine")
        if sys.argv[1] == "regen":
            path.unlink()
    missing = without_row(fixtures, machines)
    for name in missing:
        print(f"{name}: has no row in fixtures/README.md")
    stray = readme_says_otherwise(fixtures, goldens)
    for line in stray:
        print(f"README.md shows what the doctor does not say: {line}")
    print(f"{len(machines)} machines, {len(wanted)} goldens, {failed} differ")
    sys.exit(bool(failed or missing or stray or not machines or (stale and sys.argv[1] == "check")))


if __name__ == "__main__":
    main()
