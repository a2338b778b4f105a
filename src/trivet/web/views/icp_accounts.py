"""The fit of every account: its band, its points, and what disqualified it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trivet.agreements.icp import queries
from trivet.agreements.icp.kind import sentence
from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.numbers.insight.icp import Profile
from trivet.numbers.insight.icp.profile import BANDS, DISQUALIFIED
from trivet.web import csv_file, icp_shown, published, words
from trivet.web.answers import Answers
from trivet.web.icp_version import version_shown
from trivet.web.visible_accounts import visible_accounts

A_PAGE = 50
LONGEST_SEARCH = 200
CSV_COLUMNS = (
    "account_id", "account_name", "band", "points", "known", "criteria", "disqualified_by",
    "let_through", "arr", "open_pipeline",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountShown:
    """One account's fit; a disqualified one may be let through, to learn how it ends."""

    id: str
    name: str
    band: str
    points: str
    known: str
    disqualified_by: str
    let_through: bool
    arr: str
    pipeline: str


@allowed(Verb.SEE, Thing.ACCOUNTS)
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the accounts whoever asks may open, the best fit first."""
    answers = published.builds().answers()
    version = queries.in_force()
    profile = queries.profile_of(version) if version else Profile(())
    band, search = _asked(request)
    rows = _rows(request, answers, profile, band, search) if version else []
    found = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "version": version,
        "held_by": version_shown(version),
        "page": found,
        "accounts": [_shown(row, answers, profile) for row in found.object_list],
        "bands": [(each, icp_shown.band_words(each)) for each in (*BANDS, DISQUALIFIED)],
        "band": band,
        "q": search,
        "here": "icp",
    }
    return render(request, "web/icp_accounts.html", shown)


@allowed(Verb.SEE, Thing.ACCOUNTS)
@never_cache
@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """The same as CSV; only the heading before a profile is in force."""
    answers = published.builds().answers()
    version = queries.in_force()
    rows = []
    if version:
        rows = _rows(request, answers, queries.profile_of(version), *_asked(request))

    def lines() -> Iterator[str]:
        yield csv_file.line(CSV_COLUMNS)
        for row in rows:
            cells = (
                (row["account_id"], ""), (row["account_name"], ""), (row["band"], ""),
                (row["points"], ""), (row["known"], ""), (row["criteria"], ""),
                (row["disqualified_by"], ""), ("yes" if row["let_through"] else "", ""),
                (row["arr_minor"], "money"), (row["pipeline_minor"], "money"),
            )  # fmt: skip
            yield csv_file.line(csv_file.cell(v, kind, answers.currency) for v, kind in cells)

    return csv_file.answer(lines(), "icp_accounts")


def line_for(answers: Answers, account_id: str) -> dict[str, str] | None:
    """One account's band and points, for its own page; None before a profile is in force."""
    version = queries.in_force()
    if version is None:
        return None
    fit = answers.fit(queries.profile_of(version))
    for row in fit.rows.to_pylist():
        if row["account_id"] == account_id:
            points = words.NO_NUMBER if row["points"] is None else f"{round(row['points'])}"
            held = version_shown(version)
            says = held.says if held else ""
            return {"band": icp_shown.band_words(row["band"]), "points": points, "held": says}
    return None


def _asked(request: HttpRequest) -> tuple[str, str]:
    band = request.GET.get("band", "")
    known = band if band in (*BANDS, DISQUALIFIED) else ""
    return known, request.GET.get("q", "").strip()[:LONGEST_SEARCH]


def _rows(
    request: HttpRequest, answers: Answers, profile: Profile, band: str, search: str
) -> list[dict[str, object]]:
    fit = answers.fit(profile)
    team = visible_accounts(request, answers)
    told = search.casefold()
    found = [
        row | {"criteria": len(fit.profile.criteria)}
        for row in fit.rows.to_pylist()
        if (team is None or row["account_id"] in team.accounts)
        and (not band or row["band"] == band)
        and (not told or told in f"{row['account_name']} {row['account_id']}".casefold())
    ]
    order = (*BANDS, DISQUALIFIED)
    return sorted(
        found, key=lambda row: (order.index(row["band"]), -(row["points"] or 0), row["account_id"])
    )


def _shown(row: dict[str, object], answers: Answers, profile: Profile) -> AccountShown:
    points, known, criteria = row["points"], row["known"], row["criteria"]
    assert isinstance(known, int)
    assert isinstance(criteria, int)
    arr, pipeline = row["arr_minor"], row["pipeline_minor"]
    assert isinstance(arr, int)
    assert isinstance(pipeline, int)
    return AccountShown(
        str(row["account_id"]),
        str(row["account_name"]),
        icp_shown.band_words(str(row["band"])),
        words.NO_NUMBER if points is None else f"{round(float(str(points)))}",
        icp_shown.percent(Fraction(known, criteria)) if criteria else words.NO_NUMBER,
        _why(row["disqualified_by"], profile),
        bool(row["let_through"]),
        words.compact_money(arr, answers.currency),
        words.compact_money(pipeline, answers.currency),
    )


def _why(name: object, profile: Profile) -> str:
    """The sentence of the criterion that disqualified it."""
    return sentence(profile.criterion(str(name)).says) if name else ""
