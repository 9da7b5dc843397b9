"""An edition leaves the firm by `casebook release`, and a bundle is proved by `casebook verify`."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import tiny
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.approval import text_hash
from casebook.bundle import unpack
from casebook.checks import causes, gate, rendered
from casebook.diagnostics import Diagnostic
from casebook.ledger import hold
from casebook.model import Audience, Outcome
from casebook.source import read

ROOT = Path(__file__).parents[1]
DANISH = "da_DK.UTF-8"
WORDS = "Det er nyt for os."

PARAMETERS = f"""\
# FIKTIV: kommunen, navnene og tallene er opdigtede.
client: {{id: proevestad, name: Prøvestad Kommune}}
engagement: {{id: p, fictional: true, title: En prøve, years: {{start: 2023, end: 2024}}, standfirst: Sådan begyndte det.}}
participants:
  - {{id: ledere, label: Ledere, kind: alle_ledere, size: 40}}
phases:
  - id: seminarer
    kind: seminars
    activities:
      - {{id: a1, order: 1, kinds: [seminar], groups: [ledere], text: "... holde seminarer."}}
voices:
  - {{id: q1, audience: public, name: Ida Holm, title: leder, date: 2024-05, consent: k1, text: {WORDS}}}
outcomes:
  surveys:
    - id: udbytte
      title: Udbytte
      group: ledere
      items: [{{id: Q01, text: Det var nyttigt, scale: [1, 5]}}]
      waves: [{{id: after, date: 2024-06, asked: 40}}]
release:
  naming: named
  data_role: processor
  agreement: AFT-1
  consents:
    - {{id: k1, person: Ida Holm, audiences: [public], given: 2024-05, text_hash: {text_hash(WORDS)[:12]}}}
"""


def answers(number: int) -> str:
    rows = (f"udbytte;after;Q01;1;n{n};{1 + n % 5}\n" for n in range(number))
    return "survey_id;wave;item_id;item_version;key;value\n" + "".join(rows)


def write(root: Path, text: str) -> None:
    (root / "params/p.yaml").write_text(text, encoding="utf-8")


def parameters(root: Path) -> str:
    return (root / "params/p.yaml").read_text(encoding="utf-8")


def release(root: Path, *options: str) -> dict[str, Any]:
    """What `casebook release p --audience public --json` says."""
    done = tiny.run(root, "release", "p", "--audience", "public", "--json", *options)
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == int(found["released"] is None), done.stderr
    return found


def approve(root: Path, content: str, more: str = "") -> None:
    """Enter under `release` that the client has said yes to this content."""
    given = f"{{audience: public, by: Kim Opdigtet, date: 2024-07-01, content_hash: {content[:12]}{more}}}"
    text, _, _ = parameters(root).partition("  approvals:")
    write(root, f"{text}  approvals: [{given}]\n")


def verify(root: Path, bundle: Path, *options: str) -> dict[str, list[str]]:
    """What `casebook verify --json` finds not to hold, by name; it ends with 0 if that is nothing."""
    done = tiny.run(root, "verify", str(bundle), "--json", *options)
    found = json.loads(done.stdout)
    failed: dict[str, list[str]] = {}
    for proof in found["proofs"]:
        if not proof["holds"]:
            failed.setdefault(proof["name"], []).append(proof["message"])
    assert (done.returncode, found["proven"]) == (int(bool(failed)), not failed), done.stderr
    return failed


def codes(found: dict[str, Any]) -> list[str]:
    return sorted(one["code"] for one in found["diagnostics"] if one["severity"] == "error")


@pytest.fixture(scope="module")
def once_released(once) -> Path:
    """A workspace with one release. Only to be read."""

    def fill(root: Path) -> None:
        (root / "params/p").mkdir(parents=True)
        write(root, PARAMETERS)
        (root / "params/p/responses.csv").write_text(answers(12), encoding="utf-8")
        refused = release(root)
        assert codes(refused) == ["CB302"], refused["diagnostics"]
        approve(root, refused["content"])
        assert release(root)["released"]["content"] == refused["content"]

    return once("released", fill)


@pytest.fixture
def released(once_released, tmp_path) -> Path:
    """A workspace of one's own with one release."""
    return Path(shutil.copytree(once_released, tmp_path / "w"))


