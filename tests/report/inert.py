# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether what a face wrote is inert: each function says what is not, or nothing."""
import csv
import io
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

from hostile import COLUMNS, number

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "golden"))
from formats import metrics_are_odd  # noqa: E402

# Not seen, or changes how others are seen; \n alone is left.
HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
                    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]")
csv.field_size_limit(1 << 30)
PAGE_MOST = 300_000
OVERVIEW_MOST = 1_000_000  # what stands before many machines, or instead of them
TICKET_MOST = 65_536


def decoded(content):
    """Text, or what is wrong with the bytes."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        return "", f"broken UTF-8: {error}"
    found = HIDDEN.search(text)
    return text, f"U+{ord(found[0]):04x} in {around(text, found.start())}" if found else None


def around(text, at):
    return ascii(text[max(at - 60, 0):at + 60])


# ---- HTML

VALUES = {
    "class": r"[a-z0-9 ]+", "id": r"m\d+(-step\d+)?", "href": r"#m\d+(-step\d+)?", "style": r"max-width:\d+px",
    "d": r"[MmLlHhVvZz0-9 .,-]+", "points": r"([\d.]+,[\d.]+ ?)*", "viewbox": r"0 0 \d+ \d+",
    "scope": "col|row", "role": "img|group", "tabindex": "0", "text-anchor": "start|middle|end",
}
NUMERIC = "x y x1 x2 y1 y2 cx cy r rx dx dy width height".split()
VALUES.update({name: r"-?\d+(\.\d+)?%?" for name in NUMERIC})
VOID = ("meta", "br", "hr", "link")


class Page(HTMLParser):
    """What a page is made of, and what is odd about that."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.made_of, self.open, self.odd, self.ids, self.styles = set(), [], [], set(), []
        self.machines, self.links = 0, set()

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        self.made_of.update((tag, name) for name in names or [""])
        self.machines += tag == "article"
        if len(names) != len(set(names)):
            self.odd.append(f"<{tag}> has an attribute twice")
        for name, value in attrs:
            if name in VALUES and tag != "meta" and not re.fullmatch(VALUES[name], value or ""):
                self.odd.append(f"{tag} {name}={value!a:.200}")
            if name == "id" and value in self.ids:
                self.odd.append(f"id {value} comes twice")
            self.ids.update([value] if name == "id" else [])
            self.links.update([value[1:]] if name == "href" and value else [])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.odd.append(f"</{tag}> closes nothing, or something else")

    def handle_data(self, data):
        found = HIDDEN.search(data)
        if found:
            self.odd.append(f"U+{ord(found[0]):04x} as a reference")
        if self.open and self.open[-1] == "style":
            self.styles.append(data)

    def handle_comment(self, data):
        self.odd.append(f"a comment: {data!a:.200}")

    def handle_pi(self, data):
        self.odd.append(f"a processing instruction: {data!a:.200}")

    def unknown_decl(self, data):
        self.odd.append(f"a declaration: {data!a:.200}")

    def handle_decl(self, decl):
        if decl != "DOCTYPE html":
            self.odd.append(f"a declaration: {decl!a:.200}")


def page_of(text):
    page = Page()
    page.feed(text)
    page.close()
    return page


def html(content, clean):
    """clean: what pages are made of that hold nothing hostile, and their style sheets."""
    text, odd = decoded(content)
    page = page_of(text)
    if odd or page.odd:
        return odd or page.odd[0]
    if page.open or not text.endswith("</html>\n"):
        return f"not closed: {page.open}"
    made_of, styles = clean
    if page.links - page.ids:
        return f"links that lead nowhere: {sorted(page.links - page.ids)[:5]}"
    if page.made_of - made_of:
        return f"made of more: {sorted(page.made_of - made_of)[:5]}"
    if not set(page.styles) <= styles:
        return "another style sheet"
    if len(content) > PAGE_MOST * page.machines + (OVERVIEW_MOST if page.machines != 1 else 0):
        return f"{len(content)} bytes"
    return None


# ---- text

def sequences(content):
    """The escape sequences of a text."""
    return set(re.findall(rb"\x1b\[[0-9;]*m", content))


def text(content, sequences=frozenset(), ascii_only=False):
    """sequences: those that our own colours are made of."""
    for sequence in sequences:
        content = content.replace(sequence, b"")
    odd = decoded(content)[1]
    if not odd and ascii_only and not content.isascii():
        odd = "not ASCII"
    return odd


