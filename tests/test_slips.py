"""Slips that a consultant makes: each is told where it is, and hides nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tiny

HEAD = """\
client: {id: p, name: Prøvestad Kommune, cvr: "12345678"}
engagement: {id: lille, title: En prøve, fictional: true, years: {start: 2023, end: 2024}}
participants:
  - {id: ledere, label: Ledere, kind: andet, size: 9}
  - {id: chefer, label: Chefer, kind: KIND, size: 30, subset_of: ledere}
phases:
  - id: s
    kind: workshops
    activities:
      - {id: a1, kinds: [workshop], text: Møder, groups: [ledere, chefer]}
outcomes:
  observed:
    - {id: o1, kind: behaviour, actor: Ledere, change: Flere spørger., evidence_level: 1}
"""
SESSIONS = """\
session_id;activity_id;status;date;group_id;invited_n;attended_n
S01;a1;held;DATE;ledere;8;7
S02;a1;held;02-05-2024;ledere;8;9
S03;a1;held;03-05-2024;chefer;3;2
S04;a9;held;04-05-2024;ledere;8;7
"""
ATTENDANCE = """\
session_id;n
S01;7
S04;7
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tiny.workspace(tmp_path / "w")


def write(root: Path, *, kind: str = "andet", date: str = "01-05-2024") -> None:
    (root / "params/lille.yaml").write_text(HEAD.replace("KIND", kind), encoding="utf-8")
    tables = root / "params/lille"
    tables.mkdir(exist_ok=True)
    (tables / "sessions.csv").write_text(SESSIONS.replace("DATE", date), encoding="utf-8")
    (tables / "attendance.csv").write_text(ATTENDANCE, encoding="utf-8")


def told(root: Path) -> set[tuple[str, str]]:
    """What `check` says: codes with their places."""
    found = json.loads(tiny.run(root, "check", "--json").stdout)["diagnostics"]
    return {(one["code"], one["location"]) for one in found}


def test_a_slip_in_a_table_is_told_with_all_others_and_makes_none_up(root):
    write(root)
    before = told(root)
    codes = {code for code, _ in before}
    assert {"CB104", "CB109", "CB113", "CB117", "CB126"} <= codes
    write(root, date="31-02-2024")
    assert told(root) - before == {("CB143", "params/lille/sessions.csv:2:4")}
    assert told(root) >= before
    assert "31-02-2024" in tiny.run(root, "check").stderr
    assert tiny.run(root, "build").returncode == 1
    assert not (root / "build/lille").exists()


def test_a_slip_in_the_parameter_file_hides_only_what_rests_on_it(root):
    write(root)
    before = told(root)
    write(root, kind="chef")
    now = told(root)
    assert {code for code, _ in now - before} == {"CB118"}
    # The group's own size waits until the group is mended, and nobody says that it is missing.
    assert {code for code, _ in before - now} <= {"CB113"}


def test_an_item_that_is_no_list_item_does_not_move_the_lines_of_those_after_it(root):
    text = HEAD.replace("KIND", "andet").replace("participants:\n", "participants:\n  - ledere\n")
    (root / "params/lille.yaml").write_text(text, encoding="utf-8")
    line = (
        text.splitlines().index(
            "  - {id: chefer, label: Chefer, kind: andet, size: 30, subset_of: ledere}"
        )
        + 1
    )
    places = dict(told(root))
    assert places["CB113"].startswith(f"params/lille.yaml:{line}:")


@pytest.mark.parametrize("name", ["nyby.yml", "Nyby.YAML"])
def test_a_parameter_file_with_another_ending_is_told_and_not_passed_over(root, name):
    (root / "params" / name).write_text("client: {}\n", encoding="utf-8")
    done = tiny.run(root, "check")
    assert done.returncode == 0
    assert f"params/{name}: CB155 warning" in done.stderr
    assert "Rename it to nyby.yaml." in done.stderr
    asked = tiny.run(root, "check", "nyby")
    assert asked.returncode == 2
    assert f"Rename params/{name} to nyby.yaml." in asked.stderr
    assert f"params/{name}: CB155" in tiny.run(root, "build").stderr


# --- What is not made, and why --------------------------------------------------------------------


def test_plan_lists_what_is_refused_with_its_codes(root):
    path = root / "params/lille.yaml"
    path.write_text(path.read_text("utf-8").replace("Selvvurdering", "TODO"), encoding="utf-8")
    said = tiny.run(root, "plan").stdout
    assert "  case_report.public.da.html         refused: CB148 ×1" in said
    assert "3 pages to build, 0 fresh.\n2 pages are not made.\n" in said
    planned = json.loads(tiny.run(root, "plan", "--json").stdout)
    refused = {(one["document"], one["audience"], *one["reasons"]) for one in planned["left_out"]}
    assert refused == {
        (d, a, "CB148 ×1") for d, a in [("case_report", "public"), ("case_report", "client")]
    }