def bundle_in(root: Path, number: int = 1) -> Path:
    return root / f"releases/p/case_report.public.da-{number}.zip"


# --- The gate ----------------------------------------------------------------------------------


def test_a_real_engagement_is_refused_with_all_that_is_to_be_obtained_and_nothing_is_written(
    tmp_path,
):
    (tmp_path / "params").mkdir()
    shutil.copy(ROOT / "params/skanderborg.yaml", tmp_path / "params")
    done = tiny.run(tmp_path, "release", "skanderborg", "--audience", "public", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["released"]) == (1, None)
    assert codes(found) == ["CB302", "CB304", "CB305", "CB305"]
    assert all(one["where"]["line"] for one in found["diagnostics"])
    (hint,) = (one["hint"] for one in found["diagnostics"] if one["code"] == "CB302")
    assert f"content_hash: {found['content'][:12]}" in hint
    assert not (tmp_path / "releases").exists()
    told = tiny.run(tmp_path, "release", "skanderborg", "--audience", "public", locale=DANISH)
    assert told.stdout.startswith(
        "Ikke udgivet: skanderborg · case_report · public · da. Der er 4 fejl"
    )
    assert "build/skanderborg/case_report.public.da.html" in told.stdout
    assert max(map(len, told.stderr.splitlines())) <= 80


@pytest.mark.parametrize("audience", ["public", "client"])
def test_the_example_is_released_as_it_ships(tmp_path, audience):
    shutil.copytree(ROOT / "params", tmp_path / "params")
    asked = ["eksempelkommune", "--audience", audience, "--json"]
    found = json.loads(tiny.run(tmp_path, "release", *asked).stdout)
    assert codes(found) == [], f"if the page is meant so, its approval is for {found['content']}"
    assert verify(tmp_path, tmp_path / "releases" / found["released"]["bundle"]) == {}


TAIL = """\
release:
  naming: named
  data_role: processor
  agreement: A-1
"""
CONTENT = "ab" * 32
APPROVED = f"{{audience: public, date: 2024-06, content_hash: {CONTENT[:12]}}}"
HEAD = PARAMETERS.partition("release:")[0]
CONSENT = f"{{id: k1, person: Ida Holm, audiences: [public], given: 2024-05, text_hash: {text_hash(WORDS)}}}"


def judged(folder: Path, tail: str, head: str = HEAD, **more: Any) -> list[str]:
    """What the gate says of an engagement with this end, whose page has the hash `CONTENT`."""
    path = folder / "params/p.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + tail, encoding="utf-8")
    source = read(path)
    assert source.engagement is not None, source.diagnostics
    edition = gate.Edition(source.engagement, Audience.PUBLIC, CONTENT, date(2025, 6, 1), **more)
    return [
        f"{one.where.line} {one.code} {one.message} {one.hint}"
        for one in gate.judge(edition, source)
    ]


