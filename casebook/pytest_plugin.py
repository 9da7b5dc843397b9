"""`pytest --casebook`: every notebook × engagement × audience, cell by cell.

This module is imported by every pytest on the machine, so it imports nothing of casebook or of
Jupyter before it is asked.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from casebook.validation.session import Validation

_STATE: pytest.StashKey[Validation] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; all that happens without them."""
    group = parser.getgroup("casebook", "Casebook: notebooks × engagements")
    group.addoption(
        "--casebook",
        action="store_true",
        help="Run every notebook for every engagement and audience, and compare what its cells "
        "show with the references. Without paths: the workspace's notebooks.",
    )
    group.addoption(
        "--casebook-update",
        action="store_true",
        help="Run them, and write what they show as the new references.",
    )
    parser.addini("casebook_refs", "Folder of the references, in the workspace.", default="refs")
    parser.addini("casebook_timeout", "Seconds that one cell may take.", default="60")


def pytest_configure(config: pytest.Config) -> None:
    """Find the workspace; without paths, its notebooks and parameter files are collected."""
    if not (config.option.casebook or config.option.casebook_update):
        return
    if importlib.util.find_spec("nbval") is None:
        said = 'pytest --casebook needs nbval. Install it: pip install "casebook[validate]"'
        raise pytest.UsageError(said)
    from casebook.validation.session import Validation  # noqa: PLC0415  # only where asked for

    config.stash[_STATE] = Validation.of(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The notebooks of the workspace, and its parameter files."""
    state = parent.config.stash.get(_STATE, None)
    if state is None:
        return None
    from casebook.validation.items import collector  # noqa: PLC0415  # only where asked for

    return collector(file_path, parent, state)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where references are written, phase records come before the reports that read them."""
    state = config.stash.get(_STATE, None)
    if state and state.updating:
        from casebook.validation.items import wave  # noqa: PLC0415  # only where asked for

        items.sort(key=wave)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `-n` alone, let one worker have all cells of a run: it then runs only once."""
    if config.stash.get(_STATE, None) is None or config.option.dist != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415  # only where there is xdist

    return LoadScopeScheduling(config, log)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Which references were written; on GitHub, an annotation for each failure."""
    state = config.stash.get(_STATE, None)
    if state:
        state.summarise(terminalreporter)
