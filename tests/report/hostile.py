# SPDX-License-Identifier: GPL-2.0-or-later
"""Records with hostile cells, for tests: texts that would act somewhere, and where they stand."""
import re

COLUMNS = "kind host layer id subject mode verdict value unit text source".split()
MOST = 1 << 20  # of a cell, as the reader takes it

GPU, VF = "0000:00:02.0", "0000:00:02.1"

# What would act: in a page, a spreadsheet, a terminal, a ticket, a shell, a parser.
TEXTS = [text.encode() for text in (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
    "</code></pre></details></article></main></style></title><svg onload=alert(1)>",
    "<!--", "-->", "]]>", "<![CDATA[", "<?php", "&lt;b&gt; &#60;b&#62; &amp;lt; &#x202e; &",
    "javascript:alert(1)", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1",
    "'", "'=1+1", "''", "|", "||", "a|b|c", "\\|", "\\", "\\\\|`|", "x\\",
    "`", "``|``", "```", "`" * 20, "~~~", "~~~~~~~~", "```\n</details>\n\n# x\n```",
    " ".join("`" * n for n in range(1, 21)), "<details><summary>x</summary>", "</details>",
    "](javascript:alert(1))", "[x](javascript:alert(1))", "![x](http://x.example/y.png)",
    "<http://x.example/>", "https://x.example/ www.x.example ftp://x.example a@x.example",
    "[x]: http://x.example", "[^1]", "@root #1 !1 GH-1 $1 %1 a/b#1", "# x", "- x", "1. x", "> x",
    "+ x", "* x", "---", "===", "    x", "a\n---\nb", "| a | b |\n| --- | --- |", "**x** __y__",
    "$(id)", ";reboot", "%s%n%d%zu", "${HOME}", "a\nb", "\n", "\r\n", "\t", "\r", " ", ";", ";;a;",
    "\x1b[31mred", "\x1b]8;;http://x.example\x1b\\x\x1b]8;;\x1b\\", "\x1b]52;c;aWQ=\x07",
    "\x9b31m \x85 \x90", "\x7f", "".join(map(chr, range(1, 32))),
    "\u202a\u202b\u202c\u202d\u202e", "\u2066\u2067\u2068\u2069", "\u200e\u200f\u061c",
    "\u200b\u200c\u200d\u2060\u00ad", "\ufeffx", "\u2028\u2029", "\ufffe\U0010ffff\ufdd0",
    "\U000e0041\U000e007f", "e" + "\u0301" * 300, "\u4e2d\u6587" * 60, "aaaaaaaa\u00e9", "aaaa\u4e2d",
    "x" * 5000, "inf", "nan", "0:1 1:2", "run 1 streams 8", "NULL", "unknown",
)] + [b"\xed\xa0\x80", b"\xc0\xbc\xe0\x80\xbcscript", b"\xf0\x9f\x98", b"\xe2\x82", b"a\xff\xfeb",
      b"\xf4\x90\x80\x80 \xf8\x88\x80\x80\x80"]

NUMBERS = [text.encode() for text in (
    "NaN", "inf", "-inf", "1e308", "-1e308", "1.7976931348623157e308", "1e400", "-1e400", "5e-324",
    "1e-400", "99999999999999999999999", "-9223372036854775808", "9223372036854775807", "0x10",
    "-0", "1,5", "1e", "+5", "0", "-1", "4294967296",
)]


def row(kind, id="", **cells):
    return {"kind": kind, "id": id, **cells}


