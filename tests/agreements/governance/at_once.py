"""Deadlocks and onboardings: escalated, spoken to, ruled on and answered twice at one instant."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from tests.agreements.governance.deadlock import agreed, put, rejected, ruled, succeed
from tests.agreements.leaders import Leaders, later
from tests.agreements.people.at_once import Both
from trivet.agreements.documents.models import Enactment
from trivet.agreements.governance.actions.answer import affirm, contest
from trivet.agreements.governance.actions.onboard import reconcile
from trivet.agreements.governance.actions.remind import remind
from trivet.agreements.governance.actions.state_case import state_case
from trivet.agreements.governance.models import (
    Affirmation,
    Case,
    Contest,
    Escalation,
    Onboarding,
    Reminder,
    Ruling,
)
from trivet.agreements.governance.queries import docket_of
from trivet.agreements.governance.rules.side import Side, Verdict


def governance_at_once(people: Leaders, both: Both) -> None:
    document = agreed(people, key="speed")
    change = rejected(document, people)
    puts = partial(put, change, people.cmo, now=later(days=9))
    both("one question put twice", [puts, puts], lambda: Escalation.objects.count())
    question = Escalation.objects.get()
    says = partial(
        state_case, escalation=question, side=Side.STANDING, says="Fast wins.", by=people.cro,
        now=later(days=9, hours=1),
    )  # fmt: skip
    before = Case.objects.count()
    both("one side spoken for twice", [says, says], lambda: Case.objects.count() - before)
    reminds = partial(remind, question.due_at)
    both("one deadline noticed twice", [reminds, reminds], lambda: Reminder.objects.count())
    shown, enacted = docket_of(question).sha256, Enactment.objects.count()
    rules = [
        partial(ruled, question, people.ceo, verdict, shown_hash=shown, key=key, now=later(days=10))
        for verdict, key in ((Verdict.PROPOSED, "a"), (Verdict.STANDING, "b"))
    ]
    both("two rulings", rules, lambda: Ruling.objects.count())
    assert Enactment.objects.count() - enacted <= 1
    again = put(rejected(agreed(people, key="other"), people), people.cmo, now=later(days=9))
    shown = docket_of(again).sha256
    same = partial(ruled, again, people.ceo, shown_hash=shown, key="c", now=later(days=10))
    both("one ruling sent twice", [same, same], lambda: again.rulings.count())

    kept = agreed(people, key="kept")
    version = kept.in_force()
    assert version
    with transaction.atomic():
        people.cro = succeed(people, name="Nora Reyes")
    starts = partial(reconcile, later(days=41))
    both(
        "one onboarding started twice", [starts, starts],
        lambda: Onboarding.objects.filter(tenure__person=people.cro).count(),
    )  # fmt: skip
    onboarding = Onboarding.objects.get(tenure__person=people.cro)
    answers = {
        "onboarding": onboarding, "version": version, "shown_hash": version.sha256,
        "by": people.cro, "now": later(days=42),
    }  # fmt: skip
    affirms = [partial(affirm, **answers, key=key) for key in ("a", "b")]
    both("affirmed twice", affirms, lambda: Affirmation.objects.filter(version=version).count())
    other = document.in_force()
    assert other
    answers |= {"version": other, "shown_hash": other.sha256}
    contests = partial(contest, **answers, why="Too slow.", key="c")
    both("contested twice", [contests, contests], lambda: Contest.objects.count())
