"""`casebook find`: what we have learned and made, by words."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from casebook import archive, search
from casebook.cli import options, screen
from casebook.documents import Key
from casebook.errors import CasebookError
from casebook.messages import all_known, nearest, said, together
from casebook.model import Audience, GroupKind, Maturity, PhaseKind
from casebook.search import KINDS, Filters, Hit
from casebook.workspace import Workspace

_FIRST = 20

_WORDS = {
    "lesson": said("lesson"),
    "tool": said("tool"),
    "activity": said("activity"),
    "insight": said("insight"),
    "claim": said("claim"),
    "observation": said("observation"),
    "pattern": said("pattern"),
    "recommendation": said("recommendation"),
    "retired": said("retired"),
}
"""Kinds of hits and the maturity of lessons, as a person reads them."""


def _one_of(words: type[StrEnum]) -> click.Choice[str]:
    """The words as parameter files write them; click would take the names of the members."""
    return click.Choice([str(word) for word in words])


@click.command
@click.argument("query", default="")
@click.option("--kind", type=click.Choice(KINDS), help="Only these.")
@click.option("--theme", help="Only with this theme.")
@click.option("--phase", type=_one_of(PhaseKind), help="Only from this phase.")
@click.option(
    "--group", type=_one_of(GroupKind), metavar="KIND", help="Only for this kind of group."
)
@click.option("--maturity", type=_one_of(Maturity), help="Only lessons as mature.")
@click.option("--evidence", type=click.IntRange(0, 5), help="Only from this level on.")
@click.option("--all", "everything", is_flag=True, help=f"More than the first {_FIRST}.")
@options.workspace
@options.output
@options.as_json
def command(
    query: str,
    root: Path | None,
    output: Path | None,
    everything: bool,
    as_json: bool,
    **filters: Any,
) -> int:
    """Find lessons, tools, activities, insights and claims."""
    workspace = options.chosen(root, output)
    opened = archive.open_archive(workspace)
    wanted = Filters(**filters)
    _known_theme(opened, wanted.theme)
    hits = search.find(opened.connection, query, wanted)
    screen.left_out(opened.unreadable)
    if as_json:
        cited = [{**asdict(hit), "page": _page(workspace, hit)} for hit in hits]
        screen.print_json({"query": query, "hits": cited})
        return 0
    for hit in hits if everything else hits[:_FIRST]:
        _print(hit, workspace)
    number = screen.counted(len(hits), said("1 hit."), said("{n} hits.", n=len(hits)))
    more = said("The first {n}; see more with --all.", n=_FIRST)
    screen.tell(number if everything or len(hits) <= _FIRST else together(number, more))
    return 0


def _known_theme(opened: archive.Archive, theme: str | None) -> None:
    rows = opened.connection.execute("SELECT DISTINCT themes FROM search")
    known = sorted({word for (themes,) in rows for word in str(themes or "").split()})
    if theme is not None and theme not in known:
        hint = together(nearest(theme, known), all_known(known))
        raise CasebookError(said("There is no theme '{theme}'.", theme=theme), hint, 2)


def _print(hit: Hit, workspace: Workspace) -> None:
    marks = [_WORDS[hit.kind], hit.engagement]
    if hit.fictional:
        marks[1] = said("{name} (fictional)", name=hit.engagement)
    marks += [_WORDS[hit.maturity]] if hit.maturity else []
    marks += [said("evidence {level}", level=hit.evidence)] if hit.evidence is not None else []
    screen.note(" · ".join(map(screen.told, marks)))
    screen.note(textwrap.fill(hit.text, screen.WIDTH, initial_indent="  ", subsequent_indent="  "))
    screen.note(f"  {_page(workspace, hit)}\n")


def _page(workspace: Workspace, hit: Hit) -> str:
    key = Key(hit.engagement, hit.document, Audience.INTERNAL, "da")
    return f"{workspace.shown(workspace.page(key, 'html'))}#{hit.place}"