@pytest.mark.parametrize(
    ("code", "tail", "says"),
    [
        ("CB302", f"{TAIL}  consents: [{CONSENT}]\n", "No approval for public"),
        ("CB302", f"{TAIL}  consents: [{CONSENT}]\n  approvals: [{{audience: public, date: 2024-06}}]\n", "of 2024-06 does not say"),
        ("CB302", f"{TAIL}  consents: [{CONSENT}]\n  approvals: [{APPROVED.replace('public', 'client')}]\n", "No approval"),
        ("CB133", f"{TAIL}  consents: [{CONSENT}]\n  approvals: [{APPROVED.replace('abab', 'cdcd')}]\n", "now has abababababab"),
        ("CB303", f"{TAIL}  consents: [{CONSENT}]\n  approvals: [{APPROVED[:-1]}, expires: 2025-05}}]\n", "expired 2025-05"),
        ("CB302", f"{TAIL}  consents: [{CONSENT}]\n  approvals: [{APPROVED.replace('2024-06', '2025-06-02')}]\n", "of 2025-06-02, a day to come"),
        ("CB304", f"{TAIL}  approvals: [{APPROVED}]\n  consents: [{CONSENT.replace('2024-05', '2025-07')}]\n", "a day to come"),
        ("CB304", f"{TAIL}  approvals: [{APPROVED}]\n", "No consent of Ida Holm"),
        ("CB304", f"{TAIL}  approvals: [{APPROVED}]\n  consents: [{CONSENT[:-1]}, expires: 2025-05-31}}]\n", "has expired"),
        ("CB304", f"{TAIL}  approvals: [{APPROVED}]\n  consents: [{CONSENT[:-1]}, subject: photo}}]\n", "No consent"),
        ("CB304", f"{TAIL}  approvals: [{APPROVED}]\n  consents: [{CONSENT.partition(', text')[0]}}}]\n", "not for these words"),
        ("CB305", f"{TAIL.replace('processor', 'unknown (ikke set)')}  approvals: [{APPROVED}]\n  consents: [{CONSENT}]\n", "data_role is not known"),
    ],
)  # fmt: skip
def test_an_edition_that_lacks_one_thing_is_told_so_once_at_its_line(tmp_path, code, tail, says):
    (found,) = judged(tmp_path, tail)
    assert found.split()[1] == code
    assert says in found
    assert int(found.split()[0]) > HEAD.count("\n") - 8


def test_an_edition_that_lacks_nothing_passes(tmp_path):
    tail = f"{TAIL}  consents: [{CONSENT}]\n  approvals: [{APPROVED[:-1]}, expires: 2025-06-01}}]\n"
    assert judged(tmp_path, tail) == []


NAMED = "Det blev båret af Åse Holms arbejde."
LEADS = ", clusters: [{id: unge, name: Unge, chairship: Centerchef Åse Holm}]"
YES = "{id: k2, person: Åse Holm, subject: name, audiences: [public], given: 2023}"


@pytest.mark.parametrize(
    ("fields", "consents", "told"),
    [
        (LEADS, "", True),
        (LEADS, f", {YES}", False),
        (LEADS, f", {YES.replace('public', 'client')}", True),
        (LEADS, f", {YES.replace('subject: name', 'subject: photo')}", True),
        (LEADS, f", {YES[:-1]}, withdrawn: 2024}}", True),
        (LEADS, f", {YES[:-1]}, expires: 2024}}", True),
        ("", f", {YES.replace('public', 'client')}", True),
        (LEADS.replace("Centerchef Åse Holm", "To chefer"), "", False),
        (f", authors: Åse Holm{LEADS}", "", False),
    ],
)
def test_who_is_named_in_a_text_has_consented_to_these_readers(tmp_path, fields, consents, told):
    head = HEAD.replace("Sådan begyndte det.", f"{NAMED}{fields}")
    tail = f"{TAIL}  consents: [{CONSENT}{consents}]\n  approvals: [{APPROVED}]\n"
    found = judged(tmp_path, tail, head, texts=["Ida Holm", NAMED])
    assert [one.split()[:4] for one in found] == [["3", "CB310", "Åse", "Holm"]] * told
    assert judged(tmp_path, tail, head, texts=["Ida Holm"]) == []


def test_an_older_approval_does_not_stand_in_the_way_of_one_that_fits(tmp_path):
    old = APPROVED.replace("abab", "cdcd")
    assert (
        judged(tmp_path, f"{TAIL}  consents: [{CONSENT}]\n  approvals: [{old}, {APPROVED}]\n") == []
    )


