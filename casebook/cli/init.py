"""`casebook init`: a new workspace with the tutorial engagement."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit

import click

import casebook
from casebook import resources
from casebook.cli import options, screen
from casebook.errors import CasebookError, reason
from casebook.messages import said, together
from casebook.workspace import OUTPUT, write

_ALONG = Path(casebook.__file__).parent / "data" / "workspace"
TUTORIAL = "eksempelkommune"
SCHEMA = "engagement.schema.json"

ALONG = {
    ".gitattributes": "gitattributes",
    ".github/workflows/casebook.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab.yml",
    ".pre-commit-config.yaml": "pre-commit.yaml",
}
"""What keeps a workspace in order, and the file in this package that it is a copy of."""

_REQUIRED = """\
# What CI installs, and everybody who works here. Raise it on purpose: pages may change.
{source}
"""

_NOWHERE = f"""\
# This Casebook was installed from a folder of one machine. Say here where others get it from, a
# repository or a file on a server; until then this address, which leads nowhere, stops pip.
casebook[validate] @ https://say-where.invalid/casebook-{casebook.__version__}-py3-none-any.whl"""

_IGNORED = f"""\
# What is built can be built again.
{OUTPUT}/
.ipynb_checkpoints/
.pytest_cache/
# Raw survey answers and lists of people belong outside version control.
private/
"""


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@options.as_json
def command(folder: Path, as_json: bool) -> int:
    """Make a new workspace."""
    files = _files()
    _refuse_to_overwrite(folder, files)
    try:
        for name, content in files.items():
            write(folder / name, content)
    except OSError as error:
        message = said("Cannot write to {path}: {why}.", path=folder, why=reason(error))
        raise CasebookError(message, said("Name a folder that you may write to.")) from error
    if as_json:
        screen.print_json({"workspace": str(folder), "files": sorted(files)})
        return 0
    made = said("Made the workspace {path} with the engagement {name}.", path=folder, name=TUTORIAL)
    screen.tell(together(made, said("Next:\n")))
    for step in (f"cd {folder}", "casebook check", "casebook build"):
        screen.note(f"  {step}")
    screen.note("")
    screen.tell(
        said("Before GitHub or GitLab validates it, make the references and commit them:\n")
    )
    screen.note("  pytest --casebook-update")
    return 0


def _files() -> dict[str, bytes]:
    """The content of every file of a new workspace, by its path."""
    params, notebooks = resources.folder("params"), resources.folder("notebooks")
    own = [params / f"{TUTORIAL}.yaml", params / SCHEMA, *sorted((params / TUTORIAL).glob("*.csv"))]
    found = {f"params/{path.relative_to(params).as_posix()}": path for path in own}
    found |= {f"notebooks/{path.name}": path for path in sorted(notebooks.glob("*.ipynb"))}
    files = {name: path.read_bytes() for name, path in found.items() if path.is_file()}
    files |= {name: (_ALONG / source).read_bytes() for name, source in ALONG.items()}
    written = {".gitignore": _IGNORED, "requirements.txt": _REQUIRED.format(source=_source())}
    return {**{name: text.encode() for name, text in written.items()}, **files}


def _source() -> str:
    """Where others can install this very Casebook from; a place on this machine is not told."""
    try:
        recorded = distribution("casebook").read_text("direct_url.json")
    except PackageNotFoundError:  # it runs from a folder that was never installed
        return _NOWHERE
    if recorded is None:
        return f"casebook[validate]=={casebook.__version__}"
    values = json.loads(recorded)
    parts = urlsplit(values["url"])
    if not parts.hostname or parts.scheme == "file":
        return _NOWHERE
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    version = values.get("vcs_info")
    place = f"{version['vcs']}+{address}@{version['commit_id']}" if version else address
    return f"casebook[validate] @ {place}"


def _refuse_to_overwrite(folder: Path, files: dict[str, bytes]) -> None:
    hint = said("Name a folder that is new or empty.")
    if folder.exists() and not folder.is_dir():
        raise CasebookError(said("{path} is a file.", path=folder), hint, 2)
    there = [name for name in files if (folder / name).exists()]
    if there:
        message = said("{path} exists already; nothing was written.", path=folder / there[0])
        if there[1:]:
            message = said(
                "{path} and {n} more exist already; nothing was written.",
                path=folder / there[0],
                n=len(there) - 1,
            )
        raise CasebookError(message, hint)
