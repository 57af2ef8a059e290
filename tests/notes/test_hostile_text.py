"""Markup in what people write stays text; broken maths stays readable."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from readings.notes.models import Note
from readings.schedule.models import Reading
from tests.notes.addresses import note, paper, submit

pytestmark = pytest.mark.django_db

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "</textarea><script>alert(1)</script>",
    "</pre><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "$\\text{<script>alert(1)</script>}$",
    "~~<iframe src=//example.com>~~",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_in_a_note_never_becomes_markup_of_a_page(
    bobs: Client, reading: Reading, attack: str
) -> None:
    submit(bobs, reading, attack)
    submit(bobs, reading, f"{attack} twice", 1)
    written = Note.objects.get()
    form = {"answer-text": f"{attack} again", "based_on": 0}

    for response in (
        bobs.get(paper(reading)),
        bobs.get(note(reading)),
        bobs.get(note(reading, f"{written.pk}/revisions/")),
        bobs.post(note(reading, "preview/"), form),
        bobs.post(note(reading, "preview/"), form, HTTP_HX_REQUEST="true"),
        bobs.post(note(reading, "draft/"), form),  # both texts side by side
    ):
        html = response.content.decode()
        assert response.status_code in (200, 409)
        assert "<script>alert" not in html
        assert not re.search(r"<[^>]*\son\w+\s*=", html)
        assert "<iframe" not in html
        assert 'href="javascript:' not in html


@pytest.mark.parametrize(
    "text", ["$\\frac{1}{$", "$$\\begin{aligned}$$", "שלום **עולם**", "👩‍🔬 " * 100, "$" * 500]
)
def test_broken_maths_and_any_script_are_kept_as_typed(
    bobs: Client, reading: Reading, text: str
) -> None:
    submit(bobs, reading, text)

    assert Note.objects.get().body == text
    assert bobs.get(paper(reading)).status_code == 200


def test_a_json_answer_is_never_read_as_a_page(bobs: Client, reading: Reading) -> None:
    response = bobs.post(
        note(reading, "draft/"),
        {"answer-text": "<script>alert(1)</script>", "based_on": 0},
        HTTP_ACCEPT="application/json",
    )

    assert response["Content-Type"] == "application/json"
    assert response["X-Content-Type-Options"] == "nosniff"
