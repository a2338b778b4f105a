"""Whatever is changed by hand is found."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from tests.agreements.books.records import one_of_each
from tests.agreements.documents.small_kind import register_promise
from tests.agreements.governance import records as governed
from tests.agreements.icp import records as profiled
from tests.agreements.leaders import NOW, Leaders, later, leaders
from trivet.agreements.audit.models import AuditRow, audited_models
from trivet.agreements.audit.queries import chain_breaks, chain_head, differences, story_of
from trivet.agreements.documents.actions.propose import begin, propose
from trivet.agreements.documents.actions.sign import reject, sign
from trivet.agreements.documents.models import Comment, Proposal
from trivet.agreements.people.actions.delegate import delegate
from trivet.agreements.people.models import Seat, Tenure


@pytest.fixture(scope="module")
def written(django_db_setup, django_db_blocker):
    """The history, written once: hundreds of tests each change one column of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield at_least_one_of_every_kind(leaders())
        transaction.set_rollback(True)


@pytest.fixture
def history(written, django_db_blocker):
    """The history as it was written: what a test does to it is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield written
        transaction.set_rollback(True)


def at_least_one_of_every_kind(people: Leaders) -> Leaders:
    register_promise()
    document = begin(
        kind="promise", key="follow-up", title="Follow-up", owner=Seat.objects.get(key="cro"),
        by=people.admin, now=NOW,
    )  # fmt: skip
    begin(
        kind="promise", key="another", title="Another", owner=Seat.objects.get(key="cmo"),
        by=people.admin, now=NOW,
    )  # fmt: skip
    first = propose(document=document, body={"days": 2}, why="start", by=people.admin, now=NOW)
    for seat in ("cmo", "cro", "vp_cs"):
        sign(
            proposal=first, shown_hash=first.version.sha256, seat=seat,
            by=getattr(people, seat), key=seat, now=later(hours=1),
        )  # fmt: skip
    second = propose(document=document, body={"days": 3}, why="more", by=people.cmo, now=NOW)
    comment = Comment(proposal=second, clause="days", says="why?", by=people.cro, made_at=NOW)
    comment.tell(at=NOW, by=people.cro.by("cro"), verb="commented", says="Rune asked why.")
    reject(proposal=second, seat="cro", why="no", by=people.cro, now=later(days=1))
    delegate(
        tenure=Tenure.objects.get(person=people.cmo), to=people.ceo, until_at=later(days=9),
        why="leave", by=people.cmo, now=NOW,
    )  # fmt: skip
    one_of_each(people)
    governed.one_of_each(people)
    profiled.one_of_each(people)
    return people


def by_hand(statement: str, parameters: tuple[object, ...] = ()) -> None:
    """Somebody with the file and an editor: triggers and constraints do not stop them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Checks cannot be switched off there, but whoever may change a row may drop them.
            cursor.execute("set constraints all immediate")
            cursor.execute(
                "select conrelid::regclass, conname from pg_constraint"
                " where contype = 'c' and connamespace = 'public'::regnamespace"
            )
            for table, name in cursor.fetchall():
                cursor.execute(f'alter table {table} drop constraint "{name}"')
            cursor.execute("set local session_replication_role = replica")
            cursor.execute(statement, parameters)
            return
        cursor.execute("select name, sql from sqlite_master where type = 'trigger'")
        triggers = cursor.fetchall()
        cursor.execute("pragma ignore_check_constraints = on")
        for name, _ in triggers:
            cursor.execute(f"drop trigger {name}")
        cursor.execute(statement, parameters)
        for _, sql in triggers:
            cursor.execute(sql)
        cursor.execute("pragma ignore_check_constraints = off")


def columns():
    from django.apps import apps

    apps.check_models_ready()
    return [
        pytest.param(model, field.column, id=f"{model._meta.model_name}.{field.column}")
        for model in audited_models()
        for field in model._meta.concrete_fields
        if field.attname not in model.untold and not field.primary_key
    ]


def other_than(value: object) -> object:
    """A value of the same kind that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(seconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if value is None:
        return later(days=200)
    return f"{str(value)[:-1]}{'x' if str(value)[-1:] != 'x' else 'y'}"


def test_an_untouched_history_holds(history):
    assert chain_breaks() == []
    assert differences() == []


def test_there_is_a_record_of_every_kind_to_change(history):
    assert [m.__name__ for m in audited_models() if not m._default_manager.exists()] == []


def test_no_table_of_the_agreements_is_kept_from_the_chain():
    from django.apps import apps

    ours = {m for m in apps.get_models() if m.__module__.startswith("trivet.agreements.")}
    assert ours - set(audited_models()) == {AuditRow}


def test_no_column_is_kept_from_it_but_those_that_nobody_decides():
    left_out = {m.__name__: set(m.untold) for m in audited_models() if m.untold}
    assert left_out == {"Person": {"password", "last_login"}}


@pytest.mark.parametrize(("model", "column"), columns())
def test_a_column_changed_by_hand_is_named(history, model, column):
    field = next(f for f in model._meta.concrete_fields if f.column == column)
    record = model._default_manager.order_by("pk").last()
    before = getattr(record, field.attname)
    if field.is_relation:
        others = field.related_model._default_manager.exclude(pk=before).order_by("pk")
        after = others.last().pk
    elif before is None and not field.get_internal_type().startswith("DateTime"):
        after = "x"
    else:
        after = other_than(before)
    table = model._meta.db_table
    by_hand(f'update "{table}" set "{column}" = %s where id = %s', (after, record.pk))
    found = differences()
    assert (model._meta.model_name, str(record.pk), field.attname) in [
        (each.noun, each.noun_id, each.column) for each in found
    ]


@pytest.mark.parametrize("field", [f.attname for f in AuditRow._meta.concrete_fields])
def test_an_audit_row_changed_by_hand_breaks_the_chain(history, field):
    row = AuditRow.objects.get(number=9)
    before = getattr(row, field)
    after = 7_000 if field in ("number", "person_id") else other_than(before)
    by_hand(f'update audit_auditrow set "{field}" = %s where number = 9', (after,))
    assert chain_breaks()


def test_an_audit_row_taken_out_is_missed(history):
    by_hand("delete from audit_auditrow where number = 9")
    assert "row 9 is missing" in chain_breaks()[0].says


def test_a_record_taken_out_or_put_in_by_hand_is_found(history):
    by_hand("delete from documents_comment")
    by_hand(
        "insert into people_seat (key, title, is_exclusive) values ('shadow', 'Shadow', %s)",
        (False,),
    )
    assert [(each.noun, each.says) for each in differences()] == [
        ("seat", "was never told to the chain"),
        ("comment", "is gone"),
    ]


def test_the_head_is_the_newest_rows(history):
    last = AuditRow.objects.order_by("number").last()
    assert chain_head() == (last.number, last.hash)


def test_the_story_of_a_record_is_told_in_order(history):
    first = Proposal.objects.order_by("pk")[0]
    verbs = [row.verb for row in story_of("proposal", first.pk)]
    assert verbs == ["proposed", "closed"]
