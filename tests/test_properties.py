"""Properties of reading: what is valid survives, what is damaged is told, nothing hangs."""

from __future__ import annotations

import copy
import functools
import io
import random
import re
import shutil
import types
import typing
from collections.abc import Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from casebook import portfolio, sheets, yaml_marks
from casebook.archive import open_archive
from casebook.audience import view
from casebook.checks import check
from casebook.diagnostics import blocking
from casebook.model import Audience, Distribution, Engagement, Fact, Shift, Text, to_parameters
from casebook.source import Source, read
from casebook.tables import TABLES
from casebook.workspace import discover

PARAMS = Path(__file__).parents[1] / "params"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

# --- Any valid engagement -------------------------------------------------------------------------

words = st.text("abcæøå :#-?'\"0123456789{}[]|>%@\n\t", min_size=1, max_size=12)
sentences = words.filter(lambda text: text == text.strip()) | st.sampled_from(
    ["unknown", "unknown (x)", "no", "0746", "12:30", "1e3", "~", "2024-01-01", "<<"]
)
dates = st.dates().map(str).filter(lambda day: "1900" <= day < "2200") | st.from_regex(
    r"20[0-9][0-9](-Q[1-4]|-0[1-9])?", fullmatch=True
)
scales = st.tuples(st.integers(-5, 5), st.integers(6, 20))
CHECKED = {"_partial_date": dates, "_ascending": scales}
"""Values that pass the model's own checks, by the name of the check."""