def test_a_number_that_is_withheld_now_was_not_shown_before(tmp_path):
    tail = f"{TAIL}  consents: [{CONSENT}]\n  approvals: [{APPROVED}]\n"
    shown = {"ledere size": 40, "chefer size": 3}
    few = "  - {id: chefer, label: Chefer, kind: chefer, size: 3, subset_of: ledere}\nphases:"
    head = HEAD.replace("phases:", few)
    path = tmp_path / "params/p.yaml"
    path.parent.mkdir()
    path.write_text(head + tail, encoding="utf-8")
    source = read(path)
    assert source.engagement is not None

    def told(*earlier: gate.Earlier) -> list[str]:
        assert source.engagement is not None
        edition = gate.Edition(
            source.engagement, Audience.PUBLIC, CONTENT, date(2025, 6, 1), earlier
        )
        return [f"{one.code} {one.message}" for one in gate.judge(edition, source)]

    assert told(gate.Earlier(1, shown)) == [
        "CB306 Withheld now, but shown in release 1: chefer size."
    ]
    assert told(gate.Earlier(1, {**shown, "chefer size": 7})) == []
    assert told() == []


def test_two_pages_together_do_not_tell_how_a_few_answered(released):
    (released / "params/p/responses.csv").write_text(answers(13), encoding="utf-8")
    refused = release(released)
    approve(released, refused["content"])
    found = release(released)
    assert codes(found) == ["CB306"]
    assert "udbytte Q01 after answered" in found["diagnostics"][0]["message"]
    taken = tiny.run(released, "release", "p", "--withdraw", "1", "--reason", "Et svar mere")
    assert (taken.returncode, taken.stdout) == (
        0,
        "Release 1 is withdrawn. Take it down wherever it stands.\n",
    )
    assert verify(released, bundle_in(released))["register"][0].startswith(
        "Release 1 was withdrawn"
    )
    assert release(released)["released"]["number"] == 3
    again = tiny.run(released, "release", "p", "--withdraw", "1")
    assert again.returncode == 2
    assert "Known: 3." in again.stderr


PAGE = """\
<!doctype html><html lang="da"><head><meta http-equiv="Content-Security-Policy"
 content="default-src 'none'"><title>T</title></head><body class="public">{}</body></html>"""


@pytest.mark.parametrize(
    ("code", "markup"),
    [
        ("CB307", "<script>1</script>"),
        ("CB307", '<img src="https://x.invalid/a.png" alt="">'),
        ("CB307", '<p onclick="x()">a</p>'),
        ("CB307", "<iframe></iframe>"),
        ("CB307", '<a href="javascript:x()">a</a>'),
        ("CB307", '<a href="seminars.internal.da.html">a</a>'),
        ("CB307", "<style>p { background: url(https://x.invalid/a.png) }</style>"),
        ("CB307", '<meta http-equiv="refresh" content="0; url=x">'),
        ("CB308", "<p>/home/ida/sager/p.yaml: advarsel</p>"),
        ("CB308", r"<p>C:\Users\ida\p.yaml</p>"),
        ("CB308", "<!-- husk at rette -->"),
        ("CB308", '<div class="jp-Cell">a</div>'),
        ("CB308", "<p>papermill</p>"),
        ("CB309", "<p>Født 010190-1234.</p>"),
        ("CB309", "<p>Skriv til ida@kommune.invalid.</p>"),
        ("CB309", '<img alt="tlf. 12 34 56 78" src="data:x"><p>Ring: 12 34 56 78</p>'),
    ],
)
def test_a_page_that_would_give_something_away_is_kept_inside(code, markup):
    found = rendered.inspect("p.html", PAGE.format(markup).encode(), "p.html")
    assert {one.code for one in found} == {code}
    assert found[0].hint


CAUSE = "De nye møder førte til mere samarbejde."


def caused(**outcomes: object) -> list[Diagnostic]:
    """What is said of a page that holds `CAUSE`, for the public."""
    engagement = read(ROOT / "params/eksempelkommune.yaml").engagement
    assert engagement is not None
    changed = engagement.outcomes.model_copy(update=outcomes)
    engagement = engagement.model_copy(update={"outcomes": changed})
    page = PAGE.format(f"<p>{CAUSE}</p>").encode()
    return causes.weigh("p.html", page, "p.html", (engagement, Audience.PUBLIC))


