#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the plans that the doctor makes, in a chroot made of the machine they are for.

usage: run-plans.py DOCTOR MACHINE.machine...

Every machine's plan is made; of those that differ in nothing but comments, one is tried, on the
first machine that has it. A plan is looked at by shellcheck. Where it changes files: apply it; apply
it again, which changes nothing; cut it off after each file it writes, and run it anew; undo it,
which brings back every byte; undo it when cut off; refuse when a file has changed since, or on
another machine. Commands such as update-grub are noted and not run. As many at once as there are
CPUs. Needs root, busybox and shellcheck: otherwise exit status 77.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("apt-get", "dnf", "pacman", "dkms")  # undo leaves what they installed
COMMANDS = ("update-initramfs", "update-grub", "grub-mkconfig", "proxmox-boot-tool", "dracut",
            "mkinitcpio", "kernel-install", "grubby") + PACKAGES
CHROOT = shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin")


def arguments(machine):
    for line in machine.read_text(errors="replace").splitlines():
        if line.startswith("# args:"):
            return line.removeprefix("# args:").split()
    return []


def text_files(machine):
    """Path and content of each text file that a capture holds."""
    path, content = None, ""
    for line in machine.read_text(errors="replace").splitlines():
        if line[:1] in "|~" and path:
            content += line[1:].replace("\\\\", "\\") + ("\n" if line[0] == "|" else "")
            continue
        if path:
            yield path, content
            path, content = None, ""
        if line.startswith("F "):
            path = line.split()[1]
    if path:
        yield path, content


