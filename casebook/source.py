"""YAML and tables to an `Engagement`, or to diagnostics that say where and what to do."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic_core import ErrorDetails

from casebook import answers, attendance, layers, todos
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.errors import CasebookError
from casebook.faults import explain
from casebook.gaps import Gaps, salvaged, tried
from casebook.messages import nearest, said
from casebook.model import GROUPS, Engagement, Todo
from casebook.places import ValuePath
from casebook.sheets import FOREIGN, SUFFIXES
from casebook.tables import TABLES, Row, read_table

_NAMING = ("release", "naming")
"""Whether a client may be named is not taken for granted where it is still asked."""


@dataclass(frozen=True)
class Source:
    """A parameter file with its tables: the engagement, or why there is none.

    Where there is none, `partial` is what could be read all the same; rules see it, and nothing
    is made of it. `gaps` are what it lacks.
    """

    name: str
    engagement: Engagement | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[Path, ...] = ()
    places: Mapping[ValuePath, Where] = field(default_factory=dict)
    rows: Mapping[ValuePath, Row] = field(default_factory=dict)
    partial: Engagement | None = None
    gaps: Gaps = field(default_factory=Gaps)

    @property
    def seen(self) -> Engagement | None:
        """What can be checked: the engagement, or as much of it as could be read."""
        return self.engagement or self.partial

    def where(self, path: ValuePath) -> Where:
        """The place of a value of what is `seen`, or of the nearest part around it."""
        path, field = self.gaps.original(path), ""
        while path and path not in self.places:
            if path in self.rows:
                return self.rows[path].where(field)
            path, field = path[:-1], str(path[-1])
        return self.places.get(path, Where(f"params/{self.name}.yaml"))


def read(path: Path) -> Source:
    """Read `params/<name>.yaml` and the tables in `params/<name>/`.

    Bad content becomes diagnostics, all of them at once; only a table that the disk does not
    give raises (`OSError`).
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
    own = values.get("engagement")
    name = str(own.get("id", "parameters")) if isinstance(own, Mapping) else "parameters"
    reading = _Reading(name, f"params/{name}.yaml")
    given = {group: copy.deepcopy(values[group]) for group in GROUPS if values.get(group)}
    data = reading.parameters(layers.extend(given, params))
    if params is not None and data["engagement"].get("tables") != "included":
        reading.tables(params / name)
    source = reading.source(())
    errors = (d for d in source.diagnostics if d.severity is Severity.ERROR)
    if source.engagement is None or any(answered or d.code != todos.CODE for d in errors):
        listed = "\n".join(str(diagnostic) for diagnostic in source.diagnostics)
        message = said("The parameters are not an engagement:\n{listed}", listed=listed)
        raise CasebookError(message, said("Mend them."))
    return source.engagement


