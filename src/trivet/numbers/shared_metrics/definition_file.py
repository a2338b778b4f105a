"""A definition as somebody writes it down: a JSON file that says what differs from the draft.

    {"id": "win_rate", "options": {"basis": "amount"}, "pipeline_base": {"options": {...}}}

A misspelt name would be counted as the default, and nobody would see it: everything that is
written has to be understood, and is refused with the nearest name where it is not.
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from trivet.errors import DefinitionRefused, OptionUnknown, TrivetError
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.workspace.part import nearest
from trivet.sentence import Sentence

Given = Mapping[str, object]


def read_definition(path: Path, drafts: Mapping[str, Definition]) -> Definition:
    """The draft that the file names, with what it says otherwise.

    drafts   by the id of their metric

    Raises   DefinitionRefused if it is not such a document, or says more than a definition has
             OptionUnknown for an option or value that does not exist
    """
    return _File(path).definition(drafts)


class _SaidTwice(ValueError):
    """An object has a key twice: JSON would keep the last and drop the first."""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path

    def definition(self, drafts: Mapping[str, Definition]) -> Definition:
        document = self._document()
        draft = self._draft(document.get("id"), drafts)
        bases = dict(_bases(draft))
        self._only(document, draft, bases)
        found = self._with_options(draft, document.get("options", {}), "options", bases)
        for name, base in bases.items():
            if name in document:
                found = found.resting_on(self._base(base, document[name]))
        return found

    def _document(self) -> Given:
        try:
            document = json.loads(
                self.path.read_text(encoding="utf-8-sig"), object_pairs_hook=_each_once
            )
        except _SaidTwice as wrong:
            raise DefinitionRefused(
                "%(path)s says %(key)s twice.",
                remedy="Keep one of the two: a reader cannot tell which one counts.",
                path=self.path,
                key=repr(wrong.args[0]),
            ) from wrong
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as wrong:
            raise DefinitionRefused(
                "%(path)s is not a definition: %(wrong)s.",
                remedy="Write JSON with an id and options, as docs/reference/metrics.md shows.",
                path=self.path,
                wrong=str(wrong).rstrip("."),
            ) from wrong
        if not isinstance(document, Mapping):
            raise DefinitionRefused(
                "%(path)s holds %(value)s, which is no definition.",
                remedy='Write an object with an id and options, such as {"id": "win_rate",'
                ' "options": {}}.',
                path=self.path,
                value=reprlib.repr(document),
            )
        return document

    def _draft(self, named: object, drafts: Mapping[str, Definition]) -> Definition:
        if isinstance(named, str) and named in drafts:
            return drafts[named]
        shared = {base for draft in drafts.values() for base, _ in _bases(draft)}
        if isinstance(named, str) and named in shared:
            raise DefinitionRefused(
                "%(path)s defines %(id)s, which is no metric: metrics rest on it.",
                remedy='Give the id of a metric, and write the options under "%(id)s":'
                ' {"options": ...}.',
                path=self.path,
                id=named,
            )
        raise DefinitionRefused(
            "%(path)s does not name a metric: its id is %(id)s.",
            remedy="Give it one of these ids: %(known)s.",
            near=nearest(named, drafts) if isinstance(named, str) else None,
            path=self.path,
            id=reprlib.repr(named),
            known=", ".join(sorted(drafts)),
        )

    def _only(self, document: Given, draft: Definition, bases: Mapping[str, Definition]) -> None:
        """Refuse a key that nothing reads."""
        known = ("id", "options", *bases)
        for key in document:
            if key in known:
                continue
            if wrong := _misplaced(key, draft, bases):
                raise self._refused_key("", key, wrong)
            raise DefinitionRefused(
                "%(path)s says %(key)s, which no definition of %(id)s has.",
                remedy="It may say %(known)s.",
                near=nearest(key, (*known, *draft.all_options)),
                path=self.path,
                key=reprlib.repr(key),
                id=draft.id,
                known=", ".join(known),
            )

    def _base(self, base: Definition, given: object) -> Definition:
        inside = self._object(given, base.id)
        for key in inside:
            if key != "options":
                if key in base.options:
                    raise self._refused_key(base.id, key, _under(base.id))
                raise DefinitionRefused(
                    "In %(path)s, %(base)s says %(key)s, which is not read.",
                    remedy='It says one thing: {"options": ...}.',
                    near=nearest(key, ("options", *base.options)),
                    path=self.path,
                    base=base.id,
                    key=reprlib.repr(key),
                )
        if "options" not in inside:
            raise DefinitionRefused(
                "In %(path)s, %(base)s has no options.",
                remedy='Write {"options": {...}} with those that differ, or leave %(base)s out.',
                path=self.path,
                base=base.id,
            )
        return self._with_options(base, inside["options"], f"{base.id}.options", {})

    def _with_options(
        self, base: Definition, given: object, place: str, bases: Mapping[str, Definition]
    ) -> Definition:
        options = self._object(given, place)
        for name in options:
            if name not in base.options and (wrong := _misplaced(name, base, bases)):
                raise self._refused_key(place, name, wrong)
            base.subject.option(name)
        return base.with_options(**options)

    def _object(self, given: object, place: str) -> Given:
        if isinstance(given, Mapping):
            return given
        raise DefinitionRefused(
            "In %(path)s, %(place)s is %(value)s, not an object.",
            remedy="Write it in braces: {...}.",
            path=self.path,
            place=place,
            value=reprlib.repr(given),
        )

    def _refused_key(self, place: str, name: str, remedy: str) -> TrivetError:
        return OptionUnknown(
            "%(path)s says %(name)s where it is not read.",
            remedy=remedy,
            path=self.path,
            name=repr(f"{place}.{name}" if place else name),
        )


def _misplaced(name: str, draft: Definition, bases: Mapping[str, Definition]) -> str:
    """Where an option that stands in the wrong place belongs; '' if it is no option."""
    if name in draft.options:
        return Sentence('Write it under "options": {...}.')
    for base in bases.values():
        if name in base.options:
            return _under(base.id)
    return ""


def _under(base: str) -> Sentence:
    return Sentence('Write it under "%(base)s": {"options": {...}}.', {"base": base})


def _bases(definition: Definition) -> Iterable[tuple[str, Definition]]:
    """Every definition it rests on, the nearest first."""
    for name, base in definition.bases.items():
        yield name, base
        yield from _bases(base)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _SaidTwice(key)
        found[key] = value
    return found
