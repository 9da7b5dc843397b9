from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from casebook.blocks import Figure
from casebook.charts import CHARTS
from casebook.model import Engagement
from casebook.text import LANGUAGES, Words

PALETTE = {
    "#1f2a33",
    "#5b6770",
    "#c9d1d6",
    "#ffffff",
    "#3388ff",
    "#bb1188",
    "#557700",
    "#bb8888",
}
Change = Callable[[dict[str, Any]], None]


def session(id: str, activity: str, date: str | None, **more: Any) -> dict[str, Any]:
    return {"id": id, "activity": activity, "status": "held", "date": date, **more}


def seminar() -> dict[str, Any]:
    rows = [
        session("s1", "sem", "2023-11-14", group="kontraktholdere", invited=34, attended=31),
        session("s2", "sem", "2024-Q1", group="ledere", invited=140, attended=88),
        session("s3", "sem", "2024-05-03", group="ledere", invited=140, attended=64),
        session("s4", "sem", "2024-06-04", status="cancelled"),
    ]
    return {
        "id": "sem",
        "kinds": ["seminar", "workshop"],
        "text": "…",
        "order": 1,
        "groups": ["kontraktholdere", "ledere"],
        "level": {"value": "hele", "inferred": True},
        "planned": 5,
        "sessions": rows,
    }


def sparring() -> dict[str, Any]:
    return {"id": "spa", "kinds": ["sparring"], "text": "…", "order": 2, "level": "klynger"}


def answers() -> dict[str, Any]:
    item = {"id": "Q03", "text": "Sikker på at facilitere selv", "scale": [0, 4]}
    few = {"id": "Q04", "text": "Sikker på at formulere en mission", "scale": [0, 4]}
    distributions = [
        {"item": "Q03", "wave": "before", "answered": 13, "counts": [4, 5, 3, 1, 0]},
        {"item": "Q03", "wave": "after", "answered": 12, "counts": [0, 1, 2, 7, 2]},
        {"item": "Q04", "wave": "before", "answered": 13, "counts": [4, 5, 3, 1, 0]},
        {"item": "Q04", "wave": "after", "withheld": True},
    ]
    pairs = {"n_before": 13, "n_after": 12, "n_pairs": 11, "up": 8, "same": 2, "down": 1}
    return {
        "id": "survey",
        "title": "Spørgeskema",
        "items": [item, few],
        "waves": [{"id": "before"}, {"id": "after"}],
        "distributions": distributions,
        "shifts": [{"item": "Q03", "before": "before", "after": "after", **pairs}],
    }


def parameters() -> dict[str, Any]:
    levels = [{"id": "hele", "name": "Hele kommunen"}, {"id": "klynger", "name": "Klyngerne"}]
    clusters = [{"id": "k1", "name": "Natur"}, {"id": "k2", "mission": "unknown"}]
    groups = [("kontraktholdere", 35), ("ledere", 140), ("facilitatorer", "unknown")]
    records = [("Natur", "2024-03", "II"), ("Natur", "2024-10", "IVA"), ("Børn", "2024-10", "III")]
    return {
        "client": {"id": "x", "name": "Eksempelkommune", "municipality": "0746"},
        "engagement": {
            "id": "x",
            "title": "Forløb",
            "years": {"start": 2023, "end": 2024},
            "fictional": True,
            "levels": levels,
            "clusters": clusters,
        },
        "participants": [
            {"id": id, "label": id.capitalize(), "kind": "andet", "size": size}
            for id, size in groups
        ],
        "phases": [{"id": "p", "kind": "seminars", "activities": [seminar(), sparring()]}],
        "outcomes": {
            "surveys": [answers()],
            "tool_use": [
                {"tool": "laerred", "unit": unit, "date": date, "level": level}
                for unit, date, level in records
            ],
        },
        "release": {"naming": "named", "source": "Egne registreringer"},
    }


def draw(chart: str, change: Change | None = None, language: str = "da") -> Figure | None:
    given = parameters()
    if change is not None:
        change(given)
    return CHARTS[chart](Engagement.model_validate(given), Words(language))


