"""`casebook build`: make what is out of date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from casebook import pipeline
from casebook.cli import options, screen
from casebook.publishing import Status


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
@options.force
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
    with screen.progress(shown=not as_json) as tell:
        report = pipeline.build(workspace, names, request, tell, workers)
    if as_json:
        found = screen.as_json(report.diagnostics)
        outcomes = [outcome.as_json() for outcome in report.outcomes]
        screen.print_json({"diagnostics": found, "outcomes": outcomes})
        return report.exit_code
    _print(report)
    screen.print_diagnostics(report.diagnostics, workspace.root)
    return report.exit_code


def _print(report: pipeline.Report) -> None:
    if report.outcomes:
        screen.print_pages(
            screen.Row(one.key, one.path, one.status, one.reasons, one.seconds)
            for one in report.outcomes
        )
        statuses = [outcome.status for outcome in report.outcomes]
        counted = ", ".join(f"{statuses.count(s)} {s}" for s in Status if s in statuses)
        screen.note(f"{screen.plural(len(statuses), 'page')}: {counted}.")
