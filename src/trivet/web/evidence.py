"""What the numbers say about a deadlock, frozen with the question to the CEO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trivet.agreements.documents.kinds.metric_definition import if_signed
from trivet.agreements.documents.models import Document, Version
from trivet.agreements.governance.exhibits import Attachment
from trivet.agreements.governance.rules.side import Side
from trivet.numbers.insight.icp import read_profile
from trivet.numbers.insight.price import PricedMetric
from trivet.web import published, words
from trivet.web.icp_against import counts


def priced(document: Document, wordings: Mapping[Side, Version | None]) -> Sequence[Attachment]:
    """What each proposed wording of a definition would have changed, against the one in force.

    Raises   NothingPublished, DefinitionRefused
    """
    answers = published.builds().answers()
    found = []
    for side in (Side.PROPOSED, Side.OTHER):
        version = wordings.get(side)
        if version is None:
            continue
        price = answers.price(if_signed(answers.model.in_force, version.body))
        body = {
            "counted from the build": price.build,
            "changes": {
                words.sentence(metric.after.title): _quarters(metric, price.currency)
                for metric in price.metrics
            }
            or "no figure, to the last record",
        }
        found.append(Attachment(side, "The last eight closed quarters", body))
    return found


def judged(_document: Document, wordings: Mapping[Side, Version | None]) -> Sequence[Attachment]:
    """What closed opportunities say to each criterion of each wording of the profile.

    Raises   NothingPublished, ProfileRefused
    """
    answers = published.builds().answers()
    found = []
    for side in (Side.PROPOSED, Side.OTHER):
        version = wordings.get(side)
        if version is None:
            continue
        told = answers.evidence(read_profile(version.body))
        body = {
            "counted from the build": told.build,
            "criteria": {
                words.sentence(each.criterion.says): " ".join(
                    (
                        f"{words.sentence(str(each.word))}.",
                        words.sentence(each.says),
                        words.sentence(counts(each.new_business.judged.whole)),
                    )
                )
                for each in told.criteria
            }
            or words.sentence(told.reason),
        }
        found.append(Attachment(side, "What closed opportunities say", body))
    return found


def _quarters(metric: PricedMetric, currency: str) -> dict[str, str]:
    return {
        each.period.key: f"{words.amount(each.change.before.value, metric.unit, currency)} →"
        f" {words.amount(each.change.after.value, metric.unit, currency)},"
        f" {words.records(len(each.flips))} otherwise"
        for each in metric.periods
    }
