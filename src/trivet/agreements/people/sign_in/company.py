"""Sign in at the company's own identity provider, by OpenID Connect.

Code flow with PKCE. The ID token is verified whoever brought it: signature by a key the issuer
publishes, an asymmetric algorithm, issuer, audience, expiry, and the nonce of this very attempt.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import open_to_everybody
from trivet.agreements.people.sign_in.adapters import refusal

log = logging.getLogger("trivet.sign_in")

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Only those with a public key: with HS256 whoever knows the public key could sign."""

LEEWAY_SECONDS = 60


class CompanyProvider(OpenIDConnectProvider):
    """The provider, with a nonce for every attempt."""

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(32)
        asked = {**kwargs.pop("auth_params", {}), "nonce": nonce}
        return super().redirect(
            request, process, next_url, data, auth_params=asked, nonce=nonce, **kwargs
        )

    def get_oauth2_adapter(self, request: HttpRequest) -> CompanyAdapter:
        return CompanyAdapter(request, self.app.provider_id)


class CompanyAdapter(OpenIDConnectOAuth2Adapter):
    """Fetches and verifies."""

    nonce = ""

    def get_provider(self) -> CompanyProvider:
        found = super().get_provider()
        return CompanyProvider(self.request, app=found.app)

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer publishes of itself.

        Raises   OAuth2Error if it calls itself otherwise than the settings do
        """
        found: dict[str, Any] = super().openid_config
        issuer = self.get_provider().app.settings["server_url"]
        if found.get("issuer") != issuer:
            raise OAuth2Error("the discovery document is of another issuer")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("company_sign_in_answer"))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        claims = self._verified(app, str(kwargs["response"].get("id_token") or ""))
        if not claims.get("email"):
            about = self._fetch_user_info(token.token)
            if about.get("sub") != claims["sub"]:
                raise OAuth2Error("the user info is about another subject")
            claims |= {key: about.get(key) for key in ("email", "email_verified", "name")}
        # Only a plain true counts: some providers send the text "false".
        claims["email_verified"] = claims.get("email_verified") is True
        kept = {key: claims.get(key) for key in ("iss", "sub", "email", "email_verified", "name")}
        kept["second_factor"] = asked_for_more(claims, app.settings)
        return self.get_provider().sociallogin_from_response(request, {"id_token": kept})

    def _verified(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error(f"the algorithm {header.get('alg')!r} is not accepted")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key(header),
                algorithms=list(ALGORITHMS),
                audience=app.client_id,
                issuer=app.settings["server_url"],
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )
        except jwt.PyJWTError as wrong:
            raise OAuth2Error(f"the ID token is refused: {wrong}") from wrong
        if not self.nonce or not hmac.compare_digest(str(claims["nonce"]), self.nonce):
            raise OAuth2Error("the nonce is not the one of this attempt")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1:
            raise OAuth2Error("the ID token is for several audiences")
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the ID token was issued to another client")
        if not str(claims["sub"]).strip():
            raise OAuth2Error("the ID token names nobody")
        return claims

    def _key(self, header: dict[str, Any]) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            published = jwt.PyJWKSet.from_dict(answer.json())
        wanted = header.get("kid")
        found = [
            key
            for key in published.keys
            if key.key_type != "oct" and key.public_key_use in (None, "sig")
        ]
        found = [key for key in found if key.key_id == wanted] if wanted else found
        if len(found) != 1:
            raise OAuth2Error("the issuer publishes no such key")
        return found[0].key


def asked_for_more(claims: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """True if the provider asked for more than a password: it says so, or the company vouches.

    `mfa` among the methods of `amr` is RFC 8176; what an `acr` means is the provider's own, so the
    settings name those that count.
    """
    methods = claims.get("amr")
    said = isinstance(methods, list) and "mfa" in methods
    acr = claims.get("acr")
    known = isinstance(acr, str) and acr in settings.get("mfa_acr", ())
    return said or known or settings.get("vouches_always") is True


class _Answer(OAuth2CallbackView):
    """Takes the provider's answer."""

    adapter: CompanyAdapter

    def _get_state(self, request: HttpRequest, provider: CompanyProvider) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = str((state or {}).get("nonce") or "")
        return state, response


def company_app(request: HttpRequest) -> SocialApp | None:
    """What the settings say of the identity provider; None without one."""
    apps = get_adapter().list_apps(None, provider="openid_connect")
    return next((app for app in apps if not app.pk), None)


@open_to_everybody
@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Go to the identity provider; with `again` it has to ask for a proof, not for a cookie."""
    app = company_app(request)
    if app is None:
        raise Http404
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin", "same-site"):
        return refusal(request, unknown=False)
    after = request.GET.get("next", "/")
    if not after.startswith("/") or not url_has_allowed_host_and_scheme(after, allowed_hosts=None):
        after = "/"
    again = {"prompt": "login", "max_age": "0"} if "again" in request.GET else {}
    provider = CompanyProvider(request, app=app)
    try:
        return provider.redirect(request, "login", after, auth_params=again)
    except (OAuth2Error, requests.RequestException, ValueError, KeyError) as wrong:
        log.warning("The identity provider cannot be asked: %s", wrong)
        return refusal(request, unknown=False)


@open_to_everybody
@never_cache
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """Sign in whom the identity provider vouches for; refuse every answer that is not to us."""
    app = company_app(request)
    if app is None:
        raise Http404
    adapter = CompanyAdapter(request, app.provider_id)
    try:
        return _Answer.adapter_view(adapter)(request)
    except (OAuth2Error, requests.RequestException, ValueError, KeyError, TypeError) as wrong:
        log.warning("An answer of the identity provider is refused: %s", wrong)
        return refusal(request, unknown=False)
