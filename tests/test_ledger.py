"""The ledger for readers: tables, search, exports, from parameter files and executed notebooks."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import tiny
from openpyxl import Workbook, load_workbook

import casebook
from casebook.archive import open_archive
from casebook.columns import TABLES
from casebook.errors import CasebookError
from casebook.model import Audience, Engagement, Lesson
from casebook.portfolio import Entry
from casebook.records import rows
from casebook.search import Filters, find, fold
from casebook.source import read
from casebook.support import backing, maturity
from casebook.workspace import discover

ROOT = Path(__file__).parents[1]


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A workspace with the engagements that come with casebook, not built."""
    shutil.copytree(ROOT / "params", tmp_path / "params")
    return tmp_path


def found(root: Path, query: str, **filters: Any):
    return find(open_archive(discover(root)).connection, query, Filters(**filters))


def test_every_row_has_exactly_the_columns_that_are_explained():
    engagement = read(ROOT / "params" / "eksempelkommune.yaml").engagement
    made = rows(engagement, ())
    assert set(made) == set(TABLES)
    for name, table in TABLES.items():
        names = {column.name for column in table.columns}
        assert all(set(row) == names for row in made[name]), name


def test_the_ledger_opens_as_tidy_frames_in_which_unknown_is_not_zero(shipped):
    ledger = casebook.open_ledger(shipped)
    assert list(ledger["engagements"]["engagement"]) == ["eksempelkommune", "skanderborg"]
    activities = ledger["activities"].set_index("activity")
    assert activities.loc["strategisk-sparring", "held"] is pd.NA
    assert activities.loc["direktionssparring", "held"] == 3
    shares = ledger["indicators"].query("indicator == 'behaviour' or method == 'wilson'")
    assert (shares["interval_low"] <= shares["n"] / shares["total"]).all()
    assert repr(ledger).startswith("<Ledger: engagements (2), ")
    explained = ledger.describe()
    assert set(explained["table"]) == set(ledger.tables)
    with pytest.raises(CasebookError, match="no table 'lesson'"):
        ledger["lesson"]


def test_the_ledger_follows_the_parameter_files_without_a_build(shipped):
    assert not found(shipped, "flagermus")
    path = shipped / "params" / "skanderborg.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Strategisk sparring", "Flagermus"), encoding="utf-8")
    assert [hit.text for hit in found(shipped, "flagermus")][:1] == ["Flagermus"]
    path.write_text("client: [", encoding="utf-8")
    assert open_archive(discover(shipped)).unreadable == ("skanderborg",)
    assert not found(shipped, "flagermus")
    path.unlink()
    assert open_archive(discover(shipped)).unreadable == ()


def test_the_ledger_follows_a_workbook_beside_the_parameter_file(shipped):
    def sessions() -> int:
        select = "SELECT count(*) FROM sessions WHERE engagement = 'skanderborg'"
        return open_archive(discover(shipped)).connection.execute(select).fetchone()[0]

    before = sessions()
    book = Workbook()
    book.active.append(["session_id", "activity_id", "status"])
    book.active.append(["s1", "strategisk-sparring", "held"])
    (shipped / "params/skanderborg").mkdir()
    book.save(shipped / "params/skanderborg/sessions.xlsx")
    assert sessions() == before + 1
    book.active.append(["s2", "strategisk-sparring", "held"])
    book.save(shipped / "params/skanderborg/sessions.xlsx")
    assert sessions() == before + 2


def test_the_ledger_follows_what_a_parameter_file_extends(shipped):
    path = shipped / "params/skanderborg.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("engagement:", "engagement:\n  extends: _huset", 1), encoding="utf-8"
    )
    house = shipped / "params/_huset.yaml"
    lesson = (
        "learning: {lessons: [{id: l, type: sustain, statement: %s, support: [skanderborg]}]}\n"
    )
    for word in ("Flagermus", "Pindsvin"):
        house.write_text(lesson % word, encoding="utf-8")
        assert [hit.text for hit in found(shipped, word)] == [word]


def taken(root: Path, audience: Audience) -> Entry | None:
    """What the casebook of an audience takes of Skanderborg; None where it may not know of it."""
    entries = open_archive(discover(root)).entries(audience)
    return next((entry for entry in entries if entry.id == "skanderborg"), None)


def test_what_the_casebook_takes_of_an_engagement_follows_what_its_readers_may_see(shipped):
    path, house = shipped / "params/skanderborg.yaml", shipped / "params/_huset.yaml"
    text = path.read_text(encoding="utf-8")
    extended = text.replace("engagement:", "engagement:\n  extends: _huset", 1)
    path.write_text(extended, encoding="utf-8")
    lesson = "{id: l, type: sustain, statement: Flagermus, support: [skanderborg], audience: %s}"
    for mark, seen_by in (("public", {*Audience}), ("internal", {Audience.INTERNAL})):
        house.write_text(f"learning: {{lessons: [{lesson % mark}]}}\n", encoding="utf-8")
        seen = {a for a in Audience if "Flagermus" in repr(taken(shipped, a))}
        assert seen == seen_by
    for naming, named in (("named", "Skanderborg Kommune"), ("anonymised", "En kommune")):
        path.write_text(extended.replace("naming: named", f"naming: {naming}"), encoding="utf-8")
        entry = taken(shipped, Audience.PUBLIC)
        assert entry is not None
        assert entry.client == named
    path.write_text(extended.replace("naming: named", "naming: none"), encoding="utf-8")
    assert taken(shipped, Audience.PUBLIC) is None
    assert taken(shipped, Audience.CLIENT) is not None
    path.unlink()
    assert not any(taken(shipped, audience) for audience in Audience)