def test_a_page_claims_a_cause_only_where_something_was_compared():
    (found,) = caused()
    assert (found.code, found.severity) == ("CB311", "error")
    assert "førte til" in found.message
    change = {"id": "o", "actor": "Lederne", "change": CAUSE, "kind": "practice"}
    compared = Outcome.model_validate({**change, "evidence_level": 3, "comparison": "Nabokommunen"})
    assert caused(observed=(compared,)) == []
    weak = Outcome.model_validate({**change, "evidence_level": 2})
    assert len(caused(observed=(weak,))) == 1


def test_the_words_of_a_person_who_is_quoted_and_of_contribution_are_let_through():
    engagement = read(ROOT / "params/eksempelkommune.yaml").engagement
    assert engagement is not None
    fine = f"<p>{engagement.voices[0].text.da}</p><p>Forløbet bidrog til det.</p>"
    page = PAGE.format(fine).encode()
    assert causes.weigh("p.html", page, "p.html", (engagement, Audience.PUBLIC)) == []


def test_a_public_edition_that_claims_a_cause_is_not_released(released):
    text = parameters(released).replace("Sådan begyndte det.", "Forløbet har skabt ro.")
    write(released, text)
    assert "CB311" in codes(release(released))


def test_a_page_may_link_and_offer_an_address():
    fine = '<p>I 2023-24</p><a href="mailto:ida@x.invalid">Skriv</a> <span>ida@x.invalid</span>'
    assert rendered.inspect("p.html", PAGE.format(fine).encode(), "p.html") == []
    naked = PAGE.replace("default-src", "img-src").format("").encode()
    assert [one.code for one in rendered.inspect("p.html", naked, "p.html")] == ["CB307"]


def test_word_and_pdf_are_looked_into():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w:t>/home/ida/notat.docx</w:t>")
    assert [one.code for one in rendered.inspect("p.docx", packed.getvalue(), "p.docx")] == [
        "CB308"
    ]
    pdf = b"%PDF-1.7\n1 0 obj <</S /JavaScript>> endobj"
    assert [one.code for one in rendered.inspect("p.pdf", pdf, "p.pdf")] == ["CB307"]


def test_every_rule_of_the_gate_is_tried_here():
    tried = Path(__file__).read_text(encoding="utf-8")
    assert [
        code for code in (*gate.GATE, *rendered.RULES, *causes.RULES) if f'"{code}' not in tried
    ] == []


def test_what_a_cell_of_ones_own_says_is_approved_too(released):
    """The words of a notebook are content; the client has not seen these."""
    shipped = json.loads((ROOT / "notebooks/case_report.ipynb").read_text(encoding="utf-8"))
    cell = {"cell_type": "markdown", "id": "own", "metadata": {}, "source": "Fil: /home/ida/p.yaml"}
    shipped["cells"].append(cell)
    own = released / "notebooks/p/case_report.ipynb"
    own.parent.mkdir(parents=True)
    own.write_text(json.dumps(shipped), encoding="utf-8")
    found = release(released)
    assert codes(found) == ["CB133", "CB308"]
    assert [one["where"]["file"] for one in found["diagnostics"]][
        -1
    ] == "build/p/case_report.public.da.html"
    assert not bundle_in(released, 2).exists()


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


def test_a_picture_without_words_does_not_leave_the_firm(released):
    shipped = json.loads((ROOT / "notebooks/case_report.ipynb").read_text(encoding="utf-8"))
    source = (
        f"import base64\nfrom IPython.display import Image\nImage(data=base64.b64decode('{PNG}'))"
    )
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "source": source}
    shipped["cells"].append({**cell, "outputs": [], "execution_count": None})
    own = released / "notebooks/p/case_report.ipynb"
    own.parent.mkdir(parents=True)
    own.write_text(json.dumps(shipped), encoding="utf-8")
    approve(released, release(released)["content"])
    assert {*codes(release(released))} == {"CB205"}


