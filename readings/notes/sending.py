"""What came with the form of a note, and the page that answers it; shared by its views."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from readings.core.arrival import arrived_at
from readings.core.file_kinds import tidy_name
from readings.core.refusals import Refusal
from readings.core.uploads import files_left_out
from readings.courses.access import Access
from readings.notes import queries, services
from readings.notes.asked import Asked, asked_of
from readings.notes.attaching import NotAttached, attach_file
from readings.notes.editing import NoteEditor, editor_with, saved_words
from readings.notes.file_kinds import ATTACHED, MAX_FILE
from readings.notes.models import Note, TemplateVersion
from readings.notes.own_forms import check_author
from readings.notes.prompts import Prompt, PromptKind, as_fields, field_name, read_answers
from readings.schedule.models import Reading

CONFLICT: Final = 409
UNPROCESSABLE: Final = 422
MAX_REQUEST: Final = 6 * MAX_FILE  # five files at once, and the text


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form: the answers, to what, and the number of the draft they replace."""

    asked: Asked
    answers: dict[str, Any]
    based_on: int


class FilesRefused(Refusal):
    """The text is saved, but not every file was taken; ``problems`` say why, by prompt."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("The text is saved, but not every file was attached.")
        self.problems = problems


def find_reading(access: Access, reading_id: int) -> Reading:
    """The reading with what the pages of a note show of it; ``Http404`` where there is none."""
    found = Reading.objects.select_related("paper", "course", "assignment", "pinned_version").defer(
        "paper__abstract", "paper__abstract_html", "pinned_version__outline"
    )
    return get_object_or_404(found, pk=reading_id, course=access.course)


def based_on(request: HttpRequest) -> int:
    """The number of the draft that is replaced; without a number, none is.

    Who has seen two texts and keeps one ``replaces`` the other: only that button says so, so that
    no other one settles what was not chosen.
    """
    number = request.POST.get("replaces") or request.POST.get("based_on", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def read_form(request: HttpRequest, access: Access, reading: Reading, note: Note | None) -> Sent:
    """The answers as the form asked for them, whatever is asked by now.

    Raises ``WrittenByAnother``, for ``own_form_only``.
    """
    check_author(request, access)
    asked = _form(request, access, note) or asked_of(reading, access.member, note)
    return Sent(asked, read_answers(asked.prompts, request.POST), based_on(request))


def _form(request: HttpRequest, access: Access, note: Note | None) -> Asked | None:
    """What the form asked; None where it does not say, or nothing that was ever asked here."""
    version_id = request.POST.get("version")
    role = request.POST.get("role", "")
    if version_id is None:
        return None
    if not version_id:
        return Asked(None, role)
    if note is not None and str(note.version_id) == version_id:
        return Asked(note.version, role)
    if not (version_id.isascii() and version_id.isdecimal() and len(version_id) < 19):
        return None
    versions = TemplateVersion.objects.filter(template__course=access.course, pk=version_id)
    version = versions.select_related("template").first()
    return Asked(version, role) if version else None


def save_all(request: HttpRequest, access: Access, reading: Reading, sent: Sent) -> Note:
    """Save the text as a draft, then attach what came with it.

    Raises what ``save_draft`` raises, and ``FilesRefused``.
    """
    note = services.save_draft(
        reading=reading,
        author=access.member,
        answers=sent.answers,
        based_on=sent.based_on,
        at=arrived_at(request),
        asked=sent.asked,
    )
    problems: dict[str, str] = {}
    for prompt in sent.asked.prompts:
        if prompt.kind == PromptKind.FILE:
            found = attach_all(request, access, reading, prompt, sent.asked)
            if found:
                problems[prompt.key] = " ".join(found)
    if problems:
        raise FilesRefused(problems)
    return note


def has_files(request: HttpRequest) -> bool:
    """Whether files came with the form."""
    return bool(request.FILES) or bool(files_left_out(request))


def attach_all(
    request: HttpRequest, access: Access, reading: Reading, prompt: Prompt, asked: Asked | None
) -> list[str]:
    """Attach the files that were chosen for a prompt; why some were not taken."""
    name = f"{field_name(prompt.key)}-file"
    # While the form was read, these were left out.
    problems = [
        str(ATTACHED.too_large(tidy_name(file)))
        for field, file in files_left_out(request)
        if field == name
    ]
    files: list[UploadedFile[bytes]] = request.FILES.getlist(name)
    for file in files:
        try:
            attach_file(
                reading=reading,
                author=access.member,
                prompt=prompt.key,
                file=file,
                at=arrived_at(request),
                asked=asked,
            )
        except NotAttached as refusal:
            problems.append(str(refusal))
    return problems


def page(
    request: HttpRequest,
    access: Access,
    reading: Reading,
    editor: NoteEditor | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page on which one writes, with what the server has or with ``editor``."""
    mine = queries.my_note(access, reading, now=arrived_at(request), editor=editor)
    return render(request, "notes/edit.html", {"mine": mine}, status=status)


def page_with(
    request: HttpRequest,
    access: Access,
    reading: Reading,
    note: Note | None,
    sent: Sent,
    **shown: Any,
) -> HttpResponse:
    """The page again with what was sent and has not been saved, and with more to be ``shown``."""
    editor = editor_with(
        access, reading, note, sent.asked, answers=sent.answers, based_on=sent.based_on
    )
    return page(request, access, reading, dataclasses.replace(editor, **shown))


def refused(
    request: HttpRequest, access: Access, reading: Reading, refusal: Refusal, sent: Sent
) -> HttpResponse:
    """The page again with what was typed, and why it was not taken."""
    note = queries.find_own(access, reading)
    other = refusal.note if isinstance(refusal, services.DraftConflict) else None
    was_saved = isinstance(refusal, services.Incomplete | services.TooLate | FilesRefused)
    saved = note if was_saved else None
    problems = None
    if isinstance(refusal, services.EmptyNote | services.Incomplete | FilesRefused):
        problems = refusal.problems
    editor = editor_with(
        access,
        reading,
        note,
        sent.asked,
        answers=saved.draft if saved else sent.answers,
        based_on=saved.draft_number if saved else sent.based_on,
        saved=_saved(saved, access, arrived_at(request)),
        error=str(refusal),
        problems=problems,
        other=other,
    )
    return page(request, access, reading, editor, status=CONFLICT if other else UNPROCESSABLE)


def state_of(
    access: Access, note: Note | None, now: dt.datetime, prompts: Sequence[Prompt]
) -> dict[str, object]:
    """What the server has, for an editor in the browser."""
    return {
        "fields": as_fields(prompts, note.draft if note else {}),
        "draft_number": note.draft_number if note else 0,
        "author": str(access.member.pk),
        "saved": _saved(note, access, now),
    }


def _saved(note: Note | None, access: Access, now: dt.datetime) -> str:
    saved_at = note.draft_saved_at if note else None
    return saved_words(saved_at, access.course, now) if saved_at else ""


def refused_json(access: Access, refusal: Refusal, now: dt.datetime) -> JsonResponse:
    """Why a draft was not saved, for an editor in the browser."""
    if isinstance(refusal, services.DraftConflict):
        state = state_of(access, refusal.note, now, refusal.note.prompts)
        return JsonResponse({"error": str(refusal)} | state, status=CONFLICT)
    return JsonResponse({"error": str(refusal)}, status=UNPROCESSABLE)
