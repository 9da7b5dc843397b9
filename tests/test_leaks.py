"""Nothing of one client stands in the engagement of another."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import tiny

from casebook.checks import check
from casebook.diagnostics import Diagnostic, Severity
from casebook.source import Source, read
from casebook.traces import words

PARAMS = Path(__file__).parents[1] / "params"

OLD = """\
client: {id: oestoev, name: Østøv Kommune, municipality: "9904"}
engagement:
  id: gammel
  title: Missioner
  years: {start: 2023, end: 2024}
  fictional: true
  challenge: Havnen sander til hvert forår, og ingen forvaltning ejer problemet alene.
  clusters:
    - {id: havn, name: Havnens Venner, mission: En havn for alle}
    - {id: natur, name: Natur}
phases:
  - id: w
    kind: workshops
    activities:
      - {id: a1, kinds: [workshop], text: "... holde workshops om fælles problemer for alle ledere."}
voices:
  - {id: q, text: Det virker., name: Åse Bjørn, title: leder, audience: public}
learning:
  happened: 31 af 35 kom, og 87 % ville komme igen.
"""

NEW = """\
client: {id: proeve, name: Prøve Kommune, municipality: "9905"}
engagement:
  id: ny
  title: Missioner hos os
  years: {start: 2025, end: 2026}
  fictional: true
  standfirst: TEXT
phases:
  - id: w
    kind: workshops
    activities:
      - {id: a1, kinds: [workshop], text: "... holde workshops om fælles problemer for alle ledere."}
