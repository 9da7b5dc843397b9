"""Beginning an engagement from an earlier one: what travels, what is asked, what never does."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import tiny
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from casebook import model
from casebook.audience import view
from casebook.model import Reused, Travel, reused
from casebook.reuse import Start, started
from casebook.source import Source, read
from casebook.yaml_marks import load

PARAMS = Path(__file__).parents[1] / "params"
START = Start("odder", "Odder Kommune", "0727", (2026, 2027), "proeve")
PARTS = [
    part
    for part in vars(model).values()
    if isinstance(part, type) and issubclass(part, model.Part) and part is not model.Part
]

OLD = """\
# yaml-language-server: $schema=engagement.schema.json
# Om den gamle kunde.

client: {id: lillekoebing, name: Lillekøbing Kommune, municipality: "9904"}

# Her står opgaven.
engagement:
  id: proeve
  title: Ledelse i Lillekøbing
  years: {start: 2023, end: 2024}
  fictional: true
  provider: 'Huset'  # det er os

  standfirst: Kommunen ville have det anderledes.
  version: "2"
  fee: 125300
# Grupper må ikke lægges sammen.
participants:
  - {id: ledere, label: Lederne, kind: alle_ledere, definition: alle med personaleansvar i hele kommunen, size: 43}

phases:
  - id: seminarer
    kind: seminars
    activities:
      # Begynd altid med ledelsen.
      - id: rolle
        kinds: [seminar]
        groups: [ledere]
        planned: unknown (Ida Holm vil ikke sige det)
        text: "... holde seminarer."  # fast formulering
        rating: 2
        note: Ida Holm var træt.
      - {id: lokalt, kinds: [workshop], text: Workshops i Lillekøbings haller}
      - {id: alle, kinds: [workshop], text: "Workshop for alle med personaleansvar i hele kommunen"}
# Ida Holm bad om mere.
voices:
  - {id: leder, text: Det virker., name: Ida Holm, title: leder}
# Spørg altid før.
outcomes:
  surveys:
    - id: s1
      title: Sikkerhed
      items: [{id: Q03, text: "Hvor sikker er du?", scale: [0, 10]}]
      waves: [{id: before, date: 2023-02, asked: 12}, {id: after, date: 2023-11-01}]
learning:
  lessons:
    - {id: alles, type: condition, statement: Begynd i tide, audience: public, support: [proeve]}
    - {id: vores, type: condition, statement: Ring altid til borgmesteren, audience: client}
