"""A version on paper says what was signed, by whom, and is the same bytes each time."""

from __future__ import annotations

import gettext as gettext_module
import io
from datetime import UTC, datetime

import pytest
from django.utils.translation import override, trans_real
from pypdf import PdfReader

from tests.agreements.documents.signers import Begun, filled, read
from tests.web.signed_in import as_
from trivet.agreements.documents.actions.propose import amend
from trivet.agreements.documents.models import Proposal
from trivet.agreements.documents.paper.paper import paper

HARD = (
    '#import "/etc/passwd" \\ $x^2$ *bold* <label> @ref #read("/etc/passwd") "quote" // no comment'
)


def text_of(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return "\n".join(pages)


def plain(text: str) -> str:
    """Without the breaks that a line's end puts into it."""
    return "".join(text.split()).replace("\N{SOFT HYPHEN}", "")


def test_it_says_every_clause_every_signature_and_the_hash_on_each_page(begun: Begun) -> None:
    begun.agree("pipeline_base")
    version = begun.held("pipeline_base")
    answer = as_(begun.people.ceo).get("/documents/metric_definition/pipeline_base/versions/1.pdf")
    assert answer["Content-Type"] == "application/pdf"
    read_back = PdfReader(io.BytesIO(answer.content))
    said = plain(text_of(answer.content))
    for clause in version.clauses:
        assert plain(clause.heading) in said
        assert plain(clause.says) in said, clause
    for signature in version.signatures.all():
        assert plain(signature.person.name) in said
        assert plain(signature.seat.title) in said
        assert plain(f"{signature.signed_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC") in said
    assert len(read_back.pages) > 1
    for at, page in enumerate(read_back.pages, start=1):
        footer = plain(page.extract_text())
        assert version.sha256 in footer
        assert f"Page{at}of{len(read_back.pages)}" in footer
    assert plain("signed by 3 seats") in said


def test_the_same_version_gives_the_same_bytes(begun: Begun) -> None:
    version = begun.proposal("win_rate").version
    assert paper(version) == paper(version)
    unsigned = paper(version)
    begun.signs(begun.people.cmo, "win_rate")
    assert paper(version) != unsigned
    assert paper(version) == paper(version)


def test_it_is_called_by_what_the_version_chose(begun: Begun) -> None:
    """A win rate of every source under *marketing-sourced* would be another figure's agreement."""
    proposal = begun.proposal("win_rate")
    assert plain("Win rate, marketing-sourced") in plain(text_of(paper(proposal.version)))
    body = proposal.version.body
    options = {**body["options"], "sourced": "all"}  # type: ignore[dict-item]
    amend(
        proposal=proposal, body={**body, "options": options}, shown_hash=proposal.version.sha256,
        by=begun.people.admin, now=datetime.now(UTC),
    )  # fmt: skip
    proposal = begun.proposal("win_rate")
    said = plain(text_of(paper(proposal.version)))
    assert plain("Win rate, all sources") in said
    assert plain("Win rate, marketing-sourced") not in said
    client = as_(begun.people.cmo)
    for address in (
        "/documents", f"/proposals/{proposal.pk}/signature", "/documents/sign",
        f"/documents/metric_definition/win_rate/versions/{proposal.version.number}",
    ):  # fmt: skip
        page = read(client, address)
        assert "Win rate, all sources" in page, address
        assert "Win rate, marketing-sourced" not in page, address


def test_its_date_is_the_last_signatures_and_not_todays(begun: Begun) -> None:
    begun.agree("sourcing")
    version = begun.held("sourcing")
    made = PdfReader(io.BytesIO(paper(version))).metadata
    last = version.signatures.latest("signed_at").signed_at
    assert made is not None
    assert made.creation_date is not None
    assert made.creation_date.astimezone(UTC).date() == last.date()


def test_it_is_tagged_titled_and_in_a_language_for_who_hears_it(begun: Begun) -> None:
    found = PdfReader(io.BytesIO(paper(begun.proposal("win_rate").version)))
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    meta = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    fonts = [
        font.get_object()["/BaseFont"]
        for page in found.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all("Inter" in font for font in fonts), "no font of the machine's"


def test_what_people_wrote_is_never_read_as_typst(begun: Begun) -> None:
    client, address = as_(begun.people.admin), "/documents/new/playbook"
    form = filled(read(client, address)) | {
        "title": HARD[:60], "why": "x", "play-0-trigger": HARD, "play-0-exit": HARD,
        "steps-0-name": HARD[:100], "steps-0-does": HARD, "steps-0-within_days": "3",
    }  # fmt: skip
    assert client.post(address, form).status_code == 303
    said = plain(text_of(paper(Proposal.objects.latest("pk").version)))
    # The trigger, the exit, the step and its name.
    assert said.count(plain(HARD)) == 4


@pytest.mark.parametrize("text", ["Ärger mit Łódź", "見積もり", "שלום", "🚀 go", "a\u0000b", "ﬁ"])
def test_any_script_a_person_writes_in_gives_a_paper(begun: Begun, text: str) -> None:
    client, address = as_(begun.people.admin), "/documents/new/playbook"
    form = filled(read(client, address)) | {
        "title": "A play", "why": "x", "play-0-trigger": text, "play-0-exit": "Done.",
        "steps-0-name": "One", "steps-0-does": "Call.", "steps-0-within_days": "3",
    }  # fmt: skip
    answer = client.post(address, form)
    if "\u0000" in text:
        assert answer.status_code == 400
        return
    assert answer.status_code == 303
    pdf = client.get("/documents/playbook/a-play/versions/1.pdf")
    assert pdf.status_code == 200
    said = plain(text_of(pdf.content))
    if "Ł" in text:
        assert plain(text) in said
        assert "asitsnumber" not in said
    else:
        # Not in the font: its number, and a sentence that says so.
        assert all(f"[U+{ord(sign):04X}]" in said for sign in text if ord(sign) > 0x500)
        assert "asitsnumber" in said


class Bracketed(gettext_module.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"[{message}]"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return f"[{singular if number == 1 else plural}]"

    def language(self) -> str:
        return "en"

    to_language = language


def test_its_words_are_in_the_readers_language(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(trans_real._translations, "en", Bracketed())
    with override("en"):
        said = plain(text_of(paper(begun.proposal("sourcing").version)))
    for word in ("[Signatures]", "[Nobodyhassignedit.]", "[Whatisproposed]", "[Whosourcedit]"):
        assert word in said
    assert "[Page1of" in said


def test_an_edit_is_another_paper(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    first = proposal.version
    before = paper(first)
    body = first.body | {"options": {**first.body["options"], "basis": "amount"}}  # type: ignore[dict-item]
    amend(
        proposal=proposal, body=body, shown_hash=first.sha256, by=begun.people.admin,
        now=datetime.now(UTC),
    )  # fmt: skip
    assert paper(first) == before
    assert proposal.version.sha256 in plain(text_of(paper(proposal.version)))
