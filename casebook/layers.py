"""`engagement.extends`: a parameter file's values merged over those of the files it names.

Mappings are merged deeply. Lists whose items all have an `id` are merged by id: the items of the
extended file come first, in its order. Every other value is taken whole from the nearest file: a
number, a text (also `{da: …, en: …}`), a fact (`{value: …}`, `{state: …}`), any other list. The
file itself wins over what it extends, and a later name over an earlier one.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casebook import resources, yaml_marks
from casebook.diagnostics import Diagnostic, Severity, Where
from casebook.errors import reason
from casebook.messages import said
from casebook.places import ValuePath
from casebook.terms import SLUG

_NAME = re.compile(rf"_?{SLUG}(/{SLUG})?")
_HOME = ("engagement", "extends")


@dataclass
class Layer:
    """Values, the place where each of them stands, what is wrong, and the files that were read."""

    data: Any = None
    places: dict[ValuePath, Where] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    files: tuple[Path, ...] = ()


def read(path: Path) -> Layer:
    """A parameter file with all that it extends, in the folder it lies in."""
    return _Chain(path.parent).file(path, f"{path.parent.name}/{path.name}")


def extend(values: Any, params: Path | None) -> Layer:
    """Values that were not read from a file, with all that they extend."""
    return _Chain(params).extended(Layer(values))


def names() -> list[str]:
    """The files that ship with Casebook to be extended or started from."""
    home = resources.folder("params")
    return [path.relative_to(home).with_suffix("").as_posix() for path in home.glob("*/*.yaml")]


def common(params: Path) -> Iterator[str]:
    """Every text of house files and methods: what belongs to no client."""
    shipped = resources.folder("params")
    files = {*params.glob("_*.yaml"), *params.glob("*/*.yaml"), *shipped.glob("*/*.yaml")}
    for path in sorted(files):
        yield from _texts(yaml_marks.load(path.read_text(encoding="utf-8", errors="replace")).data)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def find(name: str, params: Path | None) -> Path | None:
    """The file that is extended as `name`: in the folder `params`, or shipped with Casebook."""
    homes = [home for home in (params, resources.folder("params")) if home]
    found = (home / f"{name}.yaml" for home in homes if _NAME.fullmatch(name))
    return next((path for path in found if path.is_file()), None)


class _Chain:
    """Reads files that extend files; `_open` are those that are being read."""

    def __init__(self, params: Path | None) -> None:
        self._params = params
        self._open: list[Path] = []

    def file(self, path: Path, shown: str) -> Layer:
        self._open.append(path)
        layer = self.extended(_plain(path, shown))
        self._open.pop()
        return layer

    def extended(self, own: Layer) -> Layer:
        """The layer over all that it extends; `extends` itself is used up."""
        named = list(_extended(own.data))
        if not named:
            return own
        own.data["engagement"].pop("extends")
        merged = Layer()
        for at, name in named:
            where = next((own.places[p] for p in (at, _HOME, ()) if p in own.places), Where(name))
            merged = _over(merged, self._base(name, where))
        return _over(merged, own)

    def _base(self, name: str, where: Where) -> Layer:
        path = find(name, self._params)
        if path is None:
            what = said("There is no file '{name}' to extend.", name=name)
            return Layer(problems=[_problem(what, _known(name, self._params), where)])
        if path in self._open:
            chain = " → ".join(each.stem for each in (*self._open, path))
            what = said("The file extends itself: {chain}.", chain=chain)
            hint = said("Take one of them out of the chain.")
            return Layer(problems=[_problem(what, hint, where)])
        base = self.file(path, f"params/{name}.yaml")
        if isinstance(base.data, dict):
            _without_identity(base.data)
        return base


def _plain(path: Path, shown: str) -> Layer:
    """One file as it stands."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        what = said("The file cannot be read: {why}.", why=reason(error))
        found = Diagnostic("CB100", Severity.ERROR, what, said("Make it readable."), Where(shown))
        return Layer(problems=[found])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        what = said("The file is not UTF-8 (byte {byte}).", byte=f"0x{raw[error.start]:02X}")
        hint, where = said("Save it with the encoding UTF-8."), Where(shown, line)
        return Layer(problems=[Diagnostic("CB143", Severity.ERROR, what, hint, where)])
    marked = yaml_marks.load(text)
    problems = [
        Diagnostic(p.code, Severity.ERROR, p.message, p.hint, Where(shown, *p.place))
        for p in marked.problems
    ]
    places: dict[ValuePath, Where] = {(): Where(shown)}
    places |= {at: Where(shown, line, column) for at, (line, column) in marked.places.items()}
    return Layer(marked.data, places, problems, (path,))