def test_a_new_look_needs_no_new_approval(released):
    (released / "templates").mkdir()
    brand = "color:\n  palette: {own: '#7a1f5c'}\n  primary: own\n"
    (released / "templates/_brand.yml").write_text(brand, encoding="utf-8")
    told = tiny.run(released, "verify", str(bundle_in(released)))
    assert told.returncode == 0
    assert "only the look would differ today" in " ".join(told.stdout.split())
    assert release(released)["released"]["supersedes"] == 1


def test_a_page_that_was_edited_by_hand_is_not_what_is_released(released):
    page = released / "build/p/case_report.public.da.html"
    page.write_bytes(page.read_bytes().replace(b"En pr", b"Et pr"))
    assert release(released)["again"]


def test_a_public_edition_that_is_not_allowed_is_refused_with_the_rest(released):
    write(released, parameters(released).replace("naming: named", "naming: none"))
    write(
        released, parameters(released).replace("agreement: AFT-1", "agreement: unknown (ikke set)")
    )
    assert codes(release(released)) == ["CB301", "CB305"]


def test_what_is_internal_is_not_released(released):
    assert tiny.run(released, "release", "p", "--audience", "internal").returncode == 2
    assert tiny.run(released, "release", "p").returncode == 2
    client = ("release", "p", "--audience", "client", "--to", "html,fragment")
    assert tiny.run(released, *client).returncode == 2


# --- The bundle and the register ---------------------------------------------------------------


def test_the_same_edition_gives_the_same_bytes(released, tmp_path):
    before = bundle_in(released).read_bytes()
    other = tmp_path / "other"
    shutil.copytree(released / "params", other / "params")
    assert release(other)["released"]["sha256"] == json.loads(register(released)[0])["sha256"]
    assert bundle_in(other).read_bytes() == before


def register(root: Path) -> list[str]:
    return (root / "releases/register.jsonl").read_text(encoding="utf-8").splitlines()


def test_what_has_not_changed_is_not_released_again(released):
    before = register(released)
    found = release(released)
    assert (found["again"], found["released"]["number"], register(released)) == (True, 1, before)


def test_a_bundle_holds_the_pages_and_what_they_were_made_of_and_no_person(released):
    with zipfile.ZipFile(bundle_in(released)) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        readme = archive.read("README.txt").decode()
    assert names == ["manifest.json", "README.txt", "case_report.public.da.html"]
    assert manifest["edition"] == {
        "engagement": "p",
        "document": "case_report",
        "audience": "public",
        "language": "da",
    }
    assert manifest["approved"] == "2024-07-01"
    assert {"notebook", "templates", "params: phases"} <= set(manifest["inputs"])
    assert "Kim" not in json.dumps(manifest)
    assert "AFT-1" not in json.dumps(manifest)
    assert readme.startswith("Denne pakke er til offentligheden.")


def test_what_changed_is_approved_anew_and_takes_the_place_of_the_last(released):
    write(released, parameters(released).replace("Sådan begyndte det", "Sådan endte det"))
    refused = release(released)
    assert codes(refused) == ["CB133"]
    assert len(register(released)) == 1
    assert verify(released, bundle_in(released)).keys() == {"sources"}
    approve(released, refused["content"])
    done = release(released)["released"]
    assert (done["number"], done["supersedes"]) == (2, 1)
    old = verify(released, bundle_in(released))
    assert old["register"] == ["Release 1 was superseded by release 2."]
    assert verify(released, bundle_in(released, 2)) == {}


def test_a_release_that_ended_before_it_was_entered_is_mended_by_the_next(released):
    path = released / "releases/register.jsonl"
    path.unlink()
    bundle_in(released).rename(bundle_in(released, 7))
    found = release(released)
    assert found["released"]["number"] == 1
    assert found["strays"] == ["releases/p/case_report.public.da-7.zip"]
    path.unlink()
    assert release(released)["strays"] == ["releases/p/case_report.public.da-7.zip"]
    assert verify(released, bundle_in(released)) == {}


