"""Arguments and options that verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from casebook.documents import CELL_TIMEOUT, Request
from casebook.resources import LANGUAGES
from casebook.terms import Audience
from casebook.workspace import Workspace, discover

_FOLDER = click.Path(file_okay=False, path_type=Path)

names = click.argument("names", metavar="[NAME]...", nargs=-1)
workspace = click.option(
    "--workspace",
    "root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The folder with `params`; else the nearest one upwards.",
)
output = click.option("--output", type=_FOLDER, help="Where pages go; else `build`.")
audience = click.option(
    "--audience",
    type=click.Choice([str(audience) for audience in Audience]),
    help="Make every document for this audience, not for those it is meant for.",
)
language = click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default="da", show_default=True
)
_DEFAULT_FORMATS = ("html",)


def _chosen_formats(
    _context: click.Context, _option: click.Parameter, value: str
) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if asked == _DEFAULT_FORMATS:
        return asked  # A build of what is fresh need not import the exporters.
    from casebook import publishing  # noqa: PLC0415  # imports the exporters

    known = publishing.formats()
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        said = f"'{', '.join(unknown)}' is not a format." if unknown else "No format is named."
        raise click.BadParameter(f"{said} Known: {', '.join(known)}.")
    return asked


formats = click.option(
    "--to",
    "formats",
    callback=_chosen_formats,
    default="html",
    show_default=True,
    metavar="FORMAT,…",
    help="Of html, pdf, docx, fragment (for a CMS).",
)
timeout = click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=CELL_TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="What one cell may take; after that its notebook fails.",
)
paranoid = click.option(
    "--paranoid", is_flag=True, help="Read every file again, whatever its size and time."
)
force = click.option("--force", is_flag=True, help="Make everything again, fresh or not.")
port = click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Of this machine; else a free one."
)
no_browser = click.option("--no-browser", is_flag=True, help="Open no browser.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


def chosen(root: Path | None, output: Path | None = None) -> Workspace:
    """The workspace that the options name."""
    return discover(root, output)


def request(names: tuple[str, ...], options: dict[str, Any]) -> Request:
    """What is asked for; the casebook belongs to a build of all engagements."""
    found = options["audience"]
    return Request(
        audience=Audience(found) if found else None,
        language=options["language"],
        formats=options["formats"],
        force=options["force"],
        casebook=not names,
        paranoid=options.get("paranoid", False),
        timeout=options.get("timeout", CELL_TIMEOUT),
    )
