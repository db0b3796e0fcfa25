#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What gpupass-report makes of records whose cells would act: nothing in it does.

usage: run-hostile.py texts|families|numbers|long|many|checks REPORT

texts: each hostile text in each column of each sort of row. families: in records of machines that
belong together, and in the names of their files. numbers: values that are no numbers,
or no decent ones. long: cells of up to 1 MiB. many: up to 100,000 rows of a
sort. checks: that each of what is looked for would be found.
Each in every face, and as one side of a difference. Exit status: 0 all well, 1 not.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hostile
import inert

SECONDS_MOST = 20
ENV = {**os.environ, "LC_ALL": "C.UTF-8"}
DIFF_STATUS = (0, 1)


class Report:
    """The program, and what it makes of records that hold nothing hostile."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.clean = {name: self.write(f"clean-{name}", hostile.record(rows))
                      for name, rows in hostile.plain_records().items()}
        alone = [[path] for path in self.clean.values()]
        many = [[path] * n for path in self.clean.values() for n in (2, 100)]
        together = [self.write_all(f"clean-{i}", files) for i, files in enumerate(hostile.plain_families())]
        pages = [inert.page_of(self.run(*paths, "--format", "html").decode()) for paths in alone + many + together]
        self.page = (set().union(*(page.made_of for page in pages)),
                     set().union(*(page.styles for page in pages)))
        colored = b"".join(self.run(*paths, "--verbose", "--color", "always") for paths in alone + together)
        self.sequences = inert.sequences(colored)

    def write(self, name, content):
        path = self.folder / f"{name}.csv"
        path.write_bytes(content)
        return path

    def write_all(self, name, files):
        """Records by the names of their files, which are bytes."""
        folder = os.fsencode(self.folder / f"together-{name}")
        os.makedirs(folder, exist_ok=True)
        paths = [os.path.join(folder, file) for file in files]
        for path, rows in zip(paths, files.values()):
            Path(os.fsdecode(path)).write_bytes(hostile.record(rows))
        return paths

    def run(self, *args, **env):
        done = subprocess.run([self.program, *args], env={**ENV, **env}, capture_output=True,
                              timeout=SECONDS_MOST, check=False)
        if done.stderr or done.returncode not in (DIFF_STATUS if "--diff" in args else (0,)):
            raise ValueError(f"exit {done.returncode}: {done.stderr.decode(errors='replace')[:2000]}")
        return done.stdout


def looks(report, path, rows, clean):
    """What is looked at, by name; each says what is odd."""
    run, color = report.run, ["--verbose", "--color", "always"]
    return {
        "html": lambda: inert.html(run(path, "--format", "html"), report.page),
        "text": lambda: inert.text(run(path)),
        "colors": lambda: inert.text(run(path, *color), report.sequences),
        "ascii": lambda: inert.text(run(path, "--verbose", LC_ALL="C"), ascii_only=True),
        "quiet": lambda: inert.text(run(path, "--quiet", *color[1:]), report.sequences),
        "markdown": lambda: inert.markdown(run(path, "--format", "markdown")),
        "csv": lambda: inert.csv_is_odd(run(path, "--format", "csv"), path.read_bytes()),
        "json": lambda: inert.json_is_odd(run(path, "--format", "json"), rows),
        "prometheus": lambda: inert.prometheus(run(path, "--format", "prometheus")),
        "diff": lambda: inert.text(run("--diff", clean, path, *color), report.sequences),
        "back": lambda: inert.text(run("--diff", path, clean)),
        "markdown-diff": lambda: inert.markdown(run("--diff", clean, path, "--format", "markdown")),
    }


def looks_together(report, paths):
    """The same of several files, where faces make one of them."""
    run = report.run
    return {
        "html": lambda: inert.html(run(*paths, "--format", "html"), report.page),
        "colors": lambda: inert.text(run(*paths, "--verbose", "--color", "always"), report.sequences),
        "ascii": lambda: inert.text(run(*paths, LC_ALL="C"), ascii_only=True),
        "quiet": lambda: inert.text(run(*paths, "--quiet")),
        "markdown": lambda: inert.markdown(run(*paths, "--format", "markdown")),
        "prometheus": lambda: inert.prometheus(run(*paths, "--format", "prometheus")),
    }


def look_together(report, case):
    name, files = case
    paths = report.write_all(name, files)
    odd = what_is_odd(name, looks_together(report, paths))
    if b"vm/100" not in report.run(*paths):
        odd.append(f"{name}: nobody runs on anybody")
    shutil.rmtree(os.path.dirname(paths[0]))
    return odd


def look(report, case):
    name, shape, rows = case
    path = report.write(name, hostile.record(rows))
    odd = what_is_odd(name, looks(report, path, rows, report.clean[shape]))
    path.unlink()
    return odd


def what_is_odd(name, looks_):
    odd = []
    for face, looked in looks_.items():
        start = time.monotonic()
        try:
            found = looked()
        except (ValueError, subprocess.TimeoutExpired) as error:
            found = str(error)[:2000]
        if found:
            odd.append(f"{name}, {face}: {found}")
        if os.environ.get("SLOW") and time.monotonic() - start > float(os.environ["SLOW"]):
            print(f"{name}, {face}: {time.monotonic() - start:.1f} s")
    return odd


def spoiled(report):
    """What faces made of a clean record, and one thing in it: what is looked for has to be found."""
    path, rows = report.clean["doctor"], hostile.plain_records()["doctor"]
    face = {name: report.run(path, "--format", name)
            for name in ("html", "text", "markdown", "csv", "json", "prometheus")}

    def page(old, new):
        return lambda: inert.html(face["html"].replace(old, new, 1), report.page)

    def ticket(old, new):
        return lambda: inert.markdown(face["markdown"].replace(old, new, 1))

    yield from (page(b"<p>", new) for new in (
        b"<p><script>x</script>", b"<p onclick=x>", b"<p><!--x-->", b"<p><![CDATA[x]]>", b"<p></p></div><p>",
        b"<p>\x1b[31m", "<p>\u202e".encode(), b"<p>&#8238;", b"<p>\xed\xa0\x80", b"<p>\xff", b"<p>" + b"x" * 300_000))
    yield from (page(old, new) for old, new in (
        (b'class="cause"', b'class="<x"'), (b'href="#m1-step1"', b'href="javascript:x"'), (b"</html>", b""),
        (b' x="', b' x="nan'), (b"</style>", b"*{}</style>"), (b'id="m1-step1"', b'id="m1-step2"')))
    overview = report.run(path, report.clean["doctor-1"], "--format", "html")
    yield from (lambda new=new: inert.html(overview.replace(b'href="#m1"', new, 1), report.page)
                for new in (b'href="#m999"', b'href="#x"', b'href="m1"', b'href="//x.example"'))
    yield from (ticket(b"\n\n", b"\n\n" + new) for new in (
        b"- <b>x</b>\n", b"- [x](y)\n", b"- https://x.example\n", b"- www.x.example\n", b"- @root\n", b"- ![x](y)\n",
        b"- GH-1\n", b"````sh\n", b"- ``x`\n", b"- # x\n", b"  - # x\n", b"- 1. x\n", b"<details>\n", b"> x\n", b"- \x1b[31m\n",
        b"- x\n" * 20_000, "- \u202e\n".encode(), b"- &#8238;\n", b"| x | y |\n| x | y | z |\n", b"~~~\n"))
    for old, new in ((b" |\n", b" | x |\n"), (b"</details>\n", b"")):
        yield ticket(old, new)
    for new in (b"\x1b[31m", b"\x9b", b"\r", b"\t", b"\xff", "\u202e".encode(), b"\xef\xbb\xbf", b"\x7f", b"\0"):
        yield lambda new=new: inert.text(face["text"] + new)
    yield lambda: inert.text(face["text"] + b"\x1b[5m", report.sequences)
    yield lambda: inert.text("\u00e9".encode(), ascii_only=True)
    formula = hostile.record([hostile.row("fact", "x", text="x")]).replace(b'"x",""\n', b'"=x",""\n')
    yield lambda: inert.csv_is_odd(face["csv"] + b"\n", face["csv"])
    yield lambda: inert.csv_is_odd(formula, formula)
    yield lambda: inert.json_is_odd(face["json"].replace(b"word", b"ward", 1), rows)
    yield lambda: inert.json_is_odd(face["json"][:-9], rows)
    yield lambda: inert.prometheus(face["prometheus"] + b'gpupass_x{a="b"c"} 1\n')
    yield lambda: inert.prometheus(face["prometheus"] + b"gpupass_x NaN\n")


def check_checks(report):
    """How many there are, and those that took what they have to refuse."""
    blind = [at for at, looked in enumerate(spoiled(report)) if not looked()]
    print(f"taken, but spoiled: {blind}" if blind else "each is refused")
    return bool(blind)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in (*hostile.CASES, "checks"):
        sys.exit(__doc__)
    failed = n = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        report = Report(str(Path(sys.argv[2]).resolve()), Path(folder))
        if sys.argv[1] == "checks":
            sys.exit(check_checks(report))
        looked = look_together if sys.argv[1] == "families" else look
        for odd in pool.map(lambda case: looked(report, case), hostile.CASES[sys.argv[1]]()):
            print("".join(f"{line}\n" for line in odd), end="")
            failed += bool(odd)
            n += 1
    print(f"{n} records, {failed} odd")
    sys.exit(bool(failed or not n))


if __name__ == "__main__":
    main()
