"""Opportunities as the CRM knows them, with everything that was ever different about them.

The whole path of an opportunity is drawn once, past the export if need be; what an export
shows is the path cut at its instant. So two exports of different days agree by construction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from trivet.demo_company import stages, users
from trivet.demo_company.accounts import Accounts
from trivet.demo_company.days import DAY, ENDS, NONE, Flags, Real, Whole, in_office, instant

NEW_BUSINESS, EXPANSION, RENEWAL = 0, 1, 2
TYPES = ("New Customer", "Existing Customer - Upgrade", "Renewal")
SEAT, TIER, CROSS_SELL, USAGE = 0, 1, 2, 3
EXPANSION_TYPES = ("Seats", "Tier", "Cross-sell", "Usage", "Renewal uplift")
RENEWAL_UPLIFT = 4
PRODUCTS = ("Insight Core", "Insight Plus", "Forecasting", "Data Hub")
MARKETING, SALES, PARTNER, CUSTOMER_SUCCESS = 0, 1, 2, 3
FUNCTION_NAMES = ("Marketing", "Sales", "Partner", "Customer Success")
LEAD_SOURCES = (
    "Webinar", "Paid Search", "Content Download", "Trade Show", "Demo Request", "Organic Search",
    "Spring Offer", "Outbound", "Cold Call", "Sales Referral", "Partner", "Reseller",
    "Customer Success", "Health Review", "Renewal", "",
)  # fmt: skip
(
    WEBINAR, PAID_SEARCH, CONTENT, TRADE_SHOW, DEMO_REQUEST, ORGANIC, SPRING_OFFER, OUTBOUND,
    COLD_CALL, REFERRAL, PARTNER_LABEL, RESELLER, CS_LABEL, HEALTH_REVIEW, RENEWAL_LABEL, BLANK,
) = range(16)  # fmt: skip
LOST_REASONS = (
    "Competitor", "Price", "No decision", "Timing", "Missing feature", "Duplicate", "",
)  # fmt: skip
DUPLICATE = 5


@dataclass(frozen=True, slots=True)
class Opportunities:
    """Opportunities of one shard, by position. Money is in whole units of the account's currency.

    source       the function that created it, which the touches and activities around it show
    label        position in LEAD_SOURCES; `label_before` until the day of `label_changed`
    is_won       how it ends or will end
    entered      when each open stage was entered; one column a stage
    closed       when it closed or will close
    lost_first, reopened   an earlier loss, and its way back into negotiation
    base         of a renewal: the annual value that was there
    acv_before   the annual value until `acv_changed`; `acv_after` from `acv_edited` on, once closed
    expected     the close date first entered, a day; `expected_later` from `pushed` on
    person       the first person on the buying side; `has_roles` when the CRM was told
    """

    account: Whole
    motion: Whole
    expansion_type: Whole
    source: Whole
    label: Whole
    label_before: Whole
    label_changed: Whole
    campaign: Whole
    product: Whole
    person: Whole
    has_roles: Flags
    is_partner: Flags
    is_self_serve: Flags
    created: Whole
    entered: Whole
    closed: Whole
    is_won: Flags
    lost_first: Whole
    reopened: Whole
    lost_reason: Whole
    acv: Whole
    acv_before: Whole
    acv_changed: Whole
    acv_after: Whole
    acv_edited: Whole
    base: Whole
    one_off: Whole
    term: Whole
    expected: Whole
    expected_later: Whole
    pushed: Whole
    owner: Whole
    owner_before: Whole
    owner_changed: Whole

    def __len__(self) -> int:
        return len(self.account)

    def __getitem__(self, which: Whole | Flags) -> Opportunities:
        return Opportunities(**{f.name: getattr(self, f.name)[which] for f in fields(self)})

    @classmethod
    def together(cls, parts: Sequence[Opportunities]) -> Opportunities:
        named = {f.name: [getattr(part, f.name) for part in parts] for f in fields(cls)}
        return cls(**{name: np.concatenate(values) for name, values in named.items()})

    def is_closed(self, at: int = ENDS) -> Flags:
        return (self.closed < at) | (
            (self.lost_first >= 0) & (self.lost_first < at) & ~self.is_back(at)
        )

    def is_back(self, at: int = ENDS) -> Flags:
        return (self.reopened >= 0) & (self.reopened < at)

    def is_won_by(self, at: int = ENDS) -> Flags:
        return self.is_won & (self.closed < at)

    def as_signed(self) -> Opportunities:
        """A renewal is quoted once: no guesses at its value, nothing that does not recur."""
        never = np.full(len(self), NONE, dtype=np.int64)
        return replace(
            self,
            acv_before=self.acv,
            acv_changed=never,
            acv_edited=never,
            one_off=np.zeros_like(never),
        )

    def stage(self, at: int = ENDS) -> Whole:
        """Position in `stages.NAMES` at an instant."""
        reached = (self.entered >= 0) & (self.entered < at)
        open_stage = np.where(reached, np.arange(5), 0).max(axis=1)
        open_stage = np.where(self.is_back(at), stages.NEGOTIATION, open_stage)
        ended = np.where(
            self.closed < at, np.where(self.is_won, stages.WON, stages.LOST), stages.LOST
        )
        return np.where(self.is_closed(at), ended, open_stage)

    def annual_value(self, at: int = ENDS) -> Whole:
        changed = (self.acv_changed >= 0) & (self.acv_changed < at)
        edited = (self.acv_edited >= 0) & (self.acv_edited < at)
        return np.where(edited, self.acv_after, np.where(changed, self.acv, self.acv_before))

    def close_day(self, at: int = ENDS) -> Whole:
        pushed = (self.pushed >= 0) & (self.pushed < at)
        expected = np.where(pushed, self.expected_later, self.expected)
        closed = np.where(self.closed < at, self.closed, self.lost_first)
        return np.where(self.is_closed(at), closed // DAY, expected)

    def owner_at(self, at: int = ENDS) -> Whole:
        changed = (self.owner_changed >= 0) & (self.owner_changed < at)
        return np.where(changed, self.owner, self.owner_before)

    def label_at(self, at: int = ENDS) -> Whole:
        changed = (self.label_changed >= 0) & (self.label_changed < at)
        return np.where(changed, self.label, self.label_before)


def complete(
    rng: np.random.Generator,
    accounts: Accounts,
    *,
    account: Whole,
    motion: int,
    source: Whole,
    label: Whole,
    person: Whole,
    created: Whole,
    entered: Whole,
    closed: Whole,
    is_won: Flags,
    acv: Whole,
    base: Whole,
    term: Whole,
    owner: Whole,
    campaign: Whole | None = None,
    expansion_type: Whole | None = None,
    is_self_serve: Flags | None = None,
    may_reopen: bool = False,
) -> Opportunities:
    """Draw what people did to the record around its path: guesses, pushes, edits, reasons."""
    count = len(account)
    never = np.full(count, NONE, dtype=np.int64)
    nobody = np.zeros(count, dtype=bool)
    self_serve = nobody if is_self_serve is None else is_self_serve

    resized = (rng.random(count) < 0.38) & ~self_serve
    acv_before = np.where(resized, _rounded(acv * rng.uniform(0.72, 1.25, count)), acv)
    span = np.maximum(closed - created, 2 * DAY)
    acv_changed = np.where(
        resized, created + (span * rng.uniform(0.35, 0.9, count)).astype(np.int64), NONE
    )
    acv_changed = np.where(resized, np.maximum(acv_changed, entered.max(axis=1) + 600), NONE)
    acv_changed = np.where(resized, np.minimum(acv_changed, closed - 1_800), NONE)

    expected = closed // DAY - rng.normal(14, 26, count).astype(np.int64)
    expected = np.maximum(expected, created // DAY + 14)
    late = expected < closed // DAY - 2
    # One in twenty is forgotten: its close date stays in the past.
    pushes = late & (rng.random(count) < 0.95)
    pushed = np.where(
        pushes, in_office(rng, (expected - 4) * DAY, users_open(accounts, account)), NONE
    )
    pushed = np.where(pushes, np.clip(pushed, created + 3_600, closed - 3_600), NONE)
    expected_later = np.maximum(expected + 5, closed // DAY + rng.integers(-4, 12, count))

    reason = rng.choice(len(LOST_REASONS), size=count, p=(0.28, 0.2, 0.22, 0.14, 0.09, 0.03, 0.04))
    gap = rng.integers(18, 50, count) * DAY
    reopens = (rng.random(count) < 0.018) & (entered[:, stages.NEGOTIATION] >= 0)
    reopens &= may_reopen & ~self_serve
    reopens &= closed - entered[:, stages.NEGOTIATION] > 4 * DAY
    lost_first = np.where(reopens, closed, NONE)
    reopened = np.where(reopens, closed + gap, NONE)
    closed = np.where(reopens, closed + gap + rng.integers(10, 45, count) * DAY, closed)

    edits = is_won & (rng.random(count) < 0.06) & (closed > instant("2026-03-01"))
    acv_edited = np.where(edits, closed + rng.integers(8, 40, count) * DAY, NONE)
    return Opportunities(
        account=account,
        motion=np.full(count, motion),
        expansion_type=never if expansion_type is None else expansion_type,
        source=source,
        label=label,
        label_before=label,
        label_changed=never,
        campaign=never if campaign is None else campaign,
        product=rng.choice(len(PRODUCTS), size=count, p=(0.42, 0.26, 0.18, 0.14)),
        person=person,
        has_roles=rng.random(count) > 0.07,
        is_partner=(source == PARTNER) & (rng.random(count) < 0.12),
        is_self_serve=self_serve,
        created=created,
        entered=entered,
        closed=closed,
        is_won=is_won,
        lost_first=lost_first,
        reopened=reopened,
        lost_reason=reason,
        acv=acv,
        acv_before=acv_before,
        acv_changed=acv_changed,
        acv_after=_rounded(acv * rng.choice([0.85, 0.9, 1.12], count)),
        acv_edited=acv_edited,
        base=base,
        one_off=np.where(
            rng.random(count) < 0.24, _rounded(acv * rng.uniform(0.05, 0.2, count)), 0
        ),
        term=term,
        expected=expected,
        expected_later=expected_later,
        pushed=pushed,
        owner=owner,
        owner_before=owner,
        owner_changed=never,
    )


def users_open(accounts: Accounts, account: Whole) -> Whole:
    """Hour of the UTC day at which the account's region opens."""
    return np.asarray(users.OPENS_UTC)[accounts.region[account]]


