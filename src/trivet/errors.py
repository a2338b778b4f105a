"""What can go wrong, and what to do about it.

Every error a person may meet says two things: what happened, with the value that was
wrong, and what to do next. The page, the command line and the API print the same two
sentences, so a subclass is named for the situation and never for the module that met it.

    raise NothingPublished(
        "No build of %(folder)s has been published yet.",
        remedy="Run `trivet run %(folder)s`.",
        folder=folder,
    )

Values are given by name, so that a page can say the two sentences in its reader's language.
"""

from __future__ import annotations

from trivet.sentence import Sentence


class TrivetError(Exception):
    """What happened, with the value that was wrong; then what to do next.

    near    what was probably meant, where a name or a value was misspelt
    given   what goes into either of them
    """

    def __init__(
        self, happened: str, *, remedy: str, near: str | None = None, **given: object
    ) -> None:
        self.happened = _sentence(happened, given)
        self.remedy = _sentence(remedy, given)
        if near:
            self.remedy = Sentence(
                "Did you mean %(near)s? %(remedy)s",
                {"near": repr(str(near)), "remedy": self.remedy},
            )
        super().__init__(self.happened)

    def __str__(self) -> str:
        return f"{self.happened} {self.remedy}"


def _sentence(text: str, given: dict[str, object]) -> Sentence:
    return text if isinstance(text, Sentence) else Sentence(text, given)


class WorkspaceNotFound(TrivetError):
    """The folder is not a Trivet workspace."""


class WorkspaceGone(TrivetError):
    """What is being served was moved, deleted or closed, or its disk is not there."""


class WorkspaceTooNew(TrivetError):
    """The workspace was written by a newer Trivet than this one."""


class WorkspaceBusy(TrivetError):
    """Another process is building this workspace right now."""


class SettingWrong(TrivetError):
    """A setting in `trivet.toml` cannot be used as it is written."""


class SourceMissing(TrivetError):
    """The settings name no export, so there is nothing to read."""


class ExportMissing(TrivetError):
    """A file that the mapping names is not there."""


class ExportAhead(TrivetError):
    """An export claims to be of a day that had not come when it was read."""


class ExportUnreadable(TrivetError):
    """A file is there but cannot be read as what it claims to be."""


class LoadUnreadable(TrivetError):
    """What was landed cannot be read back."""


class ColumnMissing(TrivetError):
    """The mapping names a column that the export does not have."""


class NothingPublished(TrivetError):
    """No build of this workspace has been published yet."""


class BuildDamaged(TrivetError):
    """A build's file is there but is not what was written."""


class BuildOfAnotherVersion(TrivetError):
    """A build's tables are not those this version of Trivet reads."""


class AuditFailed(TrivetError):
    """A finished build broke an invariant, so it was not published."""


class DiskFull(TrivetError):
    """There is no room left to write; nothing half-written was kept."""


class PeriodUnknown(TrivetError):
    """A period was written in a form that is not understood."""


class MetricUnknown(TrivetError):
    """No metric has this id."""


class DimensionUnknown(TrivetError):
    """No dimension has this name in this workspace."""


class DimensionValueUnknown(TrivetError):
    """No record has this value of a dimension, and it looks like one that some have."""


class AddressUnclear(TrivetError):
    """A page's address asks for something that the page does not know."""


class DefinitionRefused(TrivetError):
    """The linter will not let this definition be used, and says why."""


class DefinitionsDamaged(TrivetError):
    """The signed definitions are not there as they were handed to the numbers."""


class OptionUnknown(TrivetError):
    """A definition names an option, or a value of one, that does not exist."""


class RecordUnknown(TrivetError):
    """No record has this id in the published build."""


class WorkspaceExists(TrivetError):
    """The folder already is a Trivet workspace."""


class PortTaken(TrivetError):
    """Something else already answers on the port the pages should be served on."""


class BackupUnreadable(TrivetError):
    """An archive is no backup of a workspace, or was damaged."""


class StoreTooOld(TrivetError):
    """The database engine may lose what was acknowledged."""


class StoreBusy(TrivetError):
    """Another process is changing the store's tables right now."""


class StoreUnreadable(TrivetError):
    """The store is there but does not answer as this version asks."""


class FoundedAlready(TrivetError):
    """The first person is there already."""


class NotAllowed(TrivetError):
    """Nobody in these seats may do this."""


class PersonUnknown(TrivetError):
    """Nobody here has this address."""


class PersonKnown(TrivetError):
    """Somebody with this address is here already."""


class InvitationOver(TrivetError):
    """A one-time link that was used, is too old, or is not ours."""


class SeatTaken(TrivetError):
    """Somebody holds the seat, or is about to."""


class DocumentChanged(TrivetError):
    """The document is not what was shown to whoever acts on it."""


class ProposalClosed(TrivetError):
    """The proposal has been decided."""


class SignatureRefused(TrivetError):
    """This person cannot sign this version in this seat."""


class DocumentRefused(TrivetError):
    """What is proposed cannot be a version of this document."""


class BookNotDue(TrivetError):
    """The day on which a period's books close has not come."""


class BookNotReady(TrivetError):
    """A figure is not final yet, so its book stays open."""


class BookDamaged(TrivetError):
    """A closed book's frozen rows are not what was frozen."""


class BookOpen(TrivetError):
    """The period's book has not been closed."""


class CorrectionRefused(TrivetError):
    """A closed figure cannot be corrected this way, or by this person."""


class ProfileRefused(TrivetError):
    """What is given is no ideal customer profile, or has no such criterion."""


class EscalationRefused(TrivetError):
    """This cannot be put to the CEO, or not by this person."""


class EscalationClosed(TrivetError):
    """The question has been ruled on, or settled without a ruling."""


class RulingRefused(TrivetError):
    """This person cannot rule on this question, or not like this."""


class AnswerRefused(TrivetError):
    """A new leader's answer to a document cannot be taken, or not from this person."""


class CountingUnknown(TrivetError):
    """Figures are asked to be counted in a way there is not."""


class KeyringUnreadable(TrivetError):
    """The file of keys for authenticator secrets is there but holds something else."""


class SecretSealed(TrivetError):
    """No key that is there opens somebody's authenticator secret."""
