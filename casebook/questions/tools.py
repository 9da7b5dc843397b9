"""Questions about tools, and about what the next municipality can take over."""

from __future__ import annotations

from casebook.indicators import tools_in_use
from casebook.model import Engagement, GroupKind, Tool
from casebook.portfolio import Answer
from casebook.questions.common import Asked, Row, answer, clients_note, missing, worded

MANY = 3
"""A tool is widely used with more clients than this."""


def widely_used(asked: Asked, number: int) -> Answer:
    """Which tools were used with more than three clients, in which version, and what followed."""
    words = asked.words
    found: dict[str, list[tuple[Engagement, Tool]]] = {}
    for engagement in asked.engagements:
        for tool in engagement.tools():
            found.setdefault(tool.id, []).append((engagement, tool))
    rows: list[Row] = []
    wide = 0
    for uses in sorted(found.values(), key=lambda uses: words.text(uses[0][1].name).casefold()):
        count = asked.clients(engagement.id for engagement, _ in uses)
        wide += count > MANY
        versions = sorted({f"{tool.version}" for _, tool in uses})
        used = "; ".join(
            line for engagement, tool in uses if (line := _use(asked, engagement, tool))
        )
        levels = [o.evidence_level for e, _ in uses for o in e.outcomes.observed]
        followed = words("ask.outcomes", n=len(levels), level=max(levels)) if levels else None
        name = words.text(uses[0][1].name)
        rows.append((name, words.listing(versions), count, used or None, followed))
    unnamed = [e.id for e in asked.engagements if not e.tools()]
    return answer(
        asked,
        number,
        "tool versions clients use outcomes",
        rows,
        unknown=missing(asked, "tools", unnamed),
        notes=clients_note(asked),
        sources=[e.id for uses in found.values() for e, _ in uses],
        found=wide,
        n=len(found),
    )


def _use(asked: Asked, engagement: Engagement, tool: Tool) -> str | None:
    for value in tools_in_use.measure(engagement):
        if value.subject == tool.id and value.n is not None and value.total is not None:
            counts = {"used": value.n, "n": value.total}
            return f"{engagement.id}: {asked.words('ask.use', **counts)}"
    return None


def versions(asked: Asked, number: int) -> Answer:
    """Which version each engagement used, and what it took over as it is or adapted."""
    words = asked.words
    rows: list[Row] = [
        (engagement.id, words.text(tool.name), tool.version, worded(words, tool.changes))
        for engagement in asked.engagements
        for tool in engagement.tools()
    ]
    rows += [
        (e.id, words.text(kit.what), words(f"reuse.{kit.mode}"), worded(words, kit.note))
        for e in asked.engagements
        for kit in e.learning.reuse
    ]
    begun = ((e.id, e.assignment) for e in asked.engagements if e.assignment.derived_from)
    rows += [
        (id, words("ask.derived", name=told.derived_from), told.derived_version, None)
        for id, told in begun
    ]
    named = {row[0] for row in rows}
    unnamed = [e.id for e in asked.engagements if e.id not in named]
    return answer(
        asked,
        number,
        "engagement what version changes",
        rows,
        unknown=missing(asked, "versions", unnamed),
        sources=[str(id) for id in named],
        found=len(named),
        n=asked.total,
    )


def new_municipality(asked: Asked, number: int) -> Answer:
    """What a municipality with clusters and without contract holders can start from."""
    words = asked.words
    without = GroupKind.KONTRAKTHOLDERE
    rows: list[Row] = []
    for engagement in asked.engagements:
        for activity in engagement.activities:
            ids = activity.groups.value or () if activity.groups else ()
            kinds = {group.kind for group in map(engagement.group, ids) if group}
            if without in kinds and len(kinds) == 1:
                continue
            kind = words.listing(words(f"activity.{kind}") for kind in activity.kinds)
            note = worded(words, activity.note)
            rows.append((kind, words.text(activity.label or activity.text), engagement.id, note))
        for tool in engagement.tools():
            name = words("ask.tool_version", name=words.text(tool.name), version=tool.version)
            purpose = worded(words, tool.purpose)
            rows.append((words("ask.column.tool"), name, engagement.id, purpose))
        for kit in engagement.learning.reuse:
            mode = words(f"reuse.{kit.mode}")
            rows.append((mode, words.text(kit.what), engagement.id, worded(words, kit.note)))
        risks = [words.text(risk) for risk in engagement.learning.risks]
        rows += [(words("ask.risk"), risk, engagement.id, None) for risk in risks]
    clustered = [e.id for e in asked.engagements if e.assignment.clusters]
    return answer(
        asked,
        number,
        "kind what engagement note",
        rows,
        unknown=[words("ask.unknown.agendas")],
        sources=[str(row[2]) for row in rows],
        found=len(rows),
        n=asked.total,
        clusters=len(clustered),
    )