def doctor_rows():
    """What a diagnosis has, a row of each sort that a face reads."""
    for name in ("host", "version", "time", "kernel", "distribution", "product", "proxmox", "role",
                 "mode", "intent", "boot_loader", "initrd_tool", "system", "boot", "source", "cut"):
        yield row("meta", name, value="x")
    yield row("meta", "wanted", subject=GPU, value="vf")
    yield row("meta", "ask", value="lspci -nnvv", source="some-check")
    for name in ("name", "kind", "id", "driver", "group", "pf", "node"):
        yield row("fact", "gpu." + name, layer="pci", subject=GPU, value="x", source="/sys")
    for name in ("running", "guest", "device", "manager", "uuid"):
        yield row("fact", "vm." + name, layer="vm", subject="vm/100", value="x", source="/etc")
    yield row("fact", "drm.node", layer="drm", subject="renderD128", value="x", unit="MiB")
    for verdict in ("pass", "note", "warn", "fail", "unknown", "skip"):
        yield row("finding", "check-" + verdict, layer="iommu", subject=GPU, mode="vf",
                  verdict=verdict, text="It is so. It matters.", source="/proc/cmdline")
    for verdict, rank in (("fail", "1"), ("fail", "2"), ("warn", "3")):
        yield row("cause", "cause-" + rank, layer="vfio", subject=GPU, verdict=verdict, value=rank,
                  text="It is wrong. It matters.", source="/proc/cmdline: x", mode="vf")
    for mode, verdict in (("vf", "blocked"), ("full", "ready"), ("split", "unknown")):
        yield row("readiness", mode, subject=GPU, mode=mode, verdict=verdict, text="cause-1")
    for order, kind in enumerate(("cmdline", "package", "firmware", "reboot", "modprobe-line", "command"), 1):
        yield row("step", kind, subject="x", value=str(order), text="sed -i x /etc/y", source="cause-1")


def bench_rows():
    """What a benchmark and a comparison have."""
    for name in ("host", "kernel", "distribution", "role", "label", "session", "seed", "runs",
                 "quick", "interrupted", "clip.h264-1080p"):
        yield row("meta", name, value="x")
    for name in ("target", "mode", "driver", "sriov", "vendor", "entrypoint", "cpu", "cannot"):
        yield row("fact", "bench." + name, subject=GPU, mode="vf", value="x", text="why",
                  source="transcode.h264-1080p")
    yield row("fact", "telemetry.power-gpu", subject=GPU, mode="vf", value="unknown", text="no sensor",
              source="transcode.h264-1080p")
    for name in ("compare.alike", "compare.noise-floor", "compare.order", "confounder.kernel",
                 "beside.steal"):
        yield row("fact", name, value="x", unit="%", text="it says so", source="transcode.h264-1080p")
    estimate = "97.85 % interval 9.5 to 10.5, n = 10, signed ranks; drifting"
    for at in range(2):
        for metric, unit in (("fps", "frames/s"), ("cpu", "ms/frame"), ("p99", "ms"), ("power-gpu", "W")):
            name = f"{('transcode', 'latency')[at]}.h264-1080p.{metric}"
            yield row("run", name, subject=GPU, mode="vf", verdict="valid", value="10", unit=unit,
                      source="run 1")
            yield row("stat", name, subject=GPU, mode="vf", value="10", unit=unit, text=estimate)
    yield row("run", "transcode.h264-1080p.fps", subject=GPU, mode="vf", verdict="invalid",
              value="10", unit="frames/s", text="pixels differ", source="run 2")
    yield row("run", "transcode.av1-1080p.failed", subject=GPU, mode="vf", verdict="invalid", text="no")
    yield row("run", "latency.h264-1080p.latency-histogram", subject=GPU, mode="vf", verdict="valid",
              value="60", unit="ms", text="7.25:20 7.5:30 8:10", source="run 1")
    for streams in ("1", "7", "8"):
        yield row("run", "streams.h264-1080p.slowest", subject=GPU, mode="vf", verdict="valid",
                  value="1.1", unit="x", source=f"run 1 streams {streams}")
    for verdict in ("better", "equal", "worse", "inconclusive"):
        yield row("stat", "transcode.h264-1080p.fps", subject=GPU, mode="vf", verdict=verdict,
                  value="0.93", unit="x", text=estimate, source="B over A")


SHAPES = {"doctor": doctor_rows, "bench": bench_rows}