class _Reading:
    """The state of reading one engagement: values, places, and what is wrong so far."""

    def __init__(self, name: str, shown: str) -> None:
        self.name = name
        self.shown = shown
        self.data: Any = None
        self.places: dict[ValuePath, Where] = {(): Where(shown)}
        self.rows: dict[ValuePath, Row] = {}
        self.found: list[Diagnostic] = []
        self.gaps = Gaps()
        self.unread: set[str] = set()
        self.astray: set[object] = set()

    def problem(self, code: str, message: str, hint: str, where: Where) -> None:
        self.found.append(Diagnostic(code, Severity.ERROR, message, hint, where, self.name))

    def parameters(self, layer: layers.Layer) -> Any:
        """Take the values of the parameter file over; None if they are no mapping."""
        self.found += layer.problems
        self.places |= layer.places
        if isinstance(layer.data, dict):
            self.data = layer.data
        elif not layer.problems:
            what = said("The file holds no groups.")
            hint = said("Start with: {groups}.", groups=", ".join(GROUPS))
            self.problem("CB152", what, hint, Where(self.shown, 1))
        return self.data

    # --- Tables -------------------------------------------------------------------------------

    def tables(self, folder: Path) -> tuple[Path, ...]:
        """Fill the tables in `folder` into the values; say which files are not known."""
        there = sorted(f for f in folder.iterdir() if _is_table(f)) if folder.is_dir() else []
        files = tuple(file for file in there if file.is_file())
        for name in TABLES:
            own = [file for file in files if file.stem == name and file.suffix in SUFFIXES]
            if own:
                rows, problems = read_table(own[0], self._shown(own[0]))
                self.found += problems
                if not rows or any(one.code == "CB144" for one in problems):
                    self.unread.add(name)
                getattr(self, f"_{name}")(rows)
            if len(own) > 1:
                what = said("The table '{name}' is there twice.", name=name)
                hint = said("Keep the .csv or the .xlsx.")
                self.problem("CB144", what, hint, Where(self._shown(own[1])))
        for file in there:
            self._foreign(file)
        return tuple(file for file in files if file.suffix in SUFFIXES)

    def _shown(self, file: Path) -> str:
        return f"params/{self.name}/{file.name}"

    def _foreign(self, file: Path) -> None:
        where = Where(self._shown(file))
        if file.is_dir():
            what = said("There is a folder where a table should be.")
            self.problem("CB144", what, said("Put the table itself here."), where)
        elif file.suffix not in SUFFIXES:
            what = said("Tables are .csv or .xlsx, not {suffix}.", suffix=file.suffix)
            self.problem("CB144", what, said("Save it as .xlsx or as 'CSV UTF-8'."), where)
        elif file.stem not in TABLES:
            what = said("There is no table '{name}'.", name=file.stem)
            known = said("Known: {words}.", words=", ".join(TABLES))
            self.problem("CB144", what, nearest(file.stem, TABLES) or known, where)

    def _sessions(self, rows: list[Row]) -> None:
        homes = {a["id"]: (path, a) for path, a in self._activities() if _has_id(a)}
        for row in rows:
            home = homes.get(row.values.get("activity", ""))
            if home is None:
                self.astray.add(row.values.get("id"))
            if home is None and "activity" not in row.values and "sessions" in self.unread:
                continue  # the whole column is missing, and that is told
            if home is None:
                found = str(row.values.get("activity", ""))
                what = said("There is no activity '{id}'.", id=found)
                known = said("Known: {words}.", words=", ".join(homes) or said("none"))
                self.problem("CB104", what, nearest(found, homes) or known, row.where("activity"))
                continue
            path, activity = home
            self._append(activity, (*path, "sessions"), row)

    def _attendance(self, rows: list[Row]) -> None:
        sessions = [s for _, activity in self._activities() for s in _parts(activity, "sessions")]
        known = {session.get("id") for session in sessions}
        here = [row for row in rows if self._may_be_known(row.values.get("session"), known)]
        self.found += attendance.add_counts(sessions, _parts(self.data, "participants"), here)

    def _may_be_known(self, session: object, known: Collection[object]) -> bool:
        """Whether to look at who came to a session: not where the session's own row was bad."""
        return session in known or not (session in self.astray or "sessions" in self.unread)

    def _tool_use(self, rows: list[Row]) -> None:
        self._outcomes("tool_use", rows)

    def _actors(self, rows: list[Row]) -> None:
        self._outcomes("actors", rows)

    def _ties(self, rows: list[Row]) -> None:
        self._outcomes("ties", rows)

    def _outcomes(self, key: str, rows: list[Row]) -> None:
        outcomes = self.data.setdefault("outcomes", {})
        if isinstance(outcomes, dict):
            for row in rows:
                self._append(outcomes, ("outcomes", key), row)

    def _append(self, home: dict[str, Any], path: ValuePath, row: Row) -> None:
        values = home.setdefault(str(path[-1]), [])
        if not isinstance(values, list):
            return  # the model says what is wrong with it
        self.rows[*path, len(values)] = row
        values.append(row.values)

    def _responses(self, rows: list[Row]) -> None:
        outcomes = self.data.get("outcomes")
        surveys = {s["id"]: s for s in _parts(outcomes, "surveys") if _has_id(s)}
        for row in rows:
            if len(surveys) == 1:
                row.values.setdefault("survey", next(iter(surveys)))
            if row.values.get("survey") not in surveys:
                what = said("There is no survey '{id}'.", id=row.values.get("survey", ""))
                known = said("Known: {words}.", words=", ".join(surveys) or said("none"))
                self.problem("CB104", what, known, row.where("survey"))
        for id, survey in surveys.items():
            mine = [row for row in rows if row.values.get("survey") == id]
            self.found += _told_once(answers.add_counts(survey, mine))

    def _activities(self) -> Iterator[tuple[ValuePath, dict[str, Any]]]:
        for at, phase in enumerate(_list(self.data.get("phases"))):
            activities = phase.get("activities") if isinstance(phase, dict) else None
            for position, activity in enumerate(_list(activities)):
                if isinstance(activity, dict):
                    yield ("phases", at, "activities", position), activity

    # --- The result ---------------------------------------------------------------------------

    def source(self, files: tuple[Path, ...]) -> Source:
        """Validate what was read."""
        engagement, partial = self._validated() if isinstance(self.data, dict) else (None, None)
        if engagement is not None and engagement.id != self.name:
            what = said(
                "The engagement's id is '{id}', but the file is '{name}.yaml'.",
                id=engagement.id,
                name=self.name,
            )
            where = self.where(("engagement", "id"))
            self.problem("CB155", what, said("Give both the same name."), where)
        located = sorted(set(self.found), key=lambda d: (d.where, d.code, d.message))
        named = tuple(replace(diagnostic, engagement=self.name) for diagnostic in located)
        return Source(
            self.name, engagement, named, files, self.places, self.rows, partial, self.gaps
        )

    def _validated(self) -> tuple[Engagement | None, Engagement | None]:
        """The values as an engagement, or as much of them as is one, beside nothing.

        A TODO stands for nothing, where nothing may stand.
        """
        left = todos.left(self.data)
        for path, text in left.items():
            message = todos.told(self.data, path, text)
            hint = said("Fill it in in {file}, or write unknown (why).", file=self.shown)
            self.problem(todos.CODE, message, hint, self.where(path))
        open_ = [
            Todo(place=todos.named(self.data, at), question=todos.asked(text))
            for at, text in left.items()
        ]
        gaps = Gaps(self.data, frozenset(left))
        engagement, found = tried(gaps)
        if needed := {detail["loc"] for detail in found} & left.keys():
            gaps = Gaps(self.data, frozenset(left.keys() - needed))
            engagement, found = tried(gaps)
        if engagement is not None:
            self.gaps = gaps
            return _marked(engagement, open_), None
        for detail in found:
            if detail["loc"] not in left:
                self._invalid(detail)
        partial, self.gaps = salvaged(gaps, found, self.rows.keys())
        return None, partial

    def _invalid(self, detail: ErrorDetails) -> None:
        path = detail["loc"]
        row = next((at for at in range(len(path)) if path[:at] in self.rows), 0)
        self.problem(*explain(detail, self.data, row), self.where(path))

    def where(self, path: ValuePath) -> Where:
        """The place of a value, or of the nearest part around it."""
        return Source(self.name, None, (), (), self.places, self.rows).where(path)


