"""Change only the touches of people and accounts that something happened to.

A touch carries the numbers of its person, account and opportunity, not the id of the record it
comes from. So where anything but a new record is involved, all touches of the person are made
again, or of the account where no person is known; new records of others are just added.
They stand behind the sorted touches; when they are many, the table is made and sorted anew.
"""

# ruff: noqa: S608 - names come from this file.

from __future__ import annotations

from collections.abc import Mapping

from trivet.numbers.warehouse.changes import Changes
from trivet.numbers.warehouse.earlier import EARLIER
from trivet.numbers.warehouse.sql_files import SqlFile, run_statement

MOST_UNSORTED = 0.05
"""Share of touches out of order above which all are sorted anew: until then, looking up an
account costs a few milliseconds more (the tail is read as well)."""

ALWAYS_ADDED = 1000
"""As many touches may be out of order in any case."""

_PART = "create or replace table scratch.part."

_ACCOUNT_NO = """coalesce(
                contact_key.account_no,
                case
                    when opportunity_key.opportunity_no is not null
                        then coalesce(opportunity_key.account_no, 0)
                end,
                account_key.account_no,
                0
            )"""
"""Where an activity is placed, as touch.sql says it."""


def change_touches(changes: Changes, file: SqlFile, parameters: Mapping[str, object]) -> bool:
    """Change the touches that differ; False if the whole table is better made again."""
    records = ("touchpoint", "sales_activity")
    for name in records:
        if changes.is_changed(name) and not changes.was_changed_partly(name):
            return False
    connection = changes.connection
    for name in records:
        if not changes.is_changed(name):
            for part in ("gone", "came"):
                connection.execute(
                    f"{_PART}{name}_{part} as select * from build.main.{name} where false"
                )
    for kind, columns in (
        ("account", "account_no"),
        ("contact", "contact_no, account_no"),
        ("opportunity", "opportunity_no, account_no"),
    ):
        listed = f"select {kind}_id, {columns} from {{}}.main.{kind}_key"
        now, before = listed.format("build"), listed.format(EARLIER)
        if kind == "contact":
            # A test person has no number; who is found out to be one had touches, or had none.
            tests = "select contact_id, -1, -1 from {}.main.test_contact"
            now, before = (
                f"({query} union all {tests.format(catalog)})"
                for query, catalog in ((now, "build"), (before, EARLIER))
            )
        connection.execute(
            f"{_PART}moved_{kind} as select distinct {kind}_id from"
            f" (({now} except {before}) union all ({before} except {now}))"
        )
    _list_people_and_accounts(changes)
    _list_records(changes)
    [(touches, tail, added, again)] = connection.execute(
        f"""
        select
            (select count(*) from build.main.touch),
            (select rows from {EARLIER}.kept.touch_tail),
            (select count(*) from part.touchpoint) + (select count(*) from part.sales_activity),
            (select count(*) from part.person) + (select count(*) from part.loose)
        """
    ).fetchall()
    if tail + added > MOST_UNSORTED * touches + ALWAYS_ADDED:
        return False
    if again:
        connection.execute(
            """
            delete from build.main.touch
            where contact_no in (select contact_no from part.person)
                or (contact_no = 0 and account_no in (select account_no from part.loose))
            """
        )
    target = "create or replace table main.touch as"
    [statement] = file.statements
    assert statement.count(target) == 1
    run_statement(connection, statement.replace(target, f"{_PART}touch as"), parameters)
    connection.execute("insert into build.main.touch by name select * from scratch.part.touch")
    [(made,)] = connection.execute("select count(*) from part.touch").fetchall()
    connection.execute(
        "create or replace table build.kept.touch_tail as select $rows as rows",
        {"rows": tail + made},
    )
    for name in (*records, "touch"):
        connection.execute(f"drop table part.{name}")
    changes.set_changed("touch", True)
    return True


