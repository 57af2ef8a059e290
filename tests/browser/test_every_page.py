"""Every page, narrow and wide, light and dark: accessible, and no wider than the screen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, GroupInvitation, Visibility
from readings.courses.services import record_event, update_course
from readings.next_term.services import save_as_template
from readings.notes.asking.presets import AI_LOG, ROLES
from readings.notes.asking.services import create_template
from readings.notes.models import Assignment
from readings.papers.models import Fetch, FetchStage, PaperVersion, VersionOrigin
from readings.planning.actions import Action, move_item, nudge_item
from readings.planning.drafts import add_step, read_draft
from readings.planning.publishing import publish_draft
from readings.presentations import assignment
from readings.presentations.blackouts import change_blackouts
from readings.presentations.day.models import Material, TalkFeedback, TalkMark
from readings.presentations.models import Method, Sheet, TakenBy
from readings.presentations.projects.models import Project
from readings.presentations.wishes import services
from readings.presentations.wishes.models import AssignmentRun, RunState
from readings.presentations.wishes.running import create_run
from readings.reading_lists.models import Entry, TitleMatch
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.edits import set_values
from readings.schedule.models import Kind, Meeting, Reading, Stage
from tests import factories
from tests.browsers import AssertAccessible, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = (
    "Energy-efficient and Practical Co-Location of Machine Learning Inference on Partitioned GPUs"
)
DATA = "Mathematics such as $O(n^2)$, `code` and\n\n- a list\n\n$$\\sum_{i=1}^{n} x_i$$"
SLIDES = {"url": "https://example.org/slides.pdf", "role": "slides", "label": ""}


@pytest.fixture
def reading(course: Course, alice: User, bob: User, carol: User) -> Reading:
    """A course with something on every page, and the reading whose page shows most."""
    today = timezone.now().astimezone(course.zone).date()
    paper = factories.make_paper(
        title=LONG, title_html=LONG, abstract_html="It is <math><mi>x</mi></math>."
    )
    reading = factories.make_reading(course, paper=paper, label="EffPagedAttention")
    PaperVersion.objects.create(
        paper=paper, number=2, origin=VersionOrigin.ARXIV, page_count=16, word_count=9000
    )
    factories.make_meeting(course, today, week=1)
    meeting = factories.make_meeting(course, today + dt.timedelta(days=1), week=2)
    item = factories.put_on_agenda(meeting, reading)
    talks = factories.put_on_agenda(
        meeting, text="Group presentations", kind=Kind.PRESENTATIONS, stage=Stage.PITCH
    )
    failed = factories.make_reading(course, label="Gone", required=False)
    Fetch.objects.create(
        paper=failed.paper, stage=FetchStage.METADATA, state="failed", reason="arXiv knows no such"
    )
    factories.put_on_agenda(meeting, failed)
    factories.make_note(reading, alice, DATA)
    grace = factories.make_user("Grace Gao")
    factories.enrol(course, grace)
    factories.make_note(reading, grace, DATA, role="Reviewer")
    thread = factories.make_thread(reading, bob, DATA)
    factories.make_comment(thread, carol, "An answer.", parent=thread.comments.get())
    slot = factories.make_slot(item, seats=2)
    slot.sign_ups.create(seat=slot.seats.all()[0], user=bob, created_by=bob)
    talk = {"slot": slot, "user": bob}
    Material.objects.create(
        **talk, label="Code", version=1, url="https://example.org/code", created_by=bob
    )
    TalkFeedback.objects.create(**talk, author=grace, clarity=4, liked=LONG, improve=LONG)
    TalkMark.objects.create(**talk, comment=LONG, given_by=carol, returned_at=timezone.now())
    factories.make_slot(talks, taken_by=TakenBy.GROUP, title="Pitch 1", minutes=10)
    group = factories.make_group(course, bob, name="Loop Invariants")
    Project.objects.create(
        group=group,
        title=LONG,
        pitch=DATA,
        repository="https://github.com/loop/invariants",
        links=[{"title": LONG, "url": "https://example.org/slides.pdf"}],
        updated_by=bob,
    )
    GroupInvitation.objects.create(group=group, user=grace, invited_by=bob)
    fill_wishes(course, meeting, bob)
    record_event(course=course, actor=alice, kind="test", summary="MLIR moved to Oct 15")
    section = make_section(
        reading_list=make_list(course=course, title="What else there is"), title=LONG
    )
    listed = add_entry(section=section, reading=reading, title="Paged", annotation=DATA)
    under = add_entry(section=section, parent=listed, title=LONG, links=[SLIDES])
    TitleMatch.objects.create(
        entry=under, state="proposed", arxiv_id="2506.12598", title=LONG, confidence=80
    )
    for preset in (AI_LOG, ROLES):
        asked = create_template(
            course=course,
            actor=alice,
            name=preset.name,
            prompts=preset.prompts,
            roles=preset.roles,
        )
    Assignment.objects.create(reading=reading, template=asked.template)
    plan = read_draft(course).plan
    step = Action("Week 1 named", set_values("week", plan.weeks_in_order[0], {"topic": LONG}))
    add_step(course=course, actor=alice, make=lambda _plan: step)
    publish_draft(course=course, actor=alice, message="Welcome.")
    add_step(course=course, actor=alice, make=lambda plan: move_item(plan, item.pk, to=None))
    add_step(course=course, actor=alice, make=lambda plan: nudge_item(plan, talks.pk, -1))
    return reading


def fill_wishes(course: Course, meeting: Meeting, bob: User) -> None:
    """A sheet by wishes, of which Bob is to get a slot."""
    sheet = Sheet.objects.create(course=course, title=f"Talks: {LONG}"[:80], method=Method.WISHES)
    item = factories.put_on_agenda(meeting, factories.make_reading(course, label="Wished"))
    slot, _other = (factories.make_slot(item, sheet=sheet) for _one in range(2))
    services.save_wishes(sheet=sheet, actor=bob, ranks={slot.pk: 1}, version=0)
    change_blackouts(course=course, user=bob, add=[meeting.meets_on or dt.date.max])
    run = create_run(sheet, None, 7)
    assert run is not None
    reason = assignment.Reason(assignment.How.WISH, rank=1)
    granted = (assignment.Granted(f"u{bob.pk}", str(slot.pk), 1, reason),)
    found = assignment.Assignment(
        granted, (), 7, (1, 0, 1), (), (), is_proven_optimal=True, seconds=1
    )
    run.answer, run.state = assignment.assignment_to_json(found), RunState.DONE
    run.save()


MEMBERS = ["/", "/c/compilers/", "/c/compilers/papers/{reading}/",
           "/c/compilers/papers/{reading}/note/", "/c/compilers/papers/{reading}/feedback/",
           "/c/compilers/notes/", "/c/compilers/classes/{meeting}/notes/",
           "/c/compilers/people/", "/c/compilers/groups/", "/c/compilers/groups/projects/",
           "/c/compilers/groups/{group}/project/", "/c/compilers/groups/{group}/project/edit/",
           "/c/compilers/groups/join/{friends}/", "/you/", "/you/calendar/",
           "/c/compilers/sign-ups/", "/c/compilers/sign-ups/talks/",
           "/c/compilers/sign-ups/wishes/", "/c/compilers/sign-ups/wishes/{wished}/",
           "/c/compilers/classes/{meeting}/talks/", "/c/compilers/sign-ups/{slot}/talk/u{bob}/",
           "/c/compilers/calendar/",
           "/c/compilers/reading-lists/", "/c/compilers/reading-lists/{list}/"]  # fmt: skip
PLANNING = ["/c/compilers/plan/", "/c/compilers/plan/term/",
            "/c/compilers/plan/term/move/?days=7",
            "/c/compilers/plan/weeks/insert/?after=1&at_end=yes",
            "/c/compilers/plan/weeks/{week}/",
            "/c/compilers/plan/weeks/{week}/add/",
            "/c/compilers/plan/publish/", "/c/compilers/plan/history/",
            "/c/compilers/plan/history/{change}/", "/c/compilers/plan/classes/{meeting}/",
            "/c/compilers/plan/classes/{meeting}/add/",
            "/c/compilers/plan/classes/{meeting}/cancel/",
            "/c/compilers/plan/classes/{meeting}/cancel/?way=move&to={first}",
            "/c/compilers/plan/classes/{meeting}/exchange/?other={first}",
            "/c/compilers/plan/classes/{meeting}/free/",
            "/c/compilers/plan/classes/{meeting}/fill/",
            "/c/compilers/plan/shelf/add/", "/c/compilers/plan/items/{item}/",
            "/c/compilers/import/", "/c/compilers/fetches/",
            "/c/compilers/template/", "/c/{template}/settings/", "/c/{template}/plan/",
            "/c/{template}/next-term/"]  # fmt: skip
STAFF = ["/courses/new/", "/c/compilers/marking/", "/c/compilers/marking/{reading}/{marked}/",
         "/c/compilers/settings/", "/c/compilers/people/", "/c/compilers/sign-ups/",
         "/c/compilers/groups/", "/c/compilers/groups/place/all/",
         "/c/compilers/groups/{group}/project/delete/",
         "/c/compilers/sign-ups/assignment/{wished}/",
         "/c/compilers/sign-ups/assignment/{wished}/runs/{run}/publish/",
         "/c/compilers/classes/{meeting}/talks/", "/c/compilers/classes/{meeting}/talks/marks/",
         "/c/compilers/sign-ups/{slot}/talk/u{bob}/",
         "/c/compilers/sign-ups/sheets/", "/c/compilers/sign-ups/sheets/new/?start=pitches",
         "/c/compilers/sign-ups/sheets/{sheet}/", "/c/compilers/sign-ups/sheets/{sheet}/rules/",
         "/c/compilers/sign-ups/sheets/{sheet}/add/",
         "/c/compilers/sign-ups/sheets/{sheet}/remove/", "/c/compilers/sign-ups/{slot}/",
         "/c/compilers/sign-ups/{slot}/remove/", "/c/compilers/sign-ups/log/",
         "/c/compilers/reading-lists/{list}/",
         "/c/compilers/progress/", "/c/compilers/progress/students/{bob}/",
         "/c/compilers/progress/readings/{reading}/",
         "/c/compilers/progress/reminders/?which=next", "/c/compilers/progress/export/",
         "/c/compilers/progress/import/",
         "/c/compilers/reading-lists/{list}/arrange/", "/c/compilers/reading-lists/{list}/add/",
         "/c/compilers/reading-lists/entries/{entry}/", "/c/compilers/next-term/",
         "/c/compilers/notes/templates/", "/c/compilers/notes/templates/new/",
         "/c/compilers/notes/templates/{asked}/",
         "/c/compilers/notes/templates/{asked}/preview/",
         "/c/compilers/notes/templates/{asked}/delete/",
         "/c/compilers/notes/readings/", "/c/compilers/notes/roles/?reading={reading}",
         "/c/compilers/notes/rules/?start=evening"]  # fmt: skip
ANYONE = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/login/code/",
          "/c/compilers/", "/c/compilers/papers/{reading}/", "/c/absent/",
          "/c/compilers/calendar/", "/calendar/renewed.ics", "/join/{join}/"]  # fmt: skip


@pytest.mark.parametrize("who", ["student", "planner", "instructor", "anyone"])
def test_pages_are_accessible_and_fit(
    who: str,
    course: Course,
    reading: Reading,
    alice: User,
    bob: User,
    open_page: OpenPage,
    assert_accessible: AssertAccessible,
) -> None:
    item = reading.agenda_items.get()
    assert item.meeting is not None
    keys = {
        "first": course.meetings.order_by("pk")[0].pk,
        "change": course.changes.get().pk,
        "reading": reading.pk,
        "bob": bob.pk,
        "marked": User.objects.get(name="Grace Gao").pk,
        "item": item.pk,
        "slot": item.slots.get().pk,
        "sheet": item.slots.get().sheet_id,
        "wished": course.sheets.get(method=Method.WISHES).pk,
        "run": AssignmentRun.objects.get().pk,
        "meeting": item.meeting.pk,
        "week": item.meeting.week.pk,
        "join": course.join_token,
        "group": course.groups.get().pk,
        "friends": course.groups.get().join_token,
        "asked": course.note_templates.get(name=ROLES.name).pk,
        "list": course.reading_lists.get().pk,
        "entry": Entry.objects.get(title=LONG).pk,
        "template": save_as_template(course=course, instructor=alice, title=LONG).slug,
    }
    user, paths = {
        "student": (bob, MEMBERS),
        "planner": (alice, PLANNING),
        "instructor": (alice, STAFF),
        "anyone": (None, ANYONE),
    }[who]
    if who == "anyone":
        update_course(course=course, visibility=Visibility.PUBLIC)
    page = open_page(user, color_scheme="light", reduced_motion="reduce")
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path.format(**keys))
        assert_accessible(page, schemes=["light", "dark"])
        for width in (1600, 360):
            page.set_viewport_size({"width": width, "height": 800})
            room = page.evaluate("document.documentElement.clientWidth")
            assert page.evaluate("document.documentElement.scrollWidth") <= room, (path, width)
        assert_accessible(page, colours=False)
