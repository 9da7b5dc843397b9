"""`casebook check --notebooks` and `casebook tidy`: notebooks that everybody can run and read."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny
import yaml

from casebook.checks import NOTEBOOK_RULES
from casebook.cli.tidy import NBDIME

Change = Callable[[dict[str, Any]], object]

PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
"""Where a user who has activated the environment finds commands."""

PUBLISHED = "case.publish('Fund', figure=figure)"
TOKEN = base64.b64decode("Z2hwX0FiY0RlZkdoSWpLbE1uT3BRclN0VXY=").decode()


@pytest.fixture
def root(tmp_path) -> Path:
    """A workspace with one sound notebook."""
    workspace = tiny.workspace(tmp_path / "sager")
    for path in (workspace / "notebooks").glob("*.ipynb"):
        path.unlink()
    tiny.write_notebook(workspace, "case_report", "x = 1", "print(x)")
    change(workspace, lambda notebook: notebook["metadata"].update(kernelspec={"name": "python3"}))
    return workspace


def change(root: Path, how: Change, name: str = "case_report.ipynb") -> None:
    path = root / "notebooks" / name
    values = json.loads(path.read_text(encoding="utf-8"))
    how(values)
    text = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8")


def read(root: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((root / "notebooks/case_report.ipynb").read_text("utf-8"))
    return values


def told(root: Path, *options: str) -> list[dict[str, Any]]:
    done = tiny.run(root, "check", "--notebooks", "--json", *options)
    found: list[dict[str, Any]] = json.loads(done.stdout)["diagnostics"]
    return found


def source(number: int, text: str) -> Change:
    def replace(notebook: dict[str, Any]) -> None:
        notebook["cells"][number - 1]["source"] = text.splitlines(keepends=True)

    return replace


def cell(number: int, **values: Any) -> Change:
    return lambda notebook: notebook["cells"][number - 1].update(values)


def both(*changes: Change) -> Change:
    return lambda notebook: [one(notebook) for one in changes]


STREAM = {"output_type": "stream", "name": "stdout", "text": ["hemmeligt tal: 3\n"]}

SLIPS = [
    ("CB210", 0, cell(2, metadata={}), "No cell has the tag 'parameters'."),
    ("CB210", 3, cell(3, metadata={"tags": ["parameters"]}), "Cell 3: A second cell has the tag"),
    ("CB211", 2, source(2, "client = {}\nphases = []"), "does not assign engagement, participants"),
    ("CB212", 3, source(3, "a = 1\n" * 6), "Cell 3: The cell has 6 lines; 5 is most."),
    ("CB212", 3, source(3, "x = 1\nimport numpy"), "'numpy' is imported"),
    ("CB212", 4, source(4, "def f():\n    return 1"), "'f' is defined in a notebook"),
    ("CB213", 3, cell(3, outputs=[STREAM]), "Cell 3: The cell has outputs or a count."),
    (
        "CB213",
        0,
        cell(3, metadata={"execution": {"x": 1}}),
        "Editors left metadata behind: execution",
    ),
    ("CB214", 3, source(3, f"x = 1\nkey = '{TOKEN}'"), "This looks like a token"),
    ("CB214", 3, source(3, "kodeord = 'sommer2024'"), "This looks like a password"),
    ("CB214", 1, source(1, "Ring til 010190-1234"), "This looks like a CPR number"),
    ("CB215", 0, lambda notebook: notebook["cells"][2].pop("id"), "Cell 3: The cell has no id."),
    ("CB215", 3, cell(4, id="own-1"), "Cell 4: The id 'own-1' stands twice."),
    ("CB216", 1, source(1, "Tekst\n\n![](kort.png)"), "The image has no words"),
    ("CB216", 3, source(3, PUBLISHED), "A figure is published without words or data."),
    ("CB217", 0, lambda n: n["metadata"].update(kernelspec={"name": "min-venv"}), "'min-venv'"),
]


def test_nothing_is_said_about_a_sound_notebook(root):
    assert told(root) == []


@pytest.mark.parametrize(
    ("code", "at", "how", "words"), SLIPS, ids=[f"{s[0]}-{n}" for n, s in enumerate(SLIPS)]
)
def test_a_slip_is_told_at_its_line_of_the_file(root, code, at, how, words):
    change(root, how)
    found = [one for one in told(root) if one["code"] == code]
    assert len(found) == 1, found
    assert words in found[0]["message"]
    assert found[0]["hint"]
    lines = (root / "notebooks/case_report.ipynb").read_text("utf-8").splitlines()
    line = found[0]["where"]["line"]
    if at:
        ids = [n for n, text in enumerate(lines, 1) if '"id"' in text]
        later = [*ids, len(lines) + 1]
        assert ids[at - 1] <= line < later[at]


def test_a_dane_is_told_in_danish(root):
    change(root, both(cell(3, outputs=[STREAM]), source(4, "adgangskode = 'sommer2024'")))
    (root / "notebooks/casebook.ipynb").write_text("<<<<<<< HEAD", encoding="utf-8")
    danish = {**tiny.environment(), "LC_ALL": "da_DK.UTF-8"}
    command = [sys.executable, "-m", "casebook", "check", "--notebooks", "--json"]
    done = subprocess.run(
        command, cwd=root, env=danish, capture_output=True, encoding="utf-8", check=False
    )
    found = [one["message"] for one in json.loads(done.stdout)["diagnostics"]]
    assert "Celle 3: Cellen er gemt med output eller et nummer." in found
    assert "Celle 4: Det ligner en adgangskode." in found
    assert any(message.startswith("Det er ikke en notesbog (") for message in found)


def test_every_rule_is_tried_here_and_explained(root):
    assert {slip[0] for slip in SLIPS} == set(NOTEBOOK_RULES)
    for code in NOTEBOOK_RULES:
        assert len(tiny.run(root, "explain", code).stdout.splitlines()) > 2


def test_the_line_of_a_secret_is_that_of_its_source(root):
    change(root, source(3, "x = 1\ny = 2\nadgangskode = 'sommer2024'"))
    (found,) = told(root)
    text = (root / "notebooks/case_report.ipynb").read_text("utf-8").splitlines()
    assert "sommer2024" in text[found["where"]["line"] - 1]


def test_danish_prose_is_not_taken_for_a_secret(root):
    change(root, source(1, "Skoleudviklingsprojekterne og kodeordet: samarbejde. Token: nej"))
    assert told(root) == []


def test_the_notebook_of_one_engagement_may_hold_what_it_likes(root):
    own = root / "notebooks/lille"
    own.mkdir()
    shutil.copy(root / "notebooks/case_report.ipynb", own)
    change(root, source(3, "import numpy\n" * 9), "lille/case_report.ipynb")
    assert told(root) == []


def test_an_own_notebook_that_no_build_runs_is_named_with_the_nearest_name(root):
    for place in ("lille/case_raport", "lile/case_report", "lille/analyse", "lille/seminars"):
        path = root / f"notebooks/{place}.ipynb"
        path.parent.mkdir(exist_ok=True)
        shutil.copy(root / "notebooks/case_report.ipynb", path)
    found = {(one["where"]["file"], one["code"], one["hint"]) for one in told(root)}
    assert found == {
        ("notebooks/lille/case_raport.ipynb", "CB219", "Did you mean 'case_report'?"),
        ("notebooks/lile/case_report.ipynb", "CB219", "Did you mean 'lille'?"),
    }


def test_what_is_no_notebook_is_said_and_the_others_are_checked(root):
    (root / "notebooks/casebook.ipynb").write_text("<<<<<<< HEAD", encoding="utf-8")
    change(root, cell(3, outputs=[STREAM]))
    found = {one["where"]["file"]: one["code"] for one in told(root)}
    assert found == {"notebooks/casebook.ipynb": "CB218", "notebooks/case_report.ipynb": "CB213"}


def test_fix_mends_what_can_be_mended_and_says_the_rest(root):
    change(
        root,
        both(
            cell(2, metadata={}, execution_count=4),
            source(2, "client = {}\nengagement = {}\nphases = []"),
            cell(3, outputs=[STREAM], id="heading"),
            source(4, "adgangskode = 'sommer2024'"),
            lambda notebook: notebook["metadata"].update(kernelspec={"name": "min-venv"}),
        ),
    )
    assert {one["code"] for one in told(root)} == {"CB210", "CB213", "CB214", "CB215", "CB217"}
    assert [one["code"] for one in told(root, "--fix")] == ["CB211", "CB214"]
    assert [one["code"] for one in told(root, "--fix")] == ["CB214"]
    notebook = read(root)
    assert "".join(notebook["cells"][1]["source"]).endswith(
        'audience = "internal"\nlanguage = "da"'
    )
    assert [one["id"] for one in notebook["cells"]] == ["heading", "parameters", "cell-3", "own-2"]
    before = (root / "notebooks/case_report.ipynb").read_bytes()
    told(root, "--fix")
    assert (root / "notebooks/case_report.ipynb").read_bytes() == before


def untidy(notebook: dict[str, Any]) -> None:
    notebook["cells"][2] |= {"outputs": [STREAM], "execution_count": 7}
    notebook["cells"][2]["metadata"] = {
        "tags": ["behold"],
        "papermill": {},
        "collapsed": True,
        "jupyter": {"outputs_hidden": True, "source_hidden": True},
    }
    notebook["metadata"] |= {"papermill": {}, "language_info": {"name": "python", "version": "3.9"}}


def test_tidy_strips_outputs_and_what_editors_leave_and_keeps_ids_and_tags(root):
    change(root, untidy)
    assert tiny.run(root, "tidy", "--check").returncode == 1
    assert "tidied: notebooks/case_report.ipynb" in tiny.run(root, "tidy").stdout
    notebook = read(root)
    assert [one["id"] for one in notebook["cells"]] == ["heading", "parameters", "own-1", "own-2"]
    third = notebook["cells"][2]
    assert (third["outputs"], third["execution_count"]) == ([], None)
    assert third["metadata"] == {"tags": ["behold"], "jupyter": {"source_hidden": True}}
    assert notebook["metadata"] == {
        "kernelspec": {"name": "python3"},
        "language_info": {"name": "python"},
    }
    assert tiny.run(root, "tidy", "--check").returncode == 0


def test_a_tidy_notebook_is_what_jupyter_itself_would_save(root):
    import nbformat  # noqa: PLC0415

    tiny.run(root, "tidy")
    path = root / "notebooks/case_report.ipynb"
    tidy = path.read_text("utf-8")
    nbformat.write(nbformat.read(path, as_version=4), path)
    assert path.read_text("utf-8") == tidy


def test_nothing_is_written_where_one_file_is_no_notebook(root):
    change(root, untidy)
    before = (root / "notebooks/case_report.ipynb").read_bytes()
    (root / "notebooks/x.ipynb").write_text("{}", encoding="utf-8")
    (root / "notebooks/y.ipynb").write_bytes(b"")
    done = tiny.run(root, "tidy")
    assert done.returncode == 1
    assert "notebooks/x.ipynb: It is not a notebook" in done.stderr
    assert "notebooks/y.ipynb: It is not a notebook" in done.stderr
    assert (root / "notebooks/case_report.ipynb").read_bytes() == before


def test_the_shipped_notebooks_are_tidy_and_sound():
    assert tiny.run(tiny.ROOT, "tidy", "--check").returncode == 0
    assert told(tiny.ROOT) == []


def git(root: Path, *arguments: str) -> str:
    who = {
        f"GIT_{role}_{what}": "x@example.org"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    environment = {
        **tiny.environment(),
        **who,
        "PATH": PATH,
    }
    done = subprocess.run(
        ["git", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_git_commits_notebooks_without_outputs_and_leaves_the_working_copy_alone(root):
    git(root, "init", "-q")
    data = tiny.ROOT / "casebook/data/workspace/gitattributes"
    shutil.copy(data, root / ".gitattributes")
    assert tiny.run(root, "tidy", "--git").returncode == 0
    git(root, "add", ".")
    git(root, "commit", "-qm", "Start")
    change(root, untidy)
    git(root, "add", ".")
    kept = json.loads(git(root, "show", ":notebooks/case_report.ipynb"))
    assert kept["cells"][2]["outputs"] == []
    assert read(root)["cells"][2]["outputs"] == [STREAM]
    change(root, source(4, "print(x + 1)"))
    git(root, "add", ".")
    assert "print(x + 1)" in git(root, "diff", "--cached", "--no-ext-diff")
    assert "hemmeligt" not in git(root, "diff", "--cached", "--no-ext-diff")


@pytest.mark.skipif(not shutil.which("git-nbdiffdriver", path=PATH), reason="needs nbdime")
def test_git_shows_differences_of_notebooks_with_nbdime(root):
    git(root, "init", "-q")
    shutil.copy(tiny.ROOT / "casebook/data/workspace/gitattributes", root / ".gitattributes")
    for name, value in NBDIME.items():
        git(root, "config", name, value)
    git(root, "add", ".")
    git(root, "commit", "-qm", "Start")
    change(root, source(4, "print(x + 1)"))
    said = git(root, "diff")
    assert "nbdiff" in said
    assert "print(x + 1)" in said


def test_the_pre_commit_hooks_do_what_they_say_on_the_files_they_are_given(root):
    shipped = yaml.safe_load((tiny.ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    own = yaml.safe_load((tiny.ROOT / "casebook/data/workspace/pre-commit.yaml").read_text("utf-8"))
    hooks = {hook["id"]: hook["entry"] for hook in shipped}
    assert hooks == {hook["id"]: hook["entry"] for hook in own["repos"][0]["hooks"]}
    change(root, untidy)
    verb = hooks["casebook-tidy"].split()[1:]
    assert tiny.run(root, *verb, "notebooks/case_report.ipynb").returncode == 0
    assert read(root)["cells"][2]["outputs"] == []
    assert tiny.run(root, *hooks["casebook-check"].split()[1:]).returncode == 0
