"""The command line: the only part that prints. One verb per file, imported when it is used."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Mapping

import click

import casebook
from casebook.collecting import no_collecting
from casebook.errors import CasebookError
from casebook.messages import said, translated, user_language

VERBS: Mapping[str, str] = {
    "init": "Make a new workspace with the tutorial engagement.",
    "new": "Begin an engagement from an earlier one, or from a method.",
    "check": "Say all that is wrong with parameter files, at once.",
    "diff": "Show what an engagement does differently from the one it was begun from.",
    "plan": "Show what a build would make, and why.",
    "build": "Make the pages that are out of date.",
    "release": "Release an edition: judge it, bundle it, enter it in the register.",
    "verify": "Prove a bundle that was released.",
    "preview": "Show a page in a browser, made again whenever a file is saved.",
    "lab": "Open JupyterLab on the workspace, with kernels that start warm.",
    "find": "Find what was learned and made, by words.",
    "ask": "Answer one of the twenty questions, or list them.",
    "export": "Write the ledger to a file for Excel or BI, or an engagement to a form.",
    "tidy": "Take outputs and what editors leave out of notebooks.",
    "explain": "Explain a code such as CB104, and how to mend it.",
    "doctor": "Say what works on this machine, and what is missing.",
    "schema": "Print the JSON Schema of a parameter file.",
}
"""Every verb with its help in one line; its module in this package has the same name."""

INTERRUPTED = 130


class Verbs(click.Group):
    """Imports a verb's module only when that verb is used, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The verbs in the order of a consultant's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a verb."""
        if cmd_name not in VERBS:
            return None
        with no_collecting():
            module = importlib.import_module(f"casebook.cli.{cmd_name}")
        command: click.Command = module.command
        command.help = VERBS[cmd_name]
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.command(
    cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88}
)
@click.version_option(casebook.__version__, prog_name="casebook", message="%(prog)s %(version)s")
def group() -> None:
    """Turn engagements into cases that can be published and learning that can be trusted."""


def main() -> None:
    """Run `casebook`: 0 done, 1 something blocks, 2 wrong usage."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = group.main(prog_name="casebook", standalone_mode=False)
    except CasebookError as error:
        _say(error)
        return error.exit_code
    except click.exceptions.Abort:
        hint = said("What was finished is kept; build again to go on.")
        _say(CasebookError(said("Interrupted."), hint))
        return INTERRUPTED
    except click.ClickException as error:
        if _wants_json():
            _print_json(error.format_message(), "")
        else:
            error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0


def _wants_json() -> bool:
    """Whether JSON was asked for; also where the command could not be understood."""
    given = " ".join(sys.argv[1:]).partition(" -- ")[0]
    return re.search(r"(^| )--(json|format[ =]json)( |$)", given) is not None


def _say(error: CasebookError) -> None:
    message, hint = (translated(text, user_language()) for text in (error.message, error.hint))
    if _wants_json():
        _print_json(message, hint)
        return
    word = translated(said("Error"), user_language())
    click.secho(f"{word}: {message}", fg="red", bold=True, err=True)
    if hint:
        click.echo(hint, err=True)


def _print_json(message: str, hint: str) -> None:
    from casebook.cli import screen  # noqa: PLC0415  # `--help` does without

    screen.print_json_line({"error": {"message": message, "hint": hint}})
