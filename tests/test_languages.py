"""What a page says in which language: the page's own words, and Danish that nobody translated."""

import re
from html.parser import HTMLParser

import pytest
from test_exporter import html_of, page, section

from casebook import blocks
from casebook.model import Text
from casebook.text import Words
from casebook.text.marks import marked, runs, unmarked

EMPTY = {"meta", "img", "br", "hr"}
DANISH = re.compile(r"[æøåÆØÅ]|\b(og|ikke|af|som|blev|ingen|hvor|siden)\b")


def words_for(en: str | None) -> str:
    return Words("en").text(Text(da="Et fælles problem", en=en))


def test_a_text_without_a_translation_is_danish_and_says_so():
    assert list(runs(words_for(None))) == [("Et fælles problem", "da")]
    assert words_for("A shared problem") == "A shared problem"
    assert Words("da").text(Text(da="Et fælles problem")) == "Et fælles problem"


def test_danish_inside_an_english_sentence_keeps_its_language():
    said = Words("en")("insight.reach", group=words_for(None), n=5)
    assert list(runs(said)) == [("Et fælles problem", "da"), (": 5 took part.", None)]
    html = html_of(page(language="en"), section(blocks.Prose(paragraphs=(said,))))
    assert '<p><span lang="da">Et fælles problem</span>: 5 took part.</p>' in html


def test_one_and_many_are_worded_by_the_number_and_the_locale_of_the_catalogue():
    for n, said in ((1, "1 værktøj."), (2, "2 værktøjer."), (1200, "1.200 værktøjer.")):
        assert Words("da")("insight.tools", n=n) == f"Der blev udviklet {said}"
    assert Words("en").date("2024-03-06") == "6 March 2024"
    assert Words("en").decimal("1234.5") == "1234.5"
    assert Words("da").decimal("1234.5") == "1234,5"
    assert Words("en")("yes") == "yes"


def test_a_key_that_no_catalogue_has_is_an_error_and_never_shown():
    with pytest.raises(KeyError, match=r"no\.such"):
        Words("da")("no.such", n=2)


def test_each_paragraph_of_a_danish_text_is_marked_by_itself():
    lines = Words("en").danish("Første.\n\nAnden.").splitlines()
    assert [list(runs(line)) for line in lines] == [[("Første.", "da")], [], [("Anden.", "da")]]


@pytest.mark.parametrize(
    "text",
    ["\U000e0001\U000e0064", "a\U000e007fb", "\U000e0001\U000e0022><b>\U000e007f", "\U000e0001"],
)
def test_marks_that_are_not_whole_are_not_shown_and_mark_nothing(text):
    assert all(language is None for _, language in runs(text))
    assert "".join(part for part, _ in runs(text)) == unmarked(text)


def test_markup_in_a_marked_text_is_shown_as_text():
    evil = marked('"><script>alert(1)</script>', "da")
    html = html_of(page(title=evil, description=evil), section(blocks.Prose(paragraphs=(evil,))))
    assert "<script" not in html.replace('<script type="application/ld+json">', "", 1)
    assert '<span lang="da">&#34;&gt;&lt;script&gt;' in html


def test_what_cannot_hold_a_language_gets_the_bare_text():
    head = page(language="en", title=marked("Fælles missioner", "da"))
    html = html_of(head)
    assert "<title>Fælles missioner</title>" in html
    assert 'content="Fælles missioner"' in html


class _Reader(HTMLParser):
    """Collects the texts of a page, each with the language it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs) -> None:
        if tag not in EMPTY:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data) -> None:
        # A drawing, the head, a script and a name in an attribute have no way to change language.
        if not {"svg", "head", "script"} & {tag for tag, _ in self.open} and data.strip():
            language = next((lang for _, lang in reversed(self.open) if lang), "")
            self.texts.append((" ".join(data.split()), language))


def test_on_english_pages_danish_and_only_danish_is_marked_as_danish(english):
    pages = sorted(english.rglob("*.html"))
    assert len(pages) >= 10
    for path in pages:
        reader = _Reader()
        reader.feed(path.read_text("utf-8"))
        assert {language for _, language in reader.texts} <= {"en", "da"}
        unmarked_danish = [t for t, lang in reader.texts if lang == "en" and DANISH.search(t)]
        assert unmarked_danish == [], path.name
        own_words = ["Not stated", "Held", "Data are fictional.", "Fictional example"]
        for text, language in reader.texts:
            assert language == "en" or not any(said in text for said in own_words), text


def test_no_language_mark_is_left_on_any_page(built, english):
    for path in (*built.rglob("*.html"), *english.rglob("*.html")):
        assert unmarked(path.read_text("utf-8")) == path.read_text("utf-8"), path.name
