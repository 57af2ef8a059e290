"""Planning a term by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course
from readings.papers.models import Fetch, Paper
from readings.schedule import agenda_services, services
from readings.schedule.models import AgendaItem, Kind, Meeting, Reading, Status, Week
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2025, 9, 8)


@pytest.fixture
def meeting(course: Course) -> Meeting:
    return factories.make_meeting(course, MONDAY)


def test_term_is_generated_from_days_and_times(
    course: Course, alice: User, sign_in: SignIn
) -> None:
    course.meeting_days, course.meets_from = [0, 2], dt.time(10, 30)
    course.save()
    browser = sign_in(alice)
    for _press in range(2):  # the second adds nothing
        browser.post(reverse("schedule:generate", args=[course.slug]))
        assert course.meetings.count() == 30
        assert course.weeks.count() == 15
    first = course.meetings.order_by("meets_on").first()
    assert first is not None
    assert (first.meets_on, first.meets_from) == (dt.date(2025, 8, 25), dt.time(10, 30))


def test_term_of_a_thousand_years_is_refused(course: Course, alice: User, sign_in: SignIn) -> None:
    course.meeting_days, course.ends_on = [0, 1, 2, 3, 4, 5, 6], dt.date(3025, 1, 1)
    course.save()
    page = sign_in(alice).post(reverse("schedule:generate", args=[course.slug]), follow=True)
    assert "a term has at most 400" in page.content.decode()
    assert not course.meetings.exists()


def test_term_without_dates_says_what_is_missing(
    course: Course, alice: User, sign_in: SignIn
) -> None:
    course.starts_on = None
    course.save()
    page = sign_in(alice).post(reverse("schedule:generate", args=[course.slug]), follow=True)
    assert "Say in the settings when the term starts" in page.content.decode()


def test_papers_are_added_by_pasting_any_spelling(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    text = "https://arxiv.org/pdf/1802.04799v3.pdf, 1904.08368\n10.1145/3620665.3640366\n1802.04799"
    sign_in(alice).post(
        reverse("schedule:add_papers", args=[meeting.course.slug, meeting.pk]),
        {"papers": text, "required": "on"},
    )
    found = [item.reading.paper for item in meeting.agenda.all() if item.reading]
    assert [paper.arxiv_id or paper.doi for paper in found] == [
        "1802.04799",
        "1904.08368",
        "10.1145/3620665.3640366",
    ]
    assert all(item.carries_note and item.kind == Kind.PAPERS for item in meeting.agenda.all())
    owed = Fetch.objects.filter(stage="metadata").values_list("paper__arxiv_id", flat=True)
    assert {"1802.04799", "1904.08368"} <= set(owed)


def test_what_is_not_understood_stays_in_the_box_and_the_rest_is_added(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    page = sign_in(alice).post(
        reverse("schedule:add_papers", args=[meeting.course.slug, meeting.pk]),
        {"papers": "1802.04799\nnonsense"},
    )
    body = page.content.decode()
    assert "nonsense" in body
    assert "No link or id was found in these lines; the others were added." in body
    assert meeting.agenda.count() == 1
    assert not Reading.objects.get().required


def test_same_paper_in_two_classes_is_one_reading_with_one_deadline(meeting: Meeting) -> None:
    later = factories.make_meeting(meeting.course, MONDAY + dt.timedelta(days=2))
    for one in (meeting, later):
        agenda_services.add_papers_to_agenda(course=meeting.course, meeting=one, text="1802.04799")
    assert Reading.objects.count() == 1
    assert [item.carries_note for item in AgendaItem.objects.order_by("pk")] == [True, False]


def test_the_database_lets_one_item_carry_the_note(meeting: Meeting) -> None:
    reading = factories.make_reading(meeting.course)
    factories.put_on_agenda(meeting, reading)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.put_on_agenda(meeting, reading)


def test_words_are_added_with_kind_and_stage(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    sign_in(alice).post(
        reverse("schedule:add_words", args=[meeting.course.slug, meeting.pk]),
        {"text": "Group presentations", "kind": "presentations", "stage": "pitch"},
    )
    item = meeting.agenda.get()
    assert (item.text, item.kind, item.stage) == ("Group presentations", "presentations", "pitch")


def test_items_move_up_and_down_and_no_further(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    items = [factories.put_on_agenda(meeting, text=word) for word in "abc"]
    browser = sign_in(alice)

    def press(item: AgendaItem, to: str) -> list[str]:
        address = reverse("schedule:shift_item", args=[meeting.course.slug, item.pk])
        browser.post(address, {"to": to})
        return list(meeting.agenda.order_by("position").values_list("text", flat=True))

    assert press(items[2], "up") == ["a", "c", "b"]
    assert press(items[0], "up") == ["a", "c", "b"]
    assert press(items[0], "down") == ["c", "a", "b"]


def test_moving_an_item_keeps_its_work_and_tells_the_class(
    meeting: Meeting, alice: User, bob: User, sign_in: SignIn
) -> None:
    reading = factories.make_reading(meeting.course, label="TVM")
    item = factories.put_on_agenda(meeting, reading)
    note = factories.make_note(reading, bob)
    later = factories.make_meeting(meeting.course, dt.date(2025, 9, 15), week=2)
    sign_in(alice).post(
        reverse("schedule:item", args=[meeting.course.slug, item.pk]),
        {"item-meeting": later.pk, "item-kind": "papers", "item-stage": "", "item-portion": "",
         "reading-label": "TVM", "reading-title": "", "reading-required": "on"},
    )  # fmt: skip
    item.refresh_from_db()
    assert item.meeting == later
    assert note.reading == item.reading
    event = meeting.course.events.get()
    assert event.summary == "TVM moved from Sep 8 to Sep 15"


def test_taken_off_reading_is_parked_with_everything_that_hangs_on_it(
    meeting: Meeting, alice: User, bob: User, sign_in: SignIn
) -> None:
    reading = factories.make_reading(meeting.course)
    item = factories.put_on_agenda(meeting, reading)
    factories.make_note(reading, bob)
    words = factories.put_on_agenda(meeting, text="Quiz")
    for one in (item, words):
        sign_in(alice).post(reverse("schedule:remove_item", args=[meeting.course.slug, one.pk]))
    item.refresh_from_db()
    assert item.meeting is None
    assert not AgendaItem.objects.filter(pk=words.pk).exists()
    assert reading.notes.count() == 1


def test_deadline_passes_on_when_its_item_of_two_is_taken_off(meeting: Meeting) -> None:
    later = factories.make_meeting(meeting.course, MONDAY + dt.timedelta(days=2))
    reading = factories.make_reading(meeting.course)
    first = factories.put_on_agenda(meeting, reading)
    second = factories.put_on_agenda(later, reading, carries_note=False)
    assert agenda_services.remove_agenda_item(item=first)
    second.refresh_from_db()
    assert second.carries_note


def test_class_with_an_agenda_is_not_deleted(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    factories.put_on_agenda(meeting, text="Quiz")
    url = reverse("schedule:delete_meeting", args=[meeting.course.slug, meeting.pk])
    page = sign_in(alice).post(url, follow=True)
    assert "still something on this class" in page.content.decode()
    meeting.refresh_from_db()
    meeting.agenda.all().delete()
    sign_in(alice).post(url)
    assert not Meeting.objects.filter(pk=meeting.pk).exists()


def test_week_with_classes_is_not_deleted(meeting: Meeting, alice: User, sign_in: SignIn) -> None:
    url = reverse("schedule:delete_week", args=[meeting.course.slug, meeting.week.pk])
    page = sign_in(alice).post(url, follow=True)
    assert "still has classes" in page.content.decode()
    assert Week.objects.filter(pk=meeting.week.pk).exists()


CLASS = {"meets_on": "2025-09-08", "meets_from": "10:30", "meets_until": "12:00",
         "status": "class", "room": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"meets_until": "09:00"}, "Class would end before it starts."),
        ({"meets_on": ""}, "A time needs a date."),
        ({"meets_from": "", "meets_until": "12:00"}, "Say when class starts, too."),
        ({"meets_on": "2025-02-30"}, "Enter a valid date."),
    ],
)
def test_impossible_times_are_named(
    changed: dict[str, str], message: str, meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    url = reverse("schedule:meeting", args=[meeting.course.slug, meeting.pk])
    assert message in sign_in(alice).post(url, CLASS | changed).content.decode()


def test_two_classes_at_the_same_time_are_refused(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    slug = meeting.course.slug
    browser.post(reverse("schedule:meeting", args=[slug, meeting.pk]), CLASS)
    url = reverse("schedule:add_meeting", args=[slug, meeting.week.pk])
    assert "There is a class on that day" in browser.post(url, CLASS).content.decode()
    assert meeting.course.meetings.count() == 1


def test_cancelling_a_class_is_an_event(meeting: Meeting, alice: User, sign_in: SignIn) -> None:
    url = reverse("schedule:meeting", args=[meeting.course.slug, meeting.pk])
    sign_in(alice).post(url, CLASS | {"status": "cancelled"})
    meeting.refresh_from_db()
    assert meeting.status == Status.CANCELLED
    assert meeting.course.events.get().summary == "Class on Sep 8 is cancelled"


def test_classes_of_a_week_stand_by_date(course: Course) -> None:
    week = services.get_or_make_week(course=course, number=1)
    for day in (10, 8, None, 9):
        services.add_meeting(week=week, meets_on=dt.date(2025, 9, day) if day else None)
    found = [one.meets_on and one.meets_on.day for one in course.meetings.all()]
    assert found == [8, 9, 10, None]


def test_another_courses_items_are_not_there(course: Course, alice: User, sign_in: SignIn) -> None:
    elsewhere = factories.make_meeting(factories.make_course(), MONDAY)
    item = factories.put_on_agenda(elsewhere, text="Quiz")
    browser = sign_in(alice)
    for address, key in [
        ("schedule:meeting", elsewhere.pk),
        ("schedule:item", item.pk),
        ("schedule:week", elsewhere.week.pk),
        ("schedule:add_papers", elsewhere.pk),
    ]:
        assert browser.get(reverse(address, args=[course.slug, key])).status_code == 404


def test_item_cannot_be_moved_into_another_course(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    item = factories.put_on_agenda(meeting, text="Quiz")
    elsewhere = factories.make_meeting(factories.make_course(), MONDAY)
    sign_in(alice).post(
        reverse("schedule:item", args=[meeting.course.slug, item.pk]),
        {"item-meeting": elsewhere.pk, "item-kind": "other", "item-text": "Quiz"},
    )
    item.refresh_from_db()
    assert item.meeting == meeting


@pytest.mark.parametrize("weeks", [1, 30])
def test_plan_asks_the_same_for_one_week_and_thirty(
    weeks: int, course: Course, alice: User, sign_in: SignIn, django_assert_max_num_queries: object
) -> None:
    for number in range(weeks):
        day = MONDAY + dt.timedelta(weeks=number)
        meeting = factories.make_meeting(course, day, week=number + 1)
        for _ in range(2):
            factories.put_on_agenda(meeting, factories.make_reading(course))
    browser = sign_in(alice)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        browser.get(reverse("schedule:plan", args=[course.slug]))


def test_paper_is_shared_and_its_title_is_not(course: Course) -> None:
    other = factories.make_course()
    paper = factories.make_paper(title="As fetched")
    mine, theirs = (services.add_reading(course=one, paper=paper) for one in (course, other))
    services.update_reading(reading=mine, title="As corrected")
    assert mine.full_title == "As corrected"
    assert theirs.full_title == "As fetched"
    assert Paper.objects.count() == 1


def test_mistaken_paper_is_removed_from_the_shelf(
    course: Course, alice: User, sign_in: SignIn
) -> None:
    [item] = agenda_services.add_papers_to_agenda(
        course=course, meeting=None, text="9912.99999"
    ).items
    sign_in(alice).post(reverse("schedule:drop_item", args=[course.slug, item.pk]))
    assert not course.agenda_items.exists()
    assert not course.readings.exists()


def test_paper_that_people_wrote_about_stays_on_the_shelf(
    course: Course, alice: User, bob: User, sign_in: SignIn
) -> None:
    [item] = agenda_services.add_papers_to_agenda(
        course=course, meeting=None, text="1802.04799"
    ).items
    assert item.reading is not None
    factories.make_note(item.reading, bob)
    url = reverse("schedule:drop_item", args=[course.slug, item.pk])
    page = sign_in(alice).post(url, follow=True)
    assert "stays: somebody has written about it" in page.content.decode()
    assert course.agenda_items.get() == item


def test_what_stands_in_a_class_is_not_removed_from_the_course(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    item = factories.put_on_agenda(meeting, text="Quiz")
    sign_in(alice).post(reverse("schedule:drop_item", args=[meeting.course.slug, item.pk]))
    assert meeting.agenda.get() == item


def test_names_between_ids_are_no_mistakes_and_a_line_without_any_comes_back_whole(
    meeting: Meeting,
) -> None:
    text = "TVM https://arxiv.org/abs/1802.04799\nnot a link at all\n1904.08368 19040.8368x"
    added = agenda_services.add_papers_to_agenda(course=meeting.course, meeting=meeting, text=text)
    assert len(added.items) == 2
    assert added.not_understood == ["not a link at all", "19040.8368x"]


def test_cancelled_class_counts_no_reading_and_says_what_stays(
    meeting: Meeting, alice: User, sign_in: SignIn
) -> None:
    factories.put_on_agenda(meeting, factories.make_reading(meeting.course))
    url = reverse("schedule:meeting", args=[meeting.course.slug, meeting.pk])
    page = sign_in(alice).post(url, CLASS | {"status": "cancelled"}, follow=True)
    assert "still stands there, with its talks" in page.content.decode()
