"""Applying a schedule, and applying it again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.imports import checking, services
from readings.imports.models import Import, ImportState
from readings.imports.planning.steps import Plan
from readings.papers.models import Fetch, Paper
from readings.schedule.agenda_services import (
    move_agenda_item,
    update_agenda_item,
)
from readings.schedule.models import AgendaItem, Meeting, Reading
from readings.schedule.services import update_meeting, update_reading
from tests import factories
from tests.by_hand import make_term, take_off
from tests.imports.samples import sample, table

pytestmark = pytest.mark.django_db

A, B = "[A](https://arxiv.org/abs/2001.00001)", "[B](https://arxiv.org/abs/2001.00002)"


def apply(course: Course, text: str, actor: User | None = None, year: int | None = None) -> Plan:
    draft = services.draft_import(course=course, document=text, actor=actor, year=year)
    return services.apply_import(draft=draft, actor=actor, digest=services.plan_draft(draft).digest)


def apply_rows(course: Course, *rows: str) -> Plan:
    return apply(course, table(*rows), year=2025)


def counts(plan: Plan) -> dict[str, int]:
    return {name: count for name, count in plan.counts.items() if count and name != "problems"}


def agenda(course: Course, day: int, month: int = 9) -> list[str]:
    items = course.agenda_items.filter(meeting__meets_on=dt.date(2025, month, day))
    return [str(item) for item in items.order_by("position", "id")]


def item_on(course: Course, day: int, month: int = 9) -> AgendaItem:
    found = course.agenda_items.select_related("reading", "meeting", "course")
    return found.get(meeting__meets_on=dt.date(2025, month, day))


def meeting_on(course: Course, day: int, month: int = 9) -> Meeting:
    return course.meetings.select_related("course").get(meets_on=dt.date(2025, month, day))


def test_a_schedule_becomes_weeks_meetings_and_readings(course: Course, alice: User) -> None:
    plan = apply(course, sample(), alice)
    assert course.weeks.count() == 12
    assert course.meetings.count() == 24
    assert course.readings.count() == 9
    assert plan.counts["new"] == 24 + course.agenda_items.count()
    assert meeting_on(course, 1).status == "holiday"
    assert agenda(course, 1) == ["Labor Day"]
    assert agenda(course, 10) == ["Alpha", "Beta"]
    assert agenda(course, 8, month=10) == ["Zeta", "Guest from Industry?"]
    kinds = course.agenda_items.filter(stage="pitch").values_list("kind", flat=True)
    assert list(kinds) == ["presentations", "presentations"]


def test_papers_are_owed_one_fetch_each_and_dois_none(course: Course) -> None:
    apply(course, sample())
    assert Fetch.objects.filter(stage="metadata").count() == 8
    assert Paper.objects.get(doi="10.1145/1111111.2222222").fetches.count() == 0


def test_notes_become_links_of_their_readings(course: Course) -> None:
    apply(course, sample())
    links = Reading.objects.get(course=course, label="Alpha").links.values_list("role", "url")
    assert list(links) == [("notes", "https://example.org/notes/alpha")]


def test_links_of_no_reading_are_kept_on_the_meeting(course: Course) -> None:
    apply(course, sample())
    item = course.agenda_items.get(text="Omega Notes")
    assert item.meeting is not None
    assert item.links == [
        {"url": "https://example.org/notes/omega", "role": "notes", "label": "Omega Notes"}
    ]


def test_what_is_read_of_a_paper_is_its_portion(course: Course) -> None:
    apply(course, sample())
    assert course.agenda_items.get(reading__label="Eta").portion == "sections 1-3"


def test_headings_among_the_rows_are_what_their_weeks_are_about(course: Course) -> None:
    apply_rows(
        course,
        "| | **Frontends** | | |",
        f"| Sep 8 | {A} | Papers | |",
        "| | **Backends** | | |",
        f"| Sep 15 | {B} | Papers | |",
    )
    assert list(course.weeks.values_list("topic", flat=True)) == ["Frontends", "Backends"]


def test_the_note_is_due_for_the_first_of_two_meetings(course: Course) -> None:
    apply_rows(course, f"| Sep 8 | {A} | | |", f"| Sep 15 | {A} | | |")
    assert course.readings.count() == 1
    items = course.agenda_items.order_by("meeting__meets_on")
    assert [item.carries_note for item in items] == [True, False]


def test_times_of_the_course_are_those_of_its_meetings(course: Course) -> None:
    course.meets_from, course.meets_until = dt.time(10, 30), dt.time(12)
    course.save()
    apply_rows(course, "| Sep 8 | x | | |", "| Sep 10, 2pm | y | | |")
    monday, wednesday = meeting_on(course, 8), meeting_on(course, 10)
    assert (monday.meets_from, monday.meets_until) == (dt.time(10, 30), dt.time(12))
    assert (wednesday.meets_from, wednesday.meets_until) == (dt.time(14), None)


def test_dates_that_do_not_exist_become_meetings_without_one(course: Course) -> None:
    apply_rows(course, "| Sep 29-31 | x<br>y | | |")
    assert list(course.meetings.values_list("meets_on", flat=True)) == [dt.date(2025, 9, 29), None]


def test_the_same_document_again_changes_nothing(course: Course, alice: User) -> None:
    apply(course, sample(), alice)
    before = snapshot(course)
    course.refresh_from_db()
    version = course.version
    plan = apply(course, sample(), alice)
    assert plan.does_nothing
    assert counts(plan) == {"unchanged": plan.counts["unchanged"]}
    assert snapshot(course) == before
    course.refresh_from_db()
    assert course.version == version
    assert Event.objects.filter(course=course, kind="imports.applied").count() == 1


def snapshot(course: Course) -> list[Any]:
    return [
        *course.meetings.values_list().order_by("pk"),
        *course.agenda_items.values_list().order_by("pk"),
        *course.readings.values_list().order_by("pk"),
        *course.weeks.values_list().order_by("pk"),
    ]


# --- A changed document -----------------------------------------------------------------------


def test_a_paper_that_moved_in_the_document_moves(course: Course) -> None:
    apply_rows(course, f"| Sep 8 | {A} | | |", "| Sep 15 | x | | |")
    item = item_on(course, 8)
    plan = apply_rows(course, "| Sep 8 | | | |", f"| Sep 15 | x<br>{A} | | |")
    assert counts(plan) == {"moved": 1, "unchanged": 3}
    assert agenda(course, 15) == ["x", "A"]
    assert course.agenda_items.get(reading__isnull=False).pk == item.pk


def test_words_that_were_replaced_are_renamed(course: Course) -> None:
    apply_rows(course, "| Sep 8 | [Open] | | |")
    plan = apply_rows(course, "| Sep 8 | Guest lecture | | |")
    assert counts(plan) == {"renamed": 1, "unchanged": 1}
    item = item_on(course, 8)
    assert (item.text, item.kind) == ("Guest lecture", "guest")


def test_notes_that_were_added_are_added(course: Course) -> None:
    apply_rows(course, f"| Sep 8 | {A} | | |")
    note = "[A Notes](https://example.org/a)"
    plan = apply_rows(course, f"| Sep 8 | {A} | | {note} |")
    assert counts(plan) == {"filled": 1, "unchanged": 1}
    assert [link.url for link in Reading.objects.get(course=course).links.all()] == [
        "https://example.org/a"
    ]


def test_a_holiday_that_was_declared_later(course: Course) -> None:
    apply_rows(course, "| Sep 8 | x | | |")
    apply_rows(course, "| Sep 8 | No class | | |")
    assert meeting_on(course, 8).status == "holiday"


def test_what_left_the_document_leaves_the_course(course: Course) -> None:
    apply_rows(course, f"| Sep 8 | {A} | | |", f"| Sep 15 | {B} | | |")
    plan = apply_rows(course, f"| Sep 8 | {A} | | |")
    assert plan.counts["removed"] == 2
    assert not course.meetings.filter(meets_on=dt.date(2025, 9, 15)).exists()
    assert [str(reading) for reading in course.readings.all()] == ["A"]
    assert course.weeks.count() == 1


# --- A changed course -------------------------------------------------------------------------


def test_what_was_changed_here_stays_when_the_document_did_not_change(
    course: Course, alice: User
) -> None:
    rows = (f"| Sep 8 | {A} | Papers | |", f"| Sep 15 | {B} | Papers | |", "| Sep 22 | x | | |")
    apply_rows(course, *rows)
    move_agenda_item(item=item_on(course, 8), meeting=meeting_on(course, 15), actor=alice)
    update_reading(reading=Reading.objects.get(course=course, label="B"), label="Bee")
    update_agenda_item(item=item_on(course, 22), text="A walk", kind="other")
    update_meeting(meeting=meeting_on(course, 22), actor=alice, status="cancelled")
    before = snapshot(course)
    assert apply_rows(course, *rows).does_nothing
    assert snapshot(course) == before


def test_what_was_taken_off_here_stays_off(course: Course) -> None:
    rows = (f"| Sep 8 | {A} | Papers | |", "| Sep 15 | x | | |")
    apply_rows(course, *rows)
    take_off(item_on(course, 8))
    take_off(item_on(course, 15))
    plan = apply_rows(course, *rows)
    assert plan.does_nothing
    assert (agenda(course, 8), agenda(course, 15)) == ([], [])
    assert [step.note for step in plan.meetings[1].items] == ["was taken off here and stays off"]
    assert apply_rows(course, *rows).does_nothing


def test_what_was_put_on_the_shelf_here_stays_there_and_is_said_to(course: Course) -> None:
    apply_rows(course, f"| Sep 8 | {A}, {B} |")
    take_off(course.agenda_items.get(reading__label="A"))
    plan = apply_rows(course, f"| Sep 8 | {A}, {B} |")
    assert plan.meetings[0].items[0].note == "was moved to “not scheduled” here and stays there"
    assert plan.meetings[0].items[1].note == ""
    assert course.agenda_items.get(reading__label="A").meeting is None


def test_changed_on_both_sides_keeps_what_is_here_and_says_so(course: Course, alice: User) -> None:
    apply_rows(course, f"| Sep 8 | {A} | Papers | |", "| Sep 15 | x | | |", "| Sep 22 | y | | |")
    move_agenda_item(item=item_on(course, 8), meeting=meeting_on(course, 15), actor=alice)
    plan = apply_rows(
        course, "| Sep 8 | | | |", "| Sep 15 | x | | |", f"| Sep 22 | y<br>{A} | Papers | |"
    )
    assert plan.counts["conflicts"] == 1
    assert agenda(course, 15) == ["x", "A"]


def test_a_paper_put_there_by_hand_is_the_same_reading(course: Course) -> None:
    paper = factories.make_paper(arxiv_id="2001.00001")
    reading = factories.make_reading(course, paper=paper, label="Mine")
    factories.put_on_agenda(factories.make_meeting(course, dt.date(2025, 9, 8)), reading)
    plan = apply_rows(course, f"| Sep 8 | {A} | Papers | |")
    assert course.agenda_items.count() == 1
    assert plan.counts["conflicts"] == 1  # two names, and nobody knows whose is newer
    assert Reading.objects.get(course=course).label == "Mine"


def test_a_paper_waiting_on_the_shelf_is_put_on_the_agenda(course: Course) -> None:
    paper = factories.make_paper(arxiv_id="2001.00001")
    reading = factories.make_reading(course, paper=paper)
    parked = AgendaItem.objects.create(course=course, reading=reading, carries_note=True)
    plan = apply_rows(course, f"| Sep 8 | {A} | Papers | |")
    assert counts(plan) == {"new": 1, "moved": 1}
    assert item_on(course, 8).pk == parked.pk


def test_the_terms_own_classes_are_filled_rather_than_doubled(course: Course) -> None:
    course.meets_from = dt.time(10, 30)
    course.save()
    make_term(course, meets_from=dt.time(10, 30))
    apply(course, sample())
    assert course.meetings.count() == 30
    assert meeting_on(course, 1).status == "holiday"
    assert meeting_on(course, 8).meets_from == dt.time(10, 30)


def test_everything_students_wrote_survives(course: Course, bob: User) -> None:
    apply(course, sample())
    reading = Reading.objects.get(course=course, label="Alpha")
    factories.make_note(reading, bob)
    factories.make_thread(reading, bob)
    slot = factories.make_slot(course.agenda_items.get(reading=reading))
    without = sample().replace("[Alpha](https://arxiv.org/pdf/2001.00001), ", "")
    apply(course, without)
    apply(course, without.replace("[Open]", "[Alpha](https://arxiv.org/abs/2001.00001)"))
    reading.refresh_from_db()
    assert (reading.notes.count(), reading.threads.count()) == (1, 1)
    slot.refresh_from_db()
    assert slot.agenda_item.meeting == meeting_on(course, 8)


# --- Drafts -----------------------------------------------------------------------------------


def test_a_course_that_changed_since_the_preview_is_refused(course: Course, alice: User) -> None:
    draft = services.draft_import(course=course, document=sample(), actor=alice)
    digest = services.plan_draft(draft).digest
    factories.make_meeting(course, dt.date(2025, 9, 8))
    before = snapshot(course)
    with pytest.raises(services.PlanChanged):
        services.apply_import(draft=draft, actor=alice, digest=digest)
    assert snapshot(course) == before
    services.apply_import(draft=draft, actor=alice, digest=services.plan_draft(draft).digest)


def test_a_preview_is_applied_once(course: Course, alice: User) -> None:
    draft = services.draft_import(course=course, document=sample(), actor=alice)
    digest = services.plan_draft(draft).digest
    services.apply_import(draft=draft, actor=alice, digest=digest)
    with pytest.raises(services.AlreadyApplied):
        services.apply_import(draft=draft, actor=alice, digest=digest)
    assert course.meetings.count() == 24


def test_a_new_draft_takes_the_place_of_the_old_one(
    course: Course, alice: User, carol: User
) -> None:
    for actor in (alice, carol, alice):
        services.draft_import(course=course, document=sample(), actor=actor)
    assert Import.objects.filter(state=ImportState.DRAFT).count() == 2


def test_the_year_that_a_person_says_is_taken(course: Course, alice: User) -> None:
    text = table("| Sep 8 | x | | |")
    draft = services.draft_import(course=course, document=text, actor=alice)
    with pytest.raises(checking.YearUnknown):
        services.apply_import(draft=draft, actor=alice)
    services.set_year(draft=draft, year=2025)
    services.apply_import(draft=draft, actor=alice)
    assert course.meetings.get().meets_on == dt.date(2025, 9, 8)


def test_more_classes_than_a_course_has_are_refused(course: Course) -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=n) for n in range(401)]
    rows = [f"| {day:%Y-%m-%d} | x | | |" for day in days]
    with pytest.raises(checking.TooManyMeetings, match="has 401 classes"):
        apply_rows(course, *rows)
    assert not course.meetings.exists()


def test_a_document_without_a_schedule_is_refused(course: Course) -> None:
    with pytest.raises(checking.NothingUnderstood, match=r"."):
        apply(course, "Nothing to see.")
    assert not Import.objects.exists()


def test_an_application_is_stored_with_what_came_of_it(course: Course, alice: User) -> None:
    plan = apply(course, sample(), alice)
    stored = Import.objects.get()
    assert stored.text == sample()
    assert stored.understood["year"] == 2025
    assert stored.counts == plan.counts
    assert stored.applied_at is not None
    rows = {(row["what"], row["id"]) for row in stored.became}
    assert rows == {("meeting", meeting.pk) for meeting in course.meetings.all()} | {
        ("item", item.pk) for item in course.agenda_items.all()
    }
    event = Event.objects.get(course=course, kind="imports.applied")
    assert event.actor == alice
    assert event.summary == f"Schedule imported: {plan.counts['new']} new"


def test_planning_takes_the_same_queries_for_a_short_and_a_long_schedule(
    course: Course, django_assert_num_queries: Any
) -> None:
    for text in (table(f"| Sep 8, 2025 | {A} | | |"), sample()):
        apply(course, text)
        draft = services.draft_import(course=course, document=text, actor=None)
        draft = Import.objects.select_related("source__course").get(pk=draft.pk)
        with django_assert_num_queries(8):
            services.plan_draft(draft)
