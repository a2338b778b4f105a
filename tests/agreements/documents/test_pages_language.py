"""Pages of documents speak the reader's language, and run nothing that is not a file of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import trans_real

import trivet.agreements.documents
from tests.agreements.documents.signers import Begun, filled
from tests.web import test_language
from tests.web.signed_in import as_
from tests.web.test_language import A_WORD, LITERAL, NAME, Bracketed, Read, english_in, without_tags
from trivet.agreements.documents.models import Proposal
from trivet.agreements.people.models import Seat

TEMPLATES = sorted(
    (Path(trivet.agreements.documents.__file__).parent / "templates").rglob("*.html")
)
RATE = "/documents/metric_definition/win_rate"
PAGES = [
    "/documents",
    "/documents/sign",
    "/documents/new/playbook",
    "/documents/new/lead_management",
    "/documents/new/customer_lifecycle",
    RATE,
    f"{RATE}?from=1&to=2",
    f"{RATE}/versions/1",
    f"{RATE}/proposals",
    "/documents/metric_definition/follow_up_sla/proposals",
    "/documents/metric_definition/sourcing",
    "/documents/metric_definition/sourcing/proposals",
    "/proposals/{open}",
    "/proposals/{open}/versions",
    "/proposals/{open}/signature",
    "/proposals/{closed}",
]
SPOKEN_OF = ("SHA", "PDF", "CR")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_words_outside_of_a_tag_that_translates_them(path: Path) -> None:
    text = "".join(without_tags(path.read_text()))
    bare = [
        found
        for found in Read(text).found
        if A_WORD.search(found.replace(NAME, "").replace("SHA-256", "").replace("PDF", ""))
    ]
    assert bare == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_tag_is_given_a_sentence_that_nobody_can_translate(path: Path) -> None:
    from django.template.base import Lexer, TokenType

    given = [
        literal
        for token in Lexer(path.read_text()).tokenize()
        if token.token_type in (TokenType.BLOCK, TokenType.VAR)
        for literal in LITERAL.findall(token.contents)
    ]
    assert [text for text in given if " " in text] == []


@pytest.fixture
def busy(begun: Begun) -> Begun:
    """One in force with a change proposed, rejected and withdrawn ones, comments, a process."""
    begun.agree("win_rate", "sourcing")
    admin = as_(begun.people.admin)
    form = filled(admin.get(f"{RATE}/proposals").content.decode())
    admin.post(f"{RATE}/proposals", form | {"why": "zzz", "option-basis": "amount"})
    proposal = begun.proposal("win_rate")
    for clause in ("options.basis", "", "formula"):
        admin.post(f"/proposals/{proposal.pk}/comments", {"says": "zzz", "clause": clause})
    admin.post("/comments/1/resolution")
    other = begun.proposal("follow_up_sla")
    rune = as_(begun.people.cro)
    rune.post(f"/proposals/{other.pk}/rejection", {"seat": "cro", "why": "zzz"})
    sourcing = "/documents/metric_definition/sourcing/proposals"
    form = filled(admin.get(sourcing).content.decode())
    admin.post(sourcing, form | {"why": "zzz", "option-lookback_days": "60"})
    return begun


def addresses(busy: Begun) -> list[str]:
    closed = Proposal.objects.get(outcome="rejected").pk
    return [each.format(open=busy.proposal("win_rate").pk, closed=closed) for each in PAGES]


A_HASH = re.compile("[0-9a-f]{64}")


@pytest.mark.slow
def test_in_another_language_a_page_shows_no_english(
    busy: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_(busy.people.cmo)
    people = (busy.people.admin, busy.people.cmo, busy.people.cro, busy.people.vp_cs)
    own = {word for person in people for word in A_WORD.findall(person.name)}
    own |= {word for seat in Seat.objects.all() for word in A_WORD.findall(seat.title)}
    monkeypatch.setattr(
        test_language, "OWN", {*test_language.OWN, *own, *map(str.lower, own), *SPOKEN_OF, "zzz"}
    )
    monkeypatch.setitem(trans_real._translations, "en", Bracketed())
    found = []
    for address in addresses(busy):
        answer = client.get(address)
        assert answer.status_code == 200, address
        page = A_HASH.sub("", answer.content.decode())
        assert "⟦" in page
        # A draft that somebody proposed in English stays as it was written.
        own_words = "A first draft, every option"
        found += [f"{address}: {line}" for line in english_in(page) if own_words not in line]
    assert found == [], "\n".join(found)


@pytest.mark.slow
def test_in_another_language_a_refusal_says_both_sentences_with_their_values(
    busy: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    rune = as_(busy.people.cro)
    proposal = busy.proposal("win_rate")
    version = proposal.version
    signature = f"/proposals/{proposal.pk}/signature"
    before = {"shown_hash": "0" * 64, "seat": "cro", "key": "zzz"}
    english = rune.post(signature, before).content.decode()
    assert "after your page was made. Nothing was signed." in english
    monkeypatch.setitem(trans_real._translations, "en", Bracketed())
    page = rune.post(signature, before).content.decode()
    title = version.document.title
    assert f"<b>⟦⟦{title}⟧ was changed by {version.made_by.name} at" in page
    assert (
        "Nothing was signed.⟧</b> ⟦Read what is different, then sign the newest version.⟧" in page
    )
    vera = busy.people.vp_cs
    told = {"shown_hash": version.sha256, "seat": "cro", "key": "k" * 24}
    said = as_(vera).post(signature, told).content.decode()
    assert f"⟦{vera.name} does not hold the seat" in said
    assert "⟦The seat&#x27;s holder signs, or lends the seat for a while.⟧" in said


@pytest.mark.slow
def test_no_page_has_inline_script_or_style_or_the_same_id_twice(busy: Begun) -> None:
    client = as_(busy.people.cmo)
    for address in addresses(busy):
        page = client.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), address
        assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", page), address
        ids = re.findall(r'\sid="([^"]+)"', page)
        twice = sorted({each for each in ids if ids.count(each) > 1})
        assert twice == [], address
