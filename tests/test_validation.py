"""`pytest --casebook` from outside: real pytest, real kernels, one small workspace."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import tiny

from casebook.validation.sanitising import RULES, cleaner

SET_UP = """\
from casebook.blocks import Column, Prose, Section, Table
from casebook.notebook import show"""

NUMBER = "print('Deltagere:', 40)"

TABLE = """\
rows = (("Seminar", "12"), ("Workshop", "8"))
table = Table(caption="Forløb", columns=(Column(label="Aktivitet"), Column(label="Holdt")), rows=rows)
show(Section(id="program", title="Program", blocks=(table,)))"""

CHART = """\
from casebook.charts import own
from casebook.text import Words
from matplotlib.figure import Figure
figure = Figure(); axes = figure.subplots()
axes.set_ylim(0, 6); axes.bar(["før", "efter"], [3, 5])
shown = own.from_matplotlib(figure, "Flere møder", "To søjler.", {"før": 3, "efter": 5}, Words("da"))
show(Section(id="fremgang", title="Fremgang", blocks=(shown,)))"""

PICTURE = """\
import io
from IPython.display import Image, display
from PIL import Image as Drawn
shown = io.BytesIO()
Drawn.new("L", (40, 20), 9).save(shown, "png")
_ = display(Image(shown.getvalue()))"""

TEXT = 'show(Section(id="ord", blocks=(Prose(paragraphs=("Lederne mødes på tværs.",)),)))'

FLAKY = """\
import datetime, os, sys, tempfile, time, uuid, warnings
print(object(), f"pid {os.getpid()}", datetime.datetime.now().isoformat(), time.ctime(), time.time())
print(tempfile.mkdtemp(), f"took {time.perf_counter():.3f} s", uuid.uuid4(), os.getcwd())
print("Workshop", 8, "deltagere den 2024-05-01", file=sys.stderr)
object()"""

STEADY = "print(Prose(paragraphs=('uændret',)))"

CELLS = (SET_UP, NUMBER, TABLE, STEADY, TEXT, FLAKY)
REPORT = "notebooks/case_report.ipynb"
ONLY_PUBLIC = (REPORT, "-k", "public or parameters")
ONE_RUN = f"{REPORT}::lille-public"

Outcomes = dict[str, str]


class Result:
    """What one run of pytest said: the outcome of each item by its id, and all its words."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.text = done.stdout + done.stderr
        found = re.findall(
            r"^(?:\[gw\d\].*?%\] )?(\S.*?::.+?)(?:@\S+)? (PASSED|FAILED|SKIPPED)",
            self.text,
            re.MULTILINE,
        )
        found += [
            (id, outcome)
            for outcome, id in re.findall(
                r"^\[gw\d\] \[.*\] (\w+) (\S.*::.+?)(?:@\S+)? *$", self.text, re.MULTILINE
            )
        ]
        self.outcomes: Outcomes = dict(found)

    def of(self, outcome: str) -> list[str]:
        """The ids of the items with this outcome."""
        return sorted(id for id, found in self.outcomes.items() if found == outcome)


def validate(root: Path, *arguments: str, option: str = "--casebook") -> Result:
    """Run pytest in a workspace as a user does."""
    command = [sys.executable, "-m", "pytest", option, "-v", "-p", "no:cacheprovider", *arguments]
    return run(root, command)