def _rounded(amount: Real) -> Whole:
    """Prices are quoted in hundreds."""
    return np.maximum(100, (np.round(amount / 100) * 100).astype(np.int64))


def hand_over(rng: np.random.Generator, opportunities: Opportunities) -> Opportunities:
    """What happened between the two exports, seen only by comparing them.

    A rep left and the open deals changed hands; ops corrected some lead sources.
    """
    left = instant("2026-09-14")
    mine = (opportunities.owner == users.WHO_LEFT) & (opportunities.created < left)
    moved = mine & (opportunities.closed > left)
    stays = mine & ~moved
    corrected = (rng.random(len(opportunities)) < 0.008) & (opportunities.label != BLANK)
    corrected &= opportunities.created < instant("2026-07-20")
    changed_at = instant("2026-09-02") + rng.integers(0, 20 * DAY, len(opportunities))
    owner = np.where(
        opportunities.owner == users.WHO_LEFT, users.WHO_TOOK_OVER, opportunities.owner
    )
    return replace(
        opportunities,
        owner=np.where(stays, users.WHO_LEFT, owner),
        owner_before=np.where(mine, users.WHO_LEFT, owner),
        owner_changed=np.where(moved, left, NONE),
        label_before=np.where(corrected, BLANK, opportunities.label),
        label_changed=np.where(corrected, changed_at, NONE),
    )
