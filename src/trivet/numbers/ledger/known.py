"""What a build knew of every record, laid beside what another build knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from trivet.numbers.shared_metrics.rows import rows_where


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact that is not what it was.

    subject        opportunity, account, contact, rate or target
    before, after  None where the fact was not there at all; empty where it held nothing
    """

    subject: str
    subject_id: str
    fact: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.fact == "there":
            came = self.before is None
            return f"{self.subject_id} was " + ("not known yet" if came else "known, and is gone")
        of = f" of {self.subject_id}" if self.subject_id else ""
        return f"{self.fact}{of}: {_shown(self.before)} → {_shown(self.after)}"


def _shown(said: str | None) -> str:
    return "not there" if said is None else said or "empty"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a row is about, by the ids that the row carries."""

    opportunity_id: str = ""
    account_id: str = ""
    contact_id: str = ""


class Known:
    """Facts as text: subject, subject_id, fact, said."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._read: dict[tuple[str, str], Mapping[str, str]] = {}

    def read(self, wanted: Collection[tuple[str, str]]) -> None:
        """Read what is known of many subjects at once."""
        missing = set(wanted) - self._read.keys()
        if not missing:
            return
        ids = pa.array(sorted({subject_id for _, subject_id in missing}), pa.string())
        rows = self.table.filter(pc.is_in(self.table["subject_id"], value_set=ids))
        found: dict[tuple[str, str], dict[str, str]] = {key: {} for key in missing}
        for row in rows.to_pylist():
            key = (row["subject"], row["subject_id"])
            if key in found:
                facts = found[key]
                # Two systems may each say something of the same fact.
                before = facts.get(row["fact"])
                facts[row["fact"]] = row["said"] if before is None else f"{before}, {row['said']}"
        self._read.update(found)

    def of(self, subject: str, subject_id: str) -> Mapping[str, str]:
        """Every fact of one subject."""
        self.read([(subject, subject_id)])
        return self._read[subject, subject_id]

    @cached_property
    def _parents(self) -> Mapping[str, str]:
        """The ultimate parent of each account."""
        accounts = rows_where(self.table, "subject", "account")
        rows = rows_where(accounts, "fact", "parent").to_pylist()
        return {row["subject_id"]: row["said"] or row["subject_id"] for row in rows}

    @cached_property
    def _below(self) -> Mapping[str, tuple[str, ...]]:
        """The accounts of each ultimate parent, itself among them."""
        found: dict[str, list[str]] = {}
        for account, parent in self._parents.items():
            found.setdefault(parent, []).append(account)
        return {parent: tuple(ids) for parent, ids in found.items()}

    def family(self, account_id: str) -> tuple[str, ...]:
        """An account and all that have its ultimate parent: they are one customer, or may be."""
        parent = self._parents.get(account_id, account_id)
        return (account_id, *self._below.get(parent, ()))

    @cached_property
    def _opportunities(self) -> Mapping[str, tuple[str, ...]]:
        rows = rows_where(self.table, "subject", "opportunity")
        found: dict[str, list[str]] = {}
        for row in rows_where(rows, "fact", "account").to_pylist():
            found.setdefault(row["said"], []).append(row["subject_id"])
        return {account: tuple(ids) for account, ids in found.items()}

    def opportunities(self, account_id: str) -> tuple[str, ...]:
        """The opportunities of an account: a win of one ends how far another looks back."""
        return self._opportunities.get(account_id, ())

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """Those with a rate."""
        rows = rows_where(self.table, "subject", "rate")
        return tuple(sorted({str(code) for code in rows["subject_id"].to_pylist()}))


def circles(then: Known, now: Known, subject: Subject) -> list[list[Changed]]:
    """What changed around a record, nearest first.

    Of itself and of the rates it uses; of its account, the account's family and its person; of
    the account's other opportunities; of the targets, which are nobody's.
    """
    own = [("opportunity", subject.opportunity_id)] if subject.opportunity_id else []
    around = [("contact", subject.contact_id)] if subject.contact_id else []
    others: list[tuple[str, str]] = []
    if subject.account_id:
        known = (then, now)
        family = {account for each in known for account in each.family(subject.account_id)}
        around += [("account", account) for account in sorted(family)]
        others = [
            ("opportunity", other)
            for other in sorted(
                {o for each in known for o in each.opportunities(subject.account_id)}
            )
            if other != subject.opportunity_id
        ]
    target = [("target", "")]
    codes = sorted({*then.currencies, *now.currencies})
    rates = [
        change
        for change in changes(then, now, [("rate", code) for code in codes])
        if _uses(then, now, own or around or target, change.subject_id)
    ]
    nearest = [changes(then, now, own) + rates] if own else []
    return [
        *nearest,
        changes(then, now, around) + ([] if own else rates),
        changes(then, now, others),
        changes(then, now, target) + ([] if own or around else rates),
    ]


def changes(then: Known, now: Known, subjects: Iterable[tuple[str, str]]) -> list[Changed]:
    """Every fact of some subjects that is not what it was."""
    subjects = list(subjects)
    then.read(subjects)
    now.read(subjects)
    found = []
    for subject, subject_id in subjects:
        before, after = then.of(subject, subject_id), now.of(subject, subject_id)
        found += [
            Changed(subject, subject_id, fact, before.get(fact), after.get(fact))
            for fact in sorted(before.keys() | after.keys())
            if before.get(fact) != after.get(fact)
        ]
    return found


def _uses(then: Known, now: Known, subjects: Iterable[tuple[str, str]], currency: str) -> bool:
    """Whether any money of these subjects is in a currency."""
    return any(
        said == currency
        or (fact.startswith(("invoiced in ", "target from ")) and fact.endswith(f" {currency}"))
        for known in (then, now)
        for subject in subjects
        for fact, said in known.of(*subject).items()
        if fact == "currency" or fact.endswith((" currency", f" {currency}"))
    )
