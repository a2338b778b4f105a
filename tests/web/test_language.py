"""Every text a person reads on a page can be said in another language.

Two nets: no template holds bare words, and under a made-up language, in which every sentence
stands in ⟦brackets⟧, no page shows English outside them that is not the company's own data. That
language knows what docs/language.py hands to translators, and nothing else.
"""

from __future__ import annotations

import gettext as gettext_module
import re
import runpy
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import allauth
import django.conf
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.template.base import Lexer, TokenType
from django.utils.translation import trans_real

import trivet.web
from tests.web.norvik import INDUSTRIES, OPPORTUNITIES, REGIONS, SEGMENTS, Norvik
from trivet.numbers.shared_metrics.lint import Evidence
from trivet.web.metrics_shown import EVERY

TEMPLATES = sorted((Path(trivet.web.__file__).parent / "templates").rglob("*.html"))
SPOKEN = ("title", "aria-label", "placeholder", "alt")
SILENT = {"script", "style", "code", "pre", "kbd"}
"""Code and keys are the same in every language."""

A_WORD = re.compile(r"[^\W\d_]{2,}")


class Read(HTMLParser):
    """What is read of a page, seen or heard: its text, and the attributes that are spoken."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A text that is kept in English says so, and a screen reader reads it as English.
        if tag in SILENT or (tag != "html" and ("lang", "en") in attrs):
            self._inside.append(tag)
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.found.append(data.strip())


# No template holds bare words

NAME = "Trivet"
LITERAL = re.compile(r"""(?:=|default:)["']([^"']*[^\W\d_]{2,}[^"']*)["']""")


def without_tags(template: str) -> Iterator[str]:
    """The template's own text: what is between its tags, and outside of those that translate."""
    inside = False
    for token in Lexer(template).tokenize():
        name = token.split_contents()[0] if token.token_type is TokenType.BLOCK else ""
        if name == "blocktranslate":
            inside = True
        elif name == "endblocktranslate":
            inside = False
        elif token.token_type is TokenType.TEXT and not inside:
            yield token.contents


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_words_outside_of_a_tag_that_translates_them(path):
    text = "".join(without_tags(path.read_text()))
    bare = [found for found in Read(text).found if A_WORD.search(found.replace(NAME, ""))]
    assert bare == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_tag_is_given_a_sentence_that_nobody_can_translate(path):
    given = [
        literal
        for token in Lexer(path.read_text()).tokenize()
        if token.token_type in (TokenType.BLOCK, TokenType.VAR)
        for literal in LITERAL.findall(token.contents)
    ]
    assert [text for text in given if text not in ("system", "table.row")] == []


def test_the_net_catches_a_bare_word_an_attribute_and_a_default():
    bare = '<p title="Bare {{ x }}">{% translate "fine" %} not fine {{ x }}</p>'
    assert Read("".join(without_tags(bare))).found == ["Bare ", "not fine"]
    assert LITERAL.findall('x|default:"Not said"') == ["Not said"]


# A made-up language


language = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "language.py"))


