"""Icons are Lucide's own strokes, byte for byte, and each that a page asks for is in the sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import trivet.agreements
import trivet.web
from trivet.web.metrics_shown import EVERY, SHARED

WEB = Path(trivet.web.__file__).parent
VENDORED = WEB / "static" / "vendor" / "lucide" / "icons"
SHEET = dict(
    re.findall(
        r'<symbol id="i-([^"]+)" viewBox="0 0 24 24">(.*?)</symbol>',
        (WEB / "templates" / "web" / "_icons.html").read_text(),
    )
)
ASKED = re.compile(r"""\{% icon ["']([a-z0-9-]+)["']|href="#i-([a-z0-9-]+)\"""")
STROKE = re.compile(r"<(?:circle|ellipse|line|path|polygon|polyline|rect)\b[^>]*/>")


@pytest.mark.parametrize("name", sorted(SHEET))
def test_an_icon_in_the_sheet_has_the_strokes_of_the_pinned_lucide(name):
    source = (VENDORED / f"{name}.svg").read_text()
    assert STROKE.findall(SHEET[name]) == STROKE.findall(source)
    assert 'viewBox="0 0 24 24"' in source


def test_every_icon_that_a_template_asks_for_is_in_the_sheet():
    templates = [
        *WEB.rglob("*.html"),
        *Path(trivet.agreements.__file__).parent.rglob("*.html"),
    ]
    asked = {
        found[1] or found[2] for path in templates for found in ASKED.finditer(path.read_text())
    }
    assert len(asked) > 10
    asked |= {metric.icon for metric in (*EVERY, *SHARED)}
    # `name` stands in the sheet's own comment.
    assert asked - {"name"} <= set(SHEET)


def test_nothing_is_brought_along_that_the_sheet_does_not_hold():
    assert {path.stem for path in VENDORED.glob("*.svg")} == set(SHEET)
