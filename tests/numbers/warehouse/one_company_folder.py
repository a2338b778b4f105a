"""A workspace whose one export grows: each week the first opportunity's amount is the week's.

`python -m tests.numbers.warehouse.one_company_folder FOLDER` builds it in a process of its own,
which a test may kill.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from trivet.numbers.warehouse.build import Build, run_build
from trivet.numbers.warehouse.landing import land
from trivet.numbers.warehouse.publish import published
from trivet.numbers.workspace.workspace import Workspace

TOML = """
format = 1
[company]
name = "Norvik Analytics"
currency = "USD"
time_zone = "America/New_York"
[stages]
open = ["Prospecting", "Qualified"]
qualified_from = "Qualified"
won = ["Closed Won"]
lost = ["Closed Lost"]
[[source]]
name = "crm"
system = "crm"
[[source.feed]]
table = "opportunity"
files = ["exports/opportunity_*.csv"]
exported_on = "filename"
[source.feed.columns]
opportunity_id = "Id"
account_id = "AccountId"
stage = "StageName"
motion = { constant = "new_business" }
amount = "Amount"
created_at = "CreatedDate"
close_on = "CloseDate"
[[source.feed]]
table = "account"
files = ["exports/account_*.csv"]
exported_on = "filename"
[source.feed.columns]
account_id = "Id"
name = "Name"
segment = "Segment"
"""

ACCOUNTS = """Id,Name,Segment
A1,Fjordlight,SMB
A2,Harbour Nine,Mid
"""


def company_folder(folder: Path) -> Workspace:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trivet.toml").write_text(TOML)
    (folder / "exports").mkdir(exist_ok=True)
    (folder / "exports" / "account_2026-06-01.csv").write_text(ACCOUNTS)
    return Workspace.open(folder)


def export_week(folder: Path, week: int) -> None:
    lines = ["Id,AccountId,StageName,Amount,CreatedDate,CloseDate"]
    lines += [
        f"O{number},A{number % 2 + 1},Qualified,{week * 100 + number},"
        f"2026-05-{number + 1:02d},2026-09-30"
        for number in range(20)
    ]
    (folder / "exports" / f"opportunity_2026-06-{week:02d}.csv").write_text("\n".join(lines) + "\n")


def build(folder: Path, **options: object) -> Build:
    workspace = Workspace.open(folder)
    with workspace.lock():
        land(workspace)
        return run_build(workspace, **options)  # type: ignore[arg-type]


def published_amount(folder: Path) -> int:
    """What the published build answers: the amount of O0, which says which week it knows."""
    builds = folder / "builds"
    found = published(builds)
    with duckdb.connect(str(found.path(builds)), read_only=True) as connection:
        [(amount,)] = connection.execute(
            "select amount_minor from opportunity where opportunity_id = 'O0'"
        ).fetchall()
    return int(amount)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
