"""The rules page: what is saved, what is refused, what it says it means."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from readings.accounts.models import User
from readings.courses.models import Audience, Course, Event
from readings.notes.asking.rules_services import digest_of, save_rules
from readings.notes.asking.starting_points import STARTING_POINTS
from readings.notes.asking.wording import summary_of
from readings.notes.duties import policy_row
from readings.notes.models import Assignment, Exemption, NotePolicy
from readings.notes.policy import Policy
from readings.schedule.models import Reading
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.notes.asking.conftest import MakeTemplate

pytestmark = pytest.mark.django_db

RULES = "/c/compilers/notes/rules/"


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the form on the page, were nothing changed in it."""
    form = page[page.index('class="rules') : page.index("rules-save")]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_choice = values.get("type") in ("radio", "checkbox")
        if "name" in values and (not is_choice or " checked" in tag):
            found[values["name"]] = values.get("value", "on" if is_choice else "")
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def form_of(client: Client, query: str = "", **other: Any) -> dict[str, Any]:
    return fields_of(client.get(RULES + query).content.decode()) | other


def plan(course: Course, *days: dt.date) -> list[Reading]:
    """A reading for a class at 10:30 on each of these days."""
    readings = []
    for number, day in enumerate(days):
        readings.append(factories.make_reading(course, label=f"Paper {number}"))
        meeting = factories.make_meeting(course, day, meets_from=dt.time(10, 30))
        factories.put_on_agenda(meeting, readings[-1])
    return readings


def test_saving_what_is_shown_changes_nothing_and_tells_nobody(
    alices: Client, course: Course
) -> None:
    alices.post(RULES, form_of(alices))
    assert NotePolicy.objects.get().rules == Policy()
    assert not Event.objects.exists()


def test_a_changed_rule_is_told_in_a_sentence_with_how_many_deadlines_move(
    alices: Client, course: Course, alice: User
) -> None:
    plan(course, dt.date(2025, 9, 17), dt.date(2050, 9, 14))
    version = course.version
    form = form_of(alices, due="time_of_day", days_before="1", due_time="20:00")
    tried = alices.post(RULES, form | {"do": "try"}).content.decode()
    assert "2 deadlines move, 1 of them in the past." in tried
    assert not NotePolicy.objects.exists()

    page = alices.post(RULES, form, follow=True).content.decode()

    assert "Notes are now due 20:00 the day before class. 2 deadlines move" in page
    event = Event.objects.get()
    assert event.summary == "Notes are now due 20:00 the day before class."
    assert (event.kind, event.audience, event.actor) == (
        "notes.rules_changed", Audience.MEMBERS, alice,
    )  # fmt: skip
    course.refresh_from_db()
    assert course.version == version  # nothing that a visitor sees


def test_a_change_names_how_many_notes_and_skips_it_hits(
    alices: Client, course: Course, alice: User, bob: User, erin: User
) -> None:
    first, second = plan(course, dt.date(2025, 9, 17), dt.date(2025, 9, 24))
    skipped = plan(course, dt.date(2050, 9, 14), dt.date(2050, 9, 21))
    at = dt.datetime(2025, 9, 17, 12, tzinfo=dt.UTC)  # 8:00, of a note due at 8:30
    factories.make_note(first, bob, submitted_at=at)
    factories.make_note(first, erin, submitted_at=at)  # who owes none is never late
    late = at + dt.timedelta(days=7, hours=2)  # 10:00
    factories.make_note(second, bob, submitted_at=late)
    alices.post(RULES, form_of(alices, skips="2"))
    for reading in skipped:
        Exemption.objects.create(reading=reading, user=bob, kind="skip", created_by=alice)

    stricter = form_of(alices, minutes_before="1 day", skips="1", do="try")
    page = alices.post(RULES, stricter).content.decode()
    assert "1 note that was in time becomes late." in page
    assert "1 skip that was spent no longer counts." in page
    assert "in time.</span>" not in page
    milder = form_of(alices, minutes_before="0", grace_minutes="0")
    page = alices.post(RULES, milder, follow=True).content.decode()
    assert "4 deadlines move, 2 of them in the past. 1 late note becomes one in time." in page
    # The grace moves no deadline, but hits all the same.
    at_eight = form_of(alices, minutes_before="2:30")
    alices.post(RULES, at_eight | {"grace_minutes": "30 min"})
    page = alices.post(RULES, form_of(alices, grace_minutes="0", do="try")).content.decode()
    assert "deadlines move" not in page
    alices.post(RULES, form_of(alices, minutes_before="3 hours"))
    page = alices.post(RULES, form_of(alices, grace_minutes="0", do="try")).content.decode()
    assert "<span>1 note that was in time becomes late. </span>" in page


