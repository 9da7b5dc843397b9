"""`casebook plan`: what would be built, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from casebook import pipeline
from casebook.cli import listings, options, screen
from casebook.messages import said
from casebook.planning import NOT_PUBLIC, Job
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
    report = pipeline.plan(workspace, names, options.request(names, choices))
    if as_json:
        jobs = [_as_json(job, workspace) for job in report.jobs]
        found = screen.as_json(report.diagnostics)
        left_out = [{**key._asdict(), "reasons": [NOT_PUBLIC]} for key in report.left_out]
        screen.print_json({"diagnostics": found, "jobs": jobs, "left_out": left_out})
        return report.exit_code
    screen.print_diagnostics(report.diagnostics, workspace.root)
    if report.jobs:
        _print(report.jobs, workspace)
        for key in report.left_out:
            screen.tell(said("Left out: {key}, because {why}.", key=key, why=NOT_PUBLIC))
    return report.exit_code


def _print(jobs: tuple[Job, ...], workspace: Workspace) -> None:
    stale = [job for job in jobs if not job.fresh]
    listings.print_pages(
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
    pages = [page for job in jobs for page in job.pages]
    due = sum(bool(page.reasons) for page in pages)
    fresh = len(pages) - due
    one = said("1 page to build, {fresh} fresh.", fresh=fresh)
    more = said("{n} pages to build, {fresh} fresh.", n=due, fresh=fresh)
    screen.tell(screen.counted(due, one, more))


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
