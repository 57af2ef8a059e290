"""Which year a schedule is for, when its dates do not say.  Pure, and never taken from the clock.

In this order: a year in the dates themselves; a year written elsewhere in the document or its links
that agrees with the dates; the earliest year that agrees with the holidays, weekdays and rules
below and in which the newest paper existed.  Where none of these decides, a person is asked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from readings.core.dates import MONTH_NAMES, WEEKDAY_NAMES, Day
from readings.imports.schedules.holidays import Holiday
from readings.imports.wording.years import Weight, WrittenYear

FIRST_YEAR, LAST_YEAR = 1990, 2099
_CANDIDATES_FROM, _CANDIDATES_TO = 2000, 2050
# Enough days to tell the years apart; a term has forty.
_MOST_DAYS = 400
_SATURDAY = 5
_HALF_A_YEAR = 6  # months; dates that jump back by more have passed New Year
_BEFORE_TERM, _AFTER_TERM = dt.timedelta(days=120), dt.timedelta(days=60)


@dataclass(frozen=True)
class ArxivMonth:
    """The month in which arXiv gave out an id: nothing reads the paper before."""

    year: int
    month: int
    arxiv_id: str

    @property
    def key(self) -> tuple[int, int]:
        """For comparing."""
        return self.year, self.month


@dataclass(frozen=True)
class TermDay:
    """A day of the schedule in the order of the document, and what it says about the year."""

    day: Day
    holiday: Holiday | None = None
    newest: ArxivMonth | None = None  # of the papers that are read then


@dataclass(frozen=True)
class YearFound:
    """The year of the first day, why, and which others it could be; no year: ask."""

    year: int | None
    reason: str
    candidates: tuple[int, ...] = ()


def arxiv_month(arxiv_id: str) -> ArxivMonth:
    """When arXiv gave out a canonical id: ``2507.23194`` in July 2025, ``cs/0112017`` in 2001."""
    digits = arxiv_id.rpartition("/")[2][:4]
    year, month = int(digits[:2]), int(digits[2:])
    return ArxivMonth(year + (1900 if "/" in arxiv_id and year > 50 else 2000), month, arxiv_id)


def find_year(
    days: Sequence[TermDay], *, written: Sequence[WrittenYear], newest: ArxivMonth | None
) -> YearFound:
    """The year of the first of ``days``.

    ``written`` are the years in the document, surest first; ``newest`` is the newest arXiv id
    anywhere in it.
    """
    if not days:
        return YearFound(None, "There are no dates.")
    term = _Term(days, newest)
    own = term.own_year()
    if own is not None:
        return YearFound(own, "the dates say so", (own,))
    said = term.written_year([year for year in written if year.weight > Weight.WEAK])
    candidates = tuple(year for year in term.fitting if _CANDIDATES_FROM <= year <= _CANDIDATES_TO)
    if said is not None:
        year, writing = said
        return YearFound(year, _reason(writing), candidates)
    if term.has_rules:
        for writing in written:
            if writing.weight is Weight.WEAK and writing.year in candidates:
                return YearFound(writing.year, f"{_reason(writing)}, {term.rules()}", candidates)
    if not term.has_rules and term.bound is None:
        return YearFound(
            None, "The dates have no year, and nothing in the document tells which one it is."
        )
    if term.bound is None:
        return YearFound(
            None,
            f"The dates have no year. {term.rules()}, which several years agree with.",
            candidates,
        )
    if not candidates:
        return YearFound(None, "No year agrees with these dates.")
    return YearFound(candidates[0], term.earliest_reason(candidates[0]), candidates)


def place_days(days: Sequence[Day | None], year: int) -> list[dt.date | None]:
    """The dates of ``days`` when the first of them is in ``year``; None where there is no such day.

    Days are in the order of the document: what follows December begins a new year.
    """
    offsets = _offsets(days)
    return [
        day.in_year(year + offset) if day else None
        for day, offset in zip(days, offsets, strict=True)
    ]


class _Term:
    """The days of a schedule, measured against a year."""

    def __init__(self, days: Sequence[TermDay], newest: ArxivMonth | None) -> None:
        offsets = _offsets([one.day for one in days])
        self.first = days[0].day
        self.last, self.last_offset = max(
            ((one.day, offset) for one, offset in zip(days, offsets, strict=True)),
            key=lambda pair: (pair[1], pair[0].month, pair[0].day),
        )
        self.dated = list(zip(days, offsets, strict=True))
        seen: dict[tuple[object, ...], tuple[TermDay, int]] = {}
        for one, offset in self.dated:
            name = one.holiday.name if one.holiday else None
            key = (one.day.month, one.day.day, one.day.weekday, name, offset)
            seen.setdefault(key, (one, offset))
        self.sample = list(seen.values())[:_MOST_DAYS]
        self.newest = newest
        self.bound = self._bound()
        self.holidays = {one.holiday.name: one.day for one, _ in self.sample if one.holiday}
        self.weekdays = {one.day.weekday for one, _ in self.sample if one.day.weekday is not None}

    @property
    def has_rules(self) -> bool:
        """Whether a holiday or the name of a weekday excludes years."""
        return bool(self.holidays or self.weekdays)

    def own_year(self) -> int | None:
        """The year in the dates themselves, the most frequent if they disagree."""
        years = Counter(one.day.year - offset for one, offset in self.dated if one.day.year)
        return years.most_common(1)[0][0] if years else None

    def misfits(self, year: int) -> int:
        """How much ``year`` disagrees with holidays, weekdays and working days."""
        misfits, weekend = 0, 0
        for one, offset in self.sample:
            date = one.day.in_year(year + offset)
            if date is None:
                misfits += 2
                continue
            if one.day.weekday is not None and one.day.weekday != date.weekday():
                misfits += 2
            if one.holiday and date not in one.holiday.days(date.year):
                misfits += 2
            weekend += date.weekday() >= _SATURDAY
        return misfits + (weekend if weekend < len(self.sample) else 0)

    def weekday_count(self, year: int) -> int:
        """On how many different weekdays the days fall: a leap day may pull them apart."""
        dates = (one.day.in_year(year + offset) for one, offset in self.sample)
        return len({date.weekday() for date in dates if date})

    @cached_property
    def fitting(self) -> list[int]:
        """The years that agree best with the schedule and in which its papers existed."""
        misfits = {year: self.misfits(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}
        least = min(misfits.values())
        years = [year for year in misfits if misfits[year] == least and year >= (self.bound or 0)]
        weekdays = {year: self.weekday_count(year) for year in years}
        return [year for year in years if weekdays[year] == min(weekdays.values())]

    def written_year(self, written: Sequence[WrittenYear]) -> tuple[int, WrittenYear] | None:
        """The first written year that agrees with the schedule."""
        fitting = set(self.fitting)
        for writing in written:
            for year in self._meant(writing):
                if year in fitting or (year >= (self.bound or 0) and self._only_weekends(year)):
                    return year, writing
        return None

    def rules(self) -> str:
        """What the schedule says that excludes years, in words."""
        if self.holidays:
            name, day = next(iter(self.holidays.items()))
            return f"{name} falls on {day}"
        first = min(self.weekdays)
        day = next(one.day for one, _ in self.sample if one.day.weekday == first)
        return f"{MONTH_NAMES[day.month - 1]} {day.day} is a {WEEKDAY_NAMES[first]}"

    def earliest_reason(self, year: int) -> str:
        """Why ``year`` is the earliest one that is possible."""
        holds = f"{self.rules()}; " if self.has_rules else "the dates fall on working days; "
        newest = max(
            (one.newest for one, _ in self.dated if one.newest),
            key=lambda month: month.key,
            default=self.newest,
        )
        paper = f" with arXiv:{newest.arxiv_id} in it" if newest else ""
        return f"{holds}{year} is the first such year{paper}"

    def _meant(self, writing: WrittenYear) -> list[int]:
        """The years of the first day that a written year may mean."""
        years = [writing.year]
        if self.last_offset:
            years += [writing.year - offset for offset in range(1, self.last_offset + 1)]
        if writing.month is None or writing.day is None:
            return years
        date = dt.date(writing.year, writing.month, writing.day)
        return [year for year in years if self._is_near(date, year)]

    def _is_near(self, date: dt.date, year: int) -> bool:
        first, last = self.first.in_year(year), self.last.in_year(year + self.last_offset)
        if first is None or last is None:
            return False
        return first - _BEFORE_TERM <= date <= last + _AFTER_TERM

    def _only_weekends(self, year: int) -> bool:
        dates = [one.day.in_year(year + offset) for one, offset in self.sample]
        return not self.has_rules and all(
            date is not None and date.weekday() >= _SATURDAY for date in dates
        )

    def _bound(self) -> int | None:
        """The first year in which all papers existed when they were read."""
        bounds = [
            _first_year(one.day, one.newest, offset) for one, offset in self.dated if one.newest
        ]
        if self.newest:
            bounds.append(_first_year(self.last, self.newest, self.last_offset))
        return max(bounds) if bounds else None


def _first_year(day: Day, newest: ArxivMonth, offset: int) -> int:
    return newest.year - offset + (day.month < newest.month)


def _offsets(days: Sequence[Day | None]) -> list[int]:
    """How many times New Year has passed before each day."""
    offsets, offset = [], 0
    before: Day | None = None
    for day in days:
        if day is not None:
            if before is not None and before.month - day.month >= _HALF_A_YEAR:
                offset += 1
            elif before is not None and day.month - before.month >= _HALF_A_YEAR and offset:
                offset -= 1
            before = day
        offsets.append(offset)
    return offsets


def _reason(writing: WrittenYear) -> str:
    if writing.where.startswith("line"):
        return f"{writing.where} says “{writing.words}”"
    return f"{writing.where} says {writing.words}"
