"""Passkey forms that say no to what is no passkey's answer, whatever it lacks.

The library reads the fields of an answer one by one and stops with a plain error at the first that
is missing; what a browser never sends, somebody who forges it does.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms
from django.forms import HiddenInput, JSONField

NOT_AN_ANSWER = (KeyError, TypeError, ValueError, AttributeError)


class Credential(JSONField):
    """What the browser answers, as JSON. Django's field stops at a number of 5,000 digits."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return super().bound_data(data, initial)
        except (ValueError, RecursionError):
            return ""


class Login(forms.LoginWebAuthnForm):
    """Signs in by a passkey alone."""

    credential = Credential(required=True, widget=HiddenInput())

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class Authenticate(forms.AuthenticateWebAuthnForm):
    """The second step of a sign-in."""

    credential = Credential(required=True, widget=HiddenInput())

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class Reauthenticate(forms.ReauthenticateWebAuthnForm):
    """Shows again who one is."""

    credential = Credential(required=True, widget=HiddenInput())

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class Add(forms.AddWebAuthnForm):
    """A passkey more."""

    credential = Credential(required=True, widget=HiddenInput())

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong
