"""Authenticator secrets lie sealed in the store, and it is said when they do not open."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet

from trivet.agreements import keyring as keyrings
from trivet.agreements.keyring import keyring_to_seal, read_keyring, sealed_under
from trivet.agreements.sealing import seal_anew, seal_what_lies_open, sealed_secrets

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SEED = "0123456789abcdef" * 5


@pytest.fixture
def folder(tmp_path, people):
    for kind, data in (
        (Authenticator.Type.TOTP, {"secret": SECRET}),
        (Authenticator.Type.RECOVERY_CODES, {"seed": SEED, "used_mask": 5}),
        (Authenticator.Type.WEBAUTHN, {"name": "laptop", "credential": {}}),
    ):
        Authenticator.objects.create(user=people.cmo, type=kind, data=data)
    return tmp_path


def test_what_lay_open_is_sealed_once_and_the_rest_of_the_row_stays(folder):
    assert sealed_secrets(read_keyring(folder)).plain == 2
    assert seal_what_lies_open(folder) == 2
    assert seal_what_lies_open(folder) == 0
    ring = read_keyring(folder)
    totp, codes, passkey = Authenticator.objects.order_by("pk")
    assert ring.open(totp.data["secret"]) == SECRET
    assert ring.open(codes.data["seed"]) == SEED
    assert codes.data["used_mask"] == 5
    assert passkey.data == {"name": "laptop", "credential": {}}
    assert sealed_secrets(ring).holds


def test_what_is_planted_afterwards_stays_unbelieved(folder):
    seal_what_lies_open(folder)
    Authenticator.objects.filter(type="totp").update(data={"secret": "PLANTED"})
    assert seal_anew(folder) == 0
    found = sealed_secrets(read_keyring(folder))
    assert (found.opened, found.plain, found.holds) == (1, 1, False)
    assert "not believed" in found.says(read_keyring(folder))


def test_a_new_key_above_takes_over_at_the_next_start(folder):
    seal_what_lies_open(folder)
    old = keyring_to_seal(folder).keys
    new = Fernet.generate_key().decode()
    (folder / keyrings.FILE).write_text("\n".join([new, *old]))
    assert sealed_secrets(read_keyring(folder)).holds
    assert seal_anew(folder) == 2
    assert seal_anew(folder) == 0
    # The old key may go now.
    (folder / keyrings.FILE).write_text(new)
    found = sealed_secrets(read_keyring(folder))
    assert (found.opened, found.holds) == (2, True)


def test_another_key_or_none_is_said_with_both_fingerprints(folder):
    seal_what_lies_open(folder)
    [under] = {
        sealed_under(Authenticator.objects.get(type="totp").data["secret"]),
        *read_keyring(folder).fingerprints,
    }
    (folder / keyrings.FILE).unlink()
    none = sealed_secrets(read_keyring(folder))
    assert none.sealed == {under: 2}
    assert f"{keyrings.FILE} is not there" in none.says(read_keyring(folder))
    other = keyring_to_seal(folder)
    said = sealed_secrets(other).says(other)
    assert f"2 under key {under} cannot be opened" in said
    assert other.fingerprints[0] in said
    assert "trivet recover EMAIL" in said
    # What no key opens is left alone: its key may come back.
    assert seal_anew(folder) == 0
