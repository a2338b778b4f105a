"""Code forms that try every secret that opens before they say that one does not."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as get_accounts
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator

from trivet.agreements.people.sign_in.tries import count_try
from trivet.errors import SecretSealed


class _Tried:
    """The library stops at the first secret that does not open, though another may."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        """Raises   SecretSealed if none of the person's secrets opens"""
        tries = count_try(context.request, "code", str(self.user.email))
        if tries is None:
            raise get_accounts().validation_error("too_many_login_attempts")
        code = self._tried()
        tries.rollback()
        return code

    def _tried(self) -> str:
        try:
            return str(super().clean_code())  # type: ignore[misc]
        except SecretSealed as sealed:
            return self._others(str(self.cleaned_data["code"]), sealed)

    def _others(self, code: str, sealed: SecretSealed) -> str:
        own = Authenticator.objects.filter(user=self.user)
        checked = False
        for each in own.exclude(type=Authenticator.Type.WEBAUTHN):
            try:
                is_right = each.wrap().validate_code(code)
            except SecretSealed:
                continue
            checked = True
            if is_right:
                self.authenticator = each
                return code
        if checked:
            raise get_adapter().validation_error("incorrect_code")
        raise sealed


class Authenticate(_Tried, forms.AuthenticateForm):
    """The second step of a sign-in."""


class Reauthenticate(_Tried, forms.ReauthenticateForm):
    """Shows again who one is."""