learning: {why: INSIDE}
"""


def said_about(
    sources: list[Source], among: list[Source], common: list[str] | None = None
) -> list[Diagnostic]:
    return check(sources, date(2026, 6, 1), among, common or [])


def source(folder: Path, name: str, text: str) -> Source:
    (folder / "params").mkdir(exist_ok=True)
    (folder / "params" / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = read(folder / "params" / f"{name}.yaml")
    assert found.engagement is not None, found.diagnostics
    return found


@pytest.fixture
def told(tmp_path):
    """What is said about a text in a new engagement beside the old one."""

    def tell(
        text: str = "Vi begynder.", inside: str = "Det gik godt.", old: str = OLD
    ) -> list[Diagnostic]:
        new = NEW.replace("TEXT", f'"{text}"').replace("INSIDE", f'"{inside}"')
        earlier, later = source(tmp_path, "gammel", old), source(tmp_path, "ny", new)
        return [d for d in said_about([later], [earlier, later]) if d.code == "CB147"]

    return tell


@pytest.mark.parametrize("names", [["skanderborg", "eksempelkommune"]])
def test_nothing_is_said_about_the_shipped_engagements(names):
    sources = [read(PARAMS / f"{name}.yaml") for name in names]
    assert said_about(sources, sources) == []


def test_a_carried_programme_is_no_leak(told):
    assert told() == []


@pytest.mark.parametrize(
    "text",
    [
        "Som i Østøv.",
        "Østøvs ledere",
        "OESTOEV gjorde det",
        "ØSTØV-modellen",
        "Skriv til post@østøv.dk",
        "Østøv Kommunes model",
        "Østøv's model",
    ],
)
def test_another_client_is_found_however_it_is_written(told, text):
    (found,) = told(text)
    assert (found.severity, found.where.file, found.where.line) == (
        Severity.ERROR,
        "params/ny.yaml",
        7,
    )
    assert "engagement 'gammel' (field client.name)" in found.message
    assert found.hint


@pytest.mark.parametrize(
    "text", ["Åse Bjørn sagde det", "Aase Bjørns ord", "spørg åse bjoern", "A\u030ase Bjørn"]
)
def test_a_person_is_found_by_the_whole_name(told, text):
    (found,) = told(text)
    assert found.severity is Severity.ERROR
    assert "field voices.q.name" in found.message
    assert found.told("da").message == (
        "engagement.standfirst har 'Åse Bjørn' til fælles med engagementet 'gammel' (feltet voices.q.name)."
    )


@pytest.mark.parametrize("text", ["Åse kom", "En bjørn kom forbi", "Åse og Bjørn"])
def test_half_a_name_is_nobody(told, text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Klyngen Havnens Venner er i gang", Severity.ERROR),
        ("Klyngen Natur er i gang", Severity.WARNING),
    ],
)
def test_a_cluster_is_found_by_its_name(told, text, severity):
    (found,) = told(text)
    assert found.severity is severity
    assert "clusters" in found.message


def test_a_cluster_called_by_a_word_that_is_used_here_in_small_letters_is_no_trace(told):
    assert told("Klyngen Natur passer på vores natur") == []
    assert told("Klyngen Havnens Venner vil have en havn med havnens venner") != []


@pytest.mark.parametrize("text", ["Vi vil have mere natur", "Natur er godt", "Det er sagen. Natur"])
def test_an_ordinary_word_is_no_cluster(told, text):
    assert told(text) == []


def test_six_words_in_a_row_from_what_never_travels_are_found_and_counted(told):
    (found,) = told("Her gælder, at HAVNEN sander til hvert foraar og ingen forvaltning kan.")
    assert "shares 8 words with engagement 'gammel' (field engagement.challenge)" in found.message
    assert "»HAVNEN sander til" in found.message
    assert told("Havnen sander til hvert forår.") == [], "five may be chance"


@pytest.mark.parametrize("text", ["Hos os kom 31 af 35", "Hele 87 % svarede ja"])
def test_a_number_from_results_is_a_warning(told, text):
    (found,) = told(text)
    assert found.severity is Severity.WARNING


@pytest.mark.parametrize("text", ["I 2023 kom 31", "50 % kom", "35 kom"])
def test_a_year_and_a_round_number_are_nobodys(told, text):
    assert told(text) == []


@pytest.mark.parametrize("odd", ["² 00", "9" * 5000, "½ af 35"])
def test_what_only_looks_like_a_number_stops_nothing(tmp_path, odd):
    old = source(tmp_path, "gammel", OLD.replace("31 af 35 kom", f"{odd} kom"))
    new = source(tmp_path, "ny", NEW.replace("TEXT", "Se her.").replace("INSIDE", "87 % kom"))
    (found,) = said_about([new], [old, new])
    assert "87 %" in found.message


def test_places_have_the_ids_of_their_items_also_where_an_engagement_can_be_read_only_in_part(
    tmp_path,
):
    voices = """\
voices:
  - {id: slip, text: Ja}
  - {id: q, text: Som i Østøv, name: Bo Ek, title: leder}
