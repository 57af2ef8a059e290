"""The sample term lies around any day, so that it is always in the middle of things."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from readings.demo.class_talk import (
    Conversation,
    Fate,
    answers_on,
    conversations_on,
    material_on,
)
from readings.demo.class_work import spread
from readings.demo.term import CURRENT_WEEK, PAPERS, WEEKS, Term, term_around
from readings.papers.identifiers import parse_identifier
from readings.schedule.models import Kind, Status

days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31))


def _labels(term: Term) -> list[str]:
    return [item.label for one in term.meetings for item in one.plan.items if item.label]


@given(days)
def test_next_class_is_in_the_current_week_and_today_in_it_or_just_before(today: dt.date) -> None:
    term = term_around(today)
    upcoming = next(one for one in term.meetings if one.meets_on >= today)
    assert upcoming.week == CURRENT_WEEK
    assert upcoming.plan.status == Status.CLASS
    week_of_today = (today - term.starts_on).days // 7 + 1
    assert week_of_today in (CURRENT_WEEK - 1, CURRENT_WEEK)
    assert term.starts_on < today < term.ends_on


@given(days, st.integers(1, 60))
def test_classes_are_on_mondays_and_wednesdays_and_never_two_on_a_day(
    today: dt.date, weeks: int
) -> None:
    term = term_around(today, weeks=weeks)
    dates = [one.meets_on for one in term.meetings]
    assert dates == sorted(set(dates))
    assert {day.weekday() for day in dates} == {0, 2}
    assert [one.week for one in term.meetings] == [n for n in range(1, weeks + 1) for _ in "ab"]
    assert term.starts_on == dates[0]
    assert term.ends_on == dates[-1]
    assert len(term.topics) == weeks


def test_plan_has_the_readings_classes_and_holidays_of_a_term() -> None:
    term = term_around(dt.date(2025, 9, 24))
    assert len(term.meetings) == 2 * WEEKS
    assert _labels(term) == list(PAPERS)
    assert len(PAPERS) == 23
    assert sum(one.plan.status == Status.HOLIDAY for one in term.meetings) == 3
    kinds = {item.kind for one in term.meetings for item in one.plan.items}
    assert kinds == {
        Kind.LECTURE, Kind.PAPERS, Kind.PRESENTATIONS, Kind.TECH_TALK, Kind.GUEST, Kind.OPEN,
        Kind.FLEX, Kind.OTHER,
    }  # fmt: skip
    assert term.name == "Fall 2025"


def test_a_longer_term_reads_every_paper_once_for_notes_and_again_later() -> None:
    term = term_around(dt.date(2025, 9, 24), weeks=30)
    assert _labels(term) == [*PAPERS, *PAPERS]
    assert all(one.is_repeat == (one.week > WEEKS) for one in term.meetings)


def test_every_paper_is_spelled_so_that_it_is_understood() -> None:
    found = {parse_identifier(spelling) for spelling in PAPERS.values()}
    assert None not in found
    assert len(found) == len(PAPERS)


def test_there_is_enough_to_say_about_every_paper() -> None:
    for label in PAPERS:
        assert len(set(map(repr, answers_on(label, 30)))) == 30


def test_texts_are_the_same_each_time() -> None:
    assert answers_on("TVM", 9) == answers_on("TVM", 12)[:9]
    assert conversations_on("TVM", 80) == conversations_on("TVM", 80)


@given(st.sampled_from(list(PAPERS)), st.integers(0, 150))
def test_a_discussion_has_as_many_remarks_as_are_asked_for(label: str, count: int) -> None:
    conversations = conversations_on(label, count)
    assert sum(len(one.remarks) for one in conversations) == count
    assert all(_is_in_order(one) for one in conversations)


def test_written_conversations_have_an_edit_and_a_deletion() -> None:
    written = [one for label in PAPERS for one in material_on(label).written]
    assert all(_is_in_order(one) for one in written)
    fates = {remark.fate for one in written for remark in one.remarks}
    assert fates == set(Fate)
    assert {remark.by for one in written for remark in one.remarks} >= {"Alice", "Carol", "Bob"}


def _is_in_order(conversation: Conversation) -> bool:
    """One opens it, and everything else answers something that stands before it."""
    depths = [remark.depth for remark in conversation.remarks]
    opens = depths[0] == 0 and 0 not in depths[1:]
    return opens and all(depth - 1 in depths[:place] for place, depth in enumerate(depths) if depth)


@given(st.integers(0, 10_000), st.integers(1, 30))
def test_comments_are_spread_without_loss(total: int, places: int) -> None:
    shares = spread(total, places)
    assert sum(shares) == total
    assert len(shares) == places
    assert max(shares[1:], default=0) - min(shares[1:], default=0) <= 1


def test_a_class_that_argues_puts_a_sixth_of_it_on_one_paper() -> None:
    assert spread(600, 6)[0] == 100
    assert spread(600, 9)[0] == 100
