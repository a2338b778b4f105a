"""What a refusal says: English everywhere, and what another language needs to say it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import trivet
from trivet import errors
from trivet.errors import SeatTaken, TrivetError
from trivet.sentence import Sentence

SOURCE = Path(trivet.__file__).parent
REFUSALS = {
    name
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, TrivetError)
}
A_NAME = re.compile(r"%\((\w+)\)s")
SHOWN_ON_PAGES = (
    "agreements",
    "vocabulary",
    "web",
    *(f"numbers/{chapter}" for chapter in ("insight", "ledger", "revenue_model", "shared_metrics")),
)


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Every refusal that a page may show, by where it is made."""
    for chapter in SHOWN_ON_PAGES:
        for path in sorted((SOURCE / chapter).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in REFUSALS:
                    yield f"{path.relative_to(SOURCE)}:{call.lineno}", call


def words(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(word.value for word in call.keywords if word.arg == "remedy")]


def test_a_refusal_on_a_page_gives_its_values_by_name_so_that_it_can_be_translated():
    built = [
        place
        for place, call in raised()
        for part in words(call)
        if any(isinstance(node, ast.JoinedStr | ast.BinOp) for node in ast.walk(part))
    ]
    assert built == []


def test_every_value_of_a_refusal_is_said_and_every_name_has_a_value():
    wrong = []
    for place, call in raised():
        said = {
            name
            for part in words(call)
            for node in ast.walk(part)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            for name in A_NAME.findall(node.value)
        }
        given = {word.arg for word in call.keywords} - {"remedy", "near"}
        if said != given:
            wrong.append(f"{place}: {sorted(said ^ given)}")
    assert wrong == []


def test_the_two_sentences_read_as_they_always_did():
    refused = SeatTaken(
        "%(person)s holds the seat %(seat)s.",
        remedy="End that tenure first, or choose another than %(seat)s.",
        person="Ida Voss",
        seat="Chief revenue officer",
    )
    assert refused.happened == "Ida Voss holds the seat Chief revenue officer."
    assert str(refused) == (
        "Ida Voss holds the seat Chief revenue officer."
        " End that tenure first, or choose another than Chief revenue officer."
    )
    assert refused.happened.template == "%(person)s holds the seat %(seat)s."


@pytest.mark.parametrize("typed", ["100%", "%(seat)s", "%s", "{0}", "%"])
def test_what_somebody_typed_is_never_read_as_a_template(typed):
    refused = SeatTaken("%(person)s sits here.", remedy="Nothing is 100% lost.", person=typed)
    assert refused.happened == f"{typed} sits here."
    assert refused.remedy == "Nothing is 100% lost."
    assert SeatTaken(typed, remedy=typed).happened == typed


def test_a_sentence_counts_joins_and_survives_being_kept():
    rows = Sentence.counted("%(number)s row", "%(number)s rows", 2000)
    assert (rows, Sentence.counted("%(number)s row", "%(number)s rows", 1)) == (
        "2,000 rows",
        "1 row",
    )
    both = Sentence.joined("%(first)s; %(then)s", [rows, Sentence("nothing else")])
    assert both == "2,000 rows; nothing else"
    assert isinstance(both, Sentence)
    kept = Sentence.of_parts(both.parts())
    assert kept == both
    assert kept.parts() == both.parts()
    assert Sentence.joined("%(first)s; %(then)s", []) == ""