def test_a_register_that_was_damaged_is_named_with_its_line(released):
    path = released / "releases/register.jsonl"
    path.write_text(path.read_text("utf-8") + "<<<<<<< HEAD\n", encoding="utf-8")
    done = tiny.run(released, "release", "p", "--audience", "public")
    assert done.returncode == 1
    assert "releases/register.jsonl:2 is no line of a register" in done.stderr
    (line,) = [one for one in path.read_text("utf-8").splitlines() if one.startswith("{")]
    path.write_text(f"{line}\n{line}\n", encoding="utf-8")
    done = tiny.run(released, "verify", str(bundle_in(released)))
    assert done.returncode == 1
    assert "releases/register.jsonl has two lines with the number 1" in done.stderr


def test_two_releases_do_not_get_in_each_others_way(released):
    with hold(released / "build"):
        done = tiny.run(released, "release", "p", "--audience", "public")
    assert done.returncode == 1
    assert "Another build is writing" in done.stderr


# --- The proof ---------------------------------------------------------------------------------


def test_a_bundle_is_proved_without_a_workspace_and_within_its_own(released, tmp_path):
    away = tmp_path / "away"
    away.mkdir()
    bundle = Path(shutil.copy(bundle_in(released), away))
    assert verify(away, bundle) == {}
    assert verify(released, bundle) == {}
    told = tiny.run(released, "verify", str(bundle), locale=DANISH)
    assert [line.split()[1] for line in told.stdout.splitlines()] == [
        *("pakke", "sider", "register", "godkendelse", "samtykke", "kilder")
    ]
    assert (
        "Her er ingen arbejdsmappe" in tiny.run(away, "verify", bundle.name, locale=DANISH).stdout
    )
    assert tiny.run(away, "verify", "ingen.zip").returncode == 2


def test_a_bundle_of_another_workspace_is_not_in_the_register(released, tmp_path):
    other = tiny.workspace(tmp_path / "other")
    assert verify(other, bundle_in(released)) == {
        "register": ["It is not in releases/register.jsonl."]
    }


def test_an_approval_that_has_expired_since_does_not_hold(released):
    content = json.loads(register(released)[0])["content"]
    approve(released, content, more=", expires: 2024-08")
    assert codes(release(released)) == ["CB303"]
    assert verify(released, bundle_in(released)) == {
        "approval": ["The client's approval expired 2024-08."]
    }


def test_a_consent_that_was_withdrawn_since_does_not_hold(released):
    text = parameters(released).replace("given: 2024-05,", "given: 2024-05, withdrawn: 2024-09,")
    write(released, text)
    found = verify(released, bundle_in(released))
    assert found["consent"] == ["The consent of Ida Holm to the quote q1 was withdrawn."]
    write(released, "\n".join(line for line in text.splitlines() if "q1" not in line))
    gone = verify(released, bundle_in(released))
    assert gone.keys() >= {"sources"}


def test_a_name_on_the_page_is_found_when_it_is_released_and_when_it_is_proved(released):
    consent = (
        "    - {id: k2, person: Åse Ø. Prøve, subject: name, audiences: [public], given: 2024}"
    )
    text = parameters(released).replace("Sådan begyndte det.", "Åse Ø. Prøve begyndte.")
    write(released, text)
    assert codes(release(released)) == ["CB133"], "nobody of the name is known"
    asked = text.replace("  consents:", f"  consents:\n{consent}")
    write(released, asked)
    found = release(released)
    assert codes(found) == ["CB133"], "she has consented"
    approve(released, found["content"])
    assert release(released)["released"]["number"] == 2
    consented = parameters(released)
    write(released, consented.replace("given: 2024}", "given: 2099}"))
    assert codes(release(released)) == ["CB310"], "nobody says yes in days to come"
    write(released, consented.replace("given: 2024}", "given: 2024, withdrawn: 2025}"))
    refused = release(released)
    assert codes(refused) == ["CB310"]
    (told,) = (one for one in refused["diagnostics"] if one["code"] == "CB310")
    assert told["message"] == "Åse Ø. Prøve is named, and no consent to that holds."
    assert verify(released, bundle_in(released, 2))["consent"] == [told["message"]]


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def zipped(files: dict[str, bytes], **how: Any) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", **how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@settings(max_examples=300, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_no_byte_of_a_bundle_can_be_changed(once_released, data):
    archive = bytearray(bundle_in(once_released).read_bytes())
    at = data.draw(st.integers(0, len(archive) - 1))
    archive[at] ^= data.draw(st.integers(1, 255))
    assert unpack(bytes(archive)).flaws


