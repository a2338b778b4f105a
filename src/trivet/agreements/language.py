"""What is known in English, in the language of whoever reads the page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext

from trivet.sentence import Sentence, filled


def said(text: str) -> str:
    """A sentence in the reader's language if its catalog knows it, else as it stands.

    Values that are sentences, or can say themselves as one, are said too; names, hashes and
    whatever else the company's own data holds stay as they are.
    """
    if not text:
        return ""
    if not isinstance(text, Sentence):
        return gettext(text)
    template = (
        ngettext(text.template, text.plural, text.number) if text.plural else gettext(text.template)
    )
    return filled(template, _said_values(text.given))


def _said_values(given: Mapping[str, object]) -> dict[str, object]:
    return {name: _said_value(value) for name, value in given.items()}


def _said_value(value: object) -> object:
    sentence = value if isinstance(value, Sentence) else getattr(value, "sentence", None)
    return said(sentence) if isinstance(sentence, Sentence) else value