def _list_people_and_accounts(changes: Changes) -> None:
    """`part.person` and `part.loose`: whose touches are all made again.

    A person's touches are those with their number. Those of nobody known are loose, and belong
    to an account's number, or to 0.
    """
    connection = changes.connection
    # Records whose touch may change without the record: what their ids are numbered.
    connection.execute(
        f"""
        {_PART}renumbered_activity as
        select *
        from build.main.sales_activity
        where account_id in (select account_id from part.moved_account)
            or opportunity_id in (select opportunity_id from part.moved_opportunity)
            or contact_id in (select contact_id from part.moved_contact)
        """
    )
    connection.execute(
        f"""
        {_PART}placed_activity as
        with activity as (
            select contact_id, account_id, opportunity_id from part.sales_activity_gone
            union
            select contact_id, account_id, opportunity_id from part.renumbered_activity
        )

        select
            contact_key.contact_no,
            {_ACCOUNT_NO} as account_no
        from activity
        left join {EARLIER}.main.contact_key as contact_key using (contact_id)
        left join {EARLIER}.main.account_key as account_key
            on account_key.account_id = activity.account_id
        left join {EARLIER}.main.opportunity_key as opportunity_key
            on opportunity_key.opportunity_id = activity.opportunity_id

        union

        select
            contact_key.contact_no,
            {_ACCOUNT_NO}
        from activity
        left join build.main.contact_key as contact_key using (contact_id)
        left join build.main.account_key as account_key
            on account_key.account_id = activity.account_id
        left join build.main.opportunity_key as opportunity_key
            on opportunity_key.opportunity_id = activity.opportunity_id
        """
    )
    connection.execute(
        f"""
        {_PART}person as
        with somebody as (
            select contact_id from part.moved_contact
            union
            select contact_id from part.touchpoint_gone
        )

        select contact_key.contact_no
        from somebody
        join build.main.contact_key as contact_key using (contact_id)
        union
        select contact_key.contact_no
        from somebody
        join {EARLIER}.main.contact_key as contact_key using (contact_id)
        union
        select contact_no
        from part.placed_activity
        where contact_no is not null
        """
    )
    connection.execute(
        f"{_PART}loose as select distinct account_no from part.placed_activity"
        " where contact_no is null"
    )


def _list_records(changes: Changes) -> None:
    """`part.touchpoint` and `part.sales_activity`: what the touches are made of."""
    connection = changes.connection
    connection.execute(
        f"""
        {_PART}person_id as
        select contact_key.contact_id
        from build.main.contact_key as contact_key
        semi join part.person as person using (contact_no)
        """
    )
    connection.execute(
        f"""
        {_PART}touchpoint as
        select * from build.main.touchpoint
        where contact_id in (select contact_id from part.person_id)
        union all by name
        select * from part.touchpoint_came
        where contact_id not in (select contact_id from part.person_id)
        """
    )
    loose = f"""
        {_PART}loose_activity as
        select each.source, each.activity_id
        from {{}} as each
        left join build.main.contact_key as contact_key
            on contact_key.contact_id = each.contact_id
        left join build.main.account_key as account_key
            on account_key.account_id = each.account_id
        left join build.main.opportunity_key as opportunity_key
            on opportunity_key.opportunity_id = each.opportunity_id
        where contact_key.contact_no is null
            and {_ACCOUNT_NO} in (select account_no from part.loose)
        """
    [(some,)] = connection.execute("select count(*) from part.loose").fetchall()
    # Without a loose account there is no need to look at every activity.
    every = "build.main.sales_activity" if some else "part.sales_activity_gone"
    connection.execute(loose.format(every))
    connection.execute(
        f"""
        {_PART}sales_activity as
        with again as (
            select source, activity_id from build.main.sales_activity
            where contact_id in (select contact_id from part.person_id)
            union
            select source, activity_id from part.sales_activity_came
            {"union select source, activity_id from part.loose_activity" if some else ""}
        )

        select each.*
        from build.main.sales_activity as each
        semi join again using (source, activity_id)
        """
    )
