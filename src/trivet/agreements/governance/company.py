"""The company's calendar, of the workspace that is served: deadlines are in its working days."""

from __future__ import annotations

from django.conf import settings

from trivet.numbers.workspace.company import Company
from trivet.numbers.workspace.workspace import Workspace


def company() -> Company:
    """Its money, its holidays and its working time.

    Raises   WorkspaceNotFound, SettingWrong
    """
    return Workspace.open(settings.WORKSPACE).settings.company
