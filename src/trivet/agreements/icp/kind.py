"""The profile as a kind of document: what is wrong with one, and how it reads, clause by clause."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from trivet.agreements.documents.rules.body import Body, body_text, read_body
from trivet.agreements.documents.rules.kind import Clause, Kind
from trivet.agreements.language import said
from trivet.agreements.people.rules.right import Thing
from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp import Criterion, Profile, Section, cautions, problems, read_profile
from trivet.numbers.insight.icp.sentence import Sentence

ID = "icp"


def sentence(says: Sentence) -> str:
    """A criterion's sentence in the reader's language; values stay as the data has them."""
    return said(says)


def worth(criterion: Criterion) -> str:
    """What a criterion does to an account of which it is true."""
    if criterion.excludes:
        return _("Excludes the account, whatever else fits.")
    return ngettext("%(points)s point.", "%(points)s points.", criterion.points) % {
        "points": criterion.points
    }


def says(criterion: Criterion) -> str:
    """A criterion as people sign it: the sentence, what it is worth, and why it is there."""
    read = f"{sentence(criterion.says)}. {worth(criterion)}"
    # Whom a persona is told by decides who counts: it is part of what is signed.
    for persona in getattr(criterion.test, "personas", ()):
        told = _("%(persona)s: titles with %(titles)s; roles %(roles)s.") % {
            "persona": persona.name,
            "titles": ", ".join(persona.titles) or "–",
            "roles": ", ".join(persona.buying_roles) or "–",
        }
        read += f" {told}"
    return f"{read} ({criterion.note})" if criterion.note else read


def reads(body: Body) -> list[Clause]:
    """A clause a criterion, in the order of the sections; then the cut-offs."""
    try:
        profile = read_profile(body)
    except ProfileRefused as refused:
        return [Clause("criteria", _("Not readable"), said(refused.happened))]
    clauses = [
        Clause(f"criteria.{each.id}", _(section.title), says(each))
        for section in Section
        for each in profile.in_section(section)
    ]
    edges = _(
        "Of 100 points, A is %(a)s or more, B is %(b)s or more, C is %(c)s or more, D is less."
    ) % {"a": profile.cutoffs.a, "b": profile.cutoffs.b, "c": profile.cutoffs.c}
    share = f"{(profile.problems_count_from * 100).normalize():f}"
    count = _("A business problem gives points once it is known of %(share)s%% of accounts.") % {
        "share": share
    }
    through = profile.let_through
    learned = [
        Clause(
            "let_through",
            _("To learn"),
            _(
                "%(share)s%% of disqualified accounts are let through all the same, chosen by"
                " their id, so that their outcome is learned."
            )
            % {"share": f"{(through * 100).normalize():f}"},
        )
    ]
    return [
        *clauses,
        Clause("cutoffs", _("Bands"), edges),
        Clause("problems_count_from", _("When business problems count"), count),
        *(learned if through else []),
    ]


def body_of(profile: Profile) -> dict[str, object]:
    """A profile as the body of a document, spelled as it is signed."""
    return read_body(body_text(profile.document()))


def _problems(body: Body) -> list[str]:
    return problems(body)


ICP = Kind(
    ID,
    gettext_noop("Ideal customer profile"),
    Thing.ICP,
    _problems,
    reads,
    only_one=True,
    warns=cautions,
)
