"""Classes that a document cancels, and what stays on their agenda."""

from __future__ import annotations

import pytest

from readings.imports.parsing import parse
from readings.imports.understood import Session
from tests.imports.samples import table

pytestmark = pytest.mark.once

DSPY = "[DSPy](https://arxiv.org/abs/2310.03714)"
TVM = "[TVM](https://arxiv.org/abs/1802.04799)"


def read(*rows: str) -> list[Session]:
    return parse("# Fall 2025\n\n" + table(*rows)).meetings


def said(session: Session) -> tuple[str, list[str]]:
    return session.status, [item.name for item in session.agenda]


@pytest.mark.parametrize(
    "words",
    ["Class cancelled", "CANCELED", "*Cancelled*", "[Cancelled]", "**Class is cancelled.**"],
)
def test_a_class_that_is_only_cancelled_has_nothing_on_its_agenda(words: str) -> None:
    (here,) = read(f"| Sep 8 | {words} | | |")
    (there,) = read(f"| Sep 8 | | {words} | |")

    assert said(here) == said(there) == ("cancelled", [])


def test_why_a_class_is_cancelled_stays_in_words() -> None:
    rows = read(
        "| Sep 8 | Class cancelled: snow day | | |",
        "| Sep 10 | Class cancelled (snow) | | |",
        "| Sep 15 | Class cancelled because of snow | | |",
    )

    assert [said(one) for one in rows] == [
        ("cancelled", ["snow day"]),
        ("cancelled", ["snow"]),
        ("cancelled", ["Class cancelled because of snow"]),
    ]


@pytest.mark.parametrize(
    "words",
    [
        f"Class cancelled: {DSPY}, {TVM}",
        f"CANCELED {DSPY}, {TVM}",
        f"{DSPY} (cancelled), {TVM} (cancelled)",
    ],
)
def test_a_cancelled_class_keeps_its_papers(words: str) -> None:
    (one,) = read(f"| Sep 8 | {words} | Papers and Discussion | |")

    assert said(one) == ("cancelled", ["DSPy", "TVM"])
    assert [(item.kind, item.text) for item in one.agenda] == [("papers", None)] * 2


def test_a_description_cancels_a_class_with_papers() -> None:
    (one,) = read(f"| Sep 8 | {DSPY} | Cancelled | |")

    assert said(one) == ("cancelled", ["DSPy"])


def test_one_cancelled_paper_cancels_no_class() -> None:
    (one,) = read(f"| Sep 8 | {DSPY}, {TVM} (cancelled) | Papers | |")

    assert said(one) == ("class", ["DSPy", "TVM"])
    assert one.agenda[1].text == "cancelled"


def test_a_cancelled_class_leaves_the_others_of_its_row() -> None:
    holiday, cancelled = read("| Oct 13-15 | Fall Study Break (Holiday)<br>Class cancelled | | |")
    gone, kept = read(f"| Nov 3-5 | Class cancelled: rain<br>{DSPY} | Papers and Discussion | |")

    assert said(holiday) == ("holiday", ["Fall Study Break"])
    assert said(cancelled) == ("cancelled", [])
    assert said(gone) == ("cancelled", ["rain"])
    assert gone.agenda[0].kind == "other"
    assert said(kept) == ("class", ["DSPy"])


def test_a_whole_week_is_cancelled_at_once() -> None:
    assert [said(one) for one in read("| Nov 3-5 | Classes cancelled | | |")] == [
        ("cancelled", []),
        ("cancelled", []),
    ]


def test_a_row_below_cancels_the_class_above() -> None:
    (one,) = read(f"| Sep 8 | {DSPY} | | |", "| | Class cancelled | | |")

    assert said(one) == ("cancelled", ["DSPy"])


def test_talks_of_a_cancelled_class_stay_what_they_are() -> None:
    (one,) = read("| Sep 8 | Group Presentations (cancelled) | Updates | |")

    assert said(one) == ("cancelled", ["Group Presentations"])
    assert (one.agenda[0].kind, one.agenda[0].stage) == ("presentations", "update")


def test_a_holiday_without_a_name_has_nothing_on_its_agenda() -> None:
    assert [said(one) for one in read("| Sep 1-3 | Holiday | | |")] == [("holiday", [])] * 2


def test_words_in_brackets_are_things_of_their_own() -> None:
    (one,) = read("| Nov 24 | [Flex Day], [Repo Deconstruct] | Tech Talks | |")

    assert [(item.kind, item.text) for item in one.agenda] == [
        ("flex", "Flex Day"),
        ("tech_talk", "Repo Deconstruct"),
    ]


def test_descriptions_stand_beside_their_classes() -> None:
    first, _, third = read(f"| Sep 8, 10, 12 | {DSPY}<br>x<br>Repo | Papers<br><br>Tech Talks | |")

    assert (first.agenda[0].kind, third.agenda[0].kind) == ("papers", "tech_talk")


def test_records_cancel_classes_too() -> None:
    text = """meetings:
  - date: 2025-09-08
    title: Class cancelled
  - date: 2025-09-10
    title: "Class cancelled: snow day"
"""

    assert [said(one) for one in parse(text).meetings] == [
        ("cancelled", []),
        ("cancelled", ["snow day"]),
    ]
