"""Somebody at the terminal finds every command and option; what a page shows can be typed."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from tests.docs.pages import PAGES, ROOT, headings, section
from trivet.cli.main import COMMANDS, cli

PAGE = ROOT / "docs" / "reference" / "command-line.md"
_FENCE = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def command(name: str) -> click.Command:
    """The click command of that name."""
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


def options(name: str) -> dict[str, click.Option]:
    """The command's options by every way they may be written."""
    return {
        written: option
        for option in command(name).params
        if isinstance(option, click.Option)
        for written in (*option.opts, *option.secondary_opts, "--help")
    }


def shown() -> list[tuple[str, list[str]]]:
    """Every `trivet ...` line in a code block of any page, as words."""
    lines = []
    for page in PAGES:
        for block in _FENCE.findall(page.read_text()):
            for line in block.splitlines():
                found = re.match(r"^(?:\S+ +\S+ +\* \* \* .*?&& )?(?:uv run )?trivet (.+)$", line)
                if found and "[" not in found[1]:
                    words = shlex.split(found[1], comments=True)
                    lines.append((page.name, [w for w in words if w not in (">", ">>")]))
    return lines


def test_every_command_has_its_heading_in_the_order_of_the_help() -> None:
    names = list(COMMANDS)
    assert [h for h in headings(PAGE) if h in names] == names


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_each_of_its_options(name: str) -> None:
    text = section(PAGE, name)
    for written, option in options(name).items():
        if written.startswith("--") and written != "--help" and not option.hidden:
            assert f"`{option.opts[0]}" in text


@pytest.mark.parametrize(("page", "words"), shown(), ids=lambda value: str(value)[:60])
def test_a_command_that_a_page_shows_exists_with_its_options(page: str, words: list[str]) -> None:
    name, *rest = words
    assert name in COMMANDS or name in ("--version", "COMMAND"), page
    if name in COMMANDS:
        unknown = [w for w in rest if w.startswith("--") and w not in options(name)]
        assert unknown == [], page


def test_every_exit_status_is_explained() -> None:
    assert {"0", "1", "2", "3"} <= set(re.findall(r"^\| (\d+) \|", PAGE.read_text(), re.MULTILINE))
