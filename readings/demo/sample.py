"""The sample course: a seminar in its fifth week, with a class that has been at work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course, Membership, Role, Visibility
from readings.courses.services import create_course, join_course
from readings.demo import people
from readings.demo.changes import change_plan
from readings.demo.class_marks import ClassMarks
from readings.demo.class_work import ClassWork
from readings.demo.note_rules import make_rules
from readings.demo.past import Past
from readings.demo.projects import write_projects
from readings.demo.shelf import lay_out_list
from readings.demo.sign_ups import SignUpsSoFar
from readings.demo.talks import TalksSoFar
from readings.demo.term import MEETING_DAYS, WEEKS, term_around
from readings.demo.timetable import PlacedItem, lay_out
from readings.demo.trading import Trading

ZONE: Final = ZoneInfo("America/Detroit")
SLUG: Final = "compilers"


class AddressTaken(Refusal):
    """Somebody who is no sample person has the address of one."""


@dataclass(frozen=True)
class Size:
    """How large the sample is; ``None``: what the class writes of its own accord."""

    students: int = 14
    weeks: int = WEEKS
    comments: int | None = None  # in all
    notes_per_paper: int | None = None  # on each paper that was discussed


@dataclass(frozen=True)
class _People:
    teacher: User
    assistant: User
    students: list[User]
    auditor: User


def make_sample(*, size: Size, now: dt.datetime) -> Course:
    """Make the sample course around ``now``, and a second one that has nothing in it yet.

    Its papers are owed a fetch like any others.  Raises ``AddressTaken``.
    """
    with transaction.atomic():
        found = _add_people(size.students)
        course, placed = _make_course(found, size.weeks, now)
        past = Past(course, now)
        sign_ups = SignUpsSoFar(past, teacher=found.teacher, students=found.students)
        signed_up = sign_ups.make(placed)
        write_projects(past, signed_up.groups)
        TalksSoFar(past, teacher=found.teacher, students=found.students).make()
        staff = [found.teacher, found.assistant]
        began_at = placed[0].class_at - dt.timedelta(weeks=1)
        version = make_rules(course, teacher=found.teacher, at=began_at)
        work = ClassWork(placed, version=version, students=found.students, staff=staff, now=now)
        work.make(comments=size.comments, notes_per_paper=size.notes_per_paper)
        ClassMarks(placed, students=found.students, markers=staff, now=now).make()
        change_plan(course, teacher=found.teacher, now=now)
        Trading(past, found.students).make(signed_up)
        _make_empty_course(found)
    return course


def _add_people(students: int) -> _People:
    return _People(
        teacher=_add_person(people.TEACHER),
        assistant=_add_person(people.ASSISTANT),
        students=[_add_person(person) for person in people.students(students)],
        auditor=_add_person(people.AUDITOR),
    )


def _add_person(person: people.Person) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        return User.objects.create_user(person.email, name=person.name, is_sample=True)
    if not user.is_sample:
        raise AddressTaken(f"{person.email} belongs to somebody who is no sample person.")
    return user


def _make_course(found: _People, weeks: int, now: dt.datetime) -> tuple[Course, list[PlacedItem]]:
    term = term_around(now.astimezone(ZONE).date(), weeks=weeks)
    course = create_course(
        title="Compilers and Runtimes for AI",
        code="CSE 598",
        term=term.name,
        slug=SLUG,
        instructor=found.teacher,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        time_zone=ZONE.key,
        meeting_days=list(MEETING_DAYS),
        meets_from=dt.time(10, 30),
        meets_until=dt.time(12, 0),
        visibility=Visibility.PUBLIC,
        is_sample=True,
    )
    join_course(course=course, user=found.assistant, role=Role.ASSISTANT)
    for student in found.students:
        join_course(course=course, user=student)
    join_course(course=course, user=found.auditor, role=Role.AUDITOR)
    placed = lay_out(course, term)
    lay_out_list(course)
    began_at = placed[0].class_at - dt.timedelta(weeks=1)
    Course.objects.filter(pk=course.pk).update(created_at=began_at)
    Membership.objects.filter(course=course).update(created_at=began_at)
    return course, placed


def _make_empty_course(found: _People) -> None:
    """A course as it is on its first minute: it shows what to begin with."""
    course = create_course(
        title="Systems Reading Group",
        slug="reading-group",
        instructor=found.teacher,
        time_zone=ZONE.key,
        is_sample=True,
    )
    join_course(course=course, user=found.assistant, role=Role.INSTRUCTOR)
