"""The form in which somebody writes a note: what is asked, what stands in it, what is wrong."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from readings.core import clock
from readings.courses.access import Access
from readings.courses.models import Course
from readings.notes.asked import Asked, asked_of, current_version, has_begun
from readings.notes.attachments import attached_to
from readings.notes.file_kinds import ATTACHED
from readings.notes.models import Attachment, Note
from readings.notes.passages import Passage
from readings.notes.prompts import (
    FREE_TEXT,
    MAX_PAIRS,
    Answers,
    Prompt,
    PromptKind,
    as_fields,
    field_name,
    pieces,
    words_hint,
    words_in,
)
from readings.notes.quoting import has_text
from readings.schedule.models import Reading


@dataclass(frozen=True, slots=True)
class PairField:
    """One line of questions and answers: names of its fields and what stands in them."""

    question_name: str
    question: str
    answer_name: str
    answer: str
    wrong: str = ""  # which of the two is missing: "question" or "answer"


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
    is_only: bool  # the one field of a note without a template

    @property
    def words_hint(self) -> str:
        """How long it should be; empty: no matter."""
        return words_hint(self.prompt)

    @property
    def word_count(self) -> int:
        """How many words stand in it."""
        return words_in(self.value)

    @property
    def pair_count(self) -> str:
        """How many pairs are asked for."""
        fewest, most = self.prompt.fewest, self.prompt.most
        if fewest == most:
            return str(most)
        if most >= MAX_PAIRS:
            return f"at least {fewest}" if fewest > 1 else ""
        return f"{fewest}–{most}"

    @property
    def described_by(self) -> str:
        """The ids of what is said about the field, for whoever hears it."""
        parts = {
            "help": self.prompt.help,
            "words": self.words_hint,
            "problem": self.problem,
        }
        ids = [f"{self.name}-{part}" for part, words in parts.items() if words]
        return " ".join(["note-help", *ids] if self.is_only else ids)

    @property
    def target(self) -> str:
        """The id of what gets the keyboard when somebody is led to the prompt."""
        match self.prompt.kind:
            case PromptKind.SCALE | PromptKind.YES_NO:
                return f"{self.name}-1"
            case PromptKind.PAIRS:
                wrong = next((pair for pair in self.pairs if pair.wrong), self.pairs[0])
                return wrong.answer_name if wrong.wrong == "answer" else wrong.question_name
            case PromptKind.FILE:
                return f"{self.name}-file"
            case _:
                return self.name


@dataclass(frozen=True, slots=True)
class Difference:
    """One prompt to which two drafts say something else."""

    heading: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class NoteEditor:
    """The form: its fields, what the text is based on, what is wrong."""

    url: str  # of the note's own page; the addresses of its actions begin with it
    names_url: str  # where the names are that an @ may name
    author_id: int
    author_name: str
    storage_key: str  # under which the browser keeps what the server does not have yet
    asked: Asked
    fields: Sequence[AnswerField]
    based_on: int
    saved: str = ""  # when the server saved this text, in words; empty: it has another, or none
    error: str = ""
    preview: SafeString | None = None
    other: Note | None = None  # the newer draft that this text must not overwrite
    differences: Sequence[Difference] = ()  # between the two
    has_text: bool = True  # the paper's, to look for words in it
    has_newer_questions: bool = False  # the template was changed after the note was begun
    words: str = ""  # that were looked for in the paper
    passages: Sequence[Passage] | None = None  # where they stand; None: nothing was looked for

    @property
    def version(self) -> str:
        """What is sent with the form: the version of the template it is of."""
        return str(self.asked.version.pk) if self.asked.version else ""

    @property
    def wants_quotes(self) -> bool:
        """Whether a quote is asked for."""
        return any(field.prompt.kind == PromptKind.QUOTE for field in self.fields)

    @property
    def wants_files(self) -> bool:
        """Whether a file is asked for."""
        return any(field.prompt.kind == PromptKind.FILE for field in self.fields)

    @property
    def accept(self) -> str:
        """The endings of what may be attached."""
        return ATTACHED.accept

    @property
    def problems(self) -> Sequence[AnswerField]:
        """The fields in which something is wrong."""
        return [field for field in self.fields if field.problem]

    @property
    def other_fields(self) -> dict[str, str]:
        """The fields of the newer draft."""
        return as_fields(self.other.prompts, self.other.draft) if self.other else {}


def editor_of(
    access: Access, reading: Reading, note: Note | None, *, now: dt.datetime, more: str = ""
) -> NoteEditor:
    """The form with what the server has; five queries at most.

    ``more`` is the key of a prompt for pairs that shows one line more than it would.
    """
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
        has_newer_questions=note is not None and _has_newer_questions(note, reading),
        more=more,
    )


def _has_newer_questions(note: Note, reading: Reading) -> bool:
    """Whether the template has another version than the one the note was begun with."""
    if note.version is None or note.is_submitted or not has_begun(note):
        return False
    current = current_version(reading)
    return current is not None and current.pk != note.version_id


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
    other: Note | None = None,
    has_newer_questions: bool = False,
    more: str = "",
) -> NoteEditor:
    """The form with ``answers``, which the server need not have; two queries: files, and text."""
    prompts = asked.prompts
    wants_files = any(prompt.kind == PromptKind.FILE for prompt in prompts)
    files = attached_to(note) if note is not None and wants_files else {}
    values = as_fields(prompts, answers)
    is_only = prompts == FREE_TEXT
    return NoteEditor(
        url=reverse("notes:edit", args=[access.course.slug, reading.pk]),
        names_url=reverse("notes:names", args=[access.course.slug]),
        author_id=access.member.pk,
        author_name=access.member.display_name,
        storage_key=f"seminar:note:{access.member.pk}:{reading.pk}",
        asked=asked,
        fields=[
            AnswerField(
                prompt=prompt,
                name=(name := field_name(prompt.key)),
                value=values.get(name, ""),
                page=values.get(f"{name}-page", ""),
                pairs=_pairs(
                    prompt, name, values, wants_more=prompt.key == more, problems=problems or {}
                ),
                steps=[(str(step), label) for step, label in enumerate(prompt.labels, start=1)],
                files=files.get(prompt.key, ()),
                problem=(problems or {}).get(prompt.key, ""),
                is_only=is_only,
            )
            for prompt in prompts
        ],
        based_on=based_on,
        saved=saved,
        error=error,
        other=other,
        differences=_differences(prompts, answers, other) if other else (),
        has_text=has_text(reading),
        has_newer_questions=has_newer_questions,
    )


def _pairs(
    prompt: Prompt,
    name: str,
    values: Mapping[str, str],
    *,
    wants_more: bool,
    problems: Mapping[str, str],
) -> list[PairField]:
    """As many as are filled in and one more, at least the fewest that are asked for."""
    if prompt.kind != PromptKind.PAIRS:
        return []
    filled = sum(f"{name}-q-{number}" in values for number in range(MAX_PAIRS))
    shown = min(max(prompt.fewest, filled + 1) + wants_more, MAX_PAIRS, prompt.most)
    pairs = [
        PairField(
            question_name=f"{name}-q-{number}",
            question=values.get(f"{name}-q-{number}", ""),
            answer_name=f"{name}-a-{number}",
            answer=values.get(f"{name}-a-{number}", ""),
        )
        for number in range(max(shown, filled))
    ]
    return _with_what_is_missing(pairs) if prompt.key in problems else pairs


def _with_what_is_missing(pairs: list[PairField]) -> list[PairField]:
    """The halves without their other halves marked; where all are whole, the first free line."""
    halves = {
        number: "answer" if pair.question.strip() else "question"
        for number, pair in enumerate(pairs)
        if bool(pair.question.strip()) != bool(pair.answer.strip())
    }
    free = [number for number, pair in enumerate(pairs) if not (pair.question or pair.answer)]
    wrong = halves or dict.fromkeys(free[:1], "question")
    return [dataclasses.replace(pair, wrong=wrong.get(n, "")) for n, pair in enumerate(pairs)]


def _differences(prompts: Sequence[Prompt], mine: Answers, other: Note) -> list[Difference]:
    here = {piece.key: piece for piece in pieces(prompts, mine, {})}
    there = {piece.key: piece for piece in pieces(other.prompts, other.draft, {})}
    found = []
    for key in dict.fromkeys([*here, *there]):
        texts = [one[key].markdown if key in one else "" for one in (here, there)]
        if texts[0] != texts[1]:
            heading = (here.get(key) or there[key]).heading
            found.append(Difference(heading, texts[0], texts[1]))
    return found


def saved_words(saved_at: dt.datetime, course: Course, now: dt.datetime) -> str:
    """When a draft was saved, in the course's zone: ``12:04:31``, another day's with the date."""
    local = saved_at.astimezone(course.zone)
    if local.date() == now.astimezone(course.zone).date():
        return f"{local:%H:%M:%S}"
    return clock.short_instant(local)
