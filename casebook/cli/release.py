"""`casebook release`: an edition leaves the firm, if nothing stands against it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from casebook import release
from casebook.cli import options, screen
from casebook.cli.progress import progress
from casebook.diagnostics import Severity, count
from casebook.documents import FRAGMENT, Key, Status
from casebook.messages import said, user_language
from casebook.publishing import require
from casebook.register import FOLDER
from casebook.terms import Audience
from casebook.workspace import Workspace, select

_APPROVAL = frozenset({"CB133", "CB302", "CB303"})
"""What is said where the client has not approved the page as it is."""


@click.command
@click.argument("name")
@click.option(
    "--audience",
    type=click.Choice([str(Audience.PUBLIC), str(Audience.CLIENT)]),
    help="For whom. What is internal does not leave the firm.",
)
@options.language
@options.formats
@click.option("--withdraw", type=int, metavar="NUMBER", help="Say that a release was taken down.")
@click.option("--reason", default="", help="With --withdraw: why.")
@options.workspace
@options.output
@options.as_json
def command(
    name: str, root: Path | None, output: Path | None, as_json: bool, **choices: Any
) -> int:
    """Release an edition, or withdraw it."""
    workspace = options.chosen(root, output)
    select(workspace, [name])
    if choices["withdraw"] is not None:
        return _withdraw(workspace, name, choices, as_json=as_json)
    if choices["audience"] is None:
        raise click.UsageError("Say for whom: --audience public or --audience client.")
    if FRAGMENT in choices["formats"] and choices["audience"] != Audience.PUBLIC:
        raise click.UsageError("A fragment is for a public website: --audience public.")
    require(choices["formats"])
    key = Key(name, release.DOCUMENT, Audience(choices["audience"]), choices["language"])
    with progress(shown=not as_json) as tell:
        report = release.release(workspace, key, choices["formats"], tell)
    if as_json:
        _print_json(report)
    else:
        screen.print_diagnostics(report.diagnostics, workspace.root)
        _print(report, key)
    return report.exit_code


def _withdraw(workspace: Workspace, name: str, choices: dict[str, Any], *, as_json: bool) -> int:
    taken = release.withdraw(workspace, name, choices["withdraw"], choices["reason"])
    if as_json:
        screen.print_json({"withdrawn": asdict(taken)})
        return 0
    screen.tell(said("Release {n} is withdrawn. Take it down wherever it stands.", n=taken.number))
    return 0


def _print_json(report: release.Report) -> None:
    entered = report.released and {**asdict(report.released), "path": _path(report)}
    screen.print_json(
        {
            "released": entered,
            "again": report.again,
            "content": report.made.content,
            "diagnostics": screen.as_json(report.diagnostics),
            "strays": list(report.strays),
        }
    )


def _path(report: release.Report) -> str:
    return f"{FOLDER}/{report.released.bundle}" if report.released else ""


def _print(report: release.Report, key: Key) -> None:
    for stray in report.strays:
        screen.tell(said("{path} is in no register: delete it.", path=stray))
    released = report.released
    if released is None:
        errors = [one for one in report.diagnostics if one.severity is Severity.ERROR]
        stands = count(errors, user_language())
        screen.tell(said("Not released: {key}. {n} in the way.", key=key, n=stands))
        if {one.code for one in errors} - _APPROVAL and report.made.pages:
            screen.tell(said("The approval comes last: mending the rest may change the page."))
        for outcome in report.made.outcomes:
            if outcome.status in (Status.BUILT, Status.FRESH):
                screen.tell(said("The page: {path}", path=outcome.path))
        return
    if report.again:
        screen.tell(said("Nothing new: it is release {n} already.", n=released.number))
    else:
        screen.tell(said("Released as number {n}: {key}.", n=released.number, key=key))
    if not report.again and released.supersedes:
        screen.tell(said("It takes the place of release {n}.", n=released.supersedes))
    screen.note(f"  {_path(report)}")
