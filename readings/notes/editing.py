"""The form in which somebody writes a note: what is asked, what stands in it, what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from readings.core import clock
from readings.courses.access import Access
from readings.courses.models import Course
from readings.notes.asked import Asked, asked_of
from readings.notes.attachments import attached_to
from readings.notes.models import Attachment, Note
from readings.notes.prompts import MAX_PAIRS, Answers, Prompt, PromptKind, as_fields, field_name
from readings.schedule.models import Reading


@dataclass(frozen=True, slots=True)
class PairField:
    """One line of questions and answers: names of its fields and what stands in them."""

    question_name: str
    question: str
    answer_name: str
    answer: str


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One prompt of the form, with what stands in it."""

    prompt: Prompt
    name: str  # of its first field
    value: str
    page: str  # of a quote
    pairs: Sequence[PairField]
    steps: Sequence[tuple[str, str]]  # of a scale: value and label
    files: Sequence[Attachment]
    problem: str


@dataclass(frozen=True, slots=True)
class NoteEditor:
    """The form: its fields, what the text is based on, what is wrong."""

    url: str  # of the note's own page; the addresses of its actions begin with it
    storage_key: str  # under which the browser keeps what the server does not have yet
    asked: Asked
    fields: Sequence[AnswerField]
    based_on: int
    saved: str = ""  # when the server saved this text, in words; empty: it has another, or none
    error: str = ""
    preview: SafeString | None = None
    other: Note | None = None  # the newer draft that this text must not overwrite


def editor_of(
    access: Access, reading: Reading, note: Note | None, *, now: dt.datetime
) -> NoteEditor:
    """The form with what the server has; four queries at most."""
    asked = asked_of(reading, access.member, note)
    saved_at = note.draft_saved_at if note else None
    return editor_with(
        access,
        reading,
        note,
        asked,
        answers=note.draft if note else {},
        based_on=note.draft_number if note else 0,
        saved=saved_words(saved_at, access.course, now) if saved_at else "",
    )


def editor_with(
    access: Access,
    reading: Reading,
    note: Note | None,
    asked: Asked,
    *,
    answers: Answers,
    based_on: int,
    saved: str = "",
    error: str = "",
    problems: Mapping[str, str] | None = None,
    preview: SafeString | None = None,
    other: Note | None = None,
) -> NoteEditor:
    """The form with ``answers``, which the server need not have; one query for what is attached."""
    wants_files = any(prompt.kind == PromptKind.FILE for prompt in asked.prompts)
    files = attached_to(note) if note is not None and wants_files else {}
    values = as_fields(asked.prompts, answers)
    return NoteEditor(
        url=reverse("notes:edit", args=[access.course.slug, reading.pk]),
        storage_key=f"seminar:note:{access.member.pk}:{reading.pk}",
        asked=asked,
        fields=[
            _field(prompt, values, files.get(prompt.key, ()), (problems or {}).get(prompt.key, ""))
            for prompt in asked.prompts
        ],
        based_on=based_on,
        saved=saved,
        error=error,
        preview=preview,
        other=other,
    )


def _field(
    prompt: Prompt, values: Mapping[str, str], files: Sequence[Attachment], problem: str
) -> AnswerField:
    name = field_name(prompt.key)
    return AnswerField(
        prompt=prompt,
        name=name,
        value=values.get(name, ""),
        page=values.get(f"{name}-page", ""),
        pairs=_pairs(prompt, name, values) if prompt.kind == PromptKind.PAIRS else (),
        steps=[(str(step), label) for step, label in enumerate(prompt.labels, start=1)],
        files=files,
        problem=problem,
    )


def _pairs(prompt: Prompt, name: str, values: Mapping[str, str]) -> list[PairField]:
    """As many as are filled in and one more, at least the fewest that are asked for."""
    filled = sum(f"{name}-q-{number}" in values for number in range(MAX_PAIRS))
    shown = min(max(prompt.fewest, filled + 1), MAX_PAIRS, prompt.most)
    return [
        PairField(
            question_name=f"{name}-q-{number}",
            question=values.get(f"{name}-q-{number}", ""),
            answer_name=f"{name}-a-{number}",
            answer=values.get(f"{name}-a-{number}", ""),
        )
        for number in range(max(shown, filled))
    ]


def saved_words(saved_at: dt.datetime, course: Course, now: dt.datetime) -> str:
    """When a draft was saved, in the course's zone: ``12:04:31``, another day's with the date."""
    local = saved_at.astimezone(course.zone)
    if local.date() == now.astimezone(course.zone).date():
        return f"{local:%H:%M:%S}"
    return clock.short_instant(local)