"""
    new = NEW.replace("TEXT", "Vi begynder.").replace("INSIDE", "Det gik godt.") + voices
    earlier = source(tmp_path, "gammel", OLD)
    (tmp_path / "params/ny.yaml").write_text(new, encoding="utf-8")
    later = read(tmp_path / "params/ny.yaml")
    assert later.engagement is None
    found = [d for d in said_about([later], [earlier, later]) if d.code == "CB147"]
    assert [d.message for d in found] == [
        "voices.q.text shares 'Østøv' with engagement 'gammel' (field client.name)."
    ]


def test_it_is_only_a_warning_where_the_text_never_leaves_the_firm(told):
    (found,) = told(inside="Vi gjorde som i Østøv.")
    assert (found.severity, found.where.line) == (Severity.WARNING, 13)


def test_two_engagements_of_one_client_may_share_everything(told):
    same = OLD.replace("9904", "9905").replace("id: oestoev", "id: proeve")
    assert told("Som i Østøv sander havnen til hvert forår, og ingen forvaltning", old=same) == []


def test_a_clients_own_name_is_its_own(tmp_path):
    old = source(tmp_path, "gammel", OLD.replace("Østøv Kommune", "Prøve Havn"))
    text = NEW.replace("Prøve Kommune", "Prøve Havn og By").replace("TEXT", "Prøve Havn og By vil")
    new = source(tmp_path, "ny", text)
    assert said_about([new], [old, new]) == []


def test_what_belongs_to_a_method_is_nobodys(tmp_path):
    shared = "Havnen sander til hvert forår, og ingen forvaltning ejer problemet alene."
    old = source(tmp_path, "gammel", OLD)
    new = source(tmp_path, "ny", NEW.replace("TEXT", f'"{shared}"'))
    assert [d.code for d in said_about([new], [old, new])] == ["CB147"]
    assert said_about([new], [old, new], [shared]) == []


def test_what_two_engagements_inherit_is_nobodys(tmp_path):
    (tmp_path / "params").mkdir()
    shared = "engagement: {standfirst: Dette er en helt fast indledning i huset}\n"
    (tmp_path / "params" / "_house.yaml").write_text(shared, encoding="utf-8")
    extend = "fictional: true\n  extends: _house"
    old = source(tmp_path, "gammel", OLD.replace("fictional: true", extend))
    new = NEW.replace("  standfirst: TEXT\n", "").replace("fictional: true", extend)
    later = source(tmp_path, "ny", new)
    assert said_about([later], [old, later]) == []


def test_lessons_may_name_the_engagements_that_they_rest_on(tmp_path):
    old = source(tmp_path, "gammel", OLD)
    lesson = "{id: l, type: stop, statement: Stop, support: [gammel, oestoev], audience: public}"
    text = NEW.replace("{why: INSIDE}", f"{{lessons: [{lesson}]}}").replace("TEXT", "Kort")
    new = source(tmp_path, "ny", text)
    assert said_about([new], [old, new]) == []


def test_a_leak_is_told_when_only_one_engagement_is_checked_and_keeps_it_inside(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    path = root / "params/lille.yaml"
    path.write_text(path.read_text("utf-8").replace("Det virker.", "Som i Østøv."), "utf-8")
    (root / "params/gammel.yaml").write_text(OLD, encoding="utf-8")
    checked = tiny.run(root, "check", "lille")
    assert checked.returncode == 1
    assert "CB147 error" in checked.stderr
    built = tiny.run(root, "build", "lille", "-j", "2")
    assert built.returncode == 1
    assert "refused: CB147 ×1" in built.stdout
    assert "learning_summary.internal.da.html  built" in built.stdout


def test_a_cluster_name_that_many_have_points_to_nobody(tmp_path):
    many = [
        source(
            tmp_path, f"g{at}", OLD.replace("id: gammel", f"id: g{at}").replace("9904", f"992{at}")
        )
        for at in range(3)
    ]
    new = source(tmp_path, "ny", NEW.replace("TEXT", "Klyngen Havnens Venner er i gang"))
    assert [d.code for d in said_about([new], [*many[:1], new])] == ["CB147"]
    assert said_about([new], [*many, new]) == []


def test_words_of_two_texts_are_no_sequence(tmp_path):
    challenge = "Havnen sander til hvert forår, og ingen forvaltning ejer problemet alene."
    old = source(tmp_path, "gammel", OLD.replace(challenge, "Havnen sander til hvert"))
    text = NEW.replace("TEXT", "Havnen sander til hvert") + "release: {source: En havn for}\n"
    new = source(tmp_path, "ny", text)
    assert said_about([new], [old, new]) == []


def test_words_are_folded_alike():
    assert words("Århus' åer, ØST og Æbler") == words("aarhus aaer oest og aebler")
    assert words("31 af 35, 87 % og 1.284") == ["31", "af", "35", "87", "%", "og", "1.284"]


def test_diagnostics_come_in_the_same_order_every_time(told):
    text = "Østøv og Åse Bjørn og Havnens Venner"
    assert [str(d) for d in told(text)] == [str(d) for d in told(text)]
