#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares acpi-dump with `iasl -d`, field by field, on real DMAR and IVRS tables.

usage: compare-iasl.py ACPI-DUMP [TABLE...]

Without TABLE: every real table in $GPUPASS_SHARED/acpi (default: ../shared beside the source
tree), and the whole ones of the fuzzer's seeds, which hold what no real table at hand does.
What iasl calls unknown (SATC, SIDP, IVHD type 40h and, in a DMAR, all that follows) is decoded
here, from the bytes and the layouts in the VT-d and AMD IOMMU specifications.

Exit status: 0 all agree, 1 a disagreement, 2 usage, 77 no iasl or no tables.
"""
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

# Real tables in which something is wrong, and what: a register base of 0.
KNOWN_PROBLEMS = {"27d1e500a85c": ["48 a DRHD has register address 0"]}

DMAR_NAMES = {0: "drhd", 1: "rmrr", 2: "atsr", 3: "rhsa", 4: "andd", 5: "satc", 6: "sidp"}
FIELD = re.compile(r"^\[([0-9A-F]+)h\s+\d+\s+\w+\]\s+(.+?) :(?: (.*))?$")


def text(raw):
    return raw.split(b"\0")[0].decode("latin-1")


class Iasl:
    """The fields of a disassembly, in order: (offset, name, value)."""

    def __init__(self, iasl, table):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "table.bin"
            shutil.copyfile(table, copy)
            ran = subprocess.run([iasl, "-d", copy.name], cwd=folder, capture_output=True,
                                 timeout=60)
            listing = Path(folder) / "table.dsl"
            if ran.returncode or not listing.exists():
                raise RuntimeError("iasl cannot disassemble it")
            lines = listing.read_text("latin-1").splitlines()
        self.fields = []
        for line in lines:
            match = FIELD.match(line)
            if match:
                value = (match[3] or "").strip()
                self.fields.append((int(match[1], 16), match[2], value))
            elif line.startswith("Raw Table Data"):
                break

    def structures(self):
        """The fixed part, then one list of fields for each structure."""
        parts = [[]]
        for field in self.fields:
            if field[1] == "Subtable Type":
                parts.append([])
            parts[-1].append(field)
        return parts


def pieces(raw, offset):
    """(where, bytes) of each structure: its length is the 16-bit number at its byte 2."""
    while offset < len(raw):
        length, = struct.unpack_from("<H", raw, offset + 2)
        if length < 4:
            raise ValueError(f"a structure of {length} bytes at {offset}")
        yield offset, raw[offset:offset + length]
        offset += length


def quoted(value):
    return value.split('"')[1]


def number(value):
    """The hexadecimal number that a value begins with."""
    return int(value.split()[0], 16)


def look_up(fields, name):
    for _, field, value in fields:
        if field == name:
            return number(value)
    raise KeyError(f"iasl printed no '{name}'")


def header_from_iasl(fields):
    values = {name: value for _, name, value in fields}
    return {
        "header.signature": quoted(values["Signature"]),
        "header.length": number(values["Table Length"]),
        "header.revision": number(values["Revision"]),
        "header.checksum": number(values["Checksum"]),
        "header.oem_id": quoted(values["Oem ID"]),
        "header.oem_table_id": quoted(values["Oem Table ID"]),
        "header.oem_revision": f"{number(values['Oem Revision']):08x}",
        "header.creator_id": quoted(values["Asl Compiler ID"]),
        "header.creator_revision": f"{number(values['Asl Compiler Revision']):08x}",
    }


# DMAR. A structure is (kind, {field: value}, [scope]); a scope is (type, enumeration id, bus,
# flags, [(device, function)]).

def dmar_scopes_from_iasl(fields):
    scopes = []
    for _, name, value in fields:
        if name == "Device Scope Type":
            scopes.append([number(value), 0, 0, 0, []])
        elif not scopes:
            continue
        elif name == "Reserved":
            scopes[-1][3] = number(value) & 0xFF
        elif name == "Enumeration ID":
            scopes[-1][1] = number(value)
        elif name == "PCI Bus Number":
            scopes[-1][2] = number(value)
        elif name == "PCI Path":
            device, function = value.split(",")
            scopes[-1][4].append((int(device, 16), int(function, 16)))
    return scopes


def dmar_from_iasl(fields):
    kind = DMAR_NAMES[number(fields[0][2])]
    values = {}
    if kind in ("drhd", "atsr"):
        values["flags"] = look_up(fields, "Flags")
    if kind in ("drhd", "rmrr", "atsr"):
        values["segment"] = look_up(fields, "PCI Segment Number")
    if kind == "drhd":
        values["size"] = look_up(fields, "Reserved")
        values["base"] = f"{look_up(fields, 'Register Base Address'):x}"
    elif kind == "rmrr":
        values["base"] = f"{look_up(fields, 'Base Address'):x}"
        values["limit"] = f"{look_up(fields, 'End Address (limit)'):x}"
    elif kind == "rhsa":
        values["base"] = f"{look_up(fields, 'Base Address'):x}"
        values["domain"] = look_up(fields, "Proximity Domain")
    elif kind == "andd":
        values["device"] = look_up(fields, "Device Number")
        values["name"] = [value for _, name, value in fields if name == "Device Name"][0]
        values["name"] = values["name"].strip('"')
    return kind, values, dmar_scopes_from_iasl(fields)


def dmar_scopes_from_bytes(raw):
    scopes = []
    while raw:
        kind, length, flags, _, enumeration, bus = struct.unpack_from("<6B", raw)
        if length < 6:
            raise ValueError(f"a device scope of {length} bytes")
        path = raw[6:length]
        scopes.append([kind, enumeration, bus, flags, list(zip(path[::2], path[1::2]))])
        raw = raw[length:]
    return scopes


def dmar_from_bytes(raw):
    """VT-d specification, 8.3 to 8.9."""
    kind = DMAR_NAMES.get(struct.unpack_from("<H", raw)[0])
    values, scopes_at = {}, None
    if kind in ("drhd", "atsr", "satc"):
        values["flags"] = raw[4]
    if kind in ("drhd", "rmrr", "atsr", "satc", "sidp"):
        values["segment"], = struct.unpack_from("<H", raw, 6)
        scopes_at = {"drhd": 16, "rmrr": 24}.get(kind, 8)
    if kind == "drhd":
        values["size"] = raw[5]
        values["base"] = f"{struct.unpack_from('<Q', raw, 8)[0]:x}"
    elif kind == "rmrr":
        base, limit = struct.unpack_from("<QQ", raw, 8)
        values.update(base=f"{base:x}", limit=f"{limit:x}")
    elif kind == "rhsa":
        base, domain = struct.unpack_from("<QI", raw, 8)
        values.update(base=f"{base:x}", domain=domain)
    elif kind == "andd":
        values.update(device=raw[7], name=text(raw[8:]))
    return kind, values, dmar_scopes_from_bytes(raw[scopes_at:]) if scopes_at else []


def dmar_structures(listing, raw):
    """(structures, how many of them came from iasl)."""
    known = {}
    for fields in listing.structures()[1:]:
        if "Unknown" not in fields[0][2]:
            known[fields[0][0]] = dmar_from_iasl(fields)
    found = [known.get(at) or dmar_from_bytes(piece) for at, piece in pieces(raw, 48)]
    return found, len(known)


def expect_dmar(listing, raw):
    fixed = listing.structures()[0]
    structures, from_iasl = dmar_structures(listing, raw)
    expected = header_from_iasl(fixed)
    expected["dmar.haw"] = look_up(fixed, "Host Address Width") + 1
    expected["dmar.flags"] = look_up(fixed, "Flags")
    expected["dmar.unknown.count"] = sum(kind is None for kind, _, _ in structures)
    counts = {kind: 0 for kind in DMAR_NAMES.values()}
    scopes = 0
    for kind, values, own_scopes in structures:
        if kind is None:
            continue
        for name, value in values.items():
            expected[f"dmar.{kind}.{counts[kind]}.{name}"] = value
        counts[kind] += 1
        for scope_type, enumeration, bus, flags, path in own_scopes:
            steps = "".join(f" {device:02x}.{function:x}" for device, function in path)
            expected[f"scope.{scopes}"] = f"{kind} {scope_type} {enumeration} {bus:02x}{steps}"
            expected[f"scope.{scopes}.flags"] = flags
            scopes += 1
    expected["dmar.scope.count"] = scopes
    for kind, count in counts.items():
        expected[f"dmar.{kind}.count"] = count
    return expected, from_iasl, len(structures)


# IVRS. A block is (kind, {field: value}, [entry as acpi-dump prints it]).

def ivhd_entry_from_iasl(fields):
    values = {name: value for _, name, value in fields}
    kind = number(values["Entry Type"])
    said = f"{kind:02x} {number(values['Device ID']):04x} {number(values['Data Setting']):02x}"
    if kind in (0x42, 0x43):
        said += f" alias {number(values['Source Used Device ID']):04x}"
    elif kind in (0x46, 0x47):
        said += f" extended {number(values['Extended Data']):08x}"
    elif kind == 0x48:
        said += (f" special {number(values['Variety'])} {number(values['Handle'])}"
                 f" {number(values['Source Used Device ID']):04x}")
    return said


def ivrs_from_iasl(fields):
    kind = number(fields[0][2])
    values = {"type": f"{kind:02x}", "flags": look_up(fields, "Flags"),
              "device": f"{look_up(fields, 'DeviceId'):04x}"}
    if kind in (0x20, 0x21, 0x22):
        values["last"] = f"{look_up(fields, 'Auxiliary Data'):04x}"
        values["start"] = f"{look_up(fields, 'Start Address'):x}"
        values["length"] = f"{look_up(fields, 'Memory Length'):x}"
        return "ivmd", values, []
    values["capability"] = f"{look_up(fields, 'Capability Offset'):04x}"
    values["base"] = f"{look_up(fields, 'Base Address'):x}"
    values["segment"] = look_up(fields, "PCI Segment Group")
    values["info"] = f"{look_up(fields, 'Virtualization Info'):04x}"
    features = "Feature Reporting" if kind == 0x10 else "Attributes"
    values["features"] = f"{look_up(fields, features):08x}"
    values["efr"] = values["efr2"] = "0"
    if kind == 0x11:
        values["efr"] = f"{look_up(fields, 'EFR Image'):x}"
        values["efr2"] = f"{look_up(fields, 'Reserved'):x}"
    entries = []
    for field in fields:
        if field[1] == "Entry Type":
            entries.append([])
        if entries:
            entries[-1].append(field)
    return "ivhd", values, [ivhd_entry_from_iasl(entry) for entry in entries]


def ivhd_entry_from_bytes(raw):
    """(the entry, its length). AMD IOMMU specification, 5.2.2."""
    kind, device, data = struct.unpack_from("<BHB", raw)
    said = f"{kind:02x} {device:04x} {data:02x}"
    if kind in (0x42, 0x43):
        return said + f" alias {struct.unpack_from('<H', raw, 5)[0]:04x}", 8
    if kind in (0x46, 0x47):
        return said + f" extended {struct.unpack_from('<I', raw, 4)[0]:08x}", 8
    if kind == 0x48:
        handle, source, variety = struct.unpack_from("<BHB", raw, 4)
        return said + f" special {variety} {handle} {source:04x}", 8
    if kind == 0xF0:
        uid = raw[22:22 + raw[21]]
        value = text(uid) if raw[20] == 2 else int.from_bytes(uid, "little")
        return (said + f" acpi {text(raw[4:12])},{text(raw[12:20])},{raw[20]},{value}",
                22 + len(uid))
    if kind >= 0x40:
        raise ValueError(f"no layout for device entry {kind:02x}")
    return said, 4


def ivrs_from_bytes(raw):
    """AMD IOMMU specification, 5.2.1: the blocks that iasl does not know. None: nor do we."""
    if raw[0] != 0x40:
        return None, {}, []
    (kind, flags, _, device, capability, base, segment, info, attributes, efr,
     efr2) = struct.unpack_from("<BBHHHQHHIQQ", raw)
    values = {"type": f"{kind:02x}", "flags": flags, "device": f"{device:04x}",
              "capability": f"{capability:04x}", "base": f"{base:x}", "segment": segment,
              "info": f"{info:04x}", "features": f"{attributes:08x}", "efr": f"{efr:x}",
              "efr2": f"{efr2:x}"}
    entries, offset = [], 40
    while offset < len(raw):
        entry, length = ivhd_entry_from_bytes(raw[offset:])
        entries.append(entry)
        offset += length
    return "ivhd", values, entries


def ivrs_structures(listing, raw):
    known = {}
    for fields in listing.structures()[1:]:
        if "Unknown" not in fields[0][2]:
            known[fields[0][0]] = ivrs_from_iasl(fields)
    found = [known.get(at) or ivrs_from_bytes(piece) for at, piece in pieces(raw, 48)]
    return found, len(known)


def expect_ivrs(listing, raw):
    fixed = listing.structures()[0]
    structures, from_iasl = ivrs_structures(listing, raw)
    expected = header_from_iasl(fixed)
    expected["ivrs.info"] = f"{look_up(fixed, 'Virtualization Info'):08x}"
    expected["ivrs.unknown.count"] = sum(kind is None for kind, _, _ in structures)
    counts = {"ivhd": 0, "ivmd": 0}
    for kind, values, entries in structures:
        if kind is None:
            continue
        prefix = f"ivrs.{kind}.{counts[kind]}"
        counts[kind] += 1
        for name, value in values.items():
            expected[f"{prefix}.{name}"] = value
        if kind == "ivhd":
            expected[f"{prefix}.unknown.count"] = 0
            expected[f"{prefix}.entry.count"] = len(entries)
        for i, entry in enumerate(entries):
            expected[f"{prefix}.entry.{i}"] = entry
    for kind, count in counts.items():
        expected[f"ivrs.{kind}.count"] = count
    return expected, from_iasl, len(structures)


def as_iasl_prints(name, value):
    """iasl shows a space for what cannot be printed in the header's texts."""
    if not name.startswith("header."):
        return value
    return "".join(c if " " <= c <= "~" else " " for c in value)