@pytest.mark.parametrize("start", STARTING_POINTS, ids=lambda start: start.key)
def test_starting_points_fill_the_form_and_are_saved_as_they_are(
    start: Any, alices: Client, course: Course
) -> None:
    page = alices.get(f"{RULES}?start={start.key}").content.decode()
    assert "Nothing is changed until you save it" in page
    assert not NotePolicy.objects.exists()

    alices.post(RULES, fields_of(page))

    rules = NotePolicy.objects.get().rules
    assert rules == Policy(**vars(start.policy) | {"sample_seed": rules.sample_seed})
    assert bool(rules.sample_seed) == (start.policy.sample is not None)


def test_a_seed_is_made_once_shown_and_kept(alices: Client, course: Course) -> None:
    alices.post(RULES, form_of(alices, marking="points", sample="6"))
    seed = NotePolicy.objects.get().sample_seed
    assert len(seed) >= 8
    assert f'value="{seed}"' in alices.get(RULES).content.decode()
    alices.post(RULES, form_of(alices, skips="3"))
    assert NotePolicy.objects.get().sample_seed == seed
    assert form_of(alices, "?start=sample")["sample_seed"] == seed


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("minutes_before", "two hours", "such as 2 hours"),
        ("minutes_before", "100 days", "60 days at most"),
        ("days_before", "15", "less than or equal to 14"),
        ("days_before", "-1", "greater than or equal to 0"),
        ("due_time", "25:00", "valid time"),
        ("late_percent", "101", "less than or equal to 100"),
        ("percent_minus", "-5", "greater than or equal to 0"),
        ("percent_check", "60", "less than the 70 % before it"),
        ("best_of", "0", "greater than or equal to 1"),
        ("sample", "0", "greater than or equal to 1"),
        ("points", "0", "greater than or equal to 1"),
        ("late", "sometimes", "valid choice"),
        ("template", "999", "valid choice"),
        ("presenters_read_minutes_before", "noon", "such as 2 hours"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field_and_kept(
    name: str, value: str, words: str, alices: Client, course: Course
) -> None:
    page = alices.post(RULES, form_of(alices, skips="7", **{name: value})).content.decode()
    assert re.search(rf'id="id_{name}_error">[^<]*{words}', page)
    assert "Nothing is saved yet" in page
    assert 'value="7"' in page
    if name not in ("late", "template"):
        assert f'value="{value}"' in page
    assert not NotePolicy.objects.exists()


def test_lengths_are_written_and_read_as_words(alices: Client, course: Course) -> None:
    assert form_of(alices)["minutes_before"] == "2 hours"
    alices.post(RULES, form_of(alices, minutes_before="1:30", presenters_read_minutes_before=""))
    policy = NotePolicy.objects.get()
    assert (policy.minutes_before, policy.presenters_read_minutes_before) == (90, None)


def test_a_due_time_that_clocks_leave_out_is_said_with_date_and_what_happens(
    alices: Client, course: Course
) -> None:
    plan(course, dt.date(2050, 3, 7), dt.date(2026, 3, 9))
    form = form_of(alices, due="time_of_day", days_before="1", due_time="02:30")
    words = "On Sunday, March 8, 2026 the clocks go forward and 2:30 does not exist: the note would"
    assert words in alices.post(RULES, form | {"do": "try"}).content.decode()
    assert words in alices.post(RULES, form, follow=True).content.decode()


def test_the_page_says_what_the_rules_mean_for_the_next_three_classes(
    alices: Client, course: Course
) -> None:
    assert "No class has a date yet" in alices.get(RULES).content.decode()
    plan(course, *(dt.date(2050, 9, day) for day in (5, 12, 19, 26)), dt.date(2020, 1, 6))
    form = form_of(alices, readers="after_deadline", late="refused", do="try")

    page = alices.post(RULES, form).content.decode()

    for day in ("Mon Sep 5", "Mon Sep 12", "Mon Sep 19"):
        assert f"Class on {day}, 10:30" in page
        assert f"{day}, 8:30</time>" in page
        assert f"Nothing is taken after {day}, 8:31." in page
        assert f"Classmates read them after {day}, 8:31." in page
    assert "Who presents reads them from Sun Sep 4, 22:30 on." in page
    assert "Sep 26" not in page
    assert "Detroit time" in page
    assert "A missing note counts 0. Of 5 this term" in page
    fragment = alices.post(RULES, form | {"skips": "x"}, HTTP_HX_REQUEST="true").content.decode()
    assert "Skips of each student: Enter a whole number." in fragment


def test_deadlines_of_their_own_are_told_and_do_not_move(alices: Client, course: Course) -> None:
    [reading, _other] = plan(course, dt.date(2050, 9, 5), dt.date(2050, 9, 12))
    Assignment.objects.create(reading=reading, due_on=dt.date(2050, 9, 4), due_time=dt.time(9))
    form = form_of(alices, minutes_before="1 day", do="try")
    page = alices.post(RULES, form).content.decode()
    assert "1 reading has a deadline of its own, and no rule moves it." in page
    assert "1 deadline moves." in page


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_rules_in_the_same_moment_one_is_told(course: Course, alice: User) -> None:
    seen = digest_of(policy_row(course))

    def save(skips: int) -> object:
        values = vars(Policy(skips=skips)) | {"template": None}
        return save_rules(course=course, actor=alice, values=values, seen=seen, now=factories.NOON)

    results = at_once([lambda: save(3), lambda: save(4)])

    assert sorted(type(one).__name__ for one in results) == ["RulesChanged", "SavedRules"]
    assert Event.objects.count() == 1


def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten_unseen(
    alices: Client, course: Course, make_template: MakeTemplate
) -> None:
    mine = form_of(alices, skips="5")
    alices.post(RULES, form_of(alices, late="refused"))

    page = alices.post(RULES, mine).content.decode()

    assert "changed while you had this form open" in page
    assert "Notes are now not taken late" in page
    assert NotePolicy.objects.get().skips == 0
    again = fields_of(page)
    assert again["skips"] == "5"
    alices.post(RULES, again)
    assert NotePolicy.objects.get().skips == 5


def test_what_is_usually_asked_is_chosen_with_the_rules(
    alices: Client, course: Course, make_template: MakeTemplate
) -> None:
    version = make_template("summary")
    alices.post(RULES, form_of(alices, template=str(version.template_id)))
    assert NotePolicy.objects.get().template == version.template
    assert form_of(alices)["template"] == str(version.template_id)
    alices.post(RULES, form_of(alices, template=""))
    assert NotePolicy.objects.get().template is None


def test_assistants_look_at_the_rules_and_nobody_else_does(
    sign_in: SignIn, course: Course, bob: User, carol: User, dave: User, erin: User
) -> None:
    course.visibility = "public"
    course.save()
    for client in (sign_in(dave), sign_in(bob), sign_in(erin), Client()):
        assert client.get(RULES).status_code == 404
        assert client.post(RULES, {"skips": 3}).status_code == 404
    carols = sign_in(carol)
    page = carols.get(RULES).content.decode()
    assert "Notes are due 2 hours before class." in page
    assert "<form" not in page[page.index("<main") :]
    assert carols.post(RULES, {"skips": 3}).status_code == 404
    assert not NotePolicy.objects.exists()


def test_the_page_takes_as_many_queries_with_30_classes_and_notes_as_with_one(
    alices: Client, course: Course, alice: User
) -> None:
    form = form_of(alices, do="try", skips="3", minutes_before="1 day")

    def write(reading: Reading) -> None:
        student = factories.make_user()
        factories.enrol(course, student)
        factories.make_note(reading, student)
        Exemption.objects.create(reading=other, user=student, kind="skip", created_by=alice)

    other, begun = plan(course, dt.date(2050, 9, 6), dt.date(2050, 9, 5))
    write(begun)
    with CaptureQueriesContext(connection) as one:
        alices.post(RULES, form)
    days = (dt.date(2050, 9, 5) + dt.timedelta(7 * n) for n in range(1, 30))
    for reading in plan(course, *days):
        write(reading)
    with CaptureQueriesContext(connection) as thirty:
        alices.post(RULES, form)
    assert len(thirty) == len(one)


def test_a_summary_is_cut_at_a_sentence() -> None:
    said = summary_of([f"Sentence number {n} of this change." for n in range(20)])
    assert len(said) <= 300
    assert said.endswith("more.")
