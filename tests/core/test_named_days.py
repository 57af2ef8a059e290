"""What days a line names, and what it calls them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.core.dates import MONTH_NAMES
from readings.core.named_days import read_named_days

pytestmark = pytest.mark.once


MARCH = "Mar 1 – Mar 5"


def spans_of(line: str) -> str:
    """The days of ``line`` as a person would say them: "Mar 1, Mar 3 – Mar 5"."""
    return ", ".join(
        str(first) if first == last else f"{first} – {last}"
        for first, last in read_named_days(line).spans
    )


@pytest.mark.parametrize(
    "days",
    ["Mar 1-5", "Mar 1–5", "Mar 1 - 5", "Mar 1 — 5", "Mar 1- 5", "Mar 1--5", "Mar. 1-5", "Mar 1~5",
     "Mar 1-Mar 5", "Mar 1 - Mar 5", "March 1 to March 5", "Mar 1 to 5", "Mar 1 through 5",
     "Mar 1 until Mar 5", "March 1st-5th", "March 1st to 5th", "1-5 Mar", "1 - 5 March",
     "1 Mar - 5 Mar", "1 Mar-5 Mar", "1 Mar - 5", "1st-5th of March", "1st of March - 5th of March",
     "3/1-3/5", "3/1 - 3/5", "3/1-5", "1.3.-5.3.", "1.-5.3.", "Mon Mar 1 – Fri Mar 5",
     "Mon, Mar 1 – Fri, Mar 5", "Monday Mar 1 – Friday 5", "Mar 1 (Mon) - Mar 5 (Fri)",
     "Mar 1-5 (Mon-Fri)", "Mar 1 - 5 Mar", "From Mar 1 to Mar 5", "Between Mar 1 and Mar 5",
     "* Mar 1-5", "**Mar 1-5**"],
)  # fmt: skip
def test_range_is_read_whatever_separates_it_from_its_name(days: str) -> None:
    for line in (
        f"{days}: Winter break",
        f"{days}:Winter break",
        f"{days} - Winter break",
        f"{days} – Winter break",
        f"{days}, Winter break",
        f"{days} | Winter break",
        f"{days} (Winter break)",
    ):
        named = read_named_days(line)
        assert (spans_of(line), named.words, named.problem) == (MARCH, "Winter break", ""), line
    assert spans_of(days) == MARCH
    assert read_named_days(days).words == ""


@pytest.mark.parametrize(
    "days",
    ["Mar 1-5", "Mar 1 - 5", "Mar 1 to 5", "Mar 1 – Mar 5", "1-5 Mar", "1 Mar - 5 Mar", "3/1-3/5"],
)
def test_name_may_stand_before_its_range(days: str) -> None:
    for line in (
        f"Winter break: {days}",
        f"Winter break, {days}",
        f"Winter break - {days}",
        f"Winter break ({days})",
        f"Winter break {days}",
        f"Winter break {days} (no class)",
        f"Winter break from {days}",
    ):
        assert (spans_of(line), read_named_days(line).words) == (MARCH, "Winter break"), line


@pytest.mark.parametrize(
    ("line", "days", "words"),
    [
        ("Mar 1, 3 and 5: X", "Mar 1, Mar 3, Mar 5", "X"),
        ("Mar 1, 3, and 5: X", "Mar 1, Mar 3, Mar 5", "X"),
        ("Mar 1, 3, 5 X", "Mar 1, Mar 3, Mar 5", "X"),
        ("Mar 1 & 3: X", "Mar 1, Mar 3", "X"),
        ("Mar 1/3: X", "Mar 1, Mar 3", "X"),
        ("1, 3 and 5 Mar: X", "Mar 1, Mar 3, Mar 5", "X"),
        ("28 Nov, 2 and 3 Dec: X", "Nov 28, Dec 2, Dec 3", "X"),
        ("Mar 1, 3 and 5, 2026: X", "Mar 1, 2026, Mar 3, 2026, Mar 5, 2026", "X"),
        ("Mar 1-5 and 8: X", "Mar 1 – Mar 5, Mar 8", "X"),
        ("Mar 1, 3-5: X", "Mar 1, Mar 3 – Mar 5", "X"),
        ("Mar 1-5, Apr 3: X", "Mar 1 – Mar 5, Apr 3", "X"),
        ("Mar 1-5, 2026: X", "Mar 1, 2026 – Mar 5, 2026", "X"),
        ("2026-03-01 - 2026-03-05: X", "Mar 1, 2026 – Mar 5, 2026", "X"),
        ("2026-03-01/2026-03-05 X", "Mar 1, 2026 – Mar 5, 2026", "X"),
        ("2026-03-01..2026-03-05 X", "Mar 1, 2026 – Mar 5, 2026", "X"),
        ("Nov 28 - Dec 2 X", "Nov 28 – Dec 2", "X"),
        ("28 Nov - 2 Dec: X", "Nov 28 – Dec 2", "X"),
        ("Dec 24-Jan 2: X", "Dec 24 – Jan 2", "X"),
        ("Sep 7: Labor Day", "Sep 7", "Labor Day"),
        ("Labor Day: Sep 7", "Sep 7", "Labor Day"),
        ("Labor Day, September 7", "Sep 7", "Labor Day"),
        ("Sep 7 - Labor Day", "Sep 7", "Labor Day"),
        ("Labor Day - Sep 7 - no class", "Sep 7", "Labor Day"),
        ("Sep 7 no class", "Sep 7", "no class"),
        ("Mar 16-20 March break", "Mar 16 – Mar 20", "March break"),
        ("Apr 27-28 May Day", "Apr 27 – Apr 28", "May Day"),
        ("May Day, May 1", "May 1", "May Day"),
        ("Sep 11 9/11 memorial", "Sep 11", "9/11 memorial"),
        ("Sep 7: 5 talks", "Sep 7", "5 talks"),
        ("Sep 7: 2-3 talks", "Sep 7", "2-3 talks"),
        ("Sep 7 2 days", "Sep 7", "2 days"),
        ("Sep 7 - 10:30am: dentist", "Sep 7", "10:30am: dentist"),
        ("Sep 7, 10 am dentist", "Sep 7", "10 am dentist"),
        ("Sep 7 - 24h strike", "Sep 7", "24h strike"),
        ("Mar 1-5: 2nd break", "Mar 1 – Mar 5", "2nd break"),
        ("Mar 1: until Mar 5", "Mar 1", "until Mar 5"),
    ],
)
def test_lists_ranges_and_names_are_told_apart(line: str, days: str, words: str) -> None:
    named = read_named_days(line)
    assert (spans_of(line), named.words, named.problem) == (days, words, "")


TWO_MONTHS = "Name the month of each day if they are in two."


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Mar 5-1 X", f"Mar 5-1 ends before it begins. {TWO_MONTHS}"),
        ("Mar 5 - 1: X", f"Mar 5 - 1 ends before it begins. {TWO_MONTHS}"),
        ("3/5-1: X", f"3/5-1 ends before it begins. {TWO_MONTHS}"),
        ("5-1 Mar: X", f"5-1 Mar ends before it begins. {TWO_MONTHS}"),
        ("Dec 24-2: X", f"Dec 24-2 ends before it begins. {TWO_MONTHS}"),
        ("Mar 5 - Mar 1: X", "Mar 5 - Mar 1 ends before it begins."),
        ("Mar 5, 3: X", f"Mar 5, 3 goes back. {TWO_MONTHS}"),
        ("Sep 7, 2 talks", f"Sep 7, 2 goes back. {TWO_MONTHS}"),
        ("Mar 1-5-9: X", "It is not clear what “-9” says after Mar 1-5."),
        ("Mar 1 5: X", "It is not clear what “5” says after Mar 1."),
        (
            "Mar 1 Winter break until Mar 5",
            "It is not clear what “until Mar 5” says. Write first and last day together.",
        ),
        (
            "Mar 1 - Winter break - Mar 5",
            "It is not clear what “- Mar 5” says. Write first and last day together.",
        ),
        ("Week of Mar 2: X", "Write the first and the last day of the week of Mar 2."),
    ],
)
def test_days_that_cannot_be_told_are_a_problem(line: str, problem: str) -> None:
    named = read_named_days(line)
    assert (named.spans, named.problem) == ((), problem)


_days = st.integers(1, 28)
_dashes = st.sampled_from(["-", "–", " - ", " – ", "—", " to ", " through "])
_separators = st.sampled_from([": ", " ", ", ", " - ", " – ", "; ", ":", "\t"])


@given(st.integers(0, 11), _days, _days, _dashes, _separators, st.booleans())
def test_every_range_is_all_there_or_refused(
    month: int, first: int, last: int, dash: str, separator: str, month_last: bool
) -> None:
    name = MONTH_NAMES[month]
    days = f"{first}{dash}{last} {name}" if month_last else f"{name} {first}{dash}{last}"
    named = read_named_days(f"{days}{separator}Winter break")
    if first > last:
        assert named.problem.startswith(f"{days} ends before it begins.")
        return
    [(begins, ends)] = named.spans
    assert (begins.month, begins.day) == (month + 1, first)
    assert (ends.month, ends.day) == (month + 1, last)
    assert named.words == "Winter break"


@pytest.mark.parametrize(
    ("line", "days", "words"),
    [
        ("2025-09-01 Labor Day", ["Sep 1, 2025"], "Labor Day"),
        ("Sep 1: Labor Day", ["Sep 1"], "Labor Day"),
        ("- **Sep 1**: Labor Day (Holiday)", ["Sep 1"], "Labor Day (Holiday)"),
        ("Labor Day, Sep 1", ["Sep 1"], "Labor Day"),
        ("Labor Day (Mon Sep 1)", ["Sep 1"], "Labor Day"),
        ("Easter Monday, Apr 6", ["Apr 6"], "Easter Monday"),
        ("Apr 3 Good Friday", ["Apr 3"], "Good Friday"),
        ("Sep 1 (Monday) Labor Day", ["Sep 1"], "Labor Day"),
        ("Sep 5: Friday off", ["Sep 5"], "Friday off"),
        ("Oct 13-14 Fall study break", ["Oct 13", "Oct 14"], "Fall study break"),
        ("Oct 13 to Oct 14", ["Oct 13", "Oct 14"], ""),
        ("Wed Nov 26 - Fri Nov 28: Thanksgiving", ["Nov 26", "Nov 28"], "Thanksgiving"),
        ("Nov 26 - 28, 2025 Thanksgiving", ["Nov 26, 2025", "Nov 28, 2025"], "Thanksgiving"),
        ("Dec 24 – Jan 2, 2026", ["Dec 24, 2025", "Jan 2, 2026"], ""),
        ("Sep 1: make-up on Oct 3", ["Sep 1"], "make-up on Oct 3"),
        ("Labor Day", [], ""),
    ],
)
def test_line_names_its_days_and_what_they_are_called(
    line: str, days: list[str], words: str
) -> None:
    named = read_named_days(line)
    ends = [str(day) for span in named.spans for day in dict.fromkeys(span)]
    assert (ends, named.words) == (days, words)


@pytest.mark.parametrize("part", [" ", " - , . ", " and - to", " ,", "1/2 - ", "(Mon) ", "Sep "])
def test_line_of_nothing_but_what_stands_between_days_is_read_at_once(part: str) -> None:
    began = time.perf_counter()
    for _ in range(20):
        read_named_days("Sep 1" + (part * 200)[:180] + "x Oct 3")
    assert time.perf_counter() - began < 1


def test_several_days_and_ranges_on_one_line() -> None:
    named = read_named_days("Nov 27-28 and Dec 1 Thanksgiving")
    said = [(str(first), str(last)) for first, last in named.spans]
    assert said == [("Nov 27", "Nov 28"), ("Dec 1", "Dec 1")]


@given(st.text(max_size=300))
def test_no_line_is_too_odd_for_named_days(line: str) -> None:
    read_named_days(line)
