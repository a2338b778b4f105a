"""Write the parts of the reference that are made from the code: `./dev docs`.

A page keeps its prose; what stands between `<!-- made from NAME -->` and `<!-- end -->` is
made here. tests/docs holds every page to what this script would write.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import click

from trivet.cli.main import cli
from trivet.numbers.shared_metrics.definition import Subject
from trivet.numbers.shared_metrics.option import Option
from trivet.numbers.warehouse.tables import TABLES, Column, Table

REFERENCE = Path(__file__).resolve().parent / "reference"
MADE = re.compile(r"(<!-- made from (?P<name>[\w. /]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _meaning(column: Column) -> str:
    said = [column.says]
    if column.values:
        said.append("One of " + ", ".join(f"`{value}`" for value in column.values) + ".")
    return " ".join(said)


def _table(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    lines = [
        f"## {table.name}",
        "",
        table.says,
        "",
        f"Key: {key}.",
        "",
        _row("column", "kind", "required", "history", "meaning"),
        _row("---", "---", "---", "---", "---"),
    ]
    lines += [
        _row(
            f"`{column.name}`",
            str(column.kind),
            "yes" if column.required else "",
            "yes" if column.tracked else "",
            _meaning(column),
        )
        for column in table.columns
    ]
    return "\n".join(lines)


def tables() -> str:
    """One heading a canonical table, one row a column."""
    return "\n\n".join(_table(table) for table in TABLES)


def subject(name: str) -> Subject:
    """What the definition of that id is about."""
    module = importlib.import_module(f"trivet.numbers.shared_metrics.{name}.definition")
    return next(s for s in vars(module).values() if isinstance(s, Subject) and s.id == name)


def _values(option: Option) -> list[str]:
    if option.kind == "flag":
        return [
            _row("", f"`{choice.value}`" + _bold(choice.value == json.dumps(option.default)), said)
            for choice in option.choices
            for said in (choice.says,)
        ]
    if not option.choices:
        default = json.dumps(option.default)
        meaning = option.says.format("N") if option.says else ""
        return [_row("", f"{option.allowed} (default `{default}`)", meaning)]
    defaults = option.default if isinstance(option.default, list) else [option.default]
    return [
        _row(
            "",
            f"`{choice.value}`" + _bold(choice.value in defaults, _place(option, choice.value)),
            choice.says + (f" ({choice.who}.)" if choice.who else ""),
        )
        for choice in option.choices
    ]


def _place(option: Option, value: str) -> str:
    """In a chain of rules the order is part of the default."""
    if option.kind != "chain" or not isinstance(option.default, list):
        return ""
    if value not in option.default:
        return ""
    return f", asked {('first', 'second', 'third')[option.default.index(value)]}"


def _bold(is_default: bool, place: str = "") -> str:
    return f" **default{place}**" if is_default else ""


_FORM = {
    "one": "",
    "flag": "",
    "several": "a list of any",
    "chain": "a list, in the order in which they are asked",
}


def options(name: str) -> str:
    """The options of one definition: every value, what it means, and which is the draft's."""
    found = subject(name)
    lines = [found.formula, ""]
    if found.uses:
        uses = (found.uses,) if isinstance(found.uses, str) else found.uses
        lines += ["Rests on " + " and ".join(f"[`{u}`](#{u})" for u in uses) + ".", ""]
    if found.unit:
        lines += [f"Unit: `{found.unit}`. Better is {found.direction}.", ""]
    if not found.options:
        return "\n".join([*lines, "It has no options of its own."])
    lines += [_row("option", "value", "meaning"), _row("---", "---", "---")]
    for option in found.options:
        form = _FORM.get(option.kind, "")
        lines.append(_row(f"`{option.name}`", form, f"**{option.title}**"))
        lines += _values(option)
    return "\n".join(lines)


def command(name: str) -> str:
    """How one command is called: its arguments, options, and what the option's help says."""
    context = click.Context(cli, info_name="trivet")
    found = cli.get_command(context, name)
    if found is None:
        raise KeyError(name)
    called = found.collect_usage_pieces(click.Context(found, parent=context, info_name=name))
    lines = ["```", " ".join(["trivet", name, *called]), "```"]
    given = [p for p in found.params if isinstance(p, click.Option) and not p.hidden]
    if given:
        lines += ["", _row("option", "meaning"), _row("---", "---")]
    for option in given:
        metavar = "" if option.is_flag else " " + option.make_metavar(context)
        needed = " Required." if option.required else ""
        if option.show_default:
            needed = f" By default `{option.default}`."
        lines.append(_row(f"`{option.opts[0]}{metavar}`", (option.help or "") + needed))
    return "\n".join(lines)


def _part(name: str) -> str:
    kind, _, of = name.partition(" ")
    parts: dict[str, Callable[[], str]] = {
        "tables.py": tables,
        "options": lambda: options(of),
        "command": lambda: command(of),
    }
    return parts[kind]()


def renewed(page: str) -> str:
    """The page with every made part written anew."""
    return MADE.sub(lambda m: f"{m[1]}\n{_part(m['name'])}\n\n{m[3]}", page)


def stale() -> list[Path]:
    """The reference pages that do not say what the code says."""
    pages = sorted(REFERENCE.glob("*.md"))
    return [page for page in pages if renewed(page.read_text()) != page.read_text()]


if __name__ == "__main__":
    for page in stale():
        page.write_text(renewed(page.read_text()))
        print(f"written: {page.relative_to(REFERENCE.parent.parent)}", file=sys.stderr)
