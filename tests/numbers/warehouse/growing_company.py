# ruff: noqa: E501 - a line an event reads better than ten.
"""A company to which everything happens that makes an incremental build hard.

Each event writes one more export with the rows that are new or changed, as a daily sync would.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from trivet.numbers.warehouse.build import run_build
from trivet.numbers.warehouse.landing import land
from trivet.numbers.warehouse.publish import published
from trivet.numbers.workspace.workspace import Workspace

COLUMNS = {
    "crm/account": (
        "account_id", "name", "website", "parent_id", "merged_into_id", "segment", "is_test",
    ),
    "crm/contact": ("contact_id", "account_id", "email", "merged_into_id", "is_test"),
    "crm/lead": ("contact_id", "email", "converted_into_id", "is_test"),
    "crm/opportunity": (
        "opportunity_id", "account_id", "stage", "amount", "currency", "created_at", "close_on",
        "owner_id", "lead_source", "campaign_id", "is_test",
    ),
    "crm/crm_campaign": ("campaign_id", "name", "type", "function"),
    "crm/crm_user": ("user_id", "name", "time_zone"),
    "crm/campaign_membership": (
        "campaign_id", "contact_id", "status", "responded", "first_responded_at",
    ),
    "crm/sales_activity": (
        "activity_id", "happened_at", "kind", "contact_id", "account_id", "opportunity_id",
        "user_id", "is_automatic",
    ),
    "crm/fx_rate": ("currency", "valid_from", "rate"),
    "map/account": ("account_id", "website"),
    "map/contact": ("contact_id", "account_id", "email"),
    "map/crm_campaign": ("campaign_id", "name", "type"),
    "map/touchpoint": ("touchpoint_id", "contact_id", "touched_at", "kind", "campaign_id", "content"),
    "map/lifecycle_stage_history": ("contact_id", "stage", "entered_at"),
    "cs/account": ("account_id", "crm_id"),
    "cs/health_score": ("account_id", "scored_at", "score", "measure"),
    "cs/subscription": ("subscription_id", "account_id", "arr", "starts_on", "ends_on"),
}  # fmt: skip

TABLES = {"lead": "contact"}
"""What a feed is of, where it has not the table's name: leads are numbered like contacts."""

SYSTEMS = {"crm": "crm", "map": "marketing_automation", "cs": "customer_success"}

COMPANY = """
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
[dimensions]
tier = { table = "account", column = "Tier" }
"""

ALPHABET = "abcdefgh"