def values(annotation: Any, marks: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:  # noqa: PLR0911  # one for each kind
    """Values of an annotation with its marks, as the model has them."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return values(inner[0], (*inner[1:], *marks))
    if origin in (typing.Union, types.UnionType):
        kinds = (kind for kind in inner if kind is not type(None))
        return st.one_of(*(values(kind, marks) for kind in kinds))
    if origin is typing.Literal:
        return st.sampled_from(inner)
    bounds = _flat(marks)
    checks = {getattr(getattr(mark, "func", None), "__name__", "") for mark in bounds}
    for name in CHECKED.keys() & checks:
        return CHECKED[name]
    if origin is tuple:
        least = max([m.min_length for m in bounds if hasattr(m, "min_length")], default=0)
        return st.lists(values(inner[0]), min_size=least, max_size=2).map(tuple)
    if annotation in (str, int, float, bool):
        return plain(annotation, bounds)
    if annotation == dict[str, Any] or origin is dict:
        return st.just({"kind": "chart"})
    return enumeration(annotation) if issubclass(annotation, Enum) else part(annotation)


def _flat(marks: tuple[Any, ...]) -> list[Any]:
    """The marks, with those inside a `Field` among them."""
    inside = [m.metadata if isinstance(m, FieldInfo) else [m] for m in marks]
    return [mark for group in inside for mark in group]


def plain(kind: type, bounds: list[Any]) -> st.SearchStrategy[Any]:
    """Texts and numbers within bounds."""
    if kind is bool:
        return st.booleans()
    if kind is str:
        pattern = next((m.pattern for m in bounds if getattr(m, "pattern", None)), None)
        return st.from_regex(pattern, fullmatch=True) if pattern else sentences
    least = max([m.ge for m in bounds if hasattr(m, "ge")], default=0)
    most = min([m.le for m in bounds if hasattr(m, "le")], default=10**6)
    if kind is float:
        return st.floats(least, most).map(lambda number: round(number, 3))
    return st.integers(least, most)


def enumeration(kind: type[Enum]) -> st.SearchStrategy[Any]:
    """The members of an enumeration."""
    return st.sampled_from(list(kind))


@functools.cache
def part(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """A part with all that is required, and a few of the things that are not."""
    if issubclass(model, Text):
        return st.builds(Text, da=sentences, en=st.none() | sentences)
    if issubclass(model, Fact):
        return fact(model)
    if issubclass(model, Distribution):
        return st.builds(distribution, sentences, sentences, st.lists(counts, max_size=5))
    if issubclass(model, Shift):
        return st.builds(shift, sentences, sentences, sentences, st.tuples(*[counts] * 5))
    found = {n: values(i.annotation, tuple(i.metadata)) for n, i in model.model_fields.items()}
    needed = {name for name, info in model.model_fields.items() if info.is_required()}
    spare = sorted(set(found) - needed - {"extends"})  # names files, which are not here
    chosen = st.sets(st.sampled_from(spare), max_size=3) if spare else st.just(set())
    return chosen.flatmap(
        lambda more: st.fixed_dictionaries({name: found[name] for name in (needed | more)})
    ).map(lambda given: model(**given))


counts = st.integers(0, 10**6)


def distribution(item: str, wave: str, found: list[int]) -> Distribution:
    """A distribution whose counts add up."""
    return Distribution(item=item, wave=wave, answered=sum(found), counts=tuple(found))


def shift(item: str, before: str, after: str, found: tuple[int, ...]) -> Shift:
    """A change whose pairs add up."""
    up, same, down, *others = found
    pairs = up + same + down
    all_of = {"n_pairs": pairs, "n_before": pairs + others[0], "n_after": pairs + others[1]}
    return Shift(item=item, before=before, after=after, up=up, same=same, down=down, **all_of)


def fact(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """A value, a value with a mark, or the reason why there is none."""
    inner = values(model.__pydantic_generic_metadata__["args"][0])
    states = st.sampled_from(["unknown", "withheld", "not_applicable"])
    absent = st.tuples(states, st.none() | sentences)
    return st.one_of(
        inner.map(lambda value: model(value=value)),
        inner.map(lambda value: model(value=value, inferred=True, source="Logbog")),
        absent.map(lambda pair: model(state=pair[0], reason=pair[1])),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("w") / "params"
    place.mkdir()
    return place


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(engagement=part(Engagement))
def test_any_valid_engagement_survives_being_written_and_read(folder, engagement):
    source = read(written(folder, engagement))
    assert source.engagement is not None, [str(d) for d in source.diagnostics]
    # The file is named otherwise.
    assert {d.code for d in source.diagnostics} <= {"CB155"}
    included = engagement.assignment.model_copy(update={"tables": "included"})
    assert source.engagement == engagement.model_copy(update={"assignment": included})


def written(folder: Path, engagement: Engagement) -> Path:
    """The parameter file of an engagement."""
    text = yaml.safe_dump(to_parameters(engagement), allow_unicode=True, default_style='"')
    # PyYAML's own mark for what is not a text; a person writes the value without quotes.
    path = folder / "any.yaml"
    path.write_text(re.sub(r'!!(int|float|bool|null) "([^"]*)"', r"\2", text), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("alone") / "params"
    place.mkdir()
    return place


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(engagement=part(Engagement))
def test_what_the_casebook_takes_of_any_engagement_is_what_its_readers_may_see(alone, engagement):
    source = read(written(alone, engagement))
    assume(not blocking(check([source], date(2026, 1, 1))))  # the casebook takes no other
    kept = source.engagement
    archive = open_archive(discover(alone.parent))
    for audience in Audience:
        seen = portfolio.entry(view(kept, audience))
        hidden = audience is Audience.PUBLIC and not kept.release.has_public_edition
        assert archive.entries(audience) == ([] if hidden else [seen])
    archive.connection.close()


# --- Tables ---------------------------------------------------------------------------------------

cells = st.one_of(
    st.text("abæøå0123456789,.-/ \"';\t@", max_size=12),
    st.sampled_from(["held", "afholdt", "ukendt", "S1", "a1", "06-03-2024", "7,5", "-1", "1.234"]),
)


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(
    table=st.sampled_from(sorted(TABLES)),
    rows=st.lists(st.lists(cells, max_size=9), max_size=6),
    data=st.data(),
)
def test_any_table_gives_values_or_diagnostics(folder, table, rows, data):
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"]))
    delimiter = data.draw(st.sampled_from([";", ",", "\t"]))
    labels = [*TABLES[table], *(name for c in TABLES[table].values() for name in c.names), "", "x"]
    header = data.draw(st.lists(st.sampled_from(labels), min_size=1, max_size=9))
    text = "\n".join(delimiter.join(row) for row in (header, *rows))
    source = _with_table(folder, f"{table}.csv", text.encode(encoding, errors="replace"))
    assert source.engagement is not None or source.diagnostics


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(table=st.sampled_from(sorted(TABLES)), raw=st.binary(max_size=300))
def test_any_bytes_as_a_table_give_diagnostics_and_never_a_traceback(folder, table, raw):
    head = ";".join(TABLES[table]).encode()
    _with_table(folder, f"{table}.csv", head + b"\n" + raw)
    _with_table(folder, f"{table}.csv", raw)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(seed=st.integers(0, 10**6))
def test_a_damaged_workbook_gives_diagnostics_and_never_a_traceback(folder, seed):
    book = openpyxl.Workbook()
    for row in (["session_id", "activity_id", "status"], ["S1", "a1", "held"]):
        book.active.append(row)
    whole = io.BytesIO()
    book.save(whole)
    raw, chance = bytearray(whole.getvalue()), random.Random(seed)  # noqa: S311  # damage
    for _ in range(chance.randint(1, 30)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    _with_table(folder, "sessions.xlsx", bytes(raw[: chance.randint(0, len(raw))]))
    _with_table(folder, "sessions.xlsx", bytes(raw))


def _with_table(folder: Path, name: str, raw: bytes) -> Source:
    tables = folder / "eksempelkommune"
    shutil.rmtree(tables, ignore_errors=True)
    tables.mkdir()
    shutil.copy(PARAMS / "eksempelkommune.yaml", folder)
    (tables / name).write_bytes(raw)
    return read(folder / "eksempelkommune.yaml")


# --- Damage ---------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_damage_to_a_file_and_its_tables_is_told_by_reading_and_by_the_rules(folder, data):
    shutil.rmtree(folder / "eksempelkommune", ignore_errors=True)
    shutil.copytree(PARAMS / "eksempelkommune", folder / "eksempelkommune")
    text = (PARAMS / "eksempelkommune.yaml").read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 60))
        noise = data.draw(st.text("{}[]:,-#&*!|>\"'%@`\t\n aæ09", max_size=12))
        text = text[:start] + noise + text[start + length :]
    path = folder / "eksempelkommune.yaml"
    path.write_text(text, encoding="utf-8")
    source = read(path)
    assert source.engagement is not None or source.diagnostics
    check([source], date(2026, 1, 1))


@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_any_value_in_any_place_is_told_by_reading_and_by_the_rules(folder, data):
    shutil.rmtree(folder / "eksempelkommune", ignore_errors=True)
    shutil.copytree(PARAMS / "eksempelkommune", folder / "eksempelkommune")
    values = yaml.safe_load((PARAMS / "eksempelkommune.yaml").read_text(encoding="utf-8"))
    odd = st.sampled_from([None, [], {}, 0, -1, 10**18, 1.5, True, "", "x", ["x"], {"id": []}])
    home: Any = values
    while True:
        key = data.draw(
            st.sampled_from(sorted(home) if isinstance(home, dict) else range(len(home)))
        )
        inside = isinstance(home[key], (dict, list)) and bool(home[key])
        if not inside or data.draw(st.integers(0, 3)) == 0:
            break
        home = home[key]
    home[key] = data.draw(odd)
    path = folder / "eksempelkommune.yaml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    source = read(path)
    assert source.engagement is not None or source.diagnostics
    check([source], date(2026, 1, 1))


def test_what_would_take_for_ever_is_refused_at_once():
    bombs = ["[" * 100_000, "{a: " * 100_000, "a: &a [x]\nb: *a\n", "x: " + "9" * 100_000]
    bombs += ["x" * (yaml_marks.MAX_CHARACTERS + 1), '"' * 99_999, "- " * 50_000]
    for bomb in bombs:
        assert yaml_marks.load(bomb).problems


def test_a_workbook_that_unpacks_to_far_too_much_is_refused(folder, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 1000)
    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    (told,) = _with_table(folder, "sessions.xlsx", book.getvalue()).diagnostics
    assert told.code == "CB144"


# --- A slip hides no other, and makes none up -----------------------------------------------------

SLIPS = [
    (("client", "cvr"), "12345678"),
    (("engagement", "cluster_count"), 9),
    (("phases", 0, "activities", 0, "order"), 7),
    (("outcomes", "claims", 0, "evidence_level"), 4),
    (("outcomes", "claims", 0, "evidence"), ["ukendt-kilde"]),
]
"""What cross checks find in an engagement without damage."""

JUNK = ["31-02-2024", {"nonsense": 1}, [[]], 5, True, "Med Mellemrum"]


@functools.cache
def _with_slips() -> dict[str, Any]:
    data = yaml_marks.load((PARAMS / "eksempelkommune.yaml").read_text("utf-8")).data
    for path, value in SLIPS:
        _set(data, path, value)
    return data


def _set(values: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        values = values[step]
    values[path[-1]] = value


def _paths(values: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(values, (dict, list)):
        for key, value in values.items() if isinstance(values, dict) else enumerate(values):
            yield (*path, key)
            yield from _paths(value, (*path, key))


def _found(folder: Path, data: dict[str, Any]) -> tuple[Source, set[tuple[str, str]]]:
    """What is read, and what the rules say of it."""
    path = folder / "eksempelkommune.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    source = read(path)
    return source, {(one.code, one.message) for one in check([source], date(2026, 1, 1))}


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Path:
    """A folder with the tables of an engagement, one row of which says the impossible."""
    folder = tmp_path_factory.mktemp("params")
    shutil.copytree(PARAMS / "eksempelkommune", folder / "eksempelkommune")
    file = folder / "eksempelkommune" / "sessions.csv"
    head = file.read_text("utf-8").splitlines()[0].split(";")
    row = {"session_id": "S99", "activity_id": "rolleseminar", "status": "held"}
    row |= {"date": "2025-01-02", "invited_n": "3", "attended_n": "5"}
    with file.open("a", encoding="utf-8") as out:
        out.write(";".join(row.get(name, "") for name in head) + "\n")
    return folder


@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_a_damaged_value_is_told_and_hides_and_makes_up_nothing(data, tables):
    whole = _with_slips()
    _, expected = _found(tables, whole)
    assert {"CB104", "CB109", "CB117", "CB125", "CB139", "CB142"} <= {code for code, _ in expected}
    path = data.draw(st.sampled_from([*_paths(whole)]))
    damaged = copy.deepcopy(whole)
    _set(damaged, path, data.draw(st.sampled_from(JUNK)))
    source, found = _found(tables, damaged)
    if source.engagement is not None:  # it was no damage: the value may be what it is now
        return
    assert source.diagnostics
    assert found <= expected
    if path[0] in ("participants", "voices", "learning", "release"):
        assert {code for code, _ in expected} - {code for code, _ in found} <= {"CB104"}
