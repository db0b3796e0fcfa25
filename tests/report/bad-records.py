#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What gpupass-report says of files that are no records, or no whole ones.

usage: bad-records.py REPORT
Exit status: 0 all well, 1 not.
"""
import codecs
import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import hostile

REPORT = ""


def rows_of(n, text="so"):
    return [*hostile.head("another")[:2], hostile.row("meta", "host", value="pve1"),
            *(hostile.row("finding", f"check-{i}", layer="iommu", verdict="pass", text=text)
              for i in range(n))]


SMALL = hostile.record(rows_of(3, 'a "quoted", text\nof two lines'))
HEADER, _, REST = SMALL.partition(b"\n")


def run(*args, **more):
    # A hang is a failure.
    return subprocess.run([REPORT, *map(str, args)], capture_output=True, timeout=60, check=False, **more)


class Record(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.path = self.folder / "some.csv"
        self.out = self.folder / "out"

    def put(self, content, name="some.csv"):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def refused(self, done, *words):
        self.assertEqual((done.returncode, done.stdout), (2, b""), done.stderr)
        text = done.stderr.decode()
        self.assertRegex(text, r"\Agpupass-report: [ -~]+\n\Z")
        for word in words:
            self.assertIn(word, text)

    def refuses(self, content, *words):
        """In each of the ways a record is read, and whatever was written before stays."""
        path = self.put(content)
        good = self.put(SMALL, "good.csv")
        self.out.write_bytes(b"old\n")
        self.refused(run(path, "-o", self.out), "some.csv", *words)
        for args in ([path, "--format", "html"], [good, path, "--format", "json", "-o", self.out],
                     ["--diff", good, path, "-o", self.out], ["--diff", path, good]):
            self.refused(run(*args), "some.csv", *words)
        with open(path, "rb") as file:
            self.refused(run("-", "-o", self.folder / "new", stdin=file), "standard input", *words)
        self.assertEqual(self.out.read_bytes(), b"old\n")
        self.assertEqual({p.name for p in self.folder.iterdir()}, {"some.csv", "good.csv", "out"})

    def same(self, content, as_that=SMALL):
        """It is read, and is the same record."""
        done = run(self.put(content), "--format", "csv")
        self.assertEqual((done.returncode, done.stderr, done.stdout), (0, b"", as_that))


class NoRecord(Record):
    def test_other_files(self):
        for content in (b"hello\n", b"hello", b"\n" * 1000, os.urandom(100_000),
                        Path(REPORT).read_bytes()[:1 << 20], b"<!DOCTYPE html>\n<html></html>\n",
                        gzip.compress(SMALL), b"PK\x03\x04" + b"\0" * 100, json.dumps({"rows": []}).encode(),
                        b"\0", b"\0" * 3_000_000, b"a,b,c\n1,2,3\n", b'"', b'"' * 99, b",", b"\xff\xfe"):
            with self.subTest(content=content[:20]):
                self.refuses(content)

    def test_nothing_in_it(self):
        self.refuses(b"", "empty")
        for content in (codecs.BOM_UTF8, HEADER, HEADER + b"\n", HEADER + b"\n\n\n", codecs.BOM_UTF8 + HEADER + b"\r\n"):
            self.refuses(content, "no row")

    def test_utf16(self):
        for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
            self.refuses(SMALL.decode().encode(encoding))

    def test_what_cannot_be_opened_or_read(self):
        self.refused(run(self.folder), str(self.folder), "directory")
        self.refused(run(self.folder / "none.csv"), "none.csv", "No such file")
        self.refused(run(self.put(SMALL) / "x.csv"), "x.csv", "Not a directory")
        self.refused(run("/dev/null"), "/dev/null", "empty")
        self.refused(run("/dev/zero"), "/dev/zero", "row 1")
        self.refused(run("/proc/self/mem"), "/proc/self/mem")
        self.refused(run("-", stdin=subprocess.DEVNULL), "standard input", "empty")
        self.refused(run("x" * 5000), "File name too long")
        self.refused(run(""), "No such file")

    @unittest.skipIf(os.geteuid() == 0, "root may read it")
    def test_no_right_to_read(self):
        self.put(SMALL).chmod(0)
        self.refused(run(self.path), "some.csv", "Permission denied")

    def test_a_name_does_not_act(self):
        for name in ("a\nb.csv", "\x1b[31m.csv", "\u202e.csv", b"\xff.csv".decode("utf-8", "surrogateescape")):
            path = self.folder / name
            path.write_bytes(b"hello\n")
            self.refused(run(path), ".csv")
            self.refused(run(path, "-o", path / "x"), ".csv")
        self.refused(run(self.path, "--format", "\x1b[31m\n"), "--format")

    def test_another_version(self):
        for version in ("2", "0", "", "1.0", "\x1b[31m", "9" * 10_000, "1\n"):
            rows = [hostile.row("meta", "schema", value=version), *rows_of(2)[1:]]
            self.refuses(hostile.record(rows), "row 2", "schema")


class Malformed(Record):
    def test_rows_of_other_lengths(self):
        self.refuses(SMALL + b'"fact","x"\n', "row 8", "2 cells")
        self.refuses(SMALL + b'"a",' * 11 + b'"b"\n' + REST, "row 8", "more than 11")
        self.refuses(b'"a",' * 99_999 + b'"b"\n', "row 1")
        self.refuses(b"," * 99_999 + b"\n", "row 1")
        self.refuses(SMALL + b'"a",' * 99_999 + b'"b"\n', "row 8")
        self.refuses(HEADER.replace(b',"source"', b"") + b"\n" + REST)
        self.refuses(HEADER.replace(b'"kind","host"', b'"host","kind"') + b"\n" + REST)

    def test_bytes_that_no_cell_has(self):
        self.refuses(SMALL.replace(b"two lines", b"two\0lines", 1), "row 5", "NUL")
        self.refuses(SMALL.replace(b"quoted", b'quo"ted', 1))
        self.refuses(SMALL.replace(b'"finding"', b'find"ing', 1), "row 5")

    def test_large_cells(self):
        for size, byte in ((hostile.MOST - 1, b"x"), (hostile.MOST, b"\xff")):
            self.same(hostile.record(rows_of(1, byte * size)), hostile.record(rows_of(1, byte * size)))
        for size in (hostile.MOST + 1, hostile.MOST * 3):
            self.refuses(hostile.record(rows_of(1, b"x" * size)), "row 5", "1 MiB")

    def peak(self, path):
        """Of the process's memory, in KiB; a process starts with that of its parent."""
        parent = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True);"
                  "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        env = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        done = subprocess.run([sys.executable, "-c", parent, REPORT, path], env=env, capture_output=True,
                              check=True)
        return int(done.stdout)

    def test_a_quote_that_never_ends(self):
        for filling in (b"x", b'""', b"\n"):
            small = self.peak(self.put(SMALL + b'"' + filling))
            large = self.peak(self.put(SMALL + b'"' + filling * (100_000_000 // len(filling))))
            self.assertLess(large - small, 32 << 10, filling)
        self.refused(run(self.path), "row 8", "1 MiB")


class Cut(Record):
    def test_at_every_byte(self):
        """Whole rows are a record by themselves; all else says that it is cut, or no record."""
        ends, start = {len(SMALL)}, len(HEADER) + 1
        for n in range(len(rows_of(3))):
            ends.add(len(hostile.record(rows_of(3, 'a "quoted", text\nof two lines')[:n])))
        ends.remove(start)
        for size in range(len(SMALL) + 1):
            done = run(self.put(SMALL[:size]), "--format", "csv")
            if size in ends:
                self.assertEqual((done.returncode, done.stdout), (0, SMALL[:size]))
            elif size + 1 in ends:  # the last row may have no line end
                self.assertEqual((done.returncode, done.stdout), (0, SMALL[:size] + b"\n"))
            else:
                word = "cut off in row" if size > start else "record" if size == start else ""
                self.refused(done, "some.csv", word)

    def test_after_a_whole_row(self):
        """The doctor's record has a row that says it is whole, wherever it stands."""
        whole = [*hostile.head("doctor"), hostile.row("fact", "x", value="1")]
        self.same(hostile.record(whole), hostile.record(whole))
        self.refuses(hostile.record(whole[:2]), "cut off before row 4")

    def test_what_cannot_be_told(self):
        """Half of a doubled quote at the very end is the end of a cell: the line end may be missing."""
        whole = hostile.record([*rows_of(0), hostile.row("fact", "x", source='a"b')])
        shorter = hostile.record([*rows_of(0), hostile.row("fact", "x", source="a")])
        self.same(whole[:-4], shorter)
        self.refuses(whole[:-3], "cut off in row 5")


class Together(Record):
    """cat of several records is several records."""

    def test_a_header_in_the_middle(self):
        rows, other = rows_of(2), [*rows_of(1)[:2], hostile.row("meta", "host", value="pve2")]
        path = self.put(hostile.record(rows) + hostile.record(other))
        done = run(path, "--format", "csv")
        self.assertEqual((done.returncode, done.stdout), (0, hostile.record([*rows, *other])))
        page = run(path, "--format", "html").stdout
        self.assertEqual((page.count(b"<article"), b"kind" in page), (2, False))
        self.assertIn(b"pve2", page)

    def test_headers_alone_are_no_record(self):
        self.refuses(HEADER + b"\n" + HEADER + b"\n", "no row")

    def test_what_is_bad_in_the_second(self):
        self.refuses(SMALL + SMALL[:-9], "cut off in row 14")
        self.refuses(SMALL + HEADER[:-9] + b"\n", "row 8")


class OtherHands(Record):
    """What editors and other systems do to a file of this kind."""

    def test_windows(self):
        crlf = SMALL.replace(b'"\n"', b'"\r\n"').removesuffix(b"\n") + b"\r\n"
        for content in (crlf, codecs.BOM_UTF8 + SMALL, codecs.BOM_UTF8 + crlf):
            self.same(content)

    def test_no_quotes_and_blank_lines(self):
        plain = hostile.record(rows_of(3))
        self.same(plain.replace(b'"', b""), plain)
        self.same(plain.replace(b"\n", b"\n\n"), plain)

    def test_formulas_that_nobody_guarded(self):
        guarded = hostile.record(rows_of(1, "=1+1"))
        self.same(guarded.replace(b"'=", b"="), guarded)


class Output(Record):
    """The file appears whole or not at all."""

    def setUp(self):
        super().setUp()
        self.put(hostile.record(rows_of(500)))
        self.other = self.put(SMALL, "other.csv")

    def unwritten(self, out, word, **more):
        before = {p.name for p in self.folder.iterdir()}
        for face in ("text", "csv", "html", "markdown", "json"):
            self.refused(run(self.path, "--format", face, "--verbose", "-o", out, **more), str(out), word)
        self.refused(run("--diff", self.path, self.other, "--verbose", "-o", out, **more), str(out), word)
        self.assertEqual({p.name for p in self.folder.iterdir()}, before)

    def test_places_that_are_none(self):
        self.unwritten(self.folder, "Is a directory")
        self.unwritten(self.folder / "none" / "x", "No such file")
        self.unwritten(self.path / "x", "Not a directory")
        self.unwritten("/proc/none", "No such file")
        self.refused(run(self.path, "-o", ""), "No such file")

    def test_a_full_device(self):
        self.unwritten("/dev/full", "No space left")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([REPORT, self.path], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, b"gpupass-report: standard output: cannot be written: No space left on device\n")

    def test_no_room_in_the_middle(self):
        def little():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        self.unwritten(self.out, "File too large", preexec_fn=little)
        self.out.write_bytes(b"old\n")
        self.unwritten(self.out, "File too large", preexec_fn=little)
        self.assertEqual(self.out.read_bytes(), b"old\n")

    def test_a_full_file_system(self):
        small = self.folder / "small"
        small.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "none", small]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            self.skipTest("cannot mount")
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        (small / "out").write_bytes(b"old\n")
        self.unwritten(small / "out", "No space left")
        self.assertEqual([(p.name, p.read_bytes()) for p in small.iterdir()], [("out", b"old\n")])

    def test_a_reader_that_goes_away(self):
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([REPORT, self.path], stdout=write, stderr=subprocess.PIPE, check=False)
        os.close(write)
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (2, 1))

    def test_written_over_what_is_read(self):
        before = self.path.read_bytes()
        self.assertEqual(run(self.path, "--format", "csv", "-o", self.path).returncode, 0)
        self.assertEqual(self.path.read_bytes(), before)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    REPORT = str(Path(sys.argv[1]).resolve())
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