@cache
def in_a_catalog() -> frozenset[str]:
    """Everything that whoever translates Trivet is given, and what Django and allauth bring."""
    ours = language["template"]("en")
    found = {message.id[0] if message.pluralizable else message.id for message in ours}
    for package in (django.conf, allauth):
        path = Path(package.__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"
        with path.open("rb") as file:
            theirs = read_po(file)
        found |= {message.id[0] if message.pluralizable else message.id for message in theirs}
    return frozenset(found)


class Bracketed(gettext_module.NullTranslations):
    """Says every sentence of a catalog in brackets, as a language would in its own words.

    What no catalog has stays in English, and english_in finds it.
    """

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message in in_a_catalog() else message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        said = singular if number == 1 else plural
        return f"⟦{said}⟧" if singular in in_a_catalog() else said

    def language(self) -> str:
        return "en"

    to_language = language


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(trans_real._translations, "en", Bracketed())


class Talkative(Norvik):
    """A build with everything a page can have something to say about."""

    def __init__(self) -> None:
        super().__init__(stale_reason="I2 failed", evidence=Evidence(unseen_source_values=("fax",)))
        self.today = date(2026, 11, 30)


FILE = re.compile(r"[\w/]+\.csv")
OWN = {
    # The company's data.
    *(word for o in OPPORTUNITIES for word in A_WORD.findall(f"{o.name} {o.account}")),
    *(word for name in (*SEGMENTS, *REGIONS, *INDUSTRIES) for word in A_WORD.findall(name)),
    *("Norvik", "Analytics", "HYPERLINK", "http", "evil", "example"),
    # What systems and stages are called, and why a build was not published.
    *("crm", "marketing", "customer", "success", "Prospecting", "Qualified", "failed"),
    # A record's own line under its name, and its currency.
    *("Lost", "entered", "GBP"),
    # Names that are the same in every language.
    *("Trivet", "UTC"),
}

PAGES = [
    "/",
    "/?period=2026-Q4&metric=win_rate&region=EMEA",
    "/?period=2019-Q1",
    "/?grain=month",
    "/?build=b20261013T050000-77aa",
    *(f"/metrics/{metric.id}" for metric in EVERY),
    "/metrics/win_rate?by=outcome&region=EMEA&segment=Enterprise&q=os",
    "/metrics/win_rate?q=zzz",
    "/metrics/marketing_sourced_pipeline?by=sourced_by&outcome=won&sort=happened_on",
    "/data",
    "/opportunities/00600500",
    "/accounts/0010005",
    "/nowhere",
]


def english_in(page: str) -> list[str]:
    """What is read outside of brackets and is not the company's own."""
    found, depth = [], 0
    for text in Read(page).found:
        plain = ""
        for sign in text:
            # A sentence with markup in it opens its bracket in one text and closes it in another.
            depth += {"⟦": 1, "⟧": -1}.get(sign, 0)
            plain += sign if depth == 0 and sign != "⟧" else " "
        if words := [w for w in A_WORD.findall(FILE.sub("", plain)) if w not in OWN]:
            found.append(f"{' '.join(words)} in: {text}")
    assert depth == 0
    return found


@pytest.mark.parametrize("address", PAGES)
def test_in_another_language_a_page_shows_no_english(client, norvik, bracketed, address):
    norvik._open = lambda *_: Talkative()
    page = client.get(address).content.decode()
    assert "⟦" in page
    english = english_in(page)
    assert not english, "\n".join(english)


def test_a_language_is_shown_to_whoever_asks_for_it_once_its_catalog_is_there(
    client, settings, tmp_path, monkeypatch
):
    catalog = Catalog(locale="de")
    catalog.add("Quarantine", "Quarantäne")
    catalog.add("Win rate", "Gewinnquote")
    catalog.add("marketing-sourced", "vom Marketing gebracht")
    catalog.add("%(first)s, %(then)s", "%(first)s, %(then)s")
    catalog.add(("%(count)s row", "%(count)s rows"), ("%(count)s Zeile", "%(count)s Zeilen"))
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalog)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), ("de", "de")]
    monkeypatch.setattr(trans_real, "_translations", {})
    german = client.get("/data", headers={"Accept-Language": "de-AT,de;q=0.9"}).content.decode()
    assert '<html lang="de"' in german
    assert ">Quarantäne</h2>" in german
    assert ">Gewinnquote, vom Marketing gebracht</a>" in german
    metric = client.get("/metrics/win_rate", headers={"Accept-Language": "de"}).content.decode()
    assert re.search(r"\d+ Zeilen", metric)
    english = client.get("/data", headers={"Accept-Language": "pl"})
    assert '<html lang="en"' in english.content.decode()
    assert "Accept-Language" in english["Vary"]
