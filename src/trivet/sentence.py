"""A sentence with values in it: English as it stands, and what another language needs to say it.

Facts and refusals are written once, in English, where they are known. A page that is read in
another language looks the template up in a catalog and puts the values in; the command line, JSON
and logs take the sentence for the text that it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, Self


class Sentence(str):
    """English text that remembers how it was made.

    template   what a catalog of another language knows; `%(name)s` for each value
    given      the values, as they are put in; one may be a sentence itself
    plural     the template for another number than one; '' where nothing is counted
    number     what decides between the two
    """

    template: str
    given: Mapping[str, object]
    plural: str
    number: int

    def __new__(
        cls,
        template: str,
        given: Mapping[str, object] | None = None,
        *,
        plural: str = "",
        number: int = 1,
    ) -> Self:
        values = dict(given or {})
        said = super().__new__(cls, filled(template if number == 1 else plural, values))
        said.template, said.plural, said.number = template, plural, number
        said.given = values
        return said

    @classmethod
    def counted(cls, one: str, more: str, number: int, **given: object) -> Self:
        """`1 row`, `2,000 rows`: a template for one and a template for any other number.

        number   is put in as `%(number)s`, with its thousands marked
        """
        return cls(one, {"number": f"{number:,}", **given}, plural=more, number=number)

    def parts(self) -> dict[str, object]:
        """What it is made of, JSON-ready: a sentence that is kept as text would be English only."""
        return {
            "template": self.template,
            "plural": self.plural,
            "number": self.number,
            "given": {
                name: value.parts() if isinstance(value, Sentence) else str(value)
                for name, value in self.given.items()
            },
        }

    @classmethod
    def of_parts(cls, parts: Mapping[str, Any]) -> Self:
        """The sentence that `parts` told."""
        given = {
            name: cls.of_parts(value) if isinstance(value, Mapping) else value
            for name, value in parts["given"].items()
        }
        return cls(parts["template"], given, plural=parts["plural"], number=parts["number"])

    @classmethod
    def joined(cls, template: str, sentences: Iterable[str]) -> str:
        """Several as one, `%(first)s; %(then)s` put in from the left; '' of none."""
        several = list(sentences)
        if not several:
            return ""
        return reduce(lambda first, then: cls(template, {"first": first, "then": then}), several)


def filled(template: str, given: Mapping[str, object]) -> str:
    """The values put in; without values a template is the sentence, whatever signs stand in it."""
    return template % given if given and "%(" in template else template
