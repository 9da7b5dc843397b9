"""`casebook build`: make what is out of date."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import click

from casebook import recall
from casebook.cli import listings, options, screen
from casebook.cli.progress import progress
from casebook.diagnostics import Diagnostic, Severity
from casebook.documents import NOT_PUBLIC, Key, Outcome, Status
from casebook.messages import said

FEW = 10
"""So many warnings about fill a screen, and are shown again: in a small workspace nobody needs to
ask for them."""


class Built(Protocol):
    """What there is to say of a build, made now or recalled."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What was found."""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What became of each page."""

    @property
    def left_out(self) -> Mapping[Key, Sequence[str]]:
        """What was asked for and has no outcome, with why."""

    @property
    def unchanged(self) -> Collection[str]:
        """The engagements that stand as they were when the last build spoke of them."""

    @property
    def exit_code(self) -> int:
        """0 if all went well, 1 if something blocks."""


@click.command
@options.names
@options.workspace
@options.output
@options.audience
@options.language
@options.formats
@click.option(
    "-j", "--jobs", type=click.IntRange(1), help="Notebooks at once; else one for each core."
)
@click.option(
    "--dask", "scheduler", metavar="ADDRESS", help="Run on this Dask scheduler's workers."
)
@options.timeout
@options.force
@options.paranoid
@options.as_json
def command(
    names: tuple[str, ...],
    root: Path | None,
    output: Path | None,
    as_json: bool,
    **choices: Any,
) -> int:
    """Make the pages that are out of date."""
    workspace = options.chosen(root, output)
    workers = choices.pop("scheduler") or choices.pop("jobs")
    request = options.request(names, choices)
    recalled = recall.recall(workspace, names, request)
    report: Built = recall.answer(recalled) or _built(recalled, workers, shown=not as_json)
    if as_json:
        found = screen.as_json(report.diagnostics)
        outcomes = [outcome.as_json() for outcome in report.outcomes]
        left_out = screen.left_out_as_json(report.left_out)
        screen.print_json({"diagnostics": found, "outcomes": outcomes, "left_out": left_out})
        return report.exit_code
    _print(report)
    _print_private(report.left_out)
    _print_diagnostics(report, names, workspace.root)
    return report.exit_code


def _built(recalled: recall.Recalled, workers: int | str | None, *, shown: bool) -> Built:
    from casebook import pipeline  # noqa: PLC0415  # takes longer than to find nothing to do

    with progress(shown=shown) as tell:
        return pipeline.build(recalled, tell, workers)


def _print_private(left_out: Mapping[Key, Sequence[str]]) -> None:
    """Say of which engagements there is no public page because the client has not allowed one."""
    private = (key.engagement for key, why in left_out.items() if {*why} <= {*NOT_PUBLIC.values()})
    if names := ", ".join(dict.fromkeys(private)):
        screen.tell(said("No public page, for release.naming allows none: {names}.", names=names))


def _print_diagnostics(report: Built, named: Collection[str], root: Path) -> None:
    """Print what is new, is wrong, or was asked for by name; many warnings that stand are counted.

    They were told when what they are about was made.
    """
    new = [one for one in report.diagnostics if not _stands(one, report.unchanged)]
    old = len(report.diagnostics) - len(new)
    if named or old <= FEW:
        screen.print_diagnostics(report.diagnostics, root)
        return
    screen.print_diagnostics(new, root)
    counted = said(
        "{n} warnings of engagements that have not changed are not repeated: `casebook check` "
        "shows those of parameter files and tables, `casebook build NAME` all of one engagement.",
        n=old,
    )
    screen.tell(counted, err=True)


def _stands(one: Diagnostic, unchanged: Collection[str]) -> bool:
    return one.severity is Severity.WARNING and one.engagement in unchanged


def _print(report: Built) -> None:
    """Print what became of the pages; those that were fresh are only counted."""
    if report.outcomes:
        listings.print_pages(
            listings.Row(one.key, one.path, one.status, one.reasons, one.seconds)
            for one in report.outcomes
            if one.status is not Status.FRESH
        )
        statuses = [outcome.status for outcome in report.outcomes]
        each = [(statuses.count(s), screen.told(listings.STATUSES[s])) for s in Status]
        listed = ", ".join(f"{number} {status}" for number, status in each if number)
        one = said("1 page: {listed}.", listed=listed)
        more = said("{n} pages: {listed}.", n=len(statuses), listed=listed)
        screen.tell(screen.counted(len(statuses), one, more))
    listings.print_left(report.diagnostics, {one.key.engagement for one in report.outcomes})
