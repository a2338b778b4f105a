"""What can be asked of a company about its ideal customer profile: the face of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trivet.numbers.insight.icp.attributes import Askable, askable
from trivet.numbers.insight.icp.closed import Definitions
from trivet.numbers.insight.icp.difference import ProfileDifference, difference
from trivet.numbers.insight.icp.draft import draft
from trivet.numbers.insight.icp.evidence import Evidence, evidence
from trivet.numbers.insight.icp.fit import Fit, fit
from trivet.numbers.insight.icp.profile import Profile
from trivet.numbers.insight.icp.standing import Standing, standing
from trivet.numbers.insight.icp.validation import InForce, Validation, validation
from trivet.numbers.shared_metrics.measure import Measurement


class Icp:
    """Questions about profiles, on one build.

    definitions   the definition in force of each metric: revenue, wins and retention are counted
                  here as they are on every other page

    In every question `as_of` is a day at the company, at whose end is asked; None asks with all
    that is known.
    """

    def __init__(self, measurement: Measurement, definitions: Definitions) -> None:
        self._measurement = measurement
        self._definitions = definitions
        self._standings: dict[date | None, Standing] = {}

    def fit(self, profile: Profile, as_of: date | None = None) -> Fit:
        """Points and band of every account, with ARR and open pipeline."""
        return fit(self._measurement, profile, self._standing(as_of))

    def difference(
        self, before: Profile, after: Profile, as_of: date | None = None
    ) -> ProfileDifference:
        """What changes from one profile to another, in criteria, accounts and revenue."""
        return difference(self._measurement, before, after, self._standing(as_of))

    def evidence(self, profile: Profile, as_of: date | None = None) -> Evidence:
        """What closed opportunities and customers say about each criterion."""
        return evidence(self._measurement, self._definitions, profile, as_of)

    def validation(
        self, in_force: Profile | Sequence[InForce], as_of: date | None = None
    ) -> Validation:
        """The quarterly report.

        in_force   the profiles that were in force, each since when, in that order; one profile
                   alone stands for ever
        """
        since = (InForce(None, in_force),) if isinstance(in_force, Profile) else tuple(in_force)
        return validation(self._measurement, self._definitions, since, self._standing(as_of), as_of)

    def attributes(self) -> Askable:
        """What a criterion can ask for in this company's data."""
        return askable(self._measurement)

    def draft(self) -> Profile:
        """A first profile to argue about, from what the data has; it is no evidence."""
        return draft(self.attributes())

    def _standing(self, as_of: date | None) -> Standing:
        # A build does not change: what accounts are worth on a day is asked once.
        if as_of not in self._standings:
            self._standings[as_of] = standing(
                self._measurement,
                self._definitions("net_revenue_retention"),
                self._definitions("pipeline_coverage"),
                as_of,
            )
        return self._standings[as_of]
