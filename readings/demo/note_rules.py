"""What the sample course asks in its notes, and by which rules."""

from __future__ import annotations

import datetime as dt
from typing import Final

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.models import NotePolicy, NoteTemplate, TemplateVersion
from readings.notes.policy import Exempt, Late, Marking, Readers
from readings.notes.prompts import Prompt, PromptKind

NAME: Final = "Reading note"
PROMPTS: Final = (
    Prompt(
        key="gist",
        kind=PromptKind.LONG,
        text="What does the paper do?",
        help="In your own words, as you would tell a friend.",
        required=True,
        fewest_words=20,
        most_words=150,
    ),
    Prompt(key="liked", kind=PromptKind.LONG, text="What is its strongest point?"),
    Prompt(
        key="doubt",
        kind=PromptKind.LONG,
        text="What do you doubt, or not follow?",
        required=True,
    ),
    Prompt(
        key="build",
        kind=PromptKind.SCALE,
        text="Would you build on it?",
        labels=("Never", "Rather not", "Perhaps", "Yes", "Tomorrow"),
    ),
    Prompt(key="asks", kind=PromptKind.QUESTION, text="A question for class", required=True),
)


def make_rules(course: Course, *, teacher: User, at: dt.datetime) -> TemplateVersion:
    """The course's template and policy, decided ``at``; gives what the notes answer."""
    template = NoteTemplate.objects.create(course=course, name=NAME, created_at=at)
    NotePolicy.objects.create(
        course=course,
        template=template,
        late=Late.PENALISED,
        skips=3,
        presenters_exempt=Exempt.READING,
        marking=Marking.CHECKS,
        readers=Readers.AFTER_OWN,
    )
    return TemplateVersion.objects.create(
        template=template,
        number=1,
        prompts=[prompt.as_json() for prompt in PROMPTS],
        created_by=teacher,
        created_at=at,
    )
