#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the seeds of the ACPI fuzzer: small made-up tables, some whole, some malformed.

usage: make-seeds.py DIRECTORY      (tests/fuzz/corpus/acpi)
"""
import struct
import sys
from pathlib import Path


def table(signature, body, length=None):
    size = 36 + len(body) if length is None else length
    raw = bytearray(signature + struct.pack("<IBB6s8sI4sI", size, 1, 0, b"GPTEST", b"SEEDTABL",
                                            1, b"GPGP", 1) + body)
    raw[9] = -sum(raw) & 0xFF
    return bytes(raw)


def sized(head, body=b""):
    """A structure: head's bytes 2 and 3 become its length."""
    raw = bytearray(head + body)
    struct.pack_into("<H", raw, 2, len(raw))
    return bytes(raw)


def scope(kind, enumeration=0, bus=0, path=((2, 0),), flags=0):
    steps = b"".join(bytes(step) for step in path)
    return bytes([kind, 6 + len(steps), flags, 0, enumeration, bus]) + steps


def dmar(*structures, haw=38, flags=5):
    return table(b"DMAR", bytes([haw, flags]) + bytes(10) + b"".join(structures))


def drhd(flags, segment, base, *scopes):
    return sized(struct.pack("<HHBBHQ", 0, 0, flags, 0, segment, base), b"".join(scopes))


def rmrr(base, limit, *scopes):
    return sized(struct.pack("<HHHHQQ", 1, 0, 0, 0, base, limit), b"".join(scopes))


def with_flags(kind, flags, *scopes):
    return sized(struct.pack("<HHBBH", kind, 0, flags, 0, 0), b"".join(scopes))


def rhsa(base, domain):
    return sized(struct.pack("<HHIQI", 3, 0, 0, base, domain))


def andd(device, name):
    return sized(struct.pack("<HHBBBB", 4, 0, 0, 0, 0, device), name)


def ivrs(*blocks):
    return table(b"IVRS", struct.pack("<IQ", 0x00203041, 0) + b"".join(blocks))


def ivhd(kind, *entries, base=0xFD300000):
    efr = b"" if kind == 0x10 else struct.pack("<QQ", 0x246577EFA2254AFA, 0x10)
    return sized(struct.pack("<BBHHHQHHI", kind, 0xB0, 0, 2, 0x40, base, 0, 0, 0x80048F6E) + efr,
                 b"".join(entries))


def entry(kind, device, data=0, rest=b""):
    return struct.pack("<BHB", kind, device, data) + rest


def acpi_entry(device, uid_format, uid):
    return entry(0xF0, device, 0x40,
                 b"AMDI0020" + b"PNP0C0F\0" + bytes([uid_format, len(uid)]) + uid)


def ivmd(kind, first, last, start, length):
    return sized(struct.pack("<BBHHHQQQ", kind, 3, 0, first, last, 0, start, length))


IGPU = drhd(0, 0, 0xFED90000, scope(1))
REST = drhd(1, 0, 0xFED91000, scope(3, 2, 0, ((30, 7),)), scope(4, 0, 0, ((30, 6),)))
RANGE = entry(3, 0x0008) + entry(4, 0xFFFE)
SPECIAL = entry(0x48, 0, 0xD7, bytes([0x20, 0xA0, 0, 1])) + entry(0x48, 0, 0, bytes([0, 0xA0, 0, 2]))

SEEDS = {
    "dmar-whole": dmar(IGPU, REST, rmrr(0x7B000000, 0x7F7FFFFF, scope(1)),
                       with_flags(2, 1), with_flags(2, 0, scope(2, 0, 0, ((1, 0), (2, 3)))),
                       rhsa(0xFED90000, 1), andd(1, b"\\_SB.I2C0\0")),
    "dmar-satc-sidp-whole": dmar(REST, with_flags(5, 1, scope(1)),
                                 with_flags(6, 0, scope(1, flags=0x1F))),
    "dmar-unknown-type": dmar(sized(struct.pack("<HHI", 9, 0, 0)), REST),
    "dmar-no-drhd": dmar(rmrr(0x1000, 0x1FFF, scope(1))),
    "dmar-two-include-all": dmar(REST, REST),
    "dmar-rmrr-backward": dmar(REST, rmrr(0x2000, 0x1000, scope(1))),
    "dmar-length-0": dmar(REST, bytes(4)),
    "dmar-past-the-end": dmar(REST, b"\0\0\xff\xff"),
    "dmar-scope-length-0": dmar(drhd(0, 0, 0xFED90000, bytes(8))),
    "dmar-scope-odd": dmar(drhd(0, 0, 0xFED90000, scope(1)[:1] + b"\x09" + scope(1)[2:] + b"\1")),
    "dmar-huge": table(b"DMAR", bytes([38, 5]) + bytes(10) + REST, 0xFFFFFFFF),
    "ivrs-whole": ivrs(
        ivhd(0x10, entry(1, 0), entry(2, 0x0108), RANGE, entry(0, 0), SPECIAL),
        ivhd(0x11, entry(0x42, 0x0300, 0, bytes([0, 0xA5, 0, 0])),
             entry(0x43, 0x0400, 0, bytes([0, 0xA6, 0, 0])), entry(4, 0x04FF),
             entry(0x46, 0x0500, 0, struct.pack("<I", 0x80000000)),
             entry(0x47, 0x0600, 0, struct.pack("<I", 0x80000000)), entry(4, 0x06FF)),
        ivmd(0x20, 0, 0, 0x70000000, 0x1000), ivmd(0x21, 0x300, 0, 0x71000000, 0x1000),
        ivmd(0x22, 0, 0xFFF, 0x72000000, 0x1000)),
    "ivrs-acpi-whole": ivrs(ivhd(0x40, RANGE, acpi_entry(0xA5, 2, b"\\_SB.FUR0"),
                                 acpi_entry(0xA5, 1, b"\1\2"), acpi_entry(0xA5, 0, b""))),
    "ivrs-unknown-types": ivrs(ivhd(0x10, entry(5, 0), entry(0x80, 0)),
                               sized(struct.pack("<BBHI", 0x51, 8, 0, 0))),
    "ivrs-uid-too-long": ivrs(ivhd(0x40, acpi_entry(0xA5, 2, b"A")[:-2] + b"\xff")),
    "ivrs-range-without-end": ivrs(ivhd(0x10, entry(3, 8))),
    "ivrs-no-ivhd": ivrs(ivmd(0x22, 9, 8, 2**64 - 1, 2)),
    "short-header": table(b"DMAR", b"")[:20],
    "empty": b"",
}


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    for name, raw in SEEDS.items():
        (Path(sys.argv[1]) / f"{name}.bin").write_bytes(raw)
    return 0


if __name__ == "__main__":
    sys.exit(main())
