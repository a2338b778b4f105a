"""The company of the workspace that is served: its working days and its money."""

from __future__ import annotations

from django.conf import settings

from trivet.errors import SettingWrong, WorkspaceNotFound, WorkspaceTooNew
from trivet.numbers.workspace.company import Company
from trivet.numbers.workspace.workspace import Workspace


def company() -> Company:
    """Its money, its holidays and its working time.

    Raises   WorkspaceNotFound, SettingWrong
    """
    return Workspace.open(settings.WORKSPACE).settings.company


def currency() -> str:
    """ISO 4217 code of its money; '' where its settings cannot be read.

    A document has to be readable when the settings beside it are not.
    """
    try:
        return company().currency
    except (SettingWrong, WorkspaceNotFound, WorkspaceTooNew):
        return ""
