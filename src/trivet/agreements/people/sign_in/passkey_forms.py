"""Passkey forms that say no to what is no passkey's answer, whatever it lacks.

The library reads the fields of an answer one by one and stops with a plain error at the first that
is missing; what a browser never sends, somebody who forges it does.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

NOT_AN_ANSWER = (KeyError, TypeError, ValueError, AttributeError)


class Login(forms.LoginWebAuthnForm):
    """Signs in by a passkey alone."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class Authenticate(forms.AuthenticateWebAuthnForm):
    """The second step of a sign-in."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class Reauthenticate(forms.ReauthenticateWebAuthnForm):
    """Shows again who one is."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong


class Add(forms.AddWebAuthnForm):
    """A passkey more."""

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except NOT_AN_ANSWER as wrong:
            raise get_adapter().validation_error("incorrect_code") from wrong
