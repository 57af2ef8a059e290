"""Addresses and requests that several tests of notes use."""

from __future__ import annotations

from typing import Any

from django.test import Client

from readings.schedule.models import Reading

JSON: dict[str, Any] = {"HTTP_ACCEPT": "application/json"}


def paper(reading: Reading) -> str:
    """The paper's page."""
    return f"/c/compilers/papers/{reading.pk}/"


def note(reading: Reading, act: str = "") -> str:
    """The page of one's note, or the address of something one does with it: ``draft/``."""
    return f"/c/compilers/papers/{reading.pk}/note/{act}"


def autosave(client: Client, reading: Reading, text: str, based_on: int) -> Any:
    """What the editor in the browser sends."""
    return client.post(note(reading, "draft/"), {"answer-text": text, "based_on": based_on}, **JSON)


def submit(client: Client, reading: Reading, text: str, based_on: int = 0) -> Any:
    """Press Submit."""
    return client.post(note(reading, "submit/"), {"answer-text": text, "based_on": based_on})
