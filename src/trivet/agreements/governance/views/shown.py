"""What several pages show: a deadline, a vacant seat, who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from trivet.agreements.documents.models import Document, Proposal
from trivet.agreements.governance.models import Escalation
from trivet.agreements.governance.rules.deadline import business_days_left
from trivet.agreements.people.access import standing_of
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import Vacancy, vacancies
from trivet.agreements.people.rules.right import Verb
from trivet.numbers.workspace.company import Company


@dataclass(frozen=True, slots=True)
class DueShown:
    """Until when a question is to be answered.

    at     in the company's own time
    clock  its hour and minute there: a template would turn the instant into UTC again
    left   working days after today; 0 on the day itself
    """

    at: datetime
    clock: str
    zone: str
    left: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class VacancyShown:
    """A leader's seat that nobody holds, and for how many days."""

    vacancy: Vacancy
    days: int | None


def due_shown(escalation: Escalation, company: Company, now: datetime) -> DueShown:
    """The deadline as people there read it."""
    at = escalation.due_at.astimezone(ZoneInfo(company.time_zone))
    return DueShown(
        at,
        f"{at:%H:%M}",
        company.time_zone,
        business_days_left(now, escalation.due_on, company),
        escalation.due_at <= now,
    )


def vacancies_shown(now: datetime) -> list[VacancyShown]:
    """Every vacant seat of a leader or the CEO with its clock."""
    found = []
    for vacancy in vacancies(now):
        lasts = vacancy.lasts(now)
        found.append(VacancyShown(vacancy, lasts.days if lasts else None))
    return found


def sees(request: HttpRequest, document: Document) -> bool:
    """True if who asks may see documents of this kind."""
    return standing_of(request).may(Verb.SEE, document.kind_of.thing)


def found_escalation(request: HttpRequest, pk: int) -> Escalation:
    """The question, for somebody who may see its document; 404 for everybody else."""
    known = Escalation.objects.select_related("document", "proposal", "other", "raised_by")
    found = get_object_or_404(known, pk=pk)
    if not sees(request, found.document):
        raise Http404
    return found


def found_proposal(request: HttpRequest, pk: int) -> Proposal:
    """The proposal, for somebody who may see its document; 404 for everybody else."""
    found = get_object_or_404(Proposal.objects.select_related("document"), pk=pk)
    if not sees(request, found.document):
        raise Http404
    return found


def me(request: HttpRequest) -> Person:
    """Who asks."""
    person = standing_of(request).person
    assert person is not None, "The gate lets nobody in who is not signed in."
    return person


def this_instant() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)
