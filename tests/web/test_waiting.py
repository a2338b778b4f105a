"""What waits for somebody's name is counted in the menu of every page, for nobody else."""

from __future__ import annotations

import re

import pytest

from tests.agreements.documents.signers import hidden_of, read
from tests.agreements.governance.deadlock import agreed, put, rejected
from tests.agreements.leaders import Leaders
from tests.web.signed_in import as_
from trivet.agreements.documents.models import Proposal
from trivet.agreements.people.models import Person

PAGES = ("/", "/documents", "/documents/sign", "/books", "/icp", "/data")


def tally(person: Person, page: str) -> int:
    """What the menu says waits for them."""
    menu = re.search(r"<nav.*?</nav>", read(as_(person), page), re.DOTALL)
    assert menu
    found = re.search(r'Agreements</span><span class="tally"[^>]*>(\d+)', menu[0])
    return int(found[1]) if found else 0


@pytest.mark.parametrize("page", PAGES)
def test_a_leader_reads_on_every_page_how_many_documents_wait(people: Leaders, page):
    as_(people.admin).post("/documents/drafts")
    assert tally(people.cmo, page) == Proposal.objects.count() == 13
    if page != "/documents/sign":
        assert tally(people.admin, page) == 0


def test_what_is_signed_waits_no_longer_and_an_edit_waits_again(people: Leaders):
    as_(people.admin).post("/documents/drafts")
    proposal = Proposal.objects.get(document__key="pipeline_base")
    cmo, address = as_(people.cmo), f"/proposals/{proposal.pk}/signature"
    cmo.post(address, hidden_of(read(cmo, address)))
    assert tally(people.cmo, "/") == 12
    assert tally(people.cro, "/") == 13


def test_a_question_waits_for_the_ceo_alone(people: Leaders):
    put(rejected(agreed(people), people), people.cmo)
    assert tally(people.ceo, "/documents") == 1
    assert tally(people.cro, "/documents") == 0
