"""Check an installation and a workspace before somebody has to ask why."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo

from trivet.errors import TrivetError
from trivet.jobs.verify import Check, authenticator_secrets
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.revenue_model.freshness import stale, told
from trivet.numbers.sources.files.file_set import files_named
from trivet.numbers.warehouse.mapping import check_mapping
from trivet.numbers.warehouse.publish import published
from trivet.numbers.workspace.private import IS_POSIX, open_to_others
from trivet.numbers.workspace.workspace import Workspace

OLDEST_PYTHON = (3, 11)
NEEDED = ("duckdb", "pyarrow", "sqlglot", "tldextract", "django", "granian", "vl_convert", "rich")
SPARE_BYTES = 500 * 2**20
"""Room to keep free besides what a build needs."""


def doctor(folder: Path | None) -> list[Check]:
    """What is well and what is not; without a workspace only the installation is looked at."""
    found = [_python(), _packages(), _time_zones()]
    if folder is None or not (folder / "trivet.toml").is_file():
        where = f"{folder} is none" if folder else "none was named"
        return [*found, Check("workspace", None, where)]
    workspace = Workspace(folder)
    settings = _settings(workspace)
    found.append(settings)
    if settings.holds:
        found += [
            _exports(workspace),
            _room(workspace),
            _writable(workspace),
            _private(workspace),
            _published(workspace),
            *_fresh(workspace),
            authenticator_secrets(workspace),
        ]
    return found


def _python() -> Check:
    running = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= OLDEST_PYTHON, f"{running} on {platform.platform()}")


def _packages() -> Check:
    missing = []
    for name in NEEDED:
        try:
            import_module(name)
        except ImportError as wrong:
            missing.append(f"{name}: {wrong}")
    try:
        duckdb = version("duckdb")
    except PackageNotFoundError:
        duckdb = "no"
    says = "; ".join(missing) or f"all there; DuckDB {duckdb}"
    return Check("packages", not missing, says)


def _time_zones() -> Check:
    try:
        ZoneInfo("America/New_York")
    except (KeyError, OSError) as wrong:
        return Check("time zones", False, f"the list of time zones is missing: {wrong}")
    return Check("time zones", True, "the list of time zones is there")


def _settings(workspace: Workspace) -> Check:
    try:
        check_mapping(workspace.settings)
    except TrivetError as wrong:
        return Check("trivet.toml", False, str(wrong))
    feeds = sum(len(source.feeds) for source in workspace.settings.sources)
    sources = len(workspace.settings.sources)
    if not feeds:
        return Check("trivet.toml", False, "no feed is mapped; `trivet init --from` proposes some")
    return Check("trivet.toml", True, f"{sources} sources, {feeds} feeds")


def _exports(workspace: Workspace) -> Check:
    missing = [
        f"{source.name}: {name}"
        for source in workspace.settings.sources
        for feed in source.feeds
        for name in feed.files
        if not files_named(name, workspace.folder)
    ]
    if missing:
        return Check("exports", False, "nothing matches " + "; ".join(missing[:5]))
    return Check("exports", True, "every feed finds a file")


def _room(workspace: Workspace) -> Check:
    """A run needs about three times the newest build: the working file, the new one, the old."""
    builds = [path.stat().st_size for path in workspace.builds.glob("b*.duckdb")]
    needed = 3 * max(builds, default=0) + SPARE_BYTES
    free = shutil.disk_usage(workspace.folder).free
    says = f"{free / 2**30:.1f} GB free, a run needs {needed / 2**30:.1f}"
    return Check("room", free >= needed, says)


def _writable(workspace: Workspace) -> Check:
    closed = [
        str(folder)
        for folder in (workspace.folder, workspace.landing, workspace.builds)
        if folder.exists() and not os.access(folder, os.W_OK)
    ]
    says = f"not allowed to write in {', '.join(closed)}" if closed else "may be written"
    return Check("folders", not closed, says)


def _private(workspace: Workspace) -> Check:
    """Who else on this machine can read the company's revenue."""
    name = "other accounts"
    if not IS_POSIX:
        return Check(name, None, "who may read the folder is not looked at on this system")
    folder = workspace.folder
    found = open_to_others(folder)
    if not found:
        shared = folder.stat().st_mode & (stat.S_ISGID | stat.S_IRGRP | stat.S_IXGRP)
        if shared == stat.S_ISGID | stat.S_IRGRP | stat.S_IXGRP:
            return Check(name, True, f"the group {folder.group()} reads the workspace, by choice")
        return Check(name, True, "only its owner reads the workspace")
    ours = [path for path in found if path != folder]
    says = []
    if ours:
        says.append(
            f"{len(ours):,} files and folders can be read by them, first"
            f" {ours[0].relative_to(folder)}; `trivet run` closes them"
        )
    if folder in found:
        says.append(
            f"the folder {folder} is open to them, and so are the exports in it that they can read;"
            f" close it with `chmod 700 {folder}`"
        )
    return Check(name, False, "; ".join(says))


def _published(workspace: Workspace) -> Check:
    try:
        now = published(workspace.builds)
    except TrivetError as wrong:
        return Check("published build", None, str(wrong))
    try:
        RevenueModel.open(workspace.folder).close()
    except TrivetError as wrong:
        return Check("published build", False, str(wrong))
    if now.stale_reason:
        return Check("published build", False, f"{now.build} is not current: {now.stale_reason}")
    return Check("published build", True, f"{now.build}, {now.published_at:%Y-%m-%d %H:%M} UTC")


def _fresh(workspace: Workspace) -> list[Check]:
    """Whether every source has sent what it should have by now; said, and not counted as a fault:
    only its sender knows whether there was anything to send.
    """
    try:
        model = RevenueModel.open(workspace.folder)
    except TrivetError:
        return []
    found, today = model.freshness, model.today
    model.close()
    late = stale(found, today)
    if late:
        return [Check("old data", None, "; ".join(told(late, today)))]
    return [Check("old data", True, "every source has sent lately")] if found else []
