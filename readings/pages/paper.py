"""The page of one reading: the paper, the note, the others' notes, the discussion."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.safestring import SafeString

from readings.core import clock
from readings.core.markdown import trusted
from readings.courses.access import Access
from readings.discussion.queries import DiscussionPanel
from readings.discussion.queries import panel as discussion_panel
from readings.marking.feedback import ShownFeedback, feedback_for
from readings.notes.queries import NotesPanel
from readings.notes.queries import panel as notes_panel
from readings.pages.rows import shown_title
from readings.papers.citing import bibtex
from readings.papers.models import PaperKind, PaperVersion
from readings.papers.queries import FetchProgress, shown_version
from readings.papers.reading_time import minutes_to_read
from readings.reading_lists.models import Entry
from readings.reading_lists.queries import entries_of
from readings.reading_lists.showing import shown_links
from readings.schedule.models import AgendaItem, Reading, Status
from readings.schedule.queries import fetch_progress, meetings_of, neighbours

MAX_AUTHORS = 12  # before the rest is folded away


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reading stands on the agenda."""

    kind: str
    words: str
    url: str
    notes_url: str  # of all notes for that class


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """What a reading list says about the reading."""

    where: str  # "Compilers › Papers"
    url: str
    annotation: SafeString
    links: list[tuple[str, str]]  # addresses with the words for them


@dataclass(frozen=True, slots=True)
class PaperPage:
    """Everything the page shows; notes and discussion are None for visitors."""

    reading: Reading
    title: SafeString | str
    authors: str
    more_authors: str  # of a long list, those that are folded away
    abstract: SafeString
    places: list[Place]
    version: PaperVersion | None
    has_pdf: bool
    minutes: int | None
    bibtex: str
    is_paper: bool  # and no blog post, video or repository
    host: str  # of a work that is known by its address
    progress: FetchProgress
    problem: str
    previous: Reading | None
    following: Reading | None
    listed: list[ListedEntry]
    notes: NotesPanel | None
    feedback: ShownFeedback | None  # what came back on one's own note
    discussion: DiscussionPanel | None


def build_paper(access: Access, reading: Reading, *, now: dt.datetime) -> PaperPage:
    """The page as ``access`` may see it."""
    paper = reading.paper
    version = shown_version(reading.paper, pinned=reading.pinned_version)
    progress = fetch_progress([reading])
    before, after = neighbours(access.course, reading)
    items = meetings_of(reading)
    first = len(paper.authors) if len(paper.authors) <= MAX_AUTHORS + 2 else MAX_AUTHORS
    return PaperPage(
        reading=reading,
        title=shown_title(reading),
        authors=", ".join(paper.authors[:first]),
        more_authors=", ".join(paper.authors[first:]),
        abstract=trusted(paper.abstract_html),
        places=[_place(access, item, now) for item in items if item.meeting_id],
        version=version,
        has_pdf=access.is_member and version is not None and bool(version.sha256),
        minutes=minutes_to_read(version.word_count if version else None),
        bibtex=bibtex(paper, title=reading.title),
        is_paper=paper.kind == PaperKind.PAPER,
        host=urlsplit(paper.url or "").hostname or "",
        progress=progress,
        problem=progress.problems.get(paper.pk, ""),
        previous=before,
        following=after,
        listed=[_listed(access, entry) for entry in entries_of(reading)],
        notes=notes_panel(access, reading, now=now) if access.is_member else None,
        feedback=feedback_for(access, reading) if access.is_member else None,
        discussion=discussion_panel(access, reading) if access.is_member else None,
    )


def _listed(access: Access, entry: Entry) -> ListedEntry:
    section = entry.section
    reading_list = section.reading_list
    page = reverse("reading_lists:show", args=[access.course.slug, reading_list.pk])
    own = entry.reading.paper.source_url if entry.reading else ""
    return ListedEntry(
        where=f"{reading_list} › {section.title}" if section.title else str(reading_list),
        url=f"{page}#entry-{entry.pk}",
        annotation=trusted(entry.annotation_html),
        links=[
            (url, words)
            for url, words in shown_links(entry, None, with_notes=access.is_member)
            if url != own
        ],
    )


def _place(access: Access, item: AgendaItem, now: dt.datetime) -> Place:
    meeting = item.meeting
    assert meeting is not None  # noqa: S101 (the caller leaves parked items out)
    words = [f"Week {meeting.week.number}"]
    if meeting.meets_on:
        today = now.astimezone(access.course.zone).date()
        words.append(clock.short_date(meeting.meets_on))
        words.append(clock.relative_day(meeting.meets_on, today))
    if meeting.status != Status.CLASS:
        words.append(meeting.get_status_display().lower())
    schedule = reverse("pages:schedule", args=[access.course.slug])
    notes = reverse("notes:of_meeting", args=[access.course.slug, meeting.pk])
    return Place(item.kind, " · ".join(words), f"{schedule}#meeting-{meeting.pk}", notes)
