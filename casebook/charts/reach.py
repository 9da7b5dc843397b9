"""How many of each group took part, with the doubt that head counts leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casebook.blocks import Figure, Table
from casebook.charts.layout import block, gutter, legend, wrap
from casebook.charts.naming import group_name
from casebook.charts.style import (
    INK,
    QUIET,
    RULE_LINE,
    SERIES,
    UNKNOWN_AREA,
    Content,
    Mark,
    Pen,
    figure,
    table,
)
from casebook.indicators import Bounds
from casebook.indicators.reach import Reach, measure
from casebook.indicators.value import PERCENT_FROM
from casebook.model import Engagement, Fact, State
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

BAR = 20
SIZE = Pen(edge=INK, width=1.2)
CERTAIN = Pen(fill=SERIES[0])
POSSIBLE = Pen(edge=SERIES[0], width=1, hatch="////")
INVITED = Mark("diamond", SERIES[1], size=11)


@dataclass(frozen=True)
class Bar:
    """A group: its numbers, and what is written beside its bar."""

    name: str
    reach: Reach
    said: tuple[str, ...]


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """A bar per group with any count: its size, the invited, and the least and most who came."""
    found = measure(engagement)
    bars = [_bar(engagement, reach, words) for reach in found if _has_count(reach)]
    if not bars:
        return None
    hidden = [_bar(engagement, reach, words) for reach in found if _is_hidden(reach)]
    content = Content(
        title=_title(bars, len(engagement.participants), words),
        description=_description(bars, words),
        table=_table([*bars, *hidden], words),
        note=(words("chart.reach.note"), _hidden(hidden, words)),
        tells_all=True,
    )
    return figure("reach", content, lambda s: _drawing(s, bars, words), (engagement, words))


def _has_count(reach: Reach) -> bool:
    return any(n is not None for n in (reach.total, reach.low, reach.invited.low))


def _is_hidden(reach: Reach) -> bool:
    """Whether a group is only left out of the drawing because its numbers are small."""
    states = (reach.state, reach.invited.state, reach.size.state if reach.size else None)
    return not _has_count(reach) and State.WITHHELD in states


def _hidden(bars: Sequence[Bar], words: Words) -> str:
    names = words.listing(bar.name for bar in bars)
    return words("chart.reach.hidden", groups=names) if bars else ""


def _bar(engagement: Engagement, reach: Reach, words: Words) -> Bar:
    second = words("chart.reach.invited", n=_said(reach.invited, words))
    count = _count(reach, words)
    return Bar(
        name=group_name(engagement, reach.subject, words),
        reach=reach,
        said=(count, second) if reach.invited.low is not None else (count,),
    )


def _count(reach: Reach, words: Words) -> str:
    """How many came of how many, or which of the two is missing."""
    attended = _said(_attended(reach), words)
    if reach.low is None:
        size = _size(reach, words)
        return words("chart.reach.attended_missing", said=attended.lower(), size=size)
    if reach.total is None or reach.low > reach.total:
        return words("chart.reach.attended", n=attended, size=_size(reach, words))
    return words("chart.of", n=attended, total=reach.total)


def _size(reach: Reach, words: Words) -> str:
    if reach.total is not None:
        return words("chart.reach.size", n=reach.total)
    withheld = reach.size is not None and reach.size.state is State.WITHHELD
    return words("chart.reach.size_hidden" if withheld else "chart.reach.size_unknown")


def _attended(reach: Reach) -> Bounds:
    return Bounds(reach.low, reach.high, reach.state)


def _said(bounds: Bounds, words: Words) -> str:
    """A number, a range, or the token for what is missing."""
    if bounds.low is None:
        return words("withheld" if bounds.state is State.WITHHELD else "unknown")
    if bounds.high is None:
        return words("chart.at_least", n=bounds.low)
    if bounds.exact is not None:
        return words.number(bounds.exact)
    return words("chart.range", low=bounds.low, high=bounds.high)


def _title(bars: Sequence[Bar], groups: int, words: Words) -> str:
    counted = [bar for bar in bars if bar.reach.low is not None]
    if not counted:
        return words("chart.reach.title_missing")
    leader = _leader(bars, groups)
    if leader is not None:
        return words("chart.reach.title_most", group=leader.name, count=_short(leader.reach, words))
    first = max(counted, key=lambda bar: bar.reach.total or 0)
    if len(counted) == groups:
        return words("chart.reach.title_one", group=first.name, count=_short(first.reach, words))
    title = words("chart.reach.title", group=first.name, count=_short(first.reach, words))
    return f"{title} {words('chart.reach.title_known', found=len(counted), n=groups)}"


def _short(reach: Reach, words: Words) -> str:
    attended = _said(_attended(reach), words)
    if reach.total is None or (reach.low or 0) > reach.total:
        return attended
    return words("chart.of", n=attended, total=reach.total)


def _leader(bars: Sequence[Bar], groups: int) -> Bar | None:
    """The group that certainly had the largest share; None where any doubt is left.

    Every group must be counted, be large enough to speak of shares, and the bounds of the
    largest share may not overlap another's.
    """
    if not 1 < len(bars) == groups or any((bar.reach.total or 0) < PERCENT_FROM for bar in bars):
        return None
    best = max(bars, key=lambda bar: _share(bar, bar.reach.low))
    others = [_share(bar, bar.reach.high, missing=1) for bar in bars if bar is not best]
    return best if _share(best, best.reach.low) > max(others) else None


def _share(bar: Bar, n: int | None, missing: float = 0) -> float:
    return n / bar.reach.total if n is not None and bar.reach.total else missing


def _description(bars: Sequence[Bar], words: Words) -> str:
    said = [words("chart.reach.description", n=len(bars))]
    said += [words("chart.reach.one", group=bar.name, count="; ".join(bar.said)) for bar in bars]
    return " ".join(said)


def _table(bars: Sequence[Bar], words: Words) -> Table:
    rows = [
        (
            bar.name,
            _size_cell(bar.reach.size, words),
            _said(bar.reach.invited, words),
            _said(_attended(bar.reach), words),
            words.number(bar.reach.sessions),
        )
        for bar in bars
    ]
    names = ("group", "size", "invited", "attended", "held_sessions")
    return table(
        words("chart.reach.caption"), [words(f"chart.column.{name}") for name in names], rows
    )


def _size_cell(size: Fact[Any] | None, words: Words) -> str:
    return words.fact(size)


def _drawing(sheet: Sheet, bars: Sequence[Bar], words: Words) -> float:
    left, right = 5.0, sheet.width - 12.0
    if not sheet.narrow:
        left = gutter(sheet, [bar.name for bar in bars], 0.3 * sheet.width)
        right -= gutter(sheet, [text for bar in bars for text in bar.said], 0.26 * sheet.width)
    most = max(1, *(_most(bar.reach) for bar in bars))
    scale = (right - left) / (most * 1.12)
    y = 2.0
    for bar in bars:
        y = (_stacked if sheet.narrow else _beside)(sheet, y, bar, (left, right, scale))
    return legend(sheet, y + 10, _legend(bars, words)) + 4


def _most(reach: Reach) -> int:
    ends = (reach.total, reach.low, reach.high, reach.invited.low, reach.invited.high)
    return max(end or 0 for end in ends)


def _beside(sheet: Sheet, y: float, bar: Bar, at: tuple[float, float, float]) -> float:
    """Name, bar and numbers on one line, for the wide drawing."""
    left, right, _ = at
    names = wrap(sheet, bar.name, left - 14)
    said = [line for text in bar.said for line in wrap(sheet, text, sheet.width - right - 12)]
    height = max(BAR, sheet.line_height * max(len(names), len(said))) + 16
    middle = y + height / 2
    block(sheet, 0, middle - sheet.line_height * len(names) / 2, names)
    _bar_drawing(sheet, middle, bar.reach, at)
    block(sheet, right + 12, middle - sheet.line_height * len(said) / 2, said, QUIET)
    sheet.line((0, y + height), (sheet.width, y + height), RULE_LINE)
    return y + height


def _stacked(sheet: Sheet, y: float, bar: Bar, at: tuple[float, float, float]) -> float:
    """Name over the bar and numbers under it, for the narrow drawing."""
    y = block(sheet, 0, y + 6, wrap(sheet, bar.name, sheet.width)) + 10
    _bar_drawing(sheet, y + BAR / 2, bar.reach, at)
    said = wrap(sheet, "; ".join(bar.said), sheet.width, QUIET)
    y = block(sheet, 0, y + BAR + 2, said, QUIET) + 6
    sheet.line((0, y), (sheet.width, y), RULE_LINE)
    return y


def _bar_drawing(sheet: Sheet, middle: float, reach: Reach, at: tuple[float, float, float]) -> None:
    left, right, scale = at
    top, inner = middle - BAR / 2, BAR - 8
    low, high = reach.low or 0, reach.high or 0
    if reach.total is not None:
        sheet.box((left + 1, top), (max(reach.total * scale, 1), BAR), SIZE)
    else:
        start = left + 1 + scale * max(low, high, reach.invited.high or 0)
        sheet.box((start, top + 4), (right - start, inner), UNKNOWN_AREA)
    sheet.box((left + 1, top + 4), (low * scale, inner), CERTAIN)
    if high > low:
        sheet.box((left + 1 + low * scale, top + 4), ((high - low) * scale, inner), POSSIBLE)
    if reach.invited.low is not None:
        x = left + 1 + reach.invited.low * scale
        sheet.line((x, top - 3), (x, top + BAR + 3), Pen(edge=SERIES[1], width=2))
        sheet.mark(x, top - 3, INVITED)


def _legend(bars: Sequence[Bar], words: Words) -> list[tuple[Mark | Pen, str]]:
    found = [bar.reach for bar in bars]
    entries: list[tuple[bool, Mark | Pen, str]] = [
        (any(r.low is not None for r in found), CERTAIN, "certain"),
        (any((r.high or 0) > (r.low or 0) for r in found), POSSIBLE, "possible"),
        (any(r.invited.low is not None for r in found), INVITED, "invited"),
        (any(r.total is not None for r in found), SIZE, "size"),
        (any(r.total is None for r in found), UNKNOWN_AREA, "unknown_size"),
    ]
    return [(sign, words(f"chart.reach.key_{key}")) for shown, sign, key in entries if shown]
