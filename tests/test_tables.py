"""Tables as Excel and survey tools in Denmark save them: what is read, and what is refused."""
# ruff: noqa: DTZ001  # Excel knows no time zones.

import datetime as dt
import json
import sys
import textwrap
from pathlib import Path

import openpyxl
import pytest

from casebook import indicators
from casebook.audience import view
from casebook.model import Audience, State, to_parameters
from casebook.sections import programme
from casebook.sections.parts import Reading
from casebook.source import Source, from_parameters, read
from casebook.text import Words
from casebook.text.marks import marked
from casebook.yaml_marks import load

PARAMETERS = """\
client: {id: proeve, name: Prøve Kommune}
engagement: {id: proeve, title: En prøve, fictional: true, years: {start: 2024}}
participants:
  - {id: ledere, label: Ledere, kind: alle_ledere, size: 40}
  - {id: facilitatorer, label: Facilitatorer, kind: facilitatorer, size: 12}
phases:
  - id: seminarer
    kind: seminars
    activities:
      - {id: a1, kinds: [seminar], groups: [ledere], text: "... holde seminarer."}
outcomes:
  surveys:
    - id: s1
      title: Udbytte
      items:
        - {id: Q01, text: Udbyttet var relevant for mit arbejde, scale: [1, 5]}
        - {id: Q03, text: "Hvor sikker er du?", scale: [0, 10]}
      waves: [{id: before}, {id: after}]
"""


@pytest.fixture
def workspace(tmp_path):
    """A parameter file and its tables; a table is text, bytes, or rows for a workbook."""

    def write(**tables: str | bytes | dict) -> Source:
        folder = tmp_path / "params"
        (folder / "proeve").mkdir(parents=True, exist_ok=True)
        (folder / "proeve.yaml").write_text(PARAMETERS, encoding="utf-8")
        for name, content in tables.items():
            _write(folder / "proeve" / name, content)
        return read(folder / "proeve.yaml")

    return write


def _write(path: Path, content: str | bytes | dict) -> None:
    if isinstance(content, dict):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in content.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(path.with_suffix(".xlsx"))
        return
    raw = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
    path.with_suffix(".csv").write_bytes(raw)


def said(source: Source) -> list[str]:
    return [f"{d.where} {d.code}" for d in source.diagnostics]


# --- Workbooks ------------------------------------------------------------------------------------

TYPED = [
    [None, None, None],
    ["Mødenr", "Aktivitet", "Status", "Dato", "Gruppe", "Timer", "Inviteret", "Deltog"],
    ["S1", "a1", "Afholdt", dt.datetime(2024, 3, 6, 9, 30), "ledere", 7.5, 40, 31],
    [],
    ["S2", "a1", "afholdt", dt.date(2024, 4, 11), "ledere", 3, 40.0, "ukendt"],
    ["S3", "a1", "planlagt", 2024, "ledere"],
]


def test_a_workbook_keeps_its_types_and_the_sheet_with_the_tables_name_is_read(workspace):
    source = workspace(sessions={"Noter": [["andet"]], "Sessions": TYPED})
    assert said(source) == []
    first, second, third = (source.engagement.sessions[at] for at in (1, 2, 0))
    assert (first.id, first.date, first.hours) == ("S1", "2024-03-06", 7.5)
    assert (first.invited.value, first.attended.value) == (40, 31)
    assert (second.hours, second.invited.value, second.attended.state) == (3, 40, State.UNKNOWN)
    assert (third.id, third.date, third.attended) == ("S3", "2024", None)


def test_the_first_sheet_is_read_where_none_has_the_tables_name(workspace):
    source = workspace(sessions={"Ark1": TYPED, "Ark2": [["andet"]]})
    assert (said(source), len(source.engagement.sessions)) == ([], 3)


