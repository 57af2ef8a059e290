"""Holidays whose date follows a rule, by which a schedule without a year tells its year.  Pure.

Holidays with the same date each year (Juneteenth, Christmas) tell nothing and are not here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

MONDAY, THURSDAY = 0, 3


@dataclass(frozen=True)
class Holiday:
    """A holiday: how it is called, and the days of a year that are called so."""

    name: str
    pattern: re.Pattern[str]
    days: Callable[[int], frozenset[dt.date]]
    months: frozenset[int]  # in which it can be; "Thanksgiving" in October is Canada's


def nth_weekday(year: int, month: int, weekday: int, number: int) -> dt.date:
    """The ``number``-th ``weekday`` (Monday is 0) of a month; -1 is the last one."""
    if number < 0:
        following = dt.date(year + month // 12, month % 12 + 1, 1)
        return following - dt.timedelta(days=(following.weekday() - weekday - 1) % 7 + 1)
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def easter_sunday(year: int) -> dt.date:
    """Easter in the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


def holiday_named(words: str, month: int) -> Holiday | None:
    """The holiday that ``words`` name in ``month``, if it is one whose date follows a rule."""
    for holiday in HOLIDAYS:
        if month in holiday.months and holiday.pattern.search(words):
            return holiday
    return None


def _monday(month: int, number: int) -> Callable[[int], frozenset[dt.date]]:
    return lambda year: frozenset({nth_weekday(year, month, MONDAY, number)})


def _from_easter(*offsets: int) -> Callable[[int], frozenset[dt.date]]:
    return lambda year: frozenset(
        easter_sunday(year) + dt.timedelta(days=offset) for offset in offsets
    )


def _thanksgiving_week(year: int) -> frozenset[dt.date]:
    """Monday to Friday: the recess begins on different days at different places."""
    thursday = nth_weekday(year, 11, THURSDAY, 4)
    return frozenset(thursday + dt.timedelta(days=offset) for offset in range(-3, 2))


def _holiday(
    name: str, pattern: str, days: Callable[[int], frozenset[dt.date]], *months: int
) -> Holiday:
    return Holiday(name, re.compile(rf"\b(?:{pattern})", re.IGNORECASE), days, frozenset(months))


HOLIDAYS = (
    _holiday("Labor Day", r"labou?r day", _monday(9, 1), 9),
    _holiday("Thanksgiving", r"thanksgiving", _thanksgiving_week, 11),
    _holiday("Thanksgiving (Canada)", r"thanksgiving", _monday(10, 2), 10),
    _holiday(
        "Martin Luther King Day", r"(?:dr\.? )?martin luther king|mlk\b|m\.l\.k", _monday(1, 3), 1
    ),
    _holiday(
        "Presidents' Day", r"president['’]?s?['’]? day|washington['’]s birthday", _monday(2, 3), 2
    ),
    _holiday("Memorial Day", r"memorial day", _monday(5, -1), 5),
    _holiday("Columbus Day", r"columbus day|indigenous people['’]?s?['’]? day", _monday(10, 2), 10),
    _holiday("Good Friday", r"good friday", _from_easter(-2), 3, 4),
    _holiday("Easter Monday", r"easter monday", _from_easter(1), 3, 4),
    _holiday("Ascension Day", r"ascension", _from_easter(39), 4, 5, 6),
    _holiday("Whit Monday", r"whit monday|pentecost monday", _from_easter(50), 5, 6),
)
