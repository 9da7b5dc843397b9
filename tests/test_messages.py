"""Diagnostics in the reader's language, and what the terminal and machines get of them."""

from __future__ import annotations

import ast
import json
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import tiny

from casebook.checks import EXPLANATIONS, explanation
from casebook.messages import CATALOGUES, said, translated, user_language
from casebook.places import place_in

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "casebook"
CASES = ROOT / "tests/cases"


def sentences() -> Iterator[str]:
    """Every sentence with words in it that the code says."""
    for path in sorted((ROOT / "casebook").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said":
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"
                if re.search(r"[^\W\d_]", re.sub(r"\{\w+\}", "", node.args[0].value)):
                    yield node.args[0].value


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_sentence_and_every_explanation_is_translated_and_none_is_left_over(language):
    catalogue = CATALOGUES[language]
    assert set(sentences()) == set(catalogue.sentences)
    assert set(EXPLANATIONS) == set(catalogue.explanations)


SAYING = {
    "CasebookError",
    "Diagnostic",
    "Finding",
    "Slip",
    "Fault",
    "Problem",
    "Failing",
    "Part",
    "_problem",
    "_tell",
}
PRINTING = {"note", "tell", "echo", "secho", "Text", "add_task", "prompt"}
A_SENTENCE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|[^\W\d_]{3,}[.:]( |$)")


def untold(function: ast.AST, calls: set[str]) -> Iterator[str]:
    """Words that calls are given, there or by a variable, and that do not come from `said`."""
    made = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and name_of(node) in calls:
            for given in [*node.args, *(k.value for k in node.keywords if k.arg != "style")]:
                value = made.get(given.id, given) if isinstance(given, ast.Name) else given
                yield from words_besides(value)


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def words_besides(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and name_of(node) in ("said", "strftime"):
        return
    if isinstance(node, ast.Constant) and A_SENTENCE.search(str(node.value)):
        yield str(node.value)
    for child in ast.iter_child_nodes(node):
        yield from words_besides(child)


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.relative_to(PACKAGE).as_posix()
)
def test_nothing_is_told_to_a_person_without_a_danish_sentence(path):
    calls = SAYING | (PRINTING if path.parent.name == "cli" else set())
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert [text for each in functions for text in untold(each, calls)] == []


def values_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_has_the_values_and_the_code_words_of_the_original(language):
    for english, other in CATALOGUES[language].sentences.items():
        assert values_in(english) == values_in(other), english
        assert set(re.findall(r"`(\w+)[`:]", english)) == set(re.findall(r"`(\w+)[`:]", other))


def test_a_sentence_is_english_and_can_be_told_in_danish_with_what_it_holds():
    sentence = said("There is no {what} '{id}'.", what=said("tool"), id="{kort}")
    assert sentence == "There is no tool '{kort}'."
    assert translated(sentence, "da") == "Der findes ikke '{kort}' (værktøj)."
    assert translated(sentence, "en") == sentence
    assert translated("Something of somebody else's.", "da") == "Something of somebody else's."


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "da_DK.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "da_DK", "LANG": "en_US"}, "da"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "da"}, "da"),
    ],
)
def test_the_language_is_that_of_the_locale(variables, language):
    assert user_language(variables) == language