# ---- Markdown, as GitHub reads it

OUR_TAGS = re.compile(r"</?details>|</?summary>")
ALIVE = (("a tag", re.compile(r"<")), ("a link or a picture", re.compile(r"\[")),
         ("a reference", re.compile(r"&(?!amp;|lt;|gt;|#8203;|emsp;)")), ("an address", re.compile(r":/|www\.", re.I)),
         ("a mention", re.compile(r"@(?!&#8203;)")), ("a ticket", re.compile(r"GH-\d|![0-9]", re.I)),
         ("emphasis", re.compile(r"[_~$`]")))


def without_code(line):
    """A line without its code spans, what is escaped, and our own emphasis."""
    out, at = [], 0
    while at < len(line):
        if line[at] == "\\" and at + 1 < len(line) and not line[at + 1].isalnum():
            at += 2
            continue
        run = re.match("`+", line[at:])
        end = run and re.search(rf"(?<!`)`{{{len(run[0])}}}(?!`)", line[at + len(run[0]):])
        if end:
            at += len(run[0]) + end.end()
        elif run:
            out.append(run[0])
            at += len(run[0])
        else:
            out.append(line[at])
            at += 1
    return "".join(out)


def pipes(line):
    """Those that part cells: a backslash before one makes it text, also in code."""
    return len(re.findall(r"(?<!\\)\|", line))


def prose_is_odd(line):
    cells = [line]
    if line.startswith("|"):
        cells = [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)]
    for cell in cells:
        rest = OUR_TAGS.sub("", without_code(cell))
        for what, pattern in ALIVE:
            if pattern.search(rest):
                return f"{what} in {line!a:.300}"
    return None


def block_is_odd(line):
    """A heading, a list or a quotation, besides our own; --- is between parts."""
    inside = re.sub(r"^(#{1,4} |(  )?- )", "", line)
    if line != "---" and re.match(r" {0,3}([-+*#] |>|\d+[.)] |=+$|-+$|```|~~~)", inside):
        return f"a block: {line!a:.200}"
    return None


def markdown(content):
    whole, odd = decoded(content)
    if odd or len(whole) > TICKET_MOST:
        return odd or f"{len(whole)} characters"
    fence, columns, folds = "", 0, 0
    for line in whole.split("\n"):
        if fence:
            fence = "" if re.fullmatch(rf" {{0,3}}`{{{len(fence)},}} *", line) else fence
            continue
        opened = re.match(r"(`{3,})sh$", line)
        if opened:
            fence = opened[1]
            continue
        folds += line.count("<details>") if line.startswith("<details>") else 0
        folds -= line == "</details>"
        columns = (columns or pipes(line)) if line.startswith("|") else 0
        if columns and pipes(line) != columns:
            return f"{pipes(line)} bars instead of {columns}: {line!a:.300}"
        odd = prose_is_odd(line) or block_is_odd(line)
        if odd or folds not in (0, 1):
            return odd or "folds within folds"
    return "a fence is open" if fence else "a fold is open" if folds else None


# ---- what programs read

def csv_is_odd(content, wanted):
    """The same bytes as came; and read by another, no cell is a formula."""
    if content != wanted:
        return "is not written as it was read"
    for cells in csv.reader(io.StringIO(content.decode("latin-1"), newline="")):
        if len(cells) != len(COLUMNS):
            return f"{len(cells)} cells"
        for name, one in zip(COLUMNS, cells):
            if one[:1] and one[0] in "=+-@\t\r" and not (name == "value" and number(one.encode("latin-1"))):
                return f"{name} begins with {one[:20]!a}"
    return None


def json_is_odd(content, rows):
    if not content.isascii():
        return "not ASCII"
    try:
        written = json.loads(content)
    except ValueError as error:
        return str(error)
    wanted = [{name: shown(one.get(name, "")) for name in COLUMNS if one.get(name) or name == "kind"}
              for one in rows]
    for got, want in zip(written["rows"], wanted):
        if got != want:
            return f"{got!a:.300} instead of {want!a:.300}"
    if len(written["rows"]) != len(wanted) or set(written) != {"schema", "rows"}:
        return "other rows, or more than rows"
    return None


def shown(content):
    content = content if isinstance(content, bytes) else content.encode()
    return content.decode("utf-8", "backslashreplace")


def prometheus(content):
    text_, odd = decoded(content)
    return odd or metrics_are_odd(text_)
