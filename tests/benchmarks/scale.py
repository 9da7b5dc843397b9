"""How the ledger grows: `python tests/benchmarks/scale.py [COUNT …]`, by default 10, 98, 1000.

Makes that many fictional engagements, the same at every run, and prints the seconds for making
the ledger, for its slowest answer, for `casebook find` and the slowest `casebook ask` as whole
commands from the start of Python on, and for the casebook page, each beside the start of one empty
notebook in the same run; and how large the page is.
"""

from __future__ import annotations

import json
import logging
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from casebook import portfolio
from casebook.archive import open_archive
from casebook.blocks import PAGE_MIME, SECTION_MIME, Page
from casebook.collecting import no_collecting
from casebook.exporters import EXPORTERS
from casebook.model import Audience
from casebook.questions import QUESTIONS, Asked, answer_all
from casebook.sections import across, learned
from casebook.sections.across import Across
from casebook.sections.evidence import insights
from casebook.text import Words
from casebook.workspace import Workspace, discover

THEMES = ("missionsorientering", "ledelsesdialog", "facilitering", "styring", "samskabelse")
TOOLS = ("laerred", "aktoerkort", "dialogguide", "rollekort")
SECTIONS = (
    across.scope,
    across.themes,
    across.formats,
    across.tools,
    learned.comparable,
    across.evidence,
    learned.lessons,
    learned.conditions,
    across.gaps,
    learned.recommendations,
    across.insights,
    learned.questions,
    across.method,
)
KINDS = {"seminars": "seminar", "sparring": "sparring", "workshops": "workshop"}


def engagement(number: int, dice: random.Random) -> dict[str, Any]:
    """A fictional engagement, different for every number."""
    id = f"fiktiv-{number:04}"
    year = dice.randint(2016, 2024)
    groups = [
        {"id": "ledere", "label": "Decentrale ledere", "kind": "decentrale_ledere", "size": 60},
        {"id": "facilitatorer", "label": "Facilitatorer", "kind": "facilitatorer", "size": 12},
    ]
    return {
        "client": {"id": f"kunde-{number % 400}", "name": f"Opdigtet Kommune {number % 400}"},
        "engagement": {
            "id": id,
            "title": f"Forløb {number}",
            "fictional": True,
            "years": {"start": year, "end": year + 1},
            "themes": dice.sample(THEMES, 2),
        },
        "participants": groups,
        "phases": [_phase(kind, year, dice) for kind in KINDS] + [_tools(dice)],
        "outcomes": {"surveys": [_survey(year, dice)], "claims": [_claim(dice)]},
        "learning": _learning(id, dice),
        "release": {"source": "Opdigtet", "retention": f"{year + 3}-06"},
    }


def _phase(kind: str, year: int, dice: random.Random) -> dict[str, Any]:
    sessions = [
        {
            "id": f"{kind}-{at}",
            "activity": kind,
            "status": dice.choice(("held", "held", "held", "cancelled")),
            "date": f"{year}-{at + 1:02}-10",
            "group": "ledere",
            "invited": 60,
            "attended": dice.randint(20, 60),
            "ownership": dice.randint(0, 4),
        }
        for at in range(6)
    ]
    activity = {"id": kind, "kinds": [KINDS[kind]], "text": f"Holde {kind}", "planned": 6}
    return {
        "id": kind,
        "kind": kind,
        "activities": [{**activity, "groups": ["ledere"], "sessions": sessions}],
    }


def _tools(dice: random.Random) -> dict[str, Any]:
    tools = [
        {"id": id, "name": id.title(), "version": str(dice.randint(1, 3))}
        for id in dice.sample(TOOLS, 2)
    ]
    activity = {"id": "tool", "kinds": ["tool_design"], "text": "Udvikle værktøjer"}
    return {"id": "tools", "kind": "tool_design", "activities": [activity], "tools": tools}


def _survey(year: int, dice: random.Random) -> dict[str, Any]:
    counts = [dice.randint(0, 9) for _ in range(5)]
    item = {"id": "Q01", "text": "Udbyttet var relevant for mit arbejde", "scale": [1, 5]}
    found = {"item": "Q01", "wave": "after", "answered": sum(counts), "counts": counts}
    waves = [{"id": "after", "date": f"{year}-11", "asked": 60}]
    one = {"id": "s", "title": "Udbytte", "items": [item], "waves": waves}
    return {**one, "distributions": [found]}


