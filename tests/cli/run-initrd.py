#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes initrds of every kind that distributions make, and asks the doctor what is in them."""

import bz2
import csv
import gzip
import io
import lzma
import pathlib
import shutil
import subprocess
import sys
import tempfile

RELEASE = "6.1.0-25-amd64"
IMAGE = f"boot/initrd.img-{RELEASE}"
SETTINGS = "options vfio-pci ids=8086:4680\nsoftdep i915 pre: vfio-pci\n"
DRIVERS = f"usr/lib/modules/{RELEASE}/kernel/drivers"


def entry(name, content=b"", mode=0o100644):
    name = name.encode() + b"\0"
    numbers = [1, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0]
    head = b"070701" + b"".join(b"%08X" % number for number in numbers) + name
    head += bytes(-len(head) % 4)
    return head + content + bytes(-len(content) % 4)


def cpio(files):
    body = b"".join(entry(name, content) for name, content in files.items())
    return body + entry("TRAILER!!!")


def program(*command):
    def pack(data):
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout
    return pack if shutil.which(command[0]) else None


PACKERS = {
    "none": lambda data: data,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda data: lzma.compress(data, check=lzma.CHECK_CRC32),
    "lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE),
    "zstd": program("zstd", "-q", "-19", "-c"),
    "lz4": program("lz4", "-q", "-l", "-c"),
}

MICROCODE = cpio({"kernel/x86/microcode/GenuineIntel.bin": b"\1" * 5001}) + bytes(412)
GOOD = {
    f"{DRIVERS}/vfio/pci/vfio-pci.ko.xz": b"ELF" * 40000,
    f"{DRIVERS}/gpu/drm/i915/i915.ko": b"ELF" * 100001,
    "etc/modprobe.d/vfio.conf": SETTINGS.encode(),
    "conf/modules": b"vfio_pci\n",
}
OLD = {**GOOD, "etc/modprobe.d/vfio.conf": b"options vfio-pci ids=8086:4680\n"}
STALE = {**GOOD, "etc/modprobe.d/gone.conf": b"blacklist i915\n"}
UNRELATED = {"etc/modprobe.d/sound.conf": b"options snd_hda_intel power_save=1\n"}


class Machine:
    def __init__(self, directory):
        self.root = pathlib.Path(directory) / "root"
        self.put("proc/sys/kernel/osrelease", RELEASE + "\n")
        self.put("etc/modprobe.d/vfio.conf", SETTINGS)
        self.capture = pathlib.Path(directory) / "it.machine"

    def put(self, path, content):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def rows(doctor, root):
    done = subprocess.run([doctor, "--root", str(root), "--role", "host", "--format", "csv"],
                          capture_output=True, timeout=60, check=False)
    if done.returncode not in (0, 1, 3):
        raise SystemExit(f"exit status {done.returncode}: {done.stderr.decode()}")
    table = csv.DictReader(io.StringIO(done.stdout.decode()))
    return sorted((row["id"], row["verdict"], row["value"], row["text"]) for row in table
                  if row["id"].startswith("initrd.") or row["id"] == "vfio-conf-not-in-initrd")


def judge(doctor, machine, image):
    """What is said of it, which has to be the same for a capture of it."""
    machine.put(IMAGE, image)
    live = rows(doctor, machine.root)
    subprocess.run([doctor, "--root", str(machine.root), "--capture", str(machine.capture)],
                   check=True, timeout=60)
    if rows(doctor, machine.capture) != live:
        raise SystemExit("a capture says something else than the machine it is of")
    if machine.capture.stat().st_size > 50000:
        raise SystemExit("the image is in the capture")
    return live


def says(findings, verdict, text):
    return any(row[0] == "vfio-conf-not-in-initrd" and row[1] == verdict and text in row[3]
               for row in findings)


def main():
    doctor, failed, tried = sys.argv[1], [], 0
    damaged = PACKERS["gzip"](cpio(GOOD))
    cases = [
        ("lines that the initrd lacks", cpio(OLD), "warn", "does not know what"),
        ("lines that only the initrd has", cpio(STALE), "warn", "blacklist i915"),
        ("no GPU driver", cpio(UNRELATED), "pass", "holds no driver of a GPU"),
        ("cut off", cpio(GOOD)[:-700], "unknown", ""),
        ("damaged", damaged[:60] + bytes(900), "unknown", ""),
        ("an unknown way to pack", b"\x89LZO\0" + bytes(range(1, 200)), "unknown", ""),
        ("empty", b"", "pass", ""),
        ("a name too long", entry("x" * 9000), "unknown", ""),
        ("a size beyond the end", entry("a").replace(b"00000000", b"FFFFFFFF"), "unknown", ""),
    ]
    for name, pack in PACKERS.items():
        if not pack:
            print(f"skip: {name} is not installed")
            continue
        cases += [
            (f"{name}", pack(cpio(GOOD)), "pass", "as they are now"),
            (f"{name} behind microcode", MICROCODE + pack(cpio(GOOD)), "pass", "as they are"),
            (f"two archives in {name}", pack(cpio(UNRELATED) + bytes(64) + cpio(GOOD)), "pass",
             "as they are now"),
        ]
    for name, image, verdict, text in cases:
        with tempfile.TemporaryDirectory() as directory:
            findings = judge(doctor, Machine(directory), image)
        tried += 1
        if not says(findings, verdict, text):
            failed.append(name)
            print(f"{name}: no {verdict} with {text!r}: {findings}")
    print(f"{tried - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
