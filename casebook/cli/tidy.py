"""`casebook tidy`: notebooks as they are kept, by hand, before a commit, or as a git filter."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from casebook import notebook_files
from casebook.cli import options, screen
from casebook.errors import CasebookError
from casebook.messages import Said, said, together
from casebook.workspace import write

_STANDARD_INPUT = Path("-")

FILTER = {
    "filter.casebook.clean": "casebook tidy -",
    "filter.casebook.smudge": "cat",
    "filter.casebook.required": "true",
}
"""Git's settings for the filter that `.gitattributes` names."""

NBDIME = {
    "diff.jupyternotebook.command": "git-nbdiffdriver diff --ignore-outputs --ignore-metadata",
    "merge.jupyternotebook.name": "nbdime",
    "merge.jupyternotebook.driver": "git-nbmergedriver merge %O %A %B %L %P",
}
"""Git's settings for reading differences of notebooks with nbdime."""


@click.command
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@options.workspace
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if untidy.")
@click.option("--git", "set_up", is_flag=True, help="Let git tidy and compare in this clone.")
@options.as_json
def command(
    files: tuple[Path, ...], root: Path | None, only_check: bool, set_up: bool, as_json: bool
) -> int:
    """Strip outputs; `-` reads standard input and writes standard output."""
    if files == (_STANDARD_INPUT,):
        text = sys.stdin.buffer.read().decode()
        sys.stdout.buffer.write(notebook_files.tidy(text).encode())
        return 0
    if set_up:
        return _set_up_git()
    chosen = list(files) or notebook_files.find(options.chosen(root))
    changed = _tidied(chosen)
    if not only_check:
        for path, text in changed.items():
            write(path, text.encode())
    if as_json:
        key = "untidy" if only_check else "tidied"
        screen.print_json({key: [path.as_posix() for path in changed]})
    else:
        for path in changed:
            near = _near(path)
            done = said("tidied: {path}", path=near)
            screen.tell(said("untidy: {path}", path=near) if only_check else done)
        if not changed:
            one = said("1 notebook: nothing to tidy.")
            more = said("{n} notebooks: nothing to tidy.", n=len(chosen))
            screen.tell(screen.counted(len(chosen), one, more))
    return int(only_check and bool(changed))


def _near(path: Path) -> str:
    """A path from the current folder, where it lies in it."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _tidied(paths: Iterable[Path]) -> dict[Path, str]:
    """The texts of the notebooks that are not tidy, as they should be.

    Raises `CasebookError` with all that are no notebooks, before any is written.
    """
    changed: dict[Path, str] = {}
    unreadable: list[Said] = []
    for path in paths:
        try:
            text = path.read_bytes().decode()
            tidy = notebook_files.tidy(text)
        except (OSError, UnicodeDecodeError) as error:
            unreadable.append(said("Cannot read {path}: {why}.", path=_near(path), why=str(error)))
        except CasebookError as error:
            unreadable.append(said("{path}: {what}", path=_near(path), what=error.message))
        else:
            changed |= {path: tidy} if tidy != text else {}
    if unreadable:
        hint = said("Take it back, or name notebooks only.")
        raise CasebookError(together(*unreadable, between="\n"), hint)
    return changed


def _set_up_git() -> int:
    """Write the settings of this clone: git does not take them from a repository."""
    nbdime = NBDIME if shutil.which("git-nbdiffdriver") else {}
    for name, value in {**FILTER, **nbdime}.items():
        try:
            done = ["git", "config", "--local", name, value]
            subprocess.run(done, check=True, capture_output=True)  # noqa: S603  # fixed words
        except (OSError, subprocess.CalledProcessError) as error:
            what = said("This is not a clone that git can be set up in.")
            hint = said("Run it in the workspace, after `git init`.")
            raise CasebookError(what, hint) from error
    screen.tell(said("Git takes outputs out of notebooks when they are added."))
    if nbdime:
        screen.tell(said("`git diff` shows notebooks with nbdime."))
    else:
        screen.tell(said('For readable differences: pip install "casebook[lab]", then this again.'))
    return 0
