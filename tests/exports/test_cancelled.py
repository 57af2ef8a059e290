"""Cancelled classes in the table: as people write them, and read back as what they are."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.courses.models import Course
from readings.exports.markdown import schedule_markdown
from readings.exports.term import Options, Term
from readings.imports.parsing import parse
from readings.imports.understood import Item, Session
from readings.schedule.agenda_services import move_agenda_item
from readings.schedule.models import Meeting
from readings.schedule.services import update_meeting
from tests import factories
from tests.by_hand import take_off
from tests.exports.test_markdown import (
    SEP_8,
    SEP_10,
    SEP_15,
    a_class,
    a_reading,
    a_term,
    table,
    told,
    words,
)
from tests.exports.test_round_trip import bring_in, exported, plan_of, what_it_does
from tests.shared import shared

DSPY = "[DSPy](https://arxiv.org/abs/2310.03714)"
TVM = "[TVM](https://arxiv.org/abs/1802.04799)"


def rows_of(*sessions: Session) -> list[str]:
    """The rows of a table that is read back as what it says."""
    term: Term = a_term(*sessions)
    text = schedule_markdown(term)
    assert told(term, Options(), sessions=parse(text).meetings) == told(term, Options())
    return table(text)[2:]


def gone(date: dt.date | None, *agenda: Item, **fields: object) -> Session:
    return a_class(date, *agenda, status="cancelled", **fields)


def papers() -> list[Item]:
    return [a_reading("DSPy"), a_reading("TVM", "1802.04799")]


def test_a_cancelled_class_stands_in_the_row_of_its_week() -> None:
    assert rows_of(gone(SEP_8), a_class(SEP_10, *papers())) == [
        f"| **Sep 8-10** | Class cancelled<br>{DSPY}, {TVM} | Papers and Discussion |"
    ]


def test_a_cancelled_class_may_be_alone_in_its_row() -> None:
    assert rows_of(gone(SEP_8)) == ["| **Sep 8** | Class cancelled |  |"]


def test_a_whole_cancelled_week_is_said_once() -> None:
    assert rows_of(gone(SEP_8), gone(SEP_10)) == ["| **Sep 8-10** | Classes cancelled |  |"]


def test_what_a_cancelled_class_keeps_is_said_behind() -> None:
    assert rows_of(gone(SEP_8, *papers()), gone(SEP_10, words("snow day"))) == [
        f"| **Sep 8-10** | Class cancelled: {DSPY}, {TVM}<br>Class cancelled: snow day"
        " | Papers and Discussion |"
    ]


def test_talks_that_a_cancelled_class_keeps_say_their_kind() -> None:
    talks = words("Group Presentations", "presentations", stage="update")

    assert rows_of(gone(SEP_8, talks), a_class(SEP_10, talks)) == [
        "| **Sep 8-10** | Class cancelled: Group Presentations<br>Group Presentations"
        " | Project Updates |"
    ]


def test_an_undated_class_is_cancelled_as_well() -> None:
    assert rows_of(a_class(None, *papers()), gone(None, week=2)) == [
        f"| Week 1 | {DSPY}, {TVM} | Papers and Discussion |",
        "| Week 2 | Class cancelled |  |",
    ]


def test_an_empty_holiday_is_called_one() -> None:
    assert rows_of(a_class(SEP_8, status="holiday"), a_class(SEP_10, *papers())) == [
        f"| **Sep 8-10** | Holiday<br>{DSPY}, {TVM} | Papers and Discussion |"
    ]


def test_words_that_cancel_are_not_said_twice() -> None:
    assert rows_of(gone(SEP_8, words("Class is cancelled because of snow"))) == [
        "| **Sep 8** | Class is cancelled because of snow |  |"
    ]


def test_an_empty_class_beside_a_cancelled_one_stays_a_class() -> None:
    assert rows_of(a_class(SEP_8), gone(SEP_10)) == [
        "| **Sep 8** |  |  |",
        "| **Sep 10** | Class cancelled |  |",
    ]


def test_several_words_of_a_class_stay_in_its_row() -> None:
    agenda = [words("Flex Day", "flex"), words("Repo Deconstruct", "tech_talk")]

    assert rows_of(
        a_class(SEP_8, *agenda), a_class(SEP_15, words("Repo", "tech_talk"), week=2)
    ) == [
        "| **Sep 8** | [Flex Day], [Repo Deconstruct] | Tech Talks |",
        "| **Sep 15** | Repo | Tech Talks |",
    ]


def test_papers_share_a_row_beside_talks_in_one_class() -> None:
    talks = words("Group Presentations", "presentations", stage="update")

    assert rows_of(a_class(SEP_8, *papers(), talks), a_class(SEP_10, talks)) == [
        f"| **Sep 8** | {DSPY}, {TVM} | Papers and Discussion |",
        "|  | Group Presentations | Project Updates |",
        "| **Sep 10** | Group Presentations | Project Updates |",
    ]


# --- A real term --------------------------------------------------------------------------------

OCT_15, NOV_3 = dt.date(2025, 10, 15), dt.date(2025, 11, 3)


def cancel(course: Course, day: dt.date) -> None:
    """Cancel a class: its agenda goes to the next, and so on, up to the flex day."""
    meetings = list(course.meetings.filter(meets_on__gte=day, status="class").order_by("meets_on"))
    agendas = [list(one.agenda.order_by("position")) for one in meetings]
    for agenda, later in zip(agendas, meetings[1:], strict=False):
        for item in agenda:
            move_agenda_item(item=item, meeting=later, actor=None)
        if later.agenda.filter(kind="flex").exists():
            break
    update_meeting(meeting=meetings[0], actor=None, status="cancelled")


def meeting_on(course: Course, day: dt.date) -> Meeting:
    return course.meetings.get(meets_on=day)


@pytest.fixture
def shifted(course: Course) -> Course:
    """A real term of which two classes were cancelled, one after the other."""
    bring_in(course, shared("seeds", "004_4f219b09581ca694.txt").read_text())
    cancel(course, OCT_15)
    cancel(course, NOV_3)
    return course


@pytest.mark.django_db
@pytest.mark.once
def test_a_real_term_with_cancelled_classes_reads_as_if_written_by_hand(shifted: Course) -> None:
    text = exported(shifted)

    assert "<!--" not in text
    cells = [[cell.strip() for cell in row.split("|")[1:4]] for row in table(text)]
    said = {row[0].strip("*"): (row[1].split("<br>"), row[2]) for row in cells}
    assert said["Oct 13-15"] == (["Fall Study Break (Holiday)", "Class cancelled"], "")
    assert said["Oct 20-22"][1] == "Papers and Discussion<br>Tech Talks"
    assert said["Nov 3-5"][0][0] == "Class cancelled"
    assert said["Nov 24-26"] == (
        ["[Flex Day], [Repo Deconstruct], [Repo Deconstruct]", "Thanksgiving Recess (Holiday)"],
        "Tech Talks",
    )


@pytest.mark.django_db
@pytest.mark.once
def test_a_real_term_with_cancelled_classes_imports_as_nothing(shifted: Course) -> None:
    text = exported(shifted)

    for source in ("schedule", "another document"):
        assert what_it_does(plan_of(shifted, text, source)) == []
        assert plan_of(shifted, text, source).does_nothing


@pytest.mark.django_db
@pytest.mark.once
def test_a_new_course_has_the_cancelled_classes_too(shifted: Course) -> None:
    other = factories.make_course(title=shifted.title)
    bring_in(other, exported(shifted))

    assert exported(other) == exported(shifted)
    for day in (OCT_15, NOV_3):
        meeting = meeting_on(other, day)
        assert (meeting.status, meeting.agenda.count()) == ("cancelled", 0)


@pytest.mark.django_db
@pytest.mark.once
def test_a_cancelled_class_that_lost_its_agenda_imports_as_nothing(course: Course) -> None:
    bring_in(course, shared("seeds", "004_4f219b09581ca694.txt").read_text())
    meeting = meeting_on(course, OCT_15)
    for item in meeting.agenda.all():
        take_off(item)
    update_meeting(meeting=meeting, actor=None, status="cancelled")

    assert what_it_does(plan_of(course, exported(course))) == []
