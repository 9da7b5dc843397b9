"""Parameter files and tables: what is read, and what is said when it cannot be."""

import json
import textwrap
from pathlib import Path

import pytest
import tiny
import yaml

from casebook.diagnostics import Severity
from casebook.errors import CasebookError
from casebook.model import Engagement, Fact, State, to_parameters
from casebook.source import Source, from_parameters, read
from casebook.yaml_marks import load

PARAMS = Path(__file__).parents[1] / "params"

SMALL = """\
client: {id: proeve, name: Prøve Kommune}
engagement: {id: proeve, title: En prøve, fictional: true, years: {start: 2024}}
participants:
  - {id: ledere, label: Ledere, kind: alle_ledere, size: 40}
phases:
  - id: seminarer
    kind: seminars
    activities:
      - {id: a1, kinds: [seminar], groups: [ledere], text: "... holde seminarer."}
"""


@pytest.fixture
def written(tmp_path):
    """Write a parameter file and tables as a workspace has them, and read them."""

    def write(text: str = SMALL, **tables: str | bytes) -> Source:
        folder = tmp_path / "params"
        (folder / "proeve").mkdir(parents=True, exist_ok=True)
        (folder / "proeve.yaml").write_text(text, encoding="utf-8")
        for name, content in tables.items():
            raw = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
            (folder / "proeve" / f"{name}.csv").write_bytes(raw)
        return read(folder / "proeve.yaml")

    return write


def said(source: Source) -> list[str]:
    return [f"{d.where} {d.code}" for d in source.diagnostics]


@pytest.mark.parametrize("name", ["skanderborg", "eksempelkommune"])
def test_the_shipped_engagements_read_without_a_word(name):
    source = read(PARAMS / f"{name}.yaml")
    assert said(source) == []
    assert source.engagement is not None


@pytest.mark.parametrize("name", ["skanderborg", "eksempelkommune"])
def test_an_engagement_survives_becoming_parameters(name):
    engagement = read(PARAMS / f"{name}.yaml").engagement
    assert engagement is not None
    assert Engagement.model_validate(to_parameters(engagement)) == engagement


@pytest.mark.parametrize(
    ("wrong", "place", "code", "words"),
    [
        (("title: En", "titel: En"), "2:26", "CB101", "Did you mean 'title'?"),
        (("kind: seminars", "kind: seminar"), "7:5", "CB118", "Did you mean 'seminars'?"),
        (("size: 40", "size: mange"), "4:52", "CB111", "must be a whole number, found 'mange'"),
        (("size: 40", "size: -1"), "4:52", "CB111", "found -1"),
        (("id: a1", "id: A 1"), "9:10", "CB103", "a-z, 0-9 and '-'"),
        (
            ("kinds: [seminar], ", ""),
            "9:9",
            "CB152",
            "'phases.seminarer.activities.a1.kinds' is missing. Add it in brackets [ ]: one or more of seminar,",
        ),
        (("start: 2024", "start: to"), "2:68", "CB111", "found 'to'"),
        (
            ("name: Prøve Kommune", 'name: Prøve Kommune, municipality: "746"'),
            "1:43",
            "CB114",
            '"0746"',
        ),
        (
            ("name: Prøve Kommune", "name: Prøve Kommune, municipality: 0746"),
            "1:57",
            "CB153",
            "486",
        ),
        (("name: Prøve Kommune", "name: no"), "1:28", "CB153", "False"),
        (("label: Ledere", "label: Hvem?"), "4:25", "CB153", "in quotes"),
        (("name: Prøve Kommune", "no: Prøve Kommune"), "1:22", "CB153", "False"),
        (("label: Ledere", "label: Ledere, både her og der"), "4:33", "CB101", "in quotes"),
        (
            ("fictional: true", "fictional: true, hours: {value: 120,5}"),
            "2:79",
            "CB101",
            "like 7.5",
        ),
        (
            ("fictional: true", "fictional: true, hours: {value: 120, kilde: x}"),
            "2:80",
            "CB101",
            "source",
        ),
        (("participants:", "client: {id: b}\nparticipants:"), "3:1", "CB102", "lines 1 and 3"),
        (("  - id: seminarer", "\t- id: seminarer"), "6:1", "CB100", "not tabs"),
        (
            ("client: {id: proeve, name: Prøve Kommune}", "client: &a {id: p}\nx: *a"),
            "1:9",
            "CB154",
            "Write",
        ),
        (("{id: proeve, title", "{id: anden, title"), "2:14", "CB155", "'anden'"),
    ],
)
def test_a_slip_is_told_with_its_place_and_its_remedy(written, wrong, place, code, words):
    before, after = wrong
    assert before in SMALL
    found = written(SMALL.replace(before, after, 1)).diagnostics
    told = [d for d in found if d.code == code and str(d.where) == f"params/proeve.yaml:{place}"]
    assert told, said(written(SMALL.replace(before, after, 1)))
    assert words in f"{told[0].message} {told[0].hint}"


