"""How JupyterLab itself shows a section: as Markdown. An exporter never reads this."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from casebook import blocks


def section(part: blocks.Section) -> str:
    """A section as Markdown."""
    head = [f"## {part.title}"] if part.title else []
    return "\n\n".join([*head, *(block(b) for b in part.blocks)]) or "*–*"


def block(part: blocks.AnyBlock) -> str:
    """One block as Markdown."""
    return _WRITERS[part.kind](part)


def _prose(part: blocks.Prose) -> str:
    return "\n\n".join((*([part.lead_in] if part.lead_in else []), *part.paragraphs))


def _facts(part: blocks.Facts) -> str:
    return "\n".join(_term(item) for item in part.items)


def _term(item: blocks.Term) -> str:
    return f"- **{item.label}:** {item.value}" + (f" ({item.note})" if item.note else "")


def _items(part: blocks.Items) -> str:
    lead_in = f"{part.lead_in}\n\n" if part.lead_in else ""
    marks = (f"{n}." if part.ordered else "-" for n in range(1, len(part.items) + 1))
    return lead_in + "\n".join(f"{m} {item}" for m, item in zip(marks, part.items, strict=True))


def _quote(part: blocks.Quotation) -> str:
    return f"> {part.text}\n>\n> {part.name}, {part.title}"


def _table(part: blocks.Table) -> str:
    rule = "|".join("---:" if column.numeric else "---" for column in part.columns)
    rows = [[column.label for column in part.columns], *part.rows]
    lines = ["|".join(str(cell).replace("|", "\\|") or " " for cell in row) for row in rows]
    table = "\n".join(f"|{line}|" for line in [lines[0], rule, *lines[1:]])
    return f"**{part.caption}**\n\n{table}" + (f"\n\n{part.note}" if part.note else "")


def _figure(part: blocks.Figure) -> str:
    picture = base64.b64encode(part.svg.encode()).decode()
    return f"**{part.title}**\n\n![{part.description}](data:image/svg+xml;base64,{picture})"


def _callout(part: blocks.Callout) -> str:
    title = f"**{part.title}** " if part.title else ""
    return f"> {title}{' '.join(part.paragraphs)}"


def _board(part: blocks.Board) -> str:
    return "\n\n".join(
        f"**{entry.title}** ({entry.badge})\n\n" + "\n".join(_term(d) for d in entry.details)
        for entry in part.entries
    )


def _action(part: blocks.Action) -> str:
    link = f"[{part.label}]({part.url})" if part.url else part.label
    return f"{part.question} {link}"


def _reference(part: blocks.Reference) -> str:
    return f"[{part.label}]({part.href})"


_WRITERS: Mapping[str, Callable[..., str]] = {
    "prose": _prose,
    "facts": _facts,
    "items": _items,
    "quote": _quote,
    "table": _table,
    "figure": _figure,
    "callout": _callout,
    "board": _board,
    "action": _action,
    "reference": _reference,
}
