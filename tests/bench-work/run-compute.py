#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times PoCL with gpupass-work-compute, and PoCL in disguise: a GPU with an address, and with faults.

usage: run-compute.py WORK-COMPUTE DISGUISED-ICD
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

POCL = pathlib.Path("/etc/OpenCL/vendors/pocl.icd")
ADDRESS = "0000:00:02.0"
TIMEOUT = 100

NUMBER = r"[0-9][0-9.e+-]*"
LINES = [re.compile(line) for line in (
    r"about [a-z-]+ \S.*", r"ready [0-9]+", r"window [0-9]+ [0-9]+", rf"metric [a-z0-9-]+ {NUMBER} \S+",
    rf"histogram launch us( {NUMBER}:[0-9]+)+", r"check \S.*", r"invalid \S.*", r"failed \S.*")]

METRICS = {
    "global": {"bandwidth": "GB/s"},
    "host-to-device": {"bandwidth": "GB/s"},
    "device-to-host": {"bandwidth": "GB/s"},
    "map": {"touched": "GB/s", "map": "us"},
    "fma": {"flops": "GFLOPS"},
    "fma-double": {"flops": "GFLOPS"},
    "launch": {"launch": "us", "launch-queued": "us", "p50": "us", "max": "us"},
}


class Bench:
    """The worker, and two directories of .icd files to show it."""

    def __init__(self, program, disguised, directory):
        self.program = program
        self.directory = pathlib.Path(directory)
        self.vendors = {"none": [], "pocl": [POCL.read_text(encoding="utf-8")], "gpu": [disguised + "\n"]}
        self.passed = self.failed = 0
        for name, icds in self.vendors.items():
            (self.directory / name).mkdir()
            for icd in icds:
                (self.directory / name / "one.icd").write_text(icd, encoding="utf-8")

    def run(self, vendors, *arguments, disguised_as="", go=b"go\n"):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("OCL_ICD_FILENAMES", "OPENCL_VENDOR_PATH")}
        environment.update(
            HOME=str(self.directory), XDG_CACHE_HOME=str(self.directory), POCL_CACHE_DIR=str(self.directory / "cache"),
            OCL_ICD_VENDORS=str(self.directory / vendors), TMPDIR=str(self.directory), DISGUISED_AS=disguised_as,
            DISGUISED_OF=POCL.read_text(encoding="utf-8").strip())
        done = subprocess.run([self.program, *arguments, "seconds=0.2", "warmup=0.05"], input=go, capture_output=True,
                              timeout=TIMEOUT, check=False, env=environment)
        return done.returncode, done.stdout.decode("utf-8", "strict").splitlines()

    def expect(self, what, result, status, *starts, never=()):
        """Lines that begin so have to be there; others must not; and each is one that a worker may say."""
        ended, lines = result
        misses = [f"ended with {ended}, not {status}"] if ended != status else []
        misses += [f"no line {start!r}" for start in starts if not any(line.startswith(start) for line in lines)]
        misses += [f"a line {start!r}" for start in never if any(line.startswith(start) for line in lines)]
        misses += [f"an odd line {line!r}" for line in lines if not any(odd.fullmatch(line) for odd in LINES)]
        self.judge(what, misses, lines)

    def judge(self, what, misses, lines):
        self.passed, self.failed = self.passed + (not misses), self.failed + bool(misses)
        if misses:
            print(f"FAIL {what}: {'; '.join(misses)}")
            print("\n".join("    " + line for line in lines))


def metrics(lines):
    found = [line.split() for line in lines if line.startswith("metric ")]
    return {name: (float(value), unit) for _, name, value, unit in found}


def try_numbers(bench, test, lines):
    """Units are as they should be, values are some, and the window is as long as it was to be."""
    measured = metrics(lines)
    misses = [f"{name} is {measured.get(name)}" for name, unit in {**METRICS[test], "cpu-load": "%"}.items()
              if name not in measured or measured[name][0] <= 0 or measured[name][1] != unit]
    times = [line.split()[1:] for line in lines if line.startswith("window ")]
    if len(times) != 1 or int(times[0][1]) - int(times[0][0]) < 200_000_000:
        misses.append(f"windows {times}")
    bench.judge(f"the numbers of {test}", misses, lines)


