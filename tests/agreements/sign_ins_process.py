"""Real sign-ins, links and second factors in a workspace's store, and what of them still works.

    sign_ins_process.py begin FOLDER STATIC            prints, as JSON, what would let somebody in
    sign_ins_process.py try FOLDER STATIC < that JSON  prints what did

A process of its own: bytes are looked for in the files it leaves.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

PASSWORD = "seven lanterns over water"


def open_store(folder: Path, static: Path) -> None:
    os.environ["TRIVET_STATIC_ROOT"] = str(static)
    from trivet.agreements.opening import bring_up_to_date
    from trivet.web.server import gather_static_files

    bring_up_to_date(folder)
    gather_static_files()


def browser() -> Any:
    from django.test import Client

    return Client(SERVER_NAME="localhost")


def code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time() // 30)))


def signs_in(email: str) -> Any:
    client = browser()
    answer = client.post("/sign-in", {"login": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def begin() -> dict[str, Any]:
    """Five people sign in, one sets an app up, one is invited, one is recovered."""
    from allauth.account.models import EmailAddress, EmailConfirmation
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
    from django.contrib.sessions.models import Session
    from django.db import transaction
    from django.utils import timezone

    from tests.agreements.leaders import NOW, leaders
    from trivet.agreements.people.actions.recover import recover

    with transaction.atomic():
        people = leaders()
        everybody = [people.admin, people.cmo, people.cro, people.vp_cs, people.ceo]
        for person in everybody:
            person.set_password(PASSWORD)
            person.tell(at=NOW, by=person.by(), verb="changed", says="A password was chosen.")
    clients = {person.email: signs_in(person.email) for person in everybody}

    page = clients[people.cmo.email].get("/me/second-factor/app").content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)[1]  # type: ignore[index]
    done = clients[people.cmo.email].post("/me/second-factor/app", {"code": code(secret)})
    assert done["Location"] == "/me/second-factor/codes", done.content
    codes = Authenticator.objects.get(user=people.cmo, type="recovery_codes")

    Authenticator.objects.create(
        user=people.admin, type="totp", data={"secret": get_adapter().encrypt(secret)}
    )
    assert clients[people.admin.email].get("/sign-in/again").status_code in (200, 302)
    second = browser()
    second.post("/sign-in", {"login": people.admin.email, "password": PASSWORD})
    second.post("/sign-in/code", {"code": code(secret)})
    invited = second.post("/people/invitations", {"name": "Nilo Reyes", "email": "nilo@x.example"})
    link = re.search(r"(/people/invitations/[^<\"]+)<", invited.content.decode())
    assert link, invited.content

    with transaction.atomic():
        _, token = recover(email=people.ceo.email, now=timezone.now())

    # Trivet itself keeps none of these; its sign-in library has their tables.
    address = EmailAddress.objects.create(user=people.cro, email="rune@norvik.example")
    confirmation = EmailConfirmation.objects.create(
        email_address=address, key="confirmation-of-runes-address", sent=timezone.now()
    )
    app = SocialApp.objects.create(
        provider="x", name="x", client_id="x", secret="the-clients-own-secret"
    )
    account = SocialAccount.objects.create(user=people.cro, provider="x", uid="1")
    SocialToken.objects.create(
        app=app,
        account=account,
        token="token-of-the-company",
        token_secret="its-secret",
        expires_at=timezone.now() + timedelta(hours=1),
    )
    # Planted, or of before secrets were sealed.
    open_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    Authenticator.objects.create(user=people.vp_cs, type="totp", data={"secret": open_secret})

    sessions = list(Session.objects.all())
    return {
        "sessions": {email: client.cookies["session"].value for email, client in clients.items()},
        "links": [link[1], f"/people/invitations/{people.ceo.pk}/{token}"],
        "app": {"email": people.cmo.email, "secret": secret},
        "never": [
            secret,
            open_secret,
            get_adapter().decrypt(codes.data["seed"]),
            confirmation.key,
            app.secret,
            "token-of-the-company",
            "its-secret",
            link[1].rpartition("/")[2],
            token,
            *(row.session_key for row in sessions),
            *(row.session_data for row in sessions),
        ],
    }


def tried(told: dict[str, Any]) -> dict[str, Any]:
    """What of it lets somebody in here; and that people sign in anew with what they know."""
    let_in = []
    for email, session in told["sessions"].items():
        client = browser()
        client.cookies["session"] = session
        if client.get("/me").status_code == 200:
            let_in.append(f"the session of {email}")
    let_in += [link for link in told["links"] if browser().get(link).status_code != 410]
    anew = signs_in(told["app"]["email"])
    asked = anew.post("/sign-in/code", {"code": code(told["app"]["secret"])})
    return {"let in": let_in, "anew": asked.status_code, "me": anew.get("/me").status_code}


if __name__ == "__main__":
    open_store(Path(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps(begin() if sys.argv[1] == "begin" else tried(json.load(sys.stdin))))
