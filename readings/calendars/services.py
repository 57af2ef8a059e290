"""The one writer of what calendars were told, and of the private address."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.calendars.events import CalendarEvent, NumberedEvent, numbered
from readings.calendars.models import CalendarEntry
from readings.calendars.queries import entries_of
from readings.core.tokens import new_token
from readings.courses.models import Course


def number_events(events: Sequence[CalendarEvent]) -> list[NumberedEvent]:
    """Events with the SEQUENCE they are told with: raised here where one is not as it was told.

    One query for all of them; a handful more, once, when something has changed.
    """
    courses = {event.course_id for event in events}
    told = entries_of(courses)
    if not all(_is_told(event, told) for event in events):
        told = _tell(events, courses)
    return [
        numbered(event, changes=entry.sequence, changed_at=entry.changed_at)
        for event in events
        if (entry := told[event.course_id, event.key])
    ]


def _is_told(event: CalendarEvent, told: dict[tuple[int, str], CalendarEntry]) -> bool:
    entry = told.get((event.course_id, event.key))
    return entry is not None and entry.digest == event.digest


def _tell(
    events: Sequence[CalendarEvent], courses: set[int]
) -> dict[tuple[int, str], CalendarEntry]:
    """Write down what is told now, and give what then stands there."""
    # A calendar counts in whole seconds, and so does its file.
    now = timezone.now().replace(microsecond=0)
    with transaction.atomic():
        # Who builds the same feed in the same moment waits here and then finds nothing to write.
        locked = Course.objects.select_for_update(no_key=True).filter(pk__in=courses)
        list(locked.order_by("pk").values_list("pk"))
        told = entries_of(courses)
        for event in events:
            if _is_told(event, told):
                continue
            entry = told.get((event.course_id, event.key))
            told[event.course_id, event.key] = CalendarEntry(
                course_id=event.course_id,
                key=event.key,
                digest=event.digest,
                sequence=entry.sequence + 1 if entry else 0,
                changed_at=now,
            )
        CalendarEntry.objects.bulk_create(
            [entry for entry in told.values() if entry.pk is None],
            update_conflicts=True,
            unique_fields=["course", "key"],
            update_fields=["digest", "sequence", "changed_at"],
            batch_size=100,
        )
    return told


def calendar_token_of(user: User) -> str:
    """The word that opens the feed of ``user``, made when it is asked for the first time."""
    if not user.calendar_token:
        # Of two windows opened at once, one makes it and both show it.
        User.objects.filter(pk=user.pk, calendar_token=None).update(calendar_token=new_token())
        user.refresh_from_db(fields=["calendar_token"])
    return user.calendar_token or ""


def renew_calendar_token(*, user: User) -> None:
    """Make the old private address worthless."""
    user.calendar_token = new_token()
    user.save(update_fields=["calendar_token"])
