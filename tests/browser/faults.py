#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether what looks at pages sees what is wrong with one: each of these has one fault.

usage: faults.py
Exit status: 0 each was said, and nothing of the page without any; 1 not; 77 what is needed to
look is not installed.
"""
import sys
import tempfile
from pathlib import Path

import checkers

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = "body{margin:0}@media(prefers-color-scheme:dark){:root{color-scheme:dark;background:#111}}"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page</title>
<style>{style}</style>
</head>
<body>
<main><h1>A page</h1>
{body}</main>
</body>
</html>
"""

PICTURE = '<svg role="img" aria-label="x" width="100%" height="40">{}</svg>'
LEFT = '<text y="20">words from the left side to there</text>'
RIGHT = '<text x="100%" y="20" text-anchor="end">words up to the right side</text>'

# What is put in, and words of what look.mjs has to say of it.
SEEN = {
    "script": ({"body": "<script>document.title = 'x'</script>"}, "console: "),
    "script-tag": ({"body": "<script>document.title = 'x'</script>"}, "could act: <script>"),
    "script-acts": ({"body": "<script>console.error('acts')</script>"}, "console: acts"),
    "throws": ({"body": "<script>throw new Error('thrown')</script>"}, "page error: thrown"),
    "handler": ({"body": "<p onclick=\"x()\">x</p>"}, "could act: p onclick"),
    "script-link": ({"body": "<p><a href=\"javascript:x()\">x</a></p>"}, "could act: a href"),
    "image": ({"body": "<img src=\"http://elsewhere.invalid/x.png\" alt=\"x\">"},
              "asks for http://elsewhere.invalid/x.png"),
    "style-image": ({"style": "p{background:url(http://elsewhere.invalid/y)}", "body": "<p>x</p>"},
                    "asks for http://elsewhere.invalid/y"),
    "refresh": ({"body": "<meta http-equiv='refresh' content='0;url=http://elsewhere.invalid'>"},
                "asks for http://elsewhere.invalid"),
    "policy": ({"policy": POLICY + "; script-src 'unsafe-inline'"}, "its policy is not"),
    "no-policy": ({"policy": "style-src 'unsafe-inline'"}, "its policy is not"),
    "wide": ({"body": "<p style=\"width:2000px\">x</p>"}, "light: wider than the window"),
    "wide-phone": ({"body": "<pre>" + "x" * 80 + "</pre>"}, "phone: wider than the window"),
    "wide-paper": ({"style": "@media print{p{width:60em}}", "body": "<p>x</p>"},
                   "print: wider than the window"),
    "wide-folded": ({"body": "<details><summary>x</summary><pre>" + "x" * 300 + "</pre></details>"},
                    "light: wider than the window"),
    "words": ({"body": PICTURE.format(LEFT + RIGHT)}, "lie on each other"),
    "words-out": ({"body": PICTURE.format(LEFT.replace("y=", "x='300' y="))}, "leaves the"),
    "contrast": ({"style": "p{color:#bbb;background:#fff}", "body": "<p>words</p>"},
                 "light: axe: color-contrast"),
    "contrast-dark": ({"style": STYLE + "@media(prefers-color-scheme:dark){p{color:#333}}",
                       "body": "<p>words</p>"}, "dark: axe: color-contrast"),
    "contrast-folded": ({"style": "td{color:#bbb;background:#fff}", "body":
                         "<details><summary>x</summary><table><tbody><tr><td>words</td></tr>"
                         "</tbody></table></details>"}, "light: axe: color-contrast"),
    "no-name": ({"body": "<svg role=\"img\" width=\"9\" height=\"9\"></svg>"}, "axe: svg-img-alt"),
    "levels": ({"body": "<h4>x</h4>"}, "axe: heading-order"),
    "large": ({"body": "<p>" + "x " * 150_000 + "</p>"}, "bytes are too many"),
}

# And those that the Nu HTML checker has to see.
REFUSED = {
    "nesting": ({"body": "<p><b>x<i>y</b>z</i></p>"}, "error"),
    "unclosed": ({"body": "<section><h2>x</h2>"}, "error"),
    "ids": ({"body": "<p id=\"x\">x</p><p id=\"x\">y</p>"}, "Duplicate ID"),
    "block": ({"body": "<ul><p>x</p></ul>"}, "not allowed"),
    "css": ({"style": "p{colour:red}"}, "colour"),
    "reference": ({"body": "<p>x &lt y</p>"}, "error"),
    "control": ({"body": "<p>\x01</p>"}, "error"),
}


def write_pages(folder, faults):
    pages = []
    for name, (parts, _) in {"none": ({}, None), **faults}.items():
        pages.append(folder / f"{name}.html")
        pages[-1].write_text(PAGE.format(
            **{"policy": POLICY, "style": STYLE, "body": "<p>x</p>", **parts}))
    return pages


def unseen(check, faults):
    """Lines about faults that were not said, and about what is said of the page without any."""
    with tempfile.TemporaryDirectory() as folder:
        said, status = check(write_pages(Path(folder), faults))
    if not status:
        yield "nothing is wrong, it says"
    for name, (_, words) in faults.items():
        if not any(f"{name}.html" in line and words in line for line in said):
            yield f"{name}: not seen, only: " + "; ".join(
                line[:200] for line in said if f"{name}.html" in line)
    yield from (line[:300] for line in said if "none.html" in line)


def main():
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    checkers.need("node", "chromium", "java")
    lines = [*unseen(checkers.look, SEEN), *unseen(checkers.nu, REFUSED)]
    print(*lines, f"{len(SEEN) + len(REFUSED)} faults, {len(lines)} odd", sep="\n")
    sys.exit(bool(lines))


if __name__ == "__main__":
    main()
