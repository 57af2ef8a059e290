"""Documents from an address: asked for once, or followed from then on."""

from __future__ import annotations

from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course
from readings.imports import tasks
from readings.imports.fetching import digest_of, last_applied
from readings.imports.models import DocumentFetch, Import, ImportState, Source
from readings.imports.remote import CannotFetch, candidates, is_fetchable
from readings.papers.tasks import hint


def ask_for_document(*, course: Course, url: str, actor: User | None) -> DocumentFetch:
    """Have the document at ``url`` fetched; the row says when it is there, or why it is not.

    A worker fetches it: a page that waited for a slow host would keep others waiting too.  Raises
    ``CannotFetch`` for what is no address.
    """
    _require_https(url)
    row = DocumentFetch.objects.create(course=course, url=url.strip(), asked_by=actor)
    hint(tasks.bring_document, row.pk)
    return row


def follow(*, source: Source, url: str) -> None:
    """Look at the document at ``url`` now and once a day, and offer its changes to the staff.

    What was applied last is not offered again.  Raises ``CannotFetch`` for what is no address.
    """
    _require_https(url)
    last = last_applied(source)
    source.url, source.is_followed = url.strip(), True
    source.seen = digest_of(last.text) if last else ""
    source.etag = source.problem = ""
    source.failures, source.due_at = 0, timezone.now()
    source.save(
        update_fields=["url", "is_followed", "seen", "etag", "problem", "failures", "due_at"]
    )
    hint(tasks.check_source, source.pk)


def unfollow(*, source: Source) -> None:
    """Look at it no more; what was offered is withdrawn."""
    source.is_followed, source.due_at, source.problem = False, None, ""
    source.save(update_fields=["is_followed", "due_at", "problem"])
    source.imports.filter(state=ImportState.DRAFT, created_by=None).delete()


def offers_in(course: Course) -> list[Import]:
    """The changes of followed documents that wait to be looked at, without their texts."""
    return list(
        Import.objects.filter(
            source__course=course,
            source__is_followed=True,
            state=ImportState.DRAFT,
            created_by=None,
        )
        .select_related("source")
        .defer("text", "understood", "became")
        .order_by("created_at")
    )


def dismiss_offer(*, offer: Import) -> None:
    """Leave a change be; it is offered again when the document changes once more."""
    offer.delete()


def _require_https(url: str) -> None:
    """Refuse at once what would be refused in the end.  Raises ``CannotFetch``."""
    if not any(is_fetchable(candidate.url) for candidate in candidates(url)):
        raise CannotFetch("Only addresses that begin with https:// are fetched.")
