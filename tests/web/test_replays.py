"""The same form sent twice, by a double click, the browser's back or a lost answer: one effect.

The second answer is a redirect, or says in a sentence why nothing was done. The chain tells every
effect, so it is no longer after the second than after the first.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.agreements.documents.signers import Begun, filled, hidden_of, read
from tests.agreements.leaders import Leaders, join, sit
from tests.web.signed_in import as_
from trivet.agreements.audit.models import AuditRow
from trivet.agreements.audit.queries import chain_breaks, differences
from trivet.agreements.documents.actions.begin_drafts import begin_drafts
from trivet.agreements.documents.models import Comment
from trivet.agreements.people.models import Delegation, Seat, Tenure

Sent = tuple[Client, str, dict[str, object]]
RATE = "/documents/metric_definition/win_rate"


@pytest.fixture
def begun(people: Leaders) -> Begun:
    from datetime import UTC, datetime

    begin_drafts(by=people.admin, now=datetime.now(UTC))
    return Begun(people)


def _proposal(begun: Begun) -> str:
    return f"/proposals/{begun.proposal('win_rate').pk}"


def begins(begun: Begun) -> Sent:
    return as_(begun.people.admin), "/documents/drafts", {}


def proposes(begun: Begun) -> Sent:
    begun.agree("sourcing")
    client, address = as_(begun.people.admin), "/documents/metric_definition/sourcing/proposals"
    form = filled(read(client, address))
    return client, address, form | {"why": "x", "option-lookback_days": "60"}


def amends(begun: Begun) -> Sent:
    client, address = as_(begun.people.admin), f"{_proposal(begun)}/versions"
    return client, address, filled(read(client, address)) | {"option-basis": "amount"}


def signs(begun: Begun) -> Sent:
    client, address = as_(begun.people.cmo), f"{_proposal(begun)}/signature"
    return client, address, dict(hidden_of(read(client, address)))


def rejects(begun: Begun) -> Sent:
    return as_(begun.people.cro), f"{_proposal(begun)}/rejection", {"seat": "cro", "why": "no"}


def withdraws(begun: Begun) -> Sent:
    return as_(begun.people.admin), f"{_proposal(begun)}/withdrawal", {}


def comments(begun: Begun) -> Sent:
    return as_(begun.people.cmo), f"{_proposal(begun)}/comments", {"says": "Why?", "clause": ""}


def resolves(begun: Begun) -> Sent:
    client, address, form = comments(begun)
    client.post(address, form)
    return client, f"/comments/{Comment.objects.get().pk}/resolution", {}


def opens_workshop(begun: Begun) -> Sent:
    return as_(begun.people.admin), "/icp/workshops", {}


def invites(begun: Begun) -> Sent:
    filled_in = {"name": "Nilo Reyes", "email": "nilo@norvik.example"}
    return as_(begun.people.admin), "/people/invitations", filled_in


def appoints(begun: Begun) -> Sent:
    told = {"seat": Seat.objects.get(key="rep").pk, "person": join("Nilo Reyes").pk}
    return as_(begun.people.admin), "/people/appointments", told


def ends(begun: Begun) -> Sent:
    tenure = sit(join("Nilo Reyes"), "rep", begun.people.admin)
    return as_(begun.people.admin), f"/people/tenures/{tenure.pk}/end", {}


def leaves(begun: Begun) -> Sent:
    return as_(begun.people.admin), f"/people/{join('Nilo Reyes').pk}/departure", {}


def takes_back(begun: Begun) -> Sent:
    from datetime import UTC, datetime, timedelta

    from trivet.agreements.people.actions.delegate import delegate

    now = datetime.now(UTC)
    delegate(
        tenure=Tenure.objects.get(person=begun.people.cmo), to=begun.people.ceo, why="",
        until_at=now + timedelta(days=3), by=begun.people.cmo, now=now,
    )  # fmt: skip
    return as_(begun.people.cmo), f"/people/delegations/{Delegation.objects.get().pk}/end", {}


ACTS = [
    begins, proposes, amends, signs, rejects, withdraws, comments, resolves,
    opens_workshop, invites, appoints, ends, leaves, takes_back,
]  # fmt: skip


@pytest.mark.parametrize("prepare", ACTS, ids=lambda act: act.__name__)
def test_sent_twice_it_is_done_once(begun: Begun, prepare: Callable[[Begun], Sent]) -> None:
    client, address, form = prepare(begun)
    before = AuditRow.objects.count()
    first = client.post(address, form)
    assert first.status_code in (200, 302, 303), first.content.decode()[:2_000]
    told = AuditRow.objects.count()
    # The drafts were begun when this test was: that is the second time already.
    assert told > before or prepare is begins
    second = client.post(address, form)
    assert AuditRow.objects.count() == told
    if second.status_code not in (302, 303):
        assert second.status_code in (403, 409, 422), second.status_code
        page = second.content.decode()
        assert 'class="happened"' in page or 'class="notice' in page
    assert chain_breaks() == []
    assert differences() == []
