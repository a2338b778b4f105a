"""What is sealed opens with its key and with no other; keys are added, not replaced."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from trivet.agreements.keyring import (
    FILE,
    Keyring,
    fingerprint,
    keyring_to_seal,
    read_keyring,
    sealed_under,
)
from trivet.errors import KeyringUnreadable, SecretSealed

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def a_key() -> str:
    return Fernet.generate_key().decode()


def test_what_is_sealed_is_not_what_was_said_and_opens_again():
    keyring = Keyring((a_key(),))
    sealed = keyring.seal(SECRET)
    assert SECRET not in sealed
    assert sealed_under(sealed) == keyring.fingerprints[0]
    assert keyring.open(sealed) == SECRET
    assert keyring.seal(SECRET) != sealed


def test_a_key_put_above_seals_and_the_one_below_still_opens():
    old, new = a_key(), a_key()
    sealed = Keyring((old,)).seal(SECRET)
    both = Keyring((new, old))
    assert both.open(sealed) == SECRET
    assert sealed_under(sealed) == fingerprint(old)
    assert sealed_under(both.seal(SECRET)) == fingerprint(new)


@pytest.mark.parametrize("keys", [(), ("other",)])
def test_without_its_key_it_stays_shut_and_the_way_out_is_said(keys):
    sealed = Keyring((a_key(),)).seal(SECRET)
    ring = Keyring(tuple(a_key() for _ in keys))
    with pytest.raises(SecretSealed) as refused:
        ring.open(sealed)
    assert str(sealed_under(sealed)) in refused.value.happened
    assert "trivet recover EMAIL" in refused.value.remedy
    assert FILE in refused.value.remedy


@pytest.mark.parametrize(
    "planted",
    [SECRET, "", "sealed:", "sealed::", "sealed:0123456789abcdef:", "sealed:0123:gAAAA", "é"],
)
def test_what_was_never_sealed_is_not_believed(planted):
    with pytest.raises(SecretSealed):
        Keyring((a_key(),)).open(planted)


def test_one_changed_sign_is_noticed():
    keyring = Keyring((a_key(),))
    sealed = keyring.seal(SECRET)
    at = len(sealed) - 10
    with pytest.raises(SecretSealed):
        keyring.open(sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :])


def test_a_fingerprint_tells_nothing_of_the_key():
    key = a_key()
    assert len(fingerprint(key)) == 16
    assert fingerprint(key) not in key
    assert fingerprint(key) == fingerprint(key) != fingerprint(a_key())


class TestTheFile:
    def test_it_is_made_when_something_is_to_be_sealed_and_only_its_owner_reads_it(self, tmp_path):
        assert read_keyring(tmp_path).keys == ()
        made = keyring_to_seal(tmp_path)
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
        assert keyring_to_seal(tmp_path) == made == read_keyring(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [FILE]

    def test_a_file_that_others_may_read_is_shut(self, tmp_path):
        made = keyring_to_seal(tmp_path)
        (tmp_path / FILE).chmod(0o644)
        assert read_keyring(tmp_path) == made
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600

    def test_lines_are_keys_the_first_one_seals(self, tmp_path):
        old = keyring_to_seal(tmp_path)
        new = a_key()
        (tmp_path / FILE).write_text(f"# changed in June\n{new}\n\n{old.keys[0]}\n")
        assert read_keyring(tmp_path).keys == (new, old.keys[0])

    def test_an_empty_file_gets_a_key(self, tmp_path):
        (tmp_path / FILE).touch()
        assert len(keyring_to_seal(tmp_path).keys) == 1

    @pytest.mark.parametrize("wrong", ["not a key", "é", "A" * 44])
    def test_what_is_no_key_is_said_and_never_overwritten(self, tmp_path, wrong):
        (tmp_path / FILE).write_text(f"{wrong}\n", "utf-8")
        with pytest.raises(KeyringUnreadable, match=FILE):
            keyring_to_seal(tmp_path)
        assert (tmp_path / FILE).read_text("utf-8") == f"{wrong}\n"
