"""A new engagement from an earlier one: what may travel is carried, the rest asked or left out.

The marks on the fields of `casebook.model` decide. What is carried is still searched for traces
of the earlier client, because names stand in texts too.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.fields import FieldInfo
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from casebook import comments
from casebook.faults import unwrapped
from casebook.model import (
    Assignment,
    Audience,
    Engagement,
    Fact,
    Lesson,
    Part,
    Reused,
    Text,
    Travel,
    reused,
)
from casebook.municipalities import FICTIONAL
from casebook.places import ValuePath
from casebook.source import Source
from casebook.terms import SLUG
from casebook.text import slug
from casebook.traces import Index
from casebook.weeks import weeks

MODELINE = "# yaml-language-server: $schema=engagement.schema.json"

_ABSENT = re.compile(r"(unknown|withheld|not_applicable)( |$)")
_LEAKY: str = Quoted("TODO: Skriv teksten for denne kunde; den nævnte noget fra den forrige.")
_GONE: Any = object()


@dataclass(frozen=True)
class Start:
    """What is known of the new engagement from the beginning."""

    name: str
    client: str
    code: str | None
    years: tuple[int, int]
    derived_from: str

    def answers(self, version: str | None) -> dict[ValuePath, Any]:
        """The values that take the place of the earlier client's."""
        first, last = self.years
        found: dict[ValuePath, Any] = {
            ("client", "id"): slug(re.sub(r"\s+kommune$", "", self.client, flags=re.IGNORECASE)),
            ("client", "name"): self.client,
            ("client", "municipality"): Quoted(self.code) if self.code else None,
            ("engagement", "id"): self.name,
            ("engagement", "derived_from"): self.derived_from,
            ("engagement", "derived_version"): Quoted(version) if version else None,
            ("engagement", "title"): _todo(reused(Assignment.model_fields["title"])),
            ("engagement", "years"): _flow({"start": first, "end": last}),
            ("engagement", "version"): _GONE,
            ("engagement", "fictional"): bool(self.code and FICTIONAL.match(self.code)) or None,
        }
        return {path: value for path, value in found.items() if value is not None}


def started(text: str, origin: Source, start: Start) -> str:
    """The text of the new parameter file, from that of the origin.

    `origin` has no engagement when it is a method: then there is nobody to give away.
    """
    index = Index((Travel.NEVER, Travel.ASK))
    index.add(origin)
    bare, pinned = comments.taken(text)
    reader = _reader()
    values = reader.load(bare)
    answers = start.answers(_version(values))
    is_method = origin.engagement is None
    found = dict(weeks(origin.engagement)) if origin.engagement else {}
    _Carrying(index, found, answers, is_method).part(values, Engagement, ())
    if "client" not in values:
        values.insert(0, "client", CommentedMap())
        pinned.append(comments.Pin(("engagement",), ("",)))
    _put(values, answers)
    stream = io.StringIO()
    reader.dump(values, stream)
    kept = [pin for pin in pinned if pin.path not in answers and not index.found(pin.text)]
    return f"{MODELINE}\n\n{comments.put_back(stream.getvalue(), kept).lstrip()}"


def _reader() -> YAML:
    reader = YAML()
    reader.preserve_quotes = True
    reader.width = 100_000
    reader.indent(mapping=2, sequence=4, offset=2)
    reader.representer.add_representer(_Week, _Week.written)
    return reader


class _Week(int):
    """A number of weeks, written with its sign."""

    @staticmethod
    def written(representer: Any, week: _Week) -> Any:
        return representer.represent_scalar("tag:yaml.org,2002:int", f"{int(week):+}")


def _todo(mark: Reused, id: str = "") -> str:
    text: str = Quoted(f"TODO: {mark.question.format(id=id)}")
    return text


def _flow(values: Mapping[str, Any]) -> CommentedMap:
    found = CommentedMap(values)
    found.fa.set_flow_style()
    return found


def _row(values: Iterable[Any]) -> CommentedSeq:
    found = CommentedSeq(values)
    found.fa.set_flow_style()
    return found


def _version(values: Mapping[str, Any]) -> str | None:
    group = values.get("engagement")
    version = group.get("version") if isinstance(group, Mapping) else None
    return str(version) if isinstance(version, str) and not _ABSENT.match(version) else None


