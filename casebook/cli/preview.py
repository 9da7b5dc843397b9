"""`casebook preview`: one edition in a browser, made again whenever a file is saved."""

from __future__ import annotations

import html
import signal
import time
import webbrowser
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import click

from casebook.cli import listings, options, screen
from casebook.diagnostics import count
from casebook.documents import CASEBOOK, DOCUMENTS, Key
from casebook.messages import said, translated, user_language
from casebook.preview import Sight, as_state, previews
from casebook.serving import PageServer
from casebook.terms import Audience
from casebook.workspace import Workspace, select

_DOCUMENTS = [name for name in DOCUMENTS if name != CASEBOOK]


@click.command
@click.argument("name")
@click.option("--document", type=click.Choice(_DOCUMENTS), default="case_report", show_default=True)
@click.option(
    "--audience",
    type=click.Choice([str(audience) for audience in Audience]),
    help="For whom; else the first that the document is meant for.",
)
@options.language
@options.workspace
@options.output
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
    # Whoever ends it, and however, it ends what it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        suppress(KeyboardInterrupt),
        PageServer(workspace, _words(key), choices["port"]) as server,
        closing(previews(workspace, key)) as sights,
    ):
        if as_json:
            screen.print_json_line({"address": server.address})
        else:
            screen.note(str(key))
            screen.tell(said("{address} (Ctrl-C ends the preview)", address=server.address))
        if not choices["no_browser"]:
            webbrowser.open(server.address)
        for sight in sights:
            server.show(as_state(sight, workspace, user_language()))
            if as_json:
                screen.print_json_line(_as_json(sight))
            else:
                _print(sight, workspace)
    return 0


def _words(key: Key) -> Mapping[str, str]:
    """The words of the page around the edition."""
    again = f"casebook preview {key.engagement}"
    words = {
        "title": str(key),
        "waiting": said("The page is being made …"),
        "ended": said("The preview has ended. Begin again with `{command}`.", command=again),
        "missing": said("This page is not built. Make it with `casebook build`."),
    }
    language = user_language()
    told = {name: html.escape(translated(text, language)) for name, text in words.items()}
    return told | {"language": language}


def _as_json(sight: Sight) -> dict[str, Any]:
    return {
        "diagnostics": screen.as_json(sight.report.diagnostics),
        "outcomes": [outcome.as_json() for outcome in sight.report.outcomes],
        "message": translated(sight.message, user_language()),
        "hint": translated(sight.hint, user_language()),
        "seconds": round(sight.seconds, 3),
    }


def _print(sight: Sight, workspace: Workspace) -> None:
    """Print when the page was made, and why, or what is to be mended."""
    language, found = user_language(), sight.report.diagnostics
    seconds = round(sight.seconds, 1)
    what = said("not shown after {seconds} s", seconds=seconds)
    if sight.page:
        what = said("shown after {seconds} s", seconds=seconds)
    reasons = [reason for outcome in sight.report.outcomes for reason in outcome.reasons]
    why = count(found, language) if found and not sight.page else listings.reasons(reasons)
    line = f"{time.strftime('%H:%M:%S')}  {screen.told(what)}"
    screen.note(f"{line}: {why}" if why else line)
    for text in filter(None, (sight.message, sight.hint)):
        screen.note(translated(text, language))
    screen.print_diagnostics(found, workspace.root)
