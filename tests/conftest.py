"""What is built or started once and read by many tests: workspaces with their pages, a browser."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM, DRIVER, FLAGS
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder by its name, if no other worker of this run has made it yet."""
    home = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        home = home.parent

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder, made = home / name, home / f"{name}.made"
        with (home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                made.touch()
        return folder

    return make


def _build(root: Path, *options: object) -> str:
    command = [str(BIN / "casebook"), "build", *map(str, options)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def built(once: Once) -> Path:
    """A fresh copy of the shipped workspace, built by the command that users run. Only to be read."""

    def fill(root: Path) -> None:
        for folder in ("params", "notebooks"):
            shutil.copytree(ROOT / folder, root / folder)
        _build(root)

    return once("shipped", fill)


@pytest.fixture(scope="session")
def english(once: Once, built: Path) -> Path:
    """The folder of the same pages in English."""
    return (
        once(
            "english",
            lambda folder: _build(built, "--language", "en", "--output", folder / "pages"),
        )
        / "pages"
    )


@pytest.fixture(scope="session")
def archetypes(once: Once) -> Path:
    """A workspace with all ten, built by the command that users run; its report beside it."""

    def fill(root: Path) -> None:
        shutil.copytree(ROOT / "tests" / "cases" / "archetypes" / "params", root / "params")
        shutil.copy(ROOT / "params" / "eksempelkommune.yaml", root / "params")
        shutil.copytree(ROOT / "params" / "eksempelkommune", root / "params" / "eksempelkommune")
        (root / "report.json").write_text(_build(root, "--json"), encoding="utf-8")

    return once("archetypes", fill)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A browser that logs what pages ask for and say."""
    assert CHROMIUM, "CI needs chromium"
    assert DRIVER, "CI needs chromedriver"
    options = Options()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.set_capability("unhandledPromptBehavior", "ignore")
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def shipped(built: Path, english: Path) -> Callable[[str], Path]:
    """Where the page of an edition lies."""

    def page(edition: str) -> Path:
        return (english if edition.endswith(".en") else built / "build") / f"{edition}.html"

    return page
