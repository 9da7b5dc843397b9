"""The rules about engagements: each is told at its place, with what to do.

Each folder `tests/cases/CB…` is a small workspace that is wrong in one way; its `expected.json`
says what is to be said about it.
"""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from casebook import support
from casebook.approval import text_hash
from casebook.checks import EXPLANATIONS, RULES, RULES_IN_SETTING, check, reading
from casebook.diagnostics import Diagnostic
from casebook.model import Engagement
from casebook.source import Source, read

PARAMS = Path(__file__).parents[1] / "params"
CASES = sorted((Path(__file__).parent / "cases").glob("CB*"))
TODAY = date(2025, 6, 1)


def told(workspace: Path, today: date = TODAY) -> list[Diagnostic]:
    """All that is said about a workspace."""
    sources = [read(path) for path in sorted((workspace / "params").glob("*.yaml"))]
    found = [diagnostic for source in sources for diagnostic in source.diagnostics]
    return [*found, *check(sources, today)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_workspace_that_is_wrong_in_one_way_is_told_so_once_at_its_place(case):
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    (found,) = told(case)
    assert (found.code, found.severity) == (expected["code"], expected["severity"])
    assert str(found.where) == expected["place"]
    assert expected["says"] in f"{found.message} {found.hint}"
    assert found.hint


def test_every_code_about_an_engagement_has_its_workspace():
    codes = {*RULES, *RULES_IN_SETTING, *reading.CODES}
    assert {case.name[:5] for case in CASES} == codes
    assert {f"CB{number}" for number in range(101, 151)} - codes <= {"CB133", "CB147"}


@pytest.mark.parametrize("name", ["skanderborg", "eksempelkommune"])
def test_nothing_is_said_about_the_shipped_engagements(name):
    source = read(PARAMS / f"{name}.yaml")
    assert check([source], TODAY) == check([source], date(2035, 1, 1)) == []


def test_every_code_in_the_source_is_explained():
    package = Path(__file__).parents[1] / "casebook"
    code = "\n".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    used = set(re.findall(r'"(CB\d{3})"', code))
    assert used - set(EXPLANATIONS) == set()
    assert all(len(text.splitlines()) >= 2 for text in EXPLANATIONS.values())


# --- What a workspace with one fault does not show ----------------------------------------------

HEAD = """\
client: {id: p, name: Prøvestad Kommune}
engagement: {id: p, title: En prøve, fictional: true, years: {start: 2023, end: 2024}}
phases:
  - {id: s, kind: seminars, activities: [{id: a1, kinds: [seminar], text: Seminarer}]}
"""


@pytest.fixture
def said(tmp_path):
    """What is said about a parameter file, and the engagement in it."""
    folder = tmp_path / "params"
    folder.mkdir()

    def tell(text: str, today: date = TODAY, **others: str) -> list[str]:
        for name, content in {"p": text, **others}.items():
            (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
        return [f"{d.code} {d.message} {d.hint}" for d in told(tmp_path, today)]

    return tell


def test_a_name_that_carries_the_wrong_code_gets_the_right_one_suggested(said):
    text = HEAD.replace("Prøvestad Kommune", 'Skanderborg Kommune, municipality: "0745"')
    (found,) = said(text)
    assert found.endswith('Did you mean "0746" (Skanderborg)?')


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ('cvr: "13748136"', []),  # the example of Erhvervsstyrelsen
        ('cvr: "13748163"', ["CB117"]),
        ('cvr: "1374813"', ["CB117"]),
        ('ean: "4006381333913"', ["CB117"]),
        ('ean: "4006381333931"', []),  # the example of the EAN-13 literature
        ("cvr: unknown (ikke slået op)", []),
    ],
)
def test_a_register_number_is_checked_by_its_last_digit(said, number, codes):
    found = said(HEAD.replace("Prøvestad Kommune", f"Prøvestad Kommune, {number}"))
    assert [one[:5] for one in found] == codes


QUOTE = """\
voices: [{id: q1, text: Det virker., name: Kim, title: leder, audience: public, consent: k1}]
release: {consents: [{id: k1, person: Kim, audiences: [public], given: 2024-05, text_hash: HASH}]}
"""


def test_the_hash_that_the_message_gives_is_the_one_that_is_accepted(said):
    (found,) = said(HEAD + QUOTE.replace("HASH", '"0123456789ab"'))
    given = re.search(r"now has ([0-9a-f]{12})\.", found)[1]
    assert given == text_hash("Det virker.")[:12]
    assert said(HEAD + QUOTE.replace("HASH", f'"{given}"')) == []


