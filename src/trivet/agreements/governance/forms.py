"""What people fill in."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_urlsafe
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from trivet.agreements.documents.models import Proposal
from trivet.agreements.governance.rules.deadline import LONGEST, USUAL
from trivet.agreements.governance.rules.side import Side, Verdict
from trivet.agreements.governance.rules.stake import METRICS, Stake
from trivet.agreements.governance.words import SIDES, VERDICTS
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.vocabulary.money import minor_digits

MOST = 10**12
WORDS = 4_000


def _long(label: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=WORDS, widget=forms.Textarea({"rows": rows, "cols": 40})
    )


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=LONGEST, initial=USUAL)


class Rival(forms.ModelChoiceField):
    """Another open proposal, named so that it is told from the first."""

    def label_from_instance(self, obj: Proposal) -> str:
        told = {"name": obj.opened_by, "day": obj.opened_at.date(), "why": obj.why[:60]}
        return gettext("What %(name)s proposed on %(day)s: %(why)s") % told


class Escalate(forms.Form):
    """The question, what is at stake in which of the five metrics, and one's own side."""

    question = _long(gettext_lazy("The question for the CEO, as one of revenue"), 3)
    says = _long(gettext_lazy("Why, in your words"))
    business_days = _days(gettext_lazy("Working days the CEO has"))

    def __init__(
        self, *arguments: object, rivals: Sequence[Proposal], currency: str, **named: object
    ) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._currency = currency
        sides = [side for side in Side if side is not Side.OTHER or rivals]
        self.fields["side"] = forms.ChoiceField(
            label=gettext("The side you stand for"), choices=[(s.value, SIDES[s]) for s in sides]
        )
        if rivals:
            self.fields["other"] = Rival(
                label=gettext("It stands against"),
                queryset=Proposal.objects.filter(pk__in=[each.pk for each in rivals]),
                required=False,
                empty_label=gettext("What holds today"),
            )
        for metric in METRICS:
            for name, said in (
                ("accounts", gettext("Accounts")),
                ("money", gettext("Money, %(currency)s") % {"currency": currency}),
            ):
                self.fields[f"{name}_{metric}"] = forms.IntegerField(
                    label=said,
                    min_value=0,
                    max_value=MOST,
                    required=False,
                    widget=forms.NumberInput({"inputmode": "numeric"}),
                )

    def asked(self) -> list[forms.BoundField]:
        """The fields besides the stakes."""
        names = ("question", "other", "side", "says", "business_days")
        return [self[name] for name in names if name in self.fields]

    def stake_rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """A metric's title, and what is at stake in it, in accounts and in money."""
        return [
            (gettext(metric_named(m).subject.title), self[f"accounts_{m}"], self[f"money_{m}"])
            for m in METRICS
        ]

    def stakes(self) -> list[Stake]:
        """What was filled in."""
        told, unit = self.cleaned_data, 10 ** minor_digits(self._currency)
        found = []
        for metric in METRICS:
            accounts, money = told[f"accounts_{metric}"], told[f"money_{metric}"]
            if accounts is not None or money is not None:
                minor = None if money is None else money * unit
                found.append(Stake(metric, accounts, minor, self._currency))
        return found


class State(forms.Form):
    """Words for a side."""

    says = _long(gettext_lazy("What you have to say for it"))

    def __init__(self, *arguments: object, sides: Sequence[Side], **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.fields["side"] = forms.ChoiceField(
            label=gettext("The side you stand for"), choices=[(s.value, SIDES[s]) for s in sides]
        )
        self.order_fields(("side", "says"))


class Shown(forms.Form):
    """What was on the page, and the form's own name, so that it counts once."""

    shown_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @staticmethod
    def first(shown_hash: str) -> dict[str, object]:
        """How it begins."""
        return {"shown_hash": shown_hash, "key": token_urlsafe(24)}


class Rule(Shown):
    """The CEO's answer."""

    reason = _long(gettext_lazy("Why; or, if you send it back, your question"))
    business_days = _days(gettext_lazy("If you send it back: working days for both sides"))

    def __init__(self, *arguments: object, sides: Sequence[Side], **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        verdicts = [*(Verdict(side.value) for side in sides), Verdict.SENT_BACK]
        self.fields["verdict"] = forms.ChoiceField(
            label=gettext("Your ruling"),
            choices=[(verdict.value, VERDICTS[verdict]) for verdict in verdicts],
            widget=forms.RadioSelect,
        )
        self.order_fields(("verdict", "reason", "business_days"))


class Affirm(Shown):
    """A new leader stands by a version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Contest(Affirm):
    """A new leader does not."""

    why = _long(gettext_lazy("Why you do not stand by it"), 3)
