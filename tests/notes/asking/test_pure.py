"""Presets, rotation, keys, lengths of time, sentences: without a database."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.notes.asking.clock_changes import is_doubled, is_left_out, left_out_words
from readings.notes.asking.keys import is_key, new_key
from readings.notes.asking.lengths import in_words, read_minutes
from readings.notes.asking.meaning import ClassDay, clock_warnings, meaning_of
from readings.notes.asking.presets import AI_LOG, PRESETS, ROLES, Preset, find_preset
from readings.notes.asking.starting_points import STARTING_POINTS
from readings.notes.asking.wording import (
    changes_in_words,
    cost_of_missing,
    rules_in_words,
    summary_of,
)
from readings.notes.policy import Due, Exempt, Late, Marking, Per, Policy, Readers, SkipsBy
from readings.notes.prompts import Prompt, field_name, for_role, problems
from readings.notes.rotation import deal, held_around, next_role

DETROIT = ZoneInfo("America/Detroit")


# --- Rotation ------------------------------------------------------------------------------------

roles_of = st.integers(1, 7).map(lambda number: [f"role {n}" for n in range(number)])


@given(roles_of, st.integers(1, 25), st.integers(1, 20))
def test_nobody_holds_a_role_again_before_all_and_each_reading_is_even(
    roles: list[str], students: int, readings: int
) -> None:
    held: dict[int, list[str]] = {student: [] for student in range(students)}
    for _reading in range(readings):
        dealt = deal(roles, range(students), held, {})
        counts = Counter(dealt.values())
        assert max(counts[role] for role in roles) - min(counts[role] for role in roles) <= 1
        for student, role in dealt.items():
            held[student].append(role)
    for mine in held.values():
        for start in range(0, len(mine), len(roles)):
            turn = mine[start : start + len(roles)]
            assert len(set(turn)) == len(turn)


@given(roles_of, st.lists(st.integers(0, 6), max_size=30))
def test_next_role_is_one_that_was_held_least(roles: list[str], before: list[int]) -> None:
    held = [roles[number % len(roles)] for number in before]
    times = Counter(held)
    assert times[next_role(roles, held, {})] == min(times[role] for role in roles)


@st.composite
def dealings(draw: st.DrawFn) -> tuple[list[str], list[dict[int, str]]]:
    """Roles, and the seats of readings dealt in any order, to all students or one by one."""
    roles = draw(roles_of)
    students, number = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    seats: list[dict[int, str]] = [{} for _reading in range(number)]
    at_once = draw(st.booleans())
    steps = [
        (place, people)
        for place in range(number)
        for people in ([range(students)] if at_once else [[one] for one in range(students)])
    ]
    for place, people in draw(st.permutations(steps)):
        counts = Counter(seats[place].values())
        seats[place] |= deal(roles, people, held_around(place, seats), counts)
    return roles, seats


@given(dealings())
def test_in_whatever_order_readings_are_dealt_nobody_has_a_role_twice_before_all(
    dealt: tuple[list[str], list[dict[int, str]]],
) -> None:
    roles, seats = dealt
    for student in seats[0]:
        times = Counter(one[student] for one in seats)
        assert max(times[role] for role in roles) - min(times[role] for role in roles) <= 1


def test_who_comes_late_takes_what_the_fewest_have() -> None:
    assert deal(["a", "b", "c"], [9], {}, {"a": 2, "b": 1, "c": 2}) == {9: "b"}


# --- Presets and keys ----------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_presets_are_whole_templates(preset: Preset) -> None:
    found = find_preset(preset.key)
    assert found == preset
    keys = [prompt.key for prompt in found.prompts]
    assert len(set(keys)) == len(keys)
    assert all(map(is_key, keys))
    assert {prompt.role for prompt in found.prompts} <= {"", *found.roles}
    assert all(for_role(found.prompts, role) for role in found.roles or [""])
    for prompt in found.prompts:
        assert Prompt.from_json(prompt.as_json()) == prompt
        assert (prompt.kind == "scale") == bool(prompt.labels)


def test_ai_log_wants_a_link_or_the_text_and_five_to_ten_pairs() -> None:
    pairs = [{"q": "Why?", "a": "Because."}] * 5
    link = {"log-link": "https://example.org/chat", "pairs": pairs, "learnt": "Much."}
    text = {"log-text": "Me: why?", "pairs": pairs, "learnt": "Much."}
    assert problems(AI_LOG.prompts, link, ()) == {}
    assert problems(AI_LOG.prompts, text, ()) == {}
    assert set(problems(AI_LOG.prompts, {"pairs": pairs, "learnt": "Much."}, ())) == {"log-link"}
    for number in (4, 11):
        assert "pairs" in problems(AI_LOG.prompts, link | {"pairs": pairs[:1] * number}, ())


def test_each_of_the_five_roles_is_asked_something_of_its_own() -> None:
    assert len(ROLES.roles) == 5
    for role in ROLES.roles:
        assert any(prompt.role == role for prompt in ROLES.prompts)


@given(st.lists(st.text(max_size=40), max_size=12))
def test_keys_are_short_unique_and_name_no_field_of_another_prompt(texts: list[str]) -> None:
    used: set[str] = set()
    for text in texts:
        used.add(new_key(text, used))
    assert len(used) == len(texts)
    fields = {field_name(key) for key in used}
    for key in used:
        assert re.fullmatch(r"[a-z0-9-]{1,40}", key)
        assert f"{field_name(key)}-page" not in fields
        assert f"{field_name(key)}-q-0" not in fields


@pytest.mark.parametrize("text", ["Quote page", "quote-page", "Q-a-1", "x-q-0", "引用", "---"])
def test_keys_of_odd_texts(text: str) -> None:
    assert is_key(new_key(text, {"prompt"}))


def test_two_prompts_called_plan_a_have_two_keys() -> None:
    first = new_key("Plan A", ())
    assert new_key("Plan A", {first}) not in ("plan-a-2", first)


# --- Lengths of time -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2 hours", 120), ("2h", 120), ("90 min", 90), ("90m", 90), ("1 day", 1440), ("0", 0),
        ("1 day 2 hours", 1560), ("1 hour and 30 minutes", 90), ("1:30", 90), ("0.5 h", 30),
        ("1,5 hours", 90), ("1 week", 10080), (" 2 Hours ", 120),
    ],
)  # fmt: skip
def test_lengths_are_read(text: str, minutes: int) -> None:
    assert read_minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "2", "two hours", "-1 h", "2 months", "1:75", "h", "2 h x"])
def test_what_is_no_length_is_not_guessed(text: str) -> None:
    assert read_minutes(text) is None


@given(st.integers(0, 60 * 24 * 60))
def test_lengths_in_words_are_read_back(minutes: int) -> None:
    assert read_minutes(in_words(minutes)) == minutes


# --- Clocks --------------------------------------------------------------------------------------


@given(
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)),
    st.sampled_from(["America/Detroit", "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
)
def test_a_time_is_left_out_or_doubled_or_neither(moment: dt.datetime, name: str) -> None:
    zone = ZoneInfo(name)
    day, time = moment.date(), moment.time()
    assert not (is_left_out(day, time, zone) and is_doubled(day, time, zone))


def test_hours_of_detroit_in_2026() -> None:
    march, november = dt.date(2026, 3, 8), dt.date(2026, 11, 1)
    assert is_left_out(march, dt.time(2, 30), DETROIT)
    assert not is_left_out(march, dt.time(3, 0), DETROIT)
    assert is_doubled(november, dt.time(1, 30), DETROIT)
    assert not is_doubled(november, dt.time(2, 0), DETROIT)
    said = left_out_words(march, dt.time(2, 30), DETROIT)
    assert "Sunday, March 8, 2026" in said
    assert "3:30" in said


# --- Sentences -----------------------------------------------------------------------------------

policies = st.builds(
    Policy,
    due=st.sampled_from(Due),
    minutes_before=st.integers(0, 5000),
    days_before=st.integers(0, 14),
    grace_minutes=st.integers(0, 60),
    late=st.sampled_from(Late),
    late_days=st.none() | st.integers(1, 9),
    skips=st.integers(0, 9),
    skips_by=st.sampled_from(SkipsBy),
    unused_skip_drops=st.booleans(),
    presenters_exempt=st.sampled_from(Exempt),
    per=st.sampled_from(Per),
    best_of=st.none() | st.integers(1, 30),
    marking=st.sampled_from(Marking),
    sample=st.none() | st.integers(1, 9),
    readers=st.sampled_from(Readers),
    presenters_read_minutes_before=st.none() | st.integers(0, 3000),
    anonymous=st.booleans(),
)


@given(policies, policies, st.integers(0, 40))
def test_sentences_about_any_rules_are_sentences(old: Policy, new: Policy, notes: int) -> None:
    assert changes_in_words(old, old) == []
    changes = changes_in_words(old, new)
    assert len(summary_of(changes)) <= 300
    for text in [*changes, *(rule.text for rule in rules_in_words(new))]:
        assert text.endswith(".")
        assert "  " not in text
    assert all(" now" in text for text in changes)
    days = [ClassDay(dt.date(2026, 3, 9), dt.time(10, 30)), ClassDay(dt.date(2026, 3, 11), None)]
    meaning = meaning_of(new, days, DETROIT, today=dt.date(2026, 3, 1), notes=notes)
    assert len(meaning.classes) == 2
    assert meaning.missing.endswith(".")


def test_the_change_that_members_read() -> None:
    new = Policy(due=Due.TIME_OF_DAY)
    assert changes_in_words(Policy(), new) == ["Notes are now due 20:00 the day before class."]
    stricter = replace(new, late=Late.REFUSED, skips=5)
    assert "Notes are now not taken late" in " ".join(changes_in_words(new, stricter))


def test_members_read_of_nothing_that_nobody_decided() -> None:
    said = changes_in_words(Policy(), Policy(readers=Readers.AFTER_OWN))
    assert said == ["Students now read each other's notes once they handed in their own."]
    early = Policy(readers=Readers.AFTER_OWN, presenters_read_minutes_before=60)
    assert "Presenters now read all notes from 1 hour before class on." in changes_in_words(
        Policy(), early
    )
    back = replace(early, presenters_read_minutes_before=720)
    assert changes_in_words(early, back) == [
        "Presenters now read all notes from 12 hours before class on."
    ]
    assert changes_in_words(Policy(), Policy(grace_minutes=10)) == [
        "Notes are now in time up to 10 minutes after their deadline."
    ]
    assert changes_in_words(Policy(), Policy(late_days=3)) == [
        "Late notes are now taken up to 3 days, and called late."
    ]
    assert changes_in_words(Policy(), Policy(presenters_exempt=Exempt.READING)) == [
        "Presenters now owe no note on the reading they present."
    ]


def test_what_a_missing_note_costs() -> None:
    assert cost_of_missing(Policy(), 20) == (
        "A missing note counts 0. Of 20 this term, one is worth one 20th of the mark for notes."
    )
    itself = Policy(skips=4, skips_by=SkipsBy.ITSELF)
    assert "unless it is one of the first 4" in cost_of_missing(itself, 20)
    assert "not among the best 10" in cost_of_missing(Policy(best_of=10), 20)
    assert "one 10th" not in cost_of_missing(Policy(best_of=10), 20)


def test_deadlines_of_the_next_three_classes() -> None:
    days = [ClassDay(dt.date(2026, 3, 2) + dt.timedelta(7 * n), dt.time(10, 30)) for n in range(5)]
    policy = Policy(due=Due.TIME_OF_DAY, readers=Readers.AFTER_DEADLINE, late=Late.REFUSED)
    meaning = meaning_of(policy, days, DETROIT, today=dt.date(2026, 3, 3), notes=5)
    assert [one.due_at for one in meaning.classes] == [
        dt.datetime(2026, 3, 9, 0, 0, tzinfo=dt.UTC),  # 20:00 the evening the clocks went forward
        dt.datetime(2026, 3, 16, 0, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 23, 0, 0, tzinfo=dt.UTC),
    ]
    assert "Nothing is taken after Sun Mar 8, 20:01." in meaning.classes[0].sentences
    assert "Who presents reads them from Sun Mar 8, 22:30 on." in meaning.classes[0].sentences
    over = meaning_of(policy, days, DETROIT, today=dt.date(2027, 1, 1), notes=5)
    assert over.is_over
    assert over.classes[-1].day == days[-1].day


@pytest.mark.parametrize("name", ["America/Detroit", "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
@pytest.mark.parametrize("due", Due)
def test_a_class_at_the_edge_of_the_calendar_is_no_error(due: Due, day: dt.date, name: str) -> None:
    policy = Policy(due=due, days_before=14, readers=Readers.AFTER_DEADLINE, late_days=30)
    days = [ClassDay(day, dt.time(23, 30)), ClassDay(day, dt.time(0, 10)), ClassDay(day, None)]
    meaning = meaning_of(policy, days, ZoneInfo(name), today=dt.date(2026, 1, 1), notes=3)
    assert len(meaning.classes) == 3


def test_a_due_time_that_clocks_leave_out_names_the_date_and_what_happens() -> None:
    policy = Policy(due=Due.TIME_OF_DAY, due_time=dt.time(2, 30), days_before=1)
    days = [ClassDay(dt.date(2026, 3, 9), None), ClassDay(dt.date(2026, 3, 16), None)]
    [said] = clock_warnings(policy, days, DETROIT)
    assert said == (
        "On Sunday, March 8, 2026 the clocks go forward and 2:30 does not exist: the note would be "
        "due at 3:30."
    )


def test_starting_points_are_the_three_policies() -> None:
    points, evening, sample = (one.policy for one in STARTING_POINTS)
    assert (points.marking, points.points, points.skips, points.unused_skip_drops) == (
        "points", 10, 5, True,
    )  # fmt: skip
    assert (evening.due, evening.due_time, evening.days_before) == (
        "time_of_day", dt.time(20, 0), 1,
    )  # fmt: skip
    assert (evening.skips, evening.skips_by) == (4, "itself")
    assert evening.presenters_exempt != "nothing"
    assert (sample.late, bool(sample.sample)) == ("refused", True)
