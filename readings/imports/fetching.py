"""The work: fetch documents that were asked for, and look whether followed ones have changed.

The network comes first and the transaction after it, so that nobody waits for a slow host.  Done
twice, it changes nothing the second time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from readings.core.http import NotModified
from readings.courses.models import Audience
from readings.courses.services import record_event
from readings.imports.decoding import decode
from readings.imports.models import DocumentFetch, FetchState, Import, ImportState, Source
from readings.imports.parsing import parse
from readings.imports.plan import plan_import
from readings.imports.remote import CannotFetch, FetchedDocument, fetch_document
from readings.imports.understood import Understood

DAILY = dt.timedelta(days=1)
#: Nobody else looks at a source while one worker does; a look whose worker died is owed again then.
CLAIM = dt.timedelta(minutes=5)
#: Pauses after a failure; after the last of them it is a day again.
PAUSES = (dt.timedelta(hours=1), dt.timedelta(hours=4))
#: So many failures in a row are told to the staff, once.
TOLD_AFTER = 3
KEPT_FOR = dt.timedelta(days=1)
LOST_AFTER = dt.timedelta(seconds=40)


def bring(fetch_id: int) -> None:
    """Fetch a document that somebody asked for."""
    row = DocumentFetch.objects.filter(pk=fetch_id, state=FetchState.OWED).first()
    if row is None:
        return
    try:
        document = fetch_document(row.url)
    except CannotFetch as problem:
        outcome: dict[str, Any] = {"state": FetchState.FAILED, "problem": str(problem)[:300]}
    else:
        outcome = {
            "state": FetchState.ARRIVED,
            "body": document.body,
            "filename": document.filename,
            "base_url": document.base_url[:1000],
        }
    DocumentFetch.objects.filter(pk=fetch_id, state=FetchState.OWED).update(**outcome)


def owed_fetches() -> list[int]:
    """Documents whose hint was lost; those that were fetched long ago are dropped."""
    now = timezone.now()
    DocumentFetch.objects.filter(asked_at__lt=now - KEPT_FOR).delete()
    lost = DocumentFetch.objects.filter(state=FetchState.OWED, asked_at__lt=now - LOST_AFTER)
    return list(lost.values_list("pk", flat=True)[:50])


def owed_looks() -> list[int]:
    """The followed sources that are to be looked at now."""
    due = Source.objects.filter(is_followed=True, due_at__lte=timezone.now())
    return list(due.order_by("due_at").values_list("pk", flat=True)[:50])


def check_source(source_id: int) -> None:
    """Look whether a followed document has changed, and offer the change to the staff."""
    now = timezone.now()
    # The condition once more: of two who saw the same row, one updates it.
    taken = Source.objects.filter(pk=source_id, is_followed=True, due_at__lte=now)
    if not taken.update(due_at=now + CLAIM):
        return
    source = Source.objects.select_related("course").get(pk=source_id)
    try:
        document = fetch_document(source.url, etag=source.etag)
        offer = _read(source, document)
    except NotModified:
        _note_look(source)
    except CannotFetch as problem:
        _note_failure(source, problem)
    else:
        _offer(source, document, offer)


def digest_of(text: str) -> str:
    """By which one text is known from another."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class _Offer:
    """A text, and the reading of it that would be applied; None where it would change nothing."""

    text: str
    last: Import | None
    understood: Understood | None


def _read(source: Source, document: FetchedDocument) -> _Offer:
    """What the document says.  Raises ``CannotFetch`` where it says nothing that can be applied."""
    decoded = decode(document.body)
    if decoded.text is None:
        raise CannotFetch(decoded.problems[0].message)
    last = last_applied(source)
    if digest_of(decoded.text) == source.seen or (last and last.text == decoded.text):
        return _Offer(decoded.text, last, None)
    understood = parse(
        decoded.text,
        filename=document.filename,
        year=last.year if last else None,
        format=(last.format if last else "") or None,
        base_url=document.base_url,
    )
    if not understood.meetings and not understood.entries:
        raise CannotFetch("There is neither a schedule nor a reading list in it any more.")
    plan = plan_import(course=source.course, source=source.name, understood=understood)
    return _Offer(decoded.text, last, None if plan.does_nothing else understood)


def last_applied(source: Source) -> Import | None:
    """The last application of a source."""
    applied = source.imports.filter(state=ImportState.APPLIED)
    return applied.order_by("-applied_at", "-id").first()


def _offer(source: Source, document: FetchedDocument, offer: _Offer) -> None:
    with transaction.atomic():
        _note_look(source, etag=document.etag, seen=digest_of(offer.text))
        if offer.understood is None:
            if source.seen != digest_of(offer.text):  # it went back to what is here already
                source.imports.filter(state=ImportState.DRAFT, created_by=None).delete()
            return
        source.imports.filter(state=ImportState.DRAFT, created_by=None).delete()
        draft = Import.objects.create(
            source=source,
            text=offer.text,
            year=offer.last.year if offer.last else None,
            format=offer.last.format if offer.last else "",
            filename=document.filename,
            url=source.url,
            base_url=document.base_url[:1000],
            understood=offer.understood.to_json(),
            created_by=None,
        )
        record_event(
            course=source.course,
            actor=None,
            kind="imports.offered",
            audience=Audience.STAFF,
            summary=f"{place_of(source.url)} has changed: look at what it would change here",
            details={"import": draft.pk, "source": source.pk},
        )


def _note_look(source: Source, **fields: Any) -> None:
    now = timezone.now()
    Source.objects.filter(pk=source.pk, is_followed=True).update(
        checked_at=now, due_at=now + DAILY, problem="", failures=0, **fields
    )


def _note_failure(source: Source, problem: CannotFetch) -> None:
    now = timezone.now()
    pause = PAUSES[source.failures] if source.failures < len(PAUSES) else DAILY
    with transaction.atomic():
        Source.objects.filter(pk=source.pk, is_followed=True).update(
            checked_at=now,
            due_at=now + pause,
            problem=str(problem)[:300],
            failures=F("failures") + 1,
        )
        if source.failures + 1 == TOLD_AFTER:
            record_event(
                course=source.course,
                actor=None,
                kind="imports.cannot_follow",
                audience=Audience.STAFF,
                summary=f"{place_of(source.url)} could not be fetched: {problem}",
                details={"source": source.pk},
            )


def place_of(url: str) -> str:
    """``github.com/ann/course`` for a sentence."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    return f"{parts.netloc}{parts.path}".removeprefix("www.").rstrip("/")[:100]