def test_a_slip_in_a_workbook_is_told_with_its_row_and_column(workspace):
    rows = [["session_id", "activity_id", "status", "invited_n"], ["S1", "a1", "held", 12.5]]
    (told,) = workspace(sessions={"sessions": rows}).diagnostics
    assert (str(told.where), told.code) == ("params/proeve/sessions.xlsx:2:4", "CB111")
    assert "found 12.5" in told.message


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 not a workbook", b"session_id;status"])
def test_a_file_that_is_no_workbook_is_told_as_such(workspace, tmp_path, raw):
    workspace()
    (tmp_path / "params/proeve/sessions.xlsx").write_bytes(raw)
    (told,) = read(tmp_path / "params/proeve.yaml").diagnostics
    assert (told.code, "Excel" in told.hint) == ("CB144", True)


def test_without_openpyxl_a_workbook_is_told_with_what_to_install(workspace, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (file, *_) = workspace().files
    file.with_suffix("").joinpath("sessions.xlsx").write_bytes(b"PK")
    (told,) = read(file).diagnostics
    assert (told.code, "casebook[excel]" in told.hint) == ("CB144", True)


def test_answers_that_say_no_wave_are_told_once_and_not_row_by_row(workspace):
    source = workspace(responses="key;Tidspunkt;Q01\nk1;før;4\nk2;før;5\nk3;efter;5\n")
    (told,) = source.diagnostics
    assert (told.where.line, told.code) == (1, "CB144")
    assert "no column 'wave'" in told.message
    assert "before, after" in told.hint


def test_one_table_in_two_files_is_told(workspace):
    both = {"sessions": {"sessions": TYPED}}
    workspace(**both)
    source = workspace(sessions="session_id;activity_id;status\nS1;a1;held\n")
    assert said(source) == ["params/proeve/sessions.xlsx CB144"]


def test_a_table_in_another_format_is_not_passed_over(workspace, tmp_path):
    workspace()
    (tmp_path / "params/proeve/sessions.xls").write_bytes(b"old")
    (tmp_path / "params/proeve/~$sessions.xlsx").write_bytes(b"Excel has it open")
    (tmp_path / "params/proeve/actors.CSV").write_text("id;name\n", encoding="utf-8")
    (tmp_path / "params/proeve/ties.csv").mkdir()
    told = read(tmp_path / "params/proeve.yaml").diagnostics
    assert {one.code for one in told} == {"CB144"}
    assert [(one.where.file.rpartition("/")[2], one.message) for one in told] == [
        ("actors.CSV", "Tables are .csv or .xlsx, not .CSV."),
        ("sessions.xls", "Tables are .csv or .xlsx, not .xls."),
        ("ties.csv", "There is a folder where a table should be."),
    ]


# --- Text files -----------------------------------------------------------------------------------

SESSIONS = "session_id;activity_id;status;deviation\r\nS1;a1;aflyst;Færre end ønsket på Ærø\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        SESSIONS.encode(),
        SESSIONS.encode("utf-8-sig"),
        SESSIONS.encode("utf-16"),
        SESSIONS.replace(";", "\t").encode("utf-16"),
        SESSIONS.replace(";", ",").encode(),
        ("sep=;\r\n" + SESSIONS).encode(),
        ("\r\n;;;\r\n" + SESSIONS + ";;;\r\n\r\n").encode(),
        SESSIONS.replace("\r\n", "\r").encode(),
        SESSIONS.replace("session_id", " Session ID ").encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "tabs", "commas", "sep", "blank rows", "old mac", "spaces"],
)
def test_a_text_file_means_the_same_however_excel_saved_it(workspace, raw):
    source = workspace(sessions=raw)
    assert said(source) == []
    (session,) = source.engagement.sessions
    assert (session.status, session.deviation) == ("cancelled", "Færre end ønsket på Ærø")