def test_what_another_version_of_casebook_kept_for_the_casebook_is_not_taken(shipped):
    before = taken(shipped, Audience.PUBLIC)
    with open_archive(discover(shipped)).connection as connection:
        connection.execute("UPDATE entries SET entry = replace(entry, 'Skanderborg', 'Andeby')")
    changed = taken(shipped, Audience.PUBLIC)
    assert changed != before
    with open_archive(discover(shipped)).connection as connection:
        connection.execute("UPDATE sources SET stamp = 'older' WHERE engagement = ''")
    assert taken(shipped, Audience.PUBLIC) == before


def test_a_lost_ledger_is_made_again_from_the_executed_notebooks(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    assert tiny.run(root, "build").returncode == 0
    (hit,) = found(root, "mere tid")
    assert (hit.document, hit.place, hit.kind) == ("workshops", "cell-own-1", "insight")
    (root / "build" / "casebook.sqlite").unlink()
    assert found(root, "mere tid") == [hit]


def test_a_ledger_in_use_is_waited_for_and_never_thrown_away(shipped):
    assert found(shipped, "dialog")
    path = shipped / "build" / "casebook.sqlite"
    before = path.stat().st_ino
    busy = sqlite3.connect(path)
    busy.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CasebookError, match="database is locked"):
        found(shipped, "dialog")
    busy.rollback()
    assert path.stat().st_ino == before
    assert found(shipped, "dialog")


def test_a_ledger_that_is_no_database_is_made_again(shipped):
    (shipped / "build").mkdir()
    (shipped / "build" / "casebook.sqlite").write_bytes(b"no database at all" * 100)
    assert found(shipped, "dialog")


def test_a_build_enters_what_a_notebook_publishes_anew(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    tiny.run(root, "build")
    tiny.write_notebook(root, "workshops", tiny.PUBLISH.replace("Giv mere tid", "Giv mindre tid"))
    tiny.run(root, "build")
    database = sqlite3.connect(root / "build" / "casebook.sqlite")
    assert database.execute("SELECT statement FROM insights").fetchall() == [("Giv mindre tid",)]


@pytest.mark.parametrize(
    ("typed", "hit"),
    [
        ("ledelsesdialog", "Ledelsesdialogen styrkes"),
        ("LEDELSESDIALOGEN", "Ledelsesdialogen styrkes"),
        ("dialog", "Ledelsesdialogen styrkes"),
        ("vaerktoej", "Metodegreb og værktøjer"),
        ("værktøj", "Metodegreb og værktøjer"),
        ("facilitator går stå", "En klynge med én facilitator går i stå"),
    ],
)
def test_search_folds_danish_letters_and_finds_the_beginnings_and_parts_of_words(
    shipped, typed, hit
):
    assert any(found_.text.startswith(hit) for found_ in found(shipped, typed))


def test_folding_writes_danish_letters_out_and_drops_accents():
    assert fold("Én Å-Ø-Æ") == "en aa-oe-ae"


@pytest.mark.parametrize(
    ("filters", "kinds"),
    [
        ({"kind": "tool"}, {"tool"}),
        ({"maturity": "observation"}, {"lesson"}),
        ({"evidence": 2}, {"claim"}),
        ({"group": "kontraktholdere"}, {"activity"}),
        ({"phase": "sparring"}, {"activity", "insight"}),
        ({"phase": "workshops", "kind": "lesson"}, {"lesson"}),
        ({"theme": "facilitering", "kind": "lesson"}, {"lesson"}),
        ({"maturity": "pattern"}, set()),
    ],
)
def test_filters_let_only_what_fits_through(shipped, filters, kinds):
    assert {hit.kind for hit in found(shipped, "", **filters)} == kinds


def test_a_word_with_quotes_and_stars_is_only_words(shipped):
    assert found(shipped, '"ledelsesdialog" * OR (') == found(shipped, "ledelsesdialog or")


def test_find_cites_engagement_document_and_cell_and_fits_the_terminal(shipped):
    result = tiny.run(shipped, "find", "ledelsesdialog")
    assert (result.returncode, result.stderr) == (0, "")
    assert "build/skanderborg/learning_summary.internal.da.html#effect" in result.stdout
    assert "eksempelkommune (fictional)" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    hits = json.loads(tiny.run(shipped, "find", "ledelsesdialog", "--json").stdout)["hits"]
    cited = {(hit["engagement"], hit["document"], hit["place"]) for hit in hits}
    assert ("skanderborg", "learning_summary", "effect") in cited


@pytest.mark.parametrize(
    "wanted",
    [("--phase", "seminars"), ("--group", "kontraktholdere"), ("--maturity", "observation")],
)
def test_find_takes_the_words_of_parameter_files(shipped, wanted):
    result = tiny.run(shipped, "find", "", *wanted, "--json")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["hits"]


def test_find_names_the_known_themes_where_one_is_not(shipped):
    result = tiny.run(shipped, "find", "x", "--theme", "facilitring")
    assert result.returncode == 2
    assert "Did you mean 'facilitering'?" in result.stderr


def test_a_workbook_explains_every_column_and_holds_no_formula(shipped):
    path = shipped / "params" / "skanderborg.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("label: Strategisk sparring", 'label: "=1+1"'), encoding="utf-8")
    assert tiny.run(shipped, "export", "alt.xlsx").returncode == 0
    book = load_workbook(shipped / "alt.xlsx")
    assert book.sheetnames == ["Forklaring", *TABLES]
    explained = {(row[0], row[2]) for row in book["Forklaring"].iter_rows(values_only=True)}
    for name in TABLES:
        header = next(book[name].iter_rows(values_only=True))
        assert {(name, column) for column in header} <= explained
    cells = [cell for row in book["activities"].iter_rows() for cell in row]
    assert "'=1+1" in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}


