"""A deadline that passes is noticed once, at its minute; late once if nothing ran."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tests.agreements.governance.deadlock import agreed, put, rejected, ruled, succeed
from tests.agreements.leaders import later
from trivet.agreements.audit.queries import differences
from trivet.agreements.governance.actions.onboard import reconcile
from trivet.agreements.governance.actions.remind import remind
from trivet.agreements.governance.models import Onboarding, Reminder
from trivet.agreements.governance.queries import overdue
from trivet.agreements.governance.rules.side import Verdict
from trivet.numbers.workspace.company import Company


def company(zone: str, hours: str, holidays: str | None = None) -> Company:
    return Company(
        name="Norvik", currency="EUR", time_zone=zone, business_hours=hours, holidays=holidays
    )


# Where the clocks change on a working day, the deadline itself can fall into the hour that is
# skipped or comes twice; elsewhere it falls a weekend after it, or on the far side of a holiday.
CHANGES = {
    "the clocks are put on in the very hour it is due": (
        company("Africa/Cairo", "00:00-00:30"), datetime(2027, 4, 29, 9, tzinfo=UTC),
    ),
    "the clocks are put back in the very hour it is due": (
        company("Africa/Cairo", "09:00-23:30"), datetime(2026, 10, 28, 9, tzinfo=UTC),
    ),
    "spring, over the weekend": (
        company("Europe/Berlin", "09:00-17:00"), datetime(2027, 3, 26, 9, tzinfo=UTC),
    ),
    "autumn, over the weekend": (
        company("Europe/Berlin", "09:00-17:00"), datetime(2026, 10, 23, 9, tzinfo=UTC),
    ),
    "a holiday, the day after it was asked": (
        company("Europe/Berlin", "09:00-17:00", "DE"), datetime(2026, 12, 24, 9, tzinfo=UTC),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_minute_by_minute_it_is_noticed_once_at_its_minute(people, name):
    calendar, asked_at = CHANGES[name]
    question = put(
        rejected(agreed(people), people), people.cmo, now=asked_at, company=calendar,
        business_days=1,
    )  # fmt: skip
    minute = question.due_at - timedelta(minutes=300)
    fired = []
    for _ in range(600):
        fired += [(each, minute) for each in remind(minute)]
        minute += timedelta(minutes=1)
    [(reminder, at)] = fired
    assert at == question.due_at == reminder.fired_at == reminder.due_at
    assert not reminder.is_late


def test_in_the_hour_the_clocks_skip_the_deadline_is_still_that_day(people):
    """In Cairo 30 April 2027 has no 00:30: its clocks go from midnight to one."""
    calendar, asked_at = CHANGES["the clocks are put on in the very hour it is due"]
    question = put(
        rejected(agreed(people), people), people.cmo, now=asked_at, company=calendar,
        business_days=1,
    )  # fmt: skip
    assert question.due_on.isoformat() == "2027-04-30"
    assert question.due_at == datetime(2027, 4, 29, 22, 30, tzinfo=UTC)


@pytest.fixture
def question(people):
    return put(rejected(agreed(people), people), people.cmo)


@pytest.mark.parametrize("seed", range(10))
def test_if_nothing_ran_it_is_noticed_late_once_with_the_true_time(question, seed):
    chance = random.Random(seed)
    late = question.due_at + timedelta(minutes=chance.randrange(6, 60 * 24 * 30))
    [reminder] = remind(late)
    assert (reminder.due_at, reminder.fired_at) == (question.due_at, late)
    assert reminder.is_late
    for _ in range(5):
        assert remind(late + timedelta(minutes=chance.randrange(1, 10_000))) == []


def test_nothing_is_noticed_before_nor_once_it_was_answered(question, people):
    assert remind(question.due_at - timedelta(microseconds=1)) == []
    assert overdue(question.due_at - timedelta(microseconds=1)) == []
    ruled(question, people.ceo, now=later(days=30))
    assert remind(later(days=31)) == []


def test_a_question_sent_back_has_a_deadline_of_its_own(question, people):
    assert len(remind(question.due_at)) == 1
    ruled(question, people.ceo, Verdict.SENT_BACK, now=later(days=15))
    question.refresh_from_db()
    assert remind(question.due_at - timedelta(minutes=1)) == []
    assert len(remind(question.due_at)) == 1
    assert Reminder.objects.filter(escalation=question).count() == 2


def test_a_new_leader_is_reminded_after_thirty_days_too(question, people):
    reconcile(later(days=5))
    # They came before anything was in force, so nothing waits for them.
    assert not Onboarding.objects.filter(outcome="").exists()
    succeed(people, days=6)
    [onboarding] = reconcile(later(days=7))
    assert onboarding.due_at == later(days=36)
    ruled(question, people.ceo, Verdict.STANDING, now=later(days=7))
    assert remind(later(days=35, hours=23)) == []
    [reminder] = remind(later(days=36))
    assert reminder.onboarding == onboarding


def test_the_database_refuses_a_second_reminder_and_a_changed_one(question):
    [reminder] = remind(question.due_at)
    assert differences() == []
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        Reminder.objects.create(
            escalation=question, due_at=reminder.due_at, fired_at=later(days=90)
        )
    with (
        pytest.raises(Exception, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("delete from governance_reminder")
