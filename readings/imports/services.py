"""The one writer of imports: previewed as drafts, applied once, undone in one piece."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.courses.services import create_course, record_event
from readings.imports.applying import apply_plan
from readings.imports.checking import check_applicable, check_understood
from readings.imports.decoding import decode
from readings.imports.models import Import, ImportState, Source
from readings.imports.parsing import parse
from readings.imports.plan import plan_import
from readings.imports.planning.leaving import KIND
from readings.imports.planning.steps import Plan, sentence_of
from readings.imports.queries import last_undoable
from readings.imports.sources import PASTED, SCHEDULE, default_source
from readings.imports.understood import Understood
from readings.planning.publishing import follow_up
from readings.reading_lists.models import Entry, ReadingList, Section, TitleMatch
from readings.schedule.operations import SCHEDULE as SCHEDULE_ROWS
from readings.schedule.operations import Scope, recording, undo_change
from readings.schedule.plan_rows import read_plan

#: The rows that an import writes, and those that are only put back with theirs.
_ROWS: Final[Scope] = {
    **SCHEDULE_ROWS,
    ReadingList: "course",
    Section: "reading_list__course",
    Entry: "section__reading_list__course",
}
_PARTS: Final[Scope] = {TitleMatch: "entry__section__reading_list__course"}


class PlanChanged(Refusal):
    """The course has changed since the preview was made."""


class AlreadyApplied(Refusal):
    """This preview was applied before."""


class NothingToUndo(Refusal):
    """This import is not the last of its document, or it changed nothing."""


def draft_import(
    *,
    course: Course,
    document: str | bytes,
    actor: User | None,
    filename: str | None = None,
    year: int | None = None,
    format: str | None = None,  # noqa: A002
    source: Source | str | None = None,
    url: str = "",
    base_url: str = "",
) -> Import:
    """Keep a document and what was understood of it, to be looked at and applied.

    ``source`` is which of the course's documents it is (``sources.default_source``); ``url`` is
    where it was fetched.  Takes the place of the draft that ``actor`` had before.  Raises
    ``NothingUnderstood``, ``TooManyMeetings`` and ``TooManyEntries``.
    """
    understood = parse(
        document, filename=filename, year=year, format=format, base_url=base_url or None
    )
    check_understood(understood)
    if source is None:
        source = default_source(course=course, understood=understood, filename=filename)
    with transaction.atomic():
        found = source if isinstance(source, Source) else _source(course, source)
        _drop_drafts(course, actor)
        return Import.objects.create(
            source=found,
            text=decode(document).text or "",
            year=year,
            format=format or "",
            filename=(filename or "")[:200],
            url=url,
            base_url=base_url,
            understood=understood.to_json(),
            created_by=actor,
        )


def set_year(*, draft: Import, year: int) -> None:
    """Read the document again, for the year that a person says."""
    draft.year = year
    _read_again(draft)


def set_format(*, draft: Import, format: str) -> None:  # noqa: A002
    """Read the document again as what a person says it is; empty: as what it looks like.

    Raises ``NothingUnderstood`` and leaves the draft as it is.
    """
    draft.format = format
    _read_again(draft)


def set_source(*, draft: Import, source: str) -> None:
    """Say which of the course's documents it is: only what came from that one may be removed."""
    with transaction.atomic():
        draft.source = _source(draft.source.course, source)
        draft.choices = {}
        draft.save(update_fields=["source", "choices"])


def set_choices(
    *,
    draft: Import,
    conflicts: Collection[str] = (),
    offered: Collection[int] = (),
    digest: str | None = None,
) -> None:
    """Say which conflicts to take from the document, and which lines' links in its prose.

    ``digest`` is that of the plan in which it was decided.  Raises ``PlanChanged``.
    """
    if digest is not None:
        _require_shown(plan_draft(draft), digest)
    draft.choices = {"conflicts": sorted(conflicts), "offered": sorted(offered)}
    draft.save(update_fields=["choices"])


def plan_draft(draft: Import) -> Plan:
    """What applying ``draft`` would do now."""
    return plan_import(
        course=draft.source.course,
        source=draft.source.name,
        understood=Understood.from_json(draft.understood),
        choices=draft.choices,
    )


