"""`extends`: values merged over those of other files, with the place of each."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import papermill
import pytest
import tiny
import yaml

from casebook import resources
from casebook.model import to_parameters
from casebook.source import Source, from_parameters, read

ROOT = Path(__file__).parents[1]

HOUSE = """\
engagement:
  id: ikke-arvet
  version: "7"
  provider: Huset
  themes: [ledelse, missioner]
  call_to_action:
    question: Vil I vide mere?
    label: {da: Skriv, en: Write}
release:
  method: Talt ved døren.
  data_role: {value: processor, source: husets aftale}
"""

METHOD = """\
engagement: {extends: _house, lead_in: Vi har hjulpet ved at...}
participants:
  - {id: ledere, label: Ledere, kind: alle_ledere}
  - {id: direktion, label: Direktionen, kind: direktion}
phases:
  - id: seminarer
    kind: seminars
    activities:
      - {id: a1, kinds: [seminar], groups: [ledere], text: "... holde seminarer."}
"""

OWN = """\
client: {id: proeve, name: Prøve Kommune}
engagement:
  id: proeve
  title: En prøve
  fictional: true
  years: {start: 2024}
  extends: methods/prøven
  themes: [klima]
  call_to_action: {label: Ring}
participants:
  - {id: ledere, size: 40}
  - {id: naboer, label: Naboer, kind: eksterne}
phases:
  - id: seminarer
    activities:
      - {id: a1, planned: 3}
