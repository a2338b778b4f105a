"""What can be asked of a company about its ideal customer profile: the face of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trivet.numbers.insight.icp.attributes import Askable, askable
from trivet.numbers.insight.icp.candidates import candidates
from trivet.numbers.insight.icp.closed import STRATA, Definitions
from trivet.numbers.insight.icp.difference import ProfileDifference, difference
from trivet.numbers.insight.icp.draft import Suggested, suggested
from trivet.numbers.insight.icp.evidence import Evidence, Happenings, evidence
from trivet.numbers.insight.icp.fit import Accounts, Fit, fit
from trivet.numbers.insight.icp.profile import Profile
from trivet.numbers.insight.icp.standing import standing
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
        # A build does not change: what is the same for every profile is asked once for a day.
        self._accounts: dict[date | None, Accounts] = {}
        self._happened: dict[date | None, Happenings] = {}

    def fit(self, profile: Profile, as_of: date | None = None) -> Fit:
        """Points and band of every account, with ARR and open pipeline."""
        return fit(self._accounts_on(as_of), profile)

    def difference(
        self, before: Profile, after: Profile, as_of: date | None = None
    ) -> ProfileDifference:
        """What changes from one profile to another, in criteria, accounts and revenue."""
        return difference(self._accounts_on(as_of), before, after)

    def evidence(self, profile: Profile, as_of: date | None = None) -> Evidence:
        """What closed opportunities and customers say about each criterion."""
        return evidence(self._measurement, self._happened_by(as_of), profile)

    def validation(
        self, in_force: Profile | Sequence[InForce], as_of: date | None = None
    ) -> Validation:
        """The quarterly report.

        in_force   the profiles that were in force, each since when, in that order; one profile
                   alone stands for ever
        """
        since = (InForce(None, in_force),) if isinstance(in_force, Profile) else tuple(in_force)
        accounts, happened = self._accounts_on(as_of), self._happened_by(as_of)
        told = evidence(self._measurement, happened, since[-1].profile)
        return validation(self._measurement, since, accounts, happened, told)

    def attributes(self) -> Askable:
        """What a criterion can ask for in this company's data."""
        return askable(self._measurement)

    def suggested(self, as_of: date | None = None) -> Suggested:
        """What sets accounts that were won apart from those that were lost, as evidence tells it.

        Every test that the data allows is judged at once; what is confirmed makes a profile.
        """
        happened = self._happened_by(as_of)
        tried = Profile(tuple(candidates(self.attributes())))
        told = evidence(self._measurement, happened, tried, in_all=False)
        new = happened.deals.of(STRATA[0])
        return suggested(told, int(new.sum()), int((new & happened.deals.won).sum()))

    def draft(self) -> Profile:
        """A first profile to argue about: what `suggested` confirms, and nothing else."""
        return self.suggested().profile

    def _happened_by(self, as_of: date | None) -> Happenings:
        if as_of not in self._happened:
            found = Happenings.of(self._measurement, self._definitions, as_of)
            self._happened[as_of] = found
        return self._happened[as_of]

    def _accounts_on(self, as_of: date | None) -> Accounts:
        if as_of not in self._accounts:
            worth = standing(
                self._measurement,
                self._definitions("net_revenue_retention"),
                self._definitions("pipeline_coverage"),
                as_of,
            )
            self._accounts[as_of] = Accounts(self._measurement, worth)
        return self._accounts[as_of]
