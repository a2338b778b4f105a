"""Dates that are readable and cannot be: ends before starts, and records from the future."""

from __future__ import annotations

from collections.abc import Iterator

from trivet.numbers.warehouse.staging.parameters import Parameters
from trivet.numbers.warehouse.staging.problem import IMPOSSIBLE_DATE, Problem
from trivet.numbers.workspace.stages import Stages

HAPPENED = {
    "account": ("created_at",),
    "contact": ("created_at",),
    "campaign_membership": ("created_at", "first_responded_at"),
    "touchpoint": ("touched_at",),
    "lifecycle_stage_history": ("entered_at",),
    "lead_assignment": ("assigned_at",),
    "opportunity": ("created_at", "closed_at"),
    "opportunity_stage_history": ("entered_at",),
    "opportunity_field_history": ("changed_at",),
    "health_score": ("scored_at",),
    "expansion_signal": ("signalled_at",),
    "sales_activity": ("happened_at",),
}
"""Instants of what has happened. An export cannot know one that is later than itself; a day is
allowed for clocks, and for an export dated by its day."""


def impossible_dates(
    table: str,
    mapped: frozenset[str],
    stages: Stages,
    company_zone: str,
    exported_at: str,
    parameters: Parameters,
) -> Iterator[Problem]:
    """The problems that need more than one column to see.

    exported_at   SQL: the instant the export speaks of
    """
    for column in HAPPENED.get(table, ()):
        if column in mapped:
            yield Problem(
                IMPOSSIBLE_DATE,
                column,
                f"{column} is '{{value}}', more than a day after the export it stands in:"
                " correct it at the source, or the feed's exported_on or time_zone.",
                f"{column} > {exported_at} + interval 1 day",
                f"t_{column}",
            )
    if table == "opportunity":
        yield from _closed(mapped, stages, company_zone, exported_at, parameters)
    if table == "subscription":
        yield Problem(
            IMPOSSIBLE_DATE,
            "ends_on",
            "ends_on is '{value}', before the subscription starts: correct it at the source.",
            "ends_on < starts_on" if "ends_on" in mapped else "false",
            "t_ends_on" if "ends_on" in mapped else "null::varchar",
        )
    if table == "target":
        yield Problem(
            IMPOSSIBLE_DATE,
            "ends_on",
            "ends_on is '{value}', not after the target's start; it is the day after the last.",
            "ends_on <= starts_on",
            "t_ends_on",
        )


def _closed(
    mapped: frozenset[str],
    stages: Stages,
    company_zone: str,
    exported_at: str,
    parameters: Parameters,
) -> Iterator[Problem]:
    closed = f"list_contains({parameters.add(list(stages.closed))}, stage)"
    zone = parameters.add(company_zone)
    if {"closed_at", "created_at"} <= mapped:
        yield Problem(
            IMPOSSIBLE_DATE,
            "closed_at",
            "closed_at is '{value}', before the opportunity was created: correct it at the source.",
            "closed_at < created_at",
            "t_closed_at",
        )
    if {"close_on", "created_at"} <= mapped:
        yield Problem(
            IMPOSSIBLE_DATE,
            "close_on",
            "The opportunity is closed and its close_on is '{value}', before it was created:"
            " correct it at the source.",
            f"{closed} and close_on < day_in({zone}, created_at)",
            "t_close_on",
        )
    if "close_on" in mapped:
        # An open opportunity's close date is a hope; a closed one's is a fact.
        yield Problem(
            IMPOSSIBLE_DATE,
            "close_on",
            "The opportunity is closed and its close_on is '{value}', more than a day after the"
            " export: correct it at the source, or the feed's exported_on.",
            f"{closed} and close_on > day_in({zone}, {exported_at}) + 1",
            "t_close_on",
        )
