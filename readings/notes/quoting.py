"""The pages of the version that a course reads, for quoting from them."""

from __future__ import annotations

from typing import Any, Final

from readings.notes.passages import Passage, find_passages, only_page_with
from readings.notes.prompts import Answers
from readings.papers.models import Page
from readings.papers.queries import shown_version
from readings.schedule.models import Reading

MAX_PAGES: Final = 400


def page_texts(reading: Reading) -> list[tuple[int, str]]:
    """Number and text of the first pages of what is read; three queries at most."""
    version = shown_version(reading.paper, pinned=reading.pinned_version)
    if version is None:
        return []
    pages = Page.objects.filter(version=version).order_by("number")
    return list(pages.values_list("number", "text")[:MAX_PAGES])


def passages_in(reading: Reading, words: str) -> list[Passage]:
    """Where the paper has these words."""
    return find_passages(page_texts(reading), words)


def fill_pages(reading: Reading, answers: Answers) -> dict[str, Any]:
    """The same answers, each quote without a page with the one page that has it, if one has.

    No query where no page is missing.
    """
    filled = dict(answers)
    missing = [
        (key, value)
        for key, value in answers.items()
        if isinstance(value, dict) and value.get("text", "").strip() and not value.get("page")
    ]
    if not missing:
        return filled
    pages = page_texts(reading)
    for key, value in missing:
        filled[key] = value | {"page": only_page_with(pages, value["text"])}
    return filled
