"""Who is reminded of what, and that the mail goes out once."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.notes.models import Exemption, Note
from readings.progress import tasks
from readings.progress.mailing import GIVEN_UP_AFTER
from readings.progress.models import Reminder
from readings.schedule.models import Reading
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.marking.classes import add_readings, add_students, hand_in, set_policy

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/progress/reminders/"


@pytest.fixture
def readings(course: Course) -> list[Reading]:
    """The first was due days ago, the second is for the next class, the third for the one after."""
    today = timezone.now().astimezone(course.zone).date()
    return add_readings(course, 4, today - dt.timedelta(days=3))


def people(client: Client, **chosen: Any) -> dict[str, list[str]]:
    """Name to the readings of which they would be reminded."""
    plan = client.get(PAGE, chosen).context["plan"]
    return {one.student.name: [column.name for column in one.columns] for one in plan.owing}


def send(client: Client, to: list[str] | None = None, *, instead: Any = None, **chosen: Any) -> Any:
    """Press Send below a preview; ``to``: other ticks; ``instead``: fields changed before that."""
    shown = client.get(PAGE, chosen).context
    keys = [one.key for one in shown["plan"].owing] if to is None else to
    fields = {**chosen, **shown["seen"], "to": keys, **(instead or {})}
    return client.post(f"{PAGE}send/", fields, follow=True)


def test_the_next_class_what_is_overdue_or_one_reading(
    alices: Client, readings: list[Reading], bob: User
) -> None:
    assert people(alices, which="next") == {"Bob Baker": ["R03"]}
    assert people(alices, which="overdue") == {"Bob Baker": ["R01", "R02"]}
    assert people(alices, which="reading", reading=readings[3].pk) == {"Bob Baker": ["R04"]}
    page = alices.get(PAGE, {"which": "reading"}).content.decode()
    assert "Choose the reading" in page
    assert "plan" not in alices.get(PAGE).context


def test_who_owes_nothing_is_never_reminded(
    alices: Client, course: Course, readings: list[Reading], alice: User, bob: User, erin: User
) -> None:
    set_policy(course, presenters_exempt="reading", skips=1)
    wrote, skips, excused, presents, drafts = add_students(course, 5)
    hand_in([wrote], readings)
    for who, kind in ((skips, "skip"), (excused, "excuse")):
        Exemption.objects.create(reading=readings[2], user=who, kind=kind, created_by=alice)
    slot = factories.make_slot(readings[2].agenda_items.get())
    slot.sign_ups.create(seat=slot.seats.get(), user=presents, created_by=presents)
    Note.objects.create(reading=readings[2], author=drafts, draft={"text": "x"}, has_draft=True)

    assert set(people(alices, which="next")) == {"Bob Baker", "Student 005"}


def test_nobody_is_reminded_of_what_is_not_taken_any_more(
    alices: Client, course: Course, readings: list[Reading]
) -> None:
    set_policy(course, late="refused")

    assert people(alices, which="overdue") == {}
    assert people(alices, which="next") == {"Bob Baker": ["R03"]}


def test_nothing_is_due_for_a_class_that_is_cancelled(
    alices: Client, course: Course, readings: list[Reading]
) -> None:
    course.meetings.filter(position=2).update(status="cancelled")

    assert people(alices, which="next") == {"Bob Baker": ["R04"]}


def test_a_mail_says_what_is_due_when_and_where(
    alices: Client,
    course: Course,
    readings: list[Reading],
    bob: User,
    settings: Any,
) -> None:
    settings.SITE_URL = "https://seminar.example.edu"
    reading = readings[0]
    reading.label = "A & B"
    reading.save()

    page = send(alices, which="overdue", words="Please <do>.\r\nThanks").content.decode()
    assert "1 mail is on the way" in page
    assert "on its way" in page
    reminder = Reminder.objects.get()
    assert list(reminder.readings.order_by("pk")) == readings[:2]
    tasks.mail_reminder(reminder.pk)
    tasks.mail_reminder(reminder.pk)

    (sent,) = mail.outbox
    assert sent.to == ["bob.baker@example.edu"]
    assert sent.reply_to == ["alice.abbott@example.edu"]
    assert sent.subject == "Compilers for AI: 2 notes of yours are due"
    assert "Please <do>." in sent.body
    assert sent.body.startswith("Dear Bob Baker,\n\nPlease <do>.\r\nThanks\n\nThese notes have not")
    assert "* A & B: Paper number 1" in sent.body
    assert "8:30 (Detroit time)" in sent.body
    address = f"https://seminar.example.edu/c/compilers/papers/{reading.pk}/note/"
    assert address in sent.body
    assert "sent</span>" in alices.get(PAGE).content.decode()


def test_the_student_sees_it_in_the_course_and_nobody_else_does(
    alices: Client, bobs: Client, sign_in: SignIn, readings: list[Reading], carol: User
) -> None:
    send(alices, which="next")

    assert "Alice Abbott reminds you: your note on R03 is due" in (
        bobs.get("/c/compilers/").content.decode()
    )
    for client in (alices, sign_in(carol)):
        assert "reminds you" not in client.get("/c/compilers/").content.decode()
    assert Event.objects.get(kind="marking.reminded").details == {"readings": [readings[2].pk]}


def test_only_who_is_ticked_and_still_owes_it(
    alices: Client, course: Course, readings: list[Reading]
) -> None:
    ada, ben = add_students(course, 2)
    shown = alices.get(PAGE, {"which": "next"}).context["plan"]
    keys = [one.key for one in shown.owing if one.student.name != "Bob Baker"]
    hand_in([ben], [readings[2]])  # after the preview

    send(alices, [*keys, "1", "x:y", "999999:1"], which="next")

    assert [one.user for one in Reminder.objects.all()] == [ada]


def test_nobody_gets_more_than_was_shown(alices: Client, readings: list[Reading]) -> None:
    (one,) = alices.get(PAGE, {"which": "overdue"}).context["plan"].owing
    less = f"{one.student.id}:{readings[1].pk}"

    send(alices, [less], which="overdue")

    assert list(Reminder.objects.get().readings.all()) == [readings[1]]


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ({"words": "New <words>"}, "You changed the words since you looked"),
        ({"which": "overdue"}, "You changed what to remind of since you looked"),
        ({"again": "on", "words": ""}, "You changed what to remind of and the words since"),
        (
            {"seen_words": "", "seen_choice": ""},
            "You changed what to remind of and the words since",
        ),
    ],
)
def test_what_is_sent_is_what_was_looked_at_or_nothing(
    instead: dict[str, str], said: str, alices: Client, course: Course, readings: list[Reading]
) -> None:
    add_students(course, 1)
    shown = alices.get(PAGE, {"which": "next", "words": "Old\nwords"}).context["plan"]
    keys = [one.key for one in shown.owing]
    fields = {"shown": " ".join(keys), **instead}

    response = send(alices, keys[:1], instead=fields, which="next", words="Old\nwords")

    assert not Reminder.objects.exists()
    page = response.content.decode()
    assert said in page
    form = response.context["form"]
    assert form["words"].value() == instead.get("words", "Old\nwords")
    assert form["which"].value() == instead.get("which", "next")
    if "which" not in instead:  # who was left out still is
        assert response.context["unticked"] == keys[1:]
    again = {**form.data.dict(), **response.context["seen"], "to": keys}
    alices.post(f"{PAGE}send/", again)
    assert {one.words for one in Reminder.objects.all()} <= {form["words"].value()}


def test_the_same_words_with_other_line_ends_are_the_same(
    alices: Client, readings: list[Reading]
) -> None:
    send(alices, instead={"words": "Two\r\nlines\r\n"}, which="next", words="Two\nlines")

    assert Reminder.objects.get().words == "Two\r\nlines"


def test_to_look_has_an_address_and_loses_nothing(alices: Client, readings: list[Reading]) -> None:
    fields = {"which": "reading", "reading": readings[0].pk, "words": "A & <b>", "again": "on"}
    page = alices.post(PAGE, fields, follow=True)

    assert page.redirect_chain[0][0].startswith(f"{PAGE}?which=reading")
    assert page.context["form"].cleaned_data == {**fields, "again": True}
    long = alices.post(PAGE, {"which": "next", "words": "x" * 501})
    assert (long.status_code, "x" * 501 in long.content.decode()) == (422, True)


def test_not_twice_in_half_a_day_unless_it_is_wanted(
    alices: Client, readings: list[Reading]
) -> None:
    send(alices, which="next")

    page = alices.get(PAGE, {"which": "next"})
    assert "left out: Bob Baker" in page.content.decode()
    assert people(alices, which="next") == {}
    assert "Nobody was reminded" in send(alices, which="next").content.decode()
    assert people(alices, which="next", again="on") == {"Bob Baker": ["R03"]}
    Reminder.objects.update(created_at=timezone.now() - dt.timedelta(hours=12, seconds=1))
    assert people(alices, which="next") == {"Bob Baker": ["R03"]}


def test_what_could_not_be_sent_was_no_reminder(alices: Client, readings: list[Reading]) -> None:
    send(alices, which="next")
    Reminder.objects.update(problem="The mail server refused the address")

    assert people(alices, which="next") == {"Bob Baker": ["R03"]}
    assert "The mail server refused" in alices.get(PAGE).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_remind_once(
    course: Course, readings: list[Reading], sign_in: SignIn, alice: User, carol: User
) -> None:
    clients = [sign_in(alice), sign_in(carol)]
    shown = clients[0].get(PAGE, {"which": "next"}).context
    (one,) = shown["plan"].owing

    def press(client: Client) -> Callable[[], object]:
        return lambda: client.post(
            f"{PAGE}send/", {"which": "next", **shown["seen"], "to": [one.key]}
        )

    at_once([press(client) for client in clients])

    assert Reminder.objects.count() == 1


# --- Sending -------------------------------------------------------------------------------------


@pytest.fixture
def reminder(course: Course, readings: list[Reading], alice: User, bob: User) -> Reminder:
    made = Reminder.objects.create(course=course, user=bob, created_by=alice)
    made.readings.add(readings[2])
    return made


class Broken(EmailBackend):
    """A mail server that answers with what a test wants."""

    error: Exception = ConnectionRefusedError("nobody there")

    def send_messages(self, messages: Any) -> int:  # noqa: ARG002 (Django's name)
        raise self.error


@pytest.fixture
def broken(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    settings.EMAIL_BACKEND = "tests.progress.test_reminders.Broken"
    return lambda error: monkeypatch.setattr(Broken, "error", error)


def test_a_claimed_one_is_left_and_a_lost_one_is_found(reminder: Reminder) -> None:
    now = timezone.now()
    Reminder.objects.update(claimed_until=now + dt.timedelta(minutes=1))
    tasks.mail_reminder(reminder.pk)
    assert mail.outbox == []

    Reminder.objects.update(claimed_until=now - dt.timedelta(minutes=1))  # its worker died
    tasks.mail_reminder(reminder.pk)
    assert len(mail.outbox) == 1


def test_one_that_is_gone_is_nothing(db: None) -> None:
    tasks.mail_reminder(12345)
    assert mail.outbox == []


def test_who_handed_in_meanwhile_gets_no_mail(
    reminder: Reminder, readings: list[Reading], bob: User
) -> None:
    hand_in([bob], [readings[2]])
    tasks.mail_reminder(reminder.pk)

    reminder.refresh_from_db()
    assert (mail.outbox, reminder.sent_at) == ([], None)
    assert "nothing of it was owed" in reminder.problem


def test_who_left_the_course_gets_no_mail(reminder: Reminder, course: Course, bob: User) -> None:
    course.memberships.filter(user=bob).delete()
    tasks.mail_reminder(reminder.pk)
    assert mail.outbox == []


def test_sample_people_get_mail_in_the_sample_alone(
    reminder: Reminder, bob: User, settings: Any
) -> None:
    bob.is_sample = True
    bob.save()
    settings.DEMO = False
    tasks.mail_reminder(reminder.pk)

    reminder.refresh_from_db()
    assert (mail.outbox, reminder.problem) == ([], "Not sent: this is a sample person.")


def test_a_server_that_fails_is_tried_again_later_and_given_up_in_the_end(
    reminder: Reminder, broken: Callable[[Exception], None], settings: Any
) -> None:
    tasks.mail_reminder(reminder.pk)
    reminder.refresh_from_db()
    assert reminder.problem == ""
    assert reminder.claimed_until is not None
    assert reminder.claimed_until > timezone.now() + dt.timedelta(seconds=50)

    hour = dt.timedelta(hours=1)
    Reminder.objects.update(created_at=timezone.now() - hour, claimed_until=None)
    tasks.mail_reminder(reminder.pk)
    reminder.refresh_from_db()
    assert reminder.claimed_until - timezone.now() > 0.9 * hour  # the pauses double

    Reminder.objects.update(created_at=timezone.now() - GIVEN_UP_AFTER, claimed_until=None)
    tasks.mail_reminder(reminder.pk)
    reminder.refresh_from_db()
    assert "could not be used for six hours: nobody there" in reminder.problem


@pytest.mark.parametrize(
    ("error", "is_final"),
    [
        (smtplib.SMTPRecipientsRefused({"bob": (550, b"no such user")}), True),
        (smtplib.SMTPRecipientsRefused({"bob": (451, b"come back")}), False),
        (smtplib.SMTPDataError(554, b"no such user"), True),
        (smtplib.SMTPDataError(452, b"full"), False),
    ],
)
def test_an_address_that_is_refused_is_not_tried_again(
    error: Exception, is_final: bool, reminder: Reminder, broken: Callable[[Exception], None]
) -> None:
    broken(error)
    tasks.mail_reminder(reminder.pk)

    reminder.refresh_from_db()
    assert bool(reminder.problem) == is_final
    assert ("no such user" in reminder.problem) == is_final


def test_the_sweep_hints_at_what_is_owed(
    reminder: Reminder, monkeypatch: pytest.MonkeyPatch
) -> None:
    hinted: list[tuple[int, ...]] = []
    monkeypatch.setattr(
        tasks.mail_reminder, "apply_async", lambda keys, **_options: hinted.append(keys)
    )
    tasks.sweep_reminders()
    assert hinted == [(reminder.pk,)]

    Reminder.objects.update(sent_at=timezone.now())
    tasks.sweep_reminders()
    assert len(hinted) == 1