def apply_import(*, draft: Import, actor: User | None, digest: str | None = None) -> Plan:
    """Do what the preview showed, so that it can be undone.

    ``digest`` is that of the plan which was shown; a course that changed since then is refused
    with ``PlanChanged``.  Raises ``AlreadyApplied`` and ``YearUnknown``.
    """
    with transaction.atomic():
        # Locked, so that two presses of one button apply it once.
        draft = Import.objects.select_for_update().get(pk=draft.pk)
        if draft.state == ImportState.APPLIED:
            raise AlreadyApplied("This preview was applied before; the course has it.")
        course = Course.objects.select_for_update(no_key=True).get(pk=draft.source.course_id)
        check_applicable(Understood.from_json(draft.understood))
        plan = plan_draft(draft)
        _require_shown(plan, digest)
        # What a list alone brings moves no deadline and no talk.
        planned_before = read_plan(course) if plan.meetings else None
        with recording(
            course=course, actor=actor, kind=KIND, summary=_sentence(plan, draft.source),
            scope=_ROWS, parts=_PARTS,
        ) as record:  # fmt: skip
            draft.became = apply_plan(plan, course=course, source=draft.source, actor=actor)
        if record.change is not None and planned_before is not None:
            follow_up(course=course, actor=actor, before=planned_before, change=record.change)
        draft.change = record.change
        draft.state, draft.applied_at = ImportState.APPLIED, timezone.now()
        draft.digest, draft.counts = plan.digest, plan.counts
        draft.save(update_fields=["state", "applied_at", "digest", "counts", "became", "change"])
        if not plan.does_nothing:
            record_event(
                course=course,
                actor=actor,
                kind="imports.applied",
                summary=_sentence(plan, draft.source),
                details={
                    "import": draft.pk,
                    "change": record.change and record.change.pk,
                    "source": draft.source.name,
                    "counts": plan.counts,
                },
            )
    return plan


def undo_import(*, imported: Import, actor: User | None) -> None:
    """Put the course back as it was before the last application of a document.

    Raises ``NothingToUndo``, ``AlreadyUndone``, and ``ChangedSince`` or ``WorkHangsOn`` where
    somebody has worked on what it brought.
    """
    with transaction.atomic():
        imported = Import.objects.select_for_update().get(pk=imported.pk)
        if imported.change is None:
            raise NothingToUndo("This import changed nothing.")
        last = last_undoable(imported.source.course, imported.source.name)
        if imported.change.undone_at is None and (last is None or last.pk != imported.pk):
            raise NothingToUndo("The document was imported again since: undo that first.")
        course = imported.source.course
        planned_before = read_plan(course)
        undo_change(change=imported.change, actor=actor)
        follow_up(course=course, actor=actor, before=planned_before, change=imported.change)


def create_course_for(*, understood: Understood, slug: str) -> Course:
    """A course for a document: its title, its term and its days from what was understood."""
    dates = sorted(meeting.date for meeting in understood.meetings if meeting.date)
    return create_course(
        title=(understood.title or slug)[:200],
        instructor=None,
        slug=slug,
        starts_on=dates[0] if dates else None,
        ends_on=dates[-1] if dates else None,
        meeting_days=usual_days(dates),
    )


def usual_days(dates: list[dt.date]) -> list[int]:
    """The weekdays (Monday is 0) on which at least every eighth meeting is."""
    counts = {day: sum(date.weekday() == day for date in dates) for day in range(7)}
    return [day for day, count in counts.items() if count and count * 8 >= len(dates)]


def _require_shown(plan: Plan, digest: str | None) -> None:
    """Raise ``PlanChanged`` unless it is the plan that a person was shown (None: nobody was)."""
    if digest is not None and digest != plan.digest:
        raise PlanChanged(
            "The course has changed since this preview was made. Look at it again, please."
        )


def _read_again(draft: Import) -> None:
    understood = parse(
        draft.text,
        filename=draft.filename or None,
        year=draft.year,
        format=draft.format or None,
        base_url=draft.base_url or None,
    )
    check_understood(understood)
    draft.understood = understood.to_json()
    draft.save(update_fields=["year", "format", "understood"])


def _source(course: Course, name: str) -> Source:
    name = name.strip()[:80] or SCHEDULE
    found, _made = Source.objects.get_or_create(
        course=course, name=name, defaults={"removes": name != PASTED}
    )
    return found


def _drop_drafts(course: Course, actor: User | None) -> None:
    """One draft a person; what a followed document offers waits for anybody."""
    drafts = Import.objects.filter(source__course=course, created_by=actor, state=ImportState.DRAFT)
    if actor is None:
        drafts = drafts.exclude(source__is_followed=True)
    drafts.delete()


def _sentence(plan: Plan, source: Source) -> str:
    what = "Schedule" if source.name == SCHEDULE else f"“{source.name}”"
    return f"{what} imported: {sentence_of(plan.counts) or 'nothing new'}"