def dumped(dump, table):
    ran = subprocess.run([dump, str(table)], capture_output=True, timeout=60)
    if ran.returncode:
        raise RuntimeError(f"acpi-dump: exit status {ran.returncode}: "
                           + ran.stderr.decode("latin-1").strip())
    lines = ran.stdout.decode("latin-1").rstrip("\n").split("\n")
    fields = dict(line.split("=", 1) for line in lines)
    return {name: as_iasl_prints(name, value) for name, value in fields.items()}


def compare(dump, iasl, table):
    """(disagreements, fields compared, structures iasl decoded, structures in all)."""
    raw = table.read_bytes()
    listing = Iasl(iasl, table)
    expect = expect_dmar if raw[:4] == b"DMAR" else expect_ivrs
    expected, from_iasl, structures = expect(listing, raw)
    problems = KNOWN_PROBLEMS.get(table.stem, [])
    expected["problem.count"] = len(problems)
    expected.update((f"problem.{i}", problem) for i, problem in enumerate(problems))
    found = dumped(dump, table)
    wrong = []
    for name in sorted(expected.keys() | found.keys()):
        wanted, got = str(expected.get(name, "nothing")), found.get(name, "nothing")
        if wanted != got:
            wrong.append(f"{table.stem}: {name}: expected {wanted}, acpi-dump says {got}")
    return wrong, len(expected), from_iasl, structures


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def tables_to_compare(names):
    """(tables, what they are)."""
    if names:
        return [Path(name) for name in names], f"{len(names)} tables"
    root = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("GPUPASS_SHARED") or root.parent / "shared") / "acpi"
    dmar, ivrs = sorted(shared.glob("dmar/*.bin")), sorted(shared.glob("ivrs/*.bin"))
    if not dmar + ivrs:
        skip(f"no tables in {shared} (GPUPASS_SHARED names the folder that has acpi/)")
    seeds = sorted((root / "tests/fuzz/corpus/acpi").glob("*-whole.bin"))
    return dmar + ivrs + seeds, (f"{len(dmar + ivrs)} real tables ({len(dmar)} DMAR, {len(ivrs)} "
                                 f"IVRS) and {len(seeds)} made-up ones")


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    iasl = shutil.which("iasl")
    if not iasl:
        skip("iasl is not installed (Debian package acpica-tools)")
    tables, what = tables_to_compare(sys.argv[2:])
    wrong, fields, from_iasl, structures = [], 0, 0, 0
    for table in tables:
        try:
            result = compare(sys.argv[1], iasl, table)
        except (KeyError, ValueError, IndexError, RuntimeError, OSError, struct.error,
                subprocess.TimeoutExpired) as error:
            result = [f"{table.stem}: cannot be compared: {error!r}"], 0, 0, 0
        wrong += result[0]
        fields += result[1]
        from_iasl += result[2]
        structures += result[3]
    for line in wrong:
        print(line)
    print(f"{what} compared: {fields} fields, {structures} structures, {from_iasl} of them decoded "
          f"by iasl; {len(wrong)} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
