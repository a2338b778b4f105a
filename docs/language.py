"""Write or bring up to date the catalog of a language: `.venv/bin/python docs/language.py de`.

Three kinds of text reach a page. What stands in templates and in the pages' own code is marked for
gettext where it stands. A refusal, or a fact of the numbers, is a `Sentence` where it is raised or
found: its template is read from the source. What comes with the numbers as data (titles, decisions,
options, words of evidence) is asked of them here. Babel reads and writes it all, the pages' own
templates after Django has cut them down to what is marked: GNU gettext is not needed for it.
"""

from __future__ import annotations

import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

import trivet
from trivet import errors
from trivet.agreements.icp.rules import alarm
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.agreements.people.rules.seat import SEATS
from trivet.numbers.insight.icp import leak, report, section, sentence, suggestion
from trivet.numbers.insight.icp.statistics import drift, judged
from trivet.numbers.ledger import cause
from trivet.numbers.shared_metrics.in_force import SUBJECTS
from trivet.numbers.shared_metrics.registry import METRICS, metric_named
from trivet.numbers.warehouse.staging import problem
from trivet.numbers.warehouse.tables import TABLES
from trivet.vocabulary.function import Function

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trivet.web.settings")
from trivet.web.words import plain

SOURCE = Path(trivet.__file__).parent
PAGES = (SOURCE / "web", SOURCE / "agreements")
LOCALE = SOURCE / "web" / "locale"
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "Sentence", "Sentence.joined"}
COUNTING_MARKS = {"ngettext", "ngettext_lazy", "Sentence.counted"}
REFUSALS = {
    name
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, errors.TrivetError)
}
WORDS = (
    alarm.SAYS,
    cause.SAYS,
    judged.SENTENCES,
    leak.CAUTIONS,
    report.WHY,
    section.QUESTIONS,
    section.TITLES,
    sentence.TEMPLATES,
    suggestion.SAYS,
)
"""Tables of words that the numbers and the rules look their sentences up in."""
WRITTEN_BY_SQL = re.compile(r"(?:then|else|,) '([a-z_]+)'|'([a-z_]+)' as ")
"""What a query calls its rows: `kept`, `won`, `first_known`."""
ENDS = ("in force", "in_force", "rejected", "withdrawn", "ruled", "settled", "approved")
"""How a proposal, a question or a correction ends, as a refusal says it."""
OURS = (Thing, Verb, drift.Drift, judged.Word)
"""Words of ours that stand for themselves."""
RULES = [rule for name, rule in vars(problem).items() if name.isupper()]
Text = str | tuple[str, ...]


def in_templates() -> Iterator[Text]:
    """What the pages' templates mark."""
    for path in sorted(path for folder in PAGES for path in folder.rglob("*.html")):
        # What is left of a template are calls in rows of X: indented, they would be no Python.
        cut = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        source = "\n".join(line.strip() for line in cut.splitlines())
        found = extract("python", io.BytesIO(source.encode()))
        yield from (text for _, text, _, _ in found)


def in_code() -> Iterator[Text]:
    """What code marks for gettext, and templates of sentences and refusals where one is made."""
    for path in sorted(SOURCE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args:
                yield from _marked(call)


def _marked(call: ast.Call) -> Iterator[Text]:
    name = ast.unparse(call.func)
    if name in MARKS | REFUSALS:
        yield from texts(call.args[0])
    if name in REFUSALS:
        yield from (
            text for word in call.keywords if word.arg == "remedy" for text in texts(word.value)
        )
    if name in COUNTING_MARKS:
        yield from zip(texts(call.args[0]), texts(call.args[1]), strict=True)


def texts(written: ast.expr) -> Iterator[str]:
    """The text an expression gives, each of them where it depends on something."""
    if isinstance(written, ast.Constant) and isinstance(written.value, str):
        yield written.value
    elif isinstance(written, ast.IfExp):
        yield from (*texts(written.body), *texts(written.orelse))


def known() -> Iterator[str]:
    """What the numbers and the rules say in words that stand in their tables."""
    yield from (function.title for function in Function)
    for subject in SUBJECTS.values():
        yield from (subject.title, subject.formula, *subject.levers.values())
        for option in subject.options:
            yield from (option.title, option.template)
            yield option.titled.replace("{}", "%(value)s")
            for choice in option.choices:
                yield from (choice.says, choice.who, choice.titled)
    for table in TABLES:
        yield plain(table.name)
        for column in table.columns:
            yield from (*_headings(column.name), *map(plain, column.values))
    yield from (text for words in WORDS for text in words.values())
    yield from (str(word) for words in OURS for word in words)
    yield alarm.ONE_KNOWN_LESS
    yield from ENDS
    yield from (kind.title for kind in SEATS.values())
    yield from (plain(name) for name in (*RULES, "file", "file_row"))
    for metric in METRICS:
        for name in metric_named(metric).query.columns:
            yield from _headings(name)
    for path in sorted((SOURCE / "numbers").rglob("*.sql")):
        for written in WRITTEN_BY_SQL.finditer(path.read_text(encoding="utf-8")):
            word = written[1] or written[2]
            yield from (word, plain(word))


def _headings(column: str) -> Iterator[str]:
    """A column over a list, and as the name of one fact."""
    yield from (plain(column), plain(column.removesuffix("_minor").removesuffix("_id")))


def template(language: str) -> Catalog:
    """Every text that a page can show, without a translation."""
    found = Catalog(locale=language, project="Trivet", charset="utf-8")
    for text in (*in_templates(), *in_code(), *known()):
        if text:
            found.add(text)
    return found


def write(language: str, locale: Path = LOCALE) -> Path:
    """Extract, keep what was translated before, compile."""
    path = locale / language / "LC_MESSAGES" / "django.po"
    catalog = template(language)
    if path.exists():
        with path.open("rb") as file:
            before = read_po(file, locale=language)
        before.update(catalog)
        catalog = before
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    print(f"{len(catalog):,} sentences in {path}")
    return path


if __name__ == "__main__":
    write(sys.argv[1])
