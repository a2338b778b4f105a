"""A version as a PDF: every clause, who signed it, and its hash on every page.

The same version with the same signatures gives the same bytes: its date is the last thing that
happened to it. What people wrote travels as data (JSON in one input) and is never read as typst.
"""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from trivet.agreements.documents.models import Enactment, Signature, Version
from trivet.agreements.documents.paper.glyphs import shown

SOURCE = Path(__file__).with_name("version.typ")
_one_at_a_time = threading.Lock()


def paper(version: Version) -> bytes:
    """The PDF, in the language of whoever asks."""
    told = _told(version)
    spelled = _spelled(told)
    if spelled != told:
        spelled["note"] = _(
            "A character that the font of this paper does not have stands as its number in"
            " brackets; the pages of Trivet show it, and the hash covers it as it was written."
        )
    sent = {"paper": json.dumps(spelled, ensure_ascii=False, sort_keys=True)}
    # The compiler keeps the parsed fonts, and is not made for two at a time.
    with _one_at_a_time:
        found = _compiler().compile(
            format="pdf",
            sys_inputs=sent,
            # Tagged, titled and in a named language, so that a screen reader reads it.
            pdf_standards=["ua-1"],
            timestamp=int(_last_touched(version).timestamp()),
        )
    assert isinstance(found, bytes)
    return found


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(
        str(SOURCE),
        root=str(SOURCE.parent),
        font_paths=[str(settings.PAPER_FONTS)],
        ignore_system_fonts=True,
    )


def _told(version: Version) -> dict[str, object]:
    """Everything on the paper, as words."""
    document = version.document
    signatures = list(version.signatures.select_related("seat", "person", "instead_of"))
    enactment = Enactment.objects.filter(version=version).first()
    on = _last_touched(version)
    return {
        "language": (get_language() or "en").split("-")[0],
        "kind": _said(document.kind_of.title),
        "title": _said(version.title),
        "version": _("Version %(number)s") % {"number": version.number},
        "date": [on.year, on.month, on.day],
        "standing": _standing(version, enactment),
        "written": _("Written by %(name)s at %(at)s.")
        % {"name": version.made_by.name, "at": _at(version.made_at)},
        "clauses_title": _("What is agreed") if enactment else _("What is proposed"),
        "clauses": [
            {"heading": _said(clause.heading), "says": _said(clause.says)}
            for clause in version.clauses
        ],
        "signatures_title": _("Signatures"),
        "signatures_head": [_("Seat"), _("Name"), _("Signed at")],
        "signatures": [
            [each.seat.title, _signer(each), _at(each.signed_at)] for each in signatures
        ],
        "unsigned": "" if signatures else _("Nobody has signed it."),
        "hash_title": _("What was signed"),
        "hash_says": _(
            "Each signature covers the SHA-256 of the version's text in its one byte form. Whoever"
            " has the text can compute it again."
        ),
        "hash": version.sha256,
        "hash_name": "SHA-256",
        "note": "",
        "page": _("Page {n} of {of}"),
    }


def _spelled(told: object) -> Any:
    """The same, in characters that the paper's font has."""
    if isinstance(told, str):
        return shown(told, Path(settings.PAPER_FONTS))
    if isinstance(told, list):
        return [_spelled(each) for each in told]
    if isinstance(told, dict):
        return {name: _spelled(each) for name, each in told.items()}
    return told


def _standing(version: Version, enactment: Enactment | None) -> str:
    if enactment is None:
        outcome = version.proposal.outcome
        if not outcome:
            return _("Proposed, not in force.")
        return _("Not in force: it was never agreed.")
    said = {"at": _at(enactment.from_at)}
    if enactment.ruling:
        return _("In force since %(at)s, by a ruling of the chief executive officer.") % said
    signed = version.signatures.count()
    return ngettext(
        "In force from %(at)s, signed by %(number)s seat.",
        "In force from %(at)s, signed by %(number)s seats.",
        signed,
    ) % (said | {"number": signed})


def _signer(signature: Signature) -> str:
    if signature.instead_of is None:
        return signature.person.name
    said = {"name": signature.person.name, "holder": signature.instead_of.name}
    return _("%(name)s, standing in for %(holder)s") % said


def _last_touched(version: Version) -> datetime:
    """When the last thing happened to it: written, signed, put in force."""
    enactment = Enactment.objects.filter(version=version).first()
    return max(
        [
            version.made_at,
            *version.signatures.values_list("signed_at", flat=True),
            *([enactment.from_at] if enactment else []),
        ]
    ).astimezone(UTC)


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _said(text: str) -> str:
    return _(text) if text else ""
