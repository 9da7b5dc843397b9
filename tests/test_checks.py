"""The rules about engagements: each is told at its place, with what to do."""

import re
from pathlib import Path

import pytest

from casebook.checks import EXPLANATIONS, RULES, check
from casebook.diagnostics import Diagnostic
from casebook.source import read

PARAMS = Path(__file__).parents[1] / "params"

WHOLE = """\
client: {id: p, name: Prøve Kommune, municipality: "9999"}
engagement:
  id: p
  title: En prøve
  fictional: true
  years: {start: 2023, end: 2024}
  levels: [{id: alle, name: Alle}]
participants:
  - {id: del, label: Del, kind: andet, size: 20, subset_of: hele}
  - {id: hele, label: Hele, kind: alle_ledere, size: 40}
phases:
  - id: s
    kind: seminars
    activities:
      - id: a1
        order: 1
        kinds: [seminar]
        groups: [hele]
        level: alle
        text: "... holde seminarer."
        sessions:
          - {id: S1, activity: a1, status: held, date: 2023-03-01, group: hele, invited: 40, attended: 30}
outcomes:
  claims:
    - {id: c1, type: ambition, said_by: Prøve, text: Vi skal styrke det fælles.}
  observed:
    - {id: o1, actor: Ledere, change: Mødes, kind: practice, evidence_level: 2, source: Logbog, alternatives: [Andet]}
"""


@pytest.fixture
def told(tmp_path):
    """What the rules say about a parameter file, by code."""

    def tell(text: str) -> list[Diagnostic]:
        folder = tmp_path / "params"
        folder.mkdir(exist_ok=True)
        (folder / "p.yaml").write_text(text, encoding="utf-8")
        source = read(folder / "p.yaml")
        assert source.engagement is not None, source.diagnostics
        return check([source])

    return tell


def test_nothing_is_said_about_an_engagement_without_faults(told):
    assert told(WHOLE) == []


@pytest.mark.parametrize("name", ["skanderborg", "eksempelkommune"])
def test_nothing_is_said_about_the_shipped_engagements(name):
    assert check([read(PARAMS / f"{name}.yaml")]) == []


CASES = {
    "CB103": ("id: hele, label", "id: del, label", "id 'del' is used twice", 10),
    "CB104": ("groups: [hele]", "groups: [heele]", "Did you mean 'hele'?", 18),
    "CB105": ("start: 2023, end: 2024", "start: 2023, end: 2022", "before they start (2023)", 6),
    "CB106": ("date: 2023-03-01", "date: 2032-03-01", "outside 2023–2024", 22),
    "CB109": ("attended: 30", "attended: 41", "41 attended, but 40 were invited", 22),
    "CB110": ("invited: 40, attended: 30", "invited: 45, attended: 44", "'hele' has 40", 22),
    "CB112": ("attended: 30", "attended: 0", "Write 'unknown'", 22),
    "CB113": ("size: 20", "size: 60", "'del' (60) is a part of 'hele' (40)", 9),
    "CB114": ('"9999"', '"0745"', "There is no municipality '0745'", 1),
    "CB115": ('municipality: "9999"', 'municipality: "0746"', "0746 is Skanderborg", 1),
    "CB116": ('municipality: "9999"', 'municipality: "0746"', "Use a code from 9901", 1),
    "CB125": ("evidence_level: 2", "evidence_level: 3", "Highest allowed: 2", 27),
    "CB126": ("source: Logbog, ", "", "has no source", 27),
    "CB127": (", alternatives: [Andet]", "", "names no other explanation", 27),
    "CB128": ("type: ambition", "type: outcome", "says 'skal'", 25),
    "CB134": (
        "outcomes:\n",
        "release: {naming: anonymised}\noutcomes:\n",
        "engagement.title says 'proeve'",
        4,
    ),
    "CB142": ("order: 1", "order: 2", "1 is missing", 16),
    "CB148": (
        "title: En prøve",
        "title: TODO hvad hedder det",
        "engagement.title is still TODO",
        4,
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_a_fault_is_told_at_its_line_with_what_to_do(told, code):
    before, after, words, line = CASES[code]
    assert WHOLE.count(before) == 1
    found = [d for d in told(WHOLE.replace(before, after)) if d.code == code]
    assert found, "the rule is silent"
    assert words in f"{found[0].message} {found[0].hint}"
    assert found[0].where.line == line
    assert found[0].hint


SAME = "- {id: S1, activity: a1, status: held, date: 2023-03-01, group: hele, invited: 40, attended: 30}"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (("group: hele, invited: 40, attended: 30", "group: del, invited: 20, attended: 9"), []),
        (("attended: 30", "attended: 29"), ["CB103"]),
        (("group: hele", "group: del"), ["CB103"]),
    ],
)
def test_one_session_may_have_a_row_for_each_group_and_nothing_else(told, change, codes):
    again = SAME.replace(*change)
    if change[0] == "group: hele":
        again = again.replace("2023-03-01", "2023-03-02").replace("40, attended: 30", "20")
    found = told(WHOLE.replace(SAME, f"{SAME}\n          {again}"))
    assert [d.code for d in found] == codes


def test_every_rule_is_tried_here():
    assert set(CASES) == set(RULES)


def test_every_code_in_the_source_is_explained():
    code = "\n".join(
        p.read_text("utf-8") for p in (Path(__file__).parents[1] / "casebook").rglob("*.py")
    )
    used = set(re.findall(r'"(CB\d{3})"', code))
    unexplained = {c for c in used if c not in EXPLANATIONS}
    assert not unexplained
    assert all(len(text.splitlines()) >= 2 for text in EXPLANATIONS.values())


def test_a_name_that_carries_the_wrong_code_gets_the_right_one_suggested(told):
    text = WHOLE.replace("Prøve Kommune", "Skanderborg Kommune").replace("fictional: true", "")
    (found,) = [d for d in told(text.replace('"9999"', '"0745"')) if d.code == "CB114"]
    assert found.hint == 'Did you mean "0746" (Skanderborg)?'