def run(case: str, *arguments: str, locale: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    (folder,) = CASES.glob(f"{case}-*")
    command = [sys.executable, "-m", "casebook", *arguments]
    environment = {**tiny.environment(), "LC_ALL": locale}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_a_dane_is_told_in_danish_with_the_line_and_a_mark_under_the_place():
    result = run("CB106", "check", locale="da_DK.UTF-8")
    assert (result.returncode, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert lines[:2] == [
        "params/p.yaml:12:51: CB106 fejl",
        "    Mødet S07 er dateret 2025-02-01, uden for 2023–2024.",
    ]
    assert lines[2][lines[3].index("^") :].startswith("date: 2025-02-01")
    assert lines[4:] == ["    Ret datoen, eller udvid årene.", "", "1 fejl."]
    assert max(map(len, lines)) <= 80
    found = json.loads(run("CB106", "check", "--json", locale="da_DK.UTF-8").stdout)
    assert found["diagnostics"][0]["hint"] == "Ret datoen, eller udvid årene."


DANISH = "da_DK.UTF-8"


def test_a_path_calls_an_item_by_its_id_and_counts_others_from_1():
    values = {"participants": [{"id": "ledere"}], "outcomes": {"tool_use": [{"unit": "A"}]}}
    assert place_in(values, ("participants", 0, "size", "value")) == "participants.ledere.size"
    assert place_in(values, ("outcomes", "tool_use", 0, "unit")) == "outcomes.tool_use[1].unit"
    assert place_in(values, ("nothing", 3, "here")) == "nothing[4].here"


def test_a_build_is_told_in_danish_and_its_json_keeps_the_english_words(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    assert tiny.run(root, "plan", locale=DANISH).stdout.endswith(
        "5 sider skal bygges, 0 er som før.\n"
    )
    lines = tiny.run(root, "build", "lille", locale=DANISH).stdout.splitlines()
    assert re.fullmatch(r"  case_report\.client\.da\.html +bygget: ny  \d+,\d s", lines[1])
    assert lines[-1] == "4 sider: 4 bygget."
    path = root / "params/lille.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: ", "title: Ny ", 1), encoding="utf-8"
    )
    plan = tiny.run(root, "plan", "lille", locale=DANISH)
    assert "bygges: params: engagement ændret" in plan.stdout
    (page, *_) = json.loads(tiny.run(root, "plan", "lille", "--json", locale=DANISH).stdout)["jobs"]
    assert page["reasons"] == ["params: engagement changed"]
    page = tiny.run(root, "build", "lille", "--json", locale=DANISH)
    assert {one["status"] for one in json.loads(page.stdout)["outcomes"]} == {"built"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["build", "nyby"], 2, "Der er intet engagement 'nyby'."),
        (["plan", "nyby"], 2, "Der er intet engagement 'nyby'."),
        (["check", "nyby"], 2, "Der er intet engagement 'nyby'."),
        (["diff", "nyby"], 2, "Der er intet engagement 'nyby'."),
        (["preview", "nyby"], 2, "Der er intet engagement 'nyby'."),
        (["ask", "1", "nyby"], 2, "Der er intet engagement 'nyby' at spørge om."),
        (["ask", "x"], 2, "Der er intet spørgsmål 'x'."),
        (["find", "--theme", "x"], 2, "Der er intet tema 'x'."),
        (["explain", "CB999"], 2, "Der er ingen kode CB999."),
        (["export", "alt.pdf"], 2, "'alt.pdf' har ikke en kendt endelse."),
        (["new", "ny", "--from", "lille"], 2, "Mangler: --municipality, --client, --years."),
        (
            ["init", "notebooks/workshops.ipynb/w"],
            1,
            "Kan ikke skrive til notebooks/workshops.ipynb/w: det er ikke en mappe.",
        ),
        (["init", "params/lille.yaml"], 2, "params/lille.yaml er en fil."),
        (["tidy", "params/lille.yaml"], 1, "params/lille.yaml: Det er ikke en notesbog"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_is_told_in_danish_and_with_json_as_json(tmp_path, arguments, code, message):
    root = tiny.workspace(tmp_path / "w")
    tiny.write_notebook(root, "workshops", "1")
    told = tiny.run(root, *arguments, locale=DANISH)
    assert (told.returncode, told.stdout) == (code, "")
    assert told.stderr.startswith(f"Fejl: {message}")
    found = tiny.run(root, *arguments, "--json", locale=DANISH)
    assert (found.returncode, found.stderr) == (code, "")
    error = json.loads(found.stdout)["error"]
    assert set(error) == {"message", "hint"}
    assert error["message"].startswith(message)


def test_a_wrong_option_is_told_as_json_too(tmp_path):
    found = tiny.run(tiny.workspace(tmp_path / "w"), "build", "--nix", "--json")
    assert (found.returncode, found.stderr) == (2, "")
    assert "--nix" in json.loads(found.stdout)["error"]["message"]


def test_no_line_is_filled_with_blanks(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    told = [tiny.run(root, verb) for verb in ("plan", "doctor")] + [run("CB106", "check")]
    told.append(tiny.run(root, "ask", "5"))
    lines = [line for one in told for line in f"{one.stdout}{one.stderr}".split("\n")]
    assert [line for line in lines if line != line.rstrip()] == []


def test_codes_are_listed_with_their_first_sentence():
    lines = run("CB106", "explain").stdout.splitlines()
    assert lines[0] == "CB100  The file cannot be read as YAML."
    assert max(map(len, lines)) <= 80


def test_a_file_that_extends_nothing_is_told_in_danish_too():
    lines = run("CB157", "check", locale="da_DK.UTF-8").stderr.splitlines()
    assert lines[1].startswith("    Der findes ingen fil '")


def test_what_is_left_to_answer_is_told_in_danish_too():
    lines = run("CB148", "check", locale="da_DK.UTF-8").stderr.splitlines()
    assert lines[0].startswith("params/p.yaml: CB148 fejl: At besvare for p")
    assert "(TODO): " in lines[1]


def test_in_a_table_the_mark_stands_under_the_cell():
    lines = run("CB119", "check").stderr.splitlines()
    assert lines[0] == "params/p/responses.csv:2:5: CB119 error"
    assert lines[2][lines[3].index("^") :] == "11"


def test_a_long_line_is_cut_around_the_place(tmp_path):
    root = tiny.workspace(tmp_path / "w")
    path = root / "params/lille.yaml"
    long = path.read_text(encoding="utf-8").replace(
        "client: {id: lillekoebing,",
        f"client: {{id: lillekoebing, readiness: {'æ' * 300}, navn: x,",
    )
    path.write_text(long.replace("name: Lillekøbing", f"region: {'x' * 300}, name: L"), "utf-8")
    lines = tiny.run(root, "check").stderr.splitlines()
    assert lines[2][lines[3].index("^") :].startswith("navn: x, region")
    assert max(map(len, lines)) <= 80


def test_a_code_is_explained_in_danish():
    result = run("CB121", "explain", "cb121", locale="da_DK.UTF-8")
    assert result.stdout.startswith("CB121: En ændring kræver svar fra de samme mennesker")
    assert explanation("CB121", "en") == EXPLANATIONS["CB121"]


# The parts of the SARIF 2.1.0 schema that a reader of results relies on.
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {"driver": {"required": ["name"]}},
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "items": {
                            "required": ["message", "ruleId", "locations"],
                            "properties": {
                                "message": {"required": ["text"]},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "locations": {
                                    "minItems": 1,
                                    "items": {"required": ["physicalLocation"]},
                                },
                            },
                        }
                    },
                },
            }
        },
    },
}


def test_code_scanning_gets_sarif_with_rules_and_places():
    result = run("CB138", "check", "--format", "sarif")
    assert (result.returncode, result.stderr) == (0, "")
    log = json.loads(result.stdout)
    jsonschema.validate(log, SARIF)
    (one,) = log["runs"][0]["results"]
    rule = log["runs"][0]["tool"]["driver"]["rules"][one["ruleIndex"]]
    assert rule["id"] == one["ruleId"] == "CB138"
    assert rule["shortDescription"]["text"].startswith("Where a unit falls back")
    place = one["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "params/p/tool_use.csv"
    assert place["region"] == {"startLine": 3, "startColumn": 17}
    empty = run("CB138", "check", "--format", "sarif", "p").stdout
    assert json.loads(empty)["version"] == "2.1.0"


def test_a_workflow_gets_one_annotation_for_each_diagnostic():
    result = run("CB106", "check", "--format", "github")
    assert result.stdout == (
        "::error file=params/p.yaml,title=CB106,line=12,col=51"
        "::Session S07 is dated 2025-02-01, outside 2023–2024. Correct it or extend the years.\n"
    )