def _extended(data: Any) -> Iterator[tuple[ValuePath, str]]:
    """The names of what values extend, with their paths."""
    group = data.get("engagement") if isinstance(data, Mapping) else None
    named = group.get("extends") if isinstance(group, Mapping) else None
    listed = named if isinstance(named, (list, tuple)) else [named]
    for at, name in enumerate(listed):
        if isinstance(name, str):
            yield (*_HOME, at), name


def _without_identity(base: dict[str, Any]) -> None:
    """What another file is called, and which version of it this is, is not inherited."""
    group = base.get("engagement")
    if isinstance(group, dict):
        for name in ("id", "version"):
            group.pop(name, None)


def _problem(message: str, hint: str, where: Where) -> Diagnostic:
    return Diagnostic("CB157", Severity.ERROR, message, hint, where)


def _known(name: str, params: Path | None) -> str:
    own = [path.stem for path in params.glob("_*.yaml")] if params else []
    known = sorted({*own, *names()})
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return said("Did you mean '{word}'?", word=near[0])
    return said("Known: {words}.", words=", ".join(known))


# --- Merging -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Node:
    """A value with its place; within a mapping or a list there are nodes again."""

    value: Any
    where: Where | None


def _over(base: Layer, own: Layer) -> Layer:
    """`own` merged over `base`."""
    places: dict[ValuePath, Where] = {}
    node = _merged(_grown(base, base.data), _grown(own, own.data))
    data = _flat(node, (), places)
    return Layer(data, places, base.problems + own.problems, (*own.files, *base.files))


def _grown(layer: Layer, value: Any, path: ValuePath = ()) -> _Node:
    where = layer.places.get(path)
    if isinstance(value, Mapping):
        return _Node({k: _grown(layer, v, (*path, k)) for k, v in value.items()}, where)
    if isinstance(value, (list, tuple)):
        return _Node([_grown(layer, v, (*path, at)) for at, v in enumerate(value)], where)
    return _Node(value, where)


def _flat(node: _Node, path: ValuePath, places: dict[ValuePath, Where]) -> Any:
    if node.where:
        places[path] = node.where
    if isinstance(node.value, dict):
        return {key: _flat(each, (*path, key), places) for key, each in node.value.items()}
    if isinstance(node.value, list):
        return [_flat(each, (*path, at), places) for at, each in enumerate(node.value)]
    return node.value


def _merged(base: _Node, own: _Node) -> _Node:
    if own.value is None and own.where is None:
        return base
    if _is_part(base) and _is_part(own):
        return _Node(_members(base.value, own.value, (*own.value, *base.value)), own.where)
    here, there = _by_id(base), _by_id(own)
    if here and there:
        return _Node([*_members(here, there, (*here, *there)).values()], own.where)
    return own


def _members(
    base: Mapping[str, _Node], own: Mapping[str, _Node], order: Iterable[str]
) -> dict[str, _Node]:
    """The members of both, in an order; what both have is merged."""
    return {
        key: _merged(base[key], own[key]) if key in base and key in own else {**base, **own}[key]
        for key in dict.fromkeys(order)
    }


def _is_part(node: _Node) -> bool:
    """Whether it is a mapping of fields, and not a fact or a text in two languages."""
    keys = node.value.keys() if isinstance(node.value, dict) else ()
    is_text = bool(keys) and set(keys) <= {"da", "en"}
    return isinstance(node.value, dict) and not {"value", "state"} & set(keys) and not is_text


def _by_id(node: _Node) -> dict[str, _Node]:
    """The items of a list by their ids; empty unless each has one of its own."""
    items = node.value if isinstance(node.value, list) else []
    ids = [item.value.get("id") if isinstance(item.value, dict) else None for item in items]
    found = {str(id.value): item for id, item in zip(ids, items, strict=True) if id}
    return found if len(found) == len(items) else {}
