"""Let somebody back in from the server's command line."""

from __future__ import annotations

from datetime import UTC, datetime

from trivet.agreements import opening
from trivet.errors import PersonUnknown
from trivet.numbers.workspace.workspace import Workspace


def recover(workspace: Workspace, email: str) -> str:
    """The path of the link that lets them in once.

    Raises   PersonUnknown
    """
    if not opening.is_there(workspace.folder):
        raise PersonUnknown(
            "Nobody has been set up in this workspace.",
            remedy=f"Start `trivet serve {workspace.folder}` and open /people/first.",
        )
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.people.actions.recover import recover as let_in

    person, token = let_in(email=email, now=datetime.now(UTC))
    return f"/people/invitations/{person.pk}/{token}"
