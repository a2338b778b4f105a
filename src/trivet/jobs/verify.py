"""Hold a workspace to what it said: landing, published build, kept figures, audit chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq

from trivet.agreements import opening
from trivet.agreements.keyring import read_keyring
from trivet.agreements.sealing import sealed_secrets
from trivet.errors import DefinitionsDamaged, KeyringUnreadable, StoreUnreadable
from trivet.jobs.books import damaged_books
from trivet.jobs.definitions import is_handed_over
from trivet.jobs.measure import kept_figures
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.warehouse.audits import audits, findings
from trivet.numbers.warehouse.disk import sha256_of
from trivet.numbers.warehouse.load import ABOUT, ROWS, Load
from trivet.numbers.warehouse.publish import Published, published
from trivet.numbers.warehouse.shape import check_shape
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace

if TYPE_CHECKING:
    from trivet.agreements.audit.queries import Difference


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    holds   None when there was nothing to look at
    """

    name: str
    holds: bool | None
    says: str


def verify(workspace: Workspace, progress: Progress = silent) -> list[Check]:
    """Look at landing, audits and kept figures again.

    Raises   NothingPublished, BuildOfAnotherVersion
    """
    now = published(workspace.builds)
    progress("Reading what was landed")
    found = [_landing(workspace)]
    progress("Reading the audit chain")
    found += _chain(workspace)
    found.append(authenticator_secrets(workspace))
    progress("Reading the closed books")
    found.append(_books(workspace))
    found.append(_definitions(workspace))
    progress("Auditing the published build")
    found += _audits(workspace, now)
    progress("Measuring again")
    found.append(_figures(workspace, now))
    found.append(
        Check("current", now.stale_reason is None, now.stale_reason or f"{now.build} is current")
    )
    return found


def loads(workspace: Workspace) -> Iterator[Load]:
    """Every landed load, also of feeds that are no longer mapped."""
    for about in sorted(workspace.landing.glob(f"*/*/*/{ABOUT}")):
        yield Load.of(about.parent)


def _landing(workspace: Workspace) -> Check:
    """Each load is byte for byte what was landed, and has the rows that were counted then."""
    broken = []
    number = 0
    for load in loads(workspace):
        number += 1
        name = load.folder.relative_to(workspace.folder)
        try:
            rows = pq.read_metadata(load.folder / ROWS).num_rows
        except (OSError, ValueError) as wrong:
            broken.append(f"{name}: {wrong}")
            continue
        if rows != load.rows:
            broken.append(f"{name} has {rows:,} rows, not {load.rows:,}")
        elif load.rows_sha256 and sha256_of(load.rows_file) != load.rows_sha256:
            broken.append(f"{name} has other bytes than were landed")
    says = "; ".join(broken[:3]) if broken else f"{number:,} loads are as they were landed"
    return Check("landing", not broken, says)


def _chain(workspace: Workspace) -> list[Check]:
    """The chain holds from its first row, and every record is what the chain last said of it."""
    names = ("audit chain", "records")
    if not opening.is_there(workspace.folder):
        return [Check(name, None, "nobody has agreed on anything yet") for name in names]
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.audit.queries import chain_breaks, chain_head, differences

    broken = chain_breaks()
    number, head = chain_head()
    different = differences()
    return [
        Check(
            names[0],
            not broken,
            "; ".join(f"row {each.number}: {each.says}" for each in broken[:3])
            or f"{number:,} rows, the newest {head[:12]}",
        ),
        Check(
            names[1],
            not different,
            "; ".join(_said(each) for each in different[:3]) or "each is what the chain says of it",
        ),
    ]


def authenticator_secrets(workspace: Workspace) -> Check:
    """Every authenticator secret is sealed, and with a key that is there."""
    name = "authenticator secrets"
    if not opening.is_there(workspace.folder):
        return Check(name, None, "nobody has set up an authenticator app yet")
    opening.set_up(workspace.folder)
    try:
        keyring = read_keyring(workspace.folder)
        found = sealed_secrets(keyring)
    except KeyringUnreadable as wrong:
        return Check(name, False, str(wrong))
    except StoreUnreadable as wrong:
        return Check(name, None, str(wrong))
    return Check(name, found.holds, found.says(keyring))


def _books(workspace: Workspace) -> Check:
    """The frozen rows are what was frozen, and give the figures that were frozen."""
    damaged = damaged_books(workspace)
    if damaged is None:
        return Check("closed books", None, "no book has been closed yet")
    says = "; ".join(damaged[:3]) or "each has the rows that were frozen"
    return Check("closed books", not damaged, says)


def _definitions(workspace: Workspace) -> Check:
    """The numbers count under what was signed."""
    try:
        holds = is_handed_over(workspace)
    except DefinitionsDamaged as wrong:
        return Check("definitions", False, wrong.happened)
    if holds is None:
        return Check("definitions", None, "nobody has signed anything yet")
    says = (
        "figures count under what is in force"
        if holds
        else ("figures do not count under what is in force; `trivet run` hands it over")
    )
    return Check("definitions", holds, says)


def _said(found: Difference) -> str:
    column = f" {found.column}" if found.column else ""
    return f"{found.noun} {found.noun_id}{column} {found.says}"


def _audits(workspace: Workspace, now: Published) -> list[Check]:
    path = now.path(workspace.builds)
    with duckdb.connect(str(path), read_only=True) as connection:
        check_shape(lambda query: connection.execute(query).fetchall(), now.build)
        broken = {finding.audit.name: finding for finding in findings(connection)}
    return [
        Check(
            audit.name.replace("_", " "),
            audit.name not in broken,
            str(broken.get(audit.name, audit.says)),
        )
        for audit in audits()
    ]


def _figures(workspace: Workspace, now: Published) -> Check:
    """The figures kept with the build come out again, from the same rows."""
    kept = kept_figures(workspace, now.build)
    if not kept.figures:
        return Check("figures", None, "none are kept; `trivet measure` keeps them")
    try:
        model = RevenueModel.open(workspace.folder, agreed=kept.agreed)
    except DefinitionsDamaged as wrong:
        return Check("figures", False, wrong.happened)
    differing = []
    for before in kept.figures:
        period = before["period"]
        assert isinstance(period, dict)
        again = model.metric(str(before["metric"]), f"{period['start']}..{period['end']}").as_json()
        differing += [
            f"{before['metric']}: {key} was {before[key]}, is {again[key]}"
            for key in ("value", "rows_hash", "definition_hash", "query_hash")
            if again[key] != before[key]
        ]
    says = "; ".join(differing[:3]) or f"{len(kept.figures)} figures come out as they were"
    return Check("figures", not differing, says)
