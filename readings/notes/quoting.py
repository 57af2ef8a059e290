"""The pages of the version that a course reads, for quoting from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from readings.notes.passages import Passage, find_passages, only_page_with, stands_in
from readings.notes.prompts import Answers, Prompt, PromptKind
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


def has_text(reading: Reading) -> bool:
    """Whether there are words of the paper to be looked for; one query."""
    return Page.objects.filter(version__paper=reading.paper_id).exists()


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


def quote_problems(reading: Reading, prompts: Sequence[Prompt], answers: Answers) -> dict[str, str]:
    """What the paper itself says against a quote or its page: key to a sentence.

    No query where nothing is quoted.
    """
    quotes = {
        prompt: answers[prompt.key]
        for prompt in prompts
        if prompt.kind == PromptKind.QUOTE and prompt.key in answers
    }
    if not quotes:
        return {}
    version = shown_version(reading.paper, pinned=reading.pinned_version)
    last = version.page_count if version else None
    found = {}
    for prompt, value in quotes.items():
        page = value["page"]
        if page and last and page > last:
            found[prompt.key] = f"The paper has {last} page{'s' if last > 1 else ''}, no p. {page}."
        elif not page and prompt.required and value["text"].strip():
            pages = page_texts(reading)
            if pages and not stands_in(pages, value["text"]):
                found[prompt.key] = (
                    "These words were not found in the text of the paper: see whether they stand "
                    "there as you typed them, or type the page yourself."
                )
    return found
