"""The repository's own pages, read as a reader meets them: headings, links, tables."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if "node_modules" not in page.parts
)
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_LINK = re.compile(r"(?<!\\)\]\((?!https?:|mailto:)([^)\s]+)\)")


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return _FENCE.sub("", page.read_text())


def headings(page: Path) -> list[str]:
    """Headings in order, without the back quotes."""
    return [found.replace("`", "") for found in _HEADING.findall(prose(page))]


def anchors(page: Path) -> set[str]:
    """What a link may point to: a heading in lower case, blanks as hyphens, other signs gone."""
    return {re.sub(r"[^\w\- ]", "", found.lower()).replace(" ", "-") for found in headings(page)}


def links(page: Path) -> list[str]:
    """Links to other pages and files of the repository."""
    return _LINK.findall(prose(page))


def section(page: Path, heading: str) -> str:
    """What stands under one heading, up to the next of the same or a higher level.

    Raises   KeyError when the page has no such heading
    """
    text = page.read_text()
    found = re.search(rf"^(#+) +`?{re.escape(heading)}`? *$", text, re.MULTILINE)
    if found is None:
        raise KeyError(f"{page.name} has no heading {heading!r}")
    rest = text[found.end() :]
    following = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest
