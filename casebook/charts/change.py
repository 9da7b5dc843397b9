"""How answers lay before and after: ordinal data, so distributions and medians, no means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casebook.blocks import Figure, Table
from casebook.charts.layout import block, wrap
from casebook.charts.style import (
    BOLD,
    INK,
    MUTED,
    QUIET,
    RULE_LINE,
    SERIES,
    Content,
    Face,
    Pen,
    figure,
    table,
)
from casebook.indicators.shift import RETROSPECTIVE, Change, measure, median_answer
from casebook.indicators.value import PERCENT_FROM
from casebook.model import Distribution, Engagement, Item, State, Survey
from casebook.text import Words

if TYPE_CHECKING:
    from casebook.charts.sheet import Sheet

WAVES = ("before", "after", "followup")
COMPARED = ("before", "after")
MOST_PANELS = 4
TALLEST = 40
"""The height of a panel's highest column in px."""

LEFT = 104
PENS = {
    "before": Pen(edge=SERIES[3], width=1, hatch="////"),
    "after": Pen(fill=SERIES[0]),
    "followup": Pen(edge=SERIES[2], width=1.5, hatch="xxxx"),
}


@dataclass(frozen=True)
class Round:
    """One wave of one item: how many gave each value, and the median on the item's scale."""

    wave: str
    counts: tuple[int, ...]
    median: float

    @property
    def answers(self) -> int:
        """The number of answers."""
        return sum(self.counts)


@dataclass(frozen=True)
class Panel:
    """One item with its rounds, and how the same people answered before and after."""

    item: Item
    question: str
    rounds: tuple[Round, ...]
    pairs: str
    change: Change | None

    @property
    def height(self) -> float:
        """The height in px of a column that would hold all answers of a round."""
        return TALLEST / max(max(one.counts) / one.answers for one in self.rounds)


def draw(engagement: Engagement, words: Words) -> Figure | None:
    """A panel for each of the first items that have a distribution before and one after."""
    surveys = engagement.outcomes.surveys
    paired = {(c.subject, c.before, c.after): c for c in measure(engagement)}
    found = [
        _panel(survey, item, paired.get((f"{survey.id}/{item.id}", *COMPARED)), words)
        for survey in surveys
        for item in survey.items
        if all(_counts(survey, item, wave) for wave in COMPARED)
    ]
    if not found:
        return None
    panels = found[:MOST_PANELS]
    content = Content(
        title=_with_followup(_title(panels, words), engagement, panels, words),
        description=_description(panels, words),
        table=_table(surveys, paired, words),
        note=_note(panels, len(found), words),
    )
    return figure("change", content, lambda s: _drawing(s, panels, words), (engagement, words))


def listed(engagement: Engagement, words: Words) -> Table | None:
    """Every answer that was given, as the chart's table, where there is no chart to hold it."""
    surveys = engagement.outcomes.surveys
    if not any(survey.distributions for survey in surveys):
        return None
    paired = {(c.subject, c.before, c.after): c for c in measure(engagement)}
    return _table(surveys, paired, words)


def _distribution(survey: Survey, item: Item, wave: str) -> Distribution | None:
    found = (d for d in survey.distributions if (d.item, d.wave) == (item.id, wave))
    return next(found, None)


def _counts(survey: Survey, item: Item, wave: str) -> tuple[int, ...]:
    """The counts that may be drawn; empty where there are none or they are withheld."""
    found = _distribution(survey, item, wave)
    return (found.counts or ()) if found is not None and not found.withheld else ()


def _panel(survey: Survey, item: Item, change: Change | None, words: Words) -> Panel:
    rounds = []
    for wave in WAVES:
        counts = _counts(survey, item, wave)
        middle = median_answer(item, counts) if counts else None
        if middle is not None:
            rounds.append(Round(wave, counts, middle))
    return Panel(item, words.text(item.text), tuple(rounds), _pairs(change, words), change)


def _pairs(change: Change | None, words: Words) -> str:
    """Who moved which way among those who answered both times; counts only."""
    if change is not None and change.n is None and change.state is State.WITHHELD:
        return words("chart.change.withheld")
    if change is None or change.total is None:
        return words("chart.change.pairs_unknown")
    if change.n is None:
        return words("unknown")
    if change.same is None or change.down is None or change.total < PERCENT_FROM:
        return words("chart.change.pairs_few", n=change.n, total=change.total)
    counts = {"up": change.n, "same": change.same, "down": change.down, "total": change.total}
    return words("chart.change.pairs", **counts)


def _title(panels: Sequence[Panel], words: Words) -> str:
    """What the pairs say; where nobody is paired, only where the medians lay."""
    paired = [p.change for p in panels if p.change is not None and p.change.n is not None]
    known = [change for change in paired if change.down is not None]
    if len(panels) == 1 and paired:
        change = paired[0]
        key = "chart.change.title_one_fell" if change.fell else "chart.change.title_one"
        n = (change.down if change.fell else change.n) or 0
        return words(key, item=panels[0].question, n=n, total=change.total or 0)
    if known:
        return _directions(known, words)
    before, after = (panels[0].rounds[place].median for place in (0, 1))
    medians = {"before": before, "after": after}
    return words("chart.change.title_unpaired", item=panels[0].question, **medians)


def _with_followup(
    title: str, engagement: Engagement, panels: Sequence[Panel], words: Words
) -> str:
    """The title, and on how many of its items people fell back afterwards."""
    shown = {panel.item.id for panel in panels}
    later = [c for c in measure(engagement) if c.after == "followup" and c.item in shown]
    fell = sum(1 for change in later if change.fell)
    return words("chart.change.title_later", title=title, n=fell) if fell else title


def _directions(known: Sequence[Change], words: Words) -> str:
    """On how many items more people went up, and on how many down: a fall is never left out."""
    rose = sum(1 for change in known if (change.n or 0) > (change.down or 0))
    fell, total = sum(1 for change in known if change.fell), len(known)
    if not fell:
        return words("chart.change.title", found=rose, n=total)
    if not rose:
        return words("chart.change.title_fell", found=fell, n=total)
    return words("chart.change.title_mixed", rose=rose, fell=fell, n=total)


def _description(panels: Sequence[Panel], words: Words) -> str:
    said = [words("chart.change.description", n=len(panels))]
    for panel in panels:
        medians = words.listing(
            words(f"chart.change.median_{one.wave}", median=one.median) for one in panel.rounds
        )
        said.append(words("chart.change.one", item=panel.question, medians=medians))
    return " ".join(said)


def _wave(one: Round, words: Words) -> str:
    return words(f"chart.wave.{one.wave}")


def _note(panels: Sequence[Panel], found: int, words: Words) -> tuple[str, ...]:
    more = found - len(panels)
    left_out = words("chart.change.left_out", n=more) if more else ""
    return words("chart.change.note"), left_out


def _table(
    surveys: Sequence[Survey], paired: dict[tuple[str, str, str], Change], words: Words
) -> Table:
    rows = []
    for survey in surveys:
        for item in survey.items:
            change = paired.get((f"{survey.id}/{item.id}", *COMPARED))
            twice = all(_distribution(survey, item, wave) for wave in COMPARED)
            for wave in (*WAVES, RETROSPECTIVE):
                found = _distribution(survey, item, wave)
                if found is not None:
                    pairs = _pairs(change, words) if twice and wave == "after" else ""
                    rows.append((*_cells(item, found, words), pairs))
    names = ("item", "wave", "answers", "median", "distribution", "pairs")
    columns = [words(f"chart.column.{name}") for name in names]
    return table(words("chart.change.caption"), columns, rows)


def _cells(item: Item, found: Distribution, words: Words) -> tuple[str, ...]:
    missing = words("chart.change.withheld") if found.withheld else words("unknown")
    answers = missing if found.answered is None else words.number(found.answered)
    shown = found.counts if found.counts and not found.withheld else None
    middle = median_answer(item, shown) if shown else None
    lowest, _ = item.scale
    counts = ", ".join(f"{place}: {n}" for place, n in enumerate(shown or (), lowest))
    return (
        words.text(item.text),
        words(f"chart.wave.{found.wave}"),
        answers,
        missing if middle is None else words.number(middle),
        counts or missing,
    )


