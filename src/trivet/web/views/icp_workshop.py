"""A workshop: three drafts written apart, where they differ, and one profile made of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.documents.views import found as asking
from trivet.agreements.icp import queries
from trivet.agreements.icp.actions import draft as drafting
from trivet.agreements.icp.actions.merge import because, propose_merged
from trivet.agreements.icp.kind import body_of, sentence
from trivet.agreements.icp.models import FunctionDraft, Workshop
from trivet.agreements.icp.rules.comparison import OUT, Compared, aligned, compared, merged
from trivet.agreements.icp.rules.whose import functions_of
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import NotAllowed, TrivetError
from trivet.numbers.insight.icp import Profile, problems
from trivet.vocabulary.function import OWNERS, Function
from trivet.web import icp_shown
from trivet.web.answers import Answers
from trivet.web.icp_against import against_profile

LONGEST = 2_000

Drafts = dict[Function, Profile]


@dataclass(frozen=True, slots=True)
class DraftShown:
    """One function's draft; `draft` is None where whoever asks may not read it yet."""

    function: Function
    is_own: bool
    is_handed_in: bool
    draft: FunctionDraft | None


@dataclass(frozen=True, slots=True)
class WordingShown:
    """One wording, who has it, and what the data says to it."""

    value: str
    says: str
    functions: str
    points: str
    is_picked: bool
    evidence: icp_shown.EvidenceShown | None


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """One criterion across the drafts.

    moves   what each pair's difference in this clause alone means
    """

    clause: Compared
    wordings: list[WordingShown]
    without: str
    moves: list[str]
    picked: str
    points: str
    wrong: str


@allowed(Verb.PROPOSE, Thing.ICP)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Open a round, or go to the one that is held."""
    held = drafting.open_workshop(by=asking.me(request), now=asking.now())
    return _to(held)


@allowed(Verb.SEE, Thing.ICP)
@never_cache
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with who has handed in; with the comparison once all have."""
    return show(request, get_object_or_404(Workshop, pk=pk))


@allowed(Verb.EDIT, Thing.ICP)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the drafting early, with a reason."""
    workshop = get_object_or_404(Workshop, pk=pk)
    why = request.POST.get("why", "").strip()
    if not why or len(why) > LONGEST:
        return show(request, workshop, wrong={"why": gettext("Say why it ends before all are in.")})
    try:
        now = asking.now()
        drafting.close_drafting(workshop=workshop, why=why, by=asking.me(request), now=now)
    except TrivetError as refused:
        return show(request, get_object_or_404(Workshop, pk=pk), refused=refused)
    return _to(workshop)


@allowed(Verb.PROPOSE, Thing.ICP)
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at the merged profile, or propose it (303); 422 with what is not settled."""
    workshop = get_object_or_404(Workshop, pk=pk)
    drafts = aligned(queries.compared_drafts(workshop))
    if not drafts:
        raise Http404
    rows = compared(drafts)
    picks = {row.id: request.POST.get(f"pick-{row.id}", "") for row in rows}
    points, wrong = _points(request, rows)
    for row in rows:
        if picks[row.id] not in (OUT, *(each.value for each in row.wordings)):
            wrong[row.id] = gettext("Choose a wording, or leave it out.")
    edges = {str(each): each for each in drafts}.get(request.POST.get("edges", ""))
    if edges is None:
        wrong["edges"] = gettext("Choose whose cut-offs.")
    if wrong or edges is None:
        return show(request, workshop, wrong=wrong)
    profile = merged(drafts, rows, picks, points, edges)
    found = problems(body_of(profile))
    if found:
        return show(
            request,
            workshop,
            wrong={f"#{at}": says for at, says in enumerate(found)},
            preview=profile,
        )
    if "check" in request.POST:
        return show(request, workshop, preview=profile)
    why = request.POST.get("why", "").strip()
    if not why or len(why) > LONGEST:
        why_wrong = {"why": gettext("Say what the proposal is for, in 2,000 letters at most.")}
        return show(request, workshop, wrong=why_wrong, preview=profile)
    try:
        proposal = propose_merged(
            workshop=workshop, profile=profile, why=why, by=asking.me(request), now=asking.now()
        )
    except TrivetError as refused:
        return show(request, get_object_or_404(Workshop, pk=pk), refused=refused)
    return HttpResponseRedirect(reverse("proposal", args=[proposal.pk]), status=303)


