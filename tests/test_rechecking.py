"""After a change as little as can be is read again, and what is said is what a whole check says."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import tiny

from casebook import reading
from casebook.diagnostics import Diagnostic
from casebook.documents import Request
from casebook.ledger import Ledger
from casebook.outlook import look_ahead
from casebook.recall import recall, remember
from casebook.workspace import discover

NAMES = ("asbaek", "birkelund", "cederfeld", "dyrehave", "egebjerg", "fuglevad", "gammelby")
LESSON = """\
learning:
  lessons:
    - {id: l, statement: Begynd med lederne., type: sustain, maturity: pattern,
       support: [gammelby, birkelund]}
"""
ITEM = """\
outcomes:
  surveys:
    - {id: s, title: S, waves: [{id: before}], items: [{id: Q03, scale: [0, 10], text: TEXT}]}
"""
PHRASE = "Direktionen tøvede længe med at give facilitatorerne frie hænder."


def text_of(root: Path, name: str) -> Path:
    return root / "params" / f"{name}.yaml"


def change(root: Path, name: str, old: str, new: str) -> None:
    path = text_of(root, name)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    """Seven fictional clients, checked and remembered; the files are older than that."""
    root = tiny.workspace(tmp_path / "w", NAMES)
    for name in NAMES:
        client = f"client: {{id: {name}, name: {name.title()} Kommune}}"
        change(root, name, "client: {id: lillekoebing, name: Lillekøbing Kommune}", client)
        change(root, name, "text: Det virker.", f"text: Det virker i {name.title()}.")
        change(root, name, "Ida Holm", f"Ida {name.title()}sen")
    change(root, "birkelund", "voices:", f"learning: {{planned: {PHRASE}}}\nvoices:")
    add(root, "asbaek", LESSON)
    for name, text in (("asbaek", "Sikker?"), ("cederfeld", "Sikker?"), ("egebjerg", "Tryg?")):
        add(root, name, ITEM.replace("TEXT", text))
    for path in root.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    (root / "build").mkdir()
    with Ledger(root / "build"):
        pass
    assert look(root) == whole(root)
    return root


def look(root: Path) -> list[Diagnostic]:
    """What is said from what is remembered and what has changed; it is remembered."""
    recalled = recall(discover(root), [], Request())
    outlook = look_ahead(recalled)
    remember(recalled, outlook.checked, {})
    return in_order(outlook.diagnostics)


def whole(root: Path) -> list[Diagnostic]:
    """What a check of everything says."""
    return in_order(reading.read(discover(root), [])[1])


def in_order(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda one: (one.where, one.code, str(one.message)))


def add(root: Path, name: str, lines: str) -> None:
    with text_of(root, name).open("a", encoding="utf-8") as file:
        file.write(lines)


CHANGES: dict[str, Callable[[Path], None]] = {
    "names another client": lambda root: change(
        root, "asbaek", "Workshops for ledere", "Workshops for ledere i Birkelund Kommune"
    ),
    "says what another client's file said before": lambda root: add(
        root, "cederfeld", f"learning: {{happened: {PHRASE}}}\n"
    ),
    "says now what another client's file said before": lambda root: change(
        root, "birkelund", PHRASE, "Workshops for ledere med en anden slags titel på tværs."
    ),
    "is now called what others mention": lambda root: change(
        root, "egebjerg", "name: Egebjerg Kommune", "name: Ledelse"
    ),
    "quotes a person of another client": lambda root: change(
        root, "fuglevad", "Det virker i Fuglevad.", "Det sagde Ida Gammelbysen også."
    ),
    "cannot be read any more": lambda root: add(root, "dyrehave", "surprise: 1\n"),
    "is gone": lambda root: text_of(root, "birkelund").unlink(),
    "has come": lambda root: add(
        root, "hald", tiny.PARAMETERS.replace("NAME", "hald").replace("Ida Holm", "Ida Asbaeksen")
    ),
    "is a support that no longer counts": lambda root: change(
        root, "gammelby", "fictional: true", "fictional: false"
    ),
    "asks an item in the words of few": lambda root: change(root, "asbaek", "Sikker?", "Tryg?"),
    "asks an item as the others do": lambda root: change(root, "egebjerg", "Tryg?", "Sikker?"),
    "asks an item that others ask": lambda root: add(
        root, "fuglevad", ITEM.replace("TEXT", "Tryg?")
    ),
    "no longer asks an item": lambda root: change(root, "cederfeld", "Q03", "Q04"),
    "asks among the real ones": lambda root: change(
        root, "asbaek", "fictional: true", "fictional: false"
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_said_after_a_change_is_what_a_whole_check_says(checked: Path, what: str) -> None:
    CHANGES[what](checked)
    assert look(checked) == whole(checked)


def test_another_wording_is_told_of_the_file_that_did_not_change(checked: Path) -> None:
    def told() -> set[str]:
        return {one.engagement for one in look(checked) if one.code == "CB158"}

    assert told() == {"egebjerg"}
    for name in ("asbaek", "fuglevad"):
        if name == "asbaek":
            change(checked, name, "Sikker?", "Tryg?")
        else:
            add(checked, name, ITEM.replace("TEXT", "Tryg?"))
    assert told() == {"cederfeld"}
    change(checked, "fuglevad", "Q03", "Q04")
    change(checked, "asbaek", "Tryg?", "Sikker?")
    assert told() == {"egebjerg"}


def test_a_leak_is_told_of_the_file_that_did_not_change(checked: Path) -> None:
    add(checked, "cederfeld", f"learning: {{happened: {PHRASE}}}\n")
    told = look(checked)
    assert {"birkelund", "cederfeld"} <= {one.engagement for one in told if one.code == "CB147"}
    change(checked, "cederfeld", PHRASE, "Noget andet.")
    assert look(checked) == whole(checked)
    assert "CB147" not in {one.code for one in look(checked) if one.engagement == "birkelund"}


def test_many_changes_one_after_another_are_told_as_by_a_whole_check(checked: Path) -> None:
    for make in CHANGES.values():
        make(checked)
        assert look(checked) == whole(checked)


def test_a_file_that_has_not_changed_is_not_read_again(checked: Path) -> None:
    path = text_of(checked, "gammelby")
    before, text = path.stat(), path.read_text(encoding="utf-8")
    # Of the same size and age: who does not read it cannot know.
    path.write_text(text.replace("fictional: true", "fictionaI: true"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    change(checked, "asbaek", "Det virker i Asbaek.", "Det virker rigtig godt.")
    assert "CB101" not in {one.code for one in look(checked)}
    assert "CB101" in {one.code for one in whole(checked)}
