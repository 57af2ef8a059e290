"""Tasks and assignments as JSON, and the process that takes one and answers with the other."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from readings.presentations.assignment import (
    OfferedSlot,
    Party,
    Task,
    Unreadable,
    assign,
    assignment_from_json,
    assignment_to_json,
    task_from_json,
    task_to_json,
)
from readings.presentations.optimising.__main__ import answer
from tests.presentations import brute

pytestmark = pytest.mark.once

SMALL = Task((OfferedSlot("d", "DSPy", 1),), (Party("bob", "Bób", (("d",),)),))


@settings(max_examples=15)
@given(brute.tasks())
def test_a_task_is_read_as_it_was_written(task: Task) -> None:
    assert task_from_json(json.loads(json.dumps(task_to_json(task)))) == task


@settings(max_examples=8)
@given(brute.tasks(most_fixed=0))
def test_an_assignment_is_read_as_it_was_written(task: Task) -> None:
    found = assign(task, seed=1)
    again = assignment_from_json(json.loads(json.dumps(assignment_to_json(found))))
    assert again == found
    assert again.seconds == found.seconds


def test_what_has_a_default_may_be_left_out() -> None:
    value = {"slots": [{"key": "d", "name": "DSPy", "seats": 1}], "parties": []}
    assert task_from_json(value) == Task((OfferedSlot("d", "DSPy", 1),), ())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"slots": 3}, "task.slots is not a list"),
        ({"slots": [3]}, r"task.slots\[0\] is not an object"),
        ({"slots": [{"key": "d", "name": "DSPy", "seats": "1"}]}, "seats is not int"),
        ({"slots": [{"key": "d", "name": "DSPy", "seats": True}]}, "seats is not int"),
        ({"slots": [{"key": "d", "name": "DSPy"}]}, "seats"),
        (
            {"slots": [{"key": "d", "name": "DSPy", "seats": 1, "day": "6 Oct"}]},
            "day is not a date",
        ),
        ({"slots": [{"key": "d", "name": "DSPy", "seats": 1, "day": 6}]}, "day is not a word"),
        ({"fixed": [["bob"]]}, r"task.fixed\[0\] has not 2 parts"),
        ({"colour": 1}, "task has no colour"),
    ],
)
def test_what_is_no_task_is_refused_where_it_is_wrong(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence):
        task_from_json(task_to_json(SMALL) | change)


def request(task: Task, **more: Any) -> str:
    return json.dumps({"task": task_to_json(task), "seed": 3, **more})


def test_a_request_is_answered_with_the_assignment() -> None:
    found = answer(request(SMALL, seconds=5))["assignment"]
    assert assignment_from_json(found) == assign(SMALL, seed=3)


def test_what_is_fixed_against_the_rules_is_answered_with_a_sentence() -> None:
    fixed = replace(SMALL, fixed=(("bob", "d"),), forbidden=(("bob", "d"),))
    sentence = "Bób cannot be fixed on DSPy: it was ruled out for them."
    assert answer(request(fixed)) == {"error": sentence}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"task": 1, "seed": 1}', '{"task": {}}'])
def test_what_is_no_request_is_answered_with_a_sentence(text: str) -> None:
    assert answer(text)["error"].startswith("The request could not be read: ")


def run(code: str, typed: str = "") -> str:
    """What a fresh Python writes."""
    python = [sys.executable, "-c", code]
    return subprocess.run(python, input=typed, capture_output=True, text=True, check=True).stdout


LOADED = "print(sorted({'django', 'numpy', 'scipy'} & set(sys.modules)))"


def test_who_asks_for_a_sentence_does_not_load_the_solver() -> None:
    code = f"import sys; import readings.presentations.assignment; {LOADED}"
    assert run(code) == "[]\n"


def test_the_process_of_its_own_solves_without_django() -> None:
    code = (
        "import sys; from readings.presentations.optimising.__main__ import main; main();"
        f" print(); {LOADED}"
    )
    written, loaded, *_rest = run(code, request(SMALL)).splitlines()
    assert assignment_from_json(json.loads(written)["assignment"]) == assign(SMALL, seed=3)
    assert loaded == "['numpy', 'scipy']"
