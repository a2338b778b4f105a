"""A profile is one document with one hash, and says exactly what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp import (
    Criterion,
    Cutoffs,
    Profile,
    Section,
    cautions,
    problems,
    read_profile,
)
from trivet.numbers.insight.icp.predicates import (
    Band,
    Committee,
    Happened,
    HasProblem,
    OneOf,
    Persona,
    Uses,
)
from trivet.vocabulary.canonical import canonical_bytes

FINANCE = Persona("Finance", ("chief financial officer", "controller"))
DATA = Persona("Data", ("head of data",), ("Champion",))

WHOLE = Profile(
    (
        Criterion("size", Section.FIRMOGRAPHIC, Band("employees", Decimal(200), Decimal(2000)), 30),
        Criterion("small", Section.FIRMOGRAPHIC, Band("employees", None, Decimal(200)), 10),
        Criterion("trade", Section.FIRMOGRAPHIC, OneOf("industry", ("Retail", "Energy")), 20),
        Criterion("cloud", Section.TECHNOGRAPHIC, Uses("technologies", ("Cloud",)), 10),
        Criterion(
            "asked",
            Section.BEHAVIOURAL,
            Happened("touchpoint", ("demo_request",), Decimal("1"), 90),
            20,
        ),
        Criterion("buyers", Section.BUYING_COMMITTEE, Committee((FINANCE, DATA), 2), 10),
        Criterion("pain", Section.BUSINESS_PROBLEM, HasProblem("pain", ("Slow",)), 10),
        Criterion("not_us", Section.DISQUALIFIER, OneOf("country", ("Nowhere",))),
    )
)


def body(**changed: object) -> dict[str, object]:
    """The document as it comes back from JSON, with some parts changed."""
    return {**json.loads(canonical_bytes(WHOLE.document())), **changed}


def criterion(**changed: object) -> dict[str, object]:
    told = {"kind": "one_of", "attribute": "industry", "values": ["Retail"], "is_not": False}
    return {"id": "one", "section": "firmographic", "test": told, "points": 5, **changed}


def test_a_profile_comes_back_from_its_document_with_the_same_hash() -> None:
    assert WHOLE.problems == []
    again = read_profile(body())
    assert again == WHOLE
    assert again.hash == WHOLE.hash
    assert len(WHOLE.hash) == 64


def test_a_document_without_the_younger_parts_keeps_the_hash_it_was_signed_under() -> None:
    # Computed before a half-life, a cap and a holdout could be asked for.
    assert WHOLE.hash == "158e92cde3b7559287b2fa8ec394f392f62a55ddecdc93b6b32ed3f641c7bd66"


def test_half_life_cap_and_holdout_are_part_of_the_document_and_of_its_hash() -> None:
    asked = Happened("touchpoint", ("form",), Decimal("1.5"), 90, 14, Decimal(1))
    plain = Happened("touchpoint", ("form",), Decimal("1.5"), 90)
    seen = set()
    for test in (
        plain,
        asked,
        replace(asked, most_a_day=None),
        replace(asked, half_life_days=None),
    ):
        for share in (Decimal(0), Decimal("0.02")):
            profile = Profile(
                (Criterion("asked", Section.BEHAVIOURAL, test, 5),), let_through=share
            )
            told = json.loads(canonical_bytes(profile.document()))
            assert read_profile(told) == profile
            seen.add(profile.hash)
    assert len(seen) == 8
    assert str(asked.says) == (
        "Form: 1.5 or more in 90 days, at most 1 a day, counting half as much after every 14 days"
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"half_life_days": 0}, "a half-life is 1 to 3,650 days, not 0"),
        ({"half_life_days": 3651}, "a half-life is 1 to 3,650 days, not 3651"),
        ({"most_a_day": Decimal(0)}, "at most 0 a day is nothing"),
    ],
)
def test_a_half_life_or_cap_that_means_nothing_is_refused(changed, says) -> None:
    asked = Happened("touchpoint", ("form",), Decimal(1), 90)
    assert replace(asked, **changed).problems == [says]


def test_what_changes_the_fit_changes_the_hash() -> None:
    moved = WHOLE.with_criteria(
        [Criterion("size", Section.FIRMOGRAPHIC, Band("employees", Decimal(201)), 30)]
    )
    assert moved.hash != WHOLE.hash
    assert Profile(WHOLE.criteria, Cutoffs(71, 50, 25)).hash != WHOLE.hash


def test_of_bands_that_exclude_each_other_only_the_best_can_be_had() -> None:
    assert WHOLE.attainable() == 30 + 20 + 10 + 20 + 10 + 10
    assert WHOLE.attainable(("pain", "asked")) == 30 + 20 + 10 + 10


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (criterion(section="psychographic"), "one: there is no section 'psychographic'"),
        (criterion(test={"kind": "sql"}), "one: there is no test 'sql'"),
        (
            criterion(test={"kind": "one_of", "attribute": "industry", "values": []}),
            "one: the set of values of industry is empty",
        ),
        (
            criterion(test={"kind": "band", "attribute": "employees"}),
            "one: the band of employees has no limit",
        ),
        (
            criterion(
                test={"kind": "band", "attribute": "employees", "at_least": "9", "below": "3"}
            ),
            "one: the band of employees is empty: it ends at 3 and starts at 9",
        ),
        (
            criterion(test={"kind": "band", "attribute": "employees", "at_least": "many"}),
            "one: at_least has to be a number, not 'many'",
        ),
        (criterion(points=101), "one: its points are from 0 to 100, not 101"),
        (criterion(points="5"), "one: points has to be a whole number, not '5'"),
        (
            criterion(section="disqualifier"),
            "one: a disqualifier excludes, and gives no points: 5",
        ),
        (
            criterion(section="behavioural"),
            "one: the section behavioural has happened, not one_of",
        ),
        (criterion(id="One!"), "One!: its id 'One!' is not lower case letters, digits and _"),
        (criterion(colour="red"), "one: nothing reads colour"),
        (
            criterion(
                section="behavioural",
                test={
                    "kind": "happened",
                    "source": "touchpoint",
                    "kinds": ["email_sent"],
                    "at_least": "1",
                    "within_days": 90,
                },
            ),
            "one: 'email_sent' is no kind of touchpoint a person makes",
        ),
        (
            criterion(
                section="buying_committee",
                test={
                    "kind": "committee",
                    "at_least": 2,
                    "personas": [{"name": "Finance", "titles": ["cfo"]}],
                },
            ),
            "one: 2 of 1 personas cannot be there",
        ),
        ("a criterion", "criterion 1: a criterion is an object, not 'a criterion'"),
    ],
)
def test_what_is_wrong_with_a_criterion_is_said_in_one_sentence(told, says) -> None:
    other = criterion(id="other", test={"kind": "one_of", "attribute": "x", "values": ["y"]})
    assert says in problems(body(criteria=[told, other]))


def test_two_bands_of_one_attribute_may_not_overlap() -> None:
    bands = [
        criterion(id=name, test={"kind": "band", "attribute": "employees", **limits})
        for name, limits in (
            ("low", {"below": "200"}),
            ("high", {"at_least": "199"}),
        )
    ]
    assert problems(body(criteria=bands)) == [
        "low and high overlap: an account would get points for employees twice"
    ]
    bands[1]["test"]["at_least"] = "200"
    assert problems(body(criteria=bands)) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"criteria": []}, "it has no criterion that gives points"),
        ({"criteria": None}, "it has no list of criteria"),
        ({"kind": "metric-definition"}, "it is a metric-definition, not an ideal-customer-profile"),
        ({"cutoffs": {"a": 10, "b": 50, "c": 25}}, "the cut-offs 10, 50, 25 do not fall"),
        ({"cutoffs": [70]}, "the cut-offs are a, b and c, not [70]"),
        ({"problems_count_from": "2"}, "problems_count_from is a share, not 2"),
        ({"mood": "good"}, "nothing reads mood"),
        (
            {"signatures_required": ["cmo"]},
            "signatures_required is cmo, cro, vp_cs, not ['cmo']",
        ),
    ],
)
def test_what_is_wrong_with_a_profile_is_said_in_one_sentence(changed, says) -> None:
    assert any(line.startswith(says) for line in problems(body(**changed)))
    with pytest.raises(ProfileRefused, match="It is no profile"):
        read_profile(body(**changed))


def test_an_attribute_the_company_has_not_is_named() -> None:
    known = {"employees", "industry", "technologies", "country"}
    assert problems(body(), known) == ["pain: there is no attribute 'pain' in the company's data"]
    assert problems(body(), known | {"pain"}) == []


def test_an_empty_section_is_a_caution_and_no_problem() -> None:
    told = body(criteria=[criterion()])
    assert problems(told) == []
    assert "nothing disqualifies an account, however wrong it is" in cautions(told)
    assert "the section buying committee has no criterion" in cautions(told)
    assert cautions(body(let_through="0.03")) == []


def test_disqualifiers_without_a_holdout_are_a_caution_and_no_problem() -> None:
    assert problems(body()) == []
    assert [each for each in cautions(body()) if "let through" in each] != []


def test_every_criterion_says_itself_with_its_data_as_parameters() -> None:
    said = {each.id: each.says for each in WHOLE.criteria}
    assert str(said["size"]) == "Employees from 200 to below 2,000"
    assert str(said["trade"]) == "Industry is Retail, Energy"
    assert str(said["asked"]) == "Demo request: 1 or more in 90 days"
    assert str(said["buyers"]) == "At least 2 of these known at the account: Finance, Data"
    translated = "%(attribute)s von %(at_least)s bis unter %(below)s"
    assert translated % said["size"].given == "Employees von 200 bis unter 2,000"
