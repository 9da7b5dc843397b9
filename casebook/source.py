"""YAML and tables to an `Engagement`, or to diagnostics that say where and what to do."""

from __future__ import annotations

import copy
import difflib
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from casebook import answers, layers, todos, yaml_marks
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.errors import CasebookError
from casebook.model import GROUPS, Engagement, Fact
from casebook.tables import TABLES, Row, read_table

ValuePath = yaml_marks.Path


@dataclass(frozen=True)
class Source:
    """A parameter file with its tables: the engagement, or why there is none."""

    name: str
    engagement: Engagement | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[Path, ...] = ()
    places: Mapping[ValuePath, Where] = field(default_factory=dict)

    def where(self, path: ValuePath) -> Where:
        """The place of a value, or of the nearest part around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Where(f"params/{self.name}.yaml"))


def read(path: Path) -> Source:
    """Read `params/<name>.yaml` and the tables in `params/<name>/`.

    Bad content becomes diagnostics, all of them at once; only an unreadable disk raises
    (`OSError`).
    """
    reading = _Reading(path.stem, f"{path.parent.name}/{path.name}")
    layer = layers.read(path)
    data = reading.parameters(layer)
    files = reading.tables(path.with_suffix("")) if data is not None else ()
    return reading.source((*layer.files, *files))


def from_parameters(
    values: Mapping[str, Any], params: Path | None = None, *, answered: bool = False
) -> Engagement:
    """The engagement in a notebook's parameters, with what lies in the folder `params` if given.

    For a notebook that runs without `casebook build`: what the values extend is read, and so
    are their tables, unless they are included. `answered` says that nothing may be left as TODO.
    Raises `CasebookError` with all diagnostics if the values are not an engagement.
    """
    group = values.get("engagement")
    name = str(group.get("id", "parameters")) if isinstance(group, Mapping) else "parameters"
    reading = _Reading(name, f"params/{name}.yaml")
    given = {group: copy.deepcopy(values[group]) for group in GROUPS if values.get(group)}
    data = reading.parameters(layers.extend(given, params))
    if params is not None and data["engagement"].get("tables") != "included":
        reading.tables(params / name)
    source = reading.source(())
    errors = (d for d in source.diagnostics if d.severity is Severity.ERROR)
    if source.engagement is None or any(answered or d.code != todos.CODE for d in errors):
        listed = "\n".join(str(diagnostic) for diagnostic in source.diagnostics)
        raise CasebookError(f"The parameters are not an engagement:\n{listed}", "Mend them.")
    return source.engagement


class _Reading:
    """The state of reading one engagement: values, places, and what is wrong so far."""

    def __init__(self, name: str, shown: str) -> None:
        self.name = name
        self.shown = shown
        self.data: Any = None
        self.places: dict[ValuePath, Where] = {(): Where(shown)}
        self.found: list[Diagnostic] = []

    def problem(self, code: str, message: str, hint: str, where: Where) -> None:
        self.found.append(Diagnostic(code, Severity.ERROR, message, hint, where, self.name))

    def parameters(self, layer: layers.Layer) -> Any:
        """Take the values of the parameter file over; None if they are no mapping."""
        self.found += layer.problems
        self.places |= layer.places
        if isinstance(layer.data, dict):
            self.data = layer.data
        elif not layer.problems:
            what = "The file holds no groups."
            self.problem("CB152", what, f"Start with: {', '.join(GROUPS)}.", Where(self.shown, 1))
        return self.data

    def tables(self, folder: Path) -> tuple[Path, ...]:
        """Fill the tables in `folder` into the values; say which files are not known."""
        files = tuple(sorted(folder.glob("*.csv"))) if folder.is_dir() else ()
        for file in files:
            shown = f"params/{self.name}/{file.name}"
            if file.stem not in TABLES:
                hint = _nearest(file.stem, TABLES) or f"Known: {', '.join(TABLES)}."
                self.problem("CB144", f"There is no table '{file.stem}'.", hint, Where(shown))
                continue
            rows, problems = read_table(file, shown)
            self.found += problems
            getattr(self, f"_{file.stem}")(rows)
        return files

    def _sessions(self, rows: list[Row]) -> None:
        homes = {a["id"]: (path, a) for path, a in _activities(self.data) if "id" in a}
        for row in rows:
            home = homes.get(row.values.get("activity", ""))
            if home is None:
                found = row.values.get("activity", "")
                what = f"There is no activity '{found}'."
                hint = _nearest(str(found), homes) or f"Known: {', '.join(homes)}."
                self.problem("CB104", what, hint, row.where("activity"))
                continue
            path, activity = home
            self._append(activity, "sessions", (*path, "sessions"), row)

    def _tool_use(self, rows: list[Row]) -> None:
        outcomes = self.data.setdefault("outcomes", {})
        for row in rows:
            self._append(outcomes, "tool_use", ("outcomes", "tool_use"), row)

    def _append(self, home: dict[str, Any], key: str, path: ValuePath, row: Row) -> None:
        values = home.setdefault(key, [])
        at = (*path, len(values))
        values.append(row.values)
        self.places[at] = row.where()
        for name in row.columns:
            self.places[*at, name] = row.where(name)

    def _responses(self, rows: list[Row]) -> None:
        surveys = {s.get("id"): s for s in _mappings(self.data, "outcomes", "surveys")}
        for row in rows:
            if row.values.get("survey") not in surveys:
                what = f"There is no survey '{row.values.get('survey', '')}'."
                known = f"Known: {', '.join(map(str, surveys)) or 'none'}."
                self.problem("CB104", what, known, row.where("survey"))
        for id, survey in surveys.items():
            mine = [row for row in rows if row.values.get("survey") == id]
            self.found += answers.add_counts(survey, mine)

    def source(self, files: tuple[Path, ...]) -> Source:
        """Validate what was read."""
        engagement = self._validated() if isinstance(self.data, dict) else None
        if engagement is not None and engagement.id != self.name:
            what = f"The engagement's id is '{engagement.id}', but the file is '{self.name}.yaml'."
            where = self.places.get(("engagement", "id"), Where(self.shown))
            self.problem("CB155", what, "Give both the same name.", where)
        located = sorted(set(self.found), key=lambda d: (d.where, d.code, d.message))
        named = tuple(
            Diagnostic(d.code, d.severity, d.message, d.hint, d.where, self.name) for d in located
        )
        return Source(self.name, engagement, named, files, self.places)

    def _validated(self) -> Engagement | None:
        """The values as an engagement; a TODO stands for nothing where no text may stand."""
        left = dict(todos.left(self.data))
        for path, text in left.items():
            message = todos.told(self.data, path, text)
            hint = f"Fill it in in {self.shown}, or write unknown (why)."
            self.problem(todos.CODE, message, hint, self._where(path))
        try:
            return _with_tables(Engagement.model_validate(self.data))
        except ValidationError as error:
            found = error.errors(include_url=False)
        blank = {path for detail in found if (path := _path(detail)) in left}
        if blank:
            try:
                return _with_tables(Engagement.model_validate(todos.without(self.data, blank)))
            except ValidationError as error:
                found = [d for d in error.errors(include_url=False) if _path(d) not in blank]
        for detail in found:
            # A list with a wrong item is told by that item, not as too short besides.
            if detail["type"] != "too_short" or not detail["input"]:
                self._invalid(detail)
        return None

    def _where(self, path: ValuePath) -> Where:
        return Source(self.name, None, (), (), self.places).where(path)

    def _invalid(self, detail: ErrorDetails) -> None:
        code, message, hint = _explain(detail)
        self.problem(code, message, hint, self._where(_path(detail)))


# --- What pydantic found, in words --------------------------------------------------------------


def _path(detail: ErrorDetails) -> ValuePath:
    """The path of a wrong value in the file, which does not name a fact's plain value."""
    return tuple(part for part in detail["loc"] if part != "value")


