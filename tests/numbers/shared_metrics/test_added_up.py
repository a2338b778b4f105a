"""A figure of a series, added up by the engine, is the figure whose rows can be opened."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.random_company import companies
from tests.oracles.random_question import questions
from trivet.vocabulary.period import Period

ADDED_UP = (
    "marketing_sourced_pipeline",
    "win_rate",
    "net_revenue_retention",
    "gross_revenue_retention",
    "expansion_pipeline",
)


def asked_questions():
    return questions().filter(lambda question: question.metric in ADDED_UP)


@pytest.mark.slow
@settings(max_examples=8)
@given(companies(), st.lists(asked_questions(), min_size=12, max_size=12))
def test_sums_made_by_the_engine_are_those_of_the_rows(company, asked):
    measured = company.measured()
    for question in asked:
        definition = measured.definition(question.metric, question.options)
        period = measured._period(question.period)
        assert isinstance(period, Period)
        short, whole = (
            measured.measurement.figures(
                definition, [period], as_of=date.fromisoformat(question.as_of), whole=whole
            )[0]
            for whole in (False, True)
        )
        assert (short.value, short.numerator, short.denominator, short.records) == (
            whole.value,
            whole.numerator,
            whole.denominator,
            whole.records,
        )
        assert short.flags == whole.flags
        assert short.status == whole.status
