"""What the board shows of talks, and how many queries all of it takes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.access import Access, find_access
from readings.courses.models import Course
from readings.presentations.day.handing import hand_in_file
from readings.presentations.day.marking import Given, give_mark
from readings.presentations.day.opinions import Opinion, give_feedback
from readings.presentations.day.queries import on_cards, on_top
from readings.presentations.day.talks import Talk
from readings.presentations.models import Sheet, Slot, TakenBy
from readings.presentations.queries import with_item
from tests import factories
from tests.conftest import SignIn
from tests.presentations.day.conftest import PDF, give, move_class, talk_on

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def cards(access: Access, slot: Slot) -> tuple[str, int]:
    """The words on the slot's card, and how many queries they took."""
    slots = list(with_item(Slot.objects.filter(course=access.course)))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = on_cards(access, slots)
    html = render_to_string("day/_on_card.html", {"one": found[slot.pk], "access": access})
    return " ".join(html.split()), len(queries)


def hand_in(talk: Talk, actor: User, at: dt.datetime) -> None:
    hand_in_file(
        talk=talk, label="Slides", file=SimpleUploadedFile("a.pdf", PDF), actor=actor, at=at
    )


def test_a_card_leads_to_the_talk_and_says_what_is_due(
    slot: Slot, talk: Talk, course: Course, bob: User, priya: User
) -> None:
    bobs = find_access(user=bob, slug=course.slug)
    priyas = find_access(user=priya, slug=course.slug)
    html, _queries = cards(bobs, slot)
    assert f'href="{talk.url}"' in html
    assert "Slides due" in html
    assert "due" not in cards(priyas, slot)[0]
    hand_in(talk, bob, timezone.now())
    assert "Slides handed in" in cards(bobs, slot)[0]
    assert "files/" not in cards(priyas, slot)[0]
    move_class(slot, 0)
    html, _queries = cards(priyas, slot)
    assert "files/" in html
    assert "late" not in html
    assert "late" in cards(bobs, slot)[0]


def test_slides_that_were_changed_after_the_time_are_told_apart_from_late_ones(
    slot: Slot, talk: Talk, course: Course, bob: User
) -> None:
    assert talk.hours.due_at is not None
    hand_in(talk, bob, talk.hours.due_at - HOUR)
    hand_in_file(
        talk=talk,
        label="Slides",
        file=SimpleUploadedFile("b.pdf", PDF),
        actor=bob,
        at=talk.hours.due_at + HOUR,
    )
    html, _queries = cards(find_access(user=bob, slug=course.slug), slot)
    assert "changed after the time" in html


def test_what_is_due_stands_on_top_until_it_is_there_or_the_class_is_over(
    slot: Slot, talk: Talk, sheet: Sheet, course: Course, bob: User, priya: User, alice: User
) -> None:
    bobs = find_access(user=bob, slug=course.slug)

    def top() -> list[tuple[str, bool]]:
        return [(due.name, due.is_past) for due in on_top(bobs)]

    assert top() == [("DSPy", False)]
    html = render_to_string("day/_on_top.html", {"one": on_top(bobs), "access": bobs})
    assert "DSPy</a> are due" in " ".join(html.split())
    for other in (priya, alice):
        assert on_top(find_access(user=other, slug=course.slug)) == []
    assert on_top(Access(course=course, user=None, role=None)) == []
    move_class(slot, 0)
    assert top() == [("DSPy", True)]
    move_class(slot, -1)
    assert top() == []
    move_class(slot, 3)
    sheet.slides_due_hours = None
    sheet.save()
    assert top() == []
    sheet.slides_due_hours = 24
    sheet.save()
    hand_in(talk, bob, timezone.now())
    assert top() == []


def fill(slot: Slot, priya: User, alice: User, number: int) -> None:
    """So many more talks in the class, with all that a talk can have, of persons and groups."""
    groups = Sheet.objects.create(
        course=slot.course, title="In groups", taken_by=TakenBy.GROUP, slides_due_hours=1
    )
    for place in range(number):
        person = factories.make_user()
        factories.enrol(slot.course, person)
        group = factories.make_group(slot.course, person)
        for sheet, presenter in ((slot.sheet, person), (groups, group)):
            one = factories.make_slot(slot.agenda_item, sheet=sheet, minutes=5, position=place + 2)
            give(one, presenter, alice)
            talk = talk_on(one)
            hand_in(talk, person, factories.NOON)
            give_feedback(talk=talk, author=priya, opinion=Opinion(clarity=3), at=factories.NOON)
            given = Given(comment="Good")
            give_mark(
                talk=talk, member=None, given=given, version=0, marker=alice, at=factories.NOON
            )


def test_pages_of_many_talks_take_as_many_queries_as_those_of_few(
    slot: Slot, talk: Talk, course: Course, sign_in: SignIn, bob: User, priya: User, alice: User
) -> None:
    assert slot.agenda_item.meeting is not None
    order = f"/c/compilers/classes/{slot.agenda_item.meeting.pk}/talks/"
    paths = [order, f"{order}marks/", "/c/compilers/sign-ups/talks/", talk.url,
             "/c/compilers/sign-ups/talks/marks.csv"]  # fmt: skip

    def counts() -> list[int]:
        found = []
        for user in (bob, alice):
            client = sign_in(user)
            for path in paths:
                with CaptureQueriesContext(connection) as queries:
                    client.get(path)
                found.append(len(queries))
            access = find_access(user=user, slug=course.slug)
            found.append(cards(access, slot)[1])
        return found

    fill(slot, priya, alice, 1)
    few = counts()
    Sheet.objects.filter(title="In groups").update(title="Others")
    fill(slot, priya, alice, 8)
    assert counts() == few
    assert max(few) <= 20