@pytest.mark.parametrize(
    ("raw", "severity", "words"),
    [
        (SESSIONS.encode("cp1252"), "warning", "read as Windows-1252"),
        (SESSIONS.encode("cp850"), "error", "neither UTF-8 nor Windows-1252"),
        (SESSIONS.encode("mac_roman"), "error", "neither UTF-8 nor Windows-1252"),
        (SESSIONS.encode("utf-16-le"), "error", "UTF-16 without a mark"),
        (SESSIONS.encode("utf-16")[:-1], "error", "damaged UTF-16"),
        (SESSIONS.encode().decode("cp1252").encode(), "error", "encoded twice"),
    ],
    ids=["windows", "dos", "mac", "no mark", "damaged", "twice"],
)
def test_another_encoding_is_said_and_never_guessed_in_silence(workspace, raw, severity, words):
    told = [d for d in workspace(sessions=raw).diagnostics if d.code == "CB143"]
    assert [(d.severity, words in d.message) for d in told] == [(severity, True)]


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ("06-03-2024", "2024-03-06"),
        ("6/3/2024", "2024-03-06"),
        ("6.3.2024 09:30", "2024-03-06"),
        ("2024-03-06T09:30", "2024-03-06"),
        ("03-2024", "2024-03"),
        ("2024-Q1", "2024-Q1"),
        ("14-11-23", None),
        ("31-02-2024", None),
        ("11/14/2024", None),
    ],
)
def test_a_date_is_read_as_danes_write_it_or_refused(workspace, cell, read_as):
    source = workspace(sessions=f"session_id;activity_id;status;date\nS1;a1;aflyst;{cell}\n")
    if read_as is None:
        assert said(source) == ["params/proeve/sessions.csv:2:4 CB143"]
    else:
        assert (said(source), source.engagement.sessions[0].date) == ([], read_as)


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [("7,5", 7.5), ("7.5", 7.5), ("1.234,5", 1234.5), ("7", 7), ("1.234", None), ("7,5 t", None)],
)
def test_a_decimal_number_is_read_as_danes_write_it_or_refused(workspace, cell, read_as):
    source = workspace(sessions=f"session_id;activity_id;status;hours\nS1;a1;aflyst;{cell}\n")
    if read_as is None:
        assert said(source) == ["params/proeve/sessions.csv:2:4 CB143"]
    else:
        assert (said(source), source.engagement.sessions[0].hours) == ([], read_as)


def test_a_decimal_comma_between_commas_is_not_lost(workspace):
    source = workspace(sessions="session_id,activity_id,status,hours\nS1,a1,aflyst,7,5\n")
    assert said(source) == ["params/proeve/sessions.csv:2 CB144"]


# --- Who came -------------------------------------------------------------------------------------

HELD = """\
    session_id;activity_id;status;group_id
    S1;a1;held;facilitatorer
    S2;a1;held;facilitatorer
    S3;a1;cancelled;facilitatorer
"""
CAME = """\
    session_id;deltager
    S1;p01
    S1;p02
    S1;p03
    S1;p04
    S1;p05
    S2;p01
    S2;p05
    S2;p06
"""


def reach(source: Source, group: str):
    return next(r for r in indicators.reach.measure(source.engagement) if r.subject == group)


def test_attendance_by_person_gives_the_exact_number_of_people_who_came(workspace):
    source = workspace(sessions=HELD, attendance=CAME)
    assert said(source) == []
    assert [s.attended.value for s in source.engagement.sessions if s.attended] == [5, 3]
    assert (reach(source, "facilitatorer").n, reach(source, "facilitatorer").low) == (6, 6)
    assert reach(source, "ledere").n is None


def test_reach_stays_open_where_a_held_session_does_not_say_who_came(workspace):
    first = "\n".join(line for line in CAME.splitlines() if "S2" not in line)
    source = workspace(sessions=HELD, attendance=first)
    assert source.engagement.group("facilitatorer").reached is None
    found = reach(source, "facilitatorer")
    assert (found.n, found.low, found.high) == (None, 5, 12)


def test_heads_may_be_counted_without_persons(workspace):
    source = workspace(sessions=HELD, attendance="session_id;n\nS1;9\nS2;7\n")
    assert [s.attended.value for s in source.engagement.sessions if s.attended] == [9, 7]
    assert reach(source, "facilitatorer").n is None


def dose(engagement, group: str = "facilitatorer"):
    return next(d for d in indicators.dose.measure(engagement) if d.subject == group)


