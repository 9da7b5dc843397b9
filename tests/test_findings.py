"""What a consultant adds by hand: from a phase notebook's cell to the reports it is meant for."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_pages import text_of

from casebook.charts.own import from_matplotlib
from casebook.errors import CasebookError
from casebook.text import Words

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.xdist_group("findings")

PARAMETERS = """\
client: {id: proeve, name: Prøve Kommune}
engagement: {id: proeve, title: En prøve, fictional: true, years: {start: 2024}}
participants: [{id: ledere, label: Ledere, kind: alle_ledere, size: 40}]
phases:
  - id: workshops
    kind: workshops
    activities: [{id: w, kinds: [workshop], groups: [ledere], text: "... holde workshops."}]
"""

FOR_THE_CLIENT = """\
from matplotlib.figure import Figure
figure = Figure(figsize=(5, 2)); figure.subplots().bar(["Ja", "Nej"], [12, 3])
case.publish("Deltagerne ville have mere tid", audience="client", n=12, total=15, figure=figure,
             description="Tolv søjler mod tre.", data={"Ja": 12, "Nej": 3})
"""
INTERNAL = 'case.publish("Lokalet var for lille.")'


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("findings")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    own = root / "notebooks" / "proeve" / "workshops.ipynb"
    own.parent.mkdir()
    notebook = json.loads((root / "notebooks" / "workshops.ipynb").read_text(encoding="utf-8"))
    for id, source in (("mere-tid", FOR_THE_CLIENT), ("lokalet", INTERNAL)):
        cell = {"cell_type": "code", "execution_count": None, "id": id, "metadata": {}}
        notebook["cells"].append(cell | {"outputs": [], "source": source})
    own.write_text(json.dumps(notebook), encoding="utf-8")
    (root / "params").mkdir()
    (root / "params" / "proeve.yaml").write_text(PARAMETERS, encoding="utf-8")
    run = [Path(sys.executable).parent / "casebook", "build", "proeve"]
    subprocess.run(run, cwd=root, check=True, capture_output=True)
    return root / "build" / "proeve"


def test_a_finding_with_a_chart_stands_in_the_reports_of_its_audiences_only(pages):
    client = pages / "case_report.client.da.html"
    assert "Deltagerne ville have mere tid" in text_of(client)
    assert "Tolv søjler mod tre." in client.read_text(encoding="utf-8")
    assert "Deltagerne ville have mere tid" in text_of(pages / "learning_summary.internal.da.html")
    assert "mere tid" not in (pages / "case_report.public.da.html").read_text(encoding="utf-8")


def test_a_finding_without_an_audience_stays_inside(pages):
    assert "Lokalet var for lille." in text_of(pages / "learning_summary.internal.da.html")
    for name in ("public", "client"):
        page = pages / f"case_report.{name}.da.html"
        assert "Lokalet" not in page.read_text(encoding="utf-8")
        executed = pages / "notebooks" / f"case_report.{name}.da.ipynb"
        assert "Lokalet" not in executed.read_text(encoding="utf-8")


def test_the_internal_report_links_to_each_cell_that_published(pages):
    markup = (pages / "learning_summary.internal.da.html").read_text(encoding="utf-8")
    targets = set(re.findall(r'href="workshops\.internal\.da\.html#([^"]+)"', markup))
    assert targets >= {"cell-mere-tid", "cell-lokalet"}
    record = (pages / "workshops.internal.da.html").read_text(encoding="utf-8")
    assert all(f'id="{target}"' in record for target in targets)


def test_a_figure_needs_words_and_numbers_for_those_who_cannot_see_it():
    with pytest.raises(CasebookError, match="lacks description, data"):
        from_matplotlib(None, "En figur", "", None, Words("da"))
