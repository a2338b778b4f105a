"""Whatever stands in an address, the answer says what is wrong with it; nothing breaks.

The walk learns from each page which parameters it reads, so a new one is walked by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.datastructures import MultiValueDict

from tests.agreements.books.test_closing import april, reopened
from tests.agreements.icp.records import one_of_each
from tests.agreements.leaders import Leaders
from tests.company import Company
from tests.web.closed_company import Shown
from tests.web.every_route import FILLED, routes
from tests.web.governed import TOML, governed_definitions
from tests.web.norvik import Norvik
from tests.web.signed_in import as_
from tests.web.test_sign_in import PASSWORD, with_app, with_password
from trivet.agreements.documents.models import Proposal
from trivet.agreements.icp.models import FunctionDraft, Review, Workshop
from trivet.web import published
from trivet.web.published import PublishedBuilds, open_model

__all__ = ["april", "reopened"]

DIGITS = "9" * 400
PERIODS = (
    "0001", "0000-Q1", "9999", "9999-12", "9999-W52", "9999-12-31", "0001-01-01..9000-01-01",
    "1900-01-01..2199-12-31", "9999-12-30..9999-12-31", "2026-07-01..2026-01-01", "２０２６",
)  # fmt: skip
HOSTILE = (
    *PERIODS,
    *("9" * 5_000, DIGITS, "-1", "1e999", "²", "0001-01-01", "2026-W14-1"),
    *("../../etc/passwd", "..%2f..", "/etc/passwd", "http://[", "//evil.example", "\\\\host\\x"),
    *("\x00", "a\x00b", "\x1b[2J", "2026\n", " ", "\u202e", "\U0010ffff", "%s%d%(x)s{0}"),
    *("'\"><script>alert(1)</script>", "x" * 3_000, "x" * 20_000),
)


EVERYWHERE = ("0001", "9999-12-31", DIGITS, "9" * 5_000, "../../etc/passwd", "a\x00b", "http://[")
"""On every page; the others once for every name, for pages read the same name alike."""


def sentence_in(answer: HttpResponse) -> bool:
    """The page of trouble: a heading, what happened, what to do next."""
    page = answer.content.decode()
    return 'class="trouble"' in page or 'role="alert"' in page


@pytest.mark.parametrize("page", ["/", "/metrics/win_rate", "/metrics/win_rate/rows.csv", "/data"])
@pytest.mark.parametrize(
    ("parameter", "value", "status", "says"),
    [
        ("period", "0001", 400, "does not lie between 1900-01-01 and 2200-01-01"),
        ("period", "9999-12-31", 400, "is not a period"),
        ("period", "0000-Q1", 400, "is not a period"),
        ("period", "1950-01-01..2190-01-01", 400, "is longer than 100 years"),
        ("period", "x" * 3_000, 400, "is not a period"),
        ("build", DIGITS, 404, "is no longer kept"),
        ("build", "../../etc/passwd", 404, "is no longer kept"),
        ("agreed", DIGITS, 404, "were never in force here"),
        ("counted", "0001-01-01", 400, "There is no way to count"),
        ("books", DIGITS, 404, "There is no edition"),
        ("books", "banana", 404, "There is no edition"),
        ("segment", "a\x00b", 400, "control character U+0000"),
        ("segment", "x" * 20_000, 414, "The address has 20,0"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(
    client: Client,
    norvik: PublishedBuilds,
    page: str,
    parameter: str,
    value: str,
    status: int,
    says: str,
) -> None:
    # The made-up company has every build there is; a kept build is a file.
    if parameter == "build":
        published.use(
            PublishedBuilds(
                norvik.folder, lambda at, build: open_model(at, build) if build else Norvik()
            )
        )
    answer = client.get(page, {parameter: value})
    assert answer.status_code == status
    text = answer.content.decode()
    assert says in text
    # An error is read on one screen, whatever was pasted.
    assert value == "banana" or len(value) < 100 or value not in text


@pytest.mark.parametrize("given", ["http://[", "http://[::1"])
def test_a_link_on_to_nowhere_and_a_page_one_came_from_break_nothing(
    people: Leaders, given: str
) -> None:
    assert Client().get("/sign-in", {"next": given}).status_code == 200
    with_password(people.cmo)
    told = {"login": "mira@norvik.example", "password": PASSWORD, "next": given}
    assert Client().post("/sign-in", told)["Location"] == "/"
    late = as_(people.admin, minutes_ago=6)
    answer = late.post("/people/invitations", {"name": "x"}, headers={"referer": given})
    assert answer["Location"].endswith("?next=%2F")


def test_a_form_with_a_control_character_is_refused(people: Leaders) -> None:
    answer = as_(people.admin).post("/people/invitations", {"name": "a\x00b", "email": "x@y.zz"})
    assert answer.status_code == 400
    assert "control character" in answer.content.decode()


def test_more_fields_than_any_page_sends_are_refused_as_that(client: Client) -> None:
    answer = client.get("/?" + "&".join(f"a{number}=" for number in range(1_100)))
    assert answer.status_code == 400
    assert "holds more than a page of Trivet sends" in answer.content.decode()


def test_a_page_number_out_of_reach_is_a_page(client: Client) -> None:
    for number in ("9" * 5_000, "0", "-1", "²"):
        assert client.get("/metrics/win_rate", {"page": number}).status_code == 200


@pytest.fixture
def filled(
    people: Leaders,
    tmp_path: Path,
    settings: object,
    april: Company,
    reopened: Company,
    norvik: object,
) -> dict[str, dict[str, object]]:
    """A company with real figures, a closed book, proposals, a question, a workshop, a review.

    Gives what each route is filled in with.
    """
    (tmp_path / "trivet.toml").write_text(TOML)
    shown = Shown(tmp_path, settings)
    shown.books.close(april, "win_rate", "2026-Q1")
    shown.books.compare(reopened)
    shown.show(reopened)
    with_app(people.admin)
    here = governed_definitions(people)
    one_of_each(people)
    FunctionDraft.objects.filter(workshop__is_over=True).delete()  # Not one that can be read.
    own = {
        "escalations": here.question.pk,
        "onboardings": here.onboarding.pk,
        "proposals": Proposal.objects.filter(outcome="").latest("pk").pk,
        "icp/workshops": Workshop.objects.latest("pk").pk,
        "icp/reviews": Review.objects.latest("pk").pk,
    }
    found = {}
    for route in routes():
        given = {name: FILLED[name] for name in route.pattern.converters}
        for begins, pk in own.items():
            if str(route.pattern).startswith(f"{begins}/<int:pk>"):
                given["pk"] = pk
        found[str(route.name)] = given
    return found


@contextmanager
def learned(names: set[str]) -> Iterator[None]:
    """Note which parameters are read meanwhile."""
    with pytest.MonkeyPatch.context() as here:

        def get(given: QueryDict, name: str, default: object = None) -> object:
            names.add(name)
            return MultiValueDict.get(given, name, default)

        def holds(given: QueryDict, name: object) -> bool:
            names.add(str(name))
            return dict.__contains__(given, name)

        here.setattr(QueryDict, "get", get, raising=False)
        here.setattr(QueryDict, "__contains__", holds, raising=False)
        yield


def broken(answer: HttpResponse) -> str:
    """What is wrong with an answer; '' if it is one."""
    if answer.streaming:
        b"".join(answer)  # type: ignore[arg-type]
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    is_page = answer.get("Content-Type", "").startswith("text/html")
    if answer.status_code in (400, 404, 414) and is_page and not sentence_in(answer):
        return f"{answer.status_code} without a sentence"
    return ""


@pytest.mark.slow
def test_no_parameter_of_any_page_breaks_it(
    people: Leaders, filled: dict[str, dict[str, object]]
) -> None:
    client = Client(raise_request_exception=False)
    client.cookies = as_(people.admin).cookies
    read: dict[str, set[str]] = defaultdict(set)
    wrong, walked = set(), set()
    for name, given in filled.items():
        address = reverse(name, kwargs=given)
        with learned(read[name]):
            first = client.get(address)
        # Signing out is no page, and a page that the world has none of reads nothing.
        if name == "account_logout" or first.status_code >= 500:
            assert name == "account_logout", (name, first.content)
            client.cookies = as_(people.admin).cookies
            continue
        for parameter in read[name] - {"csrfmiddlewaretoken"}:
            values = EVERYWHERE if parameter in walked else HOSTILE
            walked.add(parameter)
            for value in values:
                if found := broken(client.get(f"{address}?{urlencode({parameter: value})}")):
                    wrong.add((name, parameter, value[:30], found))
    assert wrong == set()
    assert walked >= {"period", "build", "counted", "books", "edition", "before", "from", "page"}


@pytest.mark.slow
def test_no_part_of_an_address_breaks_a_page(
    people: Leaders, filled: dict[str, dict[str, object]]
) -> None:
    client = Client(raise_request_exception=False)
    client.cookies = as_(people.admin).cookies
    wrong, walked = set(), set()
    for name, given in filled.items():
        for part in given:
            values = EVERYWHERE if part in walked else HOSTILE
            walked.add(part)
            for value in values:
                try:
                    address = reverse(name, kwargs={**given, part: value})
                except NoReverseMatch:
                    # Not what this part may be: written as somebody would type it.
                    mark = "part-to-replace" if isinstance(given[part], str) else 7_777_777
                    address = reverse(name, kwargs={**given, part: mark})
                    address = address.replace(str(mark), quote(value, safe=""))
                if found := broken(client.get(address)):
                    wrong.add((name, part, value[:30], found))
    assert wrong == set()


@pytest.mark.slow
def test_no_field_of_any_form_breaks_it(
    people: Leaders, filled: dict[str, dict[str, object]]
) -> None:
    client = Client(raise_request_exception=False)
    wrong = set()
    for name, given in filled.items():
        fields: set[str] = set()
        address = reverse(name, kwargs=given)
        for value in ("y", *EVERYWHERE, "x" * 3_000):
            client.cookies = as_(people.admin).cookies
            with transaction.atomic(), learned(fields):
                told = dict.fromkeys(fields - {"csrfmiddlewaretoken"}, value)
                if found := broken(client.post(address, told or {"x": value})):
                    wrong.add((name, value[:30], found))
                transaction.set_rollback(True)
    assert wrong == set()
