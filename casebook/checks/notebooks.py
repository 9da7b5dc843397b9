"""What a notebook must be so that every engagement can run it and everybody can read it."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from casebook import tidying
from casebook.messages import nearest, said
from casebook.model import GROUPS

Cells = list[dict[str, Any]]

PARAMETERS = (*GROUPS, "audience", "language")
"""The names of the parameters cell, in order."""

_LISTS = dict.fromkeys(("participants", "phases", "voices"), "[]")
_DEFAULTS = _LISTS | {"audience": '"internal"', "language": '"da"'}
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

MOST_CELLS = 10
MOST_LINES = 5
_DOOR = "casebook.notebook"

_SECRETS = (
    (said("a private key"), r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    (
        said("a token"),
        r"\b(?:(?:gh[opsu]_|glpat-|xox[abp]-|sk-)[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16})\b",
    ),
    (
        said("a password"),
        (
            r"(?i)\b(?:password|passwd|adgangskode|kodeord|api_?key|secret|token)\b"
            r"[\"']?\s*[:=]\s*[\"'][^\"'\s]{6,}[\"']"
        ),
    ),
    (said("a password in an address"), r"\b[a-z][a-z0-9+]*://[^/\s:@\"']+:[^/\s:@\"']+@"),
    (said("a CPR number"), r"\b(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d-\d{4}\b"),
)
_IMAGE = re.compile(r"!\[\s*\]\(|<img(?![^>]*\balt\s*=\s*[\"'][^\"']+[\"'])[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Slip:
    """Something wrong with a notebook: in the cell at a position, or -1 in all of it.

    `line` counts the lines of the cell's source from 1.
    """

    message: str
    hint: str
    cell: int = -1
    line: int = 0


Rule = Callable[["Notebook"], Iterator[Slip]]
Mend = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Notebook:
    """A notebook's values.

    `document` is set for one that is run for engagements, `own` for one that belongs to a
    single engagement.
    """

    values: dict[str, Any]
    document: bool = True
    own: bool = False

    @property
    def cells(self) -> Cells:
        """The cells as they stand in the file."""
        cells: Cells = self.values["cells"]
        return cells

    def code(self) -> Iterator[tuple[int, dict[str, Any], str]]:
        """The code cells with their positions and sources."""
        for at, cell in enumerate(self.cells):
            if cell["cell_type"] == "code":
                yield at, cell, text(cell)


def text(cell: Mapping[str, Any]) -> str:
    """The source of a cell."""
    return "".join(cell["source"])


def is_tagged(cell: Mapping[str, Any]) -> bool:
    """Whether a cell takes the parameters."""
    return "parameters" in cell.get("metadata", {}).get("tags", [])


def parameters_not_tagged(notebook: Notebook) -> Iterator[Slip]:
    """Exactly one code cell has the tag `parameters`.

    papermill puts an engagement's values in after that cell; without it they reach nobody, and
    the page would show the example. `--fix` tags the cell that assigns the parameters.
    """
    tagged = [at for at, cell in enumerate(notebook.cells) if is_tagged(cell)]
    if not tagged and notebook.document:
        hint = said("Tag the cell that assigns the parameters, or let --fix do it.")
        yield Slip(said("No cell has the tag 'parameters'."), hint)
    for at in tagged[1:]:
        what = said("A second cell has the tag 'parameters'.")
        yield Slip(what, said("Take the tag off one of them."), at)
    if tagged and notebook.cells[tagged[0]]["cell_type"] != "code":
        what = said("The tag 'parameters' is on a cell of text.")
        yield Slip(what, said("Tag a code cell."), tagged[0])


def tag_parameters(values: dict[str, Any]) -> None:
    """Tag the one code cell that assigns the most parameters."""
    code = [cell for cell in values["cells"] if cell["cell_type"] == "code"]
    if any(is_tagged(cell) for cell in values["cells"]):
        return
    found = max(code, key=lambda cell: len(_assigned(text(cell))), default=None)
    if found is not None and len(_assigned(text(found))) > 1:
        found["metadata"].setdefault("tags", []).append("parameters")


def _assigned(source: str) -> list[str]:
    """The parameters that a source assigns, in order."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    targets = (target for node in body if isinstance(node, ast.Assign) for target in node.targets)
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if name in PARAMETERS]