release: {data_role: controller}
""".replace("prøven", "proeven")


def written(folder: Path, own: str = OWN, house: str = HOUSE, method: str = METHOD) -> Source:
    params = folder / "params"
    (params / "methods").mkdir(parents=True, exist_ok=True)
    (params / "_house.yaml").write_text(house, encoding="utf-8")
    (params / "methods" / "proeven.yaml").write_text(method, encoding="utf-8")
    (params / "proeve.yaml").write_text(own, encoding="utf-8")
    return read(params / "proeve.yaml")


def test_values_are_merged_by_the_documented_rules(tmp_path):
    source = written(tmp_path)
    assert source.diagnostics == ()
    values = to_parameters(source.engagement)
    assignment = values["engagement"]
    assert assignment["provider"] == "Huset", "through a chain"
    assert assignment["call_to_action"]["question"] == "Vil I vide mere?", "mappings deeply"
    assert assignment["call_to_action"]["label"] == "Ring", "a text is one value"
    assert assignment["themes"] == ["klima"], "other lists are replaced"
    assert [(g["id"], g.get("size")) for g in values["participants"]] == [
        ("ledere", 40),
        ("direktion", None),
        ("naboer", None),
    ]
    assert values["participants"][0]["label"] == "Ledere", "things with an id, by id"
    assert values["phases"][0]["activities"][0]["planned"] == 3
    assert values["release"]["data_role"] == "controller", "a fact is one value"
    assert "version" not in assignment, "another file's version is not this one's"
    assert "extends" not in assignment


def test_of_several_files_the_later_wins(tmp_path):
    own = OWN.replace("extends: methods/proeven", "extends: [methods/proeven, _later]")
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "_later.yaml").write_text("engagement: {provider: Filialen}\n", "utf-8")
    assert written(tmp_path, own).engagement.assignment.provider == "Filialen"


@pytest.mark.parametrize(
    ("house", "place", "code"),
    [
        (HOUSE.replace("provider", "leverandør"), "params/_house.yaml:4:3", "CB101"),
        (HOUSE.replace("themes: [ledelse", "levels: [ledelse"), "params/_house.yaml:5:12", "CB151"),
        (HOUSE.replace("Huset", "no"), "params/_house.yaml:4:13", "CB153"),
        (HOUSE.replace("Huset", '"TODO: Hvem er vi?"'), "params/_house.yaml:4:3", "CB148"),
    ],
)
def test_a_slip_is_told_in_the_file_where_it_stands(tmp_path, house, place, code):
    source = written(tmp_path, house=house)
    assert (place, code) in [(str(d.where), d.code) for d in source.diagnostics]
    assert {d.engagement for d in source.diagnostics} == {"proeve"}


def test_a_slip_in_the_file_itself_keeps_its_place(tmp_path):
    source = written(tmp_path, OWN.replace("planned: 3", "planned: tre"))
    (told,) = source.diagnostics
    assert (str(told.where), told.code) == ("params/proeve.yaml:16:18", "CB111")


@pytest.mark.parametrize(
    ("house", "words"),
    [
        (HOUSE.replace("engagement:", "engagement:\n  extends: methods/proeven"), "extends itself"),
        (HOUSE.replace("engagement:", "engagement:\n  extends: _hus"), "no file '_hus'"),
        (HOUSE.replace("engagement:", "engagement:\n  extends: ../../etc/passwd"), "no file"),
        (HOUSE.replace("engagement:", "engagement:\n  extends: /etc/hosts"), "no file"),
    ],
)
def test_a_chain_that_leads_nowhere_is_told_at_its_place(tmp_path, house, words):
    (told,) = (d for d in written(tmp_path, house=house).diagnostics if d.code == "CB157")
    assert str(told.where) == "params/_house.yaml:2:3"
    assert words in told.message
    assert told.hint


def test_resolved_says_where_each_value_comes_from(tmp_path):
    written(tmp_path)
    result = tiny.run(tmp_path, "check", "--resolved", "proeve")
    assert result.returncode == 0, result.stderr
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert "provider: Huset  # params/_house.yaml:4" in lines
    assert "label: Ring  # params/proeve.yaml:9" in lines
    assert "label: Ledere  # params/methods/proeven.yaml:3" in lines
    assert "size: 40  # params/proeve.yaml:11" in lines
    again = yaml.safe_load(result.stdout)
    assert "extends" not in again["engagement"]
    report = json.loads(tiny.run(tmp_path, "check", "--resolved", "proeve", "--json").stdout)
    assert report["values"] == again
    assert report["origins"]["participants.0.size"] == "params/proeve.yaml:11:18"
    assert report["origins"]["engagement.provider"] == "params/_house.yaml:4:3"


def test_resolved_is_an_engagement_that_means_the_same(tmp_path):
    source = written(tmp_path)
    result = tiny.run(tmp_path, "check", "--resolved", "proeve")
    assert from_parameters(yaml.safe_load(result.stdout)) == source.engagement


def test_the_kernel_door_resolves_what_is_extended(tmp_path):
    source = written(tmp_path)
    values = yaml.safe_load(OWN)
    assert from_parameters(values, tmp_path / "params") == source.engagement
    assert "extends" in values["engagement"], "what it is given is left as it was"


def test_plain_papermill_takes_groups_from_the_method_and_not_from_the_example(
    tmp_path, monkeypatch
):
    own = "\n".join(line for line in OWN.splitlines() if "seminarer" not in line)
    written(tmp_path, own[: own.index("phases:")] + "release: {naming: named}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    papermill.execute_notebook(
        str(resources.folder("notebooks") / "case_report.ipynb"),
        "out.ipynb",
        parameters={**yaml.safe_load((tmp_path / "params/proeve.yaml").read_text("utf-8"))},
        kernel_name="python3",
        progress_bar=False,
    )
    shown = str(nbformat.read("out.ipynb", as_version=4))
    assert "holde seminarer." in shown
    assert "yde sparring til lederne" not in shown.partition("injected")[2]


def test_the_methods_that_ship_can_be_extended(tmp_path):
    own = OWN.replace("methods/proeven", "methods/mission-orientation")
    own = own[: own.index("participants:")].replace("  call_to_action: {label: Ring}\n", "")
    source = written(tmp_path, own)
    assert source.engagement is not None
    assert {d.code for d in source.diagnostics} == {"CB148"}
    assert all("params/proeve.yaml" in d.hint for d in source.diagnostics)
