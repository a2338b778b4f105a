"""A definition file is counted as it is written, or refused: a typo is never the default."""

from __future__ import annotations

import json

import pytest

from trivet.errors import DefinitionRefused, OptionUnknown
from trivet.numbers.shared_metrics.definition_file import read_definition
from trivet.numbers.shared_metrics.registry import drafts


@pytest.fixture
def read(tmp_path):
    def call(written):
        path = tmp_path / "definition.json"
        path.write_text(written if isinstance(written, str) else json.dumps(written), "utf-8")
        return read_definition(path, drafts())

    return call


def test_what_is_written_is_what_is_counted(read):
    found = read(
        {
            "id": "win_rate",
            "options": {"sourced": "all"},
            "pipeline_base": {"options": {"amount_as_of": "at_entry"}},
        }
    )
    assert found.option("sourced") == "all"
    assert found.option("amount_as_of") == "at_entry"
    assert found.hash != drafts()["win_rate"].hash
    assert read({"id": "win_rate"}).hash == drafts()["win_rate"].hash
    assert read("\ufeff" + '{"id": "win_rate"}').hash == drafts()["win_rate"].hash


@pytest.mark.parametrize(
    ("written", "wrong", "meant"),
    [
        ({"id": "win_rate", "sourced": "all"}, "'sourced'", 'Write it under "options"'),
        ({"id": "win_rate", "optoins": {"sourced": "all"}}, "'optoins'", "Did you mean 'options'?"),
        ({"id": "win_rate", "sorced": "all"}, "'sorced'", "Did you mean 'sourced'?"),
        ({"id": "win_rat"}, "'win_rat'", "Did you mean 'win_rate'?"),
        ({"id": ["win_rate"]}, "['win_rate']", "Give it one of these ids"),
        ({"options": {}}, "None", "Give it one of these ids"),
        ({"id": "pipeline_base", "options": {}}, "pipeline_base", "the id of a metric"),
        ({"id": "win_rate", "options": {"basiss": "amount"}}, "'basiss'", "Did you mean 'basis'?"),
        ({"id": "win_rate", "options": {"basis": "amuont"}}, "'amuont'", "Did you mean 'amount'?"),
        (
            {"id": "win_rate", "options": {"lost_reasons_out": ["test", "duplicat"]}},
            "duplicat",
            "Did you mean 'duplicate'?",
        ),
        (
            {"id": "win_rate", "options": {"amount_as_of": "at_entry"}},
            "'options.amount_as_of'",
            'Write it under "pipeline_base"',
        ),
        (
            {"id": "win_rate", "amount_as_of": "at_entry"},
            "'amount_as_of'",
            'Write it under "pipeline_base"',
        ),
        (
            {"id": "win_rate", "pipeline_bas": {"options": {}}},
            "'pipeline_bas'",
            "Did you mean 'pipeline_base'?",
        ),
        (
            {"id": "net_revenue_retention", "sourcing": {"options": {"lookback_days": 30}}},
            "'sourcing'",
            "It may say id, options, retention_base",
        ),
        (
            {"id": "win_rate", "pipeline_base": {"amount_as_of": "at_entry"}},
            "'pipeline_base.amount_as_of'",
            'Write it under "pipeline_base"',
        ),
        (
            {"id": "win_rate", "pipeline_base": {"option": {"amount_as_of": "at_entry"}}},
            "'option'",
            "Did you mean 'options'?",
        ),
        ({"id": "win_rate", "pipeline_base": {}}, "no options", "leave pipeline_base out"),
        ({"id": "win_rate", "pipeline_base": "current"}, "'current'", "in braces"),
        (
            {"id": "win_rate", "pipeline_base": {"options": {"amount_as_off": "at_entry"}}},
            "'amount_as_off'",
            "Did you mean 'amount_as_of'?",
        ),
        ({"id": "win_rate", "options": ["basis"]}, "['basis']", "in braces"),
        ({"id": "win_rate", "options": None}, "None", "in braces"),
        ({"id": "win_rate", "options": {"self": 1}}, "'self'", "Its options are"),
        ({"id": "net_revenue_retention", "options": {"x": 1}}, "'x'", "Its options are"),
        ({"id": "win_rate", "options": {"basis": 7}}, "7", "It is one of count, amount"),
        ([1, 2], "[1, 2]", "Write an object"),
        ("win_rate", "not a definition", "Write JSON"),
        ("[" * 100_000, "not a definition", "Write JSON"),
        (
            '{"id": "win_rate", "options": {"sourced": "all"}, "options": {}}',
            "'options' twice",
            "Keep one",
        ),
        (
            '{"id": "win_rate", "options": {"basis": "amount", "basis": "count"}}',
            "'basis' twice",
            "Keep one",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_was_meant(read, written, wrong, meant):
    with pytest.raises((DefinitionRefused, OptionUnknown)) as refused:
        read(written)
    assert wrong in refused.value.happened
    assert meant in refused.value.remedy


def test_an_option_of_a_base_is_chosen_on_the_base_also_in_python():
    retention = drafts()["net_revenue_retention"]
    with pytest.raises(OptionUnknown) as refused:
        retention.with_options(basis="invoices")
    assert "an option of retention_base" in refused.value.happened
    assert 'definition.bases["retention_base"].with_options(basis=...)' in refused.value.remedy
    base = retention.bases["retention_base"].with_options(basis="invoices")
    assert retention.resting_on(base).option("basis") == "invoices"