def test_a_parameter_file_that_is_a_folder_is_told_beside_the_slips_of_others(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    (root / "params/mappe.yaml").mkdir()
    (root / "params/slip.yaml").write_text(SMALL.replace("name:", "navn:"), encoding="utf-8")
    done = tiny.run(root, "check")
    assert done.returncode == 1
    assert "The file cannot be read: Is a directory." in done.stderr
    assert "'navn' is not a known field of client." in done.stderr


def test_all_slips_are_told_at_once(written):
    text = (
        SMALL.replace("title:", "titel:")
        .replace("size: 40", "size: -1")
        .replace("[seminar]", "[x]")
    )
    assert {d.code for d in written(text).diagnostics} == {"CB101", "CB152", "CB111", "CB118"}


@pytest.mark.parametrize("name", ["skanderborg", "eksempelkommune"])
def test_the_shipped_engagements_mean_the_same_to_other_readers_of_yaml(name):
    text = (PARAMS / f"{name}.yaml").read_text(encoding="utf-8")
    dated = json.loads(json.dumps(yaml.safe_load(text), default=str))
    assert dated == load(text).data


def test_a_fact_is_a_value_or_the_reason_why_there_is_none():
    unknown = Fact[int].model_validate("unknown (ikke talt op)")
    assert (unknown.state, unknown.reason) == (State.UNKNOWN, "ikke talt op")
    assert Fact[int].model_validate({"state": "unknown", "reason": "ikke talt op"}) == unknown
    assert Fact[int].model_validate(7).value == 7
    inferred = Fact[str].model_validate({"value": "cluster", "inferred": True})
    assert inferred.model_dump() == {"value": "cluster", "inferred": True}


DANISH_SESSIONS = """\
    session_id;aktivitet;status;dato;gruppe;timer;inviteret;deltog
    S1;a1;afholdt;06-03-2024;ledere;7,5;40;ukendt

    S2;a1;Aflyst;2024-04;;;;
"""


def test_a_table_as_danish_excel_writes_it_is_read(written):
    source = written(sessions=b"\xef\xbb\xbf" + textwrap.dedent(DANISH_SESSIONS).encode())
    assert said(source) == []
    first, second = source.engagement.sessions
    assert (first.date, first.hours, first.invited.value) == ("2024-03-06", 7.5, 40)
    assert first.attended.state is State.UNKNOWN
    assert (second.status, second.date, second.attended) == ("cancelled", "2024-04", None)


def test_a_windows_1252_table_is_read_and_said(written):
    table = "session_id;activity_id;status;deviation\nS1;a1;held;Flyttet på grund af sne\n"
    source = written(sessions=table.encode("cp1252"))
    assert source.engagement.sessions[0].deviation == "Flyttet på grund af sne"
    (told,) = source.diagnostics
    assert (told.code, told.severity, told.where.line) == ("CB143", Severity.WARNING, 2)


@pytest.mark.parametrize(
    ("table", "place", "code", "words"),
    [
        ("session_id,activity_id,statuss\nS1,a1,held", "1:3", "CB144", "Did you mean 'status'?"),
        ("session_id;activity_id;status\nS1;a2;held", "2:2", "CB104", "Did you mean 'a1'?"),
        ("session_id;activity_id;status\nS1;a1;hold", "2:3", "CB118", "Did you mean 'held'?"),
        ("session_id;activity_id;status;attended_n\nS1;a1;held;12,5", "2:4", "CB111", "'12,5'"),
        ("session_id;activity_id;status;date\nS1;a1;held;14-11-23", "2:4", "CB143", "2023-11-14"),
    ],
)
def test_a_slip_in_a_table_is_told_with_row_and_column(written, table, place, code, words):
    found = written(sessions=table).diagnostics
    told = [d for d in found if str(d.where) == f"params/proeve/sessions.csv:{place}"]
    assert [d.code for d in told] == [code], found
    assert "phases" not in told[0].message
    assert words in f"{told[0].message} {told[0].hint}"


def test_a_table_nobody_knows_is_named_with_the_nearest_name(written):
    (told,) = written(session="session_id\nS1").diagnostics
    assert (told.code, told.hint) == ("CB144", "Did you mean 'sessions'?")


SURVEY = (
    SMALL
    + """\
outcomes:
  surveys:
    - id: s1
      title: Sikkerhed
      items: [{id: Q03, text: "Hvor sikker?", scale: [0, 10]}]
      waves: [{id: before, asked: 4}, {id: after, asked: 4}]
"""
)

ANSWERS = """\
    survey_id;wave;item_id;key;value
    s1;før;Q03;k1;2
    s1;før;Q03;k2;5
    s1;før;Q03;k3;9
    s1;efter;Q03;k1;6
    s1;efter;Q03;k2;5
    s1;efter;Q03;k4;8
"""


def test_answers_are_counted_and_only_the_same_keys_are_compared(written):
    source = written(SURVEY, responses=ANSWERS)
    assert said(source) == []
    (survey,) = source.engagement.outcomes.surveys
    before = survey.distributions[0]
    assert (before.answered, before.counts) == (3, (0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0))
    (shift,) = survey.shifts
    assert (shift.n_before, shift.n_after, shift.n_pairs) == (3, 3, 2)
    assert (shift.up, shift.same, shift.down) == (1, 1, 0)


def test_no_single_answer_goes_on_from_reading(written):
    source = written(SURVEY, responses=ANSWERS)
    assert "k1" not in str(to_parameters(source.engagement))


@pytest.mark.parametrize(
    ("row", "column", "code", "words"),
    [
        ("s1;før;Q03;k9;11", 5, "CB119", "outside the scale 0–10"),
        ("s1;før;Q03;k1;3", 4, "CB122", "rows 2, 8"),
        ("s1;før;Q04;k1;3", 3, "CB104", "Known: Q03"),
        ("s2;før;Q03;k1;3", 1, "CB104", "no survey 's2'"),
        ("s1;midt;Q03;k1;3", 2, "CB104", "Known: after, before"),
    ],
)
def test_an_answer_that_cannot_be_counted_is_told(written, row, column, code, words):
    (told,) = written(SURVEY, responses=ANSWERS + f"    {row}\n").diagnostics
    assert (told.code, told.where.line, told.where.column) == (code, 8, column)
    assert words in told.message


def test_plain_parameters_are_an_engagement_or_an_error_with_every_slip():
    good = load(SMALL).data
    assert from_parameters(good).id == "proeve"
    good["engagement"]["titel"] = "x"
    good["phases"][0]["kind"] = "seminar"
    with pytest.raises(CasebookError, match=r"(?s)CB101.*CB118"):
        from_parameters(good)


def test_deep_nesting_is_refused_and_does_not_crash():
    (problem,) = load("[" * 100_000).problems
    assert "nested" in problem.message
