"""A finished SVG from a specification, small enough to stand in the page itself.

vl-convert carries Vega in a small JavaScript engine of its own: no browser, no network.
"""

from __future__ import annotations

import json
import re
import threading
import xml.etree.ElementTree as ET
from functools import lru_cache
from typing import Final

import vl_convert

from trivet.numbers.charts.theme import SCHEMA, Spec

# vl-convert runs one JavaScript engine; asking it from two threads at once gains nothing.
_one_at_a_time: Final = threading.Lock()

_SVG: Final = "{http://www.w3.org/2000/svg}"

# What a static picture inside a page has no use for: Vega's own classes and roles, and the type,
# which the page sets once for every chart.
_NOISE: Final = (
    "class",
    "role",
    "aria-roledescription",
    "aria-hidden",
    "aria-label",
    "pointer-events",
    "font-family",
    "stroke-miterlimit",
)
# Only coordinates are rounded: a number in a label is a figure and stays as it was written.
_COORDINATES: Final = ("d", "transform", "x", "y", "x1", "y1", "x2", "y2", "width", "height")
_LONG_NUMBER: Final = re.compile(r"-?\d*\.\d{2,}(?:e-?\d+)?")


def svg(spec: Spec, says: str) -> str:
    """The chart as an inline image with its sentence as the accessible name.

    says     what the picture shows, made from the data
    Colours that are custom properties stay as they are and follow the page's theme. A mark's
    description becomes its native tooltip.
    """
    return _drawn(json.dumps(spec), says)


# The same specification is the same picture, whichever page or build asks for it.
@lru_cache(maxsize=256)
def _drawn(spec: str, says: str) -> str:
    with _one_at_a_time:
        drawn = vl_convert.vegalite_to_svg(spec)
    # What is parsed was drawn a moment ago by our own process.
    root = ET.fromstring(drawn)  # noqa: S314
    width, height = root.get("width", "0"), root.get("height", "0")
    _tidy(root)
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {width} {height}",
        "role": "img",
        "aria-label": says,
    }
    for node in root.iter():
        node.tag = node.tag.removeprefix(_SVG)
    return ET.tostring(root, encoding="unicode")


def warm_up() -> None:
    """Draw a dot: the first chart of a process costs about a second of start-up otherwise."""
    svg({"$schema": SCHEMA, "data": {"values": [{}]}, "mark": "point"}, "")


def _tidy(node: ET.Element) -> None:
    """Take away what draws nothing, from the leaves up."""
    kept: list[ET.Element] = []
    for child in node:
        if child.get("class") in ("background", "foreground"):
            continue
        _tidy(child)
        if child.tag in (f"{_SVG}g", f"{_SVG}defs") and len(child) == 0:
            continue
        if child.tag == f"{_SVG}g" and not child.attrib:
            kept.extend(child)
        else:
            kept.append(child)
    node[:] = kept
    says = node.get("aria-label") if node.get("role") == "graphics-symbol" else None
    for name in _NOISE:
        node.attrib.pop(name, None)
    for name in _COORDINATES:
        if name in node.attrib:
            node.attrib[name] = _LONG_NUMBER.sub(_round, node.attrib[name])
    if node.get("transform") == "translate(0,0)":
        del node.attrib["transform"]
    if node.get("opacity") == "1":
        del node.attrib["opacity"]
    if says:
        title = ET.Element("title")
        title.text = says
        node.insert(0, title)


def _round(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