"""

SESSIONS = """\
session_id;activity_id;status;date
S1;rolle;held;2023-03-01
S2;rolle;held;2023-04-12
S3;lokalt;held;2023-03-15
S4;alle;held;2023
"""


def origin(folder: Path, text: str = OLD, sessions: str = SESSIONS) -> Source:
    params = folder / "params"
    (params / "proeve").mkdir(parents=True, exist_ok=True)
    (params / "proeve.yaml").write_text(text, encoding="utf-8")
    (params / "proeve" / "sessions.csv").write_text(sessions, encoding="utf-8")
    return read(params / "proeve.yaml")


def begun(folder: Path, text: str = OLD) -> str:
    return started(text, origin(folder, text), START)


def checked(folder: Path, text: str) -> Source:
    (folder / "params" / "odder.yaml").write_text(text, encoding="utf-8")
    return read(folder / "params" / "odder.yaml")


# --- The marks ----------------------------------------------------------------------------------


def test_every_field_says_on_purpose_how_it_travels():
    unmarked = [
        f"{part.__name__}.{name}"
        for part in PARTS
        for name, info in part.model_fields.items()
        if not any(isinstance(mark, Reused) for mark in info.metadata)
    ]
    assert unmarked == []


def test_a_field_whose_mark_is_forgotten_never_travels():
    class Forgetful(BaseModel):
        field: str = ""

    assert reused(Forgetful.model_fields["field"]).travel is Travel.NEVER


def test_what_is_asked_has_a_question_in_danish():
    asked = [
        reused(info).question
        for part in PARTS
        for info in part.model_fields.values()
        if reused(info).travel is Travel.ASK
    ]
    assert len(asked) > 10
    assert all(question.endswith("?") for question in asked)


# --- What becomes of an engagement --------------------------------------------------------------


def test_the_new_engagement_reads_with_nothing_but_todos(tmp_path):
    source = checked(tmp_path, begun(tmp_path))
    assert source.engagement is not None
    assert {d.code for d in source.diagnostics} == {"CB148"}
    assert source.engagement.client.name == "Odder Kommune"
    assert source.engagement.assignment.years.end == 2027
    assert source.engagement.assignment.fictional is False


@pytest.mark.parametrize("name", ["skanderborg", "eksempelkommune"])
def test_a_shipped_engagement_can_be_the_beginning_of_another(tmp_path, name):
    text = (PARAMS / f"{name}.yaml").read_text(encoding="utf-8")
    (tmp_path / "params").mkdir()
    source = checked(tmp_path, started(text, read(PARAMS / f"{name}.yaml"), START))
    assert source.engagement is not None
    assert {d.code for d in source.diagnostics} == {"CB148"}


def test_the_programme_is_carried_and_what_is_local_is_asked(tmp_path):
    values = load(begun(tmp_path)).data
    (phase,) = values["phases"]
    role = phase["activities"][0]
    assert role == {
        "id": "rolle",
        "kinds": ["seminar"],
        "groups": ["ledere"],
        "text": "... holde seminarer.",
        "week": [0, 6],
    }
    assert values["participants"][0]["definition"] == "TODO: Hvem er »ledere« her?"
    assert values["engagement"]["provider"] == "Huset"


def test_what_names_the_earlier_client_in_a_carried_text_becomes_a_todo(tmp_path):
    values = load(begun(tmp_path)).data
    _, local, everybody = values["phases"][0]["activities"]
    assert local["text"].startswith("TODO: Skriv teksten")
    assert everybody["text"].startswith("TODO: Skriv teksten"), "it repeats a local meaning"


def test_an_id_that_names_the_earlier_client_gets_another_wherever_it_is_used(tmp_path):
    text = OLD.replace("id: ledere", "id: lillekoebing-ledere").replace(
        "groups: [ledere]", "groups: [lillekoebing-ledere]"
    )
    values = load(begun(tmp_path, text)).data
    assert values["participants"][0]["id"] == "lokal-1"
    assert values["phases"][0]["activities"][0]["groups"] == ["lokal-1"]


def test_only_public_lessons_travel_and_without_what_they_rest_on(tmp_path):
    values = load(begun(tmp_path)).data
    assert values["learning"]["lessons"] == [
        {"id": "alles", "type": "condition", "statement": "Begynd i tide", "audience": "public"}
    ]


def test_dates_become_weeks_from_the_first_session(tmp_path):
    text = begun(tmp_path)
    assert "week: [+0, +6]" in text
    assert "{id: before, week: -2}" in text
    assert "{id: after, week: +35}" in text
    assert not re.search(r"2023|2024", text)
    week = yaml.safe_load(text)["phases"][0]["activities"][0]["week"]
    assert week == [0, 6], "papermill reads the same"


def test_provenance_is_kept_for_the_firm_alone(tmp_path):
    source = checked(tmp_path, begun(tmp_path))
    assignment = source.engagement.assignment
    assert (assignment.derived_from, assignment.derived_version) == ("proeve", "2")
    for audience in ("public", "client"):
        seen = view(source.engagement, model.Audience(audience)).assignment
        assert (seen.derived_from, seen.derived_version) == (None, None)


def test_comments_order_and_quotes_survive_where_their_values_do(tmp_path):
    text = begun(tmp_path)
    lines = text.splitlines()

    def after(comment: str) -> str:
        return lines[lines.index(comment) + 1]

    assert after("# Her står opgaven.") == "engagement:"
    assert after("# Grupper må ikke lægges sammen.") == "participants:"
    assert after("      # Begynd altid med ledelsen.").strip() == "- id: rolle"
    assert after("# Spørg altid før.") == "outcomes:"
    assert "  provider: 'Huset'  # det er os" in lines
    assert '        text: "... holde seminarer."  # fast formulering' in lines
    groups = [line.partition(":")[0] for line in lines if re.match(r"\w", line)]
    assert groups == ["client", "engagement", "participants", "phases", "outcomes", "learning"]


def test_a_comment_that_names_somebody_goes_with_the_one_it_names(tmp_path):
    text = begun(tmp_path, OLD.replace("# Begynd altid", "# Ida Holm begynder altid"))
    assert "Ida" not in text
    assert "Om den gamle kunde" not in text


WORDS = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1),
    max_size=9,
)
MARKER = "qzxjw"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nothing_from_a_field_that_never_travels_is_in_the_new_file(tmp_path_factory, data):
    """Arbitrary text in every such field, and some of it repeated in texts that are carried."""
    secrets = [
        f"{MARKER}{at} " + " ".join(data.draw(WORDS)) + f" {MARKER} ende af teksten her {at}"
        for at in range(8)
    ]
    values: dict[str, Any] = yaml.safe_load(OLD)
    values["client"] |= {"name": secrets[0], "readiness": secrets[1], "region": secrets[2]}
    values["engagement"] |= {"standfirst": secrets[3], "purpose": secrets[4]}
    activity = values["phases"][0]["activities"][0]
    activity |= {"note": secrets[5], "planned": f"unknown ({secrets[6]})"}
    values["voices"][0] |= {"name": secrets[7], "text": secrets[6]}
    values["learning"]["happened"] = secrets[1]
    repeated = data.draw(st.sampled_from(["", *(secrets[at] for at in (0, 1, 3, 5, 7))]))
    activity["text"] = f"... holde seminarer. {repeated}"
    activity["label"] = {"da": "Seminar", "en": f"Seminar {repeated}"}
    text = yaml.dump(values, allow_unicode=True, sort_keys=False)
    folder = tmp_path_factory.mktemp("w")
    source = origin(folder, text, "session_id;activity_id;status\n")
    assert source.engagement is not None, source.diagnostics
    new = started(text, source, START)
    assert MARKER not in new
    assert {d.code for d in checked(folder, new).diagnostics} == {"CB148"}


# --- The command --------------------------------------------------------------------------------


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tiny.workspace(tmp_path / "w")
    origin(root)
    return root


NEW = ("new", "odder", "--from", "proeve", "--municipality", "Odder", "--years", "2026-2027")


def test_new_writes_the_file_and_says_what_is_to_be_answered(workspace: Path) -> None:
    result = tiny.run(workspace, *NEW)
    assert result.returncode == 0, result.stderr
    assert "params/odder.yaml" in result.stdout
    assert "participants.ledere.size is still TODO: Hvor mange er »ledere«?" in result.stdout
    assert "casebook check odder" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_new_asks_a_dane_in_danish(workspace: Path, form: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "casebook", *NEW, *form]
    danish = {**tiny.environment(), "LC_ALL": "da_DK.UTF-8"}
    result = subprocess.run(
        command, cwd=workspace, env=danish, capture_output=True, encoding="utf-8", check=True
    )
    assert "participants.ledere.size (TODO): Hvor mange" in result.stdout


def test_new_answers_in_json(workspace: Path) -> None:
    report = json.loads(tiny.run(workspace, *NEW, "--json").stdout)
    assert (report["file"], report["derived_from"]) == ("params/odder.yaml", "proeve")
    assert {todo["code"] for todo in report["todos"]} == {"CB148"}
    assert report["diagnostics"] == []


def test_new_does_not_overwrite(workspace: Path) -> None:
    tiny.run(workspace, *NEW)
    before = (workspace / "params/odder.yaml").read_bytes()
    again = tiny.run(workspace, *NEW)
    assert (again.returncode, again.stdout) == (1, "")
    assert "exists already; nothing was written" in again.stderr
    assert (workspace / "params/odder.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x", "--from", "proeve"], "Missing: --municipality, --client, --years."),
        (["x", "--from", "proeve", "--client", "Firma", "--years", "2026"], "--municipality"),
        (["x", "--from", "proeve", "--municipality", "9905", "--years", "2026"], "--client"),
        (["x", "--from", "proeve", "--municipality", "oder", "--years", "2026"], "Odder (0727)"),
        (["x", "--from", "proeve", "--municipality", "0727", "--years", "2027-2026"], "no years"),
        (["x", "--from", "prove", "--municipality", "0727", "--years", "2026"], "'proeve'?"),
        (["x", "--method", "mission"], "mission-orientation"),
        (["x"], "--from ENGAGEMENT"),
        (["Ny Sag", "--from", "proeve"], "'ny-sag'"),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_nothing_written(
    workspace: Path, arguments: list[str], said: str
) -> None:
    before = sorted(workspace.rglob("*"))
    result = tiny.run(workspace, "new", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr
    assert sorted(workspace.rglob("*")) == before


def test_another_kind_of_client_has_no_municipality(workspace: Path) -> None:
    options = ("--municipality", "none", "--client", "Foreningen Nord", "--years", "2026")
    assert tiny.run(workspace, "new", "nord", "--from", "proeve", *options).returncode == 0
    client = load((workspace / "params/nord.yaml").read_text(encoding="utf-8")).data["client"]
    assert client == {"id": "foreningen-nord", "name": "Foreningen Nord"}


def test_a_method_is_a_beginning_too(workspace: Path) -> None:
    options = ("--method", "mission-orientation", "--municipality", "9905", "--client", "Kladdeby")
    result = tiny.run(workspace, "new", "kladdeby", *options, "--years", "2026", "--json")
    assert result.returncode == 0, result.stderr
    found = read(workspace / "params/kladdeby.yaml")
    assert found.engagement is not None
    assert {d.code for d in found.diagnostics} == {"CB148"}
    assert found.engagement.assignment.derived_from == "methods/mission-orientation"
    assert found.engagement.assignment.fictional
    (survey,) = found.engagement.outcomes.surveys
    assert [item.id for item in survey.items] == [f"Q{n:02}" for n in range(1, 11)]
    assert {phase.kind for phase in found.engagement.phases} == set(model.PhaseKind)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_on_a_terminal_what_is_missing_is_asked_until_it_can_be_read(workspace: Path) -> None:
    import pty  # noqa: PLC0415  # not on Windows

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(workspace)
        os.execve(  # noqa: S606  # the command that users run
            sys.executable,
            [sys.executable, "-m", "casebook", "new", "odder", "--from", "proeve"],
            tiny.environment(),
        )
    told = _until(terminal, "none): ")
    os.write(terminal, b"oder\n")
    told += _until(terminal, "none): ")
    os.write(terminal, b"Odde\t\n")
    told += _until(terminal, "2027: ")
    os.write(terminal, b"2026\n")
    told += _until(terminal, "Next")
    os.waitpid(pid, 0)
    assert "Did you mean Odder (0727)" in told
    found = read(workspace / "params/odder.yaml").engagement
    assert found is not None
    assert (found.client.name, found.assignment.years.start) == ("Odder Kommune", 2026)


def _until(terminal: int, wanted: str) -> str:
    told = b""
    deadline = time.monotonic() + 60
    while wanted.encode() not in told:
        assert time.monotonic() < deadline, told.decode()
        if select.select([terminal], [], [], 1)[0]:
            told += os.read(terminal, 4096)
    return told.decode()


# --- TODO ---------------------------------------------------------------------------------------


def test_a_todo_may_stand_for_any_kind_of_value(tmp_path):
    text = OLD.replace("size: 43", 'size: "TODO: Hvor mange?"').replace(
        "groups: [ledere]", "groups: TODO"
    )
    source = origin(tmp_path, text)
    assert source.engagement is not None
    assert [d.code for d in source.diagnostics] == ["CB148", "CB148"]
    assert source.diagnostics[0].message == "participants.ledere.size is still TODO: Hvor mange?"


def test_a_todo_where_something_is_required_is_told_once(tmp_path):
    text = OLD.replace("years: {start: 2023, end: 2024}", "years: TODO")
    source = origin(tmp_path, text)
    assert source.engagement is None
    assert [(d.code, d.where.line) for d in source.diagnostics] == [("CB148", 10)]


def test_with_a_todo_left_only_internal_editions_are_made(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    path = root / "params/lille.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: Ledelse på tværs", 'title: "TODO: Navn?"'), "utf-8")
    result = tiny.run(root, "build", "--json", "-j", "2")
    report = json.loads(result.stdout)
    assert result.returncode == 1
    statuses = {(o["document"], o["audience"]): o["status"] for o in report["outcomes"]}
    assert statuses == {
        ("workshops", "internal"): "built",
        ("case_report", "public"): "refused",
        ("case_report", "client"): "refused",
        ("learning_summary", "internal"): "built",
        ("casebook", "internal"): "built",
    }
    refused = [o for o in report["outcomes"] if o["status"] == "refused"]
    assert {tuple(o["reasons"]) for o in refused} == {("CB148 ×1",)}
    assert not list((root / "build").rglob("*.public.*"))
    jobs = json.loads(tiny.run(root, "plan", "--json").stdout)["jobs"]
    assert {job["audience"] for job in jobs} == {"internal"}
    inside = tiny.run(root, "build", "--audience", "internal", "-j", "2")
    assert inside.returncode == 0, "nothing that was asked for is refused"
    assert tiny.run(root, "check").returncode == 1
    public = tiny.run(root, "build", "--audience", "public", "--json", "-j", "2")
    book = next(o for o in json.loads(public.stdout)["outcomes"] if o["document"] == "casebook")
    assert (book["status"], book["reasons"]) == ("refused", ["lille: CB148 ×1"])


# --- What differs -------------------------------------------------------------------------------


def test_diff_shows_what_was_added_left_out_and_changed(workspace: Path) -> None:
    tiny.run(workspace, *NEW)
    path = workspace / "params/odder.yaml"
    text = path.read_text(encoding="utf-8")
    assert tiny.run(workspace, "diff", "odder", "--json").returncode == 0
    text = text.replace("week: [+0, +6]", "week: [+0, +8]\n        planned: 3")
    text = text.replace("- {id: lokalt,", "- {id: nyt,").replace("id: Q03,", "id: Q03, version: 2,")
    path.write_text(text, encoding="utf-8")
    report = json.loads(tiny.run(workspace, "diff", "odder", "--json").stdout)
    assert (report["engagement"], report["other"]) == ("odder", "proeve")
    told = {(c["what"], c["id"], c["kind"], c["field"], c["now"]) for c in report["changes"]}
    assert ("activity", "lokalt", "left out", "", "") in told
    assert ("activity", "rolle", "changed", "planned", "3") in told
    assert ("activity", "rolle", "changed", "week", "0, 8") in told
    assert ("survey item", "Q03", "changed", "version", "2") in told
    assert any(one[:3] == ("activity", "nyt", "added") for one in told)
    shown = tiny.run(workspace, "diff", "odder", "proeve")
    assert "week: 0, 6 → 0, 8" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_nothing_differs_from_a_method_that_was_just_begun_from(workspace: Path) -> None:
    options = ("--method", "mission-orientation", "--municipality", "0727", "--years", "2026")
    tiny.run(workspace, "new", "odder", *options)
    assert json.loads(tiny.run(workspace, "diff", "odder", "--json").stdout)["changes"] == []


def test_diff_needs_something_to_compare_with(workspace: Path) -> None:
    result = tiny.run(workspace, "diff", "proeve")
    assert result.returncode == 2
    assert "casebook diff proeve OTHER" in result.stderr