def _drawing(sheet: Sheet, panels: Sequence[Panel], words: Words) -> float:
    y = 0.0
    for panel in panels:
        y = block(sheet, 0, y, wrap(sheet, panel.question, sheet.width, BOLD), BOLD)
        y = block(sheet, 0, y, wrap(sheet, panel.pairs, sheet.width, QUIET), QUIET) + 4
        for one in panel.rounds:
            y = _round(sheet, y, one, (panel, words))
        y = _scale(sheet, y, panel.item, words) + 22
    return y - 14


def _left(sheet: Sheet) -> float:
    return 0 if sheet.narrow else LEFT


def _step(sheet: Sheet, item: Item) -> float:
    lowest, highest = item.scale
    return min(72, (sheet.width - _left(sheet)) / (highest - lowest + 1))


def _round(sheet: Sheet, y: float, one: Round, by: tuple[Panel, Words]) -> float:
    """The columns of one round over their base line, and the median under it."""
    (panel, words), step = by, _step(sheet, by[0].item)
    name, n = _wave(one, words), words("chart.change.n", n=one.answers)
    if sheet.narrow:
        sheet.text(0, y + 0.75 * sheet.line_height + 4, name)
        beside = sheet.measure(f"{name}  ")
        sheet.text(beside, y + 0.75 * sheet.line_height + 4, n, QUIET)
        y += sheet.line_height + 4
    left, right = _left(sheet), _left(sheet) + step * len(one.counts)
    base = y + sheet.line_height + panel.height * max(one.counts) / one.answers
    for place, count in enumerate(one.counts):
        high = panel.height * count / one.answers
        _column(sheet, (left + place * step, base, step), high, (count, PENS[one.wave]))
    sheet.line((left, base), (right, base), Pen(edge=MUTED))
    if not sheet.narrow:
        block(sheet, 0, base - 2 * sheet.line_height + 4, [name])
        block(sheet, 0, base - sheet.line_height + 4, [n], QUIET)
    _median(
        sheet, left + (one.median - panel.item.scale[0] + 0.5) * step, base, (right, one, words)
    )
    return base + sheet.line_height + 8


def _column(
    sheet: Sheet,
    at: tuple[float, float, float],
    high: float,
    shown: tuple[int, Pen],
) -> None:
    (x, base, step), (count, pen) = at, shown
    if not count:
        return
    wide = min(step * 0.7, 40)
    sheet.box((x + (step - wide) / 2, base - high), (wide, high), pen)
    sheet.text(x + step / 2, base - high - 4, str(count), Face(INK, "middle", size=sheet.size - 1))


def _median(sheet: Sheet, x: float, base: float, by: tuple[float, Round, Words]) -> None:
    right, one, words = by
    tip = [(x, base + 2), (x - 5, base + 10), (x + 5, base + 10)]
    sheet.shape([tip], Pen(fill=INK))
    said = words("chart.change.median", median=one.median)
    fits = x + 10 + sheet.measure(said) <= max(right, x)
    face = Face(MUTED, "start" if fits else "end", size=sheet.size - 1)
    sheet.text(x + 9 if fits else x - 9, base + 0.8 * sheet.line_height, said, face)


def _scale(sheet: Sheet, y: float, item: Item, words: Words) -> float:
    """The values of the scale, once per panel, with what its two ends mean."""
    step, left = _step(sheet, item), _left(sheet)
    lowest, highest = item.scale
    sheet.line((left, y), (left + step * (highest - lowest + 1), y), RULE_LINE)
    for place, value in enumerate(range(lowest, highest + 1)):
        x = left + (place + 0.5) * step
        sheet.text(x, y + 0.9 * sheet.line_height, str(value), Face(MUTED, "middle"))
    if not sheet.narrow:
        sheet.text(0, y + 0.9 * sheet.line_height, words("chart.change.scale"), QUIET)
    return y + sheet.line_height