def _is_table(file: Path) -> bool:
    hidden = file.name.startswith((".", "~"))
    return not hidden and file.suffix.lower() in (*SUFFIXES, *FOREIGN)


def _told_once(problems: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Without what was told already: a wrong version stands in every row of a wave."""
    first = {(d.code, d.message): d for d in reversed(problems) if d.code == "CB120"}
    return [d for d in problems if d.code != "CB120" or first[d.code, d.message] is d]


def _marked(engagement: Engagement, left: Sequence[Todo]) -> Engagement:
    """Mark that the tables are in the values, so that nobody reads them twice, and what is open."""
    release, assignment = engagement.release, engagement.assignment
    todo = tuple(dict.fromkeys((*release.todo, *left)))
    update: dict[str, Any] = {"assignment": assignment.model_copy(update={"tables": "included"})}
    if left:
        unsaid = {"naming": None} if any(one.place == _NAMING for one in left) else {}
        update["release"] = release.model_copy(update={"todo": todo, **unsaid})
    return engagement.model_copy(update=update)


# --- Plain values before validation -------------------------------------------------------------


def _has_id(part: Mapping[str, Any]) -> bool:
    return isinstance(part.get("id"), str)


def _parts(home: Any, key: str) -> list[dict[str, Any]]:
    values = _list(home.get(key)) if isinstance(home, dict) else []
    return [value for value in values if isinstance(value, dict)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
