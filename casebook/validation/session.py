"""What one pytest session knows of the workspace, and what it does with it as a whole."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from casebook.errors import CasebookError
from casebook.kernels.process import WarmProcess
from casebook.validation import sanitising
from casebook.validation.markers import sanitise_file
from casebook.validation.matrix import Matrix
from casebook.validation.shown import Cleaning
from casebook.workspace import discover


@dataclass
class Validation:
    """What one pytest session knows of the workspace."""

    matrix: Matrix
    updating: bool
    cleaning: Cleaning
    warm: WarmProcess
    written: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, config: pytest.Config) -> Self:
        """The workspace in or above the current folder, as the options and settings say."""
        updating = bool(config.option.casebook_update)
        if updating and (
            getattr(config.option, "dist", "no") != "no" or hasattr(config, "workerinput")
        ):
            said = "--casebook-update writes the references of phase records before the reports "
            raise pytest.UsageError(f"{said}read them, so it runs in one process: leave out -n.")
        try:
            workspace = discover()
        except CasebookError as error:
            raise pytest.UsageError(f"{error.message} {error.hint}") from error
        folder = workspace.root / str(config.getini("casebook_refs"))
        matrix = Matrix(workspace, folder, _seconds(config))
        _add_paths(config, matrix)
        own = _own_rules(config)
        defaults = [*sanitising.of_folders(workspace.root), *sanitising.RULES]
        foreign = sanitising.cleaner([*own, *defaults])
        # It starts when the first notebook runs, and ends with pytest, however that ends.
        closing = ExitStack()
        warm = closing.enter_context(WarmProcess(workspace.root))
        config.add_cleanup(closing.close)
        return cls(matrix, updating, Cleaning(foreign, sanitising.cleaner(own)), warm)

    def summarise(self, reporter: Any) -> None:
        """Say which references were written, and mark failures for GitHub."""
        if self.updating:
            new = [name for name, written in self.written.items() if written]
            reporter.section("casebook references")
            for name in new:
                reporter.write_line(f"written: {name}")
            reporter.write_line(f"{len(new)} written, {len(self.written) - len(new)} unchanged")
        if os.environ.get("GITHUB_ACTIONS") == "true":
            for report in reporter.stats.get("failed", []):
                reporter.write_line(_annotation(report))


def _own_rules(config: pytest.Config) -> list[sanitising.Rule]:
    """The rules of the file named with nbval's `--nbval-sanitize-with`."""
    try:
        return sanitise_file(config.getoption("nbval_sanitize_with", default=None))
    except OSError as error:
        raise pytest.UsageError(f"Cannot read {error.filename}: {error.strerror}.") from error


def _seconds(config: pytest.Config) -> float:
    value = str(config.getini("casebook_timeout"))
    try:
        return float(value)
    except ValueError as error:
        said = f"casebook_timeout is '{value}'; it should be a number of seconds."
        raise pytest.UsageError(said) from error


def _add_paths(config: pytest.Config, matrix: Matrix) -> None:
    """Collect the notebooks where no path is given, and the parameter files always.

    A parameter file is an item of its own, so that a broken one fails whatever was asked for.
    """
    root, invoked = matrix.workspace.root, config.invocation_params.dir
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        folders = dict.fromkeys(path.parent for path in matrix.editions.values())
        own = root / "notebooks"
        outside = [folder for folder in folders if not folder.is_relative_to(own)]
        config.args = [str(path) for path in ([own] if own.is_dir() else []) + outside]
    params = root / "params"
    if any("::" in argument for argument in config.args):
        return
    given = [(invoked / argument).resolve() for argument in config.args]
    if not any(params.is_relative_to(path) for path in given):
        config.args = [*config.args, str(params)]


def _annotation(report: Any) -> str:
    """A failure as a GitHub workflow command."""
    file, line, name = report.location
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash else "failed"
    title = name.replace("::", " ").replace(",", ";").replace(":", " ")
    escaped = said.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::error file={Path(file).as_posix()},line={(line or 0) + 1},title={title}::{escaped}"
