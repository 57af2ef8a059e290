"""What days words name: "Sep 29 - Oct 1", "**Aug 25-27**", "9/8 & 9/10"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import lru_cache

#: Longer cells name no days after this.
MAX_LENGTH = 200

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# A leap year, so that the 29th of February exists as long as no year says otherwise.
_ANY_LEAP_YEAR = 2000


@dataclass(frozen=True)
class Day:
    """A day as it was written: perhaps without its year, perhaps one that does not exist."""

    month: int
    day: int
    year: int | None = None
    weekday: int | None = None  # Monday is 0

    def in_year(self, year: int) -> dt.date | None:
        """The date in ``year`` (its own year comes first), or None where there is none."""
        try:
            return dt.date(self.year or year, self.month, self.day)
        except ValueError:
            return None

    @property
    def exists(self) -> bool:
        """Whether any year has such a day."""
        return self.in_year(_ANY_LEAP_YEAR) is not None

    def __str__(self) -> str:
        month = MONTH_NAMES[self.month - 1] if 1 <= self.month <= 12 else f"month {self.month}"
        return f"{month} {self.day}" + (f", {self.year}" if self.year else "")


@dataclass(frozen=True)
class DateCell:
    """The days a cell names, in order; for a range, its two ends."""

    days: tuple[Day, ...] = ()
    is_range: bool = False
    time: str | None = None  # "10:30", 24 hours
    week: int | None = None  # "Week 3"


_NOTHING = DateCell()


MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
YEAR = r"(?:(?:,?\s+|\s*,\s*|-)(?P<{0}>(?:19|20)\d\d)(?!\d))?"
RANGE = r"\s*(?:-|–|—|−|~|to|until|through|thru)\s*"
LIST = r"\s*(?:,|/|&|\+|;|and|\n)\s*"
_DATE = re.compile(
    r"(?P<iso>(?P<iso_year>(?:19|20)\d\d)[-/.](?P<iso_month>\d{1,2})[-/.](?P<iso_day>\d{1,2}))(?!\d)"
    rf"|(?:{DAY.format('first_day')}(?:(?P<first_range>{RANGE})|{LIST}))?"
    rf"{DAY.format('left_day')}[\s-]*(?:of\s+)?{MONTH.format('right_month')}"
    rf"{YEAR.format('right_year')}"
    rf"|\b{MONTH.format('left_month')}[\s-]*{DAY.format('right_day')}{YEAR.format('left_year')}"
    r"|(?<![\d/.])(?P<one>\d{1,2})(?P<mark>[/.])(?P<two>\d{1,2})"
    r"(?:(?P=mark)(?P<number_year>(?:19|20)?\d\d)?)?(?![\d/])"
    rf"|(?P<more>(?:(?P<more_range>{RANGE})|{LIST}){DAY.format('more_day')}(?![\d/.]|:\d))",
    re.IGNORECASE | re.ASCII,
)
WEEK = re.compile(r"\b(?:weeks?|wk|w)\s*[.#]?\s*(\d{1,2})\b(?!\s*[/.]\s*\d)", re.I | re.A)
_ONLY_NUMBER = re.compile(r"\W*(\d{1,2})\W*", re.ASCII)
WEEKDAY = re.compile(
    r"\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b\.?", re.IGNORECASE
)
# "10:30", "2 pm", "2-3:30pm"; a number that follows a word ("Sep 8 - 10:30am") is no hour.
_TIME = re.compile(
    r"(?:(?<![\d/])(?<![a-z]\s)(?<![a-z])(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s*"
    r"(?:(?P<half>[ap])\.?m\b\.?)?\s*[-–]\s*)?"
    r"(?:\b(?P<end_hour>\d{1,2})(?::(?P<end_minute>\d\d))?\s*(?P<end_half>[ap])\.?m\b\.?"
    r"|\b(?P<hour24>\d{1,2}):(?P<minute24>\d\d)\b)",
    re.IGNORECASE | re.ASCII,
)


def read_dates(text: str, *, day_first: bool = False) -> DateCell:
    """What ``text``, the cell of a column of dates, says; nothing where it names no day.

    ``day_first`` decides what 3/4 is.  A day that cannot be (Sep 31) is kept, for it to be named.
    """
    if not text:
        return _NOTHING
    return _read_dates(text[:MAX_LENGTH], day_first)


@lru_cache(maxsize=2048)
def _read_dates(text: str, day_first: bool) -> DateCell:  # noqa: FBT001
    week = WEEK.search(text) or _ONLY_NUMBER.fullmatch(text)
    rest = WEEK.sub(" ", text)
    time = _first_time(rest)
    rest = _TIME.sub(" ", rest)
    weekdays = [_weekday(match[1]) for match in WEEKDAY.finditer(rest)]
    days: list[Day] = []
    is_range = False
    for match in _DATE.finditer(WEEKDAY.sub(" ", rest)):
        found = _days(match, days[-1] if days else None, day_first=day_first)
        is_range = is_range or _says_range(match, rest, follows=bool(days))
        days.extend(found)
    if len(weekdays) == len(days):
        days = [replace(day, weekday=name) for day, name in zip(days, weekdays, strict=True)]
    return DateCell(
        days=tuple(days),
        is_range=is_range and len(days) == 2,
        time=time,
        week=int(week[1]) if week else None,
    )


def writes_day_first(texts: list[str]) -> bool:
    """Whether a column writes 24/12 rather than 12/24; only a number above 12 can tell."""
    firsts, seconds = [0], [0]
    for text in texts:
        for match in _DATE.finditer(text):
            if match["one"]:
                firsts.append(int(match["one"]))
                seconds.append(int(match["two"]))
    return max(firsts) > 12 >= max(seconds)


def spread(first: dt.date, last: dt.date, count: int) -> list[dt.date]:
    """``count`` days from ``first`` to ``last`` as evenly as whole days allow."""
    if count < 2:
        return [first]
    days = (last - first).days
    return [first + dt.timedelta(days=round(days * n / (count - 1))) for n in range(count)]


def _says_range(match: re.Match[str], text: str, *, follows: bool) -> bool:
    if match["first_range"] or match["more_range"]:
        return True
    if not follows:
        return False
    return re.search(rf"{RANGE}$", text[: match.start()].rstrip() + " ", re.IGNORECASE) is not None


def _days(match: re.Match[str], before: Day | None, *, day_first: bool) -> list[Day]:
    if match["iso"]:
        return [Day(int(match["iso_month"]), int(match["iso_day"]), int(match["iso_year"]))]
    if match["right_month"]:
        month, year = month_named(match["right_month"]), year_written(match["right_year"])
        numbers = [match["first_day"], match["left_day"]]
        return [Day(month, int(number), year) for number in numbers if number]
    if match["left_month"]:
        year = year_written(match["left_year"])
        return [Day(month_named(match["left_month"]), int(match["right_day"]), year)]
    if match["one"]:
        one, two = int(match["one"]), int(match["two"])
        month, day = (two, one) if day_first or match["mark"] == "." else (one, two)
        return [Day(month, day, year_written(match["number_year"]))]
    number = int(match["more_day"])
    # "Sep 8 - 3: Parsing" numbers its topic; "Sep 29-1" goes on into the next month.
    if before is None or (number < before.day and match.string[match.end() :].startswith(":")):
        return []
    return [_next_day(before, number)]


def _next_day(before: Day, number: int) -> Day:
    """The ``27`` of "Aug 25-27"; a smaller number than before it is in the next month."""
    if number >= before.day:
        return replace(before, day=number)
    month = before.month % 12 + 1
    year = before.year + 1 if before.year and month == 1 else before.year
    return Day(month, number, year)


def month_named(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1


def _weekday(name: str) -> int:
    return WEEKDAYS.index(name[:3].lower())


def year_written(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _first_time(text: str) -> str | None:
    """The time something starts, "14:00" for "2-3:30pm"."""
    match = _TIME.search(text)
    if not match:
        return None
    hour = int(match["hour"] or match["end_hour"] or match["hour24"])
    minute = int(match["minute"] or 0)
    if not match["hour"]:
        minute = int(match["end_minute"] or match["minute24"] or 0)
    half = match["half"] or match["end_half"]
    if half:
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None
