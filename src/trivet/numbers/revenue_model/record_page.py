"""One record: every fact that a figure may have used, and where each came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from trivet.errors import RecordUnknown
from trivet.numbers.revenue_model.shapes import FactUsed, RecordPage
from trivet.numbers.warehouse.tables import BY_NAME, Kind, Table
from trivet.sentence import Sentence
from trivet.vocabulary.quoted import quoted

if TYPE_CHECKING:
    from trivet.numbers.shared_metrics.measure import Measurement
    from trivet.numbers.warehouse.engine import Engine

TOUCHES_SHOWN = 60
ROWS_SHOWN = 100

KINDS = {
    Kind.MONEY: "money",
    Kind.DAY: "day",
    Kind.INSTANT: "instant",
    Kind.FLAG: "flag",
    Kind.WHOLE: "number",
    Kind.NUMBER: "number",
}


def opportunity_page(engine: Engine, measurement: Measurement, record_id: str) -> RecordPage:
    """Raises   RecordUnknown if the build has no such opportunity"""
    asked = {"id": record_id}
    found = engine.rows("select * from opportunity where opportunity_id = $id", asked).to_pylist()
    if not found:
        raise RecordUnknown(
            "There is no opportunity %(record_id)s in this build.",
            remedy="Look for it in the rows of a metric, or in the quarantine on the data page.",
            record_id=quoted(record_id),
        )
    row = found[0]
    account = engine.rows(
        "select name from account where account_id = $id", {"id": row["account_id"]}
    ).to_pylist()
    facts = _facts(engine, BY_NAME["opportunity"], row)
    tables = (
        (
            Sentence("Stages"),
            _rows(
                engine,
                "select stage, entered_at, evidence, source, file, file_row"
                " from opportunity_stage_history where opportunity_id = $id order by entered_at",
                asked,
            ),
        ),
        (
            Sentence("Values over time"),
            _rows(
                engine,
                "select valid_from, amount_minor, acv_minor, renewal_base_minor, close_on,"
                " lead_source, motion, coalesce(user_called.called, owner_id) as owner, evidence"
                " from opportunity_history left join user_called on user_id = owner_id"
                " where opportunity_id = $id order by valid_from",
                asked,
            ),
        ),
        (
            Sentence("People"),
            _rows(
                engine,
                "select contact.name, contact.title, role.role, role.is_primary, role.contact_id"
                " from opportunity_contact_role as role left join contact using (contact_id)"
                " where role.opportunity_id = $id order by role.is_primary desc, contact.name",
                asked,
            ),
        ),
        (
            Sentence("Touches before it was created"),
            _rows(
                engine,
                "select touch.touched_at, touch.function, touch.kind, touch.channel,"
                " touch.content, contact.name as contact"
                " from opportunity_fact as fact"
                " join touch on touch.account_no = fact.account_no"
                " and touch.touched_at <= fact.created_at"
                " and touch.touched_at >= fact.created_at - interval 90 day"
                " and touch.evidence = 2"
                " left join contact_key using (contact_no)"
                " left join contact on contact.contact_id = contact_key.contact_id"
                " where fact.opportunity_id = $id order by touch.touched_at limit $limit",
                {**asked, "limit": TOUCHES_SHOWN},
            ),
        ),
    )
    subtitle = account[0]["name"] if account and account[0]["name"] else row["account_id"] or ""
    return RecordPage(record_id, row["name"] or record_id, subtitle, facts, _filled(tables))


def account_page(engine: Engine, record_id: str) -> RecordPage:
    """Raises   RecordUnknown if the build has no such account"""
    asked = {"id": record_id}
    found = engine.rows("select * from account where account_id = $id", asked).to_pylist()
    if not found:
        raise RecordUnknown(
            "There is no account %(record_id)s in this build.",
            remedy="Look for it in the rows of a metric, or in the quarantine on the data page.",
            record_id=quoted(record_id),
        )
    row = found[0]
    number = engine.rows("select account_no from account_key where account_id = $id", asked)
    tables = (
        (
            Sentence("Opportunities"),
            _rows(
                engine,
                "select name, stage, motion, amount_minor, currency, created_at, close_on,"
                " opportunity_id from opportunity where account_id = $id"
                " order by created_at desc limit $limit",
                {**asked, "limit": ROWS_SHOWN},
            ),
        ),
        (
            Sentence("Subscriptions"),
            _rows(
                engine,
                "select product, arr_minor, currency, starts_on, ends_on, revenue_kind, source,"
                " file, file_row from subscription where account_id = $id"
                " order by starts_on desc limit $limit",
                {**asked, "limit": ROWS_SHOWN},
            ),
        ),
        (
            Sentence("Health"),
            _rows(
                engine,
                "select scored_at, measure, score, band from health_score"
                " where account_id = $id order by scored_at desc limit 12",
                asked,
            ),
        ),
        (
            Sentence("Signals"),
            _rows(
                engine,
                "select signalled_at, kind, detail from expansion_signal"
                " where account_id = $id order by signalled_at desc limit 20",
                asked,
            ),
        ),
        (
            Sentence("Timeline"),
            account_timeline(engine, number["account_no"][0].as_py() if len(number) else 0),
        ),
        (
            Sentence("The same account elsewhere"),
            _rows(
                engine,
                "select source, source_id, rule, evidence from identity_link"
                " where kind = 'account' and resolved_id = $id order by source, source_id",
                asked,
            ),
        ),
    )
    subtitle = ", ".join(
        str(row[name]) for name in ("segment", "region", "country") if row.get(name)
    )
    facts = _facts(engine, BY_NAME["account"], row)
    return RecordPage(record_id, row["name"] or record_id, subtitle, facts, _filled(tables))


def account_timeline(engine: Engine, account_no: int) -> tuple[Mapping[str, object], ...]:
    """The newest touches of an account. Touches are sorted by account: this reads a few blocks."""
    return _rows(
        engine,
        "select touched_at, function, kind, channel, content, source, contact_no from touch"
        " where account_no = $no order by touched_at desc limit $limit",
        {"no": account_no, "limit": TOUCHES_SHOWN},
    )


def contact_timeline(engine: Engine, contact_id: str) -> tuple[Mapping[str, object], ...]:
    """The newest touches of a person: first the account, then both as constants.

    As one join it would read every block; in two steps zone maps leave a few (engine.md 5).
    """
    found = engine.rows(
        "select contact_no, account_no from contact_key where contact_id = $id", {"id": contact_id}
    ).to_pylist()
    if not found:
        return ()
    return _rows(
        engine,
        "select touched_at, function, kind, channel, content, source from touch"
        " where account_no = $account_no and contact_no = $contact_no"
        " order by touched_at desc limit $limit",
        {
            "account_no": found[0]["account_no"] or 0,
            "contact_no": found[0]["contact_no"],
            "limit": TOUCHES_SHOWN,
        },
    )


NAMES = {
    "user": "select called as name from user_called where user_id = $id",
    "account": "select name from account where account_id = $id",
    "campaign": "select name from crm_campaign where campaign_id = $id",
}
"""The name of another record that a record names."""

REFERS_TO = {
    "owner_id": "user",
    "csm_id": "user",
    "parent_id": "account",
    "campaign_id": "campaign",
}


def _facts(engine: Engine, table: Table, row: Mapping[str, object]) -> tuple[FactUsed, ...]:
    shown = []
    for column in table.columns:
        value: object = row.get(column.stored_as)
        if value is None:
            continue
        kind, label = KINDS.get(column.kind, "text"), column.name
        noun = REFERS_TO.get(column.name)
        if noun is None and column.name.endswith("account_id"):
            noun = "account"
        # A record's own id stands as it is: its name is the page's heading.
        if noun is not None and column.name not in table.key:
            kind, label = f"id:{noun}", column.name.removesuffix("_id")
            value = _with_name(engine, noun, str(value))
        row_number = row.get("file_row")
        shown.append(
            FactUsed(
                label=label.replace("_", " ").capitalize(),
                value=value,
                kind=kind,
                source=str(row.get("source") or ""),
                file=str(row.get("file") or ""),
                file_row=row_number if isinstance(row_number, int) else None,
                known_from=row.get("exported_at"),  # type: ignore[arg-type]
                evidence=Sentence("as exported"),
            )
        )
    return tuple(shown)


def _with_name(engine: Engine, noun: str, value: str) -> object:
    """An id and the name of its record; the id alone where no name is known."""
    found = engine.rows(NAMES[noun], {"id": value})["name"].to_pylist()
    return (value, found[0]) if found and found[0] else value


def _rows(
    engine: Engine, sql: str, asked: Mapping[str, object]
) -> tuple[Mapping[str, object], ...]:
    return tuple(engine.rows(sql, asked).to_pylist())


def _filled(
    tables: tuple[tuple[str, tuple[Mapping[str, object], ...]], ...],
) -> tuple[tuple[str, tuple[Mapping[str, object], ...]], ...]:
    return tuple((heading, rows) for heading, rows in tables if rows)
