"""What figures can be split and narrowed by, and whether a question asks for something there is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from trivet.errors import DimensionUnknown, DimensionValueUnknown
from trivet.numbers.revenue_model.shapes import DimensionValues
from trivet.numbers.shared_metrics.metric import ROW_DIMENSIONS
from trivet.numbers.warehouse.engine import Engine
from trivet.numbers.workspace.part import nearest
from trivet.sentence import Sentence
from trivet.vocabulary.quoted import quoted

TITLES = {"csm": "CSM"}
VALUES_SHOWN = 200
LONGEST_COMPARED = 200
"""Signs of a value that are compared with those there are; comparing takes their square."""


def dimension_values(engine: Engine) -> dict[str, tuple[str, ...]]:
    """Every value that a record of the build has, by dimension, the most frequent first.

    A target may be set for a segment that no account is in yet: it is one all the same.
    """
    rows = engine.rows(
        "select dimension, value, count(distinct record_id) as records from dimension_value"
        " group by dimension, value order by dimension, records desc, value"
    ).to_pylist()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["dimension"], []).append(row["value"])
    planned = engine.rows(
        "select distinct segment from target where segment is not null order by segment"
    )["segment"].to_pylist()
    if planned:
        segments = found.setdefault("segment", [])
        segments += [str(name) for name in planned if name not in segments]
    return {name: tuple(values) for name, values in found.items()}


def shown(values: Mapping[str, Sequence[str]]) -> tuple[DimensionValues, ...]:
    """The dimensions as pages offer them: segment and region first, each with its first values."""
    first = [name for name in ("segment", "region") if name in values]
    names = first + sorted(values.keys() - set(first))
    return tuple(
        DimensionValues(
            name,
            TITLES.get(name, name.replace("_", " ").capitalize()),
            tuple(values[name][:VALUES_SHOWN]),
        )
        for name in names
    )


def checked_scope(
    where: Mapping[str, str | None],
    split_by: str | None,
    *,
    declared: Sequence[str],
    own: Sequence[str],
    metric_id: str,
    known: Callable[[str], Collection[str]],
    was_known: Callable[[str, str], bool],
) -> dict[str, str]:
    """The scope in its one form: "" where a record has no value of a dimension.

    declared    dimensions of the build
    own         those that only the rows of the metric carry
    known       the values of a dimension; empty where the company may have any
    was_known   whether a closed book has a value that the build no longer knows

    Raises   DimensionUnknown for a name that no record here has
             DimensionValueUnknown for a value that looks like another one, misspelt
    """
    for name in [*where, *([split_by] if split_by else [])]:
        if name not in declared and name not in own:
            raise unknown_dimension(name, declared, own, metric_id)
    scope = {name: value or "" for name, value in where.items()}
    for name, value in scope.items():
        values = known(name)
        if not value or value in values or len(value) > LONGEST_COMPARED:
            continue
        near = nearest(value, values)
        if near is not None and not was_known(name, value):
            raise DimensionValueUnknown(
                "No record has %(value)s as its %(dimension)s.",
                remedy="Write the value as the records have it.",
                near=near,
                value=quoted(value),
                dimension=name,
            )
    return scope


def unknown_dimension(
    name: str, declared: Sequence[str], own: Sequence[str], metric_id: str
) -> DimensionUnknown:
    """The refusal of a name, with those there are."""
    known = [*declared, *own]
    if metric_id and name in ROW_DIMENSIONS:
        return DimensionUnknown(
            "The rows of %(metric_id)s have no dimension %(name)s.",
            remedy="Choose one of %(known)s.",
            metric_id=metric_id,
            name=quoted(name),
            known=", ".join(known),
        )
    return DimensionUnknown(
        "There is no dimension %(name)s in this workspace.",
        remedy="Choose one of %(known)s, or declare it under [dimensions] in trivet.toml.",
        near=nearest(name[:LONGEST_COMPARED], known),
        name=quoted(name),
        known=", ".join(known),
    )


def nobody_has(
    scope: Mapping[str, str], known: Callable[[str], Collection[str]]
) -> Sentence | None:
    """That no record has a value of the scope; None where each of them is had by some."""
    for name, value in scope.items():
        if value and value not in known(name):
            return Sentence(
                "no record has %(value)s as its %(dimension)s",
                {"value": quoted(value), "dimension": name},
            )
    return None
