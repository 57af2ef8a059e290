"""Addresses and requests that several tests of discussions use."""

from __future__ import annotations

from typing import Any

from django.test import Client

from readings.discussion.models import Comment
from readings.schedule.models import Reading

HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


def paper(reading: Reading) -> str:
    """The paper's page."""
    return f"/c/compilers/papers/{reading.pk}/"


def at(comment: Comment, act: str = "") -> str:
    """The comment's address, or that of something one does with it: ``edit/``."""
    return f"/c/compilers/comments/{comment.pk}/{act}"


def poll(client: Client, reading: Reading, since: int) -> Any:
    """Ask for what is new since the change of that number."""
    return client.get(f"{paper(reading)}comments/new/", {"since": since}, **HTMX)
