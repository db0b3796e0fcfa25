#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tries real loaders and implementations of OpenCL with gpupass-try-opencl, and what the doctor makes of faulty ones.

usage: run-opencl.py TRY-OPENCL FAULTY-ICD DOCTOR
"""

import csv
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

POCL = pathlib.Path("/etc/OpenCL/vendors/pocl.icd")
TIMEOUT = 60


class Bench:
    """A scratch directory of .icd files, and the program on them."""

    def __init__(self, program, faulty, doctor, directory):
        self.program, self.faulty, self.doctor = program, faulty, doctor
        self.directory = pathlib.Path(directory)
        self.vendors = self.directory / "vendors"
        self.passed = self.failed = self.skipped = 0

    def icd(self, name, text):
        self.vendors.mkdir(exist_ok=True)
        (self.vendors / name).write_text(text, encoding="utf-8")
        return str(self.vendors / name)

    def clear(self):
        shutil.rmtree(self.vendors, ignore_errors=True)
        self.vendors.mkdir()

    def environment(self, **variables):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("OCL_ICD_VENDORS", "OCL_ICD_FILENAMES", "OPENCL_VENDOR_PATH")}
        environment.update(HOME=str(self.directory), XDG_CACHE_HOME=str(self.directory),
                           POCL_CACHE_DIR=str(self.directory), TMPDIR=str(self.directory), **variables)
        return environment

    def run(self, subject="", **variables):
        done = subprocess.run([self.program, subject], capture_output=True, timeout=TIMEOUT, check=False,
                              env=self.environment(**variables))
        return done.returncode, done.stdout.decode("utf-8", "replace").splitlines()

    def all(self):
        return self.run(OCL_ICD_VENDORS=str(self.vendors))

    def examine(self, capture):
        done = subprocess.run([self.doctor, "--root", capture, "--role", "host", "--mode", "native", "--format", "csv"],
                              capture_output=True, timeout=TIMEOUT, check=False)
        text = done.stdout.decode("utf-8", "replace")
        return done.returncode, list(csv.DictReader(io.StringIO(text, newline="")))

    def judge(self, what, holds):
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        if not holds:
            print(f"FAIL {what}")

    def expect(self, what, result, status, *starts, never=()):
        """Lines that begin so have to be there, in any order; others must not."""
        ended, lines = result
        misses = [f"ended with {ended}, not {status}"] if ended != status else []
        misses += [f"no line {start!r}" for start in starts if not any(line.startswith(start) for line in lines)]
        misses += [f"a line {start!r}" for start in never if any(line.startswith(start) for line in lines)]
        self.passed, self.failed = self.passed + (not misses), self.failed + bool(misses)
        if misses:
            print(f"FAIL {what}: {'; '.join(misses)}")
            print("\n".join("    " + line for line in lines))

    def skip(self, what):
        self.skipped += 1
        print(f"skip: {what}")


def try_files(bench):
    """What an .icd file may be like."""
    bench.clear()
    bench.expect("no .icd file", bench.all(), 0, "loader ok", "platforms-error -1001", never=("platform 0",))
    gone = bench.icd("gone.icd", "/nonexistent/libgone.so\n")
    bench.expect("a library that is gone, beside none", bench.all(), 0, "platforms-error -1001")
    bench.expect("a library that is gone", bench.run(gone), 0, f"icd {gone} missing /nonexistent/libgone.so",
                 "load-error /nonexistent/libgone.so: cannot open", never=("platforms",))
    bench.clear()
    empty = bench.icd("empty.icd", "")
    bench.expect("an empty file", bench.run(empty), 0, f"icd {empty} malformed", never=("platforms", "loader"))
    garbage = bench.icd("garbage.icd", "\x01\x02 no library at all\nsecond line\n")
    bench.expect("garbage", bench.run(garbage), 0, f"icd {garbage} missing", "load-error")
    directory = bench.vendors / "directory.icd"
    directory.mkdir()
    bench.expect("a directory", bench.run(str(directory)), 0, f"icd {directory} unreadable EISDIR")
    bench.expect("none", bench.run(str(bench.vendors / "none.icd")), 0,
                 f"icd {bench.vendors / 'none.icd'} unreadable ENOENT")
    bench.expect("all of these at once", bench.all(), 0, "platforms-error -1001")


def try_nvidia(bench):
    """NVIDIA's library is not loaded where its module is not."""
    if os.path.exists("/sys/module/nvidia"):
        bench.skip("NVIDIA's module is loaded")
        return
    bench.clear()
    nvidia = bench.icd("nvidia.icd", "libnvidia-opencl.so.1\n")
    left = f"icd {nvidia} left-alone"
    bench.expect("NVIDIA's alone", bench.run(nvidia), 0, left, never=("load-error", "loader"))
    bench.expect("NVIDIA's among none", bench.all(), 0, left, never=("platform 0",))
    bench.icd("faulty.icd", bench.faulty + "\n")
    bench.expect("NVIDIA's beside another", bench.all(), 0, left, "loader ok", "platforms-error -1001")
    bench.expect("a variable that names it", bench.run(OCL_ICD_VENDORS=nvidia), 0, never=("loader", "platform 0"))


