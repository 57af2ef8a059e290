"""Tables that write several meetings in a row, column beside column, as one meeting a row.

They repeat their columns, with numbers (``date1 topic1 date2 topic2``) or without, or have a column
for each day of the week.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from readings.core.dates import MONTH_NAMES, WEEKDAY_NAMES, WEEKDAYS, Day, read_dates
from readings.imports.tables import Cell, Row, Table, Words

_NUMBERED = re.compile(r"(.*?\D)[\s_-]*([1-9])")
_DATE = re.compile(r"\b(?:date|day|when)s?\b", re.IGNORECASE)
# Shared columns that hold for all meetings of a row; others are said once, with the first.
_FOR_ALL = re.compile(
    r"\b(?:weeks?|wk|topics?|themes?|modules?|units?|parts?|sections?|areas?)\b", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"\W*(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?s?\W*", re.IGNORECASE
)
_BY_DATE = re.compile(r"\b(?:dates?|weeks?|wk|when)\b", re.IGNORECASE)
# Only the distance between two days counts, in a year without a leap day.
_ANY_YEAR = 2001


def one_meeting_a_row(table: Table) -> Table:
    """``table`` with a row for each meeting; itself where its rows have one already."""
    groups = _groups(table.columns)
    if len(groups) > 1:
        return _regrouped(table, groups)
    days = {at: WEEKDAYS.index(match[1].lower()) for at, head in enumerate(table.columns)
            if (match := _WEEKDAY.fullmatch(head))}  # fmt: skip
    dates = [
        at for at, head in enumerate(table.columns) if at not in days and _BY_DATE.search(head)
    ]
    if len(days) > 1 and dates:
        return _by_weekday(table, days, dates[0])
    return table


def _groups(heads: tuple[str, ...]) -> list[dict[str, int]]:
    """The columns of each meeting by their bare heads, where each group has a date."""
    names: list[tuple[str, int]] = []
    seen: dict[str, int] = {}
    for head in heads:
        match = _NUMBERED.fullmatch(head.strip())
        if match and _is_repeated(match[1], heads):
            names.append((_bare(match[1]), int(match[2])))
        else:
            seen[_bare(head)] = seen.get(_bare(head), 0) + 1
            names.append((_bare(head), seen[_bare(head)] if heads.count(head) > 1 else 0))
    groups: dict[int, dict[str, int]] = {}
    for position, (name, number) in enumerate(names):
        if number and name:
            groups.setdefault(number, {})[name] = position
    with_dates = [group for _, group in sorted(groups.items())
                  if any(_DATE.search(name) for name in group)]  # fmt: skip
    return with_dates if len(with_dates) == len(groups) else []


def _is_repeated(name: str, heads: tuple[str, ...]) -> bool:
    same = [head for head in heads if (match := _NUMBERED.fullmatch(head.strip()))
            and _bare(match[1]) == _bare(name)]  # fmt: skip
    return len(same) > 1


def _bare(head: str) -> str:
    return re.sub(r"[\s_-]+", " ", head).strip().lower()


def _regrouped(table: Table, groups: list[dict[str, int]]) -> Table:
    grouped = {position for group in groups for position in group.values()}
    shared = [at for at in range(len(table.columns)) if at not in grouped]
    names = list(dict.fromkeys(name for group in groups for name in group))
    heads = (*(table.columns[at] for at in shared), *names)
    rows = []
    for row in table.rows:
        for number, group in enumerate(groups):
            common = [
                _cell(row, at) if not number or _FOR_ALL.search(table.columns[at]) else Cell()
                for at in shared
            ]
            own = [_cell(row, group.get(name)) for name in names]
            if number == 0 or any(cell.filled for cell in own):
                rows.append(Row(row.line, (*common, *own)))
    return replace(table, columns=heads, rows=tuple(rows))


def _by_weekday(table: Table, days: dict[int, int], date: int) -> Table:
    kept = [at for at in range(len(table.columns)) if at not in days and at != date]
    heads = ("Date", "Topic", *(table.columns[at] for at in kept))
    rows = []
    for row in table.rows:
        when = _cell(row, date)
        filled = [at for at in days if _cell(row, at).filled]
        if not filled or not when.text:
            rows.append(Row(row.line, (when, Cell(), *(_cell(row, at) for at in kept))))
            continue
        for at in filled:
            day = _dated(when, days, at)
            rest = [_cell(row, one) if at == filled[0] else Cell() for one in kept]
            rows.append(Row(row.line, (day, _cell(row, at), *rest)))
    return replace(table, columns=heads, rows=tuple(rows))


def _dated(when: Cell, days: dict[int, int], at: int) -> Cell:
    """The day of one column: the date of the row is that of the first of its weekdays."""
    found = read_dates(when.text)
    weekday, first = days[at], min(days.values())
    named = list(days).index(at)
    if len(found.days) == len(days) and not (found.is_range and len(days) > 2):
        day = found.days[named]
    elif found.days:
        start = found.days[0].in_year(_ANY_YEAR)
        if start is None:
            return when
        moved = start + dt.timedelta(days=weekday - first)
        year = found.days[0].year
        day = Day(moved.month, moved.day, year and year + moved.year - _ANY_YEAR)
    else:
        return Cell(parts=((Words(when.text),),))
    year_text = f", {day.year}" if day.year else ""
    words = f"{WEEKDAY_NAMES[weekday]} {MONTH_NAMES[day.month - 1]} {day.day}{year_text}"
    return Cell(parts=((Words(words),),))


def _cell(row: Row, position: int | None) -> Cell:
    if position is None or position >= len(row.cells):
        return Cell()
    return row.cells[position]
