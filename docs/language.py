"""Write or bring up to date the catalog of a language: `.venv/bin/python docs/language.py de`.

What stands in templates and in the pages' own code is found by Django's `makemessages`, which
needs the programs of GNU gettext. The sentences that come with the numbers (titles, decisions,
options) are added here: the pages look them up by their English text. Nobody needs either to run
Trivet, which reads the compiled catalog that this writes beside the other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import trivet.web
from trivet.numbers.shared_metrics.registry import drafts
from trivet.numbers.warehouse.tables import TABLES
from trivet.vocabulary.function import Function

WEB = Path(trivet.web.__file__).parent


def sentences() -> Iterator[str]:
    """What the numbers say in words that do not depend on the data."""
    yield from (function.title for function in Function)
    for definition in drafts().values():
        yield definition.title
        yield from definition.says
        yield from definition.levers.values()
        for option in definition.chosen:
            yield from (option.title, option.says, option.who)
    for table in TABLES:
        yield table.name.replace("_", " ").capitalize()
        yield from (column.name.replace("_", " ").capitalize() for column in table.columns)


def write(language: str) -> Path:
    """Extract, add what came with the numbers, compile."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "trivet.web.settings"
    os.chdir(WEB)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("makemessages", locale=[language], no_location=True, verbosity=0)
    path = WEB / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    for sentence in sentences():
        if sentence and sentence not in catalog:
            # `makemessages` knows nothing of these and thinks them no longer said.
            before = catalog.obsolete.pop(sentence, None)
            catalog.add(sentence, before.string if before else "")
    with path.open("wb") as file:
        write_po(file, catalog, width=100)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    print(f"{len(catalog):,} sentences in {path}")
    return path


if __name__ == "__main__":
    write(sys.argv[1])