class GrowingCompany:
    """Writes exports; what a record said last is what its next export starts from."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.day = date(2026, 6, 1)
        self.records: dict[str, dict[str, dict[str, object]]] = {name: {} for name in COLUMNS}
        self.written = 0
        folder.mkdir(parents=True)
        (folder / "trivet.toml").write_text(self._settings())
        self._found()

    def _settings(self) -> str:
        lines = [COMPANY]
        for source, system in SYSTEMS.items():
            lines.append(f'[[source]]\nname = "{source}"\nsystem = "{system}"\ntime_zone = "UTC"')
            for feed, columns in COLUMNS.items():
                if feed.startswith(f"{source}/"):
                    name = feed.partition("/")[2]
                    table = TABLES.get(name, name)
                    lines.append(
                        f'[[source.feed]]\ntable = "{table}"\nexported_on = "filename"\n'
                        f'files = ["exports/{feed}_*.csv"]\n[source.feed.columns]'
                    )
                    lines += [f'{column} = "{column}"' for column in columns]
        return "\n".join(lines) + "\n"

    def export(self, feed: str, rows: Iterable[dict[str, object]], day: date | None = None) -> None:
        """One more file. Rows that fit no record are written as they are."""
        self.written += 1
        path = self.folder / "exports" / f"{feed}_{day or self.day}_{self.written:03d}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = [*COLUMNS[feed], *(["Tier"] if feed == "crm/account" else [])]
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({"Tier": "Gold", **row} for row in rows)

    def put(self, feed: str, *rows: dict[str, object], day: date | None = None) -> None:
        """Change records, or make them, and export those."""
        key = COLUMNS[feed][0]
        said = []
        for row in rows:
            record = {**self.records[feed].get(str(row[key]), {}), **row}
            self.records[feed][str(row[key])] = record
            said.append(record)
        self.export(feed, said, day)

    def any(self, feed: str) -> str:
        return self.chance.choice(sorted(self.records[feed]))

    def instant(self) -> str:
        at = self.day - timedelta(days=self.chance.randrange(1, 90))
        return f"{at}T{self.chance.randrange(24):02d}:{self.chance.randrange(60):02d}:00"

    def _found(self) -> None:
        accounts = [
            {"account_id": f"A{n}", "name": f"Account {n}", "website": f"{ALPHABET[n]}.example.com",
             "segment": "SMB", "is_test": "false"}
            for n in range(6)
        ]  # fmt: skip
        self.put("crm/account", *accounts)
        self.put("map/account", *({"account_id": f"{n}", "website": f"{ALPHABET[n]}.example.com"} for n in range(4)))  # fmt: skip
        self.put("cs/account", *({"account_id": f"G{n}", "crm_id": f"A{n}"} for n in range(3)))
        people = [(n, ALPHABET[n % 6]) for n in range(14)]
        self.put("crm/contact", *(
            {"contact_id": f"C{n}", "account_id": f"A{n % 6}", "email": f"p{n}@{mail}.example.com", "is_test": "false"}
            for n, mail in people[:9]
        ))  # fmt: skip
        self.put("map/contact", *(
            {"contact_id": f"{100 + n}", "email": f"p{n}@{mail}.example.com"} for n, mail in people[3:]
        ))  # fmt: skip
        self.put("crm/lead", {"contact_id": "C2", "email": "p32@a.example.com", "is_test": "false"})  # fmt: skip
        self.put("crm/crm_user", {"user_id": "U1", "name": "Ada", "time_zone": "Europe/Berlin"}, {"user_id": "U2", "name": "Ben"})  # fmt: skip
        self.put("crm/crm_campaign", *({"campaign_id": f"{n}", "name": f"Campaign {n}", "type": "Webinar", "function": "marketing"} for n in (1, 2, 3)))  # fmt: skip
        self.put("map/crm_campaign", {"campaign_id": "2", "name": "Mail", "type": "Email"})
        self.put("crm/fx_rate", {"currency": "EUR", "valid_from": "2026-01-01", "rate": "1.1"})
        for _ in range(2):
            self.new_touches()
            self.new_activities()
            self.new_opportunity()
        self.new_memberships()
        self.new_scores()
        self.new_stages()
        self.put("cs/subscription", {"subscription_id": "S1", "account_id": "G1", "arr": "1000", "starts_on": "2026-01-01"})  # fmt: skip
        self._settle()

    def _settle(self) -> None:
        """A customer to whom nothing ever happens, so that no figure is made of nothing."""
        self.export("crm/account", [{"account_id": "A90", "name": "Settled", "website": "settled.example.net", "is_test": "false"}])  # fmt: skip
        self.export("cs/account", [{"account_id": "G90", "crm_id": "A90"}])
        self.export("cs/subscription", [{"subscription_id": "S90", "account_id": "G90", "arr": "500", "starts_on": "2024-02-01"}])  # fmt: skip
        self.export("crm/opportunity", [{
            "opportunity_id": "O90", "account_id": "A90", "stage": "Qualified", "amount": "900", "currency": "USD",
            "created_at": "2026-04-20T09:00:00", "close_on": "2026-12-01", "owner_id": "U1", "is_test": "false",
        }])  # fmt: skip

    # What happens. Each name is a test's failure message, so it says the business fact.

    def new_touches(self) -> None:
        people = [*self.records["map/contact"], "999", "998"]
        self.put("map/touchpoint", *(
            {"touchpoint_id": f"T{self.written}-{n}", "contact_id": self.chance.choice(people),
             "touched_at": self.instant(), "kind": self.chance.choice(["form", "email_opened"]),
             "campaign_id": self.chance.choice(["", "1", "2", "77"]), "content": "page"}
            for n in range(8)
        ))  # fmt: skip

    def changed_touch(self) -> None:
        self.put("map/touchpoint", *(
            {"touchpoint_id": self.any("map/touchpoint"), "kind": "content",
             "touched_at": self.instant(), "contact_id": self.any("map/contact")}
            for _ in range(2)
        ))  # fmt: skip

    def new_activities(self) -> None:
        self.put("crm/sales_activity", *(
            {"activity_id": f"X{self.written}-{n}", "happened_at": self.instant(), "kind": "call",
             "contact_id": self.chance.choice(["", "", "C77", *self.records["crm/contact"]]),
             "account_id": self.chance.choice(["", "A77", *self.records["crm/account"]]),
             "opportunity_id": self.chance.choice(["", "O0", *self.records["crm/opportunity"]]),
             "user_id": "U1", "is_automatic": "false"}
            for n in range(8)
        ))  # fmt: skip

    def changed_activity(self) -> None:
        self.put("crm/sales_activity", {"activity_id": self.any("crm/sales_activity"), "is_automatic": "true", "contact_id": "C1"})  # fmt: skip

    def new_opportunity(self) -> None:
        self.put("crm/opportunity", {
            "opportunity_id": f"O{len(self.records['crm/opportunity'])}", "account_id": self.any("crm/account"),
            "stage": "Prospecting", "amount": str(self.chance.randrange(1000)), "currency": "EUR",
            "created_at": self.instant(), "close_on": "2026-12-01", "owner_id": "U1",
            "lead_source": "Webinar", "campaign_id": "1", "is_test": "false",
        })  # fmt: skip

    def opportunity_moves_on(self) -> None:
        self.put("crm/opportunity", {"opportunity_id": self.any("crm/opportunity"), "stage": "Qualified", "amount": "777"})  # fmt: skip

    def opportunity_is_won(self) -> None:
        self.put("crm/opportunity", {"opportunity_id": self.any("crm/opportunity"), "stage": "Closed Won", "close_on": str(self.day)})  # fmt: skip

    def opportunity_moves_to_another_account(self) -> None:
        self.put("crm/opportunity", {"opportunity_id": self.any("crm/opportunity"), "account_id": self.any("crm/account")})  # fmt: skip

    def opportunity_is_a_test(self) -> None:
        self.put("crm/opportunity", {"opportunity_id": self.any("crm/opportunity"), "is_test": self.chance.choice(["true", "false"])})  # fmt: skip

    def older_opportunity_export_arrives_late(self) -> None:
        record = self.records["crm/opportunity"][self.any("crm/opportunity")]
        self.export("crm/opportunity", [{**record, "stage": "Prospecting", "amount": "5"}], self.day - timedelta(days=40))  # fmt: skip

    def older_touch_export_arrives_late(self) -> None:
        record = self.records["map/touchpoint"][self.any("map/touchpoint")]
        self.export("map/touchpoint", [{**record, "kind": "reply", "touched_at": "2026-01-02T03:04:00"}], date(2026, 5, 1))  # fmt: skip

    def contact_is_merged_away(self) -> None:
        self.put("crm/contact", {"contact_id": self.any("crm/contact"), "merged_into_id": self.any("crm/contact")})  # fmt: skip

    def contact_moves_to_another_account(self) -> None:
        self.put("crm/contact", {"contact_id": self.any("crm/contact"), "account_id": self.any("crm/account")})  # fmt: skip

    def contact_gets_another_address(self) -> None:
        self.put("map/contact", {"contact_id": self.any("map/contact"), "email": f"p{self.chance.randrange(14)}@{self.chance.choice(ALPHABET)}.example.com"})  # fmt: skip

    def orphan_becomes_known(self) -> None:
        self.put("map/contact", {"contact_id": self.chance.choice(["999", "998"]), "email": f"orphan@{self.chance.choice(ALPHABET)}.example.com"})  # fmt: skip

    def orphan_of_an_activity_becomes_known(self) -> None:
        self.put("crm/contact", {"contact_id": "C77", "account_id": self.any("crm/account"), "is_test": self.chance.choice(["true", "false"])})  # fmt: skip

    def contact_is_a_test(self) -> None:
        self.put("crm/contact", {"contact_id": self.any("crm/contact"), "is_test": self.chance.choice(["true", "false"])})  # fmt: skip

    def account_is_a_test(self) -> None:
        self.put("crm/account", {"account_id": self.any("crm/account"), "is_test": self.chance.choice(["true", "false"])})  # fmt: skip

    def account_is_merged_away(self) -> None:
        self.put("crm/account", {"account_id": self.any("crm/account"), "merged_into_id": self.any("crm/account")})  # fmt: skip

    def account_has_the_domain_of_another(self) -> None:
        self.put("crm/account", {"account_id": self.any("crm/account"), "website": f"{self.chance.choice(ALPHABET)}.example.com"})  # fmt: skip

    def account_grows_out_of_its_segment(self) -> None:
        self.put("crm/account", {"account_id": self.any("crm/account"), "segment": self.chance.choice(["SMB", "Mid"]), "parent_id": self.any("crm/account")})  # fmt: skip

    def new_account(self) -> None:
        name = self.chance.choice(["A77", f"A{10 + self.written}", f"A-{self.written}"])
        self.put("crm/account", {"account_id": name, "website": f"{self.chance.choice(ALPHABET)}.example.com", "is_test": "false"})  # fmt: skip

    def new_lead(self) -> None:
        number = self.chance.randrange(9)
        self.put("crm/lead", {"contact_id": f"C{number}", "email": f"p{number + 30}@{self.chance.choice(ALPHABET)}.example.com", "is_test": "false"})  # fmt: skip

    def lead_is_converted(self) -> None:
        self.put("crm/lead", {"contact_id": self.any("crm/lead"), "converted_into_id": self.any("crm/contact")})  # fmt: skip

    def two_exports_of_one_day_disagree(self) -> None:
        feed, column = self.chance.choice([("crm/account", "segment"), ("crm/contact", "email"), ("crm/opportunity", "amount")])  # fmt: skip
        record = self.records[feed][self.any(feed)]
        for said in ("7", "8"):
            self.export(feed, [{**record, column: said}])

    def older_export_disagrees_with_one_of_its_day(self) -> None:
        record = self.records["crm/account"][self.any("crm/account")]
        for said in ("SMB", "Mid"):
            self.export("crm/account", [{**record, "segment": said}], self.day - timedelta(days=30))

    def new_memberships(self) -> None:
        self.export("crm/campaign_membership", [
            {"campaign_id": n, "contact_id": self.any("crm/contact"), "status": "Sent",
             "responded": self.chance.choice(["true", "false"]), "first_responded_at": self.instant()}
            for n in ("1", "2", "3")
        ])  # fmt: skip

    def campaign_becomes_another_functions(self) -> None:
        self.put("crm/crm_campaign", {"campaign_id": self.chance.choice("123"), "function": self.chance.choice(["sales", "partner"]), "type": "Content"})  # fmt: skip

    def campaign_id_is_used_by_two_systems(self) -> None:
        self.put("map/crm_campaign", {"campaign_id": self.chance.choice(["1", "77"]), "name": "Other", "type": "Email"})  # fmt: skip

    def new_scores(self) -> None:
        self.export("cs/health_score", [{"account_id": self.any("cs/account"), "scored_at": str(self.day), "score": self.chance.randrange(100), "measure": m} for m in ("", "use")])  # fmt: skip

    def new_stages(self) -> None:
        self.export("map/lifecycle_stage_history", [{"contact_id": self.any("map/contact"), "stage": "mql", "entered_at": self.instant()}])  # fmt: skip

    def rate_is_missing(self) -> None:
        self.put("crm/opportunity", {"opportunity_id": self.any("crm/opportunity"), "currency": self.chance.choice(["GBP", "SEK"])})  # fmt: skip

    def rate_arrives(self) -> None:
        self.put("crm/fx_rate", {"currency": "GBP", "valid_from": "2026-01-01", "rate": "1.3"})

    def subscription_ends(self) -> None:
        self.put("cs/subscription", {"subscription_id": "S1", "ends_on": str(self.day)})

    def touch_without_a_person(self) -> None:
        self.export("map/touchpoint", [{"touchpoint_id": f"bad{self.written}", "touched_at": "soon"}])  # fmt: skip

    def export_is_corrected(self) -> None:
        """The last file of touches again, under its name and for its day, with other rows."""
        path = max((self.folder / "exports" / "map").glob("touchpoint_*.csv"), key=lambda p: p.name)
        lines = path.read_text().splitlines()
        path.write_text("\n".join([lines[0], *lines[1:-1]]) + "\n")

    def landed_export_is_deleted(self) -> None:
        """Somebody takes a load out of landing, and its file out of the exports."""
        folder = self.chance.choice(sorted((self.folder / "landing").glob("*/*/*")))
        if folder.parent.name in (
            "touchpoint",
            "sales_activity",
            "campaign_membership",
            "health_score",
        ):
            self._delete(folder)

    def _delete(self, folder: Path) -> None:
        import json
        import shutil

        about = json.loads((folder / "load.json").read_text())
        (self.folder / about["file"]).unlink(missing_ok=True)
        shutil.rmtree(folder)

    def happen(self, event: str) -> None:
        self.day += timedelta(days=1)
        getattr(self, event)()


EVENTS = tuple(
    name
    for name, found in vars(GrowingCompany).items()
    if callable(found)
    and not name.startswith("_")
    and name not in ("export", "put", "any", "instant", "happen")
)


def built(folder: Path, **options: bool) -> None:
    workspace = Workspace.open(folder)
    with workspace.lock():
        land(workspace)
        run_build(workspace, **options)  # type: ignore[arg-type]


def told_with_ids(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """A query of a table's rows with ids where it has numbers: numbers may differ."""
    columns = [row[0] for row in connection.execute(f"describe main.{table}").fetchall()]
    numbers = [name for name in columns if name in ("account_no", "contact_no", "opportunity_no")]
    if not numbers:
        return f"select * from main.{table}"
    joins = " ".join(
        f"left join {name[:-3]}_key as key_{name} on key_{name}.{name} = each.{name}"
        for name in numbers
    )
    ids = ", ".join(f"key_{name}.{name[:-3]}_id, each.{name} = 0" for name in numbers)
    rest = f"each.* exclude ({', '.join(numbers)})" if len(numbers) < len(columns) else "1"
    return f"select {rest}, {ids} from main.{table} as each {joins}"


def differences(one: Path, other: Path) -> list[str]:
    """Tables of two workspaces' builds that do not hold the same rows, with some of them."""
    found = []
    with duckdb.connect() as connection:
        for name, folder in (("one", one), ("other", other)):
            path = published(folder / "builds").path(folder / "builds")
            connection.execute(f"attach '{path}' as {name} (read_only)")
        listed = "select table_name from duckdb_tables() where schema_name = 'main' and database_name = ?"  # fmt: skip
        names = [
            sorted(row[0] for row in connection.execute(listed, [which]).fetchall())
            for which in ("one", "other")
        ]
        if names[0] != names[1]:
            return [f"tables: {set(names[0]) ^ set(names[1])}"]
        for table in names[0]:
            if table == "build_info":
                continue
            rows = []
            for which in ("one", "other"):
                connection.execute(f"use {which}")
                query = told_with_ids(connection, table)
                rows.append(connection.execute(query).fetchall())
            if sorted(rows[0], key=repr) != sorted(rows[1], key=repr):
                missing = [row for row in rows[1] if row not in rows[0]][:3]
                extra = [row for row in rows[0] if row not in rows[1]][:3]
                found.append(f"{table}: lacks {missing}, has {extra}")
    return found
