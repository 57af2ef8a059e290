"""``manage.py seed_sample``: what it makes, and when it keeps its hands off."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Event, GroupInvitation, Role, Visibility
from readings.demo.sample import SLUG, Size, make_sample
from readings.demo.term import CURRENT_WEEK
from readings.discussion.models import Comment
from readings.notes.models import Note, NoteState
from readings.papers.models import Fetch
from readings.presentations.day.models import Material, TalkFeedback, TalkMark
from readings.presentations.models import SignUp
from readings.presentations.swaps.models import SwapRequest
from readings.schedule.models import Reading, Status

pytestmark = pytest.mark.django_db


def _seed(*arguments: str) -> str:
    out = StringIO()
    call_command("seed_sample", *arguments, stdout=out)
    return out.getvalue()


def test_seeding_an_empty_database_makes_a_public_course_and_an_empty_one_once() -> None:
    _seed("--if-empty")
    sample, group = Course.objects.get(slug=SLUG), Course.objects.get(slug="reading-group")
    assert (sample.visibility, group.visibility) == (Visibility.PUBLIC, Visibility.MEMBERS)
    assert not group.meetings.exists()
    alice = User.objects.get(name="Alice Abbott")
    assert {one.role for one in alice.memberships.all()} == {Role.INSTRUCTOR}

    before = _row_counts()
    assert "already" in _seed()
    assert _seed("--if-empty") == ""
    assert _row_counts() == before


def _row_counts() -> list[int]:
    return [one.objects.count() for one in (Course, User, Comment, Note, SignUp, Fetch, Event)]


def test_if_empty_keeps_away_from_other_peoples_data(alice: User) -> None:
    _seed("--if-empty")
    assert list(User.objects.all()) == [alice]
    assert not Course.objects.exists()


def test_somebody_with_the_address_of_a_sample_person_keeps_it(bob: User) -> None:
    with pytest.raises(CommandError, match=r"bob\.baker@example\.edu"):
        _seed()
    assert list(User.objects.all()) == [bob]
    assert not Course.objects.exists()


@pytest.mark.parametrize("option", ["--students=1", "--weeks=0", "--comments=-1"])
def test_a_size_that_makes_no_class_is_refused(option: str) -> None:
    with pytest.raises(CommandError, match=option.partition("=")[0]):
        _seed(option)
    assert not User.objects.exists()


def test_a_larger_sample_has_what_was_asked_for() -> None:
    _seed("--students=34", "--comments=300", "--notes-per-paper=20", "--weeks=17")
    course = Course.objects.get(slug=SLUG)
    assert course.memberships.filter(role=Role.STUDENT).count() == 34
    assert course.meetings.count() == 34
    assert Comment.objects.count() == 300
    busiest = Reading.objects.annotate(number=Count("comments")).order_by("-number", "pk")[0]
    assert busiest.number == 50
    assert busiest.notes.filter(state=NoteState.SUBMITTED).count() == 20


def test_the_smallest_sample_is_possible() -> None:
    _seed("--students=2", "--comments=0", "--notes-per-paper=0", "--weeks=1")
    assert Course.objects.get(slug=SLUG).meetings.count() == 2


def test_samples_of_the_same_size_have_the_same_texts() -> None:
    now = timezone.now()

    def texts() -> list[Any]:
        with transaction.atomic():
            make_sample(size=Size(students=4, weeks=5, comments=40), now=now)
            comments = Comment.objects.order_by("pk")
            found = list(comments.values_list("author__email", "body", "created_at"))
            transaction.set_rollback(True)
        return found

    assert texts() == texts()


@pytest.mark.parametrize(
    ("weekday", "hour", "behind"), [(0, 9, 6), (0, 23, 8), (2, 14, 10), (3, 12, 6), (6, 1, 6)]
)
def test_on_any_day_papers_are_behind_and_before_the_class(
    weekday: int, hour: int, behind: int
) -> None:
    now = _coming(weekday, hour)
    course = make_sample(size=Size(students=6, weeks=8), now=now)
    today = now.astimezone(course.zone).date()
    coming = course.meetings.filter(meets_on__gte=today, status=Status.CLASS)
    assert coming.order_by("meets_on")[0].week.number == CURRENT_WEEK
    discussed = Reading.objects.filter(course=course, notes__state=NoteState.SUBMITTED).distinct()
    before = discussed.filter(
        agenda_items__carries_note=True, agenda_items__meeting__meets_on__lt=today
    ).count()
    on_the_day = discussed.filter(agenda_items__meeting__meets_on=today).count()
    assert before + on_the_day * (hour > 11) == behind
    assert discussed.count() == behind + 2  # some are early with what comes next
    dated = (Comment, Note, Event, SignUp, GroupInvitation, SwapRequest, Material, TalkFeedback)
    for written in dated:
        assert not written.objects.filter(created_at__gt=now).exists(), written
    assert TalkMark.objects.filter(returned_at__isnull=True).exists()
    assert TalkMark.objects.filter(returned_at__lte=now).exists()
    assert not TalkMark.objects.filter(returned_at__gt=now).exists()


def _coming(weekday: int, hour: int) -> dt.datetime:
    """The next such hour in the sample course's zone, give or take its daylight saving."""
    now = timezone.now()
    noon = now.replace(hour=16, minute=0, second=0, microsecond=0)
    then = noon + dt.timedelta(days=(weekday - now.weekday()) % 7, hours=hour - 12)
    return then if then > now else then + dt.timedelta(weeks=1)
