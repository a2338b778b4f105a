"""A signature is for exactly the bytes on the signer's page, given once, by who holds the seat."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.test import Client

from tests.agreements.documents.signers import Begun, filled, hidden_of, read
from tests.web.signed_in import as_
from trivet.agreements.audit.queries import chain_breaks, differences
from trivet.agreements.documents.actions.propose import amend
from trivet.agreements.documents.models import Proposal, Signature
from trivet.agreements.documents.queries import to_sign
from trivet.agreements.people.actions.appoint import end
from trivet.agreements.people.actions.delegate import delegate
from trivet.agreements.people.models import Tenure


def sheet_of(proposal: Proposal) -> str:
    return f"/proposals/{proposal.pk}/signature"


def edited(begun: Begun, key: str, **options: object) -> Proposal:
    """Revenue operations edits the proposal behind everybody's back."""
    proposal = begun.proposal(key)
    version = proposal.version
    body = version.body | {"options": {**version.body["options"], **options}}  # type: ignore[dict-item]
    amend(
        proposal=proposal, body=body, shown_hash=version.sha256, by=begun.people.admin,
        now=datetime.now(UTC),
    )  # fmt: skip
    return proposal


def test_the_signing_page_shows_every_clause_and_the_whole_hash(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    page = read(as_(begun.people.cmo), sheet_of(proposal))
    for clause in proposal.version.clauses:
        assert clause.says.replace("'", "&#x27;") in page, clause
    assert proposal.version.sha256 in page
    assert hidden_of(page)["shown_hash"] == proposal.version.sha256
    # What it rests on, each with its own standing.
    assert page.count("still to be signed") == 2
    begun.agree("sourcing")
    page = read(as_(begun.people.cmo), sheet_of(proposal))
    assert page.count("still to be signed") == 1


def test_three_signatures_put_it_in_force_and_the_page_says_so(begun: Begun) -> None:
    begun.agree("win_rate")
    page = read(as_(begun.people.ceo), "/documents/metric_definition/win_rate")
    assert "Version 1, in force" in page
    for name in ("Mira Okafor", "Rune Castell", "Vera Lindqvist"):
        assert name in page
    assert chain_breaks() == []
    assert differences() == []


def test_it_says_who_has_still_to_sign_since_when(begun: Begun) -> None:
    assert begun.signs(begun.people.cmo, "win_rate").status_code == 303
    page = read(as_(begun.people.ceo), f"/proposals/{begun.proposal('win_rate').pk}")
    waiting = re.findall(r'<i class="open-seat"></i><span><b>([^<]*)</b>', page)
    assert waiting == ["Chief revenue officer", "Vice president customer success"]
    assert page.count("asked <time") == 2


def test_what_was_edited_under_the_signers_eyes_is_not_signed(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    client = as_(begun.people.cmo)
    form = hidden_of(read(client, sheet_of(proposal)))
    edited(begun, "win_rate", basis="amount")
    answer = client.post(sheet_of(proposal), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was signed" in page
    assert "<del>Every opportunity counts as one.</del>" in page
    assert "<ins>Opportunities count by what they are worth.</ins>" in page
    assert not Signature.objects.exists()
    # The page holds the newest version; what it shows now can be signed.
    again = client.post(sheet_of(proposal), hidden_of(page))
    assert again.status_code == 303
    assert Signature.objects.get().sha256 == proposal.version.sha256


def test_an_edit_voids_what_was_signed_and_every_seat_is_asked_again(begun: Begun) -> None:
    begun.signs(begun.people.cmo, "win_rate")
    edited(begun, "win_rate", basis="amount")
    page = read(as_(begun.people.cmo), f"/proposals/{begun.proposal('win_rate').pk}")
    assert page.count("open-seat") == 3


def test_a_double_click_and_a_lost_answer_sign_once(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    client = as_(begun.people.cmo)
    form = hidden_of(read(client, sheet_of(proposal)))
    answers = [client.post(sheet_of(proposal), form).status_code for _ in range(3)]
    assert answers == [303, 303, 303]
    assert Signature.objects.count() == 1


def test_a_page_from_before_opened_again_signs_nothing_more(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    client = as_(begun.people.cmo)
    first, second = (hidden_of(read(client, sheet_of(proposal))) for _ in range(2))
    assert client.post(sheet_of(proposal), first).status_code == 303
    answer = client.post(sheet_of(proposal), second)
    assert answer.status_code == 422
    assert "Mira Okafor signed" in answer.content.decode()
    assert "no-store" in client.get(sheet_of(proposal))["Cache-Control"]


def test_a_form_sent_again_after_it_was_decided_is_told_so(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    late = as_(begun.people.cmo)
    stale = hidden_of(read(late, sheet_of(proposal)))
    used = hidden_of(read(late, sheet_of(proposal)))
    assert late.post(sheet_of(proposal), used).status_code == 303
    for seat in ("cro", "vp_cs"):
        begun.signs(getattr(begun.people, seat), "win_rate")
    refused = late.post(sheet_of(proposal), stale)
    assert refused.status_code == 422
    assert "was decided" in refused.content.decode()
    assert late.post(sheet_of(proposal), used).status_code == 303
    assert Signature.objects.count() == 3


def test_a_key_of_somebody_elses_form_signs_nothing(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    mira, rune = as_(begun.people.cmo), as_(begun.people.cro)
    form = hidden_of(read(mira, sheet_of(proposal)))
    assert mira.post(sheet_of(proposal), form).status_code == 303
    answer = rune.post(sheet_of(proposal), form | {"seat": "cro"})
    assert answer.status_code == 422
    assert Signature.objects.count() == 1


def test_who_lost_the_seat_between_reading_and_signing_signs_nothing(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    people, client = begun.people, as_(begun.people.cro)
    form = hidden_of(read(client, sheet_of(proposal)))
    now = datetime.now(UTC)
    end(tenure=Tenure.objects.get(person=people.cro), by=people.admin, now=now)
    assert client.post(sheet_of(proposal), form).status_code == 403
    # Also where another seat still lets them in: the seat itself is asked again.
    delegate(
        tenure=Tenure.objects.get(person=people.vp_cs), to=people.cro, why="leave",
        until_at=now + timedelta(days=5), by=people.vp_cs, now=now,
    )  # fmt: skip
    answer = client.post(sheet_of(proposal), form)
    assert answer.status_code == 422
    assert "does not hold the seat" in answer.content.decode()
    assert not Signature.objects.exists()


def test_a_stand_in_signs_and_the_page_names_whom_for(begun: Begun) -> None:
    people, now = begun.people, datetime.now(UTC)
    delegate(
        tenure=Tenure.objects.get(person=people.cro), to=people.ceo, why="leave",
        until_at=now + timedelta(days=5), by=people.cro, now=now,
    )  # fmt: skip
    page = read(as_(people.ceo), sheet_of(begun.proposal("sourcing")))
    assert "for Rune Castell" in page
    assert begun.signs(people.ceo, "sourcing").status_code == 303
    assert "for Rune Castell" in read(
        as_(people.admin), f"/proposals/{begun.proposal('sourcing').pk}"
    )


def test_who_sits_in_two_seats_chooses_and_signs_in_one(begun: Begun) -> None:
    people, now = begun.people, datetime.now(UTC)
    delegate(
        tenure=Tenure.objects.get(person=people.cro), to=people.cmo, why="leave",
        until_at=now + timedelta(days=5), by=people.cro, now=now,
    )  # fmt: skip
    proposal = begun.proposal("sourcing")
    client = as_(people.cmo)
    page = read(client, sheet_of(proposal))
    assert '<option value="cmo">' in page
    assert '<option value="cro">' in page
    assert client.post(sheet_of(proposal), hidden_of(page) | {"seat": "cro"}).status_code == 303
    second = hidden_of(read(client, sheet_of(proposal))) | {"seat": "cmo"}
    answer = client.post(sheet_of(proposal), second)
    assert answer.status_code == 422
    assert "in two seats" in answer.content.decode()
    assert [each.proposal.document.key for each in to_sign(people.cmo, now)].count("sourcing") == 0


def test_after_showing_again_who_one_is_the_signing_page_is_read_again(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    fresh = as_(begun.people.cmo)
    form = hidden_of(read(fresh, sheet_of(proposal)))
    stale = as_(begun.people.cmo, minutes_ago=6)
    page = f"http://testserver{sheet_of(proposal)}"
    answer = stale.post(sheet_of(proposal), form, headers={"referer": page})
    assert answer.status_code == 302
    assert "next=%2Fproposals%2F" in answer["Location"]
    assert answer["Location"].endswith("signature")
    assert not Signature.objects.exists()


# Everything that waits, on one page


def all_of(client: Client) -> tuple[str, dict[str, list[str]]]:
    page = read(client, "/documents/sign")
    return page, filled(page, "sheets")


def test_everything_that_waits_is_on_one_page_whole_and_bases_first(begun: Begun) -> None:
    page, _ = all_of(as_(begun.people.cmo))
    waits = Proposal.objects.filter(outcome="")
    assert waits.count() == 13
    for proposal in waits:
        assert proposal.version.sha256 in page
        for clause in proposal.version.clauses:
            assert clause.says.replace("'", "&#x27;") in page
    at = [page.index(f'id="sheet-{begun.proposal(key).pk}"') for key in ("sourcing", "win_rate")]
    assert at == sorted(at)


def test_a_leader_finds_what_waits_on_the_page_and_its_number_in_the_menu(begun: Begun) -> None:
    page = read(as_(begun.people.cmo), "/documents")
    assert re.findall(r"Read and sign (\d+)", page) == ["13"]
    assert set(re.findall(r'class="tally"[^>]*>(\d+)<', page)) == {"13"}
    for proposal in Proposal.objects.filter(outcome=""):
        assert f'<a href="{sheet_of(proposal)}">' in page


def test_what_is_ticked_is_signed_and_what_is_not_is_left(begun: Begun) -> None:
    client = as_(begun.people.cmo)
    _, form = all_of(client)
    ticks = [str(begun.proposal(key).pk) for key in ("sourcing", "win_rate")]
    answer = client.post("/documents/sign", form | {"tick": ticks})
    assert answer.status_code == 200
    assert "2 signed" in answer.content.decode()
    signed = Signature.objects.values_list("version__document__key", flat=True)
    assert sorted(signed) == ["sourcing", "win_rate"]
    assert "13" not in re.findall(r"Read and sign (\d+)", read(client, "/documents"))


def test_one_that_is_refused_takes_none_of_the_others_with_it(begun: Begun) -> None:
    client = as_(begun.people.cmo)
    _, form = all_of(client)
    edited(begun, "win_rate", basis="amount")
    ticks = [str(begun.proposal(key).pk) for key in ("sourcing", "win_rate", "time_to_close")]
    answer = client.post("/documents/sign", form | {"tick": ticks})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 signed" in page
    assert "was changed by Ada Hale" in page
    signed = Signature.objects.values_list("version__document__key", flat=True)
    assert sorted(signed) == ["sourcing", "time_to_close"]


def test_nothing_ticked_signs_nothing_and_says_so(begun: Begun) -> None:
    client = as_(begun.people.cmo)
    _, form = all_of(client)
    answer = client.post("/documents/sign", form)
    assert answer.status_code == 422
    assert "Nothing was ticked" in answer.content.decode()
    assert not Signature.objects.exists()
