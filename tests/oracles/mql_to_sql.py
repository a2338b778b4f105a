"""MQL to SQL, slowly: one person, one lifecycle, at a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.oracles.company import NO_HOUR, Answer, RecordedCompany, Said, ratio_answer, wilson
from tests.oracles.coverage import reaches_too_far
from tests.oracles.people import account_of, is_duplicate, is_test_person, person_of
from tests.oracles.standing import standing
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    "method": "cohort",
    "window_days": 30,
    "unit": "person_cycle",
    "recycle_gap_days": 90,
    "sales_created_sql": "out",
    "skipped_stage": "off",
    "duplicates_out": True,
}


def entries(
    company: RecordedCompany, stage: str, known_at: datetime, chosen: dict[str, Any]
) -> list[dict[str, Any]]:
    """Every entry into a lifecycle stage that counts, earliest first.

    The same step told of a person and of the person's duplicate is one step. An SQL of a day
    without an hour comes after what else was on that day.
    """
    found: dict[tuple[Any, datetime], dict[str, Any]] = {}
    for row in company["lifecycle_stage_history"]:
        if row["stage"] != stage or row["entered_at"] > known_at:
            continue
        if is_test_person(company, row["contact_id"]):
            continue
        if chosen["duplicates_out"] and is_duplicate(company, row["contact_id"]):
            continue
        at = row["entered_at"]
        if stage == "sql" and row[NO_HOUR.format("entered_at")]:
            at = company.end_of(company.day_of(at))
        person = person_of(company, row["contact_id"])
        account_id = account_of(company, person)
        found[person, at] = {**row, "entered_at": at, "account_id": account_id}
    return sorted(found.values(), key=lambda row: row["entered_at"])


def who(company: RecordedCompany, row: dict[str, Any], unit: str) -> str:
    """What the entry is counted for: a person or an account."""
    if unit == "account" and row["account_id"]:
        return str(row["account_id"])
    return str(person_of(company, row["contact_id"]))


def cycles(
    company: RecordedCompany, mqls: list[dict[str, Any]], chosen: dict[str, Any]
) -> list[list[datetime]]:
    """The MQL instants of one person or account, by cycle."""
    found: list[list[datetime]] = []
    for row in mqls:
        again = (
            found
            and (company.day_of(row["entered_at"]) - company.day_of(found[-1][-1])).days
            < chosen["recycle_gap_days"]
        )
        if again and chosen["unit"] != "event":
            found[-1].append(row["entered_at"])
        else:
            found.append([row["entered_at"]])
    return found


def few(rows: list[dict[str, Any]]) -> tuple[Said, ...]:
    return (Said(name="below_min_n", records=len(rows)),) if 0 < len(rows) < 10 else ()


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    assert not base
    chosen = {**DEFAULTS, **options}
    known_at = company.end_of(known_on)
    too_far = reaches_too_far(company, [("lifecycle_stage_history", period.start)])
    if too_far:
        return too_far
    mqls = entries(company, "mql", known_at, chosen)
    sqls = entries(company, "sql", known_at, chosen)
    was_mql = {who(company, row, chosen["unit"]): row["entered_at"] for row in reversed(mqls)}

    def skipped(sql: dict[str, Any]) -> bool:
        """Whether the person, or account, had never been an MQL by then."""
        first = was_mql.get(who(company, sql, chosen["unit"]))
        return first is None or first > sql["entered_at"]

    if chosen["skipped_stage"] == "infer":
        mqls = sorted(
            mqls + [{**sql, "inferred": True} for sql in sqls if skipped(sql)],
            key=lambda row: row["entered_at"],
        )
    if chosen["sales_created_sql"] == "out" and chosen["skipped_stage"] == "off":
        sqls = [sql for sql in sqls if not skipped(sql)]

    units = sorted({who(company, row, chosen["unit"]) for row in mqls})
    rows: list[dict[str, Any]] = []
    pending = 0
    if chosen["method"] == "same_period":
        for unit in units:
            of = [row for row in mqls if who(company, row, chosen["unit"]) == unit]
            rows += [
                {"record_id": unit, "numerator": 0, "denominator": 1}
                for cycle in cycles(company, of, chosen)
                if company.day_of(cycle[0]) in period
            ]
        rows += [
            {"record_id": who(company, sql, chosen["unit"]), "numerator": 1, "denominator": 0}
            for sql in sqls
            if company.day_of(sql["entered_at"]) in period
        ]
        answer = ratio_answer(rows, "Nobody became an MQL in this period.", flags=few(rows))
        return standing(company, answer, period, known_on)

    window = chosen["window_days"]
    for unit in units:
        of = [row for row in mqls if who(company, row, chosen["unit"]) == unit]
        theirs = [sql for sql in sqls if who(company, sql, chosen["unit"]) == unit]
        found = cycles(company, of, chosen)
        credited: set[int] = set()
        for number, cycle in enumerate(found):
            became = cycle[0]
            if company.day_of(became) not in period:
                continue
            if company.day_of(became) + timedelta(days=window) > known_on:
                pending += 1
                continue
            following = found[number + 1][0] if number + 1 < len(found) else None
            # An SQL is credited once, to the latest MQL before it.
            following_sqls = [
                position
                for position, sql in enumerate(theirs)
                if became <= sql["entered_at"]
                and (following is None or sql["entered_at"] < following)
                and position not in credited
            ]
            converted = False
            if following_sqls:
                sql = theirs[following_sqls[0]]
                taken = company.day_of(sql["entered_at"]) - company.day_of(became)
                converted = taken.days <= window
                credited.update(following_sqls)
            rows.append({"record_id": unit, "numerator": int(converted), "denominator": 1})
    answer = ratio_answer(rows, "Nobody became an MQL in this period.", flags=few(rows))
    if pending:
        answer.status = "provisional"
    if len(rows) < 10:
        answer.interval = wilson(sum(row["numerator"] for row in rows), len(rows))
    return standing(company, answer, period, known_on)
