"""Templates for tests: what a reading asks for."""

from __future__ import annotations

from typing import Any, Final

from readings.notes.models import Assignment, NoteTemplate, TemplateVersion
from readings.notes.prompts import Prompt, PromptKind
from readings.papers.models import Page, PaperVersion, VersionOrigin
from readings.schedule.models import Reading

EVERY_KIND: Final = (
    Prompt(
        "claims", PromptKind.LONG, "What does it claim?", help="In your own words.",
        required=True, fewest_words=3, most_words=300,
    ),
    Prompt("one", PromptKind.SHORT, "In one sentence"),
    Prompt("ask", PromptKind.QUESTION, "Your question for class"),
    Prompt("rigor", PromptKind.SCALE, "How rigorous is it?", required=True,
           labels=("Not at all", "Somewhat", "Very")),
    Prompt("again", PromptKind.YES_NO, "Would you read it again?"),
    Prompt("line", PromptKind.QUOTE, "A line worth quoting"),
    Prompt("code", PromptKind.LINK, "Code that you looked at"),
    Prompt("log", PromptKind.PAIRS, "What you asked a model", fewest=2, most=6),
    Prompt("paper", PromptKind.FILE, "Your annotated copy"),
)  # fmt: skip


def ask(reading: Reading, *prompts: Prompt, roles: tuple[str, ...] = ()) -> TemplateVersion:
    """Let ``reading`` ask for these prompts, in a new version of its template."""
    template, _made = NoteTemplate.objects.get_or_create(course=reading.course, name="For tests")
    Assignment.objects.update_or_create(reading=reading, defaults={"template": template})
    return TemplateVersion.objects.create(
        template=template,
        number=template.versions.count() + 1,
        prompts=[prompt.as_json() for prompt in prompts],
        roles=list(roles),
    )


def store_pages(reading: Reading, *texts: str) -> None:
    """Let the paper of ``reading`` have pages with these texts."""
    version = PaperVersion.objects.create(
        paper=reading.paper, number=1, origin=VersionOrigin.ARXIV, sha256="0" * 64
    )
    Page.objects.bulk_create(
        Page(version=version, number=number, text=text) for number, text in enumerate(texts, 1)
    )


def filled_in(version: TemplateVersion, **answers: Any) -> dict[str, Any]:
    """A form of this version, with ``answers`` by their fields: ``line_page="7"``."""
    fields = {f"answer-{name.replace('_', '-')}": value for name, value in answers.items()}
    return {"version": version.pk, "role": "", "based_on": 0} | fields