@pytest.mark.parametrize(
    ("followup", "found"),
    [("2023-05-29", 89), ("2023-05-30", None), ("2023-05", None), ("2024-03-01", None)],
)
def test_a_follow_up_is_too_early_only_where_every_day_it_may_mean_is(said, followup, found):
    text = HEAD.replace(
        "text: Seminarer}",
        "text: Seminarer, sessions: [{id: S1, activity: a1, status: held, date: 2023-03-01}]}",
    )
    survey = f"""\
outcomes:
  surveys:
    - id: s1
      title: Brug
      items: [{{id: Q06, text: Brugt, scale: [0, 1]}}]
      waves: [{{id: followup, date: {followup}}}]
"""
    told_now = said(text + survey)
    assert [one.partition(" days")[0].split()[-1] for one in told_now] == (
        [str(found)] if found else []
    )


def test_a_survey_that_looks_back_is_read_like_any_other(said):
    survey = """\
outcomes:
  surveys:
    - id: s1
      title: Sikkerhed
      items: [{id: Q03, text: Sikker, scale: [0, 10]}]
      waves: [{id: after, date: 2024-02}, {id: retrospective, date: 2024-02}]
"""
    assert said(HEAD + survey) == []
    (found,) = said(
        HEAD + survey.replace("[{id: after", "[{id: before, date: 2024-03}, {id: after")
    )
    assert "'after' (2024-02) lies before wave 'before'" in found


def test_what_is_planned_is_told_only_when_its_day_has_passed(said):
    text = HEAD.replace(
        "text: Seminarer}",
        "text: Seminarer, sessions: [{id: S1, activity: a1, status: planned, date: 2024-Q4}]}",
    )
    assert said(text, date(2024, 12, 31)) == []
    assert said(text, date(2025, 1, 1))[0].startswith("CB108")


def test_a_fictional_engagement_may_learn_from_itself(said):
    lesson = "learning: {lessons: [{id: l1, statement: Prøv., type: start, support: [p]}]}\n"
    assert said(HEAD + lesson) == []


def test_the_name_of_an_anonymous_client_is_found_with_a_genitive_but_not_inside_words(said):
    anonymous = HEAD.replace("Prøvestad Kommune", "Ry Kommune") + "release: {naming: anonymised}\n"
    assert said(anonymous) == []  # "Ry" is not in "prøve"
    assert said(anonymous.replace("En prøve", "Rys missioner"))[0].startswith("CB134")


def test_an_id_that_names_an_anonymous_client_is_to_be_another_id_and_not_a_word(said):
    anonymous = HEAD.replace("{id: p,", "{id: ry,").replace("Prøvestad Kommune", "Ry Kommune")
    client, engagement = said(anonymous + "release: {naming: anonymised}\n")[-2:]
    assert client.endswith("Give the client an id of its own, which the public does not read.")
    assert engagement.endswith("Name the file and the id after the theme.")


# --- What a lesson may be called ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clients", "maturity", "approved", "said"),
    [
        ("aa", "pattern", "", "it needs 2 independent clients"),
        ("ab", "pattern", "", None),
        ("abb", "recommendation", "Videnslederen", "it needs 3 independent clients"),
        ("abc", "recommendation", "", "nobody approved"),
        ("abc", "recommendation", "unknown", "nobody approved"),
        ("abc", "recommendation", "Videnslederen", None),
        ("abc", "observation", "", None),
        ("a", "retired", "", None),
    ],
)
def test_a_lesson_is_called_what_its_independent_clients_bear_as_on_the_casebook_page(
    clients, maturity, approved, said
):
    ids = [f"e{at}" for at in range(len(clients))]
    told = {"id": "l", "type": "sustain", "statement": "To er bedst", "support": ids}
    told |= {"maturity": maturity} | ({"approved": approved} if approved else {})
    sources = [_one(id, client, [told]) for id, client in zip(ids, clients, strict=True)]
    # One engagement is checked; the others stand beside it in the casebook.
    found = [d for d in check(sources[:1], TODAY, sources) if d.code == "CB135"]
    assert [said in d.message for d in found] == ([True] if said else [])
    known = support.backing(source.engagement for source in sources)
    lesson = sources[0].engagement.learning.lessons[0]
    if maturity in support.NEEDED:
        assert (support.maturity(lesson, known) == maturity) is (said is None)


def _one(id: str, client: str, lessons: list[dict]) -> Source:
    values = {
        "client": {"id": client, "name": f"{client.upper()} Kommune"},
        "engagement": {"id": id, "title": "Forløb", "years": {"start": 2023}},
        "participants": [],
        "phases": [
            {
                "id": "p",
                "kind": "seminars",
                "activities": [{"id": "a", "kinds": ["seminar"], "text": "…"}],
            }
        ],
        "learning": {"lessons": lessons},
    }
    return Source(id, Engagement.model_validate(values), ())
