"""A line that names days and what they are called: "Oct 13-14: Fall break", "Labor Day, Sep 7".

Nothing is left out in silence: days that cannot be told are a problem, in a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from readings.core.dates import (
    DAY,
    LIST,
    MAX_LENGTH,
    MONTH,
    RANGE,
    WEEK,
    WEEKDAY,
    YEAR,
    Day,
    month_named,
    year_written,
)


@dataclass(frozen=True)
class NamedDays:
    """The days of a line, each from its first to its last, and what is said of them.

    ``problem`` says why a line that names days names none that can be taken.
    """

    spans: tuple[tuple[Day, Day], ...] = ()
    words: str = ""
    problem: str = ""


@dataclass(frozen=True)
class _Item:
    """A day as it stands in a line: whole, or a number whose month stands beside it."""

    kind: str  # "iso", "day month", "month day", "number" (9/8), "dotted" (8.9.), "bare"
    day: Day  # of a bare one only the day counts, and the year where it has one
    start: int
    end: int
    ends_range: bool = False  # the end of what the item before begins


_FREE = r"(?<![^\W_])"  # no letter or digit before it
_NO_TIME = r"(?!\s*[ap]\.?m\b)(?!:\d\d)"
_BARE = rf"{DAY.format('bare')}(?![^\W_]){_NO_TIME}(?![./]\d)\.?"
_AND = rf"(?:{RANGE}|\s*,\s*(?:and|&)\s*|{LIST})"
_BEFORE_ITS_MONTH = rf"\d{{1,2}}(?:st|nd|rd|th)?\.?{_AND}"
_DAY_MONTH = (
    rf"{DAY.format('left_day')}[\s-]*(?:of\s+)?{MONTH.format('right_month')}"
    rf"{YEAR.format('right_year')}"
)
_ISO = r"(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"
_MONTH_DAY = (
    rf"{MONTH.format('left_month')}[\s-]*{DAY.format('right_day')}{YEAR.format('left_year')}"
)
_NUMBERS = (
    r"(?P<one>\d{1,2})(?P<mark>[/.])(?P<two>\d{1,2})"
    r"(?:(?P=mark)(?P<number_year>(?:19|20)?\d\d)?)?(?![\d/])"
)
_WHOLE = re.compile(
    rf"{_FREE}(?:{_ISO}|(?<!\d[/.])(?:{_DAY_MONTH}|{_MONTH_DAY}|{_NUMBERS}))", re.I | re.A
)
_LEADING = re.compile(rf"{_FREE}(?<!\d[/.])(?:{_BEFORE_ITS_MONTH})+(?=\d)", re.I | re.A)
_BARE_DAY = re.compile(rf"{_BARE}(?P<bare_year>(?:,?\s+|,)(?:19|20)\d\d(?!\d))?", re.I | re.A)
# What may stand between days of one line, a character or a word at a time: nothing to try twice.
_BESIDE = re.compile(
    r"(?:[\s,;/&+.()~–—−*_-]|\b(?:to|until|till|through|thru|and)\b)*", re.IGNORECASE
)
_SIGN = re.compile(r"[^\s().*_]")
_RANGE_SIGN = re.compile(r"[~–—−-]|\.\.|to|until|till|through|thru", re.IGNORECASE)
# After "Mar 1-5" a month is part of a name ("March break") unless nothing but a name follows it.
_MONTH_ENDS = re.compile(r"\s*(?:$|[:;,|(]|[–—-]\s)")

_WEEKDAYS = rf"{WEEKDAY.pattern}(?:\s*(?:[-–—,/&]|to|and)\s*{WEEKDAY.pattern})*"
_WEEKDAYS_IN_BRACKETS = re.compile(rf"\(\s*{_WEEKDAYS}\s*\)", re.IGNORECASE)
_WEEKDAYS_FIRST = re.compile(
    rf"\s*,?\s*(?:\(\s*{_WEEKDAYS}\s*\)|(?!:)[\W_]*?{_WEEKDAYS})", re.IGNORECASE
)
# The weekday beside a day that stands after a name: "Labor Day (Mon Sep 1)".
_LAST_WEEKDAY = re.compile(rf"(?:^|[(,:]\s*){WEEKDAY.pattern}\W*$", re.IGNORECASE)
_LAST_WORDS = re.compile(r"(?:^|\s)(?:from|on|between|the)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
_WEEK_OF = re.compile(r"\bweek\s+(?:of|from|beginning|starting)\W*$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^][]*)\]")
_NO_NAME = re.compile(
    r"\W*(?:no (?:class(?:es)?|school|meetings?|seminars?|lectures?|sessions?)"
    r"|(?:university |public )?holiday|day off|off|closed)\W*",
    re.IGNORECASE,
)
_MARKS = " \t\n,;:.-–—−|=*_#>"
_LEFT_OVER = re.compile(
    rf"[\s(]*(?:{_AND}\d{{1,2}}(?:st|nd|rd|th)?(?![^\W_]){_NO_TIME}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s*(?::(?!\d)|[-–—]\s*\d{1,2}\b|$))",
    re.I | re.A,
)
_UNTIL = re.compile(
    rf"(?:\s[-–—~]\s+|\b(?:until|till|through|thru)\s+)(?:{_WHOLE.pattern})\W*$", re.I | re.A
)


def read_named_days(text: str, *, day_first: bool = False) -> NamedDays:
    """What a line such as "Oct 13-14: Fall break" says; no spans where it names no day.

    Days count as far as only commas, hyphens and weekdays stand between them; what follows (after
    a colon, whatever it is) is their name, or else what stands before.
    """
    text = re.sub(r"\s+", " ", text[:MAX_LENGTH]).strip()
    plain = text
    # They become spaces, so that places stay what they are.
    for beside in (_WEEKDAYS_IN_BRACKETS, WEEKDAY, WEEK):
        plain = beside.sub(lambda match: " " * len(match[0]), plain)
    items = _items(plain, day_first=day_first)
    if not items:
        return NamedDays()
    start, end = items[0].start, items[-1].end
    spans, problem = _spans(items, text)
    after = text[end:].lstrip("*_")
    problem = problem or _left_out(plain[:start], plain[end:], text[start:end])
    if problem:
        return NamedDays(problem=problem)
    return NamedDays(tuple(spans), _name(text[:start], after))


def _items(plain: str, *, day_first: bool) -> list[_Item]:
    """The days that stand together in ``plain``, in the order in which they are written."""
    first = _WHOLE.search(plain)
    if not first:
        return []
    items: list[_Item] = []
    leading = _LEADING.search(plain)
    # "1, 3 and 5 Mar", "7.-9.9.": the numbers before a day that its month follows.
    if leading and leading.end() == first.start() and _kind(first) in ("day month", "dotted"):
        for bare in _BARE_DAY.finditer(plain, leading.start(), leading.end()):
            between = plain[items[-1].end : bare.start()] if items else ""
            items.append(_bare(bare, ends_range=_says_range(between)))
    between = plain[items[-1].end : first.start()] if items else ""
    items.append(_whole(first, day_first=day_first, ends_range=_says_range(between)))
    while following := _following(plain, items, day_first=day_first):
        items.append(following)
    return items


def _following(plain: str, items: list[_Item], *, day_first: bool) -> _Item | None:
    """The day that stands after those that were found; None where their name begins."""
    before = items[-1]
    beside = _BESIDE.match(plain, before.end)
    between = beside[0] if beside else ""
    place = before.end + len(between)
    whole = _WHOLE.match(plain, place)
    ends_range = _says_range(between) or (
        between.strip().lower() == "and"
        and len(items) == 1
        and _BETWEEN.search(plain[: before.start]) is not None
    )
    if whole and before.kind == _kind(whole) == "iso" and between == "/":  # as ISO 8601 has it
        ends_range = True
    if ends_range and before.ends_range:
        return None
    signed = _SIGN.search(between) is not None
    if whole and _follows(whole, items, plain, signed=signed):
        return _whole(whole, day_first=day_first, ends_range=ends_range)
    bare = _BARE_DAY.match(plain, place)
    if not bare or not signed or "(" in between:
        return None
    return _bare(bare, ends_range=ends_range)


def _follows(whole: re.Match[str], items: list[_Item], plain: str, *, signed: bool) -> bool:
    """Whether this day goes on with those before it and is not the beginning of their name."""
    kind = _kind(whole)
    if not signed:
        return kind == items[-1].kind
    by_month_first = kind == "day month" and any(one.kind == "month day" for one in items)
    return (
        not by_month_first
        or bool(whole["right_year"])
        or _MONTH_ENDS.match(plain, whole.end()) is not None
    )


def _kind(match: re.Match[str]) -> str:
    if match["year"]:
        return "iso"
    if match["right_month"]:
        return "day month"
    if match["left_month"]:
        return "month day"
    return "dotted" if match["mark"] == "." else "number"


def _whole(match: re.Match[str], *, day_first: bool, ends_range: bool) -> _Item:
    kind = _kind(match)
    if kind == "iso":
        day = Day(int(match["month"]), int(match["day"]), int(match["year"]))
    elif kind == "day month":
        month, year = month_named(match["right_month"]), year_written(match["right_year"])
        day = Day(month, int(match["left_day"]), year)
    elif kind == "month day":
        month, year = month_named(match["left_month"]), year_written(match["left_year"])
        day = Day(month, int(match["right_day"]), year)
    else:
        one, two = int(match["one"]), int(match["two"])
        month, number = (two, one) if day_first or kind == "dotted" else (one, two)
        day = Day(month, number, year_written(match["number_year"]))
    return _Item(kind, day, match.start(), match.end(), ends_range)


def _bare(match: re.Match[str], *, ends_range: bool) -> _Item:
    year = match["bare_year"]
    day = Day(0, int(match["bare"]), int(year[-4:]) if year else None)
    return _Item("bare", day, match.start(), match.end(), ends_range)


def _says_range(between: str) -> bool:
    return _RANGE_SIGN.search(between) is not None


def _spans(items: list[_Item], text: str) -> tuple[list[tuple[Day, Day]], str]:
    """The days of the items, or a problem that they have."""
    days = _in_their_months(items)
    spans: list[tuple[Day, Day]] = []
    for place, (item, day) in enumerate(zip(items, days, strict=True)):
        if place and _goes_back(items[place - 1], item, days[place - 1], day):
            said = text[items[place - 1].start : item.end].rstrip(" .")
            problem = f"{said} {'ends before it begins' if item.ends_range else 'goes back'}."
            if "bare" in (items[place - 1].kind, item.kind):
                problem += " Name the month of each day if they are in two."
            return [], problem
        if item.ends_range:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans, ""


def _in_their_months(items: list[_Item]) -> list[Day]:
    """The days of the items, each with its month, and with the year that only a later one has."""
    days: list[Day | None] = [None if one.kind == "bare" else one.day for one in items]
    for place in reversed(range(len(items) - 1)):
        after = days[place + 1]
        # "28 Nov, 2 and 3 Dec": the month follows.
        month_follows = items[place].kind == "bare" and any(
            one.kind in ("day month", "dotted") for one in items[place + 1 :]
        )
        if days[place] is None and after and month_follows:
            days[place] = replace(after, day=items[place].day.day)
    known: list[Day] = []
    for item, day in zip(items, days, strict=True):
        if day is None:
            before = known[-1]
            known.append(replace(before, day=item.day.day, year=item.day.year or before.year))
        else:
            known.append(day)
    for place in reversed(range(len(known) - 1)):
        known[place] = _in_year_of(known[place], known[place + 1])
    return known


def _goes_back(item_before: _Item, item: _Item, before: Day, day: Day) -> bool:
    """Whether a day is before the one it follows and no month or year between them is named."""
    if day.day >= before.day or (before.year, before.month) != (day.year, day.month):
        return False
    if "bare" in (item_before.kind, item.kind):
        return True
    return item.ends_range and day.year is None


def _in_year_of(first: Day, last: Day) -> Day:
    """``first`` with the year that only what follows it has: "Oct 13 - 14, 2025"."""
    if first.year or not last.year:
        return first
    same = first.month <= last.month
    return replace(first, year=last.year if same else last.year - 1)


def _left_out(before: str, after: str, days: str) -> str:
    """The problem that days stand in the line which are not among those that were read."""
    if _WEEK_OF.search(before):
        return f"Write the first and the last day of the week of {days}."
    after = after.lstrip("*_")
    if after.startswith(":"):
        return ""
    left = _LEFT_OVER.match(after)
    if left:
        said = left[0].strip().rstrip(":").rstrip()
        return f"It is not clear what “{said}” says after {days}."
    until = _UNTIL.search(after)
    if until:
        return f"It is not clear what “{until[0].strip()}” says. Write first and last day together."
    return ""


def _name(before: str, after: str) -> str:
    """What the days are called, of what stands before them and after them."""
    rest = after.lstrip(" \t.)]*_")
    if not rest.startswith(":"):
        weekdays = _WEEKDAYS_FIRST.match(rest)
        rest = rest[weekdays.end() if weekdays else 0 :].lstrip(" )]")
        if not rest.startswith(":"):
            inside = _IN_BRACKETS.fullmatch(rest.strip(_MARKS))
            rest = (inside[1] or inside[2] or "") if inside else rest
    name = rest.strip(_MARKS).lstrip(")] ")
    if name and not _NO_NAME.fullmatch(name):
        return name
    stands_before = _LAST_WEEKDAY.sub("", before).rstrip("([ ").strip(_MARKS)
    while (shorter := _LAST_WORDS.sub("", stands_before).strip(_MARKS)) != stands_before:
        stands_before = shorter
    if not re.search(r"[^\W\d_]", WEEKDAY.sub("", stands_before)):
        stands_before = ""
    return stands_before or name
