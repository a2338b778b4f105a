"""The facts kept."""

from trivet.agreements.people.models.delegation import Delegation
from trivet.agreements.people.models.person import Person
from trivet.agreements.people.models.seat import Seat
from trivet.agreements.people.models.tenure import Tenure

__all__ = ["Delegation", "Person", "Seat", "Tenure"]
