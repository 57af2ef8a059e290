"""What words announce."""

from __future__ import annotations

import pytest

from readings.core.days_off import without_holiday_mark
from readings.imports.wording.kinds import after_cancelled, before_cancelled, meaning_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("words", "kind", "stage"),
    [
        ("[Open]", "open", None),
        ("TBD", "open", None),
        ("Open problems in vision", None, None),
        ("Flex Day", "flex", None),
        ("Group Presentations", "presentations", None),
        ("Pitches", "presentations", "pitch"),
        ("Project proposals", "presentations", "pitch"),
        ("Updates", None, "update"),
        ("Final Project Presentations", "presentations", "final"),
        ("Mid-Semester Presentations", "presentations", "update"),
        ("Midterm presentations", "presentations", "update"),
        ("Midterm", "exam", None),
        ("Final exam", "exam", None),
        ("Final project", "project", "final"),
        ("Project work day", "project", None),
        ("Tech Talks", "tech_talk", None),
        ("[Special Guest?]", "guest", None),
        ("Guest lecture by the author", "guest", None),
        ("Papers and Discussion", "papers", None),
        ("Lecture", "lecture", None),
        ("Course Introduction & Overview", "lecture", None),
        ("Wrap-up & What Comes Next", "lecture", None),
        ("How Caches Forget", None, None),
        ("Memory breakpoints", None, None),
    ],
)
def test_kinds_and_stages(words: str, kind: str | None, stage: str | None) -> None:
    meaning = meaning_of(words)
    assert (meaning.kind, meaning.stage, meaning.status) == (kind, stage, "class")


@pytest.mark.parametrize(
    "words",
    [
        "Labor Day (Holiday)",
        "Labor Day",
        "Fall Study Break (Holiday)",
        "Spring Break",
        "Thanksgiving Recess",
        "MLK Day",
        "No class",
        "Recess",
        "Good Friday",
    ],
)
def test_holidays(words: str) -> None:
    assert meaning_of(words).status == "holiday"


def test_cancelled_classes() -> None:
    assert meaning_of("Class cancelled (snow)").status == "cancelled"


def test_the_mark_of_a_holiday_is_no_part_of_its_name() -> None:
    assert without_holiday_mark("Labor Day (Holiday)") == "Labor Day"
    assert without_holiday_mark("Fall Break [University Holiday]") == "Fall Break"
    assert without_holiday_mark("Spring Break") == "Spring Break"


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("Class cancelled", ""),
        ("Classes cancelled", ""),
        ("CANCELED", ""),
        ("Cancelled.", ""),
        ("[Cancelled]", ""),
        ("Today's class", None),
        ("The class is cancelled", ""),
        ("Lecture has been canceled!", ""),
        ("Class cancelled: snow day", "snow day"),
        ("Class cancelled (snow day)", "(snow day)"),
        ("Cancelled – Guest lecture", "Guest lecture"),
        ("[Cancelled] Guest lecture", "Guest lecture"),
        ("Class cancelled because of snow", None),
        ("Cancelledness", None),
        ("How a talk was cancelled", None),
    ],
)
def test_what_follows_where_a_class_is_cancelled(words: str, rest: str | None) -> None:
    assert after_cancelled(words) == rest


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("Guest lecture (cancelled)", "Guest lecture"),
        ("Guest lecture – CANCELED", "Guest lecture"),
        ("Guest lecture: class cancelled.", "Guest lecture"),
        ("A well-cancelled", None),
        ("The guest cancelled", None),
    ],
)
def test_what_stood_before_a_class_was_cancelled(words: str, rest: str | None) -> None:
    assert before_cancelled(words) == rest
