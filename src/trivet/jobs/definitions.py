"""Hand the signed definitions to the numbers."""

from __future__ import annotations

from trivet.agreements import opening
from trivet.numbers.workspace.workspace import Workspace


def hand_over(workspace: Workspace) -> None:
    """Let the numbers read what the store says is in force, if there is a store.

    A signature hands its definition over by itself; here what a crash in between left undone, or
    another server's signature, is made good.

    Raises   StoreBusy, DiskFull
    """
    if not opening.is_there(workspace.folder):
        return
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.documents.kinds.metric_definition import hand_over as from_store

    from_store(workspace.definitions)


def is_handed_over(workspace: Workspace) -> bool | None:
    """Whether the numbers count under what the store says is in force; None without a store."""
    if not opening.is_there(workspace.folder):
        return None
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.documents.kinds.metric_definition import is_handed_over as by_store

    return by_store(workspace.definitions)