def _put(values: CommentedMap, answers: Mapping[ValuePath, Any]) -> None:
    """Add the answers that the origin has no place for: at the head of their groups, in order."""
    for group in ("engagement", "client"):
        own = {path[1]: value for path, value in answers.items() if path[0] == group}
        for at, (key, value) in enumerate(own.items()):
            if key not in values[group] and value is not _GONE:
                values[group].insert(min(at, len(values[group])), key, value)


# --- Carrying ----------------------------------------------------------------------------------


@dataclass
class _Carrying:
    """Walks the values of the origin along the model, and changes them in place.

    Paths name items of lists by their ids. What a method states belongs to no client: all of it
    is carried.
    """

    index: Index
    weeks: Mapping[ValuePath, list[int]]
    answers: Mapping[ValuePath, Any]
    is_method: bool
    _renamed: dict[str, str] = field(default_factory=dict)

    def part(self, values: CommentedMap, part: type[Part], path: ValuePath) -> None:
        """Carry, ask or leave out every field of one part."""
        fields = {info.alias or name: info for name, info in part.model_fields.items()}
        id = str(values.get("id", ""))
        for key in list(values):
            at = (*path, key)
            new = self.answers.get(at, _GONE)
            if new is _GONE and key in fields:
                new = self._value(values[key], fields[key], at, id)
            _set(values, key, new)
        written = values.get("week", [])
        found = self.weeks.get(path) or (written if isinstance(written, list) else [written])
        if found:
            values["week"] = _Week(found[0]) if len(found) == 1 else _row(map(_Week, found))

    def _value(self, value: Any, info: FieldInfo, path: ValuePath, id: str) -> Any:
        mark = reused(info)
        if mark.travel is Travel.ASK:
            return _todo(mark, self._text(id))
        stays = mark.travel is Travel.NEVER and not self.is_method
        return _GONE if stays else self._carried(value, info.annotation, path)

    def _carried(self, value: Any, kind: Any, path: ValuePath) -> Any:
        if _may_be_fact(kind) and _is_written_as_fact(value):
            known = isinstance(value, Mapping) and "value" in value
            return self._carried(value["value"], unwrapped(kind), path) if known else _GONE
        plain = unwrapped(kind)
        if isinstance(value, CommentedMap):
            return self._mapping(value, plain, path)
        if isinstance(value, list):
            return self._items(value, plain, path)
        return self._text(value) if isinstance(value, str) else value

    def _mapping(self, value: CommentedMap, kind: Any, path: ValuePath) -> Any:
        if kind is Text:
            return _LEAKY if any(self.index.found(str(text)) for text in value.values()) else value
        if not (isinstance(kind, type) and issubclass(kind, Part)):
            return _GONE
        if kind is Lesson and value.get("audience") != Audience.PUBLIC:
            return _GONE
        self.part(value, kind, path)
        return value or _GONE

    def _items(self, values: list[Any], kind: Any, path: ValuePath) -> Any:
        inner = getattr(kind, "__args__", (Any,))[0]
        ids = [
            item.get("id", at) if isinstance(item, Mapping) else at
            for at, item in enumerate(values)
        ]
        found = [
            self._carried(item, inner, (*path, id)) for id, item in zip(ids, values, strict=True)
        ]
        for at in reversed(range(len(values))):
            _set(values, at, found[at])
        return values or _GONE

    def _text(self, text: str) -> str:
        """A text that names nobody; ids get another name, the same wherever they are used."""
        if not self.index.found(text):
            return text
        if not re.fullmatch(SLUG, text):
            return _LEAKY
        return self._renamed.setdefault(text, f"lokal-{len(self._renamed) + 1}")


def _set(values: Any, key: Any, new: Any) -> None:
    if new is _GONE:
        del values[key]
    else:
        values[key] = new


def _may_be_fact(kind: Any) -> bool:
    if isinstance(kind, type):
        return issubclass(kind, Fact)
    return any(_may_be_fact(each) for each in getattr(kind, "__args__", ()))


def _is_written_as_fact(value: Any) -> bool:
    """Whether a value is written with its state, or with what is known about it."""
    if isinstance(value, Mapping):
        return "value" in value or "state" in value
    return isinstance(value, str) and bool(_ABSENT.match(value))
