"""The board and the pages behind it: planning a term by hand, without a script."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course
from readings.papers.models import Fetch
from readings.planning.drafts import read_draft
from readings.planning.publishing import publish_draft
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.models import Kind, Meeting, Reading
from tests import factories
from tests.conftest import SignIn
from tests.planning.plans import agendas, item_named, planned, published

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2025, 9, 8)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def board(course: Course, alice: User, sign_in: SignIn) -> Board:
    return Board(course, sign_in(alice))


class Board:
    """A person at the board."""

    def __init__(self, course: Course, browser: Client) -> None:
        self.course, self.browser = course, browser

    def post(self, name: str, *args: Any, **data: Any) -> str:
        """Press a button; the page one sees after it."""
        url = reverse(f"planning:{name}", args=[self.course.slug, *args])
        return self.browser.post(url, data, follow=True).content.decode()

    def get(self, name: str, *args: Any, **data: Any) -> str:
        url = reverse(f"planning:{name}", args=[self.course.slug, *args])
        return self.browser.get(url, data).content.decode()


TERM = {"starts_on": "2025-08-25", "ends_on": "2025-12-03", "meeting_days": ["0", "2"],
        "meets_from": "10:30", "meets_until": "12:00"}  # fmt: skip


# --- A term ---------------------------------------------------------------------------------------


def test_term_is_made_from_days_times_and_typed_holidays(board: Board) -> None:
    holidays = "Sep 1: Labor Day\nOct 13-14 Fall study break\nNov 26-28: Thanksgiving"
    for _press in range(2):  # the second adds nothing
        board.post("generate", **TERM, holidays=holidays)
        plan = planned(board.course)
        assert (len(plan.meetings), len(plan.weeks)) == (30, 15)
    first, labor_day = plan.in_order[0], plan.in_order[2]
    assert (first.meets_on, first.meets_from) == (dt.date(2025, 8, 25), dt.time(10, 30))
    assert labor_day.status == "holiday"
    assert agendas(plan)["Sep 1"] == ["Labor Day"]
    assert {one for one, names in agendas(plan).items() if names} == {"Sep 1", "Oct 13", "Nov 26"}
    assert not board.course.meetings.exists()  # nothing is published yet
    publish_draft(course=board.course, actor=None)
    assert board.course.meetings.filter(status="class").count() == 27


def test_holidays_come_from_the_calendar_of_a_university(board: Board) -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTAMP:20250101T000000Z\r\nDTSTART;VALUE=DATE:20250901\r\n"
        "DTEND;VALUE=DATE:20250902\r\nSUMMARY:Labor Day (no classes)\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    board.post("generate", **TERM, calendar=SimpleUploadedFile("year.ics", calendar.encode()))
    assert [one.meets_on for one in planned(board.course).in_order if not one.takes_place] == [
        dt.date(2025, 9, 1)
    ]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ends_on": "2025-08-01"}, "The last day is before the first."),
        ({"ends_on": "3025-01-01"}, "A term is at most three years long."),
        ({"ends_on": "2027-08-01", "meeting_days": list("0123456")}, "a term has at most 400"),
        ({"meeting_days": []}, "This field is required."),
        ({"meets_until": "09:00"}, "Class would end before it starts."),
        ({"meets_from": ""}, "Say when class starts, too."),
        ({"holidays": "Sep 1 Labor Day\nFeb 30 nonsense"}, "Line 2:"),
        ({"calendar": SimpleUploadedFile("x.ics", b"%PDF-1.4 no calendar")}, "calendar"),
    ],
)
def test_impossible_terms_are_named_and_nothing_is_lost(
    changed: dict[str, Any], message: str, board: Board
) -> None:
    page = board.post("generate", **TERM | {"holidays": "Oct 13 Break"} | changed)
    assert message in page
    assert "2025-08-25" in page
    assert not planned(board.course).meetings


# --- Papers and words -----------------------------------------------------------------------------


def test_papers_are_added_by_pasting_any_spelling(board: Board, term: dict[str, Meeting]) -> None:
    text = "https://arxiv.org/pdf/1802.04799v3.pdf, 1904.08368\n10.1145/3620665.3640366\n1802.04799"
    board.post("add_papers", term["Sep 10"].pk, papers=text, required="on")
    assert len(agendas(planned(board.course))["Sep 10"]) == 4
    owed = Fetch.objects.filter(stage="metadata").values_list("paper__arxiv_id", flat=True)
    assert {"1802.04799", "1904.08368"} <= set(owed)
    publish_draft(course=board.course, actor=None)
    new = term["Sep 10"].agenda.exclude(reading__label="B")
    papers = [item.reading.paper for item in new if item.reading]
    assert [paper.arxiv_id or paper.doi for paper in papers] == [
        "1802.04799", "1904.08368", "10.1145/3620665.3640366",
    ]  # fmt: skip
    assert all(item.carries_note and item.kind == Kind.PAPERS for item in new)
    assert all(item.reading.required for item in new if item.reading)


def test_what_is_not_understood_stays_in_the_box_and_the_rest_is_added(
    board: Board, term: dict[str, Meeting]
) -> None:
    page = board.post("add_papers", term["Sep 8"].pk, papers="1802.04799\nnonsense 19040.8368x")
    assert "nonsense" in page
    assert "No link or id was found in these lines; the others were added." in page
    assert len(agendas(planned(board.course))["Sep 8"]) == 2
    publish_draft(course=board.course, actor=None)
    assert not Reading.objects.get(paper__arxiv_id="1802.04799").required


def test_same_paper_in_two_classes_is_one_reading_with_one_deadline(
    board: Board, term: dict[str, Meeting]
) -> None:
    for day in ("Sep 8", "Sep 10", "Sep 10"):  # the last one stands there already
        board.post("add_papers", term[day].pk, papers="1802.04799")
    publish_draft(course=board.course, actor=None)
    items = Reading.objects.get(paper__arxiv_id="1802.04799").agenda_items.order_by("pk")
    assert [item.carries_note for item in items] == [True, False]
    board.post("carry_note", items[1].pk)
    publish_draft(course=board.course, actor=None)
    assert [item.carries_note for item in items.all()] == [False, True]


def test_words_are_added_with_kind_and_stage(board: Board, term: dict[str, Meeting]) -> None:
    values = {"text": "Group presentations", "kind": "presentations", "stage": "pitch"}
    board.post("add_words", term["Sep 8"].pk, **values)
    publish_draft(course=board.course, actor=None)
    item = term["Sep 8"].agenda.get(text="Group presentations")
    assert (item.kind, item.stage) == ("presentations", "pitch")


def test_an_entry_of_a_reading_list_is_put_on_an_agenda(
    board: Board, term: dict[str, Meeting]
) -> None:
    reading = factories.make_reading(board.course, label="Waiting")
    section = make_section(reading_list=make_list(course=board.course, title="More"), title="")
    entry = add_entry(section=section, reading=reading, title="")
    assert "From the reading lists" in board.get("board")
    board.post(
        "schedule_entry", entry.pk, to=term["Sep 17"].pk, before=item_named(board.course, "D").pk
    )
    assert agendas(planned(board.course))["Sep 17"] == ["Waiting", "D"]
    assert "From the reading lists" not in board.get("board")


# --- Moving ---------------------------------------------------------------------------------------


def test_items_move_up_and_down_and_on_into_the_next_class(
    board: Board, term: dict[str, Meeting]
) -> None:
    a, b = item_named(board.course, "A"), item_named(board.course, "B")

    def press(item: int, to: str) -> list[list[str]]:
        board.post("nudge", item, to=to)
        return list(agendas(planned(board.course)).values())[:2]

    assert press(b.pk, "up") == [["A", "B"], []]
    assert press(b.pk, "up") == [["B", "A"], []]
    assert press(b.pk, "up") == [["B", "A"], []]  # the term begins there
    assert press(a.pk, "down") == [["B"], ["A"]]


def test_moving_an_item_keeps_its_work_and_tells_the_class(
    board: Board, term: dict[str, Meeting], bob: User
) -> None:
    item = item_named(board.course, "A")
    assert item.reading is not None
    note = factories.make_note(item.reading, bob)
    board.post("move", item.pk, to=term["Sep 15"].pk, before=item_named(board.course, "C").pk)
    assert published(board.course)["Sep 8"] == ["A"]
    publish_draft(course=board.course, actor=None)
    assert published(board.course)["Sep 15"] == ["A", "C"]
    item.refresh_from_db()
    assert note.reading == item.reading
    summaries = list(board.course.events.values_list("summary", flat=True))
    assert "A moved from Sep 8 to Sep 15" in summaries


def test_taken_off_paper_waits_with_everything_that_hangs_on_it(
    board: Board, term: dict[str, Meeting], bob: User
) -> None:
    item = item_named(board.course, "A")
    assert item.reading is not None
    factories.make_note(item.reading, bob)
    words = factories.put_on_agenda(term["Sep 8"], text="Quiz")
    presented = factories.put_on_agenda(term["Sep 8"], text="Pitches")
    factories.make_slot(presented)
    for one in (item, words, presented):
        board.post("take_off", one.pk)
    assert agendas(planned(board.course))["shelf"] == ["A", "Pitches"]
    publish_draft(course=board.course, actor=None)
    assert published(board.course)["shelf"] == ["A", "Pitches"]
    assert item.reading.notes.count() == 1


def test_deadline_passes_on_when_its_item_of_two_is_taken_off(
    board: Board, term: dict[str, Meeting]
) -> None:
    first = item_named(board.course, "A")
    second = factories.put_on_agenda(term["Sep 17"], first.reading, carries_note=False)
    board.post("take_off", first.pk)
    publish_draft(course=board.course, actor=None)
    second.refresh_from_db()
    assert second.carries_note


def test_what_is_dropped_from_the_shelf_is_gone_unless_somebody_worked_on_it(
    board: Board, term: dict[str, Meeting], bob: User
) -> None:
    item = item_named(board.course, "A")
    assert "stands in a class" in board.post("remove", item.pk)
    board.post("take_off", item.pk)
    board.post("remove", item.pk)
    publish_draft(course=board.course, actor=None)
    assert not board.course.readings.filter(label="A").exists()
    other = item_named(board.course, "B")
    assert other.reading is not None
    factories.make_note(other.reading, bob)
    board.post("take_off", other.pk)
    board.post("remove", other.pk)
    page = board.post("publish", version=read_draft(board.course).version)
    assert "stays: somebody has written about it" in page
    assert published(board.course)["Sep 10"] == ["B"]


def test_an_item_is_changed_on_its_page(board: Board, term: dict[str, Meeting]) -> None:
    item = item_named(board.course, "A")
    board.post(
        "item", item.pk,
        **{"item-meeting": term["Sep 10"].pk, "item-kind": "lecture", "item-portion": "chapter 1",
           "item-is_pinned": "on", "reading-label": "Ay", "reading-title": ""},
    )  # fmt: skip
    publish_draft(course=board.course, actor=None)
    item.refresh_from_db()
    assert (item.kind, item.portion, item.is_pinned) == ("lecture", "chapter 1", True)
    assert item.meeting == term["Sep 10"]
    assert item.reading is not None
    assert (item.reading.label, item.reading.required) == ("Ay", False)


# --- Classes and weeks ----------------------------------------------------------------------------


CLASS = {"meets_on": "2025-09-08", "meets_from": "10:30", "meets_until": "12:00",
         "status": "class", "room": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"meets_until": "09:00"}, "Class would end before it starts."),
        ({"meets_on": ""}, "A time needs a date."),
        ({"meets_from": "", "meets_until": "12:00"}, "Say when class starts, too."),
        ({"meets_on": "2025-02-30"}, "Enter a valid date."),
        ({"meets_on": "2025-09-10"}, "There is a class on that day at that time already."),
        ({"meets_on": "2025-09-10", "meets_from": "11:30", "meets_until": "13:00"},
         "There is a class on that day at that time already."),
        ({"meets_on": "2026-01-07"}, "outside the term, which is from Aug 25, 2025"),
    ],
)  # fmt: skip
def test_impossible_times_are_named(
    changed: dict[str, str], message: str, board: Board, term: dict[str, Meeting]
) -> None:
    assert message in board.post("meeting", term["Sep 8"].pk, **CLASS | changed)
    assert read_draft(board.course).is_empty


def test_a_class_outside_the_term_can_be_meant(board: Board, term: dict[str, Meeting]) -> None:
    exam = CLASS | {"meets_on": "2025-12-10", "outside_term": "on"}
    board.post("new_meeting", term["Sep 8"].week_id, **exam)
    publish_draft(course=board.course, actor=None)
    board.course.refresh_from_db()
    assert board.course.ends_on == dt.date(2025, 12, 10)


def test_a_class_with_a_date_in_another_week_goes_there(
    board: Board, term: dict[str, Meeting]
) -> None:
    board.post("meeting", term["Sep 8"].pk, **CLASS | {"meets_on": "2025-09-16"})
    plan = planned(board.course)
    assert plan.weeks[plan.meetings[term["Sep 8"].pk].week].number == 2
    publish_draft(course=board.course, actor=None)
    assert list(published(board.course)) == [
        "Sep 10", "Sep 15", "Sep 16", "Sep 17", "Sep 22", "Sep 24", "shelf",
    ]  # fmt: skip


def test_everything_on_a_class_is_given_another_kind_at_once(
    board: Board, term: dict[str, Meeting]
) -> None:
    board.post("meeting", term["Sep 8"].pk, **CLASS | {"kind": "guest", "is_pinned": "on"})
    publish_draft(course=board.course, actor=None)
    assert item_named(board.course, "A").kind == "guest"
    assert Meeting.objects.get(pk=term["Sep 8"].pk).is_pinned


def test_class_with_an_agenda_is_removed_only_with_what_becomes_of_it(
    board: Board, term: dict[str, Meeting]
) -> None:
    pk = term["Sep 8"].pk
    assert "still something on the agenda of Sep 8" in board.post("remove_meeting", pk)
    board.post("remove_meeting", pk, agenda="on")
    publish_draft(course=board.course, actor=None)
    assert not Meeting.objects.filter(pk=pk).exists()
    assert published(board.course)["shelf"] == ["A"]


def test_weeks_are_added_named_and_removed_when_empty(
    board: Board, term: dict[str, Meeting]
) -> None:
    week = term["Sep 8"].week
    assert "still has classes" in board.post("remove_week", week.pk)
    board.post("week", week.pk, topic="Beginnings")
    board.post("add_week")
    publish_draft(course=board.course, actor=None)
    assert board.course.weeks.values_list("number", "topic")[0] == (1, "Beginnings")
    new = board.course.weeks.get(number=4)
    board.post("remove_week", new.pk)
    publish_draft(course=board.course, actor=None)
    assert board.course.weeks.count() == 3


# --- Who, and how fast ----------------------------------------------------------------------------


def test_another_courses_rows_are_not_there(board: Board, alice: User, bob: User) -> None:
    elsewhere = factories.make_meeting(factories.make_course(), MONDAY)
    item = factories.put_on_agenda(elsewhere, text="Quiz")
    for name, key in [("meeting", elsewhere.pk), ("item", item.pk), ("week", elsewhere.week_id),
                      ("add_papers", elsewhere.pk), ("cancel", elsewhere.pk)]:  # fmt: skip
        url = reverse(f"planning:{name}", args=[board.course.slug, key])
        assert board.browser.get(url).status_code == 404
    assert "not in the plan" in board.post("move", item.pk, to="shelf")
    own = factories.put_on_agenda(factories.make_meeting(board.course, MONDAY), text="Own")
    assert "not in the plan" in board.post("move", own.pk, to=elsewhere.pk)


def test_htmx_gets_the_board_and_whether_it_is_still_the_same(
    board: Board, term: dict[str, Meeting]
) -> None:
    url = reverse("planning:board", args=[board.course.slug])
    page = board.browser.get(url, **HTMX).content.decode()  # type: ignore[arg-type]
    assert page.lstrip().startswith('<div id="board"')
    version = page.split('data-version="')[1].split('"')[0]
    assert board.browser.get(url, {"version": version}).status_code == 204
    item = item_named(board.course, "A")
    move = reverse("planning:move", args=[board.course.slug, item.pk])
    answer = board.browser.post(move, {"to": term["Sep 10"].pk}, **HTMX)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert "1 change not published" in answer.content.decode()
    assert board.browser.get(url, {"version": version}).status_code == 200


@pytest.mark.parametrize("weeks", [1, 30])
def test_board_asks_the_same_for_one_week_and_thirty(
    weeks: int, board: Board, django_assert_max_num_queries: Any
) -> None:
    reading_list = make_list(course=board.course, title="More")
    section = make_section(reading_list=reading_list, title="")
    for number in range(weeks):
        day = MONDAY + dt.timedelta(weeks=number)
        meeting = factories.make_meeting(board.course, day, week=number + 1)
        for _ in range(2):
            item = factories.put_on_agenda(meeting, factories.make_reading(board.course))
            factories.make_slot(item)
        add_entry(section=section, reading=factories.make_reading(board.course), title="")
    for _ in range(2):
        board.post("add_papers", planned(board.course).in_order[0].id, papers="1802.04799")
        board.post("nudge", planned(board.course).items_of(meeting.pk)[0].id, to="up")
    with django_assert_max_num_queries(11):
        board.get("board")


def test_undo_takes_back_ones_own_last_step(
    board: Board, term: dict[str, Meeting], carol: User, sign_in: SignIn
) -> None:
    mine, theirs = item_named(board.course, "A"), item_named(board.course, "B")
    board.post("move", mine.pk, to=term["Sep 17"].pk)
    Board(board.course, sign_in(carol)).post("move", theirs.pk, to=term["Sep 17"].pk)
    page = board.get("board")
    assert "2 changes not published" in page
    assert 'aria-label="Undo: A moved from Sep 8 to Sep 17"' in page
    number = page.split('name="number" value="')[1].split('"')[0]
    board.post("undo", number=number)
    assert agendas(planned(board.course))["Sep 17"] == ["D", "B"]


# --- Two who have the same form open --------------------------------------------------------------


def seen_on(page: str) -> str:
    """What the form of a page carries of what it showed."""
    return html.unescape(page.split('name="seen" value="')[1].split('"')[0])


def test_what_somebody_changed_while_a_form_was_open_stays(
    board: Board, term: dict[str, Meeting]
) -> None:
    pk = term["Sep 8"].pk
    seen = seen_on(board.get("meeting", pk))
    board.post("meeting", pk, **CLASS | {"room": "1670"})  # meanwhile
    board.post("meeting", pk, **CLASS | {"status": "holiday"}, seen=seen)
    found = planned(board.course).meetings[pk]
    assert (found.room, found.status) == ("1670", "holiday")


def test_of_two_who_change_the_same_the_second_is_told(
    board: Board, term: dict[str, Meeting]
) -> None:
    meeting, item, week = term["Sep 8"], item_named(board.course, "A"), term["Sep 8"].week_id
    pages = {"meeting": meeting.pk, "item": item.pk, "week": week}
    seen = {name: seen_on(board.get(name, key)) for name, key in pages.items()}
    values = {"item-meeting": meeting.pk, "item-kind": "papers", "item-portion": "",
              "reading-label": "A", "reading-title": "", "reading-required": "on"}  # fmt: skip
    board.post("meeting", meeting.pk, **CLASS | {"room": "1670"})
    board.post("week", week, topic="Mine")
    board.post("item", item.pk, **values | {"item-portion": "chapter 1"})
    steps = len(read_draft(board.course).steps)

    page = board.post("meeting", meeting.pk, **CLASS | {"room": "3725"}, seen=seen["meeting"])
    assert "its room is “1670” now, and was “nothing”" in page
    assert 'value="3725"' in page  # what was typed is there, and the way to what is now
    assert "Show it as it is now" in page
    page = board.post("week", week, topic="Theirs", seen=seen["week"])
    assert "its topic is “Mine” now" in page
    changed = values | {"item-portion": "chapter 2"}
    page = board.post("item", item.pk, **changed, seen=seen["item"])
    assert "the part to be read is “chapter 1” now" in page
    board.post("move", item.pk, to=term["Sep 10"].pk)
    elsewhere = values | {"item-meeting": term["Sep 15"].pk}
    page = board.post("item", item.pk, **elsewhere, seen=seen["item"])
    assert "A was moved to Sep 10 in the meantime" in page
    assert len(read_draft(board.course).steps) == steps + 1


@pytest.mark.parametrize("seen", ["nonsense", "[]", '{"meeting": {"odd": 1}}', '{"item": 3}'])
def test_nonsense_about_what_was_seen_is_as_if_nothing_was_said(
    seen: str, board: Board, term: dict[str, Meeting]
) -> None:
    board.post("meeting", term["Sep 8"].pk, **CLASS | {"room": "1670"}, seen=seen)
    assert planned(board.course).meetings[term["Sep 8"].pk].room == "1670"
