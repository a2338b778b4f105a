"""The SQL and the slow second implementation give the same answers about random companies."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.company import Company
from tests.oracles.company import RecordedCompany
from tests.oracles.random_company import RandomCompany, companies
from tests.oracles.random_question import Question, questions

QUESTIONS = 25
"""Asked of each company: making its warehouse takes as long as answering about as many."""


def sums_of(rows: list[dict[str, Any]]) -> Counter[tuple[str, Fraction, Fraction]]:
    return Counter(
        (row["record_id"], Fraction(row["numerator"]), Fraction(row["denominator"]))
        for row in rows
    )


def behind_the_figure(measured: Company, asked: Question) -> list[dict[str, Any]]:
    """The rows of the SQL that the second implementation has too, under its names for them."""
    rows = measured.rows_of(asked.metric, asked.period, **asked.asked)
    match asked.metric:
        case "mql_to_sql":
            rows = [row for row in rows if row["is_mature"]]
            for row in rows:
                row["record_id"] = person_or_account(row["record_id"])
        case "follow_up_sla":
            for row in rows:
                row["record_id"] = row["contact_id"]
        case "pipeline_coverage":
            past_due_out = asked.options.get("past_due", "out") == "out"
            any_date = asked.options.get("close_date") == "any"
            rows = [
                row
                for row in rows
                if row["line"] in ("open", "past due")
                and not (row["is_past_due"] and past_due_out and not any_date)
            ]
        case "net_revenue_retention" | "gross_revenue_retention":
            for row in rows:
                row["record_id"] = row["account_id"]
        case "deal_velocity":
            for row in rows:
                row["record_id"] = row["record_id"].removesuffix(" open")
    return rows


def person_or_account(record_id: str) -> str:
    """`contact P1 mql#2` and `P1#2` are both about P1."""
    return record_id.partition("#")[0].removeprefix("contact ").split(" ")[0]


def compare(measured: Company, recorded: RecordedCompany, asked: Question) -> None:
    figure = measured.metric(asked.metric, asked.period, lint=False, **asked.asked)
    if figure.reason.startswith("not computable"):
        assert figure.value is None
        return
    answer = recorded.metric(asked.metric, asked.period, **asked.asked)
    rows = behind_the_figure(measured, asked)
    if asked.metric == "deal_velocity":
        names = Counter(row["record_id"] for row in rows)
        assert names == Counter(row["record_id"] for row in answer.rows), asked
    else:
        found, expected = sums_of(rows), sums_of(answer.rows)
        assert found == expected, f"{asked}: {found - expected} should be {expected - found}"
        if figure.value is not None and asked.options.get("method") != "monthly_compounded":
            sides = (figure.numerator, figure.denominator)
            assert sides == (answer.numerator, answer.denominator), asked
    assert figure.value == answer.value, f"{asked}: {figure.value} should be {answer.value}"


def ask_all(company: RandomCompany, asked: list[Question]) -> None:
    measured, recorded = company.measured(), company.recorded()
    for question in asked:
        compare(measured, recorded, question)


@settings(max_examples=25)
@given(companies(), st.lists(questions(), min_size=QUESTIONS, max_size=QUESTIONS))
def test_the_sql_and_the_second_implementation_agree_about_random_companies(company, asked):
    ask_all(company, asked)


@pytest.mark.soak
@settings(max_examples=2000)
@given(companies(), st.lists(questions(), min_size=1, max_size=100))
def test_they_agree_about_thousands_of_companies(company, asked):
    ask_all(company, asked)