def test_attendance_by_person_gives_the_sessions_and_hours_of_each_as_median_and_range(workspace):
    timed = HELD.replace("\n", ";1,5\n").replace("group_id;1,5", "group_id;hours")
    for sessions, hours in ((HELD, None), (timed, (1.5, 1.5, 3.0))):
        source = workspace(sessions=sessions, attendance=CAME)
        assert said(source) == []
        found = dose(source.engagement)
        # p01 and p05 came to both, the four others to one.
        assert (found.n, found.total) == (6, 12)
        spread = found.sessions
        assert (spread.median, spread.low, spread.high) == (1, 1, 2)
        assert hours == (found.hours and (found.hours.median, found.hours.low, found.hours.high))
    assert dose(source.engagement, "ledere").state is State.UNKNOWN


def test_the_dose_of_fewer_than_five_people_is_shown_to_nobody(workspace):
    few = "\n".join(line for line in CAME.splitlines() if "p05" not in line and "p06" not in line)
    engagement = workspace(sessions=HELD, attendance=few).engagement
    assert engagement.group("facilitatorer").reached.value == 4
    assert dose(engagement).state is State.WITHHELD
    assert dose(engagement).sessions is None
    for audience in Audience:
        assert view(engagement, audience).group("facilitatorer").dose is None


def test_the_dose_is_for_the_client_and_the_firm_only(workspace):
    engagement = workspace(sessions=HELD, attendance=CAME).engagement
    shown = {a: view(engagement, a).group("facilitatorer").dose is not None for a in Audience}
    assert shown == {Audience.PUBLIC: False, Audience.CLIENT: True, Audience.INTERNAL: True}
    said = {}
    for language in ("da", "en"):
        words = Words(language)
        reading = Reading(view(engagement, Audience.CLIENT), Audience.CLIENT, words)
        tables = [b for b in programme.participants(reading).blocks if b.kind == "table"]
        said[language] = next(t.rows for t in tables if t.caption == words("dose.caption"))
    assert said["da"] == (("Facilitatorer", "6", "1 (fra 1 til 2)", "Ikke oplyst"),)
    assert said["en"] == ((marked("Facilitatorer", "da"), "6", "1 (from 1 to 2)", "Not stated"),)


def test_no_person_goes_on_from_reading(workspace):
    values = to_parameters(workspace(sessions=HELD, attendance=CAME).engagement)
    assert "p01" not in json.dumps(values)
    assert from_parameters(values).group("facilitatorer").reached.value == 6


def test_a_small_number_of_people_is_hidden_from_the_public(workspace):
    few = CAME.replace("S1;p04", "S1;p01").replace("S1;p05", "S1;p02")
    engagement = workspace(
        sessions=HELD, attendance=few.replace("p06", "p03").replace("p05", "p03")
    ).engagement
    assert engagement.group("facilitatorer").reached.value == 3
    shown = view(engagement, Audience.PUBLIC).group("facilitatorer")
    assert shown.reached.state is State.WITHHELD


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ("session_id;person_id\nS1;Kim Opdigtet\n", "2:2"),
        ("session_id;person_id\nS1;kim@eksempel.invalid\n", "2:2"),
        ("session_id;n;note\nS1;4;Bo Prøve gik før\n", "2:3"),
        ("session_id;n;note\nS1;4;cpr 010190-1234\n", "2:3"),
    ],
)
def test_personal_data_in_the_attendance_is_refused_and_not_repeated(workspace, table, place):
    (told,) = workspace(sessions=HELD, attendance=table).diagnostics
    assert (told.code, str(told.where)) == ("CB145", f"params/proeve/attendance.csv:{place}")
    assert "Kim" not in told.message + told.hint


# --- What survey tools export ---------------------------------------------------------------------

