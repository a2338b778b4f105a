"""The definitions in force: signed ones as they were handed over, drafts for the rest.

    definitions/<sha256>.json     everything that was in force at one time; never written again
    definitions/in_force.json     which of them is in force now

The numbers read these files and nothing else: a notebook without the store asks under the same
definitions as the pages. The files follow from the store, and are written again if they are lost.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import uuid4

from trivet.errors import DefinitionRefused, DefinitionsDamaged, TrivetError
from trivet.numbers.shared_metrics.definition import Definition, Subject, Target
from trivet.numbers.shared_metrics.registry import METRICS, SHARED, drafts, shared_draft
from trivet.numbers.warehouse.disk import room_to_write, to_disk
from trivet.numbers.workspace.private import private_folder, write_private
from trivet.vocabulary.canonical import canonical_bytes

POINTER = "in_force.json"
FORMAT = 1

SUBJECTS: dict[str, Subject] = {subject.id: subject for subject in SHARED} | {
    metric.subject.id: metric.subject for metric in METRICS.values()
}

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A body that is in force: every seat has signed it, or the CEO ruled for it.

    version     its number within its document
    by_ruling   True where signatures are missing and a ruling stands in their place
    """

    body: Body
    version: int
    by_ruling: bool = False


@dataclass(frozen=True, slots=True)
class InForce:
    """What figures are counted under.

    definitions   of every metric; those nobody has signed are drafts
    hash          of the agreed ones together, '' while there is none
    """

    definitions: Mapping[str, Definition]
    hash: str = ""

    def __getitem__(self, metric: str) -> Definition:
        return self.definitions[metric]


@cache
def drafts_in_force() -> InForce:
    """Before anything is signed."""
    return InForce(drafts())


def definition_of(body: Body, bases: Mapping[str, Definition]) -> Definition:
    """The definition a body holds, resting on bases whose hashes it pins.

    bases   by hash: every version of a shared definition that is known

    Raises   DefinitionRefused, OptionUnknown   it is no definition of a metric there is
             KeyError                           it pins a base that is not known
    """
    subject = SUBJECTS[str(body["id"])]
    options, uses = body["options"], body.get("uses", {})
    assert isinstance(options, Mapping)
    assert isinstance(uses, Mapping)
    pinned = {str(name): bases[str(sha256)] for name, sha256 in uses.items()}
    # What came after it was signed counts by its default, and its hash stays (decision 0029).
    unsaid = {option.name for option in subject.options} - options.keys()
    unsaid |= {name for name in subject.uses if name not in pinned}
    every = {name: pinned.get(name) or shared_draft(name) for name in subject.uses} | pinned
    draft = replace(Definition.draft(subject, dict(options), every), unsaid=frozenset(unsaid))
    told = body.get("target")
    target = Target.of(told) if isinstance(told, Mapping) else None
    version, min_n = body.get("version", 1), body.get("min_n", draft.min_n)
    assert isinstance(version, int)
    assert isinstance(min_n, int)
    return replace(draft, target=target, version=version, min_n=min_n)


def agreed_definitions(
    in_force: Iterable[Agreed], superseded: Iterable[Agreed] = ()
) -> dict[str, Definition]:
    """The signed definitions by id, shared ones among them.

    superseded   versions that were in force before

    A metric keeps counting under the version of a base that it pins, also when a newer one has
    been signed: its signers signed those numbers, and they change when the metric is signed again.
    A metric whose base nobody ever signed is left out: it is not agreed yet.
    """
    current = list(in_force)
    by_hash: dict[str, Definition] = {}
    # A superseded metric is nobody's base: only what rests on nothing newer need be read.
    waiting = [*(each for each in superseded if each.body["id"] not in METRICS), *current]
    found: dict[str, Definition] = {}
    while waiting:
        later = []
        for each in waiting:
            try:
                read = definition_of(each.body, by_hash)
            except KeyError:
                later.append(each)
                continue
            agreed = replace(read, agreed_version=each.version, by_ruling=each.by_ruling)
            by_hash[agreed.hash] = agreed
            if each in current:
                found[agreed.id] = agreed
        if len(later) == len(waiting):
            break
        waiting = later
    return found


def read_all(bodies: Iterable[Body]) -> dict[str, Definition]:
    """Every definition that the bodies hold, by hash; one whose base is missing is left out."""
    found: dict[str, Definition] = {}
    waiting = list(bodies)
    while waiting:
        later = []
        for body in waiting:
            try:
                read = definition_of(body, found)
            except KeyError:
                later.append(body)
                continue
            found[read.hash] = read
        if len(later) == len(waiting):
            break
        waiting = later
    return found