def _explain(detail: ErrorDetails) -> tuple[str, str, str]:
    """Code, message and remedy for one validation error."""
    path = detail["loc"]
    name = _dotted(path)
    found = detail.get("input")
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path, found)
    if kind == "missing":
        return "CB152", f"'{name}' is missing.", "Add it."
    if kind == "too_short":
        return "CB152", f"'{name}' is empty.", "Add at least one."
    if "municipality" in path:
        return _municipality(found)
    allowed = _allowed(path)
    if allowed and isinstance(found, str):
        hint = _nearest(found, allowed) or "Use one of the allowed words."
        return "CB118", f"{name} '{found}' is not allowed. Allowed: {', '.join(allowed)}.", hint
    return _wrong_value(name, detail)


def _wrong_value(name: str, detail: ErrorDetails) -> tuple[str, str, str]:
    found, kind = detail.get("input"), detail["type"]
    if kind == "string_pattern_mismatch":
        what = f"{name} '{found}' may contain only a-z, 0-9 and '-'."
        return "CB103", what, "Write it in small letters, with '-' for spaces."
    if kind.startswith(("int", "greater", "less")):
        what = f"{name} must be a whole number{_bounds(detail)}, found {_shown(found)}."
        return "CB111", what, "Write the number, or `unknown (why)` if it is not known."
    return "CB151", f"{name}: {_sentence(detail['msg'])} Found {_shown(found)}.", "Correct it."


