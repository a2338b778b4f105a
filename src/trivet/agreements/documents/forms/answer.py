"""The short forms beside a proposal: why, what is said to a clause, why not."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from trivet.agreements.documents.actions.comment import LONGEST
from trivet.agreements.people.models import Seat
from trivet.agreements.people.queries import Sitting
from trivet.agreements.people.rules.seat import SIGNING

AREA = {"rows": 3}


class Why(forms.Form):
    """What a change is for."""

    why = forms.CharField(
        label=gettext_lazy("What is it for?"), max_length=LONGEST, widget=forms.Textarea(AREA)
    )


class Named(Why):
    """A new document: what it is called, and whose seat keeps it up to date."""

    field_order = ("title", "owner", "why")
    title = forms.CharField(label=gettext_lazy("What is it called?"), max_length=120)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who keeps it up to date?"),
        queryset=Seat.objects.filter(key__in=SIGNING),
        to_field_name="key",
        empty_label=None,
    )


class Say(forms.Form):
    """A comment on a clause, or on the whole."""

    clause = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    says = forms.CharField(
        label=gettext_lazy("Comment"), max_length=LONGEST, widget=forms.Textarea(AREA)
    )


class Seated(forms.Form):
    """In which of one's seats."""

    def __init__(self, *arguments: object, seats: list[Sitting], **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        choices = [(one.seat.key, _seated(one)) for one in seats]
        self.fields["seat"] = forms.ChoiceField(
            label=gettext_lazy("In the seat"),
            choices=choices,
            widget=forms.Select if len(choices) > 1 else forms.HiddenInput,
            initial=choices[0][0] if choices else None,
        )


class Reject(Seated):
    """Why a change is declined."""

    why = forms.CharField(
        label=gettext_lazy("What would have to be different?"),
        max_length=LONGEST,
        widget=forms.Textarea(AREA),
    )


def _seated(sitting: Sitting) -> str:
    return f"{sitting.seat}, {sitting.instead_of}" if sitting.instead_of else str(sitting.seat)
