"""A definition that the data, or what else is agreed, speaks against is not signed unseen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.agreements.documents.signers import hidden_of, read
from tests.agreements.leaders import NOW, Leaders
from tests.web.governed import calendar
from tests.web.norvik import Norvik
from tests.web.signed_in import as_
from trivet.agreements.documents.actions.propose import begin, propose
from trivet.agreements.documents.actions.sign import reject, sign
from trivet.agreements.documents.company import company
from trivet.agreements.documents.models import Proposal, Signature
from trivet.agreements.governance.actions.escalate import escalate
from trivet.agreements.governance.actions.rule import rule
from trivet.agreements.governance.queries import docket_of
from trivet.agreements.governance.rules.side import Side, Verdict
from trivet.agreements.governance.rules.stake import Stake
from trivet.agreements.people.models import Seat
from trivet.errors import RulingRefused, SignatureRefused
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.lint import Evidence
from trivet.numbers.shared_metrics.registry import drafts
from trivet.web import published
from trivet.web.published import PublishedBuilds

UNSEEN = Evidence(unseen_source_values=("fax", "teletext"))
UNLISTED = Evidence(unlisted_source_share=Decimal("0.073"))


def proposed(definition: Definition, people: Leaders) -> Proposal:
    document = begin(
        kind="metric_definition", key=definition.id, title=definition.title,
        owner=Seat.objects.get(key="cro"), by=people.admin, now=NOW,
    )  # fmt: skip
    return propose(
        document=document, body=definition.document(), why="first", by=people.admin, now=NOW
    )


def signed(proposal: Proposal, people: Leaders) -> Signature:
    return sign(
        proposal=proposal, shown_hash=proposal.version.sha256, seat="cmo", by=people.cmo,
        key=f"cmo-{proposal.pk}", now=NOW,
    )  # fmt: skip


@pytest.fixture
def says(norvik):
    def the_data(evidence: Evidence) -> None:
        published.use(PublishedBuilds(norvik.folder, lambda *_: Norvik(evidence=evidence)))

    return the_data


def test_amount_from_sources_that_are_not_listed_keeps_it_from_being_signed(people, says):
    says(UNLISTED)
    proposal = proposed(drafts()["win_rate"], people)
    client, address = as_(people.cmo), f"/proposals/{proposal.pk}/signature"
    page = read(client, address)
    assert "It cannot be signed yet:" in page
    assert "7.3 % of amount has a lead source that [lead_sources] does not list" in page
    assert "shown_hash" not in page
    assert "It cannot be signed yet:" in read(client, f"/proposals/{proposal.pk}")
    all_of_them = read(client, "/documents/sign")
    assert "It cannot be signed yet:" in all_of_them
    assert 'name="tick"' not in all_of_them
    with pytest.raises(SignatureRefused, match=r"cannot be signed yet: 7\.3 % of amount"):
        signed(proposal, people)
    told = {"shown_hash": proposal.version.sha256, "seat": "cmo", "key": "k" * 24}
    answer = client.post(address, told)
    assert answer.status_code == 422
    assert "trivet.toml" in answer.content.decode()
    assert Signature.objects.count() == 0


def test_once_the_list_is_put_right_it_is_signed(people, says):
    says(UNLISTED)
    proposal = proposed(drafts()["win_rate"], people)
    says(Evidence())
    assert signed(proposal, people).pk


def test_a_form_sent_again_is_answered_as_before_whatever_the_data_says_since(people, says):
    says(Evidence())
    proposal = proposed(drafts()["win_rate"], people)
    first = signed(proposal, people)
    says(UNLISTED)
    assert signed(proposal, people) == first


def test_a_listed_value_that_no_deal_has_is_told_and_signed(people, says):
    """It counts in no figure: next month's campaign may be on the list already."""
    says(UNSEEN)
    proposal = proposed(drafts()["win_rate"], people)
    client, address = as_(people.cmo), f"/proposals/{proposal.pk}/signature"
    page = read(client, address)
    assert "Worth knowing:" in page
    assert "fax, teletext" in page
    assert client.post(address, hidden_of(page)).status_code == 303
    assert Signature.objects.count() == 1


def test_a_metric_that_the_data_does_not_concern_is_signed(people, says):
    says(UNLISTED)
    proposal = proposed(drafts()["net_revenue_retention"], people)
    assert signed(proposal, people).pk


def test_customers_at_two_levels_are_signed_together_or_not_at_all(people, says):
    """Expansion by account beside retention by parent: growth of one would be new business."""
    says(Evidence())
    base = drafts()["expansion_pipeline"].bases["pipeline_base"]
    by_account = proposed(base.with_options(entity_level="account"), people)
    with pytest.raises(SignatureRefused, match="a customer is account in expansion"):
        signed(by_account, people)
    retention = drafts()["net_revenue_retention"].bases["retention_base"]
    proposed(retention.with_options(entity_level="account"), people)
    assert signed(by_account, people).pk


def test_a_ruling_does_not_stand_in_the_place_of_the_data(people, says, tmp_path):
    published.use(PublishedBuilds(tmp_path))
    proposal = proposed(drafts()["win_rate"], people)
    reject(proposal=proposal, seat="cro", why="Not yet", by=people.cro, now=NOW)
    with calendar():
        working_days = company()
    question = escalate(
        proposal=proposal, question="Now?", side=Side.PROPOSED, says="Yes",
        stakes=[Stake("win_rate", 2, None, "USD")], by=people.cmo, now=NOW, company=working_days,
    )  # fmt: skip
    says(UNLISTED)
    with pytest.raises(RulingRefused, match=r"cannot take effect yet: 7\.3 %"):
        rule(
            escalation=question, verdict=Verdict.PROPOSED, reason="One number",
            shown_hash=docket_of(question).sha256, by=people.ceo, key="k" * 24, now=NOW,
            company=working_days,
        )  # fmt: skip
    question.refresh_from_db()
    assert question.is_open
