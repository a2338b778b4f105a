"""What people fill in."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy

from trivet.agreements.people.actions.delegate import LONGEST
from trivet.agreements.people.models import Person, Seat, Tenure


class Named(forms.Form):
    """Somebody's name and address."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )


class NewPassword(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same password again"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        found: str = self.cleaned_data["password"]
        validate_password(found)
        return found

    def clean(self) -> dict[str, object]:
        found = super().clean() or {}
        if "password" in found and found.get("again") != found["password"]:
            self.add_error("again", gettext_lazy("The two passwords differ."))
        return found


class FirstPerson(NewPassword):
    """Who administers the workspace from now on."""

    field_order = ("name", "email", "password", "again", "code")
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    code = forms.CharField(
        label=gettext_lazy("The code that trivet serve printed"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class Appoint(forms.Form):
    """Who is to sit where."""

    seat = forms.ModelChoiceField(
        label=gettext_lazy("Seat"), queryset=Seat.objects.all(), empty_label=None
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person"),
        queryset=Person.objects.filter(is_active=True).order_by("name"),
        empty_label=None,
    )


class Delegate(forms.Form):
    """Who stands in, until when, and why."""

    field_order = ("to", "until_on", "why")
    until_on = forms.DateField(
        label=gettext_lazy("Up to and including"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    why = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)

    def __init__(
        self, *arguments: object, tenure: Tenure, today: datetime, **named: object
    ) -> None:
        # One page may show a form for each seat somebody holds.
        named["auto_id"] = f"lend-{tenure.pk}-%s"
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        others = Person.objects.filter(is_active=True).exclude(pk=tenure.person_id)
        self.fields["to"] = forms.ModelChoiceField(
            label=gettext_lazy("Who stands in"), queryset=others.order_by("name"), empty_label=None
        )
        last = (today + LONGEST - timedelta(days=1)).date()
        self.fields["until_on"].widget.attrs |= {
            "min": today.date().isoformat(),
            "max": last.isoformat(),
        }
        self.order_fields(self.field_order)

    @property
    def until_at(self) -> datetime:
        """The end of that day."""
        day = self.cleaned_data["until_on"] + timedelta(days=1)
        return datetime.combine(day, time(), UTC)
