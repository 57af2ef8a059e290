"""The one writer of copies: the next term of a course, and templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course, Membership, Role
from readings.courses.services import create_course, join_course, touch_course, update_course
from readings.next_term.copying import Hours, copy_contents
from readings.next_term.laying import Layout, Place, lay_on
from readings.next_term.queries import Contents, contents_of, teaches
from readings.schedule.holidays import Holiday
from readings.schedule.models import Status
from readings.schedule.plan import MAX_MEETINGS
from readings.schedule.terms import class_days

MAX_YEARS = 3
MAX_DAYS = MAX_YEARS * 366


class TooManyMeetings(Refusal):
    """A term has at most ``MAX_MEETINGS`` meetings; more is a mistake in a date."""


class NoClassDays(Refusal):
    """A term in which there is no class; ``field`` is what to look at."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Term:
    """The dates of a new term; without them the plan stays undated, by its weeks."""

    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    meeting_days: tuple[int, ...] = ()
    holidays: tuple[Holiday, ...] = ()

    @property
    def is_dated(self) -> bool:
        """Whether classes get dates."""
        return self.starts_on is not None and self.ends_on is not None


def lay_out(contents: Contents, term: Term) -> Layout:
    """Where everything goes.  Raises ``TooManyMeetings`` and ``NoClassDays``."""
    if term.starts_on is None or term.ends_on is None:
        return _by_weeks(contents, {one.key for one in contents.classes})
    # Before the days are counted one by one: a term of a thousand years has many.
    if (term.ends_on - term.starts_on).days > MAX_DAYS:
        raise TooManyMeetings(
            f"A term has at most {MAX_MEETINGS} classes, and no more than {MAX_YEARS} years. "
            "Check its first and its last day."
        )
    days = class_days(term.starts_on, term.ends_on, term.meeting_days, term.holidays)
    if len(days) > MAX_MEETINGS:
        raise TooManyMeetings(
            f"That would be {len(days)} classes; a term has at most {MAX_MEETINGS}. "
            "Check its dates."
        )
    if not days:
        raise NoClassDays("None of these weekdays is in the term.", field="meeting_days")
    if all(day.holiday for day in days):
        raise NoClassDays("Every day of class is a holiday: no class is left.", field="holidays")
    return lay_on(contents.classes, days)


def copy_course(
    *,
    course: Course,
    instructor: User,
    title: str,
    code: str = "",
    term: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    meeting_days: Collection[int] = (),
    meets_from: dt.time | None = None,
    meets_until: dt.time | None = None,
    holidays: Sequence[Holiday] = (),
    with_staff: bool = False,
) -> Course:
    """A course of ``instructor`` with the plan and the shelf of ``course``, on new dates.

    Nothing that students made or are comes along; ``with_staff``: instructors and assistants do.
    It is for members only until somebody says otherwise.  A PDF that was uploaded stays pinned
    where the instructor teaches both courses, as what a course uploads stays there.
    Raises ``TooManyMeetings`` and ``NoClassDays``.
    """
    dates = Term(starts_on, ends_on, tuple(sorted(meeting_days)), tuple(holidays))
    with transaction.atomic():
        contents = contents_of(course)
        layout = lay_out(contents, dates)
        copy = create_course(
            title=title,
            instructor=instructor,
            code=code,
            term=term,
            starts_on=starts_on,
            ends_on=ends_on,
            time_zone=course.time_zone,
            meeting_days=list(dates.meeting_days),
            meets_from=meets_from,
            meets_until=meets_until,
        )
        copy_contents(
            contents=contents,
            course=copy,
            layout=layout,
            hours=Hours(meets_from, meets_until, (course.meets_from, course.meets_until)),
            keeps_uploads=teaches(instructor, course),
        )
        if with_staff:
            _take_staff_along(course, copy)
        touch_course(course_id=copy.pk)
    return copy


def save_as_template(*, course: Course, instructor: User, title: str) -> Course:
    """A template of ``instructor`` with the plan of ``course`` as it is, dates and holidays too.

    It is no course: nobody joins it, and nobody but its instructors sees it.
    """
    with transaction.atomic():
        contents = contents_of(course)
        template = create_course(
            title=title,
            instructor=instructor,
            code=course.code,
            slug=f"template-{course.slug}"[:60],
            starts_on=course.starts_on,
            ends_on=course.ends_on,
            time_zone=course.time_zone,
            meeting_days=course.meeting_days,
            meets_from=course.meets_from,
            meets_until=course.meets_until,
        )
        update_course(course=template, is_template=True)
        wanted = {one.key for one in contents.classes}
        wanted |= {one.pk for one in contents.meetings if one.status == Status.HOLIDAY}
        copy_contents(
            contents=contents,
            course=template,
            layout=_by_weeks(contents, wanted, dated=True),
            hours=Hours(),
            keeps_uploads=teaches(instructor, course),
        )
        touch_course(course_id=template.pk)
    return template


def _by_weeks(contents: Contents, wanted: set[int], *, dated: bool = False) -> Layout:
    """Each of these meetings in its own week, on its date or on none."""
    return Layout(
        tuple(
            Place(one.week.number, one.meets_on if dated else None, one.pk)
            for one in contents.meetings
            if one.pk in wanted
        )
    )


def _take_staff_along(course: Course, copy: Course) -> None:
    staff = Membership.objects.filter(course=course, role__in=[Role.INSTRUCTOR, Role.ASSISTANT])
    for membership in staff.select_related("user"):
        join_course(course=copy, user=membership.user, role=Role(membership.role))