def test_plan_names_each_page_that_is_refused_in_the_format_that_was_asked_for(root):
    path = root / "params/lille.yaml"
    path.write_text(path.read_text("utf-8").replace("Selvvurdering", "TODO"), encoding="utf-8")
    said = tiny.run(root, "plan", "lille", "--to", "html,fragment").stdout
    refused = {line.split()[0] for line in said.splitlines() if "refused: CB148" in line}
    public = {"case_report.public.da.html", "case_report.public.da.fragment.html"}
    assert refused == {*public, "case_report.client.da.html"}
    assert "3 pages are not made." in said


def test_plan_and_build_say_in_one_line_which_engagement_is_left_as_it_was(tmp_path):
    root = tiny.workspace(tmp_path / "w", ["lille", "odder"])
    path = root / "params/odder.yaml"
    path.write_text(path.read_text("utf-8").replace("start: 2023", "start: 20x3"), "utf-8")
    for verb in ("plan", "build"):
        done = tiny.run(root, verb)
        assert done.returncode == 1
        assert done.stdout.splitlines()[-1] == "Left as it was: odder (1 error)."
    planned = json.loads(tiny.run(root, "plan", "--json").stdout)
    left = {(one["engagement"], one["document"]): one["reasons"] for one in planned["left_out"]}
    assert left["odder", "case_report"] == ["CB111 ×1"]
    assert left["", "casebook"] == ["odder: CB111 ×1"]


def test_plan_reads_well_at_eighty_columns_where_nothing_is_for_the_public(tmp_path):
    name = "et-engagement-med-et-langt-navn"
    root = tiny.workspace(tmp_path / "w", [name])
    path = root / f"params/{name}.yaml"
    path.write_text(path.read_text("utf-8").replace("naming: named", "naming: none"), "utf-8")
    lines = tiny.run(root, "plan").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.rstrip().endswith("left out: release.naming is none") for line in lines)


def test_what_a_format_lacks_is_said_once_before_anything_runs(root):
    for package in ("weasyprint", "pypandoc"):
        (root / package).mkdir()
        text = f"raise ImportError('none', name='{package}')\n"
        (root / package / "__init__.py").write_text(text, "utf-8")
    done = tiny.run(root, "build", "--to", "pdf,docx")
    assert done.returncode == 1
    assert done.stderr.count("weasyprint") == done.stderr.count("pypandoc") == 1
    assert 'pip install "casebook[pdf]"' in done.stderr
    assert 'pip install "casebook[docx]"' in done.stderr
    assert not (root / "build/lille").exists()


# --- Cells and numbers of a consultant's own ------------------------------------------------------

PICTURE = """\
from IPython.display import Image, display
import base64
display(Image(data=base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")))"""


def test_a_cell_has_the_number_that_it_has_in_the_notebook_whatever_is_said_of_it(root):
    tiny.write_notebook(root, "case_report", "1", PICTURE)
    assert "Cell 4: A picture" in tiny.run(root, "build", "lille").stderr
    tiny.write_notebook(root, "case_report", "1", "1 / 0")
    assert "Cell 4 (id own-2)" in tiny.run(root, "build", "lille").stderr


@pytest.mark.parametrize(
    ("count", "audience", "warned"),
    [
        ("n=2, total=3", "public", "(public, client): 2/3"),
        ("n=7, total=8", "public", "(public): 7/8"),
        ("n=2, total=20", "public", "(public): 2/20"),
        ("n=12, total=15", "public", None),
        ("n=7, total=8", "client", None),
        ("n=3, total=4", "client", "(client): 3/4"),
        ("n=2, total=3", "internal", None),
    ],
)
def test_a_small_number_of_ones_own_is_warned_of_where_it_leaves_the_firm(
    root, count, audience, warned
):
    cell = (
        "from casebook.notebook import open_case\n"
        'case = open_case(globals(), "workshops")\n'
        f'case.publish("De bad om mere tid.", audience="{audience}", {count})'
    )
    tiny.write_notebook(root, "workshops", cell)
    for _ in range(2):  # made, and fresh
        done = tiny.run(root, "build", "lille")
        assert done.returncode == 0
        assert ("CB208 warning" in done.stderr) is (warned is not None)
        assert warned is None or warned in " ".join(done.stderr.split())
