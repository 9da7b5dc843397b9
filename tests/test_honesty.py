"""What no page may say: more than the records bear. Held over every page of the ten archetypes."""

import csv
import io
import re
from pathlib import Path

import pytest
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
