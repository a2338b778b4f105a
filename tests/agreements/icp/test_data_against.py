"""Whoever words, compares or signs a profile is told what accounts that match do less often."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from django.test import Client

from tests.agreements.documents.signers import hidden_of, read
from tests.agreements.icp.in_force import (
    BUYERS,
    IN_HOUSE,
    IN_MARKET,
    NOT_VENTURE,
    PROFILE,
    TEAM,
    proposed,
    signed,
    text_of,
)
from tests.agreements.icp.test_workshop_pages import draft_at, own, workshop
from tests.agreements.leaders import NOW, Leaders
from tests.web.signed_in import as_
from trivet.agreements.documents.models import Proposal
from trivet.agreements.documents.objections import objections
from trivet.agreements.governance.exhibits import gather
from trivet.agreements.governance.rules.side import Side
from trivet.agreements.icp import queries
from trivet.agreements.icp.actions.draft import hand_in, save_draft
from trivet.agreements.icp.kind import body_of
from trivet.agreements.icp.models import Workshop
from trivet.numbers.insight.icp import Profile
from trivet.vocabulary.canonical import canonical_hash
from trivet.vocabulary.function import Function
from trivet.web import published
from trivet.web.icp_against import against_profile
from trivet.web.published import PublishedBuilds

__all__ = ["workshop"]

SAID = "Uses In-house BI (Technologies) gives 15 points. Accounts that match won less often"


def signing(people: Leaders, proposal: Proposal) -> tuple[Client, str]:
    return as_(people.cmo), f"/proposals/{proposal.pk}/signature"


def test_a_signer_is_told_what_goes_with_losing_and_may_sign_all_the_same(people: Leaders):
    proposal = proposed(people, PROFILE)
    client, address = signing(people, proposal)
    for told in (address, f"/proposals/{proposal.pk}"):
        page = text_of(read(client, told))
        assert SAID in page, told
        assert "lift 0.44, 95 % interval 0.31 to 0.62" in page, told
        assert page.count("Worth knowing:") == 1, told
    assert client.post(address, hidden_of(read(client, address))).status_code == 303


def test_without_points_there_is_nothing_to_tell(people: Leaders):
    answers = published.builds().answers()
    assert against_profile(answers, Profile((TEAM, replace(IN_HOUSE, points=0)))) == []
    assert against_profile(answers, Profile((TEAM, IN_MARKET, BUYERS))) == []


def test_of_a_disqualifier_it_is_told_that_it_rules_out_who_wins(people: Leaders):
    [told] = against_profile(published.builds().answers(), Profile((TEAM, NOT_VENTURE)))
    assert not told.refuses
    assert "rules accounts out. Accounts that it rules out win more often" in told.says


def test_what_is_no_profile_or_has_no_data_behind_it_is_told_nothing(people: Leaders, tmp_path):
    proposal = proposed(people, PROFILE)
    assert len(objections(proposal.version)) == 1
    published.use(PublishedBuilds(tmp_path))
    assert objections(proposal.version) == []


def test_a_question_to_the_ceo_is_put_with_what_the_data_says_to_each_criterion(people: Leaders):
    proposal = proposed(people, PROFILE)
    [told] = gather(proposal.document, {Side.PROPOSED: proposal.version, Side.OTHER: None})
    assert told.side is Side.PROPOSED
    criteria = told.body["criteria"]
    assert isinstance(criteria, dict)
    assert len(criteria) == len(PROFILE.criteria)
    assert "won less often" in criteria["Uses In-house BI (Technologies)"]
    assert canonical_hash(told.body)


def test_the_page_of_the_workshop_says_it_beside_the_wording(people: Leaders, workshop: Workshop):
    for function, person in (
        (Function.MARKETING, people.cmo), (Function.SALES, people.cro),
        (Function.CUSTOMER_SUCCESS, people.vp_cs),
    ):  # fmt: skip
        draft = save_draft(
            workshop=workshop, function=function, body=body_of(PROFILE), shown_hash="",
            by=person, now=NOW,
        )  # fmt: skip
        hand_in(workshop=workshop, function=function, shown_hash=draft.sha256, by=person, now=NOW)
    page = read(as_(people.admin), f"/icp/workshops/{workshop.pk}")
    clause = page[page.index("clause-in_house") : page.index("clause-in_market")]
    assert "speaks against, not confirmed" in clause
    assert '<span class="wrong">Accounts that match won less often' in clause
    picks = dict.fromkeys(set(re.findall(r'name="(pick-[a-z_]+)"', page)), "marketing")
    answer = as_(people.admin).post(
        f"/icp/workshops/{workshop.pk}/merge", picks | {"edges": "marketing", "check": "1"}
    )
    assert SAID in text_of(answer.content.decode())


# ---- What a draft begins from


def test_a_draft_begins_from_what_sets_won_accounts_apart_with_n_and_interval(
    people: Leaders, workshop: Workshop
):
    client, address = own(people, "marketing"), draft_at(workshop, "marketing")
    page = read(client, address)
    told = published.builds().answers().suggested()
    assert [each.criterion.test for each in told.supports] == [TEAM.test]
    says = text_of(page)
    assert "Sets won accounts apart Data team is 6 to 20 supports 1,000 of 2,912 closed" in says
    assert "(20–25%), otherwise 8.1%; lift 1.72× (1.58–1.85)" in says
    assert "Speaks against: no points Data team is None speaks against" in says
    # The form has what is confirmed, with points, and nothing else.
    assert re.findall(r'name="c-(\d+)-points" value="(\d+)"', page) == [("0", "15")]
    ticked = re.findall(r'name="c-0-value" value="([^"]+)" checked', page)
    assert [unescape(each) for each in ticked] == ["6 to 20"]
    assert re.findall(r'name="c-0-note"[^>]*>([^<]*)<', page) == [""]


def test_who_gives_points_to_what_goes_with_losing_is_told_while_drafting(
    people: Leaders, workshop: Workshop
):
    save_draft(
        workshop=workshop, function=Function.MARKETING, body=body_of(PROFILE), shown_hash="",
        by=people.cmo, now=NOW,
    )  # fmt: skip
    assert SAID in text_of(read(own(people, "marketing"), draft_at(workshop, "marketing")))


def test_from_a_profile_in_force_a_draft_begins_as_before(people: Leaders, workshop: Workshop):
    signed(people, PROFILE)
    assert queries.in_force() is not None
    page = read(own(people, "sales"), draft_at(workshop, "sales"))
    assert len(re.findall(r'name="c-\d+-points"', page)) == len(PROFILE.criteria)
