"""What no page may say: more than the records bear. Held over every page of the ten archetypes."""

import csv
import io
import re
from pathlib import Path

import pytest
import tiny
import yaml
from babel.messages.pofile import read_po
from test_pages import text_of

TEXTS = Path(__file__).parents[1] / "casebook" / "text"

CAUSAL = re.compile(
    r"\b(skabt|skabte|skaber|medført|medførte|medfører|ført til|førte til|fører til|resulterede"
    r"|resulteret|forårsag\w+|bevirke\w*|affødte|styrkede|forbedrede"
    r"|caused|created|led to|leads to|resulted in|results in|brought about|improved)\b",
    re.IGNORECASE,
)
CONTRIBUTED = {"da": "bidrog til", "en": "contributed to"}


def pages(root: Path) -> list[Path]:
    found = sorted(root.rglob("*.html"))
    assert len(found) > 8
    return found


def written(params: Path) -> list[str]:
    """All texts that somebody wrote in the parameter files and tables, the longest first."""
    found: set[str] = set()

    def take(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                take(inner)
        elif isinstance(value, list):
            for inner in value:
                take(inner)
        elif isinstance(value, str):
            found.update(" ".join(part.split()) for part in value.splitlines())

    for path in params.glob("*.yaml"):
        take(yaml.safe_load(path.read_text("utf-8")))
    for path in params.rglob("*.csv"):
        raw = path.read_bytes()
        text = raw.decode("utf-8", errors="ignore") or raw.decode("cp1252")
        take([cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row])
    return sorted((text for text in found if len(text) > 8), key=len, reverse=True)


def own_words(page: Path, texts: list[str]) -> str:
    """What the software itself says on a page."""
    said = text_of(page)
    for text in texts:
        said = said.replace(text, " ")
    return said


def test_the_lexicon_knows_what_it_looks_for():
    for evil in ("Forløbet skabte ro", "Det har medført mere", "The work led to change"):
        assert CAUSAL.search(evil)
    assert not CAUSAL.search("Træningen bidrog til det")


def test_the_software_itself_never_says_that_the_work_caused_anything(archetypes, built):
    for root in (archetypes, built):
        texts = written(root / "params")
        for page in pages(root / "build"):
            found = CAUSAL.search(own_words(page, texts))
            assert found is None, f"{page.name}: {found and found[0]}"


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_words_of_the_software_claim_a_cause(language):
    catalogue = read_po((TEXTS / f"{language}.po").open("rb"))
    said = [s for m in catalogue if m.id for s in (m.string if m.pluralizable else [m.string])]
    assert len(said) > 500
    assert [one for one in said if CAUSAL.search(one)] == []


def test_below_a_comparison_an_observed_change_is_said_to_have_been_contributed_to(archetypes):
    told = 0
    for page in pages(archetypes / "build"):
        levels = re.findall(r'<p class="badge">Evidens:? ?(\d)', page.read_text("utf-8"))
        if any(int(level) < 3 for level in levels):
            told += 1
            assert CONTRIBUTED["da"] in text_of(page), page.name
    assert told >= 5


SHARE = re.compile(r"(\d[\d.]*) af (\d[\d.]*)\D{0,60}?((?:\d+–)?\d+) %")


def number(text: str) -> int:
    return int(text.replace(".", ""))


def test_every_share_stands_beside_its_counts_and_no_percentage_below_ten(archetypes):
    shares = 0
    for page in pages(archetypes / "build"):
        said = text_of(page).replace("\u00a0", " ").replace("95 %-", "95-")
        said = said.replace("(95 %)", "")
        found = list(SHARE.finditer(said))
        assert len(found) == said.count("%"), page.name
        for share in found:
            n, total = number(share[1]), number(share[2])
            shares += 1
            assert total >= 10, f"{page.name}: {share[0]}"
            low, _, high = share[3].rpartition("–")
            if low:
                assert int(low) <= 100 * n / total <= int(high), share[0]
            else:
                assert abs(int(high) - 100 * n / total) <= 0.5, share[0]
    assert shares > 30


def test_no_test_of_chance_leaves_the_firm(archetypes):
    for page in pages(archetypes / "build"):
        if ".internal." not in page.name:
            assert not re.search(r"\bp [=<] ?0", text_of(page)), page.name


# --- A small engagement, of which little is known ----------------------------------------------

LITTLE = """\
client: {id: lilleby, name: Lilleby Kommune}
engagement:
  id: lilleby
  title: Ledelse på tværs
  standfirst: Lederne ville mødes oftere.
  years: {start: 2024, end: 2025}
  fictional: true
participants:
  - {id: ledere, label: Ledere, kind: alle_ledere, size: 20}
  - {id: chefer, label: Chefer, kind: chefer, size: 17, subset_of: ledere}
phases:
  - id: workshops
    kind: workshops
    activities:
      - id: workshop
        kinds: [workshop]
        text: "... holde workshops."
        groups: [ledere, chefer]
        planned: 2
        sessions:
          - {id: s1, activity: workshop, status: held, date: 2024-03-14, group: ledere,
             invited: 20, attended: 20, hours: 2.5}
          - {id: s2, activity: workshop, status: held, date: 2025-04-14, group: chefer,
             invited: 17, attended: 17}
release: {naming: named, source: Fiktivt eksempel}
"""


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The reports of an engagement with two dated sessions and no claim, as text."""
    root = tmp_path_factory.mktemp("little")
    (root / "params").mkdir()
    (root / "params/lilleby.yaml").write_text(LITTLE, encoding="utf-8")
    assert tiny.run(root, "build", "lilleby", "-j", "2").returncode == 0
    home = root / "build/lilleby"
    pages = {a: text_of(home / f"case_report.{a}.da.html") for a in ("public", "client")}
    return {**pages, "internal": text_of(home / "learning_summary.internal.da.html")}


@pytest.mark.parametrize("audience", ["public", "client"])
def test_the_dates_that_are_known_are_not_said_to_be_unknown(little, audience):
    assert "vi kender datoen for 2 af 2 møder" in little[audience]
    assert "14. marts 2024 og 14. april 2025" in little[audience]
    assert "datoerne er ikke oplyst" not in little[audience]
    assert "kendes ingen datoer" not in little[audience]


def test_without_claims_no_claims_are_announced(little):
    assert "Effekten er ikke målt" in little["public"]
    assert "Det følgende er" not in little["public"]


def test_a_large_group_that_is_withheld_is_not_called_small(little):
    assert "fordi tallene er små: Chefer" in little["public"]
    assert "gruppen er lille" not in little["public"]


def test_the_summary_does_not_say_the_standfirst_again(little):
    assert little["client"].count("Lederne ville mødes oftere.") == 1


def test_hours_are_told_phase_by_phase_with_how_many_sessions_they_are_of(little):
    assert "Timer i afholdte møder, fase for fase" in little["internal"]
    assert "Workshops 2 1 2,5" in little["internal"]
    assert "fase for fase" not in little["client"]
