"""How people of this company sign in, where it is not by password."""

from __future__ import annotations

from pydantic import Field

from trivet.numbers.workspace.part import Part


class Oidc(Part):
    """`[sign_in.oidc]`: an identity provider that speaks OpenID Connect.

    The client secret is not here but in TRIVET_OIDC_CLIENT_SECRET: this file is in every backup.
    """

    issuer: str = Field(min_length=1)
    client_id: str = Field(min_length=1)
    name: str = "your company"


class SignIn(Part):
    """`[sign_in]`."""

    oidc: Oidc | None = None
