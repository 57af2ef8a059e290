"""The sample course: it looks as if a class had been at work for weeks.

It is made once for all tests here, each of which undoes its own changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import (
    Course,
    Group,
    GroupInvitation,
    GroupMember,
    Membership,
    Role,
)
from readings.demo.people import students as sample_students
from readings.demo.sample import SLUG
from readings.demo.shelf import shelf_works
from readings.demo.term import CURRENT_WEEK, PAPERS
from readings.discussion.models import Comment, Discussion
from readings.discussion.services import delete_comment, edit_comment, reply, start_thread
from readings.marking.models import Feedback
from readings.notes.access import note_access
from readings.notes.models import Exemption, Note, NoteState
from readings.notes.queries import note_states
from readings.notes.services import submit_note
from readings.papers.identifiers import parse_identifier
from readings.papers.models import Fetch, FetchStage, FetchState, Origin, Paper, PaperVersion
from readings.presentations.day.models import Material, TalkFeedback
from readings.presentations.holding import require_allowed
from readings.presentations.models import Method, Sheet, SignUp, Slot, Waiting
from readings.presentations.presenters import presenter_of
from readings.presentations.projects.models import Project
from readings.presentations.queries import talks_in
from readings.presentations.swaps.models import SwapRequest, SwapState
from readings.presentations.swaps.standing import Standing
from readings.presentations.wishes.models import Ballot
from readings.reading_lists.models import Entry, MatchState, TitleMatch
from readings.schedule.models import Reading
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _seeded(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_sample")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sample(_seeded: None, db: None) -> Course:
    """The default sample course."""
    return Course.objects.get(slug=SLUG)


def _person(name: str) -> User:
    return User.objects.get(name=name)


def test_bob_has_begun_with_the_next_class_and_was_late_once(sample: Course) -> None:
    bob = _person("Bob Baker")
    draft = Note.objects.get(author=bob, state=NoteState.DRAFT)
    item = draft.reading.agenda_items.get(carries_note=True)
    assert item.meeting is not None
    assert item.meeting.meets_on is not None
    assert item.meeting.meets_on >= timezone.now().astimezone(sample.zone).date()
    states = note_states(
        note_access(Access(course=sample, user=bob, role=Role.STUDENT), now=timezone.now()),
        sample.readings.values_list("pk", flat=True),
    )
    late = [
        note.reading.label
        for note in Note.objects.filter(author=bob, state=NoteState.SUBMITTED)
        if states[note.reading_id].is_late
    ]
    assert late == ["Relay"]


# --- Its rows ---------------------------------------------------------------------------------


def test_papers_are_owed_and_nothing_is_faked_as_fetched(sample: Course) -> None:
    works = {identifier.key for identifier in shelf_works()}
    scheduled = {identifier.key for one in PAPERS.values() if (identifier := parse_identifier(one))}
    assert Paper.objects.count() == len(works | scheduled)
    assert works - scheduled
    assert not PaperVersion.objects.exists()
    owed = Fetch.objects.filter(stage=FetchStage.METADATA, state=FetchState.OWED)
    assert owed.count() == Paper.objects.filter(arxiv_id__isnull=False).count() == 23
    typed = Paper.objects.filter(origin=Origin.TYPED)
    assert {paper.doi for paper in typed} == {
        "10.1145/3620665.3640366",
        "10.1145/3315508.3329973",
        "10.1145/3579371.3589348",
    }
    assert all(paper.title and paper.authors and paper.year and paper.venue for paper in typed)
    assert not Paper.objects.exclude(origin__in=[Origin.NOWHERE, Origin.TYPED]).exists()


def test_the_reading_list_has_something_of_everything(sample: Course) -> None:
    entries = Entry.objects.filter(section__reading_list__course=sample)
    kinds = set(
        entries.filter(reading__isnull=False).values_list("reading__paper__kind", flat=True)
    )
    assert kinds == {"paper", "post", "book", "code", "course", "video"}
    assert entries.filter(parent__isnull=False, reading=None).exists()
    owed = TitleMatch.objects.filter(state=MatchState.OWED)
    assert {match.entry.title.partition(":")[0] for match in owed} == {
        "High Performance Code Generation in MLIR",
        "Composable and Modular Code Generation in MLIR",
        "FlashAttention-2",
        "Tensor Processing Primitives",
    }
    post = Paper.objects.get(kind="post")
    assert Reading.objects.get(course=sample, paper=post).title.startswith(
        "A friendly introduction"
    )


def test_nobody_of_the_sample_has_a_password(sample: Course) -> None:
    people = User.objects.all()
    assert all(user.is_sample and not user.has_usable_password() for user in people)
    assert all(user.email.endswith("@example.edu") for user in people)
    assert sorted({user.name for user in people if user.memberships.filter(role=Role.STUDENT)}) == (
        sorted(person.name for person in sample_students(14))
    )


def test_some_seats_are_taken_and_some_are_free(sample: Course) -> None:
    taken = SignUp.objects.filter(slot__course=sample)
    assert taken.filter(user__isnull=False).exists()
    assert taken.filter(group__isnull=False).exists()
    today = timezone.now().astimezone(sample.zone).date()
    open_now = Slot.objects.filter(
        course=sample,
        agenda_item__meeting__meets_on__gt=today,
        sheet__opens_at__lte=timezone.now(),
        sheet__closes_at__gt=timezone.now(),
        seats__sign_up__isnull=True,
    )
    assert open_now.exists()
    assert Slot.objects.filter(course=sample, sheet__opens_at__gt=timezone.now()).exists()
    bobs_group = GroupMember.objects.get(user=_person("Bob Baker")).group
    assert taken.filter(group=bobs_group).exists()
    in_groups = GroupMember.objects.filter(course=sample).count()
    assert 0 < in_groups < Membership.objects.filter(course=sample, role=Role.STUDENT).count()
    assert all(1 < group.members.count() < 4 for group in Group.objects.filter(course=sample))


def test_discussions_are_numbered_as_the_services_number_them(sample: Course) -> None:
    assert Discussion.objects.exists()
    for discussion in Discussion.objects.all():
        comments = list(Comment.objects.filter(reading=discussion.reading).order_by("pk"))
        appeared = [comment.appeared_in for comment in comments]
        assert appeared == sorted(set(appeared))
        times = [comment.created_at for comment in comments]
        assert times == sorted(times)
        numbers = set(appeared) | {comment.changed_in for comment in comments}
        assert numbers == set(range(1, discussion.change_count + 1))
    comments_all = Comment.objects.all()
    assert not comments_all.exclude(thread__reading=F("reading")).exists()
    assert (
        not comments_all.filter(parent__isnull=False)
        .exclude(parent__thread=F("thread"), parent__created_at__lte=F("created_at"))
        .exists()
    )
    assert comments_all.filter(edited_at__isnull=False).exists()
    assert comments_all.filter(deleted_at__isnull=False, deleted_by=F("author")).exists()
    openers = comments_all.filter(parent__isnull=True).values("thread").annotate(n=Count("pk"))
    assert {row["n"] for row in openers} == {1}


def _fields(row: Any, *left_out: str) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in {"id", "created_at", *left_out}
    }


def test_notes_are_the_rows_that_submitting_them_leaves(sample: Course) -> None:
    seeded = Note.objects.filter(state=NoteState.SUBMITTED, edited_at__isnull=True)[0]
    assert seeded.submitted_at is not None
    erin = _person("Erin Evans")
    made = submit_note(
        reading=seeded.reading,
        author=erin,
        answers=seeded.answers,
        based_on=0,
        at=seeded.submitted_at,
    )
    made.refresh_from_db()
    assert _fields(seeded, "author_id") == _fields(made, "author_id")
    assert _fields(seeded.revisions.get(), "note_id") == _fields(made.revisions.get(), "note_id")


def test_comments_are_the_rows_that_posting_them_leaves(sample: Course) -> None:
    """The same conversation by the services, on a reading nobody has talked about."""
    edited = Comment.objects.filter(edited_at__isnull=False, parent__isnull=True)[0]
    answer = edited.replies.filter(replies__deleted_at__isnull=False).get()
    deleted = answer.replies.get()
    silent = Reading.objects.filter(course=sample, discussion__isnull=True)[0]
    opener = start_thread(
        reading=silent, author=edited.author, body="First.", title=edited.thread.title
    )
    edit_comment(comment=opener, body=edited.body)
    reply_to = reply(parent=opener, author=answer.author, body=answer.body)
    gone = reply(parent=reply_to, author=deleted.author, body="Never mind.")
    delete_comment(comment=gone, actor=deleted.author)
    keys = (
        "reading_id", "thread_id", "parent_id", "appeared_in", "changed_in", "edited_at",
        "deleted_at",
    )  # fmt: skip
    for seeded, made in ((edited, opener), (answer, reply_to), (deleted, gone)):
        made.refresh_from_db()
        assert _fields(seeded, *keys) == _fields(made, *keys)
        assert (seeded.edited_at is None) == (made.edited_at is None)
        assert (seeded.deleted_at is None) == (made.deleted_at is None)
        assert (seeded.changed_in > seeded.appeared_in) == (made.changed_in > made.appeared_in)
    assert _fields(edited.thread, "reading_id") == _fields(opener.thread, "reading_id")


# --- Its pages --------------------------------------------------------------------------------

MEMBERS_PAGES = [
    "pages:schedule", "presentations:sign_ups", "courses:people", "courses:groups",
]  # fmt: skip
STAFF_PAGES = ["planning:board", "pages:fetches"]


@pytest.mark.parametrize(
    ("name", "is_staff"),
    [
        ("Alice Abbott", True),
        ("Carol Chen", True),
        ("Дмитрий Соколов", False),
        ("Erin Evans", False),
    ],
)
def test_the_pages_show_for_every_role(
    sample: Course, sign_in: SignIn, name: str, is_staff: bool
) -> None:
    browser = sign_in(_person(name))
    reading = Reading.objects.get(course=sample, label="TVM")
    addresses = [reverse(page, args=[SLUG]) for page in MEMBERS_PAGES]
    for address in [*addresses, reverse("pages:paper", args=[SLUG, reading.pk])]:
        assert browser.get(address).status_code == 200, address
    for page in STAFF_PAGES:
        status = browser.get(reverse(page, args=[SLUG])).status_code
        assert status == (200 if is_staff else 404), page


def test_every_paper_has_its_page(sample: Course, sign_in: SignIn) -> None:
    browser = sign_in(_person("Bob Baker"))
    for reading in sample.readings.all():
        page = browser.get(reverse("pages:paper", args=[SLUG, reading.pk]))
        assert reading.label in page.content.decode()


def test_a_visitor_sees_the_schedule_and_nobodys_name(sample: Course, client: Client) -> None:
    schedule = client.get(reverse("pages:schedule", args=[SLUG]))
    content = schedule.content.decode()
    assert "Groups pitch their projects" in content
    students = [person.name for person in sample_students(14)]
    reading = Reading.objects.get(course=sample, label="TVM")
    paper = client.get(reverse("pages:paper", args=[SLUG, reading.pk])).content.decode()
    assert not [name for name in students if name in content or name in paper]


def test_the_current_week_is_marked(sample: Course, sign_in: SignIn) -> None:
    content = sign_in(_person("Bob Baker")).get(reverse("pages:schedule", args=[SLUG]))
    weeks = [week for week in content.context["page"].weeks if week.is_current]
    assert [week.number for week in weeks] in ([CURRENT_WEEK - 1], [CURRENT_WEEK])


# --- How its notes were received --------------------------------------------------------------


def test_marks_are_out_for_all_but_the_last_class_and_some_are_answered(sample: Course) -> None:
    given = Feedback.objects.filter(reading__course=sample)
    assert given.filter(returned_at__isnull=False, remarks__author=F("student")).exists()
    notes = Note.objects.filter(reading__course=sample, state=NoteState.SUBMITTED)
    for one in given:
        assert notes.filter(reading=one.reading, author=one.student).exists()
    assert not given.filter(returned_at__gt=timezone.now()).exists()
    assert not given.filter(marked_at__gt=timezone.now()).exists()


def test_nobody_skipped_or_presented_what_they_wrote_about(sample: Course) -> None:
    notes = set(Note.objects.filter(reading__course=sample).values_list("author_id", "reading_id"))
    spared = Exemption.objects.filter(reading__course=sample)
    assert {one.kind for one in spared} == {"skip", "excuse"}
    assert not {(one.user_id, one.reading_id) for one in spared} & notes
    talks = talks_in([sample]).on_readings
    assert talks
    assert not talks & notes


# --- What is presented ------------------------------------------------------------------------


def test_bob_has_a_swap_to_answer_and_wishes_to_rank(sample: Course, sign_in: SignIn) -> None:
    bob = _person("Bob Baker")
    requests = SwapRequest.objects.filter(course=sample, state=SwapState.OFFERED)
    standing = Standing(sample)
    assert not [why for one in requests if (why := standing.why_impossible(one))]
    group = GroupMember.objects.get(user=bob).group
    assert requests.filter(to_group=group, counter_slot__sign_ups__group=group).exists()
    to_all = requests.filter(to_group__isnull=True, to_user__isnull=True)
    assert {one.blackout_day is None for one in to_all} == {True, False}

    sheet = Sheet.objects.get(course=sample, method=Method.WISHES)
    ballots = Ballot.objects.filter(sheet=sheet)
    assert ballots.count() > 3
    assert not ballots.filter(user=bob).exists()
    browser = sign_in(bob)
    rank = browser.get(reverse("wishes:rank", args=[SLUG, sheet.pk])).content.decode()
    assert "Save ranking" in rank
    assert "You cannot on this day" in rank
    assert Waiting.objects.filter(slot__course=sample).exists()
    assert GroupInvitation.objects.filter(group__course=sample).exists()


def test_nobody_holds_what_the_rules_forbid(sample: Course) -> None:
    for sign_up in SignUp.objects.filter(slot__course=sample):
        require_allowed(sign_up.slot, presenter_of(sign_up), instead_of=[sign_up.slot_id])


def test_bobs_talk_came_back_with_a_mark_and_what_the_class_thought(
    sample: Course, sign_in: SignIn
) -> None:
    bob = _person("Bob Baker")
    slot = SignUp.objects.get(user=bob).slot
    browser = sign_in(bob)
    page = browser.get(reverse("day:talk", args=[SLUG, slot.pk, f"u{bob.pk}"])).content.decode()
    assert "What the class thought" in page
    assert "of 10" in page
    assert "dspy.pdf" in page
    assert Material.objects.get(slot=slot, user=bob, url="").content_type == "application/pdf"
    assert not TalkFeedback.objects.filter(author=bob).exists()  # it is for the reader to try


def test_two_groups_have_written_about_their_projects(sample: Course, sign_in: SignIn) -> None:
    browser = sign_in(_person("Erin Evans"))
    projects = Project.objects.filter(group__course=sample)
    assert len(projects) == 2
    for project in projects:
        page = browser.get(reverse("projects:project", args=[SLUG, project.group_id]))
        assert "<math" in page.content.decode()
        assert "<code" in page.content.decode()