def if_signed(now: InForce, body: Body, known: Iterable[Body]) -> dict[str, Definition]:
    """What metrics would count under if a proposed body were in force, by metric.

    known   bodies of shared definitions that the proposed one may rest on

    A shared definition changes every metric that rests on it, once each is signed again on it:
    that is what is priced.
    Raises   DefinitionRefused, OptionUnknown
    """
    bases = read_all([*(each.document() for each in _drafted_bases()), *known])
    try:
        proposed = definition_of(body, bases)
    except KeyError as pinned:
        raise DefinitionRefused(
            "It rests on a definition %(pinned)s that nobody has proposed.",
            remedy="Pin the version in force, or one that is proposed.",
            pinned=str(pinned)[1:13],
        ) from None
    if not proposed.subject.shared:
        return {proposed.id: proposed}
    return {
        metric: definition.resting_on(proposed)
        for metric, definition in now.definitions.items()
        if _rests_on(definition, proposed.id)
    }


def _rests_on(definition: Definition, name: str) -> bool:
    return any(base.id == name or _rests_on(base, name) for base in definition.bases.values())


def _drafted_bases() -> list[Definition]:
    found: dict[str, Definition] = {}

    def collect(one: Definition) -> None:
        for base in one.bases.values():
            collect(base)
            found.setdefault(base.hash, base)

    for draft in drafts().values():
        collect(draft)
    return list(found.values())


def hand_over(folder: Path, in_force: Iterable[Agreed], superseded: Iterable[Agreed]) -> InForce:
    """Put what is signed where the numbers read it, whole or not at all.

    folder   the workspace's `definitions/`
    Raises   DiskFull
    """
    current, earlier = list(in_force), list(superseded)
    if not current:
        (folder / POINTER).unlink(missing_ok=True)
        return drafts_in_force()
    content = _content(current, earlier)
    sha256 = hashlib.sha256(content).hexdigest()
    private_folder(folder)
    pointer = canonical_bytes({"format": FORMAT, "sha256": sha256})
    for path, text in ((folder / f"{sha256}.json", content), (folder / POINTER, pointer)):
        if not (path.is_file() and path.read_bytes() == text):
            _write(path, text)
    return in_force_at(folder, sha256)


def hash_of(in_force: Iterable[Agreed], superseded: Iterable[Agreed]) -> str:
    """The hash that these would be handed over under, '' for none."""
    current = list(in_force)
    return hashlib.sha256(_content(current, superseded)).hexdigest() if current else ""


def pointed_at(folder: Path) -> str:
    """The hash of what is in force now, '' before anything was signed.

    Raises   DefinitionsDamaged
    """
    try:
        found = json.loads((folder / POINTER).read_text("utf-8"))
        return str(found["sha256"])
    except FileNotFoundError:
        return ""
    except (ValueError, KeyError, TypeError) as wrong:
        raise _damaged(folder / POINTER, "it is not what was handed over") from wrong


def in_force_now(folder: Path) -> InForce:
    """What figures are counted under now. Raises   DefinitionsDamaged"""
    return in_force_at(folder, pointed_at(folder))


def in_force_at(folder: Path, sha256: str) -> InForce:
    """What was in force under that hash, as long ago as it may be.

    Raises   DefinitionsDamaged if the file is gone, or is not what was handed over
    """
    if not sha256:
        return drafts_in_force()
    path = folder / f"{sha256}.json"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _damaged(path, "it is gone") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _damaged(path, "its bytes are not those its name was made from")
    told = json.loads(content)
    try:
        agreed = agreed_definitions(_read(told["in_force"]), _read(told["superseded"]))
    except (KeyError, AssertionError, TrivetError) as wrong:
        raise DefinitionsDamaged(
            "%(path)s holds a definition that this version of Trivet cannot count under:"
            " %(wrong)s.",
            remedy="Use the release it was signed with, or sign it again.",
            path=path,
            wrong=wrong,
        ) from wrong
    definitions = {metric: agreed.get(metric, drafts()[metric]) for metric in METRICS}
    return InForce(definitions, sha256)


def _content(in_force: Iterable[Agreed], superseded: Iterable[Agreed]) -> bytes:
    return canonical_bytes(
        {"format": FORMAT, "in_force": _told(in_force), "superseded": _told(superseded)}
    )


def _told(every: Iterable[Agreed]) -> list[dict[str, object]]:
    # Said only where it is so: what was handed over before rulings were told keeps its hash.
    return [
        {"body": each.body, "version": each.version}
        | ({"by_ruling": True} if each.by_ruling else {})
        for each in every
    ]


def _read(told: Iterable[Mapping[str, object]]) -> list[Agreed]:
    found = []
    for each in told:
        body, version = each["body"], each["version"]
        assert isinstance(body, Mapping)
        assert isinstance(version, int)
        found.append(Agreed(body, version, each.get("by_ruling") is True))
    return found


def _write(path: Path, content: bytes) -> None:
    working = path.with_name(f".working-{uuid4().hex}")
    with room_to_write(path, "the definitions in force"):
        write_private(working, content)
        to_disk(working)
        working.replace(path)
        to_disk(path.parent)


def _damaged(path: Path, why: str) -> DefinitionsDamaged:
    return DefinitionsDamaged(
        "%(path)s cannot be used: %(why)s.",
        remedy="`trivet run` writes it again from what was signed.",
        path=path,
        why=why,
    )