def _claim(dice: random.Random) -> dict[str, Any]:
    level = dice.randint(0, 2)
    said = {"said_by": "Konsulenten", "text": "Lederne mødes oftere.", "type": "assessment"}
    return {"id": "c", "evidence_level": level, "audience": "public", **said}


def _learning(id: str, dice: random.Random) -> dict[str, Any]:
    number = dice.randint(0, 30)
    statement = f"Fiktivt læringspunkt {number}: ledelsesdialogen bærer, når lederne selv leder."
    lesson = {"id": f"l{number}", "type": "sustain", "statement": statement, "support": [id]}
    assumption = {"text": f"Antagelse {number % 7}", "verdict": dice.choice(("held", "broke"))}
    return {"lessons": [lesson], "assumptions": [assumption]}


def seconds(work: Callable[[], Any]) -> float:
    """How long a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def empty_notebook() -> None:
    """Start a kernel, run one empty cell, stop it."""
    cell = nbformat.v4.new_code_cell("")
    NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3").execute()


def measure(count: int, root: Path) -> dict[str, float]:
    """The seconds for each use of a ledger of `count` engagements."""
    dice = random.Random(count)  # noqa: S311  # fiction, not secrets
    (root / "params").mkdir()
    for number in range(count):
        made = engagement(number, dice)
        path = root / "params" / f"{made['engagement']['id']}.yaml"
        path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    workspace = discover(root)
    found = {"ledger made": seconds(lambda: open_archive(workspace))}
    search = partial(command, root, "find", "ledelsesdialog", "--theme", "styring")
    found["one `casebook find`"] = min(seconds(search) for _ in range(3))
    answered = (partial(answer, workspace, number) for number in QUESTIONS)
    found["slowest answer"] = max(min(seconds(one) for _ in range(2)) for one in answered)
    asks = (partial(command, root, "ask", str(number)) for number in QUESTIONS)
    found["slowest `casebook ask`"] = max(min(seconds(ask) for _ in range(2)) for ask in asks)
    engagements = open_archive(workspace).engagements()
    answers = answer_all(Asked(tuple(engagements), Words("da")))
    entries = [portfolio.entry(one, insights(one)) for one in engagements]
    made: list[bytes] = []
    found["page made"] = seconds(lambda: made.append(page(entries, answers)))
    found["kB on the page"] = len(made[0]) / 1000
    return found


def answer(workspace: Workspace, number: int) -> None:
    """Answer a question from the ledger, as `casebook ask` does."""
    archive = open_archive(workspace)
    with no_collecting():
        everything = tuple(archive.engagements())
        asked = Asked(everything, Words("da"), date(2026, 1, 1), certainty=archive.certainty)
        QUESTIONS[number](asked, number)


def command(root: Path, *words: str) -> None:
    """Run a verb as it is typed, from the start of Python to its end."""
    typed = [sys.executable, "-m", "casebook", *words]
    subprocess.run(typed, cwd=root, stdout=subprocess.DEVNULL, check=True)


def page(entries: Sequence[portfolio.Entry], answers: Sequence[portfolio.Answer]) -> bytes:
    """The casebook page, as the notebook's calls and the exporter make it."""
    learning = portfolio.summarise(entries, answers)["learning"]
    read = portfolio.Portfolio.model_validate(learning)
    book = Across(read, Audience.INTERNAL, Words("da"))
    head = Page(document="casebook", engagement="", audience="internal", language="da", title="C")
    found = [(PAGE_MIME, head), *((SECTION_MIME, section(book)) for section in SECTIONS)]
    cell = nbformat.v4.new_code_cell("")
    cell.outputs = [
        nbformat.v4.new_output(
            "display_data", {mime: one.model_dump(mode="json"), "text/plain": ""}
        )
        for mime, one in found
    ]
    return EXPORTERS["html"](nbformat.v4.new_notebook(cells=[cell])).content


def main() -> None:
    """Print a table: a row for each use, a column for each count, and the ratio to the peer."""
    counts = [int(word) for word in sys.argv[1:]] or [10, 98, 1000]
    logging.disable(logging.WARNING)
    empty_notebook()
    peer = min(seconds(empty_notebook) for _ in range(3))
    print(f"one empty notebook: {peer:.2f} s")  # a script that prints
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            for use, value in measure(count, Path(folder)).items():
                ratio = f"{value / peer:6.2f} x a notebook" if "kB" not in use else ""
                print(f"{count:5}  {use:25} {value:8.2f}  {ratio}")


if __name__ == "__main__":
    main()
