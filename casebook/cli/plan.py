"""`casebook plan`: what would be built, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from casebook import pipeline
from casebook.cli import listings, options, screen
from casebook.documents import NOT_PUBLIC, Key, Request, Status
from casebook.looking import ALL
from casebook.messages import said
from casebook.planning import Job
from casebook.workspace import Workspace


@click.command
@options.names
@options.workspace
@options.output
@options.audience
@options.language
@options.formats
@options.force
@options.as_json
def command(
    names: tuple[str, ...],
    root: Path | None,
    output: Path | None,
    as_json: bool,
    **choices: Any,
) -> int:
    """Show what a build would make."""
    workspace = options.chosen(root, output)
    request = options.request(names, choices)
    report = pipeline.plan(workspace, names, request)
    if as_json:
        jobs = [_as_json(job, workspace) for job in report.jobs]
        found = screen.as_json(report.diagnostics)
        left_out = screen.left_out_as_json(report.left_out)
        screen.print_json({"diagnostics": found, "jobs": jobs, "left_out": left_out})
        return report.exit_code
    screen.print_diagnostics(report.diagnostics, workspace.root)
    _print(report, request, workspace)
    return report.exit_code


def _print(report: pipeline.Report, request: Request, workspace: Workspace) -> None:
    planned = {job.key.engagement for job in report.jobs}
    left_out = {
        key: why for key, why in report.left_out.items() if key.engagement in {*planned, ALL}
    }
    if report.jobs:
        refused = list(_refused(left_out, request, workspace))
        listings.print_pages([*_due(report.jobs, workspace), *refused])
        pages = [page for job in report.jobs for page in job.pages]
        due = sum(bool(page.reasons) for page in pages)
        fresh, out = len(pages) - due, len(refused)
        one = said("1 page to build, {fresh} fresh.", fresh=fresh)
        more = said("{n} pages to build, {fresh} fresh.", n=due, fresh=fresh)
        screen.tell(screen.counted(due, one, more))
        if out:
            one, more = said("1 page is not made."), said("{n} pages are not made.", n=out)
            screen.tell(screen.counted(out, one, more))
    listings.print_left(report.diagnostics, planned)


def _refused(
    left_out: Mapping[Key, Sequence[str]], request: Request, workspace: Workspace
) -> Iterator[listings.Row]:
    """A line for every page, as a build would have it."""
    for key, why in left_out.items():
        status = "left out" if {*why} <= {*NOT_PUBLIC.values()} else Status.REFUSED
        for name in request.formats_for(key.audience):
            yield listings.Row(key, workspace.shown(workspace.page(key, name)), status, why)


def _due(jobs: tuple[Job, ...], workspace: Workspace) -> Iterator[listings.Row]:
    stale = [job for job in jobs if not job.fresh]
    return (
        listings.Row(
            job.key,
            workspace.shown(workspace.page(job.key, page.format)),
            "build" if job.reasons else "export",
            page.reasons,
        )
        for job in stale
        for page in job.pages
        if page.reasons
    )


def _as_json(job: Job, workspace: Workspace) -> dict[str, Any]:
    return {
        **job.key._asdict(),
        "notebook": workspace.shown(job.notebook) if job.notebook else None,
        "reasons": list(job.reasons),
        "pages": [
            {
                "format": page.format,
                "path": workspace.shown(workspace.page(job.key, page.format)),
                "reasons": list(page.reasons),
            }
            for page in job.pages
        ],
    }
