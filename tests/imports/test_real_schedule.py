"""The real schedule that the first course of this product came from."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from readings.imports.parsing import parse
from readings.imports.understood import Understood
from tests.shared import shared

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def seed() -> bytes:
    return shared("seeds", "004_4f219b09581ca694.txt").read_bytes()


@pytest.fixture(scope="module")
def understood(seed: bytes) -> Understood:
    return parse(seed)


def test_weeks_meetings_and_readings(understood: Understood) -> None:
    assert understood.year == 2025
    assert understood.year_reason is not None
    assert "CompilersForAIClass2025" in understood.year_reason
    assert len(understood.meetings) == 30
    assert len({one.week for one in understood.meetings}) == 15
    dates = [one.date for one in understood.meetings if one.date]
    assert [date.weekday() for date in dates] == [0, 2] * 15
    assert (dates[0], dates[-1]) == (dt.date(2025, 8, 25), dt.date(2025, 12, 3))
    items = [item for one in understood.meetings for item in one.agenda if item.identity]
    assert len(items) == len({item.identity for item in items}) == 23
    assert sum("arxiv" in item.identifiers for item in items) == 20
    assert sum("doi" in item.identifiers for item in items) == 3
    assert sum(link.role == "notes" for item in items for link in item.links) == 9
    assert not any(one.links for one in understood.meetings)


def test_its_links_are_those_that_were_counted(understood: Understood) -> None:
    counted = [
        link
        for link in json.loads(shared("data", "seed_links.json").read_text())
        if link["seed"].startswith("004") and link["in_table"]
    ]
    found = {
        (link.url, item.line)
        for one in understood.meetings
        for item in one.agenda
        for link in item.links
    }
    assert found == {(link["url"], link["line"]) for link in counted}


def test_holidays_and_words(understood: Understood) -> None:
    said = {
        one.date: (one.status, [(item.kind, item.stage, item.text) for item in one.agenda])
        for one in understood.meetings
        if one.date and not any(item.identity for item in one.agenda)
    }
    lecture, pitch = ("lecture", None), ("presentations", "pitch")
    update, final = ("presentations", "update"), ("presentations", "final")
    talk, groups = ("tech_talk", None, "Repo Deconstruct"), "Group Presentations"
    assert said == {
        dt.date(2025, 8, 25): ("class", [(*lecture, "Course Introduction & Overview")]),
        dt.date(2025, 8, 27): ("class", [(*lecture, "Introduction to Compilers for AI")]),
        dt.date(2025, 9, 1): ("holiday", [("other", None, "Labor Day")]),
        dt.date(2025, 9, 3): ("class", [(*lecture, "Foundations of AI Compiler Systems")]),
        dt.date(2025, 9, 8): ("class", [("open", None, "Open")]),
        dt.date(2025, 10, 6): ("class", [(*pitch, groups)]),
        dt.date(2025, 10, 8): ("class", [(*pitch, groups)]),
        dt.date(2025, 10, 13): ("holiday", [("other", None, "Fall Study Break")]),
        dt.date(2025, 10, 20): ("class", [talk]),
        dt.date(2025, 10, 22): ("class", [talk]),
        dt.date(2025, 11, 3): ("class", [(*update, groups)]),
        dt.date(2025, 11, 5): ("class", [(*update, groups)]),
        dt.date(2025, 11, 17): ("class", [talk]),
        dt.date(2025, 11, 19): ("class", [talk]),
        dt.date(2025, 11, 24): ("class", [("flex", None, "Flex Day")]),
        dt.date(2025, 11, 26): ("holiday", [("other", None, "Thanksgiving Recess")]),
        dt.date(2025, 12, 1): ("class", [(*final, "Final Project Presentations")]),
        dt.date(2025, 12, 3): ("class", [(*lecture, "Course Wrap-up & Future Directions")]),
    }


def test_the_example_of_the_documentation(understood: Understood) -> None:
    meeting = understood.to_json()["meetings"][5]
    assert (meeting["week"], meeting["date"], meeting["line"]) == (3, "2025-09-10", 15)
    item = meeting["agenda"][0]
    assert (item["kind"], item["label"], item["title"], item["text"]) == (
        "papers",
        "DSPy",
        None,
        None,
    )
    assert item["identifiers"] == {"arxiv": "2310.03714"}
    assert [(link["role"], link["label"]) for link in item["links"]] == [
        ("paper", "DSPy"),
        ("notes", "DSPy Notes"),
    ]


def test_the_guest_beside_a_paper(understood: Understood) -> None:
    (meeting,) = (one for one in understood.meetings if one.date == dt.date(2025, 11, 12))
    assert [(item.kind, item.name) for item in meeting.agenda] == [
        ("papers", "MLFleet"),
        ("guest", "Special Guest?"),
    ]


def test_the_year_without_the_link(seed: bytes) -> None:
    text = seed.decode().replace("CompilersForAIClass2025", "Compilers")
    understood = parse(text)
    assert understood.year == 2025
    assert understood.year_reason is not None
    assert "Labor Day falls on Sep 1" in understood.year_reason
    assert parse(text.replace("Labor Day", "Rest").replace("Thanksgiving", "Rest")).year == 2025