QUESTIONS = ["Udbyttet var relevant for mit arbejde", "Hvor sikker er du?"]
EXPORT = [
    ["ID", "Starttidspunkt", "Mail", "Måling", "Nøgle", *QUESTIONS],
    [1, dt.datetime(2024, 3, 1, 9), "anonymous", "før", "k1", "Enig", 4],
    [2, dt.datetime(2024, 3, 1, 9), "anonymous", "før", "k2", "Helt enig", 6],
    [3, dt.datetime(2024, 9, 1, 9), "anonymous", "efter", "k1", "Helt enig", 8],
]


def test_a_survey_export_with_a_column_for_each_question_is_counted(workspace):
    source = workspace(responses={"Form1": EXPORT})
    assert said(source) == []
    (survey,) = source.engagement.outcomes.surveys
    assert survey.distributions[0].counts == (0, 0, 0, 1, 1)
    sure = next(shift for shift in survey.shifts if shift.item == "Q03")
    assert (sure.n_before, sure.n_after, sure.n_pairs, sure.up) == (2, 1, 1, 1)


def test_a_question_that_the_survey_lacks_is_told_once_at_its_column(workspace):
    other = [[*EXPORT[0], "Hvad ellers?"], *([*row, 3] for row in EXPORT[1:])]
    (told,) = workspace(responses={"Form1": other}).diagnostics
    assert (told.code, str(told.where)) == ("CB104", "params/proeve/responses.xlsx:1:8")


def test_answers_with_the_names_of_people_are_refused(workspace):
    named = [[cell if cell != "anonymous" else "bo@eksempel.invalid" for cell in r] for r in EXPORT]
    found = workspace(responses={"Form1": named}).diagnostics
    assert {d.code for d in found} == {"CB145"}
    assert "eksempel.invalid" not in "".join(d.message for d in found)


def test_answers_without_a_key_are_counted_and_never_paired(workspace):
    unpaired = [row[:4] + row[5:] for row in EXPORT]
    (survey,) = workspace(responses={"Form1": unpaired}).engagement.outcomes.surveys
    assert survey.distributions[0].answered == 2
    assert {shift.n_pairs for shift in survey.shifts} == {0}


# --- Who works with whom --------------------------------------------------------------------------


def test_actors_and_their_ties_are_read_and_an_actor_nobody_knows_is_told(workspace):
    source = workspace(
        actors="aktør;sektor;placering;navn\nA1;skole;indenfor;Skolen\nA2;forening;udenfor;\n",
        ties="fra;til;måling;niveau\nA1;A2;før;2\nA2;A1;før;6\n",
    )
    assert said(source) == ["params/proeve/ties.csv:3:4 CB111"]
    source = workspace(ties="fra;til;måling;niveau\nA1;A2;før;2\n")
    (tie,) = source.engagement.outcomes.ties
    assert (tie.rater, tie.rated, tie.wave, tie.level) == ("A1", "A2", "before", 2)
    shown = view(source.engagement, Audience.CLIENT).outcomes
    actor = shown.actors[0]
    assert (actor.sector, actor.place, actor.name) == ("skole", "inside", None)
    assert view(source.engagement, Audience.PUBLIC).outcomes.ties == ()


def test_odd_values_around_a_table_are_told_and_stop_nothing(workspace, tmp_path):
    workspace(sessions=HELD, responses="survey_id;wave;item_id;key;value\ns1;før;Q01;k1;4\n")
    path = tmp_path / "params/proeve.yaml"
    for before, after in [
        ("outcomes:\n", "outcomes: [1]\nlearning:\n"),
        ("[{id: before}, {id: after}]", "nej"),
        ("scale: [1, 5]", "scale: [5, 1]"),
        ("scale: [1, 5]", "scale: [0, 1000000000]"),
        ("id: s1", "id: [s1]"),
        ("id: a1", "id: {a: b}"),
        ('text: "... holde seminarer."', 'text: "x", sessions: {a: 1}'),
        ("participants:", "participants: 3\nx:"),
    ]:
        assert before in PARAMETERS
        path.write_text(PARAMETERS.replace(before, after, 1), encoding="utf-8")
        source = read(path)
        assert source.engagement is None
        assert source.diagnostics
    assert load(PARAMETERS).problems == []
