"""What is proposed, why, what is said to it, and what becomes of it, as the pages show it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.agreements.documents.signers import Begun, filled, read
from tests.agreements.leaders import Leaders, join, sit
from tests.web.signed_in import as_
from trivet.agreements.audit.queries import chain_breaks, differences
from trivet.agreements.documents.actions.begin_drafts import OWNERS, begin_drafts
from trivet.agreements.documents.actions.sign import enact
from trivet.agreements.documents.definitions import clock
from trivet.agreements.documents.models import Comment, Document, Proposal, Version
from trivet.numbers.shared_metrics.in_force import SUBJECTS
from trivet.numbers.shared_metrics.registry import FIVE, drafts

RATE = "/documents/metric_definition/win_rate"
FIVE_AND_BASES = ("pipeline_base", "sourcing", "retention_base", *FIVE)
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def change(begun: Begun, key: str = "win_rate", why: str = "By worth.", **fields: str) -> Proposal:
    """Revenue operations fills in the form and sends it."""
    address = f"/documents/metric_definition/{key}/proposals"
    client = as_(begun.people.admin)
    form = filled(read(client, address)) | {"why": why} | fields
    answer = client.post(address, form)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    return begun.proposal(key)


# Begin with the drafts


def test_a_company_with_nothing_is_told_what_to_do(people: Leaders) -> None:
    page = read(as_(people.admin), "/documents")
    assert "13 definitions have no document yet" in page
    rep = join("Rita Boll")
    sit(rep, "rep", people.admin)
    page = read(as_(rep), "/documents")
    assert "Nothing has been proposed yet" in page
    assert "documents/drafts" not in page


def test_the_drafts_are_begun_with_one_button_and_only_once(people: Leaders) -> None:
    client = as_(people.admin)
    for _ in range(2):
        assert client.post("/documents/drafts").status_code == 303
    assert set(Document.objects.values_list("key", flat=True)) == set(SUBJECTS)
    assert Proposal.objects.count() == Version.objects.count() == 13
    for name, draft in drafts().items():
        document = Document.objects.get(key=name)
        assert document.versions.get().sha256 == draft.hash, "what is signed is on the figure"
        assert document.owner.key == OWNERS[name]
    assert chain_breaks() == []
    assert differences() == []


@pytest.mark.slow
def test_what_is_begun_already_is_left_and_the_metrics_rest_on_it(begun: Begun) -> None:
    begun.agree("sourcing")
    change(begun, "sourcing", **{"option-lookback_days": "60"})
    newest = begun.proposal("sourcing").version
    for key in ("win_rate", "deal_velocity"):
        proposal = begun.proposal(key)
        assert (
            as_(begun.people.admin).post(f"/proposals/{proposal.pk}/withdrawal").status_code == 303
        )
    made = begin_drafts(by=begun.people.admin, now=datetime.now(UTC))
    # A draft that people turned down is theirs to take up again.
    assert made == []
    assert begun.document("sourcing").versions.last() == newest


# The clock


def test_the_clock_runs_from_the_first_draft_to_the_last_of_the_five(begun: Begun) -> None:
    started = Proposal.objects.order_by("opened_at")[0].opened_at
    ticking = clock()
    assert ticking is not None
    assert ticking.missing == FIVE
    assert ticking.day(started) == 1
    assert ticking.day(started + timedelta(days=20)) == 21
    assert not ticking.is_late(started + timedelta(days=27))
    assert ticking.is_late(started + timedelta(days=28))
    page = read(as_(begun.people.ceo), "/documents")
    assert "Day 1" in page
    assert "14 to 28 days are usual" in page


@pytest.mark.slow
def test_the_five_are_agreed_only_with_what_they_rest_on(begun: Begun) -> None:
    begun.agree(*FIVE)
    assert clock().missing == FIVE  # type: ignore[union-attr]
    begun.agree("pipeline_base", "sourcing")
    # The pipeline base asks the retention base who is a customer.
    assert clock().missing == FIVE  # type: ignore[union-attr]
    begun.agree("retention_base")
    found = clock()
    assert found is not None
    assert found.missing == ()
    assert found.agreed_at == begun.document("retention_base").enactments.get().from_at
    assert "Agreed on day 1" in read(as_(begun.people.ceo), "/documents")


# What changes, and why


@pytest.mark.slow
def test_a_change_is_shown_as_the_sentence_before_and_after(begun: Begun) -> None:
    begun.agree("win_rate")
    proposal = change(begun, why="Boards read value.", **{"option-basis": "amount"})
    page = read(as_(begun.people.ceo), f"/proposals/{proposal.pk}")
    assert "<del>Every opportunity counts as one.</del>" in page
    assert "<ins>Opportunities count by what they are worth.</ins>" in page
    assert "1 clause" in page
    assert "Boards read value." in page
    assert "options.basis" not in re.sub(r'value="[^"]*"', "", page)
    # What is in force stays so.
    assert "Version 1, in force" in read(as_(begun.people.ceo), RATE)


@pytest.mark.slow
def test_any_two_versions_are_laid_side_by_side(begun: Begun) -> None:
    begun.agree("win_rate")
    change(begun, **{"option-basis": "amount"})
    begun.agree("win_rate")
    page = read(as_(begun.people.ceo), f"{RATE}?from=1&to=2")
    assert "From version 1 to version 2" in page
    assert "<ins>Opportunities count by what they are worth.</ins>" in page
    back = read(as_(begun.people.ceo), f"{RATE}?from=2&to=1")
    assert "<del>Opportunities count by what they are worth.</del>" in back
    for odd in ("from=1&to=9", "from=x&to=1", "from=1", "from=1&to=²"):
        assert 'id="between"' not in read(as_(begun.people.ceo), f"{RATE}?{odd}")


@pytest.mark.slow
def test_a_rejection_carries_its_reason_and_leaves_what_is_in_force(begun: Begun) -> None:
    begun.agree("win_rate")
    held = begun.held("win_rate")
    proposal = change(begun, **{"option-basis": "amount"})
    client, address = as_(begun.people.cro), f"/proposals/{proposal.pk}/rejection"
    empty = client.post(address, {"seat": "cro", "why": ""})
    assert empty.status_code == 422
    assert client.post(address, {"seat": "cro", "why": "Too few deals."}).status_code == 303
    page = read(as_(begun.people.cmo), f"/proposals/{proposal.pk}")
    assert "Rune Castell rejected it:" in page
    assert "Too few deals." in page
    assert begun.held("win_rate") == held
    assert "Too few deals." in read(as_(begun.people.cmo), RATE)
    again = client.post(address, {"seat": "cro", "why": "Once more."})
    assert again.status_code == 422
    assert "was decided" in again.content.decode()


def test_only_who_made_it_withdraws_it(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    address = f"/proposals/{proposal.pk}/withdrawal"
    assert as_(begun.people.cmo).post(address).status_code == 403
    assert as_(begun.people.admin).post(address).status_code == 303
    assert "Withdrawn" in read(as_(begun.people.cmo), f"/proposals/{proposal.pk}")


@pytest.mark.slow
def test_a_ruling_is_told_as_a_ruling(begun: Begun) -> None:
    from django.db import transaction

    proposal = begun.proposal("win_rate")
    with transaction.atomic():
        enact(proposal, proposal.version, datetime.now(UTC), ruling=True)
    assert "by a ruling" in read(as_(begun.people.cmo), "/documents")
    assert "by a ruling of the chief executive" in read(as_(begun.people.cmo), RATE)


# Editing


def test_an_edit_is_another_version_and_the_old_one_stays_readable(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    client, address = as_(begun.people.cmo), f"/proposals/{proposal.pk}/versions"
    form = filled(read(client, address)) | {"option-basis": "amount"}
    assert client.post(address, form).status_code == 303
    assert proposal.version.number == 2
    assert proposal.version.made_by == begun.people.cmo
    page = read(client, f"/proposals/{proposal.pk}")
    assert "Opportunities count by what they are worth." in page
    assert "Every opportunity counts as one." in read(client, f"{RATE}/versions/1")
    assert ">edited<" in read(client, RATE)


def test_two_editors_do_not_overwrite_each_other(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    address = f"/proposals/{proposal.pk}/versions"
    mira, rune = as_(begun.people.cmo), as_(begun.people.cro)
    form = filled(read(rune, address)) | {"option-no_decision": "out"}
    mira.post(address, filled(read(mira, address)) | {"option-basis": "amount"})
    answer = rune.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mira Okafor changed this proposal" in page
    meanwhile, _, kept = page.partition("Your change, which was not kept")
    assert "<ins>Opportunities count by what they are worth.</ins>" in meanwhile
    assert "<ins>A deal that ended without a decision is left out.</ins>" in kept
    # The form is the newest version's, so that sending it unchanged undoes nobody's edit.
    assert filled(page)["option-basis"] == ["amount"]
    again = rune.post(address, filled(page) | {"option-no_decision": "out"})
    assert again.status_code == 303
    assert proposal.version.body["options"]["basis"] == "amount"  # type: ignore[index]


# Comments


def test_a_comment_hangs_on_its_clause_and_is_settled(begun: Begun) -> None:
    proposal = begun.proposal("win_rate")
    client = as_(begun.people.cro)
    said = {"clause": "options.basis", "says": "Why not by amount?"}
    answer = client.post(f"/proposals/{proposal.pk}/comments", said)
    comment = Comment.objects.get()
    assert answer["Location"] == f"/proposals/{proposal.pk}#said-{comment.pk}"
    page = read(as_(begun.people.cmo), f"/proposals/{proposal.pk}")
    clause = page.partition("<h3>Counted by</h3>")[2].partition("</li>")[0]
    assert "Why not by amount?" in clause
    assert as_(begun.people.cmo).post(f"/comments/{comment.pk}/resolution").status_code == 303
    assert "settled by Mira Okafor" in read(client, f"/proposals/{proposal.pk}")
    comment.refresh_from_db()
    assert comment.resolved_by == begun.people.cmo
    assert differences() == []
    assert chain_breaks() == []


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"says": "  "}, 422),
        ({"says": "x" * 2001}, 422),
        ({"says": "fine", "clause": "options.luck"}, 422),
        ({"says": "fine", "clause": ""}, 303),
    ],
)
def test_a_comment_says_something_to_a_clause_that_is_there(
    begun: Begun, said: dict[str, str], status: int
) -> None:
    address = f"/proposals/{begun.proposal('win_rate').pk}/comments"
    assert as_(begun.people.cmo).post(address, said).status_code == status
    assert Comment.objects.count() == (status == 303)


def test_who_neither_proposes_signs_nor_decides_reads_and_says_nothing(begun: Begun) -> None:
    rep = join("Rita Boll")
    sit(rep, "rep", begun.people.admin)
    proposal = begun.proposal("win_rate")
    client = as_(rep)
    assert "Say it" not in read(client, f"/proposals/{proposal.pk}")
    answer = client.post(f"/proposals/{proposal.pk}/comments", {"says": "I think"})
    assert answer.status_code == 403
    assert not Comment.objects.exists()


@pytest.mark.slow
def test_what_people_write_is_shown_as_text_everywhere(begun: Begun) -> None:
    admin = as_(begun.people.admin)
    begun.agree("win_rate")
    proposal = change(begun, why=SCRIPT, **{"option-basis": "amount"})
    admin.post(f"/proposals/{proposal.pk}/comments", {"says": SCRIPT, "clause": "options.basis"})
    pages = [f"/proposals/{proposal.pk}", RATE, f"/proposals/{proposal.pk}/signature"]
    as_(begun.people.cro).post(
        f"/proposals/{proposal.pk}/rejection", {"seat": "cro", "why": SCRIPT}
    )
    new = "/documents/new/playbook"
    form = filled(read(admin, new)) | {
        "title": SCRIPT, "why": "x", "play-0-trigger": SCRIPT, "play-0-exit": SCRIPT,
        "steps-0-name": SCRIPT, "steps-0-does": SCRIPT, "steps-0-within_days": "3",
    }  # fmt: skip
    answer = admin.post(new, form)
    assert answer.status_code == 303
    played = Proposal.objects.latest("pk")
    pages += ["/documents", f"/proposals/{played.pk}", f"/proposals/{played.pk}/versions"]
    pages += [reverse("document", args=["playbook", played.document.key])]
    pages += ["/documents/sign"]
    for address in pages:
        page = read(as_(begun.people.cmo), address)
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
    assert "&lt;script&gt;alert" in page


# What a metric rests on


@pytest.mark.slow
def test_a_changed_base_names_the_metrics_that_pin_the_old_one_and_they_follow(
    begun: Begun,
) -> None:
    begun.agree(*FIVE_AND_BASES)
    change(begun, "sourcing", **{"option-lookback_days": "60"})
    client, address = as_(begun.people.admin), "/documents/metric_definition/sourcing"
    page = read(client, address)
    assert "3 metrics rest on another version" in page
    assert client.post(f"{address}/pins").status_code == 303
    newest = begun.proposal("sourcing").version
    for key in ("win_rate", "marketing_sourced_pipeline", "deal_velocity"):
        proposal = begun.proposal(key)
        assert proposal.version.body["uses"]["sourcing"] == newest.sha256  # type: ignore[index]
    # One that had an open proposal got the pin in there; one in force got a proposal.
    assert begun.proposal("deal_velocity").versions.count() == 2
    assert begun.proposal("win_rate").base == begun.held("win_rate")
    assert "rest on another version" not in read(client, address)
    before = Version.objects.count()
    client.post(f"{address}/pins")
    assert Version.objects.count() == before


@pytest.mark.slow
def test_the_form_offers_the_base_in_force_and_the_newest_proposed(begun: Begun) -> None:
    begun.agree("sourcing", "win_rate")
    change(begun, "sourcing", **{"option-lookback_days": "60"})
    newest = begun.proposal("sourcing").version
    page = read(as_(begun.people.admin), f"{RATE}/proposals")
    assert filled(page)["pin-sourcing"] == [begun.held("sourcing").sha256]
    assert newest.sha256 in page
    proposal = change(begun, **{"pin-sourcing": newest.sha256})
    assert proposal.version.body["uses"]["sourcing"] == newest.sha256  # type: ignore[index]


@pytest.mark.parametrize(
    "address", ["/proposals/9999", "/documents/metric_definition/luck", "/documents/x/win_rate"]
)
def test_what_is_not_there_is_said_to_be_not_there(begun: Begun, address: str) -> None:
    read(as_(begun.people.cmo), address, 404)


def test_before_anybody_is_there_the_page_says_who_begins(db: None) -> None:
    from django.test import Client

    page = read(Client(), "/documents")
    assert "Nothing has been proposed yet" in page
    assert Client().post("/documents/drafts").status_code in (302, 403)
