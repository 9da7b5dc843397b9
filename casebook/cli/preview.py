"""`casebook preview`: one edition in a browser, made again whenever a file is saved."""

from __future__ import annotations

import html
import signal
import time
import webbrowser
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import click

from casebook.cli import options, screen
from casebook.diagnostics import count
from casebook.documents import CASEBOOK, DOCUMENTS, Key
from casebook.messages import said, translated, user_language
from casebook.terms import Audience
from casebook.workspace import Workspace, select

_DOCUMENTS = [name for name in DOCUMENTS if name != CASEBOOK]


@click.command
@click.argument("name")
@options.workspace
@options.output
@click.option(
    "--document", type=click.Choice(_DOCUMENTS), default="case_report", show_default=True
)
@click.option(
    "--audience",
    type=click.Choice([str(audience) for audience in Audience]),
    help="For whom; else the first that the document is meant for.",
)
@options.language
@options.port
@options.no_browser
@options.as_json
def command(
    name: str, root: Path | None, output: Path | None, as_json: bool, **choices: Any
) -> int:
    """Show an edition in a browser until Ctrl-C."""
    workspace = options.chosen(root, output)
    select(workspace, [name])
    document = choices["document"]
    audience = choices["audience"] or DOCUMENTS[document].audiences[0]
    key = Key(name, document, Audience(audience), choices["language"])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _serve(workspace, key, choices["port"], choices["browser"], as_json=as_json)
    return 0


def _serve(workspace: Workspace, key: Key, port: int, browser: bool, *, as_json: bool) -> None:
    from casebook.preview import Sight, as_state, previews  # noqa: PLC0415  # imports what builds
    from casebook.serving import PageServer  # noqa: PLC0415  # only where pages are served

    def print_json(sight: Sight) -> None:
        found = screen.as_json(sight.report.diagnostics)
        outcomes = [outcome.as_json() for outcome in sight.report.outcomes]
        told = {"message": sight.message, "hint": sight.hint, "seconds": round(sight.seconds, 3)}
        screen.print_json_line({"diagnostics": found, "outcomes": outcomes, **told})

    with PageServer(workspace, _words(key), port) as server:
        if as_json:
            screen.print_json_line({"address": server.address})
        else:
            screen.note(f"{key}\n{server.address}  (Ctrl-C ends the preview)")
        if browser:
            webbrowser.open(server.address)
        with closing(previews(workspace, key)) as sights:
            for sight in sights:
                server.show(as_state(sight, workspace, user_language()))
                (print_json if as_json else _printer(workspace))(sight)


def _printer(workspace: Workspace) -> Any:
    def show(sight: Any) -> None:
        language = user_language()
        what = "shown" if sight.page else "not shown"
        reasons = screen.reasons([r for o in sight.report.outcomes for r in o.reasons])
        found = sight.report.diagnostics
        because = f": {count(found, language)}" if found else f": {reasons}" if reasons else ""
        screen.note(f"{time.strftime('%H:%M:%S')}  {what} after {sight.seconds:.1f} s{because}")

    return show
