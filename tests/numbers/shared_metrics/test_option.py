"""A number in a definition is one that can be counted with, or it is refused with the value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trivet.errors import OptionUnknown
from trivet.numbers.shared_metrics.in_force import SUBJECTS
from trivet.numbers.shared_metrics.option import MOST_WHOLE, Option
from trivet.numbers.shared_metrics.registry import drafts

HOURS = Option("target_hours", "Target", "hours", "4")
BY = Option("by_source", "By source", "hours_by", {})
NUMERIC = [
    option
    for subject in SUBJECTS.values()
    for option in subject.options
    if option.kind in ("whole", "hours", "hours_by")
]
NO_NUMBERS = [
    "1e999999", "1E-999999", "1e3", "nan", "-nan", "sNaN", "NaN123", "inf", "-Infinity", "0", "-0",
    "0.0000", "-4", "+4", "", " ", " 4", "4 ", "4\n", "1_000", "1,5", "0x10", "٤", "４", "²", "½",
    "1" * 6, "0.00001", "9" * 5_000, "True", "None", "4h", "1/2", "4.", ".5", "4.4.4",
]  # fmt: skip
OTHERWISE = [None, True, False, 4.0, float("nan"), float("inf"), Decimal("NaN"), -1, 10**400,
             [], ["4"], {}, b"4"]  # fmt: skip


def test_there_are_numeric_options_of_each_kind():
    assert {option.kind for option in NUMERIC} == {"whole", "hours", "hours_by"}


@pytest.mark.parametrize("option", NUMERIC, ids=lambda option: option.name)
@pytest.mark.parametrize("value", [*NO_NUMBERS, *OTHERWISE], ids=lambda value: repr(value)[:20])
def test_what_is_no_number_is_refused_with_the_value(option, value):
    told = {"EMEA": value} if option.kind == "hours_by" else value
    with pytest.raises(OptionUnknown) as refused:
        option.read(told)
    assert option.name in refused.value.happened
    assert len(str(refused.value)) < 200
    if isinstance(value, str) and len(value) < 20:
        assert repr(value) in refused.value.happened


TEXTS = st.text(max_size=40) | (st.floats() | st.decimals() | st.integers()).map(str)


@given(TEXTS)
def test_any_text_is_a_number_of_hours_or_refused(text):
    for option, told in ((HOURS, text), (BY, {"x": text})):
        try:
            read = option.read(told)
        except OptionUnknown:
            continue
        hours = Decimal(read if isinstance(read, str) else read["x"])
        assert hours == Decimal(text)
        assert Decimal("0.0001") <= hours < 100_000
        assert len(str(read)) < 20
        # Its one form is read as itself.
        assert option.read(read) == read


@given(st.integers())
def test_any_whole_number_is_within_its_bounds_or_refused(number):
    option = Option("days", "Days", "whole", 30, least=1)
    if 1 <= number <= MOST_WHOLE:
        assert option.read(number) == number
    else:
        with pytest.raises(OptionUnknown):
            option.read(number)


def test_every_draft_is_still_what_it_was():
    for subject in SUBJECTS.values():
        for option in subject.options:
            assert option.read(option.default) == option.default


def test_an_option_of_a_base_is_changed_in_the_base_and_the_error_names_it():
    nrr = drafts()["net_revenue_retention"]
    with pytest.raises(OptionUnknown) as refused:
        nrr.with_options(basis="invoices")
    assert refused.value.happened == (
        "basis is an option of retention_base, on which net_revenue_retention rests."
    )
    assert 'definition.bases["retention_base"].with_options(basis=...)' in refused.value.remedy


def test_the_error_names_the_way_to_a_base_of_a_base():
    velocity = drafts()["deal_velocity"]
    with pytest.raises(OptionUnknown) as refused:
        velocity.with_options(basis="invoices")
    place = 'definition.bases["pipeline_base"].bases["retention_base"]'
    assert f"resting_on({place}.with_options(basis=...))" in refused.value.remedy
    base = velocity.bases["pipeline_base"].bases["retention_base"]
    changed = velocity.resting_on(base.with_options(basis="invoices"))
    assert changed.rests_on("retention_base").option("basis") == "invoices"


def test_with_a_base_changed_the_metric_is_another_definition():
    nrr = drafts()["net_revenue_retention"]
    with pytest.raises(OptionUnknown, match="Its options are contradicted_above"):
        nrr.with_options(bais="invoices")
    # As docs/how-to/use-the-numbers-in-a-notebook.md says:
    base = nrr.bases["retention_base"].with_options(basis="invoices")
    assert nrr.resting_on(base).option("basis") == "invoices"
    assert nrr.resting_on(base).hash != nrr.hash
