"""Every page that names a profile in force says by what it is: signed by three, or ruled for."""

from __future__ import annotations

import pytest

from tests.agreements.documents.signers import read
from tests.agreements.icp.in_force import PROFILE, ruled, signed, text_of
from tests.agreements.leaders import NOW, Leaders
from tests.web.signed_in import as_
from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.icp import queries
from trivet.agreements.icp.models import Review
from trivet.web import published

PAGES = ("/icp", "/icp/review", "/icp/accounts", "/documents/icp/company")


def test_a_signed_profile_says_its_version_its_day_and_who_signed_and_nothing_else(
    people: Leaders,
):
    signed(people, published.builds().answers().suggested().profile)
    for address in PAGES:
        page = text_of(read(as_(people.cro), address))
        assert "nobody has agreed" not in page, address
        assert "not agreed" not in page.lower(), address
        if address != "/documents/icp/company":
            assert "agreed v1 on 1 Jun 2026, signed by: Chief marketing officer," in page, address
    version = queries.in_force()
    assert version is not None
    assert not [each.says for each in version.clauses if "agreed" in each.says]


def test_a_profile_that_the_ceo_ruled_for_says_so_and_who_did_not_sign(people: Leaders):
    ruled(people, PROFILE)
    for address in ("/icp", "/icp/review", "/icp/accounts"):
        page = text_of(read(as_(people.cro), address))
        assert "ruled v1 in force since 1 Jun 2026 by a ruling of the CEO" in page, address
        assert "not signed by: Chief revenue officer, Vice president customer success" in page
        assert "agreed v1" not in page, address


def test_an_accounts_page_says_by_which_version_it_fits(people: Leaders):
    signed(people, PROFILE)
    account = published.builds().answers().fit(PROFILE).rows["account_id"][0].as_py()
    assert "agreed v1" in text_of(read(as_(people.cro), f"/accounts/{account}"))


def test_a_kept_review_says_by_what_the_version_it_read_was_in_force(people: Leaders):
    proposal = ruled(people, PROFILE)
    review = Review(
        version=proposal.version, quarter="2026-Q2", sha256=text_hash("{}"), text="",
        by=people.cro, seat="cro", says="", made_at=NOW,
    )  # fmt: skip
    review.tell(at=NOW, by=people.cro.by("cro"), verb="reviewed", says="It was read.")
    page = text_of(read(as_(people.cro), f"/icp/reviews/{review.pk}"))
    assert "ruled v1" in page


@pytest.mark.parametrize("seat", ["cmo", "cro", "vp_cs", "ceo", "admin"])
def test_every_leader_reads_the_same(people: Leaders, seat: str):
    signed(people, PROFILE)
    page = text_of(read(as_(getattr(people, seat)), "/icp"))
    assert "agreed v1" in page
    assert "All criteria together" in page
