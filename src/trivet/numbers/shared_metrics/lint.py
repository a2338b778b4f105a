"""What no definition may say, however it is signed: combinations that give a wrong number.

Source   metrics.md 5.13; each refusal says what would go wrong
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trivet.errors import DefinitionRefused
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.option import OptionValue
from trivet.sentence import Sentence

UNSEEN_SHARE = Decimal("0.05")
"""Above this share of amount, lead sources that the sourcing list does not know are refused."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a definition is refused.

    option   the option to change, empty when it is about the whole set
    remedy   what to do about the data, where the data is the reason
    count    how many values of the data it is about, where they can be counted
    by       the dimension along which the rows in question can be seen
    refuses  whether it may not be signed; else it changes no figure, and signers should know it
    """

    definition: str
    option: str
    says: str
    remedy: str = ""
    count: int | None = None
    by: str = ""
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the company's own data says about its definitions.

    multi_year_without_term   opportunities over a year long that show it only in their TCV
    unseen_source_values      listed lead sources that no opportunity of the last 12 months has
    unlisted_source_share     share of amount whose lead source is in no list
    has_amount_history        whether amounts of the past are stored
    """

    multi_year_without_term: bool = False
    unseen_source_values: tuple[str, ...] = ()
    unlisted_source_share: Decimal = Decimal(0)
    has_amount_history: bool = True


def lint(
    definitions: Definition | Mapping[str, Definition] | Iterable[Definition],
    evidence: Evidence | None = None,
) -> list[Problem]:
    """Every reason to refuse; an empty list means it may go to signature.

    definitions   one definition, or all that are to be in force together
    evidence      the company's data; without it only the definitions are looked at
    """
    if isinstance(definitions, Definition):
        every = [definitions]
    elif isinstance(definitions, Mapping):
        every = list(definitions.values())
    else:
        every = list(definitions)
    found: list[Problem] = []
    for definition in every:
        found += _alone(definition)
        if evidence is not None:
            found += _against(definition, evidence)
    return found + _together(every)


def refuse(definition: Definition, problems: Iterable[Problem]) -> None:
    """Raises   DefinitionRefused with the first problem that refuses, if there is one"""
    for problem in problems:
        if not problem.refuses:
            continue
        raise DefinitionRefused(
            "The definition %(definition)s is refused: %(why)s.",
            remedy="Change %(option)s; see docs/reference/metrics.md.",
            definition=definition.id,
            why=problem.says,
            option=problem.option or Sentence("the definitions"),
        )


REFUSED_ALONE: tuple[tuple[str, OptionValue, str], ...] = (
    (
        "new_logos",
        True,
        Sentence("new customers inside retention lift it without anybody being retained"),
    ),
    (
        "cap",
        "total",
        Sentence(
            "capped on the total, one customer's growth hides another's loss; cap each customer"
        ),
    ),
    (
        "amount_as_of",
        "current",
        Sentence(
            "the amount is today's while books close, so every edit would rewrite closed periods"
        ),
    ),
    (
        "touched_only",
        True,
        Sentence("counting only leads that were touched hides those that nobody called"),
    ),
    (
        "cycle",
        "median",
        Sentence("a median length beside a mean size breaks the product; use the mean"),
    ),
)
"""Option, value, and what goes wrong: refused whatever else a definition says."""


def _alone(definition: Definition) -> list[Problem]:
    chosen = definition.all_options
    return [
        Problem(definition.id, option, says)
        for option, value, says in REFUSED_ALONE
        if chosen.get(option) == value
    ]


def _against(definition: Definition, evidence: Evidence) -> list[Problem]:
    chosen = definition.all_options
    rules = chosen.get("source_rule")
    by_lead_source = isinstance(rules, list) and "lead_source" in rules
    listed = ", ".join(evidence.unseen_source_values)
    share = f"{evidence.unlisted_source_share * 100:.1f} %"
    found = [
        (
            chosen.get("amount_basis") == "tcv" and evidence.multi_year_without_term,
            Problem(
                definition.id,
                "amount_basis",
                Sentence(
                    "total contract value counts each year of a deal, and no opportunity has a"
                    " term_months"
                ),
                Sentence(
                    "Map term_months on the opportunity's feed and run `trivet run`, or count by"
                    " annual value"
                ),
            ),
        ),
        (
            chosen.get("amount_as_of") in ("at_entry", "book_close")
            and not evidence.has_amount_history,
            Problem(
                definition.id,
                "amount_as_of",
                Sentence("it reads past amounts, and no history of amounts is stored"),
                Sentence(
                    "Map the export of opportunity_field_history, or load exports of several days:"
                    " the next `trivet run` keeps what they say as history"
                ),
            ),
        ),
        (
            by_lead_source and bool(evidence.unseen_source_values),
            Problem(
                definition.id,
                "source_rule",
                Sentence(
                    "[lead_sources] lists values that no opportunity had in 12 months: %(values)s",
                    {"values": listed},
                ),
                Sentence(
                    "Correct or remove them under [lead_sources] in trivet.toml and run"
                    " `trivet run`"
                ),
                len(evidence.unseen_source_values),
                "lead_source",
                # A value that no opportunity has counts in no figure; it may be next month's.
                refuses=False,
            ),
        ),
        (
            by_lead_source and evidence.unlisted_source_share > UNSEEN_SHARE,
            Problem(
                definition.id,
                "source_rule",
                Sentence(
                    "%(share)s of amount has a lead source that [lead_sources] does not list",
                    {"share": share},
                ),
                Sentence(
                    "List them under [lead_sources] in trivet.toml, each under the function it"
                    " belongs to, and run `trivet run`"
                ),
                by="lead_source",
            ),
        ),
    ]
    return [problem for holds, problem in found if holds]


def _together(definitions: list[Definition]) -> list[Problem]:
    found: list[Problem] = []
    ids = [definition.id for definition in definitions]
    found += [
        Problem(twice, "", Sentence("two definitions in force have the id %(id)s", {"id": twice}))
        for twice in sorted({name for name in ids if ids.count(name) > 1})
    ]
    by_id = {definition.id: definition for definition in definitions}
    expansion, retention = by_id.get("expansion_pipeline"), by_id.get("net_revenue_retention")
    if expansion and retention:
        here, there = expansion.option("entity_level"), retention.option("entity_level")
        if here != there:
            says = Sentence(
                "a customer is %(here)s in expansion and %(there)s in retention,"
                " so growth of one would be new business in the other",
                {"here": here, "there": there},
            )
            found.append(Problem("expansion_pipeline", "entity_level", says))
    bases = {
        definition.bases["pipeline_base"].hash: definition.id
        for definition in definitions
        if "pipeline_base" in definition.bases
    }
    if len(bases) > 1:
        named = Sentence.joined("%(first)s and %(then)s", sorted(bases.values()))
        says = Sentence("%(metrics)s rest on different pipeline bases", {"metrics": named})
        # Metrics are signed again one by one, so that for a while they differ.
        found.append(Problem("pipeline_base", "", says, refuses=False))
    return found
