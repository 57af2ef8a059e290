"""Who reads whose note when: every role, time, state and visibility, in the rule and on pages."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass
from typing import Final

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from readings.accounts.models import User
from readings.calendars.services import calendar_token_of
from readings.core.stored_files import path_of
from readings.courses.access import find_access
from readings.courses.models import Course, Role
from readings.notes.access import note_access
from readings.notes.exempting import excuse
from readings.notes.gating import Reader, opens_to, shows_author
from readings.notes.models import Attachment, Note, NotePolicy
from readings.notes.policy import Exempt, Policy, Readers
from readings.notes.queries import note_counts
from readings.notes.services import save_draft, submit_note, withdraw_note
from readings.presentations.services import put_on_seat
from readings.schedule.models import Meeting, Reading
from tests import factories
from tests.conftest import SignIn

# Class begins at 14:30, notes are due two hours before, presenters read from twelve hours before.
CLASS = dt.datetime(2025, 9, 17, 14, 30, tzinfo=dt.UTC)
DUE = CLASS - dt.timedelta(hours=2)
TIMES: Final = {
    "long before": CLASS - dt.timedelta(hours=12, seconds=1),
    "early access": CLASS - dt.timedelta(hours=12),
    "in the grace": DUE + dt.timedelta(minutes=1),
    "after": DUE + dt.timedelta(minutes=1, seconds=1),
}
ROLES: Final = {
    "instructor": Reader(is_staff=True, has_submitted=False, owes=False, presents=False),
    "assistant": Reader(is_staff=True, has_submitted=False, owes=False, presents=False),
    "owing": Reader(is_staff=False, has_submitted=False, owes=True, presents=False),
    "submitted": Reader(is_staff=False, has_submitted=True, owes=True, presents=False),
    "presenter": Reader(is_staff=False, has_submitted=False, owes=False, presents=True),
    "excused": Reader(is_staff=False, has_submitted=False, owes=False, presents=False),
    "auditor": Reader(is_staff=False, has_submitted=False, owes=False, presents=False),
}
ALWAYS, EARLY, AFTER, NEVER = "long before", "early access", "after", ""
#: From which of the times on each role reads the others' notes.
OPENS: Final = {
    Readers.OPEN: dict.fromkeys(ROLES, ALWAYS),
    Readers.AFTER_OWN: {
        "instructor": ALWAYS,
        "assistant": ALWAYS,
        "owing": NEVER,
        "submitted": ALWAYS,
        "presenter": EARLY,
        "excused": AFTER,
        "auditor": AFTER,
    },
    Readers.AFTER_DEADLINE: {
        "instructor": ALWAYS,
        "assistant": ALWAYS,
        "owing": AFTER,
        "submitted": AFTER,
        "presenter": EARLY,
        "excused": AFTER,
        "auditor": AFTER,
    },
    Readers.STAFF: {
        "instructor": ALWAYS,
        "assistant": ALWAYS,
        "owing": NEVER,
        "submitted": NEVER,
        "presenter": EARLY,
        "excused": NEVER,
        "auditor": NEVER,
    },
}


def is_open(readers: Readers, role: str, time: str) -> bool:
    opens = OPENS[readers][role]
    order = list(TIMES)
    return bool(opens) and order.index(time) >= order.index(opens)


# --- The rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("readers", "role", "time"), list(itertools.product(Readers, ROLES, TIMES)), ids=str
)
def test_role_by_time_by_visibility(readers: Readers, role: str, time: str) -> None:
    for anonymous in (False, True):  # makes no difference to what is read
        policy = Policy(readers=readers, anonymous=anonymous)
        found = opens_to(policy, ROLES[role], due=DUE, class_at=CLASS, now=TIMES[time])
        assert found is is_open(readers, role, time)


@pytest.mark.parametrize("readers", [Readers.AFTER_OWN, Readers.AFTER_DEADLINE, Readers.STAFF])
def test_presenters_read_early_only_if_the_course_lets_them(readers: Readers) -> None:
    policy = Policy(readers=readers, presenters_read_minutes_before=None)
    reader = ROLES["presenter"]

    assert not opens_to(policy, reader, due=DUE, class_at=CLASS, now=DUE)
    closer = Policy(readers=readers, presenters_read_minutes_before=150)
    minutes = dt.timedelta(minutes=150)
    assert opens_to(closer, reader, due=DUE, class_at=CLASS, now=CLASS - minutes)
    assert not opens_to(
        closer, reader, due=DUE, class_at=CLASS, now=CLASS - minutes - dt.timedelta(seconds=1)
    )


def test_a_class_whose_time_is_unknown_has_nobody_read_early() -> None:
    policy = Policy(readers=Readers.AFTER_OWN)

    assert not opens_to(policy, ROLES["presenter"], due=DUE, class_at=None, now=DUE)
    assert opens_to(policy, ROLES["presenter"], due=DUE, class_at=None, now=TIMES["after"])


def test_without_a_deadline_only_ones_own_note_opens_the_others() -> None:
    for readers, role in itertools.product([Readers.AFTER_OWN, Readers.AFTER_DEADLINE], ROLES):
        found = opens_to(
            Policy(readers=readers), ROLES[role], due=None, class_at=None, now=TIMES["after"]
        )
        assert found is (
            role in {"instructor", "assistant"}
            or (role == "submitted" and readers == Readers.AFTER_OWN)
        )


@pytest.mark.parametrize("anonymous", [False, True])
def test_names_are_hidden_from_peers_and_from_nobody_else(anonymous: bool) -> None:
    policy = Policy(anonymous=anonymous)

    assert shows_author(policy, is_staff=True, is_own=False)
    assert shows_author(policy, is_staff=False, is_own=True)
    assert shows_author(policy, is_staff=False, is_own=False) is not anonymous


# --- The pages ------------------------------------------------------------------------------------


@dataclass
class Class:
    """A public course, a reading, and somebody of each role; three others wrote about it."""

    course: Course
    reading: Reading
    meeting: Meeting
    browsers: dict[str, Client]
    people: dict[str, User]
    note: Note  # Zoe's, submitted
    draft: Note  # Yan's
    withdrawn: Note  # Xena's
    file: Attachment  # on Zoe's

    def begins_in(self, span: dt.timedelta) -> None:
        """Let the class begin so long from now."""
        begins = timezone.now() + span
        self.meeting.meets_on, self.meeting.meets_from = begins.date(), begins.time()
        self.meeting.save()


#: How long before class each of the times is, in the middle of what it stands for.
SPANS: Final = {
    "long before": dt.timedelta(hours=20),
    "early access": dt.timedelta(hours=6),
    "after": dt.timedelta(hours=1),
}


@pytest.fixture
def seminar(
    course: Course, alice: User, bob: User, carol: User, dave: User, erin: User, sign_in: SignIn
) -> Class:
    course.visibility, course.time_zone = "public", "UTC"
    course.save()
    NotePolicy.objects.create(course=course, presenters_exempt=Exempt.READING)
    reading = factories.make_reading(course, label="DSPy")
    meeting = factories.make_meeting(course, dt.date(2030, 9, 17), meets_from=dt.time(14, 30))
    item = factories.put_on_agenda(meeting, reading)
    names = ("Frank Fox", "Gina Gray", "Hal Hill", "Zoe Zimmer", "Yan Young", "Xena Xu")
    frank, gina, hal, zoe, yan, xena = map(factories.make_user, names)
    for student in (frank, gina, hal, zoe, yan, xena):
        factories.enrol(course, student, Role.STUDENT)
    now = timezone.now()

    def write(author: User, text: str) -> Note:
        return submit_note(
            reading=reading, author=author, answers={"text": text}, based_on=0, at=now
        )

    # Frank's comes between the others', so that neither his nor its place is the first or last.
    note = write(zoe, "Words-of-Z")
    write(frank, "Words-of-F")
    put_on_seat(slot=factories.make_slot(item), presenter=gina, actor=alice)
    excuse(reading=reading, student=hal, actor=alice, reason="", at=now)
    draft = save_draft(
        reading=reading, author=yan, answers={"text": "Words-of-Y"}, based_on=0, at=now
    )
    write(xena, "Words-of-X")
    withdrawn = withdraw_note(reading=reading, author=xena, at=now)
    digest = "ab" * 32
    if not default_storage.exists(path_of(digest)):
        default_storage.save(path_of(digest), ContentFile(b"A log"))
    file = Attachment.objects.create(
        note=note, prompt="text", name="log.txt", sha256=digest, size=5,
        content_type="text/plain", is_submitted=True,
    )  # fmt: skip
    people = {
        "instructor": alice,
        "assistant": carol,
        "owing": bob,
        "submitted": frank,
        "presenter": gina,
        "excused": hal,
        "auditor": erin,
        "outsider": dave,
    }
    browsers = {role: sign_in(user) for role, user in people.items()} | {"visitor": Client()}
    return Class(course, reading, meeting, browsers, people, note, draft, withdrawn, file)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("readers", "anonymous"),
    [
        (Readers.OPEN, False),
        (Readers.OPEN, True),
        (Readers.AFTER_OWN, True),
        (Readers.AFTER_DEADLINE, False),
        (Readers.STAFF, True),
    ],
)
def test_what_is_not_open_is_on_no_page_in_no_file_and_in_no_count(
    seminar: Class,
    readers: Readers,
    anonymous: bool,
) -> None:
    NotePolicy.objects.update(readers=readers, anonymous=anonymous)
    paper = f"/c/compilers/papers/{seminar.reading.pk}/"
    for time, span in SPANS.items():
        seminar.begins_in(span)
        for role, browser in seminar.browsers.items():
            where = (readers, anonymous, time, role)
            is_member = role in ROLES
            opens = is_member and is_open(readers, role, time)
            sees_names = role in {"instructor", "assistant"}

            page = browser.get(paper).content.decode()

            assert ("Words-of-Z" in page) is opens, where
            # Who is not to read it learns of no name, initials, time or id either.
            named = opens and (sees_names or not anonymous)
            assert ("Zoe Zimmer" in page) is named, where
            assert (">ZZ<" in page) is named, where
            assert (f'note-{seminar.note.pk}"' in page) is named, where
            assert ("A classmate" in page) is (opens and not named), where
            # Drafts are nobody's, nor is what was withdrawn.
            for secret in ("Words-of-Y", "Words-of-X", "Yan Young", "Xena Xu"):
                assert secret not in page, where
            others = 1 if role == "submitted" else 2
            assert (f"{others} submitted" in page) is opens, where
            assert (re.search(r"\d submitted\b", page) is not None) is opens, where
            got = browser.get(f"{paper}note/files/{seminar.file.pk}/").status_code
            assert got == (200 if opens else 404), where
    # The history of a note is its author's and the staff's, that of a draft nobody else's.
    for role, browser in seminar.browsers.items():
        for note in (seminar.note, seminar.draft, seminar.withdrawn):
            status = browser.get(f"{paper}note/{note.pk}/revisions/").status_code
            may = role in {"instructor", "assistant"} and note == seminar.note
            assert status == (200 if may else 404), (role, note)


@pytest.mark.django_db
@pytest.mark.parametrize("readers", Readers)
def test_counts_are_of_what_may_be_read(seminar: Class, readers: Readers) -> None:
    NotePolicy.objects.update(readers=readers)
    for time, span in SPANS.items():
        seminar.begins_in(span)
        for role, user in seminar.people.items():
            if role == "outsider":
                continue
            access = find_access(user=user, slug="compilers")
            found = note_counts(note_access(access, now=timezone.now()))
            own = 1 if role == "submitted" else 0
            expected = 2 if is_open(readers, role, time) else own
            assert found.get(seminar.reading.pk, 0) == expected, (time, role)


@pytest.mark.django_db
def test_nothing_else_tells_of_the_notes_of_others(seminar: Class) -> None:
    NotePolicy.objects.update(readers=Readers.STAFF, anonymous=True)
    seminar.begins_in(SPANS["after"])
    pages = [
        "/c/compilers/",
        "/c/compilers/calendar.ics",
        "/c/compilers/schedule.md",
        "/c/compilers/export/",
        "/c/compilers/export/download/?notes=on&presenters=on",
        "/c/compilers/notes/",
        f"/c/compilers/papers/{seminar.reading.pk}/note/",
        f"/c/compilers/papers/{seminar.reading.pk}/note/draft/",
    ]
    for role in ("owing", "submitted", "excused", "auditor", "outsider", "visitor"):
        browser = seminar.browsers[role]
        texts = [browser.get(page, headers={"Accept": "*/*"}).content.decode() for page in pages]
        if role != "visitor":
            feed = f"/calendar/{calendar_token_of(seminar.people[role])}.ics"
            texts.append(Client().get(feed).content.decode())
        for page, text in zip([*pages, "feed"], texts, strict=False):
            for secret in (
                "Words-of-Z",
                "Words-of-Y",
                "Words-of-X",
                "Zimmer",
                "Yan Young",
                "Xena Xu",
            ):
                assert secret not in text, (role, page)
    assert not seminar.course.events.filter(summary__contains="Zoe").exists()


@pytest.mark.django_db
def test_nameless_notes_stand_in_no_order_that_tells_who_was_first(
    seminar: Class, sign_in: SignIn
) -> None:
    NotePolicy.objects.update(anonymous=True)
    seminar.begins_in(SPANS["after"])
    for number in range(8):
        author = factories.make_user()
        factories.enrol(seminar.course, author)
        factories.make_note(seminar.reading, author, f"Words-of-{number}.")
    page = seminar.browsers["owing"].get(f"/c/compilers/papers/{seminar.reading.pk}/")
    text = page.content.decode()

    places = re.findall(r'id="note-([0-9a-f]{12})"', text)
    assert len(places) == 10
    assert places == sorted(places)  # by a hash under a secret key
    assert (
        "<time"
        not in text[text.index('id="notes"') : text.index('id="notes"') + 20_000].split(
            "</section>"
        )[0]
    )


@pytest.mark.django_db
def test_who_withdraws_their_note_reads_the_others_no_longer(seminar: Class) -> None:
    NotePolicy.objects.update(readers=Readers.AFTER_OWN)
    seminar.begins_in(SPANS["long before"])
    frank, browser = seminar.people["submitted"], seminar.browsers["submitted"]
    paper = f"/c/compilers/papers/{seminar.reading.pk}/"
    assert "Words-of-Z" in browser.get(paper).content.decode()

    withdraw_note(reading=seminar.reading, author=frank, at=timezone.now())

    assert "Words-of-Z" not in browser.get(paper).content.decode()
    assert browser.get(f"{paper}note/files/{seminar.file.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_class_that_moves_to_later_closes_its_notes_again(seminar: Class) -> None:
    NotePolicy.objects.update(readers=Readers.AFTER_DEADLINE)
    paper = f"/c/compilers/papers/{seminar.reading.pk}/"
    seminar.begins_in(SPANS["after"])
    assert "Words-of-Z" in seminar.browsers["owing"].get(paper).content.decode()

    seminar.begins_in(dt.timedelta(days=2))

    assert "Words-of-Z" not in seminar.browsers["owing"].get(paper).content.decode()
