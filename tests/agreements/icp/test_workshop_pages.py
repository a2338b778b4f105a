"""Three functions draft alone, compare, merge and sign: through the real client and store."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.agreements.documents.signers import SEATS, filled, hidden_of, read
from tests.agreements.icp.in_force import BUYERS
from tests.agreements.leaders import NOW, Leaders, join, sit
from tests.numbers.insight.icp.test_fit import SIZE
from tests.web.signed_in import as_
from trivet.agreements.audit.models import AuditRow
from trivet.agreements.audit.queries import differences
from trivet.agreements.documents.models import Proposal
from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.icp import queries
from trivet.agreements.icp.actions.draft import save_draft
from trivet.agreements.icp.kind import body_of
from trivet.agreements.icp.models import FunctionDraft, Review, Workshop
from trivet.agreements.people.actions.appoint import end
from trivet.agreements.people.models import Tenure
from trivet.agreements.people.rules.seat import SEATS as EVERY_SEAT
from trivet.agreements.people.rules.seat import SeatKey
from trivet.numbers.insight.icp import Profile
from trivet.vocabulary.function import Function
from trivet.web import published
from trivet.web.published import PublishedBuilds

FUNCTIONS = ("marketing", "sales", "customer_success")
SECRET = "Halden only <script>alert(1)</script>"


@pytest.fixture
def workshop(people: Leaders) -> Workshop:
    answer = as_(people.admin).post("/icp/workshops")
    assert answer.status_code == 303
    return Workshop.objects.get()


def someone(people: Leaders, role: str) -> Client:
    """Whoever sits in that seat, each under a name of their own."""
    held = {"ceo": people.ceo, "revops_admin": people.admin}
    held |= {seat: getattr(people, seat) for seat in SEATS}
    if role not in held:
        held[role] = join(f"{role.replace('_', '-').replace(' ', '-').capitalize()} Brandt")
        if role in list(SeatKey):
            sit(held[role], role, people.admin)
    return as_(held[role])


def own(people: Leaders, function: str) -> Client:
    return as_(getattr(people, SEATS[FUNCTIONS.index(function)]))


def draft_at(workshop: Workshop, function: str) -> str:
    return f"/icp/workshops/{workshop.pk}/drafts/{function}"


def begun(people: Leaders, workshop: Workshop, function: str) -> None:
    """A first draft, with a limit to move and people to name."""
    save_draft(
        workshop=workshop,
        function=Function(function),
        body=body_of(Profile((SIZE, BUYERS))),
        shown_hash="",
        by=getattr(people, SEATS[FUNCTIONS.index(function)]),
        now=NOW,
    )


def save(client: Client, address: str, **changes: object) -> None:
    fields = filled(read(client, address)) | changes
    answer = client.post(address, fields)
    assert answer.status_code == 303, unescape(answer.content.decode())[:3000]


def hand_in(client: Client, workshop: Workshop, function: str) -> None:
    draft = FunctionDraft.objects.get(workshop=workshop, function=function)
    address = f"{draft_at(workshop, function)}/handed-in"
    answer = client.post(address, {"shown_hash": draft.sha256})
    assert answer.status_code == 303, answer.content.decode()[:3000]


def all_hand_in(people: Leaders, workshop: Workshop) -> None:
    for at, function in enumerate(FUNCTIONS):
        client = own(people, function)
        begun(people, workshop, function)
        save(client, draft_at(workshop, function), **{"c-0-low": str(50 + 50 * at)})
        hand_in(client, workshop, function)


def test_nobody_opens_anothers_draft_until_all_three_are_handed_in(people, workshop):
    save(own(people, "marketing"), draft_at(workshop, "marketing"), **{"c-0-note": SECRET})
    address = draft_at(workshop, "marketing")
    for role in ["without a seat", *SeatKey]:
        client = someone(people, role)
        drafts_for_it = role in ("cmo", "marketing_ops")
        told = client.get(address).status_code
        assert told == 200 if drafts_for_it else told in (403, 404), role
        if not drafts_for_it:
            assert client.post(address, {"criteria": "0"}).status_code in (403, 404), role
            assert client.post(f"{address}/handed-in").status_code in (403, 404), role
            for page in (f"/icp/workshops/{workshop.pk}", "/icp", "/people/story"):
                assert b"Halden only" not in client.get(page).content, (role, page)
    for function in ("sales", "customer_success"):
        assert FunctionDraft.objects.filter(function=function).count() == 0


def test_the_chain_tells_the_drafts_hash_and_not_its_words(people, workshop):
    save(own(people, "marketing"), draft_at(workshop, "marketing"), **{"c-0-note": SECRET})
    assert not [row for row in AuditRow.objects.all() if "Halden" in row.facts + row.says]
    assert differences() == []
    FunctionDraft.objects.update(text="{}")
    assert [each.column for each in differences()] == ["text"]


def test_every_seat_reads_the_three_drafts_once_they_are_in(people, workshop):
    all_hand_in(people, workshop)
    for role in SeatKey:
        client = someone(people, role)
        for function in FUNCTIONS:
            assert client.get(draft_at(workshop, function)).status_code == 200, (role, function)
        assert client.get(f"/icp/workshops/{workshop.pk}").status_code == 200


def test_what_is_handed_in_is_not_edited_any_more(people, workshop):
    client, address = own(people, "sales"), draft_at(workshop, "sales")
    fields = filled(read(client, address))
    save(client, address)
    hand_in(client, workshop, "sales")
    stands = FunctionDraft.objects.get().text
    fields |= {"c-0-low": "7", "shown_hash": FunctionDraft.objects.get().sha256}
    assert client.post(address, fields).status_code == 422
    assert FunctionDraft.objects.get().text == stands


def test_a_colleague_who_saved_meanwhile_is_not_overwritten(people, workshop):
    client, address = own(people, "sales"), draft_at(workshop, "sales")
    begun(people, workshop, "sales")
    save(client, address)
    early = filled(read(client, address))
    save(someone(people, "sales_ops"), address, **{"c-0-low": "120"})
    stands = FunctionDraft.objects.get().text
    answer = client.post(address, early | {"c-0-low": "300"})
    assert answer.status_code == 409
    assert "300" in answer.content.decode()
    assert "which was not kept" in answer.content.decode()
    assert FunctionDraft.objects.get().text == stands


def test_a_criterion_is_added_and_taken_away_without_a_script(people, workshop):
    client, address = own(people, "sales"), draft_at(workshop, "sales")
    page = read(client, f"{address}?begin=empty")
    fields = filled(page) | {"add": "firmographic", "ask-firmographic": "band:employees"}
    added = client.post(address, fields)
    assert added.status_code == 200
    assert 'name="c-0-low"' in added.content.decode()
    fields = filled(added.content.decode()) | {"c-0-low": "lots"}
    wrong = client.post(address, fields)
    assert wrong.status_code == 422
    assert "A limit is a number" in wrong.content.decode()
    gone = client.post(address, fields | {"drop": "0"})
    assert 'name="c-0-low"' not in gone.content.decode()
    assert FunctionDraft.objects.count() == 0


def test_a_script_in_a_note_or_a_persona_is_shown_as_text(people, workshop):
    client, address = own(people, "marketing"), draft_at(workshop, "marketing")
    begun(people, workshop, "marketing")
    fields = filled(read(client, address))
    names = [each for each in fields if re.fullmatch(r"c-\d+-p-0-name", each)]
    save(client, address, **{"c-0-note": SECRET, names[0]: SECRET})
    page = read(client, address)
    assert "<script>alert(1)" not in page
    assert "Halden only &lt;script&gt;" in page


def test_revenue_operations_ends_the_drafting_with_a_reason(people, workshop):
    address = f"/icp/workshops/{workshop.pk}/closing"
    admin = as_(people.admin)
    assert admin.post(address, {"why": "Late"}).status_code == 422
    client = own(people, "sales")
    save(client, draft_at(workshop, "sales"))
    hand_in(client, workshop, "sales")
    save(own(people, "marketing"), draft_at(workshop, "marketing"))
    assert admin.post(address, {"why": ""}).status_code == 422
    assert as_(people.cmo).post(address, {"why": "Late"}).status_code == 403
    assert admin.post(address, {"why": "Quarter ends"}).status_code == 303
    # What was never handed in stays its function's own.
    assert as_(people.cro).get(draft_at(workshop, "marketing")).status_code == 404
    assert "Quarter ends" in read(as_(people.cro), f"/icp/workshops/{workshop.pk}")


def settled(page: str, whose: str = "sales") -> dict[str, object]:
    fields: dict[str, object] = {"edges": "marketing", "why": "One customer for all."}
    for name in set(re.findall(r'name="(pick-[a-z0-9_]+)"', page)):
        values = re.findall(rf'name="{name}" value="([a-z_]+)"', page)
        fields[name] = whose if whose in values else values[0]
    return fields


def test_three_drafts_become_one_profile_in_force_with_the_clauses_ids(
    people, workshop, tmp_path, demo_builds
):
    all_hand_in(people, workshop)
    admin, address = as_(people.admin), f"/icp/workshops/{workshop.pk}"
    page = unescape(read(admin, address))
    assert "each words it otherwise" in page
    assert "all agree" in page
    assert "Marketing → Sales" in page
    unsettled = admin.post(f"{address}/merge", {"why": "x"})
    assert unsettled.status_code == 422
    looked = admin.post(f"{address}/merge", settled(page) | {"check": "1"})
    assert looked.status_code == 200, re.findall(r'role="alert".*', looked.content.decode())
    assert "The result" in looked.content.decode()
    assert Proposal.objects.count() == 0
    answer = admin.post(f"{address}/merge", settled(page))
    assert answer.status_code == 303, answer.content.decode()[:3000]
    proposal = Proposal.objects.get()
    ids = [each["id"] for each in proposal.version.body["criteria"]]
    drafted = [each["id"] for each in FunctionDraft.objects.get(function="sales").body["criteria"]]
    assert ids == drafted
    assert proposal.version.body["criteria"][0]["test"]["at_least"] == "100"
    # Pressed twice it is one proposal; something else is not merged out of the same drafts.
    again = admin.post(f"{address}/merge", settled(page))
    assert (again.status_code, again["Location"]) == (303, answer["Location"])
    assert admin.post(f"{address}/merge", settled(page, "marketing")).status_code == 422
    assert as_(people.cmo).post(f"{address}/merge", settled(page)).status_code == 422
    assert Proposal.objects.count() == 1
    assert read(as_(people.cro), f"/proposals/{proposal.pk}/fit")
    assert read(as_(people.cro), answer["Location"])
    for seat in SEATS:
        client = as_(getattr(people, seat))
        told = f"/proposals/{proposal.pk}/signature"
        assert client.post(told, hidden_of(read(client, told))).status_code == 303
    assert queries.in_force() == proposal.version
    for told in ("/icp", "/icp/accounts", "/icp/accounts?band=A&q=a", "/icp/review",
                 "/documents/icp/company", "/icp/accounts.csv"):  # fmt: skip
        assert as_(people.cro).get(told).status_code == 200, told
    assert as_(people.cro).get("/documents/icp/company/versions/1.pdf").status_code == 200
    assert as_(people.cro).get("/documents/icp/company/proposals").status_code == 200
    review = read(as_(people.cro), "/icp/review")
    sha256 = re.search(r'name="sha256" value="([0-9a-f]{64})"', review)
    assert sha256
    recorded = as_(people.cro).post("/icp/review", {"sha256": sha256[1], "says": "Holds."})
    assert recorded.status_code == 303
    assert as_(people.cro).post("/icp/review", {"sha256": "0" * 64}).status_code == 409
    assert someone(people, "viewer").post("/icp/review", {"sha256": sha256[1]}).status_code == 403
    assert "Holds." in read(as_(people.cro), "/icp/review")
    assert differences() == []
    _the_report_is_kept(people, review, sha256[1], tmp_path, demo_builds)


def _the_report_is_kept(people, review, sha256, tmp_path, demo_builds) -> None:
    """As it was read, without the build, and nobody changes it unseen."""
    kept = Review.objects.get()
    assert kept.sha256 == sha256 == text_hash(kept.text)
    assert json.loads(kept.text)["kind"] == "icp-quarterly-report"
    published.use(PublishedBuilds(tmp_path))
    try:
        past = read(as_(people.vp_cs), f"/icp/reviews/{kept.pk}")
    finally:
        published.use(demo_builds)
    begins, ends = (
        '<section class="panel" aria-labelledby="p1">',
        '<section class="panel" aria-labelledby="read-heading">',
    )
    whole = review[review.index(begins) : review.index(ends)]
    assert whole.strip() in past
    assert sha256 in past
    assert as_(people.cro).get("/icp/reviews/9999").status_code == 404
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        Review.objects.update(text="{}")


def test_only_whose_function_it_is_drafts(people, workshop):
    drafting = {key for key in SeatKey if EVERY_SEAT[key].function is not None}
    for role in drafting:
        client = someone(people, role)
        for function in FUNCTIONS:
            mine = str(EVERY_SEAT[role].function) == function and role not in ("rep", "csm")
            assert (client.get(draft_at(workshop, function)).status_code == 200) is mine, role


def test_a_leader_who_lost_the_seat_hands_nothing_in_and_the_function_goes_on(people, workshop):
    client, address = own(people, "sales"), draft_at(workshop, "sales")
    save(client, address)
    draft = FunctionDraft.objects.get()
    end(tenure=Tenure.objects.get(person=people.cro), by=people.admin, now=NOW)
    sit(join("Sten Falk"), "cro", people.admin, people.cmo)
    told = client.post(f"{address}/handed-in", {"shown_hash": draft.sha256})
    assert told.status_code in (403, 404)
    assert client.get(address).status_code in (403, 404)
    assert FunctionDraft.objects.get().handed_in_at is None
    hand_in(someone(people, "sales_ops"), workshop, "sales")
    assert FunctionDraft.objects.get().handed_in_at is not None
    assert differences() == []