def drawn(chart: str, change: Change | None = None, language: str = "da") -> Figure:
    figure = draw(chart, change, language)
    assert figure is not None
    return figure


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def cells(figure: Figure) -> str:
    return " | ".join(cell for row in figure.table.rows for cell in row)


def without_sessions(given: dict[str, Any]) -> None:
    for activity in given["phases"][0]["activities"]:
        activity["sessions"] = []


def without_dates(given: dict[str, Any]) -> None:
    for row in given["phases"][0]["activities"][0]["sessions"]:
        row["date"] = None


def without_anything(given: dict[str, Any]) -> None:
    without_sessions(given)
    given["engagement"]["clusters"] = []
    given["participants"] = []
    given["outcomes"] = {}
    given["client"]["municipality"] = "9901"
    given["phases"][0]["activities"][0]["planned"] = "unknown"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_drawn_at_both_widths_with_only_the_palettes_colours(
    chart: str, language: str
) -> None:
    figure = drawn(chart, language=language)
    for svg, width in ((figure.svg, 680), (figure.svg_narrow, 320)):
        assert re.search(rf'viewBox="0 0 {width} \d+"', svg)
        assert f'width="{width}"' in svg
        assert set(re.findall(r"#[0-9a-fA-F]{6}\b", svg)) <= PALETTE
        assert "opacity" not in svg


@pytest.mark.parametrize("chart", CHARTS)
def test_no_text_runs_out_of_the_drawing(chart: str) -> None:
    figure = drawn(chart)
    for svg, width in ((figure.svg, 680), (figure.svg_narrow, 320)):
        for anchor, x, text in re.findall(r"anchor: (\w+)[^>]*? x=\"([\d.]+)\"[^>]*>([^<]+)", svg):
            length = 6.2 * len(text)
            start = float(x) - {"start": 0, "middle": length / 2, "end": length}[anchor]
            assert start >= -2, text
            assert start + length <= width + 2, text


@pytest.mark.parametrize("chart", CHARTS)
def test_every_number_in_a_chart_stands_in_its_table_or_on_its_scale(chart: str) -> None:
    figure = drawn(chart)
    scale = {str(n) for n in range(6)} | {"2023", "2024"}
    known = set(re.findall(r"\d+", cells(figure))) | scale
    for text in texts(figure.svg) + texts(figure.svg_narrow):
        assert set(re.findall(r"\d+", text)) <= known, text


@pytest.mark.parametrize("chart", CHARTS)
def test_a_figure_says_what_it_shows_where_it_comes_from_and_that_it_is_made_up(
    chart: str,
) -> None:
    figure = drawn(chart)
    assert figure.title
    assert len(figure.description) > len(figure.title)
    assert figure.table.rows
    assert "Kilde: Egne registreringer." in figure.note
    assert figure.note.endswith("Data er fiktive.")


@pytest.mark.parametrize(
    "chart", [chart for chart in CHARTS if chart not in {"timeline", "completeness"}]
)
def test_there_is_no_chart_where_there_is_nothing_to_draw(chart: str) -> None:
    assert draw(chart, without_anything) is None


def test_the_same_engagement_gives_identical_bytes_in_another_process() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from test_charts import CHARTS, drawn\n"
        "import hashlib; print(hashlib.sha256("
        "b''.join(drawn(c).model_dump_json().encode() for c in CHARTS)).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    }
    assert len(digests) == 1


