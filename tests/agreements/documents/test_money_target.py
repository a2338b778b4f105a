"""A target of money is typed and read as money is, and kept in minor units as it always was."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from tests.agreements.documents.signers import Begun, filled, read
from tests.agreements.documents.test_paper import plain, text_of
from tests.web.signed_in import as_
from trivet.agreements.documents import amount
from trivet.agreements.documents.models import Version
from trivet.agreements.documents.paper.paper import paper
from trivet.agreements.documents.rules.body import body_text, text_hash

VELOCITY = "/documents/metric_definition/deal_velocity"


@pytest.fixture
def counts_in() -> Iterator[object]:
    """Let the company count in a currency."""
    path = Path(settings.WORKSPACE) / "trivet.toml"
    path.parent.mkdir(parents=True, exist_ok=True)

    def write(currency: str) -> None:
        path.write_text(f'format = 1\n[company]\nname = "Norvik"\ncurrency = "{currency}"\n')

    yield write
    path.unlink(missing_ok=True)


def propose(begun: Begun, low: str) -> tuple[int, str]:
    client = as_(begun.people.admin)
    form = filled(read(client, f"{VELOCITY}/proposals")) | {"why": "x", "target_low": low}
    answer = client.post(f"{VELOCITY}/proposals", form)
    return answer.status_code, answer.content.decode()


def newest(begun: Begun) -> Version:
    return begun.proposal("deal_velocity").version


@pytest.mark.parametrize(
    ("currency", "typed", "minor", "shown", "again"),
    [
        ("EUR", "1,250,000.00", "125000000", "€1,250,000.00 a day", "1,250,000.00"),
        ("EUR", "1250000", "125000000", "€1,250,000.00 a day", "1,250,000.00"),
        ("USD", "0.5", "50", "$0.50 a day", "0.50"),
        ("JPY", "1,250,000", "1250000", "¥1,250,000 a day", "1,250,000"),
        ("KWD", "1250.005", "1250005", "KWD1,250.005 a day", "1,250.005"),
    ],
)
def test_an_amount_is_typed_in_the_companys_money_and_kept_in_minor_units(
    begun: Begun, counts_in, currency, typed, minor, shown, again
) -> None:
    counts_in(currency)
    assert propose(begun, typed)[0] == 303
    version = newest(begun)
    assert version.body["target"]["low"] == minor
    # The bytes are those that a target in minor units always had.
    target = {"kind": "band", "low": minor, "high": None, "direction": "up"}
    assert version.sha256 == text_hash(body_text(version.body | {"target": target}))
    page = read(as_(begun.people.cmo), f"/proposals/{version.proposal_id}").replace("\xa0", " ")
    assert shown in page
    edit = read(as_(begun.people.admin), f"/proposals/{version.proposal_id}/versions")
    assert f'name="target_low" inputmode="decimal" value="{again}"' in edit
    assert plain(shown.replace("\xa0", " ")) in plain(text_of(paper(version)))


@pytest.mark.parametrize(
    ("currency", "typed"),
    [
        ("EUR", "1.250.000,00"),
        ("EUR", "12,50"),
        ("EUR", "0.005"),
        ("JPY", "1250.5"),
        ("KWD", "0.0005"),
        ("EUR", "1e6"),
        ("EUR", "٣"),
        ("EUR", "€5"),
    ],
)
def test_what_is_no_amount_of_that_money_is_named_with_what_would_be(
    begun: Begun, counts_in, currency, typed
) -> None:
    counts_in(currency)
    before = newest(begun)
    status, page = propose(begun, typed)
    assert status == 422
    assert f"{typed} is no amount in {currency}: write one such as" in page
    assert newest(begun) == before


def test_an_edit_of_something_else_leaves_the_targets_spelling_alone(
    begun: Begun, counts_in
) -> None:
    counts_in("EUR")
    propose(begun, "2500")
    proposal = begun.proposal("deal_velocity")
    address = f"/proposals/{proposal.pk}/versions"
    client = as_(begun.people.admin)
    assert client.post(address, filled(read(client, address))).status_code == 303
    assert begun.proposal("deal_velocity").version == proposal.version


def test_a_difference_reads_in_money_too(begun: Begun, counts_in) -> None:
    counts_in("EUR")
    propose(begun, "2500")
    proposal = begun.proposal("deal_velocity")
    address = f"/proposals/{proposal.pk}/versions"
    client = as_(begun.people.admin)
    client.post(address, filled(read(client, address)) | {"target_low": "3000.50"})
    first, last = proposal.versions.order_by("number")[:2]
    page = read(client, f"{VELOCITY}?from={first.number}&to={last.number}")
    assert "€2,500.00 a day" in page
    assert "€3,000.50 a day" in page


def test_half_a_minor_unit_that_was_signed_once_is_not_rounded_away():
    assert amount.read(Decimal("250000.5"), "EUR") == "€2,500.005"
    assert amount.read(Decimal("250000"), "") == "250000"