def show(
    request: HttpRequest,
    workshop: Workshop,
    *,
    refused: TrivetError | None = None,
    wrong: dict[str, str] | None = None,
    preview: Profile | None = None,
) -> HttpResponse:
    """The page, with what was refused or is to be settled (422)."""
    standing = standing_of(request)
    own = functions_of(standing.seats)
    readable = {each.function: each for each in queries.readable_drafts(workshop, standing.seats)}
    handed_in = set(
        workshop.drafts.filter(handed_in_at__isnull=False).values_list("function", flat=True)
    )
    drafts = aligned(queries.compared_drafts(workshop))
    answers = icp_shown.answers()
    worth = icp_shown.sees_worth(request, answers)
    fit = answers.fit(preview) if preview is not None and answers and not wrong else None
    shown = {
        "workshop": workshop,
        "drafts": [
            DraftShown(each, each in own, str(each) in handed_in, readable.get(str(each)))
            for each in OWNERS
        ],
        "clauses": _clauses(request, drafts, answers, wrong or {}, worth=worth),
        "worth": worth,
        "pairs": _pairs(drafts, answers, worth=worth),
        "edges": [
            (
                str(function),
                function.title,
                profile.cutoffs,
                round(profile.problems_count_from * 100),
                f"{(profile.let_through * 100).normalize():f}",
            )
            for function, profile in drafts.items()
        ],
        "edge": request.POST.get("edges", "") or _shared_edge(drafts),
        "preview": icp_shown.sections(preview, answers) if preview is not None else [],
        "cautions": preview.cautions if preview is not None else [],
        "objections": against_profile(answers, preview) if fit and answers and preview else [],
        "bands": icp_shown.bands(fit.bands, fit.currency) if fit else [],
        "wrong": wrong or {},
        "refused": refused,
        "why": request.POST.get("why", "") or because(workshop),
        "may_close": workshop.is_drafting and standing.may(Verb.EDIT, Thing.ICP),
        "may_merge": bool(drafts)
        and not workshop.is_over
        and standing.may(Verb.PROPOSE, Thing.ICP),
        "here": "icp",
    }
    status = 403 if isinstance(refused, NotAllowed) else 422 if refused or wrong else 200
    return render(request, "web/icp_workshop.html", shown, status=status)


def _clauses(
    request: HttpRequest,
    drafts: Drafts,
    answers: Answers | None,
    wrong: dict[str, str],
    *,
    worth: bool,
) -> list[ClauseShown]:
    rows = compared(drafts)
    words_of = {}
    if answers is not None:
        for function, profile in drafts.items():
            for each in answers.evidence(profile).criteria:
                words_of[function, each.criterion.id] = icp_shown.evidence_shown(each)
    found = []
    for row in rows:
        settled = row.agreement == "all"
        picked = request.POST.get(f"pick-{row.id}", row.wordings[0].value if settled else "")
        wordings = [
            WordingShown(
                each.value,
                sentence(each.criterion.says),
                ", ".join(gettext(f.title) for f in each.functions),
                ", ".join(dict.fromkeys(str(p) for p in each.points)),
                picked == each.value,
                words_of.get((each.functions[0], row.id)),
            )
            for each in row.wordings
        ]
        found.append(
            ClauseShown(
                row,
                wordings,
                ", ".join(gettext(each.title) for each in row.without),
                _moves(row, drafts, answers, worth=worth),
                picked,
                request.POST.get(f"points-{row.id}", ""),
                wrong.get(row.id, ""),
            )
        )
    return found


def _moves(row: Compared, drafts: Drafts, answers: Answers | None, *, worth: bool) -> list[str]:
    """What each pair's difference in this clause does by itself."""
    if answers is None or (row.agreement == "all" and row.has_one_worth):
        return []
    found = []
    for one, other in combinations(drafts, 2):
        between = answers.profile_difference(drafts[one], drafts[other])
        for each in between.criteria:
            if each.id == row.id:
                said = icp_shown.moved_words(each.moved, answers.currency, worth=worth)
                found.append(f"{gettext(one.title)} → {gettext(other.title)}: {said}")
    return found


def _pairs(drafts: Drafts, answers: Answers | None, *, worth: bool) -> list[tuple[str, str]]:
    if answers is None:
        return []
    return [
        (
            f"{gettext(one.title)} → {gettext(other.title)}",
            icp_shown.moved_words(
                answers.profile_difference(drafts[one], drafts[other]).moved,
                answers.currency,
                worth=worth,
            ),
        )
        for one, other in combinations(drafts, 2)
    ]


def _points(request: HttpRequest, rows: list[Compared]) -> tuple[dict[str, int], dict[str, str]]:
    points, wrong = {}, {}
    for row in rows:
        told = request.POST.get(f"points-{row.id}", "").strip()
        if not told:
            continue
        if told.isascii() and told.isdecimal() and int(told[:9]) <= 100:
            points[row.id] = int(told)
        else:
            wrong[row.id] = gettext("Points are a whole number from 0 to 100.")
    return points, wrong


def _shared_edge(drafts: Drafts) -> str:
    """Whose cut-offs, where all have the same."""
    edges = {(each.cutoffs, each.problems_count_from, each.let_through) for each in drafts.values()}
    return str(next(iter(drafts))) if len(edges) == 1 else ""


def _to(workshop: Workshop) -> HttpResponse:
    return HttpResponseRedirect(reverse("icp-workshop", args=[workshop.pk]), status=303)
