"""The identity provider, as `trivet.toml` and the environment name it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trivet.errors import SettingWrong

SECRET_VARIABLE = "TRIVET_OIDC_CLIENT_SECRET"  # noqa: S105 - the variable's name
VARIABLES = {
    "issuer": "TRIVET_OIDC_ISSUER",
    "client_id": "TRIVET_OIDC_CLIENT_ID",
    "name": "TRIVET_OIDC_NAME",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Oidc:
    """Where people of the company sign in.

    issuer           as its discovery document calls it
    secret           comes from the environment only: trivet.toml is in every backup
    vouches_always   the company vouches that its provider asks everybody for a second factor
    mfa_acr          values of the claim `acr` that say that it did this time
    """

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str
    vouches_always: bool = False
    mfa_acr: tuple[str, ...] = ()

    def providers(self) -> dict[str, Any]:
        """What allauth is told. The id carries the issuer: people are linked by it and subject."""
        by_issuer = hashlib.sha256(self.issuer.encode()).hexdigest()[:16]
        return {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": f"oidc-{by_issuer}",
                        "name": self.name,
                        "client_id": self.client_id,
                        "secret": self.secret,
                        "settings": {
                            "server_url": self.issuer,
                            "uid_field": "sub",
                            "vouches_always": self.vouches_always,
                            "mfa_acr": list(self.mfa_acr),
                        },
                    }
                ],
            }
        }


def read(folder: Path, environment: Mapping[str, str]) -> Oidc | None:
    """The identity provider, or None; the environment wins over `[sign_in.oidc]`.

    Raises   SettingWrong if something of it is missing, or the issuer is not under https
    """
    written: dict[str, str] = {}
    acr: tuple[str, ...] = ()
    path = folder / "trivet.toml"
    if path.is_file():
        try:
            told = tomllib.loads(path.read_text("utf-8")).get("sign_in", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            # Whoever reads the whole file says where it is wrong.
            told = {}
        oidc = told.get("oidc", {}) if isinstance(told, dict) else {}
        written = {key: str(value) for key, value in oidc.items() if isinstance(value, str)}
        acr = tuple(str(value) for value in oidc.get("mfa_acr", ()))
    for key, variable in VARIABLES.items():
        if environment.get(variable):
            written[key] = environment[variable]
    if not written:
        return None
    for key in ("issuer", "client_id"):
        if not written.get(key):
            raise SettingWrong(
                "[sign_in.oidc] names no %(key)s.",
                remedy="Write it in trivet.toml, or set %(variable)s.",
                key=key,
                variable=VARIABLES[key],
            )
    secret = environment.get(SECRET_VARIABLE, "")
    if not secret:
        raise SettingWrong(
            "The client secret of the identity provider is not set.",
            remedy="Set %(variable)s; it does not belong into trivet.toml.",
            variable=SECRET_VARIABLE,
        )
    where = urlsplit(written["issuer"])
    if where.scheme != "https" and not (where.scheme == "http" and where.hostname in LOOPBACK):
        raise SettingWrong(
            "The issuer %(issuer)s is not an https address.",
            remedy="Give the issuer as your identity provider's discovery document names it.",
            issuer=repr(written["issuer"]),
        )
    return Oidc(
        written["issuer"],
        written["client_id"],
        secret,
        written.get("name") or "your company",
        vouches_always=written.get("second_factor") == "always",
        mfa_acr=acr,
    )
