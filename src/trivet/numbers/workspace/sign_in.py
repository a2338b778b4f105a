"""How people of this company sign in, where it is not by password."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trivet.numbers.workspace.part import Part


class Oidc(Part):
    """`[sign_in.oidc]`: an identity provider that speaks OpenID Connect.

    The client secret is not here but in TRIVET_OIDC_CLIENT_SECRET: this file is in every backup.

    second_factor   `claimed`: the provider says each time whether it asked for more than a
                    password; `always`: the company vouches that it asks everybody
    mfa_acr         values of the claim `acr` that say it, beside an `amr` that has `mfa`
    """

    issuer: str = Field(min_length=1)
    client_id: str = Field(min_length=1)
    name: str = "your company"
    second_factor: Literal["claimed", "always"] = "claimed"
    mfa_acr: tuple[str, ...] = ()


class SignIn(Part):
    """`[sign_in]`."""

    oidc: Oidc | None = None
