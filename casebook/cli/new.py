"""`casebook new`: begin an engagement from an earlier one, or from a method."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.text import Text

from casebook import layers, reading, source, todos
from casebook.cli import listings, options, problems, screen
from casebook.diagnostics import Diagnostic
from casebook.errors import CasebookError
from casebook.messages import Said, all_known, nearest, said
from casebook.municipalities import FICTIONAL, find, municipalities, near
from casebook.reuse import Start, started
from casebook.terms import SLUG
from casebook.text import slug
from casebook.workspace import Workspace, select, write

_T = TypeVar("_T")

METHODS = "methods/"
NONE = "none"

_YEARS = re.compile(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?")


@click.command
@click.argument("name")
@click.option("--from", "other", metavar="OTHER", help="The engagement to begin from.")
@click.option("--method", metavar="METHOD", help="The method to begin from.")
@click.option("--client", help="The client's name; else the municipality's.")
@click.option(
    "--municipality",
    metavar="CODE|NAME",
    help="The client's municipality, or `none` for another kind of client.",
)
@click.option("--years", metavar="2026-2027", help="The first and the last year.")
@options.workspace
@options.as_json
def command(
    name: str, other: str | None, method: str | None, root: Path | None, as_json: bool, **given: Any
) -> int:
    """Begin an engagement."""
    workspace = options.chosen(root)
    path = _free(workspace, name)
    origin, derived_from = _origin(workspace, other, method)
    read = source.read(origin)
    if other and read.engagement is None:
        screen.print_diagnostics(read.diagnostics, workspace.root)
        hint = said("Mend it first, then begin from it.")
        raise CasebookError(said("'{name}' cannot be read.", name=other), hint)
    client, code, years = _asked(
        given, asks=sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    )
    text = started(
        origin.read_text(encoding="utf-8-sig"), read, Start(name, client, code, years, derived_from)
    )
    write(path, text.encode())
    _, found = reading.read(workspace, [name])
    if as_json:
        screen.print_json(_as_json(workspace.shown(path), derived_from, found))
    else:
        _print(workspace.shown(path), derived_from, found, workspace.root)
    return 0


def _free(workspace: Workspace, name: str) -> Path:
    if not re.fullmatch(SLUG, name):
        hint = said("Use a-z, 0-9 and '-', such as '{example}'.", example=slug(name) or "odder")
        what = said("'{name}' cannot be the name of an engagement.", name=name)
        raise CasebookError(what, hint, 2)
    path = workspace.root / "params" / f"{name}.yaml"
    for there in (path, path.with_suffix("")):
        if there.exists():
            shown = workspace.shown(there)
            what = said("{path} exists already; nothing was written.", path=shown)
            raise CasebookError(what, said("Choose another name."))
    return path


def _origin(workspace: Workspace, other: str | None, method: str | None) -> tuple[Path, str]:
    """The file to begin from, and what it is called."""
    if (other is None) == (method is None):
        hint = said("--from ENGAGEMENT, or --method {methods}.", methods=_methods())
        raise CasebookError(said("Say what to begin from."), hint, 2)
    if other is not None:
        return select(workspace, [other])[other], other
    path = layers.find(f"{METHODS}{method}", workspace.root / "params")
    if path is None:
        known = _methods().split(", ")
        hint = nearest(str(method), known) or all_known(known)
        raise CasebookError(said("There is no method '{name}'.", name=method), hint, 2)
    return path, f"{METHODS}{method}"


def _methods() -> str:
    return ", ".join(name.removeprefix(METHODS) for name in layers.names())


# --- What is asked --------------------------------------------------------------------------------


def _asked(given: dict[str, Any], *, asks: bool) -> tuple[str, str | None, tuple[int, int]]:
    """The client, its municipality code, and the years: from the options, or asked for."""
    place, client, years = given["municipality"], given["client"], given["years"]
    if place is None and client and find(client):
        place = client
    code = _code(place) if place else None
    wanted = {
        "municipality": place,
        "client": client or _official(code),
        "years": years,
    }
    missing = [f"--{name}" for name, there in wanted.items() if not there]
    if missing and not asks:
        hint = said(
            "Such as --municipality 0727 --years 2026-2027; the name of a municipality will do too."
        )
        raise CasebookError(said("Missing: {names}.", names=", ".join(missing)), hint, 2)
    code = code if place else _ask(said("Municipality (name, code or none)"), _code)
    client = client or _official(code) or _ask(said("Client"), _filled)
    return client, code, _years(years) if years else _ask(said("Years, such as 2026-2027"), _years)


def _official(code: str | None) -> str | None:
    known = municipalities().get(code or "")
    return known.official_name if known else None


def _code(place: str) -> str | None:
    """The code of a municipality that was named or numbered; None for another kind of client."""
    word = place.strip()
    found = find(word)
    if found or FICTIONAL.match(word):
        return found.code if found else word
    if word.casefold() in (NONE, "ingen"):
        return None
    listed = ", ".join(f"{m.name} ({m.code})" for m in near(word))
    hint = said("Write its name or its four digits, or none.")
    if listed:
        hint = said("Did you mean {listed}?", listed=listed)
    raise CasebookError(said("There is no municipality '{code}'.", code=place), hint, 2)


def _years(written: str) -> tuple[int, int]:
    found = _YEARS.fullmatch(written.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not 1900 <= first <= last <= 2200:  # noqa: PLR2004  # the years that the model allows
        what = said("'{written}' are no years.", written=written)
        hint = said("Write 2026, or 2026-2027 with the first year first.")
        raise CasebookError(what, hint, 2)
    return first, last


def _filled(written: str) -> str:
    if not written.strip():
        raise CasebookError(said("The client needs a name."), said("Write it as on the page."), 2)
    return written.strip()


def _ask(question: Said, read: Callable[[str], _T]) -> _T:
    """Ask until the answer can be read; Tab completes the names of municipalities."""
    with _completion():
        while True:
            answer = click.prompt(screen.told(question))
            try:
                return read(answer)
            except CasebookError as error:
                lines = f"{screen.told(error.message)}\n{screen.told(error.hint)}"
                listings.show(Text(lines), stderr=True)


@contextmanager
def _completion() -> Iterator[None]:
    try:
        import readline  # noqa: PLC0415  # not on Windows
    except ImportError:
        yield
        return
    before, ends = readline.get_completer(), readline.get_completer_delims()
    readline.set_completer(_complete)
    readline.set_completer_delims("")
    readline.parse_and_bind("tab: complete")
    yield
    readline.set_completer(before)
    readline.set_completer_delims(ends)


def _complete(begun: str, number: int) -> str | None:
    found = [m.name for m in near(begun) if m.name.casefold().startswith(begun.casefold())]
    return found[number] if number < len(found) else None


# --- What is said ---------------------------------------------------------------------------------


def _as_json(file: str, origin: str, found: Sequence[Diagnostic]) -> dict[str, Any]:
    return {
        "file": file,
        "derived_from": origin,
        "todos": screen.as_json(one for one in found if one.code == todos.CODE),
        "diagnostics": screen.as_json(one for one in found if one.code != todos.CODE),
    }


def _print(file: str, origin: str, found: Sequence[Diagnostic], root: Path) -> None:
    left = [one for one in found if one.code == todos.CODE]
    screen.tell(
        said(
            "Began {file} from {origin}. To answer, by line ({n}):\n",
            file=file,
            origin=origin,
            n=len(left),
        )
    )
    problems.print_worklist(left)
    screen.print_diagnostics((one for one in found if one.code != todos.CODE), root)
    name = Path(file).stem
    screen.note("")
    screen.tell(said("Next:\n"))
    steps = ("check {}", "diff {}", "build {} --audience internal")
    for step in (f"casebook {verb.format(name)}" for verb in steps):
        screen.note(f"  {step}")
