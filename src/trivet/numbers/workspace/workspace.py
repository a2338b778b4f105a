"""A workspace: the folder with `trivet.toml`, `landing/` and `builds/`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout

from trivet.errors import WorkspaceBusy, WorkspaceExists, WorkspaceNotFound
from trivet.numbers.workspace.private import close_to_others, private_folder, write_private
from trivet.numbers.workspace.settings import Settings

SETTINGS_FILE = "trivet.toml"

OWN_FOLDERS = ("landing", "builds", "books", "definitions")
"""What Trivet itself keeps in the folder: never an export, whatever pattern finds it."""

DEMO_MARK = "demo.json"
"""Says that the folder is a demo's and with what it was made: nobody's own work is overwritten."""


class Workspace:
    """One company's folder. Making one reads nothing; `settings` is read when first asked for."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder).expanduser().resolve()

    def __repr__(self) -> str:
        return f"Workspace({str(self.folder)!r})"

    @property
    def settings_file(self) -> Path:
        return self.folder / SETTINGS_FILE

    @property
    def is_made_up(self) -> bool:
        """Whether `trivet demo` wrote the company in it."""
        return (self.folder / DEMO_MARK).is_file()

    @property
    def landing(self) -> Path:
        """What the sources sent; cannot be rebuilt."""
        return self.folder / "landing"

    @property
    def builds(self) -> Path:
        """What was computed from landing; can be deleted and built again."""
        return self.folder / "builds"

    @property
    def books(self) -> Path:
        """The frozen rows of closed periods; cannot be rebuilt."""
        return self.folder / "books"

    @property
    def definitions(self) -> Path:
        """The signed definitions as the numbers read them; they follow from the store."""
        return self.folder / "definitions"

    @cached_property
    def settings(self) -> Settings:
        """`trivet.toml`. Raises as `Settings.load`, and WorkspaceNotFound if there is none."""
        if not self.settings_file.is_file():
            raise WorkspaceNotFound(
                f"{self.folder} is not a Trivet workspace: it has no {SETTINGS_FILE}.",
                remedy=f"Make one with `trivet init {self.folder}`, or name the right folder.",
            )
        return Settings.load(self.settings_file)

    @classmethod
    def create(cls, folder: str | Path) -> Workspace:
        """Make the folder and a commented `trivet.toml` to start from.

        Raises   WorkspaceExists if there is one already; nothing of it is touched
        """
        workspace = cls(folder)
        if workspace.settings_file.exists():
            raise WorkspaceExists(
                f"{workspace.folder} is already a Trivet workspace.",
                remedy=f"Edit its {SETTINGS_FILE}, or choose another folder.",
            )
        for path in (workspace.folder, workspace.landing, workspace.builds):
            private_folder(path)
        start = files("trivet.numbers.workspace").joinpath("start.toml").read_text("utf-8")
        # New: of two that start at the same moment, one is told that the other was first.
        write_private(workspace.settings_file, start, new=True)
        return workspace

    @classmethod
    def open(cls, folder: str | Path) -> Workspace:
        """The workspace in `folder`, its settings read and checked.

        Raises   WorkspaceNotFound, WorkspaceTooNew, SettingWrong
        """
        workspace = cls(folder)
        _ = workspace.settings
        return workspace

    @contextmanager
    def lock(self, wait_seconds: float = 0) -> Iterator[None]:
        """Hold the workspace for writing. The system lets go of it when the process ends.

        What of it other accounts could read is closed to them.

        Raises   WorkspaceBusy if another process still holds it after `wait_seconds`
        """
        private_folder(self.builds)
        lock = FileLock(self.builds / ".lock", mode=0o600)
        try:
            lock.acquire(timeout=wait_seconds)
        except Timeout as taken:
            raise WorkspaceBusy(
                f"Another process is writing the workspace {self.folder} right now.",
                remedy="Wait until it has finished, then try again.",
            ) from taken
        try:
            close_to_others(self.folder)
            yield
        finally:
            lock.release()