def _unknown_key(path: tuple[int | str, ...], found: Any) -> tuple[str, str, str]:
    key = str(path[-1])
    if found is None and " " in key:
        what = f"'{key}' was read as a field of its own: a comma ends a text inside {{ }}."
        return "CB101", what, "Put the whole text in quotes."
    model = _type_at(path[:-1])
    known = _fields(model) if model is not None else list(GROUPS)
    hint = _nearest(key, known) or f"Known here: {', '.join(known)}."
    return "CB101", f"'{key}' is not a known field of {_dotted(path[:-1]) or 'the file'}.", hint


def _municipality(found: Any) -> tuple[str, str, str]:
    digits = str(found)
    hint = 'Write the four digits in quotes, such as "0746".'
    if digits.isdigit() and len(digits) <= 4:  # noqa: PLR2004  # a municipality code's length
        hint = f'Write "{digits.zfill(4)}", with the quotes.'
    return "CB114", f"Municipality code {_shown(found)} must be four digits in quotes.", hint


def _bounds(detail: ErrorDetails) -> str:
    limits = detail.get("ctx", {})
    if "ge" in limits:
        return f" of {limits['ge']} or more"
    if "le" in limits:
        return f" of at most {limits['le']}"
    return ""


def _sentence(text: str) -> str:
    return text.removeprefix("Value error, ").rstrip(".") + "."


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004  # fits a line


def _dotted(path: Iterable[int | str]) -> str:
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part != "value":
            text += f".{part}" if text else str(part)
    return text


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, [str(k) for k in known], n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else ""


# --- Finding the model's part at a path ---------------------------------------------------------


def _type_at(path: Iterable[int | str]) -> Any:
    """The annotated type at a path of the model, without `None` and `Fact`."""
    current: Any = Engagement
    for part in path:
        if current is None or part == "value":
            continue
        if isinstance(part, int):
            current = unwrapped((typing.get_args(current) or (None,))[0])
        elif isinstance(current, type) and issubclass(current, BaseModel):
            by_name = {info.alias or name: info for name, info in current.model_fields.items()}
            current = unwrapped(by_name[part].annotation) if part in by_name else None
    return current


def unwrapped(annotation: Any) -> Any:
    """A type without `Annotated`, `None` and `Fact` around it."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return unwrapped(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return unwrapped(next(a for a in typing.get_args(annotation) if a is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, Fact):
        return unwrapped(annotation.model_fields["value"].annotation)
    return annotation


def _fields(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _allowed(path: tuple[int | str, ...]) -> list[str]:
    """The words an enumeration at this path allows."""
    kind = _type_at(path)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    if typing.get_origin(kind) is typing.Literal:
        return [str(word) for word in typing.get_args(kind)]
    return []


def _with_tables(engagement: Engagement) -> Engagement:
    """Mark that the tables are in the values, so that nobody reads them a second time."""
    assignment = engagement.assignment.model_copy(update={"tables": "included"})
    return engagement.model_copy(update={"assignment": assignment})


# --- Plain values before validation -------------------------------------------------------------


def _activities(data: dict[str, Any]) -> Iterator[tuple[ValuePath, dict[str, Any]]]:
    for at, phase in enumerate(_list(data.get("phases"))):
        activities = phase.get("activities") if isinstance(phase, dict) else None
        for position, activity in enumerate(_list(activities)):
            if isinstance(activity, dict):
                yield ("phases", at, "activities", position), activity


def _mappings(data: dict[str, Any], group: str, key: str) -> list[dict[str, Any]]:
    home = data.get(group)
    values = _list(home.get(key)) if isinstance(home, dict) else []
    return [value for value in values if isinstance(value, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