def test_charts_can_be_listed_without_loading_matplotlib() -> None:
    code = (
        "import sys, casebook.charts, casebook.indicators, casebook.municipalities\n"
        "heavy = {'matplotlib', 'pandas', 'papermill', 'nbconvert', 'jupyter_client', 'dask'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert result.stdout.strip() == "[]"


def test_the_timeline_never_orders_undated_work() -> None:
    figure = drawn("timeline", without_dates)
    assert texts(figure.svg) == ["2023", "2024", "Vi kender ingen datoer inden for årene."]
    assert {row[1:] for row in figure.table.rows} == {("2023-2024", "Ikke oplyst")}


def test_a_day_is_a_mark_and_a_quarter_is_a_band() -> None:
    def all_days(given: dict[str, Any]) -> None:
        given["phases"][0]["activities"][0]["sessions"][1]["date"] = "2024-02-01"

    assert "Bånd: kun måned, kvartal eller år kendes" in texts(drawn("timeline").svg)
    assert "Bånd: kun måned, kvartal eller år kendes" not in texts(drawn("timeline", all_days).svg)
    assert "1. kvartal 2024" in cells(drawn("timeline"))


def test_an_unknown_group_size_is_said_and_not_drawn_as_zero() -> None:
    def unknown_size(given: dict[str, Any]) -> None:
        given["participants"][0]["size"] = "unknown"

    figure = drawn("reach", unknown_size)
    assert figure.table.rows[0] == ("Kontraktholdere", "Ikke oplyst", "34", "31", "1")
    assert "Gruppens størrelse ukendt" in texts(figure.svg)


def test_reach_shows_the_least_and_the_most_who_may_have_come() -> None:
    figure = drawn("reach")
    assert figure.table.rows[1] == ("Ledere", "140", "140", "88\u2013140", "2")
    assert "88\u2013140 af 140" in texts(figure.svg)


def test_no_group_is_ranked_first_while_another_may_have_come_in_larger_part() -> None:
    def certain(given: dict[str, Any]) -> None:
        del given["participants"][2]
        given["phases"][0]["activities"][0]["sessions"][1]["attended"] = 20

    assert "mest" not in drawn("reach").title
    assert drawn("reach", certain).title == "Størst deltagelse: Kontraktholdere, 31 af 35"


def test_withheld_answers_are_named_in_the_table_and_not_drawn() -> None:
    figure = drawn("change")
    assert "Sikker på at formulere en mission" not in texts(figure.svg)
    withheld = [row for row in figure.table.rows if row[0] == "Sikker på at formulere en mission"]
    assert withheld[1][2:5] == ("Vises ikke (for få svar)",) * 3


def test_change_is_told_by_those_who_answered_both_times() -> None:
    title = drawn("change").title
    assert title == "8 af 11 svarede højere efter end før: »Sikker på at facilitere selv«"


def test_an_inferred_level_is_marked_in_drawing_and_table() -> None:
    figure = drawn("activity_map")
    assert "Niveauet er vores udledning" in texts(figure.svg)
    assert figure.table.rows[0][2] == "Hele kommunen (vores udledning)"
    assert figure.table.rows[1] == ("Sparring", "Ikke oplyst", "Klyngerne")


def test_clusters_show_no_role_or_mission_that_is_not_known() -> None:
    figure = drawn("clusters")
    assert figure.table.rows[1] == ("Klynge 2", *["Ikke oplyst"] * 3)
    unknown = "Mission, formandskab og facilitator: ikke oplyst for nogen af klyngerne."
    assert unknown in texts(figure.svg)


def test_tool_use_writes_each_units_latest_level() -> None:
    assert {"IVA", "III"} <= set(texts(drawn("tool_use").svg))
    assert "II" not in texts(drawn("tool_use").svg)


def test_an_activity_without_session_records_has_no_held_count() -> None:
    figure = drawn("delivery", without_sessions)
    assert figure.table.rows == (("Seminar og workshop", "5", *["Ikke oplyst"] * 3),)


def test_the_locator_names_the_region_of_the_engagements_last_year() -> None:
    def bornholm_2027(given: dict[str, Any]) -> None:
        given["client"]["municipality"] = "0400"
        given["engagement"]["years"] = {"start": 2025, "end": 2027}

    title = drawn("locator", bornholm_2027).title
    assert title == "Bornholms Regionskommune ligger i Region Østdanmark"


def test_a_client_that_is_not_named_is_not_put_on_a_map() -> None:
    def anonymised(given: dict[str, Any]) -> None:
        given["release"]["naming"] = "anonymised"

    assert draw("locator", anonymised) is None
