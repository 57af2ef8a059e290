"""The rules of notes come along to the next term: templates, policy, what single readings ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from readings.accounts.models import User
from readings.courses.models import Course
from readings.next_term.services import save_as_template
from readings.notes.asking import services
from readings.notes.asking.presets import ROLES, SUMMARY
from readings.notes.models import (
    Assignment,
    Note,
    NotePolicy,
    NoteTemplate,
    RoleSeat,
    TemplateVersion,
)
from tests.next_term.test_copying import next_term

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(taught: Course, alice: User, bob: User) -> TemplateVersion:
    """The usual template, in its second version; another on DSPy, with a seat of Bob's."""
    usual = services.create_template(
        course=taught, actor=alice, name="Usual", prompts=SUMMARY.prompts, roles=()
    )
    services.make_usual(course=taught, template=usual.template)
    NotePolicy.objects.update(skips=5, late="refused", minutes_before=90, sample_seed="lot")
    roles = services.create_template(
        course=taught, actor=alice, name="Roles", prompts=ROLES.prompts, roles=ROLES.roles
    )
    dspy = taught.readings.get(label="DSPy")
    Assignment.objects.create(reading=dspy, template=roles.template, is_skippable=False)
    RoleSeat.objects.create(reading=dspy, user=bob, role="Hacker")
    return services.save_template(
        template=usual.template,
        actor=alice,
        name="Usual",
        prompts=[replace(SUMMARY.prompts[0], text="In short?")],
        roles=(),
        based_on=1,
    )


def test_templates_come_along_as_they_are_now_and_are_the_copy_s_own(
    taught: Course, asked: TemplateVersion, alice: User
) -> None:
    NoteTemplate.objects.filter(name="Roles").update(is_hidden=True)
    copy = next_term(taught, alice)
    usual, roles = (copy.note_templates.get(name=name) for name in ("Usual", "Roles"))
    assert (usual.is_hidden, roles.is_hidden) == (False, True)
    [version] = usual.versions.all()
    assert (version.number, version.all_prompts[0].text) == (1, "In short?")
    assert roles.versions.get().all_prompts == ROLES.prompts
    assert tuple(roles.versions.get().roles) == ROLES.roles

    services.save_template(
        template=usual, actor=alice, name="Changed", prompts=SUMMARY.prompts, roles=(), based_on=1
    )
    assert taught.note_templates.get(name="Usual").versions.count() == 2


def test_the_policy_comes_along_with_the_copy_s_own_template(
    taught: Course, asked: TemplateVersion, alice: User
) -> None:
    copy = next_term(taught, alice)
    policy = copy.note_policy
    assert (policy.skips, policy.late, policy.minutes_before) == (5, "refused", 90)
    assert policy.template == copy.note_templates.get(name="Usual")
    assert policy.rules == NotePolicy.objects.get(course=taught).rules


def test_what_a_reading_asks_comes_along_and_no_seat_or_note_of_a_student(
    taught: Course, asked: TemplateVersion, alice: User
) -> None:
    copy = next_term(taught, alice)
    assignment = Assignment.objects.get(reading__course=copy)
    assert (assignment.reading.label, assignment.is_skippable) == ("DSPy", False)
    assert assignment.template == copy.note_templates.get(name="Roles")
    assert not RoleSeat.objects.filter(reading__course=copy).exists()
    assert not Note.objects.filter(reading__course=copy).exists()


def test_a_deadline_of_its_own_stays_as_far_from_class_as_it_was(
    taught: Course, asked: TemplateVersion, alice: User
) -> None:
    tvm = taught.readings.get(label="TVM")  # on Monday, August 25, then on Monday, August 24
    Assignment.objects.create(reading=tvm, due_on=dt.date(2025, 8, 23), due_time=dt.time(20, 0))
    copy = next_term(taught, alice)
    moved = Assignment.objects.get(reading__course=copy, reading__label="TVM")
    assert (moved.due_on, moved.due_time) == (dt.date(2026, 8, 22), dt.time(20, 0))


def test_a_deadline_of_its_own_is_none_where_there_is_no_class_to_count_from(
    taught: Course, asked: TemplateVersion, alice: User
) -> None:
    shelf = taught.readings.get(label="Shelf")
    Assignment.objects.create(
        reading=shelf, due_on=dt.date(2025, 9, 1), due_time=dt.time(9), is_skippable=False
    )
    for copy in (
        next_term(taught, alice),
        next_term(taught, alice, starts_on=None, ends_on=None, meeting_days=[], holidays=[]),
    ):
        moved = Assignment.objects.get(reading__course=copy, reading__label="Shelf")
        assert (moved.due_on, moved.due_time, moved.is_skippable) == (None, None, False)


def test_a_saved_template_of_a_course_keeps_the_rules(
    taught: Course, asked: TemplateVersion, alice: User
) -> None:
    kept = save_as_template(course=taught, instructor=alice, title="For the years to come")
    assert kept.note_policy.template == kept.note_templates.get(name="Usual")
    again = next_term(kept, alice)
    assert again.note_policy.rules == NotePolicy.objects.get(course=taught).rules


def test_a_course_that_decided_nothing_makes_one_that_decided_nothing(
    taught: Course, alice: User
) -> None:
    copy = next_term(taught, alice)
    assert not NotePolicy.objects.filter(course=copy).exists()
    assert not copy.note_templates.exists()