def with_text(shape, text, columns=COLUMNS):
    """Each row of a shape with the text in each of its columns in turn, in all, and in none. The
    first of a meta row counts, and the last of a fact: there it is the value that is hostile."""
    metas, others = [], []
    for clean in SHAPES[shape]():
        clean = {"host": "pve1", **clean}
        turns = [{**clean, column: text} for column in columns if column != "value"]
        value = {**clean, "value": text}
        every = [{**{column: text for column in COLUMNS}, "kind": clean["kind"], **more}
                 for more in ({"id": clean["id"]}, {})] if len(columns) > 1 else []
        if clean["kind"] == "meta":
            metas += [value, *turns]
        else:
            others += [clean, *turns, *every, value]
    return head(shape) + sorted(metas, key=lambda one: one["kind"] != "meta") + others


def cell(column, content):
    content = content if isinstance(content, bytes) else content.encode()
    if content[:1] in (b"=", b"+", b"-", b"@", b"\t", b"\r", b"'") and not (column == "value" and number(content)):
        content = b"'" + content
    return b'"' + content.replace(b'"', b'""') + b'"'


def number(content):
    """Whether a value is a decimal number, and so no formula."""
    return re.fullmatch(rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", content)


def record(rows):
    """The bytes of a record, as gpupass writes them."""
    lines = [b",".join(cell("", column) for column in COLUMNS)]
    lines += [b",".join(cell(column, one.get(column, "")) for column in COLUMNS) for one in rows]
    return b"\n".join(lines) + b"\n"


def plain_records():
    """Nothing hostile: what of a face is its own."""
    for_all = {}
    for shape in SHAPES:
        for i, text in enumerate((b"word", b"7", b"1.5", b"a;b", b"a.b.c", b"unknown", b"valid")):
            for_all[f"{shape}-{i}"] = with_text(shape, text)
        for_all[shape] = with_text(shape, b"word")
    for_all["several"] = [one for rows in list(for_all.values()) for one in rows]
    return for_all


def text_cases():
    for number_, text in enumerate(TEXTS):
        for shape in SHAPES:
            yield f"{shape}-{number_}-{re.sub('[^a-z0-9]', '_', ascii(text[:20]))}", shape, with_text(shape, text)


def number_rows(first, second):
    """A benchmark whose numbers are none, or extreme."""
    one, two = first.decode(), second.decode()
    for clean in bench_rows():
        clean = {**clean, "text": clean.get("text", "").replace("9.5", one).replace("10.5", two)}
        if clean["id"].endswith("-histogram"):
            yield {**clean, "text": f"7:1 {one}:3 {two}:999999999999999"}
            yield {**clean, "text": f"{one}:1 8:3", "unit": "us"}
        if clean.get("source", "").startswith("run 1 streams"):
            yield {**clean, "value": two, "source": f"run 1 streams {one}"}
        if clean["kind"] != "meta":
            yield {**clean, "value": one}
            yield {**clean, "value": two, "subject": VF, "text": clean["text"].replace("n = 10", f"n = {one}")}
        yield clean


def number_cases():
    for i, one in enumerate(NUMBERS):
        name = re.sub("[^0-9A-Za-z]", "_", one.decode())
        yield f"doctor-{name}", "doctor", with_text("doctor", one, ["value"])
        for j in (1, 2, 5):
            two = NUMBERS[(i + j) % len(NUMBERS)]
            yield f"bench-{name}-{j}", "bench", head("bench") + list(number_rows(one, two))


LONG = [text.encode() for text in (
    "<", '"', "\x1b", "\u202e", "|", "`", "\n", ";", "a", "\u4e2d", "- a\n", "a;", "' ", "a. ")] + [b"\xff"]


def long_cases():
    """Cells as large as the reader takes them: of each record six, in each column by turns."""
    for i, piece in enumerate(LONG):
        text = (piece * MOST)[:MOST - 1].decode("utf-8", "surrogateescape").encode("utf-8", "surrogateescape")
        for shape in SHAPES:
            rows = [one for one in SHAPES[shape]()]
            step = len(rows) // 4
            for turn, at in enumerate(range(i % step, len(rows), step)):
                column = COLUMNS[1:][(turn + i) % 10]
                rows[at] = {**rows[at], column: text}
            yield f"{shape}-long-{i}", shape, head(shape) + rows


def head(shape):
    return [row("meta", "schema", value="1"), row("meta", "tool", value="gpupass-" + shape),
            row("meta", "end", value="0")]


MANY = {
    "causes": lambda i: row("cause", f"c{i % 999}", subject=f"s{i}", verdict="fail", value=str(i), layer="pci",
                            text=f"It is wrong {i}. It matters {i}.", source="/proc: x"),
    "warnings": lambda i: row("cause", "c", subject=f"s{i}", verdict="warn", value="1", text="It is. So."),
    "steps": lambda i: row("step", "command", subject="x", value=str(-i), text="a <<E\nb\nE", source=f"c{i}"),
    "gpus": lambda i: row("fact", "gpu.name", layer="pci", subject=f"{i:04x}:00:02.0", value="<x>" * 99),
    "readiness": lambda i: row("readiness", f"m{i % 99}", subject=f"{i % 999:04x}:00:02.0", mode=f"m{i % 99}",
                               verdict="blocked", text=f"by {i}" * 9),
    "wanted": lambda i: row("meta", "wanted", subject=f"s{i}", value=f"m{i}"),
    "asks": lambda i: row("meta", "ask", value=f"lspci {i}", source="c"),
    "parts": lambda i: row("meta", ("schema", "tool")[i % 2], value="1"),
    "layers": lambda i: row("finding", f"c{i}", layer=f"l{i}", verdict="unknown", text=f"reason {i}"),
    "facts": lambda i: row("fact", f"f{i}", layer=f"l{i}", subject=f"s{i}", value="1", source="/x"),
    "vms": lambda i: row("fact", ("vm.device", "vm.guest")[i % 2], layer="vm", subject=f"vm/{i}", value=GPU),
    "experiments": lambda i: row("run", f"w{i}.v{i}.fps", subject=f"s{i % 20}", mode="vf", verdict="valid",
                                 value=str(i), unit="frames/s", source=f"run {i}"),
    "metrics": lambda i: row("run", f"w.v.m{i}", subject=GPU, verdict="valid", value=str(i), source="run 1"),
    "rejections": lambda i: row("run", f"w.v.fps", subject=GPU, verdict="invalid", text=f"why {i}", source=f"run {i}"),
    "histograms": lambda i: row("run", f"w.v.x{i % 9}-histogram", verdict="valid", value="1", unit=f"u{i % 9}",
                                text=" ".join(f"{i + k}:1" for k in range(9)), source=f"run {i}"),
    "streams": lambda i: row("run", "streams.v.slowest", verdict="valid", value=str(i), source=f"run {i} streams {i}"),
    "comparisons": lambda i: row("stat", f"w{i}.v.fps", verdict="better", value="1.1", unit="x",
                                 text="95 % interval 1 to 1.2, n = 10, x", source="B over A"),
    "cannots": lambda i: row("fact", "bench.cannot", subject=f"s{i}", text=f"why {i}", source=f"w.v{i}"),
    "beside": lambda i: row("fact", ("beside.x", "confounder.x", "telemetry.x")[i % 3], value="unknown",
                            text=f"t {i}", source=f"w.v{i}"),
    "lines": lambda i: row("step", "command", subject="x", value="1", text="a\n" * 200_000),
    "lists": lambda i: row("step", "command", subject="x", value="1", text="a", source=";" * (MOST - 1)),
    "words": lambda i: row("meta", "wanted", subject=GPU, value="a;" * 500_000),
}
MANY_BENCH = ("experiments", "metrics", "rejections", "histograms", "streams", "comparisons", "cannots", "beside")
ROWS = {"causes": 100_000, "steps": 100_000, "gpus": 100_000, "parts": 100_000,
        "lines": 20, "lists": 20, "words": 20}


def many_cases():
    for name, make in MANY.items():
        shape = "bench" if name in MANY_BENCH else "doctor"
        rows = [make(i) for i in range(ROWS.get(name, 20_000))]
        metas = [one for one in rows if one["kind"] == "meta"]
        yield name, shape, head(shape) + metas + list(SHAPES[shape]()) + rows[len(metas):]


def machine(role, text, more, **ids):
    """The record of a machine that is joined to others by its ids; all else that it says is text.

    Whose name has more than 200 bytes joins nobody.
    """
    yield row("meta", "schema", value="1")
    yield row("meta", "tool", value="gpupass-doctor")
    yield row("meta", "end", value="0")
    for name, value in {"host": text[:150], "role": role, **ids}.items():
        yield row("meta", name, value=value)
    for name in ("version", "kernel", "distribution", "product", "mode", "intent", "source", "label"):
        yield row("meta", name, value=text)
    yield row("meta", "wanted", subject=GPU, value="vf")
    yield row("meta", "wanted", subject=text, value=text)
    for name in ("name", "id", "driver", "pf", "kind"):
        yield row("fact", "gpu." + name, layer="pci", subject=GPU, value=text, source=text)
    yield from more


def diagnosis(text):
    """Layers, causes and ids that all hold the text, for a GPU with a chain."""
    for layer in ("iommu", text):
        yield row("finding", text, layer=layer, subject=GPU, mode="vf", verdict="fail", text=text, source=text)
        for verdict, rank in (("fail", "1"), ("warn", "2")):
            yield row("cause", text, layer=layer, subject=GPU, mode="vf", verdict=verdict, value=rank, text=text,
                      source=text)
    yield row("readiness", "vf", subject=GPU, mode="vf", verdict="blocked", text=text)
    yield row("step", "command", subject=text, value="1", text=text, source=text)


def measurement(text):
    return [row("run", "transcode.h264-1080p.fps", layer="bench", subject=GPU, mode="vf", verdict="valid", value="10",
                unit=text, text=text, source="run 1")]


def kindred(text):
    """Records of a host, its guests and a container, two of one guest, and benchmarks: all that
    they say is the text, what joins them begins with it, and so are a VM and a layer named."""
    key = text[:150]  # of more than 200 bytes nobody is joined by it
    vms = {b"vm/100": b"g", b"vm/101": b"k", text: b"t"}
    host = [row("fact", "vm.system", layer="vm", subject=vm, value=key + system) for vm, system in vms.items()]
    host += [row("fact", "vm.device", layer="vm", subject=vm, value=GPU, source=text) for vm in vms]
    guests = [{"system": key + at, "boot": key + at} for at in (b"g", b"k", b"t")]
    return [list(rows) for rows in (
        machine("host", text, [*host, *diagnosis(text)], system=key + b"h", boot=key + b"h", time=text),
        machine("guest", text, diagnosis(text), **guests[0]),
        machine("guest", text, diagnosis(text), time=text, **guests[0]),
        machine("guest", text, measurement(text), **guests[0]),
        machine("guest", text, measurement(text), **guests[1]),
        machine("guest", text, diagnosis(text), **guests[2]),
        machine("container", text, diagnosis(text), boot=key + b"h"),
    )]


def file_name(text, number_):
    """As much of a text as a name may hold."""
    return text.translate(None, b"/\0")[:200] + b" %d.csv" % number_


def strangers(text):
    """Two of one name, which their files tell apart; and a role that is none."""
    return [list(machine(role, text, diagnosis(text))) for role in ("host", "host", text)]


def family_cases():
    """Each text in an overview of a family and others, some in a family alone: records by files."""
    for number_, text in enumerate(TEXTS):
        for more in (strangers(text), []) if number_ % 3 == 0 else (strangers(text),):
            name = f"{number_}-{len(more)}-{re.sub('[^a-z0-9]', '_', ascii(text[:20]))}"
            yield name, {file_name(text, at): rows for at, rows in enumerate(kindred(text) + more)}


def plain_families():
    for text in (b"word", b"vf", b"unknown"):
        for more in ([], strangers(text)):
            yield {file_name(text, at): rows for at, rows in enumerate(kindred(text) + more)}


CASES = {"texts": text_cases, "families": family_cases, "numbers": number_cases, "long": long_cases, "many": many_cases}
