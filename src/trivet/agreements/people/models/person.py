"""Somebody who works here."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from trivet.agreements.audit.models import Audited, By


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their address, however it is written."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this address; capitals do not matter."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, Audited):
    """Who signs in. What a person may do comes from the seats held, never from this row.

    name     as it stands under a signature
    email    the address they sign in with, in small letters
    """

    untold: ClassVar[frozenset[str]] = frozenset({"password", "last_login"})

    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """One person an address."""

        constraints = (
            models.CheckConstraint(
                name="person_email_is_in_small_letters",
                condition=models.Q(email=Lower("email")),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name under a signature."""
        return self.name

    def by(self, seat: str = "") -> By:
        """The person as the chain names them, in a seat."""
        return By(self.pk, self.name, seat)
