"""The ideal customer profile: what is agreed, and what the data says to it."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trivet.agreements.documents.views import found as asking
from trivet.agreements.icp import queries
from trivet.agreements.icp.kind import sentence
from trivet.agreements.icp.models import Workshop
from trivet.agreements.icp.rules.alarm import KnownLess
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import TrivetError
from trivet.numbers.insight.icp.evidence import Evidence
from trivet.numbers.insight.icp.statistics.drift import Drift
from trivet.web import icp_shown, words
from trivet.web.icp_version import version_shown


@allowed(Verb.SEE, Thing.ICP)
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the profile in force, or with what to do before there is one."""
    version = queries.in_force()
    profile = queries.profile_of(version) if version else None
    answers = icp_shown.answers()
    now = asking.now()
    fit = answers.fit(profile) if answers and profile else None
    evidence = answers.evidence(profile) if answers and profile else None
    sounding = queries.alarms(
        now,
        drifts=drifts(evidence) if evidence else (),
        known_less=known_less(evidence) if evidence else (),
        calendar=answers.model.settings.calendar if answers else None,
    )
    shown = {
        "version": version,
        "held_by": version_shown(version),
        "document": queries.document(),
        "profile": profile,
        "sections": icp_shown.sections(profile, answers) if profile else [],
        "bands": icp_shown.bands(fit.bands, fit.currency) if fit else [],
        "worth": icp_shown.sees_worth(request, answers),
        "known": icp_shown.percent(fit.known_share) if fit else "",
        "reason": evidence.reason if evidence else "",
        "together": icp_shown.together(evidence.overall[0])
        if evidence and evidence.overall
        else "",
        "build": answers.build if answers else "",
        "alarms": [(each.kind, words.sentence(each.says)) for each in sounding],
        "held": queries.held_workshop(),
        "past": Workshop.objects.filter(is_over=True).select_related("proposal").order_by("-pk"),
        "proposals": queries.proposals(),
        "sees_accounts": standing_of(request).may(Verb.SEE, Thing.ACCOUNTS),
        "may_propose": standing_of(request).may(Verb.PROPOSE, Thing.ICP),
        "here": "icp",
    }
    return render(request, "web/icp.html", shown)


def prepare() -> None:
    """Ask what the first visitor will ask of the profile in force, so that nobody waits for it."""
    try:
        version, found = queries.in_force(), icp_shown.answers()
        if found is not None and queries.held_workshop() is not None:
            found.suggested()
        if version is not None and found is not None:
            profile = queries.profile_of(version)
            found.fit(profile)
            found.evidence(profile)
            found.icp_report(queries.history())
    except TrivetError:
        return
    finally:
        connection.close()


def drifts(evidence: Evidence) -> list[tuple[str, float]]:
    """How far the accounts have moved from those each criterion was written for.

    Only where more than chance would have brought it: a few opportunities always look otherwise.
    And only once the later opportunities are all of the time since the criterion is in force:
    those of before were there when it was written.
    """
    found = []
    for each in evidence.criteria:
        shift = each.new_business.shift
        if shift.psi is None or shift.word is not Drift.SHIFTED or evidence.later_from is None:
            continue
        since = queries.first_asked(each.criterion)
        if since is not None and since.date() <= evidence.later_from:
            found.append((sentence(each.criterion.says), shift.psi))
    return found


def known_less(evidence: Evidence) -> list[KnownLess]:
    """Criteria that are known of clearly fewer later opportunities than of earlier ones."""
    return [
        KnownLess(
            sentence(each.criterion.says),
            shift.earlier_known_share or 0.0,
            shift.later_known_share or 0.0,
        )
        for each in evidence.criteria
        for shift in (each.new_business.shift,)
        if shift.is_known_less
    ]