def test_csv_is_as_danish_excel_opens_it_and_parquet_keeps_the_types(shipped):
    tiny.run(shipped, "export", "tal.csv", "--table", "indicators")
    raw = (shipped / "tal.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfengagement;indicator;")
    frame = pd.read_csv(shipped / "tal.csv", sep=";", decimal=",")
    assert frame["share"].dropna().between(0, 1).all()
    tiny.run(shipped, "export", "fund.parquet")
    insights = pd.read_parquet(shipped / "fund.parquet")
    assert insights["n"].dtype == "Int64"
    assert len(insights) > 10


def test_an_export_with_another_ending_is_told_the_known_ones(shipped):
    result = tiny.run(shipped, "export", "alt.pdf")
    assert result.returncode == 2
    assert "Known: .xlsx, .parquet, .csv." in result.stderr


def test_the_opsi_form_has_its_limits_and_only_what_the_public_may_see(shipped):
    path = shipped / "params" / "eksempelkommune.yaml"
    text = path.read_text(encoding="utf-8")
    long = text.replace("provider: Konsulenthuset Eksempel", f"provider: {'Konsulent' * 60}")
    path.write_text(long, encoding="utf-8")
    result = tiny.run(shipped, "export", "eksempelkommune", "--profile", "opsi", "--json")
    form = json.loads(result.stdout)
    fields = {field["name"]: field for field in form["fields"]}
    assert len(fields) == 11
    assert fields["Lessons Learned"] == {"name": "Lessons Learned", "text": "", "limit": 4000}
    assert "18 af 28" in fields["Results, Outcomes & Impacts"]["text"]
    (problem,) = form["diagnostics"]
    assert problem["message"] == (
        "Collaborations & Partnerships has 556 characters; OPSI accepts 500."
    )


def lesson(**values: Any) -> Lesson:
    return Lesson.model_validate(
        {"id": "l", "statement": "…", "type": "sustain", "maturity": "recommendation", **values}
    )


def an_engagement(id: str, client: str, *, fictional: bool = False) -> Engagement:
    activity = {"id": "a", "kinds": ["seminar"], "text": "…"}
    years = {"start": 2023}
    return Engagement.model_validate(
        {
            "client": {"id": client, "name": client},
            "engagement": {"id": id, "title": "…", "years": years, "fictional": fictional},
            "phases": [{"id": "p", "kind": "seminars", "activities": [activity]}],
        }
    )


@pytest.mark.parametrize(
    ("support", "approved", "borne"),
    [
        (["a"], None, "observation"),
        (["a", "a2"], None, "observation"),
        (["a", "b"], None, "pattern"),
        (["a", "b", "c"], None, "pattern"),
        (["a", "b", "c"], "Videnslederen, 2026-01-01", "recommendation"),
        (["a", "b"], "Videnslederen, 2026-01-01", "pattern"),
        (["a", "b", "fictional"], "Videnslederen, 2026-01-01", "pattern"),
        (["a", "fictional"], None, "observation"),
        (["a", "nobody"], None, "observation"),
    ],
)
def test_a_lesson_is_as_mature_as_its_independent_real_clients_bear(support, approved, borne):
    clients = {"a": "a", "a2": "a", "b": "b", "c": "c"}
    engagements = [an_engagement(id, client) for id, client in clients.items()]
    engagements.append(an_engagement("fictional", "f", fictional=True))
    known = backing(engagements)
    assert maturity(lesson(support=support, approved=approved), known) == borne
    retired = lesson(support=support, maturity="retired")
    assert maturity(retired, known) == "retired"
