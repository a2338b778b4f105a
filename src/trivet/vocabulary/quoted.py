"""What somebody wrote, as an error repeats it."""

from __future__ import annotations

LONGEST = 80


def quoted(text: str, longest: int = LONGEST) -> str:
    """In quotation marks, on one line, without signs that print nothing; cut when it is long.

    What is pasted by mistake may be a whole file, and an error is read on one screen.
    """
    return repr(text if len(text) <= longest else f"{text[: longest - 1]}…")
