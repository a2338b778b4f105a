"""Everything that lies before the CEO, as one text with one hash: what a ruling is bound to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trivet.vocabulary.canonical import canonical_bytes, canonical_hash


@dataclass(frozen=True, slots=True)
class Wording:
    """A version as the docket names it."""

    number: int
    sha256: str

    def document(self) -> dict[str, object]:
        """As it is kept."""
        return {"number": self.number, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Docket:
    """What was shown.

    wordings   by side; None where there is none
    framing    the question and what is at stake, as kept
    cases      what each side said, in order
    exhibits   side, title and hash of each frozen piece of evidence
    asked      what the CEO asked back before
    """

    wordings: Mapping[str, Wording | None]
    framing: Mapping[str, object]
    cases: Sequence[Mapping[str, object]]
    exhibits: Sequence[Mapping[str, object]]
    asked: Sequence[str]

    def document(self) -> dict[str, object]:
        """The whole of it."""
        return {
            "wordings": {
                side: found.document() if found else None for side, found in self.wordings.items()
            },
            "framing": dict(self.framing),
            "cases": list(self.cases),
            "exhibits": list(self.exhibits),
            "asked": list(self.asked),
        }

    @property
    def text(self) -> str:
        """Canonical JSON."""
        return canonical_bytes(self.document()).decode()

    @property
    def sha256(self) -> str:
        """SHA-256 of the text."""
        return canonical_hash(self.document())


def wordings_in(text: str) -> dict[str, int | None]:
    """The number of the version that lay there for each side, from a docket that was kept."""
    found = json.loads(text)["wordings"]
    return {side: told["number"] if told else None for side, told in found.items()}
