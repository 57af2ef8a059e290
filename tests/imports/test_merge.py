"""Conflicts, removals, moves, renames and undoing, of schedules that are imported again."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course, Event
from readings.imports import services
from readings.imports.models import Import, ImportState
from readings.imports.planning.steps import Plan
from readings.imports.queries import last_undoable
from readings.schedule.agenda_services import move_agenda_item, update_agenda_item
from readings.schedule.models import AgendaItem, Meeting, Reading
from readings.schedule.operations import AlreadyUndone, ChangedSince, WorkHangsOn
from readings.schedule.services import add_reading_link, update_meeting, update_reading
from tests import factories
from tests.imports.samples import sample, table

pytestmark = pytest.mark.django_db

A, B = "[A](https://arxiv.org/abs/2001.00001)", "[B](https://arxiv.org/abs/2001.00002)"
NOTE = "[A Notes](https://example.org/a)"


def draft(course: Course, *rows: str) -> Import:
    return services.draft_import(course=course, document=table(*rows), actor=None, year=2025)


def apply(course: Course, *rows: str) -> Plan:
    return services.apply_import(draft=draft(course, *rows), actor=None)


def counts(plan: Plan) -> dict[str, int]:
    return {name: count for name, count in plan.counts.items() if count and name != "problems"}


def agenda(course: Course, day: int) -> list[str]:
    items = course.agenda_items.filter(meeting__meets_on=dt.date(2025, 9, day))
    return [str(item) for item in items.order_by("position", "id")]


def the_item(course: Course, label: str) -> AgendaItem:
    found = AgendaItem.objects.select_related("course", "meeting", "reading")
    return found.get(course=course, reading__label=label)


def undo_last(course: Course, actor: User | None = None) -> None:
    last = last_undoable(course)
    assert last is not None
    services.undo_import(imported=last, actor=actor)


# --- What left --------------------------------------------------------------------------------


def test_a_paper_with_notes_is_unscheduled_not_deleted(course: Course, bob: User) -> None:
    apply(course, f"| Sep 8 | {A}, {B} | | |")
    factories.make_note(the_item(course, "A").reading, bob)  # type: ignore[arg-type]
    plan = apply(course, f"| Sep 8 | {B} | | |")
    (gone,) = plan.removed
    assert gone.outcome == "parked"
    assert gone.note.endswith("with 1 note")
    assert agenda(course, 8) == ["B"]
    assert the_item(course, "A").meeting is None
    assert apply(course, f"| Sep 8 | {B} | | |").does_nothing
    # It comes back with everything when the document has it again.
    assert counts(apply(course, f"| Sep 8 | {A}, {B} | | |"))["moved"] == 1
    assert agenda(course, 8) == ["A", "B"]


def test_words_that_somebody_signed_up_for_wait_on_the_shelf(course: Course) -> None:
    apply(course, "| Sep 8 | Tech talk<br>Open | | |", "| Sep 10 | x | | |")
    item = course.agenda_items.get(text="Tech talk")
    slot = factories.make_slot(item)
    apply(course, "| Sep 10 | x | | |")
    item.refresh_from_db()
    slot.refresh_from_db()
    assert (item.meeting, slot.agenda_item) == (None, item)


def test_a_reading_with_our_link_or_a_pin_is_kept(course: Course) -> None:
    apply(course, f"| Sep 8 | {A}, {B}, x | | |")
    reading = Reading.objects.get(course=course, label="A")
    add_reading_link(reading=reading, url="https://example.org/ours", role="slides")
    apply(course, "| Sep 8 | x | | |")
    assert [str(one) for one in course.readings.all()] == ["A"]


def test_what_was_put_there_here_is_never_taken_away(course: Course) -> None:
    meeting = factories.make_meeting(course, dt.date(2025, 9, 8))
    factories.put_on_agenda(meeting, text="Ours")
    apply(course, "| Sep 8 | Ours | | |", "| Sep 15 | x | | |")
    apply(course, "| Sep 15 | x | | |")
    assert agenda(course, 8) == ["Ours"]


def test_edited_here_and_removed_there_is_asked(course: Course) -> None:
    apply(course, f"| Sep 8 | {A}, {B} | | |")
    update_reading(reading=Reading.objects.get(course=course, label="A"), label="Ours")
    asked = draft(course, f"| Sep 8 | {B} | | |")
    plan = services.plan_draft(asked)
    assert [one.mine for one in plan.conflicts] == ["was changed here: label"]
    services.set_choices(draft=asked, conflicts=[plan.conflicts[0].id])
    services.apply_import(draft=asked, actor=None)
    assert agenda(course, 8) == ["B"]
    assert the_item(course, "Ours").meeting is None


def test_a_class_that_left_stays_while_something_of_ours_is_in_it(course: Course) -> None:
    apply(course, "| Sep 8 | x | | |", "| Sep 15 | y | | |")
    factories.put_on_agenda(course.meetings.get(meets_on="2025-09-15"), text="Ours")
    plan = apply(course, "| Sep 8 | x | | |")
    assert [(one.what, one.outcome) for one in plan.removed] == [
        ("item", "removed"),
        ("meeting", "kept"),
    ]
    assert agenda(course, 15) == ["Ours"]


# --- What moved, and what is called otherwise -------------------------------------------------


def test_a_class_on_another_day_is_the_same_class(course: Course) -> None:
    apply(course, f"| Sep 8 | {A}, x | | |", f"| Sep 15 | {B} | | |")
    meeting = course.meetings.get(meets_on="2025-09-08")
    plan = apply(course, f"| Sep 9 | {A}, x | | |", f"| Sep 15 | {B} | | |")
    assert counts(plan) == {"moved": 1, "unchanged": 4}
    meeting.refresh_from_db()
    assert meeting.meets_on == dt.date(2025, 9, 9)
    said = Event.objects.filter(course=course, kind="schedule.meeting_changed")
    assert [event.summary for event in said] == ["Class moved from Sep 8 to Sep 9"]


def test_a_move_is_told_once(course: Course) -> None:
    apply(course, f"| Sep 8 | {A} | | |", "| Sep 15 | x | | |")
    Event.objects.all().delete()
    apply(course, "| Sep 8 | | | |", f"| Sep 15 | x, {A} | | {NOTE} |")
    said = Event.objects.filter(course=course).order_by("pk").values_list("kind", "summary")
    assert list(said) == [
        ("schedule.item_moved", "A moved from Sep 8 to Sep 15"),
        ("planning.deadline_moved", "The note on A is now due Sun Sep 14, 23:59, 1 week later"),
        ("imports.applied", "Schedule imported: 1 moved"),
    ]


def test_words_keep_their_sign_ups_when_they_move(course: Course) -> None:
    rows = ["| Sep 8 | Group Presentations | | |", "| Sep 10 | Open | | |"]
    apply(course, *rows)
    slot = factories.make_slot(course.agenda_items.get(text="Group Presentations"))
    plan = apply(course, "| Sep 8 | | | |", "| Sep 10 | Open<br>Group Presentations | | |")
    assert plan.counts["moved"] == 1
    assert slot.agenda_item.meeting == course.meetings.get(meets_on="2025-09-10") or (
        AgendaItem.objects.get(pk=slot.agenda_item_id).meeting
        == course.meetings.get(meets_on="2025-09-10")
    )


def test_words_become_the_paper_they_named(course: Course) -> None:
    apply(course, "| Sep 8 | [A] | Papers | |")
    item = course.agenda_items.get()
    plan = apply(course, f"| Sep 8 | {A} | Papers | |")
    assert plan.counts["new"] == 0
    item.refresh_from_db()
    assert (str(item.reading), item.text, item.carries_note) == ("A", "", True)


def test_a_new_label_is_a_rename(course: Course) -> None:
    apply(course, f"| Sep 8 | {A} | | |")
    plan = apply(course, f"| Sep 8 | {A.replace('[A]', '[Alpha]')} | | |")
    assert counts(plan) == {"renamed": 1, "unchanged": 1}
    assert agenda(course, 8) == ["Alpha"]


def test_items_change_places_with_the_document(course: Course) -> None:
    apply(course, f"| Sep 8 | {A}, {B} | | |")
    meeting = course.meetings.get()
    factories.put_on_agenda(meeting, text="Ours")
    plan = apply(course, f"| Sep 8 | {B}, {A} | | |")
    assert counts(plan) == {"changed": 1, "unchanged": 2}
    assert plan.meetings[0].note == "order"
    assert agenda(course, 8) == ["B", "A", "Ours"]


def test_a_place_that_both_changed_can_be_the_documents(course: Course, alice: User) -> None:
    apply(course, f"| Sep 8 | {A} | | |", "| Sep 15 | x | | |", "| Sep 22 | y | | |")
    to = course.meetings.get(meets_on="2025-09-15")
    move_agenda_item(item=the_item(course, "A"), meeting=to, actor=alice)
    asked = draft(course, "| Sep 8 | | | |", "| Sep 15 | x | | |", f"| Sep 22 | y, {A} | | |")
    (conflict,) = services.plan_draft(asked).conflicts
    assert (conflict.name, conflict.what) == ("A", "place")
    assert (conflict.before, conflict.mine, conflict.theirs) == ("Sep 8", "Sep 15", "Sep 22")
    services.set_choices(draft=asked, conflicts=[conflict.id])
    services.apply_import(draft=asked, actor=alice)
    assert agenda(course, 22) == ["y", "A"]


def test_what_is_pinned_to_its_class_is_not_moved_unasked(course: Course) -> None:
    apply(course, f"| Sep 8 | {A} | | |", "| Sep 15 | x | | |")
    update_agenda_item(item=the_item(course, "A"), is_pinned=True)
    plan = apply(course, "| Sep 8 | | | |", f"| Sep 15 | x, {A} | | |")
    assert plan.counts["conflicts"] == 1
    assert agenda(course, 8) == ["A"]


def test_notes_at_another_address_replace_the_old_and_leave_ours(course: Course) -> None:
    apply(course, f"| Sep 8 | {A} | | {NOTE} |")
    reading = Reading.objects.get(course=course)
    add_reading_link(reading=reading, url="https://example.org/ours", role="notes")
    plan = apply(course, f"| Sep 8 | {A} | | [A Notes](https://example.org/b) |")
    assert counts(plan) == {"changed": 1, "unchanged": 1}
    urls = reading.links.values_list("url", flat=True)
    assert list(urls) == ["https://example.org/ours", "https://example.org/b"]


def test_the_only_slides_of_a_document_go_when_it_drops_them(course: Course) -> None:
    slides = "[A Slides](https://example.org/slides)"
    apply(course, f"| Sep 8 | {A} | | {NOTE}, {slides} |")
    assert Reading.objects.get(course=course).links.count() == 2
    apply(course, f"| Sep 8 | {A} | | {NOTE} |")
    assert [str(link) for link in Reading.objects.get(course=course).links.all()] == ["A Notes"]


def test_notes_stay_while_their_column_is_gone_and_go_when_it_is_back(course: Course) -> None:
    def without(*rows: str) -> None:
        text = table(*rows, head="| Date | Topics | Description |")
        draft = services.draft_import(course=course, document=text, actor=None, year=2025)
        services.apply_import(draft=draft, actor=None)

    apply(course, f"| Sep 8 | {A} | | {NOTE} |")
    reading = Reading.objects.get(course=course)
    for words in ("x", "y"):
        without(f"| Sep 8 | {A}, {words} | |")
        assert reading.links.count() == 1
    apply(course, f"| Sep 8 | {A} | | |")
    assert reading.links.count() == 0


# --- Undoing ----------------------------------------------------------------------------------


def test_an_import_is_undone_in_one_piece(course: Course, alice: User) -> None:
    apply(course, f"| Sep 8 | {A} | | |")
    apply(course, f"| Sep 8 | {B} | | |")
    version = Course.objects.get(pk=course.pk).version
    undo_last(course, alice)
    assert agenda(course, 8) == ["A"]
    event = Event.objects.get(course=course, kind="imports.undone")
    assert event.actor == alice
    assert Course.objects.get(pk=course.pk).version > version
    # It counts for nothing any more: the document is compared with the one before it.
    assert apply(course, f"| Sep 8 | {A} | | |").does_nothing
    assert counts(apply(course, f"| Sep 8 | {B} | | |")) == {
        "new": 1, "removed": 1, "unchanged": 1,
    }  # fmt: skip


def test_those_affected_are_told_that_it_is_undone_once(course: Course) -> None:
    apply(course, f"| Sep 8 | {A} | | |", "| Sep 15 | x | | |", "| Sep 22 | y | | |")
    apply(course, "| Sep 8 | | | |", f"| Sep 15 | x, {A} | | |", "| Sep 22 | No class | | |")
    Event.objects.all().delete()
    undo_last(course)
    said = Event.objects.order_by("pk").values_list("summary", flat=True)
    assert [one for one in said if not one.startswith("Taken back")] == [
        "Class on Sep 22 is as it was before",
        "A moved back to Sep 8",
        "The note on A is now due Sun Sep 7, 23:59, 1 week earlier",
    ]


def test_undoing_says_what_hangs_on_it_and_refuses(course: Course, bob: User) -> None:
    apply(course, f"| Sep 8 | {A} | | |")
    for author in (bob, factories.make_user()):
        factories.make_note(Reading.objects.get(course=course), author)
    with pytest.raises(WorkHangsOn, match="2 notes on “A”"):
        undo_last(course)
    assert agenda(course, 8) == ["A"]


def test_undoing_refuses_where_somebody_changed_it_since(course: Course, alice: User) -> None:
    apply(course, "| Sep 8 | x | | |")
    update_meeting(meeting=course.meetings.get(), actor=alice, status="cancelled")
    with pytest.raises(ChangedSince, match="was changed since"):
        undo_last(course)
    assert agenda(course, 8) == ["x"]


def test_undoing_refuses_where_something_of_ours_stands_in_a_new_class(course: Course) -> None:
    apply(course, "| Sep 8 | x | | |")
    factories.put_on_agenda(course.meetings.get(), text="Ours")
    with pytest.raises(WorkHangsOn, match="1 agenda item on"):
        undo_last(course)


def test_only_the_last_import_of_a_document_is_undone_and_once(course: Course) -> None:
    apply(course, "| Sep 8 | x | | |")
    first = Import.objects.get()
    apply(course, "| Sep 8 | x | | |", "| Sep 10 | y | | |")
    with pytest.raises(services.NothingToUndo, match="undo that first"):
        services.undo_import(imported=first, actor=None)
    undo_last(course)
    undo_last(course)
    with pytest.raises(AlreadyUndone):
        services.undo_import(imported=first, actor=None)
    assert not course.meetings.exists()


def test_an_import_that_changed_nothing_rests_on_the_one_before(course: Course) -> None:
    apply(course, "| Sep 8 | x | | |")
    apply(course, "| Sep 8 | x | | |")
    undo_last(course)
    assert counts(apply(course, "| Sep 8 | x | | |")) == {"new": 2}


# --- Two at once ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_one_preview_apply_it_once() -> None:
    course = factories.make_course()
    preview = services.draft_import(course=course, document=sample(), actor=None)
    digest = services.plan_draft(preview).digest

    def press(_number: int) -> str:
        try:
            services.apply_import(draft=preview, actor=None, digest=digest)
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "applied"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(press, range(4)))
    assert outcomes == ["AlreadyApplied"] * 3 + ["applied"]
    assert course.meetings.count() == 24
    assert Import.objects.filter(state=ImportState.APPLIED).count() == 1


def test_notes_stay_with_a_reading_that_was_renamed_in_the_document(course: Course) -> None:
    rows = f"| Sep 8 | {A} | Papers | {NOTE} |", f"| Sep 10 | {B} | Papers | |"
    apply(course, *rows)
    renamed = rows[0].replace("[A](", "[Another name]("), rows[1]
    plan = apply(course, *renamed)
    assert [step.action for step in plan.meetings[0].items] == ["renamed"]
    reading = Reading.objects.get(label="Another name")
    assert [link.url for link in reading.links.all()] == ["https://example.org/a"]
    assert AgendaItem.objects.count() == 2
    assert apply(course, *renamed).does_nothing


def test_a_class_that_was_moved_here_is_said_to_stay_there(course: Course) -> None:
    row = f"| Sep 8 | {A} | Papers | |"
    apply(course, row)
    update_meeting(meeting=Meeting.objects.get(), actor=None, meets_on=dt.date(2025, 9, 9))
    plan = apply(course, row)
    assert plan.does_nothing
    assert plan.meetings[0].note == "was moved to Sep 9 here and stays there"