def parameters_incomplete(notebook: Notebook) -> Iterator[Slip]:
    """The parameters cell assigns every group of a parameter file, the audience and the language.

    A group that it does not name has no value when the notebook is run by hand. `--fix` adds
    what is missing, empty.
    """
    for at, cell, source in notebook.code():
        if is_tagged(cell) and notebook.document:
            missing = [name for name in PARAMETERS if name not in _assigned(source)]
            if missing:
                named = ", ".join(missing)
                what = said("The parameters cell does not assign {names}.", names=named)
                yield Slip(what, said("Add them."), at)
            return


def complete_parameters(values: dict[str, Any]) -> None:
    """Assign the missing parameters, empty, at the end of the parameters cell."""
    for cell in values["cells"]:
        if cell["cell_type"] == "code" and is_tagged(cell):
            known = _assigned(text(cell))
            lines = [f"{n} = {_DEFAULTS.get(n, '{}')}" for n in PARAMETERS if n not in known]
            cell["source"] = "\n".join([text(cell).rstrip("\n"), *lines]).lstrip("\n")
            return


def not_thin(notebook: Notebook) -> Iterator[Slip]:
    """A notebook of the workspace is for reading: few cells, few lines, one door.

    At most ten code cells of at most five lines besides the parameters, no `def`, no `class`,
    and no import but `casebook.notebook`. What is longer belongs in a module. The notebook of a
    single engagement, in `notebooks/<name>/`, may hold what it likes.
    """
    if notebook.own or not notebook.document:
        return
    code = [(at, source) for at, cell, source in notebook.code() if not is_tagged(cell)]
    if len(code) > MOST_CELLS:
        what = said(
            "There are {n} code cells besides the parameters; {most} is most.",
            n=len(code),
            most=MOST_CELLS,
        )
        yield Slip(what, said("Show more with each call, or make two notebooks of it."))
    for at, source in code:
        count = len(source.strip().splitlines())
        if count > MOST_LINES:
            what = said("The cell has {n} lines; {most} is most.", n=count, most=MOST_LINES)
            hint = said("Move the work into a module, or to an engagement's notebook.")
            yield Slip(what, hint, at)
        yield from _heavy(at, source)


def _heavy(at: int, source: str) -> Iterator[Slip]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            what = said(
                "'{name}' is defined in a notebook that all engagements share.", name=node.name
            )
            yield Slip(what, said("Move it into a module."), at, node.lineno)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            named = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            if named != _DOOR:
                what = said(
                    "'{name}' is imported; a shared notebook imports {door} only.",
                    name=named,
                    door=_DOOR,
                )
                yield Slip(what, said("Use what the case offers."), at, node.lineno)


def outputs_committed(notebook: Notebook) -> Iterator[Slip]:
    """A notebook is kept without outputs, counts and what editors leave in it.

    Outputs may hold what a reader must not see, and make every run a change. The executed
    notebooks are under `build/`. `--fix` and `casebook tidy` take them out.
    """
    for at, cell, _ in notebook.code():
        if cell.get("outputs") or cell.get("execution_count") is not None:
            what = said("The cell has outputs or a count.")
            yield Slip(what, said("Run `casebook tidy`."), at)
    if tidying.volatile(notebook.values):
        named = ", ".join(tidying.volatile(notebook.values))
        what = said("Editors left metadata behind: {names}.", names=named)
        yield Slip(what, said("Run `casebook tidy`."))


def secret_committed(notebook: Notebook) -> Iterator[Slip]:
    """No password, token, private key or CPR number stands in a notebook, source or output.

    Whoever reads the repository reads it too, and deleting it does not take it out of history:
    change a password that was committed. Read secrets from the environment.
    """
    for at, cell in enumerate(notebook.cells):
        for name, pattern in _SECRETS:
            found = re.search(pattern, text(cell))
            line = text(cell)[: found.start()].count("\n") + 1 if found else 0
            if found or re.search(pattern, str(cell.get("outputs", ""))):
                what = said("This looks like {what}.", what=name)
                if not found:
                    what = said("This looks like {what} in the outputs.", what=name)
                hint = said("Take it out, also of the history, and change it where it is used.")
                yield Slip(what, hint, at, line)


