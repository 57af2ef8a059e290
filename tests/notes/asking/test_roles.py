"""Roles: dealt in turn, given out, changed by hand; who has begun to write keeps theirs."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Course, Role
from readings.notes.asked import asked_of
from readings.notes.asking import queries, role_queries, role_services, services
from readings.notes.asking.presets import ROLES
from readings.notes.models import Assignment, Exemption, NotePolicy, RoleSeat
from readings.notes.services import save_draft
from readings.presentations.services import put_on_seat
from readings.schedule.models import Meeting, Reading, Status
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.notes.asking.conftest import MakeTemplate

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/notes/roles/"
TODAY = dt.date(2050, 9, 1)


@pytest.fixture
def coming(course: Course, make_template: MakeTemplate) -> list[Reading]:
    """Six readings of weeks to come, with roles."""
    make_template("roles", usual=True)
    found = []
    for number in range(6):
        reading = factories.make_reading(course, label=f"Paper{number}")
        meeting = factories.make_meeting(
            course, dt.date(2050, 9, 5) + dt.timedelta(7 * number), week=number + 1
        )
        factories.put_on_agenda(meeting, reading)
        found.append(reading)
    return found


def students(course: Course, number: int) -> list[User]:
    people = [factories.make_user(f"Student {n:02}") for n in range(number)]
    for one in people:
        factories.enrol(course, one)
    return people


def test_given_out_each_reading_is_even_and_nobody_repeats_before_all_were_held(
    alices: Client, course: Course, coming: list[Reading]
) -> None:
    students(course, 12)  # and Bob
    assert "78 seats of coming readings" in alices.get(PAGE).content.decode()

    page = alices.post(f"{PAGE}give/", follow=True).content.decode()

    assert "78 seats given out" in page
    assert "Give out the roles" not in page
    for reading in coming:
        counts = Counter(RoleSeat.objects.filter(reading=reading).values_list("role", flat=True))
        assert sorted(counts.values()) == [2, 2, 3, 3, 3]
    for user in User.objects.filter(role_seats__isnull=False).distinct():
        seats = RoleSeat.objects.filter(user=user).order_by("reading__label")
        held = list(seats.values_list("role", flat=True))
        assert set(held[:5]) == set(ROLES.roles)
        assert held[5] == held[0]
    alices.post(f"{PAGE}give/")
    assert RoleSeat.objects.count() == 78


@pytest.mark.django_db(transaction=True)
def test_given_out_by_two_at_once_everybody_has_one_seat(
    course: Course, coming: list[Reading]
) -> None:
    students(course, 4)

    def give() -> object:
        return role_services.give_roles(course=course, today=TODAY)

    assert sorted(map(str, at_once([give, give]))) == ["0", "30"]
    assert RoleSeat.objects.count() == 30


def test_the_form_of_a_note_asks_by_the_seat_that_was_given(
    course: Course, coming: list[Reading], bob: User
) -> None:
    role_services.give_roles(course=course, today=TODAY)
    board = role_queries.role_board(course, today=TODAY)
    for one in board.readings:
        asked = asked_of(one.planned.reading, bob, None)
        assert asked.role == one.seats[bob.pk].role
    access = Access(course=course, user=bob, role=Role.STUDENT)
    assert queries.my_roles(access) == {
        one.planned.reading.pk: one.seats[bob.pk].role for one in board.readings
    }
    assert queries.my_roles(Access(course=course, user=None, role=None)) == {}


def test_a_role_that_the_template_has_no_more_is_nobody_s_but_the_writer_s(
    course: Course, coming: list[Reading], alice: User, bob: User
) -> None:
    save_draft(reading=coming[0], author=bob, answers={"gist": "x"}, based_on=0, at=factories.NOON)
    role_services.set_roles(
        course=course, reading_id=coming[1].pk, roles={bob.pk: "Hacker"}, today=TODAY
    )
    template = course.note_templates.get()
    only = [prompt for prompt in ROLES.prompts if prompt.role in ("", "Researcher")]
    services.save_template(
        template=template, actor=alice, name="", prompts=only, roles=["Researcher"], based_on=1
    )
    access = Access(course=course, user=bob, role=Role.STUDENT)
    assert queries.my_roles(access) == {coming[0].pk: "Reviewer"}
    board = role_queries.role_board(course, today=TODAY)
    assert [one.seats[bob.pk].role for one in board.readings[:2]] == ["Reviewer", "Researcher"]


def test_a_reading_that_is_dealt_after_later_ones_repeats_none_of_their_roles(
    course: Course, coming: list[Reading], make_template: MakeTemplate, bob: User
) -> None:
    students(course, 9)
    usual = NotePolicy.objects.get(course=course).template
    services.make_usual(course=course, template=None)
    for reading in coming[1:4]:
        Assignment.objects.create(reading=reading, template=usual)
    role_services.give_roles(course=course, today=TODAY)
    Assignment.objects.create(reading=coming[0], template=usual)

    role_services.give_roles(course=course, today=TODAY)

    for user in User.objects.filter(role_seats__isnull=False).distinct():
        held = list(RoleSeat.objects.filter(user=user).values_list("role", flat=True))
        assert len(set(held)) == 4, held
    counts = Counter(RoleSeat.objects.filter(reading=coming[0]).values_list("role", flat=True))
    assert set(counts.values()) == {2}


def test_who_owes_no_note_for_they_present_or_are_excused_gets_no_seat(
    alices: Client, course: Course, coming: list[Reading], alice: User, bob: User
) -> None:
    [ann] = students(course, 1)
    slot = factories.make_slot(coming[0].agenda_items.get())
    put_on_seat(slot=slot, presenter=bob, actor=alice)
    Exemption.objects.create(reading=coming[1], user=ann, kind="excuse", created_by=alice)
    Exemption.objects.create(reading=coming[2], user=ann, kind="skip", created_by=alice)
    board = role_queries.role_board(course, today=TODAY)
    assert bob.pk in board.readings[0].seats  # presenters write notes like everybody

    NotePolicy.objects.filter(course=course).update(presenters_exempt="reading")
    page = alices.get(f"{PAGE}?reading={coming[0].pk}").content.decode()
    role_services.give_roles(course=course, today=TODAY)

    assert "None: presents" in page
    seats = set(RoleSeat.objects.values_list("reading_id", "user_id"))
    assert (coming[0].pk, bob.pk) not in seats
    assert (coming[1].pk, ann.pk) not in seats
    assert {(coming[0].pk, ann.pk), (coming[1].pk, bob.pk), (coming[2].pk, ann.pk)} <= seats


def test_past_cancelled_and_unscheduled_readings_are_left_alone(
    course: Course, coming: list[Reading], bob: User
) -> None:
    Meeting.objects.filter(agenda__reading=coming[0]).update(meets_on=dt.date(2050, 8, 31))
    Meeting.objects.filter(agenda__reading=coming[1]).update(status=Status.CANCELLED)
    coming[2].agenda_items.update(meeting=None)
    role_services.give_roles(course=course, today=TODAY)
    given = set(RoleSeat.objects.values_list("reading_id", flat=True))
    assert given == {one.pk for one in coming[3:]}


def test_whoever_has_begun_to_write_keeps_their_seat(
    alices: Client, course: Course, coming: list[Reading], bob: User
) -> None:
    note = save_draft(
        reading=coming[1],
        author=bob,
        answers={"gist": "Half a note"},
        based_on=0,
        at=factories.NOON,
    )
    assert note.role == "Reviewer"
    role_services.give_roles(course=course, today=TODAY)
    seat = RoleSeat.objects.get(reading=coming[1], user=bob)
    assert seat.role == "Reviewer"

    page = alices.get(f"{PAGE}?reading={coming[1].pk}").content.decode()
    assert "has begun to write" in page
    assert "Half a note" not in page
    assert f'name="s{bob.pk}"' not in page
    page = alices.post(
        f"{PAGE}?reading={coming[1].pk}", {f"s{bob.pk}": "Hacker"}, follow=True
    ).content.decode()
    assert "Bob Baker has begun to write as Reviewer." in page
    seat.refresh_from_db()
    assert seat.role == "Reviewer"


def test_a_seat_is_changed_by_hand_and_the_rotation_goes_on_from_it(
    alices: Client, course: Course, coming: list[Reading], bob: User
) -> None:
    [ann] = students(course, 1)
    page = f"{PAGE}?reading={coming[0].pk}"
    shown = alices.get(page).content.decode()
    assert "By the rotation: Reviewer" in shown
    alices.post(page, {f"s{bob.pk}": "Hacker", f"s{ann.pk}": ""})
    assert list(RoleSeat.objects.values_list("user", "role")) == [(bob.pk, "Hacker")]
    board = role_queries.role_board(course, today=TODAY)
    mine = [one.seats[bob.pk].role for one in board.readings]
    assert mine[:2] == ["Hacker", "Industry expert"]
    assert set(mine[:5]) == set(ROLES.roles)

    alices.post(page, {f"s{bob.pk}": ""})
    assert not RoleSeat.objects.exists()


def test_strangers_and_roles_that_do_not_exist_are_left_out(
    alices: Client, course: Course, coming: list[Reading], bob: User, dave: User
) -> None:
    page = f"{PAGE}?reading={coming[0].pk}"
    alices.post(page, {f"s{bob.pk}": "Emperor", f"s{dave.pk}": "Hacker"})
    alices.post(f"{PAGE}?reading=0", {f"s{bob.pk}": "Hacker"})
    assert not RoleSeat.objects.exists()


def test_empty_pages_say_what_roles_are(alices: Client, course: Course, bob: User) -> None:
    assert "No reading has roles" in alices.get(PAGE).content.decode()


def test_a_template_with_roles_that_no_reading_uses_is_named_with_what_to_do(
    alices: Client, course: Course, make_template: MakeTemplate
) -> None:
    version = make_template("roles", name="Seats")
    page = alices.get(PAGE).content.decode()
    assert "No reading uses the template with roles yet" in page
    assert "“Seats” has roles" in page
    assert '/notes/readings/">Choose it for readings' in page
    services.hide_template(template=version.template)
    assert "No reading has roles" in alices.get(PAGE).content.decode()


def test_only_instructors_have_the_page(
    sign_in: SignIn, course: Course, coming: list[Reading], bob: User, carol: User, dave: User,
    erin: User,
) -> None:  # fmt: skip
    course.visibility = "public"
    course.save()
    for client in (sign_in(dave), sign_in(bob), sign_in(erin), sign_in(carol), Client()):
        assert client.get(PAGE).status_code == 404
        assert client.post(f"{PAGE}give/").status_code == 404
        one = f"{PAGE}?reading={coming[0].pk}"
        assert client.post(one, {f"s{bob.pk}": "Hacker"}).status_code == 404
    assert not RoleSeat.objects.exists()


def test_the_page_takes_as_many_queries_with_30_students_and_readings_as_with_one(
    alices: Client, course: Course, coming: list[Reading]
) -> None:
    page = f"{PAGE}?reading={coming[0].pk}"
    alices.get(page)
    with CaptureQueriesContext(connection) as few:
        alices.get(page)
    students(course, 29)
    meeting = coming[0].agenda_items.get().meeting
    assert meeting is not None
    for _number in range(24):
        factories.put_on_agenda(meeting, factories.make_reading(course))
    role_services.give_roles(course=course, today=TODAY)
    with CaptureQueriesContext(connection) as many:
        response = alices.get(page)
    assert len(many) == len(few)
    assert len(response.content) < 300_000
