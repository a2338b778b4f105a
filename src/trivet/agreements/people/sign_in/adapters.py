"""What allauth asks of us: nobody signs up, people are invited."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from trivet.agreements.keyring import keyring_to_seal, read_keyring
from trivet.agreements.people.models import Person
from trivet.agreements.people.proofs import note_company, proved_at
from trivet.agreements.people.rules.signed_in import is_recent
from trivet.agreements.people.sign_in.device import remember_device
from trivet.agreements.people.sign_in.tries import count_try


class Accounts(DefaultAccountAdapter):
    """Local accounts."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy(
            "This was wrong too often. Try again later, in an hour at most, or sign in on a device"
            " that you have signed in on before."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator invites people."""
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not for five minutes after anything was shown, the sign-in itself included."""
        return not is_recent(proved_at(context.request)[1], datetime.now(UTC))

    def is_safe_url(self, url: str | None) -> bool:
        """Not what cannot be read as an address either."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries are counted: behind a proxy, the address that the proxy forwards.

        Where it forwards none that can be read, it is the proxy's own.
        """
        try:
            return str(super().get_client_ip(request))
        except (PermissionDenied, ImproperlyConfigured):
            return str(request.META.get("REMOTE_ADDR", ""))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises   ValidationError if there were too many wrong passwords"""
        tries = count_try(request, "password", str(credentials.get("email", "")))
        if tries is None:
            raise self.validation_error("too_many_login_attempts")
        # What allauth takes back after a right one.
        self._login_failed_rl_usage = tries

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse:
        """Remember the device, and for this session what the identity provider said of its second
        factor.
        """
        came = (how.get("signal_kwargs") or {}).get("sociallogin")
        told = came.account.extra_data.get("id_token", {}) if came else {}
        note_company(request, second_factor=told.get("second_factor") is True)
        answer: HttpResponse = super().post_login(request, user, **how)
        remember_device(request, answer, user)
        return answer

    def set_password(self, user: Any, password: str) -> None:
        """The password and nothing else: the rest of the row may have changed meanwhile."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves: a link is handed over by whoever invites."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The chain tells of it."""


class Proofs(DefaultMFAAdapter):
    """Second factors: their secrets lie sealed, under keys that are not in the store."""

    def encrypt(self, text: str) -> str:
        """Seal it. Raises   KeyringUnreadable"""
        return keyring_to_seal(_workspace()).seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it. Raises   SecretSealed if no key does, KeyringUnreadable"""
        return read_keyring(_workspace()).open(encrypted_text)


def _workspace() -> Path:
    assert settings.WORKSPACE, "The keys lie in a workspace, and none is set up."
    return Path(settings.WORKSPACE)


class CompanyAccounts(DefaultSocialAccountAdapter):
    """Accounts at the company's identity provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: who is not known here is not let in by being known there."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person: by issuer and subject; the very first time by the verified address.

        An address that is given to somebody else there does not give them the seat here: a person
        who was linked once is only ever found by their subject.
        """
        if sociallogin.is_existing:
            return
        address = next((a.email for a in sociallogin.email_addresses if a.verified is True), None)
        person = Person.objects.filter(email=(address or "").lower(), is_active=True).first()
        linked = SocialAccount.objects.filter(
            user=person, provider=sociallogin.account.provider
        ).exists()
        if person is None or linked:
            raise ImmediateHttpResponse(refusal(request, unknown=True))
        sociallogin.connect(request, person)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """One page whatever was wrong: the details are for the log, not for who forged it."""
        raise ImmediateHttpResponse(refusal(request, unknown=False))


def refusal(request: HttpRequest, *, unknown: bool) -> Any:
    """403, with what to do next."""
    return render(request, "sign_in/refused.html", {"unknown": unknown}, status=403)
