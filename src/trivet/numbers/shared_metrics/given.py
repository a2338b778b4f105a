"""What the SQL of a metric is given beside the warehouse: options as parameters, small tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any

import pyarrow as pa

from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.in_force import InForce
from trivet.numbers.shared_metrics.retention_base.renewals import Pair, matched
from trivet.numbers.warehouse.engine import Parameter

SECONDS_PER_HOUR = 3600
RECURRING_BASIS = "retention_base__basis"


def parameters(definition: Definition, asked: Asked, recurring_basis: str) -> dict[str, Parameter]:
    """Every option as SQL parameters: one value each, or one flag for each choice.

    recurring_basis   what tells who is a customer, for definitions that rest on it (`Loaded`)

    Options of a shared definition are also given under its name, `retention_base__fx`: two of them
    may call different things alike.
    """
    company = asked.settings.company
    given: dict[str, Parameter] = {
        "as_of_at": asked.as_of_at.isoformat(sep=" "),
        "as_of_on": asked.as_of_on.isoformat(),
        "time_zone": company.time_zone,
        "currency": company.currency,
        "with_open": _needs_open(definition),
        "open_since": _open_since(definition, asked),
    }
    for owner in _below(definition):
        given |= {f"{owner.id}__{name}": value for name, value in _options(owner).items()}
    for owner in (*definition.bases.values(), definition):
        given |= _options(owner)
    if RECURRING_BASIS in given:
        given[RECURRING_BASIS] = recurring_basis
    return given


def _below(definition: Definition) -> Iterator[Definition]:
    for base in definition.bases.values():
        yield from _below(base)
        yield base


def _options(owner: Definition) -> dict[str, Parameter]:
    given: dict[str, Parameter] = {}
    for name, value in owner.options.items():
        option = owner.subject.option(name)
        if option.kind in ("several", "chain"):
            assert isinstance(value, list)
            for choice in option.choices:
                given[f"{name}__{choice.value}"] = choice.value in value
        elif isinstance(value, str | int | bool):
            given[name] = value
    return given


def tables(definition: Definition, asked: Asked, in_force: InForce) -> dict[str, pa.Table]:
    """What is asked and what is chosen, where it is more than one value.

    in_force   says what counts as a source where the definition itself does not
    """
    given = {"asked_period": asked.periods_table(), "asked_day": asked.days_table()}
    every = definition.all_options
    if "window_months" in every:
        months = every["window_months"]
        assert isinstance(months, int)
        windows = asked.windows_table(months, str(every["method"]))
        given["asked_window"] = windows
        given["asked_arr_day"] = asked.arr_days_table(windows)
    rules = every.get("source_rule", in_force["win_rate"].option("source_rule"))
    assert isinstance(rules, list)
    given["chosen_source_rule"] = pa.table(
        {
            "position": pa.array(range(len(rules)), pa.int64()),
            "rule": pa.array(rules, pa.string()),
        }
    )
    if "target_hours" in every:
        targets = every["targets"]
        assert isinstance(targets, dict)
        hours = {"": str(every["target_hours"]), **targets}
        given["chosen_target"] = pa.table(
            {
                "lead_type": pa.array(list(hours), pa.string()),
                "seconds": pa.array(
                    [int(Decimal(h) * SECONDS_PER_HOUR) for h in hours.values()], pa.int64()
                ),
            }
        )
    return given


def renewals(contested: Iterable[Mapping[str, Any]]) -> dict[str, pa.Table]:
    """Who renewed what of contracts that have a choice, read from `contested_renewal.sql`."""
    found = matched(
        Pair(
            row["ran_out_on"],
            row["from_on"],
            row["contract_id"],
            row["renewed_on"],
            row["renewed_by"],
        )
        for row in contested
    )
    return {
        "matched_renewal": pa.table(
            {
                "contract_id": pa.array(list(found), pa.string()),
                "renewed_by": pa.array(list(found.values()), pa.string()),
            }
        )
    }


def dimensions(names: Sequence[str]) -> dict[str, pa.Table]:
    """The dimensions whose values are asked for."""
    return {"asked_dimension": pa.table({"dimension": pa.array(list(names), pa.string())})}


def scope(where: Mapping[str, str]) -> dict[str, pa.Table]:
    """The values of dimensions that the rows are to have."""
    return dimensions(list(where)) | {
        "asked_scope": pa.table(
            {
                "dimension": pa.array(list(where), pa.string()),
                "value": pa.array(list(where.values()), pa.string()),
            }
        ),
    }


def _needs_open(definition: Definition) -> bool:
    if definition.id in ("pipeline_coverage", "deal_velocity"):
        return True
    return definition.options.get("measure") == "open_at_date"


def _open_since(definition: Definition, asked: Asked) -> str | None:
    """Since when a record must have been open for the definition to read it; None for any record.

    Coverage asks many days, each for what was open or won since its own period began.
    """
    if definition.id != "pipeline_coverage" or definition.option("weighting") == "historical":
        return None
    first = min(period.start for period in asked.periods)
    began = asked.settings.calendar.instant(first).astimezone(UTC).replace(tzinfo=None)
    return min(began, asked.as_of_at).isoformat(sep=" ")