def run(root: Path, command: list[str], **environment: str) -> Result:
    return Result(
        subprocess.run(
            command,
            cwd=root,
            env={**tiny.environment(), "COLUMNS": "200", **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=900,
            check=False,
        )
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    """A workspace of two engagements under a Danish path, with the references of its report."""
    root = tiny.workspace(tmp_path_factory.mktemp("x") / "Sager på tværs", ["lille", "stor"])
    tiny.write_notebook(root, "case_report", *CELLS)
    made = validate(root, *ONLY_PUBLIC, option="--casebook-update")
    assert made.code == 0, made.text
    return root


@pytest.fixture
def workspace(original, tmp_path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(original, tmp_path / original.name))


def replace(root: Path, number: int, source: str) -> None:
    """Replace the source of a cell, for the engagement `lille` only."""
    with notebook(root) as cells:
        lines = (source, cells[number - 1]["source"])
        indented = ("\n    ".join(text.splitlines()) for text in lines)
        choice = "if engagement['id'] == 'lille':\n    {}\nelse:\n    {}"
        cells[number - 1]["source"] = choice.format(*indented)


@contextmanager
def notebook(root: Path) -> Iterator[list[dict[str, Any]]]:
    """The cells of the report's notebook, to be changed."""
    path = root / REPORT
    values = json.loads(path.read_text(encoding="utf-8"))
    yield values["cells"]
    path.write_text(json.dumps(values), encoding="utf-8")


@pytest.fixture
def edit(workspace) -> Callable[[int, str], None]:
    """Replace the source of a cell, for the engagement `lille` only."""
    return functools.partial(replace, workspace)


def item(name: str, number: int) -> str:
    return f"{REPORT}::{name}-public::Cell {number}"


def test_a_workspace_that_shows_what_it_showed_passes_whatever_time_and_place_it_runs_at(workspace):
    result = validate(workspace, *ONLY_PUBLIC)
    assert (result.code, result.of("FAILED"), result.of("SKIPPED")) == (0, [], [])
    cells = [item(name, number) for name in ("lille", "stor") for number in range(2, 9)]
    files = ["params/lille.yaml::parameters", "params/stor.yaml::parameters"]
    assert result.of("PASSED") == sorted([*cells, *files])


def test_writing_references_again_changes_no_byte(workspace):
    files = sorted((workspace / "refs").rglob("*.yaml"))
    before = [(file, file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    assert len(before) == 2
    result = validate(workspace, *ONLY_PUBLIC, option="--casebook-update")
    assert "0 written, 2 unchanged" in result.text
    assert [(file, file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<Lager object at 0x7f3c5e2a1b50>", "<Lager object at <address>>"),
        ("klar 2025-05-05T12:30:00.123+02:00.", "klar <time>."),
        ("2025-05-05 12:30 og 12:30:59,5", "<time> og <time>"),
        ("Mon May  5 12:30:00 2025", "<time>"),
        ("1746441000.25", "<time>"),
        ("45.6 ms ± 1.2 ms, 3,5 sekunder", "<duration> ± <duration>, <duration>"),
        ("Wall time: 12 µs", "Wall time: <duration>"),
        ("/var/folders/ab/c/T/x.csv og C:\\Users\\ida\\Temp\\x.csv", "<temporary> og <temporary>"),
        (
            "PID=4711, process id: 12, proces-id 8",
            "PID=<number>, process id: <number>, proces-id <number>",
        ),
        ("123e4567-e89b-12d3-a456-426614174000", "<uuid>"),
        ('<td id="T_3fa1c_row0">', '<td id="T_<id>_row0">'),
    ],
)
def test_what_differs_from_run_to_run_is_replaced(text, kept):
    assert cleaner(RULES)(text) == kept


@pytest.mark.parametrize(
    "fact",
    ["8 deltagere", "2024-05-01", "kl. 12:30", "3,5 timer", "0746", "p = 0.05", "proces 3", "12 s"],
)
def test_a_fact_is_not_replaced(fact):
    assert cleaner(RULES)(fact) == fact


def test_a_reference_is_text_to_review_without_traces_of_the_machine(workspace):
    text = (workspace / "refs/lille/case_report.public.da.yaml").read_text(encoding="utf-8")
    assert "- [Seminar, '12']" in text
    assert "Lederne mødes på tværs." in text
    for trace in (str(workspace), str(Path.home()), tempfile.gettempdir(), "0x7"):
        assert trace not in text
    assert "pid <number>" in text
    assert "8 deltagere den 2024-05-01" in text, "a number and a date are facts"


CHANGES = {
    "a number": (
        NUMBER,
        NUMBER.replace("40", "41"),
        ["- Deltagere: 40", "+ Deltagere: 41"],
    ),
    "a table's cell": (
        TABLE,
        TABLE.replace('"8"', '"9"'),
        ["section “Program” › table “Forløb” › row “Workshop” › column “Holdt”", "- 8", "+ 9"],
    ),
    "a bar drawn wrong": (
        CHART,
        CHART.replace("[3, 5]", "[3, 4]"),
        ["figure “Flere møder” › drawing", "placed, coloured or worded differently"],
    ),
    "the data of a chart": (
        CHART,
        CHART.replace('"efter": 5', '"efter": 6'),
        ["table “Flere møder” › row “efter” › column “Værdi”", "- 5", "+ 6"],
    ),
    "a text": (
        TEXT,
        TEXT.replace("på tværs", "hver uge"),
        ["- Lederne mødes på tværs.", "+ Lederne mødes hver uge."],
    ),
    "a picture": (
        PICTURE,
        PICTURE.replace("9", "8"),
        ["image/png › pixels"],
    ),
    "an added warning": (
        NUMBER,
        f"import warnings; warnings.warn('forældet')\n{NUMBER}",
        ["UserWarning: forældet"],
    ),
    "an error": (TEXT, "1 / 0", ["fails: ZeroDivisionError: division by zero"]),
    "nothing shown": (TEXT, "pass", ['- {"section"', "Lederne mødes"]),
}


@pytest.fixture(scope="module")
def changed(tmp_path_factory) -> Result:
    """Every change in a cell of its own, for one of two engagements, in one run."""
    root = tiny.workspace(tmp_path_factory.mktemp("changed") / "ændret", ["lille", "stor"])
    tiny.write_notebook(root, "case_report", SET_UP, *(before for before, _, _ in CHANGES.values()))
    assert validate(root, *ONLY_PUBLIC, option="--casebook-update").code == 0
    reference = (root / "refs/lille/case_report.public.da.yaml").read_text("utf-8")
    assert "marks: {path: " in reference
    assert "<svg" not in reference
    for number, (_, source, _) in enumerate(CHANGES.values(), 4):
        replace(root, number, source)
    return validate(root, *ONLY_PUBLIC)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told_at_its_cell_in_words(changed, change):
    number = 4 + list(CHANGES).index(change)
    assert item("lille", number) in changed.of("FAILED")
    told = changed.text.partition(f"_ lille-public::Cell {number} _")[2].partition("\n___")[0]
    for words in CHANGES[change][2]:
        assert words in told
    assert "\x1b" not in told


def test_the_neighbours_of_changed_cells_and_the_other_engagement_pass(changed):
    assert changed.code == 1
    cells = range(4, 4 + len(CHANGES))
    assert changed.of("FAILED") == sorted(item("lille", number) for number in cells)
    assert changed.of("SKIPPED") == []
    assert {item("stor", number) for number in cells} <= set(changed.of("PASSED"))


def test_a_dead_kernel_is_told_at_its_cell_and_what_it_kept_from_running_is_skipped(
    workspace, edit
):
    edit(5, "import os; os._exit(1)")
    result = validate(workspace, ONE_RUN)
    assert result.of("FAILED") == [item("lille", 5)]
    assert result.of("SKIPPED") == [item("lille", number) for number in (6, 7, 8)]
    assert "Cell 5 ended the run: the kernel ended while the cell ran" in result.text


def test_a_cell_that_hangs_is_told_after_the_time_that_one_cell_may_take(workspace, edit):
    edit(4, "import time; time.sleep(600)")
    result = validate(workspace, ONE_RUN, "-o", "casebook_timeout=15")
    assert result.of("FAILED") == [item("lille", 4)]
    assert "Cell 4 ended the run: the cell took more than 15 seconds" in result.text


def test_errors_that_follow_from_an_error_are_not_counted_again(workspace, edit):
    edit(3, "raise ImportError('ingen casebook')")
    result = validate(workspace, ONE_RUN)
    assert result.of("FAILED") == [item("lille", 3)]
    assert set(result.of("SKIPPED")) == {item("lille", number) for number in (5, 6, 7)}
    assert result.outcomes[item("lille", 4)] == "PASSED", "it needs nothing of the failing cell"


def test_a_missing_reference_fails_once_for_its_run(workspace):
    (workspace / "refs/lille/case_report.public.da.yaml").unlink()
    result = validate(workspace, ONE_RUN)
    assert result.of("FAILED") == [item("lille", 2)]
    assert "There is no reference refs/lille/case_report.public.da.yaml" in result.text
    assert f'pytest --casebook-update "{REPORT}::lille-public"' in result.text
    alone = validate(workspace, f"{REPORT}::lille-public::Cell 5")
    assert alone.of("FAILED") == [item("lille", 5)]


def test_where_a_notebook_failed_and_so_has_no_reference_the_failure_is_told(workspace, edit):
    (workspace / "refs/lille/case_report.public.da.yaml").unlink()
    edit(4, "1 / 0")
    result = validate(workspace, ONE_RUN)
    assert result.of("FAILED") == [item("lille", 4)]
    assert "Cell 4 fails: ZeroDivisionError: division by zero" in result.text
    assert "There is no reference" not in result.text


def test_a_reference_that_is_no_reference_is_said(workspace):
    (workspace / "refs/lille/case_report.public.da.yaml").write_text("own-1: [\n", encoding="utf-8")
    result = validate(workspace, ONE_RUN)
    assert result.of("FAILED") == [item("lille", 2)]
    assert "case_report.public.da.yaml cannot be read: line 2" in result.text


def test_a_cell_without_reference_fails_and_so_does_a_reference_without_cell(workspace):
    path = workspace / "refs/lille/case_report.public.da.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("own-2:", "taken-out:"), encoding="utf-8"
    )
    result = validate(workspace, ONE_RUN)
    gone = f"{REPORT}::lille-public::Cell gone: taken-out"
    assert result.of("FAILED") == [item("lille", 4), gone]
    assert "Cell 4 (id own-2) has no reference" in result.text


def test_a_moved_cell_is_told_where_it_stands_now(workspace):
    with notebook(workspace) as cells:
        cells.insert(4, cells.pop(6))
    result = validate(workspace, ONE_RUN)
    assert result.of("FAILED") == [item("lille", 5)]
    assert "it stood after the cell `own-4`, and now stands after the cell `own-2`" in result.text


def test_a_broken_parameter_file_is_one_failed_item_and_the_others_are_validated(workspace):
    path = workspace / "params/lille.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("audience: public", "audience: alle"),
        encoding="utf-8",
    )
    result = validate(workspace, *ONLY_PUBLIC)
    assert result.of("FAILED") == ["params/lille.yaml::parameters"]
    assert re.search(r"params/lille\.yaml:\d+:\d+: CB118", result.text)
    assert item("stor", 8) in result.of("PASSED")
    assert not [id for id in result.outcomes if "::lille" in id]


def test_one_cell_alone_runs_the_cells_before_it(workspace, edit):
    edit(8, "raise SystemError('not reached')")
    result = validate(workspace, f"{REPORT}::lille-public::Cell 5")
    assert result.outcomes == {item("lille", 5): "PASSED"}
    result = validate(workspace, REPORT, "-k", "lille-public and 6")
    assert result.outcomes == {item("lille", 6): "PASSED"}


def test_the_failed_cells_of_last_time_can_be_run_alone(workspace, edit):
    edit(7, TEXT.replace("på tværs", "nu"))
    pytest_ = [sys.executable, "-m", "pytest", "--casebook", "-v"]
    assert run(workspace, [*pytest_, ONE_RUN]).of("FAILED") == [item("lille", 7)]
    again = run(workspace, [*pytest_, REPORT, "--lf"])
    assert again.outcomes == {item("lille", 7): "FAILED"}


@pytest.mark.parametrize("how", [["-n", "2"], ["-n", "2", "--dist", "loadgroup"]], ids=" ".join)
def test_two_workers_say_the_same_as_one(workspace, edit, how):
    edit(4, NUMBER.replace("40", "41"))
    result = validate(workspace, *ONLY_PUBLIC, *how)
    assert result.of("FAILED") == [item("lille", 4)]
    assert len(result.of("PASSED")) == 15


def test_references_are_written_by_one_process_and_not_where_a_cell_fails(workspace, edit):
    refused = validate(workspace, "-n", "2", option="--casebook-update")
    assert refused.code == 4
    assert "leave out -n" in refused.text
    edit(4, "1 / 0")
    before = (workspace / "refs/lille/case_report.public.da.yaml").read_bytes()
    result = validate(workspace, ONE_RUN, option="--casebook-update")
    assert result.of("FAILED") == [item("lille", 4)]
    assert (workspace / "refs/lille/case_report.public.da.yaml").read_bytes() == before


def test_nbvals_comments_and_tags_are_honoured(workspace):
    with notebook(workspace) as cells:
        cells[3]["source"] = f"# NBVAL_IGNORE_OUTPUT\n{NUMBER.replace('40', '41')}"
        cells[4]["source"] = TABLE.replace("12", "13")
        cells[4]["metadata"]["tags"] = ["nbval-ignore-output"]
        cells[6]["source"] = "# NBVAL_SKIP\nraise SystemError"
    result = validate(workspace, ONE_RUN)
    assert result.of("FAILED") == []
    assert result.of("SKIPPED") == [item("lille", 7)]


def test_a_sanitising_file_of_nbval_hides_what_it_names_and_nothing_else(workspace):
    with notebook(workspace) as cells:
        cells[3]["source"] = NUMBER.replace("40", "41")
        cells[6]["source"] = TEXT.replace("på tværs", "nu")
    rules = "[numbers]\nregex: Deltagere: \\d+\nreplace: Deltagere: N\n"
    (workspace / "rules.cfg").write_text(rules, encoding="utf-8")
    result = validate(workspace, ONE_RUN, "--nbval-sanitize-with", "rules.cfg")
    assert result.of("FAILED") == [item("lille", 7)]


def test_an_expected_error_is_compared_like_any_output(workspace):
    with notebook(workspace) as cells:
        cells[3]["metadata"]["tags"] = ["raises-exception"]
        cells[3]["source"] = "raise ValueError('nej')"
    assert validate(workspace, ONE_RUN, option="--casebook-update").code == 0
    assert validate(workspace, ONE_RUN).code == 0
    with notebook(workspace) as cells:
        cells[3]["source"] = "raise ValueError('måske')"
    assert validate(workspace, ONE_RUN).of("FAILED") == [item("lille", 4)]


def test_a_report_is_validated_with_the_findings_that_its_phase_records_reference_holds(workspace):
    tiny.write_notebook(workspace, "case_report", "print(phases[0].get('insights'))")
    made = validate(workspace, "notebooks", "-k", "lille", option="--casebook-update")
    assert made.code == 0, made.text
    text = (workspace / "refs/lille/case_report.public.da.yaml").read_text(encoding="utf-8")
    assert "Giv mere tid" in text
    tiny.write_notebook(
        workspace, "workshops", tiny.PUBLISH.replace("Giv mere tid", "Giv mindre tid")
    )
    result = validate(workspace, "notebooks", "-k", "lille")
    assert result.of("FAILED") == ["notebooks/workshops.ipynb::lille-internal::Cell 3"]


def test_without_paths_all_notebooks_of_the_workspace_are_collected(workspace):
    result = run(workspace, [sys.executable, "-m", "pytest", "--casebook", "--co", "-q"])
    runs = sorted(set(re.findall(r"(\S+\.ipynb::\S+?)::", result.text)))
    assert runs == [
        f"notebooks/{notebook}.ipynb::{name}"
        for notebook, name in (
            ("case_report", "lille-client"),
            ("case_report", "lille-public"),
            ("case_report", "stor-client"),
            ("case_report", "stor-public"),
            ("casebook", "internal"),
            ("learning_summary", "lille-internal"),
            ("learning_summary", "stor-internal"),
            ("workshops", "lille-internal"),
            ("workshops", "stor-internal"),
        )
    ]


def test_it_does_nothing_unless_asked_and_needs_nbval_only_then(workspace):
    pytest_ = [sys.executable, "-m", "pytest", "notebooks"]
    idle = run(workspace, pytest_)
    assert "no tests ran" in idle.text
    assert run(workspace, [*pytest_, "--casebook", "--co", "-q", "-p", "no:nbval"]).code == 0
    code = (
        "import sys, importlib.util as util; find = util.find_spec\n"
        "util.find_spec = lambda name: None if name == 'nbval' else find(name)\n"
        "import pytest; sys.exit(pytest.main(['notebooks', '--casebook', '-p', 'no:nbval']))"
    )
    without = run(workspace, [sys.executable, "-c", code])
    assert 'pip install "casebook[validate]"' in without.text
    assert "Traceback" not in without.text


def test_importing_the_plugin_loads_nothing_of_casebook_or_jupyter():
    code = "import sys, pytest, casebook.pytest_plugin; print('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {name for name in loaded if name.startswith("casebook")} == {
        "casebook",
        "casebook.pytest_plugin",
    }
    assert not loaded & {"nbval", "nbformat", "yaml", "pydantic", "papermill", "jupyter_client"}


def test_plain_nbval_still_works(workspace):
    for name in ("case_report", "learning_summary", "casebook", "workshops"):
        path = workspace / f"notebooks/{name}.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["kernelspec"]["name"] = "python3"
        notebook["cells"] = notebook["cells"][:2]
        path.write_text(json.dumps(notebook), encoding="utf-8")
    result = run(workspace, [sys.executable, "-m", "pytest", "--nbval", "notebooks/", "-v"])
    assert result.code == 0
    assert len(result.of("PASSED")) == 4


def test_on_github_a_failure_is_marked_on_the_line_of_its_cell(workspace, edit):
    edit(4, NUMBER.replace("40", "41"))
    command = [sys.executable, "-m", "pytest", "--casebook", ONE_RUN]
    result = run(workspace, command, GITHUB_ACTIONS="true")
    found = re.search(r"^::error file=(.*),line=(\d+),title=(.*)::(.*)$", result.text, re.MULTILINE)
    assert found
    assert found[1] == REPORT
    assert found[3] == "lille-public Cell 4"
    assert "Deltagere: 40 → Deltagere: 41" in found[4]