class Chroot:
    def __init__(self, folder, machine, busybox):
        self.root = Path(folder)
        (self.root / "bin").mkdir()
        self.copy_program(busybox)
        subprocess.run([CHROOT, self.root, "/bin/busybox", "--install", "-s", "/bin"], check=True)
        self.put("/dev/null", "")
        self.copy_program(shutil.which("cksum"))
        for name in COMMANDS:
            stub = self.root / "bin" / name
            stub.write_text(f'#!/bin/sh\necho "{name} $*" >>/commands\n')
            stub.chmod(0o755)
        for path, content in text_files(machine):
            if path.startswith("/etc/") or re.fullmatch(r"/sys/.*/(vendor|device)", path):
                self.put(path, content)
        for link in re.findall(r"^L (\S+) -> (\S+)$", machine.read_text(errors="replace"), re.M):
            self.link(*link)

    def copy_program(self, program):
        """A program of this system with its libraries: busybox has no cksum, and may be dynamic."""
        libraries = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
        shutil.copy(program, self.root / "bin")
        for library in re.findall(r"(/\S+) \(0x", libraries.stdout):
            copy = self.root / library.lstrip("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, copy)

    def put(self, path, content):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def link(self, path, target):
        if path.startswith("/sys/bus/pci/devices/") and path.count("/") == 5:
            file = self.root / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.symlink_to(target)

    def run(self, plan, *args):
        (self.root / "plan.sh").write_text(plan)
        return subprocess.run([CHROOT, self.root, "/bin/sh", "/plan.sh", *args], timeout=60,
                              env={"PATH": "/bin"}, capture_output=True, text=True, check=False)

    def commands(self):
        file = self.root / "commands"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def settings(self):
        """Every file under /etc with its bytes and mode."""
        etc = self.root / "etc"
        return {str(p.relative_to(self.root)): (p.read_bytes(), p.stat().st_mode)
                for p in etc.rglob("*") if p.is_file()} if etc.exists() else {}


def expect(condition, what, done=None):
    if not condition:
        raise AssertionError(what + (f"\n{done.stdout}{done.stderr}" if done else ""))


def cut_after(plan, n):
    """The plan, killed behind the nth file it writes."""
    pieces = plan.split("\nGPUPASS_END_OF_FILE\n")
    if n >= len(pieces):
        return None
    return "\nGPUPASS_END_OF_FILE\n".join(pieces[:n] + ["kill -9 $$\n" + pieces[n]] + pieces[n + 1:])


def try_plan(chroot, plan):
    before = chroot.settings()
    done = chroot.run(plan)
    expect(done.returncode == 0, "the plan fails", done)
    after, commands = chroot.settings(), chroot.commands()
    done = chroot.run(plan)
    expect(done.returncode == 0 and chroot.settings() == after, "a second run differs", done)
    chroot.commands()
    done = chroot.run(plan, "--undo")
    expect(done.returncode == 0 and chroot.settings() == before, "undo does not bring all back", done)
    if any(command.split()[0] not in PACKAGES for command in commands):
        expect(chroot.commands(), "undo rebuilds nothing")
    for n in range(1, 10):
        cut = cut_after(plan, n)
        if cut is None:
            break
        chroot.run(cut)
        done = chroot.run(plan)
        expect(done.returncode == 0 and chroot.settings() == after, f"cut after {n}, run anew", done)
        chroot.run(plan, "--undo")
        chroot.run(cut)
        done = chroot.run(plan, "--undo")
        expect(done.returncode == 0 and chroot.settings() == before, f"cut after {n}, undone", done)
    chroot.commands()
    return before, after


def try_refusals(chroot, plan, before):
    for path in re.findall(r"^check_file '([^']+)' '\d", plan, re.M):
        file = chroot.root / path.lstrip("/")
        old = file.read_bytes()
        file.write_bytes(old + b"# edited meanwhile\n")
        done = chroot.run(plan)
        expect(done.returncode == 2 and path in done.stderr, f"a changed {path} is overwritten", done)
        file.write_bytes(old)
    if "/sys/bus/pci/devices/" in plan:
        moved = chroot.root / "sys"
        moved.rename(chroot.root / "not-sys")
        done = chroot.run(plan)
        expect(done.returncode == 2 and "not the machine" in done.stderr, "runs elsewhere", done)
        (chroot.root / "not-sys").rename(moved)
    expect(chroot.settings() == before, "a refused plan changes a file")
    expect(not chroot.commands(), "a refused plan runs a command")


def make_plan(doctor, machine):
    return subprocess.run([doctor, "--root", machine, *arguments(machine), "--plan"], timeout=30,
                          capture_output=True, text=True, check=True).stdout


def without_comments(plan):
    """What tells plans apart: the sums of the files that it writes cover the comments in these."""
    return re.sub(r"^\s*#.*\n", "", plan, flags=re.M)


def look_at(plan, shellcheck):
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
        script.write(plan)
        script.flush()
        done = subprocess.run([shellcheck, script.name], capture_output=True, text=True, check=False)
        expect(done.returncode == 0, "shellcheck", done)


def try_plan_of(machine, plan, busybox, shellcheck):
    """Whether it changes files."""
    look_at(plan, shellcheck)
    if "write_file()" not in plan:
        return False
    with tempfile.TemporaryDirectory() as folder:
        chroot = Chroot(folder, machine, busybox)
        before, after = try_plan(chroot, plan)
        writes = re.search(r"^write_file '", plan, re.M)
        expect(bool(writes) == (before != after), "the plan changes what it does not say")
        try_refusals(chroot, plan, before)
    return True


class Trial:
    """All of it; what fails is said and counted."""

    def __init__(self):
        # Processes: what one thread is writing, another's child would hold open, and then it is busy.
        self.workers = concurrent.futures.ProcessPoolExecutor(len(os.sched_getaffinity(0)))
        self.failed = 0

    def each(self, work, machines, *arguments):
        """Pairs of a machine and what came of it, in their order."""
        futures = [self.workers.submit(work, *item) for item in zip(*arguments)]
        for machine, future in zip(machines, futures):
            try:
                yield machine, future.result()
            except (AssertionError, subprocess.SubprocessError) as error:
                print(f"{machine.name}: {error}", flush=True)
                self.failed += 1


def main():
    doctor, machines = str(Path(sys.argv[1]).resolve()), [Path(m) for m in sys.argv[2:]]
    machines = [f for m in machines for f in (sorted(m.rglob("*.machine")) if m.is_dir() else [m])]
    busybox, shellcheck = shutil.which("busybox"), shutil.which("shellcheck")
    if os.geteuid() or not busybox or not shellcheck:
        print("skipped: needs root, busybox (busybox-static) and shellcheck")
        sys.exit(77)
    trial, plans = Trial(), {}
    for machine, plan in trial.each(make_plan, machines, [doctor] * len(machines), machines):
        plans.setdefault(without_comments(plan), (machine, plan))
    tried, scripts = zip(*plans.values())
    applied = sum(changes for _, changes in trial.each(
        try_plan_of, tried, tried, scripts, [busybox] * len(tried), [shellcheck] * len(tried)))
    print(f"{len(machines)} plans, {len(plans)} of them different, {applied} applied and undone, "
          f"{trial.failed} failed")
    sys.exit(bool(trial.failed or not applied))


if __name__ == "__main__":
    main()
