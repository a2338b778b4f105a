"""Let the metrics follow a definition they rest on to its new version."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.propose import amend, propose
from trivet.agreements.documents.definitions import resting_on
from trivet.agreements.documents.kinds.metric_definition import with_every_option
from trivet.agreements.documents.models import Proposal, Version
from trivet.agreements.people.models import Person


@in_turn()
def repin(*, base: Version, by: Person, now: datetime) -> list[Proposal]:
    """Propose, for each metric that pins another version of this base, the same with this one.

    A metric that has an open proposal gets the pin in there, as an edit: what was signed of it
    lapses, for it rested on other bytes.

    Raises   NotAllowed if `by` may not propose definitions
    """
    changed = []
    for version in resting_on(base):
        body = with_every_option(
            version.body | {"uses": {**_uses(version), base.document.key: base.sha256}}
        )
        if version.proposal.is_open:
            amend(proposal=version.proposal, body=body, shown_hash=version.sha256, by=by, now=now)
            changed.append(version.proposal)
            continue
        said = {"base": base.document.called, "number": base.number}
        why = _("It rests on %(base)s, of which version %(number)s is new.") % said
        changed.append(propose(document=version.document, body=body, why=why, by=by, now=now))
    return changed


def _uses(version: Version) -> dict[str, object]:
    uses = version.body.get("uses", {})
    assert isinstance(uses, dict)
    return uses
