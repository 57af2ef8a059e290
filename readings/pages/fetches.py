"""What is happening to the papers of a course: the table for staff, the update for everyone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from readings.courses.access import Access
from readings.pages.moved import Moves, moves_of
from readings.pages.rows import ItemRow, ScheduleRows, shown_title
from readings.papers.models import Fetch, FetchStage, FetchState, Origin
from readings.papers.queries import FetchProgress, changed_since, fetches_of
from readings.reading_lists.models import Entry
from readings.schedule.models import AgendaItem, Reading
from readings.schedule.queries import agenda_of, fetch_progress, needs_pdf, with_length

_TONES = {FetchState.DONE: "good", FetchState.FAILED: "warning"}


@dataclass(frozen=True, slots=True)
class StageCell:
    """The state of one stage of one paper."""

    stage: str
    word: str
    tone: str
    reason: str
    retry_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper with its stages."""

    paper_id: int
    url: str
    label: str
    title: str
    identifier: str
    source_url: str
    is_stand_in: bool
    pages: int | None
    cells: list[StageCell]
    needs_upload: bool
    can_retry: bool


@dataclass(frozen=True, slots=True)
class FetchesPage:
    """All papers of a course, those that need somebody first."""

    rows: list[PaperRow]
    progress: FetchProgress
    can_retry: bool


@dataclass(frozen=True, slots=True)
class ScheduleUpdate:
    """What changed on a drawn schedule."""

    progress: FetchProgress
    items: list[ItemRow]


def build_fetches(access: Access) -> FetchesPage:
    """The table; three queries.

    What only stands on a reading list, and is no paper of arXiv, is not here: nothing fetches it,
    and nobody has to.
    """
    on_agenda = AgendaItem.objects.filter(reading=OuterRef("pk"))
    on_list = Entry.objects.filter(reading=OuterRef("pk"))
    is_fetched = Q(paper__arxiv_id__isnull=False) | Q(pinned_version__isnull=False)
    counted = is_fetched | Exists(on_agenda) | ~Exists(on_list)
    readings = list(
        with_length(access.course.readings.filter(counted))
        .select_related("paper")
        .defer("paper__abstract", "paper__abstract_html")
        .order_by("pk")
    )
    ids = [reading.paper_id for reading in readings]
    pinned = [reading.pinned_version_id for reading in readings]
    fetches = fetches_of(ids, pinned=pinned)
    address = reverse("pages:paper", args=[access.course.slug, 0])
    rows = [
        _row(reading, fetches.get(reading.paper_id, {}), address.replace("/0/", f"/{reading.pk}/"))
        for reading in readings
    ]
    rows.sort(key=lambda row: not (row.can_retry or row.needs_upload))
    return FetchesPage(
        rows,
        fetch_progress(readings),
        any(row.can_retry for row in rows),
    )


def build_update(access: Access, *, seen: dt.datetime) -> ScheduleUpdate:
    """The progress, and the agenda items whose papers changed after ``seen``."""
    agenda = agenda_of(access.course)
    ids = [reading.paper_id for reading in agenda.readings]
    progress = fetch_progress(agenda.readings)
    changed = changed_since(ids, seen)
    now = dt.datetime.now(dt.UTC)
    rows = ScheduleRows(
        access,
        progress=progress,
        notes={},
        open_notes=(),
        one_for_all={},
        comments={},
        slots={},
        moves=moves_of(access, now.astimezone(access.course.zone).date()) if changed else Moves(),
        said={},
        roles={},
        now=now,
    )
    items = [
        rows.item(item, meeting.meeting)
        for meeting in agenda.meetings
        for item in meeting.items
        if item.reading and item.reading.paper_id in changed
    ]
    return ScheduleUpdate(progress, items)


def _row(reading: Reading, fetches: dict[str, Fetch], url: str) -> PaperRow:
    paper = reading.paper
    pages = reading.page_count
    waiting = any(
        fetch.state == FetchState.FAILED or (fetch.state == FetchState.OWED and fetch.reason)
        for fetch in fetches.values()
    )
    text = fetches.get(FetchStage.TEXT)
    # What cannot be read in an uploaded PDF cannot be read tomorrow: it takes another PDF.
    is_bad_upload = bool(reading.pinned_version_id and text and text.state == FetchState.FAILED)
    return PaperRow(
        paper_id=paper.pk,
        url=url,
        label=reading.label,
        title=shown_title(reading),
        identifier=paper.identifier,
        source_url=paper.source_url,
        is_stand_in=paper.origin == Origin.STAND_IN,
        pages=pages,
        cells=[_cell(stage, fetches.get(stage)) for stage in FetchStage]
        if fetches or paper.doi is None
        else _cells_of_doi(reading),
        needs_upload=needs_pdf(reading) or is_bad_upload,
        can_retry=waiting and not is_bad_upload,
    )


def _cell(stage: FetchStage, fetch: Fetch | None) -> StageCell:
    if fetch is None:
        return StageCell(stage.label, "–", "", "", None)
    waits = fetch.state == FetchState.OWED and bool(fetch.reason)
    return StageCell(
        stage=stage.label,
        word=fetch.get_state_display(),
        tone=_TONES.get(FetchState(fetch.state), ""),
        reason=fetch.reason,
        retry_at=fetch.next_attempt_at if waits else None,
    )


def _cells_of_doi(reading: Reading) -> list[StageCell]:
    """What a paper needs of which only a DOI is known: nothing fetches it."""
    if reading.title or reading.paper.title:
        metadata = StageCell("metadata", "Typed by hand", "good", "", None)
    else:
        metadata = StageCell(
            "metadata", "Needs you", "warning", "type the title, in the plan", None
        )
    pdf = StageCell("PDF", "Needs you", "warning", "no open PDF is known", None)
    return [metadata, pdf, StageCell("text", "–", "", "", None)]