def ids_not_stable(notebook: Notebook) -> Iterator[Slip]:
    """Every cell has an id of its own, in the format that keeps it (nbformat 4.5).

    References and links to findings know a cell by its id. `--fix` gives ids to cells that have
    none, and a new one to the second of two that are alike.
    """
    if (notebook.values.get("nbformat"), notebook.values.get("nbformat_minor", 0)) < (4, 5):
        what = said("The notebook's format keeps no cell ids.")
        yield Slip(what, said("Save it as nbformat 4.5."))
    seen: set[str] = set()
    for at, cell in enumerate(notebook.cells):
        id = cell.get("id", "")
        if not id:
            yield Slip(said("The cell has no id."), said("Let --fix give it one."), at)
        elif id in seen:
            what = said("The id '{id}' stands twice.", id=id)
            yield Slip(what, said("Let --fix change the second."), at)
        seen.add(id)


def figure_without_alternative(notebook: Notebook) -> Iterator[Slip]:
    """Every figure says in words what it shows, for those who cannot see it.

    An image in text has its words in `![…](file.png)`. A figure of one's own is published with
    `figure=`, `description=` and `data=`; one that is only shown has none of it.
    """
    for at, cell in enumerate(notebook.cells):
        source = text(cell)
        if cell["cell_type"] == "markdown":
            for found in _IMAGE.finditer(source):
                line = source[: found.start()].count("\n") + 1
                what = said("The image has no words for those who cannot see it.")
                yield Slip(what, said("Write them: ![what it shows](file)."), at, line)
        elif cell["cell_type"] == "code":
            yield from _undescribed(at, source)


def _undescribed(at: int, source: str) -> Iterator[Slip]:
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return
    for call in calls:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        owner = getattr(getattr(call.func, "value", None), "id", "")
        given = {word.arg for word in call.keywords}
        if name == "publish" and "figure" in given and not {"description", "data"} <= given:
            what = said("A figure is published without words or data.")
            yield Slip(what, said("Add description=… and data=…."), at, call.lineno)
        elif name == "show" and owner in ("plt", "fig", "figure"):
            what = said("A figure is shown without words or data.")
            hint = said("Publish it: case.publish(…, figure=…, description=…, data=…).")
            yield Slip(what, hint, at, call.lineno)


def other_kernel(notebook: Notebook) -> Iterator[Slip]:
    """The notebook asks for the kernel `python3`, which every installation has.

    Editors write the name of the environment they ran in, which nobody else has. `--fix`
    writes `python3`.
    """
    found = notebook.values.get("metadata", {}).get("kernelspec", {})
    if found.get("name") != "python3" or found.get("language", "python") != "python":
        what = said("The kernel is '{name}', not 'python3'.", name=found.get("name", "none"))
        yield Slip(what, said("Let --fix write it."))


def use_own_kernel(values: dict[str, Any]) -> None:
    """Ask for the kernel that every installation has."""
    values.setdefault("metadata", {})["kernelspec"] = dict(_KERNEL)


def run_for_nobody(
    file: tuple[str, str], engagements: Collection[str], documents: Collection[str]
) -> Iterator[Slip]:
    """An engagement's own notebook is called after it and after the document that it makes.

    Only `notebooks/<name>/<document>.ipynb` is run in place of the workspace's; what a notebook
    of nearly that name publishes is in no report, and nobody would miss it.
    """
    folder, document = file
    near = difflib.get_close_matches(document, documents, n=1, cutoff=0.75)
    if document in documents and folder not in engagements:
        what = said("No build runs it: there is no engagement '{name}'.", name=folder)
        hint = said("Name the folder after the engagement's parameter file.")
        yield Slip(what, nearest(folder, engagements) or hint)
    elif document not in documents and near:
        what = said("No build runs it: there is no document '{name}'.", name=document)
        yield Slip(what, nearest(document, near))


def not_a_notebook() -> None:
    """The file cannot be read as a notebook.

    It is not JSON, or has no list of cells: perhaps a merge left its marks in it. Take it back
    from version control.
    """
