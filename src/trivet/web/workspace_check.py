"""Whether what is served is still there: a folder is moved, deleted, closed or its disk taken away.

A figure that is still in memory then would look as if nothing had happened, and a failure would
read as one of ours. So every page says what is gone, and shows itself again once it is back.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import connection

from trivet.agreements.store import FILE, file_of
from trivet.errors import WorkspaceGone


def check_there(folder: Path) -> None:
    """Raises   WorkspaceGone if the folder is not there, or cannot be read"""
    try:
        is_folder = folder.is_dir()
        if is_folder:
            # A disk that was taken away may leave a name behind.
            with os.scandir(folder) as entries:
                next(entries, None)
    except OSError as wrong:
        raise unreadable(folder, wrong) from wrong
    if not is_folder:
        raise gone(folder)


def gone(path: Path) -> WorkspaceGone:
    """What was there when `trivet serve` started."""
    return WorkspaceGone(
        "%(path)s is gone: it was moved or deleted, or its disk is not there.",
        remedy="Put it back, and the pages show it again by themselves. If the workspace was moved"
        " for good, end `trivet serve` and start it with the new folder.",
        path=path,
    )


def unreadable(path: Path, wrong: OSError) -> WorkspaceGone:
    """What is there, and cannot be read."""
    return WorkspaceGone(
        "%(path)s cannot be read: %(why)s.",
        remedy="Let the account that runs `trivet serve` read it again, or bring its disk back. The"
        " pages then show it by themselves.",
        path=path,
        why=wrong.strerror or str(wrong),
    )


def what_is_gone() -> WorkspaceGone | None:
    """What of the workspace that this process was started for is not there any more."""
    if not settings.WORKSPACE:
        return None
    folder = Path(settings.WORKSPACE)
    try:
        check_there(folder)
        store = file_of(connection.settings_dict["NAME"])
        if store == folder.absolute() / FILE and not store.is_file():
            return gone(store)
    except OSError as wrong:
        return unreadable(folder, wrong)
    except WorkspaceGone as found:
        return found
    return None


def about(wrong: BaseException) -> WorkspaceGone | None:
    """What an error of the system says of the workspace; None for one about something else."""
    if not isinstance(wrong, OSError) or not isinstance(wrong.filename, str | os.PathLike):
        return None
    path, folder = Path(wrong.filename), Path(settings.WORKSPACE or "/nowhere")
    return unreadable(path, wrong) if path.is_relative_to(folder) else None