def try_faulty(bench):
    """A crash ends the program with what was said before; what a library prints is not taken for an answer."""
    bench.clear()
    faulty = bench.icd("faulty.icd", bench.faulty + "\n")
    bench.expect("one that has no platform", bench.run(faulty), 0, f"icd {faulty} ok", "platforms-error -1001")
    bench.expect("one that crashes", bench.run(faulty, FAULTY_ICD="crash"), -6, f"icd {faulty} ok", "loader ok",
                 never=("platforms",))
    bench.expect("one that prints", bench.run(faulty, FAULTY_ICD="chatter"), 0, "platforms-error -1001",
                 never=("platforms 7",))


def try_pocl(bench):
    """A real one."""
    if not POCL.exists():
        bench.skip("PoCL is not installed (pocl-opencl-icd)")
        return
    bench.clear()
    pocl = bench.icd("pocl.icd", POCL.read_text(encoding="utf-8"))
    device = ("platforms 1", "platform 0 name Portable Computing Language", "devices 0 1", "device 0.0 type cpu")
    bench.expect("PoCL, whose device is a CPU", bench.run(pocl), 0, f"icd {pocl} ok", *device, never=("kernel",))
    device += ("kernel 0.0 ok",)
    bench.expect("PoCL by a variable", bench.all(), 0, f"environment OCL_ICD_VENDORS {bench.vendors}", *device)
    bench.icd("gone.icd", "/nonexistent/libgone.so\n")
    bench.icd("faulty.icd", bench.faulty + "\n")
    bench.expect("PoCL beside others", bench.all(), 0, *device)
    bench.expect("PoCL alone, beside one that would crash",
                 bench.run(pocl, FAULTY_ICD="crash", OCL_ICD_VENDORS=str(bench.vendors)), 0, *device)


def try_installed(bench):
    """All that are installed, at once; one alone is looked at by itself."""
    installed = len(list(POCL.parent.glob("*.icd")))
    if installed == 1:
        bench.expect("the only one", bench.run(), 0, "loader ok", never=("platform",))
    elif b"__asan_init" in pathlib.Path(bench.program).read_bytes():
        bench.skip("what is installed: some drivers do not run under sanitizers")
    else:
        bench.expect("what is installed", bench.run(), 0, "loader ok", "platforms", never=("kernel",))


def finding(rows, check):
    """The hardest verdict of a check, its texts, and how many layers there are beside."""
    found = [row for row in rows if row["kind"] == "finding" and row["id"] == check]
    layers = {row["layer"] for row in rows if row["kind"] == "finding"}
    verdict = "fail" if any(row["verdict"] == "fail" for row in found) else "no fail"
    return verdict, " ".join(row["text"] for row in found), len(layers)


def try_doctor(bench):
    """What crashes or hangs costs its own answer, and a capture has that."""
    bench.clear()
    bench.icd("faulty.icd", bench.faulty + "\n")
    for how, check, words in (("crash", "ocl-icd-crashed", "crashed (Aborted)"),
                              ("hang", "ocl-icd-hangs", "did not answer in 20 s")):
        capture = str(bench.directory / f"{how}.machine")
        subprocess.run([bench.doctor, "--capture", capture], timeout=TIMEOUT, check=True,
                       env=bench.environment(OCL_ICD_VENDORS=str(bench.vendors), FAULTY_ICD=how))
        status, rows = bench.examine(capture)
        verdict, text, layers = finding(rows, check)
        bench.judge(f"{how}: {status} {verdict} {text}",
                    status == 1 and verdict == "fail" and words in text and layers > 5)


def main():
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]),
                      os.path.abspath(sys.argv[3]), directory)
        bench.clear()
        if any(line.startswith("loader missing") for line in bench.all()[1]):
            print("skip: there is no libOpenCL.so.1 (ocl-icd-libopencl1)")
            return 77
        for part in (try_files, try_nvidia, try_faulty, try_pocl, try_installed, try_doctor):
            part(bench)
        left = [path for path in pathlib.Path(directory).iterdir() if path.name.startswith("opencl-")]
        crashes = 1
        if len(left) > crashes:
            bench.failed += 1
            print(f"FAIL directories are left behind: {[list(path.iterdir()) for path in left]}")
    print(f"{bench.passed} passed, {bench.failed} failed, {bench.skipped} skipped")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
