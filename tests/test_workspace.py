"""Workspaces: which files exist, and what is said when they do not."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny

from casebook.documents import Key
from casebook.errors import CasebookError
from casebook.model import Audience
from casebook.workspace import discover, select, write


def test_a_workspace_is_found_from_a_folder_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tiny.workspace(tmp_path / "w")
    monkeypatch.chdir(root / "notebooks")
    assert discover().root == root
    assert discover().output == root / "build"


def test_a_folder_without_params_is_not_a_workspace(tmp_path: Path) -> None:
    with pytest.raises(CasebookError, match="no folder `params`") as caught:
        discover(tmp_path)
    assert caught.value.exit_code == 2
    assert "casebook init" in caught.value.hint


def test_an_unknown_engagement_is_answered_with_the_nearest(tmp_path: Path) -> None:
    workspace = discover(tiny.workspace(tmp_path / "w", ["skanderborg", "odder"]))
    with pytest.raises(CasebookError, match="no engagement 'skanderbrog'") as caught:
        select(workspace, ["skanderbrog"])
    assert caught.value.hint == "Did you mean 'skanderborg'?"
    assert caught.value.exit_code == 2


def test_an_engagements_own_notebook_comes_first_and_the_packages_last(tmp_path: Path) -> None:
    root = tiny.workspace(tmp_path / "w")
    workspace = discover(root)
    assert workspace.notebook("lille", "workshops") == root / "notebooks/workshops.ipynb"
    tiny.write_notebook(root, "lille/workshops", "1")
    assert workspace.notebook("lille", "workshops") == root / "notebooks/lille/workshops.ipynb"
    (root / "notebooks/case_report.ipynb").unlink()
    shipped = workspace.notebook("lille", "case_report")
    assert shipped is None or not shipped.is_relative_to(root)


def test_pages_stand_under_their_engagement_and_the_casebook_above(tmp_path: Path) -> None:
    workspace = discover(tiny.workspace(tmp_path / "w"))
    report = Key("lille", "case_report", Audience.PUBLIC, "da")
    book = Key("", "casebook", Audience.INTERNAL, "en")
    assert workspace.shown(workspace.page(report, "html")) == (
        "build/lille/case_report.public.da.html"
    )
    assert workspace.shown(workspace.page(book, "html")) == "build/casebook.internal.en.html"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "page.html"
    write(path, b"first")
    with pytest.raises(TypeError):
        write(path, "not bytes")  # type: ignore[arg-type]  # fails halfway
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]