def test_no_byte_around_the_pages_of_a_bundle_can_be_changed(once_released):
    """Names, times, lengths and the directory: each of them in turn."""
    archive = bundle_in(once_released).read_bytes()
    page = archive.index(b"<!doctype")
    around = [*range(page), *range(archive.rindex(b"</html>"), len(archive))]
    for at in around:
        changed = bytearray(archive)
        changed[at] ^= 0x20
        assert unpack(bytes(changed)).flaws, at


@pytest.mark.parametrize(
    "name",
    [
        "../ond.html",
        "/etc/passwd",
        "a/b.html",
        "..\\ond.html",
        "C:ond.html",
        "ekstra.html",
        ".skjult",
    ],
)
def test_a_file_that_was_added_is_named(released, name):
    files = members(bundle_in(released).read_bytes())
    bundle_in(released).write_bytes(zipped({**files, name: b"x"}))
    (found,) = verify(released.parent, bundle_in(released))["bundle"]
    assert found.startswith(repr(name))
    assert not (released.parent / "ond.html").exists()


def test_a_file_that_is_missing_or_renamed_or_changed_is_named(released):
    path = bundle_in(released)
    files = members(path.read_bytes())
    page = files.pop("case_report.public.da.html")
    for changed, says in (
        (files, "'case_report.public.da.html': It is missing."),
        ({**files, "side.html": page}, "'case_report.public.da.html': It is missing."),
        (
            {**files, "case_report.public.da.html": page + b" "},
            "'case_report.public.da.html': It is not",
        ),
        (
            {n: c for n, c in files.items() if n != "manifest.json"},
            "'manifest.json': The manifest is",
        ),
    ):
        path.write_bytes(zipped(changed))
        assert any(one.startswith(says) for one in verify(released.parent, path)["bundle"]), says


def test_an_archive_that_was_packed_again_or_is_a_bomb_is_told(released):
    path = bundle_in(released)
    files = members(path.read_bytes())
    path.write_bytes(zipped(files))
    assert "packed again" in verify(released.parent, path)["bundle"][0]
    path.write_bytes(
        zipped({**files, "README.txt": bytes(5_000_000)}, compression=zipfile.ZIP_DEFLATED)
    )
    assert "compressed" in verify(released.parent, path)["bundle"][0]
    path.write_bytes(zipped({f"f{n}.html": b"" for n in range(60)}))
    assert "60 files" in verify(released.parent, path)["bundle"][0]
    path.write_bytes(b"PK ingen")
    assert verify(released.parent, path) == {"bundle": ["It is not an archive that can be read."]}


def test_a_forged_bundle_with_a_page_that_runs_something_is_told(released):
    from casebook.bundle import Bundle, pack  # noqa: PLC0415  # only a forger packs by hand

    files = members(bundle_in(released).read_bytes())
    manifest = json.loads(files.pop("manifest.json"))
    files["case_report.public.da.html"] += b"<script>1</script>"
    bundle_in(released).write_bytes(pack(Bundle(manifest, files)))
    found = verify(released, bundle_in(released))
    assert found.keys() == {"pages", "register"}
    assert found["pages"] == ["case_report.public.da.html: CB307 It holds <script>."]
    page = files.pop("case_report.public.da.html").replace(
        b'<body class="public', b'<body class="internal'
    )
    files |= {"case_report.public.da.html": page, "side.exe": b""}
    bundle_in(released).write_bytes(pack(Bundle(manifest, files)))
    found = verify(released, bundle_in(released))
    assert found["bundle"] == ["'side.exe': A bundle has no such file."]
    assert "case_report.public.da.html is a page for internal." in found["pages"]
