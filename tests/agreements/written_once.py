"""What tests begin with in the store is worked out once a process, and then put there as rows."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import ParamSpec, TypeVar

from django.apps import apps
from django.db import models, transaction

from trivet.agreements.audit.queries import chain_head

P = ParamSpec("P")
T = TypeVar("T")

Rows = dict[tuple[type[models.Model], object], dict[str, object]]
"""Every record of the store: its columns by model and key."""


def written_once(write: Callable[P, T]) -> Callable[P, T]:
    """The first call does what people do; later ones add the rows it left, and say what it said.

    A test that is taken back leaves the store it found, where the same actions end in the same
    rows. Whether it is again what it was is read from the chain: its head stands for every record
    told to it, so after another history, or with other arguments, the actions are done anew.
    """
    known: dict[tuple[object, ...], tuple[Rows, Rows, T]] = {}

    @wraps(write)
    def written(*args: P.args, **kwargs: P.kwargs) -> T:
        asked = (chain_head(), repr(args), repr(kwargs))
        if asked not in known:
            before = _rows()
            said = write(*args, **kwargs)
            after = _rows()
            assert not before.keys() - after.keys(), "only what adds and changes can be kept"
            added = {key: row for key, row in after.items() if key not in before}
            changed = {key: after[key] for key in before if after[key] != before[key]}
            known[asked] = added, changed, deepcopy(said)
            return said
        added, changed, said = known[asked]
        with transaction.atomic():
            # First what ended: who came into a seat after somebody may be there only then.
            for (model, _), row in changed.items():
                model(**row).save_base(raw=True, force_update=True)
            _add(added)
        return deepcopy(said)

    return written


def _rows() -> Rows:
    return {
        (model, row[model._meta.pk.attname]): row
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.values(*(f.attname for f in model._meta.concrete_fields))
    }


def _add(rows: Rows) -> None:
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for (model, _), row in rows.items():
        by_model.setdefault(model, []).append(model(**row))
    for model, records in by_model.items():
        model._base_manager.bulk_create(records)
