"""`trivet`: finds the command, runs it, and says what went wrong in two sentences.

Exit status: 0 answered; 1 something went wrong on the way; 2 wrong use; 3 not computable.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

import trivet
from trivet.cli.terminal import say_error
from trivet.errors import (
    CountingUnknown,
    DefinitionRefused,
    DimensionUnknown,
    DimensionValueUnknown,
    MetricUnknown,
    OptionUnknown,
    PeriodUnknown,
    RecordUnknown,
    SettingWrong,
    SourceMissing,
    TrivetError,
    WorkspaceExists,
    WorkspaceNotFound,
    WorkspaceTooNew,
)
from trivet.numbers.workspace.private import private_umask
from trivet.vocabulary.quoted import quoted

COMMANDS = {
    "init": "Make a workspace: trivet.toml, landing/, builds/.",
    "run": "Sync, build, measure, publish, close books: what the schedule runs.",
    "sync": "Take in the exports that are new.",
    "build": "Build from what was taken in, and publish.",
    "measure": "Print every metric of the last complete quarter.",
    "metric": "Answer with one metric.",
    "data": "Show freshness, row counts, quarantine and unresolved identities.",
    "books": "List the closed periods and what counts otherwise today.",
    "serve": "Serve the pages on this machine.",
    "demo": "Make a company, its five numbers and its dashboard.",
    "doctor": "Check the installation and a workspace.",
    "verify": "Check that the published build still is what it was.",
    "export": "Write tables and figures as Parquet or CSV.",
    "backup": "Put a workspace into one archive.",
    "restore": "Make a workspace out of an archive.",
    "recover": "Let somebody back in who lost password and second factor.",
}
"""Each is `trivet/cli/<name>.py` and imported only when it is asked for."""

WRONG_USE: tuple[type[TrivetError], ...] = (
    CountingUnknown,
    DefinitionRefused,
    DimensionUnknown,
    DimensionValueUnknown,
    MetricUnknown,
    OptionUnknown,
    PeriodUnknown,
    RecordUnknown,
    SettingWrong,
    SourceMissing,
    WorkspaceExists,
    WorkspaceNotFound,
    WorkspaceTooNew,
)

INTERRUPTED = 130


class Commands(click.Group):
    """The commands by name. Help needs none of them imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"trivet.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from trivet.numbers.workspace.part import nearest

        name = args[0]
        near = nearest(name, COMMANDS)
        if name not in COMMANDS and not name.startswith("-") and near:
            ctx.fail(f"There is no command {name!r}. Did you mean {near}?")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(trivet.__version__, prog_name="trivet")
def cli() -> None:
    """The numbers marketing, sales and customer success own together.

    FOLDER is the workspace; without it, $TRIVET_WORKSPACE, else the current folder.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process."""
    with private_umask():
        _run(arguments)


def _run(arguments: list[str] | None) -> None:
    try:
        status = cli.main(arguments, prog_name="trivet", standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except TrivetError as wrong:
        say_error(wrong)
        sys.exit(2 if isinstance(wrong, WRONG_USE) else 1)
    except BrokenPipeError:
        # `trivet data | head`: the reader has had enough.
        sys.stderr.close()
        sys.exit(0)
    except OSError as wrong:
        say_error(_refused_by_the_system(wrong))
        sys.exit(1)
    # A command that ended with a status of its own comes back with it.
    sys.exit(status if isinstance(status, int) else 0)


def _refused_by_the_system(wrong: OSError) -> TrivetError:
    """A path that is too long, that is not there, or that one may not read or write."""
    name = quoted(str(wrong.filename)) if wrong.filename is not None else "A file"
    return TrivetError(
        "%(name)s cannot be used: %(why)s.",
        remedy="Check that it is there, and that you may read and write it.",
        name=name,
        why=wrong.strerror or str(wrong),
    )


if __name__ == "__main__":
    main()