def try_pocl(bench):
    """Each test is valid, and says what it ran on."""
    for test in METRICS:
        result = bench.run("pocl", "device=cpu", f"test={test}")
        bench.expect(test, result, 0, "about platform Portable Computing Language", "about software yes", "about icd ",
                     "ready ", "check ", *(("about event-time-ratio ",) if test not in ("map", "launch") else ()),
                     never=("failed", "invalid", "about pci"))
        try_numbers(bench, test, result[1])
    bench.expect("a map that copies nothing", bench.run("pocl", "device=cpu", "test=map", "mib=16"), 0,
                 "about zero-copy yes (", "about counted each of 16 MiB")
    bench.expect("buffers that fit into caches", bench.run("pocl", "device=cpu", "test=global", "mib=1"), 0,
                 "metric bandwidth", "check ", "invalid three buffers of 1 MiB are too small")


def try_orders(bench):
    """What it is told, and what is not there."""
    for orders, why in ((("test=fma",), "device="), (("device=cpu",), "test="),
                        (("device=cpu", "test=fma", "seconds=soon"), "seconds="),
                        (("device=cpu", "test=fma", "mib=-1"), "mib=")):
        bench.expect(f"no good {why}", bench.run("pocl", *orders), 0, f"failed {why} is not understood",
                     never=("ready",))


def try_missing(bench):
    """Which devices there are, is said where the one that was named is not."""
    only = 'failed no OpenCL device at 0000:00:03.0: there is '
    bench.expect("a GPU, and only a processor", bench.run("pocl", "device=0000:00:03.0", "test=fma"), 0,
                 only + 'cpu "', never=("ready", "metric"))
    bench.expect("another GPU", bench.run("gpu", "device=0000:00:03.0", "test=fma"), 0, only + 'gpu "',
                 never=("ready", "metric"))
    bench.expect("a processor, and only a GPU", bench.run("gpu", "device=cpu", "test=fma"), 0,
                 'failed no OpenCL device is a processor: there is gpu "', never=("ready", "metric"))
    bench.expect("a GPU that is nowhere", bench.run("gpu", "device=0000:00:03.0", "test=fma", disguised_as="nowhere"),
                 0, only + 'gpu "', never=("ready", "metric"))
    bench.expect("double precision that is not there",
                 bench.run("gpu", f"device={ADDRESS}", "test=fma-double", disguised_as="single"), 0,
                 "failed the device has no double precision", never=("ready",))
    bench.expect("no implementation", bench.run("none", "device=cpu", "test=fma"), 0,
                 "failed no OpenCL device is a processor: there are no devices", never=("ready",))
    bench.expect("asked, without an implementation", bench.run("none", "device=cpu", "offers=yes"), 0,
                 "about cannot no OpenCL device is a processor: there are no devices", never=("failed", "ready"))
    bench.expect("asked", bench.run("pocl", "device=cpu", "offers=yes"), 0, "about device ",
                 never=("about cannot", "failed", "ready"))
    bench.expect("nobody there to tell it to go", bench.run("pocl", "device=cpu", "test=launch", go=b""), 0, "ready ",
                 never=("window", "metric", "failed"))


def try_disguised(bench):
    """A GPU is found by its address; what it does wrong is no measurement."""
    def run(test, how=""):
        return bench.run("gpu", f"device={ADDRESS}", f"test={test}", "mib=32", disguised_as=how)

    bench.expect("a GPU by its address", run("global"), 0, f"about pci {ADDRESS}", "about software no", "check ",
                 never=("invalid", "failed"))
    for test in METRICS:
        bench.expect(f"{test}, and commands are lost", run(test, "lost"), 0, "window", "invalid ", never=("failed",))
    bench.expect("a clock that goes wrong", run("global", "clock"), 0, "invalid the device says that it was at work")
    bench.expect("an error later on", run("launch", "error"), 0, "ready ",
                 "failed clEnqueueNDRangeKernel: CL_OUT_OF_RESOURCES", never=("metric", "window"))
    bench.expect("no memory", run("global", "memory"), 0, "failed clCreateBuffer: CL_MEM_OBJECT_ALLOCATION_FAILURE",
                 never=("ready",))
    bench.expect("a compiler that refuses", run("fma", "build"), 0, "failed the kernels cannot be compiled: ",
                 never=("ready",))
    bench.expect("a crash", run("launch", "crash"), -6, "ready ", never=("window", "metric"))


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    if not POCL.exists():
        print("skip: PoCL is not installed (pocl-opencl-icd)")
        return 77
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), directory)
        for part in (try_pocl, try_orders, try_missing, try_disguised):
            part(bench)
    print(f"{bench.passed} passed, {bench.failed} failed")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main())
