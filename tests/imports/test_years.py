"""The year of a schedule is never taken from the clock."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.core.dates import MONTH_NAMES, Day
from readings.imports.parsing import parse
from readings.imports.schedules.holidays import easter_sunday, holiday_named, nth_weekday
from readings.imports.schedules.years import TermDay, arxiv_month, find_year, place_days
from readings.imports.wording.years import Weight, written_years
from tests.imports.samples import sample, table

pytestmark = pytest.mark.once

PAPER = "[A](https://arxiv.org/abs/{})"


def year_of(text: str, filename: str | None = None) -> int | None:
    return parse(text, filename=filename).year


def without_link(text: str) -> str:
    return text.replace("SystemsSeminar2025", "SystemsSeminar")


def without_holidays(text: str) -> str:
    return text.replace("Labor Day (Holiday)", "Rest").replace("Thanksgiving Recess", "Rest")


def without_papers(text: str) -> str:
    return text.replace("arxiv.org", "example.org").replace("arXiv:", "")


def test_a_year_in_a_link_comes_first() -> None:
    understood = parse(sample())
    assert understood.year == 2025
    assert understood.year_reason == "the link says SystemsSeminar2025"


def test_then_holidays_and_the_newest_paper() -> None:
    understood = parse(without_link(sample()))
    assert understood.year == 2025
    assert understood.year_reason is not None
    assert "Labor Day falls on Sep 1" in understood.year_reason
    assert understood.year_candidates[:2] == [2025, 2031]


def test_then_the_weekdays_and_the_newest_paper() -> None:
    understood = parse(without_holidays(without_link(sample())))
    assert understood.year == 2025
    assert understood.year_reason is not None
    assert "arXiv:2505.00005" in understood.year_reason


def test_holidays_alone_leave_several_years_to_choose_from() -> None:
    understood = parse(without_papers(without_link(sample())))
    assert understood.year is None
    assert {2008, 2014, 2025, 2031} <= set(understood.year_candidates)
    assert all(meeting.date is None for meeting in understood.meetings)
    assert understood.meetings[4].date_text == "Sep 8-10"
    assert any("Say which year" in problem.message for problem in understood.problems)


def test_without_any_hint_a_person_is_asked() -> None:
    understood = parse(without_papers(without_holidays(without_link(sample()))))
    assert (understood.year, understood.year_candidates) == (None, [])
    assert understood.problems[0].severity == "error"


def test_a_person_may_say_it_and_is_warned_of_another() -> None:
    understood = parse(sample(), year=2024)
    assert understood.year == 2024
    assert understood.meetings[0].date == dt.date(2024, 8, 25)
    assert any("2024 does not agree" in problem.message for problem in understood.problems)
    agreed = parse(sample(), year=2025)
    assert not any("agree" in problem.message for problem in agreed.problems)


def test_an_impossible_year_is_refused() -> None:
    understood = parse(sample(), year=12)
    assert understood.year is None
    assert any("12 cannot be the year" in problem.message for problem in understood.problems)


@pytest.mark.parametrize(
    "line",
    [
        "# Seminar, Fall 2023",
        "Fall '23 edition",
        "# Systems (F'23)",
        "See https://example.edu/fall2023/",
        "See https://example.edu/systems-fa23/notes",
        "The course of autumn semester 2023.",
        "# Systems 2023",
        "# Seminar 2023",
        "Declare your group by September 15, 2023.",
    ],
)
def test_years_that_a_document_writes(line: str) -> None:
    rows = ["| Sep 5 | A |", "| Sep 7 | B |", "| Sep 12 | C |"]
    text = f"{line}\n\n" + table(*rows, head="| Date | Topics |")
    assert year_of(text) == 2023


@pytest.mark.parametrize(
    "line",
    [
        "© 2019 the authors",
        "As seen at OSDI 2018 and ICML'20.",
        "Chen et al., 2018 began it.",
        "See arXiv:2019.12345 and https://arxiv.org/abs/2015.00001.",
        "See https://doi.org/10.1145/2020.2021.",
        "Posted on https://example.org/2021/09/07/an-introduction.html",
        "Last updated: September 10, 2019",
    ],
)
def test_years_of_other_things_are_not_the_schedules(line: str) -> None:
    rows = ["| Sep 5 | A |", "| Sep 7 | B |", "| Sep 12 | C |"]
    assert year_of(f"{line}\n\n" + table(*rows, head="| Date | Topics |")) is None


def test_a_written_year_that_disagrees_with_the_holidays_is_not_taken() -> None:
    text = sample().replace("# Reading Systems Papers", "# Reading Systems Papers, Fall 2024")
    assert year_of(without_link(text)) == 2025


def test_years_in_the_dates_themselves_win() -> None:
    rows = ["| Sep 5, 2022 | A |", "| Sep 7 | B |"]
    text = "# Fall 2023\n\n" + table(*rows, head="| Date | Topics |")
    understood = parse(text)
    assert understood.year == 2022
    assert [meeting.date for meeting in understood.meetings] == [
        dt.date(2022, 9, 5),
        dt.date(2022, 9, 7),
    ]


def test_the_files_name_counts_when_the_document_is_silent() -> None:
    text = table("| Sep 5 | A |", head="| Date | Topics |")
    assert year_of(text, "schedule.md") is None
    assert year_of(text, "fall2023.md") == 2023


def test_a_course_that_passes_new_year() -> None:
    rows = [f"| {day} | x |" for day in ("Nov 30, 2023", "Dec 14", "Jan 11", "Mar 7")]
    dates = [meeting.date for meeting in parse(table(*rows, head="| Date | Topics |")).meetings]
    assert dates == [
        dt.date(2023, 11, 30),
        dt.date(2023, 12, 14),
        dt.date(2024, 1, 11),
        dt.date(2024, 3, 7),
    ]


def test_a_spring_term_is_in_the_year_after_its_newest_paper() -> None:
    rows = [f"| Jan 13 | {PAPER.format('2411.00001')} |", "| Jan 15 | x |"]
    assert year_of(table(*rows, head="| Date | Papers |")) == 2025


def test_a_leap_day_between_the_classes_tells() -> None:
    # Mondays before and after the end of February are a multiple of 7 days apart in leap years.
    rows = [f"| Feb 26 | {PAPER.format('2103.00001')} |", "| Mar 4 | x |", "| Mar 11 | y |"]
    assert year_of(table(*rows, head="| Date | Papers |")) == 2024


def test_weekday_names_tell() -> None:
    rows = [f"| Mon Jan 3 | {PAPER.format('1706.03762')} |", "| Wed Jan 5 | x |"]
    assert year_of(table(*rows, head="| Date | Papers |")) == 2022


def test_saturday_seminars_are_believed_when_they_say_their_year() -> None:
    rows = [f"| Sep {day} | x |" for day in (6, 13, 20)]
    assert year_of("# Fall 2025\n\n" + table(*rows, head="| Date | Topics |")) == 2025


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2019, 4, 21), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == dt.date(year, month, day)


def test_holidays_are_known_by_name_and_month() -> None:
    assert holiday_named("Labor Day (Holiday)", 9)
    assert holiday_named("Labour Day", 5) is None  # the first of May tells no year
    canadian, american = holiday_named("Thanksgiving", 10), holiday_named("Thanksgiving", 11)
    assert canadian
    assert dt.date(2025, 10, 13) in canadian.days(2025)
    assert american
    assert dt.date(2025, 11, 26) in american.days(2025)
    assert holiday_named("A day of work", 9) is None
    assert nth_weekday(2025, 5, 0, -1) == dt.date(2025, 5, 26)
    assert nth_weekday(2025, 12, 0, -1) == dt.date(2025, 12, 29)


@pytest.mark.parametrize(
    ("arxiv_id", "year", "month"),
    [
        ("2507.23194", 2025, 7),
        ("0704.0001", 2007, 4),
        ("cs/0112017", 2001, 12),
        ("hep-th/9901001", 1999, 1),
    ],
)
def test_when_arxiv_gave_out_an_id(arxiv_id: str, year: int, month: int) -> None:
    assert arxiv_month(arxiv_id).key == (year, month)


def fall_term(year: int) -> list[str]:
    """Mondays and Wednesdays from the last Monday of August, with Labor Day among them."""
    labor_day = nth_weekday(year, 9, 0, 1)
    first = labor_day - dt.timedelta(days=7)
    rows = []
    for week in range(10):
        monday = first + dt.timedelta(days=7 * week)
        wednesday = monday + dt.timedelta(days=2)
        topic = "Labor Day (Holiday)" if monday == labor_day else "x"
        rows += [
            f"| {MONTH_NAMES[monday.month - 1]} {monday.day} | {topic} |",
            f"| {MONTH_NAMES[wednesday.month - 1]} {wednesday.day} | y |",
        ]
    return rows


@settings(deadline=None, max_examples=40)
@given(st.integers(2008, 2050))
def test_a_term_with_labor_day_gives_its_year_or_one_with_the_same_calendar(year: int) -> None:
    rows = fall_term(year)
    alone = parse(table(*rows, head="| Date | Topics |"))
    assert alone.year is None
    assert year in alone.year_candidates
    labor_days = {nth_weekday(other, 9, 0, 1).day for other in alone.year_candidates}
    assert len(labor_days) == 1
    paper = PAPER.format(f"{year % 100:02}01.00001")
    rows[4] = rows[4].replace("x", paper)
    assert year_of(table(*rows, head="| Date | Topics |")) == year


@settings(deadline=None, max_examples=60)
@given(
    st.dates(dt.date(2008, 1, 1), dt.date(2048, 12, 31)),
    st.lists(st.integers(1, 20), min_size=1, max_size=25),
)
def test_placed_days_go_forward_in_the_right_year(first: dt.date, steps: list[int]) -> None:
    dates = [first]
    for step in steps:
        dates.append(dates[-1] + dt.timedelta(days=step))
    days = [Day(date.month, date.day) for date in dates]
    assert place_days(days, first.year) == dates


def workday(date: dt.date) -> dt.date:
    """The date, or the Monday after it."""
    return date + dt.timedelta(days=max(0, 7 - date.weekday()) if date.weekday() > 4 else 0)


@settings(deadline=None, max_examples=40)
@given(
    st.dates(dt.date(2010, 1, 1), dt.date(2048, 12, 31)),
    st.lists(st.integers(1, 10), min_size=2, max_size=25),
)
def test_named_weekdays_always_admit_the_true_year(first: dt.date, steps: list[int]) -> None:
    dates = [workday(first)]
    for step in steps:
        dates.append(workday(dates[-1] + dt.timedelta(days=step)))
    days = [TermDay(Day(date.month, date.day, weekday=date.weekday())) for date in dates]
    found = find_year(days, written=[], newest=arxiv_month(f"{first.year % 100:02}01.00001"))
    assert first.year in found.candidates
    assert found.year is not None
    assert found.year <= first.year


def test_written_years_are_ordered_by_how_much_they_say() -> None:
    lines = ["It was 2017 when it began.", "# Systems 2020", "Fall 2025 it is."]
    found = written_years(lines, rows=set())
    assert [(one.year, one.weight) for one in found] == [
        (2025, Weight.STRONG),
        (2020, Weight.FAIR),
        (2017, Weight.WEAK),
    ]
